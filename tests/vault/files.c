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

/* Others may look into a file of the room, or change it: it is not opened, whatever the
 * passphrase, and keeps the rights it had; what to type is told. */
static void test_rights_for_others(void **state)
{
	static const mode_t rights[] = { 0644, 0640, 0604, 0660, 0620, 0606, 0601 };
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "uno"),
			 *wrong = rig_key(NULL, home, "dos");

	(void)state;
	vault_close(v);
	for (int log = 0; log < 2; log++) {
		path = rig_file(home, log);
		rights_are(path, 0600);
		for (size_t i = 0; i < ARRAY_LEN(rights); i++) {
			struct err e = { 0 };
			char words[300];

			chmod(path, rights[i]);
			snprintf(words, sizeof words, "chmod 600 %s", path);
			assert_false(vault_open(&v, NULL, home, key, &e));
			assert_int_equal(e.code, ERR_UNSAFE);
			assert_non_null(strstr(e.text, words));
			assert_false(vault_open(&v, NULL, home, wrong, &e));
			assert_true(vault_home_ready(NULL, home, &e));
			expect(home, ERR_UNSAFE);
			rights_are(path, rights[i]);
		}
		chmod(path, 0600);
		free(path);
	}
	vault_close(rig_open(NULL, home, "uno"));
	vault_key_free(key);
	vault_key_free(wrong);
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

static void is_refused(const char *home, mode_t rights)
{
	struct vault *v = NULL;
	struct err e = { 0 };
	char words[300];

	chmod(home, rights);
	snprintf(words, sizeof words, "chmod 700 %s", home);
	expect(home, ERR_UNSAFE);
	assert_int_equal(rig_try(&v, NULL, home, "dos", true), ERR_UNSAFE);
	assert_false(vault_home_ready(NULL, home, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	assert_non_null(strstr(e.text, words));
	rights_are(home, rights);
}

/* A folder that holds a room and that others may look into, or change, is refused and keeps
 * its rights; and so is a link. */
static void test_rights_of_the_folder(void **state)
{
	static const mode_t open[] = { 0720, 0702, 0775, 0777, 01777, 0755, 0750, 0711,
		0701 };
	char *home = rig_folder(), link[300], slash[301];

	(void)state;
	vault_close(rig_create(NULL, home, "uno"));
	for (size_t i = 0; i < ARRAY_LEN(open); i++)
		is_refused(home, open[i]);
	chmod(home, 0700);
	vault_close(rig_open(NULL, home, "uno"));
	snprintf(link, sizeof link, "%s-link", home);
	snprintf(slash, sizeof slash, "%s/", link);
	assert_int_equal(symlink(home, link), 0);
	expect(link, ERR_UNSAFE);
	expect(slash, ERR_UNSAFE);
	unlink(link);
	rig_drop(home);
}

/* What is left of a room, set aside or being deleted, is as private as one. */
static void test_an_open_folder_with_what_was_a_room(void **state)
{
	char *home = rig_folder(), path[400];
	static const char *const ends[] = { ".old", ".new", ".gone", "-log" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof path, "%s/abcdefghijklmnopqrstuvwxyz234567%s", home,
		    ends[i]);
		rig_write(path, (const uint8_t *)"x", 1);
		is_refused(home, 0755);
		assert_int_equal(access(path, F_OK), 0);
		unlink(path);
	}
	rig_drop(home);
}

/* Any folder can be named with --home, also one that is open to others on purpose. */
static void test_a_folder_without_a_room_keeps_its_rights(void **state)
{
	char *home = rig_folder(), path[300];
	struct vault_sys fixed = vault_sys_real;
	struct vault *v = NULL;
	struct err e = { 0 };

	(void)state;
	snprintf(path, sizeof path, "%s/notes.txt", home);
	rig_write(path, (const uint8_t *)"x", 1);
	chmod(home, 0755);
	assert_true(vault_home_ready(NULL, home, &e));
	assert_false(vault_home_has_any(NULL, home));
	expect(home, ERR_NOT_FOUND);
	rights_are(home, 0755);
	/* Where a room is made it becomes ours; not before. */
	fixed.fchmod = no_fchmod;
	assert_int_equal(rig_try(&v, &fixed, home, "uno", true), ERR_UNSAFE);
	rights_are(home, 0755);
	vault_close(rig_create(NULL, home, "uno"));
	rights_are(home, 0700);
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

static void test_foreign_owner(void **state)
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
		cmocka_unit_test(test_an_open_folder_with_what_was_a_room),
		cmocka_unit_test(test_a_folder_without_a_room_keeps_its_rights),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_foreign_owner),
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
