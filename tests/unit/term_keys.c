/* Bytes from a terminal, whole and in pieces. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "ui/term_input.h"

#include <unistd.h>

/* An event as a word: "Up", "a", "C-x", "<text>", "click 3 4". */
static void say(struct buf *out, const struct event *ev)
{
	static const char *const names[] = { "TEXT", "PASTE", "Enter", "Esc", "Tab", "BTab",
		"BSpace", "DC", "Up", "Down", "Left", "Right", "WLeft", "WRight", "Home",
		"End", "Top", "Bottom", "PPage", "NPage", "WBSpace", "F1", "F2", "F3", "F4",
		"F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12" };

	if (out->n > 0)
		buf_addc(out, ' ');
	if (ev->kind == EV_CLICK)
		buf_addf(out, "click:%d,%d", ev->row, ev->col);
	else if (ev->kind == EV_WHEEL)
		buf_addf(out, "wheel:%d", ev->delta);
	else if (ev->key == K_PASTE)
		buf_addf(out, "{%.*s}", STR_ARG(ev->text));
	else if (ev->text.n > 0)
		buf_add(out, ev->text);
	else if (ev->key >= K_TEXT)
		buf_add(out, str_from(names[ev->key - K_TEXT]));
	else
		buf_addf(out, "C-%c", ev->key - K_CTRL(0));
}

static const struct key_case {
	const char *bytes, *events;
} cases[] = {
	{ "ab", "a b" },
	{ "ñ€\xF0\x9F\x98\x80", "ñ € \xF0\x9F\x98\x80" },
	{ "e\xCC\x81", "e \xCC\x81" },
	{ "\r\n\t\x7f\x08", "Enter Enter Tab BSpace BSpace" },
	{ "\x18\x03\x13\x1a", "C-x C-c C-s C-z" },
	{ "\x1c\x1f", "C-\\ C-_" },
	{ "\033", "Esc" },
	{ "\033\033", "Esc Esc" },
	{ "\033[A\033OA\033[B\033OB\033[C\033[D", "Up Up Down Down Right Left" },
	{ "\033[H\033[F\033OH\033[1~\033[4~\033[7~\033[8~",
	    "Home End Home Home End Home End" },
	{ "\033[3~\033[5~\033[6~\033[Z", "DC PPage NPage BTab" },
	{ "\033OP\033[[A\033[11~\033OQ\033[12~\033[[B", "F1 F1 F1 F2 F2 F2" },
	{ "\033[[E\033[15~\033[24~", "F5 F5 F12" },
	{ "\033[1;5C\033[1;5D\033[1;3D\033b\033f", "WRight WLeft WLeft WLeft WRight" },
	{ "\033[1;5H\033[1;5F\033[1;2C", "Top Bottom Right" },
	{ "\033Oc\033Od", "WRight WLeft" },
	{ "\033\x7f", "WBSpace" },
	/* what nobody knows is swallowed whole */
	{ "\033[99;5uq", "q" },
	{ "\033[27;5;113~q", "q" },
	{ "\033[?1;2cq", "q" },
	{ "\033[Iq\033[Oq", "q q" },
	{ "\033[2~q", "q" },
	{ "\033Xqq\033\\a", "a" },
	{ "\033]11;rgb:0000/0000/0000\007a", "a" },
	{ "\033P1+r544e\033\\a", "a" },
	{ "\033qa\033\xC3\xB1o", "a o" },
	{ "\033[12\033[Aq", "Up q" },
	{ "\033[12\x18q", "C-x q" },
	{ "\033[1$yq", "q" },
	{ "\033O5Aq", "Up q" },
	{ "\033Oq\033Oj", "1 *" },
	/* bad UTF-8 and hidden characters are no keys */
	{ "\xff\xc3(\xe2\x82q", "( q" },
	{ "\xe2\x80\xae\xc2\x9bz", "z" },
	{ "\0q", "" },
	/* the mouse */
	{ "\033[<0;5;3M\033[<0;5;3m", "click:2,4" },
	{ "\033[<64;5;3M\033[<65;1;1M\033[<35;1;1M", "wheel:-1 wheel:1" },
	{ "\033[M !!", "click:0,0" },
	/* a paste is one thing, whatever is in it */
	{ "\033[200~q\rw\033[201~x", "{q\nw} x" },
	{ "\033[200~a\033[Ab\x03\x1b"
	  "c\tñ\033[201~",
	    "{a[Abc ñ}" },
	{ "\033[200~\033[201~x", "x" },
	{ "\033[201~x", "x" },
	{ "\033[200~half", "{half}" },
	{ "\033[", "" },
	{ "\033O", "" },
};

static void at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct keys k = { 0 };
		struct event ev;
		struct buf got = { 0 };
		keys_feed(&k, cases[i].bytes, strlen(cases[i].bytes));
		while (keys_next(&k, &ev, false) == KEYS_EVENT)
			say(&got, &ev);
		while (keys_next(&k, &ev, true) == KEYS_EVENT)
			say(&got, &ev);
		if (!str_is(buf_str(&got), cases[i].events))
			fail_msg("case %zu: got '%.*s', wanted '%s'", i,
			    STR_ARG(buf_str(&got)), cases[i].events);
		buf_free(&got);
		keys_free(&k);
	}
}

static void byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct keys k = { 0 };
		struct event ev;
		struct buf got = { 0 };
		for (size_t b = 0; b < strlen(cases[i].bytes); b++) {
			keys_feed(&k, cases[i].bytes + b, 1);
			while (keys_next(&k, &ev, false) == KEYS_EVENT)
				say(&got, &ev);
		}
		while (keys_next(&k, &ev, true) == KEYS_EVENT)
			say(&got, &ev);
		if (!str_is(buf_str(&got), cases[i].events))
			fail_msg("case %zu: got '%.*s', wanted '%s'", i,
			    STR_ARG(buf_str(&got)), cases[i].events);
		buf_free(&got);
		keys_free(&k);
	}
}

static void long_paste_is_cut(void **state)
{
	struct keys k = { 0 };
	struct event ev;
	char block[1000];

	(void)state;
	memset(block, 'p', sizeof(block));
	keys_feed(&k, "\033[200~", 6);
	for (int i = 0; i < 200; i++) {
		keys_feed(&k, block, sizeof(block));
		assert_int_equal(keys_next(&k, &ev, false), KEYS_PART);
	}
	keys_feed(&k, "\033[20", 4);
	assert_int_equal(keys_next(&k, &ev, false), KEYS_PART);
	keys_feed(&k, "1~z", 3);
	assert_int_equal(keys_next(&k, &ev, false), KEYS_EVENT);
	assert_int_equal(ev.key, K_PASTE);
	assert_int_equal(ev.text.n, KEYS_PASTE_MOST);
	assert_int_equal(keys_next(&k, &ev, false), KEYS_EVENT);
	assert_int_equal(ev.key, 'z');
	assert_int_equal(keys_next(&k, &ev, false), KEYS_EMPTY);
	keys_free(&k);
}

/* Fed in two pieces with a long wait between; `ev` as words, and what was heard. */
static void two_pieces(struct keys *k, const char *bytes, size_t first, struct buf *got)
{
	struct event ev;

	keys_feed(k, bytes, first);
	enum keys_state state;
	while ((state = keys_next(k, &ev, false)) == KEYS_EVENT)
		say(got, &ev);
	if (state == KEYS_PART && keys_patience(k) < 1000)
		while (keys_next(k, &ev, true) == KEYS_EVENT)
			say(got, &ev);
	keys_feed(k, bytes + first, strlen(bytes) - first);
	while (keys_next(k, &ev, false) == KEYS_EVENT)
		say(got, &ev);
}

static void answers_are_heard(void **state)
{
	static const struct {
		const char *bytes;
		enum background background;
	} answers[] = {
		{ "\033]11;rgb:ffff/ffff/ffff\033\\\033[?62;22c", BACKGROUND_LIGHT },
		{ "\033]11;rgb:fdfd/f6f6/e3e3\007\033[?1;2c", BACKGROUND_LIGHT },
		{ "\033]11;rgb:FF/ff/Dd\007\033[?6c", BACKGROUND_LIGHT },
		{ "\033]11;rgb:0/2b0/36\007\033[?6c", BACKGROUND_DARK },
		{ "\033]11;rgb:0/0/0\007\033[?6c", BACKGROUND_DARK },
		{ "\033]11;rgba:1d1d/1f1f/2121/cccc\007\033[?6c", BACKGROUND_DARK },
		{ "\033]11;rgb:0000/0000/0000\033\033[?1;2c", BACKGROUND_DARK },
		{ "\033]11;rgb:\007\033[?6c", BACKGROUND_UNKNOWN },
		{ "\033]11;rgb:0/0\007\033[?6c", BACKGROUND_UNKNOWN },
		{ "\033]11;rgb:00000/0/0\007\033[?6c", BACKGROUND_UNKNOWN },
		{ "\033]11;rgb:x/0/0\007\033[?6c", BACKGROUND_UNKNOWN },
		{ "\033]11;teal\033\\\033[?6c", BACKGROUND_UNKNOWN },
		{ "\033[?1;2c", BACKGROUND_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		size_t n = strlen(answers[i].bytes);
		for (size_t first = 0; first <= n; first++) {
			struct keys k = { .asked = true };
			struct buf got = { 0 };
			two_pieces(&k, answers[i].bytes, first, &got);
			/* an Esc that stands alone for long enough is the key */
			if (got.n > 0 && !str_is(buf_str(&got), "Esc"))
				fail_msg("answer %zu cut at %zu: '%.*s'", i, first,
				    STR_ARG(buf_str(&got)));
			if (k.background != answers[i].background || k.asked)
				fail_msg("answer %zu cut at %zu: heard %d, asked %d", i,
				    first, (int)k.background, k.asked);
			assert_true(k.told == (k.background != BACKGROUND_UNKNOWN));
			buf_free(&got);
			keys_free(&k);
		}
	}
}

static void answers_among_keys(void **state)
{
	static const struct key_case among[] = {
		{ "a\033]11;rgb:0/0/0\007b\033[?1;2cc", "a b c" },
		{ "\033\033]11;rgb:0/0/0\007\033[?1;2cq", "Esc q" },
		{ "\033[200~x\033]11;rgb:0/0/0\033\\\033[?1;2cy\033[201~", "{xy}" },
		{ "\033[200~x\033[?1;2cy\033]11;rgb:0/0/0\007\033[201~z", "{xy} z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(among); i++) {
		struct keys k = { .asked = true };
		struct buf got = { 0 };
		two_pieces(&k, among[i].bytes, strlen(among[i].bytes), &got);
		if (!str_is(buf_str(&got), among[i].events))
			fail_msg("case %zu: got '%.*s'", i, STR_ARG(buf_str(&got)));
		assert_int_equal(k.background, BACKGROUND_DARK);
		assert_false(k.asked);
		buf_free(&got);
		keys_free(&k);
	}
}

static void used_bytes_are_wiped(void **state)
{
	struct keys k = { 0 };
	struct event ev;

	(void)state;
	keys_feed(&k, "secret", 6);
	while (keys_next(&k, &ev, false) == KEYS_EVENT)
		;
	assert_null(memchr(k.in.s, 'e', k.in.n));
	assert_null(memchr(k.text.s, 't', k.text.cap));
	keys_free(&k);
}

/* Half of Up had come, and Up was read as Esc and A: the machine had been busy for longer
 * than a rest is waited for, and nobody looked whether it lay there already. */
static void a_rest_that_came_in_time_is_read(void **state)
{
	struct input in = { 0 };
	struct event ev;
	int ends[2], before = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	assert_int_equal(write(ends[1], "A", 1), 1);
	keys_feed(&in.keys, "\033[", 2);
	in.fed_ms = input_now_ms() - 10000;
	assert_true(input_next(&in, &ev, 0));
	assert_int_equal(ev.key, K_UP);
	assert_true(dup2(before, STDIN_FILENO) >= 0);
	(void)close(before);
	(void)close(ends[0]);
	(void)close(ends[1]);
	input_free(&in);
}

/* ESCDELAY: a slow line asks for patience, which shortens no longer wait. */
static void patience_is_at_least_what_is_asked(void **state)
{
	struct keys k = { .least_ms = 1000 };

	(void)state;
	keys_feed(&k, "\033", 1);
	assert_int_equal(keys_patience(&k), 1000);
	k.pasting = true;
	assert_true(keys_patience(&k) > 1000);
	keys_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_once),
		cmocka_unit_test(byte_by_byte),
		cmocka_unit_test(long_paste_is_cut),
		cmocka_unit_test(answers_are_heard),
		cmocka_unit_test(answers_among_keys),
		cmocka_unit_test(used_bytes_are_wiped),
		cmocka_unit_test(a_rest_that_came_in_time_is_read),
		cmocka_unit_test(patience_is_at_least_what_is_asked),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
