/* The one place that knows the cipher and the key schedule.  See seal.h and FORMAT.md. */
#include "seal.h"

#include <string.h>

#include <sodium.h>

#define AD_BYTES (4 + FMT_ID + 8)

/* FORMAT.md, "Keys". */
/* More than its deepest calls use (Argon2 keeps its blocks elsewhere). */
#define STACK_USED ((size_t)16 * 1024)

enum { KEY_HEADER = 1, KEY_ROOT, KEY_PAGE, KEY_LOG, KEY_SUM, KEY_WITNESS };

void seal_derive(struct keys *k)
{
	static const char ctx[crypto_kdf_CONTEXTBYTES + 1] = "RMvault1";

	crypto_kdf_derive_from_key(k->header, FMT_KEY, KEY_HEADER, ctx, k->master);
	crypto_kdf_derive_from_key(k->root, FMT_KEY, KEY_ROOT, ctx, k->master);
	crypto_kdf_derive_from_key(k->page, FMT_KEY, KEY_PAGE, ctx, k->master);
	crypto_kdf_derive_from_key(k->log, FMT_KEY, KEY_LOG, ctx, k->master);
	crypto_kdf_derive_from_key(k->sum, FMT_KEY, KEY_SUM, ctx, k->master);
	crypto_kdf_derive_from_key(k->witness, FMT_KEY, KEY_WITNESS, ctx, k->master);
}

static void make_ad(uint8_t ad[static AD_BYTES], const char what[static 4],
    const uint8_t *id, uint64_t place)
{
	memcpy(ad, what, 4);
	memcpy(ad + 4, id, FMT_ID);
	fmt_put64(ad + 4 + FMT_ID, place);
}

void seal_block(const uint8_t *key, const char what[static 4], const uint8_t *id,
    uint64_t place, const uint8_t *nonce, const uint8_t *pt, size_t n, uint8_t *ct,
    uint8_t *tag)
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, what, id, place);
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
	    ct, tag, NULL, pt, n, ad, sizeof ad, NULL, nonce, key);
}

bool seal_open(const uint8_t *key, const char what[static 4], const uint8_t *id,
    uint64_t place, const uint8_t *nonce, const uint8_t *ct, size_t n, const uint8_t *tag,
    uint8_t *pt)
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, what, id, place);
	return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
		   pt, NULL, ct, n, tag, ad, sizeof ad, nonce, key) == 0;
}

void seal_forget_stack(void)
{
	sodium_stackzero(STACK_USED);
}

void seal_hash(uint8_t out[static 32], const uint8_t *key, const void *a, size_t an,
    const void *b, size_t bn, const void *c, size_t cn)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, key, FMT_KEY, FMT_HASH);
	crypto_generichash_update(&st, a, an);
	crypto_generichash_update(&st, b, bn);
	crypto_generichash_update(&st, c, cn);
	crypto_generichash_final(&st, out, FMT_HASH);
	sodium_memzero(&st, sizeof st);
}
