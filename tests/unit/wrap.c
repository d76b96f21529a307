/* Breaking text into lines. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "remanso/canvas.h"

static const struct wrap_case {
	const char *text;
	int width;
	const char *lines; /* with '/' between them */
	const char *what;
} cases[] = {
	{ "one two three", 7, "one two/three", "as much as fits" },
	{ "one two", 7, "one two", "a line that is just full" },
	{ "one   two", 4, "one/two", "blanks at a break are dropped" },
	{ "one  ", 10, "one", "blanks at the end are dropped" },
	{ "  one two", 7, "  one/two", "blanks at the start stay" },
	{ "a\n\nb\n", 9, "a//b", "line feeds end lines" },
	{ "abcdefgh", 3, "abc/def/gh", "a word that alone is too wide" },
	{ "x abcdefgh", 4, "x/abcd/efgh", "a long word begins a line" },
	{ "a self-blaming part", 8, "a self-/blaming/part", "after a hyphen" },
	{ "press Ctrl-X", 11, "press/Ctrl-X", "not inside a key name" },
	{ "it is 1-800-273", 12, "it is/1-800-273", "not inside a number" },
	{ "minus -55", 7, "minus/-55", "not after a leading hyphen" },
	{ "so—then", 5, "so—/then", "after an em dash" },
	{ "año niño", 4, "año/niño", "accents are one column" },
	{ "nin\xCC\x83o sol", 4, "nin\xCC\x83o/sol", "marks take no columns" },
	{ "漢字漢字", 5, "漢字/漢字", "wide letters are not cut" },
	{ "漢", 1, "漢", "a letter wider than the line still comes" },
	{ " ", 3, "", "only blanks" },
};

static void wraps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str rest = str_from(cases[i].text), line;
		struct buf got = { 0 };
		int n = 0;
		while (wrap_next(&rest, cases[i].width, &line)) {
			if (n++ > 0)
				buf_addc(&got, '/');
			buf_add(&got, line);
		}
		if (!str_is(buf_str(&got), cases[i].lines))
			fail_msg("%s: got '%.*s'", cases[i].what, STR_ARG(buf_str(&got)));
		assert_int_equal(wrap_count(str_from(cases[i].text), cases[i].width), n);
		buf_free(&got);
	}
	assert_int_equal(wrap_count(STR(""), 10), 1);
}

/* Nothing is lost but blanks and line feeds, and no line is too wide. */
static void loses_nothing(void **state)
{
	static const char *const bits[] = { "a", "-", " ", "\n", "ñ", "e\xCC\x81", "漢",
		"—", "word", "self-care" };
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf text = { 0 }, want = { 0 }, got = { 0 };
		for (int i = 0; i < 40; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_add(&text, str_from(bits[(seed >> 16) % ARRAY_LEN(bits)]));
		}
		struct str rest = buf_str(&text), line;
		int width = 2 + round % 20;
		while (wrap_next(&rest, width, &line)) {
			assert_true(utf8_width(line) <= width);
			for (size_t i = 0; i < line.n; i++)
				if (line.s[i] != ' ')
					buf_addc(&got, line.s[i]);
		}
		for (size_t i = 0; i < text.n; i++)
			if (text.s[i] != ' ' && text.s[i] != '\n')
				buf_addc(&want, text.s[i]);
		assert_true(str_eq(buf_str(&want), buf_str(&got)));
		buf_free(&text);
		buf_free(&want);
		buf_free(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wraps),
		cmocka_unit_test(loses_nothing),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
