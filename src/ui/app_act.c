/* Moving on a page, and what an action does: the program's part first, then the view's, then
 * what is left to the program. */
#include "app_in.h"

struct here here_of(struct app *app)
{
	struct view *v = app_top(app);

	return (struct here){ app, app->stack, v, (struct slot *)v, &app->stack->sheet };
}

/* ---- the focus ---- */

static struct spot spot_of(const struct here *h)
{
	return (struct spot){ .focus = h->v->focus,
		.scroll = h->v->scroll,
		.loose = h->sl->loose,
		.top = -1 };
}

static void go(struct here *h, const struct spot *to)
{
	struct spot at = *to;

	h->v->focus = at.focus;
	h->v->scroll = at.scroll;
	h->sl->loose = at.loose;
	if (at.loose)
		return;
	/* Told at once, so that the words of a field are taken before anything else
	 * happens; a page that is passed over keeps its own. */
	app_settle(h->app);
	if (at.focus != h->v->focus || at.top < 0)
		return;
	sheet_anchor(h->s, app_rows(h->app), app_cols(h->app), &at);
	h->v->scroll = at.scroll;
}

bool here_move(struct here *h, int by)
{
	struct spot at = spot_of(h);

	if (!sheet_move(h->s, app_rows(h->app), app_cols(h->app), by, &at))
		return false;
	go(h, &at);
	return true;
}

bool here_turn(struct here *h, int by)
{
	struct spot at = spot_of(h);

	if (!sheet_turn(h->s, app_rows(h->app), app_cols(h->app), by, &at))
		return false;
	go(h, &at);
	return true;
}

void here_to_end(struct here *h, int by)
{
	struct spot at = spot_of(h);
	int before = -1;

	/* Every turn goes further, or it was the last. */
	while (by > 0 && h->v->scroll > before) {
		before = h->v->scroll;
		if (!here_turn(h, 1))
			break;
	}
	at.scroll = by > 0 ? h->v->scroll : 0;
	at.focus = sheet_step(h->s, 0, by > 0 ? -1 : 1);
	at.loose = at.focus == 0;
	go(h, &at);
}

void here_focus(struct here *h, int id)
{
	struct spot at = { .focus = id, .scroll = h->v->scroll, .top = -1 };

	go(h, &at);
}

/* ---- actions ---- */

bool action_everywhere(enum action act)
{
	static const enum action all[] = { ACT_HELP, ACT_GROUND, ACT_LEAVE, ACT_LINES,
		ACT_LOCK, ACT_LANG, ACT_BACK, ACT_SEARCH, ACT_SETTINGS, ACT_LIMITS,
		ACT_REDRAW };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (all[i] == act)
			return true;
	}
	return false;
}

struct str app_why_not(const struct app *app, const struct sheet *s, enum action act)
{
	int at = sheet_action(s, act);
	bool room = act == ACT_LOCK || act == ACT_SETTINGS;

	if (at >= 0 && s->actions[at].why_not.n > 0)
		return s->actions[at].why_not;
	if (act == ACT_LOCK && app->room != NULL && room_vault(app->room) == NULL)
		return str_from(_("nothing is kept here"));
	if (room && app->room == NULL)
		return str_from(_("once it is open"));
	return (struct str){ 0 };
}

void app_pick(struct app *app, int id)
{
	struct here h = here_of(app);
	const struct block *b = sheet_block(h.s, id);

	if (b == NULL || h.v->ops->pick == NULL)
		return;
	h.v->ops->pick(h.v, id);
}

void app_back(struct app *app)
{
	struct here h = here_of(app);

	if (sheet_action(h.s, ACT_BACK) >= 0 && h.v->ops->act != NULL &&
	    h.v->ops->act(h.v, ACT_BACK))
		return;
	if (h.st->n > 1)
		app_pop(app);
	else
		app_say(app,
		    app->plain
			? _("This is the first page. \"leave\" ends it; what is written is kept.")
			: _("This is the first page. Ctrl-X leaves; what is written is kept."));
}

static void next_language(struct app *app)
{
	if (app->content == NULL || app->content->lang_count < 2)
		return;
	app->lang_chosen = true;
	app_language(app, (app->lang + 1) % (int)app->content->lang_count);
}

static void save_now(struct here *h)
{
	struct err e = { 0 };

	h->sl->failed = h->v->ops->save != NULL && !h->v->ops->save(h->v, true, &e);
	if (!h->sl->failed) {
		h->v->unsaved = false;
		app_say(h->app, _("Saved."));
		return;
	}
	h->v->unsaved = true;
	app_error(h->app, &e);
}

/* What only the program can do; the view is not asked. */
static bool act_global(struct here *h, enum action act)
{
	struct app *app = h->app;

	switch ((int)act) {
	case ACT_LEAVE: app_leave_now(app, app->exit_status); return true;
	case ACT_HELP:
		if (h->v->ops == &view_actions)
			app_pop(app);
		else
			app_push(app, &view_actions, NULL);
		return true;
	case ACT_GROUND:
		if (h->v->ops != &view_grounding)
			app_push(app, &view_grounding, NULL);
		return true;
	case ACT_LANG: next_language(app); return true;
	case ACT_REDRAW:
		if (app->term != NULL && app->term->redraw != NULL)
			app->term->redraw(app->term);
		return true;
	case ACT_BACK: app_back(app); return true;
	default: return false;
	}
}

/* What the program does when the view has nothing of its own for it. */
static void act_otherwise(struct here *h, enum action act)
{
	switch ((int)act) {
	case ACT_OPEN:
		if (h->sl->loose)
			(void)here_turn(h, 1);
		else
			app_pick(h->app, h->v->focus);
		break;
	case ACT_NEXT: (void)here_move(h, 1); break;
	case ACT_PREV: (void)here_move(h, -1); break;
	case ACT_MORE: (void)here_turn(h, 1); break;
	case ACT_LINES: app_push(h->app, &view_lines, NULL); break;
	case ACT_SEARCH: app_push(h->app, &view_search, NULL); break;
	case ACT_SETTINGS: app_push(h->app, &view_settings, NULL); break;
	case ACT_LIMITS: app_push(h->app, &view_limits, NULL); break;
	case ACT_LOCK: app_lock(h->app); break;
	default: break;
	}
}

void app_act(struct app *app, enum action act)
{
	struct here h = here_of(app);
	struct str why;

	if (h.v == NULL)
		return;
	why = app_why_not(app, h.s, act);
	if (why.n > 0) {
		struct str words =
		    arena_fmt(app->stack->scratch, _("Not now: %.*s."), STR_ARG(why));

		app_say(app, words.s);
		return;
	}
	if (act_global(&h, act))
		return;
	if (act == ACT_SAVE) {
		save_now(&h);
		return;
	}
	/* A page is turned before its view is asked for what comes after it. */
	if (act == ACT_MORE && here_turn(&h, 1))
		return;
	if (h.v->ops->act == NULL || !h.v->ops->act(h.v, act))
		act_otherwise(&h, act);
}
