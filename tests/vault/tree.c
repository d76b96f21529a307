/* Reading rows without SQLite, on pages and records that SQLite would not write: every seal
 * is good, and every number in them may be wrong. */
#include "memfs.h"

#include "vault/inner.h"
#include "vault/tree.h"

#define HOME "/h"
#define PAGES 40 /* of the vault; those from FREE on are the tests' own */
#define FREE 8

enum { INDEX_INNER = 2, TABLE_INNER = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };

/* ---- records ---- */

struct text {
	uint8_t p[40];
	size_t n;
};

static bool opens(struct record *r, const struct text *t)
{
	return record_open(r, t->p, t->n);
}

static void test_records_with_wrong_heads(void **state)
{
	static const struct text bad[] = {
		{ { 0 }, 0 },                   /* nothing at all */
		{ { 0x81 }, 1 },                /* a number that goes on, and does not */
		{ { 5, 1, 1, 1 }, 4 },          /* a head longer than the record */
		{ { 0, 1 }, 2 },                /* a head shorter than its own length */
		{ { 0x80, 0x80, 0x01, 1 }, 4 }, /* the same, written long */
	};
	struct record r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(opens(&r, &bad[i]));
	assert_true(opens(&r, &(struct text){ { 1 }, 1 })); /* no value is fine */
}

/* How many values are read before the record is given up. */
static int values(const struct text *t, struct value *last)
{
	struct record r;
	int n = 0;

	assert_true(opens(&r, t));
	while (record_next(&r, last))
		n++;
	assert_false(record_next(&r, last)); /* and it stays at its end */
	return n;
}

static void test_records_with_wrong_types(void **state)
{
	struct value v;

	(void)state;
	assert_int_equal(values(&(struct text){ { 4, 1, 10, 1, 7, 7 }, 6 }, &v), 1);
	assert_int_equal(values(&(struct text){ { 4, 1, 11, 1, 7, 7 }, 6 }, &v), 1);
	/* A type that does not end in the head. */
	assert_int_equal(values(&(struct text){ { 3, 1, 0x81, 7 }, 4 }, &v), 1);
	/* More than there is left. */
	assert_int_equal(values(&(struct text){ { 3, 1, 4, 7, 7, 7, 7 }, 7 }, &v), 1);
	assert_int_equal(values(&(struct text){ { 2, 200 }, 2 }, &v), 0);
}

static void test_numbers_of_nine_bytes(void **state)
{
	/* Text of 2^60 bytes, and the integer 1, both with types written as long as it goes. */
	static const struct text huge = {
		{ 11, 1, 0xa0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 13, 7 }, 12
	};
	static const struct text one = {
		{ 10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 9 }, 10
	};
	struct value v;

	(void)state;
	assert_int_equal(values(&huge, &v), 1);
	assert_int_equal(v.i, 7);
	assert_int_equal(values(&one, &v), 1);
	assert_int_equal(v.type, VALUE_INT);
	assert_int_equal(v.i, 1);
}

/* ---- pages ---- */

struct rig {
	struct memfs *m;
	struct vault *v;
	struct tree t;
	unsigned rows, most; /* the callback stops at `most` */
	int64_t keys;        /* sum */
};

static bool take(void *arg, int64_t key, const uint8_t *record, size_t n)
{
	struct rig *r = arg;

	(void)record;
	(void)n;
	r->keys += key;
	return ++r->rows < r->most;
}

static int start(void **state)
{
	static struct rig r;
	struct err e;

	if (rig_start(NULL) != 0)
		return -1;
	r.m = memfs_new(64);
	r.v = rig_create(&r.m->sys, HOME, "uno");
	rig_sql(r.v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
		     "INSERT INTO t VALUES(5, 'x'), (6, 'y')");
	for (uint32_t no = 3; no <= PAGES; no++) {
		static const uint8_t empty[FMT_BLOCK];

		assert_true(pages_write(r.v->pages, no, empty, &e));
	}
	assert_true(pages_commit(r.v->pages, &e));
	*state = &r;
	return 0;
}

static int stop(void **state)
{
	struct rig *r = *state;

	vault_drop_keys(r->v);
	vault_close(r->v);
	memfs_free(r->m);
	return 0;
}

static void put(struct rig *r, uint32_t no, const uint8_t *page)
{
	struct err e;

	assert_true(
	    pages_write(r->v->pages, no, page, &e) && pages_commit(r->v->pages, &e));
}

static void put16(uint8_t *p, unsigned x)
{
	p[0] = (uint8_t)(x >> 8);
	p[1] = (uint8_t)x;
}

/* A page with one cell, or with none when `cell` is 0. */
static void one_cell(struct rig *r, uint32_t no, int type, unsigned cell,
    const uint8_t *bytes, size_t n, uint8_t right)
{
	bool inner = type == TABLE_INNER || type == INDEX_INNER;
	uint8_t page[FMT_BLOCK] = { (uint8_t)type };

	put16(page + 3, cell > 0);
	page[11] = right;
	put16(page + (inner ? 12 : 8), cell);
	if (n > 0)
		memcpy(page + cell, bytes, n);
	put(r, no, page);
}

static void begin(struct rig *r)
{
	struct err e;

	r->rows = 0;
	r->keys = 0;
	r->most = 1000;
	assert_true(tree_open(&r->t, r->v->pages, &e));
	r->t.row = take;
	r->t.arg = r;
}

/* Walk, and compare what was met. */
static void walk(struct rig *r, uint32_t root, unsigned rows, unsigned holes, unsigned cut)
{
	begin(r);
	tree_walk(&r->t, root);
	assert_int_equal(r->rows, rows);
	assert_int_equal(r->t.holes, holes);
	assert_int_equal(r->t.cut, cut);
	tree_close(&r->t);
}

static const uint8_t row7[] = { 2, 7, 2, 8 }; /* two bytes under the key 7: the value 0 */

static void test_a_tree_as_it_should_be(void **state)
{
	struct rig *r = *state;

	walk(r, 2, 2, 0, 0);
	assert_int_equal(r->keys, 11);
	one_cell(r, FREE, TABLE_LEAF, 4000, row7, sizeof row7, 0);
	walk(r, FREE, 1, 0, 0);
	assert_int_equal(r->keys, 7);
}

static void test_roots_that_are_no_pages(void **state)
{
	static const uint8_t other[FMT_BLOCK] = { 7 };
	struct rig *r = *state;

	walk(r, 0, 0, 1, 0);
	walk(r, PAGES + 1, 0, 1, 0);
	put(r, FREE, other);
	walk(r, FREE, 0, 1, 0);
}

static void test_pages_that_lead_to_themselves(void **state)
{
	static const uint8_t child[] = { 0, 0, 0, FREE + 1, 7 };
	struct rig *r = *state;

	one_cell(r, FREE + 1, TABLE_LEAF, 4000, row7, sizeof row7, 0);
	one_cell(r, FREE, TABLE_INNER, 4000, child, sizeof child, FREE);
	walk(r, FREE, 1, 1, 0);
	/* The same page twice: its rows come once. */
	one_cell(r, FREE, TABLE_INNER, 4000, child, sizeof child, FREE + 1);
	walk(r, FREE, 1, 1, 0);
}

static void test_a_tree_without_end(void **state)
{
	struct rig *r = *state;

	for (uint8_t i = 0; i < 25; i++)
		one_cell(r, FREE + i, TABLE_INNER, 0, NULL, 0, (uint8_t)(FREE + i + 1));
	one_cell(r, FREE + 25, TABLE_LEAF, 4000, row7, sizeof row7, 0);
	walk(r, FREE, 0, 1, 0);
	walk(r, FREE + 10, 1, 0, 0);
}

static void test_cells_that_are_not_there(void **state)
{
	struct rig *r = *state;
	uint8_t page[FMT_BLOCK] = { TABLE_LEAF };

	put16(page + 3, 3000);
	put(r, FREE, page);
	walk(r, FREE, 0, 1, 0);
	/* At the end of the page, and beyond it. */
	one_cell(r, FREE, TABLE_LEAF, FMT_BODY - 3, NULL, 0, 0);
	walk(r, FREE, 0, 0, 1);
	one_cell(r, FREE, TABLE_LEAF, 65000, NULL, 0, 0);
	walk(r, FREE, 0, 0, 1);
}

static void test_cells_that_are_cut(void **state)
{
	static const uint8_t on[] = { 0x81, 0x81, 0x81, 0x81 },
			     key[] = { 2, 0x81, 0x81, 0x81 }, long_row[] = { 20, 7, 2, 8 },
			     two_gib[] = { 0x88, 0x80, 0x80, 0x80, 0, 7 };
	struct rig *r = *state;

	one_cell(r, FREE, TABLE_LEAF, FMT_BODY - 4, on, sizeof on, 0);
	walk(r, FREE, 0, 0, 1);
	one_cell(r, FREE, INDEX_LEAF, FMT_BODY - 4, on, sizeof on, 0);
	walk(r, FREE, 0, 0, 1);
	one_cell(r, FREE, TABLE_LEAF, FMT_BODY - 4, key, sizeof key, 0);
	walk(r, FREE, 0, 0, 1);
	one_cell(r, FREE, TABLE_LEAF, FMT_BODY - 4, long_row, sizeof long_row, 0);
	walk(r, FREE, 0, 0, 1);
	one_cell(r, FREE, TABLE_LEAF, 1000, two_gib, sizeof two_gib, 0);
	walk(r, FREE, 0, 0, 1);
}

/* 5000 bytes: 948 of them here, the others on page `next`. */
static void long_cell(struct rig *r, unsigned at, uint8_t next)
{
	uint8_t cell[3 + 948 + 4] = { 0xa7, 0x08, 7 };

	cell[sizeof cell - 1] = next;
	one_cell(r, FREE, TABLE_LEAF, at, cell, sizeof cell, 0);
}

static void test_rows_that_go_on_nowhere(void **state)
{
	struct rig *r = *state;

	long_cell(r, 2000, FREE + 1);
	walk(r, FREE, 1, 0, 0);
	long_cell(r, 2000, 0);
	walk(r, FREE, 0, 0, 1);
	long_cell(r, 2000, PAGES + 1);
	walk(r, FREE, 0, 0, 1);
	/* Only the number of the next page does not fit any more. */
	long_cell(r, FMT_BODY - 3 - 948 - 4, FREE + 1);
	walk(r, FREE, 1, 0, 0);
	long_cell(r, FMT_BODY - 3 - 948 - 3, FREE + 1);
	walk(r, FREE, 0, 0, 1);
}

static void test_an_index_has_rows_on_the_way(void **state)
{
	static const uint8_t cell[] = { 0, 0, 0, FREE + 1, 2, 2, 8 };
	struct rig *r = *state;

	one_cell(r, FREE + 1, INDEX_LEAF, 4000, row7, sizeof row7, 0);
	one_cell(r, FREE + 2, INDEX_LEAF, 4000, row7, sizeof row7, 0);
	one_cell(r, FREE, INDEX_INNER, 4000, cell, sizeof cell, FREE + 2);
	walk(r, FREE, 3, 0, 0);
	/* Where the callback has enough, nothing more is read. */
	for (unsigned most = 1; most <= 3; most++) {
		begin(r);
		r->most = most;
		tree_walk(&r->t, FREE);
		assert_int_equal(r->rows, most);
		tree_close(&r->t);
	}
}

static void test_pages_nobody_leads_to(void **state)
{
	static const uint8_t cell[] = { 0, 0, 0, FREE + 1, 2, 2, 8 };
	struct rig *r = *state;

	one_cell(r, FREE, INDEX_INNER, 4000, cell, sizeof cell, FREE + 2);
	one_cell(r, FREE + 1, TABLE_LEAF, 4000, row7, sizeof row7, 0);
	one_cell(r, FREE + 2, TABLE_INNER, 4000, cell, sizeof cell, FREE + 1);
	begin(r);
	tree_walk(&r->t, 2);
	r->rows = 0;
	assert_int_equal(tree_orphan(&r->t, 1), TREE_NONE);
	assert_int_equal(tree_orphan(&r->t, 2), TREE_NONE); /* was reached */
	assert_int_equal(tree_orphan(&r->t, FREE + 2), TREE_NONE);
	assert_int_equal(tree_orphan(&r->t, PAGES), TREE_NONE);
	assert_int_equal(r->rows, 0);
	assert_int_equal(tree_orphan(&r->t, FREE), TREE_OTHER);
	assert_int_equal(tree_orphan(&r->t, FREE + 1), TREE_KEYED);
	assert_int_equal(r->rows, 2);
	tree_close(&r->t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_with_wrong_heads),
		cmocka_unit_test(test_records_with_wrong_types),
		cmocka_unit_test(test_numbers_of_nine_bytes),
		cmocka_unit_test(test_a_tree_as_it_should_be),
		cmocka_unit_test(test_roots_that_are_no_pages),
		cmocka_unit_test(test_pages_that_lead_to_themselves),
		cmocka_unit_test(test_a_tree_without_end),
		cmocka_unit_test(test_cells_that_are_not_there),
		cmocka_unit_test(test_cells_that_are_cut),
		cmocka_unit_test(test_rows_that_go_on_nowhere),
		cmocka_unit_test(test_an_index_has_rows_on_the_way),
		cmocka_unit_test(test_pages_nobody_leads_to),
	};

	return cmocka_run_group_tests_name("vault trees", tests, start, stop);
}
