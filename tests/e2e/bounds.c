/* What the running program can still reach: with the bounds that it set for itself, for each
 * command that keeps something outside its home.  And that what is asked for there is done,
 * by the one hand that reaches outside. */
#include "harness/play.h"
#include "harness/test.h"

#include "cli/outside.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct box box;

static void put(const char *path, const char *words)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	(void)fputs(words, f);
	assert_int_equal(fclose(f), 0);
}

/* A folder with somebody else's things; the program stands in it. */
static int setup(void **state)
{
	(void)state;
	box_open(&box);
	assert_int_equal(mkdir(box_path(&box, "else"), 0700), 0);
	assert_int_equal(mkdir(box_path(&box, "else/empty"), 0700), 0);
	put(box_path(&box, "else/file"), "as it was\n");
	put(box_path(&box, "else/here.txt"), "as it was\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

static bool there(const char *name)
{
	struct stat st;

	return lstat(box_path(&box, name), &st) == 0;
}

static int entries(const char *name)
{
	DIR *d = opendir(box_path(&box, name));
	int n = -2;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static bool holds(const char *name, const char *words)
{
	char text[64 * 1024];
	FILE *f = fopen(box_path(&box, name), "re");
	size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f != NULL)
		(void)fclose(f);
	text[n] = '\0';
	return strstr(text, words) != NULL;
}

static void untouched(void)
{
	assert_true(holds("else/file", "as it was\n"));
	assert_true(holds("else/here.txt", "as it was\n"));
	assert_true(there("else/empty"));
	assert_int_equal(entries("else"), 3);
}

static struct ran run_here(const char *const *args, const char *probe, const char *pass)
{
	static char env[600];
	const char *const with[] = { env, NULL };
	char line[700];

	(void)snprintf(env, sizeof(env), "REMANSO_TEST_PROBE%s%s", probe != NULL ? "=" : "",
	    probe != NULL ? probe : "");
	(void)snprintf(
	    line, sizeof(line), "cd '%s' && exec \"$@\"", box_path(&box, "else"));
	return play_run(
	    &(struct play){ .box = &box, .args = args, .env = with, .shell = line },
	    str_from(""), pass);
}

/* ---- what cannot be done ---- */
/* Everything outside is refused; `allowed` may be done.  The folder is `probe`. */
static void refuses(const char *const *args, const char *probe, const char *const *allowed)
{
	struct ran r = run_here(args, probe, NULL);
	struct str rest = buf_str(&r.out), line;
	int told = 0;

	if (ran_says(&r, "no confined")) {
		ran_free(&r);
		skip(); /* this kernel, or this build */
	}
	assert_int_equal(r.status, 0);
	for (; str_line(&rest, &line); told++) {
		bool yes = str_starts(line, "yes "), may = str_is(line, "yes confined");

		for (size_t i = 0; allowed[i] != NULL; i++)
			may =
			    may || str_is(str_slice(line, yes ? 4 : 3, line.n), allowed[i]);
		if (yes != may)
			FAIL_WITH("%s %s: %.*s\n%s", args[0], args[1] ? args[1] : "",
			    STR_ARG(line), r.out.s);
	}
	assert_true(told >= 25); /* the probe came to its end */
	assert_true(ran_says(&r, "no exec"));
	ran_free(&r);
}

#define REFUSES(allowed, ...) \
	refuses( \
	    (const char *const[]){ __VA_ARGS__, NULL }, box_path(&box, "else"), (allowed))
static const char *const in_home[] = { "home-make", "home-unlink", NULL };
static const char *const in_copy[] = { "home-make", "home-unlink", "copy-make",
	"copy-unlink", NULL };
static const char *const nowhere[] = { NULL };

static void test_the_pages_cannot_write_where_they_stand(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	REFUSES(in_home, "--color", "never");
	untouched();
}

static void test_export_cannot_touch_what_lies_beside(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	REFUSES(in_home, "export", "--json", box_path(&box, "else/out.json"));
	REFUSES(in_home, "export", "--json", "out.json");
	untouched();
}

static void test_a_new_copy_is_all_that_backup_and_rescue_reach(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	REFUSES(in_copy, "backup", box_path(&box, "else/copy"));
	REFUSES(in_copy, "backup", "copy");
	REFUSES(in_copy, "rescue", box_path(&box, "else/away/from/here"));
	untouched(); /* what was made for it and stayed empty is gone again */
}

static void test_commands_that_stay_at_home(void **state)
{
	static const char *const lines[][3] = { { "room", "keys" }, { "room", "delete" },
		{ "journal", "list" }, { "journal", "add" }, { "verify" } };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		refuses(lines[i], box_path(&box, "else"), in_home);
	REFUSES(nowhere, "check");
	untouched();
}

/* The home folder is new: nothing beside it can be made or removed. */
static void test_a_new_home_gives_nothing_beside_it(void **state)
{
	(void)state;
	(void)snprintf(box.home, sizeof(box.home), "%.300s/else/new/room", box.root);
	REFUSES(in_home, "room", "new");
	REFUSES(in_home, "--color", "never");
	untouched();
}

/* ---- what is asked for is done ---- */
static void does(const char *const *args, const char *pass, int status, const char *says)
{
	struct ran r = run_here(args, NULL, pass);

	if (r.status != status || !ran_says(&r, says))
		FAIL_WITH("%s: status %d, not %d; wanted \"%s\"\n%s%s", args[2], r.status,
		    status, says, r.out.s, r.err.s);
	ran_free(&r);
}

#define DOES(pass, status, says, ...) \
	does((const char *const[]){ "--passphrase-fd", "3", __VA_ARGS__, NULL }, (pass), \
	    (status), (says))

static void test_export_makes_its_file_and_no_other(void **state)
{
	struct stat st;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	DOES("not the words", 77, "did not open a room", "export", "--json", "out.json");
	untouched(); /* no empty file is left in the way */
	DOES(PLAY_PASS, 0, "Written", "export", "--json", "out.json");
	assert_true(holds("else/out.json", "\"schema\""));
	assert_int_equal(stat(box_path(&box, "else/out.json"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	DOES(PLAY_PASS, 73, "is there already", "export", "--json", "out.json");
	DOES(PLAY_PASS, 73, "is there already", "export", "--text", "here.txt");
	assert_true(holds("else/here.txt", "as it was\n"));
	DOES(PLAY_PASS, 73, "could not be made", "export", "--text", "no/such/folder");
	assert_int_equal(symlink("/dev/null", box_path(&box, "else/link")), 0);
	DOES(PLAY_PASS, 73, "is there already", "export", "--text", "link");
	DOES(PLAY_PASS, 0, "Written", "export", "--text", box_path(&box, "else/out.txt"));
	DOES(PLAY_PASS, 0, "\"schema\"", "export", "--json", "-");
	assert_int_equal(entries("else"), 6);
}

static void test_backup_and_rescue_into_new_and_old_folders(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	DOES("not the words", 77, "did not open a room", "backup", "copy");
	DOES("not the words", 77, "", "rescue", "away/from/here");
	untouched();
	DOES(PLAY_PASS, 0, "read back", "backup", "copy");
	assert_int_equal(entries("else/copy"), 2);
	DOES(PLAY_PASS, 0, "read back", "backup", "empty");
	assert_int_equal(entries("else/empty"), 2);
	DOES(PLAY_PASS, 0, "Nothing is lost", "rescue", "away/from/here");
	assert_int_equal(entries("else/away/from/here"), 2);
	DOES(PLAY_PASS, 0, "read through", "--home", box_path(&box, "second"), "restore",
	    "copy");
	assert_int_equal(entries("second"), 2);
}

/* ---- cards for paper ---- */
static void test_a_card_is_saved_where_the_person_stands(void **state)
{
	char line[700];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	put(box_path(&box, "else/card.txt"), "another card\n");
	(void)snprintf(
	    line, sizeof(line), "cd '%s' && exec \"$@\"", box_path(&box, "else"));
	struct pty *p = play_start(&(struct play){ .box = &box, .shell = line });
	assert_true(play_unlock(p, PLAY_PASS));
	KEYS(p, "1");
	assert_true(pty_settle(p));
	assert_true(play_choose(p, "Comfort kit"));
	pty_type(p, "the blue blanket");
	KEYS(p, "Enter");
	assert_true(pty_settle(p));
	assert_true(play_choose(p, "As a card for paper"));
	assert_true(play_choose(p, "Save it as a text file"));
	SEES(p, "2-card.txt");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	assert_true(holds("else/2-card.txt", "the blue blanket"));
	assert_true(holds("else/card.txt", "another card\n"));
	assert_int_equal(entries("else"), 5);
}

static bool refused(struct outside *o, const char *name)
{
	struct err e = { 0 };

	return !outside_write(o, name, STR("words"), &e) && e.code == ERR_CREATE;
}

/* Whatever is asked of it: only new text files, only here. */
static void test_the_hand_makes_cards_and_nothing_else(void **state)
{
	static const char *const names[] = { "../x.txt", "/tmp/x.txt", "empty/x.txt",
		".x.txt", "x", "x.sh", ".txt", "here.txt", "a\nb.txt", "", "..", "empty" };
	struct outside o;
	struct err e = { 0 };
	char was[1024];

	(void)state;
	assert_non_null(getcwd(was, sizeof(was)));
	assert_int_equal(chdir(box_path(&box, "else")), 0);
	assert_int_equal(symlink("../tmp/x", "link.txt"), 0);
	outside_start(&o, &(struct outside_may){ .here = true });
	assert_true(o.pid > 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!refused(&o, names[i]))
			FAIL_WITH("%s was not refused", names[i]);
	assert_true(refused(&o, "link.txt"));
	assert_true(refused(&o, NULL)); /* no file was named */
	assert_true(outside_write(&o, "tarjeta para hoy.txt", STR("words"), &e));
	assert_true(outside_write(&o, "2-card.txt", STR(""), &e));
	outside_end(&o);
	assert_int_equal(chdir(was), 0);
	assert_true(holds("else/tarjeta para hoy.txt", "words"));
	assert_int_equal(entries("else"), 6);
	assert_int_equal(entries("tmp"), 0);
}

static void test_the_hand_makes_the_one_file_that_was_named(void **state)
{
	const char *file = box_path(&box, "else/one");
	struct outside o;
	struct err e = { 0 };

	(void)state;
	outside_start(&o, &(struct outside_may){ .file = file });
	assert_true(refused(&o, "card.txt"));
	assert_true(outside_write(&o, NULL, STR("words"), &e));
	assert_true(refused(&o, NULL)); /* it is there now */
	assert_true(holds("else/one", "words"));
	outside_end(&o);
	assert_false(
	    outside_write(&o, NULL, STR("x"), &e)); /* nobody there: told, not hung */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_pages_cannot_write_where_they_stand, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_export_cannot_touch_what_lies_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_new_copy_is_all_that_backup_and_rescue_reach, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_commands_that_stay_at_home, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_new_home_gives_nothing_beside_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_export_makes_its_file_and_no_other, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_backup_and_rescue_into_new_and_old_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_card_is_saved_where_the_person_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_hand_makes_cards_and_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_hand_makes_the_one_file_that_was_named, setup, teardown),
	};

	return RUN_TESTS(tests);
}
