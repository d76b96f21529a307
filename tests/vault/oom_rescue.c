/* Every allocation fails while a damaged vault is looked at and its rows are saved.  What was
 * called saved is all there, what was not is told as want of memory and works when there is
 * some again, and the damaged vault stays as it was.
 *
 * All of it without a pool of locked pages, so that SQLite's lie elsewhere and are counted.
 *
 *	oom_rescue	some allocations	oom_rescue all	every one
 */
#include "oom.h"
#include "room.h"

#include <sys/resource.h>

#define FROM "/h"
#define INTO "/n"

struct base {
	struct memfs *m;
	struct vault_key *from, *into;
	struct vault_rescued want;
	int64_t sum;
};

static const char fill[] =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL, c UNIQUE);"
    "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
    "CREATE TABLE x(y, z); CREATE INDEX x_y ON x(y); CREATE VIEW few AS SELECT y FROM x;"
    "CREATE VIRTUAL TABLE f USING fts5(z);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)"
    "INSERT INTO t SELECT i, 'row ' || i || hex(zeroblob(150)), i FROM n;"
    "INSERT INTO w SELECT 'k' || a, a FROM t LIMIT 9; INSERT INTO x SELECT a, b FROM t;"
    "INSERT INTO f SELECT b FROM t LIMIT 3; UPDATE x SET z = zeroblob(9000) WHERE y = 4";

/* All that was saved, as one number. */
static int64_t sum_of(struct vault *v)
{
	return rig_int(v, "SELECT (SELECT sum(a + length(b) + c) FROM t) + "
			  "(SELECT sum(v) FROM w) * 1000000 + "
			  "(SELECT sum(y + length(z)) FROM x) + "
			  "(SELECT count(*) FROM few) * 7 + (SELECT count(*) * 5 FROM "
			  "sqlite_schema WHERE name = 'x_y')");
}

/* Want of memory, in words.  SQLite 3.40 itself, when it compiles a statement anew and has no
 * memory for the full text table, says that there is none ("no such table"): then only that
 * nothing was changed is told. */
static void told(const char *what, const struct err *e)
{
	bool sqlites = strcmp(what, "saving") == 0 && e->code == ERR_INTERNAL;

	if (oom.hits == 0)
		bad(what, "failed without reason");
	if (e->code != ERR_MEMORY && !sqlites)
		bad(what, e->text[0] ? e->text : "no words");
	oom.armed = false;
}

/* ---- one session ---- */

static struct memfs *now;
static const struct base *of;

static void untouched(void)
{
	const struct mem_file *a = main_in(of->m, FROM), *b = main_in(now, FROM);

	if (a->size != b->size || memcmp(a->now, b->now, a->size) != 0)
		bad("the damaged vault", "was changed");
}

static void at_death(void)
{
	die_hook = NULL;
	oom.armed = false;
	untouched();
	end(oom.hits > 0 ? DIED : BAD);
}

static void inspect(const struct base *b, struct memfs *m)
{
	struct vault_report r;
	struct err e = { 0 };

	if (!vault_inspect(&m->sys, FROM, b->from, &r, &e)) {
		told("inspecting", &e);
		if (!vault_inspect(&m->sys, FROM, b->from, &r, &e))
			bad("inspecting again", e.text);
	}
	if (r.bad_pages != b->want.bad_pages || r.older)
		bad("inspecting", r.note);
}

static void save(const struct base *b, struct memfs *m, struct vault *into)
{
	struct vault_rescued got;
	struct err e = { 0 };

	if (!vault_rescue(&m->sys, FROM, b->from, into, &got, &e)) {
		told("saving", &e);
		/* Where all memory is gone there is none to roll back. */
		if (!sqlite3_get_autocommit(vault_db(into)))
			rig_sql(into, "ROLLBACK");
		if (rig_int(into, "PRAGMA foreign_keys") != 1)
			bad("saving", "foreign keys were left switched off");
		if (!vault_rescue(&m->sys, FROM, b->from, into, &got, &e))
			bad("saving again", e.text);
	}
	if (b->sum && (got.rows != b->want.rows || got.cut != b->want.cut))
		bad("saving", "not all rows were saved");
}

static long session(void *arg)
{
	struct base *b = arg;
	struct memfs *m = memfs_clone(b->m, 1);
	struct vault *into;
	struct err e;
	long before;
	int64_t sum;

	now = m;
	of = b;
	before = live;
	if (!vault_open(&into, &m->sys, INTO, b->into, &e))
		bad("opening", e.text);
	die_hook = at_death;
	oom.armed = true;
	inspect(b, m);
	save(b, m, into);
	oom.armed = false;
	die_hook = NULL;
	if (oom.at < LONG_MAX && oom.hits == 0)
		bad("session", "the fault was not met");
	sum = sum_of(into);
	if (sum <= 0 || (b->sum && sum != b->sum))
		bad("rows", "not what was there");
	untouched();
	vault_close(into);
	if (!sqlmem_locked())
		bad("session", "pages that are gone are counted still");
	memfs_free(m);
	return live - before;
}

/* ---- all of them ---- */

static bool all;

static void every(struct base *b, bool sticky, bool sqlite, long by)
{
	struct oom_count c = oom_every(session, b, sticky, sqlite, all ? 1 : by);

	assert_true(c.went_on > c.died);
	assert_int_equal(c.bad, 0);
}

static void test_our_own_once(void **state)
{
	every(*state, false, false, 1);
}

static void test_our_own_and_all_after(void **state)
{
	every(*state, true, false, 5);
}

/* Without a root, the pages are counted first. */
static void test_our_own_without_a_root(void **state)
{
	struct base *b = *state;
	struct mem_file *f = main_in(b->m, FROM);

	f->now[FMT_ROOT_AT(0) + 100] ^= 1;
	f->now[FMT_ROOT_AT(1) + 100] ^= 1;
	every(b, false, false, 1);
	f->now[FMT_ROOT_AT(0) + 100] ^= 1;
	f->now[FMT_ROOT_AT(1) + 100] ^= 1;
}

static void test_sqlites_once(void **state)
{
	every(*state, false, true, 11);
}

static void test_sqlites_and_all_after(void **state)
{
	every(*state, true, true, 59);
}

static void ended(void)
{
	end(oom.hits > 0 ? DIED : BAD);
}

/* The log of which there was no memory to read a part was called damaged. */
static long look_at_log(void *arg)
{
	struct base *b = arg;
	struct memfs *m = memfs_clone(b->m, 1);
	struct vault_report r;
	struct err e = { 0 };
	long before = live;

	die_hook = ended;
	oom.armed = true;
	if (!vault_inspect(&m->sys, FROM, b->from, &r, &e)) {
		told("inspecting", &e);
	} else if (!r.log_ok || r.pages != 120) {
		bad("inspecting", r.where);
	}
	oom.armed = false;
	die_hook = NULL;
	memfs_free(m);
	return live - before;
}

static void test_no_memory_for_what_the_log_says(void **state)
{
	static uint8_t body[FMT_BLOCK];
	struct base *b = *state, wide = *b;
	struct vault *v;
	struct log_group g = { .npage = 120, .n = 1, .page = { 2 }, .last = true };
	struct oom_count c;

	wide.m = memfs_clone(b->m, 1);
	main_in(wide.m, FROM)->now[FMT_PAGE_AT(15) + 100] ^= 1;
	v = rig_open(&wide.m->sys, FROM, "uno");
	g.seq = v->pages->seq + 1;
	assert_true(v->pages->cap < g.npage);
	log_seal(log_in(wide.m, FROM)->now + v->pages->tail * FMT_BLOCK, v->pages->k,
	    v->pages->tail, &g, body, v->pages->chain);
	vault_drop_keys(v);
	vault_close(v);
	for (int sticky = 0; sticky < 2; sticky++) {
		c = oom_every(look_at_log, &wide, sticky, false, 1);
		assert_int_equal(c.bad, 0);
		assert_true(c.went_on > 3);
	}
	memfs_free(wide.m);
}

/* The file grows to a number of pages for which there is no memory. */
static void test_no_memory_to_grow(void **state)
{
	struct base *b = *state;
	struct memfs *m = memfs_clone(b->m, 1);
	struct vault *v;
	sqlite3_file *f = NULL;
	struct err e;

	assert_true(vault_open(&v, &m->sys, INTO, b->into, &e));
	sqlite3_file_control(vault_db(v), "main", SQLITE_FCNTL_FILE_POINTER, &f);
	oom_arm(0, false, false);
	oom.armed = true;
	assert_int_equal(
	    f->pMethods->xTruncate(f, (sqlite3_int64)9000 * 4096), SQLITE_IOERR_NOMEM);
	oom.armed = false;
	assert_int_equal(oom.hits, 1);
	assert_false(vault_sql_err(v, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	f->pMethods->xUnlock(f, SQLITE_LOCK_NONE);
	rig_whole(v);
	vault_close(v);
	memfs_free(m);
}

/* Both vaults; one page of rows of the first cannot be read. */
static int make_base(void **state)
{
	static struct base b;
	static const struct rlimit none = { 1024 * 1024, 1024 * 1024 };
	struct memfs *m;
	struct vault *v;
	struct err e;

	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	rig_start(NULL);
	wrap_sqlite();
	b.m = memfs_new(100);
	mem_new(b.m, INTO "/..", true);
	v = rig_create(&b.m->sys, FROM, "uno");
	rig_sql(v, fill);
	assert_true(fold_all(v->pages, &e));
	vault_close(v);
	v = rig_create(&b.m->sys, INTO, "dos");
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL, c UNIQUE)");
	vault_close(v);
	b.from = rig_key(&b.m->sys, FROM, "uno");
	b.into = rig_key(&b.m->sys, INTO, "dos");
	main_in(b.m, FROM)->now[FMT_PAGE_AT(15) + 100] ^= 1;
	/* What comes out when nothing fails. */
	m = memfs_clone(b.m, 1);
	v = rig_open(&m->sys, INTO, "dos");
	assert_true(vault_rescue(&m->sys, FROM, b.from, v, &b.want, &e));
	b.sum = sum_of(v);
	vault_close(v);
	memfs_free(m);
	assert_int_equal(b.want.bad_pages, 1);
	assert_in_range(b.want.rows, 100, 188);
	*state = &b;
	return 0;
}

static int drop_base(void **state)
{
	struct base *b = *state;

	memfs_free(b->m);
	vault_key_free(b->from);
	vault_key_free(b->into);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_once),
		cmocka_unit_test(test_our_own_and_all_after),
		cmocka_unit_test(test_our_own_without_a_root),
		cmocka_unit_test(test_sqlites_once),
		cmocka_unit_test(test_sqlites_and_all_after),
		cmocka_unit_test(test_no_memory_for_what_the_log_says),
		cmocka_unit_test(test_no_memory_to_grow),
	};

	all = argc > 1 && strcmp(argv[1], "all") == 0;
	return cmocka_run_group_tests_name(
	    "vault rescued without memory", tests, make_base, drop_base);
}
