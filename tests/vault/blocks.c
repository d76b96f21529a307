/* The parts below the database: sealed blocks as pure functions, and pages over two files. */
#include "memfs.h"

#include "vault/code.h"
#include "vault/inner.h"
#include "vault/io.h"

static struct keys some_keys(uint8_t fill)
{
	struct keys k;

	memset(&k, fill, sizeof k);
	seal_derive(&k);
	log_use(&k, k.id, 7);
	return k;
}

/* ---- log ---- */

#define GROUP_BYTES ((1 + FMT_GROUP) * FMT_BLOCK)

struct stack {
	uint8_t block[GROUP_BYTES];
	struct log_group g;
};

static void seal_group(struct stack *s, const struct keys *k, uint64_t at, uint8_t fill,
    bool last, const uint8_t *chain)
{
	uint8_t *bodies = malloc(FMT_GROUP * FMT_BLOCK);

	assert_non_null(bodies);
	memset(bodies, fill, FMT_GROUP * FMT_BLOCK);
	s->g = (struct log_group){ .seq = 8, .npage = 100, .n = FMT_GROUP, .last = last };
	for (uint32_t i = 0; i < FMT_GROUP; i++)
		s->g.page[i] = i + 1;
	log_seal(s->block, k, at, &s->g, bodies, chain);
	free(bodies);
}

static bool reads(const uint8_t *blocks, const struct keys *k, uint64_t at,
    const uint8_t *chain, struct log_group *g)
{
	uint8_t before[FMT_HASH];

	memcpy(before, chain, FMT_HASH); /* `chain` may lie in `g` */
	return log_head(blocks, k, at, g) &&
	       log_check(g, k, at, blocks + FMT_BLOCK, before);
}

static void test_group_round_trip(void **state)
{
	struct keys k = some_keys(1);
	static struct stack s;
	const uint8_t zero[FMT_HASH] = { 0 };
	struct log_group g;
	uint8_t body[FMT_BLOCK];

	(void)state;
	seal_group(&s, &k, 24, 0x5a, true, zero);
	assert_true(reads(s.block, &k, 24, zero, &g));
	assert_int_equal(g.seq, 8);
	assert_int_equal(g.n, FMT_GROUP);
	assert_int_equal(g.page[22], 23);
	assert_true(g.last);
	assert_true(log_frame(s.block + 3 * FMT_BLOCK, &k, 27, body));
	assert_int_equal(body[0], 0x5a);
	assert_true(log_frame(s.block + 3 * FMT_BLOCK, &k, 27, NULL));
	assert_false(log_frame(s.block + 3 * FMT_BLOCK, &k, 28, NULL));
	/* At another place, under another key, or taken for the other kind, nothing opens. */
	assert_false(log_head(s.block, &k, 25, &g));
	assert_false(log_frame(s.block, &k, 24, body));
	assert_false(log_head(s.block + FMT_BLOCK, &k, 25, &g));
	assert_false(log_frame(s.block + 3 * FMT_BLOCK, &k, 28, body));
	log_use(&k, k.id, 8);
	assert_false(log_head(s.block, &k, 24, &g));
}

/* Two batches with the same number and the same shape were begun at the same place, the first
 * one abandoned.  Their parts must not fit together. */
static void test_stale_groups_do_not_fit(void **state)
{
	struct keys k = some_keys(1);
	static struct stack a1, a2, b1, b2;
	const uint8_t zero[FMT_HASH] = { 0 };
	struct log_group g;

	(void)state;
	seal_group(&a1, &k, 0, 1, false, zero);
	seal_group(&a2, &k, 24, 2, true, a1.g.chain);
	seal_group(&b1, &k, 0, 3, false, zero);
	seal_group(&b2, &k, 24, 4, true, b1.g.chain);
	assert_true(reads(b1.block, &k, 0, zero, &g));
	assert_true(reads(b2.block, &k, 24, g.chain, &g));
	assert_true(reads(b1.block, &k, 0, zero, &g));
	assert_false(reads(a2.block, &k, 24, g.chain, &g));
	/* One stale frame among new ones. */
	memcpy(b1.block + 5 * FMT_BLOCK, a1.block + 5 * FMT_BLOCK, FMT_BLOCK);
	assert_false(reads(b1.block, &k, 0, zero, &g));
}

/* ---- root, header, page ---- */

static void test_every_byte_of_a_root(void **state)
{
	struct keys k = some_keys(2);
	struct root r = { .gen = 5, .seq = 9, .npage = 12, .state = ROOT_FOLDING }, out;
	uint8_t block[FMT_BLOCK];

	(void)state;
	root_seal(block, &k, 1, &r);
	assert_true(root_open(block, &k, 1, &out));
	assert_int_equal(out.gen, 5);
	assert_int_equal(out.npage, 12);
	assert_int_equal(out.state, ROOT_FOLDING);
	assert_false(root_open(block, &k, 0, &out));
	for (size_t i = 0; i < FMT_BLOCK; i++) {
		block[i] ^= 1;
		assert_false(root_open(block, &k, 1, &out));
		block[i] ^= 1;
	}
	assert_true(root_open(block, &k, 1, &out));
}

static void test_every_byte_of_a_header(void **state)
{
	struct keys k = some_keys(3);
	struct slot_key sk = { { 4 }, { 5 } }, other = { { 4 }, { 6 } };
	struct header_info info = { .gen = 3, .format = FMT_VERSION, .kind = { 0, 1 } },
			   out;
	uint8_t h[FMT_BLOCK], salt[FMT_SALT] = { 7 }, master[FMT_KEY];

	(void)state;
	header_new(h, k.id, salt, KDF_TEST);
	header_wrap(h, 1, &sk, k.master, SLOT_PASSPHRASE);
	header_seal(h, &k, &info);
	assert_int_equal(header_preset(h), KDF_TEST);
	assert_int_equal(header_find(h, &sk), 1);
	assert_int_equal(header_find(h, &other), -1);
	assert_true(header_unwrap(h, 1, &sk, master));
	assert_memory_equal(master, k.master, FMT_KEY);
	for (size_t i = 0; i < 4072; i++) {
		h[i] ^= 0x80;
		assert_false(header_open(h, &k, &out));
		if (i < 40 || (i >= 40 + 256 && i < 40 + 512))
			assert_false(
			    header_find(h, &sk) == 1 && header_unwrap(h, 1, &sk, master));
		h[i] ^= 0x80;
	}
	assert_true(header_open(h, &k, &out));
	assert_int_equal(out.kind[1], SLOT_PASSPHRASE);
	/* A slot works in its own place only. */
	memcpy(h + 40 + 512, h + 40 + 256, 256);
	header_clear(h, 1);
	assert_int_equal(header_find(h, &sk), -1);
}

/* ---- pages ---- */

#define MAIN "/h/main"
#define LOG "/h/log"

struct two {
	struct memfs *m;
	struct keys *k; /* the pages point at it */
	struct pages *p;
};

static void open_two(struct two *t, bool make)
{
	int flags = make ? O_RDWR | O_CREAT : O_RDWR;
	int main = t->m->sys.open(t->m, MAIN, flags, 0600);
	int log = t->m->sys.open(t->m, LOG, flags, 0600);
	struct err e;

	if (make) {
		assert_true(io_pad(&t->m->sys, main, 0, fold_main_size(0), &e));
		assert_true(pages_make(&t->m->sys, main, t->k, &e));
	}
	if (!pages_open(&t->p, &t->m->sys, main, log, t->k, 1, &e))
		fail_msg("%s", e.text);
}

static struct two two_new(uint32_t log_blocks)
{
	struct two t = { .m = memfs_new(log_blocks), .k = malloc(sizeof *t.k) };

	assert_non_null(t.k);
	*t.k = some_keys(9);
	open_two(&t, true);
	return t;
}

static void again(struct two *t)
{
	pages_close(t->p);
	open_two(t, false);
}

static void put(struct two *t, uint32_t no, uint8_t fill)
{
	uint8_t page[FMT_BLOCK];
	struct err e;

	memset(page, fill, sizeof page);
	assert_true(pages_write(t->p, no, page, &e));
}

static void commit(struct two *t)
{
	struct err e;

	if (!pages_commit(t->p, &e))
		fail_msg("%s", e.text);
	pages_discard(t->p);
}

/* Pages 1 to `n`, each full of its own number. */
static void commit_pages(struct two *t, uint32_t n)
{
	for (uint32_t no = 1; no <= n; no++)
		put(t, no, (uint8_t)no);
	commit(t);
}

static void fold(struct two *t)
{
	struct err e;

	if (!fold_all(t->p, &e))
		fail_msg("%s", e.text);
}

static void expect(struct two *t, uint32_t no, uint8_t fill)
{
	uint8_t page[FMT_BLOCK];
	struct err e;

	if (!pages_read(t->p, no, page, &e))
		fail_msg("page %u: %s", no, e.text);
	assert_int_equal(page[0], fill);
	assert_int_equal(page[FMT_BODY - 1], fill);
}

static void two_end(struct two *t)
{
	pages_close(t->p);
	memfs_free(t->m);
	free(t->k);
}

/* Pages that were never written are zeros, and stay so. */
static void test_gaps(void **state)
{
	struct two t = two_new(16);
	struct err e;

	(void)state;
	put(&t, 1, 1);
	put(&t, 5, 5);
	commit(&t);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(pages_count(t.p), 5);
		expect(&t, 1, 1);
		expect(&t, 3, 0);
		expect(&t, 5, 5);
		expect(&t, 6, 0);
		if (round == 1)
			fold(&t);
		again(&t);
	}
	assert_true(pages_resize(t.p, 70, &e));
	commit(&t);
	again(&t);
	expect(&t, 70, 0);
	two_end(&t);
}

/* Cut and grown again in one transaction: what was there must not come back. */
static void test_cut_and_grown(void **state)
{
	for (int folded = 0; folded < 2; folded++) {
		struct two t = two_new(16);
		struct err e;

		(void)state;
		commit_pages(&t, 30);
		if (folded)
			fold(&t);
		assert_true(pages_resize(t.p, 40, &e));
		assert_true(pages_resize(t.p, 10, &e));
		put(&t, 20, 99);
		expect(&t, 15, 0);
		commit(&t);
		for (int round = 0; round < 3; round++) {
			assert_int_equal(pages_count(t.p), 20);
			expect(&t, 10, 10);
			expect(&t, 15, 0);
			expect(&t, 20, 99);
			if (round == 0)
				fold(&t);
			again(&t);
		}
		two_end(&t);
	}
}

/* The cut that SQLite makes after the sync of a shrinking commit. */
static void test_cut_after_commit(void **state)
{
	struct two t = two_new(16);
	struct err e;

	(void)state;
	commit_pages(&t, 30);
	fold(&t);
	put(&t, 1, 101);
	assert_true(pages_commit(t.p, &e));
	assert_true(pages_resize(t.p, 12, &e));
	pages_discard(t.p);
	assert_int_equal(pages_count(t.p), 12);
	fold(&t);
	again(&t);
	assert_int_equal(pages_count(t.p), 12);
	expect(&t, 12, 12);
	put(&t, 14, 14);
	commit(&t);
	again(&t);
	expect(&t, 13, 0);
	expect(&t, 14, 14);
	fold(&t);
	again(&t);
	expect(&t, 1, 101);
	two_end(&t);
}

/* A fold that is cut off, a cut, more commits, another fold that is cut off. */
static void test_half_folds(void **state)
{
	for (long at = 0; at < 60; at++) {
		struct two t = two_new(64);
		struct err e;

		(void)state;
		commit_pages(&t, 40);
		fold(&t);
		for (int round = 0; round < 4; round++) {
			put(&t, 2, (uint8_t)(200 + round));
			put(&t, 35, (uint8_t)(210 + round));
			assert_true(pages_commit(t.p, &e));
			if (round == 1)
				assert_true(pages_resize(t.p, 36, &e));
			pages_discard(t.p);
			mem_arm(t.m, MEM_EIO, (at * 7 + round * 13) % 23, at % 2);
			assert_true(fold_all(t.p, &e) || t.m->faults > 0);
			t.m->fault = MEM_NONE;
			put(&t, 9, (uint8_t)(220 + round));
			commit(&t);
			if (at % 3 == 1)
				memfs_crash(t.m, at % 4 < 2);
			if (at % 3 == 1) {
				mem_lose_handles(t.m);
				t.p->main = t.p->log = -1;
			}
			again(&t);
			expect(&t, 2, (uint8_t)(200 + round));
			expect(&t, 35, (uint8_t)(210 + round));
			expect(&t, 9, (uint8_t)(220 + round));
			expect(&t, 20, 20);
		}
		two_end(&t);
	}
}

/* A transaction that was begun in the log, given up, and another of the same shape after it. */
static void test_given_up(void **state)
{
	struct two t = two_new(200);

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (uint32_t no = 1; no <= 60; no++)
			put(&t, no, 77);
		pages_discard(t.p);
		for (uint32_t no = 1; no <= 60; no++)
			put(&t, no, (uint8_t)(round + 1));
		commit(&t);
		for (uint32_t no = 1; no <= 90; no++)
			put(&t, no, 78);
		again(&t);
		assert_int_equal(pages_count(t.p), 60);
		expect(&t, 1, (uint8_t)(round + 1));
		expect(&t, 60, (uint8_t)(round + 1));
	}
	two_end(&t);
}

/* A commit that folds what was there before must not lose, by that, the room for itself. */
static void test_room_in_the_main_file_outlasts_a_fold(void **state)
{
	struct two t = two_new(16);
	uint32_t no = 0;
	int both = 0;

	(void)state;
	for (int i = 0; i < 800; i++) {
		uint64_t seq = t.p->root.seq, size = fold_main_size(t.p->npage);

		for (int more = 0; more <= i % 4; more++)
			put(&t, ++no, (uint8_t)i);
		commit(&t);
		both += t.p->root.seq != seq && fold_main_size(no) > size;
		if (t.p->main_size < fold_main_size(no))
			fail_msg("page %u has no room", no);
	}
	assert_true(both > 0);
	two_end(&t);
}

/* Page 1 is kept, so that SQLite's looks at it cost nothing.  Whatever happens, what is kept
 * is what reading would give. */
static void test_first_page_is_kept_as_it_is(void **state)
{
	struct two t = two_new(16);
	uint8_t page[FMT_BLOCK], kept[FMT_BODY];
	uint32_t chance = 7;
	struct err e;

	(void)state;
	for (int i = 1; i <= 3000; i++) {
		chance = chance * 1664525 + 1013904223;
		switch (chance >> 24 & 15) {
		case 0: pages_discard(t.p); break;
		case 1: commit(&t); break;
		case 2:
			mem_arm(t.m, MEM_EIO, 0, false);
			(void)!pages_commit(t.p, &e);
			t.m->fault = MEM_NONE;
			pages_discard(t.p);
			break;
		case 3: assert_true(pages_resize(t.p, chance >> 16 & 3, &e)); break;
		case 4:
			pages_discard(t.p);
			fold(&t);
			break;
		case 5: again(&t); break;
		default: put(&t, (chance >> 16) % 30 + 1, (uint8_t)i);
		}
		assert_true(pages_read(t.p, 1, page, &e));
		assert_true(pages_front(t.p, 0, FMT_BODY, kept, &e));
		assert_memory_equal(page, kept, FMT_BODY);
	}
	two_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_group_round_trip),
		cmocka_unit_test(test_stale_groups_do_not_fit),
		cmocka_unit_test(test_every_byte_of_a_root),
		cmocka_unit_test(test_every_byte_of_a_header),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_cut_and_grown),
		cmocka_unit_test(test_cut_after_commit),
		cmocka_unit_test(test_half_folds),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_room_in_the_main_file_outlasts_a_fold),
		cmocka_unit_test(test_first_page_is_kept_as_it_is),
	};

	return cmocka_run_group_tests_name("vault blocks", tests, rig_start, NULL);
}
