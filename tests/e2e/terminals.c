/* Sizes, kinds of terminals, colors, letters, pasted text, suspending: what reaches the
 * terminal is looked at as bytes and as a screen. */
#include "harness/play.h"
#include "harness/test.h"

#include <signal.h>

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	return play_room(&box, PLAY_PASS) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

/* ---- sizes ---- */
static void test_resizing_in_the_middle_of_a_sentence(void **state)
{
	static const struct {
		int rows, cols;
		bool usable;
	} sizes[] = { { 16, 60, true }, { 40, 120, true }, { 10, 40, false },
		{ 5, 20, false }, { 1, 1, false }, { 24, 80, true } };
	struct pty *p = play_start(&(struct play){ .box = &box });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, "half a sen");
	SEES(p, "half a sen");
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		pty_resize(p, sizes[i].rows, sizes[i].cols);
		assert_true(pty_settle(p));
		if (!sizes[i].usable)
			continue;
		SEES(p, "half a sen");
		SEES(p, "Ctrl-X leave");
		pty_type(p, "t");
	}
	SEES(p, "half a senttt");
	pty_resize(p, 10, 40);
	SEES(p, "60");  /* it says what it needs */
	KEYS(p, "C-x"); /* and leaving works all the same */
	EXITS(p, 0);
	pty_close(p);
}

static void test_no_row_is_wider_than_the_window(void **state)
{
	static const int cols[] = { 60, 72, 80, 120, 200 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cols); i++) {
		struct pty *p =
		    play_start(&(struct play){ .box = &box, .rows = 24, .cols = cols[i] });

		assert_true(play_unlock(p, PLAY_PASS));
		for (int step = '1'; step <= '5'; step++) {
			const char key[2] = { (char)step, '\0' };

			KEYS(p, key);
			assert_true(pty_settle(p));
			SEES(p, "leave");
			KEYS(p, "Escape");
			assert_true(pty_settle(p));
		}
		SEES(p, "Nothing here is urgent");
		pty_close(p);
	}
}

/* ---- kinds of terminals ---- */
static void test_every_terminal_shows_the_same_words(void **state)
{
	static const char *const terms[] = { "linux", "vt100", "xterm-256color", "xterm",
		"tmux-256color", "screen" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		char term[40];
		const char *env[] = { term, NULL };
		struct pty *p;

		(void)snprintf(term, sizeof term, "TERM=%s", terms[i]);
		p = play_start(&(struct play){ .box = &box, .env = env });
		if (!play_unlock(p, PLAY_PASS))
			FAIL_WITH("%s: not at home:\n%s", terms[i], pty_text(p));
		assert_true(pty_settle(p));
		if (!pty_sees(p, "Connection") || !pty_sees(p, "Ctrl-X leave"))
			FAIL_WITH("%s:\n%s", terms[i], pty_text(p));
		KEYS(p, "Down Down Up F2");
		if (!pty_wait(p, "urgente"))
			FAIL_WITH("%s: F2 did nothing:\n%s", terms[i], pty_text(p));
		KEYS(p, "C-x");
		EXITS(p, 0);
		pty_close(p);
	}
}

static void test_a_dumb_terminal_gets_line_mode(void **state)
{
	const char *env[] = { "TERM=dumb", NULL };
	struct pty *p = play_start(&(struct play){ .box = &box, .env = env });

	(void)state;
	SEES(p, "Passphrase|passphrase");
	assert_true(pty_settle(p));
	assert_null(memchr(pty_raw(p).s, '\033', pty_raw(p).n));
	KEYS(p, "Enter"); /* 1: the passphrase */
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "urgent|five steps");
	assert_true(pty_settle(p));
	assert_null(memchr(pty_raw(p).s, '\033', pty_raw(p).n));
	assert_false(pty_sees(p, "sparrow")); /* no echo */
	pty_close(p);
}

/* ---- color ---- */
/* Does an SGR sequence name a color? */
static bool has_color(struct str raw)
{
	for (size_t i = 0; i + 2 < raw.n; i++) {
		int value = 0;

		if (raw.s[i] != '\033' || raw.s[i + 1] != '[')
			continue;
		for (i += 2; i < raw.n; i++) {
			char c = raw.s[i];

			if (c >= '0' && c <= '9') {
				value = value * 10 + c - '0';
				continue;
			}
			if (c != ';' && c != 'm')
				break;
			if ((value >= 30 && value <= 38) || (value >= 40 && value <= 48) ||
			    (value >= 90 && value <= 107))
				return true;
			value = 0;
			if (c == 'm')
				break;
		}
	}
	return false;
}

static void test_no_color_means_none(void **state)
{
	const char *plain[] = { "NO_COLOR=1", NULL };
	struct pty *p = play_start(&(struct play){ .box = &box, .env = plain });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	KEYS(p, "2 Down ? Escape C-g Escape");
	assert_true(pty_settle(p));
	assert_false(has_color(pty_raw(p)));
	KEYS(p, "C-x");
	EXITS(p, 0);
	assert_false(has_color(pty_raw(p)));
	pty_close(p);
}

static void test_there_is_color_otherwise(void **state)
{
	const char *dark[] = { "COLORFGBG=15;0", NULL };
	struct pty *p = play_start(&(struct play){ .box = &box, .env = dark });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(pty_settle(p));
	assert_true(has_color(pty_raw(p)));
	pty_close(p);
}

/* ---- letters ---- */
static void test_a_locale_without_utf8_gets_ascii(void **state)
{
	const char *env[] = { "LC_ALL=C", NULL };

	(void)state;
	for (int es = 0; es <= 1; es++) {
		struct pty *p = play_start(
		    &(struct play){ .box = &box, .env = env, .lang = es ? "es" : "en" });
		struct str raw;

		assert_true(play_unlock(p, PLAY_PASS));
		KEYS(p, "3 Enter");
		assert_true(pty_settle(p));
		KEYS(p, "Escape Escape ? Escape C-g");
		assert_true(pty_settle(p));
		KEYS(p, "C-x");
		EXITS(p, 0);
		raw = pty_raw(p);
		for (size_t i = 0; i < raw.n; i++)
			if ((unsigned char)raw.s[i] >= 0x80)
				FAIL_WITH("byte %#x near: %.60s", (unsigned char)raw.s[i],
				    raw.s + (i > 40 ? i - 40 : 0));
		pty_close(p);
	}
}

static void test_letters_of_other_languages_are_kept_as_typed(void **state)
{
	static const char words[] = "¿Cómo estás, Begoña? — 中文 naïve";
	struct pty *p = play_start(&(struct play){ .box = &box });
	struct ran r;

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, words);
	SEES(p, words);
	KEYS(p, "BSpace BSpace BSpace BSpace BSpace BSpace BSpace");
	SEES(p, "Begoña\\? — 中$");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	r = play_export(&box);
	assert_true(ran_says(&r, "¿Cómo estás, Begoña? — 中"));
	ran_free(&r);
}

/* ---- pasting ---- */
static void test_pasted_controls_do_nothing(void **state)
{
	/* leave-now, escape sequences, a title, bell, backspace, a bidi mark, CR LF */
	static const char bad[] =
	    "one\x18two\033[2Jthree\033]0;title\007four\bfive\xe2\x80\xae"
	    "six\r\nseven\x07\x04\x1a eight";
	struct pty *p = play_start(&(struct play){ .box = &box });
	struct ran r;

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_raw_reset(p);
	pty_paste(p, str_from(bad));
	SEES(p, "eight");
	SEES(p, "one");
	assert_null(memmem(pty_raw(p).s, pty_raw(p).n, "\033]0;", 4));
	assert_null(memmem(pty_raw(p).s, pty_raw(p).n, "\xe2\x80\xae", 3));
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	r = play_export(&box);
	assert_true(ran_says(&r, "seven"));
	assert_null(memchr(r.out.s, '\033', r.out.n));
	assert_false(ran_says(&r, "\\u0018"));
	assert_false(ran_says(&r, "\\u001b"));
	assert_false(ran_says(&r, "\xe2\x80\xae"));
	ran_free(&r);
}

static void test_unknown_sequences_are_swallowed(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, "calm");
	pty_send(p, STR("\033[99;5u\033[77;2;3~\033OX\033[200;1;1M"));
	pty_type(p, " water");
	SEES(p, "calm water$");
	pty_close(p);
}

/* ---- suspending ---- */
/* A shell with job control stands between, as in life: without one nothing can be stopped. */
static void test_suspending_locks_first(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box,
	    .shell =
		"set -m; \"$@\"; echo stopped now; read x; fg >/dev/null; echo ended $?" });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	KEYS(p, "C-z"); /* outside a field */
	SEES(p, "stopped now");
	assert_false(pty_sees(p, "urgent"));
	KEYS(p, "Enter");
	SEES(p, "Passphrase");
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(pty_settle(p));
	KEYS(p, "C-x");
	SEES(p, "ended 0");
	pty_close(p);
}

static void test_a_stop_while_writing_locks_first(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box,
	    .shell = "set -m; \"$@\"; echo stopped now; read x; "
		     "fg >/dev/null; echo ended $?" });

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, "words by the sosiego");
	SEES(p, "sosiego");
	pty_signal(p, SIGTSTP);
	SEES(p, "stopped now");
	assert_false(pty_sees(p, "sosiego"));
	assert_null(strstr(pty_left_alternate(p), "sosiego"));
	assert_null(strstr(pty_scrollback(p), "sosiego"));
	NO_LEAK(box.root, "sosiego");
	KEYS(p, "Enter");
	SEES(p, "Passphrase");
	assert_false(pty_sees(p, "sosiego"));
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	assert_true(pty_wait(p, "────|sosiego"));
	assert_true(pty_settle(p));
	if (!pty_sees(p, "sosiego")) {
		assert_true(play_choose(p, "Write in the journal"));
		SEES(p, "words by the sosiego");
	}
	pty_close(p);
}

static void test_a_click_opens(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box });
	struct str rows, row;
	int at = 0;

	(void)state;
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(pty_settle(p));
	rows = str_from(pty_text(p));
	while (str_line(&rows, &row) &&
	       memmem(row.s, row.n, "Write in the journal", 20) == NULL)
		at++;
	pty_click(p, at, 10);
	SEES(p, "Write a new entry");
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_resizing_in_the_middle_of_a_sentence, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_row_is_wider_than_the_window, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_every_terminal_shows_the_same_words, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_dumb_terminal_gets_line_mode, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_color_means_none, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_there_is_color_otherwise, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_locale_without_utf8_gets_ascii, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_letters_of_other_languages_are_kept_as_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_pasted_controls_do_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_unknown_sequences_are_swallowed, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_suspending_locks_first, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_stop_while_writing_locks_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_click_opens, setup, teardown),
	};

	return RUN_TESTS(tests);
}
