/* Logs that are larger than what is in them, or not there at all. */
#include "oddcalls.h"
#include "room.h"

#include "vault/io.h"

static unsigned reads;

static ssize_t counting_pread(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	reads++;
	return vault_sys_real.pread(ctx, fd, buf, n, at);
}

/* A terabyte that costs nothing: it is opened at once, and the log is of its usual size
 * again, so that no backup copies it. */
static void test_a_log_that_claims_to_be_huge(void **state)
{
	char *home = rig_folder(), *away = rig_folder(), *log;
	struct vault_sys sys = vault_sys_real;
	struct vault *v = rig_create(NULL, home, "uno");
	struct stat st;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	vault_close(v);
	log = rig_file(home, true);
	if (truncate(log, (off_t)1 << 40) != 0)
		skip();
	sys.pread = counting_pread;
	reads = 0;
	v = rig_open(&sys, home, "uno");
	assert_in_range(reads, 1, 2000);
	assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_size, FMT_LOG_BLOCKS * FMT_BLOCK);
	assert_true(vault_backup(v, away, &e));
	vault_close(v);
	free(log);
	rig_drop(home);
	rig_drop(away);
}

static struct vault_restored restore(const char *home, const char *from)
{
	struct secret *pass = rig_secret("uno");
	struct vault_restored r;
	struct err e = { 0 };

	if (!vault_restore_all(NULL, home, from, pass, &r, &e))
		fail_msg("%s", e.text);
	secret_free(pass);
	return r;
}

/* Reading a copy through cut its log, so that what was brought back was another room than the
 * one in the backup, and came once more beside it. */
static void test_checking_a_copy_changed_it(void **state)
{
	char *home = rig_folder(), *away = rig_folder(), *log, *come;
	struct vault *v = rig_create(NULL, home, "uno");
	const size_t n = (FMT_LOG_BLOCKS + 300) * FMT_BLOCK;
	struct vault_restored r;
	struct err e = { 0 };
	struct stat st;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	assert_true(vault_backup(v, away, &e));
	vault_close(v);
	rig_drop(home);
	home = rig_folder();
	log = rig_file(away, true);
	assert_int_equal(truncate(log, (off_t)n), 0);
	for (int i = 0; i < 2; i++) {
		r = restore(home, away);
		assert_int_equal(r.rooms, !i);
		assert_int_equal(r.same, i);
		assert_int_equal(r.aside, 0);
		assert_int_equal(stat(log, &st), 0);
		assert_int_equal(st.st_size, n);
	}
	/* Opening the room cuts its log. */
	vault_close(rig_open(NULL, home, "uno"));
	come = rig_file(home, true);
	assert_int_equal(stat(come, &st), 0);
	assert_int_equal(st.st_size, FMT_LOG_BLOCKS * FMT_BLOCK);
	free(come);
	free(log);
	rig_drop(home);
	rig_drop(away);
}

/* One saving that is far larger than the log, damaged in its first block, and a later one
 * behind it. */
static void test_a_gap_in_a_log_that_grew_is_found(void **state)
{
	struct memfs *m = memfs_new(8);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	uint32_t first;

	(void)state;
	rig_sql(v, "PRAGMA cache_size=6; CREATE TABLE t(x)");
	first = v->pages->tail;
	/* One batch after the other, none folded. */
	v->pages->sys = &m->sys;
	rig_sql(v, "BEGIN");
	rig_sql(v, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
		   "WHERE i < 400) INSERT INTO t SELECT randomblob(3000) FROM n");
	m->sys.log_blocks = 4000;
	rig_sql(v, "COMMIT; UPDATE t SET x = 1 WHERE rowid = 3");
	m->sys.log_blocks = 8;
	assert_true(v->pages->tail > first + 400);
	vault_drop_keys(v);
	vault_close(v);
	v = rig_open(&m->sys, HOME, "uno");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 400);
	vault_drop_keys(v);
	vault_close(v);
	log_in(m, HOME)->now[first * FMT_BLOCK + 300] ^= 1;
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_DAMAGED);
	memfs_free(m);
}

/* The log was gone; what is saved in the new one survives the power failing. */
static void test_a_new_log_is_stored_with_its_name(void **state)
{
	struct memfs *m = memfs_new(24);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct err e;

	(void)state;
	m->lose_names = true;
	rig_sql(v, "CREATE TABLE t(x)");
	assert_true(fold_all(v->pages, &e));
	vault_close(v);
	assert_true(io_sync_dir(&m->sys, HOME, &e));
	log_in(m, HOME)->here = false;
	for (int i = 0; i < MEM_FILES; i++) {
		if (strstr(m->stored[i].path, "-log"))
			m->stored[i].path[0] = '\0';
	}
	v = rig_open(&m->sys, HOME, "uno");
	rig_sql(v, "INSERT INTO t VALUES(7)");
	vault_drop_keys(v);
	vault_close(v);
	mem_crash_into(
	    m, m, (struct mem_fate){ .style = MEM_ALL_LOST, .sector = 512 }, &m->seed);
	v = rig_open(&m->sys, HOME, "uno");
	assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	vault_close(v);
	memfs_free(m);
}

static void test_a_new_log_that_cannot_be_stored(void **state)
{
	struct memfs *m = memfs_new(24);
	struct vault *v = rig_create(&m->sys, HOME, "uno");

	(void)state;
	vault_close(v);
	log_in(m, HOME)->here = false;
	m->sys.fsync = odd_no_sync;
	odd.unsynced = true;
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_IO);
	odd.unsynced = false;
	vault_close(rig_open(&m->sys, HOME, "uno"));
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_log_that_claims_to_be_huge),
		cmocka_unit_test(test_checking_a_copy_changed_it),
		cmocka_unit_test(test_a_gap_in_a_log_that_grew_is_found),
		cmocka_unit_test(test_a_new_log_is_stored_with_its_name),
		cmocka_unit_test(test_a_new_log_that_cannot_be_stored),
	};

	return cmocka_run_group_tests_name("vault log size", tests, rig_start, NULL);
}
