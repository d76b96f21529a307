/* The terminal of the tests. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "remanso/term.h"

static void lines_become_events(void **state)
{
	struct term *t = term_script_open(24, 80);
	struct event ev;
	int64_t clock = 5;

	(void)state;
	term_script_clock(t, &clock);
	assert_true(term_script_line(t, STR("# a comment")));
	assert_true(term_script_line(t, STR("")));
	assert_true(term_script_line(t, STR("key Down C-x F12 q")));
	assert_true(term_script_line(t, STR("type ñ ")));
	assert_true(term_script_line(t, STR("paste a\\nb\033")));
	assert_true(term_script_line(t, STR("size 100x30")));
	assert_true(term_script_line(t, STR("tick 60")));
	assert_true(term_script_line(t, STR("click 3 4")));
	assert_false(term_script_line(t, STR("key Sideways")));
	assert_false(term_script_line(t, STR("dance")));
	assert_false(term_script_line(t, STR("size big")));

	static const int keys[] = { K_DOWN, K_CTRL('x'), K_F12, 'q', K_TEXT, ' ', K_PASTE };
	static const char *const texts[] = { "", "", "", "q", "ñ", " ", "a\nb" };
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_true(t->next(t, &ev, -1));
		assert_int_equal(ev.kind, EV_KEY);
		assert_int_equal(ev.key, keys[i]);
		assert_true(str_is(ev.text, texts[i]));
	}
	assert_true(t->next(t, &ev, -1));
	assert_int_equal(ev.kind, EV_RESIZE);
	assert_int_equal(t->rows, 30);
	assert_int_equal(t->cols, 100);
	assert_true(t->next(t, &ev, 1000));
	assert_int_equal(ev.kind, EV_NONE);
	assert_int_equal(clock, 60005);
	assert_true(t->next(t, &ev, -1));
	assert_int_equal(ev.kind, EV_CLICK);
	assert_false(t->next(t, &ev, -1));
	assert_true(term_script_line(t, STR("type more")));
	assert_true(t->next(t, &ev, -1));
	term_script_free(t);
}

static void keeps_the_last_picture(void **state)
{
	struct term *t = term_script_open(2, 10);
	struct canvas c = { 0 };

	(void)state;
	canvas_resize(&c, 3, 12);
	(void)canvas_put(&c, 1, 1, 9, STYLE_FOCUS, STR("¿Qué?"));
	canvas_cursor(&c, 1, 1);
	t->show(t, &c);
	const struct canvas *last = term_script_canvas(t);
	assert_int_equal(last->rows, 3);
	assert_int_equal(last->cursor_row, 1);
	assert_string_equal(last->cells[13].ch, "¿");
	t->ascii = true;
	t->show(t, &c);
	assert_string_equal(last->cells[13].ch, "?");
	t->close(t);
	assert_string_equal(last->cells[13].ch, " ");
	canvas_free(&c);
	term_script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_events),
		cmocka_unit_test(keeps_the_last_picture),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
