/* What hardly ever happens: calls out of turn, answers that nobody expects, folders and
 * files in strange states.  Each has an answer in words, and changes nothing. */
#include "room.h"

#include <sys/wait.h>

#include "vault/io.h"
#include "vault/sqlmem.h"

/* ---- copies ---- */

static void test_copies_fail_at_every_call(void **state)
{
	struct err e;
	bool met = true;

	(void)state;
	for (long at = 0; met; at++) {
		struct vault *v;
		struct memfs *m = room_with_rows(&v);
		bool ok;

		mem_new(m, "/c/..", true);
		mem_arm(m, MEM_EIO, at, false);
		ok = vault_backup(v, "/b", &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		if (!ok && !met)
			fail_msg("backup: %s", e.text);
		if (!ok && !vault_backup(v, "/b", &e))
			fail_msg("backup again: %s", e.text);
		mem_arm(m, MEM_EIO, at, false);
		ok = vault_restore(&m->sys, "/c", "/b", NULL, &e);
		met = met || m->faults > 0;
		m->fault = MEM_NONE;
		if (!ok && !vault_restore(&m->sys, "/c", "/b", NULL, &e))
			fail_msg("restoring again: %s", e.text);
		vault_close(v);
		room_whole(m, "/c");
		memfs_free(m);
	}
}

static void test_copy_and_new_keys_while_saving(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");
	struct err e;

	(void)state;
	rig_sql(v, "PRAGMA cache_size=4");
	rig_sql(v, "BEGIN; INSERT INTO t(b) VALUES(zeroblob(300000))");
	assert_true(v->pages->t_tail > v->pages->tail);
	assert_false(vault_backup(v, "/b", &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(vault_rotate(v, key, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(vault_delete(v, &e));
	assert_false(fold_all(v->pages, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_true(pages_settle(v->pages, &e)); /* leaves it alone */
	rig_sql(v, "COMMIT");
	rig_whole(v);
	vault_close(v);
	vault_key_free(key);
	memfs_free(m);
}

/* ---- homes ---- */

static int no_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	(void)type;
	errno = ENOSYS;
	return -1;
}

static void test_file_system_without_a_name(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);

	(void)state;
	vault_close(v);
	m->sys.fs_type = no_type;
	v = rig_open(&m->sys, HOME, "uno");
	vault_close(v);
	memfs_free(m);
}

static void test_folder_that_cannot_be_listed(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	bool met = true;

	(void)state;
	vault_close(v);
	for (long at = 0; met; at++) {
		struct vault_key *again;
		struct secret *pass = rig_secret("uno");
		struct err e = { 0 };

		mem_arm(m, MEM_EIO, at, false);
		vault_home_has_any(&m->sys, HOME);
		(void)home_opens_any(&m->sys, HOME, key, NULL);
		again = vault_derive(&m->sys, HOME, pass, &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		assert_true(again || (met && e.text[0]));
		assert_int_equal(vault_home_has_any(&m->sys, HOME), true);
		vault_key_free(again);
		secret_free(pass);
	}
	vault_key_free(key);
	memfs_free(m);
}

/* Opening tries the disk at every call; whatever fails, the next time it opens. */
static void opening_fails(struct memfs *from)
{
	struct memfs *m = memfs_new(from->sys.log_blocks);
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	struct secret *pass = rig_secret("uno");
	struct vault_key *key;
	struct vault *v;
	struct vault_report r;
	uint64_t seed = 1;
	struct err e;
	bool met = true;

	memfs_fail_copy(m, from, stored, &seed);
	key = rig_key(&m->sys, HOME, "uno");
	for (long at = 0; met; at++) {
		memfs_fail_copy(m, from, stored, &seed);
		mem_arm(m, MEM_EIO, at, false);
		if (vault_open(&v, &m->sys, HOME, key, &e)) {
			if (!vault_verify(v, &r, &e))
				assert_true(e.text[0] != '\0');
			vault_close(v);
		} else {
			assert_int_not_equal(e.code, ERR_DAMAGED);
			assert_int_not_equal(e.code, ERR_PASSPHRASE);
		}
		if (m->faults == 0)
			(void)!vault_inspect(&m->sys, HOME, key, &r, &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		if (!vault_open(&v, &m->sys, HOME, key, &e))
			fail_msg("call %ld: %s", at, e.text);
		rig_whole(v);
		assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
		vault_close(v);
	}
	secret_free(pass);
	vault_key_free(key);
	memfs_free(m);
}

static void test_opening_fails_at_every_call(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	(void)state;
	vault_drop_keys(v);
	vault_close(v);
	opening_fails(m);
	v = rig_open(&m->sys, HOME, "uno");
	assert_true(fold_all(v->pages, &e));
	rig_sql(v, "UPDATE t SET b = 'three'");
	/* A fold that comes as far as its pages. */
	mem_arm(m, MEM_EIO, 4, false);
	assert_false(fold_all(v->pages, &e));
	m->fault = MEM_NONE;
	vault_drop_keys(v);
	vault_close(v);
	opening_fails(m);
	memfs_free(m);
}

/* ---- presets, salts ---- */

static void test_preset_that_does_not_exist(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct secret *pass = rig_secret("uno");
	struct err e = { 0 };
	uint8_t was;

	(void)state;
	vault_close(v);
	was = main_in(m, HOME)->now[32];
	main_in(m, HOME)->now[32] ^= 0x3f;
	main_in(m, HOME)->now[4096 + 32] ^= 0x3e;
	assert_null(vault_derive(&m->sys, HOME, pass, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	/* Damage does not strike both copies alike. */
	main_in(m, HOME)->now[4096 + 32] ^= 0x01;
	assert_null(vault_derive(&m->sys, HOME, pass, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	main_in(m, HOME)->now[32] = was;
	room_whole(m, HOME);
	secret_free(pass);
	memfs_free(m);
}

/* Rooms brought together from many homes: each passphrase opens its own. */
static void test_rooms_from_many_homes(void **state)
{
	static const char *const words[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
		"j" };
	char *all = rig_folder();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char *home = rig_folder(), *away = rig_folder();
		struct vault *v = rig_create(NULL, home, words[i]);
		struct err e;

		if (i == 0) {
			struct vault_key *key = rig_key(NULL, home, "second");
			struct vault *w;

			assert_true(vault_create(&w, NULL, home, key, &e));
			assert_true(vault_backup(w, away, &e));
			vault_close(w);
			vault_key_free(key);
		}
		assert_true(vault_backup(v, away, &e));
		vault_close(v);
		assert_true(vault_restore(NULL, all, away, NULL, &e));
		rig_drop(home);
		rig_drop(away);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		vault_close(rig_open(NULL, all, words[i]));
	rig_drop(all);
}

/* ---- keys ---- */

static ssize_t (*true_read)(void *ctx, int fd, void *buf, size_t n, off_t at);
static bool lie;

static ssize_t lying_read(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	ssize_t got = true_read(ctx, fd, buf, n, at);

	if (lie && got == 4096 && at == 4096)
		((uint8_t *)buf)[700] ^= 1;
	return got;
}

static void test_header_that_does_not_read_back(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	struct err e;

	(void)state;
	true_read = m->sys.pread;
	m->sys.pread = lying_read;
	lie = true;
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_IO);
	lie = false;
	vault_close(v);
	room_whole(m, HOME);
	vault_key_free(key);
	memfs_free(m);
}

static void test_keys_of_a_room_that_is_closed(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	struct vault_witness w;
	struct vault_report r;
	struct secret *code;
	struct err e;

	(void)state;
	vault_drop_keys(v);
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_false(vault_add_passphrase(v, key, &e));
	assert_false(vault_new_recovery(v, &code, &e));
	assert_false(vault_remove_slot(v, 0, &e));
	assert_false(vault_rotate(v, key, &e));
	assert_false(vault_delete(v, &e));
	assert_false(vault_backup(v, "/b", &e));
	assert_false(vault_verify(v, &r, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_false(vault_witness(v, &w, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	vault_close(v);
	vault_key_free(key);
	memfs_free(m);
}

static void test_all_slots_are_taken(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct secret *code;
	struct err e;

	(void)state;
	for (int i = 1; i < VAULT_SLOTS; i++) {
		char words[16];
		struct vault_key *key;

		snprintf(words, sizeof words, "k%d", i);
		key = rig_key(&m->sys, HOME, words);
		assert_true(vault_add_passphrase(v, key, &e));
		/* It opens this room already: it cannot take another slot's place. */
		assert_false(vault_set_passphrase(v, key, &e));
		assert_int_equal(e.code, ERR_PASSPHRASE);
		vault_key_free(key);
	}
	assert_false(vault_new_recovery(v, &code, &e));
	assert_int_equal(e.code, ERR_USAGE);
	vault_close(v);
	memfs_free(m);
}

/* Opened with the recovery code, and no passphrase left. */
static void test_passphrase_where_there_is_none(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_key *key;
	struct secret *code;
	struct err e;

	(void)state;
	assert_true(vault_new_recovery(v, &code, &e));
	vault_close(v);
	assert_true(vault_open_recovery(&v, &m->sys, HOME, code, &e));
	assert_true(vault_remove_slot(v, 0, &e));
	key = rig_key(&m->sys, HOME, "dos");
	assert_true(vault_set_passphrase(v, key, &e));
	vault_close(v);
	v = rig_open(&m->sys, HOME, "dos");
	rig_whole(v);
	vault_close(v);
	secret_free(code);
	vault_key_free(key);
	memfs_free(m);
}

static void test_newer_format(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct header_info info = v->info;
	uint8_t head[FMT_BLOCK];

	(void)state;
	info.format = FMT_VERSION + 1;
	info.gen++;
	memcpy(head, v->header, FMT_BLOCK);
	header_seal(head, v->keys, &info);
	vault_close(v);
	memcpy(main_in(m, HOME)->now, head, FMT_BLOCK);
	memcpy(main_in(m, HOME)->now + FMT_BLOCK, head, FMT_BLOCK);
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_UNSUPPORTED);
	assert_memory_equal(main_in(m, HOME)->now, head, FMT_BLOCK);
	memfs_free(m);
}

static int no_lock(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	errno = ENOLCK;
	return -1;
}

static void test_disk_without_locks(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v), *m2 = memfs_new(16);

	(void)state;
	vault_close(v);
	m->sys.lock = m2->sys.lock = no_lock;
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_UNSUPPORTED);
	assert_int_equal(rig_try(&v, &m2->sys, HOME, "uno", true), ERR_CREATE);
	assert_false(vault_home_has_any(&m2->sys, HOME));
	memfs_free(m);
	memfs_free(m2);
}

/* ---- the real calls ---- */

static void test_the_machine_itself(void **state)
{
	const struct vault_sys *sys = &vault_sys_real;
	long type;

	(void)state;
	assert_true(sys->free_ram(NULL) > 1000000);
	assert_true(sys->cpu_us(NULL) > 0);
	assert_int_equal(sys->fs_type(NULL, -1, &type), -1);
	assert_int_equal(sys->list(NULL, "/nowhere/at/all", rig_take, NULL), -1);
	assert_int_equal(sys->fsync(NULL, -1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_fail_at_every_call),
		cmocka_unit_test(test_copy_and_new_keys_while_saving),
		cmocka_unit_test(test_file_system_without_a_name),
		cmocka_unit_test(test_folder_that_cannot_be_listed),
		cmocka_unit_test(test_opening_fails_at_every_call),
		cmocka_unit_test(test_preset_that_does_not_exist),
		cmocka_unit_test(test_rooms_from_many_homes),
		cmocka_unit_test(test_header_that_does_not_read_back),
		cmocka_unit_test(test_keys_of_a_room_that_is_closed),
		cmocka_unit_test(test_all_slots_are_taken),
		cmocka_unit_test(test_passphrase_where_there_is_none),
		cmocka_unit_test(test_newer_format),
		cmocka_unit_test(test_disk_without_locks),
		cmocka_unit_test(test_the_machine_itself),
	};

	return cmocka_run_group_tests_name("vault oddities", tests, rig_start, NULL);
}
