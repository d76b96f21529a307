/* Everything that can be done to the two files without the key, one thing at a time: bytes
 * changed, blocks swapped, zeroed, cut off, put back from an earlier time, brought from
 * another vault.  The vault is then opened, all rows are read, and where nothing was noticed
 * the vault is verified.  Each try ends as one of:
 *
 *	opening		refused
 *	reading		an error instead of a row
 *	verify		rows as they should be, and the damage named: what cannot be read, what
 *			had a second copy and was mended, a save that is not finished
 *	nothing		rows as they should be, and not a word: allowed only where the bytes carry
 *			nothing, which is said for each try and printed with the number and why
 *	WRONG		another row, a missing one, another error, or not a word where there
 *			should be one
 *
 * So every change to a byte that carries something is noticed, and the last line counts it.
 *
 *	tamper_table		every 131st byte		tamper_table all	every one */
#include "tamper_moments.h"

/* ---- one try ---- */

static enum outcome look(
    struct table *t, const struct vault_key *key, const struct answer *want)
{
	struct vault *v = NULL;
	struct vault_report r = { 0 };
	struct answer is;
	struct err e = { 0 };
	enum outcome out = WRONG;

	if (!vault_open(&v, &t->work->sys, HOME, key, &e))
		/* A preset that is not known, in both copies alike, may be a newer one. */
		return e.code == ERR_DAMAGED || e.code == ERR_PASSPHRASE ||
			       e.code == ERR_UNSUPPORTED
			   ? OPENING
			   : WRONG;
	if (!ask(v, &is, &e))
		out = e.code == ERR_DAMAGED ? READING : WRONG;
	else if (memcmp(&is, want, sizeof is) == 0 && vault_verify(v, &r, &e))
		out = r.state != VAULT_SOUND || r.unfinished ||
			      (r.unclosed && want != &t->open.is && want != &t->before)
			  ? VERIFY
			  : NOTHING;
	vault_drop_keys(v);
	vault_close(v);
	return out;
}

static void count(struct table *t, enum outcome out, const char *kind, size_t at)
{
	if (out == NOTHING && !t->why)
		out = WRONG;
	if (t->why)
		t->said = t->why;
	t->noticed += !t->why && out < NOTHING;
	t->carried += !t->why;
	t->idle += t->why != NULL;
	t->tried[out]++;
	t->tried[OUTCOMES]++;
	if (out == WRONG && t->wrong++ < 5)
		print_message("%s, %zu: wrong\n", kind, at);
	t->why = NULL;
}

static void try_it(struct table *t, const struct moment *from, const char *kind, size_t at)
{
	count(t, look(t, t->key, &from->is), kind, at);
}

static void row(struct table *t, const char *kind)
{
	print_message("%-54s %7ld %8ld %8ld %7ld %8ld %6ld\n", kind, t->tried[OUTCOMES],
	    t->tried[OPENING], t->tried[READING], t->tried[VERIFY], t->tried[NOTHING],
	    t->tried[WRONG]);
	if (t->tried[NOTHING] > 0)
		print_message("    of these, %ld: %s\n", t->tried[NOTHING], t->said);
	/* A row that tried nothing proves nothing. */
	assert_true(t->tried[OUTCOMES] > 0);
	memset(t->tried, 0, sizeof t->tried);
	assert_int_equal(t->wrong, 0);
}

static void head(void)
{
	print_message("%-54s %7s %8s %8s %7s %8s %6s\n", "", "tried", "opening", "reading",
	    "verify", "nothing", "WRONG");
}

/* ---- bytes that carry nothing ---- */

static const char behind_pages[] = "random bytes behind the last page";
static const char behind_log[] = "random bytes behind the end of the log";
static const char behind_header[] =
    "the last 24 bytes of both header copies, random, changed alike";
static const char behind_files[] = "bytes added behind the end of a file";

static const char *idle_main(const struct table *t, size_t at)
{
	return at >= (size_t)FMT_PAGE_AT(t->pages + 1) ? behind_pages : NULL;
}

static const char *idle_log(size_t used, size_t at)
{
	return at >= used * FMT_BLOCK ? behind_log : NULL;
}

static size_t used_of(const struct table *t, const struct moment *m)
{
	return m == &t->logged ? t->used : m == &t->open ? t->used_open : 0;
}

/* What is there untouched is whole, and nothing is told of it. */
static void test_untouched(void **state)
{
	struct table *t = *state;
	const struct moment *all[] = { &t->folded, &t->logged, &t->open };

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct mem_fate stored = { .style = MEM_ALL_STORED };
		uint64_t seed = 1;

		memfs_fail_copy(t->work, all[i]->fs, stored, &seed);
		assert_int_equal(look(t, t->key, &all[i]->is), NOTHING);
	}
}

/* ---- bytes ---- */

/* One byte of each file at `at`, in the copies given. */
static void flips(struct table *t, const struct moment *from, bool log, size_t at,
    size_t end, size_t twin, const char *kind)
{
	/* From another place each time, so that a sample meets every kind of byte. */
	for (at += at / 4096 % t->by; at < end; at += t->by) {
		struct mem_file *f = begin(t, from, log);

		f->now[at] ^= (uint8_t)(1u << (at * 5 % 8));
		mem_touch(f, at, 1);
		t->why = log ? idle_log(used_of(t, from), at) : idle_main(t, at);
		if (twin) {
			f->now[at + twin] ^= (uint8_t)(1u << (at * 3 % 8));
			mem_touch(f, at + twin, 1);
			if (end == 4096 && at >= 4072 && at * 5 % 8 == at * 3 % 8)
				t->why = behind_header;
		}
		try_it(t, from, kind, at);
	}
	row(t, kind);
}

static void test_bytes(void **state)
{
	struct table *t = *state;
	size_t page = (size_t)FMT_PAGE_AT(1), end = page + t->pages * FMT_BLOCK;

	head();
	flips(t, &t->logged, false, 0, 4096, 0, "byte of header copy 0");
	flips(t, &t->logged, false, 4096, 8192, 0, "byte of header copy 1");
	flips(t, &t->logged, false, 0, 4096, 4096, "byte of both header copies");
	flips(t, &t->logged, false, 8192, 12288, 0, "byte of root copy 0");
	flips(t, &t->logged, false, 12288, 16384, 0, "byte of root copy 1");
	flips(t, &t->logged, false, 8192, 12288, 4096, "byte of both root copies");
	flips(t, &t->folded, false, page, end, 0, "byte of a page");
	flips(t, &t->logged, false, page, end, 0, "byte of a page, log in use");
	flips(t, &t->logged, true, 0, t->used * FMT_BLOCK, 0, "byte of the log");
	flips(t, &t->logged, true, t->used * FMT_BLOCK, LOG_BLOCKS * FMT_BLOCK, 0,
	    "byte of the log behind its end");
	flips(t, &t->folded, false, end, end + FMT_BLOCK, 0, "byte behind the last page");
}

/* ---- blocks ---- */

static void swap(struct mem_file *f, size_t a, size_t b)
{
	uint8_t tmp[4096];

	memcpy(tmp, f->now + a, sizeof tmp);
	memcpy(f->now + a, f->now + b, sizeof tmp);
	memcpy(f->now + b, tmp, sizeof tmp);
	mem_touch(f, a, 4096);
	mem_touch(f, b, 4096);
}

static void test_swapped(void **state)
{
	struct table *t = *state;
	size_t page = (size_t)FMT_PAGE_AT(1), blocks = t->pages;

	head();
	for (size_t i = 0; i < blocks; i++) {
		for (size_t j = i + 1; j < blocks; j += t->by == 1 ? 1 : 1 + blocks / 2) {
			swap(begin(t, &t->folded, false), page + i * 4096, page + j * 4096);
			try_it(t, &t->folded, "two pages", i * 1000 + j);
		}
	}
	row(t, "two pages swapped");
	for (size_t i = 0; i < t->used; i++) {
		for (size_t j = i + 1; j < LOG_BLOCKS; j++) {
			swap(begin(t, &t->logged, true), i * 4096, j * 4096);
			try_it(t, &t->logged, "two log blocks", i * 1000 + j);
		}
	}
	row(t, "two blocks of the log swapped");
	/* The copies of the header are the same: there is nothing to swap. */
	swap(begin(t, &t->logged, false), 8192, 12288);
	try_it(t, &t->logged, "roots", 0);
	row(t, "copies of the root swapped");
}

static void test_zeroed(void **state)
{
	struct table *t = *state;
	size_t end = (size_t)FMT_PAGE_AT(t->pages + 1);

	head();
	for (size_t n = 512; n <= 4096; n *= 8) {
		for (size_t at = 0; at < end; at += n * (t->by == 1 ? 1 : 5)) {
			struct mem_file *f = begin(t, &t->folded, false);

			memset(f->now + at, 0, n);
			mem_touch(f, at, n);
			try_it(t, &t->folded, "zeros", at);
		}
		for (size_t at = 0; at < t->used * 4096; at += n) {
			struct mem_file *f = begin(t, &t->logged, true);

			memset(f->now + at, 0, n);
			mem_touch(f, at, n);
			try_it(t, &t->logged, "zeros", at);
		}
	}
	row(t, "512 or 4096 bytes zeroed");
}

static void test_cut(void **state)
{
	struct table *t = *state;
	size_t step = t->by == 1 ? 512 : 4096 + 512;

	head();
	for (size_t n = 0; n < main_in(t->logged.fs, HOME)->size; n += step) {
		mem_resize(begin(t, &t->logged, false), false, n);
		t->why = idle_main(t, n);
		try_it(t, &t->logged, "main file", n);
	}
	row(t, "main file cut");
	for (size_t n = 0; n < LOG_BLOCKS * 4096; n += step) {
		mem_resize(begin(t, &t->logged, true), false, n);
		t->why = idle_log(t->used, n);
		try_it(t, &t->logged, "log", n);
	}
	begin(t, &t->logged, true);
	mem_unlink(t->work, log_in(t->work, HOME)->path);
	try_it(t, &t->logged, "log", SIZE_MAX);
	row(t, "log cut, or taken away");
	for (int log = 0; log < 2; log++) {
		struct mem_file *f = begin(t, &t->logged, log);

		mem_put(f, false, f->now, 16384, f->size);
		t->why = behind_files;
		try_it(t, &t->logged, "longer", (size_t)log);
	}
	row(t, "files made longer");
}

/* ---- from another time, from another vault ---- */

static void pages_brought(
    struct table *t, const struct moment *to, const struct moment *from, const char *whose)
{
	size_t end = (size_t)FMT_PAGE_AT(t->pages + 1);
	char kind[80];

	snprintf(kind, sizeof kind, "page of %s", whose);
	for (size_t at = (size_t)FMT_PAGE_AT(1); at < end; at += 4096) {
		if (bring(t, to, from->fs, false, at, 4096))
			try_it(t, to, kind, at);
	}
	row(t, kind);
}

/* Blocks one by one, then pieces and whole files. */
static void front_and_log_brought(
    struct table *t, const struct moment *to, const struct moment *from, const char *whose)
{
	char kind[80];

	snprintf(kind, sizeof kind, "header or root of %s", whose);
	for (size_t at = 0; at < 16384; at += 4096) {
		if (bring(t, to, from->fs, false, at, 4096))
			try_it(t, to, kind, at);
	}
	if (bring(t, to, from->fs, false, 0, 8192))
		try_it(t, to, kind, 1);
	if (bring(t, to, from->fs, false, 8192, 8192))
		try_it(t, to, kind, 2);
	if (bring(t, to, from->fs, false, 0, 16384))
		try_it(t, to, kind, 3);
	if (bring(t, to, from->fs, false, 16384, SIZE_MAX / 2))
		try_it(t, to, kind, 4);
	row(t, kind);
	snprintf(kind, sizeof kind, "log, or a block of it, of %s", whose);
	for (size_t i = 0; i < LOG_BLOCKS; i++) {
		if (!bring(t, to, from->fs, true, i * 4096, 4096))
			continue;
		t->why = idle_log(used_of(t, to), i * 4096);
		try_it(t, to, kind, i);
	}
	if (bring(t, to, from->fs, true, 0, LOG_BLOCKS * 4096)) {
		t->why = idle_log(used_of(t, to), 0);
		try_it(t, to, kind, SIZE_MAX);
	}
	row(t, kind);
}

static void brought(
    struct table *t, const struct moment *to, const struct moment *from, const char *whose)
{
	pages_brought(t, to, from, whose);
	front_and_log_brought(t, to, from, whose);
}

/* Both files of an earlier time are a vault; only what another vault noted tells. */
static void whole_set(struct table *t)
{
	struct vault *v;
	struct err e;

	begin(t, &t->old, false);
	assert_true(vault_open(&v, &t->work->sys, HOME, t->past[0], &e));
	count(t, age_of(v, &t->seen) == VAULT_OLDER ? VERIFY : WRONG, "both", 0);
	vault_close(v);
	begin(t, &t->folded, false);
	assert_true(vault_open(&v, &t->work->sys, HOME, t->key, &e));
	assert_int_equal(age_of(v, &t->seen), VAULT_LIKE_NOTED);
	vault_close(v);
	row(t, "both files of an earlier time (by a witness)");
}

static void test_brought(void **state)
{
	struct table *t = *state;

	head();
	brought(t, &t->folded, &t->old, "an earlier time");
	brought(t, &t->logged, &t->old, "an earlier time, log in use");
	/* As long as the log is not folded in, the pages are those of before. */
	front_and_log_brought(t, &t->logged, &t->folded, "a moment before, log in use");
	brought(t, &t->later, &t->folded, "a moment before");
	brought(t, &t->logged, &t->other, "another vault");
	/* The main file of then with the log of now. */
	assert_true(bring(t, &t->logged, t->old.fs, false, 0, SIZE_MAX / 2));
	count(t, look(t, t->past[0], &t->old.is), "main file", 0);
	count(t, look(t, t->key, &t->old.is), "main file", 1);
	row(t, "main file of an earlier time");
	/* A passphrase that was taken away, with the header that knew it. */
	assert_true(bring(t, &t->folded, t->old.fs, false, 0, 8192));
	count(t, look(t, t->past[0], &t->folded.is), "header", 0);
	assert_true(bring(t, &t->folded, t->old.fs, false, 0, 4096));
	count(t, look(t, t->past[0], &t->folded.is), "header", 1);
	assert_true(bring(t, &t->folded, t->old.fs, false, 4096, 4096));
	count(t, look(t, t->past[0], &t->folded.is), "header", 2);
	assert_int_equal(t->tried[OPENING], 3);
	row(t, "old passphrase with the old header");
	whole_set(t);
}

/* Slot i of then in the copies of `mask`; all else of the headers is of now. */
static void bring_slot(struct table *t, size_t i, unsigned mask)
{
	const size_t size = 256, at = 40 + i * size; /* FORMAT.md, "Header copy" */
	struct mem_file *f = begin(t, &t->folded, false), *g = main_in(t->old.fs, HOME);

	assert_memory_not_equal(f->now + at, g->now + at, size);
	for (size_t copy = 0; copy < 2; copy++) {
		if (mask & 1u << copy)
			mem_put(f, false, g->now + at, size, copy * 4096 + at);
	}
}

/* A secret that was taken away must not open anything, whatever else is told. */
static enum outcome look_with_past(struct table *t, size_t i)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (i < ARRAY_LEN(t->past))
		return look(t, t->past[i], &t->folded.is) == OPENING ? OPENING : WRONG;
	if (!vault_open_recovery(&v, &t->work->sys, HOME, t->code, &e))
		return e.code == ERR_DAMAGED || e.code == ERR_PASSPHRASE ? OPENING : WRONG;
	vault_close(v);
	return WRONG;
}

static void test_slots(void **state)
{
	struct table *t = *state;

	head();
	for (size_t i = 0; i < VAULT_SLOTS; i++) {
		for (unsigned mask = 1; mask <= 3; mask++) {
			bring_slot(t, i, mask);
			count(t, look_with_past(t, i), "slot, old secret", i * 10 + mask);
			bring_slot(t, i, mask);
			try_it(t, &t->folded, "slot, new secret", i * 10 + mask);
		}
	}
	assert_int_equal(t->tried[OUTCOMES], VAULT_SLOTS * 3 * 2);
	row(t, "slot of an earlier time");
}

/* The power failed and nothing of the log was noted.  A change in its last transaction cannot
 * be told from one that the failure cut off: it is gone, and what is left of it is told.  A
 * change in an earlier one is refused. */
static void test_log_of_a_vault_that_was_not_closed(void **state)
{
	struct table *t = *state;
	long gone = 0;

	head();
	for (size_t at = 0; at < LOG_BLOCKS * FMT_BLOCK; at += t->by * 4 + 1) {
		struct mem_file *f = begin(t, &t->open, true);
		const char *why = idle_log(t->used_open, at);
		enum outcome out;

		f->now[at] ^= 4;
		mem_touch(f, at, 1);
		out = look(t, t->key, &t->open.is);
		if (out == WRONG) {
			begin(t, &t->open, true);
			f->now[at] ^= 4;
			mem_touch(f, at, 1);
			out = look(t, t->key, &t->before);
			gone += out == VERIFY;
		}
		t->why = why;
		count(t, out, "log", at);
	}
	row(t, "byte of the log, power failed before closing");
	print_message(
	    "    of these, %ld: in the last transaction, which is gone; verify says "
	    "that a save was not finished\n",
	    gone);
	assert_true(gone > 0);
}

static void test_sum(void **state)
{
	struct table *t = *state;

	print_message(
	    "%ld changes of what carries something, %ld noticed: %ld.%02ld %%; %ld "
	    "changes of what carries nothing\n",
	    t->carried, t->noticed, t->noticed * 100 / t->carried,
	    t->noticed * 10000 / t->carried % 100, t->idle);
	assert_int_equal(t->noticed, t->carried);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_swapped),
		cmocka_unit_test(test_zeroed),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_brought),
		cmocka_unit_test(test_log_of_a_vault_that_was_not_closed),
		cmocka_unit_test(test_sum),
	};
	struct CMUnitTest some[ARRAY_LEN(tests)];
	void *state = NULL;
	int failed;

	memcpy(some, tests, sizeof some);
	if (make(&state) != 0)
		return 2;
	if (argc > 1 && strcmp(argv[1], "all") == 0)
		((struct table *)state)->by = 1;
	for (size_t i = 0; i < ARRAY_LEN(some); i++)
		some[i].initial_state = state;
	failed = cmocka_run_group_tests_name("vault tamper table", some, NULL, NULL);
	drop(&state);
	return failed;
}
