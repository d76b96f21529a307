/* The root record: what the main file holds, as one keyed sum over all its pages, and where
 * the log takes over.  Pure functions on bytes; when to write one is fold.c's business. */
#ifndef VAULT_ROOT_H
#define VAULT_ROOT_H

#include "seal.h"

enum root_state {
	ROOT_CLEAN = 0, /* every page of the main file is whole */
	ROOT_FOLDING =
	    1 /* pages of the log up to `fold_seq` may be torn in the main file */
};

struct root {
	uint64_t gen;      /* the higher one counts */
	uint64_t seq;      /* last batch folded into the main file; the log starts after */
	uint64_t fold_seq; /* last batch being folded, in ROOT_FOLDING */
	uint64_t kept_seq; /* the log holds at least up to here */
	uint64_t header_gen; /* no older header is believed */
	uint32_t npage;      /* pages the sum speaks of */
	enum root_state state;
	uint8_t sum[FMT_HASH]; /* XOR of root_page_hash over the pages that are whole */
	uint8_t log_id[FMT_HASH];
};

/* The record as FMT_BLOCK bytes for copy 0 or 1. */
void root_seal(uint8_t *block, const struct keys *k, int copy, const struct root *r);
/* False when the block is not a root of this vault and copy. */
bool root_open(
    const uint8_t *block, const struct keys *k, int copy, struct root *out) MUST_CHECK;

/* What page `no` with this nonce and tag (40 bytes) adds to the sum. */
void root_page_hash(uint8_t out[static FMT_HASH], const struct keys *k, uint64_t no,
    const uint8_t *nonce_tag);
/* sum ^= h: adds a page, or takes it out again. */
void root_mix(uint8_t sum[static FMT_HASH], const uint8_t h[static FMT_HASH]);

#endif
