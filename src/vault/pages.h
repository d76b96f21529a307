/* Pages and transactions over the two files of a vault.  This is the part that must not
 * lose anything; it knows nothing of SQLite.
 *
 * A page is looked for, in this order, among the pages of the open transaction (in memory,
 * or already in the log but not yet promised), in the log, and in the main file.  A commit
 * appends one batch to the log and syncs it: that one sync is the promise.  Folding writes
 * the log's pages into the main file, between two root records:
 *
 *	1. root FOLDING, with the sum of the pages that will not be touched;   sync
 *	2. the pages;							       sync
 *	3. root CLEAN, with the new sum and the id of the next, empty log;     sync
 *
 * After a crash anywhere the log still holds every page that may be torn.
 *
 * When something fails: a failed commit leaves the state before it, in the files and here,
 * and the next commit may be tried at once.  Nothing that failed to sync is synced again;
 * it is written again (a second sync would report success for data that was dropped).  A
 * failed fold leaves the log in charge; commits go on behind it.
 *
 * One thread, one process; the file is locked for the whole session. */
#ifndef VAULT_PAGES_H
#define VAULT_PAGES_H

#include "remanso/secret.h"

#include "ahead.h"
#include "log.h"
#include "root.h"
#include "sys.h"

struct page_at {
	uint32_t log;           /* block + 1 of the committed frame; 0: main file */
	uint32_t pend;          /* block + 1 of a frame of the open transaction */
	bool whole;             /* the main file's copy is whole, and in the sum */
	uint8_t seal[FMT_SEAL]; /* nonce and tag of the main file's copy, when whole */
};

/* What opening met that was not as it should be, and that nothing is lost by. */
struct pages_met {
	bool root[2];    /* this copy was not the root, nor an earlier one */
	bool behind;     /* a root was written to one copy and not yet to the other */
	bool unclosed;   /* the last session did not note how far the log reaches */
	bool unfinished; /* behind the last whole batch stands a part of another one */
};

struct pages {
	const struct vault_sys *sys;
	int main, log; /* owned */
	struct keys *k;
	int64_t pid; /* a forked child must not write with our log position */

	struct pages_met met;
	struct root root; /* the newest that is safely stored */
	int root_copy;    /* where it is stored */
	uint64_t gen;     /* highest generation ever tried */
	uint8_t sum[FMT_HASH];
	uint64_t main_size, log_size;
	bool
	    must_fold; /* a root naming another log may be stored: fold before any append */

	struct page_at *at; /* by page number; [0] is not used */
	uint32_t cap;
	uint32_t npage;
	uint64_t seq;
	uint32_t tail; /* next free block of the log */
	uint8_t chain[FMT_HASH];

	/* the open transaction */
	bool dirty, failed, wrote;
	uint32_t t_npage, t_floor; /* pages now; fewest pages since it began */
	uint32_t t_tail;
	uint8_t t_chain[FMT_HASH];
	uint32_t nstage, stage_no[FMT_GROUP];
	uint32_t *pending, npending, cap_pending;

	struct secret *plain; /* FMT_GROUP staged pages, one scratch page, page 1 */
	bool front;           /* page 1 is there, as pages_read() would give it */
	uint8_t *sealed;      /* one group */
	struct ahead ahead;
};

/* Write the roots of a new vault with no pages.  Not synced. */
bool pages_make(
    const struct vault_sys *sys, int main, const struct keys *k, struct err *e) MUST_CHECK;
/* Take over both files and find the state they promise.  On success the file handles are
 * owned; on failure they stay the caller's.  ERR_DAMAGED when that state cannot be had.  Writes
 * nothing: a copy is read like this as well. */
bool pages_open(struct pages **out, const struct vault_sys *sys, int main, int log,
    struct keys *k, uint64_t header_gen, struct err *e) MUST_CHECK;
/* Behind the last batch nothing counts.  A log that a large transaction left behind, or one
 * that somebody made larger, is not carried along and copied with every backup. */
void pages_cut_log(struct pages *p);
/* What pages_salvage() met. */
struct pages_damage {
	bool root_ok[2], log_ok;
	uint64_t lost;   /* batches that the log is known to have held */
	uint32_t all;    /* pages there should be */
	uint32_t bad;    /* of these, pages that cannot be read */
	uint32_t spares; /* bad older copies of pages of which a newer one is in the log */
	bool older;      /* every page is whole, but not all are of this moment */
};
/* The same for files whose state cannot be had whole, for reading only: every page whose seal
 * is good, the log as far as it goes.  Nothing may be written with the result. */
bool pages_salvage(struct pages **out, const struct vault_sys *sys, int main, int log,
    struct keys *k, struct pages_damage *d, struct err *e) MUST_CHECK;
/* Write the root to both copies again when one of them was not as it should be. */
bool pages_mend_roots(struct pages *p, struct err *e) MUST_CHECK;
/* Nothing is written.  NULL is fine. */
void pages_close(struct pages *p);
/* Bring the files into order before closing: fold a log that has grown, otherwise note how
 * far it reaches.  Everything is safe without this; what it adds is that a log cut short
 * later is noticed. */
bool pages_settle(struct pages *p, struct err *e) MUST_CHECK;

/* The whole page; beyond the end, zeros. */
bool pages_read(struct pages *p, uint32_t no, uint8_t *out, struct err *e) MUST_CHECK;
/* `n` bytes of page 1 from `from` on: SQLite looks at them at the start of each transaction,
 * so the page is kept when it is read or written. */
bool pages_front(
    struct pages *p, size_t from, size_t n, uint8_t *out, struct err *e) MUST_CHECK;
bool pages_write(
    struct pages *p, uint32_t no, const uint8_t *page, struct err *e) MUST_CHECK;
bool pages_resize(struct pages *p, uint32_t npage, struct err *e) MUST_CHECK;
uint32_t pages_count(const struct pages *p);
/* True: the transaction is on the disk.  False: it is gone, the state before it stands, and
 * until pages_discard() writes and commits are taken without effect (SQLite rolls back by
 * writing old pages again, which are in place already). */
bool pages_commit(struct pages *p, struct err *e) MUST_CHECK;
/* Forget what was not committed; ends the state after a failed commit. */
void pages_discard(struct pages *p);
/* Wipe every plain page that is kept here.  Nothing can be done with it afterwards. */
void pages_wipe(struct pages *p);
bool pages_raise_header(struct pages *p, uint64_t header_gen, struct err *e) MUST_CHECK;

/* The following are for the files of this folder that work on pages below SQLite. */
bool pages_room(struct pages *p, uint32_t no, struct err *e) MUST_CHECK;
bool pages_pend(struct pages *p, uint32_t no, uint32_t block, struct err *e) MUST_CHECK;
void pages_promote(struct pages *p, uint32_t npage);
uint8_t *pages_scratch(struct pages *p);
uint32_t pages_log_blocks(const struct pages *p);
bool pages_frame(struct pages *p, uint32_t block, uint8_t *out, struct err *e) MUST_CHECK;
bool pages_main(struct pages *p, uint32_t no, uint8_t *out, struct err *e) MUST_CHECK;
/* recover.c */
struct pages *recover_blank(const struct vault_sys *sys, int main, int log, struct keys *k);
/* For salvage: the log as far as it goes, from a root that was read.  Whether that is all it
 * held, how many batches are lost otherwise, and whether the sum of the main file is right.
 * False: there is no memory, which says nothing of any of them. */
bool recover_rest(
    struct pages *p, bool *log_ok, uint64_t *lost, bool *sum_ok, struct err *e) MUST_CHECK;
/* fold.c */
bool fold_root(struct pages *p, struct root r, struct err *e) MUST_CHECK;
bool fold_reserve(struct pages *p, uint32_t npage, struct err *e) MUST_CHECK;
bool fold_all(struct pages *p, struct err *e) MUST_CHECK;
/* Main file bytes for so many pages: whole steps, so that the size says little. */
uint64_t fold_main_size(uint32_t npage);

#endif
