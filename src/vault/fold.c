/* Folding the log into the main file, and writing root records.  See pages.h for the order
 * of things and why it holds. */
#include "pages.h"

#include <string.h>

#include <sodium.h>

#include "io.h"

#define SMALL_STEP ((uint64_t)256 * 1024)
#define LARGE_STEP ((uint64_t)1024 * 1024)
#define SMALL_VAULT ((uint64_t)8 * 1024 * 1024)

uint64_t fold_main_size(uint32_t npage)
{
	uint64_t bytes = FMT_PAGE_AT((uint64_t)npage + 1);
	uint64_t step = bytes < SMALL_VAULT ? SMALL_STEP : LARGE_STEP;

	return (bytes + step - 1) / step * step;
}

bool fold_reserve(struct pages *p, uint32_t npage, struct err *e)
{
	uint64_t want = fold_main_size(npage), had = p->main_size;

	if (want <= had)
		return true;
	if (!io_pad(p->sys, p->main, had, want, e)) {
		/* Half a step is of no use and takes room from others. */
		(void)!io_cut(p->sys, p->main, had, NULL);
		return false;
	}
	p->main_size = want;
	return true;
}

/* Write to the copy that is not the safely stored one, sync, then bring the other copy up
 * to date without a sync: it is there against bit rot, and is the one written next. */
bool fold_root(struct pages *p, struct root r, struct err *e)
{
	uint8_t *block = p->sealed;
	int copy = !p->root_copy;

#ifdef REMANSO_MUTATE_10 /* over the one copy that is known to be stored */
	copy = p->root_copy;
#endif
	r.gen = ++p->gen;
	root_seal(block, p->k, copy, &r);
	if (!io_write(p->sys, p->main, block, FMT_BLOCK, FMT_ROOT_AT(copy), e) ||
#ifdef REMANSO_MUTATE_11 /* pages may be stored before the root that warns of them */
	    (r.state == ROOT_CLEAN && !io_sync(p->sys, p->main, e)))
#else
	    !io_sync(p->sys, p->main, e))
#endif
		return false;
	p->root = r;
	p->root_copy = copy;
	root_seal(block, p->k, !copy, &r);
	(void)!io_write(p->sys, p->main, block, FMT_BLOCK, FMT_ROOT_AT(!copy), NULL);
	return true;
}

/* Add page `no` of the main file to the sum, or take it out. */
static void mix(const struct pages *p, uint8_t sum[static FMT_HASH], uint32_t no)
{
	uint8_t hash[FMT_HASH];

	root_page_hash(hash, p->k, no, p->at[no].seal);
	root_mix(sum, hash);
}

/* Take out of the sum every page that is about to be overwritten or cut off. */
static bool begin(struct pages *p, struct err *e)
{
	struct root r = p->root;
	uint8_t sum[FMT_HASH];

	memcpy(sum, p->sum, FMT_HASH);
	for (uint32_t no = 1; no < p->cap; no++) {
#ifdef REMANSO_MUTATE_7 /* a page that is torn, and not in the sum, taken out of it */
		if ((p->at[no].log || no > p->npage) &&
		    !sodium_is_zero(p->at[no].seal, FMT_SEAL))
			mix(p, sum, no);
		continue;
#endif
		if (p->at[no].whole && (p->at[no].log || no > p->npage))
			mix(p, sum, no);
	}
	r.state = ROOT_FOLDING;
	r.fold_seq = p->seq;
	r.kept_seq = p->seq;
	r.npage = p->npage;
	memcpy(r.sum, sum, FMT_HASH);
	if (!fold_root(p, r, e))
		return false;
	for (uint32_t no = 1; no < p->cap; no++) {
		if (p->at[no].log || no > p->npage)
			p->at[no].whole = false;
	}
	memcpy(p->sum, sum, FMT_HASH);
	p->must_fold = false;
	return true;
}

/* One page, from its frame in the log, sealed again for its place in the main file. */
static bool reseal(struct pages *p, uint32_t no, uint8_t *block, struct err *e)
{
	uint32_t from = p->at[no].log - 1;
	uint8_t *plain = pages_scratch(p), *nonce = block + FMT_BODY;
	size_t got;

	if (!io_read(p->sys, p->log, block, FMT_BLOCK, from * FMT_BLOCK, &got, e))
		return false;
	if (got != FMT_BLOCK || !log_frame(block, p->k, from, plain))
		return err_set(e, ERR_DAMAGED, "%s",
		    _("A part of this room's file is damaged or was changed. 'remanso verify' "
		      "names it, 'remanso rescue DIR' saves the rest; a backup brings it "
		      "back."));
	randombytes_buf(nonce, FMT_NONCE);
	seal_block(p->k->page, SEAL_PAGE, p->k->id, no, nonce, plain, FMT_BODY, block,
	    nonce + FMT_NONCE);
	secret_wipe(plain, FMT_BLOCK);
	memcpy(p->at[no].seal, nonce, FMT_SEAL);
	return true;
}

/* Neighbours go out in one write. */
static bool write_run(struct pages *p, uint32_t first, uint32_t n, struct err *e)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!reseal(p, first + i, p->sealed + i * FMT_BLOCK, e))
			return false;
	}
	return io_write(p->sys, p->main, p->sealed, n * FMT_BLOCK, FMT_PAGE_AT(first), e);
}

static bool write_pages(struct pages *p, struct err *e)
{
	uint64_t want = fold_main_size(p->npage);
	uint32_t n;

	ahead_drop(&p->ahead);
	for (uint32_t no = 1; no <= p->npage; no += n) {
		n = 1;
		if (!p->at[no].log)
			continue;
		while (n < FMT_GROUP && no + n <= p->npage && p->at[no + n].log)
			n++;
		if (!write_run(p, no, n, e))
			return false;
	}
	if (p->main_size > want) {
		if (!io_cut(p->sys, p->main, want, e))
			return false;
		p->main_size = want;
	}
#ifdef REMANSO_MUTATE_4 /* the new root may be stored before the pages */
	return true;
#endif
	return io_sync(p->sys, p->main, e);
}

static bool finish(struct pages *p, struct err *e)
{
	struct root r = p->root;
	uint64_t keep = (uint64_t)pages_log_blocks(p) * FMT_BLOCK;

	memcpy(r.sum, p->sum, FMT_HASH);
	for (uint32_t no = 1; no <= p->npage; no++) {
		if (p->at[no].log)
			mix(p, r.sum, no);
	}
	r.state = ROOT_CLEAN;
	r.seq = r.fold_seq = r.kept_seq = p->seq;
	randombytes_buf(r.log_id, FMT_HASH);
	if (!fold_root(p, r, e)) {
		/* It may be stored all the same, and it says that the log is empty. */
		p->must_fold = true;
		return false;
	}
	for (uint32_t no = 1; no <= p->npage; no++) {
		if (p->at[no].log)
			p->at[no].whole = true;
		p->at[no].log = 0;
	}
	memcpy(p->sum, r.sum, FMT_HASH);
	log_use(p->k, r.log_id, r.seq);
	/* Also where the open transaction will begin: none of it is in the log yet. */
	p->tail = p->t_tail = 0;
	memset(p->chain, 0, FMT_HASH);
	memset(p->t_chain, 0, FMT_HASH);
	if (p->log_size > keep && io_cut(p->sys, p->log, keep, NULL))
		p->log_size = keep;
	return true;
}

bool fold_all(struct pages *p, struct err *e)
{
#ifndef REMANSO_MUTATE_8
	if (p->t_tail != p->tail)
		return err_set(e, ERR_BUSY, "%s",
		    _("Something is being saved. Try again in a moment."));
#endif
	if (p->tail == 0 && p->root.state == ROOT_CLEAN && p->root.npage == p->npage &&
	    !p->must_fold)
		return true;
	return fold_reserve(p, p->npage, e) && begin(p, e) && write_pages(p, e) &&
	       finish(p, e);
}
