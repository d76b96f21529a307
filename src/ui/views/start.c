/* First start: what this is and is not, the two keys to know, what privacy can and cannot do,
 * a passphrase, a key for paper.  Nothing is written anywhere before the passphrase is chosen. */
#include "remanso/derive.h"
#include "ui/views/passfield.h"
#include "ui/views/views.h"

enum stage { WHAT, KEYS, PRIVACY, PASSPHRASE, OWN, WAITING, RECOVERY, SHOWN };
enum {
	START_GO_ON = 1,
	START_LOOK,
	START_LINES,
	START_NOT_TODAY,
	START_USE,
	START_REDRAW,
	START_OWN,
	START_FIRST,
	START_AGAIN,
	START_USE_OWN,
	START_SHOW,
	START_NO_KEY,
	START_HOME
};

struct start {
	enum stage stage;
	struct secret *words;    /* six words drawn */
	struct secret *recovery; /* the key for paper, while it is shown */
	struct editor *first, *again;
	struct derive *job;
	const char *said;
	struct folder_words folder;
	bool warned; /* a weak passphrase was named once; it is the person's choice */
	enum kdf_preset preset; /* of the room that was made */
};

static void draw_words(struct view *v)
{
	struct start *st = v->state;
	struct err e;

	secret_free(st->words);
	st->words = passphrase_draw(
	    v->app->world, v->app->data, v->app->content->langs[v->app->lang].code, &e);
}

static bool start_open(struct view *v, const void *arg, struct err *e)
{
	struct start *st = v->state;

	(void)arg;
	(void)e;
	st->first = editor_new(true);
	st->again = editor_new(true);
	return true;
}

static struct str of_secret(const struct secret *s)
{
	return s == NULL ? (struct str){ 0 }
			 : (struct str){ (const char *)secret_view(s), secret_len(s) };
}

static void build_what(const struct view *v, struct sheet *s)
{
	sheet_title(s, T("What this workbook is, and is not"), (struct str){ 0 });
	sheet_prose(
	    s, T("This is a self-help workbook for adults. It is not therapy, medical "
		 "advice or an emergency service."));
	sheet_gap(s, 1);
	sheet_prose(
	    s, T("It works offline. Nobody reads what you write, and nobody is alerted, "
		 "whatever you answer."));
	sheet_gap(s, 1);
	sheet_prose(
	    s, T("You never have to write what happened to you. You can skip, stop or "
		 "leave at any point."));
	sheet_gap(s, 1);
	sheet_offer(s, START_GO_ON, T("Go on"), T("one minute"));
	sheet_offer(s, START_LOOK, T("Look around first, with invented entries"),
	    T("nothing is kept"));
	sheet_offer(s, START_LINES, T("Help lines and people"), T("any time"));
	sheet_offer(s, START_NOT_TODAY, T("Not today"), (struct str){ 0 });
	if (!v->app->plain)
		sheet_note(s, T("Este cuaderno también está en español: F2."));
	else
		sheet_note(
		    s, T("Este cuaderno también está en español: escribe \"español\"."));
	sheet_can(s, ACT_LANG, (struct str){ 0 }, true);
}

static void build_keys(const struct view *v, struct sheet *s)
{
	bool plain = v->app->plain;

	sheet_title(s,
	    plain ? T("Two words to know before anything else")
		  : T("Two keys to know before anything else"),
	    (struct str){ 0 });
	sheet_side(s, plain ? T("leave") : T("Ctrl-X"),
	    T("Leaves at once, from everywhere, without a question. What "
	      "you were writing is kept, sealed."));
	sheet_gap(s, 1);
	sheet_side(s, plain ? T("ground") : T("Ctrl-G"),
	    plain
		? T("Brings you back to now, from everywhere. \"back\" goes to your page.")
		: T("Brings you back to now, from everywhere. Esc goes back to "
		    "the same word."));
	sheet_gap(s, 1);
	sheet_prose(s,
	    plain
		? T("Here, in line mode, write \"leave\" or \"ground\" at any prompt.")
		: T("Both work on the lock screen too, where nothing names them. If you like, try "
		    "Ctrl-X now: the screen goes blank. Start the program again to go on."));
	sheet_gap(s, 1);
	sheet_offer(s, START_GO_ON, T("Go on"), (struct str){ 0 });
}

static void build_privacy(const struct view *v, struct sheet *s)
{
	struct start *st = v->state;

	sheet_title(s, T("What privacy can and cannot do"), (struct str){ 0 });
	view_message_paras(v, s, "privacy");
	struct str folder = view_folder_words(v->app, &st->folder);
	if (folder.n > 0) {
		sheet_gap(s, 1);
		sheet_care(s, folder);
	}
	sheet_gap(s, 1);
	sheet_offer(s, START_GO_ON, T("Go on"), (struct str){ 0 });
}

static void build_passphrase(const struct view *v, struct sheet *s)
{
	const struct start *st = v->state;

	sheet_title(s, T("A passphrase for your room"), (struct str){ 0 });
	if (st->words != NULL) {
		sheet_prose(
		    s, T("Six words drawn by chance are easy to keep in mind and very "
			 "slow to guess. These were drawn for you just now, and for "
			 "nobody else."));
		sheet_gap(s, 1);
		sheet_add(s, BLOCK_ACCENT, 0)->text = of_secret(st->words);
		sheet_gap(s, 1);
		sheet_offer(s, START_USE, T("Use these six words"), (struct str){ 0 });
		sheet_offer(s, START_REDRAW, T("Draw six others"), (struct str){ 0 });
	}
	sheet_offer(s, START_OWN, T("Write my own"), (struct str){ 0 });
	sheet_gap(s, 2);
	sheet_side(s, T("If it is lost"),
	    T("Nobody can open your pages without it. A recovery "
	      "key for paper is offered once, on the next page."));
	sheet_gap(s, 1);
	sheet_care(
	    s, T("If somebody goes through your papers or watches your screen, learn the "
		 "words by heart and write them nowhere."));
	sheet_can(s, ACT_OPEN, T("choose"), true);
}

static void build_own(const struct view *v, struct sheet *s)
{
	const struct start *st = v->state;

	sheet_title(s, T("A passphrase of your own"), (struct str){ 0 });
	sheet_prose(
	    s, T("Twelve characters or more; a sentence that only you would say is good. "
		 "It does not show while you type."));
	sheet_gap(s, 1);
	struct block *b =
	    sheet_field(s, START_FIRST, T("Passphrase"), editor_text(st->first),
		v->focus == START_FIRST || v->focus == 0 ? st->first : NULL);
	b->password = true;
	b->rows = 1;
	b = sheet_field(s, START_AGAIN, T("Once more"), editor_text(st->again),
	    v->focus == START_AGAIN ? st->again : NULL);
	b->password = true;
	b->rows = 1;
	sheet_gap(s, 1);
	if (st->said != NULL) {
		sheet_prose(s, str_from(st->said));
		sheet_gap(s, 1);
	}
	sheet_offer(s, START_USE_OWN,
	    st->warned ? T("Use it all the same") : T("Use this passphrase"),
	    (struct str){ 0 });
	sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
}

/* Never chosen in silence: little memory makes a weak lock.  The rooms of a folder share what a
 * guess costs, and keep it. */
static void build_cost(const struct start *st, struct sheet *s)
{
	if (st->preset != KDF_64M)
		return;
	sheet_prose(s, arena_fmt(s->memory, _("Each guess at the passphrase costs %s."),
			   vault_preset_words(st->preset)));
	sheet_prose(
	    s, T("That stays so in this folder, with another passphrase too. One more word "
		 "drawn by chance makes up for it."));
	sheet_gap(s, 1);
}

static void build_recovery(const struct view *v, struct sheet *s)
{
	const struct start *st = v->state;

	if (st->stage == RECOVERY) {
		sheet_title(s, T("A key for paper"), (struct str){ 0 });
		sheet_prose(
		    s, T("Your room is ready. If you ever lose the passphrase, a recovery "
			 "key opens the room and lets you choose a new one. It is shown "
			 "once, and only here."));
		sheet_gap(s, 1);
		build_cost(st, s);
		sheet_offer(
		    s, START_SHOW, T("Show it now"), T("have paper and a pen ready"));
		sheet_offer(s, START_NO_KEY, T("No key"), T("settings can make one later"));
		sheet_gap(s, 1);
		sheet_care(
		    s, T("Whoever finds the paper can open your pages. If there is no good "
			 "place for it, go on without."));
		return;
	}
	sheet_title(s, T("Your recovery key"), (struct str){ 0 });
	sheet_prose(
	    s, T("Write it down on paper, away from this machine. Capitals and dashes do "
		 "not matter."));
	sheet_gap(s, 1);
	sheet_add(s, BLOCK_ACCENT, 0)->text = of_secret(st->recovery);
	sheet_gap(s, 1);
	sheet_offer(s, START_HOME, T("It is on paper; go on"), (struct str){ 0 });
}

static void start_build(const struct view *v, struct sheet *s)
{
	const struct start *st = v->state;
	static const int page_of[] = { [WHAT] = 1,
		[KEYS] = 2,
		[PRIVACY] = 3,
		[PASSPHRASE] = 4,
		[OWN] = 4,
		[WAITING] = 4,
		[RECOVERY] = 4,
		[SHOWN] = 4 };

	sheet_place(s, T("First start"),
	    st->stage >= WAITING
		? (struct str){ 0 }
		: arena_fmt(s->memory, _("page %d of %d"), page_of[st->stage], 4));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	switch (st->stage) {
	case WHAT: build_what(v, s); return; /* Esc has nowhere to go */
	case KEYS: build_keys(v, s); break;
	case PRIVACY: build_privacy(v, s); break;
	case PASSPHRASE: build_passphrase(v, s); break;
	case OWN: build_own(v, s); break;
	case WAITING:
		sheet_title(s, T("Making your room"), (struct str){ 0 });
		sheet_prose(
		    s, T("One moment. The lock is slow on purpose: it slows down anybody "
			 "who guesses."));
		sheet_cannot(s, ACT_BACK, T("your room is being made"));
		return;
	case RECOVERY:
	case SHOWN:
	default:
		build_recovery(v, s);
		sheet_cannot(s, ACT_BACK, T("your room is made already"));
		return;
	}
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void go(struct view *v, enum stage stage)
{
	struct start *st = v->state;

	st->stage = stage;
	st->said = NULL;
	v->focus = stage == OWN ? START_FIRST : 0;
	v->scroll = 0;
	if (stage == PASSPHRASE && st->words == NULL)
		draw_words(v);
}

static void derive(struct view *v, const struct secret *words)
{
	struct start *st = v->state;

	st->job = derive_start(v->app->home, words);
	go(v, WAITING);
}

/* Advice on the passphrase in the first field, once; it is the person's choice. */
static bool advised(struct view *v)
{
	struct start *st = v->state;
	struct secret *words = passfield_take(st->first);
	const char *why = NULL;

	v->focus = START_FIRST;
	if (words == NULL)
		return true;
	bool weak = !st->warned && !passphrase_ok(words, &why);
	st->warned = st->warned || weak;
	st->said = weak ? why : NULL;
	editor_set(st->first, of_secret(words));
	secret_free(words);
	return weak;
}

static void use_own(struct view *v)
{
	struct start *st = v->state;

	if (advised(v))
		return;
	if (!str_eq(editor_text(st->first), editor_text(st->again))) {
		editor_set(st->first, (struct str){ 0 });
		editor_set(st->again, (struct str){ 0 });
		st->said = _("The two were not the same. Please type both once more.");
		return;
	}
	struct secret *words = passfield_take(st->first);
	editor_set(st->again, (struct str){ 0 });
	derive(v, words);
	secret_free(words);
}

static void look_around(struct view *v)
{
	struct app *app = v->app;
	struct err e;

	if (!room_demo(&app->room, app->world, app->content, app->lang, &e)) {
		app_error(app, &e);
		return;
	}
	app->demo = true;
	app_reset(app, &view_home, NULL);
}

static void show_key(struct view *v)
{
	struct start *st = v->state;
	struct err e;

	if (!vault_new_recovery(room_vault(v->app->room), &st->recovery, &e)) {
		app_error(v->app, &e);
		return;
	}
	go(v, SHOWN);
}

static void start_pick(struct view *v, int id)
{
	struct start *st = v->state;

	switch (id) {
	case START_GO_ON: go(v, st->stage + 1); break;
	case START_LOOK: look_around(v); break;
	case START_LINES: app_push(v->app, &view_lines, NULL); break;
	case START_NOT_TODAY: app_leave(v->app, 0); break;
	case START_USE: derive(v, st->words); break;
	case START_REDRAW: draw_words(v); break;
	case START_OWN: go(v, OWN); break;
	case START_FIRST:
		if (!advised(v))
			v->focus = START_AGAIN;
		break;
	case START_AGAIN:
	case START_USE_OWN: use_own(v); break;
	case START_SHOW: show_key(v); break;
	case START_NO_KEY:
	case START_HOME: app_reset(v->app, &view_home, NULL); break;
	default: break;
	}
}

/* Esc turns one page back; on the first page it is the loop's. */
static bool start_act(struct view *v, enum action act)
{
	struct start *st = v->state;

	if (act != ACT_BACK || st->stage == WHAT)
		return false;
	if (st->stage == OWN)
		go(v, PASSPHRASE);
	else if (st->stage < OWN)
		go(v, st->stage - 1);
	return true;
}

static int start_wait(const struct view *v)
{
	const struct start *st = v->state;

	return st->job != NULL ? 15 : -1;
}

static void start_tick(struct view *v, int64_t mono_ms)
{
	struct start *st = v->state;
	struct app *app = v->app;
	struct err e = { 0 };

	(void)mono_ms;
	if (st->job == NULL || !derive_ready(st->job))
		return;
	struct vault_key *key = derive_take(st->job, &e);
	st->job = NULL;
	bool ok = key != NULL && room_create(&app->room, app->world, app->home, key, &e);
	vault_key_free(key);
	if (!ok) {
		go(v, PASSPHRASE);
		app_error_choosing(app, &e);
		return;
	}
	st->preset = vault_preset(room_vault(app->room));
	room_content(app->room, app->content);
	secret_free(st->words);
	st->words = NULL;
	(void)!setting_put(
	    app->room, SETTING_LANG, app->content->langs[app->lang].code, &e);
	go(v, RECOVERY);
}

static void start_close(struct view *v)
{
	struct start *st = v->state;

	derive_abandon(st->job);
	secret_free(st->words);
	secret_free(st->recovery);
	editor_free(st->first);
	editor_free(st->again);
}

const struct view_ops view_start = {
	.name = "start",
	.state_size = sizeof(struct start),
	.open = start_open,
	.build = start_build,
	.pick = start_pick,
	.act = start_act,
	.wait = start_wait,
	.tick = start_tick,
	.close = start_close,
};
