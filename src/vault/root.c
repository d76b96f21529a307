/* Root records and the keyed multiset hash.  See root.h and FORMAT.md. */
#include "root.h"

#include <string.h>

#include <sodium.h>

/* Offsets in the plain record. */
enum {
	AT_GEN = 0,
	AT_SEQ = 8,
	AT_FOLD = 16,
	AT_KEPT = 24,
	AT_HEADER = 32,
	AT_NPAGE = 40,
	AT_STATE = 48,
	AT_SUM = 56,
	AT_LOG_ID = 88
};

void root_seal(uint8_t *block, const struct keys *k, int copy, const struct root *r)
{
	uint8_t pt[FMT_BODY] = { 0 };
	uint8_t *nonce = block, *tag = block + FMT_NONCE;

	fmt_put64(pt + AT_GEN, r->gen);
	fmt_put64(pt + AT_SEQ, r->seq);
	fmt_put64(pt + AT_FOLD, r->fold_seq);
	fmt_put64(pt + AT_KEPT, r->kept_seq);
	fmt_put64(pt + AT_HEADER, r->header_gen);
	fmt_put64(pt + AT_NPAGE, r->npage);
	pt[AT_STATE] = (uint8_t)r->state;
	memcpy(pt + AT_SUM, r->sum, FMT_HASH);
	memcpy(pt + AT_LOG_ID, r->log_id, FMT_HASH);
	randombytes_buf(nonce, FMT_NONCE);
	seal_block(k->root, SEAL_ROOT, k->id, (uint64_t)copy, nonce, pt, FMT_BODY,
	    tag + FMT_TAG, tag);
	sodium_memzero(pt, sizeof pt);
}

bool root_open(const uint8_t *block, const struct keys *k, int copy, struct root *out)
{
	uint8_t pt[FMT_BODY];
	const uint8_t *tag = block + FMT_NONCE;
	uint64_t npage;

	if (!seal_open(k->root, SEAL_ROOT, k->id, (uint64_t)copy, block, tag + FMT_TAG,
		FMT_BODY, tag, pt))
		return false;
	npage = fmt_get64(pt + AT_NPAGE);
	*out = (struct root){
		.gen = fmt_get64(pt + AT_GEN),
		.seq = fmt_get64(pt + AT_SEQ),
		.fold_seq = fmt_get64(pt + AT_FOLD),
		.kept_seq = fmt_get64(pt + AT_KEPT),
		.header_gen = fmt_get64(pt + AT_HEADER),
		.npage = (uint32_t)npage,
		.state = pt[AT_STATE] ? ROOT_FOLDING : ROOT_CLEAN,
	};
	memcpy(out->sum, pt + AT_SUM, FMT_HASH);
	memcpy(out->log_id, pt + AT_LOG_ID, FMT_HASH);
	bool sane = npage <= FMT_PAGES_MAX && pt[AT_STATE] <= ROOT_FOLDING;
	sodium_memzero(pt, sizeof pt);
	return sane;
}

void root_page_hash(uint8_t out[static FMT_HASH], const struct keys *k, uint64_t no,
    const uint8_t *nonce_tag)
{
	uint8_t place[8];

	fmt_put64(place, no);
	seal_hash(
	    out, k->sum, place, sizeof place, nonce_tag, FMT_NONCE + FMT_TAG, NULL, 0);
}

void root_mix(uint8_t sum[static FMT_HASH], const uint8_t h[static FMT_HASH])
{
	for (size_t i = 0; i < FMT_HASH; i++)
		sum[i] ^= h[i];
}
