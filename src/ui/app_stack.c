/* Views coming and going, and what must never be lost on the way: words are sealed before a
 * view is left, drafts every second, and a view whose words cannot be kept is not left at
 * all unless the person says so. */
#include "app_in.h"

#include <stdlib.h>

struct view *app_top(struct app *app)
{
	struct stack *st = app->stack;

	return st->n == 0 ? NULL : &st->slots[st->n - 1]->v;
}

size_t app_depth(const struct app *app)
{
	return app->stack->n;
}

struct view *app_view(const struct app *app, size_t i)
{
	return i < app->stack->n ? &app->stack->slots[i]->v : NULL;
}

/* ---- asking for a change ---- */

void app_queue(struct app *app, struct op op)
{
	struct stack *st = app->stack;

	if (st->queued < QUEUE_MOST)
		st->queue[st->queued++] = op;
}

void app_push(struct app *app, const struct view_ops *ops, const void *arg)
{
	app_queue(app, (struct op){ .kind = OP_PUSH, .ops = ops, .arg = arg });
}

void app_pop(struct app *app)
{
	app_queue(app, (struct op){ .kind = OP_POP });
}

void app_replace(struct app *app, const struct view_ops *ops, const void *arg)
{
	app_queue(app, (struct op){ .kind = OP_REPLACE, .ops = ops, .arg = arg });
}

void app_reset(struct app *app, const struct view_ops *ops, const void *arg)
{
	app_queue(app, (struct op){ .kind = OP_RESET, .ops = ops, .arg = arg });
}

void app_lock(struct app *app)
{
	app_queue(app, (struct op){ .kind = OP_LOCK });
}

void app_delete_room(struct app *app)
{
	app_queue(app, (struct op){ .kind = OP_DELETE });
}

void app_error(struct app *app, const struct err *e)
{
	/* Words that the disk did not take stay where they are, in sight; the note line says
	 * so, and it is tried again. */
	bool saving = (e->code == ERR_FULL || e->code == ERR_IO) && app_any_unsaved(app);

	app->stack->error = (struct error_arg){ .e = *e, .saving = saving };
	if (saving) {
		app->stack->save_failed = true;
		return;
	}
	app_push(app, &view_error, &app->stack->error);
}

void app_error_choosing(struct app *app, const struct err *e)
{
	app_error(app, e);
	app->stack->error.choosing = e->code == ERR_PASSPHRASE;
}

/* ---- carrying it out ---- */

static struct slot *slot_new(
    struct app *app, const struct view_ops *ops, const void *arg, struct err *e)
{
	struct arena *memory = arena_new();
	struct slot *sl = arena_make(memory, struct slot, 1);

	sl->v = (struct view){ .ops = ops, .app = app, .memory = memory };
	sl->v.state = arena_alloc(memory, ops->state_size > 0 ? ops->state_size : 1, 1);
	if (ops->open == NULL || ops->open(&sl->v, arg, e))
		return sl;
	if (ops->close != NULL)
		ops->close(&sl->v);
	arena_free(memory);
	return NULL;
}

static void slot_free(struct slot *sl)
{
	if (sl->v.ops->close != NULL)
		sl->v.ops->close(&sl->v);
	arena_free(sl->v.memory); /* the slot lies in it */
}

static void put_on_top(struct app *app, struct slot *sl)
{
	struct stack *st = app->stack;

	if (st->n == st->cap) {
		size_t cap = st->cap == 0 ? 16 : st->cap * 2;
		struct slot **more = realloc(st->slots, cap * sizeof(*more));

		if (more == NULL)
			die("%s", _("Not enough memory."));
		st->slots = more;
		st->cap = cap;
	}
	st->slots[st->n++] = sl;
}

/* Take the words out of a view that is being left and keep them for good. */
static bool leave_view(struct slot *sl, struct err *e)
{
	struct view *v = &sl->v;

	if (sl->drop)
		return true;
	if (v->ops->focus != NULL)
		v->ops->focus(v, 0);
	if (v->ops->save == NULL)
		return true;
	sl->failed = !v->ops->save(v, true, e);
	if (!sl->failed)
		v->unsaved = false;
	return !sl->failed;
}

void app_show_save_error(struct app *app, const struct err *e)
{
	struct stack *st = app->stack;
	struct err ignored;
	struct slot *sl;

	st->save_failed = true;
	st->error = (struct error_arg){ .e = *e, .saving = true };
	if (st->n > 0 && app_top(app)->ops == &view_error)
		return;
	sl = slot_new(app, &view_error, &st->error, &ignored);
	if (sl != NULL)
		put_on_top(app, sl);
}

static void blocked_by(struct app *app, const struct op *op, const struct err *e)
{
	struct stack *st = app->stack;

	st->blocked = *op;
	st->is_blocked = true;
	st->queued = 0;
	st->save_due = app_mono(app) + APP_SAVE_AGAIN;
	app_show_save_error(app, e);
}

static bool leave_from(struct app *app, size_t from, const struct op *op)
{
	struct err e = { 0 };

	for (size_t i = app->stack->n; i > from; i--) {
		if (leave_view(app->stack->slots[i - 1], &e))
			continue;
		blocked_by(app, op, &e);
		return false;
	}
	return true;
}

static void do_push(struct app *app, const struct op *op)
{
	struct err e = { 0 };
	struct slot *sl;

	/* What lies below may stay there for long: its words are sealed first. */
	if (app->stack->n > 0 && app_top(app)->unsaved)
		(void)app_save_all(app, false, &e);
	sl = slot_new(app, op->ops, op->arg, &e);
	if (sl != NULL)
		put_on_top(app, sl);
	else if (op->ops != &view_error)
		app_error(app, &e);
}

static void do_pop(struct app *app, const struct op *op)
{
	struct stack *st = app->stack;
	struct view *v;

	if (st->n == 0 || !leave_from(app, st->n - 1, op))
		return;
	slot_free(st->slots[--st->n]);
	v = app_top(app);
	if (v != NULL && v->ops->resume != NULL)
		v->ops->resume(v);
}

/* The new view is opened before the old ones go: its argument may lie in their memory. */
static void do_replace(struct app *app, const struct op *op, size_t from)
{
	struct stack *st = app->stack;
	struct err e = { 0 };
	struct slot *sl;

	if (!leave_from(app, from, op))
		return;
	sl = slot_new(app, op->ops, op->arg, &e);
	if (sl == NULL) {
		app_error(app, &e);
		return;
	}
	while (st->n > from)
		slot_free(st->slots[--st->n]);
	put_on_top(app, sl);
}

static void do_lock(struct app *app, const struct op *op)
{
	struct stack *st = app->stack;
	struct err e = { 0 };

	st->lock_wanted = false;
	/* An invented room lies in memory: locking it would be losing it. */
	if (app->room == NULL || room_vault(app->room) == NULL)
		return;
	for (size_t i = 0; i < st->n; i++)
		st->was_locked = st->was_locked || st->slots[i]->v.unsaved;
	if (!app_save_all(app, true, &e)) {
		blocked_by(app, op, &e); /* the error page shows no word of the person's */
		st->lock_wanted = true;
		return;
	}
	app_close_all(app);
	seen_note(&app->seen, app->room);
	room_close(app->room);
	app->room = NULL;
	buf_clear(&st->note);
	do_push(app, &(struct op){ .kind = OP_PUSH, .ops = &view_unlock });
}

static void do_delete(struct app *app)
{
	struct stack *st = app->stack;
	struct err e = { 0 };

	if (app->room == NULL || room_vault(app->room) == NULL)
		return;
	if (!vault_delete(room_vault(app->room), &e)) {
		app_error(app, &e);
		return;
	}
	app_close_all(app);
	room_close(app->room);
	app->room = NULL;
	buf_clear(&st->note);
	bool others = vault_home_has_any(NULL, app->home);
	do_push(app,
	    &(struct op){ .kind = OP_PUSH, .ops = others ? &view_unlock : &view_start });
	app_say(app, _("The room is deleted."));
}

void app_apply(struct app *app)
{
	struct stack *st = app->stack;

	while (st->queued > 0 && !st->done) {
		struct op op = st->queue[0];

		st->queued--;
		for (size_t i = 0; i < st->queued; i++)
			st->queue[i] = st->queue[i + 1];
		switch (op.kind) {
		case OP_PUSH: do_push(app, &op); break;
		case OP_POP: do_pop(app, &op); break;
		case OP_REPLACE: do_replace(app, &op, st->n > 0 ? st->n - 1 : 0); break;
		case OP_RESET: do_replace(app, &op, 0); break;
		case OP_LOCK: do_lock(app, &op); break;
		case OP_DELETE: do_delete(app); break;
		case OP_ACT:
			app_settle(app);
			app_act(app, op.act);
			break;
		}
	}
}

void app_close_all(struct app *app)
{
	struct stack *st = app->stack;

	while (st->n > 0)
		slot_free(st->slots[--st->n]);
	st->queued = 0;
	st->is_blocked = false;
	arena_reset(st->scratch);
	st->sheet = (struct sheet){ 0 };
}
