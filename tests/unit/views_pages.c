/* What the pages promise, tried on all of them: opening leaves nothing, nothing leaves its
 * columns, the questions that must come come once, what was written can be taken back. */
#include "views_fixture.h"

static const char *const langs[] = { "en", "es" };
static const char *const sizes[] = { "size 80x24", "size 60x16", "size 120x40" };

static void inside_the_columns(struct bench *b, const char *name)
{
	int width = b->term->cols >= 80 ? 72 : b->term->cols - 4;
	int left = b->term->cols >= 80 ? (b->term->cols - width) / 2 : 2;

	draw(b);
	for (int r = 0; r < b->canvas.rows; r++)
		for (int c = left + width; c < b->canvas.cols; c++)
			if (strcmp(b->canvas.cells[r * b->canvas.cols + c].ch, " ") != 0)
				fail_msg("%s: something stands at %d, %d", name, r, c);
}

static bool run_seen(void *arg, const struct run_row *r)
{
	(void)r;
	++*(int *)arg;
	return true;
}

static void opening_a_page_leaves_nothing(void **state)
{
	(void)state;
	for (size_t l = 0; l < ARRAY_LEN(langs); l++) {
		struct bench b;
		bench_open(&b, langs[l]);
		for (size_t i = 0; i < b.content.page_count; i++) {
			const struct page *p = &b.content.pages[i];
			view_open_page(&b.app, p);
			settle(&b);
			for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
				play(&b, sizes[s]);
				play(&b, "key PPage PPage PPage PPage");
				for (int k = 0; k < 12; k++) {
					inside_the_columns(&b, p->name.s);
					play(&b, k % 2 ? "key Space" : "key Down");
				}
			}
			home(&b);
		}
		int runs = 0;
		assert_true(
		    store_runs(room_store(b.app.room), STR(""), run_seen, &runs, &b.e));
		assert_int_equal(runs, 0);
		assert_int_equal(entries(&b), 0);
		bench_close(&b);
	}
}

static void every_action_can_be_asked_for_everywhere(void **state)
{
	static const struct view_ops *const views[] = { &view_home, &view_lines,
		&view_journal, &view_settings, &view_search, &view_back, &view_overview,
		&view_grounding, &view_faq, &view_private, &view_limits, &view_checkin,
		&view_tools, &view_write, &view_therapist, &view_start, &view_unlock };

	(void)state;
	for (size_t l = 0; l < ARRAY_LEN(langs); l++) {
		struct bench b;
		bench_open(&b, langs[l]);
		for (size_t i = 0; i < ARRAY_LEN(views); i++)
			for (int act = 0; act < ACT_COUNT; act++) {
				if (act == ACT_LEAVE || act == ACT_LOCK)
					continue;
				home(&b);
				app_push(&b.app, views[i], NULL);
				settle(&b);
				assert_string_equal(top(&b), views[i]->name);
				app_act(&b.app, (enum action)act);
				settle(&b);
				draw(&b);
				play(&b, "key Down Up Escape");
			}
		bench_close(&b);
	}
}

/* Before a room is open: the lock, and everything that can be reached from it. */
static void nothing_breaks_before_a_room_is_open(void **state)
{
	(void)state;
	for (size_t l = 0; l < ARRAY_LEN(langs); l++)
		for (int act = 0; act < ACT_COUNT; act++) {
			struct bench b;
			bench_open(&b, langs[l]);
			app_reset(&b.app, &view_unlock, NULL);
			settle(&b);
			room_close(b.app.room);
			b.app.room = NULL;
			if (act != ACT_LEAVE)
				app_act(&b.app, (enum action)act);
			settle(&b);
			play(&b, "key C-g");
			app_act(&b.app, ACT_SETTINGS);
			settle(&b);
			assert_string_equal(top(&b), "grounding");
			assert_true(b.app.stack->sheet.note.n > 0); /* it says why not */
			for (size_t i = 0; i < b.content.page_count; i += 5) {
				view_open_page(&b.app, &b.content.pages[i]);
				settle(&b);
				play(&b, "key Enter Down Down Enter d u Escape");
			}
			bench_close(&b);
		}
}

static void the_ninth_question_is_answered_at_once(void **state)
{
	(void)state;
	for (size_t l = 0; l < ARRAY_LEN(langs); l++)
		for (int value = 0; value <= 3; value++) {
			struct bench b;
			bench_open(&b, langs[l]);
			const struct card *safe =
			    content_card(&b.content, CARD_MESSAGE, STR("item9-support"));
			struct str title = app_field(&b.app, safe, FIELD_TITLE);
			open_page(&b, "phq9");
			play(&b, "key Enter"); /* begin */
			for (int q = 0; q < 8; q++)
				play(&b, "key Enter"); /* not at all */
			for (int k = 0; k < value; k++)
				play(&b, "key Down");
			play(&b, "key Enter");
			bool asked = str_eq(b.app.stack->sheet.title, title);
			assert_int_equal(asked, value > 0);
			play(&b, "size 60x16");
			draw(&b);
			play(&b, "key C-g Escape");
			assert_int_equal(
			    str_eq(b.app.stack->sheet.title, title), value > 0);
			play(&b, "key Escape"); /* leaving there keeps nothing */
			assert_string_equal(top(&b), "home");
			assert_int_equal(entries(&b), 0);
			bench_close(&b);
		}
}

static void the_couple_question_comes_once_and_keeps_no_answer(void **state)
{
	(void)state;
	for (int answer = 0; answer < 2; answer++) {
		struct bench b;
		struct arena *a = arena_new();
		bench_open(&b, "en");
		const struct card *gate =
		    content_card(&b.content, CARD_MESSAGE, STR("couple-gate"));
		open_page(&b, "listening-turn");
		assert_true(
		    str_eq(b.app.stack->sheet.title, app_field(&b.app, gate, FIELD_TITLE)));
		play(&b, "key Space"); /* it is longer than one page */
		play(&b, answer == 0 ? "key Enter" : "key Down Enter");
		assert_true(str_is(setting_get(b.app.room, SETTING_GATE, a), "shown"));
		home(&b);
		open_page(&b, "calm-together");
		assert_false(
		    str_eq(b.app.stack->sheet.title, app_field(&b.app, gate, FIELD_TITLE)));
		assert_int_equal(entries(&b), 0);
		arena_free(a);
		bench_close(&b);
	}
}

static void rows_of_a_list_come_and_go(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "comfort-kit");
	play(&b, "type a smooth stone — coat pocket");
	play(&b, "key Enter");
	play(&b, "type the blue blanket");
	play(&b, "key Enter");
	draw(&b);
	must_show(&b, "Touch           │ a smooth stone — coat pocket");
	must_show(&b, "                │ the blue blanket");
	assert_true(
	    shows(&b, "soft blanket, smooth stone, soft cloth")); /* the empty line */
	must_show(&b, "Enter add");
	assert_int_equal(entries(&b), 3);
	/* emptied: it disappears, and nothing stays in the store */
	focus_on(&b, "Touch");
	for (int i = 0; i < 40; i++)
		play(&b, "key BSpace");
	play(&b, "key Down");
	must_show(&b, "Touch           │ the blue blanket");
	assert_false(shows(&b, "smooth stone — coat"));
	assert_int_equal(entries(&b), 1);
	play(&b, "size 60x16");
	must_show(&b, "│ the blue blanket");
	bench_close(&b);
}

static void a_row_of_a_map_is_deleted_and_taken_back(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "trigger-list");
	play(&b, "key Enter"); /* the note: open */
	play(&b, "key Enter"); /* write one */
	assert_string_equal(top(&b), "row");
	play(&b, "type loud steps");
	play(&b, "key Tab");
	play(&b, "type shoulders");
	play(&b, "key Tab");
	play(&b, "type 6");
	play(&b, "key Escape");
	must_show(&b, "│ loud steps");
	must_show(&b, "│ shoulders — Distress: 6");
	focus_on(&b, "loud steps");
	play(&b, "key d");
	assert_false(shows(&b, "│ loud steps"));
	must_show(&b, "u takes it back");
	assert_int_equal(entries(&b), 0);
	play(&b, "key u");
	must_show(&b, "│ loud steps");
	assert_int_equal(entries(&b), 3);
	bench_close(&b);
}

static void a_page_that_asks_much_ends_with_a_landing(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "kinder-words");
	must_show(&b, "Open");
	must_show(&b, "A gentler version");
	must_show(&b, "Not now");
	play(&b, "key Enter");
	focus_on(&b, "Keep it as it is");
	play(&b, "key Enter");
	assert_string_equal(top(&b), "landing");
	play(&b, "key Escape");
	assert_string_equal(top(&b), "home");
	bench_close(&b);
}

static void every_field_for_words_says_one_may_write_of_something_else(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	play(&b, "size 120x40");
	for (size_t i = 0; i < b.content.page_count; i++) {
		const struct page *p = &b.content.pages[i];
		open_page(&b, p->name.s);
		for (int k = 0; k < 12; k++) {
			if (b.app.stack->sheet.typing)
				must_show(&b, "write about something else");
			play(&b, "key Tab");
		}
		home(&b);
	}
	bench_close(&b);
}

static void very_much_is_written(void **state)
{
	struct bench b;
	struct buf line = { 0 };

	(void)state;
	bench_open(&b, "en");
	app_push(&b.app, &view_write, NULL);
	settle(&b);
	buf_add(&line, STR("paste "));
	for (int i = 0; i < 10000; i++)
		buf_add(&line, STR("words and "));
	play(&b, arena_cstr(b.app.stack->scratch, buf_str(&line)));
	draw(&b);
	play(&b, "size 60x16");
	draw(&b);
	play(&b, "key C-Home Down Down End C-End");
	play(&b, "key Escape");
	assert_int_equal(entries(&b), 1);
	app_push(&b.app, &view_journal, NULL);
	settle(&b);
	draw(&b);
	home(&b);
	app_push(&b.app, &view_back, NULL);
	settle(&b);
	draw(&b);
	home(&b);
	open_page(&b, "comfort-kit");
	for (int i = 0; i < 200; i++) {
		play(&b, "type a stone");
		play(&b, "key Enter");
	}
	draw(&b);
	assert_int_equal(entries(&b), 201);
	buf_free(&line);
	bench_close(&b);
}

static void a_key_in_the_middle_of_a_word_keeps_it(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "es");
	open_page(&b, "weekly-note");
	if (sheet_block(&b.app.stack->sheet, ID_WHOLE) != NULL)
		play(&b, "key Enter");
	while (!b.app.stack->sheet.typing)
		play(&b, "key Tab");
	play(&b, "type la ventana abier");
	play(&b, "key C-g");
	assert_string_equal(top(&b), "grounding");
	play(&b, "size 60x16");
	play(&b, "key Escape");
	play(&b, "type ta");
	play(&b, "key F2");
	play(&b, "type .");
	must_show(&b, "la ventana abierta.");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_a_page_leaves_nothing),
		cmocka_unit_test(every_action_can_be_asked_for_everywhere),
		cmocka_unit_test(nothing_breaks_before_a_room_is_open),
		cmocka_unit_test(the_ninth_question_is_answered_at_once),
		cmocka_unit_test(the_couple_question_comes_once_and_keeps_no_answer),
		cmocka_unit_test(rows_of_a_list_come_and_go),
		cmocka_unit_test(a_row_of_a_map_is_deleted_and_taken_back),
		cmocka_unit_test(a_page_that_asks_much_ends_with_a_landing),
		cmocka_unit_test(
		    every_field_for_words_says_one_may_write_of_something_else),
		cmocka_unit_test(very_much_is_written),
		cmocka_unit_test(a_key_in_the_middle_of_a_word_keeps_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
