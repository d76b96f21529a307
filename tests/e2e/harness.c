/* The harness itself, proven on programs whose behaviour is known. */
#include "harness/script.h"
#include "harness/svg.h"
#include "harness/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pty *shell(const char *command)
{
	const char *argv[] = { "/bin/sh", "-c", command, NULL };

	return pty_start(&(struct pty_options){ .argv = argv });
}

static void test_words_and_exit_status(void **state)
{
	struct pty *p =
	    shell("printf 'one\\ntwo \\302\\241s\\303\\255!\\n'; read x; exit 7");

	(void)state;
	SEES(p, "two ¡sí!");
	SEES(p, "^one$");
	assert_false(pty_sees(p, "three"));
	KEYS(p, "Enter");
	EXITS(p, 7);
	pty_close(p);
}

static void test_keys_arrive_as_bytes(void **state)
{
	static const struct {
		const char *keys, *bytes;
	} cases[] = {
		{ "a Enter Tab", "a \\r \\t" },
		{ "C-x C-g", "030 \\a" },
		{ "Escape BTab", "033 033 [ Z" },
		{ "Up F1 F2", "033 [ A 033 O P 033 O Q" },
		{ "PPage DC", "033 [ 5 ~ 033 [ 3 ~" },
		{ "C-Left M-b", "033 [ 1 ; 5 D 033 b" },
		{ "BSpace é", "177 303 251" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pty *p =
		    shell("stty raw -echo; printf 'ready\\r\\n'; "
			  "while :; do printf '%s ' \"$(dd bs=1 count=1 2>/dev/null | "
			  "od -An -c | tr -d ' \\n')\"; done");
		SEES(p, "ready");
		KEYS(p, cases[i].keys);
		SEES(p, cases[i].bytes);
		pty_close(p);
	}
	{
		struct pty *p = shell("read x");

		assert_false(pty_keys(p, "NoSuchKey"));
		pty_close(p);
	}
}

static void test_screens_and_scrollback(void **state)
{
	struct pty *p = shell("seq 1 60; printf '\\033[?1049h\\033[Hsecret page'; read x; "
			      "printf '\\033[H\\033[2J\\033[?1049l'; read x; "
			      "printf '\\033[H\\033[2J\\033[3Jend\\n'; read x");

	(void)state;
	SEES(p, "secret page");
	assert_true(pty_in_alternate(p));
	assert_non_null(strstr(pty_scrollback(p), "12"));
	KEYS(p, "Enter");
	SEES(p, "^60$");
	assert_false(pty_in_alternate(p));
	assert_true(pty_was_alternate(p));
	assert_null(strstr(pty_left_alternate(p), "secret"));
	KEYS(p, "Enter");
	SEES(p, "^end$");
	assert_string_equal(pty_scrollback(p), "");
	pty_close(p);

	p = shell("printf '\\033[?1049hwritten\\033[?1049l'; read x");
	assert_true(pty_settle(p));
	assert_non_null(strstr(pty_left_alternate(p), "written"));
	assert_false(pty_sees(p, "written"));
	pty_close(p);
}

static void test_cells_and_cursor(void **state)
{
	struct pty *p =
	    shell("printf '\\033[1;38;5;74mA\\033[0;4mB\\033[0;7mC\\033[0m\\344\\270\\255x"
		  "\\033[5;9H'; read x");
	int row, col;
	bool shown;

	(void)state;
	SEES(p, "ABC");
	assert_true(pty_settle(p));
	assert_true(pty_cell(p, 0, 0).bold);
	assert_int_equal(pty_cell(p, 0, 0).fg, 74);
	assert_true(pty_cell(p, 0, 1).underline);
	assert_true(pty_cell(p, 0, 2).reverse);
	assert_int_equal(pty_cell(p, 0, 2).fg, -1);
	assert_string_equal(pty_cell(p, 0, 3).ch, "中");
	assert_string_equal(pty_cell(p, 0, 4).ch, "");
	assert_string_equal(pty_cell(p, 0, 5).ch, "x");
	pty_cursor(p, &row, &col, &shown);
	assert_int_equal(row, 4);
	assert_int_equal(col, 8);
	assert_true(shown);
	pty_close(p);
}

static void test_paste_is_bracketed_when_asked(void **state)
{
	struct pty *p =
	    shell("stty raw -echo; printf '\\033[?2004hgo'; head -c 14 | od -An -c");

	(void)state;
	SEES(p, "go");
	pty_paste(p, STR("hi"));
	SEES(p, "2   0   0   ~   h   i 033");
	pty_close(p);
}

static void test_resize_and_signals(void **state)
{
	struct pty *p =
	    shell("trap 'stty size' WINCH; trap 'echo hup; exit 3' HUP; echo go; "
		  "while :; do sleep 0.02; done");

	(void)state;
	SEES(p, "go");
	pty_resize(p, 16, 60);
	SEES(p, "16 60");
	pty_signal(p, SIGHUP);
	SEES(p, "hup");
	EXITS(p, 3);
	pty_close(p);

	p = shell("echo go; read x");
	SEES(p, "go");
	pty_hang_up(p);
	assert_true(pty_exited(p, NULL));
	pty_close(p);
}

static void test_stops_on_ctrl_z(void **state)
{
	struct pty *p = shell("echo go; read x");

	(void)state;
	SEES(p, "go");
	pty_signal(p, SIGSTOP);
	assert_true(pty_stopped(p));
	pty_close(p);
}

static void test_waiting_has_a_limit(void **state)
{
	struct pty *p = shell("read x");

	(void)state;
	pty_patience(p, 50);
	assert_false(pty_wait(p, "never"));
	assert_false(pty_exited(p, NULL));
	pty_close(p);
}

static void test_leaks_are_found_in_every_form(void **state)
{
	static const char marker[] = "Sosiego azúl 77";
	static const char *const makers[] = {
		"printf '%s' \"xx $M yy\" > f",
		"printf '%s' \"$M\" | iconv -t UTF-16LE > f",
		"printf '%s' \"x$M\" | iconv -t UTF-16BE > f",
		"printf '%s' \"$M\" | iconv -t UTF-32LE > f",
		"printf '%s' \"$M\" | base64 -w0 > f",
		"printf 'a%s' \"$M\" | base64 -w0 > f",
		"printf 'ab%sc' \"$M\" | base64 -w0 > f",
		"printf '%s' \"$M\" | od -An -tx1 -v | tr -d ' \\n' > f",
		"printf 'sosiego azul 77' > f",
		"mkdir -p d/e; printf '%s' \"$M\" > d/e/g",
	};
	struct box b;

	(void)state;
	(void)setenv("M", marker, 1);
	for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
		char command[800];
		const char *argv[] = { "/bin/sh", "-c", command, NULL };
		struct buf why = { 0 };
		struct ran r;
		int files = 0;

		box_open(&b);
		(void)snprintf(command, sizeof command, "cd %s && %s", b.root, makers[i]);
		assert_false(leak_below(b.root, marker, &why, NULL));
		r = run_command(&(struct run_options){ .argv = argv });
		assert_int_equal(r.status, 0);
		if (!leak_below(b.root, marker, &why, &files))
			FAIL_WITH("not found: %s", makers[i]);
		assert_int_equal(files, 1);
		ran_free(&r);
		buf_free(&why);
		box_close(&b);
		assert_int_not_equal(access(b.home, F_OK), 0);
	}
	(void)unsetenv("M");
}

static void test_commands_through_pipes(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "cat; cat <&3 >&2; exit 9", NULL };
	struct ran r = run_command(
	    &(struct run_options){ .argv = argv, .input = STR("in"), .pass = "word\n" });

	(void)state;
	assert_int_equal(r.status, 9);
	assert_string_equal(r.out.s, "in");
	assert_string_equal(r.err.s, "word\n");
	ran_free(&r);
}

static void test_script_and_golden(void **state)
{
	struct box b;
	struct buf why = { 0 };
	char keys[600], shown[600];
	struct script s = { .keys = keys, .lang = "es" };

	(void)state;
	box_open(&b);
	(void)snprintf(keys, sizeof keys, "%s/a.keys", b.root);
	(void)snprintf(shown, sizeof shown, "%s/first.screen", b.root);
	s.goldens = b.root;
	s.pictures = b.root;
	assert_true(golden_write(keys,
	    STR("size 40x4\n# a comment\ndo echo $RLANG > $BOX/said\n"
		"run sh -c 'cat $BOX/said; read x; exit 2'\nen: wait never\nes: wait es\n"
		"type hola\nshot first\nkey Enter\nexited 2\n")));
	assert_true(golden_write(shown, STR("es\nhola\n\n\n-- cursor: row 2, column 5\n")));
	(void)unsetenv("REMANSO_UPDATE");
	if (!script_run(&s, &why))
		FAIL_WITH("%.*s", STR_ARG(buf_str(&why)));
	assert_true(
	    golden_write(shown, STR("es\nother\n\n\n-- cursor: row 2, column 5\n")));
	assert_false(script_run(&s, &why));
	buf_addc(&why, '\0');
	assert_non_null(strstr(why.s, "  2 - other\n  2 + hola\n"));
	assert_non_null(strstr(why.s, "a.keys:8 (es): shot first"));
	buf_free(&why);
	box_close(&b);
}

static void test_pictures_are_the_same_each_time(void **state)
{
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct pty *p =
		    shell("printf 'a < b & \\033[1mbold  word\\033[0m'; read x");

		SEES(p, "word");
		svg_screen(p, "A <title>", "words", i == 0 ? &a : &b);
		pty_close(p);
	}
	assert_true(str_eq(buf_str(&a), buf_str(&b)));
	buf_addc(&a, '\0');
	assert_non_null(strstr(a.s, "<title id=\"t\">A &lt;title&gt;</title>"));
	assert_non_null(strstr(a.s, ">a &lt; b &amp;</text>"));
	assert_non_null(strstr(a.s, "font-weight=\"bold\">bold</text>"));
	buf_free(&a);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_and_exit_status),
		cmocka_unit_test(test_keys_arrive_as_bytes),
		cmocka_unit_test(test_screens_and_scrollback),
		cmocka_unit_test(test_cells_and_cursor),
		cmocka_unit_test(test_paste_is_bracketed_when_asked),
		cmocka_unit_test(test_resize_and_signals),
		cmocka_unit_test(test_stops_on_ctrl_z),
		cmocka_unit_test(test_waiting_has_a_limit),
		cmocka_unit_test(test_leaks_are_found_in_every_form),
		cmocka_unit_test(test_commands_through_pipes),
		cmocka_unit_test(test_script_and_golden),
		cmocka_unit_test(test_pictures_are_the_same_each_time),
	};

	return RUN_TESTS(tests);
}
