/* Where things stand on a page: rows and columns of the look book. */
#include "sheet_page.h"

static void grid_of_80_by_24(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	corners(&p);
	draw(&p, 0);
	row_is(&p, 2,
	    "    Step 2 · Barriers                                       at your own pace");
	row_is(&p, 4, "    Knowing what gets in the way");
	row_is(&p, 6, "    Some prose.");
	row_is(&p, 8,
	    "  > Go on                                                         one minute");
	row_is(&p, 9, "    Not today");
	row_is(&p, 22,
	    "    A note.                                                       draft kept");
	row_is(&p, 23, "");
	row_is(&p, 24,
	    "    ? help   Ctrl-G ground me   Enter open   Esc back           Ctrl-X leave");
	assert_int_equal(p.c.cursor_row, 7);
	assert_int_equal(p.c.cursor_col, 4);
	page_free(&p);
}

static void grid_of_60_by_16(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 16, 60);
	corners(&p);
	draw(&p, 0);
	row_is(&p, 1, "  Step 2 · Barriers                       at your own pace");
	row_is(&p, 2, "  Knowing what gets in the way");
	row_is(&p, 4, "  Some prose.");
	row_is(&p, 6, "> Go on                                         one minute");
	row_is(&p, 14, "  A note.                                       draft kept");
	row_is(&p, 15, "");
	row_is(&p, 16, "  ? help   Ctrl-G ground me   Enter open      Ctrl-X leave");
	page_free(&p);
}

static void a_wide_screen_keeps_the_page_in_the_middle(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 40, 120);
	corners(&p);
	draw(&p, 0);
	assert_string_equal(canvas_cell(&p.c, 1, 24)->ch, "S");
	assert_string_equal(canvas_cell(&p.c, 1, 95)->ch, "e");
	assert_string_equal(canvas_cell(&p.c, 39, 24)->ch, "?");
	assert_string_equal(canvas_cell(&p.c, 37, 24)->ch, "A");
	page_free(&p);
}

static void too_small_says_so(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 15, 80);
	corners(&p);
	draw(&p, 0);
	row_is(
	    &p, 1, "This needs 60 columns and 16 rows; here are 80 and 15. Ctrl-X leaves.");
	row_is(&p, 2, "");
	page_free(&p);
}

static void lock_is_neutral(void **state)
{
	struct page p;
	struct block *b;

	(void)state;
	page_new(&p, 24, 80);
	p.s.neutral = p.s.center = true;
	b = sheet_field(&p.s, 1, S("Passphrase"), NONE, p.ed);
	b->password = true;
	b->rows = 1;
	sheet_gap(&p.s, 1);
	sheet_side(&p.s, NONE, S("What you type does not show. Enter opens."));
	sheet_can(&p.s, ACT_LANG, NONE, true);
	draw(&p, 1);
	row_is(&p, 11, "    Passphrase      │");
	row_is(&p, 13, "                    What you type does not show. Enter opens.");
	row_is(&p, 24,
	    "    ? help   F2 español                                         Ctrl-X leave");
	assert_int_equal(p.c.cursor_col, 22);
	editor_set(p.ed, S("lantern orchard copper"));
	draw(&p, 1);
	row_is(&p, 11, "    Passphrase      │ •••");
	assert_int_equal(p.c.cursor_col, 25);
	page_free(&p);
}

static void footer_drops_from_the_right(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 16, 60);
	corners(&p);
	sheet_key(&p.s, S("F9"), S("a word that is far too long for this row"));
	sheet_can(&p.s, ACT_SAVE, NONE, true);
	draw(&p, 0);
	row_is(&p, 16, "  ? help   Ctrl-G ground me   Enter open      Ctrl-X leave");
	p.s.typing = true;
	draw(&p, 0);
	row_is(&p, 16, "  F1 help   Ctrl-G ground me   Esc back       Ctrl-X leave");
	page_free(&p);
}

static const char *const responses[][3] = {
	{ "Hypervigilance",
	    "Looking out for danger most of the time, even when nothing is wrong.",
	    "Make life easier to predict: clear plans, no surprises, known exits." },
	{ "Emotional numbness",
	    "Feeling cut off from your emotions, your body or the moment.",
	    "Come back gently, eyes open, through the senses; small feelings count." },
	{ "Difficulty trusting others",
	    "Finding it hard to count on a partner, or to believe that care will last.",
	    "Clear, steady limits, and small promises that are kept." },
};

static void table(struct page *p)
{
	struct str heads[] = { S("Response"), S("What it is"), S("What helps") };

	sheet_place(&p->s, S("Step 2 · Barriers"), S("reading, 4 minutes"));
	sheet_title(&p->s, S("The five responses"), NONE);
	sheet_columns(&p->s, heads, 3);
	for (size_t i = 0; i < ARRAY_LEN(responses); i++) {
		struct str cells[3];

		for (int k = 0; k < 3; k++)
			cells[k] = S(responses[i][k]);
		sheet_row(&p->s, (int)i + 1, cells, 3);
	}
}

static void table_has_three_stops(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	table(&p);
	draw(&p, 1);
	row_is(&p, 6, "    Response        What it is                   What helps");
	row_is(&p, 7, "");
	row_is(
	    &p, 8, "  > Hypervigilance  Looking out for danger most  Make life easier to");
	row_is(&p, 9,
	    "                    of the time, even when       predict: clear plans, no");
	row_is(&p, 10,
	    "                    nothing is wrong.            surprises, known exits.");
	row_is(&p, 11,
	    "    Emotional       Feeling cut off from your    Come back gently, eyes");
	row_is(&p, 15,
	    "    trusting others a partner, or to believe     small promises that are");
	assert_int_equal(canvas_cell(&p.c, 10, 4)->style, STYLE_REST);
	assert_int_equal(canvas_cell(&p.c, 7, 20)->style, STYLE_BODY);
	page_free(&p);
}

static void table_becomes_blocks(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 16, 60);
	table(&p);
	draw(&p, 1);
	row_is(&p, 4, "> Hypervigilance");
	row_is(&p, 5, "  What it is");
	row_is(&p, 6, "    Looking out for danger most of the time, even when");
	row_is(&p, 7, "    nothing is wrong.");
	row_is(&p, 8, "  What helps");
	assert_int_equal(p.more & 2, 2);
	page_free(&p);
}

static void form(struct page *p)
{
	sheet_title(&p->s, S("My response map"), NONE);
	sheet_field(&p->s, 1, S("The response that visits me most"),
	    S("Hypervigilance, always on alert"), NULL);
	sheet_gap(&p->s, 1);
	sheet_field(&p->s, 2, S("How I notice it in my body"), NONE, p->ed);
	sheet_gap(&p->s, 1);
	sheet_field(&p->s, 3, S("What it makes me do"), NONE, NULL);
}

static void one_field_open(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	editor_set(
	    p.ed, S("My shoulders go up and my jaw is tight. I stop hearing the end of "
		    "sentences and watch the do"));
	form(&p);
	draw(&p, 2);
	row_is(&p, 6,
	    "    The response that visits me most    │ Hypervigilance, always on alert");
	row_is(&p, 8, "  > How I notice it in my body");
	row_is(
	    &p, 9, "    │ My shoulders go up and my jaw is tight. I stop hearing the end");
	row_is(&p, 10, "    │ of sentences and watch the do");
	row_is(&p, 11, "    │");
	row_is(&p, 13, "    What it makes me do");
	assert_int_equal(p.c.cursor_row, 9);
	assert_int_equal(p.c.cursor_col, 6 + 29);
	assert_int_equal(canvas_cell(&p.c, 8, 4)->style, STYLE_ACCENT);
	assert_int_equal(canvas_cell(&p.c, 5, 40)->style, STYLE_BAR);
	assert_int_equal(sheet_field_width(80), 64);
	assert_int_equal(sheet_field_width(60), 54);
	page_free(&p);
}

static void open_field_follows_the_writing_place(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	form(&p);
	editor_set(p.ed, S("1\n2\n3\n4\n5\n6\n7\n8\n9"));
	draw(&p, 2);
	row_is(&p, 9, "    │ 4");
	row_is(&p, 14, "    │ 9");
	row_is(&p, 15, "");
	assert_int_equal(p.c.cursor_row, 13);
	editor_place(p.ed, 0);
	draw(&p, 2);
	row_is(&p, 9, "    │ 1");
	assert_int_equal(p.c.cursor_row, 8);
	page_free(&p);
}

static void boxes_stand_beside_their_head(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	sheet_title(&p.s, S("Always on alert"), S("hypervigilance"));
	sheet_side(&p.s, S("You may know"), NONE);
	sheet_check(&p.s, 1, true, NONE, S("You check doors."));
	sheet_check(&p.s, 2, false, NONE, S("Small sounds make you jump."));
	sheet_gap(&p.s, 1);
	sheet_check(&p.s, 3, true, S("Paths"), S("Can you reach the door?"));
	draw(&p, 2);
	row_is(&p, 4,
	    "    Always on alert                                           hypervigilance");
	row_is(&p, 6, "    You may know    [x] You check doors.");
	row_is(&p, 7, "                  > [ ] Small sounds make you jump.");
	row_is(&p, 9, "    [x] Paths          Can you reach the door?");
	page_free(&p);
}

static void scale_is_a_tide_gauge(void **state)
{
	struct page p;

	(void)state;
	page_new(&p, 24, 80);
	sheet_title(&p.s, S("How much?"), NONE);
	for (int i = 10; i >= 0; i--)
		sheet_scale(&p.s, i + 1, i, i % 2 == 0 ? S("words") : NONE, i == 7);
	sheet_gap(&p.s, 1);
	sheet_scale(&p.s, 20, -1, S("No number today"), false);
	draw(&p, 5);
	row_is(&p, 6, "    10  ├  words");
	row_is(&p, 7, "     9  │");
	row_is(&p, 9, "     7  │"); /* the stone is where the focus is */
	row_is(&p, 12, "  >  4  ●  words");
	row_is(&p, 18, "     —     No number today");
	assert_int_equal(p.c.cursor_col, 5);
	page_free(&p);
}

static void five_stones(void **state)
{
	struct page p;
	struct block *b;

	(void)state;
	page_new(&p, 24, 80);
	sheet_title(&p.s, S("Welcome back. Nothing here is urgent."), NONE);
	b = sheet_add(&p.s, BLOCK_MAP, 0);
	b->number = 3;
	b->marks = "xxx--";
	b->cell_count = 5;
	b->cells[0] = S("Safe environment");
	b->cells[1] = S("Barriers");
	b->cells[2] = S("Communication");
	b->cells[3] = S("Connection skills");
	b->cells[4] = S("Progress");
	draw(&p, 0);
	row_is(&p, 6, "                                  you are here");
	row_is(&p, 7,
	    "    ●──────────────●──────────────●──────────────o──────────────o───────────");
	row_is(&p, 8, "    1              2              3              4              5");
	row_is(&p, 9,
	    "    Safe           Barriers       Communication  Connection     Progress");
	row_is(&p, 10, "    environment                                  skills");
	page_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grid_of_80_by_24),
		cmocka_unit_test(grid_of_60_by_16),
		cmocka_unit_test(a_wide_screen_keeps_the_page_in_the_middle),
		cmocka_unit_test(too_small_says_so),
		cmocka_unit_test(lock_is_neutral),
		cmocka_unit_test(footer_drops_from_the_right),
		cmocka_unit_test(table_has_three_stops),
		cmocka_unit_test(table_becomes_blocks),
		cmocka_unit_test(one_field_open),
		cmocka_unit_test(open_field_follows_the_writing_place),
		cmocka_unit_test(boxes_stand_beside_their_head),
		cmocka_unit_test(scale_is_a_tide_gauge),
		cmocka_unit_test(five_stones),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
