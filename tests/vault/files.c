/* The files themselves: what is refused, what they show, and how they are copied. */
#include "rig.h"

#include "vault/inner.h"

#include <errno.h>

/* ---- refusals ---- */

static void expect(const char *home, enum err_code want)
{
	struct vault *v = NULL;

	assert_int_equal(rig_try(&v, NULL, home, "uno", false), want);
}

static void rights_are(const char *path, mode_t want)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, want);
}

static void test_rights_for_others(void **state)
{
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct stat st;

	(void)state;
	vault_close(v);
	path = rig_file(home, false);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	chmod(path, 0620);
	expect(home, ERR_UNSAFE);
	chmod(path, 0606);
	expect(home, ERR_UNSAFE);
	chmod(path, 0644);
	vault_close(rig_open(NULL, home, "uno"));
	rights_are(path, 0600);
	free(path);
	path = rig_file(home, true);
	chmod(path, 0602);
	expect(home, ERR_UNSAFE);
	chmod(path, 0604);
	vault_close(rig_open(NULL, home, "uno"));
	rights_are(path, 0600);
	free(path);
	rig_drop(home);
}

static int no_fchmod(void *ctx, int fd, mode_t mode)
{
	(void)ctx;
	(void)fd;
	(void)mode;
	errno = EPERM;
	return -1;
}

/* A folder made by a plain mkdir becomes ours alone; one that others may write is refused,
 * and so is a link. */
static void test_rights_of_the_folder(void **state)
{
	static const mode_t writable[] = { 0720, 0702, 0775, 0777, 01777 };
	char *home = rig_folder(), link[300], slash[301];
	struct vault_sys fixed = vault_sys_real;
	struct vault *v;
	struct err e = { 0 };

	(void)state;
	chmod(home, 0755);
	vault_close(rig_create(NULL, home, "uno"));
	rights_are(home, 0700);
	for (size_t i = 0; i < ARRAY_LEN(writable); i++) {
		chmod(home, writable[i]);
		expect(home, ERR_UNSAFE);
		assert_int_equal(rig_try(&v, NULL, home, "dos", true), ERR_UNSAFE);
		assert_false(vault_home_ready(NULL, home, &e));
		assert_int_equal(e.code, ERR_UNSAFE);
		assert_non_null(strstr(e.text, "chmod 700"));
		rights_are(home, writable[i]);
	}
	chmod(home, 0755);
	fixed.fchmod = no_fchmod;
	assert_int_equal(rig_try(&v, &fixed, home, "uno", false), ERR_UNSAFE);
	vault_close(rig_open(NULL, home, "uno"));
	rights_are(home, 0700);
	snprintf(link, sizeof link, "%s-link", home);
	snprintf(slash, sizeof slash, "%s/", link);
	assert_int_equal(symlink(home, link), 0);
	expect(link, ERR_UNSAFE);
	expect(slash, ERR_UNSAFE);
	unlink(link);
	rig_drop(home);
}

static void test_ready(void **state)
{
	char *home = rig_folder(), *main_path, *log_path, none[300];
	struct err e = { 0 };

	(void)state;
	vault_close(rig_create(NULL, home, "uno"));
	main_path = rig_file(home, false);
	log_path = rig_file(home, true);
	chmod(home, 0711);
	chmod(main_path, 0644);
	chmod(log_path, 0640);
	assert_true(vault_home_ready(NULL, home, &e));
	rights_are(home, 0700);
	rights_are(main_path, 0600);
	rights_are(log_path, 0600);
	/* What others could change stays, to be refused with words when it is opened. */
	chmod(main_path, 0666);
	assert_true(vault_home_ready(NULL, home, &e));
	rights_are(main_path, 0666);
	snprintf(none, sizeof none, "%s/none", home);
	assert_true(vault_home_ready(NULL, none, &e));
	free(main_path);
	free(log_path);
	rig_drop(home);
}

static void test_links(void **state)
{
	char *home = rig_folder(), *path, away[300];
	struct vault *v = rig_create(NULL, home, "uno");

	(void)state;
	vault_close(v);
	path = rig_file(home, false);
	snprintf(away, sizeof away, "%s/other", home);
	assert_int_equal(link(path, away), 0);
	expect(home, ERR_UNSAFE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(away, path), 0);
	expect(home, ERR_UNSAFE);
	unlink(path);
	assert_int_equal(rename(away, path), 0);
	vault_close(rig_open(NULL, home, "uno"));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect(home, ERR_UNSAFE);
	free(path);
	rig_drop(home);
}

static uid_t somebody_else(void *ctx)
{
	(void)ctx;
	return geteuid() + 1;
}

static int on_nfs(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	*type = 0x6969;
	return 0;
}

static void test_foreign_owner_and_network(void **state)
{
	char *home = rig_folder();
	struct vault_sys sys = vault_sys_real;
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct vault *v = rig_create(NULL, home, "uno");
	struct err e;

	(void)state;
	vault_close(v);
	sys.uid = somebody_else;
	assert_false(vault_open(&v, &sys, home, key, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	assert_false(vault_create(&v, &sys, home, key, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	sys.uid = vault_sys_real.uid;
	sys.fs_type = on_nfs;
	assert_false(vault_open(&v, &sys, home, key, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	vault_key_free(key);
	rig_drop(home);
}

static void test_empty_home(void **state)
{
	char *home = rig_folder();
	char path[300];

	(void)state;
	expect(home, ERR_NOT_FOUND);
	snprintf(path, sizeof path, "%s/nothing/here", home);
	assert_false(vault_home_has_any(NULL, path));
	expect(path, ERR_NOT_FOUND);
	/* Files of other kinds are none of our business. */
	snprintf(path, sizeof path, "%s/notes.txt", home);
	rig_write(path, (const uint8_t *)"x", 1);
	assert_false(vault_home_has_any(NULL, home));
	vault_close(rig_create(NULL, home, "uno"));
	vault_close(rig_open(NULL, home, "uno"));
	rig_drop(home);
}

/* ---- what the files show ---- */

#define MARK "zarzamora"
static const char mark16[] = "z\0a\0r\0z\0a\0m\0o\0r\0a";

static ssize_t watching_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	assert_null(memmem(buf, n, MARK, sizeof MARK - 1));
	assert_null(memmem(buf, n, mark16, sizeof mark16));
	assert_null(memmem(buf, n, "CREATE TABLE", 12));
	assert_null(memmem(buf, n, "SQLite format", 13));
	(*(unsigned *)ctx)++;
	return vault_sys_real.pwrite(NULL, fd, buf, n, at);
}

static void nothing_shows(const char *home)
{
	struct rig_names names = { 0 };

	assert_int_equal(vault_sys_real.list(NULL, home, rig_take, &names), 0);
	assert_int_equal(names.n, 2);
	for (size_t i = 0; i < names.n; i++) {
		char path[400];
		uint8_t *bytes;
		size_t n;

		snprintf(path, sizeof path, "%s/%s", home, names.name[i]);
		bytes = rig_read(path, &n);
		assert_null(memmem(bytes, n, MARK, sizeof MARK - 1));
		assert_null(memmem(bytes, n, mark16, sizeof mark16));
		assert_int_equal(n % 4096, 0);
		free(bytes);
	}
}

static void test_no_word_in_any_file(void **state)
{
	static const char *const script[] = { "CREATE TABLE t(a INTEGER PRIMARY KEY, b)",
		"CREATE VIRTUAL TABLE f USING fts5(w)", "PRAGMA cache_size=6", "BEGIN",
		"INSERT INTO t(b) VALUES('" MARK
		"'), (CAST(x'7a00610072007a0061006d006f007200"
		"6100' AS TEXT))",
		"INSERT INTO f SELECT b || ' " MARK " " MARK "' FROM t",
		"INSERT INTO t(b) SELECT a.b || '" MARK
		"' || hex(randomblob(500)) FROM t a, t b, t c, t d",
		"INSERT INTO t(b) SELECT b FROM t ORDER BY b", "SAVEPOINT s",
		"UPDATE t SET b = b || 'x'", "ROLLBACK TO s", "COMMIT", "BEGIN",
		"UPDATE t SET b = b || '" MARK "'", "ROLLBACK", "CREATE INDEX i ON t(b)",
		"DELETE FROM t WHERE a > 4", "INSERT INTO f(f) VALUES('optimize')",
		"VACUUM" };
	char *home = rig_folder();
	unsigned writes = 0;
	struct vault_sys sys = vault_sys_real;
	struct vault *v;

	(void)state;
	sys.ctx = &writes;
	sys.pwrite = watching_pwrite;
	v = rig_create(&sys, home, "uno");
	for (size_t i = 0; i < ARRAY_LEN(script); i++) {
		rig_sql(v, script[i]);
		nothing_shows(home);
	}
	vault_close(v);
	nothing_shows(home);
	assert_true(writes > 20);
	v = rig_open(&sys, home, "uno");
	assert_true(rig_int(v, "SELECT count(*) FROM f WHERE f MATCH '" MARK "'") > 0);
	vault_close(v);
	rig_drop(home);
}

/* Small entries do not show in the sizes. */
static void test_sizes_stay(void **state)
{
	char *home = rig_folder(), *main_path, *log_path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct stat a, b, c, d;

	(void)state;
	rig_sql(v, "CREATE TABLE t(b)");
	main_path = rig_file(home, false);
	log_path = rig_file(home, true);
	stat(main_path, &a);
	stat(log_path, &b);
	for (int i = 0; i < 100; i++)
		rig_sql(v, "INSERT INTO t VALUES(hex(randomblob(100)))");
	vault_close(v);
	stat(main_path, &c);
	stat(log_path, &d);
	assert_int_equal(a.st_size, c.st_size);
	assert_int_equal(b.st_size, d.st_size);
	assert_int_equal(b.st_size, 4 * 1024 * 1024);
	free(main_path);
	free(log_path);
	rig_drop(home);
}

/* Bytes of all values, about equally often, in every 4 KiB. */
static void test_random_looking(void **state)
{
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	uint8_t *bytes;
	size_t n;

	(void)state;
	rig_sql(v, "CREATE TABLE t(b); INSERT INTO t VALUES(zeroblob(200000))");
	vault_close(v);
	for (int log = 0; log < 2; log++) {
		path = rig_file(home, log);
		bytes = rig_read(path, &n);
		for (size_t at = 0; at < n; at += 4096) {
			unsigned count[256] = { 0 };

			for (size_t i = 0; i < 4096; i++)
				count[bytes[at + i]]++;
			for (size_t i = 0; i < 256; i++)
				assert_true(count[i] < 60);
		}
		free(bytes);
		free(path);
	}
	rig_drop(home);
}

/* ---- copies ---- */

static void test_backup_and_restore(void **state)
{
	char *home = rig_folder(), *away = rig_folder(), *other = rig_folder(), note[200];
	struct vault *v = rig_create(NULL, home, "uno"), *w;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
	rig_sql(v, "BEGIN; INSERT INTO t VALUES(2)");
	rig_sql(v, "COMMIT");
	assert_true(vault_backup(v, away, &e));
	assert_false(vault_backup(v, away, &e));
	assert_int_equal(e.code, ERR_CREATE);
	/* Copying must not disturb what is saved afterwards. */
	rig_sql(v, "INSERT INTO t VALUES(4)");
	assert_false(vault_restore(NULL, home, away, note, &e));
	assert_int_equal(e.code, ERR_BUSY);
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT sum(x) FROM t"), 7);
	rig_whole(v);
	vault_close(v);
	/* Back over what is there: that is kept. */
	assert_true(vault_restore(NULL, home, away, note, &e));
	assert_non_null(strstr(note, ".old"));
	v = rig_open(NULL, home, "uno");
	assert_int_equal(rig_int(v, "SELECT sum(x) FROM t"), 3);
	rig_whole(v);
	vault_close(v);
	/* Into another home, which has a room with a salt of its own. */
	w = rig_create(NULL, other, "dos");
	vault_close(w);
	assert_true(vault_restore(NULL, other, away, note, &e));
	assert_string_equal(note, "");
	assert_true(
	    vault_restore(NULL, other, away, note, &e)); /* the same again: nothing to do */
	assert_string_equal(note, "");
	v = rig_open(NULL, other, "uno");
	assert_int_equal(rig_int(v, "SELECT sum(x) FROM t"), 3);
	w = rig_open(NULL, other, "dos");
	vault_close(v);
	vault_close(w);
	assert_int_equal(rig_try(&v, NULL, other, "uno", true), ERR_PASSPHRASE);
	assert_int_equal(rig_try(&v, NULL, other, "dos", true), ERR_PASSPHRASE);
	rig_drop(home);
	rig_drop(away);
	rig_drop(other);
}

static void test_nothing_to_restore(void **state)
{
	char *home = rig_folder(), *away = rig_folder();
	struct err e;

	(void)state;
	assert_false(vault_restore(NULL, home, away, NULL, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	rig_drop(home);
	rig_drop(away);
}

/* Both files of a vault that was not closed: what `cp` or a snapshot gives. */
static void test_copy_of_open_files(void **state)
{
	char *home = rig_folder(), *away = rig_folder(), *path, to[400];
	struct vault *v = rig_create(NULL, home, "uno"), *w;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(1), (2)");
	for (int log = 0; log < 2; log++) {
		uint8_t *bytes;
		size_t n;

		path = rig_file(home, log);
		snprintf(to, sizeof to, "%s%s", away, strrchr(path, '/'));
		bytes = rig_read(path, &n);
		rig_write(to, bytes, n);
		chmod(to, 0600);
		free(bytes);
		free(path);
	}
	w = rig_open(NULL, away, "uno");
	assert_int_equal(rig_int(w, "SELECT sum(x) FROM t"), 3);
	rig_whole(w);
	vault_close(w);
	vault_close(v);
	rig_drop(home);
	rig_drop(away);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rights_for_others),
		cmocka_unit_test(test_rights_of_the_folder),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_foreign_owner_and_network),
		cmocka_unit_test(test_empty_home),
		cmocka_unit_test(test_no_word_in_any_file),
		cmocka_unit_test(test_sizes_stay),
		cmocka_unit_test(test_random_looking),
		cmocka_unit_test(test_backup_and_restore),
		cmocka_unit_test(test_nothing_to_restore),
		cmocka_unit_test(test_copy_of_open_files),
	};

	return cmocka_run_group_tests_name("vault files", tests, rig_start, NULL);
}
