/* What `doctor` says is so: each finding against a machine that was made to be that way. */
#include "harness/play.h"
#include "harness/test.h"

#include "remanso/vault.h"
#include "vault/sys.h"

#include <dirent.h>
#include <errno.h>
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

/* As root the limit on locked memory does not hold, so the right to pass it is given up. */
#define HELD_TO_LIMIT \
	"[ \"$(id -u)\" != 0 ] || set -- setpriv --bounding-set -ipc_lock \"$@\"; " \
	"exec \"$@\""

static struct ran run(const char *shell, const char *lang, const char *const *args)
{
	return play_run(
	    &(struct play){ .box = &box, .args = args, .shell = shell, .lang = lang },
	    str_from(""), PLAY_PASS);
}

static struct ran doctor(const char *shell, const char *lang)
{
	return run(shell, lang, (const char *const[]){ "doctor", NULL });
}

static void says(const char *shell, const char *lang, const char *what)
{
	struct ran r = doctor(shell, lang);

	if (r.status != 0 || !ran_says(&r, what))
		FAIL_WITH("%s: status %d; wanted \"%s\"\n%.*s%.*s",
		    shell != NULL ? shell : "", r.status, what, STR_ARG(buf_str(&r.out)),
		    STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

static void says_not(const char *shell, const char *what)
{
	struct ran r = doctor(shell, "en");

	if (r.status != 0 || ran_says(&r, what))
		FAIL_WITH("%s: status %d; not wanted: \"%s\"\n%.*s",
		    shell != NULL ? shell : "", r.status, what, STR_ARG(buf_str(&r.out)));
	ran_free(&r);
}

/* ---- memory ---- */
static bool verify_says_locked(const char *shell)
{
	const char *const args[] = { "--passphrase-fd", "3", "verify", "--json", NULL };
	struct ran r = run(shell, "en", args);
	bool locked = ran_says(&r, "\"memory_locked\":true");

	if (r.status != 0 || (!locked && !ran_says(&r, "\"memory_locked\":false")))
		FAIL_WITH("%s: verify: %d %.*s", shell, r.status, STR_ARG(buf_str(&r.err)));
	ran_free(&r);
	return locked;
}

static void test_pages_beyond_the_limit_are_named(void **state)
{
	static const char *const tight = "ulimit -l 64; " HELD_TO_LIMIT;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	assert_false(verify_says_locked(tight));
	says(tight, "en", "Key memory          held in locked memory");
	says(
	    tight, "en", "Page memory         Attention: Pages that are open are not held");
	says(tight, "en", "ulimit -l 8192");
	says(tight, "es", "Las páginas abiertas no están en memoria fija");
}

static void test_a_part_of_the_pages_is_told_as_a_part(void **state)
{
	static const char *const half = "ulimit -l 4096; " HELD_TO_LIMIT;

	(void)state;
	says(half, "en", "Page memory         Attention: Only 20");
	says(half, "es", "Solo 20");
}

static void test_no_locked_memory_at_all(void **state)
{
	static const char *const none = "ulimit -l 0; " HELD_TO_LIMIT;

	(void)state;
#ifdef __SANITIZE_ADDRESS__ /* which takes mlock() for itself, and says that it worked */
	skip();
#endif
	assert_true(play_room(&box, PLAY_PASS));
	assert_false(verify_says_locked(none));
	says(none, "en", "Key memory          Attention: The system does not let memory");
	says(none, "en", "Page memory         Attention: Pages that are open are not held");
	says_not(none, "never written to swap");
}

/* Whatever the limit here is, both commands say the same of it. */
static void test_doctor_and_verify_agree(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	struct ran r = doctor(HELD_TO_LIMIT, "en");
	bool good = ran_says(&r, "Key memory          held") &&
		    ran_says(&r, "Page memory         held");
	ran_free(&r);
	if (good)
		assert_true(verify_says_locked(HELD_TO_LIMIT));
}

/* ---- the home folder ---- */
/* The room's main file; its name in `out`. */
static void main_file(char out[static 1200])
{
	DIR *d = opendir(box.home);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL && strlen(e->d_name) != 32)
		continue;
	assert_non_null(e);
	(void)snprintf(out, 1200, "%s/%s", box.home, e->d_name);
	(void)closedir(d);
}

static void test_rooms_and_their_rights(void **state)
{
	char file[1200];

	(void)state;
	says(NULL, "en", "made when something is first kept");
	says_not(NULL, "Room files");
	assert_int_equal(mkdir(box.home, 0700), 0);
	says(NULL, "en", "(only yours)");
	says(NULL, "en", "There is no room here yet.");
	assert_true(play_room(&box, PLAY_PASS));
	says(NULL, "en", "Room files          There are some, and only you");
	says(NULL, "es", "Hay, y solo tú puedes leerlos");
	main_file(file);
	assert_int_equal(chmod(file, 0644), 0);
	says(NULL, "en", "Room files          Attention: Others have rights");
	says(NULL, "es", "chmod 600");
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(symlink("/dev/null", file), 0);
	says(NULL, "en", "are links");
}

static void test_a_room_file_with_two_names(void **state)
{
	char file[1200];

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	main_file(file);
	assert_int_equal(link(file, box_path(&box, "other")), 0);
	says(NULL, "en", "Room files          Attention: Some of them belong");
	says(NULL, "en", "second name (a hard link)");
	says(NULL, "es", "Archivos guardados  Atención: Algunos son");
	says(NULL, "es", "segundo nombre (un enlace físico)");
	says_not(NULL, "only you can read and change them");
}

/* What is to be typed is one word to a shell. */
static void test_a_folder_with_a_blank_in_its_name(void **state)
{
	char home[1000], want[1200], file[1200];
	const char *const args[] = { "--home", home, "--lang", "es", "doctor", NULL };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	main_file(file);
	assert_int_equal(chmod(file, 0640), 0);
	(void)snprintf(home, sizeof(home), "%s", box_path(&box, "a b"));
	assert_int_equal(rename(box.home, home), 0);
	assert_int_equal(chmod(home, 0750), 0);
	struct ran r = run(NULL, "en", args);
	(void)snprintf(want, sizeof(want), "chmod 700 '%s'\n", home);
	if (!ran_says(&r, want))
		FAIL_WITH("%s\n%.*s", want, STR_ARG(buf_str(&r.out)));
	(void)snprintf(want, sizeof(want), "chmod 600 '%s'/*\n", home);
	if (!ran_says(&r, want))
		FAIL_WITH("%s\n%.*s", want, STR_ARG(buf_str(&r.out)));
	ran_free(&r);
}

static void test_rights_of_the_folder(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir(box.home, 0700), 0);
	assert_int_equal(chmod(box.home, 0750), 0);
	says(NULL, "en", "can be read by others. Mend it with: chmod 700");
	assert_int_equal(chmod(box.home, 0770), 0);
	says(NULL, "en", "can be changed by others");
	/* doctor looks, and mends nothing */
	assert_int_equal(stat(box.home, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0770);
	assert_int_equal(rmdir(box.home), 0);
	assert_int_equal(symlink(box.tmp, box.home), 0);
	says(NULL, "en", "is a link to another place");
}

static void test_the_folder_above(void **state)
{
	(void)state;
	assert_int_equal(mkdir(box.home, 0700), 0);
	says(NULL, "en", "Folder above        Nobody else can");
	assert_int_equal(chmod(box.root, 0777), 0);
	says(NULL, "en", "Folder above        Attention: Everybody on this machine");
	says(NULL, "es", "Cualquiera en esta máquina puede cambiarla");
	assert_int_equal(chmod(box.root, 0775), 0);
	says(NULL, "en", "Folder above        Its group can change it");
	assert_int_equal(chmod(box.root, 01777), 0);
	says(NULL, "en", "Folder above        Nobody else can");
}

/* A disk of another machine cannot be had here; the kind of one can be told instead. */
static long told_type;
static int tell_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	*type = told_type;
	return 0;
}

static void test_network_disks_are_known(void **state)
{
	static const long network[] = { 0x6969, 0xFF534D42, 0xFE534D42, 0x00C36400 };
	struct vault_sys sys = vault_sys_real;
	struct vault_home_state h;

	(void)state;
	assert_int_equal(mkdir(box.home, 0700), 0);
	says(NULL, "en", "Disk                of this machine");
	sys.fs_type = tell_type;
	for (size_t i = 0; i < ARRAY_LEN(network); i++) {
		told_type = network[i];
		vault_home_look(&sys, box.home, &h);
		assert_true(h.disk_known && h.network);
	}
	told_type = 0xEF53; /* ext4 */
	vault_home_look(&sys, box.home, &h);
	assert_true(h.disk_known && !h.network);
}

/* ---- what is not said ---- */
static void test_nothing_about_keys_without_a_passphrase(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	says_not(NULL, "MiB");
	says_not(NULL, "Argon");
	says_not(NULL, "preset");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_pages_beyond_the_limit_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_part_of_the_pages_is_told_as_a_part, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_locked_memory_at_all, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_doctor_and_verify_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_rooms_and_their_rights, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_room_file_with_two_names, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_folder_with_a_blank_in_its_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rights_of_the_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_folder_above, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_network_disks_are_known, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_about_keys_without_a_passphrase, setup, teardown),
	};

	return RUN_TESTS(tests);
}
