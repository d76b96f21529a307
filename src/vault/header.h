/* The header: what turns a passphrase or a recovery code into the vault's master key.  Pure
 * functions on the 4096 bytes of one copy. */
#ifndef VAULT_HEADER_H
#define VAULT_HEADER_H

#include "remanso/vault.h"

#include "seal.h"

/* What the sealed trailer says. */
struct header_info {
	uint64_t gen;
	uint16_t format;
	uint8_t kind[FMT_SLOTS]; /* enum slot_kind */
};

/* Opens a slot: made from a passphrase or a code, never stored. */
struct slot_key {
	uint8_t wrap[FMT_KEY];   /* seals the master key */
	uint8_t commit[FMT_KEY]; /* finds the slot */
};

/* A header full of random bytes with id, salt and preset in place; no slot, no trailer. */
void header_new(uint8_t *h, const uint8_t *id, const uint8_t *salt, uint8_t preset);
const uint8_t *header_id(const uint8_t *h);
const uint8_t *header_salt(const uint8_t *h);
uint8_t header_preset(const uint8_t *h);

/* The slot that this key made, or -1.  All eight are compared, whatever the result. */
int header_find(const uint8_t *h, const struct slot_key *sk);
/* The master key from a slot that header_find() gave. */
bool header_unwrap(
    const uint8_t *h, int slot, const struct slot_key *sk, uint8_t *master) MUST_CHECK;
void header_wrap(uint8_t *h, int slot, const struct slot_key *sk, const uint8_t *master,
    enum slot_kind kind);
/* Random bytes: what an unused slot looks like. */
void header_clear(uint8_t *h, int slot);

/* The trailer covers every byte before it. */
void header_seal(uint8_t *h, const struct keys *k, const struct header_info *info);
bool header_open(
    const uint8_t *h, const struct keys *k, struct header_info *out) MUST_CHECK;

/* The slot key of a recovery code (`n` bytes) for this header. */
void header_recovery_key(
    struct slot_key *out, const uint8_t *h, const uint8_t *code, size_t n);

#endif
