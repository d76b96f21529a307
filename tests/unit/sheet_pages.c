/* What must hold on every page: the focus is seen, pages turn and end, nothing stands outside. */
#include "sheet_page.h"

/* ---- what holds on every page ---- */

static const char *const sentence =
    "A sentence of the kind that stands in a workbook, neither long nor short, with a "
    "few words more than fit on one line.";

static void long_sheet(struct page *p)
{
	int id = 1;

	sheet_place(&p->s, S("A place"), S("a fact"));
	sheet_title(&p->s, S("A long page"), NONE);
	for (int i = 0; i < 6; i++) {
		sheet_prose(&p->s, S(sentence));
		sheet_gap(&p->s, 1);
		if (i == 2) {
			for (int k = 0; k < 9; k++) {
				sheet_prose(&p->s, S(sentence));
				sheet_gap(&p->s, 1);
			}
		}
		sheet_offer(&p->s, id++, S("An offer"), S("and its hint"));
		sheet_field(&p->s, id++, S("A field with a long label"),
		    S("日本語 and words"), NULL);
		sheet_check(&p->s, id++, i % 2 == 0, S("Topic"), S(sentence));
		sheet_mine(&p->s, id++,
		    S("日本語日本語日本語 mine, wide letters among them"), S("9 Nov"));
		sheet_gap(&p->s, 2);
	}
	sheet_care(&p->s, S(sentence));
	sheet_complete(&p->s, true);
}

/* The cursor stands on something, below the title and above the footer. */
static void focus_is_seen(struct page *p)
{
	assert_true(p->c.cursor_row > 0 && p->c.cursor_row < p->c.rows - 1);
	assert_string_not_equal(
	    canvas_cell(&p->c, p->c.cursor_row, p->c.cursor_col)->ch, " ");
}

static void nothing_right_of_user_text(struct page *p)
{
	for (int r = 2; r < p->c.rows - 1; r++) {
		bool bar = false;

		for (int c = 0; c < p->c.cols; c++) {
			struct cell *cell = canvas_cell(&p->c, r, c);

			if (bar)
				assert_true(cell->style == STYLE_BODY);
			bar = bar || cell->style == STYLE_BAR;
		}
	}
}

static void inside_the_page(struct page *p)
{
	int width = p->c.cols >= 76 ? 72 : p->c.cols - 4;
	int left = (p->c.cols - width) / 2;

	for (int r = 0; r < p->c.rows; r++) {
		for (int c = 0; c < p->c.cols; c++) {
			const char *ch = canvas_cell(&p->c, r, c)->ch;

			if (c >= left && c < left + width)
				continue;
			assert_true(ch[0] == ' ' || ch[0] == '\0' || ch[0] == '>');
		}
	}
}

static const int sizes[][2] = { { 24, 80 }, { 16, 60 }, { 40, 120 } };

static void every_block_is_reached_and_seen(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
		int rows = sizes[k][0], cols = sizes[k][1], steps = 0, last = 0;
		struct page p;
		struct spot at = { .focus = 1, .loose = true };

		page_new(&p, rows, cols);
		long_sheet(&p);
		while (sheet_move(&p.s, rows, cols, 1, &at)) {
			assert_true(++steps < 200);
			p.scroll = at.scroll;
			draw(&p, at.loose ? -1 : at.focus);
			assert_int_equal(p.scroll, at.scroll);
			inside_the_page(&p);
			nothing_right_of_user_text(&p);
			if (at.loose)
				continue;
			focus_is_seen(&p);
			assert_true(at.focus == last || at.focus == last + 1);
			last = at.focus;
		}
		assert_int_equal(last, 24);
		assert_int_equal(p.more & 2, 0); /* the caution at the end was shown */
		while (sheet_move(&p.s, rows, cols, -1, &at)) {
			assert_true(++steps < 400);
			p.scroll = at.scroll;
			draw(&p, at.loose ? -1 : at.focus);
			if (!at.loose)
				focus_is_seen(&p);
		}
		assert_int_equal(at.scroll, 0);
		page_free(&p);
	}
}

static void pages_turn_and_come_back(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
		int rows = sizes[k][0], cols = sizes[k][1], turns = 0;
		struct page p;
		struct spot at = { .focus = 1, .loose = true };
		bool loose = false;

		page_new(&p, rows, cols);
		long_sheet(&p);
		while (sheet_turn(&p.s, rows, cols, 1, &at)) {
			assert_true(++turns < 40);
			loose = loose || at.loose;
			p.scroll = at.scroll;
			draw(&p, at.loose ? -1 : at.focus);
			assert_int_equal(
			    p.scroll, at.scroll); /* the page turned to stays */
			assert_int_equal(p.more & 1, 1);
		}
		assert_int_equal(p.more & 2, 0);
		assert_true(loose || rows == 40);
		while (sheet_turn(&p.s, rows, cols, -1, &at))
			assert_true(++turns < 80);
		assert_int_equal(at.scroll, 0);
		page_free(&p);
	}
}

static void a_block_longer_than_the_page_is_read_to_its_end(void **state)
{
	struct page p;
	struct buf text = { 0 };
	struct spot at = { .focus = 1 };
	int turns = 0;

	(void)state;
	page_new(&p, 16, 60);
	for (int i = 1; i <= 50; i++)
		buf_addf(&text, "line %d\n", i);
	sheet_title(&p.s, S("Journal"), NONE);
	sheet_mine(&p.s, 1, buf_str(&text), S("today"));
	draw(&p, 1);
	row_is(&p, 4, "> │ line 1");
	assert_int_equal(p.more, 2);
	while (sheet_turn(&p.s, 16, 60, 1, &at)) {
		assert_true(++turns < 20);
		p.scroll = at.scroll;
		draw(&p, at.focus);
	}
	assert_int_equal(p.more, 1);
	buf_free(&text);
	page_free(&p);
}

static void turning_ends_on_a_screen_of_nothing(void **state)
{
	struct page p;
	struct spot at = { .focus = 1 };
	int turns = 0;

	(void)state;
	page_new(&p, 3, 10);
	long_sheet(&p);
	while (sheet_turn(&p.s, 3, 10, 1, &at))
		assert_true(++turns < 100);
	draw(&p, 1);
	page_free(&p);
}

/* Opening one field closes another: what was turned to stays at the top. */
static void the_top_stays_when_fields_open_and_close(void **state)
{
	struct page p;
	struct spot at = { .focus = 1 };
	struct block *b;

	(void)state;
	page_new(&p, 16, 60);
	sheet_title(&p.s, S("A form"), NONE);
	for (int id = 1; id <= 12; id++) {
		sheet_field(
		    &p.s, id, S("A label that is longer"), NONE, id == 1 ? p.ed : NULL);
		sheet_gap(&p.s, 1);
	}
	assert_true(sheet_turn(&p.s, 16, 60, 1, &at));
	int top = at.focus;
	b = &p.s.blocks[0];
	b->editor = NULL;
	b = &p.s.blocks[(top - 1) * 2];
	b->editor = p.ed;
	sheet_anchor(&p.s, 16, 60, &at);
	p.scroll = at.scroll;
	draw(&p, top);
	row_is(&p, 4, "> A label that is longer");
	page_free(&p);
}

static void clicks_are_found(void **state)
{
	struct page p;
	struct hit_map *h = hit_map_new();
	int row, col, width;

	(void)state;
	page_new(&p, 24, 80);
	corners(&p);
	sheet_field(&p.s, 9, S("A field with a long label"), NONE, p.ed);
	editor_set(p.ed, S("abc\ndef"));
	sheet_draw(&p.s, &p.c, 9, &p.scroll, NULL, h);
	assert_int_equal(hit_map_find(h, 7, 30), 1);
	assert_int_equal(hit_map_find(h, 8, 5), 2);
	assert_int_equal(hit_map_find(h, 9, 5), 9);
	assert_int_equal(hit_map_find(h, 0, 0), 0);
	assert_int_equal(hit_map_find(h, 23, 4), -1 - ACT_HELP);
	assert_int_equal(hit_map_find(h, 23, 70), -1 - ACT_LEAVE);
	assert_true(hit_map_text(h, 11, 8, &row, &col, &width));
	assert_int_equal(row, 1);
	assert_int_equal(col, 2);
	assert_int_equal(width, 64);
	assert_false(hit_map_text(h, 8, 8, &row, &col, &width));
	hit_map_free(h);
	page_free(&p);
}

static void every_action_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < ACT_COUNT; i++) {
		assert_true(action_word((enum action)i).n > 0);
		assert_true(action_help((enum action)i).n > 0);
	}
	assert_int_equal(action_of_key('?', false), ACT_HELP);
	assert_int_equal(action_of_key('?', true), -1);
	assert_int_equal(action_of_key(K_F1, true), ACT_HELP);
	assert_int_equal(action_of_key(K_CTRL('x'), true), ACT_LEAVE);
	assert_true(str_is(action_key(ACT_GROUND, true), "Ctrl-G"));
	assert_true(str_is(action_key(ACT_MORE, false), "Space"));
	assert_int_equal(action_key(ACT_OPEN, true).n, 0);
}

static void prose_is_bold_between_stars(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	sheet_title(&p.s, S("T"), NONE);
	sheet_prose(&p.s, S("One *strong word* here, 2 * 3 there."));
	draw(&p, 0);
	row_is(&p, 6, "    One strong word here, 2 * 3 there.");
	assert_int_equal(canvas_cell(&p.c, 5, 8)->style, STYLE_HEAD);
	assert_int_equal(canvas_cell(&p.c, 5, 19)->style, STYLE_BODY);
	page_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_block_is_reached_and_seen),
		cmocka_unit_test(pages_turn_and_come_back),
		cmocka_unit_test(a_block_longer_than_the_page_is_read_to_its_end),
		cmocka_unit_test(turning_ends_on_a_screen_of_nothing),
		cmocka_unit_test(the_top_stays_when_fields_open_and_close),
		cmocka_unit_test(clicks_are_found),
		cmocka_unit_test(every_action_has_a_name),
		cmocka_unit_test(prose_is_bold_between_stars),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
