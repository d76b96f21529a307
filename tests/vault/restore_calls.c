/* Restores where a call fails, a lock or the memory for a derivation is not to be had, or there
 * are more rooms than can be brought at once: nothing changes, and it is said why. */
#include "oddcalls.h"
#include "room.h"

#include <dlfcn.h>

#include <sodium.h>

#include "vault/io.h"

#define NAME "abcdefghijklmnopqrstuvwxyz2345xx"

struct place {
	char *home, *away;
	struct vault_sys sys;
	struct vault_restored r;
	struct err e;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	p->home = rig_folder();
	p->away = rig_folder();
	p->sys = vault_sys_real;
	p->sys.log_blocks = 16;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	rig_drop(p->home);
	rig_drop(p->away);
	free(p);
	return 0;
}

static unsigned files_in(const char *dir)
{
	struct rig_names names = { 0 };

	assert_int_equal(vault_sys_real.list(NULL, dir, rig_take, &names), 0);
	return (unsigned)names.n;
}

static bool restore(struct place *p, const char *words)
{
	struct secret *pass = words ? rig_secret(words) : NULL;
	bool ok;

	p->e = (struct err){ 0 };
	ok = vault_restore_all(&p->sys, p->home, p->away, pass, &p->r, &p->e);
	assert_int_equal(ok, p->e.text[0] == '\0');
	secret_free(pass);
	return ok;
}

static void refused(struct place *p, const char *words, enum err_code want)
{
	assert_false(restore(p, words));
	assert_int_equal(p->e.code, want);
}

/* A room, its backup, and something more since then. */
static void backed_up(struct place *p)
{
	struct vault *v = rig_create(&p->sys, p->home, "uno");

	rig_sql(v, "CREATE TABLE t(x)");
	assert_true(vault_backup(v, p->away, &p->e));
	rig_sql(v, "INSERT INTO t VALUES(2)");
	vault_close(v);
}

static void still_there(struct place *p)
{
	struct vault *v = rig_open(&p->sys, p->home, "uno");

	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 1);
	rig_whole(v);
	vault_close(v);
}

/* ---- too many ---- */

/* Looks like a main file as far as anybody can tell without a key. */
static void put(const char *dir, unsigned i, const uint8_t *id)
{
	uint8_t bytes[FMT_PAGE_AT(1)];
	char path[400], name[] = NAME;

	randombytes_buf(bytes, sizeof bytes);
	if (id)
		memcpy(bytes, id, FMT_ID);
	name[30] = (char)('a' + i / 6);
	name[31] = (char)('2' + i % 6);
	snprintf(path, sizeof path, "%s/%s", dir, name);
	rig_write(path, bytes, sizeof bytes);
	assert_int_equal(chmod(path, 0600), 0);
}

static void drop_all(const char *dir)
{
	vault_sys_real.list(NULL, dir, rig_drop_one, (void *)(uintptr_t)dir);
}

static void test_more_rooms_than_can_come_at_once(void **state)
{
	struct place *p = *state;

	for (unsigned i = 0; i < 33; i++)
		put(p->away, i, NULL);
	refused(p, NULL, ERR_CREATE);
	assert_int_equal(files_in(p->home), 0);
	drop_all(p->away);
	for (unsigned i = 0; i < 3; i++)
		put(p->away, i, NULL);
	assert_true(restore(p, NULL));
	assert_int_equal(p->r.rooms, 3);
}

static void test_more_rooms_than_can_be_in_the_way(void **state)
{
	static const uint8_t id[FMT_ID] = { 7 };
	struct place *p = *state;

	for (unsigned i = 0; i < 33; i++)
		put(p->home, i, id);
	put(p->away, 40, id);
	refused(p, NULL, ERR_CREATE);
	drop_all(p->home);
	for (unsigned i = 0; i < 3; i++)
		put(p->home, i, id);
	assert_true(restore(p, NULL));
	assert_int_equal(p->r.aside, 3);
}

/* ---- calls ---- */

/* Two rooms at once, and every call fails in turn: both come, or it is said.  A room whose size
 * was not told was left out, and nothing said so. */
static void test_two_rooms_and_every_call_fails(void **state)
{
	bool met = true;

	(void)state;
	for (long at = 0; met; at++) {
		struct memfs *m = memfs_new(16);
		struct vault *v = rig_create(&m->sys, "/h", "uno");
		struct err e = { 0 };
		bool ok;

		mem_new(m, "/c/..", true);
		assert_true(vault_backup(v, "/b", &e));
		vault_close(v);
		v = rig_create(&m->sys, "/h", "dos");
		assert_true(vault_backup(v, "/b", &e));
		vault_close(v);
		mem_arm(m, MEM_EIO, at, false);
		ok = vault_restore(&m->sys, "/c", "/b", NULL, &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		if (!ok) {
			assert_true(met && e.text[0] != '\0');
			assert_int_not_equal(e.code, ERR_DAMAGED);
			assert_true(vault_restore(&m->sys, "/c", "/b", NULL, &e));
		}
		vault_close(rig_open(&m->sys, "/c", "uno"));
		vault_close(rig_open(&m->sys, "/c", "dos"));
		memfs_free(m);
	}
}

static int no_lock(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	errno = EAGAIN;
	return -1;
}

static int other_lstat(void *ctx, const char *path, struct stat *st)
{
	int rc = vault_sys_real.lstat(ctx, path, st);

	st->st_ino++;
	return rc;
}

static enum err_code bring(struct place *p)
{
	struct secret *pass = rig_secret("uno");
	bool ok;

	p->e = (struct err){ 0 };
	ok = vault_restore_kept(&p->sys, p->home, 1, pass, &p->r, &p->e);
	secret_free(pass);
	assert_int_equal(ok, p->e.text[0] == '\0');
	return ok ? ERR_OK : p->e.code;
}

static void test_what_was_set_aside_is_not_to_be_had(void **state)
{
	struct place *p = *state;
	struct home_kept kept;
	char log[400];

	backed_up(p);
	assert_true(restore(p, "uno"));
	assert_int_equal(vault_kept(&p->sys, p->home, NULL, NULL), 1);
	p->sys.list = odd_no_list;
	assert_int_equal(vault_kept(&p->sys, p->home, NULL, NULL), 0);
	p->sys.list = vault_sys_real.list;
	p->sys.lock = no_lock;
	assert_int_equal(bring(p), ERR_BUSY);
	p->sys.lock = vault_sys_real.lock;
	p->sys.lstat = other_lstat;
	assert_int_equal(bring(p), ERR_BUSY);
	p->sys.lstat = vault_sys_real.lstat;
	/* Its log may be written by others. */
	assert_true(home_list_kept(&p->sys, p->home, NULL, &kept, &p->e));
	snprintf(log, sizeof log, "%s/%s-log", p->home, kept.room[0].name);
	home_kept_free(&kept);
	assert_int_equal(chmod(log, 0622), 0);
	assert_int_equal(bring(p), ERR_UNSAFE);
	assert_false(vault_restore_kept(&p->sys, p->home, 1, NULL, &p->r, NULL));
	assert_int_equal(chmod(log, 0600), 0);
	assert_int_equal(bring(p), ERR_OK);
	still_there(p);
}

/* Somebody is making a room anew in the place of the one that is in the way. */
static void test_room_in_the_way_is_being_changed(void **state)
{
	struct place *p = *state;
	char *main, path[400];

	backed_up(p);
	main = rig_file(p->home, false);
	snprintf(path, sizeof path, "%s.new", main);
	free(main);
	assert_int_equal(mkdir(path, 0700), 0);
	refused(p, "uno", ERR_BUSY);
	still_there(p);
	assert_int_equal(rmdir(path), 0);
	assert_true(restore(p, "uno"));
	assert_int_equal(p->r.aside, 1);
}

/* ---- keys ---- */

static int derivations = -1; /* that succeed; -1: all */

int crypto_pwhash(unsigned char *const out, unsigned long long n, const char *const pass,
    unsigned long long len, const unsigned char *const salt, unsigned long long passes,
    size_t memory, int alg)
{
	static int (*real)(unsigned char *, unsigned long long, const char *,
	    unsigned long long, const unsigned char *, unsigned long long, size_t, int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "crypto_pwhash");
	if (derivations == 0)
		return -1;
	if (derivations > 0)
		derivations--;
	return real(out, n, pass, len, salt, passes, memory, alg);
}

static void test_no_memory_to_derive_a_key(void **state)
{
	struct place *p = *state;
	char *other = rig_folder();
	struct vault *v = rig_create(&p->sys, other, "uno");

	/* The room that comes has one salt, the one that is here another. */
	rig_sql(v, "CREATE TABLE t(x)");
	assert_true(vault_backup(v, p->away, &p->e));
	vault_close(v);
	v = rig_create(&p->sys, p->home, "uno");
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(2)");
	vault_close(v);
	for (int n = 0; n < 2; n++) {
		struct secret *pass = rig_secret("uno");

		derivations = n;
		refused(p, "uno", ERR_MEMORY);
		derivations = n;
		assert_false(
		    vault_restore_all(&p->sys, p->home, p->away, pass, &p->r, NULL));
		derivations = -1;
		secret_free(pass);
		still_there(p);
	}
	assert_true(restore(p, "uno"));
	assert_int_equal(p->r.aside, 1);
	rig_drop(other);
}

/* One copy of the header has a slot that is found and does not open; the other one does. */
static void test_backup_with_a_slot_that_does_not_open(void **state)
{
	struct place *p = *state;
	char *main;
	uint8_t *bytes;
	size_t n;

	backed_up(p);
	main = rig_file(p->away, false);
	bytes = rig_read(main, &n);
	bytes[33] ^= 1;
	rig_write(main, bytes, n);
	assert_true(restore(p, "uno"));
	assert_int_equal(p->r.checked, 1);
	/* Both copies: it is found, and cannot be read. */
	bytes[4096 + 33] ^= 1;
	rig_write(main, bytes, n);
	refused(p, "uno", ERR_DAMAGED);
	free(bytes);
	free(main);
}

/* ---- beside restoring ---- */

static void test_backup_beside_what_was_set_aside(void **state)
{
	struct place *p = *state;
	struct vault *v = rig_create(&p->sys, p->home, "uno");
	char path[400];

	snprintf(path, sizeof path, "%s/%s.old", p->away, v->name);
	rig_write(path, (const uint8_t *)"x", 1);
	assert_false(vault_backup(v, p->away, &p->e));
	assert_int_equal(p->e.code, ERR_CREATE);
	unlink(path);
	assert_true(vault_backup(v, p->away, &p->e));
	vault_close(v);
}

static void test_any_file_but_plain_ones(void **state)
{
	struct place *p = *state;

	assert_int_equal(io_open_any(&p->sys, p->home, &p->e), -1);
	assert_int_equal(p->e.code, ERR_UNSAFE);
}

/* A log that is gone, and held nothing, is made anew; when that cannot be made sure, the room
 * stays closed, and opens the next time. */
static void test_new_log_that_is_not_stored(void **state)
{
	bool met = true;

	(void)state;
	for (long at = 0; met; at++) {
		struct memfs *m = memfs_new(16);
		struct vault *v = rig_create(&m->sys, HOME, "uno");
		struct vault_key *key = rig_key(&m->sys, HOME, "uno");
		struct err e = { 0 };

		rig_sql(v, "CREATE TABLE t(x)");
		assert_true(fold_all(v->pages, &e));
		vault_close(v);
		log_in(m, HOME)->here = false;
		mem_arm(m, MEM_EIO, at, false);
		if (vault_open(&v, &m->sys, HOME, key, &e))
			vault_close(v);
		else
			assert_int_not_equal(e.code, ERR_DAMAGED);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		assert_int_equal(room_rows(m, HOME), 0);
		vault_key_free(key);
		memfs_free(m);
	}
}

static int no_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	(void)type;
	return -1;
}

static int no_above(void *ctx, const char *path, struct stat *st)
{
	errno = EACCES;
	return strcmp(strrchr(path, '/'), "/..") == 0 ? -1
						      : vault_sys_real.lstat(ctx, path, st);
}

static void test_folder_of_which_little_is_known(void **state)
{
	struct place *p = *state;
	char none[400];

	backed_up(p);
	p->sys.fs_type = no_type;
	p->sys.lstat = no_above;
	assert_true(vault_home_ready(&p->sys, p->home, &p->e));
	still_there(p);
	p->sys = vault_sys_real;
	snprintf(none, sizeof none, "%s/none/at/all", p->home);
	assert_true(vault_home_ready(&p->sys, none, NULL));
}

#define EACH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(test_more_rooms_than_can_come_at_once),
		EACH(test_more_rooms_than_can_be_in_the_way),
		EACH(test_two_rooms_and_every_call_fails),
		EACH(test_what_was_set_aside_is_not_to_be_had),
		EACH(test_room_in_the_way_is_being_changed),
		EACH(test_no_memory_to_derive_a_key),
		EACH(test_backup_with_a_slot_that_does_not_open),
		EACH(test_backup_beside_what_was_set_aside),
		EACH(test_any_file_but_plain_ones),
		EACH(test_new_log_that_is_not_stored),
		EACH(test_folder_of_which_little_is_known),
	};

	return cmocka_run_group_tests_name("vault restore, calls", tests, rig_start, NULL);
}
