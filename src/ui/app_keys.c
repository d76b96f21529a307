/* What an event does.  The order is a promise: leaving comes first, then what works
 * everywhere, then the field one writes in, then moving, then the page. */
#include "app_in.h"

#define TWICE_WITHIN 2000

struct here {
	struct app *app;
	struct stack *st;
	struct view *v;
	struct slot *sl;
	struct sheet *s;
};

static struct here here_of(struct app *app)
{
	struct view *v = app_top(app);

	return (struct here){ app, app->stack, v, (struct slot *)v, &app->stack->sheet };
}

/* ---- the focus ---- */

static struct spot spot_of(const struct here *h)
{
	return (struct spot){ h->v->focus, h->v->scroll, h->sl->loose };
}

static void go(struct here *h, const struct spot *at)
{
	h->v->focus = at->focus;
	h->v->scroll = at->scroll;
	h->sl->loose = at->loose;
	if (at->loose)
		return;
	/* Told at once, so that the words of a field are taken before anything else
	 * happens; a page that is passed over keeps its own. */
	app_settle(h->app);
}

static bool move(struct here *h, int by)
{
	struct spot at = spot_of(h);

	if (!sheet_move(h->s, app_rows(h->app), app_cols(h->app), by, &at))
		return false;
	go(h, &at);
	return true;
}

static bool turn(struct here *h, int by)
{
	struct spot at = spot_of(h);

	if (!sheet_turn(h->s, app_rows(h->app), app_cols(h->app), by, &at))
		return false;
	go(h, &at);
	return true;
}

static void to_end(struct here *h, int by)
{
	struct spot at = { 0 };

	if (by > 0) {
		while (turn(h, 1))
			;
		at = spot_of(h);
		at.focus = sheet_step(h->s, 0, -1);
		at.loose = at.focus == 0;
	} else {
		at.focus = sheet_step(h->s, 0, 1);
		at.loose = at.focus == 0;
	}
	go(h, &at);
}

static void focus_on(struct here *h, int id)
{
	struct spot at = { id, h->v->scroll, false };

	go(h, &at);
}

/* ---- actions ---- */

bool action_everywhere(enum action act)
{
	static const enum action all[] = { ACT_HELP, ACT_GROUND, ACT_LEAVE, ACT_LINES, ACT_LOCK,
		ACT_LANG, ACT_BACK, ACT_SEARCH, ACT_SETTINGS, ACT_LIMITS, ACT_REDRAW };

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
		app_say(app, _("This is the first page. Ctrl-X leaves; what is written is kept."));
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

	if (h->v->ops->act != NULL && h->v->ops->act(h->v, ACT_SAVE))
		return;
	if (app_save_all(h->app, true, &e))
		app_say(h->app, _("Saved."));
	else
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
			(void)turn(h, 1);
		else
			app_pick(h->app, h->v->focus);
		break;
	case ACT_NEXT: (void)move(h, 1); break;
	case ACT_PREV: (void)move(h, -1); break;
	case ACT_MORE: (void)turn(h, 1); break;
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
		struct str words = arena_fmt(app->stack->scratch, _("Not now: %.*s."), STR_ARG(why));

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
	if (act == ACT_MORE && turn(&h, 1))
		return;
	if (h.v->ops->act == NULL || !h.v->ops->act(h.v, act))
		act_otherwise(&h, act);
}

/* ---- keys ---- */

static bool is_text(const struct event *ev)
{
	return ev->key == K_TEXT || ev->key == K_PASTE || (ev->key >= ' ' && ev->key <= '~');
}

/* The field that takes this key: the open one in focus, or the one that narrows a list. */
static const struct block *writes_to(const struct here *h, const struct event *ev)
{
	const struct block *b = h->sl->loose ? NULL : sheet_block(h->s, h->v->focus);

	if (b != NULL && b->editor != NULL)
		return b;
	b = sheet_block(h->s, h->s->find);
	if (b != NULL && b->editor != NULL &&
	    (is_text(ev) || ev->key == K_BACKSPACE || ev->key == K_WORD_BACKSPACE))
		return b;
	return NULL;
}

static bool key_editor(struct here *h, const struct event *ev)
{
	const struct block *b = writes_to(h, ev);

	if (b == NULL ||
	    !editor_key(b->editor, ev, sheet_width_of(h->s, b, app_cols(h->app))))
		return false;
	if (h->v->ops->typed != NULL)
		h->v->ops->typed(h->v, b->id);
	return true;
}

static const struct block *numbered(const struct sheet *s, int number)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];

		if (b->id != 0 && b->number == number &&
		    (b->kind == BLOCK_SCALE || (b->kind == BLOCK_OFFER && b->numbered)))
			return b;
	}
	return NULL;
}

/* A number chooses an offer that shows it, or goes to a notch of a scale. */
static bool key_number(struct here *h, int key)
{
	const struct block *now = sheet_block(h->s, h->v->focus), *b = NULL;

	if (key < '0' || key > '9')
		return false;
	if (key == '0' && now != NULL && now->kind == BLOCK_SCALE && now->number == 1)
		b = numbered(h->s, 10); /* a nought after a one */
	if (b == NULL)
		b = numbered(h->s, key - '0');
	if (b == NULL)
		return false;
	int id = b->id;
	bool pick = b->kind == BLOCK_OFFER;
	focus_on(h, id);
	if (pick)
		app_pick(h->app, id);
	return true;
}

static bool key_move(struct here *h, int key, bool typing)
{
	switch (key) {
	case K_UP: (void)move(h, -1); return true;
	case K_DOWN: (void)move(h, 1); return true;
	case K_TAB: (void)move(h, 1); return true;
	case K_BACKTAB: (void)move(h, -1); return true;
	case K_PAGE_DOWN: (void)turn(h, 1); return true;
	case K_PAGE_UP: (void)turn(h, -1); return true;
	case K_ENTER:
		app_act(h->app, ACT_OPEN);
		return true;
	default: break;
	}
	if (typing)
		return false;
	switch (key) {
	case 'k': (void)move(h, -1); return true;
	case 'j': (void)move(h, 1); return true;
	case ' ': app_act(h->app, ACT_MORE); return true;
	case 'b': (void)turn(h, -1); return true;
	case K_HOME:
	case 'g': to_end(h, -1); return true;
	case K_END:
	case 'G': to_end(h, 1); return true;
	case 'q': app_back(h->app); return true;
	default: return key_number(h, key);
	}
}

static bool view_key(struct here *h, const struct event *ev)
{
	return h->v->ops->key != NULL && h->v->ops->key(h->v, ev);
}

/* Letters that the page itself names come before their meaning everywhere. */
static bool key_named(struct here *h, int act)
{
	if (act < 0 || act == ACT_MORE || act == ACT_OPEN || act == ACT_NEXT || act == ACT_PREV)
		return false;
	if (sheet_action(h->s, (enum action)act) < 0 && act != ACT_UNDO && act != ACT_SAVE &&
	    !action_everywhere((enum action)act))
		return false;
	app_act(h->app, (enum action)act);
	return true;
}

static void on_key(struct app *app, const struct event *ev)
{
	struct here h = here_of(app);
	bool typing = h.s->typing && !h.sl->loose;
	int act = action_of_key(ev->key, typing);

	if (act == ACT_HELP || act == ACT_GROUND || act == ACT_LANG || act == ACT_REDRAW ||
	    act == ACT_BACK) {
		app_act(app, (enum action)act);
		return;
	}
	if (key_editor(&h, ev) || key_named(&h, act))
		return;
	if (ev->key == K_LEFT || ev->key == K_RIGHT) {
		if (view_key(&h, ev) || typing)
			return;
		app_act(app, ev->key == K_LEFT ? ACT_BACK : ACT_OPEN);
		return;
	}
	if (!key_move(&h, ev->key, typing))
		(void)view_key(&h, ev);
}

static void on_cancel(struct app *app)
{
	struct stack *st = app->stack;
	int64_t now = app_mono(app);

	if (st->ctrl_c_at != 0 && now - st->ctrl_c_at <= TWICE_WITHIN) {
		app_leave_now(app, app->exit_status);
		return;
	}
	st->ctrl_c_at = now;
	app_back(app);
	app_say(app, _("Ctrl-C once more leaves; what is written is kept."));
}

static void on_click(struct app *app, const struct event *ev)
{
	struct here h = here_of(app);
	int id = hit_map_find(h.st->hits, ev->row, ev->col), row, col, width;
	const struct block *b;

	if (id < 0) {
		app_act(app, (enum action)(-1 - id));
		return;
	}
	b = sheet_block(h.s, id);
	if (b == NULL)
		return;
	if (b->editor != NULL && id == h.v->focus) {
		if (hit_map_text(h.st->hits, ev->row, ev->col, &row, &col, &width))
			editor_click(b->editor, width, row, col);
		return;
	}
	focus_on(&h, id);
	b = sheet_block(h.s, id);
	if (b != NULL && b->kind != BLOCK_FIELD)
		app_pick(app, id);
}

static void on_suspend(struct app *app)
{
	app_lock(app);
	app_apply(app);
	if (app->term != NULL && app->term->suspend != NULL)
		app->term->suspend(app->term);
	app->stack->input_at = app_mono(app);
}

void app_event(struct app *app, const struct event *ev)
{
	struct stack *st = app->stack;
	struct here h;

	if (ev->kind == EV_END) {
		app_end(app, ev->signal);
		return;
	}
	if (ev->kind == EV_KEY && ev->key == K_CTRL('x')) {
		app_leave_now(app, app->exit_status);
		return;
	}
	if (ev->kind == EV_NONE || ev->kind == EV_RESIZE || st->n == 0)
		return;
	st->input_at = app_mono(app);
	st->warned = st->lock_wanted = false;
	if (ev->kind == EV_SUSPEND) {
		on_suspend(app);
		return;
	}
	buf_clear(&st->note);
	h = here_of(app);
	if (ev->kind == EV_CLICK)
		on_click(app, ev);
	else if (ev->kind == EV_WHEEL)
		(void)move(&h, ev->delta < 0 ? -1 : 1);
	else if (ev->key == K_CTRL('c'))
		on_cancel(app);
	else
		on_key(app, ev);
}
