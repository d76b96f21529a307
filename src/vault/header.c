/* Header copies and key slots.  See header.h and FORMAT.md. */
#include "header.h"

#include <string.h>

#include <sodium.h>

/* Offsets in a copy. */
enum {
	AT_ID = 0,
	AT_SALT = 16,
	AT_PRESET = 32,
	AT_SLOTS = 40,
	AT_TRAILER = 4000 /* nonce 24, text 32, tag 16 */
};
/* Offsets in a slot. */
enum { SLOT_SIZE = 256, SLOT_NONCE = 32, SLOT_TEXT = 56, SLOT_TAG = 240, TEXT_SIZE = 184 };
enum { TRAILER_SIZE = 32, TRAILER_TAG = AT_TRAILER + 24 + TRAILER_SIZE };
/* Offsets in the trailer's text. */
enum { T_GEN = 0, T_FORMAT = 8, T_KINDS = 12 };

static const char slot_word[] = "RM1 slot";
static const char commit_word[] = "RM1 slot commit";
static const char recovery_word[] = "RM1 recovery";

void header_new(uint8_t *h, const uint8_t *id, const uint8_t *salt, uint8_t preset)
{
	randombytes_buf(h, FMT_BLOCK);
	memcpy(h + AT_ID, id, FMT_ID);
	memcpy(h + AT_SALT, salt, FMT_SALT);
	h[AT_PRESET] = preset ^ h[AT_ID];
}

const uint8_t *header_id(const uint8_t *h)
{
	return h + AT_ID;
}

const uint8_t *header_salt(const uint8_t *h)
{
	return h + AT_SALT;
}

uint8_t header_preset(const uint8_t *h)
{
	return h[AT_PRESET] ^ h[AT_ID];
}

static void commit_value(
    uint8_t *out, const uint8_t *h, int slot, const struct slot_key *sk)
{
	uint8_t index = (uint8_t)slot;

	seal_hash(out, sk->commit, commit_word, sizeof commit_word - 1, h + AT_ID, FMT_ID,
	    &index, 1);
}

int header_find(const uint8_t *h, const struct slot_key *sk)
{
	uint8_t want[FMT_HASH];
	int found = -1;

	for (int i = 0; i < FMT_SLOTS; i++) {
		commit_value(want, h, i, sk);
		if (sodium_memcmp(want, h + AT_SLOTS + i * SLOT_SIZE, FMT_HASH) == 0)
			found = i;
	}
	return found;
}

/* Word, the header's fixed fields, slot number: a slot works in its own place only. */
static size_t slot_ad(uint8_t *ad, const uint8_t *h, int slot)
{
	size_t n = sizeof slot_word - 1;

	memcpy(ad, slot_word, n);
	memcpy(ad + n, h, AT_SLOTS);
	ad[n + AT_SLOTS] = (uint8_t)slot;
	return n + AT_SLOTS + 1;
}

bool header_unwrap(const uint8_t *h, int slot, const struct slot_key *sk, uint8_t *master)
{
	const uint8_t *s = h + AT_SLOTS + slot * SLOT_SIZE;
	uint8_t text[TEXT_SIZE], ad[64];
	size_t n = slot_ad(ad, h, slot);
	bool ok;

	ok = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(text, NULL, s + SLOT_TEXT,
		 TEXT_SIZE, s + SLOT_TAG, ad, n, s + SLOT_NONCE, sk->wrap) == 0;
	if (ok)
		memcpy(master, text, FMT_KEY);
	sodium_memzero(text, sizeof text);
	return ok;
}

void header_wrap(uint8_t *h, int slot, const struct slot_key *sk, const uint8_t *master,
    enum slot_kind kind)
{
	uint8_t *s = h + AT_SLOTS + slot * SLOT_SIZE;
	uint8_t text[TEXT_SIZE] = { 0 }, ad[64];
	size_t n = slot_ad(ad, h, slot);

	memcpy(text, master, FMT_KEY);
	text[FMT_KEY] = (uint8_t)kind;
	commit_value(s, h, slot, sk);
	randombytes_buf(s + SLOT_NONCE, FMT_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(s + SLOT_TEXT, s + SLOT_TAG,
	    NULL, text, TEXT_SIZE, ad, n, NULL, s + SLOT_NONCE, sk->wrap);
	sodium_memzero(text, sizeof text);
}

void header_clear(uint8_t *h, int slot)
{
	randombytes_buf(h + AT_SLOTS + slot * SLOT_SIZE, SLOT_SIZE);
}

void header_seal(uint8_t *h, const struct keys *k, const struct header_info *info)
{
	uint8_t text[TRAILER_SIZE] = { 0 };
	uint8_t *nonce = h + AT_TRAILER;

	fmt_put64(text + T_GEN, info->gen);
	text[T_FORMAT] = (uint8_t)info->format;
	text[T_FORMAT + 1] = (uint8_t)(info->format >> 8);
	memcpy(text + T_KINDS, info->kind, FMT_SLOTS);
	randombytes_buf(nonce, FMT_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(nonce + FMT_NONCE,
	    h + TRAILER_TAG, NULL, text, TRAILER_SIZE, h, AT_TRAILER, NULL, nonce,
	    k->header);
}

bool header_open(const uint8_t *h, const struct keys *k, struct header_info *out)
{
	uint8_t text[TRAILER_SIZE];
	const uint8_t *nonce = h + AT_TRAILER;

	if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(text, NULL,
		nonce + FMT_NONCE, TRAILER_SIZE, h + TRAILER_TAG, h, AT_TRAILER, nonce,
		k->header) != 0)
		return false;
	out->gen = fmt_get64(text + T_GEN);
	out->format = (uint16_t)(text[T_FORMAT] | text[T_FORMAT + 1] << 8);
	memcpy(out->kind, text + T_KINDS, FMT_SLOTS);
	return true;
}

void header_recovery_key(
    struct slot_key *out, const uint8_t *h, const uint8_t *code, size_t n)
{
	crypto_generichash_state st;
	uint8_t both[2 * FMT_KEY];

	crypto_generichash_init(&st, code, n, sizeof both);
	crypto_generichash_update(
	    &st, (const uint8_t *)recovery_word, sizeof recovery_word - 1);
	crypto_generichash_update(&st, header_id(h), FMT_ID);
	crypto_generichash_update(&st, header_salt(h), FMT_SALT);
	crypto_generichash_final(&st, both, sizeof both);
	memcpy(out->wrap, both, FMT_KEY);
	memcpy(out->commit, both + FMT_KEY, FMT_KEY);
	sodium_memzero(both, sizeof both);
	sodium_memzero(&st, sizeof st);
}
