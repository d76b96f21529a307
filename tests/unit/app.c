/* The loop: what must hold however one leaves, whatever fails, and wherever one is. */
#include "ui_probe.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#define ROWS 24
#define COLS 80

struct test {
	struct term *term;
	struct stage g;
	struct probe a, b;
};

static void begin(struct test *t)
{
	t->term = term_script_open(ROWS, COLS);
	stage_open(&t->g, t->term);
	term_script_clock(t->term, &t->g.now);
	t->a = (struct probe){ .title = "first", .term = t->term };
	t->b = (struct probe){ .title = "second", .term = t->term };
	app_push(&t->g.app, &view_probe, &t->a);
}

static void end(struct test *t)
{
	stage_close(&t->g);
	term_script_free(t->term);
	probe_free(&t->a);
	probe_free(&t->b);
}

static void keys(struct test *t, const char *lines)
{
	struct str rest = str_from(lines), line;

	while (str_line(&rest, &line))
		assert_true(term_script_line(t->term, line));
}

static void run(struct test *t)
{
	struct err e;

	assert_true(app_run(&t->g.app, &e));
}

/* The loop ends with the script; what was on the screen last stays to be looked at. */
static bool shows(struct test *t, const char *what)
{
	struct buf b = { 0 };
	bool yes;

	canvas_text(term_script_canvas(t->term), &b);
	yes = probe_says(&b, what);
	buf_free(&b);
	return yes;
}

static void leaving_blanks_first_and_saves_all(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	keys(&t, "type half a wo\nkey C-x\ntype never seen\n");
	run(&t);
	assert_true(t.a.blank_at_save);
	assert_true(t.b.blank_at_save);
	assert_true(probe_says(&t.b.log, "draft second;close;"));
	assert_true(probe_says(&t.a.log, "draft first;close;"));
	assert_true(str_is(buf_str(&t.b.kept), "half a wo"));
	assert_true(probe_is_blank(t.term));
	assert_int_equal(app_depth(&t.g.app), 0);
	end(&t);
}

static void leaving_works_over_the_list_and_grounding(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type half\nkey F1\nkey C-g\nkey C-x\n");
	run(&t);
	assert_true(t.a.blank_at_save);
	assert_true(str_is(buf_str(&t.a.kept), "half"));
	end(&t);
}

static void grounding_comes_back_to_the_same_word(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type half a wo\nkey C-g\nkey C-g\nkey Escape\ntype rd\n");
	run(&t);
	/* One grounding page however often it was asked for; then the word goes on. */
	assert_true(probe_says(&t.a.log, "resume;"));
	assert_true(shows(&t, "half a word"));
	assert_true(str_is(buf_str(&t.a.kept), "half a word"));
	end(&t);
}

static void letters_are_letters_in_a_field(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type quick, just jog? no: 12 d/l\n");
	run(&t);
	assert_true(str_is(buf_str(&t.a.kept), "quick, just jog? no: 12 d/l"));
	assert_false(probe_says(&t.a.log, "lighter"));
	end(&t);
}

static void the_page_gets_what_it_named(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "key Tab\nkey Tab\nkey Enter\ntype l\ntype p\n");
	run(&t);
	assert_true(probe_says(&t.a.log, "focus 1;focus 2;focus 4;pick 4;lighter;"));
	assert_true(shows(&t, "Not now: nothing moves here."));
	end(&t);
}

static void back_keeps_what_was_written(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	keys(&t, "type some words\nkey Escape\n");
	run(&t);
	assert_true(probe_says(&t.b.log, "focus 0;final second;close;"));
	assert_true(str_is(buf_str(&t.b.kept), "some words"));
	assert_true(probe_says(&t.a.log, "resume;"));
	end(&t);
}

static void failing_save_keeps_the_words(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	t.b.fail = true;
	keys(&t, "type some words\nkey Escape\n");
	run(&t);
	assert_true(shows(&t, "There is no room left on the disk"));
	assert_true(shows(&t, "> Try again"));
	assert_false(shows(&t, "some words"));
	assert_true(probe_says(&t.b.log, "final second;"));
	end(&t);
}

static void failing_save_can_be_tried_again(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	t.b.fail = true;
	keys(&t,
	    "type some words\nkey Escape\nkey Enter\nkey Down\nkey Enter\ntype  more\n");
	run(&t);
	/* "Try again" failed and stayed; "Go on writing" came back to the words. */
	assert_true(shows(&t, "some words more"));
	assert_true(shows(&t, "not saved yet"));
	assert_false(probe_says(&t.b.kept, "some"));
	end(&t);
}

static void the_last_sentence_can_be_given_up(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	t.b.fail = true;
	keys(&t, "type some words\nkey Escape\nkey Down\nkey Down\nkey Enter\n");
	run(&t);
	assert_true(probe_says(&t.b.log, "close;"));
	assert_true(shows(&t, "first"));
	assert_false(shows(&t, "not saved yet"));
	end(&t);
}

static void drafts_are_sealed_every_second(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type one\ntick 1\ntick 1\n");
	run(&t);
	assert_true(probe_says(&t.a.log, "draft first;"));
	assert_true(str_is(buf_str(&t.a.kept), "one"));
	end(&t);
}

static void a_failing_draft_is_told_once_and_tried_again(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.fail = true;
	keys(&t, "type one\ntick 2\ntick 2\nkey Down\nkey Enter\ntick 6\ntick 6\n");
	run(&t);
	assert_true(shows(&t, "not saved yet"));
	assert_false(shows(&t, "Try again")); /* the second and third failure say nothing */
	assert_true(shows(&t, "one"));
	end(&t);
}

static void language_changes_in_place(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type half\nkey F2\ntype  a word\n");
	run(&t);
	assert_int_equal(t.g.app.lang, 1);
	assert_true(t.g.app.lang_chosen);
	assert_true(str_is(buf_str(&t.a.kept), "half a word"));
	app_language(&t.g.app, 0);
	end(&t);
}

static void the_list_narrows_and_does_it(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "key F1\ntype two-min\nkey Enter\n");
	run(&t);
	assert_true(probe_says(&t.a.log, "lighter;"));
	assert_true(shows(&t, "No story is needed"));
	end(&t);
}

static void the_list_says_why_not(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "key F1\n");
	run(&t);
	assert_true(shows(&t, "nothing moves here"));
	assert_true(shows(&t, "l, outside a field"));
	assert_true(shows(&t, "once it is open")); /* no room: nothing to lock */
	end(&t);
}

static void ctrl_c_twice_leaves(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	app_push(&t.g.app, &view_probe, &t.b);
	keys(&t, "type some words\nkey C-c\nkey C-c\nkey C-g\n");
	run(&t);
	assert_true(t.a.blank_at_save);
	assert_true(str_is(buf_str(&t.b.kept), "some words"));
	end(&t);
}

static void ctrl_c_twice_with_time_between_stays(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "key C-c\ntick 3\nkey C-c\n");
	run(&t);
	assert_true(shows(&t, "Ctrl-C once more leaves"));
	end(&t);
}

static void small_screens_still_leave(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	keys(&t, "type half\nsize 40x10\nkey C-x\n");
	run(&t);
	assert_true(str_is(buf_str(&t.a.kept), "half"));
	assert_true(t.a.blank_at_save);
	end(&t);
}

static void the_end_of_the_terminal_seals(void **state)
{
	struct test t;
	struct event ev = { .kind = EV_END, .signal = 15 };

	(void)state;
	begin(&t);
	keys(&t, "type half\n");
	term_script_feed(t.term, &ev);
	run(&t);
	assert_true(str_is(buf_str(&t.a.kept), "half"));
	assert_false(t.a.blank_at_save); /* the terminal is not touched */
	assert_int_equal(t.g.app.exit_status, 128 + 15);
	end(&t);
}

static void a_number_goes_to_its_notch(void **state)
{
	struct test t;

	(void)state;
	begin(&t);
	t.a.scale = true;
	keys(&t, "type 1\ntype 0\nkey Down\ntype 4\nkey Enter\n");
	run(&t);
	assert_true(
	    probe_says(&t.a.log, "focus 101;focus 110;focus 109;focus 104;pick 104;"));
	end(&t);
}

/* ---- with a room on disk ---- */

static void open_room(struct test *t, char *home)
{
	struct secret *pass = secret_new(64);
	struct vault_key *key;
	struct err e = { 0 };

	assert_non_null(mkdtemp(home));
	assert_true(secret_add(pass, "six words drawn by chance", 25));
	key = vault_derive(NULL, home, pass, &e);
	assert_non_null(key);
	assert_true(room_create(&t->g.app.room, &t->g.world, home, key, &e));
	t->g.app.home = home;
	vault_key_free(key);
	secret_free(pass);
}

static void remove_room(const char *home)
{
	char command[600];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", home);
	assert_int_equal(system(command), 0);
}

static void it_locks_when_nobody_is_there(void **state)
{
	struct test t;
	char home[] = "/tmp/remanso-app-XXXXXX";

	(void)state;
	begin(&t);
	open_room(&t, home);
	keys(&t, "type half a word\ntick 2\ntick 275\n");
	run(&t);
	assert_false(shows(&t, "Passphrase"));
	end(&t);
	remove_room(home);

	char again[] = "/tmp/remanso-app-XXXXXX";
	begin(&t);
	open_room(&t, again);
	keys(&t, "type half a word\ntick 2\ntick 275\ntick 30\ntick 1\n");
	run(&t);
	assert_true(shows(&t, "Passphrase"));
	assert_false(shows(&t, "half"));
	assert_true(str_is(buf_str(&t.a.kept), "half a word"));
	assert_true(probe_says(&t.a.log, "close;"));
	end(&t);
	remove_room(again);
}

static void the_lock_is_announced(void **state)
{
	struct test t;
	char home[] = "/tmp/remanso-app-XXXXXX";

	(void)state;
	begin(&t);
	open_room(&t, home);
	keys(&t, "tick 275\ntick 0\n");
	run(&t);
	assert_true(shows(&t, "locks in half a minute"));
	end(&t);
	remove_room(home);
}

static void no_lock_while_words_cannot_be_kept(void **state)
{
	struct test t;
	char home[] = "/tmp/remanso-app-XXXXXX";

	(void)state;
	begin(&t);
	open_room(&t, home);
	t.a.fail = true;
	keys(&t, "type half a word\ntick 310\ntick 1\n");
	run(&t);
	assert_true(shows(&t, "There is no room left on the disk"));
	assert_false(shows(&t, "half a word"));
	assert_false(probe_says(&t.a.log, "close;draft"));
	end(&t);
	remove_room(home);
}

static void suspending_locks_first(void **state)
{
	struct test t;
	char home[] = "/tmp/remanso-app-XXXXXX";
	struct event ev = { .kind = EV_SUSPEND };

	(void)state;
	begin(&t);
	open_room(&t, home);
	keys(&t, "type half\n");
	term_script_feed(t.term, &ev);
	keys(&t, "tick 0\n");
	run(&t);
	assert_true(shows(&t, "Passphrase"));
	assert_true(str_is(buf_str(&t.a.kept), "half"));
	end(&t);
	remove_room(home);
}

/* ---- changes of the stack wait ---- */

static void hop_pick(struct view *v, int id)
{
	(void)id;
	app_pop(v->app);
	/* Still whole: the pop waits until this has returned. */
	assert_int_equal(app_depth(v->app), 2);
	probe_pick(v, id);
}

static void a_pop_waits_for_the_callback(void **state)
{
	struct test t;
	struct view_ops hop = view_probe;

	(void)state;
	hop.pick = hop_pick;
	begin(&t);
	app_push(&t.g.app, &hop, &t.b);
	keys(&t, "key Tab\nkey Tab\nkey Enter\n");
	run(&t);
	assert_true(probe_says(&t.b.log, "pick 4;focus 0;final second;close;"));
	end(&t);
}

static bool refuse(struct view *v, const void *arg, struct err *e)
{
	(void)v;
	(void)arg;
	return err_set(e, ERR_BUSY, "Another window has it.");
}

static void a_view_that_cannot_open_says_so(void **state)
{
	struct test t;
	static const struct view_ops shut = { .name = "shut", .open = refuse };

	(void)state;
	begin(&t);
	app_push(&t.g.app, &shut, NULL);
	run(&t);
	assert_true(shows(&t, "Another window has it."));
	assert_int_equal(t.g.app.exit_status, 0);
	end(&t);
}

static void dates_are_said_in_the_language(void **state)
{
	struct test t;
	struct arena *a = arena_new();
	int64_t day = day_start(2026, 11, 22) + 3600000;

	(void)state;
	begin(&t);
	assert_true(str_is(app_date(&t.g.app, a, day, false), "Sunday, 22 November"));
	assert_true(str_is(app_date(&t.g.app, a, day, true), "Sunday, 22 November 2026"));
	assert_true(str_is(app_short_date(&t.g.app, a, day_start(2026, 5, 9)), "9 May"));
	assert_true(
	    str_is(app_fill(&t.g.app, a, STR("Press {key_ground}.")), "Press Ctrl-G."));
	arena_free(a);
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaving_blanks_first_and_saves_all),
		cmocka_unit_test(leaving_works_over_the_list_and_grounding),
		cmocka_unit_test(grounding_comes_back_to_the_same_word),
		cmocka_unit_test(letters_are_letters_in_a_field),
		cmocka_unit_test(the_page_gets_what_it_named),
		cmocka_unit_test(back_keeps_what_was_written),
		cmocka_unit_test(failing_save_keeps_the_words),
		cmocka_unit_test(failing_save_can_be_tried_again),
		cmocka_unit_test(the_last_sentence_can_be_given_up),
		cmocka_unit_test(drafts_are_sealed_every_second),
		cmocka_unit_test(a_failing_draft_is_told_once_and_tried_again),
		cmocka_unit_test(language_changes_in_place),
		cmocka_unit_test(the_list_narrows_and_does_it),
		cmocka_unit_test(the_list_says_why_not),
		cmocka_unit_test(ctrl_c_twice_leaves),
		cmocka_unit_test(ctrl_c_twice_with_time_between_stays),
		cmocka_unit_test(small_screens_still_leave),
		cmocka_unit_test(the_end_of_the_terminal_seals),
		cmocka_unit_test(a_number_goes_to_its_notch),
		cmocka_unit_test(it_locks_when_nobody_is_there),
		cmocka_unit_test(the_lock_is_announced),
		cmocka_unit_test(no_lock_while_words_cannot_be_kept),
		cmocka_unit_test(suspending_locks_first),
		cmocka_unit_test(a_pop_waits_for_the_callback),
		cmocka_unit_test(a_view_that_cannot_open_says_so),
		cmocka_unit_test(dates_are_said_in_the_language),
	};
	struct err e;

	(void)setlocale(LC_ALL, "C.UTF-8");
	if (!secret_init(&e))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
