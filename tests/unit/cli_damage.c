/* verify and rescue on a damaged room, as a person or a script runs them. */
#include "harness/play.h"
#include "harness/test.h"

#include <sys/stat.h>
#include <unistd.h>

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

static void expect_in(const char *lang, const char *a, const char *b, const char *pass,
    int status, const char *says)
{
	const char *args[] = { "--passphrase-fd", "3", a, b, NULL };
	struct ran r = play_run(&(struct play){ .box = &box, .lang = lang, .args = args },
	    (struct str){ 0 }, pass);

	if (r.status != status || !ran_says(&r, says))
		fail_msg("%s: status %d, not %d; wanted \"%s\"\n%.*s%.*s", a, r.status,
		    status, says, STR_ARG(buf_str(&r.out)), STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void expect(const char *a, const char *b, int status, const char *says)
{
	expect_in("en", a, b, PLAY_PASS, status, says);
}

/* `sh` with "$f" the main file of the room. */
static void shell(const char *script)
{
	char all[1200];
	const char *argv[] = { "sh", "-c", all, box.home, NULL };
	struct ran r;

	(void)snprintf(all, sizeof(all),
	    "set -e; cd \"$0\"; f=$(ls | grep -x '[a-z2-7]\\{32\\}'); %s", script);
	r = run_command(&(struct run_options){ .argv = argv });
	if (r.status != 0)
		fail_msg("%s: %.*s", all, STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void spoil(const char *at)
{
	char script[200];

	(void)snprintf(script, sizeof(script),
	    "printf XYZ | dd of=$f bs=1 seek=%s conv=notrunc 2>&1", at);
	shell(script);
}

static void test_verify_called_a_damaged_header_sound(void **state)
{
	(void)state;
	expect("verify", NULL, 0, "whole");
	spoil("100");
	expect("verify", NULL, 65, "mended just now: header copy 1");
	expect("verify", NULL, 0, "whole");
	spoil("100");
	expect("verify", "--json", 65, "\"state\":\"mended\"");
	spoil("5000");
	expect_in("es", "verify", NULL, PLAY_PASS, 65, "recién reparado: copia 2");
}

static void test_one_save_was_said_in_the_plural(void **state)
{
	const char *const add[] = { "--passphrase-fd", "3", "journal", "add", NULL };

	(void)state;
	expect("verify", NULL, 0, "Saved so far: 1 time. ");
	expect_in("es", "verify", NULL, PLAY_PASS, 0, "Guardado hasta ahora: 1 vez. ");
	struct ran r = play_run(
	    &(struct play){ .box = &box, .args = add }, str_from("One more."), PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	expect("verify", NULL, 0, "Saved so far: 2 times. ");
	expect_in("es", "verify", NULL, PLAY_PASS, 0, "Guardado hasta ahora: 2 veces. ");
}

static void test_both_headers_were_called_one_that_is_mended(void **state)
{
	const char *away = box_path(&box, "away");

	(void)state;
	spoil("4030");
	spoil("8126");
	expect("journal", "list", 65, "remanso rescue DIR");
	expect("verify", NULL, 65, "both copies of the beginning");
	expect("rescue", away, 0, "Nothing is lost.");
}

static void test_damaged_slot_was_called_a_wrong_passphrase(void **state)
{
	(void)state;
	spoil("100");
	spoil("4196");
	expect("verify", NULL, 65, "damaged in both copies");
	expect(
	    "rescue", box_path(&box, "rescued"), 65, "recovery key or a backup may help");
	expect_in("es", "verify", NULL, PLAY_PASS, 65, "en las dos copias");
}

static void test_rescue_left_an_empty_folder(void **state)
{
	char away[1200];

	(void)state;
	(void)snprintf(away, sizeof(away), "%s", box_path(&box, "away"));
	expect_in("en", "rescue", away, "other words altogether", 77, "did not open");
	assert_int_not_equal(access(away, F_OK), 0);
	/* A folder that was there stays. */
	assert_int_equal(mkdir(away, 0700), 0);
	expect_in("en", "rescue", away, "other words altogether", 77, "did not open");
	assert_int_equal(access(away, F_OK), 0);
}

static void test_rescue_into_a_folder_in_use_spoke_of_the_passphrase(void **state)
{
	const char *away = box_path(&box, "away");

	(void)state;
	expect("rescue", away, 0, "Nothing is lost.");
	expect("rescue", away, 73, "Choose another folder.");
	expect_in("es", "rescue", away, PLAY_PASS, 73, "Elige otra carpeta.");
	expect("rescue", box.home, 73, "Choose another folder.");
}

static void test_rescue_hid_that_the_log_was_refused(void **state)
{
	const char *away = box_path(&box, "away");

	(void)state;
	shell("chmod 0660 $f-log");
	expect("rescue", away, 77, "ending in -log");
	shell("chmod 0600 $f-log; mv $f-log x; ln -s x $f-log");
	expect("rescue", away, 77, "ending in -log");
	assert_int_not_equal(access(away, F_OK), 0);
}

static void test_refusals_say_what_can_be_done(void **state)
{
	(void)state;
	shell("mv $f x; ln -s x $f");
	expect("verify", NULL, 77, "Put the file itself there");
	expect_in("es", "verify", NULL, PLAY_PASS, 77, "Pon ahí el archivo mismo");
	shell("rm $f; mkfifo -m 600 $f");
	expect("verify", NULL, 77, "Move it away, or name another folder with --home DIR.");
	expect_in("es", "verify", NULL, PLAY_PASS, 77, "otra carpeta con --home DIR.");
	shell("mv -f x $f; ln $f x");
	expect("verify", NULL, 77, "Remove the other name and try again.");
	expect_in("es", "verify", NULL, PLAY_PASS, 77, "Quita el otro nombre");
	shell("rm x");
	if (geteuid() != 0)
		return; /* a file cannot be given away */
	shell("chown 12345 $f");
	expect("verify", NULL, 77, "given back to you (chown)");
	expect_in("es", "verify", NULL, PLAY_PASS, 77, "devuelvan (chown)");
	shell("chown 12345 .");
	expect("verify", NULL, 77, "Name one of your own with --home DIR.");
	expect_in("es", "verify", NULL, PLAY_PASS, 77, "Indica una tuya con --home DIR.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_verify_called_a_damaged_header_sound, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_both_headers_were_called_one_that_is_mended, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_damaged_slot_was_called_a_wrong_passphrase, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_one_save_was_said_in_the_plural, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rescue_left_an_empty_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rescue_into_a_folder_in_use_spoke_of_the_passphrase, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_rescue_hid_that_the_log_was_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_refusals_say_what_can_be_done, setup, teardown),
	};

	return cmocka_run_group_tests_name("cli damage", tests, NULL, NULL);
}
