/* libFuzzer: the log.  Groups are built as the input says, right ones and wrong ones, sealed
 * at their places with the key of the log; with them goes a root that tells where it begins
 * and how far it reaches.  What opens must go on working. */
#include "sealed.h"

enum { RAW = 1, RAW_HEAD = 2, WRONG_CHAIN = 4, WRONG_PLACE = 8, LAST = 16, SKIP = 32 };

#define BLOCKS 64

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* state, fold seq, kept seq, npage; groups: flags, seq, npage, n, page numbers */
	static const uint8_t empty[] = { 0, 0, 0, 0 };
	static const uint8_t one[] = { 0, 0, 1, 0, LAST, 1, 20, 3, 1, 2, 3 };
	static const uint8_t two[] = { 1, 2, 2, 0, 0, 1, 20, 2, 1, 2, LAST, 1, 20, 1, 5,
		LAST, 2, 21, 1, 21 };
	static const uint8_t wrong[] = { 0, 0, 1, 0, LAST, 1, 20, 1, 1, WRONG_CHAIN | LAST,
		2, 20, 1, 4, RAW_HEAD, 0, 1, 2, 3 };

	(void)argc;
	(void)argv;
	sealed_make(BLOCKS);
	if (sealed_seed("empty", empty, sizeof empty)) {
		sealed_seed("one", one, sizeof one);
		sealed_seed("two", two, sizeof two);
		sealed_seed("wrong", wrong, sizeof wrong);
		exit(0);
	}
	return 0;
}

static uint8_t out[(1 + FMT_GROUP) * FMT_BLOCK], bodies[FMT_GROUP * FMT_BLOCK];

/* The pages say who wrote them last; page 1 stays what SQLite knows. */
static void fill(const struct log_group *g)
{
	for (uint32_t i = 0; i < g->n; i++) {
		memset(bodies + i * FMT_BLOCK, (int)g->seq, FMT_BLOCK);
		if (g->page[i] <= sealed.npage)
			memcpy(
			    bodies + i * FMT_BLOCK, sealed.page[g->page[i] - 1], FMT_BLOCK);
	}
}

static void raw_head(struct feed *f, uint64_t at)
{
	uint8_t pt[FMT_BODY] = { 0 };

	feed_bytes(f, pt, 144);
	randombytes_buf(out, FMT_NONCE);
	seal_block(sealed.k.log_now, SEAL_HEAD, sealed.k.id, at, out, pt, FMT_BODY,
	    out + FMT_NONCE + FMT_TAG, out + FMT_NONCE);
}

/* The number of blocks that stand in `out`. */
static size_t group(
    struct feed *f, unsigned flags, uint64_t at, uint64_t base, uint8_t *chain)
{
	struct log_group g = { .seq = base + feed_take(f, 1),
		.npage = (uint32_t)feed_take(f, 1),
		.n = (uint32_t)feed_take(f, 1) % (FMT_GROUP + 1),
		.last = flags & LAST };

	for (uint32_t i = 0; i < g.n; i++) {
		g.page[i] = (uint32_t)feed_take(f, 1);
		if (g.page[i] == 0)
			g.page[i] = 1;
	}
	fill(&g);
	if (flags & WRONG_CHAIN)
		chain[0] ^= 1;
	log_seal(out, &sealed.k, at + !!(flags & WRONG_PLACE), &g, bodies, chain);
	memcpy(chain, g.chain, FMT_HASH);
	return 1 + g.n;
}

static void build(struct feed *f, uint64_t base)
{
	uint8_t chain[FMT_HASH] = { 0 };
	uint64_t at = 0;

	while (f->n > 0 && at + 1 + FMT_GROUP < BLOCKS) {
		unsigned flags = (unsigned)feed_take(f, 1);
		size_t n = 1;

		if (flags & RAW) {
			memset(out, 0, FMT_BLOCK);
			feed_bytes(f, out, 200);
		} else if (flags & RAW_HEAD) {
			raw_head(f, at);
		} else {
			n = group(f, flags, at, base, chain);
		}
		for (size_t i = 0; i < n; i++)
			sealed_put(true, out + i * FMT_BLOCK, (at + i) * FMT_BLOCK);
		at += n + (flags & SKIP ? 1 : 0);
	}
}

/* Below SQLite: every page that there is can be read, and a commit holds. */
static void use_pages(void)
{
	struct memfs *m = sealed.work;
	const struct vault_sys *sys = &m->sys;
	uint8_t page[FMT_BLOCK];
	struct pages *p;
	struct err e = { 0 };
	bool all = true; /* forged logs speak of pages that are nowhere */

	for (int round = 0; round < 2; round++) {
		int main = sys->open(m, main_in(m, HOME)->path, O_RDWR, 0);
		int log = sys->open(m, log_in(m, HOME)->path, O_RDWR, 0);

		if (!pages_open(&p, sys, main, log, &sealed.k, 1000, &e)) {
			if ((round > 0 && all) || e.text[0] == '\0' ||
			    (e.code != ERR_DAMAGED && e.code != ERR_FULL))
				abort();
			sys->close(m, main);
			sys->close(m, log);
			return;
		}
		for (uint32_t no = 1; no <= pages_count(p); no++)
			if (!pages_read(p, no, page, &e)) {
				if (e.code != ERR_DAMAGED)
					abort();
				all = false;
			}
		memset(page, 0x5a, sizeof page);
		if (round == 0 && pages_write(p, 3, page, &e) && !pages_commit(p, &e))
			abort();
		if (round == 1 && (!pages_read(p, 3, page, &e) || page[100] != 0x5a))
			abort();
		if (round == 0 && !pages_settle(p, &e) && e.code != ERR_DAMAGED)
			abort();
		pages_close(p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	struct root r = sealed.root;
	struct vault *v;

	r.state = feed_take(&f, 1) % 2 ? ROOT_FOLDING : ROOT_CLEAN;
	r.fold_seq = r.seq + feed_take(&f, 1);
	r.kept_seq = r.seq + feed_take(&f, 1);
	r.npage += (uint32_t)feed_take(&f, 1) % 4;
	for (int round = 0; round < 2; round++) {
		struct feed again = f;

		sealed_again();
		sealed_roots(&r);
		log_use(&sealed.k, r.log_id, r.seq);
		build(&again, r.seq);
		if (round == 0) {
			use_pages();
		} else if (sealed_open(&v)) {
			sqlite3_exec(
			    vault_db(v), "SELECT sum(length(b)) FROM t", NULL, NULL, NULL);
			vault_close(v);
		}
	}
	return 0;
}
