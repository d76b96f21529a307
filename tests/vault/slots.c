/* Passphrases, second keys and recovery codes. */
#include "room.h"
#include "vault/code.h"

static struct secret *text_of(const struct secret *s)
{
	return secret_copy(s);
}

static enum err_code by_code(struct vault **v, const char *home, const char *typed)
{
	struct secret *code = rig_secret(typed);
	struct err e = { 0 };
	bool ok = vault_open_recovery(v, NULL, home, code, &e);

	secret_free(code);
	return ok ? ERR_OK : e.code;
}

static void test_changed_passphrase(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno"), *w;
	struct vault_key *key = rig_key(NULL, home, "dos");
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	assert_true(vault_set_passphrase(v, key, &e));
	vault_key_free(key);
	rig_sql(v, "INSERT INTO t VALUES(8)");
	vault_close(v);
	assert_int_equal(rig_try(&w, NULL, home, "uno", false), ERR_PASSPHRASE);
	v = rig_open(NULL, home, "dos");
	assert_int_equal(rig_int(v, "SELECT sum(x) FROM t"), 15);
	vault_close(v);
	rig_drop(home);
}

static void test_second_passphrase(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "dos"),
			 *same = rig_key(NULL, home, "uno");
	struct vault_key *third = rig_key(NULL, home, "tres");
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	assert_true(vault_add_passphrase(v, key, &e));
	assert_false(vault_add_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_false(vault_add_passphrase(v, same, &e));
	vault_close(v);
	v = rig_open(NULL, home, "dos");
	assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	/* Changing it changes the one that opened, and leaves the other alone. */
	assert_true(vault_set_passphrase(v, third, &e));
	vault_close(v);
	assert_int_equal(rig_try(&v, NULL, home, "dos", false), ERR_PASSPHRASE);
	vault_close(rig_open(NULL, home, "tres"));
	vault_close(rig_open(NULL, home, "uno"));
	vault_key_free(key);
	vault_key_free(same);
	vault_key_free(third);
	rig_drop(home);
}

static void test_eight_slots_and_no_more(void **state)
{
	char *home = rig_folder(), words[16];
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key;
	struct err e;

	(void)state;
	for (int i = 0; i < 8; i++) {
		snprintf(words, sizeof words, "w%d", i);
		key = rig_key(NULL, home, words);
		assert_int_equal(vault_add_passphrase(v, key, &e), i < 7);
		vault_key_free(key);
	}
	vault_close(v);
	vault_close(rig_open(NULL, home, "w6"));
	rig_drop(home);
}

static void test_another_rooms_passphrase_is_refused(void **state)
{
	char *home = rig_folder();
	struct vault *a = rig_create(NULL, home, "uno"), *b = rig_create(NULL, home, "dos");
	struct vault_key *key = rig_key(NULL, home, "dos");
	struct err e;

	(void)state;
	assert_false(vault_set_passphrase(a, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_false(vault_add_passphrase(a, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	vault_key_free(key);
	vault_close(a);
	vault_close(b);
	rig_drop(home);
}

static void test_recovery(void **state)
{
	char *home = rig_folder(), typed[64], lower[64];
	struct vault *v = rig_create(NULL, home, "uno");
	struct secret *code = NULL, *second = NULL;
	struct vault_key *key;
	struct err e;
	size_t n;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	assert_false(vault_has_recovery(v));
	assert_true(vault_new_recovery(v, &code, &e));
	assert_true(vault_has_recovery(v));
	vault_close(v);
	assert_int_equal(secret_len(code), 42);
	memset(typed, 0, sizeof typed);
	memcpy(typed, secret_view(code), 42);
	for (size_t i = n = 0; i < 42; i++) {
		if (typed[i] != '-')
			lower[n++] = (char)(typed[i] >= 'A' ? typed[i] + 32 : typed[i]);
		if (i % 7 == 3)
			lower[n++] = ' ';
	}
	lower[n] = '\0';
	assert_int_equal(by_code(&v, home, lower), ERR_OK);
	assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	/* A forgotten passphrase is replaced. */
	key = rig_key(NULL, home, "nuevo");
	assert_true(vault_set_passphrase(v, key, &e));
	vault_key_free(key);
	vault_close(v);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_PASSPHRASE);
	v = rig_open(NULL, home, "nuevo");
	assert_true(vault_new_recovery(v, &second, &e));
	vault_close(v);
	assert_int_equal(by_code(&v, home, typed), ERR_PASSPHRASE);
	memcpy(typed, secret_view(second), 42);
	assert_int_equal(by_code(&v, home, typed), ERR_OK);
	vault_close(v);
	secret_free(code);
	secret_free(second);
	rig_drop(home);
}

/* Every place, every other character: the code is known to be mistyped before any vault is
 * looked at. */
static void test_one_wrong_character(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t raw[CODE_BYTES];
	struct secret *code, *out;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof raw; i++)
		raw[i] = (uint8_t)(i * 37 + 11);
	code = code_write(raw);
	assert_true(code_read(code, &out, &e));
	assert_memory_equal(secret_view(out), raw, sizeof raw);
	secret_free(out);
	for (size_t i = 0; i < secret_len(code); i++) {
		struct secret *typed = text_of(code);
		uint8_t was = secret_bytes(typed)[i];

		for (size_t j = 0; was != '-' && j < 32; j++) {
			if ((uint8_t)alphabet[j] == was)
				continue;
			secret_bytes(typed)[i] = (uint8_t)alphabet[j];
			assert_false(code_read(typed, &out, &e));
			assert_int_equal(e.code, ERR_PASSPHRASE);
		}
		secret_free(typed);
	}
	/* Two that changed places. */
	for (size_t i = 0; i + 1 < secret_len(code); i++) {
		struct secret *typed = text_of(code);
		uint8_t *p = secret_bytes(typed), c = p[i];

		p[i] = p[i + 1];
		p[i + 1] = c;
		if (c != p[i] && c != '-' && p[i] != '-')
			assert_false(code_read(typed, &out, &e));
		secret_free(typed);
	}
	secret_free(code);
}

static void test_what_is_no_code(void **state)
{
	static const char *const bad[] = { "", "-", "0", "hello",
		"0000-0000-0000-0000-0000", "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UU",
		"0000-0000-0000-0000-0000-0000-0000-0000-0000-0000-0000" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct secret *typed = rig_secret(bad[i]), *out;
		struct err e;

		assert_false(code_read(typed, &out, &e));
		assert_int_equal(e.code, ERR_PASSPHRASE);
		secret_free(typed);
	}
}

/* A change that is cut off after the first copy: both secrets work; the one used first
 * stays. */
static void test_half_a_change(void **state)
{
	for (int use_old = 0; use_old < 2; use_old++) {
		struct memfs *m = memfs_new(16);
		struct vault *v = rig_create(&m->sys, HOME, "uno");
		struct vault_key *key = rig_key(&m->sys, HOME, "dos");
		struct mem_file *f = main_in(m, HOME);
		uint8_t before[16384];
		struct err e;

		(void)state;
		memcpy(before, f->now, sizeof before);
		assert_true(vault_set_passphrase(v, key, &e));
		/* As if the power had failed after copy 1. */
		memcpy(f->now, before, 4096);
		memcpy(f->now + 8192, before + 8192, 8192);
		vault_drop_keys(v);
		vault_close(v);
		v = rig_open(&m->sys, HOME, use_old ? "uno" : "dos");
		rig_whole(v);
		vault_close(v);
		assert_int_equal(rig_try(&v, &m->sys, HOME, use_old ? "dos" : "uno", false),
		    ERR_PASSPHRASE);
		v = rig_open(&m->sys, HOME, use_old ? "uno" : "dos");
		vault_close(v);
		vault_key_free(key);
		memfs_free(m);
	}
}

/* The header from before a change, put back into both places, is refused. */
static void test_old_header_put_back(void **state)
{
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "dos");
	uint8_t *before, *now;
	struct err e;
	size_t n;

	(void)state;
	path = rig_file(home, false);
	before = rig_read(path, &n);
	assert_true(vault_set_passphrase(v, key, &e));
	vault_key_free(key);
	vault_close(v);
	now = rig_read(path, &n);
	memcpy(now, before, 8192);
	rig_write(path, now, n);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_DAMAGED);
	assert_int_equal(rig_try(&v, NULL, home, "dos", false), ERR_PASSPHRASE);
	free(before);
	free(now);
	free(path);
	rig_drop(home);
}

static ssize_t no_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	(void)ctx;
	(void)fd;
	(void)buf;
	(void)n;
	(void)at;
	errno = EIO;
	return -1;
}

/* Everything but the headers can be written. */
static ssize_t no_header(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	return at < 8192 ? no_pwrite(ctx, fd, buf, n, at) : mem_pwrite(ctx, fd, buf, n, at);
}

/* The power failed after both copies of the header and before the root: nothing put the root
 * right afterwards, and the header from before the change opened the room. */
static void test_root_stayed_behind_the_header(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	uint8_t before[16384];
	struct err e;
	long changes;

	(void)state;
	memcpy(before, main_in(m, HOME)->now, sizeof before);
	assert_true(vault_set_passphrase(v, key, &e));
	memcpy(main_in(m, HOME)->now + 8192, before + 8192, 8192);
	vault_drop_keys(v);
	vault_close(v);
	/* When the root cannot be written, the room opens, and the next opening does it. */
	for (int i = 0; i < 3; i++) {
		changes = m->changes;
		if (i == 0)
			m->sys.pwrite = no_pwrite;
		v = rig_open(&m->sys, HOME, "dos");
		m->sys.pwrite = mem_pwrite;
		assert_int_equal(v->info.gen, 2);
		assert_int_equal(v->pages->root.header_gen, i == 0 ? 1 : 2);
		/* The two files and the folder are synced, and nothing is written that is
		 * in its place. */
		if (i == 2)
			assert_int_equal(m->changes - changes, 3);
		vault_drop_keys(v);
		vault_close(v);
	}
	/* One copy, and both. */
	for (size_t n = 4096; n <= 8192; n += 4096) {
		memcpy(main_in(m, HOME)->now, before, n);
		assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_DAMAGED);
	}
	vault_key_free(key);
	memfs_free(m);
}

/* A change was cut off between the copies, and the disk takes nothing: the root must not ask
 * for what stands in no copy, or in one alone. */
static void test_root_does_not_run_ahead_of_the_header(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	uint8_t before[16384];
	struct err e;

	(void)state;
	memcpy(before, main_in(m, HOME)->now, sizeof before);
	assert_true(vault_set_passphrase(v, key, &e));
	memcpy(main_in(m, HOME)->now, before, 4096);
	memcpy(main_in(m, HOME)->now + 8192, before + 8192, 8192);
	vault_drop_keys(v);
	vault_close(v);
	for (int i = 0; i < 2; i++) {
		m->sys.pwrite = no_header;
		v = rig_open(&m->sys, HOME, i ? "dos" : "uno");
		m->sys.pwrite = mem_pwrite;
		assert_int_equal(v->pages->root.header_gen, 1);
		vault_drop_keys(v);
		vault_close(v);
	}
	vault_close(rig_open(&m->sys, HOME, "uno"));
	vault_key_free(key);
	memfs_free(m);
}

/* ---- another window ---- */

static uint8_t changed[16384]; /* the beginning, as another window leaves it */

static int change_then_lock(void *ctx, int fd)
{
	memcpy(mem_of(ctx, fd)->now, changed, sizeof changed);
	return mem_lock(ctx, fd);
}

static void test_change_in_another_window_was_called_damage(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *old = rig_key(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	uint8_t before[sizeof changed];
	struct err e = { 0 };

	(void)state;
	memcpy(before, main_in(m, HOME)->now, sizeof before);
	assert_true(vault_set_passphrase(v, key, &e));
	vault_close(v);
	memcpy(changed, main_in(m, HOME)->now, sizeof changed);
	/* The passphrase still fits what is read before the file is locked. */
	memcpy(main_in(m, HOME)->now, before, sizeof before);
	m->sys.lock = change_then_lock;
	assert_false(vault_open(&v, &m->sys, HOME, old, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_string_equal(
	    e.text, "This room was changed by another window just now. Try once more.");
	m->sys.lock = mem_lock;
	assert_false(vault_open(&v, &m->sys, HOME, old, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	vault_close(rig_open(&m->sys, HOME, "dos"));
	vault_key_free(old);
	vault_key_free(key);
	memfs_free(m);
}

/* One passphrase on two keyboards: composed and decomposed letters are the same. */
static void test_normal_forms(void **state)
{
	char *home = rig_folder();

	(void)state;
	vault_close(rig_create(NULL, home, "p\xc3\xa1nico"));
	vault_close(rig_open(NULL, home, "pa\xcc\x81nico"));
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_passphrase),
		cmocka_unit_test(test_second_passphrase),
		cmocka_unit_test(test_eight_slots_and_no_more),
		cmocka_unit_test(test_another_rooms_passphrase_is_refused),
		cmocka_unit_test(test_recovery),
		cmocka_unit_test(test_one_wrong_character),
		cmocka_unit_test(test_what_is_no_code),
		cmocka_unit_test(test_half_a_change),
		cmocka_unit_test(test_old_header_put_back),
		cmocka_unit_test(test_root_stayed_behind_the_header),
		cmocka_unit_test(test_root_does_not_run_ahead_of_the_header),
		cmocka_unit_test(test_change_in_another_window_was_called_damage),
		cmocka_unit_test(test_normal_forms),
	};

	return cmocka_run_group_tests_name("vault slots", tests, rig_start, NULL);
}
