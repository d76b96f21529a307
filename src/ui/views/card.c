/* A card for paper: what stands on a page, as plain text of fridge size.  It is shown first;
 * saving it is a choice, because the copy is not locked. */
#include "ui/views/views.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define CARD_COLUMNS 44
enum { CARD_SAVE = 1, CARD_BACK };

struct paper {
	const struct run *run;
	struct buf text;
	char path[PATH_MAX];
	bool saved;
};

static void add_wrapped(struct buf *out, const char *indent, struct str words)
{
	struct str rest = words, line;

	while (wrap_next(&rest, CARD_COLUMNS - (int)strlen(indent), &line))
		buf_addf(out, "%s%.*s\n", indent, STR_ARG(line));
}

/* A label and what stands under it; nothing for an empty one. */
static void add_pair(struct buf *out, struct str label, struct str words)
{
	if (words.n == 0)
		return;
	add_wrapped(out, "", label);
	add_wrapped(out, "  ", words);
	buf_addc(out, '\n');
}

static void add_list(
    const struct view *v, struct paper *p, const struct card *c, const struct item *it)
{
	bool headed = false;

	for (size_t r = 0; r < run_rows(p->run, c->name); r++) {
		struct id row = run_row_id(p->run, c->name, r);
		if (!str_eq(run_row_section(p->run, row), it->name))
			continue;
		if (!headed)
			add_wrapped(&p->text, "", app_text(v->app, &it->cell[0]));
		headed = true;
		struct str where = run_cell(p->run, row, STR("where"));
		struct buf line = { 0 };
		buf_add(&line, run_cell(p->run, row, STR("thing")));
		if (where.n > 0)
			buf_addf(&line, " — %.*s", STR_ARG(where));
		add_wrapped(&p->text, "  ", buf_str(&line));
		buf_free(&line);
	}
	if (headed)
		buf_addc(&p->text, '\n');
}

static void add_part(const struct view *v, struct paper *p, const struct card *c)
{
	for (size_t i = 0; i < c->item_count; i++) {
		const struct item *it = &c->items[i];
		switch ((int)c->kind) {
		case CARD_PROMPTS:
		case CARD_AGREEMENT:
		case CARD_CHOICES:
			add_pair(&p->text, app_text(v->app, &it->cell[0]),
			    run_text(p->run, c->name, it->name));
			break;
		case CARD_LIST: add_list(v, p, c, it); break;
		case CARD_MAP:
			for (size_t r = 0; r < run_rows(p->run, c->name); r++)
				add_pair(&p->text, app_text(v->app, &it->cell[0]),
				    run_cell(
					p->run, run_row_id(p->run, c->name, r), it->name));
			break;
		default: break;
		}
	}
}

static bool card_open(struct view *v, const void *arg, struct err *e)
{
	struct paper *p = v->state;
	const struct page *page;

	(void)e;
	p->run = arg;
	page = run_page(p->run);
	add_wrapped(&p->text, "", view_title(v->app, page));
	buf_addc(&p->text, '\n');
	for (size_t i = 0; i < page->part_count; i++)
		add_part(v, p, &page->parts[i]);
	return true;
}

static void card_build(const struct view *v, struct sheet *s)
{
	const struct paper *p = v->state;
	struct str rest = buf_str(&p->text), line;

	sheet_place(
	    s, T("A card for paper"), v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	if (p->saved) {
		sheet_title(s, T("Saved"), (struct str){ 0 });
		sheet_prose(s, arena_fmt(s->memory, _("The card is in %s"), p->path));
		sheet_gap(s, 1);
		sheet_care(s, T("This copy is not locked. Delete it when it is printed."));
		sheet_gap(s, 1);
		sheet_offer(s, CARD_BACK, T("Back to my page"), (struct str){ 0 });
		sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
		return;
	}
	sheet_offer(s, CARD_SAVE, T("Save it as a text file"), T("not locked"));
	sheet_offer(s, CARD_BACK, T("Back to my page"), (struct str){ 0 });
	sheet_gap(s, 1);
	sheet_care(s, T("On paper, and in the file, anybody can read it."));
	sheet_gap(s, 1);
	while (str_line(&rest, &line)) {
		if (line.n > 0)
			sheet_mine(s, 0, line, (struct str){ 0 });
		else
			sheet_gap(s, 1);
	}
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

/* The first name that is free: card.txt, card-2.txt and so on; nothing is overwritten. */
static bool save(struct view *v, struct err *e)
{
	struct paper *p = v->state;
	char here[PATH_MAX - 128];

	if (getcwd(here, sizeof(here)) == NULL)
		return err_set(e, ERR_CREATE, "%s", _("This folder cannot be written to."));
	for (int n = 1; n < 100; n++) {
		char name[100];

		if (n == 1)
			(void)snprintf(name, sizeof(name), "%s", _("card.txt"));
		else
			(void)snprintf(name, sizeof(name), "%d-%s", n, _("card.txt"));
		(void)snprintf(p->path, sizeof(p->path), "%s/%s", here, name);
		if (access(p->path, F_OK) == 0)
			continue;
		return v->app->write_here != NULL
			   ? v->app->write_here(v->app, name, buf_str(&p->text), e)
			   : export_write(p->path, buf_str(&p->text), e);
	}
	return err_set(e, ERR_CREATE, "%s", _("There are too many cards in this folder."));
}

static void card_pick(struct view *v, int id)
{
	struct paper *p = v->state;
	struct err e;

	if (id != CARD_SAVE) {
		app_pop(v->app);
	} else if (v->app->demo) {
		app_say(v->app, _("The demonstration writes nothing to the disk."));
	} else if (save(v, &e)) {
		p->saved = true;
		v->focus = CARD_BACK;
	} else {
		app_error(v->app, &e);
	}
}

static void card_close(struct view *v)
{
	struct paper *p = v->state;

	buf_free(&p->text);
}

const struct view_ops view_card = {
	.name = "card",
	.state_size = sizeof(struct paper),
	.open = card_open,
	.build = card_build,
	.pick = card_pick,
	.close = card_close,
};
