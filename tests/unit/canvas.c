/* Drawing into cells. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "remanso/canvas.h"

static void shows(const struct canvas *c, const char *want)
{
	struct buf got = { 0 };

	canvas_text(c, &got);
	buf_addc(&got, '\0');
	assert_string_equal(got.s, want);
	buf_free(&got);
}

static void puts_text(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_resize(&c, 2, 10);
	assert_int_equal(canvas_put(&c, 0, 2, 99, STYLE_TITLE, STR("año\nx")), 3);
	assert_int_equal(canvas_put(&c, 1, 7, 99, STYLE_BODY, STR("abcdef")), 3);
	assert_int_equal(canvas_put(&c, 1, 0, 2, STYLE_BODY, STR("abcdef")), 2);
	assert_int_equal(canvas_put(&c, 2, 0, 2, STYLE_BODY, STR("no such row")), 0);
	assert_int_equal(canvas_put(&c, -1, 0, 2, STYLE_BODY, STR("no such row")), 0);
	assert_int_equal(canvas_put(&c, 0, 0, 2, STYLE_BODY, STR("\x1b\x07")), 0);
	shows(&c, "  año\nab     abc\n");
	assert_int_equal(canvas_cell(&c, 0, 2)->style, STYLE_TITLE);
	assert_null(canvas_cell(&c, 0, 10));
	canvas_fill(&c, 0, 0, 10, STYLE_LINE, "─");
	shows(&c, "──────────\nab     abc\n");
	canvas_cursor(&c, 50, -3);
	assert_int_equal(c.cursor_row, 1);
	assert_int_equal(c.cursor_col, 0);
	assert_true(c.cursor_shown);
	canvas_free(&c);
	canvas_free(&c);
}

static void wide_letters_are_never_halves(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_resize(&c, 1, 6);
	assert_int_equal(canvas_put(&c, 0, 0, 5, STYLE_BODY, STR("漢漢漢")), 4);
	(void)canvas_put(&c, 0, 1, 1, STYLE_BODY, STR("x"));
	shows(&c, " x漢\n");
	(void)canvas_put(&c, 0, 2, 1, STYLE_BODY, STR("y"));
	shows(&c, " xy\n");
	(void)canvas_put(&c, 0, 0, 4, STYLE_BODY, STR("漢漢"));
	(void)canvas_put(&c, 0, 1, 2, STYLE_BODY, STR("漢"));
	shows(&c, " 漢\n");
	assert_int_equal(canvas_put(&c, 0, 5, 2, STYLE_BODY, STR("漢")), 0);
	canvas_free(&c);
}

static void marks_stay_with_their_letter(void **state)
{
	struct canvas c = { 0 };

	(void)state;
	canvas_resize(&c, 1, 8);
	assert_int_equal(canvas_put(&c, 0, 0, 8, STYLE_BODY, STR("n\xCC\x83x")), 2);
	assert_string_equal(canvas_cell(&c, 0, 0)->ch, "n\xCC\x83");
	/* a family of three, joined: one place, one person */
	assert_int_equal(canvas_put(&c, 0, 2, 8, STYLE_BODY,
			     STR("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9")),
	    2);
	assert_string_equal(canvas_cell(&c, 0, 2)->ch, "\xF0\x9F\x91\xA8");
	/* more marks than a cell can hold */
	struct buf zalgo = { 0 };
	buf_addc(&zalgo, 'z');
	for (int i = 0; i < 50; i++)
		buf_add(&zalgo, STR("\xCC\x83"));
	assert_int_equal(canvas_put(&c, 0, 5, 8, STYLE_BODY, buf_str(&zalgo)), 1);
	assert_true(strlen(canvas_cell(&c, 0, 5)->ch) < CELL_BYTES);
	buf_free(&zalgo);
	canvas_free(&c);
}

static void plain_ascii(void **state)
{
	struct canvas c = { 0 };
	struct buf b = { 0 };

	(void)state;
	canvas_resize(&c, 1, 40);
	(void)canvas_put(&c, 0, 0, 40, STYLE_BODY, STR("¿Qué? ¡Ñandú! ●○│─├█▶·—… 漢 «a»"));
	canvas_to_ascii(&c);
	shows(&c, "?Que? !Nandu! *o|-+#>--. ?  \"a\"\n");
	ascii_add(&b, STR("¿Qué? a…b → ñ 漢 nin\xCC\x83o"));
	assert_true(str_is(buf_str(&b), "?Que? a...b -> n ? nino"));
	for (int32_t i = 0x80; i < 0x3000; i++) { /* the table is in order, all is ASCII */
		char s[4] = { 0 };
		s[0] = (char)(i < 0x800 ? 0xC0 | (i >> 6) : 0xE0 | (i >> 12));
		s[1] = (char)(0x80 | (i < 0x800 ? i & 0x3F : (i >> 6) & 0x3F));
		s[2] = (char)(i < 0x800 ? 0 : 0x80 | (i & 0x3F));
		buf_clear(&b);
		ascii_add(&b, str_from(s));
		assert_true(b.n >= 1 && (unsigned char)b.s[0] < 0x80);
	}
	buf_clear(&b);
	ascii_add(&b, STR("áéíóúüñÁÉÍÓÚÜÑ¿¡"));
	assert_true(str_is(buf_str(&b), "aeiouunAEIOUUN?!"));
	buf_free(&b);
	canvas_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_text),
		cmocka_unit_test(wide_letters_are_never_halves),
		cmocka_unit_test(marks_stay_with_their_letter),
		cmocka_unit_test(plain_ascii),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
