/* Small things that many pages say the same way. */
#include "ui/views/views.h"

struct str view_minutes(struct arena *a, int minutes, bool about)
{
	if (minutes <= 0)
		return (struct str){ 0 };
	if (minutes == 1)
		return T("one minute");
	return arena_fmt(a, about ? _("about %d minutes") : _("%d minutes"), minutes);
}

const struct card *view_step_card(const struct app *app, int step)
{
	const struct card *c = NULL;

	while ((c = content_next(app->content, CARD_STEP, c)) != NULL)
		if (card_number(c, FIELD_ORDER, 0) == step)
			return c;
	return NULL;
}

struct str view_step_place(const struct app *app, struct arena *a, int step)
{
	const struct card *c = view_step_card(app, step);

	if (c == NULL)
		return (struct str){ 0 };
	return arena_fmt(
	    a, _("Step %d · %.*s"), step, STR_ARG(app_field(app, c, FIELD_TITLE)));
}

void view_paras(const struct view *v, struct sheet *s, const struct card *c)
{
	for (size_t i = 0; i < c->para_count; i++) {
		sheet_prose(s, app_fill(v->app, s->memory, app_text(v->app, &c->paras[i])));
		if (i + 1 < c->para_count)
			sheet_gap(s, 1);
	}
}

void view_message_paras(const struct view *v, struct sheet *s, const char *name)
{
	const struct card *c = content_card(v->app->content, CARD_MESSAGE, str_from(name));

	if (c != NULL)
		view_paras(v, s, c);
}

struct str view_title(const struct app *app, const struct page *p)
{
	return app_field(app, p->head, FIELD_TITLE);
}

bool view_page_is(const struct page *p, const char *kind)
{
	return str_is(card_word(p->head, FIELD_KIND), kind);
}

const struct card *view_part_of(const struct page *p, enum card_kind kind)
{
	for (size_t i = 0; i < p->part_count; i++)
		if (p->parts[i].kind == kind)
			return &p->parts[i];
	return NULL;
}

void view_message_note(const struct view *v, struct sheet *s, const char *name)
{
	const struct card *c = content_card(v->app->content, CARD_MESSAGE, str_from(name));

	if (c != NULL && c->para_count > 0)
		sheet_note(s, app_fill(v->app, s->memory, app_text(v->app, &c->paras[0])));
}

/* What is kept of a page: nothing at all, begun, or saved on a day. */
static struct str kept(const struct view *v, struct arena *a, const struct page *p)
{
	if (v->app->room == NULL)
		return (struct str){ 0 };
	struct page_state state = page_state(v->app->room, p);
	if (state.state == RUN_BEGUN)
		return T("● begun");
	if (state.state != RUN_DONE)
		return (struct str){ 0 };
	struct str day = app_short_date(v->app, a, state.when);
	bool reading = view_page_is(p, "reading") || view_page_is(p, "table");
	return arena_fmt(a, reading ? _("● read %.*s") : _("● saved %.*s"), STR_ARG(day));
}

struct block *view_page_offer(
    const struct view *v, struct sheet *s, int id, const struct page *p)
{
	struct block *b = sheet_offer(s, id, view_title(v->app, p), kept(v, s->memory, p));

	if (view_page_is(p, "reading") || view_page_is(p, "table"))
		b->text = T("reading");
	else
		b->text =
		    view_minutes(s->memory, card_number(p->head, FIELD_MINUTES, 0), false);
	return b;
}

void view_say_deleted(struct app *app)
{
	app_say(app, app->plain ? _("Deleted. \"undo\" takes it back.")
				: _("Deleted. u takes it back."));
}

void view_open_page(struct app *app, const struct page *p)
{
	if (p == NULL)
		return;
	app_push(app, view_page_is(p, "measure") ? &view_measure : &view_page, p);
}

struct str view_folder_words(const struct app *app, struct folder_words *f)
{
	if (f->lang != app->lang + 1) {
		f->lang = app->lang + 1;
		if (app->home == NULL || !vault_home_warning(NULL, app->home, f->words))
			f->words[0] = '\0';
	}
	return str_from(f->words);
}
