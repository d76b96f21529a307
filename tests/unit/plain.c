/* Line mode: the same pages, said once, asked for by number or word. */
#include "ui_probe.h"

#include "ui/app_in.h"
#include "ui/plain.h"

#include <locale.h>
#include <stdlib.h>

struct test {
	struct stage g;
	struct probe a;
	struct buf out;
};

static void run(struct test *t, const char *input, bool echo)
{
	FILE *in = fmemopen((void *)(uintptr_t)input, strlen(input), "r"), *out;
	char *text = NULL;
	size_t n = 0;
	struct err e;

	assert_non_null(in);
	out = open_memstream(&text, &n);
	app_push(&t->g.app, &view_probe, &t->a);
	assert_true(plain_run(&t->g.app, in, out, echo, &e));
	(void)fclose(in);
	(void)fclose(out);
	buf_add(&t->out, (struct str){ text, n });
	free(text);
}

static void begin(struct test *t)
{
	*t = (struct test){ 0 };
	stage_open(&t->g, NULL);
	t->a = (struct probe){ .title = "My response map" };
}

static void end(struct test *t)
{
	stage_close(&t->g);
	probe_free(&t->a);
	buf_free(&t->out);
}

static int times(const struct test *t, const char *what)
{
	const char *at = t->out.s, *stop = t->out.s + t->out.n;
	int n = 0;

	while (at < stop &&
	       (at = memmem(at, (size_t)(stop - at), what, strlen(what))) != NULL) {
		at += strlen(what);
		n++;
	}
	return n;
}

static bool says(const struct test *t, const char *what)
{
	if (times(t, what) > 0)
		return true;
	print_message("%.*s", (int)t->out.n, t->out.s);
	return false;
}

static void a_page_is_said_in_order(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "leave\n", false);
	assert_true(
	    says(&t, "Step 2, Barriers. My response map. for me only.\n\n"
		     "No story is needed, only signs.\n\n"
		     "1. How I notice it in my body.\n"
		     "2. One thing.\n"
		     "3. Paths: Can you reach the door?\n"
		     "4. Keep it as it is — any day\n\n"
		     "A number from 1 to 4, or: shorter, ground, help, leave.\n> \n"));
	assert_int_equal(times(&t, "\x1b"), 0);
	end(&t);
}

static void fields_are_written_and_read_back(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "1\nMy shoulders go up.\nI hold my breath.\n.\n2\nthe basket\nleave\n",
	    false);
	assert_true(str_is(buf_str(&t.a.kept), "My shoulders go up.\nI hold my breath."));
	assert_true(says(&t, "Write as many lines as you like. A single . ends; Ctrl-X "
			     "leaves at once."));
	assert_true(says(&t, "1. How I notice it in my body.\n"
			     "   | My shoulders go up.\n"
			     "   | I hold my breath.\n"));
	assert_true(
	    says(&t, "Step 2, Barriers. for me only.\nOne thing: one line; an empty "
		     "one changes nothing."));
	assert_true(says(&t, "2. One thing.\n   | the basket\n"));
	/* Only what has changed was said again. */
	assert_int_equal(times(&t, "No story is needed"), 1);
	end(&t);
}

static void boxes_change_and_say_so(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "3\n3\nleave\n", false);
	assert_true(probe_says(&t.a.log, "pick 4;pick 4;"));
	assert_true(says(&t, "3. Paths: Can you reach the door? (marked)\n"));
	assert_true(says(&t, "3. Paths: Can you reach the door? (not marked)\n"));
	assert_int_equal(times(&t, "not marked"), 1); /* not on a page that is new */
	end(&t);
}

static void a_wrong_word_gets_the_question_again(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "some\n99\nleave\n", false);
	assert_int_equal(times(&t, "I could not read that. Nothing has changed."), 2);
	assert_int_equal(times(&t, "A number from 1 to 4"), 3);
	end(&t);
}

static void scales_take_their_own_numbers(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.scale = true;
	run(&t, "some\n4\nskip\nleave\n", false);
	assert_true(says(&t, "    4 noticeable; a tool might help\n"));
	assert_true(says(&t, "A number from 0 to 10, or: skip, ground, help, leave."));
	assert_true(says(&t, "No number is fine too."));
	assert_true(says(&t, "4: noticeable; a tool might help\n"));
	assert_true(probe_says(&t.a.log, "pick 104;"));
	assert_true(probe_says(&t.a.log, "pick 111;"));
	end(&t);
}

static void tables_are_said_row_by_row(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.table = true;
	run(&t, "2\n", false);
	assert_true(says(&t, "A table with 2 rows. Each row: What it is, What helps."));
	assert_true(says(&t,
	    "1. Hypervigilance.\n"
	    "   What it is: Looking out for danger. What helps: Make life easier to\n"
	    "   predict.\n"));
	assert_int_equal(t.a.picked, PROBE_BOX);
	end(&t);
}

static void words_work_in_both_languages(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "presente\natrás\nAYUDA\natras\nidioma\nSALIR\n", false);
	assert_true(says(&t, "Everything you can do here"));
	assert_int_equal(times(&t, "I could not read that"), 0);
	assert_int_equal(t.g.app.lang, 1);
	app_language(&t.g.app, 0);
	end(&t);
}

static void enter_alone_is_the_first_thing(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.table = true;
	run(&t, "\n", false);
	assert_int_equal(t.a.picked, PROBE_OFFER);
	end(&t);
}

static void the_end_of_input_seals(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "1\nhalf a thought", false);
	assert_true(str_is(buf_str(&t.a.kept), "half a thought"));
	assert_int_equal(app_depth(&t.g.app), 0);
	end(&t);
}

static void a_lone_ctrl_x_leaves(void **state)
{
	static const char *const before[] = { "", "3\n", "2\n", "1\nhalf a thought\n" };
	char input[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		struct test t;

		begin(&t);
		(void)snprintf(input, sizeof input, "%s\x18\nnever read\n", before[i]);
		run(&t, input, false);
		assert_int_equal(app_depth(&t.g.app), 0);
		assert_int_equal(times(&t, "could not read"), 0);
		assert_false(probe_says(&t.a.kept, "never"));
		if (i == 3)
			assert_true(str_is(buf_str(&t.a.kept), "half a thought"));
		assert_int_equal(times(&t, "\x1b"), 0); /* nothing is sent to a pipe */
		end(&t);
	}
}

static void a_lone_ctrl_g_comes_back_to_the_field(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "1\nMy shoulders\n\x07\nback\ngo up.\n.\nleave\n", false);
	assert_true(says(&t, "A single . ends; Ctrl-X leaves at once.\n> \n> \n"));
	assert_true(str_is(buf_str(&t.a.kept), "My shoulders\ngo up."));
	end(&t);
	begin(&t);
	run(&t, "2\n\x07\nback\nthe basket\nleave\n", false);
	assert_true(says(&t, "   | the basket\n"));
	end(&t);
}

static void the_language_is_named(void **state)
{
	struct lang langs[3] = { { STR("en"), STR("English") },
		{ STR("es"), STR("Español") }, { STR("fr"), STR("Français") } };
	struct content c = { .langs = langs, .lang_count = 3 };
	struct app app = { .content = &c, .lang = 1 };
	struct arena *a = arena_new();
	struct sheet s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		sheet_init(&s, a);
		sheet_can(&s, ACT_LANG, NONE, true);
		app.lang = i;
		c.lang_count = 3;
		keymap_language(&app, &s);
		assert_true(str_eq(s.actions[0].word, langs[(i + 1) % 3].name));
	}
	sheet_init(&s, a);
	sheet_can(&s, ACT_LANG, NONE, true);
	c.lang_count = 2;
	keymap_language(&app, &s); /* the catalogue names it */
	assert_int_equal(s.actions[0].word.n, 0);
	arena_free(a);
}

static void a_tour_echoes_what_it_types(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "3\nleave\n", true);
	assert_true(says(&t, "> 3\n"));
	assert_true(says(&t, "> leave\n"));
	end(&t);
}

static void hostile_bytes_are_not_echoed(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	run(&t, "1\n\x1b[2J\xff words\n.\nleave\n", true);
	assert_int_equal(times(&t, "\x1b"), 0);
	assert_true(probe_says(&t.a.kept, "words"));
	end(&t);
}

static void failing_save_is_said(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.fail = true;
	t.g.now += 1;
	run(&t, "2\nwords\n2\nmore words\nleave\n", false);
	assert_true(probe_says(&t.a.log, "draft My response map;"));
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_said_in_order),
		cmocka_unit_test(fields_are_written_and_read_back),
		cmocka_unit_test(boxes_change_and_say_so),
		cmocka_unit_test(a_wrong_word_gets_the_question_again),
		cmocka_unit_test(scales_take_their_own_numbers),
		cmocka_unit_test(tables_are_said_row_by_row),
		cmocka_unit_test(words_work_in_both_languages),
		cmocka_unit_test(enter_alone_is_the_first_thing),
		cmocka_unit_test(the_end_of_input_seals),
		cmocka_unit_test(a_lone_ctrl_x_leaves),
		cmocka_unit_test(a_lone_ctrl_g_comes_back_to_the_field),
		cmocka_unit_test(the_language_is_named),
		cmocka_unit_test(a_tour_echoes_what_it_types),
		cmocka_unit_test(hostile_bytes_are_not_echoed),
		cmocka_unit_test(failing_save_is_said),
	};

	(void)setlocale(LC_ALL, "C.UTF-8");
	(void)unsetenv("COLUMNS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
