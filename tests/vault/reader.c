/* What the program sees and what reader.py, written from the manual alone, makes of the
 * same files: every row of every table, the word index too. */
#include "rig.h"

#include <errno.h>
#include <sys/wait.h>

#include "vault/inner.h"

/* Run the reader with `words` on its standard input; its exit status. */
static int reader(char *const argv[], const char *words)
{
	int in[2], status;
	pid_t child;

	assert_int_equal(pipe(in), 0);
	assert_int_equal(write(in[1], words, strlen(words)), strlen(words));
	close(in[1]);
	child = fork();
	if (child == 0) {
		dup2(in[0], 0);
		execv("/usr/bin/python3", argv);
		_exit(127);
	}
	close(in[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *script(void)
{
	char *path = NULL;

	assert_true(
	    asprintf(&path, "%s/tests/vault/reader.py", getenv("REMANSO_REPO")) > 0);
	return path;
}

static int read_vault(char *home, char *out, const char *words, bool recovery)
{
	char *py = script(), python[] = "python3", by_code[] = "--recovery";
	char *plain[] = { python, py, home, out, NULL };
	char *code[] = { python, py, by_code, home, out, NULL };
	int status = reader(recovery ? code : plain, words);

	free(py);
	return status;
}

static void add(char **text, const char *more)
{
	size_t n = *text ? strlen(*text) : 0;

	*text = realloc(*text, n + strlen(more) + 2);
	assert_non_null(*text);
	sprintf(*text + n, "%s\n", more);
}

static char *hex(const uint8_t *p, size_t n)
{
	char *out = malloc(2 * n + 1);

	assert_non_null(out);
	for (size_t i = 0; i < n; i++)
		sprintf(out + 2 * i, "%02x", p[i]);
	out[2 * n] = '\0';
	return out;
}

static void dump_rows(sqlite3 *db, const char *sql, char **text)
{
	sqlite3_stmt *s = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(s); i++) {
			char *q;

			if (sqlite3_column_type(s, i) == SQLITE_BLOB) {
				q = hex(sqlite3_column_blob(s, i),
				    (size_t)sqlite3_column_bytes(s, i));
				add(text, q);
				free(q);
			} else {
				add(text, sqlite3_column_text(s, i)
					      ? (const char *)sqlite3_column_text(s, i)
					      : "null");
			}
		}
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

/* Every table with every row, as text; the caller frees. */
static char *dump(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	char *text = NULL;

	dump_rows(
	    db, "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema", &text);
	assert_int_equal(
	    sqlite3_prepare_v2(db,
		"SELECT format('SELECT * FROM %Q', name) FROM sqlite_schema WHERE type = 'table'"
		" ORDER BY name",
		-1, &s, NULL),
	    SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW)
		dump_rows(db, (const char *)sqlite3_column_text(s, 0), &text);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return text;
}

static void compare(const char *out, const char *want)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	char *got;

	assert_int_equal(sqlite3_open_v2(out, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), "ok");
	sqlite3_finalize(s);
	got = dump(db);
	assert_int_equal(strlen(got), strlen(want));
	assert_true(strcmp(got, want) == 0);
	free(got);
	sqlite3_close(db);
}

static const char fill[] =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c ANY) STRICT;"
    "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE f USING fts5(x, tokenize='unicode61 remove_diacritics 2');"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
    "INSERT INTO t SELECT i, hex(randomblob(i % 90)), i * 1.5 FROM n;"
    "INSERT INTO t VALUES(-5, 'p\xc3\xa1nico', zeroblob(9000)), (7777, '', NULL);"
    "INSERT INTO w SELECT 'key' || a, b FROM t; INSERT INTO f SELECT b FROM t LIMIT 400;";

/* The power fails while the log is folded in. */
static int torn = -1;

static ssize_t torn_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	if (fd == torn && at >= (off_t)FMT_PAGE_AT(1)) {
		vault_sys_real.pwrite(ctx, fd, buf, n / 2, at);
		errno = EIO;
		return -1;
	}
	return vault_sys_real.pwrite(ctx, fd, buf, n, at);
}

static void read_both(char *home, char *away, char *code, struct vault *v, bool die)
{
	char out[400], *want = dump(vault_db(v));

	snprintf(out, sizeof out, "%s/plain", away);
	if (die)
		vault_drop_keys(v);
	vault_close(v);
	assert_int_equal(read_vault(home, out, "pa\xcc\x81nico uno", false), 0);
	compare(out, want);
	assert_int_equal(read_vault(home, out, code, true), 0);
	compare(out, want);
	free(want);
}

static void test_same_rows(void **state)
{
	char *home = rig_folder(), *away = rig_folder(), code[64] = "";
	struct vault_sys sys = vault_sys_real;
	struct vault *v = rig_create(NULL, home, "p\xc3\xa1nico uno");
	struct secret *shown;
	struct err e;

	(void)state;
	sys.pwrite = torn_pwrite;
	assert_true(vault_new_recovery(v, &shown, &e));
	memcpy(code, secret_view(shown), secret_len(shown));
	secret_free(shown);
	rig_sql(v, fill);
	for (int round = 0; round < 4; round++) {
		if (round == 2)
			torn = v->pages->main;
		assert_int_equal(round == 2 && fold_all(v->pages, &e), 0);
		/* Twice without an orderly closing: no last root, a fold half done. */
		read_both(home, away, code, v, round == 1 || round == 2);
		torn = -1;
		v = rig_open(&sys, home, "p\xc3\xa1nico uno");
		assert_int_equal(v->pages->root.state == ROOT_FOLDING, round == 2);
		rig_sql(v,
		    "UPDATE t SET b = b || 'x' WHERE a % 3 = 0;"
		    "DELETE FROM t WHERE a % 7 = 1; INSERT INTO f VALUES('otra cosa');");
		if (round == 0)
			rig_sql(v, "VACUUM");
	}
	vault_close(v);
	assert_int_equal(read_vault(home, away, "dos", false), 77);
	rig_drop(home);
	rig_drop(away);
}

static void test_same_vectors(void **state)
{
	char *py = script(), *format = NULL, python[] = "python3", option[] = "--vectors";

	(void)state;
	assert_true(
	    asprintf(&format, "%s/src/vault/FORMAT.md", getenv("REMANSO_REPO")) > 0);
	char *argv[] = { python, py, option, format, NULL };
	assert_int_equal(reader(argv, ""), 0);
	free(py);
	free(format);
}

/* Nothing a reader can be shown makes it say more than it can prove. */
static void test_changed_byte(void **state)
{
	char *home = rig_folder(), out[400], *path;
	struct vault *v = rig_create(NULL, home, "uno");
	uint8_t *bytes;
	struct err e;
	size_t n;

	(void)state;
	snprintf(out, sizeof out, "%s/plain", home);
	rig_sql(v, fill);
	assert_true(fold_all(v->pages, &e));
	vault_close(v);
	path = rig_file(home, false);
	bytes = rig_read(path, &n);
	bytes[FMT_PAGE_AT(3) + FMT_BODY + 2] ^= 1;
	rig_write(path, bytes, n);
	assert_int_equal(read_vault(home, out, "uno", false), 1);
	free(bytes);
	free(path);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_rows),
		cmocka_unit_test(test_same_vectors),
		cmocka_unit_test(test_changed_byte),
	};

	return cmocka_run_group_tests_name("vault reader", tests, rig_start, NULL);
}
