/* For the fuzzers of the vault: a real vault in memory whose keys are known, so that what
 * the fuzzer makes up can be sealed and reaches the parsers behind the seals.
 *
 * With SEEDS=DIR in the environment a fuzzer writes its first inputs, taken from that vault,
 * into DIR and ends. */
#ifndef TESTS_FUZZ_SEALED_H
#define TESTS_FUZZ_SEALED_H

#include "../vault/crash_sql.h"
#include "../vault/room.h"

#include "vault/io.h"

#define SEALED_PAGES 40

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

RIG struct sealed {
	struct memfs *base, *work;
	struct vault_key *key;
	struct secret *code;
	struct keys k;
	uint32_t npage;
	uint8_t page[SEALED_PAGES][FMT_BLOCK]; /* as SQLite knows them */
	uint8_t header[FMT_BLOCK];
	struct root root;
} sealed;

/* What is left of an input. */
struct feed {
	const uint8_t *p;
	size_t n;
};

RIG uint64_t feed_take(struct feed *f, size_t bytes)
{
	uint64_t x = 0;

	for (size_t i = 0; i < bytes && f->n > 0; i++, f->p++, f->n--)
		x |= (uint64_t)*f->p << (8 * i);
	return x;
}

RIG void feed_bytes(struct feed *f, uint8_t *out, size_t n)
{
	size_t have = n < f->n ? n : f->n;

	if (have > 0)
		memcpy(out, f->p, have);
	f->p += have;
	f->n -= have;
}

RIG void sealed_make(uint32_t log_blocks)
{
	struct vault *v;
	struct err e;

	sql_load_dice();
	rig_start(NULL);
	sealed.base = memfs_new(log_blocks);
	sealed.work = memfs_new(log_blocks);
	v = rig_create(&sealed.base->sys, HOME, "uno");
	sealed.key = rig_key(&sealed.base->sys, HOME, "uno");
	assert_int_equal(sql_setup(vault_db(v)), SQLITE_OK);
	rig_sql(
	    v, "INSERT INTO t(b) VALUES(noise(1, 9000)), ('uno'), (x'00'), (3.5), (NULL)");
	rig_sql(v, "CREATE TABLE w(k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;"
		   "INSERT INTO w VALUES('a', 1), ('b', 2)");
	assert_true(vault_new_recovery(v, &sealed.code, &e));
	assert_true(fold_all(v->pages, &e));
	sealed.k = *v->keys;
	sealed.npage = pages_count(v->pages);
	sealed.root = v->pages->root;
	assert_in_range(sealed.npage, 1, SEALED_PAGES);
	for (uint32_t no = 1; no <= sealed.npage; no++)
		assert_true(pages_read(v->pages, no, sealed.page[no - 1], &e));
	memcpy(sealed.header, v->header, FMT_BLOCK);
	vault_close(v);
}

/* The files as they were. */
RIG void sealed_again(void)
{
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	uint64_t seed = 1;

	memfs_fail_copy(sealed.work, sealed.base, stored, &seed);
}

RIG void sealed_put(bool log, const uint8_t *block, uint64_t at)
{
	mem_put(room_file(sealed.work, HOME, log), false, block, FMT_BLOCK, (size_t)at);
}

RIG void sealed_roots(const struct root *r)
{
	uint8_t block[FMT_BLOCK];

	for (int copy = 0; copy < 2; copy++) {
		root_seal(block, &sealed.k, copy, r);
		sealed_put(false, block, FMT_ROOT_AT(copy));
	}
}

/* Page `no` sealed into the main file; its part of the sum goes to `sum`. */
RIG void sealed_page(uint32_t no, const uint8_t *plain, uint8_t *sum)
{
	uint8_t block[FMT_BLOCK], *nonce = block + FMT_BODY, h[FMT_HASH];

	randombytes_buf(nonce, FMT_NONCE);
	seal_block(sealed.k.page, SEAL_PAGE, sealed.k.id, no, nonce, plain, FMT_BODY, block,
	    nonce + FMT_NONCE);
	sealed_put(false, block, FMT_PAGE_AT(no));
	root_page_hash(h, &sealed.k, no, nonce);
	root_mix(sum, h);
}

/* Opens, reads, writes, opens again: what opened must go on working.  True: it opened. */
RIG bool sealed_open(struct vault **v)
{
	struct err e = { 0 };

	if (vault_open(v, &sealed.work->sys, HOME, sealed.key, &e))
		return true;
	if (e.code == ERR_OK || e.code == ERR_INTERNAL || e.text[0] == '\0')
		abort();
	return false;
}

RIG bool sealed_seed(const char *name, const void *p, size_t n)
{
	const char *dir = getenv("SEEDS");
	char path[4096];

	if (!dir)
		return false;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	rig_write(path, p, n);
	return true;
}

#endif
