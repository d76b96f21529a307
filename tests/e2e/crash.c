/* Killed while writing, the disk full, a second window: what was typed is not lost, and
 * nothing of it lies open anywhere. */
#include "harness/play.h"
#include "harness/test.h"

#include <signal.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
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

/* A page of the journal with `words` on it, kept as a draft. */
static struct pty *writing(const char *words)
{
	struct pty *p = play_at_home(&box);

	assert_non_null(p);
	assert_true(play_write(p));
	pty_type(p, words);
	SEES(p, words);
	SEES(p, "draft kept");
	return p;
}

static void expect_in_export(const char *words)
{
	struct ran r = play_export(&box);

	if (r.status != 0 || !ran_says(&r, words))
		FAIL_WITH(
		    "status %d, not there: %s\n%s%s", r.status, words, r.out.s, r.err.s);
	ran_free(&r);
}

static void expect_on_screen(const char *words)
{
	struct pty *p = play_start(&(struct play){ .box = &box });

	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_choose(p, "Write in the journal"));
	SEES(p, words);
	pty_close(p);
}

static void test_kill_9(void **state)
{
	struct pty *p = writing("firstwords of the heron");

	(void)state;
	pty_type(p, " and lastwords");
	SEES(p, "lastwords");
	NO_LEAK(box.root, "firstwords");
	NO_LEAK(box.root, "lastwords");
	pty_signal(p, SIGKILL);
	assert_true(pty_exited(p, NULL));
	pty_close(p);
	NO_LEAK(box.root, "firstwords");
	NO_LEAK(box.root, "lastwords");
	expect_on_screen("firstwords of the heron");
	expect_in_export("firstwords of the heron");
}

/* A polite end keeps everything, the last letter included. */
static void polite_end(int sig)
{
	struct pty *p = writing("firstwords of the heron");

	pty_type(p, " and lastwords");
	SEES(p, "lastwords");
	if (sig == 0)
		pty_hang_up(p);
	else
		pty_signal(p, sig);
	assert_true(pty_exited(p, NULL));
	pty_close(p);
	NO_LEAK(box.root, "lastwords");
	expect_in_export("firstwords of the heron and lastwords");
	expect_on_screen("firstwords of the heron and lastwords");
}

static void test_sighup(void **state)
{
	(void)state;
	polite_end(SIGHUP);
}

static void test_sigterm(void **state)
{
	(void)state;
	polite_end(SIGTERM);
}

static void test_closed_window(void **state)
{
	(void)state;
	polite_end(0);
}

static void test_killed_at_once_leaves_the_room_sound(void **state)
{
	const char *verify[] = { "--passphrase-fd", "3", "verify", NULL };
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	for (int i = 0; i < 6; i++) {
		struct pty *p = play_start(&(struct play){ .box = &box });

		assert_true(play_unlock(p, PLAY_PASS));
		assert_true(play_write(p));
		for (int k = 0; k < 40 + 11 * i; k++)
			pty_type(p, "stone ");
		if (i % 2 == 0)
			KEYS(p, "C-s");
		(void)pty_pump(p, 40 * i);
		pty_signal(p, SIGKILL);
		assert_true(pty_exited(p, NULL));
		pty_close(p);
		r = play_run(
		    &(struct play){ .box = &box, .args = verify }, STR(""), PLAY_PASS);
		if (r.status != 0)
			FAIL_WITH("after kill %d: %d %s%s", i, r.status, r.out.s, r.err.s);
		ran_free(&r);
	}
	NO_LEAK(box.root, "stone");
}

/* ---- a full disk ---- */
#define TROUBLE "The disk did not|no room left on the disk"

static void full_disk(struct pty *p, void (*fill)(struct pty *), void (*give)(struct pty *))
{
	static char words[16 * 1024];

	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, "before the flood");
	SEES(p, "draft kept");
	fill(p);
	for (size_t i = 0; i < sizeof words - 1; i++)
		words[i] = i % 8 == 7 ? ' ' : 'w';
	pty_patience(p, 30000);
	for (int i = 0; i < 60 && !pty_sees(p, TROUBLE); i++) {
		pty_paste(p, str_from(words));
		KEYS(p, "C-s");
		assert_true(pty_settle(p));
	}
	SEES(p, TROUBLE);
	SEES(p, "wwww"); /* the words stay in sight */
	give(p);
	pty_type(p, " afterwards");
	SEES(p, "afterwards");
	KEYS(p, "C-s");
	SEES(p, "Saved");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	expect_in_export("before the flood");
	expect_in_export("afterwards");
}

static long limit_now;

/* So small that neither of the room's two files can be written to its end. */
static long smallest_file(void)
{
	char command[700], line[64] = "";
	FILE *f;

	(void)snprintf(command, sizeof command,
	    "find '%s' -type f -printf '%%s\\n' | sort -n | head -1", box.home);
	f = popen(command, "re"); // NOLINT(cert-env33-c)
	if (f != NULL && fgets(line, sizeof line, f) != NULL)
		limit_now = strtol(line, NULL, 10);
	if (f != NULL)
		(void)pclose(f);
	return limit_now;
}

static void limit_fill(struct pty *p)
{
	struct rlimit r = { (rlim_t)smallest_file(), RLIM_INFINITY };

	assert_int_equal(prlimit(pty_pid(p), RLIMIT_FSIZE, &r, NULL), 0);
}

static void limit_give(struct pty *p)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };

	assert_int_equal(prlimit(pty_pid(p), RLIMIT_FSIZE, &r, NULL), 0);
}

static void test_a_file_that_cannot_grow(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	/* a limit at all, so that the signal of reaching it is ignored */
	full_disk(play_start(&(struct play){ .box = &box, .file_limit = 1L << 40 }),
	    limit_fill, limit_give);
}

static void disk_fill(struct pty *p)
{
	char command[700];
	struct ran r;
	const char *argv[] = { "/bin/sh", "-c", command, NULL };

	(void)p;
	(void)snprintf(command, sizeof command,
	    "dd if=/dev/zero of='%s/filler' bs=4096 2>/dev/null; true", box.home);
	r = run_command(&(struct run_options){ .argv = argv });
	ran_free(&r);
}

static void disk_give(struct pty *p)
{
	(void)p;
	assert_int_equal(unlink(box_path(&box, "room/filler")), 0);
}

static void test_a_full_disk(void **state)
{
	(void)state;
	if (mkdir(box.home, 0700) != 0 ||
	    mount("none", box.home, "tmpfs", 0, "size=8m,mode=0700") != 0)
		skip(); /* not allowed to mount here; the test above stands in */
	assert_true(play_room(&box, PLAY_PASS));
	full_disk(play_start(&(struct play){ .box = &box }), disk_fill, disk_give);
	assert_int_equal(umount2(box.home, MNT_DETACH), 0);
}

static int teardown_mount(void **state)
{
	(void)umount2(box.home, MNT_DETACH);
	return teardown(state);
}

/* ---- a second window ---- */
static void test_open_in_another_window(void **state)
{
	const char *list[] = { "--passphrase-fd", "3", "journal", "list", NULL };
	struct pty *p = play_at_home(&box), *second;
	struct ran r;

	(void)state;
	assert_non_null(p);
	r = play_run(&(struct play){ .box = &box, .args = list }, STR(""), PLAY_PASS);
	assert_int_equal(r.status, 75);
	ran_free(&r);
	second = play_start(&(struct play){ .box = &box });
	assert_true(pty_settle(second));
	pty_type(second, PLAY_PASS);
	KEYS(second, "Enter");
	SEES(second, "another window|otra ventana");
	pty_close(second);
	assert_true(play_write(p)); /* the first one did not notice */
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kill_9, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sighup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sigterm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closed_window, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_killed_at_once_leaves_the_room_sound, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_file_that_cannot_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_full_disk, setup, teardown_mount),
		cmocka_unit_test_setup_teardown(
		    test_open_in_another_window, setup, teardown),
	};

	return RUN_TESTS(tests);
}
