/* Looking back, presenting, the lock's keys, and what line mode says in place of keys. */
#include "views_fixture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "remanso/secret.h"
#include "vault/header.h"

#define DAY ((int64_t)24 * 3600 * 1000)

static void rate(struct bench *b, const char *name, int days_ago, int value)
{
	const struct card *c = content_card(&b->content, CARD_RATING, str_from(name));
	int64_t now = b->now;

	b->now -= days_ago * DAY;
	assert_true(rating_put(b->app.room, c, value, b->app.lang, &b->e));
	b->now = now;
}

static void look_back(struct bench *b)
{
	home(b);
	app_push(&b->app, &view_back, NULL);
	settle(b);
}

static void a_month_is_said_in_words(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en"); /* the 22nd of November */
	look_back(&b);
	must_show(&b, "A month without them means nothing");
	rate(&b, "present", 3, 5);
	look_back(&b);
	must_show(&b, "One number: 5, on 19 Nov.");
	rate(&b, "present", 2, 5);
	look_back(&b);
	must_show(&b, "All the numbers are 5.");
	rate(&b, "present", 1, 7);
	look_back(&b);
	must_show(&b, "The numbers lie between 5 and 7. The lowest is 5, on 19 Nov, 20");
	rate(&b, "present", 5, 6);
	rate(&b, "present", 6, 6);
	rate(&b, "present", 7, 1);
	look_back(&b);
	must_show(&b, "Most of the numbers lie between 5 and 6. The lowest is 1, on");
	/* the last number of a day counts; distress is named where it is high */
	rate(&b, "distress", 4, 2);
	b.now += 1000;
	rate(&b, "distress", 4, 8);
	rate(&b, "distress", 5, 3);
	look_back(&b);
	play(&b, "key Enter");
	must_show(&b, "The numbers lie between 3 and 8. The highest is 8, on 18");
	play(&b, "key Left");
	must_show(&b, "October 2026");
	must_show(&b, "No number in this month.");
	play(&b, "key Right Right");
	must_show(&b, "December 2026");
	play(&b, "key Right");
	must_show(&b, "January 2027");
	bench_close(&b);
}

static void every_number_stands_on_its_row(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "es");
	for (int n = 0; n <= 10; n++)
		rate(&b, "present", 21 - n, n); /* the first of the month: 0 */
	look_back(&b);
	draw(&b);
	for (int n = 0; n <= 10;
	     n++) /* row 6 of the screen is 10, column 8 the first day */
		assert_string_equal(
		    b.canvas.cells[(5 + 10 - n) * b.canvas.cols + 4 + 3 + 2 * n].ch, "●");
	play(&b, "size 60x16");
	draw(&b);
	assert_string_equal(b.canvas.cells[3 * b.canvas.cols + 2 + 3 + 10].ch, "●");
	bench_close(&b);
}

static void entries_of_one_page_and_day_stand_together(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "comfort-kit");
	play(&b, "type stone");
	play(&b, "key Enter");
	play(&b, "type blanket");
	look_back(&b);
	must_show(&b, "│ stone — blanket");
	must_show(&b, "22 Nov · Comfort kit");
	bench_close(&b);
}

static void one_question_is_answered_on_the_page(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "find-therapist");
	focus_on(&b, "no");
	play(&b, "key Enter");
	must_show(&b, "[x] no");
	assert_string_equal(top(&b), "page");
	assert_int_equal(entries(&b), 1);
	play(&b, "key Enter"); /* once more takes it back */
	must_show(&b, "[ ] no");
	assert_int_equal(entries(&b), 0);
	bench_close(&b);
}

static void the_notes_for_presenting_come_and_go(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	room_close(b.app.room);
	assert_true(room_demo(&b.app.room, &b.world, &b.content, b.app.lang, &b.e));
	b.app.demo = true;
	home(&b);
	open_page(&b, "comfort-kit");
	assert_false(shows(&b, "For the person presenting"));
	play(&b, "key n");
	must_show(&b, "For the person presenting");
	must_show(&b, "You could ask");
	must_show(&b, "Comes from");
	play(&b, "key 4"); /* a step from every page */
	must_show(&b, "Step 4");
	must_show(&b, "hide notes");
	play(&b, "key n");
	assert_false(shows(&b, "For the person presenting"));
	bench_close(&b);
}

static void outside_a_demonstration_letters_do_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	open_page(&b, "five-responses");
	play(&b, "key n 4");
	assert_string_equal(top(&b), "page");
	assert_false(shows(&b, "For the person presenting"));
	bench_close(&b);
}

static void the_lock_names_its_keys_only_when_asked(void **state)
{
	char dir[] = "/tmp/remanso-lock-XXXXXX", file[64];
	struct bench b;

	(void)state;
	assert_non_null(mkdtemp(dir));
	bench_open(&b, "en");
	b.app.home = dir;
	app_reset(&b.app, &view_unlock, NULL);
	settle(&b);
	assert_false(shows(&b, "Ctrl-G"));
	assert_true(lock_keys_keep(dir, true, &b.e));
	assert_true(lock_keys_wanted(dir));
	app_reset(&b.app, &view_unlock, NULL);
	settle(&b);
	must_show(&b, "Ctrl-G brings you back to now");
	assert_true(lock_keys_keep(dir, false, &b.e));
	assert_false(lock_keys_wanted(dir));
	assert_true(lock_keys_keep(dir, false, &b.e)); /* twice is no mistake */
	(void)snprintf(file, sizeof(file), "%s/config", dir);
	assert_int_not_equal(access(file, F_OK), 0);
	assert_int_equal(rmdir(dir), 0);
	bench_close(&b);
}

/* In line mode nobody presses keys. */
static void no_key(const char *where, struct str s)
{
	static const char *const keys[] = { "Esc ", "Ctrl-", "F2", "Tab " };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (s.n > 0 && memmem(s.s, s.n, keys[i], strlen(keys[i])) != NULL)
			fail_msg("%s says \"%.*s\"", where, STR_ARG(s));
}

static void line_mode_names_no_key(void **state)
{
	static const struct view_ops *const views[] = { &view_home, &view_lines,
		&view_journal, &view_settings, &view_search, &view_back, &view_overview,
		&view_grounding, &view_faq, &view_private, &view_limits, &view_checkin,
		&view_tools, &view_write, &view_start };

	(void)state;
	for (int lang = 0; lang < 2; lang++) {
		struct bench b;
		bench_open(&b, lang == 0 ? "en" : "es");
		b.app.plain = true;
		for (size_t i = 0; i < ARRAY_LEN(views) + b.content.page_count; i++) {
			home(&b);
			if (i < ARRAY_LEN(views))
				app_push(&b.app, views[i], NULL);
			else
				view_open_page(
				    &b.app, &b.content.pages[i - ARRAY_LEN(views)]);
			settle(&b);
			const struct sheet *s = &b.app.stack->sheet;
			no_key(top(&b), s->place);
			no_key(top(&b), s->title);
			no_key(top(&b), s->note);
			for (size_t k = 0; k < s->count; k++) {
				no_key(top(&b), s->blocks[k].label);
				no_key(top(&b), s->blocks[k].text);
				no_key(top(&b), s->blocks[k].hint);
			}
		}
		bench_close(&b);
	}
}

static void the_steps_come_first_in_line_mode(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	b.app.plain = true;
	home(&b);
	const struct sheet *s = &b.app.stack->sheet;
	int id = sheet_step(s, 0, 1);
	for (int i = 1; i <= 5; i++, id = sheet_step(s, id, 1))
		assert_true(str_eq(sheet_block(s, id)->label,
		    app_field(&b.app, view_step_card(&b.app, i), FIELD_TITLE)));
	bench_close(&b);
}

/* The lid is shut in those five seconds; the clock of the lock goes on, and nobody can answer. */
static void time_in_which_nobody_can_answer_deletes_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "en");
	app_push(&b.app, &view_forget_room, NULL);
	settle(&b);
	must_show(&b, "Everything in it goes");
	play(&b, "key Down Enter");
	must_show(&b, "It goes in 5 seconds");
	app_tick(&b.app, true);
	b.now += 3600 * 1000;
	app_tick(&b.app, true);
	settle(&b);
	must_show(&b, "It goes in 4 seconds");
	play(&b, "key Enter");
	must_show(&b, "The room is as it was.");
	assert_non_null(b.app.room);
	bench_close(&b);
}

/* ---- a new passphrase ---- */
#define WORDS "lake window seven lamp"

/* A home of its own, without an open room. */
static void home_open(struct bench *b, const char *lang, char home[static 32])
{
	(void)snprintf(home, 32, "/tmp/views-XXXXXX");
	assert_non_null(mkdtemp(home));
	bench_open(b, lang);
	i18n_use(lang);
	room_close(b->app.room);
	b->app.room = NULL;
	b->app.home = home;
}

static void home_close(struct bench *b, const char *home)
{
	char command[100];

	bench_close(b);
	i18n_use("en");
	(void)snprintf(command, sizeof(command), "rm -r -- '%s'", home);
	assert_int_equal(system(command), 0);
}

static struct room *room_with(struct bench *b, const char *home, const char *words)
{
	struct secret *pass = secret_new(64);
	struct room *room = NULL;

	assert_true(secret_add(pass, words, strlen(words)));
	struct vault_key *key = vault_derive(NULL, home, pass, &b->e);
	secret_free(pass);
	if (key == NULL || !room_create(&room, &b->world, home, key, &b->e))
		fail_msg("%s", b->e.text);
	vault_key_free(key);
	return room;
}

/* Until the thread that derives is done, at most ten seconds. */
static void wait_for(struct bench *b, const char *what)
{
	for (int i = 0; i < 1000 && !shows(b, what); i++) {
		(void)usleep(10000);
		app_tick(&b->app, true);
		settle(b);
	}
	must_show(b, what);
}

/* In the two fields of the page on top. */
static void type_twice(struct bench *b)
{
	play(b, "type " WORDS);
	play(b, "key Enter");
	play(b, "type " WORDS);
	play(b, "key Enter");
}

static void first_start_with(struct bench *b, const char *own)
{
	app_reset(&b->app, &view_start, NULL);
	settle(b);
	for (int i = 0; i < 3; i++)
		play(b, "key Enter");
	focus_on(b, own);
	play(b, "key Enter");
	type_twice(b);
}

static void a_passphrase_that_is_taken(void **state)
{
	static const struct {
		const char *lang, *own, *title, *why, *wrong_title, *not_you;
	} in[] = {
		{ "en", "Write my own", "That passphrase cannot be used here",
		    "opens another room already", "does not open it", "Nothing you did" },
		{ "es", "Escribir", "Esa frase secreta no se puede usar aquí",
		    "ya abre otro espacio", "Eso no lo abre", "Nada de lo que hiciste" },
	};
	struct bench b;
	char home[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(in); i++) {
		home_open(&b, in[i].lang, home);
		room_close(room_with(&b, home, WORDS));
		first_start_with(&b, in[i].own);
		wait_for(&b, in[i].title);
		must_show(&b, in[i].why);
		assert_false(shows(&b, in[i].wrong_title));
		assert_false(shows(&b, in[i].not_you));
		/* in settings the same */
		b.app.room = room_with(&b, home, "another sentence altogether");
		room_content(b.app.room, &b.content);
		app_reset(&b.app, &view_passphrase, NULL);
		settle(&b);
		type_twice(&b);
		play(&b, "key Enter");
		wait_for(&b, in[i].title);
		must_show(&b, in[i].why);
		assert_false(shows(&b, in[i].not_you));
		home_close(&b, home);
	}
}

/* ---- what a guess costs ---- */
/* A file with the looks of a room that was made on a machine with little memory. */
static void put_small_room(const char *home)
{
	static uint8_t bytes[6 * FMT_BLOCK];
	char path[100];

	(void)snprintf(path, sizeof(path), "%s/abcdefghijklmnopqrstuvwxyz234567", home);
	header_new(bytes, (const uint8_t *)"0123456789abcdef",
	    (const uint8_t *)"fedcba9876543210", KDF_64M);
	memcpy(bytes + FMT_BLOCK, bytes, FMT_BLOCK);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(close(fd), 0);
}

static void the_least_memory_is_told_where_a_room_is_made(void **state)
{
	static const struct {
		const char *lang, *own, *ready, *least, *chance;
	} in[] = {
		{ "en", "Write my own", "Your room is ready", "least", "by chance" },
		{ "es", "Escribir", "Tu espacio está listo", "mínimo", "al azar" },
	};
	struct bench b;
	char home[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(in); i++)
		for (int small = 0; small < 2; small++) {
			home_open(&b, in[i].lang, home);
			if (small)
				put_small_room(home);
			first_start_with(&b, in[i].own);
			wait_for(&b, in[i].ready);
			assert_int_equal(shows(&b, "64 MiB"), small);
			assert_int_equal(shows(&b, in[i].least), small);
			assert_int_equal(shows(&b, in[i].chance), small);
			play(&b, "size 60x16");
			assert_int_equal(shows(&b, "64 MiB"), small);
			assert_int_equal(shows(&b, in[i].chance), small);
			home_close(&b, home);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_is_said_in_words),
		cmocka_unit_test(every_number_stands_on_its_row),
		cmocka_unit_test(entries_of_one_page_and_day_stand_together),
		cmocka_unit_test(one_question_is_answered_on_the_page),
		cmocka_unit_test(the_notes_for_presenting_come_and_go),
		cmocka_unit_test(outside_a_demonstration_letters_do_nothing),
		cmocka_unit_test(the_lock_names_its_keys_only_when_asked),
		cmocka_unit_test(line_mode_names_no_key),
		cmocka_unit_test(the_steps_come_first_in_line_mode),
		cmocka_unit_test(time_in_which_nobody_can_answer_deletes_nothing),
		cmocka_unit_test(a_passphrase_that_is_taken),
		cmocka_unit_test(the_least_memory_is_told_where_a_room_is_made),
	};

	if (!secret_init(NULL))
		return 1;
	i18n_init("build/locale");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
