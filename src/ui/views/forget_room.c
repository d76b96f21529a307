/* Deleting the room: said plainly, asked once, and five seconds in which Enter keeps it.  In
 * line mode, where nothing can be read while time passes, it is asked twice instead. */
#include "ui/views/views.h"

#define WAIT_MS 5000

enum { FORGET_KEEP = 1, FORGET_GO, FORGET_NOW };

struct forget {
	bool meant;   /* chosen once */
	int64_t last; /* tick; 0: not counting yet */
	int left_ms;
};

static void ask(struct sheet *s, bool plain)
{
	sheet_prose(s, T("Everything in it goes: what you wrote, your answers, your "
			 "settings, every key. Only a backup brings it back."));
	sheet_gap(s, 1);
	sheet_offer(s, FORGET_KEEP, T("Keep it"), (struct str){ 0 });
	sheet_offer(s, FORGET_GO, T("Delete it"),
	    plain ? T("it is asked once more")
		  : T("with five seconds to change your mind"));
	sheet_gap(s, 1);
	sheet_care(
	    s, T("Copies that you or somebody else made elsewhere are not reached. An "
		 "older state of the disk may still hold the locked file."));
}

static void forget_build(const struct view *v, struct sheet *s)
{
	const struct forget *f = v->state;
	int left = (f->left_ms + 999) / 1000;

	sheet_place(s, T("Settings"), (struct str){ 0 });
	sheet_title(s, T("Delete this room"), (struct str){ 0 });
	if (!f->meant) {
		ask(s, v->app->plain);
	} else if (v->app->plain) {
		sheet_prose(s, T("There is no way back after this."));
		sheet_gap(s, 1);
		/* Other words: line mode says only what is new. */
		sheet_offer(s, FORGET_KEEP, T("No, keep it"), (struct str){ 0 });
		sheet_offer(s, FORGET_NOW, T("Delete it now"), (struct str){ 0 });
	} else {
		sheet_prose(s,
		    arena_fmt(s->memory,
			i18n_n("It goes in %d second. Enter keeps it.",
			    "It goes in %d seconds. Enter keeps it.", (unsigned long)left),
			left));
		sheet_gap(s, 1);
		sheet_offer(s, FORGET_KEEP, T("Keep it"), (struct str){ 0 });
	}
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void keep(struct view *v)
{
	app_say(v->app, _("The room is as it was."));
	app_pop(v->app);
}

static void forget_pick(struct view *v, int id)
{
	struct forget *f = v->state;

	if (id == FORGET_NOW) {
		app_delete_room(v->app);
	} else if (id == FORGET_GO) {
		f->meant = true;
		f->left_ms = WAIT_MS;
		v->focus = FORGET_KEEP;
	} else {
		keep(v);
	}
}

static int forget_wait(const struct view *v)
{
	const struct forget *f = v->state;

	return f->meant && !v->app->plain ? 100 : -1;
}

static void forget_tick(struct view *v, int64_t mono_ms)
{
	struct forget *f = v->state;

	int64_t passed = f->last > 0 ? mono_ms - f->last : 0;

	/* Time in which nobody could answer, the program being stopped, counts as a second. */
	f->left_ms -= passed < 1000 ? (int)passed : 1000;
	f->last = mono_ms;
	if (f->left_ms <= 0)
		app_delete_room(v->app);
}

/* Another page lay over it: what was begun there is not finished behind somebody's back. */
static void forget_resume(struct view *v)
{
	struct forget *f = v->state;

	*f = (struct forget){ 0 };
}

const struct view_ops view_forget_room = {
	.name = "forget room",
	.state_size = sizeof(struct forget),
	.build = forget_build,
	.pick = forget_pick,
	.wait = forget_wait,
	.tick = forget_tick,
	.resume = forget_resume,
};
