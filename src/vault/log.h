/* The redo log as bytes: groups of one head block and up to FMT_GROUP frames, each frame
 * one page.  One or more groups with the same sequence number make a batch, which is one
 * transaction; its last group says so.  Heads are chained by a keyed hash that runs over
 * all tags before them, so that a stale block of an abandoned batch can never be taken for
 * part of a later one.  Pure functions: no file is touched here. */
#ifndef VAULT_LOG_H
#define VAULT_LOG_H

#include "seal.h"

struct log_group {
	uint64_t seq;
	uint32_t npage; /* pages of the database after this batch */
	uint32_t n;     /* frames that follow */
	bool last;
	uint32_t page[FMT_GROUP];
	uint8_t chain[FMT_HASH];
};

/* Make k->log_now the key of the log that follows a root. */
void log_use(struct keys *k, const uint8_t *log_id, uint64_t base_seq);

/* Seal head and frames into `out` ((1 + g->n) blocks), to stand at block `at` of the file.
 * `bodies` holds g->n pages of FMT_BLOCK bytes, of which FMT_BODY count.  `chain` is the
 * chain before this group; g->chain becomes the chain after it. */
void log_seal(uint8_t *out, const struct keys *k, uint64_t at, struct log_group *g,
    const uint8_t *bodies, const uint8_t chain[static FMT_HASH]);

/* Read a head.  False when this block is not one, of this log, at this place. */
bool log_head(const uint8_t *block, const struct keys *k, uint64_t at,
    struct log_group *out) MUST_CHECK;
/* Check the frames that follow the head and the chain.  `frames` is g->n blocks; nothing is
 * decrypted. */
bool log_check(const struct log_group *g, const struct keys *k, uint64_t at,
    const uint8_t *frames, const uint8_t chain[static FMT_HASH]) MUST_CHECK;
/* Open the frame in block `at`; with a NULL `body`, only check its seal. */
bool log_frame(
    const uint8_t *block, const struct keys *k, uint64_t at, uint8_t *body) MUST_CHECK;

#endif
