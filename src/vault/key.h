/* What an Argon2 run yields.  The vaults of a home normally share one salt and preset; a
 * vault that was brought in from another home has its own, and the key then holds a pair
 * for each. */
#ifndef VAULT_KEY_H
#define VAULT_KEY_H

#include "remanso/vault.h"

#include "header.h"
#include "sys.h"

struct key_pair {
	uint8_t salt[FMT_SALT];
	uint8_t preset;
	bool ready;     /* sk was derived */
	bool no_memory; /* it could not be, for want of memory */
	struct slot_key sk;
};

struct vault_key {
	struct secret *mem; /* n of struct key_pair, in the order in which they are tried */
	size_t n;
	size_t fresh; /* the pair for a new vault */
};

struct key_pair *key_pairs(const struct vault_key *key);
/* The pair for a header's salt and preset when it was derived, or NULL. */
const struct key_pair *key_for(const struct vault_key *key, const uint8_t *header);
/* Derive the pair for one header.  False and no error when it is none of ours. */
bool kdf_pair(struct key_pair *p, const uint8_t *header, const struct secret *pass,
    struct err *e) MUST_CHECK;

/* Whether a passphrase was tried on a header, or why not. */
enum key_state {
	KEY_TRIED,
	KEY_NO_MEMORY,
	KEY_LATER,  /* all that comes before it took too long */
	KEY_UNKNOWN /* a preset that this program does not know */
};
enum key_state key_state(const struct vault_key *key, const uint8_t *header);
/* Unlocking wants so much memory; always false. */
bool key_no_memory(uint8_t preset, struct err *e);
/* True when both copies name the same preset, and it is one that this program does not know:
 * a newer one made it.  A copy that is damaged differs from the other. */
bool key_is_newer(const uint8_t *one, const uint8_t *other);

/* What a derivation costs: passes times KiB; 0 for a preset that is not known. */
uint64_t kdf_work(uint8_t preset);
/* The preset for a new home: the highest that this machine derives within a second of its
 * time and a quarter of its free memory, or the lowest there is.  ERR_MEMORY when even that
 * cannot be had. */
bool kdf_choose(const struct vault_sys *sys, uint8_t *preset, struct err *e) MUST_CHECK;

/* The salts and presets of a home into a new key, in the order in which they are worth a try
 * (pairs.c); fresh ones when there are no vaults. */
bool pairs_collect(const struct vault_sys *sys, const char *home, struct vault_key *key,
    struct err *e) MUST_CHECK;

#endif
