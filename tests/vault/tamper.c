/* One changed byte, a file cut short, an old page put back: the answer is what was stored,
 * or ERR_DAMAGED; never another row, never a crash. */
#include "rig.h"

#include "vault/inner.h"

#define ROWS 400

struct trial {
	char *home, *main, *log;
	uint8_t *main_bytes, *log_bytes;
	size_t main_n, log_n;
	struct vault_key *key;
	unsigned intact, refused, told;
};

/* A short log, so that each of some thousand openings is quick. */
static struct vault_sys quick;

static int start(void **state)
{
	quick = vault_sys_real;
	quick.log_blocks = 256;
	return rig_start(state);
}

/* Everything into the main file. */
static void fold(struct vault *v)
{
	struct err e;

	if (!fold_all(v->pages, &e))
		fail_msg("%s", e.text);
}

static void put_back(struct trial *t)
{
	rig_write(t->main, t->main_bytes, t->main_n);
	rig_write(t->log, t->log_bytes, t->log_n);
	chmod(t->main, 0600);
	chmod(t->log, 0600);
}

/* A vault with pages in the main file and, unless `folded`, batches in the log. */
static struct trial begin(bool folded)
{
	struct trial t = { .home = rig_folder() };
	struct vault *v = rig_create(&quick, t.home, "uno");
	char sql[400];

	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	for (int i = 0; i < ROWS; i++) {
		snprintf(sql, sizeof sql,
		    "INSERT INTO t(b) VALUES('row %d ' || %d || '%0200d')", i, i * i, i);
		if (i % 40 == 0)
			rig_sql(v, i ? "COMMIT; BEGIN" : "BEGIN");
		rig_sql(v, sql);
		if (i == ROWS / 2) {
			rig_sql(v, "COMMIT");
			fold(v);
			rig_sql(v, "BEGIN");
		}
	}
	rig_sql(v, "COMMIT");
	if (folded)
		fold(v);
	vault_close(v);
	t.main = rig_file(t.home, false);
	t.log = rig_file(t.home, true);
	t.main_bytes = rig_read(t.main, &t.main_n);
	t.log_bytes = rig_read(t.log, &t.log_n);
	t.key = rig_key(&quick, t.home, "uno");
	return t;
}

static void end(struct trial *t)
{
	print_message(
	    "%u intact, %u refused, %u told on reading\n", t->intact, t->refused, t->told);
	free(t->main);
	free(t->log);
	free(t->main_bytes);
	free(t->log_bytes);
	vault_key_free(t->key);
	rig_drop(t->home);
}

/* Every row is what it was, or reading it says that it is damaged. */
static void read_rows(struct trial *t, struct vault *v)
{
	sqlite3_stmt *s = NULL;
	struct err e;
	char want[300];
	int n = 0, rc = sqlite3_prepare_v2(
		       vault_db(v), "SELECT a, b FROM t ORDER BY a", -1, &s, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		snprintf(want, sizeof want, "row %d %d%0200d", n, n * n, n);
		assert_int_equal(sqlite3_column_int(s, 0), n + 1);
		assert_string_equal((const char *)sqlite3_column_text(s, 1), want);
		n++;
		rc = SQLITE_OK;
	}
	if (rc == SQLITE_DONE) {
		assert_int_equal(n, ROWS);
		t->intact++;
	} else {
		assert_false(vault_sql_err(v, &e));
		assert_int_equal(e.code, ERR_DAMAGED);
		t->told++;
	}
	sqlite3_finalize(s);
}

static void try_it(struct trial *t)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (!vault_open(&v, &quick, t->home, t->key, &e)) {
		if (e.code != ERR_DAMAGED && e.code != ERR_PASSPHRASE)
			fail_msg("%d: %s", (int)e.code, e.text);
		t->refused++;
		return;
	}
	read_rows(t, v);
	vault_drop_keys(v); /* leave the files as they are */
	vault_close(v);
}

/* Change one byte in place, try, and put the whole neighbourhood back (opening mends). */
static void flip(struct trial *t, bool log, size_t at, uint8_t with)
{
	uint8_t *bytes = log ? t->log_bytes : t->main_bytes;
	FILE *f = fopen(log ? t->log : t->main, "r+b");
	unsigned refused = t->refused;
	uint8_t c = bytes[at] ^ with;

	assert_non_null(f);
	fseek(f, (long)at, SEEK_SET);
	fwrite(&c, 1, 1, f);
	fclose(f);
	try_it(t);
	if (at < FMT_PAGE_AT(1) && !log && t->refused > refused)
		fail_msg("one byte at %zu of the front is more than was to be borne", at);
	f = fopen(log ? t->log : t->main, "r+b");
	fseek(f, (long)at, SEEK_SET);
	fwrite(&bytes[at], 1, 1, f);
	if (!log) {
		rewind(f);
		fwrite(bytes, 1, FMT_PAGE_AT(1), f);
	}
	fclose(f);
}

/* Both copies of header and root: one is always enough. */
static void test_front(void **state)
{
	struct trial t = begin(false);

	(void)state;
	for (size_t at = 0; at < FMT_PAGE_AT(1); at += at % 4096 < 64 ? 1 : 41)
		flip(&t, false, at, 0x10);
	assert_int_equal(t.refused + t.told, 0);
	end(&t);
}

static void test_pages(void **state)
{
	struct trial t = begin(true);
	size_t pages = t.main_n - FMT_PAGE_AT(1);

	(void)state;
	for (size_t at = FMT_PAGE_AT(1); at < FMT_PAGE_AT(1) + pages; at += 4096) {
		flip(&t, false, at + 100, 0x01);
		flip(&t, false, at + 2049, 0x80);
		flip(&t, false, at + FMT_BODY + 3, 0x04);
		flip(&t, false, at + 4095, 0x40);
	}
	assert_true(t.refused > 0 && t.told > 0 && t.intact > 0);
	end(&t);
}

/* After a clean closing the root knows how far the log reaches: nothing may go unnoticed.
 */
static void test_log(void **state)
{
	struct trial t = begin(false);
	size_t used = 0;

	(void)state;
	for (size_t at = 0; at < 240 * FMT_BLOCK; at += FMT_BLOCK) {
		unsigned before = t.refused;

		flip(&t, true, at + 5, 0x01);
		flip(&t, true, at + 30, 0x02);
		flip(&t, true, at + 1000, 0x80);
		flip(&t, true, at + 4095, 0x20);
		used += t.refused > before;
	}
	assert_int_equal(t.refused, used * 4);
	assert_true(used > 10);
	end(&t);
}

static void test_cut_short(void **state)
{
	struct trial t = begin(false);

	(void)state;
	for (size_t n = 0; n <= t.main_n; n += n < 20000 ? 512 : 4096 * 3 + 100) {
		assert_int_equal(truncate(t.main, (off_t)n), 0);
		try_it(&t);
		put_back(&t);
	}
	for (size_t n = 0; n <= 240 * FMT_BLOCK; n += 4096 * 2 + 700) {
		assert_int_equal(truncate(t.log, (off_t)n), 0);
		try_it(&t);
		put_back(&t);
	}
	assert_int_equal(truncate(t.log, 0), 0);
	unlink(t.log);
	try_it(&t);
	assert_int_equal(t.told, 0);
	assert_true(t.refused > 20 && t.intact > 5);
	end(&t);
}

static void test_longer_files_are_fine(void **state)
{
	struct trial t = begin(false);

	(void)state;
	assert_int_equal(truncate(t.main, (off_t)t.main_n + 10000), 0);
	assert_int_equal(truncate(t.log, (off_t)t.log_n + 10000), 0);
	try_it(&t);
	assert_int_equal(t.intact, 1);
	end(&t);
}

/* Blocks of an earlier state of the same vault, one at a time. */
static void test_old_blocks_put_back(void **state)
{
	struct trial t = begin(true);
	struct vault *v = rig_open(&quick, t.home, "uno");
	uint8_t *now, *now_log;
	size_t n, log_n;
	unsigned changed = 0;

	(void)state;
	rig_sql(v, "UPDATE t SET b = b || 'x'");
	fold(v);
	rig_sql(v, "UPDATE t SET b = 'later' WHERE a = 3");
	vault_close(v);
	now = rig_read(t.main, &n);
	now_log = rig_read(t.log, &log_n);
	for (size_t at = FMT_PAGE_AT(1); at + 4096 <= n && at + 4096 <= t.main_n;
	     at += 4096) {
		struct err e;
		FILE *f = fopen(t.main, "r+b");

		if (memcmp(now + at, t.main_bytes + at, 4096) == 0)
			continue;
		fseek(f, (long)at, SEEK_SET);
		fwrite(t.main_bytes + at, 1, 4096, f);
		fclose(f);
		if (vault_open(&v, &quick, t.home, t.key, &e)) {
			/* Padding behind the last page may differ and does not matter. */
			rig_whole(v);
			assert_int_equal(
			    rig_int(v, "SELECT count(*) FROM t WHERE b = 'later'"), 1);
			assert_int_equal(
			    rig_int(v, "SELECT count(*) FROM t WHERE b LIKE '%x'"),
			    ROWS - 1);
			vault_close(v);
		} else {
			assert_int_equal(e.code, ERR_DAMAGED);
			changed++;
		}
		rig_write(t.main, now, n);
		rig_write(t.log, now_log, log_n);
	}
	assert_true(changed > 10);
	/* The log of then with the main file of now, and the other way round. */
	rig_write(t.log, t.log_bytes, t.log_n);
	v = NULL;
	assert_int_equal(rig_try(&v, &quick, t.home, "uno", false), ERR_DAMAGED);
	rig_write(t.main, t.main_bytes, t.main_n);
	rig_write(t.log, now_log, log_n);
	if (rig_try(&v, &quick, t.home, "uno", false) == ERR_OK) {
		read_rows(&t, v);
		vault_close(v);
	}
	free(now);
	free(now_log);
	end(&t);
}

/* Put back while the vault is open: the tag is good, the sum is not. */
static void test_old_page_put_back_while_open(void **state)
{
	struct trial t = begin(true);
	struct vault *v = rig_open(&quick, t.home, "uno");
	uint8_t *now;
	size_t n;
	struct err e;

	(void)state;
	rig_sql(v, "UPDATE t SET b = replace(b, 'row', 'ROW')");
	fold(v);
	rig_sql(v, "PRAGMA shrink_memory"); /* nothing may come from SQLite's cache */
	now = rig_read(t.main, &n);
	memcpy(now + FMT_PAGE_AT(1), t.main_bytes + FMT_PAGE_AT(1),
	    (n < t.main_n ? n : t.main_n) - FMT_PAGE_AT(1));
	rig_write(t.main, now, n);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b LIKE 'row%'"), -1);
	assert_false(vault_sql_err(v, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	vault_close(v);
	free(now);
	end(&t);
}

/* Pages swapped within one vault, and between two rooms of one home. */
static void test_moved_pages(void **state)
{
	struct trial t = begin(true), other = begin(true);
	uint8_t *mix = malloc(t.main_n);
	struct vault *v;

	(void)state;
	assert_non_null(mix);
	memcpy(mix, t.main_bytes, t.main_n);
	memcpy(mix + FMT_PAGE_AT(3), t.main_bytes + FMT_PAGE_AT(4), 4096);
	memcpy(mix + FMT_PAGE_AT(4), t.main_bytes + FMT_PAGE_AT(3), 4096);
	rig_write(t.main, mix, t.main_n);
	assert_int_equal(rig_try(&v, &quick, t.home, "uno", false), ERR_DAMAGED);
	memcpy(mix, t.main_bytes, t.main_n);
	memcpy(mix + FMT_PAGE_AT(3), other.main_bytes + FMT_PAGE_AT(3), 4096);
	rig_write(t.main, mix, t.main_n);
	assert_int_equal(rig_try(&v, &quick, t.home, "uno", false), ERR_DAMAGED);
	free(mix);
	end(&t);
	end(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_front),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_longer_files_are_fine),
		cmocka_unit_test(test_old_blocks_put_back),
		cmocka_unit_test(test_old_page_put_back_while_open),
		cmocka_unit_test(test_moved_pages),
	};

	return cmocka_run_group_tests_name("vault tampering", tests, start, NULL);
}
