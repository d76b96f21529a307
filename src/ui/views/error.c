/* The page for what went wrong: what happened, what is still true, what one can do; the
 * system's own words last.  It shows no word that a person wrote. */
#include "ui/app_in.h"

#include <errno.h>
#include <string.h>

enum { ERROR_AGAIN = 1, ERROR_GO_ON, ERROR_DROP };

struct error_page {
	struct error_arg at;
};

static bool error_open(struct view *v, const void *arg, struct err *e)
{
	struct error_page *p = v->state;

	(void)e;
	p->at = *(const struct error_arg *)arg;
	return true;
}

static const char *title_of(const struct error_page *p)
{
	switch ((int)p->at.e.code) {
	case ERR_FULL: return _("There is no room left on the disk");
	case ERR_IO:
		return p->at.saving ? _("The disk did not take your words")
				    : _("The disk did not answer");
	case ERR_BUSY: return _("It is open in another window");
	case ERR_DAMAGED: return _("Something in the file does not fit");
	case ERR_MEMORY: return _("There is not enough memory");
	case ERR_UNSAFE: return _("Others could change this folder");
	case ERR_CREATE: return _("The file could not be made");
	case ERR_PASSPHRASE:
		return p->at.choosing ? _("That passphrase cannot be used here")
				      : _("That does not open it");
	default:
		return p->at.saving ? _("Your words could not be kept yet")
				    : _("That did not work");
	}
}

static struct str still_true(const struct view *v, struct arena *a)
{
	const struct stack *st = v->app->stack;
	struct day d;

	if (st->saved_at == 0)
		return str_from(
		    _("Your words are still here, in this window. They are not on "
		      "the disk yet."));
	d = day_of(st->saved_at);
	return arena_fmt(a,
	    _("Your words are still here, in this window. What you wrote until %02d:%02d is on "
	      "the disk; the last sentence is not there yet."),
	    d.hour, d.minute);
}

static void build_saving(const struct view *v, struct sheet *s)
{
	const struct error_page *p = v->state;
	bool full = p->at.e.code == ERR_FULL;

	sheet_prose(s, still_true(v, s->memory));
	sheet_gap(s, 1);
	(void)sheet_offer(s, ERROR_AGAIN, str_from(_("Try again")),
	    full ? str_from(_("after making some room")) : (struct str){ 0 });
	(void)sheet_offer(s, ERROR_GO_ON, str_from(_("Go on writing")),
	    str_from(_("it tries again by itself")));
	(void)sheet_offer(s, ERROR_DROP, str_from(_("Go on without the last sentence")),
	    (struct str){ 0 });
	sheet_gap(s, 2);
	if (full) {
		sheet_side(s, str_from(_("It needs")),
		    str_from(_("About 64 KB. Emptying the wastebasket often does it.")));
		sheet_gap(s, 1);
	}
	sheet_care(
	    s, str_from(_("Leaving now with Ctrl-X works as ever, and would lose the "
			  "last sentence.")));
}

/* It was kept meanwhile, without being asked: the page says so and waits. */
static void build_kept(struct sheet *s)
{
	sheet_title(s, str_from(_("It is saved now")), (struct str){ 0 });
	sheet_prose(s, str_from(_("Everything you wrote is on the disk.")));
	sheet_gap(s, 1);
	(void)sheet_offer(s, ERROR_GO_ON, str_from(_("Go on")), (struct str){ 0 });
}

static void error_build(const struct view *v, struct sheet *s)
{
	const struct error_page *p = v->state;
	const struct stack *st = v->app->stack;

	if (p->at.saving && !st->save_failed) {
		build_kept(s);
		return;
	}
	sheet_place(s, (struct str){ 0 },
	    p->at.saving ? str_from(_("not saved yet")) : (struct str){ 0 });
	sheet_title(s, str_from(title_of(p)), (struct str){ 0 });
	s->error = true;
	if (p->at.saving) {
		build_saving(v, s);
	} else {
		sheet_prose(s, str_from(p->at.e.text));
		sheet_gap(s, 1);
		(void)sheet_offer(s, ERROR_GO_ON, str_from(_("Go on")), (struct str){ 0 });
	}
	if (p->at.e.sys != 0) {
		sheet_gap(s, 1);
		sheet_side(s, str_from(_("System says")),
		    arena_dup(s->memory, str_from(strerror(p->at.e.sys))));
	} else if (p->at.saving && p->at.e.text[0] != '\0') {
		sheet_gap(s, 1);
		sheet_side(s, str_from(_("In words")), str_from(p->at.e.text));
	}
	/* Choosing another is what is asked for there. */
	if (!p->at.choosing)
		sheet_note(s, str_from(_("Nothing you did caused this.")));
	sheet_can(s, ACT_OPEN, str_from(_("choose")), true);
}

static void error_pick(struct view *v, int id)
{
	const struct error_page *p = v->state;

	if (p->at.saving && v->app->stack->save_failed) {
		if (id == ERROR_AGAIN) {
			app_error_retry(v->app);
			return;
		}
		if (id == ERROR_DROP) {
			app_error_drop(v->app);
			return;
		}
	}
	/* Whatever was being left stays open: its words are in it. */
	v->app->stack->is_blocked = false;
	app_pop(v->app);
}

static bool error_act(struct view *v, enum action act)
{
	if (act != ACT_BACK)
		return false;
	error_pick(v, ERROR_GO_ON);
	return true;
}

const struct view_ops view_error = {
	.name = "error",
	.state_size = sizeof(struct error_page),
	.open = error_open,
	.build = error_build,
	.pick = error_pick,
	.act = error_act,
};
