/* Random keys, clicks, sizes, pauses and signals, in one process.  What must hold whatever
 * happens: no crash and no finding of the sanitizers, a picture of the right size with the
 * cursor inside (drive.h), a way out on every screen that is large enough, and an empty
 * screen after leaving.
 *
 * REMANSO_MONKEY is the number of steps (20,000), REMANSO_MONKEY_SEED the beginning. */
#include "drive.h"
#include "harness/play.h"

static long steps_left = 20000;
static struct box box;
static bool has_room;

static const int named_keys[] = { K_ENTER, K_ENTER, K_ENTER, K_ENTER, K_ESC, K_TAB,
	K_BACKTAB, K_BACKSPACE, K_DELETE, K_UP, K_DOWN, K_DOWN, K_DOWN, K_DOWN, K_LEFT,
	K_RIGHT, K_WORD_LEFT, K_WORD_RIGHT, K_HOME, K_END, K_TOP, K_BOTTOM, K_PAGE_UP,
	K_PAGE_DOWN, K_WORD_BACKSPACE, K_F1, K_F2, K_F3, K_F12, K_CTRL('g'), K_CTRL('s'),
	K_CTRL('z'), K_CTRL('y'), K_CTRL('a'), K_CTRL('e'), K_CTRL('k'), K_CTRL('u'),
	K_CTRL('w'), K_CTRL('l'), K_CTRL('c') };
static const char *const letters[] = { "1", "2", "3", "4", "5", "7", "0", "?", "/", "u",
	"d", "n", "l", "s", "p", " ", "-", "+", "h", "j", "k", "q", "b", "g", "G", "a", "ñ",
	"é", "中", "\xf0\x9f\x91\xa9", "e\xcc\x81", "~" };
static const char *const pastes[] = { "a pasted line", "two\nlines", "",
	"a very long word: "
	"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
	"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "中文字中文字中文字中文字中文字中文字" };
static const int sizes[][2] = { { 24, 80 }, { 24, 80 }, { 16, 60 }, { 40, 120 }, { 10, 40 },
	{ 1, 1 }, { 2, 200 }, { 60, 20 }, { 25, 81 } };

/* At the lock there is a way in: type the passphrase, as far as the dice allow. */
static const char pass[] = PLAY_PASS;

static bool unlock_step(struct drive *d, struct event *ev, size_t *at)
{
	if (strcmp(drive_view(d), "unlock") != 0) {
		*at = 0;
		return false;
	}
	if (*at < sizeof pass - 1) {
		drive_letter(d, ev, (struct str){ pass + *at, 1 });
		(*at)++;
	} else if (*at == sizeof pass - 1) {
		drive_key(ev, K_ENTER);
		(*at)++;
	} else {
		*ev = (struct event){ .kind = EV_NONE };
		if (++*at > sizeof pass + 300) {
			*at = 0;
			drive_key(ev, K_CTRL('u'));
		}
	}
	return true;
}

static void check_picture(struct drive *d)
{
	struct buf b = { 0 };

	if (d->shown == 0 || d->last.rows < 16 || d->last.cols < 60)
		return;
	drive_text(d, &b);
	if (strstr(b.s, "Ctrl-X") == NULL)
		FAIL_WITH("no way out on %s:\n%s", drive_view(d), b.s);
	buf_free(&b);
}

static bool monkey_next(struct drive *d, struct event *ev)
{
	static size_t unlocking;
	uint64_t dice = drive_random(d) % 1000, pick = drive_random(d);

	if (steps_left-- <= 0)
		return false;
	if (steps_left % 16 == 0)
		check_picture(d);
	if (dice >= 100 && unlock_step(d, ev, &unlocking))
		return true;
	if (dice < 3) {
		drive_key(ev, K_CTRL('x'));
	} else if (dice < 4) {
		*ev = (struct event){ .kind = EV_END, .signal = 15 };
	} else if (dice < 8) {
		*ev = (struct event){ .kind = EV_SUSPEND };
	} else if (dice < 30) {
		const int *size = sizes[pick % ARRAY_LEN(sizes)];

		*ev = (struct event){ .kind = EV_RESIZE, .rows = size[0], .cols = size[1] };
	} else if (dice < 60) {
		*ev = (struct event){ .kind = EV_CLICK,
			.row = (int)(pick % (unsigned)d->term.rows),
			.col = (int)(pick / 977 % (unsigned)d->term.cols) };
	} else if (dice < 80) {
		*ev = (struct event){ .kind = EV_WHEEL, .delta = pick % 2 ? 1 : -1 };
	} else if (dice < 150) {
		*ev = (struct event){ .kind = EV_NONE, .delta = pick % 40 == 0 ? 400 : 1 };
	} else if (dice < 165) {
		*ev = (struct event){ .kind = EV_KEY,
			.key = K_PASTE,
			.text = str_from(pastes[pick % ARRAY_LEN(pastes)]) };
	} else if (dice < 600) {
		drive_key(ev, named_keys[pick % ARRAY_LEN(named_keys)]);
	} else {
		drive_letter(d, ev, str_from(letters[pick % ARRAY_LEN(letters)]));
	}
	return true;
}

static void one_visit(struct drive *d)
{
	struct err e = { 0 };
	uint64_t dice = drive_random(d) % 6;

	drive_open(d, &content, (int)(drive_random(d) % 2));
	if (dice == 0 && !has_room) {
		app_push(&d->app, &view_start, NULL);
	} else if (dice <= 2) {
		if (!room_demo(&d->app.room, &d->world, &content, d->app.lang, &e))
			die("%s", e.text);
		d->app.demo = true;
		app_push(&d->app, &view_home, NULL);
	} else {
		app_push(&d->app, &view_unlock, NULL);
	}
	drive_run(d);
	if (steps_left > 0 && d->closed && !drive_blank(d))
		fail();
	app_done(&d->app);
}

static void make_room(struct drive *d)
{
	struct secret *words = secret_new(sizeof pass);
	struct vault_key *key;
	struct room *room;
	struct err e = { 0 };

	if (!secret_add(words, pass, sizeof pass - 1))
		die("no passphrase");
	key = vault_derive(NULL, box.home, words, &e);
	if (key == NULL || !room_create(&room, &d->world, box.home, key, &e))
		die("%s", e.text);
	room_close(room);
	vault_key_free(key);
	secret_free(words);
}

static void test_random_keys(void **state)
{
	static struct drive d;
	const char *steps = getenv("REMANSO_MONKEY"), *seed = getenv("REMANSO_MONKEY_SEED");
	int visits = 0;

	(void)state;
	if (steps != NULL && steps[0] != '\0')
		steps_left = strtol(steps, NULL, 10);
	d.seed = seed != NULL && seed[0] != '\0' ? strtoull(seed, NULL, 10) : 20261122;
	d.next = monkey_next;
	box_open(&box);
	d.app.home = box.home;
	drive_content(&content);
	drive_open(&d, &content, 0);
	make_room(&d);
	app_done(&d.app);
	for (; steps_left > 0; visits++)
		one_visit(&d);
	canvas_free(&d.last);
	content_free(&content);
	box_close(&box);
	print_message("%d visits, %ld pictures\n", visits, d.shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_keys),
	};

	return RUN_TESTS(tests);
}
