/* verify on a disk that cannot give back a block: the command in this process, with a
 * pread() that stands before the system's. */
#include "harness/play.h"
#include "harness/test.h"

#include "cli/cli.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct box box;
static off_t unread = -1; /* the block that cannot be read */
static int times;         /* until it can be */

/* Of the room's first file, not of its log. */
static bool hits(int fd, size_t n, off_t at)
{
	char link[64], path[1200] = "";

	if (unread < 0 || times == 0 || at > unread || at + (off_t)n <= unread)
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	assert_true(readlink(link, path, sizeof(path) - 1) > 4);
	return strcmp(path + strlen(path) - 4, "-log") != 0;
}

ssize_t pread(int fd, void *buf, size_t n, off_t at)
{
	if (!hits(fd, n, at))
		return syscall(SYS_pread64, fd, buf, n, at);
	times--;
	errno = EIO;
	return -1;
}

/* A room with nothing in its log. */
static int setup(void **state)
{
	struct secret *pass = secret_new(64);
	struct vault_witness w;
	struct vault_key *key;
	struct vault *v = NULL;
	struct err e;

	(void)state;
	box_open(&box);
	assert_true(play_room(&box, PLAY_PASS));
	assert_true(secret_add(pass, PLAY_PASS, strlen(PLAY_PASS)));
	key = vault_derive(NULL, box.home, pass, &e);
	secret_free(pass);
	assert_true(key != NULL && vault_open(&v, NULL, box.home, key, &e));
	assert_true(vault_witness(v, &w, &e));
	vault_close(v);
	vault_key_free(key);
	return 0;
}

static int start(void **state)
{
	struct err e;

	(void)state;
	return secret_init(&e) && vault_init(&e) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

/* What verify prints is left in `said`. */
static bool verify(char said[static 2000], struct err *e)
{
	struct setup s = { .home = box.home };
	struct options o = { .command = CMD_VERIFY, .text[OPT_FD] = "" };
	struct cli c = { .world = &world_system, .o = &o, .setup = &s, .lang = "en" };
	int fds[2], out = dup(1);
	FILE *f = tmpfile();
	size_t n;
	bool ok;

	assert_true(f != NULL && out >= 0 && pipe(fds) == 0);
	assert_int_equal(write(fds[1], PLAY_PASS, strlen(PLAY_PASS)), strlen(PLAY_PASS));
	close(fds[1]);
	o.number[OPT_FD] = fds[0];
	(void)fflush(stdout);
	assert_int_equal(dup2(fileno(f), 1), 1);
	*e = (struct err){ 0 };
	ok = cli_verify(&c, e);
	(void)fflush(stdout);
	assert_int_equal(dup2(out, 1), 1);
	close(out);
	rewind(f);
	n = fread(said, 1, 1999, f);
	said[n] = '\0';
	(void)fclose(f);
	return ok;
}

static void test_verify_named_nothing_on_a_disk_that_fails(void **state)
{
	char said[2000];
	struct err e;

	(void)state;
	assert_true(verify(said, &e));
	times = 1000000;
	unread = 4096 * 6; /* page 3 */
	assert_false(verify(said, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	assert_non_null(strstr(said, "Damaged: page 3\n"));
	unread = 4096;
	assert_false(verify(said, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	assert_non_null(strstr(said, "header copy 2"));
	assert_non_null(strstr(said, "Everything can be read."));
	/* At the opening only: a second look finds nothing. */
	unread = 4096 * 6;
	times = 2;
	if (!verify(said, &e))
		fail_msg("%s", e.text);
	assert_int_equal(times, 0);
	assert_non_null(strstr(said, "whole"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_verify_named_nothing_on_a_disk_that_fails, setup, teardown),
	};

	return cmocka_run_group_tests_name("cli, a disk that fails", tests, start, NULL);
}
