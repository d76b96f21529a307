/* Passes through a page: values, rows, drafts, undoing, a full disk, where one stands. */
#include "workbook_fixture.h"

#define KEPT STR("kept")
#define ASK STR("Where I keep it")

static struct run *open_run(struct fixture *f, const struct page *p)
{
	struct run *run;

	assert_true(run_open(&run, f->room, p, 0, &f->e));
	return run;
}

static void set(struct fixture *f, struct run *run, const char *text, bool draft)
{
	assert_true(run_set_text(run, kit_place, KEPT, ASK, str_from(text), draft, &f->e));
}

static void opening_a_page_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	assert_true(run_at(run, STR("place"), &f->e));
	assert_true(run_set_text(run, kit_place, KEPT, ASK, STR(""), true, &f->e));
	assert_true(run_set_text(run, kit_place, KEPT, ASK, STR(""), false, &f->e));
	assert_true(run_flush(run, &f->e));
	assert_int_equal(run_state(run), RUN_NONE);
	run_close(run);
	assert_int_equal(page_state(f->room, kit_page).state, RUN_NONE);
	assert_int_equal(fixture_count(f), 0);
	assert_false(step_touched(f->room, &fixture_content, 1));
}

static void a_first_value_begins_the_page(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	assert_true(run_at(run, STR("place"), &f->e));
	set(f, run, "by the door", false);
	assert_true(
	    run_set_number(run, kit_look, STR("path"), STR("Free?"), 1, STR(""), &f->e));
	assert_int_equal(run_state(run), RUN_BEGUN);
	assert_int_equal(run_when(run), f->now);
	run_close(run);
	assert_int_equal(page_state(f->room, kit_page).state, RUN_BEGUN);
	assert_true(step_touched(f->room, &fixture_content, 1));
	assert_false(step_touched(f->room, &fixture_content, 5));
	run = open_run(f, kit_page);
	assert_true(str_is(run_text(run, STR("place"), KEPT), "by the door"));
	assert_int_equal(run_number(run, STR("look"), STR("path"), 0), 1);
	assert_int_equal(run_number(run, STR("look"), STR("other"), -7), -7);
	assert_true(str_is(run_place(run), "place"));
	run_close(run);
}

static bool keep_first(void *arg, const struct entry *en)
{
	*(struct entry *)arg = *en;
	((struct entry *)arg)->question = (struct str){ 0 };
	return false;
}

static void answers_say_what_was_read_and_in_which_language(void **state)
{
	struct fixture *f = *state;
	struct run *run;
	struct entry en;
	struct query q = { 0 };

	assert_true(run_open(&run, f->room, kit_page, 1, &f->e));
	assert_true(run_set_text(
	    run, kit_place, KEPT, STR("Dónde lo guardo"), STR("aquí"), false, &f->e));
	run_close(run);
	assert_true(store_each(room_store(f->room), &q, keep_first, &en, &f->e));
	assert_true(store_get(room_store(f->room), en.id, f->a, &en, &f->e));
	assert_true(str_is(en.question, "Dónde lo guardo") && str_is(en.lang, "es"));
	assert_int_equal(en.kind, ENTRY_ANSWER);
	assert_int_equal(en.place, 1);
}

static bool count_one(void *arg, const struct entry *en)
{
	buf_add(arg, en->text);
	buf_addc(arg, '|');
	return true;
}

static struct str history(struct fixture *f)
{
	struct entry en;
	struct query q = { 0 };
	struct buf b = { 0 };

	assert_true(store_each(room_store(f->room), &q, keep_first, &en, &f->e));
	assert_true(store_history(room_store(f->room), en.id, count_one, &b, &f->e));
	struct str all = arena_dup(f->a, buf_str(&b));
	buf_free(&b);
	return all;
}

static void drafts_survive_a_sudden_end_and_keep_the_final_value(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	set(f, run, "final words", false);
	set(f, run, "final words and", true);
	set(f, run, "final words and more", true);
	run_close(run); /* as when the terminal is killed: nothing else is written */
	run = open_run(f, kit_page);
	assert_true(str_is(run_text(run, STR("place"), KEPT), "final words and more"));
	assert_true(str_is(history(f), "final words|"));
	/* Its own words given back as final: borrowed from the run itself. */
	assert_true(run_set_text(
	    run, kit_place, KEPT, ASK, run_text(run, STR("place"), KEPT), false, &f->e));
	assert_true(str_is(run_text(run, STR("place"), KEPT), "final words and more"));
	run_close(run);
}

static void an_emptied_field_is_deleted_and_can_come_back(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	set(f, run, "nectarina", false);
	set(f, run, "nec", true);
	set(f, run, "", true);
	set(f, run, "", false);
	assert_int_equal(fixture_count(f), 0);
	assert_false(fixture_in_database(f, "nectarina"));
	assert_true(run_can_undelete(run));
	assert_true(run_undelete(run, &f->e));
	assert_true(str_is(run_text(run, STR("place"), KEPT), "nectarina"));
	assert_int_equal(fixture_count(f), 1);
	assert_false(run_can_undelete(run));
	run_close(run);
}

static void clearing_is_taken_back_once(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	set(f, run, "one", false);
	assert_true(run_clear(run, kit_place, KEPT, &f->e));
	assert_int_equal(run_text(run, STR("place"), KEPT).n, 0);
	set(f, run, "written since", false);
	assert_true(run_undelete(run, &f->e));
	assert_true(str_is(run_text(run, STR("place"), KEPT), "written since"));
	assert_true(run_clear(run, kit_place, STR("other"), &f->e)); /* not there: fine */
	run_close(run);
}

static void rows_keep_their_order_and_section(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);
	struct id a, b, empty;

	assert_true(run_row_add(run, kit_list, STR("touch"), &a, &f->e));
	assert_true(run_row_add(run, kit_list, STR("touch"), &empty, &f->e));
	assert_true(run_row_add(run, kit_list, STR("sound"), &b, &f->e));
	assert_true(
	    run_cell_set(run, kit_list, b, STR("thing"), ASK, STR("a song"), false, &f->e));
	assert_true(run_cell_set(
	    run, kit_list, a, STR("thing"), ASK, STR("blue blanket"), false, &f->e));
	assert_true(run_cell_set(
	    run, kit_list, a, STR("where"), ASK, STR("armchair"), true, &f->e));
	assert_int_equal(run_rows(run, STR("kit")), 3);
	run_close(run);
	run = open_run(f, kit_page);
	assert_int_equal(run_rows(run, STR("kit")), 2); /* an empty row is no row */
	assert_true(id_eq(run_row_id(run, STR("kit"), 0), a));
	assert_true(str_is(run_row_section(run, b), "sound"));
	assert_true(str_is(run_cell(run, a, STR("where")), "armchair"));
	struct str lines[4];
	assert_int_equal(room_kit(f->room, &fixture_content, f->a, lines, 4), 2);
	assert_true(str_is(lines[0], "blue blanket — armchair"));
	assert_true(str_is(lines[1], "a song"));
	run_close(run);
}

static void a_deleted_row_leaves_no_word_and_comes_back_in_place(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, wins_page);
	struct id row[3];
	static const char *const texts[] = { "first", "granadilla", "third" };

	for (int i = 0; i < 3; i++) {
		assert_true(run_row_add(run, wins_map, STR(""), &row[i], &f->e));
		assert_true(run_cell_set(run, wins_map, row[i], STR("what"), ASK,
		    str_from(texts[i]), false, &f->e));
	}
	assert_true(run_row_delete(run, wins_map, row[1], &f->e));
	assert_int_equal(run_rows(run, STR("wins")), 2);
	assert_false(fixture_in_database(f, "granadilla"));
	assert_false(
	    run_cell_set(run, wins_map, row[1], STR("what"), ASK, STR("x"), false, &f->e));
	assert_true(run_undelete(run, &f->e));
	assert_int_equal(run_rows(run, STR("wins")), 3);
	assert_true(id_eq(run_row_id(run, STR("wins"), 1), row[1]));
	assert_true(str_is(run_cell(run, row[1], STR("what")), "granadilla"));
	run_close(run);
}

static void a_page_that_repeats_starts_afresh_when_done(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, wins_page);
	struct id row;

	assert_true(run_row_add(run, wins_map, STR(""), &row, &f->e));
	assert_true(
	    run_cell_set(run, wins_map, row, STR("what"), ASK, STR("slept"), true, &f->e));
	run_close(run);
	run = open_run(f, wins_page);
	assert_int_equal(run_rows(run, STR("wins")), 1);
	f->now += 60000;
	assert_true(run_finish(run, &f->e));
	assert_int_equal(run_state(run), RUN_DONE);
	assert_int_equal(run_when(run), f->now);
	run_close(run);
	run = open_run(f, wins_page);
	assert_int_equal(run_rows(run, STR("wins")), 0);
	assert_int_equal(run_state(run), RUN_NONE);
	run_close(run);
	assert_int_equal(page_state(f->room, wins_page).state, RUN_DONE);
}

static void a_page_that_does_not_repeat_stays_open_to_change(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);

	assert_true(run_finish(run, &f->e)); /* read, nothing written: saved all the same */
	run_close(run);
	run = open_run(f, kit_page);
	assert_int_equal(run_state(run), RUN_DONE);
	set(f, run, "later", false);
	run_close(run);
	run = open_run(f, kit_page);
	assert_true(str_is(run_text(run, STR("place"), KEPT), "later"));
	assert_true(run_forget(run, &f->e));
	assert_int_equal(run_state(run), RUN_NONE);
	assert_int_equal(fixture_count(f), 0);
	run_close(run);
	assert_int_equal(page_state(f->room, kit_page).state, RUN_NONE);
}

static void a_full_disk_keeps_what_was_typed_until_it_can_be_written(void **state)
{
	struct fixture *f = *state;
	struct run *run = open_run(f, kit_page);
	char big[20000];

	memset(big, 'y', sizeof(big));
	struct str words = { big, sizeof(big) };
	fixture_disk(f, 0);
	assert_false(run_set_text(run, kit_place, KEPT, ASK, words, true, &f->e));
	assert_int_equal(f->e.code, ERR_FULL);
	assert_true(run_unsaved(run));
	assert_int_equal(run_text(run, STR("place"), KEPT).n, sizeof(big));
	assert_int_equal(run_state(run), RUN_NONE);
	assert_false(run_flush(run, &f->e));
	assert_false(run_finish(run, &f->e));
	assert_int_equal(run_state(run), RUN_NONE);
	fixture_disk(f, 100);
	assert_true(run_flush(run, &f->e));
	assert_false(run_unsaved(run));
	run_close(run);
	run = open_run(f, kit_page);
	assert_int_equal(run_text(run, STR("place"), KEPT).n, sizeof(big));
	assert_int_equal(fixture_count(f), 1);
	run_close(run);
}

static void going_on_leads_to_the_page_opened_last(void **state)
{
	struct fixture *f = *state;
	const struct content *c = &fixture_content;
	struct run *run;

	assert_ptr_equal(room_next_page(f->room, c), kit_page);
	run = open_run(f, wins_page);
	assert_true(run_finish(run, &f->e));
	run_close(run);
	assert_ptr_equal(room_next_page(f->room, c), kit_page); /* step 1 is untouched */
	assert_true(setting_put(f->room, SETTING_LAST_PAGE, STR("own"), &f->e));
	assert_ptr_equal(room_next_page(f->room, c), own_page);
	run = open_run(f, kit_page);
	set(f, run, "x", false);
	assert_true(run_finish(run, &f->e));
	run_close(run);
	assert_true(setting_put(f->room, SETTING_LAST_PAGE, STR("comfort-kit"), &f->e));
	assert_ptr_equal(room_next_page(f->room, c), kit_page);
	assert_true(setting_put(f->room, SETTING_LAST_PAGE, STR("gone"), &f->e));
	assert_non_null(room_next_page(f->room, c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(opening_a_page_leaves_nothing),
		TEST(a_first_value_begins_the_page),
		TEST(answers_say_what_was_read_and_in_which_language),
		TEST(drafts_survive_a_sudden_end_and_keep_the_final_value),
		TEST(an_emptied_field_is_deleted_and_can_come_back),
		TEST(clearing_is_taken_back_once),
		TEST(rows_keep_their_order_and_section),
		TEST(a_deleted_row_leaves_no_word_and_comes_back_in_place),
		TEST(a_page_that_repeats_starts_afresh_when_done),
		TEST(a_page_that_does_not_repeat_stays_open_to_change),
		TEST(a_full_disk_keeps_what_was_typed_until_it_can_be_written),
		TEST(going_on_leads_to_the_page_opened_last),
	};

	return cmocka_run_group_tests_name("workbook: runs", tests, NULL, NULL);
}
