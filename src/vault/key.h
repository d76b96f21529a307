/* What an Argon2 run yields.  The vaults of a home normally share one salt and preset; a
 * vault that was brought in from another home has its own, and the key then holds a pair
 * for each. */
#ifndef VAULT_KEY_H
#define VAULT_KEY_H

#include "remanso/vault.h"

#include "header.h"

#define KEY_PAIRS 4

struct key_pair {
	uint8_t salt[FMT_SALT];
	uint8_t preset;
	bool ready; /* sk was derived */
	struct slot_key sk;
};

struct vault_key {
	struct secret *mem; /* KEY_PAIRS of struct key_pair */
	size_t n;
};

struct key_pair *key_pairs(const struct vault_key *key);
/* The pair for a header's salt and preset, or NULL. */
const struct key_pair *key_for(const struct vault_key *key, const uint8_t *header);
/* Derive the pair for one header.  False and no error when it is none of ours. */
bool kdf_pair(struct key_pair *p, const uint8_t *header, const struct secret *pass,
    struct err *e) MUST_CHECK;

#endif
