/* One of the five steps: why, and its pages, each with what is kept of it.  The overview shows
 * all five takeaways together, with the questions and answers. */
#include "ui/views/views.h"

struct step {
	const struct card *card;
	const struct page **pages;
	size_t count;
};

static bool step_open(struct view *v, const void *arg, struct err *e)
{
	struct step *st = v->state;
	struct str rest, name;

	(void)e;
	st->card = arg;
	rest = card_word(st->card, FIELD_PAGES);
	st->pages = arena_alloc(v->memory, sizeof(*st->pages), rest.n / 2 + 1);
	while (str_cut(&rest, ' ', &name)) {
		const struct page *p = content_page(v->app->content, name);
		if (p != NULL)
			st->pages[st->count++] = p;
	}
	/* A page of a pack joins its step without the step's card naming it. */
	int number = card_number(st->card, FIELD_ORDER, 0);
	const struct content *c = v->app->content;
	size_t named = st->count;
	const struct page **all =
	    arena_alloc(v->memory, sizeof(*all), named + c->page_count + 1);
	if (named > 0)
		memcpy(all, st->pages, named * sizeof(*all));
	for (size_t i = 0; i < c->page_count; i++) {
		const struct page *p = &c->pages[i];
		bool known = false;
		if (card_number(p->head, FIELD_STEP, 0) != number ||
		    str_is(card_word(p->head, FIELD_LISTED), "no"))
			continue;
		for (size_t k = 0; k < named && !known; k++)
			known = all[k] == p;
		if (!known)
			all[st->count++] = p;
	}
	st->pages = all;
	return true;
}

static void step_build(const struct view *v, struct sheet *s)
{
	const struct step *st = v->state;
	struct app *app = v->app;

	sheet_place(s,
	    view_step_place(app, s->memory, card_number(st->card, FIELD_ORDER, 0)),
	    app->demo ? T("EXAMPLE") : T("at your own pace"));
	sheet_title(s, app_field(app, st->card, FIELD_SUBTITLE), (struct str){ 0 });
	sheet_prose(s, app_field(app, st->card, FIELD_SHORT));
	sheet_gap(s, 1);
	for (size_t i = 0; i < st->count; i++)
		view_page_offer(v, s, ID_LIST + (int)i, st->pages[i]);
	sheet_gap(s, 1);
	sheet_prose(s, app_field(app, st->card, FIELD_PACE));
	sheet_gap(s, 1);
	sheet_prose(s, app_field(app, st->card, FIELD_WHY));
	if (st->card->item_count > 0) {
		sheet_gap(s, 1);
		sheet_head(s, T("What this step works towards"));
		for (size_t i = 0; i < st->card->item_count; i++)
			sheet_prose(s, app_text(app, &st->card->items[i].cell[0]));
	}
	sheet_gap(s, 1);
	sheet_side(s, T("A small thing"), app_field(app, st->card, FIELD_TIP));
	if (app->demo)
		view_demo_notes(v, s, st->card->name, 0, false);
	else
		sheet_note(s, T("● something of yours is here"));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void step_pick(struct view *v, int id)
{
	struct step *st = v->state;
	int i = id - ID_LIST;

	if (i >= 0 && (size_t)i < st->count)
		view_open_page(v->app, st->pages[i]);
}

const struct view_ops view_step = {
	.name = "step",
	.state_size = sizeof(struct step),
	.open = step_open,
	.build = step_build,
	.pick = step_pick,
};

/* ---- the overview ---- */
enum { OVER_STEP = 1, OVER_FAQ = 10, OVER_TOOLS, OVER_SEARCH };

static void overview_build(const struct view *v, struct sheet *s)
{
	struct app *app = v->app;

	sheet_place(s, STR("Remanso"), app->demo ? T("EXAMPLE") : T("in any order"));
	sheet_title(s, T("Five steps across the water"), (struct str){ 0 });
	for (int i = 1; i <= 5; i++) {
		const struct card *c = view_step_card(app, i);
		if (c == NULL)
			continue;
		struct block *b = sheet_add(s, BLOCK_ROW, OVER_STEP + i - 1);
		b->cells[b->cell_count++] = app_field(app, c, FIELD_TITLE);
		b->cells[b->cell_count++] = app_field(app, c, FIELD_TAKEAWAY);
	}
	sheet_gap(s, 1);
	sheet_offer(s, OVER_FAQ, T("Questions and answers"), T("reading"));
	sheet_offer(s, OVER_TOOLS, T("Ways to come back to now"), T("one or two minutes"));
	sheet_offer(s, OVER_SEARCH, T("Search everything"), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void overview_pick(struct view *v, int id)
{
	if (id == OVER_FAQ)
		app_push(v->app, &view_faq, NULL);
	else if (id == OVER_TOOLS)
		app_push(v->app, &view_grounding, NULL);
	else if (id == OVER_SEARCH)
		app_push(v->app, &view_search, NULL);
	else if (id >= OVER_STEP && id < OVER_STEP + 5 &&
		 view_step_card(v->app, id) != NULL)
		app_push(v->app, &view_step, view_step_card(v->app, id));
}

static bool overview_key(struct view *v, const struct event *ev)
{
	if (ev->key < K_CHAR('1') || ev->key > K_CHAR('5'))
		return false;
	overview_pick(v, OVER_STEP + ev->key - K_CHAR('1'));
	return true;
}

const struct view_ops view_overview = {
	.name = "overview",
	.build = overview_build,
	.pick = overview_pick,
	.key = overview_key,
};
