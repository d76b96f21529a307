/* Keeping words and watching the clock: drafts every second, tried again when that fails, the
 * lock when nobody is there. */
#include "app_in.h"

#define SAVE_EVERY 1000
#define WARN_BEFORE 30000

/* ---- keeping words ---- */

bool app_save_all(struct app *app, bool every, struct err *e)
{
	struct stack *st = app->stack;
	bool ok = true;

	for (size_t i = st->n; i > 0; i--) {
		struct slot *sl = st->slots[i - 1];
		struct view *v = &sl->v;

		if (sl->drop || v->ops->save == NULL || !(every || v->unsaved))
			continue;
		sl->failed = !v->ops->save(v, false, ok ? e : NULL);
		if (sl->failed)
			ok = false;
		else
			v->unsaved = false;
	}
	if (ok) {
		st->saved_at = app->world->now_ms(app->world);
		st->save_failed = false;
		st->save_due = 0;
	}
	return ok;
}

bool app_any_unsaved(const struct app *app)
{
	for (size_t i = 0; i < app->stack->n; i++) {
		if (app->stack->slots[i]->v.unsaved || app->stack->slots[i]->failed)
			return true;
	}
	return false;
}

void app_error_retry(struct app *app)
{
	struct stack *st = app->stack;
	struct err e = { 0 };

	if (!app_save_all(app, true, &e)) {
		st->error.e = e;
		app_say(app, _("Not yet. Your words are still here."));
		return;
	}
	app_pop(app);
	if (st->is_blocked)
		app_queue(app, st->blocked);
	st->is_blocked = false;
	app_say(app, _("Saved."));
}

void app_error_drop(struct app *app)
{
	struct stack *st = app->stack;
	bool below = false;

	for (size_t i = 0; i < st->n; i++) {
		struct slot *sl = st->slots[i];

		if (!sl->failed && !sl->v.unsaved)
			continue;
		sl->failed = sl->v.unsaved = false;
		/* The lowest view stays: there is nothing to go back to. */
		sl->drop = i > 0 || st->is_blocked;
		below = sl->drop && i + 2 == st->n;
	}
	st->save_failed = false;
	st->save_due = 0;
	app_pop(app);
	if (st->is_blocked)
		app_queue(app, st->blocked);
	else if (below)
		app_pop(app);
	st->is_blocked = false;
}

/* ---- time ---- */

static int64_t lock_after(const struct app *app)
{
	struct arena *a;
	struct str s;
	int minutes = 0;

	if (app->room == NULL || room_vault(app->room) == NULL)
		return -1;
	a = arena_new();
	s = setting_get(app->room, SETTING_LOCK, a);
	if (!str_int(s, &minutes))
		minutes = 0;
	arena_free(a);
	return minutes > 0 ? (int64_t)minutes * 60000 : -1;
}

static void keep_drafts(struct app *app, int64_t now)
{
	struct stack *st = app->stack;
	struct err e = { 0 };
	bool before = st->save_failed;

	if (!app_any_unsaved(app)) {
		st->save_due = 0;
		st->save_failed = false;
		return;
	}
	if (st->save_due == 0)
		st->save_due = now + SAVE_EVERY;
	if (now < st->save_due)
		return;
	if (app_save_all(app, before, &e)) {
		if (before)
			app_say(app, _("Saved."));
		return;
	}
	/* The page stays as it is, and keys go on into the text: the note line says it. */
	st->save_due = now + APP_SAVE_AGAIN;
	st->save_failed = true;
	st->error.e = e;
}

static void idle(struct app *app, int64_t now)
{
	struct stack *st = app->stack;
	int64_t after, idle_ms = now - st->input_at;

	if (idle_ms < WARN_BEFORE) /* the shortest lock is a minute: no need to ask yet */
		return;
	after = lock_after(app);
	if (after < 0)
		return;
	if (idle_ms >= after) {
		if (!st->save_failed || !st->lock_wanted)
			app_lock(app);
	} else if (idle_ms >= after - WARN_BEFORE && !st->warned) {
		st->warned = true;
		app_say(app, _("This locks in half a minute; what is written is kept."));
	}
}

void app_housekeeping(struct app *app)
{
	struct stack *st = app->stack;
	int64_t now = app_mono(app);

	if (st->done)
		return;
	keep_drafts(app, now);
	if (st->lock_wanted && !st->save_failed)
		app_lock(app);
	else
		idle(app, now);
	if (st->was_locked && app->room != NULL && st->n > 0 &&
	    st->slots[st->n - 1]->v.ops != &view_unlock) {
		st->was_locked = false;
		app_say(app, _("It was locked meanwhile. What you had written was kept."));
	}
	app_apply(app);
}

static int sooner(int a, int64_t b)
{
	if (b < 0)
		b = 0;
	if (b > 3600000)
		b = 3600000;
	return a < 0 || (int)b < a ? (int)b : a;
}

int app_wait(struct app *app)
{
	struct stack *st = app->stack;
	struct view *v = app_top(app);
	int64_t now = app_mono(app), idle_ms = now - st->input_at;
	/* Asked for each key, the setting would cost more than the key: before the soonest
	 * warning there can be, a minute's lock is taken for granted. */
	int64_t after = idle_ms < WARN_BEFORE ? (int64_t)2 * WARN_BEFORE : lock_after(app);
	int wait = v != NULL && v->ops->wait != NULL ? v->ops->wait(v) : -1;

	if (app_any_unsaved(app))
		wait = sooner(wait, st->save_due > 0 ? st->save_due - now : SAVE_EVERY);
	if (after >= 0 && !st->lock_wanted)
		wait = sooner(wait, (st->warned ? after : after - WARN_BEFORE) - idle_ms);
	return wait;
}

void app_tick(struct app *app, bool timed_out)
{
	struct view *v = app_top(app);
	int64_t now = app_mono(app);
	int wait;

	if (v == NULL || v->ops->wait == NULL || v->ops->tick == NULL)
		return;
	wait = v->ops->wait(v);
	if (wait < 0)
		return;
	if (!timed_out && now - ((struct slot *)v)->ticked < wait)
		return;
	((struct slot *)v)->ticked = now;
	v->ops->tick(v, now);
}
