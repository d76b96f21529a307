/* From a passphrase to a key: Argon2id with one of a few fixed costs.  Which cost a new
 * home gets is decided here; an existing home's is read from its headers. */
#include "key.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "home.h"
#include "selftest.h"

#define MIB ((uint64_t)1024 * 1024)

struct cost {
	uint8_t preset;
	unsigned long long passes;
	uint64_t memory;
};

/* Order: cheapest first. */
static const struct cost costs[] = {
#ifdef REMANSO_TEST
	{ KDF_TEST, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN },
#endif
	{ KDF_64M, 3, 64 * MIB },
	{ KDF_256M, 3, 256 * MIB },
	{ KDF_512M, 4, 512 * MIB },
	{ KDF_1G, 4, 1024 * MIB },
};

static const struct cost *cost_of(uint8_t preset)
{
	for (size_t i = 0; i < ARRAY_LEN(costs); i++) {
		if (costs[i].preset == preset)
			return &costs[i];
	}
	return NULL;
}

uint64_t kdf_work(uint8_t preset)
{
	const struct cost *c = cost_of(preset);

	return c ? c->passes * (c->memory / 1024) : 0;
}

struct key_pair *key_pairs(const struct vault_key *key)
{
	return (struct key_pair *)(void *)secret_bytes(key->mem);
}

static const struct key_pair *pair_of(const struct vault_key *key, const uint8_t *header)
{
	const struct key_pair *p = key_pairs(key);

	for (size_t i = 0; i < key->n; i++) {
		if (p[i].preset == header_preset(header) &&
		    memcmp(p[i].salt, header_salt(header), FMT_SALT) == 0)
			return &p[i];
	}
	return NULL;
}

const struct key_pair *key_for(const struct vault_key *key, const uint8_t *header)
{
	const struct key_pair *p = pair_of(key, header);

	return p && p->ready ? p : NULL;
}

enum key_state key_state(const struct vault_key *key, const uint8_t *header)
{
	const struct key_pair *p = pair_of(key, header);

	if (p && p->ready)
		return KEY_TRIED;
	if (p && p->no_memory)
		return KEY_NO_MEMORY;
	return cost_of(header_preset(header)) ? KEY_LATER : KEY_UNKNOWN;
}

bool key_no_memory(uint8_t preset, struct err *e)
{
	return err_set(e, ERR_MEMORY,
	    _("Unlocking needs %u MiB of free memory, and this machine could not give it. "
	      "Close other programs and try again."),
	    (unsigned)(kdf_work(preset) ? cost_of(preset)->memory / MIB : 0));
}

bool key_is_newer(const uint8_t *one, const uint8_t *other)
{
	return memcmp(one, other, FMT_ID + FMT_SALT + 1) == 0 &&
	       !cost_of(header_preset(one));
}

void vault_key_free(struct vault_key *k)
{
	if (!k)
		return;
	secret_free(k->mem);
	free(k);
}

const char *vault_preset_words(enum kdf_preset preset)
{
	switch (preset) {
	case KDF_64M:
		return _(
		    "64 MiB of memory, the least there is: little was free, or the machine "
		    "was slow, when the first room was made here");
	case KDF_256M: return _("256 MiB of memory");
	case KDF_512M: return _("512 MiB of memory");
	case KDF_1G: return _("1 GiB of memory");
	case KDF_TEST: break;
	}
	return _("next to nothing: this is a test");
}

/* ---- deriving ---- */

static int run(const struct vault_sys *sys, uint8_t *out, size_t n, const char *words,
    size_t len, const uint8_t *salt, unsigned long long rounds, uint64_t memory)
{
	if (sys->pwhash)
		return sys->pwhash(
		    sys->ctx, out, n, words, len, salt, rounds, (size_t)memory);
	return crypto_pwhash(
	    out, n, words, len, salt, rounds, (size_t)memory, crypto_pwhash_ALG_ARGON2ID13);
}

/* One pass over the memory of the lowest preset tells the speed: the time goes with memory
 * and passes, and the first pass over fresh memory is rather slower than the others. */
bool kdf_choose(const struct vault_sys *sys, uint8_t *preset, struct err *e)
{
	const uint64_t probe = cost_of(KDF_64M)->memory;
	uint64_t most = sys->free_ram(sys->ctx) / 4;
	uint8_t out[16], salt[FMT_SALT] = { 0 };
	int64_t took = sys->cpu_us(sys->ctx);

	if (run(sys, out, sizeof out, "probe", 5, salt, 1, probe) != 0)
		return key_no_memory(KDF_64M, e);
	took = sys->cpu_us(sys->ctx) - took;
	for (size_t i = ARRAY_LEN(costs); i-- > 0;) {
		const struct cost *c = &costs[i];
		int64_t est = took * (int64_t)(c->memory / probe * c->passes);
		/* A clock that stands still says nothing; then the usual one is enough. */
		bool quick = took > 0 ? est <= 1000000 : c->preset <= KDF_256M;

		*preset = c->preset;
		if (c->preset == KDF_64M || (c->memory <= most && quick))
			break;
	}
	return true;
}

static bool derive(const struct vault_sys *sys, struct key_pair *p,
    const struct secret *pass, struct err *e)
{
	const struct cost *c = cost_of(p->preset);
	const char *words = (const char *)secret_view(pass);
	struct secret *out = secret_try_new(2 * FMT_KEY);

	p->ready = false;
	p->no_memory = c && !out;
	if (!c || !out) {
		secret_free(out);
		return p->no_memory
			   ? err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."))
			   : false;
	}
	p->ready = run(sys, secret_bytes(out), 2 * FMT_KEY, words, secret_len(pass),
		       p->salt, c->passes, c->memory) == 0;
	/* Of a thread that ended the system keeps the upper end of its stack, and nobody would
	 * write over that. */
	seal_forget_stack();
	if (p->ready) {
		memcpy(p->sk.wrap, secret_view(out), FMT_KEY);
		memcpy(p->sk.commit, secret_view(out) + FMT_KEY, FMT_KEY);
	}
	secret_free(out);
	p->no_memory = !p->ready;
	return p->ready || key_no_memory(p->preset, e);
}

bool kdf_pair(
    struct key_pair *p, const uint8_t *header, const struct secret *pass, struct err *e)
{
	struct secret *nfc = secret_nfc(pass);
	bool ok;

	memcpy(p->salt, header_salt(header), FMT_SALT);
	p->preset = header_preset(header);
	ok = derive(&vault_sys_real, p, nfc, e);
	secret_free(nfc);
	return ok;
}

/* Derive pair by pair and stop at the first that opens a vault. */
static bool derive_all(const struct vault_sys *sys, const char *home, struct vault_key *key,
    const struct secret *pass, struct err *e)
{
	struct key_pair *pair = key_pairs(key);
	bool any = false;

	for (size_t i = 0; i < key->n; i++) {
		if (!derive(sys, &pair[i], pass, e))
			continue;
		any = true;
		if (key->n > 1 && home_opens_any(sys, home, key, NULL))
			break;
	}
	return any;
}

struct vault_key *vault_derive(
    const struct vault_sys *sys, const char *home, const struct secret *pass, struct err *e)
{
	struct vault_key *key = calloc(1, sizeof *key);
	struct secret *nfc;
	struct err first = { 0 };
	bool ok;

	sys = sys ? sys : &vault_sys_real;
	if (!key) {
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
		return NULL;
	}
	nfc = secret_nfc(pass);
	/* Here, because it is once for every unlocking and nobody minds the milliseconds. */
	ok = selftest(0, &first) && pairs_collect(sys, home, key, &first) &&
	     derive_all(sys, home, key, nfc, &first);
	secret_free(nfc);
	if (ok)
		return key;
	if (e)
		*e = first;
	vault_key_free(key);
	return NULL;
}
