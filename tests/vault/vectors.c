/* The test vectors of src/vault/FORMAT.md, made with the program's functions.  reader.py
 * makes the same ones without them. */
#include "rig.h"

#include <sodium.h>

#include "vault/code.h"
#include "vault/header.h"
#include "vault/log.h"
#include "vault/root.h"

/* Every random byte is 5a. */
static const char *name(void)
{
	return "5a";
}

static void fill(void *const buf, const size_t n)
{
	memset(buf, 0x5a, n);
}

static uint32_t word(void)
{
	return 0x5a5a5a5a;
}

static struct randombytes_implementation always = {
	.implementation_name = name, .random = word, .buf = fill
};

static char *manual;

static int start(void **state)
{
	char path[512];
	size_t n;

	randombytes_set_implementation(&always);
	snprintf(path, sizeof path, "%s/src/vault/FORMAT.md", getenv("REMANSO_REPO"));
	manual = (char *)rig_read(path, &n);
	manual[n] = '\0';
	return rig_start(state);
}

static int stop(void **state)
{
	(void)state;
	free(manual);
	return 0;
}

/* What the manual says of `what` is these bytes, or their hash when they are many. */
static void check(const char *what, const void *bytes, size_t n)
{
	char line[64], hex[2 * 64 + 1];
	uint8_t hash[32];
	const char *at;

	if (n > 64) {
		crypto_generichash(hash, sizeof hash, bytes, n, NULL, 0);
		bytes = hash;
		n = sizeof hash;
	}
	sodium_bin2hex(hex, sizeof hex, bytes, n);
	snprintf(line, sizeof line, "\n    %-13s ", what);
	at = strstr(manual, line);
	if (!at || strncmp(at + strlen(line), hex, 2 * n) != 0 ||
	    at[strlen(line) + 2 * n] != '\n')
		fail_msg("%s is %s", what, hex);
}

static void count(uint8_t *out, uint8_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(from + i);
}

static struct keys keys(void)
{
	struct keys k = { 0 };

	count(k.master, 0, FMT_KEY);
	count(k.id, 0x40, FMT_ID);
	seal_derive(&k);
	return k;
}

static void test_keys(void **state)
{
	struct keys k = keys();

	(void)state;
	check("key-header", k.header, FMT_KEY);
	check("key-root", k.root, FMT_KEY);
	check("key-page", k.page, FMT_KEY);
	check("key-log", k.log, FMT_KEY);
	check("key-sum", k.sum, FMT_KEY);
	check("key-witness", k.witness, FMT_KEY);
}

static struct slot_key from_passphrase(const uint8_t *salt)
{
	struct secret *typed = rig_secret("pa\xcc\x81nico"), *nfc = secret_nfc(typed);
	uint8_t both[2 * FMT_KEY];
	struct slot_key sk;

	assert_int_equal(
	    crypto_pwhash(both, sizeof both, (const char *)secret_view(nfc),
		secret_len(nfc), salt, 3, (size_t)64 << 20, crypto_pwhash_ALG_ARGON2ID13),
	    0);
	memcpy(sk.wrap, both, FMT_KEY);
	memcpy(sk.commit, both + FMT_KEY, FMT_KEY);
	secret_free(nfc);
	secret_free(typed);
	return sk;
}

static void test_header(void **state)
{
	struct keys k = keys();
	struct header_info info = { .gen = 9, .format = 1, .kind = { 1, 0, 0, 2 } }, back;
	uint8_t h[FMT_BLOCK], salt[FMT_SALT], code[CODE_BYTES], master[FMT_KEY];
	struct slot_key words, sk;
	struct secret *shown;

	(void)state;
	count(salt, 0x60, sizeof salt);
	count(code, 1, sizeof code);
	words = from_passphrase(salt);
	check("argon2-wrap", words.wrap, FMT_KEY);
	check("argon2-commit", words.commit, FMT_KEY);
	header_new(h, k.id, salt, KDF_64M);
	header_recovery_key(&sk, h, code, sizeof code);
	check("code-wrap", sk.wrap, FMT_KEY);
	check("code-commit", sk.commit, FMT_KEY);
	header_wrap(h, 0, &words, k.master, SLOT_PASSPHRASE);
	header_wrap(h, 3, &sk, k.master, SLOT_RECOVERY);
	header_seal(h, &k, &info);
	check("commit-0", h + 40, 32);
	check("slot-0-tag", h + 280, 16);
	check("commit-3", h + 808, 32);
	check("slot-3-tag", h + 1048, 16);
	check("trailer", h + 4024, 48);
	check("header", h, FMT_BLOCK);
	assert_int_equal(header_find(h, &words), 0);
	assert_int_equal(header_find(h, &sk), 3);
	assert_true(header_unwrap(h, 3, &sk, master));
	assert_memory_equal(master, k.master, FMT_KEY);
	assert_true(header_open(h, &k, &back));
	assert_int_equal(back.gen, info.gen);
	assert_int_equal(back.format, info.format);
	assert_memory_equal(back.kind, info.kind, sizeof info.kind);
	shown = code_write(code);
	assert_non_null(
	    memmem(manual, strlen(manual), secret_view(shown), secret_len(shown)));
	secret_free(shown);
}

static void body(uint8_t out[static FMT_BLOCK])
{
	memset(out, 0, FMT_BLOCK);
	for (size_t i = 0; i < FMT_BODY; i++)
		out[i] = (uint8_t)(i % 251);
}

static void page_sum(uint8_t out[static FMT_HASH], uint8_t *page, const struct keys *k)
{
	uint8_t plain[FMT_BLOCK], *nonce = page + FMT_BODY;

	body(plain);
	randombytes_buf(nonce, FMT_NONCE);
	seal_block(
	    k->page, SEAL_PAGE, k->id, 7, nonce, plain, FMT_BODY, page, nonce + FMT_NONCE);
	root_page_hash(out, k, 7, nonce);
}

static void test_page_and_root(void **state)
{
	struct keys k = keys();
	uint8_t page[FMT_BLOCK], block[FMT_BLOCK], sum[FMT_HASH], seq[8] = { 5 };
	struct root r = { .gen = 11,
		.seq = 5,
		.fold_seq = 6,
		.kept_seq = 6,
		.header_gen = 9,
		.npage = 7,
		.state = ROOT_FOLDING },
		    back;

	(void)state;
	page_sum(sum, page, &k);
	check("page-tag", page + FMT_BODY + FMT_NONCE, FMT_TAG);
	check("page", page, FMT_BLOCK);
	check("page-sum", sum, FMT_HASH);
	memcpy(r.sum, sum, FMT_HASH);
	count(r.log_id, 0x80, FMT_HASH);
	root_seal(block, &k, 1, &r);
	check("root-tag", block + FMT_NONCE, FMT_TAG);
	check("root", block, FMT_BLOCK);
	assert_true(root_open(block, &k, 1, &back));
	assert_int_equal(back.gen, r.gen);
	assert_int_equal(back.fold_seq, r.fold_seq);
	assert_int_equal(back.npage, r.npage);
	assert_memory_equal(back.log_id, r.log_id, FMT_HASH);
	seal_hash(page, k.witness, k.id, FMT_ID, seq, sizeof seq, sum, FMT_HASH);
	check("mark", page, FMT_HASH);
}

static void test_log(void **state)
{
	struct keys k = keys();
	uint8_t id[FMT_HASH], chain[FMT_HASH], plain[FMT_BLOCK], out[2 * FMT_BLOCK];
	struct log_group g = { .seq = 6, .npage = 7, .n = 1, .last = true, .page = { 7 } },
			 back;

	(void)state;
	count(id, 0x80, sizeof id);
	memset(chain, 0x33, sizeof chain);
	body(plain);
	log_use(&k, id, 5);
	check("key-of-log", k.log_now, FMT_KEY);
	log_seal(out, &k, 3, &g, plain, chain);
	check("chain", g.chain, FMT_HASH);
	check("head-tag", out + FMT_NONCE, FMT_TAG);
	check("head", out, FMT_BLOCK);
	check("frame-tag", out + FMT_BLOCK + FMT_NONCE, FMT_TAG);
	check("frame", out + FMT_BLOCK, FMT_BLOCK);
	assert_true(log_head(out, &k, 3, &back));
	assert_int_equal(back.seq, 6);
	assert_true(log_check(&back, &k, 3, out + FMT_BLOCK, chain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_page_and_root),
		cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests_name("vault vectors", tests, start, stop);
}
