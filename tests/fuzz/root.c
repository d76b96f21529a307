/* libFuzzer: root records, as bytes of the file and as what stands behind the seal; then a
 * vault with such a root is opened.
 *
 * The first byte: 0 raw block, 1 sealed text, 2 sealed text into both copies of a vault,
 * 3 two texts, one for each copy. */
#include "sealed.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	uint8_t seed[1 + FMT_BODY] = { 2 }, block[FMT_BLOCK];

	(void)argc;
	(void)argv;
	sealed_make(24);
	root_seal(block, &sealed.k, 0, &sealed.root);
	if (seal_open(sealed.k.root, SEAL_ROOT, sealed.k.id, 0, block,
		block + FMT_NONCE + FMT_TAG, FMT_BODY, block + FMT_NONCE, seed + 1) &&
	    sealed_seed("clean", seed, 128)) {
		seed[1 + 48] = 1;
		sealed_seed("folding", seed, 128);
		seed[0] = 3;
		sealed_seed("two", seed, 256);
		memcpy(seed + 1, block, FMT_BODY);
		seed[0] = 0;
		sealed_seed("raw", seed, sizeof seed);
		exit(0);
	}
	return 0;
}

static void seal_text(uint8_t *block, int copy, const uint8_t *text)
{
	randombytes_buf(block, FMT_NONCE);
	seal_block(sealed.k.root, SEAL_ROOT, sealed.k.id, (uint64_t)copy, block, text,
	    FMT_BODY, block + FMT_NONCE + FMT_TAG, block + FMT_NONCE);
}

/* What was believed comes back the same. */
static void check(const uint8_t *block, int copy)
{
	uint8_t again[FMT_BLOCK];
	struct root a, b;

	if (!root_open(block, &sealed.k, copy, &a))
		return;
	if (a.npage > FMT_PAGES_MAX || a.state > ROOT_FOLDING)
		abort();
	root_seal(again, &sealed.k, copy, &a);
	if (!root_open(again, &sealed.k, copy, &b) || a.gen != b.gen || a.seq != b.seq ||
	    a.npage != b.npage || memcmp(a.sum, b.sum, FMT_HASH) != 0)
		abort();
	if (root_open(again, &sealed.k, !copy, &b))
		abort();
}

static void use(void)
{
	struct vault_report r;
	struct vault *v;
	struct err e;

	if (!sealed_open(&v))
		return;
	if (!vault_verify(v, &r, &e) || r.bad_pages)
		abort();
	if (sql_exec(vault_db(v),
		"CREATE TABLE IF NOT EXISTS z(b); INSERT INTO z VALUES('again')") !=
	    SQLITE_OK) {
		(void)!vault_sql_err(v, &e);
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
	vault_close(v);
	if (!sealed_open(&v))
		abort();
	vault_close(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t block[FMT_BLOCK] = { 0 }, text[FMT_BODY] = { 0 };
	struct feed f = { data, size };
	unsigned mode = (unsigned)feed_take(&f, 1) % 4;

	if (mode == 0) {
		feed_bytes(&f, block, sizeof block);
		check(block, 0);
		check(block, 1);
		return 0;
	}
	sealed_again();
	for (int copy = 0; copy < 2; copy++) {
		if (copy == 0 || mode == 3)
			feed_bytes(&f, text, mode == 3 ? 127 : sizeof text);
		seal_text(block, copy, text);
		check(block, copy);
		sealed_put(false, block, FMT_ROOT_AT(copy));
	}
	if (mode > 1)
		use();
	return 0;
}
