/* A damaged vault: what is said of it, and what is saved of it.  Every page in turn is made
 * unreadable; every row that comes out is one that went in. */
#include "rig.h"

#include <errno.h>

#include "vault/inner.h"

#define ROWS 600

struct trial {
	char *home, *away, *main, *log;
	uint8_t *main_bytes, *log_bytes;
	size_t main_n, log_n;
	struct vault_key *key;
	struct vault_report r;
	struct vault_rescued got;
	struct err told;
};

static struct vault_sys quick;

static int start(void **state)
{
	quick = vault_sys_real;
	quick.log_blocks = 128;
	return rig_start(state);
}

static const char fill[] =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL, c BLOB) STRICT;"
    "CREATE TABLE w(k TEXT PRIMARY KEY, v INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE TABLE h(x, y); CREATE INDEX h_x ON h(x);"
    "CREATE VIRTUAL TABLE f USING fts5(z);"
    "CREATE TABLE s(n INTEGER PRIMARY KEY AUTOINCREMENT, v REAL);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
    "INSERT INTO t SELECT i, 'row ' || i || ' ' || hex(zeroblob(120)), NULL FROM n;"
    "INSERT INTO w SELECT 'key ' || a || hex(zeroblob(20)), a * 3 FROM t;"
    "INSERT INTO h SELECT a * 1.5, 'h' || a FROM t LIMIT 100;"
    "INSERT INTO f SELECT b FROM t LIMIT 100;"
    "INSERT INTO s(v) VALUES(1), (2.5);"
    "UPDATE t SET c = zeroblob(9000) WHERE a IN (50, 300);";

static void fold(struct vault *v)
{
	struct err e;

	if (!fold_all(v->pages, &e))
		fail_msg("%s", e.text);
}

static struct trial begin(bool in_log)
{
	struct trial t = { .home = rig_folder(), .away = rig_folder() };
	struct vault *v = rig_create(&quick, t.home, "uno");

	rig_sql(v, fill);
	fold(v);
	if (in_log) {
		for (int i = 0; i < 6; i++)
			rig_sql(v, "UPDATE t SET b = b || 'x' WHERE a = 7");
	}
	vault_close(v);
	t.main = rig_file(t.home, false);
	t.log = rig_file(t.home, true);
	t.main_bytes = rig_read(t.main, &t.main_n);
	t.log_bytes = rig_read(t.log, &t.log_n);
	t.key = rig_key(&quick, t.home, "uno");
	return t;
}

static void put(const char *path, const uint8_t *bytes, size_t n)
{
	rig_write(path, bytes, n);
	assert_int_equal(chmod(path, 0600), 0);
}

static void end(struct trial *t)
{
	free(t->main);
	free(t->log);
	free(t->main_bytes);
	free(t->log_bytes);
	vault_key_free(t->key);
	rig_drop(t->home);
	rig_drop(t->away);
}

/* Everything that came out is right; how many rows of t. */
static int check_rows(struct vault *v)
{
	rig_whole(v);
	assert_int_equal(
	    rig_int(v, "SELECT count(*) FROM t WHERE b NOT GLOB 'row ' || a || ' 000*'"),
	    0);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE c IS NOT NULL AND "
				    "c <> zeroblob(9000)"),
	    0);
	assert_int_equal(
	    rig_int(
		v, "SELECT count(*) FROM w WHERE k NOT GLOB 'key ' || (v / 3) || '000*'"),
	    0);
	assert_int_equal(
	    rig_int(v, "SELECT count(*) FROM h WHERE y <> 'h' || cast(x / 1.5 AS INTEGER)"),
	    0);
	return (int)rig_int(v, "SELECT count(*) FROM t");
}

/* Open, look, rescue; how many rows of t came out. */
static int try_it(struct trial *t, const char *schema)
{
	struct vault *v = NULL, *into;
	struct err e = { 0 };
	uint8_t *now;
	size_t n;
	int rows;

	t->told = (struct err){ 0 };
	now = rig_read(t->main, &n);
	if (vault_open(&v, &quick, t->home, t->key, &t->told)) {
		t->told.code = ERR_OK;
		vault_drop_keys(v);
		vault_close(v);
		put(t->main, now, n); /* opening mends */
	}
	free(now);
	if (!vault_inspect(&quick, t->home, t->key, &t->r, &e))
		fail_msg("%s", e.text);
	into = rig_create(&quick, t->away, "uno");
	if (schema)
		rig_sql(into, schema);
	if (!vault_rescue(&quick, t->home, t->key, into, &t->got, &e))
		fail_msg("%s", e.text);
	rows = check_rows(into);
	assert_true(t->got.note[0] != '\0');
	assert_true(vault_delete(into, &e));
	vault_close(into);
	put(t->main, t->main_bytes, t->main_n);
	put(t->log, t->log_bytes, t->log_n);
	return rows;
}

static void test_nothing_is_damaged(void **state)
{
	struct trial t = begin(true);

	(void)state;
	assert_int_equal(try_it(&t, NULL), ROWS);
	assert_int_equal(t.told.code, ERR_OK);
	assert_int_equal(t.r.bad_pages, 0);
	assert_string_equal(t.r.where, "");
	assert_true(t.r.headers_ok && t.r.roots_ok && t.r.log_ok && !t.r.older);
	assert_int_equal(t.got.rows, ROWS * 2 + 100 + 2);
	assert_int_equal(t.got.unplaced + t.got.cut, 0);
	assert_string_equal(t.got.tables, "");
	end(&t);
}

/* One page at a time. */
static void test_each_page(void **state)
{
	struct trial t = begin(false);
	struct vault *v = rig_open(&quick, t.home, "uno");
	uint32_t pages = v->pages->npage;
	uint64_t all = ROWS * 2 + 100 + 2, least = all;
	unsigned complete = 0;
	char want[40];

	(void)state;
	vault_close(v);
	for (uint32_t no = 1; no <= pages; no++) {
		uint8_t *bytes = malloc(t.main_n);

		assert_non_null(bytes);
		memcpy(bytes, t.main_bytes, t.main_n);
		bytes[FMT_PAGE_AT(no) + 77] ^= 4;
		put(t.main, bytes, t.main_n);
		free(bytes);
		/* The list of tables is on page 1: without it the new vault's is used. */
		try_it(&t, no == 1
			       ? "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL, "
				 "c BLOB) STRICT; CREATE TABLE h(x, y);"
				 "CREATE TABLE w(k TEXT PRIMARY KEY, v INTEGER) STRICT, "
				 "WITHOUT ROWID"
			       : NULL);
		assert_int_equal(t.r.bad_pages, 1);
		snprintf(want, sizeof want, "page %u", no);
		assert_string_equal(t.r.where, want);
		if (t.told.code != ERR_OK)
			assert_non_null(strstr(t.told.text, "1 of "));
		if (no == 1)
			assert_true(t.got.rows >= ROWS - 2);
		else if (t.got.rows < least)
			least = t.got.rows;
		complete += t.got.rows == all;
	}
	print_message("%u pages: for %u nothing was lost, at worst %u of %u rows\n", pages,
	    complete, (unsigned)(all - least), (unsigned)all);
	/* All of h lies on one page. */
	assert_true(all - least <= 100);
	end(&t);
}

static void test_the_front(void **state)
{
	struct trial t = begin(true);

	(void)state;
	for (unsigned which = 1; which < 16; which++) {
		uint8_t *bytes;
		int rows;

		if ((which & 3) == 3)
			continue; /* without a header there is no key */
		bytes = malloc(t.main_n);
		assert_non_null(bytes);
		memcpy(bytes, t.main_bytes, t.main_n);
		for (unsigned i = 0; i < 4; i++)
			bytes[FMT_BLOCK * i + 4050] ^= (uint8_t)(which >> i & 1);
		put(t.main, bytes, t.main_n);
		free(bytes);
		rows = try_it(&t, NULL);
		/* Without a root the log cannot be read: what is in the main file comes out. */
		assert_int_equal(rows, ROWS);
		assert_int_equal(t.r.headers_ok, (which & 3) == 0);
		assert_int_equal(t.r.roots_ok, (which & 12) == 0);
		assert_int_equal(t.told.code, which >= 12 ? ERR_DAMAGED : ERR_OK);
		if (which >= 12)
			assert_non_null(strstr(t.told.text, "remanso rescue"));
	}
	end(&t);
}

static void test_the_log(void **state)
{
	struct trial t = begin(true);
	uint8_t *bytes = malloc(t.log_n);

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, t.log_bytes, t.log_n);
	bytes[5 * FMT_BLOCK + 100] ^= 1;
	put(t.log, bytes, t.log_n);
	assert_int_equal(try_it(&t, NULL), ROWS);
	assert_int_equal(t.told.code, ERR_DAMAGED);
	assert_non_null(strstr(t.told.text, "saved last"));
	assert_false(t.r.log_ok);
	assert_true(t.r.lost >= 1 && t.r.lost <= 6);
	assert_int_equal(t.got.lost, t.r.lost);
	assert_non_null(strstr(t.r.where, "the log from block "));
	unlink(t.log);
	assert_int_equal(try_it(&t, NULL), ROWS);
	assert_int_equal(t.r.lost, 6);
	free(bytes);
	end(&t);
}

static void test_an_old_page(void **state)
{
	struct trial t = begin(false);
	struct vault *v = rig_open(&quick, t.home, "uno");
	uint8_t *now;
	size_t n;

	(void)state;
	rig_sql(v, "UPDATE t SET c = NULL");
	fold(v);
	vault_close(v);
	now = rig_read(t.main, &n);
	for (uint32_t no = 2; FMT_PAGE_AT(no + 1) <= t.main_n; no++) {
		if (memcmp(now + FMT_PAGE_AT(no), t.main_bytes + FMT_PAGE_AT(no), 4096) ==
		    0)
			continue;
		memcpy(now + FMT_PAGE_AT(no), t.main_bytes + FMT_PAGE_AT(no), 4096);
		break;
	}
	put(t.main, now, n);
	try_it(&t, NULL);
	assert_int_equal(t.told.code, ERR_DAMAGED);
	assert_non_null(strstr(t.told.text, "older copy"));
	assert_true(t.r.older && t.got.older);
	assert_int_equal(t.r.bad_pages, 0);
	free(now);
	end(&t);
}

static void test_many_pages(void **state)
{
	struct trial t = begin(false);
	uint8_t *bytes = malloc(t.main_n);
	struct err e;

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, t.main_bytes, t.main_n);
	for (uint32_t no = 3; FMT_PAGE_AT(no) + 4096 <= t.main_n; no += 2)
		memset(bytes + FMT_PAGE_AT(no), 0, 4096);
	put(t.main, bytes, t.main_n);
	try_it(&t, NULL);
	assert_true(t.got.rows > 200 && t.got.bad_pages > 20);
	assert_true(t.got.tables[0] != '\0');
	assert_non_null(strstr(t.r.where, "page 3, page 5"));
	memset(bytes + FMT_PAGE_AT(1), 0, t.main_n - FMT_PAGE_AT(1));
	put(t.main, bytes, t.main_n);
	assert_false(vault_inspect(&quick, t.home, t.key, &t.r, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	free(bytes);
	end(&t);
}

static void test_refusals(void **state)
{
	struct trial t = begin(false);
	struct vault_key *other = rig_key(&quick, t.home, "dos");
	struct vault *v, *into = rig_create(&quick, t.away, "tres");
	struct err e;

	(void)state;
	assert_false(vault_inspect(&quick, t.home, other, &t.r, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	v = rig_open(&quick, t.home, "uno");
	assert_false(vault_rescue(&quick, t.home, t.key, into, &t.got, &e));
	assert_int_equal(e.code, ERR_BUSY);
	vault_close(v);
	vault_close(into);
	vault_key_free(other);
	end(&t);
}

/* Every kind of value, in a table with rowids of its own and in one without. */
static void test_values(void **state)
{
	static const char sum[] =
	    "SELECT group_concat(hex(quote(a) || typeof(a) || quote(b))) FROM "
	    "(SELECT a, b FROM v UNION ALL SELECT k, x FROM u)";
	char *home = rig_folder(), *away = rig_folder(), sql[400], *all;
	struct vault *v = rig_create(&quick, home, "uno"), *into;
	struct vault_key *key = rig_key(&quick, home, "uno");
	struct vault_rescued got;
	sqlite3_stmt *a, *b;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE v(a, b); CREATE TABLE u(k PRIMARY KEY, x) WITHOUT ROWID;");
	for (int bits = 0; bits < 64; bits += 3) {
		snprintf(sql, sizeof sql,
		    "INSERT INTO v VALUES(1 << %d, -(1 << %d)), (1.5 / (1 << %d), x'%02x00'),"
		    "(NULL, zeroblob(1 << %d)), ('w' || %d, '');"
		    "INSERT INTO u SELECT hex(zeroblob(%d)) || rowid, a FROM v WHERE rowid > %d",
		    bits, bits, bits, bits, bits % 15, bits, bits * 60, bits);
		rig_sql(v, sql);
	}
	assert_int_equal(sqlite3_prepare_v2(vault_db(v), sum, -1, &a, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(a), SQLITE_ROW);
	all = strdup((const char *)sqlite3_column_text(a, 0));
	sqlite3_finalize(a);
	rig_sql(v, "CREATE INDEX v_a ON v(a); CREATE VIEW few AS SELECT a FROM v");
	vault_close(v);
	into = rig_create(&quick, away, "dos");
	if (!vault_rescue(&quick, home, key, into, &got, &e))
		fail_msg("%s", e.text);
	rig_whole(into);
	assert_int_equal(got.cut + got.unplaced, 0);
	assert_int_equal(sqlite3_prepare_v2(vault_db(into), sum, -1, &b, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(b), SQLITE_ROW);
	assert_true(strcmp((const char *)sqlite3_column_text(b, 0), all) == 0);
	sqlite3_finalize(b);
	free(all);
	assert_true(rig_int(into, "SELECT count(*) FROM few") > 80);
	assert_int_equal(
	    rig_int(into, "SELECT count(*) FROM sqlite_schema WHERE name = 'v_a'"), 1);
	vault_close(into);
	vault_key_free(key);
	rig_drop(home);
	rig_drop(away);
}

static bool full;

static ssize_t full_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	if (full) {
		errno = ENOSPC;
		return -1;
	}
	return vault_sys_real.pwrite(ctx, fd, buf, n, at);
}

/* The disk of the new vault is full: it is said, and the damaged one is as it was. */
static void test_full_disk(void **state)
{
	struct trial t = begin(true);
	struct vault_sys sys = quick;
	struct vault *into;
	struct err e = { 0 };
	uint8_t *now;
	size_t n;

	(void)state;
	sys.pwrite = full_pwrite;
	into = rig_create(&sys, t.away, "uno");
	full = true;
	assert_false(vault_rescue(&quick, t.home, t.key, into, &t.got, &e));
	full = false;
	assert_int_equal(e.code, ERR_FULL);
	now = rig_read(t.main, &n);
	assert_int_equal(n, t.main_n);
	assert_memory_equal(now, t.main_bytes, n);
	free(now);
	/* The same vault takes it all when there is room. */
	assert_true(vault_rescue(&quick, t.home, t.key, into, &t.got, &e));
	assert_int_equal(check_rows(into), ROWS);
	vault_close(into);
	end(&t);
}

/* Rows that the new vault's rules refuse are left out and counted. */
static void test_other_rules(void **state)
{
	struct trial t = begin(false);

	(void)state;
	assert_int_equal(try_it(&t, "CREATE TABLE t(a INTEGER PRIMARY KEY CHECK (a > 10), "
				    "b TEXT, c BLOB, d TEXT DEFAULT 'x') STRICT"),
	    ROWS - 10);
	assert_int_equal(t.got.cut, 10);
	assert_int_equal(try_it(&t, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB) "
				    "STRICT; CREATE TABLE w(k TEXT PRIMARY KEY, v INTEGER, "
				    "z) WITHOUT ROWID"),
	    ROWS);
	assert_int_equal(t.got.cut, 0);
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_damaged),
		cmocka_unit_test(test_each_page),
		cmocka_unit_test(test_the_front),
		cmocka_unit_test(test_the_log),
		cmocka_unit_test(test_an_old_page),
		cmocka_unit_test(test_many_pages),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_other_rules),
	};

	return cmocka_run_group_tests_name("vault rescue", tests, start, NULL);
}
