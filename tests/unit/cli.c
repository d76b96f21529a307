/* The commands, run as a person or a script runs them: exit statuses, what goes to which
 * stream, and that nothing private is left lying about. */
#include "harness/play.h"
#include "harness/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "quetzalcoatl"

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

/* Words cut at blanks; the passphrase on descriptor 3. */
static struct ran cmd_in(
    const char *lang, const char *line, const char *input, const char *pass)
{
	static char words[2048];
	static const char *args[20];
	size_t n = 0;

	if (pass != NULL) {
		args[n++] = "--passphrase-fd";
		args[n++] = "3";
	}
	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok(words, " "); w != NULL && n < 19; w = strtok(NULL, " "))
		args[n++] = w;
	args[n] = NULL;
	return play_run(&(struct play){ .box = &box, .lang = lang, .args = args },
	    str_from(input), pass);
}

/* The same, with a status that must come out and words that must be said. */
static void expect_in(const char *lang, const char *line, const char *input,
    const char *pass, int status, const char *says)
{
	struct ran r = cmd_in(lang, line, input, pass);

	if (r.status != status || (says != NULL && !ran_says(&r, says)))
		fail_msg("%s: status %d, not %d; wanted \"%s\"\n%.*s%.*s", line, r.status,
		    status, says != NULL ? says : "", STR_ARG(buf_str(&r.out)),
		    STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void expect(
    const char *line, const char *input, const char *pass, int status, const char *says)
{
	expect_in("en", line, input, pass, status, says);
}

static void is_json(struct str text)
{
	const char *const argv[] = { "python3", "-m", "json.tool", NULL };
	struct ran r = run_command(&(struct run_options){ .argv = argv, .input = text });

	if (r.status != 0)
		fail_msg("not JSON: %.*s\n%.*s", STR_ARG(text), STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void expect_json(const char *line, const char *pass, int status)
{
	struct ran r = cmd_in("en", line, "", pass);

	if (r.status != status || !ran_says(&r, "\"schema\""))
		fail_msg("%s: status %d\n%.*s", line, r.status, STR_ARG(buf_str(&r.err)));
	is_json(buf_str(&r.out));
	ran_free(&r);
}

static void test_help_in_both_languages(void **state)
{
	(void)state;
	expect("--help", "", NULL, 0, "Make a room, locked by a passphrase");
	expect_in("es", "--help", "", NULL, 0, "cerrado con una frase secreta");
	expect_in("es", "help export", "", NULL, 0, "Escribir una copia");
	expect("help room", "", NULL, 0, "room recovery");
	expect("--version", "", NULL, 0, "remanso ");
	expect_in("es", "epxort", "", NULL, 64, "¿Querías decir 'export'?");
	expect("epxort", "", NULL, 64, "Did you mean 'export'?");
	expect_in("xx", "doctor", "", NULL, 64, "does not have that language");
}

static void test_journal(void **state)
{
	(void)state;
	expect("journal list", "", PLAY_PASS, 66, "room new");
	expect("room new", "", PLAY_PASS, 0, "The room is made");
	expect("room new", "", PLAY_PASS, 77, NULL); /* one passphrase, one room */
	expect("journal add", "Sentí pánico, y pasó. " MARK "\nSecond line\n", PLAY_PASS, 0,
	    "Kept");
	expect("journal add", "A quiet day.", PLAY_PASS, 0, NULL);
	expect("journal list", "", PLAY_PASS, 0,
	    "\tSentí pánico, y pasó. " MARK " Second line\n");
	expect("journal search PANICO", "", PLAY_PASS, 0, MARK);
	expect("journal search -", "panico\n", PLAY_PASS, 0, MARK);
	struct ran r = cmd_in("en", "journal search quiet", "", PLAY_PASS);
	assert_int_equal(r.status, 0);
	assert_false(ran_says(&r, MARK));
	ran_free(&r);
	r = cmd_in("en", "journal list --limit 1", "", PLAY_PASS);
	assert_true(ran_says(&r, "A quiet day."));
	assert_false(ran_says(&r, MARK));
	ran_free(&r);
	expect_json("journal list --json", PLAY_PASS, 0);
	expect_json("journal search none --json", PLAY_PASS, 0);
	NO_LEAK(box.root, MARK);
	NO_LEAK(box.root, PLAY_PASS);
}

static void test_journal_refuses(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", "", PLAY_PASS, 64, "no words");
	expect("journal add", " \n\t\n", PLAY_PASS, 64, "no words");
	expect(
	    "journal add " MARK, "", PLAY_PASS, 64, "does not belong on the command line");
	expect("journal add", "caf\xe9", PLAY_PASS, 65, "not UTF-8");
	expect("--passphrase-fd 0 journal add", "x", NULL, 64, "another descriptor");
	expect("--passphrase-fd 9 journal list", "", NULL, 64, "is not open");
	expect("journal list", "", NULL, 69, "--passphrase-fd");
	expect("journal list", "", "not this one at all", 77, NULL);
	expect_in("es", "journal list", "", "not this one at all", 77, "no abrió");
	expect("", "", NULL, 69, "--plain");
	expect("--plain", "", "not this one at all", 77, NULL);
}

static void test_export(void **state)
{
	char line[700];
	struct stat st;
	struct buf text = { 0 };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", MARK " señal", PLAY_PASS, 0, NULL);
	(void)snprintf(line, sizeof(line), "export --json %s", box_path(&box, "out.json"));
	expect(line, "", PLAY_PASS, 0, "not locked");
	assert_int_equal(stat(box_path(&box, "out.json"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(golden_read(box_path(&box, "out.json"), &text));
	assert_non_null(memmem(text.s, text.n, MARK " señal", strlen(MARK " señal")));
	is_json(buf_str(&text));
	buf_free(&text);
	expect(line, "", PLAY_PASS, 73, "Choose another name");
	(void)snprintf(line, sizeof(line), "export --text %s", box_path(&box, "out.json"));
	expect(line, "", PLAY_PASS, 73, NULL);
	(void)snprintf(line, sizeof(line), "export --text %s", box_path(&box, "no/such/f"));
	expect(line, "", PLAY_PASS, 73, NULL);
	expect("export --text --yes -", "", PLAY_PASS, 0, MARK);
	expect("export x", "", PLAY_PASS, 64, "--json");
	expect("export --json --text x", "", PLAY_PASS, 64, "--json");
}

static void test_passphrase_and_recovery(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", MARK, PLAY_PASS, 0, NULL);
	/* Both on one descriptor, line by line. */
	expect("--new-passphrase-fd 3 room passphrase", "",
	    PLAY_PASS "\nsome other words here\n", 0, "is changed");
	expect("journal list", "", PLAY_PASS, 77, NULL);
	expect("journal list", "", "some other words here", 0, MARK);
	struct ran r = cmd_in("en", "room recovery", "", "some other words here");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.out.n, 34 + 8 + 1); /* groups of four, parted by dashes */
	assert_true(ran_says(&r, "only now"));
	ran_free(&r);
}

static void test_backup_and_restore(void **state)
{
	char line[700];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", MARK, PLAY_PASS, 0, NULL);
	assert_int_equal(mkdir(box_path(&box, "copy"), 0700), 0);
	(void)snprintf(line, sizeof(line), "backup %s", box_path(&box, "copy"));
	expect(line, "", PLAY_PASS, 0, "read back");
	NO_LEAK(box_path(&box, "copy"), MARK);
	(void)snprintf(line, sizeof(line), "--home %s restore %s", box_path(&box, "other"),
	    box_path(&box, "copy"));
	expect(line, "", NULL, 0, NULL);
	(void)snprintf(
	    line, sizeof(line), "--home %s journal list", box_path(&box, "other"));
	expect(line, "", PLAY_PASS, 0, MARK);
	expect("verify", "", PLAY_PASS, 0, "Pages read");
	expect_json("verify --json", PLAY_PASS, 0);
}

static void test_what_a_restore_set_aside_comes_back(void **state)
{
	char line[700];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("restore", "", PLAY_PASS, 64, "Something is missing");
	expect("restore --kept", "", PLAY_PASS, 66, "Nothing was set aside");
	(void)snprintf(line, sizeof(line), "backup %s", box_path(&box, "kept"));
	expect(line, "", PLAY_PASS, 0, "read back");
	expect("journal add", MARK, PLAY_PASS, 0, NULL);
	(void)snprintf(line, sizeof(line), "restore %s", box_path(&box, "kept"));
	expect(line, "", "some other words here", 77, "left as it is");
	expect(line, "", PLAY_PASS, 0, "lost nothing");
	expect("restore --kept one", "", PLAY_PASS, 64, "a number from its list");
	expect("restore --kept 2", "", PLAY_PASS, 66, "under that number");
	expect("restore --kept", "", PLAY_PASS, 0, "read through");
	expect("journal list", "", PLAY_PASS, 0, MARK);
	expect("journal add", MARK, PLAY_PASS, 0, NULL);
	expect(line, "", PLAY_PASS, 0, NULL); /* it is set aside already: brought anew */
	expect("restore --kept", "", PLAY_PASS, 64, "Add its number");
}

static void test_second_process(void **state)
{
	static const char *argv[12];
	size_t n = 0;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	argv[n++] = program_path();
	argv[n++] = "--home";
	argv[n++] = box.home;
	argv[n++] = "--lang";
	argv[n++] = "en";
	argv[n++] = "--plain";
	argv[n++] = "--passphrase-fd";
	argv[n++] = "3";
	/* Descriptor 3 must not be free here, or the harness's own pipe takes it and is
	 * closed with the others. */
	int taken = open("/dev/null", O_RDONLY);
	struct pty *p = pty_start(&(struct pty_options){ .argv = argv, .pass = PLAY_PASS });
	(void)close(taken);
	SEES(p, "A number from");
	expect("journal list", "", PLAY_PASS, 75, "another window");
	expect("doctor", "", NULL, 0, NULL);
	pty_type(p, "leave");
	KEYS(p, "Enter");
	EXITS(p, 0);
	pty_close(p);
	expect("journal list", "", PLAY_PASS, 0, NULL);
}

/* On a terminal the passphrase is asked for, twice when it is new, and never shown. */
static void test_prompts(void **state)
{
	static const char *const make[] = { "room", "new", NULL };
	static const char *const list[] = { "journal", "list", NULL };
	struct pty *p = play_start(&(struct play){ .box = &box, .args = make });

	(void)state;
	SEES(p, "New passphrase:");
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "The same once more:");
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "The room is made");
	EXITS(p, 0);
	assert_null(strstr(pty_text(p), "lantern"));
	pty_close(p);

	p = play_start(&(struct play){ .box = &box, .args = list, .lang = "es" });
	SEES(p, "Frase secreta:");
	KEYS(p, "C-c");
	int status = 0;
	assert_true(pty_exited(p, &status));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	pty_close(p);

	p = play_start(&(struct play){ .box = &box, .args = make });
	SEES(p, "New passphrase:");
	pty_type(p, "one thing and then");
	KEYS(p, "Enter");
	SEES(p, "The same once more:");
	pty_type(p, "another");
	KEYS(p, "Enter");
	SEES(p, "not the same");
	EXITS(p, 64);
	pty_close(p);
}

static void test_check(void **state)
{
	const char *const copy[] = { "cp", "-r", data_path(), box_path(&box, "data"),
		NULL };
	struct ran r = run_command(&(struct run_options){ .argv = copy });
	char line[700];

	(void)state;
	assert_int_equal(r.status, 0);
	ran_free(&r);
	(void)snprintf(line, sizeof(line), "check %s", box_path(&box, "data"));
	r = cmd_in("en", line, "", NULL);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.out.n, 0);
	assert_true(ran_says(&r, "; --warnings shows"));
	ran_free(&r);
	(void)snprintf(line, sizeof(line), "check --warnings %s", box_path(&box, "data"));
	expect(line, "", NULL, 0, "warning: this help line was checked");
	(void)snprintf(line, sizeof(line), "check %s", box_path(&box, "data"));
	FILE *f = fopen(box_path(&box, "data/en/limits.page"), "a");
	assert_non_null(f);
	assert_true(fputs("\n@page broken\nstpe: 1\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	expect(line, "", NULL, 65, "'stpe:' is not a key. Did you mean 'step'");
	expect(line, "", NULL, 65, "en/limits.page:");
	expect_in("es", line, "", NULL, 65, "no es una clave");
	(void)snprintf(line, sizeof(line), "check --json %s", box_path(&box, "data"));
	expect_json(line, NULL, 65);
	(void)snprintf(line, sizeof(line), "check %s", box_path(&box, "nowhere"));
	r = cmd_in("en", line, "", NULL);
	assert_true(r.status == 65 || r.status == 66);
	ran_free(&r);
}

static void test_doctor(void **state)
{
	(void)state;
	expect("doctor", "", NULL, 0, "Home folder");
	expect_json("doctor --json", NULL, 0);
	assert_true(play_room(&box, PLAY_PASS));
	assert_int_equal(chmod(box.home, 0755), 0);
	expect("doctor", "", NULL, 0, "chmod 700");
}

static void rights_are(const char *path, mode_t want)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, want);
}

/* A folder made by hand becomes ours alone when a room is made in it; one that others can
 * change, or look into where there is a room, is refused before anything is asked or shown, on
 * the first start too, and stays as it is. */
static void test_home_folder(void **state)
{
	static const char *const list[] = { "journal", "list", NULL };
	struct pty *p;

	(void)state;
	assert_int_equal(mkdir(box.home, 0700), 0);
	assert_int_equal(chmod(box.home, 0775), 0);
	expect("--plain", "", NULL, 77, "chmod 700");
	expect("room new", "", PLAY_PASS, 77, "chmod 700");
	expect_in("es", "--plain", "", NULL, 77, "chmod 700");
	p = play_start(&(struct play){ .box = &box });
	SEES(p, "chmod 700");
	EXITS(p, 77);
	pty_close(p);
	rights_are(box.home, 0775);
	assert_int_equal(chmod(box.home, 0755), 0);
	expect("verify", "", PLAY_PASS, 66, "no room here yet");
	rights_are(box.home, 0755);
	expect("room new", "", PLAY_PASS, 0, "The room is made");
	rights_are(box.home, 0700);
	assert_int_equal(chmod(box.home, 0755), 0);
	expect("journal add", MARK, PLAY_PASS, 77, "chmod 700");
	expect_in("es", "journal add", MARK, PLAY_PASS, 77, "chmod 700");
	rights_are(box.home, 0755);
	assert_int_equal(chmod(box.home, 0770), 0);
	p = play_start(&(struct play){ .box = &box, .args = list });
	SEES(p, "chmod 700");
	EXITS(p, 77);
	pty_close(p);
	assert_int_equal(chmod(box.home, 0700), 0);
	assert_int_equal(rename(box.home, box_path(&box, "real")), 0);
	assert_int_equal(symlink(box_path(&box, "real"), box.home), 0);
	expect("journal list", "", PLAY_PASS, 77, "is a link");
}

/* Content with mistakes is shown, and they are counted; of what cannot be shown at all,
 * nothing is. */
static void test_broken_content(void **state)
{
	static const char *const commands[] = { "demo", "ground", "lines",
		"--plain lines" };
	const char *const copy[] = { "cp", "-r", data_path(), box_path(&box, "data"),
		NULL };
	struct ran r = run_command(&(struct run_options){ .argv = copy });
	char line[900];

	(void)state;
	assert_int_equal(r.status, 0);
	ran_free(&r);
	FILE *f = fopen(box_path(&box, "data/en/limits.page"), "a");
	assert_non_null(f);
	assert_true(fputs("\n@faq broken\ntitle: A\nopens: nowhere\n\nSo.\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		(void)snprintf(line, sizeof(line), "--data %s %s", box_path(&box, "data"),
		    commands[i]);
		expect(line, "", NULL, 0, "2 mistakes in the content; 'remanso check ");
		expect_in("es", line, "", NULL, 0, "2 errores en el contenido");
	}
	(void)snprintf(line, sizeof(line), "--data %s ground", box_path(&box, "none"));
	expect(line, "", NULL, 66, NULL);
	assert_int_equal(mkdir(box_path(&box, "none"), 0700), 0);
	expect(line, "", NULL, 65, "There are no pages in");
	assert_int_equal(mkdir(box_path(&box, "none/en"), 0700), 0);
	f = fopen(box_path(&box, "none/en/x.page"), "w");
	assert_non_null(f);
	assert_true(fputs("just words\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
	expect(line, "", NULL, 65, "can be shown");
}

/* The journal and the export speak of an entry in the same words. */
static void test_one_form_of_json(void **state)
{
	static const char *const both[] = { "journal list --json", "export --json -" };
	static const char *const argv[] = { "python3", "-c",
		"import json,sys\n"
		"e=json.load(sys.stdin)['entries'][0]\n"
		"print(*(e[k] for k in ('id','kind','lang','created','changed','text')))",
		NULL };
	struct buf first = { 0 };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", MARK, PLAY_PASS, 0, NULL);
	for (size_t i = 0; i < ARRAY_LEN(both); i++) {
		struct ran r = cmd_in("en", both[i], "", PLAY_PASS);
		struct ran said = run_command(
		    &(struct run_options){ .argv = argv, .input = buf_str(&r.out) });
		assert_int_equal(said.status, 0);
		assert_true(ran_says(&said, "+00:00 "));
		if (i == 0)
			buf_add(&first, buf_str(&said.out));
		else if (!str_eq(buf_str(&first), buf_str(&said.out)))
			fail_msg("%.*s%.*s", STR_ARG(buf_str(&first)),
			    STR_ARG(buf_str(&said.out)));
		ran_free(&said);
		ran_free(&r);
	}
	buf_free(&first);
}

/* Where words are cut, it shows. */
static void test_list_of_long_entries(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add",
	    "A morning with much in it,  and more\n\nthan goes on one row here", PLAY_PASS,
	    0, NULL);
	expect("journal list", "", PLAY_PASS, 0,
	    "\tA morning with much in it, and more than goes on one row…\n");
}

/* Without a terminal the demonstration walks through everything by itself. */
static void test_tour(void **state)
{
	static const char *const says[][2] = {
		{ "A safer place to begin", "Un lugar" },
		{ "A table with 5 rows", "Una tabla con 5 filas" },
		{ "A table with 4 rows", "Una tabla con 4 filas" },
		{ "Step 5", "Paso 5" },
		{ "tired, and a little hopeful", "con cansancio" },
		{ "EXAMPLE", "EJEMPLO" },
	};

	(void)state;
	for (int es = 0; es < 2; es++) {
		struct ran r = cmd_in(es ? "es" : "en", "demo", "", NULL);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.err.n, 0);
		for (size_t i = 0; i < ARRAY_LEN(says); i++)
			if (!ran_says(&r, says[i][es]))
				fail_msg("the tour does not say %s", says[i][es]);
		for (int step = 1; step <= 5; step++) {
			char place[32];
			(void)snprintf(
			    place, sizeof(place), es ? "Paso %d, " : "Step %d, ", step);
			if (!ran_says(&r, place))
				fail_msg("the tour does not reach %s", place);
		}
		ran_free(&r);
	}
	struct stat st;
	assert_int_not_equal(stat(box.home, &st), 0); /* nothing was made */
}

static void test_ground_and_lines_need_nothing(void **state)
{
	struct stat st;

	(void)state;
	expect("lines", "", NULL, 0, "988");
	expect_in("es", "lines", "", NULL, 0, "988");
	expect("ground", "", NULL, 0, NULL);
	assert_int_not_equal(stat(box.home, &st), 0);
}

/* In a locale that is not UTF-8 nothing but ASCII is printed, and nothing is lost. */
static void test_ascii(void **state)
{
	static const char *const args[] = { "--passphrase-fd", "3", "journal", "list",
		NULL };
	static const char *const demo[] = { "demo", NULL };
	static const char *const env[] = { "LC_ALL=C", NULL };
	const struct play plays[] = {
		{ .box = &box, .args = args, .env = env, .lang = "es" },
		{ .box = &box, .args = demo, .env = env, .lang = "es" },
	};

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("journal add", "señal — mañana", PLAY_PASS, 0, NULL);
	for (size_t i = 0; i < ARRAY_LEN(plays); i++) {
		struct ran r = play_run(&plays[i], STR(""), i == 0 ? PLAY_PASS : NULL);
		assert_int_equal(r.status, 0);
		for (size_t at = 0; at < r.out.n; at++)
			if ((unsigned char)r.out.s[at] >= 0x80)
				fail_msg("not ASCII: %.*s", STR_ARG(buf_str(&r.out)));
		assert_true(i > 0 || ran_says(&r, "senal"));
		ran_free(&r);
	}
	expect("journal list", "", PLAY_PASS, 0, "señal — mañana");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_help_in_both_languages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_journal_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_export, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_passphrase_and_recovery, setup, teardown),
		cmocka_unit_test_setup_teardown(test_backup_and_restore, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_a_restore_set_aside_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_second_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_prompts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check, setup, teardown),
		cmocka_unit_test_setup_teardown(test_doctor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_home_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_content, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_form_of_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_of_long_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tour, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_ground_and_lines_need_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ascii, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
