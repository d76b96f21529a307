/* The commands for keys and for damaged rooms, run as a person would. */
#include "harness/play.h"
#include "harness/test.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER "velvet harbor lemon quiet mirror canyon"

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

/* `line` is read by sh, with the program as "$@"; its words go behind the options. */
static struct ran run(const char *line, const char *input, const char *pass)
{
	static char words[1024];
	static const char *args[20];
	size_t n = 0;

	args[n++] = "--passphrase-fd";
	args[n++] = "3";
	(void)snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok(words, " "); w != NULL && n < 19; w = strtok(NULL, " "))
		args[n++] = w;
	args[n] = NULL;
	return play_run(&(struct play){ .box = &box, .args = args }, str_from(input), pass);
}

static void expect(const char *line, const char *pass, int status, const char *says)
{
	struct ran r = run(line, "", pass);

	if (r.status != status || (says != NULL && !ran_says(&r, says)))
		fail_msg("%s: status %d, not %d; wanted \"%s\"\n%.*s%.*s", line, r.status,
		    status, says != NULL ? says : "", STR_ARG(buf_str(&r.out)),
		    STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void keep(const char *words)
{
	struct ran r = run("journal add", words, PLAY_PASS);

	assert_int_equal(r.status, 0);
	ran_free(&r);
}

/* The recovery key that a command prints. */
static void key_of(const char *line, char out[64])
{
	struct ran r = run(line, "", PLAY_PASS);

	if (r.status != 0 || r.out.n < 43)
		fail_msg("%s: %d %.*s", line, r.status, STR_ARG(buf_str(&r.err)));
	memcpy(out, r.out.s + r.out.n - 43, 42);
	out[42] = '\0';
	ran_free(&r);
}

static void test_lost_passphrase(void **state)
{
	char key[64], later[64];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	keep("Sentí pánico, y pasó.");
	expect("room keys", PLAY_PASS, 0, "1\tpassphrase\tused now\n");
	expect("room remove-key 1", PLAY_PASS, 64, "only key");
	expect("room remove-key 2", PLAY_PASS, 66, "no such key");
	expect("room remove-key x", PLAY_PASS, 64, "room keys");
	key_of("room recovery", key);
	expect("room keys", PLAY_PASS, 0, "2\trecovery key\n");
	/* The new passphrase comes on standard input. */
	struct ran r = run("--new-passphrase-fd 0 room recover", OTHER "\n", key);
	if (r.status != 0)
		fail_msg("%.*s", STR_ARG(buf_str(&r.err)));
	ran_free(&r);
	expect("journal list", PLAY_PASS, 77, NULL);
	expect("journal list", OTHER, 0, "Sentí pánico");
	r = run("--new-passphrase-fd 0 room recover", PLAY_PASS "\n", key);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	expect("journal list", PLAY_PASS, 0, "Sentí pánico");
	r = run("--new-passphrase-fd 0 room recover", OTHER "\n", "0000-1111");
	assert_int_equal(r.status, 77);
	ran_free(&r);
	/* Everything anew: the old key is of no use, the one shown is. */
	key_of("room rotate", later);
	assert_string_not_equal(key, later);
	r = run("--new-passphrase-fd 0 room recover", OTHER "\n", key);
	assert_int_equal(r.status, 77);
	ran_free(&r);
	expect("journal search panico", PLAY_PASS, 0, "Sentí pánico");
	r = run("--new-passphrase-fd 0 room recover", OTHER "\n", later);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	expect("room remove-key 2", OTHER, 0, "not open the room any more");
	r = run("--new-passphrase-fd 0 room recover", PLAY_PASS "\n", later);
	assert_int_equal(r.status, 77);
	ran_free(&r);
	expect("verify", OTHER, 0, "Saved so far: ");
}

/* Two passphrases open one room; either can be taken away, the last one cannot. */
static void test_one_more_passphrase(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	keep("Sentí pánico, y pasó.");
	struct ran r =
	    run("--new-passphrase-fd 0 room add-key", OTHER "\n", "not the right words");
	assert_int_equal(r.status, 77);
	ran_free(&r);
	r = run("--new-passphrase-fd 0 room add-key", OTHER "\n", PLAY_PASS);
	if (r.status != 0 || !ran_says(&r, "opens the room as well"))
		fail_msg("%d %.*s", r.status, STR_ARG(buf_str(&r.err)));
	ran_free(&r);
	r = run("--new-passphrase-fd 0 room add-key", OTHER "\n", PLAY_PASS);
	assert_int_equal(r.status, 77); /* it does so already */
	ran_free(&r);
	expect("journal list", PLAY_PASS, 0, "Sentí pánico");
	expect("journal list", OTHER, 0, "Sentí pánico");
	expect("room keys", PLAY_PASS, 0, "1\tpassphrase\tused now\n2\tpassphrase\n");
	expect("room keys", OTHER, 0, "1\tpassphrase\n2\tpassphrase\tused now\n");
	expect("--lang es room keys", OTHER, 0, "2\tfrase secreta\tusada ahora\n");
	expect("room remove-key 1", OTHER, 0, "not open the room any more");
	expect("journal list", PLAY_PASS, 77, NULL);
	expect("journal list", OTHER, 0, "Sentí pánico");
	expect("room remove-key 2", OTHER, 64, "only key");
	expect("journal list", OTHER, 0, "Sentí pánico");
	expect("room add-key --yes", OTHER, 64, "help room add-key");
}

static void test_eight_keys_and_no_more(void **state)
{
	char pass[64];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (int i = 1; i <= 8; i++) {
		(void)snprintf(pass, sizeof(pass), "one more passphrase, number %d\n", i);
		struct ran r = run("--new-passphrase-fd 0 room add-key", pass, PLAY_PASS);
		if (r.status != (i < 8 ? 0 : 64) ||
		    !ran_says(&r, i < 8 ? "as well" : "eight keys"))
			fail_msg("%d: %d %.*s", i, r.status, STR_ARG(buf_str(&r.err)));
		ran_free(&r);
	}
	expect("room keys", PLAY_PASS, 0, "8\tpassphrase\n");
	/* The key that was shown could not be kept, and that is said of it. */
	expect("room recovery", PLAY_PASS, 64, "Cross it out");
	expect("--lang es room recovery", PLAY_PASS, 64, "Táchala");
}

/* ---- a recovery key that cannot be shown ---- */
/* `shell` runs the program as "$@" with its output somewhere nobody reads. */
static void expect_by_shell(
    const char *shell, const char *verb, const char *lang, int status, const char *says)
{
	const char *args[] = { "--passphrase-fd", "3", "room", verb, NULL };
	struct ran r = play_run(
	    &(struct play){ .box = &box, .args = args, .shell = shell, .lang = lang },
	    str_from(""), PLAY_PASS);

	if (r.status != status || !ran_says(&r, says))
		fail_msg("%s %s: status %d, not %d; wanted \"%s\"\n%.*s", shell, verb,
		    r.status, status, says, STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void still_opens(const char *key)
{
	struct ran r = run("--new-passphrase-fd 0 room recover", PLAY_PASS "\n", key);

	if (r.status != 0)
		fail_msg("the earlier key: %d %.*s", r.status, STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void test_a_recovery_key_that_nobody_saw(void **state)
{
	static const char *const nowhere[] = { "exec \"$@\" >/dev/full", "exec \"$@\" >&-",
		/* a pipe whose reader is gone */
		"rm -f \"$TMPDIR/p\"; mkfifo \"$TMPDIR/p\"; "
		"exec 4<>\"$TMPDIR/p\" 5>\"$TMPDIR/p\" 4<&-; exec \"$@\" >&5 5>&-" };
	char key[64];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	keep("Sentí pánico, y pasó.");
	key_of("room recovery", key);
	for (size_t i = 0; i < ARRAY_LEN(nowhere); i++) {
		expect_by_shell(nowhere[i], "recovery", "en", 74, "nothing was changed");
		expect_by_shell(nowhere[i], "recovery", "es", 74, "no cambió nada");
		still_opens(key);
		expect_by_shell(nowhere[i], "rotate", "en", 74, "nothing was changed");
		still_opens(key);
	}
	expect("verify", PLAY_PASS, 0, "whole");
}

static void test_delete(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	expect("room delete", PLAY_PASS, 69, "With --yes it is done"); /* nobody to ask */
	expect("--lang es room delete", PLAY_PASS, 69, "Con --yes se hace");
	struct ran r = run("room delete", "", PLAY_PASS);
	assert_false(ran_says(&r, "passphrase-fd")); /* it was given */
	ran_free(&r);
	expect("journal list", PLAY_PASS, 0, NULL);
	expect("room delete --yes", "some other words", 77, NULL);
	expect("room delete --yes", PLAY_PASS, 0, "is deleted");
	expect("journal list", PLAY_PASS, 66, "room new");
}

/* Some bytes in the middle of the room's file: pages from `first` on, before `end`. */
static void damage(const char *home, long first, long end)
{
	DIR *d = opendir(home);
	struct dirent *e;
	char path[1200];

	assert_non_null(d);
	while ((e = readdir(d)) != NULL && strlen(e->d_name) != 32)
		continue;
	assert_non_null(e);
	(void)snprintf(path, sizeof(path), "%s/%s", home, e->d_name);
	(void)closedir(d);
	FILE *f = fopen(path, "r+b");
	assert_non_null(f);
	/* Their nonces: whatever is on them cannot be read. */
	for (long page = first; page < end; page++) {
		(void)fseek(f, 16384 + 4096 * (page - 1) + 4060, SEEK_SET);
		(void)fputc('x', f);
		(void)fputc('y', f);
	}
	assert_int_equal(fclose(f), 0);
}

/* In words, and no number that is nought. */
static void says_what_is_missing(const char *lang)
{
	bool es = lang[0] == 'e' && lang[1] == 's';
	char line[1300];

	(void)snprintf(
	    line, sizeof(line), "--lang %s rescue %s", lang, box_path(&box, lang));
	struct ran r = run(line, "", PLAY_PASS);
	if (r.status != 0 || !ran_says(&r, es ? "No se pudieron leer 9 de " : "9 of ") ||
	    !ran_says(&r, es ? " páginas. Lo que había ahí se perdió."
			     : " pages could not be read. What stood there is lost.") ||
	    !ran_says(&r, es ? "versiones anteriores de las entradas"
			     : "earlier versions of entries") ||
	    ran_says(&r, "entry_history") || ran_says(&r, "marker") || ran_says(&r, " 0 "))
		fail_msg("%s: %d\n%.*s%.*s", lang, r.status, STR_ARG(buf_str(&r.out)),
		    STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void test_rescue(void **state)
{
	char line[1200];
	const char *away = box_path(&box, "away");

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	keep("Sentí pánico, y pasó.");
	expect("room rotate", PLAY_PASS, 0, NULL); /* folds everything into the main file */
	damage(box.home, 3, 7);
	expect("journal list", PLAY_PASS, 65, "remanso rescue");
	expect("verify", PLAY_PASS, 65, "page");
	expect("verify --json", PLAY_PASS, 65, "\"where\":\"pages 3 to 6\"");
	(void)snprintf(line, sizeof(line), "rescue %s", away);
	expect(line, "other words altogether", 77, NULL);
	expect(line, PLAY_PASS, 0, "saved.");
	damage(box.home, 7, 12);
	says_what_is_missing("en");
	says_what_is_missing("es");
	expect(line, PLAY_PASS, 73, "Choose another folder."); /* there is such a room */
	(void)snprintf(line, sizeof(line), "--home %s verify", away);
	expect(line, PLAY_PASS, 0, "whole");
	(void)snprintf(line, sizeof(line), "--home %s journal list", away);
	expect(line, PLAY_PASS, 0, NULL);
}

/* Nothing damaged: everything comes out, the word index too. */
static void test_rescue_of_a_whole_room(void **state)
{
	char line[1200];
	const char *away = box_path(&box, "whole");

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	keep("Sentí pánico, y pasó.");
	keep("Una tarde tranquila.");
	(void)snprintf(line, sizeof(line), "rescue %s", away);
	expect(line, PLAY_PASS, 0, "Nothing is lost.");
	(void)snprintf(line, sizeof(line), "--home %s journal search panico", away);
	expect(line, PLAY_PASS, 0, "Sentí pánico");
	(void)snprintf(line, sizeof(line), "--home %s journal search tranq", away);
	expect(line, PLAY_PASS, 0, "Una tarde");
}

/* They went without a word, and with them what was written last. */
static void test_fresh_keys_ask_before_what_was_set_aside_goes(void **state)
{
	const char *dir = box_path(&box, "copy");
	char line[700];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	(void)snprintf(line, sizeof(line), "backup %s", dir);
	expect(line, PLAY_PASS, 0, NULL);
	keep("Written after the backup.");
	(void)snprintf(line, sizeof(line), "restore %s", dir);
	expect(line, PLAY_PASS, 0, NULL);
	/* Nobody is there to be asked. */
	expect("room rotate", PLAY_PASS, 69, NULL);
	expect("restore --kept", PLAY_PASS, 0, NULL);
	expect("journal list", PLAY_PASS, 0, "Written after the backup.");
	expect("--lang en room rotate --yes", PLAY_PASS, 0, "set aside is deleted");
	expect("restore --kept", PLAY_PASS, 66, NULL);
	expect("journal list", PLAY_PASS, 0, "Written after the backup.");
	expect("room rotate", PLAY_PASS, 0, NULL);
}

/* What is set aside from before all keys were changed does not go with the room, and the
 * restore said that it does. */
static void test_deleting_the_room_is_not_told_to_take_what_was_set_aside(void **state)
{
	char line[1200];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	(void)snprintf(line, sizeof(line), "backup %s", box_path(&box, "before"));
	expect(line, PLAY_PASS, 0, NULL);
	expect("room rotate", PLAY_PASS, 0, NULL);
	keep("Una tarde tranquila.");
	(void)snprintf(line, sizeof(line), "restore %s", box_path(&box, "before"));
	struct ran r = run(line, "", PLAY_PASS);
	assert_int_equal(r.status, 0);
	assert_true(ran_says(&r, "To be rid of it, delete these files."));
	assert_false(ran_says(&r, "or the room"));
	ran_free(&r);
	expect("--yes room delete", PLAY_PASS, 0, NULL);
	expect("restore --kept", PLAY_PASS, 0, "read through");
	expect("journal list", PLAY_PASS, 0, "Una tarde");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lost_passphrase, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_more_passphrase, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_eight_keys_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_recovery_key_that_nobody_saw, setup, teardown),
		cmocka_unit_test_setup_teardown(test_delete, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rescue, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rescue_of_a_whole_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_fresh_keys_ask_before_what_was_set_aside_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_deleting_the_room_is_not_told_to_take_what_was_set_aside, setup,
		    teardown),
	};

	return cmocka_run_group_tests_name("cli keys", tests, NULL, NULL);
}
