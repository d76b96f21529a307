/* The text field: typing, deleting, moving, undo; and 100,000 keys against a simple model.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "remanso/editor.h"

#define ACUTE "\xCC\x81"
#define FLAG_E "\xF0\x9F\x87\xAA"
#define FLAG_S "\xF0\x9F\x87\xB8"
#define WIDTH 20

static void press(struct editor *ed, int key)
{
	(void)editor_key(ed, &(struct event){ .kind = EV_KEY, .key = key }, WIDTH);
}

static void type(struct editor *ed, const char *text)
{
	struct str s = str_from(text);

	for (size_t at = 0, len; at < s.n; at += len) {
		int32_t c = utf8_point(s, at, &len);
		struct event ev = { .kind = EV_KEY,
			.key = c < 0x80 ? c : K_TEXT,
			.text = str_slice(s, at, at + len) };
		if (c == '\n')
			press(ed, K_ENTER);
		else
			assert_true(editor_key(ed, &ev, WIDTH));
	}
}

/* The text with '|' where the cursor is. */
static void looks(const struct editor *ed, const char *want, const char *what)
{
	struct buf b = { 0 };
	struct str s = editor_text(ed);

	buf_add(&b, str_slice(s, 0, editor_cursor(ed)));
	buf_addc(&b, '|');
	buf_add(&b, str_slice(s, editor_cursor(ed), s.n));
	if (!str_is(buf_str(&b), want))
		fail_msg("%s: got '%.*s', wanted '%s'", what, STR_ARG(buf_str(&b)), want);
	buf_free(&b);
}

static const struct edit_case {
	const char *text; /* set, then typed keys */
	int keys[6];
	const char *want, *what;
} cases[] = {
	{ "año", { K_BACKSPACE, K_BACKSPACE }, "a|", "backspace by letter" },
	{ "x" FLAG_E FLAG_S, { K_BACKSPACE }, "x|", "backspace takes a whole flag" },
	{ "ab", { K_LEFT, K_DELETE }, "a|", "delete" },
	{ "ab", { K_LEFT, K_LEFT, K_LEFT }, "|ab", "left stops at the start" },
	{ "una canción rota", { K_WORD_LEFT, K_WORD_LEFT }, "una |canción rota",
	    "word left" },
	{ "una canción, rota", { K_TOP, K_WORD_RIGHT, K_WORD_RIGHT }, "una canción|, rota",
	    "word right" },
	{ "¿qué? sí", { K_CTRL('w') }, "¿qué? |", "delete a word" },
	{ "¿qué? ", { K_WORD_BACKSPACE }, "¿|", "delete a word and what is behind it" },
	{ "one\ntwo three", { K_CTRL('u') }, "one\n|", "kill to the start of the line" },
	{ "one\ntwo", { K_TOP, K_CTRL('k') }, "|\ntwo", "kill to the end of the line" },
	{ "one\ntwo", { K_TOP, K_CTRL('k'), K_CTRL('k') }, "|two", "kill joins lines" },
	{ "one two three four five", { K_HOME }, "one two three four |five",
	    "home of a row" },
	{ "one two three four five", { K_TOP, K_END }, "one two three four| five",
	    "end of a row" },
	{ "one\ntwo", { K_TOP, K_END }, "one|\ntwo", "end before a line feed" },
	{ "one\ntwo", { K_CTRL('a') }, "one\n|two", "Ctrl-A" },
	{ "abcd\na\nabcd", { K_UP, K_UP }, "abcd|\na\nabcd", "up keeps its column" },
	{ "abcd\na\nabcd", { K_LEFT, K_UP, K_DOWN }, "abcd\na\nabc|d", "and down too" },
	{ "a\nb\nc", { K_PAGE_UP }, "a|\nb\nc", "page up" },
	{ "a\n", { K_UP }, "|a\n", "from the empty last row" },
};

static void keys_do_what_they_say(void **state)
{
	struct editor *ed = editor_new(false);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		editor_set(ed, str_from(cases[i].text));
		for (size_t k = 0; k < ARRAY_LEN(cases[i].keys) && cases[i].keys[k]; k++)
			press(ed, cases[i].keys[k]);
		looks(ed, cases[i].want, cases[i].what);
	}
	editor_free(ed);
}

static void marks_meet_their_letters(void **state)
{
	struct editor *ed = editor_new(false);

	(void)state;
	type(ed, "cafe" ACUTE "s");
	looks(ed, "cafés|", "a mark typed after its letter");
	press(ed, K_CTRL('z'));
	looks(ed, "|", "is undone with its word");
	editor_set(ed, STR("e\n" ACUTE "x"));
	editor_place(ed, 2);
	press(ed, K_BACKSPACE);
	looks(ed, "é|x", "a mark that comes to its letter by a deletion");
	press(ed, K_CTRL('z'));
	looks(ed, "e\n|" ACUTE "x", "and goes back");
	press(ed, K_CTRL('y'));
	looks(ed, "é|x", "and forth");
	editor_set(ed, STR(ACUTE));
	press(ed, K_TOP);
	type(ed, "a");
	looks(ed, "á|", "a letter typed before a mark");
	editor_set(ed, STR(FLAG_E FLAG_S));
	press(ed, K_TOP);
	type(ed, FLAG_S);
	assert_int_equal(editor_cursor(ed), 8); /* the first two are a flag now */
	editor_free(ed);
}

static void pastes_are_cleaned(void **state)
{
	struct editor *ed = editor_new(false), *line = editor_new(true);
	struct event ev = {
		.kind = EV_KEY, .key = K_PASTE, .text = STR("a\r\nb\033[2Jn\xCC\x83")
	};

	(void)state;
	assert_true(editor_key(ed, &ev, WIDTH));
	looks(ed, "a\nb[2Jñ|", "a paste");
	assert_true(editor_key(line, &ev, WIDTH));
	looks(line, "a b[2Jñ|", "in one line");
	assert_false(
	    editor_key(line, &(struct event){ .kind = EV_KEY, .key = K_ENTER }, 9));
	assert_false(editor_key(ed, &(struct event){ .kind = EV_KEY, .key = K_TAB }, 9));
	assert_false(editor_key(ed, &(struct event){ .kind = EV_KEY, .key = K_F2 }, 9));
	assert_false(editor_key(ed, &(struct event){ .kind = EV_RESIZE }, 9));
	editor_free(ed);
	editor_free(line);
}

static void undo_goes_by_words(void **state)
{
	struct editor *ed = editor_new(false);

	(void)state;
	type(ed, "one two  three");
	press(ed, K_CTRL('z'));
	looks(ed, "one two  |", "undo a word");
	press(ed, K_CTRL('z'));
	looks(ed, "one |", "undo a word and its blanks");
	press(ed, K_CTRL('y'));
	looks(ed, "one two  |", "redo");
	type(ed, "x");
	assert_false(editor_redo(ed));
	press(ed, K_BACKSPACE);
	press(ed, K_BACKSPACE);
	press(ed, K_BACKSPACE);
	press(ed, K_CTRL('z'));
	looks(ed, "one two  x|", "a run of backspaces at once");
	press(ed, K_LEFT);
	type(ed, "y");
	press(ed, K_CTRL('z'));
	looks(ed, "one two  |x", "moving ends a group");
	editor_saved(ed);
	assert_false(editor_changed(ed));
	press(ed, K_CTRL('z'));
	assert_true(editor_changed(ed));
	while (editor_undo(ed))
		;
	looks(ed, "|", "all the way");
	editor_free(ed);
}

static void rows_and_clicks(void **state)
{
	struct editor *ed = editor_new(false);
	struct str line;
	int row, col, rows;

	(void)state;
	editor_where(ed, 10, &row, &col, &rows);
	assert_int_equal(rows, 1);
	assert_true(editor_row(ed, 10, 0, &line));
	assert_int_equal(line.n, 0);
	assert_false(editor_row(ed, 10, 1, &line));
	editor_set(ed, STR("one two three\n\nniño 漢字\n"));
	editor_where(ed, 10, &row, &col, &rows);
	assert_int_equal(rows, 5);
	assert_int_equal(row, 4);
	assert_int_equal(col, 0);
	assert_true(editor_row(ed, 10, 0, &line));
	assert_true(str_is(line, "one two"));
	assert_true(editor_row(ed, 10, 3, &line));
	assert_true(str_is(line, "niño 漢字"));
	editor_click(ed, 10, 3, 6); /* on the right half of a wide letter */
	editor_where(ed, 10, &row, &col, &rows);
	assert_int_equal(row, 3);
	assert_int_equal(col, 5);
	editor_click(ed, 10, 0, 99);
	looks(ed, "one two| three\n\nniño 漢字\n", "a click behind a row");
	editor_click(ed, 10, 99, 99);
	looks(ed, "one two three\n\nniño 漢字\n|", "a click below");
	editor_click(ed, 10, -1, -1);
	looks(ed, "|one two three\n\nniño 漢字\n", "a click above");
	editor_set(ed, STR("abcdefghij   "));
	editor_where(ed, 10, &row, &col, &rows);
	assert_int_equal(row, 0);
	assert_int_equal(col, 10); /* hanging blanks do not push the cursor out */
	assert_false(editor_key(ed, &(struct event){ .kind = EV_KEY, .key = K_UP }, 10));
	assert_false(editor_key(ed, &(struct event){ .kind = EV_KEY, .key = K_DOWN }, 10));
	editor_free(ed);
}

static void has_a_limit(void **state)
{
	struct editor *ed = editor_new(false);
	char *big = malloc(EDITOR_MOST);

	(void)state;
	memset(big, 'a', EDITOR_MOST);
	assert_true(editor_insert(ed, (struct str){ big, EDITOR_MOST - 1 }));
	assert_false(editor_insert(ed, STR("ñ")));
	assert_int_equal(editor_text(ed).n, EDITOR_MOST - 1);
	assert_false(editor_insert(ed, STR("bñ")));
	assert_int_equal(editor_text(ed).n, EDITOR_MOST);
	assert_false(editor_insert(ed, STR("c")));
	for (int i = 0; i < 10;
	     i++) { /* the history has a limit too, and forgets the oldest */
		press(ed, K_CTRL('u'));
		assert_true(editor_insert(ed, (struct str){ big, EDITOR_MOST - 1 }));
	}
	assert_true(editor_undo(ed));
	free(big);
	editor_free(ed);
}

/* ---- random keys ---- */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static bool on_boundary(struct str s, size_t at)
{
	size_t from = 0;

	while (from < at)
		from = utf8_next(s, from);
	return from == at;
}

static size_t model_prev(struct str s, size_t at)
{
	size_t last = 0;

	for (size_t from = 0; from < at; from = utf8_next(s, from))
		last = from;
	return last;
}

/* What the text must be when [from, to) is replaced. */
static struct str model(
    struct arena *a, struct str s, size_t from, size_t to, struct str ins)
{
	return utf8_nfc(a, arena_fmt(a, "%.*s%.*s%.*s", STR_ARG(str_slice(s, 0, from)),
			       STR_ARG(ins), STR_ARG(str_slice(s, to, s.n))));
}

static const char *const pieces[] = { "a", "e", "o", "n", " ", " ", "-", "ñ", "é", ACUTE,
	"\xCC\x83", "漢", FLAG_E, FLAG_S, "—", "\xF0\x9F\x91\xA9", "\xE2\x80\x8D", "¿", ",",
	"\xE1\x84\x80", "\xE1\x85\xA1" };
static const int others[] = { K_LEFT, K_RIGHT, K_UP, K_DOWN, K_HOME, K_END, K_TOP, K_BOTTOM,
	K_PAGE_UP, K_PAGE_DOWN, K_WORD_LEFT, K_WORD_RIGHT, K_CTRL('z'), K_CTRL('z'),
	K_CTRL('y'), K_CTRL('w'), K_CTRL('k'), K_CTRL('u') };

static void random_key(struct editor *ed, uint32_t *seed)
{
	struct arena *a = arena_new();
	struct str was = arena_dup(a, editor_text(ed)), want = was;
	size_t at = editor_cursor(ed);
	uint32_t what = next_random(seed) % 100;
	bool known = true;

	if (what < 60) {
		struct str ins = str_from(pieces[next_random(seed) % ARRAY_LEN(pieces)]);
		type(ed, ins.s);
		want = model(a, was, at, at, ins);
	} else if (what < 64) {
		press(ed, K_ENTER);
		want = model(a, was, at, at, STR("\n"));
	} else if (what < 72) {
		press(ed, K_BACKSPACE);
		want = model(a, was, model_prev(was, at), at, STR(""));
	} else if (what < 76) {
		press(ed, K_DELETE);
		want = model(a, was, at, utf8_next(was, at), STR(""));
	} else if (what < 79) {
		editor_place(ed, next_random(seed) % (was.n + 2));
	} else {
		int key = others[next_random(seed) % ARRAY_LEN(others)];
		press(ed, key);
		known = key < 0x1000 || key >= K_TEXT;
		if (key == K_LEFT)
			assert_int_equal(editor_cursor(ed), model_prev(was, at));
		if (key == K_RIGHT)
			assert_int_equal(editor_cursor(ed), utf8_next(was, at));
	}
	struct str now = editor_text(ed);
	if (known && !str_eq(now, want))
		fail_msg("'%.*s' became '%.*s', not '%.*s'", STR_ARG(was), STR_ARG(now),
		    STR_ARG(want));
	assert_true(utf8_valid(now));
	assert_true(editor_cursor(ed) <= now.n);
	assert_true(on_boundary(now, editor_cursor(ed)));
	assert_true(str_eq(now, utf8_nfc(a, now)));
	arena_free(a);
}

/* Rows that were laid out again in part are the rows of the whole. */
static void check_rows(const struct editor *ed, int width)
{
	struct str rest = editor_text(ed), line, row;
	int n = 0;

	while (wrap_next(&rest, width, &line)) {
		assert_true(editor_row(ed, width, n++, &row));
		assert_true(str_eq(line, row));
	}
	int r, c, rows;
	editor_where(ed, width, &r, &c, &rows);
	struct str all = editor_text(ed);
	assert_int_equal(rows, all.n == 0 || all.s[all.n - 1] == '\n' ? n + 1 : n);
	assert_true(r >= 0 && r < rows && c >= 0 && c <= width);
}

static void random_keys(void **state)
{
	struct editor *ed = editor_new(false);
	uint32_t seed = 20;

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct buf start = { 0 }, end = { 0 };
		int width = 2 + round % 30;
		for (int i = 0; i < round; i++)
			buf_add(&start,
			    str_from(pieces[next_random(&seed) % ARRAY_LEN(pieces)]));
		editor_set(ed, buf_str(&start));
		buf_clear(&start);
		buf_add(&start, editor_text(ed));
		for (int i = 0; i < 1000; i++) {
			random_key(ed, &seed);
			check_rows(ed, width);
		}
		while (editor_redo(ed))
			;
		buf_add(&end, editor_text(ed));
		while (editor_undo(ed))
			assert_true(on_boundary(editor_text(ed), editor_cursor(ed)));
		assert_true(str_eq(editor_text(ed), buf_str(&start)));
		while (editor_redo(ed))
			assert_true(on_boundary(editor_text(ed), editor_cursor(ed)));
		assert_true(str_eq(editor_text(ed), buf_str(&end)));
		buf_free(&start);
		buf_free(&end);
	}
	editor_free(ed);
}

static void long_texts_are_quick(void **state)
{
	struct editor *ed = editor_new(false);
	struct buf text = { 0 };
	struct timespec from, to;
	int row, col, rows;

	(void)state;
	while (text.n < 100 * 1000)
		buf_add(&text, STR("La mañana está tranquila y el niño duerme todavía. "));
	editor_set(ed, buf_str(&text));
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < 90; i++) {
		if (i % 30 == 0)
			editor_place(ed, (size_t)i / 30 * 50000);
		type(ed, "a");
		editor_where(ed, 66, &row, &col, &rows);
		for (int r = row; r < row + 20 && r < rows; r++) {
			struct str line;
			assert_true(editor_row(ed, 66, r, &line));
		}
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	double ms = (double)(to.tv_sec - from.tv_sec) * 1e3 +
		    (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	print_message("%.3f ms a key in 100 KB\n", ms / 90);
	assert_true(ms / 90 < 50); /* far above what it takes: no test may fail for load */
	buf_free(&text);
	editor_free(ed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_do_what_they_say),
		cmocka_unit_test(marks_meet_their_letters),
		cmocka_unit_test(pastes_are_cleaned),
		cmocka_unit_test(undo_goes_by_words),
		cmocka_unit_test(rows_and_clicks),
		cmocka_unit_test(has_a_limit),
		cmocka_unit_test(random_keys),
		cmocka_unit_test(long_texts_are_quick),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
