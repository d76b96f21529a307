/* Line mode, the demo without a terminal, and what the command line says by its exit status. */
#include "harness/play.h"
#include "harness/test.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool blank_of_escapes(const struct ran *r)
{
	return memchr(r->out.s, '\033', r->out.n) == NULL &&
	       memchr(r->err.s, '\033', r->err.n) == NULL;
}

static void test_the_demo_walks_all_five_steps(void **state)
{
	static const char *const names[2][5] = {
		{ "Safe environment", "Barriers", "Communication", "Connection skills",
		    "Progress" },
		{ "Entorno seguro", "Barreras", "Comunicación", "Habilidades de conexión",
		    "Progreso" },
	};
	const char *demo[] = { "demo", NULL };

	(void)state;
	for (int es = 0; es < 2; es++) {
		struct ran r = play_run(
		    &(struct play){ .box = &box, .lang = es ? "es" : "en", .args = demo },
		    STR(""), NULL);

		if (r.status != 0)
			FAIL_WITH("status %d\n%s%s", r.status, r.out.s, r.err.s);
		for (int i = 0; i < 5; i++)
			if (!ran_says(&r, names[es][i]))
				FAIL_WITH("step %d is missing:\n%s", i + 1, r.out.s);
		assert_true(ran_says(&r, es ? "EJEMPLO" : "EXAMPLE"));
		assert_true(blank_of_escapes(&r));
		assert_true(r.out.n > 4000);
		ran_free(&r);
	}
	assert_int_not_equal(access(box.home, F_OK), 0); /* nothing on the disk */
}

static void test_pages_without_a_room(void **state)
{
	static const char *const commands[] = { "ground", "lines" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		const char *args[] = { commands[i], NULL };
		struct ran r =
		    play_run(&(struct play){ .box = &box, .args = args }, STR(""), NULL);

		if (r.status != 0 || r.out.n < 200)
			FAIL_WITH(
			    "%s: status %d\n%s%s", commands[i], r.status, r.out.s, r.err.s);
		assert_true(blank_of_escapes(&r));
		ran_free(&r);
	}
	assert_int_not_equal(access(box.home, F_OK), 0);
}

static void test_writing_and_finding_through_pipes(void **state)
{
	const char *plain[] = { "--plain", "--passphrase-fd", "3", NULL };
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	r = play_run(&(struct play){ .box = &box, .args = plain }, STR("1\nback\nleave\n"),
	    PLAY_PASS);
	if (r.status != 0)
		FAIL_WITH("status %d\n%s%s", r.status, r.out.s, r.err.s);
	assert_true(blank_of_escapes(&r));
	assert_true(ran_says(&r, "urgent"));
	ran_free(&r);
	/* the end of the input is leaving, too */
	r = play_run(&(struct play){ .box = &box, .args = plain }, STR(""), PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
}

static void test_exit_statuses(void **state)
{
	static const struct {
		const char *args[8];
		const char *pass, *input;
		int status;
	} cases[] = {
		{ { "--version" }, NULL, "", 0 },
		{ { "--help" }, NULL, "", 0 },
		{ { "check" }, NULL, "", 0 },
		{ { "doctor" }, NULL, "", 0 },
		{ { "--no-such-option" }, NULL, "", 64 },
		{ { "dmeo" }, NULL, "", 64 },
		{ { "--lang", "xx", "demo" }, NULL, "", 64 },
		{ { "check", "/nonexistent" }, NULL, "", -1 },
		{ { NULL }, NULL, "", 69 }, /* no terminal, no line mode asked for */
		{ { "--passphrase-fd", "3", "journal", "list" }, PLAY_PASS, "", 0 },
		{ { "--passphrase-fd", "3", "journal", "list" }, "not the words", "", 77 },
		{ { "--passphrase-fd", "3", "export", "--json", "-" }, "wrong words", "",
		    77 },
		{ { "--passphrase-fd", "3", "verify" }, PLAY_PASS, "", 0 },
		{ { "--passphrase-fd", "3", "verify" }, "wrong words", "", 77 },
		{ { "--passphrase-fd", "3", "journal", "add" }, PLAY_PASS, "", 64 },
		{ { "--passphrase-fd", "3", "journal", "add" }, PLAY_PASS, "hello\n", 0 },
		{ { "--passphrase-fd", "3", "journal", "search", "HÉLLO" }, PLAY_PASS, "",
		    0 },
	};

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ran r =
		    play_run(&(struct play){ .box = &box, .args = cases[i].args },
			str_from(cases[i].input), cases[i].pass);

		if (cases[i].status >= 0 ? r.status != cases[i].status : r.status == 0)
			FAIL_WITH("case %zu (%s ...): status %d, not %d\n%s%s", i,
			    cases[i].args[0] ? cases[i].args[0] : "nothing", r.status,
			    cases[i].status, r.out.s, r.err.s);
		if (r.status != 0 && r.err.n == 0)
			FAIL_WITH("case %zu says nothing", i);
		ran_free(&r);
	}
}

static void test_bad_content_exits_65_and_names_the_line(void **state)
{
	const char *folder = box_path(&box, "pack");
	const char *check[] = { "check", folder, NULL };
	struct ran r;

	(void)state;
	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(mkdir(box_path(&box, "pack/en"), 0755), 0);
	assert_true(golden_write(box_path(&box, "pack/en/mine.page"),
	    STR("@page mine\ntitel: Mine\nstep: 1\n")));
	r = play_run(&(struct play){ .box = &box, .args = check }, STR(""), NULL);
	assert_int_equal(r.status, 65);
	if (!ran_says(&r, "mine.page:2: ") || !ran_says(&r, "title"))
		FAIL_WITH("no line, or no suggestion:\n%s%s", r.out.s, r.err.s);
	ran_free(&r);
}

static void test_an_export_is_for_its_owner_only_and_overwrites_nothing(void **state)
{
	const char *file = box_path(&box, "mine.json");
	const char *args[] = { "--passphrase-fd", "3", "export", "--json", "--yes", file,
		NULL };
	struct stat st;
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	r = play_run(&(struct play){ .box = &box, .args = args }, STR(""), PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	r = play_run(&(struct play){ .box = &box, .args = args }, STR(""), PLAY_PASS);
	assert_int_equal(r.status, 73);
	ran_free(&r);
}

static void test_backup_and_restore(void **state)
{
	const char *to = box_path(&box, "copy");
	const char *add[] = { "--passphrase-fd", "3", "journal", "add", NULL };
	const char *backup[] = { "--passphrase-fd", "3", "backup", to, NULL };
	const char *restore[] = { "restore", to, NULL };
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	r = play_run(
	    &(struct play){ .box = &box, .args = add }, STR("the blue door\n"), PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	(void)mkdir(to, 0700);
	r = play_run(&(struct play){ .box = &box, .args = backup }, STR(""), PLAY_PASS);
	if (r.status != 0)
		FAIL_WITH("backup: %d %s%s", r.status, r.out.s, r.err.s);
	ran_free(&r);
	NO_LEAK(to, "the blue door");
	assert_int_equal(rename(box.home, box_path(&box, "gone")), 0);
	r = play_run(&(struct play){ .box = &box, .args = restore }, STR(""), NULL);
	if (r.status != 0)
		FAIL_WITH("restore: %d %s%s", r.status, r.out.s, r.err.s);
	ran_free(&r);
	r = play_export(&box);
	assert_true(ran_says(&r, "the blue door"));
	ran_free(&r);
}

static void test_a_home_that_others_can_change_is_refused(void **state)
{
	const char *list[] = { "--passphrase-fd", "3", "journal", "list", NULL };
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	assert_int_equal(chmod(box.home, 0777), 0);
	r = play_run(&(struct play){ .box = &box, .args = list }, STR(""), PLAY_PASS);
	assert_int_equal(r.status, 77);
	ran_free(&r);
}

static void test_nothing_private_in_arguments_or_environment(void **state)
{
	struct pty *p = play_at_home(&box);
	char path[64];
	struct buf b = { 0 };

	(void)state;
	assert_non_null(p);
	(void)snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pty_pid(p));
	assert_true(golden_read(path, &b));
	(void)snprintf(path, sizeof path, "/proc/%d/environ", (int)pty_pid(p));
	assert_true(golden_read(path, &b));
	assert_false(leak_in(buf_str(&b), "sparrow", NULL));
	buf_free(&b);
	pty_close(p);
}

/* ---- on a terminal ---- */

#define MARKER "sosiego"
static const char *const plain_args[] = { "--plain", NULL };
static const char *const terms[] = { "TERM=xterm-256color", "TERM=vt100", "TERM=dumb" };

static struct pty *lines_start(const char *term)
{
	const char *env[] = { term, NULL };

	return play_start(
	    &(struct play){ .box = &box, .args = plain_args, .env = env, .rows = 60 });
}

static void lines_unlock(struct pty *p)
{
	SEES(p, "Passphrase");
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "urgent");
	assert_true(pty_settle(p));
}

/* Type the number that stands before these words. */
static void lines_choose(struct pty *p, const char *words)
{
	struct str rows, row;
	char number[8] = "";

	SEES(p, words);
	assert_true(pty_settle(p));
	rows = str_from(pty_text(p));
	while (str_line(&rows, &row)) {
		size_t at = 0;

		while (at < row.n && row.s[at] >= '0' && row.s[at] <= '9')
			at++;
		if (at > 0 && at < 4 && memmem(row.s, row.n, words, strlen(words)) != NULL)
			(void)snprintf(number, sizeof number, "%.*s", (int)at, row.s);
	}
	pty_type(p, number);
	KEYS(p, "Enter");
}

/* The first line of a page of the journal, begun. */
static void lines_write(struct pty *p, const char *words)
{
	lines_choose(p, "Write in the journal");
	lines_choose(p, "Write a new entry");
	SEES(p, "Enter for 1");
	KEYS(p, "Enter");
	SEES(p, "Ctrl-X leaves at once");
	pty_type(p, words);
	SEES(p, words);
	assert_true(pty_settle(p));
}

static void lines_leave(struct pty *p, const char *term)
{
	bool dumb = strcmp(term, "TERM=dumb") == 0;
	struct buf why = { 0 };

	if (play_leave(p) < 0)
		FAIL_WITH("%s: still there:\n%s", term, pty_text(p));
	EXITS(p, 0);
	if (!dumb && !play_neutral(p, &why))
		FAIL_WITH("%s: %s", term, why.s);
	if (dumb)
		assert_null(memchr(pty_raw(p).s, '\033', pty_raw(p).n));
	buf_free(&why);
	pty_close(p);
}

static void test_ctrl_x_leaves_from_every_prompt(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct pty *p = lines_start(terms[i]);
		struct ran r;

		SEES(p, "Passphrase");
		if (i == 2)
			SEES(p, "cannot be cleared");
		assert_true(pty_settle(p));
		pty_type(p, "lantern");
		lines_leave(p, terms[i]);

		p = lines_start(terms[i]);
		lines_unlock(p);
		pty_type(p, "1");
		lines_leave(p, terms[i]);

		p = lines_start(terms[i]);
		lines_unlock(p);
		lines_write(p, "half a thought of " MARKER);
		lines_leave(p, terms[i]);
		r = play_export(&box);
		assert_true(ran_says(&r, "half a thought of " MARKER));
		ran_free(&r);
		NO_LEAK(box.root, MARKER);
	}
	/* and it is there when one comes back */
	struct pty *p = lines_start(terms[0]);
	lines_unlock(p);
	lines_choose(p, "Write in the journal");
	SEES(p, "half a thought of " MARKER);
	lines_leave(p, terms[0]);
}

static void test_ctrl_g_in_a_field_and_back(void **state)
{
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p = lines_start(terms[0]);
	SEES(p, "Passphrase");
	assert_true(pty_settle(p));
	pty_type(p, "lan");
	KEYS(p, "C-g"); /* also where nothing is open yet */
	SEES(p, "Look around");
	pty_type(p, "back");
	KEYS(p, "Enter");
	lines_unlock(p);
	lines_write(p, "half a th");
	KEYS(p, "C-g");
	SEES(p, "Look around");
	assert_true(pty_settle(p));
	assert_false(pty_sees(p, "\\^G"));
	pty_type(p, "back");
	KEYS(p, "Enter");
	SEES(p, "The last line goes on");
	pty_type(p, "ought of " MARKER);
	KEYS(p, "Enter . Enter");
	SEES(p, "half a thought of " MARKER);
	lines_leave(p, terms[0]);
	r = play_export(&box);
	assert_true(ran_says(&r, "half a thought of " MARKER));
	ran_free(&r);
}

/* A shell around the program says its status, and how it found the terminal afterwards. */
static void test_signals_seal_clear_and_give_the_terminal_back(void **state)
{
	static const struct {
		int sig, times;
		const char *says;
	} ends[] = { { SIGTERM, 1, "status 143" }, { SIGHUP, 1, "status 129" },
		{ SIGINT, 2, "status 130" } };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (size_t i = 0; i < 2 * ARRAY_LEN(ends); i++) {
		bool secret = i >= ARRAY_LEN(ends); /* the echo is off */
		size_t at = i % ARRAY_LEN(ends);
		struct pty *p = play_start(&(struct play){ .box = &box,
		    .args = plain_args,
		    .rows = 60,
		    .shell =
			"trap : TERM HUP INT; \"$@\"; echo status $?; stty -a; echo end" });

		SEES(p, "Passphrase");
		if (!secret) {
			lines_unlock(p);
			lines_write(p, "words of " MARKER);
		}
		assert_true(pty_settle(p));
		for (int k = 0; k < ends[at].times; k++) {
			pty_signal(p, ends[at].sig);
			if (k + 1 < ends[at].times)
				SEES(p, "once more leaves");
		}
		SEES(p, "^end");
		SEES(p, ends[at].says);
		SEES(p, " echo ");
		SEES(p, " eol = <undef>");
		assert_false(pty_sees(p, MARKER));
		assert_null(strstr(pty_scrollback(p), MARKER));
		assert_true(pty_exited(p, NULL));
		pty_close(p);
		if (!secret) {
			struct ran r = play_export(&box);

			assert_true(ran_says(&r, "words of " MARKER));
			ran_free(&r);
		}
	}
}

/* The release program, whose key derivation takes half a second. */
static void test_ctrl_x_while_the_passphrase_is_checked(void **state)
{
	char release[600];
	double quickest = 10000;

	(void)state;
	(void)snprintf(release, sizeof release, "%.500s/build/remanso", repo_path());
	if (access(release, X_OK) != 0)
		skip();
	setenv("REMANSO_BIN", release, 1);
	assert_true(play_room(&box, PLAY_PASS));
	for (int i = 0; i < 5; i++) {
		struct pty *p = lines_start(terms[0]);
		double ms;

		SEES(p, "Passphrase");
		assert_true(pty_settle(p));
		pty_type(p, PLAY_PASS);
		KEYS(p, "Enter");
		for (int k = 0; k < 5; k++)
			(void)pty_pump(p, 10);
		assert_false(pty_sees(p, "urgent"));
		ms = play_leave(p);
		quickest = ms >= 0 && ms < quickest ? ms : quickest;
		EXITS(p, 0);
		pty_close(p);
	}
	if (quickest >= 100)
		FAIL_WITH("the quickest blank screen took %.0f ms", quickest);
}

static int teardown_release(void **state)
{
	(void)unsetenv("REMANSO_BIN");
	return teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_demo_walks_all_five_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_without_a_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_writing_and_finding_through_pipes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exit_statuses, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_bad_content_exits_65_and_names_the_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_an_export_is_for_its_owner_only_and_overwrites_nothing, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_backup_and_restore, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_home_that_others_can_change_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_private_in_arguments_or_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_ctrl_x_leaves_from_every_prompt, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_ctrl_g_in_a_field_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_signals_seal_clear_and_give_the_terminal_back, setup, teardown),
		/* last: it runs another program */
		cmocka_unit_test_setup_teardown(
		    test_ctrl_x_while_the_passphrase_is_checked, setup, teardown_release),
	};

	return RUN_TESTS(tests);
}
