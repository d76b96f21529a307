/* Every system call of a script fails in every way, once, several times in a row or from then
 * on: an error, a full disk, a disk that became read-only, an interruption, half a transfer.
 * Nothing acknowledged is lost, nothing is damaged, and the same handle saves again as soon as
 * the fault is gone.
 *
 *	fault		some of the calls	fault all	every one */
#include "memfs.h"

#define HOME "/h"

static const char *const script[] = {
	"BEGIN; INSERT INTO t(b) VALUES('a'); UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; INSERT INTO t(b) SELECT randomblob(2000) FROM t, t, t LIMIT 40;"
	" UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; INSERT INTO f VALUES('uno dos'); INSERT INTO t(b) VALUES(randomblob(90000));"
	" UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; DELETE FROM t WHERE a > 6; UPDATE m SET n = n + 1; COMMIT",
	"VACUUM",
	"BEGIN; INSERT INTO t(b) VALUES(randomblob(300000)); UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; INSERT INTO t(b) VALUES('z'); UPDATE m SET n = n + 1; COMMIT",
};

struct rig {
	struct memfs *base; /* a closed vault */
	struct memfs *work; /* a copy, again and again */
	struct vault_key *key, *next;
	unsigned runs, hits, said_no;
};

static struct vault *open_at_last(struct rig *r, struct memfs *m, struct vault_key *key)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (vault_open(&v, &m->sys, HOME, key, &e))
		return v;
	if (m->faults == 0 || e.code == ERR_DAMAGED)
		fail_msg("opening: %s", e.text);
	r->said_no++;
	m->fault = MEM_NONE;
	if (!vault_open(&v, &m->sys, HOME, key, &e))
		fail_msg("opening after the fault: %s", e.text);
	return v;
}

/* One statement, again on the same handle when it failed. */
static void step(
    struct rig *r, struct memfs *m, struct vault *v, const char *sql, int64_t n)
{
	struct err e = { 0 };
	long before = m->faults;
	int rc = sqlite3_exec(vault_db(v), sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		return;
	if (m->faults == before)
		fail_msg("%s: %s", sql, sqlite3_errmsg(vault_db(v)));
	r->said_no++;
	assert_false(vault_sql_err(v, &e));
	assert_true(e.text[0] != '\0');
	if (m->fault == MEM_ENOSPC)
		assert_int_equal(e.code, ERR_FULL);
	assert_int_not_equal(e.code, ERR_DAMAGED);
	m->fault = MEM_NONE;
	if (!sqlite3_get_autocommit(vault_db(v)))
		rig_sql(v, "ROLLBACK");
	assert_int_equal(rig_int(v, "SELECT n FROM m"), n);
	rig_sql(v, sql);
}

static void check(struct vault *v, int64_t n)
{
	assert_int_equal(rig_int(v, "SELECT n FROM m"), n);
	rig_whole(v);
}

static void told(struct rig *r, struct memfs *m, const struct err *e)
{
	assert_true(m->faults > 0);
	assert_true(e->text[0] != '\0');
	assert_int_not_equal(e->code, ERR_DAMAGED);
	r->said_no++;
	m->fault = MEM_NONE;
}

/* Another passphrase, a key more and less, and all keys anew. */
static void change_keys(struct rig *r, struct memfs *m, struct vault **v)
{
	struct secret *code = NULL;
	struct err e = { 0 };

	if (!vault_set_passphrase(*v, r->next, &e)) {
		told(r, m, &e);
		assert_true(vault_set_passphrase(*v, r->next, &e));
	}
	if (!vault_new_recovery(*v, &code, &e)) {
		told(r, m, &e);
		assert_true(vault_new_recovery(*v, &code, &e));
	}
	secret_free(code);
	if (!vault_remove_slot(*v, 1, &e)) {
		told(r, m, &e);
		assert_true(vault_remove_slot(*v, 1, &e));
	}
	if (!vault_rotate(*v, r->next, &e)) {
		told(r, m, &e);
		if (!vault_rotate(*v, r->next, &e))
			fail_msg("all keys anew: %s", e.text);
	}
	vault_close(*v);
	*v = open_at_last(r, m, r->next);
}

static long run_script(struct rig *r, enum mem_fault fault, long at, long times, bool crash)
{
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	struct memfs *m = r->work;
	struct vault *v;
	int64_t n = 0;
	long calls;

	m->seed = (uint64_t)at + 7;
	memfs_fail_copy(m, r->base, stored, &m->seed);
	mem_arm_times(m, fault, at, times);
	v = open_at_last(r, m, r->key);
	sqlite3_exec(vault_db(v), "PRAGMA cache_size=6", NULL, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(script); i++) {
		step(r, m, v, script[i], n);
		n += strcmp(script[i], "VACUUM") != 0;
	}
	change_keys(r, m, &v);
	if (crash)
		vault_drop_keys(v);
	vault_close(v);
	if (crash)
		memfs_crash(m, true);
	v = open_at_last(r, m, r->next);
	calls = m->calls;
	r->hits += m->faults > 0;
	m->fault = MEM_NONE;
	vault_close(v);
	v = open_at_last(r, m, r->next);
	check(v, n);
	vault_close(v);
	r->runs++;
	return calls;
}

static int make_base(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct vault *v;
	struct err e;

	rig_start(NULL);
	r->base = memfs_new(16);
	r->work = memfs_new(16);
	r->key = rig_key(&r->base->sys, HOME, "uno");
	assert_true(vault_create(&v, &r->base->sys, HOME, r->key, &e));
	r->next = rig_key(&r->base->sys, HOME, "dos");
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n);"
		   "CREATE VIRTUAL TABLE f USING fts5(w); INSERT INTO m VALUES(0);"
		   "INSERT INTO t(b) VALUES('0'), ('1'), ('2'), ('3')");
	vault_close(v);
	*state = r;
	return 0;
}

static int drop_base(void **state)
{
	struct rig *r = *state;

	memfs_free(r->base);
	memfs_free(r->work);
	vault_key_free(r->key);
	vault_key_free(r->next);
	free(r);
	return 0;
}

static bool all;

static void every_call(struct rig *r, enum mem_fault fault, long times, bool crash, long by)
{
	long calls = run_script(r, MEM_NONE, 0, MEM_ONCE, crash);

	if (all)
		by = 1;
	r->runs = r->hits = r->said_no = 0;
	for (long at = 0; at < calls; at += by)
		run_script(r, fault, at, times, crash);
	print_message("%ld calls; %u runs, %u met the fault, %u errors told\n", calls,
	    r->runs, r->hits, r->said_no);
	assert_true(r->hits > r->runs / 2); /* not every call can meet every fault */
}

static void test_error_once(void **state)
{
	every_call(*state, MEM_EIO, MEM_ONCE, false, 11);
}

static void test_error_once_then_power_failure(void **state)
{
	every_call(*state, MEM_EIO, MEM_ONCE, true, 23);
}

static void test_errors_that_stay(void **state)
{
	every_call(*state, MEM_EIO, MEM_EVER, true, 37);
}

static void test_disk_full_once(void **state)
{
	every_call(*state, MEM_ENOSPC, MEM_ONCE, false, 23);
}

static void test_disk_stays_full(void **state)
{
	every_call(*state, MEM_ENOSPC, MEM_EVER, true, 37);
}

static void test_disk_turns_read_only(void **state)
{
	every_call(*state, MEM_EROFS, MEM_EVER, true, 37);
}

static void test_interrupted(void **state)
{
	struct rig *r = *state;

	every_call(r, MEM_EINTR, MEM_ONCE, false, 41);
	assert_int_equal(r->said_no, 0);
}

/* For ever would be without end; this is so often that one more try is not enough. */
static void test_interrupted_again_and_again(void **state)
{
	struct rig *r = *state;

	every_call(r, MEM_EINTR, MEM_IN_A_ROW, false, 37);
	assert_int_equal(r->said_no, 0);
}

static void test_half_transfers(void **state)
{
	struct rig *r = *state;

	every_call(r, MEM_SHORT, MEM_ONCE, false, 17);
	assert_int_equal(r->said_no, 0);
	every_call(r, MEM_SHORT, MEM_IN_A_ROW, false, 37);
	assert_int_equal(r->said_no, 0);
	run_script(r, MEM_SHORT, 0, MEM_EVER, false);
	assert_int_equal(r->said_no, 0);
}

/* Creating: either a vault is there afterwards, or nothing that looks like one. */
static void test_creating(void **state)
{
	struct err e;

	(void)state;
	for (int f = MEM_EIO; f <= MEM_ENOSPC; f++) {
		for (long at = 0;; at++) {
			struct memfs *m = memfs_new(16);
			struct vault_key *key = rig_key(&m->sys, HOME, "uno");
			struct vault *v = NULL;
			bool ok, met;

			mem_arm(m, (enum mem_fault)f, at, false);
			ok = vault_create(&v, &m->sys, HOME, key, &e);
			met = m->faults > 0;
			m->fault = MEM_NONE;
			if (!ok) {
				assert_true(met);
				assert_false(vault_home_has_any(&m->sys, HOME));
				if (!vault_create(&v, &m->sys, HOME, key, &e))
					fail_msg("creating again: %s", e.text);
			}
			rig_sql(v, "CREATE TABLE t(x)");
			rig_whole(v);
			vault_close(v);
			vault_key_free(key);
			memfs_free(m);
			if (!met)
				break;
		}
	}
}

/* A disk that stays full for a while: the words wait, are saved later, and every attempt in
 * between says that it failed. */
static void test_saving_again_when_there_is_room(void **state)
{
	struct rig *r = *state;
	struct memfs *m = memfs_clone(r->base, 3);
	struct vault *v = open_at_last(r, m, r->key);
	struct err e;
	int64_t n = 0;

	for (int round = 0; round < 30; round++) {
		mem_arm(m, MEM_ENOSPC, round % 5, true);
		for (int i = 0; i < 3; i++) {
			if (sqlite3_exec(vault_db(v), script[0], NULL, NULL, NULL) ==
			    SQLITE_OK) {
				n++;
				continue;
			}
			assert_int_equal(
			    sqlite3_extended_errcode(vault_db(v)) & 0xff, SQLITE_FULL);
			assert_false(vault_sql_err(v, &e));
			assert_int_equal(e.code, ERR_FULL);
			if (!sqlite3_get_autocommit(vault_db(v)))
				sqlite3_exec(vault_db(v), "ROLLBACK", NULL, NULL, NULL);
		}
		m->fault = MEM_NONE;
		rig_sql(v, script[0]);
		n++;
		check(v, n);
	}
	vault_close(v);
	v = open_at_last(r, m, r->key);
	check(v, n);
	vault_close(v);
	memfs_free(m);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_once),
		cmocka_unit_test(test_error_once_then_power_failure),
		cmocka_unit_test(test_errors_that_stay),
		cmocka_unit_test(test_disk_full_once),
		cmocka_unit_test(test_disk_stays_full),
		cmocka_unit_test(test_disk_turns_read_only),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_interrupted_again_and_again),
		cmocka_unit_test(test_half_transfers),
		cmocka_unit_test(test_creating),
		cmocka_unit_test(test_saving_again_when_there_is_room),
	};

	all = argc > 1 && strcmp(argv[1], "all") == 0;
	return cmocka_run_group_tests_name("vault faults", tests, make_base, drop_base);
}
