/* Finding the promised state in the two files of a vault: the newest root, the longest run
 * of complete batches in the log, and the sum over everything else.  See pages.h. */
#include "pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "io.h"

static bool damaged(struct err *e, const char *words)
{
	return err_set(e, ERR_DAMAGED, "%s", words);
}

bool pages_make(const struct vault_sys *sys, int main, const struct keys *k, struct err *e)
{
	uint8_t *block = malloc(FMT_BLOCK);
	struct root r = { .gen = 1, .header_gen = 1 };
	bool ok = true;

	if (!block)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	randombytes_buf(r.log_id, FMT_HASH);
	for (int copy = 0; ok && copy < 2; copy++) {
		root_seal(block, k, copy, &r);
		ok = io_write(sys, main, block, FMT_BLOCK, FMT_ROOT_AT(copy), e);
	}
	free(block);
	return ok;
}

static bool read_roots(struct pages *p, uint64_t header_gen, struct err *e)
{
	struct root r;
	struct err unread = { 0 };
	uint64_t gen[2] = { 0 };
	bool found = false;
	size_t got;

	for (int copy = 0; copy < 2; copy++) {
		p->met.root[copy] = !io_read(p->sys, p->main, p->sealed, FMT_BLOCK,
					FMT_ROOT_AT(copy), &got, &unread) ||
				    got != FMT_BLOCK ||
				    !root_open(p->sealed, p->k, copy, &r);
		if (p->met.root[copy])
			continue;
		gen[copy] = r.gen;
		if (found && r.gen <= p->root.gen)
			continue;
		p->root = r;
		p->root_copy = copy;
		found = true;
	}
	if (!found && unread.code != ERR_OK)
		return err_sys(
		    e, ERR_IO, unread.sys, "%s", _("The room's file could not be read."));
	if (!found)
		return damaged(e,
		    _("The beginning of this room's file is damaged. A backup can help."));
#ifdef REMANSO_MUTATE_22 /* any header will do */
	header_gen = UINT64_MAX;
#endif
	if (p->root.header_gen > header_gen)
		return damaged(e,
		    _("An older beginning was put back into this room's file. It was not opened."));
	p->gen = p->root.gen;
	p->met.behind = gen[0] != gen[1] && !p->met.root[0] && !p->met.root[1];
	return true;
}

bool pages_mend_roots(struct pages *p, struct err *e)
{
	if (!p->met.root[0] && !p->met.root[1] && !p->met.behind)
		return true;
	return fold_root(p, p->root, e);
}

/* Every page has a place in the main file or in the log, so that a number of pages is not
 * believed, and no memory asked for it, when the files are too small for them. */
static bool has_room_for(const struct pages *p, uint32_t npage, struct err *e)
{
	if (npage <= (p->main_size + p->log_size) / FMT_BLOCK)
		return true;
	return damaged(e,
	    _("This room's file was cut short. 'remanso rescue DIR' saves the rest; a backup "
	      "brings it back."));
}

/* One whole, checked group at p->t_tail, its pages noted as pending.  `found` is false at
 * the end of what the log holds. */
static bool walk_group(struct pages *p, struct log_group *g, bool *found, struct err *e)
{
	uint64_t at = p->t_tail;
	size_t got, want;

	*found = false;
	if (!io_read(p->sys, p->log, p->sealed, FMT_BLOCK, at * FMT_BLOCK, &got, e))
		return false;
	if (got != FMT_BLOCK || !log_head(p->sealed, p->k, at, g) || g->seq != p->seq + 1)
		return true;
	want = g->n * FMT_BLOCK;
	if (!io_read(p->sys, p->log, p->sealed, want, (at + 1) * FMT_BLOCK, &got, e))
		return false;
	if (got != want || !log_check(g, p->k, at, p->sealed, p->t_chain))
		return true;
	for (uint32_t i = 0; i < g->n; i++) {
		if (!pages_pend(p, g->page[i], p->t_tail + 1 + i, e))
			return false;
	}
	p->t_tail += 1 + g->n;
	memcpy(p->t_chain, g->chain, FMT_HASH);
	*found = true;
	return true;
}

/* What was being folded when the root was written is torn, perhaps; the rest is whole.  Whoever
 * took over the root made room for all its pages. */
static void mark_whole(struct pages *p)
{
	for (uint32_t no = 1; no <= p->root.npage; no++)
		p->at[no].whole = !p->at[no].log;
}

static bool walk(struct pages *p, struct err *e)
{
	struct log_group g;
	bool found, marked = p->root.state == ROOT_CLEAN;

	if (marked)
		mark_whole(p);
	while (true) {
		if (!walk_group(p, &g, &found, e))
			return false;
		if (!found)
			break;
		if (!g.last)
			continue;
		p->tail = p->t_tail;
		memcpy(p->chain, p->t_chain, FMT_HASH);
		p->seq++;
		if (marked || p->seq != p->root.fold_seq) {
			pages_promote(p, g.npage);
			continue;
		}
		/* The root knows of a cut that came after the batch; see pages_resize(). */
		pages_promote(p, p->root.npage);
		marked = true;
		mark_whole(p);
	}
	pages_discard(p);
	p->met.unclosed = p->root.state != ROOT_CLEAN || p->seq > p->root.kept_seq;
	/* Only now: before a cut that is part of the log there may have been more. */
	if (!has_room_for(p, p->npage, e) || !pages_room(p, p->npage, e))
		return false;
	if (!marked || p->seq < p->root.kept_seq)
		return damaged(e,
		    _("The file of this room that ends in -log is damaged, older or missing. "
		      "'remanso rescue DIR' saves what is in the other one; a backup may help."));
	return true;
}

/* How far behind a head another one is looked for: four logs of the usual size, and twice
 * the database.  The size of the file says nothing; it costs nobody anything to make it a
 * terabyte. */
static uint64_t reach(const struct pages *p)
{
	uint64_t npage = p->npage > p->root.npage ? p->npage : p->root.npage;

	return 4 * (uint64_t)pages_log_blocks(p) + 2 * npage;
}

/* A batch is written only when the one before it is safely stored.  So an unreadable batch
 * with a later one behind it was not torn by a crash: it was damaged afterwards.  With none
 * behind it nothing tells; that a part of one stands there is noted. */
static bool look_ahead(struct pages *p, struct err *e)
{
	struct log_group g;
	uint64_t blocks = p->log_size / FMT_BLOCK, end = p->tail + reach(p);

	for (uint64_t at = p->tail; at < blocks && at < end; at += FMT_GROUP) {
		size_t n = blocks - at < FMT_GROUP ? (size_t)(blocks - at) : FMT_GROUP;
		size_t got;

		if (!io_read(
			p->sys, p->log, p->sealed, n * FMT_BLOCK, at * FMT_BLOCK, &got, e))
			return false;
		for (size_t i = 0; i < got / FMT_BLOCK; i++) {
			const uint8_t *block = p->sealed + i * FMT_BLOCK;
			bool head = log_head(block, p->k, at + i, &g);

			if (head && g.seq > p->seq + 1)
				return damaged(e,
				    _("A part of what was saved last in this room is damaged or "
				      "was changed. 'remanso rescue DIR' saves what was before."));
			if (head)
				end = at + i + reach(p);
			if (at == p->tail && !p->met.unfinished)
				p->met.unfinished =
				    head || log_frame(block, p->k, at + i, NULL);
		}
	}
	return true;
}

/* The seals are 40 of every 4096 bytes, and yet a few large reads are quicker than one small
 * one for each page. */
static bool check_sum(struct pages *p, struct err *e)
{
	uint8_t sum[FMT_HASH] = { 0 }, hash[FMT_HASH];

	for (uint32_t no = 1; no <= p->root.npage; no++) {
		struct page_at *at = &p->at[no];
		const uint8_t *block;

#ifndef REMANSO_MUTATE_7
		if (!at->whole)
			continue;
#endif
		block = ahead_page(&p->ahead, p->sys, p->main, no, e);
		if (!block)
			return false;
		memcpy(at->seal, block + FMT_BODY, FMT_SEAL);
		root_page_hash(hash, p->k, no, at->seal);
#ifdef REMANSO_MUTATE_7
		if (!at->whole)
			continue;
#endif
		root_mix(sum, hash);
	}
#ifdef REMANSO_MUTATE_20 /* every page that was ever ours is good */
	memcpy(p->root.sum, sum, FMT_HASH);
#endif
	if (sodium_memcmp(sum, p->root.sum, FMT_HASH) != 0)
		return damaged(e,
		    _("A part of this room's file is damaged, or was changed or put back from an "
		      "older copy. It was not opened. A backup can help."));
	memcpy(p->sum, sum, FMT_HASH);
	ahead_drop(&p->ahead);
	return true;
}

static bool find_state(struct pages *p, uint64_t header_gen, struct err *e)
{
	/* What a killed process wrote may be readable and yet not stored.  Everything below
	 * takes what it reads for stored. */
#ifndef REMANSO_MUTATE_13
	if (!io_sync(p->sys, p->main, e) || !io_sync(p->sys, p->log, e))
		return false;
#endif
	if (!io_size(p->sys, p->main, &p->main_size, e) ||
	    !io_size(p->sys, p->log, &p->log_size, e) || !read_roots(p, header_gen, e))
		return false;
	p->seq = p->root.seq;
	log_use(p->k, p->root.log_id, p->root.seq);
	if (!has_room_for(p, p->root.npage, e) || !pages_room(p, p->root.npage, e))
		return false;
#ifdef REMANSO_MUTATE_3 /* page 1 of the main file is looked at before the log is */
	size_t got;

	if (p->root.npage > 0 &&
	    (!io_read(p->sys, p->main, p->sealed, FMT_BLOCK, FMT_PAGE_AT(1), &got, e) ||
		!seal_open(p->k->page, SEAL_PAGE, p->k->id, 1, p->sealed + FMT_BODY,
		    p->sealed, FMT_BODY, p->sealed + FMT_BODY + FMT_NONCE,
		    pages_scratch(p))))
		return damaged(e, "mutation 3");
#endif
	p->npage = p->root.npage;
	pages_discard(p);
#ifdef REMANSO_MUTATE_21 /* a log that ends too early is as good as any */
	p->root.kept_seq = 0;
	return walk(p, e) && check_sum(p, e);
#endif
	return walk(p, e) && look_ahead(p, e) && check_sum(p, e);
}

bool recover_rest(
    struct pages *p, bool *log_ok, uint64_t *lost, bool *sum_ok, struct err *e)
{
	struct err why = { 0 };
	bool ok, more;

	p->seq = p->root.seq;
	p->npage = p->root.npage;
	log_use(p->k, p->root.log_id, p->root.seq);
	pages_discard(p);
	if (p->log >= 0) {
		ok = walk(p, &why);
	} else {
		ok = p->root.state == ROOT_CLEAN && p->root.kept_seq == p->seq;
		if (p->root.state == ROOT_CLEAN)
			mark_whole(p);
	}
	if (why.code == ERR_MEMORY)
		return err_set(e, ERR_MEMORY, "%s", why.text);
	*lost = p->root.kept_seq > p->seq ? p->root.kept_seq - p->seq : 0;
	pages_discard(p);
	/* Without its log a fold that was cut off leaves nothing to compare the sum with. */
	*sum_ok = (!ok && p->root.state == ROOT_FOLDING) || check_sum(p, NULL);
	more = !look_ahead(p, NULL);
	*lost += more && *lost == 0;
	*log_ok = ok && !more;
	return true;
}

struct pages *recover_blank(const struct vault_sys *sys, int main, int log, struct keys *k)
{
	struct pages *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->sys = sys;
	p->main = main;
	p->log = log;
	p->k = k;
	p->pid = getpid();
	p->plain = secret_try_new((FMT_GROUP + 2) * FMT_BLOCK);
	p->sealed = malloc((FMT_GROUP + 1) * FMT_BLOCK);
	if (!ahead_init(&p->ahead) || !p->sealed || !p->plain) {
		p->main = p->log = -1;
		pages_close(p);
		return NULL;
	}
	return p;
}

bool pages_open(struct pages **out, const struct vault_sys *sys, int main, int log,
    struct keys *k, uint64_t header_gen, struct err *e)
{
	struct pages *p = recover_blank(sys, main, log, k);

	if (!p)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	if (!find_state(p, header_gen, e)) {
		p->main = p->log = -1;
		pages_close(p);
		return false;
	}
	*out = p;
	return true;
}

void pages_cut_log(struct pages *p)
{
	uint64_t blocks = pages_log_blocks(p), keep;

	keep = (p->tail > blocks ? p->tail : blocks) * FMT_BLOCK;
	if (p->log_size > keep && io_cut(p->sys, p->log, keep, NULL))
		p->log_size = keep;
}
