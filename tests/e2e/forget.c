/* Deleting the room from its own settings: kept unless five seconds pass, and gone then. */
#include "harness/play.h"
#include "harness/test.h"

#include <dirent.h>
#include <string.h>

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

static int files_at_home(void)
{
	DIR *d = opendir(box.home);
	struct dirent *de;
	int n = 0;

	assert_non_null(d);
	while ((de = readdir(d)) != NULL)
		n += de->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

/* The page that asks, with the focus on keeping. */
static struct pty *asked(void)
{
	struct pty *p = play_at_home(&box);

	assert_non_null(p);
	pty_type(p, "?");
	assert_true(play_choose(p, "Settings"));
	assert_true(play_choose(p, "Delete this room"));
	SEES(p, "Everything in it goes");
	return p;
}

static void expect_kept(struct pty *p)
{
	struct ran r;

	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	r = play_export(&box);
	assert_int_equal(r.status, 0);
	ran_free(&r);
}

static void test_it_is_kept_by_whoever_hesitates(void **state)
{
	struct pty *p = asked();

	(void)state;
	KEYS(p, "Enter");
	SEES(p, "The room is as it was.");
	assert_true(play_choose(p, "Delete this room"));
	assert_true(play_choose(p, "Delete it"));
	SEES(p, "It goes in");
	KEYS(p, "Enter");
	SEES(p, "The room is as it was.");
	expect_kept(p);
}

static void test_leaving_now_keeps_it(void **state)
{
	struct pty *p = asked();

	(void)state;
	assert_true(play_choose(p, "Delete it"));
	SEES(p, "It goes in");
	expect_kept(p);
}

/* Going on where one was must not be going on with this. */
static void test_grounding_in_between_begins_anew(void **state)
{
	struct pty *p = asked();

	(void)state;
	assert_true(play_choose(p, "Delete it"));
	SEES(p, "It goes in");
	KEYS(p, "C-g");
	assert_true(pty_settle(p));
	KEYS(p, "Esc");
	SEES(p, "Everything in it goes");
	expect_kept(p);
}

static void test_after_five_seconds_it_is_gone(void **state)
{
	struct pty *p = asked();

	(void)state;
	assert_true(files_at_home() > 0);
	assert_true(play_choose(p, "Delete it"));
	SEES(p, "The room is deleted.");
	SEES(p, "What this workbook is, and is not");
	assert_int_equal(files_at_home(), 0);
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_it_is_kept_by_whoever_hesitates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leaving_now_keeps_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_grounding_in_between_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_after_five_seconds_it_is_gone, setup, teardown),
	};

	return RUN_TESTS(tests);
}
