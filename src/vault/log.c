/* Groups of the redo log: sealing and reading.  See log.h and FORMAT.md. */
#include "log.h"

#include <string.h>

#include <sodium.h>

/* Offsets in the plain head; the part up to AT_CHAIN is what the chain covers. */
enum { AT_SEQ = 0, AT_NPAGE = 8, AT_N = 12, AT_LAST = 16, AT_PAGES = 20, AT_CHAIN = 112 };
_Static_assert(AT_PAGES + 4 * FMT_GROUP == AT_CHAIN, "the chain follows the page numbers");

void log_use(struct keys *k, const uint8_t *log_id, uint64_t base_seq)
{
	uint8_t seq[8];

	fmt_put64(seq, base_seq);
	seal_hash(k->log_now, k->log, log_id, FMT_HASH, seq, sizeof seq, NULL, 0);
}

static void pack(uint8_t pt[static FMT_BODY], const struct log_group *g)
{
	memset(pt, 0, FMT_BODY);
	fmt_put64(pt + AT_SEQ, g->seq);
	fmt_put32(pt + AT_NPAGE, g->npage);
	fmt_put32(pt + AT_N, g->n);
	pt[AT_LAST] = g->last;
	for (uint32_t i = 0; i < g->n; i++)
		fmt_put32(pt + AT_PAGES + 4 * i, g->page[i]);
}

/* chain' = H(chain | head up to the chain | tags of the frames) */
static void next_chain(uint8_t out[static FMT_HASH], const struct keys *k,
    const uint8_t *chain, const uint8_t *pt, const uint8_t *frames, uint32_t n)
{
	uint8_t tags[FMT_GROUP * FMT_TAG];

	for (uint32_t i = 0; i < n; i++)
		memcpy(tags + i * FMT_TAG, frames + i * FMT_BLOCK + FMT_NONCE, FMT_TAG);
	seal_hash(out, k->log_now, chain, FMT_HASH, pt, AT_CHAIN, tags, n * FMT_TAG);
}

void log_seal(uint8_t *out, const struct keys *k, uint64_t at, struct log_group *g,
    const uint8_t *bodies, const uint8_t chain[static FMT_HASH])
{
	uint8_t pt[FMT_BODY], nonces[(FMT_GROUP + 1) * FMT_NONCE];
	uint8_t *tag = out + FMT_NONCE;

	randombytes_buf(nonces, (g->n + 1) * FMT_NONCE);
	for (uint32_t i = 0; i < g->n; i++) {
		uint8_t *b = out + (1 + i) * FMT_BLOCK;

		memcpy(b, nonces + (1 + i) * FMT_NONCE, FMT_NONCE);
		seal_block(k->log_now, SEAL_FRAME, k->id, at + 1 + i, b,
		    bodies + i * FMT_BLOCK, FMT_BODY, b + FMT_NONCE + FMT_TAG,
		    b + FMT_NONCE);
	}
	pack(pt, g);
	next_chain(g->chain, k, chain, pt, out + FMT_BLOCK, g->n);
	memcpy(pt + AT_CHAIN, g->chain, FMT_HASH);
	memcpy(out, nonces, FMT_NONCE);
	seal_block(k->log_now, SEAL_HEAD, k->id, at, out, pt, FMT_BODY, tag + FMT_TAG, tag);
}

/* Opening searches thousands of blocks for a head, and checking a whole seal only to refuse it
 * is most of that.  So the first bytes are decrypted alone.  What was written under another key
 * is noise, of which not one in 2^60 is within the bounds of a head; a frame is the beginning
 * of a page, and of somebody's words perhaps.  This only refuses; what passes has its seal
 * checked.
 * The bytes under the seal are those of the XChaCha20 stream from its second block on
 * (draft-irtf-cfrg-xchacha, 2.3; RFC 8439, 2.8). */
static bool may_be_head(const uint8_t *block, const struct keys *k)
{
	uint8_t pt[AT_PAGES];
	bool may;

	(void)crypto_stream_xchacha20_xor_ic(
	    pt, block + FMT_NONCE + FMT_TAG, sizeof pt, block, 1, k->log_now);
	may = fmt_get32(pt + AT_NPAGE) <= FMT_PAGES_MAX &&
	      fmt_get32(pt + AT_N) <= FMT_GROUP && fmt_get32(pt + AT_LAST) <= 1;
	sodium_memzero(pt, sizeof pt);
	return may;
}

bool log_head(
    const uint8_t *block, const struct keys *k, uint64_t at, struct log_group *out)
{
	uint8_t pt[FMT_BODY];
	const uint8_t *tag = block + FMT_NONCE;

	if (!may_be_head(block, k) || !seal_open(k->log_now, SEAL_HEAD, k->id, at, block,
					  tag + FMT_TAG, FMT_BODY, tag, pt))
		return false;
	*out = (struct log_group){
		.seq = fmt_get64(pt + AT_SEQ),
		.npage = fmt_get32(pt + AT_NPAGE),
		.n = fmt_get32(pt + AT_N),
		.last = pt[AT_LAST] != 0,
	};
	for (uint32_t i = 0; i < out->n; i++) {
		out->page[i] = fmt_get32(pt + AT_PAGES + 4 * i);
		if (out->page[i] == 0 || out->page[i] > FMT_PAGES_MAX)
			return false;
	}
	memcpy(out->chain, pt + AT_CHAIN, FMT_HASH);
	return true;
}

bool log_frame(const uint8_t *block, const struct keys *k, uint64_t at, uint8_t *body)
{
	return seal_open(k->log_now, SEAL_FRAME, k->id, at, block,
	    block + FMT_NONCE + FMT_TAG, FMT_BODY, block + FMT_NONCE, body);
}

bool log_check(const struct log_group *g, const struct keys *k, uint64_t at,
    const uint8_t *frames, const uint8_t chain[static FMT_HASH])
{
	uint8_t pt[FMT_BODY], want[FMT_HASH];

	for (uint32_t i = 0; i < g->n; i++) {
		if (!log_frame(frames + i * FMT_BLOCK, k, at + 1 + i, NULL))
			return false;
	}
	pack(pt, g);
#ifdef REMANSO_MUTATE_6 /* a stale frame at the right place will do */
	return true;
#endif
	next_chain(want, k, chain, pt, frames, g->n);
	return sodium_memcmp(want, g->chain, FMT_HASH) == 0;
}
