/* Grounding, one key away from everywhere: a page of its own, so that what hurt is out of
 * sight.  It starts at once, eyes open, senses first; Esc goes back to the same word.  The
 * landing after an intense page is a smaller sister. */
#include "ui/views/views.h"

enum { GROUND_STEP = 1, GROUND_OTHER = 10 };
#define KIT_LINES 2

/* First choices are senses and movement; breath stands last and is only one of them. */
static const char *const others[] = { "five-senses", "feet-push", "longer-exhale" };

struct grounding {
	const struct card *steps; /* of "look around" */
	size_t at;
	size_t kit_count;
	struct str kit[KIT_LINES];
};

static bool grounding_open(struct view *v, const void *arg, struct err *e)
{
	struct grounding *g = v->state;
	struct app *app = v->app;
	const struct page *p = content_page(app->content, STR("orienting"));

	(void)arg;
	(void)e;
	if (p != NULL)
		g->steps = view_part_of(p, CARD_PRACTICE);
	if (app->room != NULL)
		g->kit_count =
		    room_kit(app->room, app->content, v->memory, g->kit, KIT_LINES);
	return true;
}

static void numbered(struct sheet *s, int n, struct str label, struct str hint)
{
	struct block *b = sheet_offer(s, GROUND_OTHER + n, label, hint);

	b->numbered = true;
	b->number = n;
}

static void grounding_build(const struct view *v, struct sheet *s)
{
	const struct grounding *g = v->state;
	struct app *app = v->app;
	bool over = app_depth(app) > 1;
	int n = 1;

	sheet_place(s,
	    !over        ? T("Grounding")
	    : app->plain ? T("Your page is kept. \"back\" goes to it.")
			 : T("Your page is kept. Esc goes back to the same word."),
	    app->demo ? T("EXAMPLE") : (struct str){ 0 });
	sheet_title(s,
	    g->steps != NULL ? view_title(app, g->steps->page) : T("Look around"),
	    (struct str){ 0 });
	sheet_prose(s,
	    arena_fmt(s->memory, _("Today is %.*s. You are reading this now."),
		STR_ARG(app_date(app, s->memory, app->world->now_ms(app->world), true))));
	sheet_gap(s, 1);
	if (g->steps != NULL && g->steps->item_count > 0) {
		sheet_prose(s, app_text(app, &g->steps->items[g->at].cell[0]));
		sheet_gap(s, 1);
		sheet_offer(s, GROUND_STEP,
		    g->at + 1 < g->steps->item_count ? T("And then")
						     : T("From the beginning"),
		    (struct str){ 0 });
		sheet_gap(s, 1);
	}
	if (g->kit_count > 0)
		sheet_head(s, T("From your kit"));
	for (size_t k = 0; k < g->kit_count; k++)
		sheet_mine(s, 0, g->kit[k], (struct str){ 0 });
	sheet_gap(s, g->kit_count > 0 ? 1 : 0);
	sheet_head(s, T("Or something else"));
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct page *p = content_page(app->content, str_from(others[i]));
		if (p == NULL)
			continue;
		numbered(s, n++, view_title(app, p),
		    str_is(card_word(p->head, FIELD_SENSE), "breath")
			? T("only if breath is fine")
			: view_minutes(
			      s->memory, card_number(p->head, FIELD_MINUTES, 0), false));
	}
	numbered(s, n++, T("All the tools"), (struct str){ 0 });
	numbered(s, n, T("Somebody to talk to"), T("any time"));
	sheet_gap(s, 1);
	sheet_prose(s, T("Better or the same: go on. Worse: choose another. Any number of "
			 "minutes is enough."));
	sheet_cannot(s, ACT_GROUND, T("you are here"));
	sheet_can(s, ACT_OPEN, T("next"), true);
	sheet_can(s, ACT_BACK, over ? T("back to my page") : (struct str){ 0 }, true);
}

static void grounding_pick(struct view *v, int id)
{
	struct grounding *g = v->state;
	struct app *app = v->app;
	int n = 1;

	if (id == GROUND_STEP) {
		g->at = (g->at + 1) % g->steps->item_count;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		const struct page *p = content_page(app->content, str_from(others[i]));
		const struct card *c;
		if (p == NULL)
			continue;
		if (id != GROUND_OTHER + n++)
			continue;
		c = view_part_of(p, CARD_PRACTICE);
		if (c == NULL)
			c = view_part_of(p, CARD_BREATH);
		if (c != NULL)
			app_push(app, &view_tool, c);
		return;
	}
	if (id == GROUND_OTHER + n)
		app_push(app, &view_tools, NULL);
	else if (id == GROUND_OTHER + n + 1)
		app_push(app, &view_lines, NULL);
}

const struct view_ops view_grounding = {
	.name = "grounding",
	.state_size = sizeof(struct grounding),
	.open = grounding_open,
	.build = grounding_build,
	.pick = grounding_pick,
};

/* ---- all the tools: senses and movement first, what is off at first last ---- */
static void tools_build(const struct view *v, struct sheet *s)
{
	static const char *const levels[] = { "start", "some", "ask-first" };
	const char *const heads[] = { _("To begin with"), _("After a few tries"),
		_("Only after reading what to watch for") };
	const struct content *c = v->app->content;

	sheet_place(s, T("Grounding"), v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	sheet_title(s, T("Ways to come back to now"), (struct str){ 0 });
	for (size_t l = 0; l < ARRAY_LEN(levels); l++) {
		sheet_head(s, str_from(heads[l]));
		for (size_t i = 0; i < c->page_count; i++)
			if (view_page_is(&c->pages[i], "tool") &&
			    str_is(card_word(c->pages[i].head, FIELD_LEVEL), levels[l]))
				view_page_offer(v, s, ID_LIST + (int)i, &c->pages[i]);
		sheet_gap(s, 1);
	}
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void tools_pick(struct view *v, int id)
{
	int i = id - ID_LIST;

	if (i >= 0 && (size_t)i < v->app->content->page_count)
		view_open_page(v->app, &v->app->content->pages[i]);
}

const struct view_ops view_tools = {
	.name = "tools",
	.build = tools_build,
	.pick = tools_pick,
};

/* ---- the landing after a page that asked much: never straight to the next ---- */
enum { LAND_DONE = 1, LAND_GROUND };

static void landing_build(const struct view *v, struct sheet *s)
{
	sheet_place(s, T("A moment, before going on"),
	    v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	sheet_title(s, T("Look up, and around the room"), (struct str){ 0 });
	sheet_prose(
	    s, T("Find three things of the same color. Feel what is holding you up. "
		 "Drink some water, if there is some."));
	sheet_gap(s, 1);
	sheet_prose(s, arena_fmt(s->memory, _("It is %.*s, and that page is closed."),
			   STR_ARG(app_date(v->app, s->memory,
			       v->app->world->now_ms(v->app->world), true))));
	sheet_gap(s, 1);
	sheet_offer(s, LAND_DONE, T("I am here"), (struct str){ 0 });
	sheet_offer(s, LAND_GROUND, T("A little longer, with a tool"), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, T("skip"), true);
}

static void landing_pick(struct view *v, int id)
{
	if (id == LAND_DONE)
		app_pop(v->app);
	else
		app_replace(v->app, &view_grounding, NULL);
}

const struct view_ops view_landing = {
	.name = "landing",
	.build = landing_build,
	.pick = landing_pick,
};
