/* The look book's table, by its rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "remanso/term.h"

static const struct style_case {
	const char *theme, *fgbg, *no_color;
	int colors;
	enum style style;
	int fg;
	const char *how; /* b u r */
} cases[] = {
	{ "dark", NULL, NULL, 256, STYLE_FOCUS, 74, "b" },
	{ "light", NULL, NULL, 256, STYLE_FOCUS, 24, "b" },
	{ "dark", NULL, NULL, 256, STYLE_HINT, 246, "" },
	{ "light", NULL, NULL, 256, STYLE_LINE, 245, "" },
	{ "dark", NULL, NULL, 256, STYLE_KEY, -1, "" },
	{ "dark", NULL, NULL, 8, STYLE_KEY, -1, "b" },
	{ "dark", NULL, NULL, 8, STYLE_CARE, 3, "b" },
	{ "light", NULL, NULL, 8, STYLE_CARE, -1, "u" },
	{ "light", NULL, NULL, 16, STYLE_ACCENT, 4, "" },
	{ "dark", NULL, NULL, 0, STYLE_FOCUS, -1, "b" },
	{ "mono", "15;0", NULL, 256, STYLE_ACCENT, -1, "b" },
	{ "mono", NULL, NULL, 256, STYLE_SECOND, -1, "u" },
	{ "auto", NULL, NULL, 256, STYLE_ACCENT, -1, "b" },
	{ "auto", "15;0", NULL, 256, STYLE_ACCENT, 74, "" },
	{ "auto", "0;default;15", NULL, 256, STYLE_ACCENT, 24, "" },
	{ NULL, "15;0", NULL, 256, STYLE_ACCENT, 74, "" },
	{ "auto", "15;default", NULL, 256, STYLE_ACCENT, -1, "b" },
	{ "auto", "15;0", "1", 256, STYLE_ACCENT, -1, "b" },
	{ "auto", "15;0", "", 256, STYLE_ACCENT, 74, "" },
	{ "dark", "15;0", "1", 256, STYLE_ACCENT, 74, "" },
	{ "high-contrast", "15;0", NULL, 256, STYLE_ACCENT, 117, "b" },
	{ "high-contrast", "0;15", NULL, 256, STYLE_CARE, 58, "" },
	{ "high-contrast", NULL, NULL, 256, STYLE_FOCUS, -1, "r" },
	{ "high-contrast", "15;0", NULL, 8, STYLE_ERROR, -1, "r" },
	{ "dark", NULL, NULL, 256, STYLE_MATCH, -1, "u" },
	{ "dark", NULL, NULL, 256, STYLE_BODY, -1, "" },
	{ "dark", NULL, NULL, 256, STYLE_TITLE, -1, "b" },
};

static void give(const char *name, const char *value)
{
	if (value != NULL)
		(void)setenv(name, value, 1);
	else
		(void)unsetenv(name);
}

static void paints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct style_case *k = &cases[i];
		give("COLORFGBG", k->fgbg);
		give("NO_COLOR", k->no_color);
		struct paint p =
		    style_paint(k->style, k->theme, k->colors, background_told());
		char how[4] = { 0 };
		int n = 0;
		if (p.bold)
			how[n++] = 'b';
		if (p.underline)
			how[n++] = 'u';
		if (p.reverse)
			how[n++] = 'r';
		if (p.fg != k->fg)
			fail_msg("case %zu: colour %d, wanted %d", i, p.fg, k->fg);
		assert_string_equal(how, k->how);
	}
}

static void the_background_decides(void **state)
{
	(void)state;
	give("NO_COLOR", NULL);
	give("COLORFGBG", NULL);
	give("TERM", "linux");
	assert_int_equal(background_told(), BACKGROUND_DARK);
	give("COLORFGBG", "0;15");
	assert_int_equal(background_told(), BACKGROUND_LIGHT);
	give("COLORFGBG", NULL);
	give("TERM", "xterm-256color");
	assert_int_equal(background_told(), BACKGROUND_UNKNOWN);
	assert_int_equal(style_paint(STYLE_ACCENT, "auto", 256, BACKGROUND_LIGHT).fg, 24);
	assert_int_equal(style_paint(STYLE_ACCENT, "auto", 256, BACKGROUND_DARK).fg, 74);
	assert_int_equal(style_paint(STYLE_ACCENT, "dark", 256, BACKGROUND_LIGHT).fg, 74);
	assert_int_equal(
	    style_paint(STYLE_ACCENT, "high-contrast", 256, BACKGROUND_LIGHT).fg, 18);
	give("NO_COLOR", "1");
	assert_int_equal(style_paint(STYLE_ACCENT, "auto", 256, BACKGROUND_DARK).fg, -1);
}

/* No theme may need more colours than the terminal has, or more than 16 pairs. */
static void stays_in_bounds(void **state)
{
	static const char *const themes[] = { "auto", "light", "dark", "high-contrast",
		"mono" };
	static const int colors[] = { 0, 8, 16, 256 };

	(void)state;
	give("NO_COLOR", NULL);
	give("COLORFGBG", "15;0");
	for (size_t t = 0; t < ARRAY_LEN(themes); t++)
		for (size_t n = 0; n < ARRAY_LEN(colors); n++)
			for (int s = 0; s < STYLE_COUNT; s++) {
				struct paint p = style_paint(
				    (enum style)s, themes[t], colors[n], BACKGROUND_DARK);
				assert_true(
				    p.fg >= -1 && p.fg < (colors[n] ? colors[n] : 1));
				if (colors[n] == 0)
					assert_int_equal(p.fg, -1);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paints),
		cmocka_unit_test(the_background_decides),
		cmocka_unit_test(stays_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
