/* Settings: each a line with its value; Enter takes the next value.  Below them what concerns
 * the room's keys: another passphrase, a recovery key. */
#include "remanso/derive.h"
#include "ui/views/passfield.h"
#include "ui/views/views.h"

enum { SET_FIRST = 1, SET_PASS = 50, SET_RECOVERY, SET_FORGET, SET_LIMITS };

/* What is shown, in this order; the label, and what each value is called. */
static const struct shown {
	enum setting setting;
	const char *label, *values[6];
} shown[] = {
	{ SETTING_THEME, N_("Colors"),
	    { N_("as the terminal"), N_("light"), N_("dark"), N_("high contrast"),
		N_("no colors") } },
	{ SETTING_MOTION, N_("Motion"), { N_("on"), N_("off") } },
	{ SETTING_LOCK, N_("Lock when idle"),
	    { N_("after one minute"), N_("after 5 minutes"), N_("after 15 minutes"),
		N_("after 30 minutes"), N_("never") } },
	{ SETTING_LOCK_KEYS, N_("Help keys on the lock"),
	    { N_("not shown"), N_("shown, to others too") } },
	{ SETTING_HOLDS, N_("Tools that hold the breath"), { N_("off"), N_("on") } },
	{ SETTING_REGION, N_("Help lines for"),
	    { N_("United States"), N_("California"), N_("Mexico"), N_("Spain"),
		N_("elsewhere") } },
	{ SETTING_REMIND, N_("A word about the weekly talk, on opening"),
	    { N_("never"), N_("after a week"), N_("after two weeks"),
		N_("after a month") } },
};

static int place_of(struct room *r, const struct shown *what, struct arena *a)
{
	struct str now = setting_get(r, what->setting, a), rest, one;
	int n = 0;

	rest = str_from(setting_values(what->setting));
	for (; str_cut(&rest, ' ', &one); n++)
		if (str_eq(one, now))
			return n;
	return 0;
}

static bool settings_open(struct view *v, const void *arg, struct err *e)
{
	(void)arg;
	return v->app->room != NULL || err_set(e, ERR_NOT_FOUND, "%s",
					   _("Settings belong to a room. Open one first."));
}

static void settings_build(const struct view *v, struct sheet *s)
{
	sheet_place(s, T("Settings"), v->app->demo ? T("EXAMPLE") : T("kept in your room"));
	sheet_title(s, T("How it is for you"), (struct str){ 0 });
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		int at = place_of(v->app->room, &shown[i], s->memory);
		sheet_offer(s, SET_FIRST + (int)i, str_from(_(shown[i].label)),
		    str_from(_(shown[i].values[at])));
	}
	sheet_gap(s, 1);
	if (room_vault(v->app->room) != NULL) {
		sheet_offer(s, SET_PASS, T("Another passphrase"), (struct str){ 0 });
		sheet_offer(s, SET_RECOVERY, T("A new recovery key for paper"),
		    T("an earlier one stops working"));
		sheet_offer(s, SET_FORGET, T("Delete this room"), (struct str){ 0 });
	}
	sheet_offer(s, SET_LIMITS, T("What leaving cannot hide"), (struct str){ 0 });
	if (v->app->lock_keys)
		sheet_note(s,
		    T("The lock names Ctrl-G and Ctrl-X; anybody who opens it sees that."));
	else if (!v->app->plain)
		sheet_note(s, T("Enter takes the next choice."));
	sheet_can(s, ACT_OPEN, T("change"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void settings_pick(struct view *v, int id)
{
	struct app *app = v->app;
	size_t i = (size_t)(id - SET_FIRST);
	struct err e;

	if (id == SET_PASS || id == SET_RECOVERY) {
		app_push(app, id == SET_PASS ? &view_passphrase : &view_recovery, NULL);
		return;
	}
	if (id == SET_FORGET) {
		app_push(app, &view_forget_room, NULL);
		return;
	}
	if (id == SET_LIMITS) {
		app_push(app, &view_limits, NULL);
		return;
	}
	if (i >= ARRAY_LEN(shown))
		return;
	struct arena *a = arena_new();
	int next = place_of(app->room, &shown[i], a) + 1;
	struct str rest = str_from(setting_values(shown[i].setting)), value = { 0 };
	for (int n = 0; n <= next; n++)
		if (!str_cut(&rest, ' ', &value)) { /* past the last: the first again */
			rest = str_from(setting_values(shown[i].setting));
			(void)str_cut(&rest, ' ', &value);
			break;
		}
	bool ok = setting_put(app->room, shown[i].setting, value, &e);
	if (ok && shown[i].setting == SETTING_LOCK_KEYS) {
		app->lock_keys = str_is(value, "yes");
		ok = room_vault(app->room) == NULL ||
		     lock_keys_keep(app->home, app->lock_keys, &e);
	}
	if (!ok)
		app_error(app, &e);
	else if (shown[i].setting == SETTING_THEME && app->term != NULL &&
		 app->term->theme != NULL)
		app->term->theme(app->term, arena_cstr(a, value));
	arena_free(a);
}

const struct view_ops view_settings = {
	.name = "settings",
	.open = settings_open,
	.build = settings_build,
	.pick = settings_pick,
};

/* ---- a new recovery key, shown once ---- */
struct recovery {
	struct secret *key;
};
enum { REC_SHOW = 1, REC_DONE };

static void recovery_build(const struct view *v, struct sheet *s)
{
	const struct recovery *r = v->state;

	sheet_place(s, T("Settings"), (struct str){ 0 });
	sheet_title(s, T("Your recovery key"), (struct str){ 0 });
	if (r->key == NULL) {
		sheet_prose(
		    s, T("It opens the room when the passphrase is lost. It is shown once. "
			 "An earlier key stops working."));
		sheet_gap(s, 1);
		sheet_offer(s, REC_SHOW, T("Show it now"), T("have paper and a pen ready"));
		sheet_gap(s, 1);
		sheet_care(
		    s, T("Whoever finds the paper can open your pages. If there is no good "
			 "place for it, go on without."));
	} else {
		sheet_prose(
		    s, T("Write it down on paper, away from this machine. Capitals and "
			 "dashes do not matter."));
		sheet_gap(s, 1);
		sheet_add(s, BLOCK_ACCENT, 0)->text =
		    (struct str){ (const char *)secret_view(r->key), secret_len(r->key) };
		sheet_gap(s, 1);
		sheet_offer(s, REC_DONE, T("It is on paper; go on"), (struct str){ 0 });
	}
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void recovery_pick(struct view *v, int id)
{
	struct recovery *r = v->state;
	struct err e;

	if (id == REC_DONE)
		app_pop(v->app);
	else if (!vault_new_recovery(room_vault(v->app->room), &r->key, &e))
		app_error(v->app, &e);
}

static void recovery_close(struct view *v)
{
	struct recovery *r = v->state;

	secret_free(r->key);
}

const struct view_ops view_recovery = {
	.name = "recovery",
	.state_size = sizeof(struct recovery),
	.build = recovery_build,
	.pick = recovery_pick,
	.close = recovery_close,
};

/* ---- another passphrase ---- */
struct passphrase {
	struct editor *first, *again;
	struct derive *job;
	const char *said;
	bool warned;
};
enum { PP_FIRST = 1, PP_AGAIN, PP_USE };

static bool passphrase_open(struct view *v, const void *arg, struct err *e)
{
	struct passphrase *p = v->state;

	(void)arg;
	(void)e;
	p->first = editor_new(true);
	p->again = editor_new(true);
	v->focus = PP_FIRST;
	return true;
}

static void passphrase_build(const struct view *v, struct sheet *s)
{
	const struct passphrase *p = v->state;

	sheet_place(s, T("Settings"), (struct str){ 0 });
	sheet_title(s, T("Another passphrase"), (struct str){ 0 });
	sheet_prose(s, p->job != NULL
			   ? T("One moment.")
			   : T("It takes the place of the old one. Copies of your files "
			       "made before today still open with the old one."));
	sheet_gap(s, 1);
	struct block *b = sheet_field(s, PP_FIRST, T("New passphrase"),
	    editor_text(p->first), v->focus == PP_FIRST ? p->first : NULL);
	b->password = true;
	b->rows = 1;
	b = sheet_field(s, PP_AGAIN, T("Once more"), editor_text(p->again),
	    v->focus == PP_AGAIN ? p->again : NULL);
	b->password = true;
	b->rows = 1;
	sheet_gap(s, 1);
	if (p->said != NULL)
		sheet_prose(s, str_from(p->said));
	sheet_offer(s, PP_USE,
	    p->warned ? T("Use it all the same") : T("Use this passphrase"),
	    (struct str){ 0 });
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void passphrase_pick(struct view *v, int id)
{
	struct passphrase *p = v->state;
	const char *why = NULL;

	if (p->job != NULL)
		return;
	if (id == PP_FIRST) {
		v->focus = PP_AGAIN;
		return;
	}
	if (!str_eq(editor_text(p->first), editor_text(p->again))) {
		editor_set(p->first, (struct str){ 0 });
		editor_set(p->again, (struct str){ 0 });
		v->focus = PP_FIRST;
		p->said = _("The two were not the same. Please type both once more.");
		return;
	}
	struct secret *words = passfield_take(p->first);
	if (words == NULL)
		return;
	if (!p->warned && !passphrase_ok(words, &why)) {
		p->warned = true;
		p->said = why;
		editor_set(p->first,
		    (struct str){ (const char *)secret_view(words), secret_len(words) });
	} else {
		p->said = NULL;
		editor_set(p->again, (struct str){ 0 });
		p->job = derive_start(v->app->home, words);
	}
	secret_free(words);
}

static int passphrase_wait(const struct view *v)
{
	const struct passphrase *p = v->state;

	return p->job != NULL ? 15 : -1;
}

static void passphrase_tick(struct view *v, int64_t mono_ms)
{
	struct passphrase *p = v->state;
	struct err e = { 0 };

	(void)mono_ms;
	if (p->job == NULL || !derive_ready(p->job))
		return;
	struct vault_key *key = derive_take(p->job, &e);
	p->job = NULL;
	bool ok = key != NULL && vault_set_passphrase(room_vault(v->app->room), key, &e);
	vault_key_free(key);
	if (!ok) {
		app_error_choosing(v->app, &e);
		return;
	}
	app_say(v->app, _("The new passphrase opens your room from now on."));
	app_pop(v->app);
}

static void passphrase_close(struct view *v)
{
	struct passphrase *p = v->state;

	derive_abandon(p->job);
	editor_free(p->first);
	editor_free(p->again);
}

const struct view_ops view_passphrase = {
	.name = "passphrase",
	.state_size = sizeof(struct passphrase),
	.open = passphrase_open,
	.build = passphrase_build,
	.pick = passphrase_pick,
	.wait = passphrase_wait,
	.tick = passphrase_tick,
	.close = passphrase_close,
};
