/* Sealing: XChaCha20-Poly1305 with what a block is, whose it is and where it stands as
 * associated data, so that nothing sealed can be moved anywhere else and still open. */
#ifndef VAULT_SEAL_H
#define VAULT_SEAL_H

#include "remanso/base.h"

#include "format.h"

/* All of it lies in a struct secret. */
struct keys {
	uint8_t
	    id[FMT_ID]; /* of the vault; not secret, but always needed beside the keys */
	uint8_t master[FMT_KEY];
	uint8_t header[FMT_KEY];
	uint8_t root[FMT_KEY];
	uint8_t page[FMT_KEY];
	uint8_t log[FMT_KEY];
	uint8_t sum[FMT_KEY];
	uint8_t witness[FMT_KEY];
	uint8_t log_now[FMT_KEY]; /* of the log in use; see log_use() */
};

/* What a block is; four letters of the associated data. */
#define SEAL_PAGE "RM1P"
#define SEAL_FRAME "RM1L"
#define SEAL_HEAD "RM1D"
#define SEAL_ROOT "RM1R"

/* Fill in everything from id and master. */
void seal_derive(struct keys *k);

/* `ct` gets `n` bytes, `tag` FMT_TAG.  `nonce` must be fresh random bytes. */
void seal_block(const uint8_t *key, const char what[static 4], const uint8_t *id,
    uint64_t place, const uint8_t *nonce, const uint8_t *pt, size_t n, uint8_t *ct,
    uint8_t *tag);
/* False, and nothing useful in `pt`, when anything was changed.  With a NULL `pt` the seal is
 * checked and nothing is decrypted, in half the time; libsodium's declaration allows it. */
bool seal_open(const uint8_t *key, const char what[static 4], const uint8_t *id,
    uint64_t place, const uint8_t *nonce, const uint8_t *ct, size_t n, const uint8_t *tag,
    uint8_t *pt) MUST_CHECK;

/* Wipe what libsodium left of keys on the stack below the caller: it clears its states, not
 * what it computed with. */
void seal_forget_stack(void);

/* BLAKE2b-256 with a key over three pieces; an empty one may be NULL. */
void seal_hash(uint8_t out[static 32], const uint8_t *key, const void *a, size_t an,
    const void *b, size_t bn, const void *c, size_t cn);

#endif
