/* Processes that are killed, and processes that come second. */
#include "rig.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct shared {
	volatile int64_t acked, begun;
	volatile bool open;
};

static struct shared *share(void)
{
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	return p;
}

/* The child writes until it is killed.  No cmocka in here: it must not report. */
static void writer(const char *home, struct shared *s)
{
	struct secret *pass = secret_new(8);
	struct err e;
	struct vault_key *key;
	struct vault *v;
	char sql[300];

	if (!secret_add(pass, "uno", 3) || !(key = vault_derive(NULL, home, pass, &e)) ||
	    !vault_open(&v, NULL, home, key, &e))
		_exit(1);
	s->open = true;
	while (true) {
		s->begun = s->acked + 1;
		snprintf(sql, sizeof sql,
		    "BEGIN; INSERT INTO t(b) VALUES(randomblob(%d)); DELETE FROM t WHERE a %% 7 = 3;"
		    "UPDATE m SET n = n + 1, c = (SELECT count(*) FROM t); COMMIT",
		    (int)(200 + s->acked % 20 * 900));
		if (sqlite3_exec(vault_db(v), sql, NULL, NULL, NULL) != SQLITE_OK)
			_exit(2);
		s->acked++;
	}
}

static void wait_for(volatile int64_t *what, int64_t least, pid_t child)
{
	int status;

	while (*what < least) {
		if (waitpid(child, &status, WNOHANG) != 0)
			fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
		usleep(200);
	}
}

static void stop(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_killed_while_writing(void **state)
{
	char *home = rig_folder();
	struct shared *s = share();
	struct vault *v = rig_create(NULL, home, "uno");
	uint64_t seed = 5;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n, c);"
		   "INSERT INTO m VALUES(0, 0)");
	vault_close(v);
	for (int round = 0; round < 40; round++) {
		int64_t upto = s->acked + 1 + rig_random(&seed) % 60, n;
		pid_t child = fork();

		if (child == 0)
			writer(home, s);
		wait_for(&s->acked, upto, child);
		usleep(rig_random(&seed) % 2000);
		stop(child);
		v = rig_open(NULL, home, "uno");
		n = rig_int(v, "SELECT n FROM m");
		assert_true(n == s->acked || n == s->begun);
		s->acked = n;
		assert_int_equal(
		    rig_int(v, "SELECT c = (SELECT count(*) FROM t) FROM m"), 1);
		rig_whole(v);
		if (round % 3 == 0)
			vault_drop_keys(v);
		vault_close(v);
	}
	munmap(s, sizeof *s);
	rig_drop(home);
}

static void test_second_process(void **state)
{
	char *home = rig_folder();
	struct shared *s = share();
	struct vault *v = rig_create(NULL, home, "uno");
	pid_t child;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n, c);"
		   "INSERT INTO m VALUES(0, 0)");
	vault_close(v);
	child = fork();
	if (child == 0)
		writer(home, s);
	wait_for(&s->acked, 3, child);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_BUSY);
	/* Looking at the file and going away again must not loosen the other's lock. */
	assert_int_equal(rig_try(&v, NULL, home, "dos", false), ERR_PASSPHRASE);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_BUSY);
	stop(child);
	v = rig_open(NULL, home, "uno");
	rig_whole(v);
	vault_close(v);
	munmap(s, sizeof *s);
	rig_drop(home);
}

/* A forked child holds the same handles; it must not write with them. */
static void test_forked_child_cannot_write(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");
	pid_t child;
	int status;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a)");
	child = fork();
	if (child == 0)
		_exit(sqlite3_exec(vault_db(v), "INSERT INTO t VALUES(1)", NULL, NULL,
			  NULL) == SQLITE_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	rig_sql(v, "INSERT INTO t VALUES(2)");
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT sum(a) FROM t"), 2);
	vault_close(v);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_while_writing),
		cmocka_unit_test(test_second_process),
		cmocka_unit_test(test_forked_child_cannot_write),
	};

	return cmocka_run_group_tests_name("vault processes", tests, rig_start, NULL);
}
