/* The lock: one field, nothing of its purpose.  One passphrase finds its room.  The key is
 * derived in a thread; the loop goes on, so that leaving and grounding work meanwhile. */
#include "remanso/derive.h"
#include "ui/views/passfield.h"
#include "ui/views/views.h"

enum { UNLOCK_FIELD = 1, UNLOCK_RECOVERY, UNLOCK_NEW_ROOM };

struct unlock {
	struct editor *field;
	struct derive *job;
	bool recovering; /* the field takes the recovery key */
	bool tried;      /* after a miss the other ways in are offered */
	const char *said;
	struct folder_words folder;
};

static bool unlock_open(struct view *v, const void *arg, struct err *e)
{
	struct unlock *u = v->state;

	(void)arg;
	(void)e;
	u->field = editor_new(true);
	v->app->lock_keys = v->app->lock_keys || lock_keys_wanted(v->app->home);
	return true;
}

static void unlock_build(const struct view *v, struct sheet *s)
{
	struct unlock *u = v->state;

	s->neutral = true;
	s->center = true;
	struct block *b = sheet_field(s, UNLOCK_FIELD,
	    u->recovering ? T("Recovery key") : T("Passphrase"), (struct str){ 0 },
	    u->field);
	b->password = !u->recovering;
	b->rows = 1;
	sheet_gap(s, 1);
	struct str under =
	    u->said != NULL ? str_from(u->said)
	    : u->recovering ? T("Capitals, blanks and dashes do not matter. Enter opens.")
			    : T("What you type does not show. Enter opens.");
	sheet_side(s, (struct str){ 0 }, u->job != NULL ? T("One moment.") : under);
	if (u->tried && u->job == NULL) {
		sheet_gap(s, 1);
		sheet_offer(s, UNLOCK_RECOVERY,
		    u->recovering ? T("Use the passphrase") : T("Use the key on paper"),
		    (struct str){ 0 });
		sheet_offer(s, UNLOCK_NEW_ROOM, T("Begin a new one"), (struct str){ 0 });
	}
	struct str folder = view_folder_words(v->app, &u->folder);
	if (folder.n > 0) {
		sheet_gap(s, 1);
		sheet_side(s, (struct str){ 0 }, folder);
	}
	if (v->app->lock_keys && !v->app->plain) {
		sheet_gap(s, 1);
		sheet_side(s, (struct str){ 0 },
		    T("Ctrl-G brings you back to now; there, 5 leads to somebody to talk to. "
		      "Ctrl-X leaves at once."));
	}
	sheet_can(s, ACT_LANG, (struct str){ 0 }, true);
}

/* Nothing in the files tells that both are of an earlier day. */
static void tell_older(struct app *app)
{
	struct err e = { 0 };

	(void)err_set(&e, ERR_DAMAGED, "%s",
	    _("This room is older than when it was locked here: somebody put an earlier copy "
	      "of its files in their place. What was written since then is not in it. Was it "
	      "not you? Then somebody else can reach the files on this machine."));
	app_error(app, &e);
}

static void opened(struct view *v, struct room *room)
{
	struct app *app = v->app;
	struct arena *a = v->memory;

	app->room = room;
	room_content(room, app->content);
	if (!app->lang_chosen) {
		int lang = content_lang(app->content, setting_get(room, SETTING_LANG, a));
		if (lang >= 0)
			app_language(app, lang);
	}
	app->lock_keys =
	    app->lock_keys || str_is(setting_get(room, SETTING_LOCK_KEYS, a), "yes");
	if (app->term != NULL && app->term->theme != NULL) {
		struct str theme = setting_get(room, SETTING_THEME, a);
		app->term->theme(app->term, arena_cstr(a, theme));
	}
	app_reset(app, &view_home, NULL);
	if (seen_is_older(&app->seen, room))
		tell_older(app);
}

static void missed(struct unlock *u, const struct err *e)
{
	u->tried = true;
	u->said =
	    e->code == ERR_PASSPHRASE
		? (u->recovering
			  ? _("That key opens nothing here. Please check it and try again.")
			  : _("That passphrase opens nothing here. Please try again."))
		: NULL;
}

/* A miss that has more to say than that it was one: files that it could not be tried on. */
static void tell_miss(struct view *v, struct unlock *u, const struct err *e)
{
	missed(u, e);
	if (e->code != ERR_PASSPHRASE || e->more)
		app_error(v->app, e);
}

static void unlock_pick(struct view *v, int id)
{
	struct unlock *u = v->state;
	struct err e;
	struct room *room;

	if (u->job != NULL)
		return;
	if (id == UNLOCK_RECOVERY) {
		u->recovering = !u->recovering;
		u->said = NULL;
		editor_set(u->field, (struct str){ 0 });
		v->focus = UNLOCK_FIELD;
		return;
	}
	if (id == UNLOCK_NEW_ROOM) {
		app_push(v->app, &view_start, NULL);
		return;
	}
	struct secret *words = passfield_take(u->field);
	if (words == NULL)
		return;
	if (!u->recovering) {
		u->job = derive_start(v->app->home, words);
	} else if (room_open_recovery(&room, v->app->world, v->app->home, words, &e)) {
		opened(v, room);
		app_say(v->app, _("It is open. Settings can give it another passphrase."));
	} else {
		tell_miss(v, u, &e);
	}
	secret_free(words);
}

static int unlock_wait(const struct view *v)
{
	const struct unlock *u = v->state;

	return u->job != NULL ? 15 : -1;
}

static void unlock_tick(struct view *v, int64_t mono_ms)
{
	struct unlock *u = v->state;
	struct err e = { 0 };
	struct room *room;

	(void)mono_ms;
	if (u->job == NULL || !derive_ready(u->job))
		return;
	struct vault_key *key = derive_take(u->job, &e);
	u->job = NULL;
	bool ok = key != NULL && room_open(&room, v->app->world, v->app->home, key, &e);
	vault_key_free(key);
	if (ok) {
		opened(v, room);
		return;
	}
	tell_miss(v, u, &e);
}

static void unlock_close(struct view *v)
{
	struct unlock *u = v->state;

	derive_abandon(u->job);
	editor_free(u->field);
}

const struct view_ops view_unlock = {
	.name = "unlock",
	.state_size = sizeof(struct unlock),
	.open = unlock_open,
	.build = unlock_build,
	.pick = unlock_pick,
	.wait = unlock_wait,
	.tick = unlock_tick,
	.close = unlock_close,
};
