/* Keys where something is in the way: of other homes, codes as people type them, headers that
 * cannot be proved or mended, pages that change while all keys are made anew. */
#include "room.h"

#include "vault/code.h"

/* ---- codes ---- */

static bool reads(const char *words, size_t n)
{
	struct secret *typed = secret_new(100), *raw = NULL;
	struct err e;
	bool ok;

	assert_true(secret_add(typed, words, n));
	ok = code_read(typed, &raw, &e);
	secret_free(typed);
	secret_free(raw);
	return ok;
}

static void test_codes_as_people_type_them(void **state)
{
	uint8_t zeros[CODE_BYTES] = { 0 };
	struct secret *code = code_write(zeros);
	char typed[100] = "", bad[100];
	size_t n;

	(void)state;
	/* All data is 0 here: O and o are 0 as well. */
	for (size_t i = 0; i < secret_len(code); i++) {
		static const char zero[] = "0Oo";
		char c = (char)secret_view(code)[i];

		strncat(typed, c == '0' ? &zero[i % 3] : &c, 1);
		if (i % 9 == 8)
			strcat(typed, "\t \r\n");
	}
	n = strlen(typed);
	assert_true(reads(typed, n));
	/* Signs before and behind the letters, and none at all. */
	for (size_t i = 0; i < 6; i++) {
		memcpy(bad, typed, sizeof bad);
		bad[0] = "{`\0\xff*U"[i];
		assert_false(reads(bad, n));
	}
	secret_free(code);
	memset(zeros, 0x08, 1); /* the first letter is a 1 */
	code = code_write(zeros);
	for (size_t i = 0; i < 4; i++) {
		memcpy(bad, secret_view(code), secret_len(code));
		assert_int_equal(bad[0], '1');
		bad[0] = "IiLl"[i];
		assert_true(reads(bad, secret_len(code)));
	}
	secret_free(code);
}

/* ---- slots ---- */

static void test_code_that_is_none(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct secret *code = rig_secret("0000");
	struct err e;

	(void)state;
	assert_int_equal(vault_slot(v), 0);
	assert_false(vault_set_recovery(v, code, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_false(vault_has_recovery(v));
	vault_close(v);
	secret_free(code);
	memfs_free(m);
}

static void test_key_of_another_home(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v), *m2 = memfs_new(16);
	struct vault_key *key = rig_key(&m2->sys, HOME, "dos");
	struct err e;

	(void)state;
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_false(vault_add_passphrase(v, key, &e));
	assert_false(vault_rotate(v, key, &e));
	vault_close(v);
	vault_close(rig_open(&m->sys, HOME, "uno"));
	vault_key_free(key);
	memfs_free(m);
	memfs_free(m2);
}

static void test_the_same_passphrase_again(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");
	uint8_t was[FMT_BLOCK];
	struct err e;

	(void)state;
	memcpy(was, v->header, sizeof was);
	assert_true(vault_set_passphrase(v, key, &e));
	assert_memory_not_equal(was, v->header, sizeof was);
	vault_close(v);
	room_whole(m, HOME);
	vault_key_free(key);
	memfs_free(m);
}

/* Slots of kinds that this version does not make. */
static void test_no_slot_for_a_passphrase(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	struct err e;

	(void)state;
	memset(v->info.kind, SLOT_LINK, sizeof v->info.kind);
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	v->info.kind[0] = SLOT_PASSPHRASE;
	vault_close(v);
	vault_close(rig_open(&m->sys, HOME, "uno"));
	vault_key_free(key);
	memfs_free(m);
}

static bool cut_short;

static ssize_t short_header(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	ssize_t got = mem_pread(ctx, fd, buf, n, at);

	return cut_short && at < (off_t)FMT_ROOT_AT(0) && got > 100 ? 0 : got;
}

static void test_header_that_cannot_be_proved(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *one = rig_key(&m->sys, HOME, "uno"),
			 *other = rig_key(&m->sys, HOME, "dos");
	const struct slot_key *sk = &key_pairs(one)->sk;
	struct slot_key half = *sk;
	struct err e = { 0 };

	(void)state;
	assert_true(slots_write(&m->sys, v->pages->main, v->header, 0, 0, sk, &e));
	/* Not in this slot; by another key; found, and not opened. */
	half.wrap[0] ^= 1;
	assert_false(slots_write(&m->sys, v->pages->main, v->header, 0, 1, sk, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(slots_write(
	    &m->sys, v->pages->main, v->header, 0, 0, &key_pairs(other)->sk, &e));
	assert_false(slots_write(&m->sys, v->pages->main, v->header, 0, 0, &half, &e));
	m->sys.pread = short_header;
	cut_short = true;
	assert_false(vault_set_passphrase(v, other, &e));
	assert_int_equal(e.code, ERR_IO);
	cut_short = false;
	vault_close(v);
	room_whole(m, HOME);
	secret_wipe(&half, sizeof half);
	vault_key_free(one);
	vault_key_free(other);
	memfs_free(m);
}

/* Copies of the header that differ are mended; when that fails, it opens all the same. */
static void test_header_that_cannot_be_mended(void **state)
{
	bool met = true;
	unsigned opened = 0;

	(void)state;
	for (long at = 0; met; at++) {
		struct vault *v;
		struct memfs *m = room_with_rows(&v);
		struct vault_key *key = rig_key(&m->sys, HOME, "uno");
		struct err e;

		vault_close(v);
		main_in(m, HOME)->now[FMT_HEADER_AT(1) + 4000] ^= 1;
		mem_arm(m, MEM_EIO, at, false);
		if (vault_open(&v, &m->sys, HOME, key, &e)) {
			opened += m->faults > 0;
			vault_close(v);
		}
		met = m->faults > 0;
		m->fault = MEM_NONE;
		room_whole(m, HOME);
		vault_key_free(key);
		memfs_free(m);
	}
	assert_true(opened > 3);
}

static void test_two_rooms_cut_short(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);

	(void)state;
	vault_close(v);
	vault_close(rig_create(&m->sys, HOME, "dos"));
	for (int i = 0; i < MEM_FILES; i++) {
		if (room_is_file(&m->file[i], HOME, false))
			m->file[i].size = 3000;
	}
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_DAMAGED);
	memfs_free(m);
}

/* ---- all keys anew ---- */

/* More pages than one batch of the copy. */
static void test_new_keys_for_many_pages(void **state)
{
	struct memfs *m = memfs_new(0);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
		   "INSERT INTO t VALUES(1, randomblob(4000000))");
	assert_true(v->pages->npage > 950);
	if (!vault_rotate(v, key, &e))
		fail_msg("%s", e.text);
	vault_close(v);
	v = rig_open(&m->sys, HOME, "uno");
	assert_int_equal(rig_int(v, "SELECT length(b) FROM t"), 4000000);
	rig_whole(v);
	vault_close(v);
	vault_key_free(key);
	memfs_free(m);
}

static struct {
	struct vault *v;
	int syncs; /* of the new main file, so far */
	uint32_t page;
} meddle;

/* The new vault is stored: now the old one is another. */
static int meddling_sync(void *ctx, int fd)
{
	static const uint8_t page[FMT_BLOCK];
	const char *path = mem_of(ctx, fd)->path;
	struct pages *p = meddle.v ? meddle.v->pages : NULL;
	struct err e;

	/* At opening, and at the three steps of a fold. */
	if (p && strlen(path) == ROOM_PATH + strlen(HOME_NEW) &&
	    strcmp(path + ROOM_PATH, HOME_NEW) == 0 && ++meddle.syncs == 4) {
		meddle.v = NULL;
		assert_true(pages_write(p, meddle.page, page, &e) && pages_commit(p, &e));
		pages_discard(p);
	}
	return mem_sync(ctx, fd);
}

static void test_pages_that_change_while_keys_are_made_anew(void **state)
{
	(void)state;
	/* One that is there, and one more. */
	for (uint32_t i = 0; i < 2; i++) {
		struct vault *v;
		struct memfs *m = room_with_rows(&v);
		struct vault_key *key = rig_key(&m->sys, HOME, "uno");
		struct err e = { 0 };

		m->sys.fdatasync = meddling_sync;
		meddle.v = v;
		meddle.syncs = 0;
		meddle.page = v->pages->npage + i;
		assert_false(vault_rotate(v, key, &e));
		assert_null(meddle.v);
		assert_int_equal(e.code, ERR_IO);
		assert_non_null(strstr(e.text, "could not be read back"));
		/* The old vault stands, with what was saved in it last. */
		vault_close(v);
		v = rig_open(&m->sys, HOME, "uno");
		assert_int_equal(v->pages->npage, meddle.page);
		vault_drop_keys(v);
		vault_close(v);
		vault_key_free(key);
		memfs_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes_as_people_type_them),
		cmocka_unit_test(test_code_that_is_none),
		cmocka_unit_test(test_key_of_another_home),
		cmocka_unit_test(test_the_same_passphrase_again),
		cmocka_unit_test(test_no_slot_for_a_passphrase),
		cmocka_unit_test(test_header_that_cannot_be_proved),
		cmocka_unit_test(test_header_that_cannot_be_mended),
		cmocka_unit_test(test_two_rooms_cut_short),
		cmocka_unit_test(test_new_keys_for_many_pages),
		cmocka_unit_test(test_pages_that_change_while_keys_are_made_anew),
	};

	return cmocka_run_group_tests_name("vault keys, oddly", tests, rig_start, NULL);
}
