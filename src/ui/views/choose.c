/* One of several options, and one number on a scale: small pages that a form opens.  No answer
 * is an answer too, and it stands on the page like the others. */
#include "ui/views/page.h"

enum { CHOOSE_NONE = 1, CHOOSE_FIRST };

static bool choose_open(struct view *v, const void *arg, struct err *e)
{
	struct choose_arg *st = v->state;

	(void)e;
	*st = *(const struct choose_arg *)arg;
	v->focus =
	    CHOOSE_FIRST + run_number(st->run, st->card->name, st->item->name, 1) - 1;
	return true;
}

static void choose_build(const struct view *v, struct sheet *s)
{
	const struct choose_arg *st = v->state;
	const struct page *page = run_page(st->run);
	int now = run_number(st->run, st->card->name, st->item->name, 0);
	struct str text;

	sheet_place(s,
	    view_step_place(v->app, s->memory, card_number(page->head, FIELD_STEP, 0)),
	    T("for me only"));
	sheet_title(s, app_text(v->app, &st->item->cell[0]), (struct str){ 0 });
	for (int i = 0; (text = page_option(v->app, st->card, i)).n > 0; i++) {
		struct block *b = sheet_offer(s, CHOOSE_FIRST + i, text,
		    now == i + 1 ? T("chosen") : (struct str){ 0 });
		b->numbered = true;
		b->number = i + 1;
	}
	sheet_gap(s, 1);
	sheet_offer(s, CHOOSE_NONE, T("No answer"), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void choose_pick(struct view *v, int id)
{
	struct choose_arg *st = v->state;
	struct err e;
	bool ok;

	if (id == CHOOSE_NONE)
		ok = run_clear(st->run, st->card, st->item->name, &e);
	else
		ok = run_set_number(st->run, st->card, st->item->name,
		    app_text(v->app, &st->item->cell[0]), id - CHOOSE_FIRST + 1,
		    page_option(v->app, st->card, id - CHOOSE_FIRST), &e);
	app_pop(v->app);
	if (!ok)
		app_error(v->app, &e);
}

const struct view_ops view_choose = {
	.name = "choose",
	.state_size = sizeof(struct choose_arg),
	.open = choose_open,
	.build = choose_build,
	.pick = choose_pick,
};

/* ---- a scale ---- */
#define SCALE_ID(n) (100 + (n))
enum { SCALE_NONE = 99 };

void view_scale_blocks(const struct view *v, struct sheet *s, const struct card *c, int at)
{
	for (int n = 10; n >= 0; n--) {
		struct block *b = sheet_add(s, BLOCK_SCALE, SCALE_ID(n));
		b->number = n;
		b->marked = n == at;
		for (size_t i = 0; i < c->item_count; i++)
			if (c->items[i].number == n)
				b->text = app_text(v->app, &c->items[i].cell[0]);
	}
	sheet_gap(s, 1);
	struct block *none = sheet_add(s, BLOCK_SCALE, SCALE_NONE);
	none->number = -1;
	none->text = T("No number");
	sheet_note(s, T("It is not a grade. Only you see it."));
	sheet_can(s, ACT_OPEN, T("keep"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

int view_scale_value(int id)
{
	return id >= SCALE_ID(0) && id <= SCALE_ID(10) ? id - SCALE_ID(0) : -1;
}

int view_scale_start(void)
{
	return SCALE_ID(5);
}

bool view_scale_key(struct view *v, const struct event *ev)
{
	int at = view_scale_value(v->focus);

	if (ev->key < K_CHAR('0') || ev->key > K_CHAR('9'))
		return false;
	/* "1", "0" is ten: a nought after a one. */
	int n = ev->key - '0';
	v->focus = n == 0 && at == 1 ? SCALE_ID(10) : SCALE_ID(n);
	return true;
}

static bool scale_open(struct view *v, const void *arg, struct err *e)
{
	struct choose_arg *st = v->state;

	(void)e;
	*st = *(const struct choose_arg *)arg;
	v->focus = SCALE_ID(run_number(st->run, st->card->name, STR("value"), 5));
	return true;
}

static struct str scale_ask(const struct view *v, const struct card *c)
{
	struct str ask = app_field(v->app, c, FIELD_ASK);

	return ask.n > 0 ? ask : app_field(v->app, c, FIELD_TITLE);
}

static void scale_build(const struct view *v, struct sheet *s)
{
	const struct choose_arg *st = v->state;

	sheet_place(s, view_title(v->app, run_page(st->run)), T("for me only"));
	sheet_title(s, scale_ask(v, st->card), (struct str){ 0 });
	int kept = run_number(st->run, st->card->name, STR("value"), -1);
	view_scale_blocks(
	    v, s, st->card, v->app->plain ? kept : view_scale_value(v->focus));
}

static void scale_pick(struct view *v, int id)
{
	struct choose_arg *st = v->state;
	int value = view_scale_value(id);
	struct err e;
	bool ok;

	if (value < 0)
		ok = run_clear(st->run, st->card, STR("value"), &e);
	else
		ok = run_set_number(st->run, st->card, STR("value"), scale_ask(v, st->card),
		    value, (struct str){ 0 }, &e);
	app_pop(v->app);
	if (!ok)
		app_error(v->app, &e);
	else
		view_threshold(v, st->card, value);
}

const struct view_ops view_scale = {
	.name = "scale",
	.state_size = sizeof(struct choose_arg),
	.open = scale_open,
	.build = scale_build,
	.pick = scale_pick,
	.key = view_scale_key,
};
