/* Reading pages, collecting a transaction, committing it to the log.  See pages.h. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "io.h"

uint8_t *pages_scratch(struct pages *p)
{
	return secret_bytes(p->plain) + FMT_GROUP * FMT_BLOCK;
}

static uint8_t *staged(struct pages *p, uint32_t slot)
{
	return secret_bytes(p->plain) + slot * FMT_BLOCK;
}

static uint8_t *front(struct pages *p)
{
	return pages_scratch(p) + FMT_BLOCK;
}

uint32_t pages_log_blocks(const struct pages *p)
{
	return p->sys->log_blocks ? p->sys->log_blocks : FMT_LOG_BLOCKS;
}

uint32_t pages_count(const struct pages *p)
{
	return p->t_npage;
}

bool pages_room(struct pages *p, uint32_t no, struct err *e)
{
	struct page_at *more;
	uint32_t cap = p->cap;

	if (no < p->cap)
		return true;
	if (no > FMT_PAGES_MAX)
		return err_set(e, ERR_FULL, "%s", _("This room has grown too large."));
	while (cap <= no)
		cap = cap < 64 ? 64 : cap * 2;
	more = realloc(p->at, cap * sizeof *more);
	if (!more)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	memset(more + p->cap, 0, (cap - p->cap) * sizeof *more);
	p->at = more;
	p->cap = cap;
	return true;
}

/* ---- reading ---- */

static bool damaged_page(struct err *e)
{
	return err_set(e, ERR_DAMAGED, "%s",
	    _("A part of this room's file is damaged or was changed. 'remanso verify' names "
	      "it, 'remanso rescue DIR' saves the rest; a backup brings it back."));
}

bool pages_frame(struct pages *p, uint32_t block, uint8_t *out, struct err *e)
{
	size_t got;

	if (!io_read(p->sys, p->log, p->sealed, FMT_BLOCK, block * FMT_BLOCK, &got, e))
		return false;
	if (got != FMT_BLOCK || !log_frame(p->sealed, p->k, block, out))
		return damaged_page(e);
	memset(out + FMT_BODY, 0, FMT_RESERVE);
	return true;
}

bool pages_main(struct pages *p, uint32_t no, uint8_t *out, struct err *e)
{
	const uint8_t *block = ahead_page(&p->ahead, p->sys, p->main, no, e), *seal;

	if (!block)
		return false;
	seal = block + FMT_BODY;
	/* All seals were checked against the root at opening; a page put back since then is
	 * genuine by its own and caught only here. */
	if (!p->at[no].whole || memcmp(seal, p->at[no].seal, FMT_SEAL) != 0 ||
	    !seal_open(p->k->page, SEAL_PAGE, p->k->id, no, seal, block, FMT_BODY,
		seal + FMT_NONCE, out))
		return damaged_page(e);
	memset(out + FMT_BODY, 0, FMT_RESERVE);
	return true;
}

bool pages_read(struct pages *p, uint32_t no, uint8_t *out, struct err *e)
{
	for (uint32_t i = 0; i < p->nstage; i++) {
		if (p->stage_no[i] == no) {
			memcpy(out, staged(p, i), FMT_BLOCK);
			return true;
		}
	}
	if (no > 0 && no <= p->t_npage && p->at[no].pend)
		return pages_frame(p, p->at[no].pend - 1, out, e);
	if (no == 0 || no > p->t_npage || no > p->t_floor) {
		memset(out, 0, FMT_BLOCK);
		return true;
	}
	if (p->at[no].log)
		return pages_frame(p, p->at[no].log - 1, out, e);
	return pages_main(p, no, out, e);
}

bool pages_front(struct pages *p, size_t from, size_t n, uint8_t *out, struct err *e)
{
	uint8_t *page = front(p);

	if (!p->front && !pages_read(p, 1, page, e))
		return false;
	p->front = true;
	memcpy(out, page + from, n);
	return true;
}

/* ---- the open transaction ---- */

bool pages_pend(struct pages *p, uint32_t no, uint32_t block, struct err *e)
{
	if (!pages_room(p, no, e))
		return false;
	if (!p->at[no].pend) {
		if (p->npending == p->cap_pending) {
			uint32_t cap = p->cap_pending ? p->cap_pending * 2 : 64;
			uint32_t *more = realloc(p->pending, cap * sizeof *more);

			if (!more)
				return err_set(
				    e, ERR_MEMORY, "%s", _("There is not enough memory."));
			p->pending = more;
			p->cap_pending = cap;
		}
		p->pending[p->npending++] = no;
	}
	p->at[no].pend = block + 1;
	return true;
}

void pages_promote(struct pages *p, uint32_t npage)
{
	for (uint32_t i = 0; i < p->npending; i++) {
		struct page_at *at = &p->at[p->pending[i]];

		at->log = p->pending[i] <= npage ? at->pend : 0;
		at->pend = 0;
	}
	p->npending = 0;
	for (uint32_t no = npage + 1; no < p->cap && no <= p->npage; no++)
		p->at[no].log = 0;
	p->npage = npage;
}

static void forget(struct pages *p)
{
	for (uint32_t i = 0; i < p->npending; i++)
		p->at[p->pending[i]].pend = 0;
	p->npending = 0;
	if (p->nstage)
		secret_wipe(staged(p, 0), p->nstage * FMT_BLOCK);
	p->nstage = 0;
	p->front = p->front && !p->dirty;
	p->dirty = false;
	p->wrote = false;
	p->t_npage = p->npage;
	p->t_floor = p->npage;
	p->t_tail = p->tail;
	memcpy(p->t_chain, p->chain, FMT_HASH);
}

void pages_discard(struct pages *p)
{
	forget(p);
	p->failed = false;
}

void pages_wipe(struct pages *p)
{
	pages_discard(p);
	secret_wipe(secret_bytes(p->plain), secret_cap(p->plain));
	p->front = false;
}

/* After a batch that may or may not be on the disk: make its first head unreadable, so that
 * what was reported as not saved does not turn up later.  Best effort; without it the batch
 * is overwritten by the next one. */
static void spoil(struct pages *p)
{
	uint64_t keep = (uint64_t)pages_log_blocks(p) * FMT_BLOCK;
	uint64_t end = p->tail * FMT_BLOCK;

	if (keep < end)
		keep = end;
	if (p->log_size > keep && io_cut(p->sys, p->log, keep, NULL))
		p->log_size = keep;
	if (p->log_size > end && !io_pad(p->sys, p->log, end, end + FMT_BLOCK, NULL))
		return;
	(void)!io_sync(p->sys, p->log, NULL);
}

static bool fail(struct pages *p)
{
	if (p->wrote)
		spoil(p);
	forget(p);
	p->failed = true;
	return false;
}

/* Nothing of this transaction may be in the log yet. */
static bool make_way(struct pages *p, bool full, struct err *e)
{
	struct err why = { 0 };

	if (!full && !p->must_fold)
		return true;
	if (fold_all(p, &why))
		return true;
	/* The log can grow instead, unless a root that names another log may be stored. */
	if (p->must_fold && e)
		*e = why;
	return !p->must_fold;
}

/* Write the staged pages as one group. */
static bool flush(struct pages *p, bool last, struct err *e)
{
	struct log_group g = {
		.seq = p->seq + 1, .npage = p->t_npage, .n = p->nstage, .last = last
	};
	size_t bytes = (1 + g.n) * FMT_BLOCK;
	uint64_t end = p->t_tail * FMT_BLOCK + bytes;

	if (end / FMT_BLOCK >= FMT_PAGES_MAX)
		return err_set(e, ERR_FULL, "%s", _("This change is too large to save."));
	memcpy(g.page, p->stage_no, g.n * sizeof g.page[0]);
#ifdef REMANSO_MUTATE_1 /* an append writes a block again that was synced before */
	size_t got;

	if (p->t_tail > 0 &&
	    (!io_read(p->sys, p->log, p->sealed, FMT_BLOCK, (p->t_tail - 1) * FMT_BLOCK,
		 &got, e) ||
		!io_write(p->sys, p->log, p->sealed, got, (p->t_tail - 1) * FMT_BLOCK, e)))
		return false;
#endif
	log_seal(p->sealed, p->k, p->t_tail, &g, staged(p, 0), p->t_chain);
	p->wrote = true;
	if (!io_write(p->sys, p->log, p->sealed, bytes, p->t_tail * FMT_BLOCK, e))
		return false;
	if (p->log_size < end)
		p->log_size = end;
	for (uint32_t i = 0; i < g.n; i++) {
		if (!pages_pend(p, g.page[i], p->t_tail + 1 + i, e))
			return false;
	}
	p->t_tail += 1 + g.n;
	memcpy(p->t_chain, g.chain, FMT_HASH);
	secret_wipe(staged(p, 0), p->nstage * FMT_BLOCK);
	p->nstage = 0;
	return true;
}

/* A large transaction goes to the log in pieces as it comes. */
static bool spill(struct pages *p, struct err *e)
{
	bool first = p->t_tail == p->tail;

#ifdef REMANSO_MUTATE_8 /* folding while a transaction is open */
	if (!make_way(p, p->t_tail > pages_log_blocks(p) / 2, e))
		return false;
#endif
	if (first && !make_way(p, p->tail > pages_log_blocks(p) / 2, e))
		return false;
	return flush(p, false, e);
}

bool pages_write(struct pages *p, uint32_t no, const uint8_t *page, struct err *e)
{
	uint32_t i = 0;

	if (p->failed)
		return true;
	if (!pages_room(p, no, e))
		return fail(p);
	while (i < p->nstage && p->stage_no[i] != no)
		i++;
	if (i == FMT_GROUP) {
		if (!spill(p, e))
			return fail(p);
		i = 0;
	}
	if (i == p->nstage)
		p->nstage++;
	p->stage_no[i] = no;
	memcpy(staged(p, i), page, FMT_BLOCK);
	if (no == 1) {
		memcpy(front(p), page, FMT_BLOCK);
		p->front = true;
	}
	if (p->t_npage < no)
		p->t_npage = no;
	p->dirty = true;
	return true;
}

bool pages_resize(struct pages *p, uint32_t npage, struct err *e)
{
	if (p->failed || npage == p->t_npage)
		return true;
	if (!pages_room(p, npage, e))
		return fail(p);
	p->front = p->front && npage > 0;
	/* SQLite cuts the file after its last sync of a shrinking commit.  The commit is
	 * done then: page 1 says the new size, and the cut waits for the next batch. */
	if (!p->dirty && npage < p->npage) {
		pages_promote(p, npage);
		forget(p);
		return true;
	}
	for (uint32_t i = 0; i < p->nstage;) {
		if (p->stage_no[i] <= npage) {
			i++;
			continue;
		}
		p->nstage--;
		p->stage_no[i] = p->stage_no[p->nstage];
		memcpy(staged(p, i), staged(p, p->nstage), FMT_BLOCK);
	}
	for (uint32_t i = 0; i < p->npending;) {
		if (p->pending[i] <= npage) {
			i++;
			continue;
		}
		p->at[p->pending[i]].pend = 0;
		p->pending[i] = p->pending[--p->npending];
	}
	p->t_npage = npage;
	if (p->t_floor > npage)
		p->t_floor = npage;
	p->dirty = true;
	return true;
}

/* ---- committing ---- */

static bool is_written(const struct pages *p, uint32_t no)
{
	for (uint32_t i = 0; i < p->nstage; i++) {
		if (p->stage_no[i] == no)
			return true;
	}
	return no < p->cap && p->at[no].pend != 0;
}

/* SQLite may grow the file over pages that it never writes: free ones, and the one at its
 * locking offset.  Every page must be somewhere, so these become zeros. */
static bool fill_gaps(struct pages *p, struct err *e)
{
	static const uint8_t zeros[FMT_BLOCK];

	for (uint32_t no = p->t_floor + 1; no <= p->t_npage; no++) {
		if (!is_written(p, no) && !pages_write(p, no, zeros, e))
			return false;
	}
	return true;
}

static bool append_batch(struct pages *p, struct err *e)
{
	if (!fill_gaps(p, e))
		return false;
	if (p->t_tail == p->tail &&
	    !make_way(p, p->tail + p->nstage + 1 > pages_log_blocks(p), e))
		return false;
	/* Room in the main file is taken now, so that a full disk is met here, where the
	 * person can be told, and not while folding.  A fold gives back what it does not
	 * need, so it comes before. */
	if (!fold_reserve(p, p->t_npage, e))
		return false;
#ifdef REMANSO_MUTATE_9 /* a promise that is not on the disk */
	return flush(p, true, e);
#endif
	return flush(p, true, e) && io_sync(p->sys, p->log, e);
}

bool pages_commit(struct pages *p, struct err *e)
{
	if (p->failed || !p->dirty)
		return true;
	if (p->pid != getpid()) {
		forget(p);
		p->failed = true;
		return err_set(
		    e, ERR_BUSY, "%s", _("This room is open in another process."));
	}
	if (!append_batch(p, e))
		return p->failed ? false : fail(p);
	p->tail = p->t_tail;
	memcpy(p->chain, p->t_chain, FMT_HASH);
	p->seq++;
	pages_promote(p, p->t_npage);
	p->dirty = false;
	forget(p);
	return true;
}

bool pages_raise_header(struct pages *p, uint64_t header_gen, struct err *e)
{
	struct root r = p->root;

	r.header_gen = header_gen;
	return fold_root(p, r, e);
}

bool pages_settle(struct pages *p, struct err *e)
{
	struct root r = p->root;

	if (p->pid != getpid() || p->dirty)
		return true;
	if (p->must_fold || r.state != ROOT_CLEAN || p->tail > pages_log_blocks(p) / 4)
		return fold_all(p, e);
	if (r.kept_seq == p->seq)
		return true;
	r.kept_seq = p->seq;
	return fold_root(p, r, e);
}

void pages_close(struct pages *p)
{
	if (!p)
		return;
	io_close(p->sys, p->log);
	io_close(p->sys, p->main);
	secret_free(p->plain);
	ahead_free(&p->ahead);
	free(p->sealed);
	free(p->pending);
	free(p->at);
	free(p);
}
