/* What an event does.  The order is a promise: leaving comes first, then what works
 * everywhere, then the field one writes in, then moving, then the page. */
#include "app_in.h"

#define TWICE_WITHIN 2000

/* ---- keys ---- */

static bool is_text(const struct event *ev)
{
	return ev->key == K_TEXT || ev->key == K_PASTE ||
	       (ev->key >= ' ' && ev->key <= '~');
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
	here_focus(h, id);
	if (pick)
		app_pick(h->app, id);
	return true;
}

static bool key_move(struct here *h, int key, bool typing)
{
	switch (key) {
	case K_UP: (void)here_move(h, -1); return true;
	case K_DOWN: (void)here_move(h, 1); return true;
	case K_TAB: (void)here_move(h, 1); return true;
	case K_BACKTAB: (void)here_move(h, -1); return true;
	case K_PAGE_DOWN: (void)here_turn(h, 1); return true;
	case K_PAGE_UP: (void)here_turn(h, -1); return true;
	case K_ENTER: app_act(h->app, ACT_OPEN); return true;
	default: break;
	}
	if (typing)
		return false;
	switch (key) {
	case 'k': (void)here_move(h, -1); return true;
	case 'j': (void)here_move(h, 1); return true;
	case ' ': app_act(h->app, ACT_MORE); return true;
	case 'b': (void)here_turn(h, -1); return true;
	case K_HOME:
	case 'g': here_to_end(h, -1); return true;
	case K_END:
	case 'G': here_to_end(h, 1); return true;
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
	if (act < 0 || act == ACT_MORE || act == ACT_OPEN || act == ACT_NEXT ||
	    act == ACT_PREV)
		return false;
	if (sheet_action(h->s, (enum action)act) < 0 && act != ACT_UNDO &&
	    act != ACT_SAVE && !action_everywhere((enum action)act))
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
	if (!key_move(&h, ev->key, typing) && !view_demo_key(app, ev))
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
	here_focus(&h, id);
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
		(void)here_move(&h, ev->delta < 0 ? -1 : 1);
	else if (ev->key == K_CTRL('c'))
		on_cancel(app);
	else if (ev->key == K_CTRL('z') && !h.s->typing)
		on_suspend(app); /* in a field it takes back what was typed */
	else
		on_key(app, ev);
}
