/* What goes in comes out: rows, words, large blobs, VACUUM, many commits, several rooms. */
#include "rig.h"

static const char grow[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    "INSERT INTO t(b) SELECT hex(randomblob(200)) FROM n";

static void test_rows_words_and_blobs(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");
	int64_t sum;

	(void)state;
	rig_sql(v,
	    "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
	    "CREATE VIRTUAL TABLE f USING fts5(words, tokenize='unicode61 remove_diacritics 2');"
	    "INSERT INTO f VALUES('un ataque de pánico'), ('otra cosa');"
	    "INSERT INTO t(b) VALUES(zeroblob(3000000)), (randomblob(5000000));");
	sum = rig_int(v, "SELECT sum(length(b)) FROM t");
	rig_sql(v, grow);
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_int_equal(sum, 8000000);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2002);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM f WHERE f MATCH 'panico'"), 1);
	rig_sql(v, "DELETE FROM t WHERE a < 1900; VACUUM;");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 103);
	rig_whole(v);
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 103);
	assert_true(rig_int(v, "PRAGMA page_count") < 60);
	rig_whole(v);
	vault_close(v);
	rig_drop(home);
}

/* More commits than the log has room for, with a reopening here and there. */
static void test_many_commits(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	for (int i = 0; i < 1200; i++) {
		rig_sql(v, "INSERT INTO t(b) VALUES(hex(randomblob(500)))");
		if (i % 400 != 399)
			continue;
		vault_close(v);
		v = rig_open(NULL, home, "uno");
		assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), i + 1);
	}
	rig_whole(v);
	vault_close(v);
	rig_drop(home);
}

static void test_rollback_leaves_nothing(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t(b) VALUES('x');"
		   "PRAGMA cache_size=5; BEGIN;");
	rig_sql(v, grow);
	rig_sql(v, "ROLLBACK");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 1);
	rig_sql(v, "BEGIN; INSERT INTO t(b) VALUES('y'); SAVEPOINT s");
	rig_sql(v, grow);
	rig_sql(v, "ROLLBACK TO s; COMMIT");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
	rig_sql(v, "BEGIN");
	rig_sql(v, grow);
	rig_whole(v);
	vault_close(v); /* in the middle of a transaction */
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
	rig_whole(v);
	vault_close(v);
	rig_drop(home);
}

static void test_shrink_and_grow(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	for (int i = 0; i < 6; i++) {
		rig_sql(v, grow);
		rig_sql(v, "DELETE FROM t WHERE a > 100; VACUUM;");
		if (i % 2) {
			vault_close(v);
			v = rig_open(NULL, home, "uno");
		}
		assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 100);
		rig_sql(v,
		    "INSERT INTO t(b) VALUES(randomblob(100000)); DELETE FROM t WHERE a=101");
		rig_whole(v);
	}
	vault_close(v);
	rig_drop(home);
}

static void test_two_rooms_one_home(void **state)
{
	char *home = rig_folder();
	struct vault *a, *b, *c;

	(void)state;
	assert_false(vault_home_has_any(NULL, home));
	a = rig_create(NULL, home, "uno");
	assert_true(vault_home_has_any(NULL, home));
	rig_sql(a, "CREATE TABLE t(x); INSERT INTO t VALUES('a')");
	b = rig_create(NULL, home, "dos");
	rig_sql(b, "CREATE TABLE t(x); INSERT INTO t VALUES('b')");
	assert_int_equal(rig_try(&c, NULL, home, "uno", true), ERR_PASSPHRASE);
	assert_int_equal(rig_try(&c, NULL, home, "tres", false), ERR_PASSPHRASE);
	assert_int_equal(rig_try(&c, NULL, home, "uno", false), ERR_BUSY);
	vault_close(a);
	vault_close(b);
	a = rig_open(NULL, home, "uno");
	b = rig_open(NULL, home, "dos");
	assert_int_equal(rig_int(a, "SELECT x = 'a' FROM t"), 1);
	assert_int_equal(rig_int(b, "SELECT x = 'b' FROM t"), 1);
	vault_close(a);
	vault_close(b);
	rig_drop(home);
}

/* One derivation, whichever of many rooms it opens: the salt is the home's. */
static void test_rooms_share_their_salt(void **state)
{
	char *home = rig_folder(), words[16];
	struct rig_names names = { 0 };
	uint8_t *first = NULL;

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(words, sizeof words, "w%d", i);
		vault_close(rig_create(NULL, home, words));
	}
	vault_sys_real.list(NULL, home, rig_take, &names);
	for (size_t i = 0; i < names.n; i++) {
		char path[256];
		size_t n;
		uint8_t *bytes;

		if (strlen(names.name[i]) != 32)
			continue;
		snprintf(path, sizeof path, "%s/%s", home, names.name[i]);
		bytes = rig_read(path, &n);
		if (!first) {
			first = bytes;
			continue;
		}
		assert_memory_equal(first + 16, bytes + 16, 16);
		assert_memory_not_equal(first, bytes, 16);
		free(bytes);
	}
	free(first);
	rig_drop(home);
}

static void test_home_is_made_private(void **state)
{
	char *folder = rig_folder(), home[256], deep[256];
	struct stat st;

	(void)state;
	snprintf(deep, sizeof deep, "%s/a", folder);
	snprintf(home, sizeof home, "%s/a/b", folder);
	assert_false(vault_home_has_any(NULL, home));
	vault_close(rig_create(NULL, home, "uno"));
	assert_int_equal(stat(home, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	rig_drop(strdup(home));
	rmdir(deep);
	rig_drop(folder);
}

static void test_fixed_pragmas_and_no_other_files(void **state)
{
	static const char *const refused[] = { "PRAGMA journal_mode=WAL",
		"PRAGMA journal_mode=DELETE", "PRAGMA synchronous=OFF",
		"PRAGMA temp_store=FILE", "PRAGMA mmap_size=1000000",
		"PRAGMA page_size=8192", "PRAGMA locking_mode=EXCLUSIVE",
		"ATTACH '/tmp/vault-test-x' AS x",
		"ATTACH 'file:/tmp/vault-test-x?vfs=unix' AS x",
		"VACUUM INTO '/tmp/vault-test-x'", "SELECT load_extension('x')" };
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		if (sqlite3_exec(vault_db(v), refused[i], NULL, NULL, NULL) == SQLITE_OK)
			fail_msg("not refused: %s", refused[i]);
	}
	assert_int_not_equal(access("/tmp/vault-test-x", F_OK), 0);
	assert_int_equal(rig_int(v, "PRAGMA synchronous"), 2);
	rig_sql(v,
	    "CREATE TEMP TABLE t(a); INSERT INTO t VALUES(1); SELECT * FROM t ORDER BY a");
	vault_close(v);
	rig_drop(home);
}

static void test_dropped_keys(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	rig_sql(v,
	    "CREATE TABLE t(x); INSERT INTO t VALUES(1); BEGIN; INSERT INTO t VALUES(2)");
	vault_drop_keys(v);
	assert_int_not_equal(
	    sqlite3_exec(vault_db(v), "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 1);
	rig_whole(v);
	vault_close(v);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_words_and_blobs),
		cmocka_unit_test(test_many_commits),
		cmocka_unit_test(test_rollback_leaves_nothing),
		cmocka_unit_test(test_shrink_and_grow),
		cmocka_unit_test(test_two_rooms_one_home),
		cmocka_unit_test(test_rooms_share_their_salt),
		cmocka_unit_test(test_home_is_made_private),
		cmocka_unit_test(test_fixed_pragmas_and_no_other_files),
		cmocka_unit_test(test_dropped_keys),
	};

	return cmocka_run_group_tests_name("vault round trip", tests, rig_start, NULL);
}
