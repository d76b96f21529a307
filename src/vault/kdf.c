/* From a passphrase to a key: Argon2id with one of a few fixed costs.  Which cost a new
 * home gets is decided here; an existing home's is read from its headers. */
#include "key.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "home.h"
#include "io.h"
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

struct key_pair *key_pairs(const struct vault_key *key)
{
	return (struct key_pair *)(void *)secret_bytes(key->mem);
}

const struct key_pair *key_for(const struct vault_key *key, const uint8_t *header)
{
	const struct key_pair *p = key_pairs(key);

	for (size_t i = 0; i < key->n; i++) {
		if (p[i].ready && p[i].preset == header_preset(header) &&
		    memcmp(p[i].salt, header_salt(header), FMT_SALT) == 0)
			return &p[i];
	}
	return NULL;
}

void vault_key_free(struct vault_key *k)
{
	if (!k)
		return;
	secret_free(k->mem);
	free(k);
}

#ifdef REMANSO_TEST
static uint8_t choose(const struct vault_sys *sys)
{
	(void)sys;
	return KDF_TEST;
}
#else
/* The default, unless a guess would take this machine more than a second or a quarter of
 * its free memory; then the floor.  A small run tells the speed: the time goes with the
 * memory. */
static uint8_t choose(const struct vault_sys *sys)
{
	const uint64_t probe = 16 * MIB;
	const struct cost *want = cost_of(KDF_256M);
	uint8_t out[16], salt[FMT_SALT] = { 0 };
	int64_t began, took;

	if (want->memory > sys->free_ram(sys->ctx) / 4)
		return KDF_64M;
	began = sys->cpu_us(sys->ctx);
	if (crypto_pwhash(out, sizeof out, "probe", 5, salt, want->passes, (size_t)probe,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return KDF_64M;
	took = sys->cpu_us(sys->ctx) - began;
	return took * (int64_t)(want->memory / probe) <= 1000000 ? KDF_256M : KDF_64M;
}
#endif

static bool derive(struct key_pair *p, const struct secret *pass, struct err *e)
{
	const struct cost *c = cost_of(p->preset);
	const char *words = (const char *)secret_view(pass);
	struct secret *out = secret_try_new(2 * FMT_KEY);

	if (!out)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	p->ready = c && crypto_pwhash(secret_bytes(out), 2 * FMT_KEY, words,
			    secret_len(pass), p->salt, c->passes, (size_t)c->memory,
			    crypto_pwhash_ALG_ARGON2ID13) == 0;
	if (p->ready) {
		memcpy(p->sk.wrap, secret_view(out), FMT_KEY);
		memcpy(p->sk.commit, secret_view(out) + FMT_KEY, FMT_KEY);
	}
	secret_free(out);
	if (!p->ready && c)
		return err_set(e, ERR_MEMORY,
		    _("Unlocking needs %u MiB of free memory, and this machine could not give it. "
		      "Close other programs and try again."),
		    (unsigned)(c->memory / MIB));
	return p->ready;
}

bool kdf_pair(
    struct key_pair *p, const uint8_t *header, const struct secret *pass, struct err *e)
{
	struct secret *nfc = secret_nfc(pass);
	bool ok;

	memcpy(p->salt, header_salt(header), FMT_SALT);
	p->preset = header_preset(header);
	ok = derive(p, nfc, e);
	secret_free(nfc);
	return ok;
}

struct tally {
	struct key_pair *pair;
	size_t n, count[KEY_PAIRS];
};

static void count_header(struct tally *t, const uint8_t *h)
{
	size_t i = 0;

	if (!cost_of(header_preset(h)))
		return;
	while (i < t->n && (t->pair[i].preset != header_preset(h) ||
			       memcmp(t->pair[i].salt, header_salt(h), FMT_SALT) != 0))
		i++;
	if (i == KEY_PAIRS)
		return;
	if (i == t->n) {
		memcpy(t->pair[i].salt, header_salt(h), FMT_SALT);
		t->pair[i].preset = header_preset(h);
		t->n++;
	}
	t->count[i]++;
}

static bool comes_before(const struct tally *t, size_t a, size_t b)
{
	if (t->count[a] != t->count[b])
		return t->count[a] > t->count[b];
	return t->pair[a].preset < t->pair[b].preset;
}

/* Most frequent first, then cheapest: one changed bit in one copy of a header must not make
 * everybody wait for a costly derivation. */
static void sort_pairs(struct tally *t)
{
	for (size_t i = 1; i < t->n; i++) {
		for (size_t j = i; j > 0 && comes_before(t, j, j - 1); j--) {
			struct key_pair p = t->pair[j];
			size_t c = t->count[j];

			t->pair[j] = t->pair[j - 1];
			t->count[j] = t->count[j - 1];
			t->pair[j - 1] = p;
			t->count[j - 1] = c;
		}
	}
}

/* The salts and presets in use.  A vault that may not be read is passed over; when that
 * leaves nothing, its error stands; `e` begins empty. */
static bool collect(
    const struct vault_sys *sys, const char *home, struct vault_key *key, struct err *e)
{
	struct tally t = { .pair = key_pairs(key) };
	struct home_names names;
	struct home_vault hv;
	bool any;

	if (!home_list(sys, home, &names, e))
		return false;
	any = names.n > 0;
	for (size_t i = 0; i < names.n; i++) {
		if (!home_load(sys, home, names.name[i], O_RDONLY, &hv, e))
			continue;
		io_close(sys, hv.fd);
		count_header(&t, hv.head[0]);
		if (memcmp(hv.head[0], hv.head[1], FMT_SALT + FMT_ID + 1) != 0)
			count_header(&t, hv.head[1]);
		else if (t.n > 0)
			count_header(&t, hv.head[0]);
	}
	home_free(&names);
	sort_pairs(&t);
	key->n = t.n;
	if (any && t.n == 0) {
		if (e->code != ERR_OK)
			return false;
		return err_set(e, ERR_DAMAGED, "%s",
		    _("The beginning of the room's file is damaged. A backup can help."));
	}
	if (t.n == 0) {
		randombytes_buf(t.pair[0].salt, FMT_SALT);
		t.pair[0].preset = choose(sys);
		key->n = 1;
	}
	return true;
}

/* Derive pair by pair and stop at the first that opens a vault. */
static bool derive_all(const struct vault_sys *sys, const char *home, struct vault_key *key,
    const struct secret *pass, struct err *e)
{
	struct key_pair *pair = key_pairs(key);
	bool any = false;

	for (size_t i = 0; i < key->n; i++) {
		if (!derive(&pair[i], pass, e))
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
	if (key)
		key->mem = secret_try_new(KEY_PAIRS * sizeof(struct key_pair));
	if (!key || !key->mem) {
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
		vault_key_free(key);
		return NULL;
	}
	nfc = secret_nfc(pass);
	/* Here, because it is once for every unlocking and nobody minds the milliseconds. */
	ok = selftest(0, &first) && collect(sys, home, key, &first) &&
	     derive_all(sys, home, key, nfc, &first);
	secret_free(nfc);
	if (ok)
		return key;
	if (e)
		*e = first;
	vault_key_free(key);
	return NULL;
}
