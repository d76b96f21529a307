/* libFuzzer: header copies.  Both begin as a real one's; the input changes bytes anywhere in
 * them and then, when its first byte says so, has the trailer sealed anew, as somebody
 * could who knows the key. */
#include "sealed.h"

#include "vault/code.h"

enum { SEAL_0 = 1, SEAL_1 = 2, SAME = 4, RECOVERY = 8, DERIVE = 16, NEW_SLOT = 32 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* flags; trailer: generation, format, kinds; then copy, offset, length, bytes */
	static const uint8_t plain[32] = { 0 };
	static const uint8_t newer[32] = { SEAL_0 | SAME, 9, 1, 0, 1, 2 };
	static const uint8_t patch[32] = { SEAL_1, 9, 1, 0, 1, 2, 0, 0, 0, 0, 0, 0, 1, 40,
		0, 3, 1, 2, 3 };
	static const uint8_t code[32] = { RECOVERY | SAME };
	static const uint8_t derive[32] = { DERIVE | NEW_SLOT | SEAL_0 | SEAL_1, 7, 1, 0, 1,
		1 };

	(void)argc;
	(void)argv;
	sealed_make(24);
	if (sealed_seed("plain", plain, sizeof plain)) {
		sealed_seed("newer", newer, sizeof newer);
		sealed_seed("patch", patch, sizeof patch);
		sealed_seed("code", code, sizeof code);
		sealed_seed("derive", derive, sizeof derive);
		exit(0);
	}
	return 0;
}

/* The costly presets are real work; a fuzzer has no time for them. */
static void make_cheap(uint8_t *h)
{
	uint8_t preset = header_preset(h);

	if (preset >= KDF_64M && preset <= KDF_1G)
		h[32] = KDF_TEST ^ h[0];
}

static void patches(struct feed *f, uint8_t head[2][FMT_BLOCK])
{
	while (f->n > 3) {
		uint8_t *h = head[feed_take(f, 1) % 2];
		size_t at = (size_t)feed_take(f, 2) % FMT_BLOCK;
		size_t n = (size_t)feed_take(f, 1);

		feed_bytes(f, h + at, n < FMT_BLOCK - at ? n : FMT_BLOCK - at);
	}
}

static void pure(const uint8_t *h)
{
	const struct key_pair *p = key_pairs(sealed.key);
	struct header_info info;
	uint8_t master[FMT_KEY];
	int slot = header_find(h, &p->sk);

	if (slot >= 0 && header_unwrap(h, slot, &p->sk, master) &&
	    memcmp(master, sealed.k.master, FMT_KEY) != 0)
		abort();
	if (header_open(h, &sealed.k, &info)) {
		for (int i = 0; i < FMT_SLOTS; i++)
			if (info.kind[i] > SLOT_LINK)
				return;
	}
}

static void use(unsigned flags)
{
	struct secret *pass = rig_secret("uno");
	struct vault_key *key = NULL;
	struct vault *v = NULL;
	struct err e = { 0 };

	if (flags & DERIVE)
		key = vault_derive(&sealed.work->sys, HOME, pass, &e);
	if (flags & RECOVERY
		? vault_open_recovery(&v, &sealed.work->sys, HOME, sealed.code, &e)
		: vault_open(&v, &sealed.work->sys, HOME, key ? key : sealed.key, &e)) {
		if (rig_int(v, "SELECT count(*) FROM t") != 5)
			abort();
		vault_close(v);
		if (!(flags & RECOVERY) && !key && !sealed_open(&v))
			abort();
		if (!(flags & RECOVERY) && !key)
			vault_close(v);
	} else if (e.text[0] == '\0' || e.code == ERR_INTERNAL) {
		abort();
	}
	vault_key_free(key);
	secret_free(pass);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	unsigned flags = (unsigned)feed_take(&f, 1);
	struct header_info info = { .gen = feed_take(&f, 1),
		.format = (uint16_t)feed_take(&f, 2) };
	uint8_t head[2][FMT_BLOCK];

	feed_bytes(&f, info.kind, FMT_SLOTS);
	memcpy(head[0], sealed.header, FMT_BLOCK);
	memcpy(head[1], sealed.header, FMT_BLOCK);
	if (flags & NEW_SLOT)
		header_wrap(head[1], (int)(info.gen % FMT_SLOTS),
		    &key_pairs(sealed.key)->sk, sealed.k.master, SLOT_PASSPHRASE);
	patches(&f, head);
	for (int copy = 0; copy < 2; copy++)
		make_cheap(head[copy]);
	if (flags & SEAL_0)
		header_seal(head[0], &sealed.k, &info);
	if (flags & SAME)
		memcpy(head[1], head[0], FMT_BLOCK);
	info.gen++;
	if (flags & SEAL_1)
		header_seal(head[1], &sealed.k, &info);
	sealed_again();
	for (int copy = 0; copy < 2; copy++) {
		pure(head[copy]);
		sealed_put(false, head[copy], FMT_HEADER_AT(copy));
	}
	use(flags);
	return 0;
}
