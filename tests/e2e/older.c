/* Somebody puts an earlier copy of a room's files in their place.  Nothing in the files
 * tells; what was noted elsewhere does: by the program while the room is locked, or by the
 * person, on paper. */
#include "harness/play.h"
#include "harness/test.h"

#include <stdlib.h>
#include <string.h>

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	assert_true(play_room(&box, PLAY_PASS));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

static void copy(const char *from, const char *to)
{
	const char *argv[] = { "sh", "-c",
		"mkdir -p -m 700 \"$1\" && rm -f \"$1\"/* && cp -a \"$0\"/. \"$1\"", from,
		to, NULL };
	struct ran r = run_command(&(struct run_options){ .argv = argv });

	assert_int_equal(r.status, 0);
	ran_free(&r);
}

static struct ran run(const char *lang, const char *a, const char *b, const char *c)
{
	const char *args[] = { "--passphrase-fd", "3", a, b, c, NULL };
	struct str words = STR("The heron stood still.");

	return play_run(
	    &(struct play){ .box = &box, .lang = lang, .args = args }, words, PLAY_PASS);
}

static void add_entry(void)
{
	struct ran r = run("en", "journal", "add", NULL);

	assert_int_equal(r.status, 0);
	ran_free(&r);
}

static void lock(struct pty *p)
{
	pty_type(p, "?");
	assert_true(play_choose(p, "Lock; what is written is kept"));
	SEES(p, "Passphrase");
	assert_true(pty_settle(p));
}

static void unlock(struct pty *p)
{
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
}

static void test_put_back_while_the_room_was_locked(void **state)
{
	char aside[BOX_PATH];
	struct pty *p;

	(void)state;
	(void)snprintf(aside, sizeof aside, "%s", box_path(&box, "aside"));
	copy(box.home, aside);
	add_entry();
	p = play_start(&(struct play){ .box = &box });
	assert_true(play_unlock(p, PLAY_PASS));
	/* Left alone, it opens as ever. */
	lock(p);
	unlock(p);
	SEES(p, "Nothing here is urgent");
	lock(p);
	copy(aside, box.home);
	unlock(p);
	SEES(p, "This room is older than when it was locked here");
	KEYS(p, "Enter");
	SEES(p, "Nothing here is urgent");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
}

static void test_put_back_since_a_mark_was_written_down(void **state)
{
	char aside[BOX_PATH], mark[64];
	struct ran r;

	(void)state;
	(void)snprintf(aside, sizeof aside, "%s", box_path(&box, "aside"));
	copy(box.home, aside);
	add_entry();
	r = run("en", "room", "mark", NULL);
	assert_int_equal(r.status, 0);
	(void)snprintf(mark, sizeof mark, "%.*s", (int)strcspn(r.out.s, "\n"), r.out.s);
	ran_free(&r);
	r = run("en", "room", "mark", mark);
	assert_int_equal(r.status, 0);
	assert_true(ran_says(&r, "as it was at the mark, or newer"));
	ran_free(&r);
	add_entry();
	r = run("es", "room", "mark", mark);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	copy(aside, box.home);
	r = run("en", "room", "mark", mark);
	assert_int_equal(r.status, 65);
	assert_true(ran_says(&r, "older than the mark"));
	ran_free(&r);
	r = run("es", "room", "mark", mark);
	assert_int_equal(r.status, 65);
	assert_true(ran_says(&r, "anterior a la marca"));
	ran_free(&r);
	r = run("en", "room", "mark", "heron");
	assert_int_equal(r.status, 64);
	ran_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_put_back_while_the_room_was_locked, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_put_back_since_a_mark_was_written_down, setup, teardown),
	};

	return RUN_TESTS(tests);
}
