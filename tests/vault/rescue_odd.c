/* Saving rows of a damaged vault where the two vaults do not go together, or less is known
 * than usual: other columns, names that are taken, a list of tables that is wrong, rows that
 * nothing leads to, a new vault that cannot be written. */
#include "room.h"

#define FROM "/h"
#define INTO "/n"

struct pair {
	struct memfs *m;
	struct vault *from, *into; /* one of them is open at a time */
	struct vault_key *key;
	struct vault_rescued got;
	struct vault_report r;
	struct err e;
};

static struct pair begin(const char *sql)
{
	struct pair p = { .m = memfs_new(64) };

	mem_new(p.m, INTO "/..", true);
	p.from = rig_create(&p.m->sys, FROM, "uno");
	rig_sql(p.from, sql);
	p.key = rig_key(&p.m->sys, FROM, "uno");
	return p;
}

/* What is damaged is not touched by a closing that would mend it. */
static void leave(struct pair *p)
{
	vault_drop_keys(p->from);
	vault_close(p->from);
	p->from = NULL;
}

static void fold(struct pair *p)
{
	assert_true(fold_all(p->from->pages, &p->e));
}

static bool save(struct pair *p, const char *schema)
{
	if (p->from)
		leave(p);
	p->into = rig_create(&p->m->sys, INTO, "dos");
	if (schema)
		rig_sql(p->into, schema);
	return vault_rescue(&p->m->sys, FROM, p->key, p->into, &p->got, &p->e);
}

static void must_save(struct pair *p, const char *schema)
{
	if (!save(p, schema))
		fail_msg("%s", p->e.text);
	rig_whole(p->into);
}

static void end(struct pair *p)
{
	vault_close(p->into);
	vault_key_free(p->key);
	memfs_free(p->m);
}

/* ---- columns and names ---- */

static void test_empty_values(void **state)
{
	struct pair p =
	    begin("CREATE TABLE t(a UNIQUE, b); INSERT INTO t VALUES(x'', ''), (1, NULL)");

	(void)state;
	must_save(&p, NULL);
	assert_int_equal(p.got.rows, 2);
	assert_int_equal(p.got.cut, 0);
	assert_int_equal(rig_int(p.into, "SELECT count(*) FROM t WHERE typeof(a) = 'blob' "
					 "AND length(a) = 0 AND b = ''"),
	    1);
	end(&p);
}

static void test_names_with_quotes(void **state)
{
	struct pair p = begin("CREATE TABLE \"a \"\" b\"(\"\"\"\", \"x, y\", [rowid]);"
			      "INSERT INTO \"a \"\" b\" VALUES(1, 2, 3)");

	(void)state;
	must_save(&p, NULL);
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(
	    rig_int(p.into, "SELECT \"\"\"\" * 100 + \"x, y\" * 10 + [rowid] FROM "
			    "\"a \"\" b\""),
	    123);
	end(&p);
}

/* Columns from the 65th on were dropped, and nothing said so. */
static void test_more_columns_than_are_read(void **state)
{
	char sql[2000] = "CREATE TABLE t(c0", values[600] = "INSERT INTO t VALUES(0";
	struct pair p;

	(void)state;
	for (size_t i = 1; i < 70; i++) {
		snprintf(sql + strlen(sql), sizeof sql - strlen(sql), ", c%zu", i);
		snprintf(
		    values + strlen(values), sizeof values - strlen(values), ", %zu", i);
	}
	snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "); %s)", values);
	p = begin(sql);
	must_save(&p, NULL);
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(p.got.cut, 1);
	assert_int_equal(rig_int(p.into, "SELECT c63 FROM t"), 63);
	assert_int_equal(rig_int(p.into, "SELECT c64 IS NULL FROM t"), 1);
	end(&p);
}

static void test_columns_that_the_new_vault_lacks(void **state)
{
	struct pair p = begin("CREATE TABLE t(a, b, c); INSERT INTO t VALUES(1, 2, 3)");

	(void)state;
	must_save(&p, "CREATE TABLE t(c, x, a)");
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(rig_int(p.into, "SELECT a * 10 + c FROM t WHERE x IS NULL"), 13);
	end(&p);
}

/* A statement was made of an empty list of names, and read beyond its end. */
static void test_no_column_in_common(void **state)
{
	struct pair p =
	    begin("CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
		  "CREATE TABLE u(a, b); CREATE TABLE v(a);"
		  "INSERT INTO t VALUES(1, 2); INSERT INTO u VALUES(3, 4), (5, 6);"
		  "INSERT INTO v VALUES(9)");

	(void)state;
	must_save(&p, "CREATE TABLE t(x, y); CREATE TABLE u(z)");
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(p.got.cut, 3);
	assert_string_equal(p.got.tables, "t, u");
	assert_int_equal(rig_int(p.into, "SELECT count(*) FROM t"), 0);
	assert_int_equal(rig_int(p.into, "SELECT count(*) FROM u"), 0);
	assert_int_equal(rig_int(p.into, "SELECT a FROM v"), 9);
	end(&p);
}

/* One name that was taken in the new vault, and nothing at all was saved. */
static void test_names_that_are_taken(void **state)
{
	struct pair p = begin("CREATE TABLE t(a); CREATE TABLE u(a); CREATE TABLE w(a, k);"
			      "INSERT INTO t VALUES(1); INSERT INTO u VALUES(2);"
			      "INSERT INTO w VALUES(3, 4)");

	(void)state;
	must_save(&p, "CREATE TABLE o(x); CREATE INDEX u ON o(x);"
		      "CREATE TABLE w(k PRIMARY KEY, a) WITHOUT ROWID");
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(p.got.cut, 2);
	assert_string_equal(p.got.tables, "u, w");
	assert_int_equal(rig_int(p.into, "SELECT a FROM t"), 1);
	assert_non_null(
	    strstr(p.got.note, "2 rows could be saved only in part. What stood there"));
	end(&p);
}

static void test_values_the_new_table_refuses(void **state)
{
	struct pair p =
	    begin("CREATE TABLE t(a, b); INSERT INTO t VALUES('one', 1), (2, 2), (NULL, 3);"
		  "CREATE INDEX t_b ON t(1); CREATE UNIQUE INDEX t_u ON t(b)");

	(void)state;
	must_save(&p, "CREATE TABLE t(a INTEGER PRIMARY KEY, b CHECK (b < 3));"
		      "CREATE TABLE t_b(x)");
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(p.got.cut, 2);
	assert_int_equal(rig_int(p.into, "SELECT a FROM t"), 2);
	end(&p);
}

/* They were named as lacking something. */
static void test_tables_that_only_the_new_vault_has(void **state)
{
	struct pair p = begin("CREATE TABLE t(a); INSERT INTO t VALUES(1)");

	(void)state;
	must_save(&p, "CREATE TABLE later(a)");
	assert_int_equal(p.got.rows, 1);
	assert_string_equal(p.got.tables, "");
	assert_non_null(strstr(p.got.note, "Nothing is lost."));
	end(&p);
}

/* A column became the key in the new vault: the number of the row was put in its place. */
static void test_column_that_is_the_key_now(void **state)
{
	struct pair p = begin("CREATE TABLE t(a, b); INSERT INTO t VALUES(70, 1), (80, 2)");

	(void)state;
	must_save(&p, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	assert_int_equal(p.got.rows, 2);
	assert_int_equal(rig_int(p.into, "SELECT sum(a * b) FROM t"), 230);
	end(&p);
}

/* Rows with more values than the list of tables knows: page 1 is of an earlier moment. */
static void test_list_of_tables_that_is_older(void **state)
{
	struct pair p = begin("CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 2)");
	uint8_t page[FMT_BLOCK];

	(void)state;
	assert_true(pages_read(p.from->pages, 1, page, &p.e));
	rig_sql(p.from, "ALTER TABLE t ADD COLUMN c; UPDATE t SET c = 3");
	assert_true(
	    pages_write(p.from->pages, 1, page, &p.e) && pages_commit(p.from->pages, &p.e));
	must_save(&p, NULL);
	assert_int_equal(p.got.rows, 1);
	assert_int_equal(p.got.cut, 1);
	assert_int_equal(rig_int(p.into, "SELECT a * 10 + b FROM t"), 12);
	end(&p);
}

/* One cell of page 1 in place of the one that names t. */
static void list_says(struct pair *p, const uint8_t *cell, size_t n)
{
	uint8_t page[FMT_BLOCK];
	unsigned at;

	assert_true(pages_read(p->from->pages, 1, page, &p->e));
	at = (unsigned)page[108] << 8 | page[109];
	assert_true(at + n <= FMT_BODY);
	memcpy(page + at, cell, n);
	assert_true(pages_write(p->from->pages, 1, page, &p->e) &&
		    pages_commit(p->from->pages, &p->e));
}

static void test_list_of_tables_that_says_nothing(void **state)
{
	static const uint8_t lines[][16] = {
		{ 3, 1, 9, 8, 8 },                            /* a head that is too long */
		{ 3, 1, 2, 8, 8 },                            /* one value */
		{ 8, 1, 6, 8, 8, 8, 9, 15, 'q', 'q' },        /* a name that is no text */
		{ 9, 1, 6, 8, 15, 8, 15, 15, 't', 'q', 'q' }, /* a root that is no number */
		{ 8, 1, 6, 8, 15, 8, 9, 9, 't' },             /* words that are a number */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct pair p = begin("CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
				      "INSERT INTO t VALUES(7, 'seven')");

		list_says(&p, lines[i], sizeof lines[i]);
		/* Nothing leads to the rows, but there is one table that they fit. */
		must_save(&p, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
		assert_int_equal(p.got.rows, 1);
		assert_int_equal(rig_int(p.into, "SELECT a FROM t WHERE b = 'seven'"), 7);
		end(&p);
	}
}

/* ---- rows that nothing leads to ---- */

/* Every page is there, and the one between root and rows names none of them. */
static void test_rows_that_were_cut_off(void **state)
{
	struct pair p = begin(
	    "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
	    "INSERT INTO t SELECT i, zeroblob(900) FROM n");
	uint8_t page[FMT_BLOCK];

	(void)state;
	assert_true(pages_read(p.from->pages, 2, page, &p.e));
	assert_int_equal(page[0], 5);
	page[3] = page[4] = 0; /* the last child stays */
	assert_true(
	    pages_write(p.from->pages, 2, page, &p.e) && pages_commit(p.from->pages, &p.e));
	must_save(&p, NULL);
	assert_int_equal(p.got.bad_pages + p.got.cut, 0);
	assert_true(p.got.rows > 0 && p.got.unplaced > 0);
	assert_int_equal(p.got.rows + p.got.unplaced, 30);
	assert_non_null(strstr(p.got.note, "only in part"));
	assert_null(strstr(p.got.note, "pages")); /* none is damaged */
	end(&p);
}

/* Numbers where a column is declared to hold bytes: which of two tables they belong to. */
static void test_rows_of_another_type(void **state)
{
	struct pair p =
	    begin("CREATE TABLE n(a INT, b INT); CREATE TABLE o(a BLOB, b BLOB);"
		  "INSERT INTO n VALUES(11, 12)");

	(void)state;
	fold(&p);
	leave(&p);
	main_in(p.m, FROM)->now[FMT_PAGE_AT(1) + 50] ^= 1;
	must_save(&p, "CREATE TABLE n(a INT, b INT); CREATE TABLE o(a BLOB, b BLOB)");
	assert_int_equal(rig_int(p.into, "SELECT a + b FROM n"), 23);
	assert_int_equal(p.got.unplaced, 0);
	end(&p);
}

static void test_more_names_than_there_is_room_for(void **state)
{
	struct pair p = begin("CREATE TABLE t(a)");
	char sql[200];

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(sql, sizeof sql,
		    "CREATE TABLE a_name_of_some_length_%d(a); INSERT INTO "
		    "a_name_of_some_length_%d VALUES(zeroblob(3000))",
		    i, i);
		rig_sql(p.from, sql);
	}
	fold(&p);
	leave(&p);
	for (uint32_t no = 3; no < 15; no++)
		main_in(p.m, FROM)->now[FMT_PAGE_AT(no) + 50] ^= 1;
	must_save(&p, NULL);
	assert_int_equal(p.got.bad_pages, 12);
	assert_int_equal(strncmp(p.got.tables, "a_name_of_some_length_", 22), 0);
	assert_in_range(strlen(p.got.tables), 100, sizeof p.got.tables - 1);
	end(&p);
}

/* ---- a new vault that does not take it ---- */

static bool full;

static ssize_t full_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	if (full && strncmp(mem_of(ctx, fd)->path, INTO, 2) == 0) {
		errno = ENOSPC;
		return -1;
	}
	return mem_pwrite(ctx, fd, buf, n, at);
}

static long writes_left;

static ssize_t filling_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	full = full || (strncmp(mem_of(ctx, fd)->path, INTO, 2) == 0 && writes_left-- == 0);
	return full_pwrite(ctx, fd, buf, n, at);
}

/* At each write in turn, also between two commits of a long table. */
static void test_the_disk_fills_up_on_the_way(void **state)
{
	struct pair p = begin(
	    "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "2100) INSERT INTO t SELECT i, 'row ' || hex(zeroblob(40)) FROM n;"
	    "INSERT INTO t VALUES(5000, zeroblob(200000)); CREATE INDEX t_b ON t(b)");
	unsigned failed = 0;
	bool ok = false;

	(void)state;
	leave(&p);
	p.m->sys.pwrite = filling_pwrite;
	writes_left = 100000;
	for (long at = 0; !ok; at++) {
		full = false;
		p.into = rig_create(&p.m->sys, INTO, "dos");
		rig_sql(p.into, "PRAGMA cache_size=10");
		writes_left = at;
		ok = vault_rescue(&p.m->sys, FROM, p.key, p.into, &p.got, &p.e) && !full;
		failed += full;
		if (full && !ok)
			assert_int_equal(p.e.code, ERR_FULL);
		writes_left = 100000;
		full = false;
		assert_true(sqlite3_get_autocommit(vault_db(p.into)));
		assert_int_equal(rig_int(p.into, "PRAGMA foreign_keys"), 1);
		rig_whole(p.into);
		assert_true(vault_delete(p.into, &p.e));
		vault_close(p.into);
	}
	assert_int_equal(p.got.rows, 2101);
	print_message("%u writes\n", failed);
	assert_true(failed > 10);
	p.into = NULL;
	end(&p);
}

/* The transaction of whoever called was rolled back. */
static void test_a_transaction_is_open_already(void **state)
{
	struct pair p = begin("CREATE TABLE t(a); INSERT INTO t VALUES(1)");

	(void)state;
	assert_false(save(&p, "CREATE TABLE mine(a); BEGIN; INSERT INTO mine VALUES(4)"));
	assert_int_equal(p.e.code, ERR_INTERNAL);
	rig_sql(p.into, "COMMIT");
	assert_int_equal(rig_int(p.into, "SELECT a FROM mine"), 4);
	assert_true(vault_rescue(&p.m->sys, FROM, p.key, p.into, &p.got, &p.e));
	assert_int_equal(rig_int(p.into, "SELECT a FROM t"), 1);
	end(&p);
}

/* By the system calls of the machine itself, and of an older copy nothing is missing. */
static void test_a_row_of_an_older_copy(void **state)
{
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct pair p = begin("CREATE TABLE x(a)");
	uint8_t *old, *now;
	size_t n;

	(void)state;
	leave(&p);
	rig_sql(v, "CREATE TABLE t(a); INSERT INTO t VALUES(1)");
	assert_true(fold_all(v->pages, &p.e));
	path = rig_file(home, false);
	old = rig_read(path, &n);
	rig_sql(v, "UPDATE t SET a = 2");
	assert_true(fold_all(v->pages, &p.e));
	vault_close(v);
	now = rig_read(path, &n);
	memcpy(now + FMT_PAGE_AT(2), old + FMT_PAGE_AT(2), FMT_BLOCK);
	rig_write(path, now, n);
	p.into = rig_create(&p.m->sys, INTO, "dos");
	assert_true(vault_inspect(NULL, home, key, &p.r, &p.e));
	assert_true(p.r.older);
	if (!vault_rescue(NULL, home, key, p.into, &p.got, &p.e))
		fail_msg("%s", p.e.text);
	assert_int_equal(rig_int(p.into, "SELECT a FROM t"), 1);
	assert_non_null(strstr(p.got.note, "1 row was saved. Something among it is from"));
	free(old);
	free(now);
	free(path);
	rig_drop(home);
	vault_key_free(key);
	end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_values),
		cmocka_unit_test(test_names_with_quotes),
		cmocka_unit_test(test_more_columns_than_are_read),
		cmocka_unit_test(test_columns_that_the_new_vault_lacks),
		cmocka_unit_test(test_no_column_in_common),
		cmocka_unit_test(test_names_that_are_taken),
		cmocka_unit_test(test_values_the_new_table_refuses),
		cmocka_unit_test(test_tables_that_only_the_new_vault_has),
		cmocka_unit_test(test_column_that_is_the_key_now),
		cmocka_unit_test(test_list_of_tables_that_is_older),
		cmocka_unit_test(test_list_of_tables_that_says_nothing),
		cmocka_unit_test(test_rows_that_were_cut_off),
		cmocka_unit_test(test_rows_of_another_type),
		cmocka_unit_test(test_more_names_than_there_is_room_for),
		cmocka_unit_test(test_the_disk_fills_up_on_the_way),
		cmocka_unit_test(test_a_transaction_is_open_already),
		cmocka_unit_test(test_a_row_of_an_older_copy),
	};

	return cmocka_run_group_tests_name("vault rescue, oddly", tests, rig_start, NULL);
}
