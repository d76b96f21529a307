/* What a guess costs: the choice for a new home, and the order and the limits of derivation
 * where the files of many homes, or no vaults at all, lie in one folder. */
#include "room.h"

#include <sodium.h>

#include "vault/io.h"

#define MIB ((uint64_t)1024 * 1024)

static struct {
	uint64_t free_ram;
	int64_t now, pass_us; /* a pass over 64 MiB takes so long */
	size_t most;          /* memory there is for a derivation; 0: any */
	unsigned runs;
	size_t last;
} machine;

static uint64_t free_ram(void *ctx)
{
	(void)ctx;
	return machine.free_ram;
}

static int64_t cpu_us(void *ctx)
{
	(void)ctx;
	return machine.now;
}

/* What it gives depends on words and salt, as it should, and nothing is waited for. */
static int pwhash(void *ctx, uint8_t *out, size_t n, const char *words, size_t len,
    const uint8_t *salt, unsigned long long passes, size_t memory)
{
	(void)ctx;
	machine.runs++;
	machine.last = memory;
	machine.now += machine.pass_us * (int64_t)passes * (int64_t)(memory / (64 * MIB));
	if (machine.most && memory > machine.most) {
		errno = ENOMEM;
		return -1;
	}
	return crypto_pwhash(out, n, words, len, salt, crypto_pwhash_OPSLIMIT_MIN,
	    crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13);
}

static int fresh(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof machine);
	return 0;
}

/* ---- the choice ---- */

static void test_the_highest_preset_that_fits(void **state)
{
	static const struct {
		uint64_t free_mib;
		int64_t pass_us;
		enum kdf_preset want;
	} tries[] = {
		{ 16384, 15625, KDF_1G },
		{ 16384, 15626, KDF_512M },
		{ 16384, 31250, KDF_512M },
		{ 16384, 31251, KDF_256M },
		{ 16384, 83333, KDF_256M },
		{ 16384, 83334, KDF_64M },
		{ 16384, 9000000, KDF_64M },
		{ 4096, 1000, KDF_1G },
		{ 4095, 1000, KDF_512M },
		{ 2047, 1000, KDF_256M },
		{ 1023, 1000, KDF_64M },
		{ 100, 1000, KDF_64M },
		{ 0, 1000, KDF_64M },
		{ 16384, 0, KDF_256M }, /* a clock that stands still */
		{ 100, 0, KDF_64M },
	};
	struct vault_sys sys = { .free_ram = free_ram, .cpu_us = cpu_us, .pwhash = pwhash };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		struct err e = { 0 };
		uint8_t preset = 0;

		machine.free_ram = tries[i].free_mib * MIB;
		machine.pass_us = tries[i].pass_us;
		machine.runs = 0;
		assert_true(kdf_choose(&sys, &preset, &e));
		if (preset != tries[i].want)
			fail_msg("%zu: preset %d", i, preset);
		/* The first start does not wait for the costly ones. */
		assert_int_equal(machine.runs, 1);
		assert_int_equal(machine.last, 64 * MIB);
	}
}

static void test_no_memory_is_never_a_weaker_preset(void **state)
{
	struct vault_sys sys = { .free_ram = free_ram, .cpu_us = cpu_us, .pwhash = pwhash };
	struct err e = { 0 };
	uint8_t preset = 0;

	(void)state;
	machine.free_ram = 16384 * MIB;
	machine.most = 63 * MIB;
	assert_false(kdf_choose(&sys, &preset, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	assert_non_null(strstr(e.text, "64 MiB"));
}

/* With the real function and the real clock, on whatever machine this is. */
static void test_a_choice_on_this_machine(void **state)
{
	struct err e = { 0 };
	uint8_t preset = 0;

	(void)state;
	assert_true(kdf_choose(&vault_sys_real, &preset, &e));
	assert_in_range(preset, KDF_64M, KDF_1G);
}

static void test_the_least_is_said(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");

	(void)state;
	assert_int_equal(vault_preset(v), KDF_TEST);
	assert_non_null(strstr(vault_preset_words(KDF_TEST), "test"));
	assert_non_null(strstr(vault_preset_words(KDF_64M), "the least"));
	for (int i = KDF_256M; i <= KDF_1G; i++)
		assert_null(strstr(vault_preset_words((enum kdf_preset)i), "the least"));
	vault_close(v);
	memfs_free(m);
}

static void decoy(struct memfs *m, char letter, uint8_t preset, bool log);

/* Each guess at the passphrase of a damaged room was said to cost next to nothing. */
static void test_damaged_room_was_called_a_test(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = NULL;
	struct vault_key *key;
	struct vault_report r;
	struct err e = { 0 };

	(void)state;
	m->sys.pwhash = pwhash;
	mem_new(m, HOME, true);
	decoy(m, 'a', KDF_256M, true); /* a new room is made like the others */
	key = rig_key(&m->sys, HOME, "uno");
	mem_find(m, HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")->here = false;
	mem_find(m, HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-log")->here = false;
	assert_true(vault_create(&v, &m->sys, HOME, key, &e));
	assert_int_equal(vault_preset(v), KDF_256M);
	rig_sql(v, "CREATE TABLE t(a)");
	assert_true(fold_all(v->pages, &e));
	vault_close(v);
	main_in(m, HOME)->now[FMT_PAGE_AT(1) + 9] ^= 1;
	/* Also where the first copy is as good as none. */
	for (int i = 0; i < 2; i++) {
		assert_true(vault_inspect(&m->sys, HOME, key, &r, &e));
		assert_int_equal(r.state, VAULT_DAMAGED);
		assert_int_equal(r.preset, KDF_256M);
		main_in(m, HOME)->now[33] ^= 1;
	}
	vault_key_free(key);
	memfs_free(m);
}

/* ---- many homes in one folder ---- */

/* A file with the looks of a vault: both header copies ask for the same. */
static void decoy(struct memfs *m, char letter, uint8_t preset, bool log)
{
	static uint8_t bytes[FMT_PAGE_AT(1)];
	char path[60];
	struct mem_file *f;

	snprintf(path, sizeof path, "%s/%032d", HOME, 0);
	memset(path + sizeof HOME, letter, HOME_NAME);
	randombytes_buf(bytes, sizeof bytes);
	bytes[32] = bytes[0] ^ preset;
	memcpy(bytes + FMT_BLOCK, bytes, FMT_BLOCK);
	f = mem_new(m, path, false);
	mem_put(f, false, bytes, sizeof bytes, 0);
	mem_settle(f);
	if (log) {
		strcat(path, "-log");
		mem_new(m, path, false);
	}
}

static struct memfs *with_room(void)
{
	struct memfs *m = memfs_new(16);

	m->sys.pwhash = pwhash;
	vault_close(rig_create(&m->sys, HOME, "uno"));
	return m;
}

static enum err_code try_words(struct memfs *m, const char *words, struct err *e)
{
	struct secret *pass = rig_secret(words);
	struct vault_key *key = vault_derive(&m->sys, HOME, pass, e);
	struct vault *v = NULL;
	bool ok = key && vault_open(&v, &m->sys, HOME, key, e);

	vault_close(v);
	vault_key_free(key);
	secret_free(pass);
	return ok ? ERR_OK : e->code;
}

static void test_costly_files_lock_nobody_out(void **state)
{
	struct memfs *m = with_room();
	struct err e = { 0 };

	(void)state;
	for (char c = 'a'; c < 'g'; c++)
		decoy(m, c, KDF_1G, true);
	machine.runs = 0;
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	assert_int_equal(machine.runs, 1);
	/* Nor from making another. */
	vault_close(rig_create(&m->sys, HOME, "dos"));
	assert_int_equal(try_words(m, "dos", &e), ERR_OK);
	memfs_free(m);
}

/* Cheaper ones that do not look like vaults come after what does. */
static void test_what_looks_like_a_room_comes_first(void **state)
{
	struct memfs *m = with_room();
	struct err e = { 0 };

	(void)state;
	for (char c = 'a'; c < 'g'; c++)
		decoy(m, c, KDF_TEST, false);
	machine.runs = 0;
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	assert_int_equal(machine.runs, 1);
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_string_equal(e.text, "This did not open a room here.");
	assert_int_equal(machine.runs, 8);
	memfs_free(m);
}

/* What would take too long is not tried, and told by name. */
static void test_files_that_were_not_tried_are_named(void **state)
{
	struct memfs *m = with_room();
	struct err e = { 0 };

	(void)state;
	m->sys.kdf_work = kdf_work(KDF_TEST) * 3;
	for (char c = 'a'; c < 'c'; c++)
		decoy(m, c, KDF_TEST, true);
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_string_equal(e.text, "This did not open a room here.");
	for (char c = 'c'; c < 'g'; c++)
		decoy(m, c, KDF_1G, true);
	machine.runs = 0;
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_int_equal(machine.runs, 3);
	assert_non_null(strstr(e.text, "cccccccccccccccccccccccccccccccc, dddddddd"));
	assert_non_null(strstr(e.text, ", ..."));
	assert_non_null(strstr(e.text, "--home DIR"));
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	memfs_free(m);
}

/* One derivation is always made, however little is allowed. */
static void test_one_is_always_tried(void **state)
{
	struct memfs *m = with_room();
	struct err e = { 0 };

	(void)state;
	m->sys.kdf_work = 1;
	decoy(m, 'a', KDF_1G, true);
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	memfs_free(m);
}

/* ---- no memory for some ---- */

static void test_a_file_that_wants_too_much_memory(void **state)
{
	struct memfs *m = with_room();
	struct vault *v = NULL;
	struct vault_key *key;
	struct err e = { 0 };

	(void)state;
	decoy(m, 'a', KDF_1G, true);
	machine.most = 512 * MIB;
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_non_null(strstr(e.text, "not enough memory to try it on aaaaaaaa"));
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	/* For the room that is open there was none: no word of another room. */
	v = rig_open(&m->sys, HOME, "uno");
	machine.most = 1;
	machine.runs = 0;
	assert_int_equal(try_words(m, "dos", &e), ERR_MEMORY);
	machine.most = 0;
	key = rig_key(&m->sys, HOME, "dos");
	for (size_t i = 0; i < key->n; i++) {
		key_pairs(key)[i].no_memory = key_pairs(key)[i].preset == KDF_TEST;
		key_pairs(key)[i].ready = key_pairs(key)[i].preset != KDF_TEST;
	}
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	assert_false(vault_add_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	assert_false(vault_rotate(v, key, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	vault_key_free(key);
	vault_close(v);
	memfs_free(m);
}

/* ---- between the derivation and the opening ---- */

/* Another window deletes the room, or changes its file, while the passphrase is derived. */
static struct memfs *with_room_beside(uint8_t preset, struct vault_key **key)
{
	struct memfs *m = with_room();

	decoy(m, 'a', preset, true);
	decoy(m, 'b', preset, true);
	*key = rig_key(&m->sys, HOME, "uno");
	return m;
}

static void delete_room(struct memfs *m)
{
	struct home_names names = { 0 };
	struct err e;

	assert_true(home_list(&m->sys, HOME, &names, &e));
	for (size_t i = 0; i < names.n; i++) {
		struct path path = io_join(HOME, names.name[i], "");

		bool decoy =
		    strspn(names.name[i], (char[]){ names.name[i][0], 0 }) == HOME_NAME;

		if (!decoy && m->sys.unlink(m, path.s) != 0)
			fail_msg("%s stays", path.s);
	}
	home_free(&names);
}

static void test_the_room_is_deleted_meanwhile(void **state)
{
	struct vault *v = NULL;
	struct vault_key *key;
	struct err e = { 0 };

	(void)state;
	struct memfs *m = with_room_beside(KDF_256M, &key);
	delete_room(m);
	assert_false(vault_open(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	/* What a new room would be made with was not derived: the other one was found first. */
	assert_false(vault_create(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_BUSY);
	vault_key_free(key);
	memfs_free(m);
	/* For those that are left there was no memory. */
	machine.most = 512 * MIB;
	m = with_room_beside(KDF_1G, &key);
	vault_key_free(key);
	key = rig_key(&m->sys, HOME, "wrong");
	delete_room(m);
	assert_false(vault_open(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	vault_key_free(key);
	memfs_free(m);
}

static void test_the_beginning_is_damaged_meanwhile(void **state)
{
	struct vault *v = NULL;
	struct memfs *m = with_room();
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");
	struct mem_file *f = main_in(m, HOME);
	struct err e = { 0 };

	(void)state;
	for (unsigned copy = 0; copy < 2; copy++)
		f->now[copy * FMT_BLOCK + 32] =
		    (uint8_t)(f->now[copy * FMT_BLOCK] ^ (77 + copy));
	assert_false(vault_open(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	assert_non_null(strstr(e.text, "beginning of the room's file is damaged"));
	vault_key_free(key);
	memfs_free(m);
}

/* ---- files that change nothing of the answer ---- */

static void put(struct memfs *m, char letter, size_t n)
{
	static uint8_t bytes[FMT_PAGE_AT(1)];
	char path[60];
	struct mem_file *f;

	snprintf(path, sizeof path, "%s/%032d", HOME, 0);
	memset(path + sizeof HOME, letter, HOME_NAME);
	randombytes_buf(bytes, sizeof bytes);
	f = mem_new(m, path, false);
	mem_put(f, false, bytes, n, 0);
}

static void test_files_with_the_name_of_a_room(void **state)
{
	struct memfs *m = with_room();
	struct err e = { 0 };

	(void)state;
	put(m, 'a', 0);
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_string_equal(e.text, "This did not open a room here.");
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	put(m, 'b', 5000);
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_non_null(strstr(e.text, "cut short: bbbbbbbb"));
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	decoy(m, 'c', 77, true);
	assert_int_equal(try_words(m, "wrong", &e), ERR_PASSPHRASE);
	assert_non_null(strstr(e.text, "newer version of the program made: cccccccc"));
	assert_int_equal(try_words(m, "uno", &e), ERR_OK);
	memfs_free(m);
	/* Alone, they are what there is to tell of. */
	m = memfs_new(16);
	mem_new(m, HOME, true);
	put(m, 'a', 0);
	assert_int_equal(try_words(m, "uno", &e), ERR_DAMAGED);
	memfs_free(m);
	m = memfs_new(16);
	mem_new(m, HOME, true);
	decoy(m, 'c', 77, true);
	e.code = ERR_OK;
	assert_int_equal(try_words(m, "uno", &e), ERR_UNSUPPORTED);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_room_is_deleted_meanwhile, fresh),
		cmocka_unit_test_setup(test_the_beginning_is_damaged_meanwhile, fresh),
		cmocka_unit_test_setup(test_the_highest_preset_that_fits, fresh),
		cmocka_unit_test_setup(test_no_memory_is_never_a_weaker_preset, fresh),
		cmocka_unit_test_setup(test_a_choice_on_this_machine, fresh),
		cmocka_unit_test_setup(test_the_least_is_said, fresh),
		cmocka_unit_test_setup(test_damaged_room_was_called_a_test, fresh),
		cmocka_unit_test_setup(test_costly_files_lock_nobody_out, fresh),
		cmocka_unit_test_setup(test_what_looks_like_a_room_comes_first, fresh),
		cmocka_unit_test_setup(test_files_that_were_not_tried_are_named, fresh),
		cmocka_unit_test_setup(test_one_is_always_tried, fresh),
		cmocka_unit_test_setup(test_a_file_that_wants_too_much_memory, fresh),
		cmocka_unit_test_setup(test_files_with_the_name_of_a_room, fresh),
	};

	return cmocka_run_group_tests_name("vault presets", tests, rig_start, NULL);
}
