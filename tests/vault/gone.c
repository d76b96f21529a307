/* Deleting, when it is cut off; what a restore set aside; and what a start of the program
 * sweeps away, or must not. */
#include "moments.h"
#include "oddcalls.h"

#include "vault/io.h"

#define ASIDE "abcdefghijklmnopqrstuvwxyz234567"

/* As a restore leaves it: the main file alone has another name. */
static void set_aside(struct trial *t)
{
	char *main = io_path(HOME, t->v->name, ""),
	     *log = io_path(HOME, t->v->name, "-log");

	trial_copy(t->fs, main, HOME "/" ASIDE ".old");
	trial_copy(t->fs, log, HOME "/" ASIDE "-log");
	free(main);
	free(log);
}

/* `note`: a change before this one left a note for the next start. */
static void begin(struct trial *t, bool note)
{
	struct err e;
	char *main, *gone;

	trial_begin(t, "CREATE TABLE t(x); INSERT INTO t VALUES(7)", true);
	set_aside(t);
	main = io_path(HOME, t->v->name, "");
	gone = io_path(HOME, t->v->name, HOME_GONE);
	if (note)
		trial_copy(t->fs, main, gone);
	free(main);
	free(gone);
	assert_true(io_sync_dir(&t->fs->sys, HOME, &e));
}

static void unwatch(struct trial *t)
{
	trial_unwatch(t);
	vault_drop_keys(t->v);
	vault_close(t->v);
}

static bool opens(struct memfs *fs, const struct vault_key *key)
{
	struct vault *v = NULL;
	bool ok = trial_opens(&v, fs, key);

	if (ok)
		assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	vault_close(v);
	return ok;
}

/* The power fails, and all that is done afterwards is to start the program. */
static struct memfs *start_again(struct trial *t, size_t i, uint64_t fate)
{
	struct memfs *fs = memfs_clone(t->point[i], 7 + i * 31 + fate);
	struct err e = { 0 };

	memfs_crash(fs, fate % 2);
	assert_true(vault_home_ready(&fs->sys, HOME, &e));
	return fs;
}

/* ---- cut off ---- */

static void delete_cut_off(bool note)
{
	unsigned kept = 0, gone = 0;
	struct trial t;
	struct err e;

	begin(&t, note);
	trial_watch(&t);
	assert_true(vault_delete(t.v, &e));
	unwatch(&t);
	for (size_t i = 0; i < t.n; i++) {
		for (uint64_t fate = 0; fate < 8; fate++) {
			struct memfs *fs = start_again(&t, i, fate);
			int files = trial_files(fs);

			/* All of it, what was set aside too, or nothing. */
			if (files == 0) {
				gone++;
				assert_false(vault_home_has_any(&fs->sys, HOME));
			} else {
				kept++;
				assert_int_equal(files, 4);
				assert_true(opens(fs, t.old));
				assert_true(i + 1 < t.n);
			}
			memfs_free(fs);
		}
	}
	print_message("%zu steps: %u kept, %u gone\n", t.n, kept, gone);
	assert_true(kept > 0 && gone > 20);
	trial_end(&t);
}

static void test_a_deletion_cut_off_leaves_no_keys(void **state)
{
	(void)state;
	delete_cut_off(false);
	delete_cut_off(true);
}

static void change_keys_cut_off(bool note)
{
	unsigned before = 0, after = 0;
	struct trial t;
	struct err e;

	begin(&t, note);
	trial_watch(&t);
	assert_true(vault_rotate(t.v, t.next, &e));
	unwatch(&t);
	for (size_t i = 0; i < t.n; i++) {
		for (uint64_t fate = 0; fate < 4; fate++) {
			struct memfs *fs = start_again(&t, i, fate);
			int files = trial_files(fs);

			if (opens(fs, t.old)) {
				before++;
				assert_int_equal(files, 4);
			} else {
				after++;
				assert_true(opens(fs, t.next));
				assert_int_equal(trial_files(fs), 2);
			}
			assert_true(before > 0 || i > 0);
			memfs_free(fs);
		}
	}
	print_message("%zu steps: %u before, %u after\n", t.n, before, after);
	assert_true(before > 0 && after > 20);
	trial_end(&t);
}

static void test_changing_all_keys_takes_copies_under_the_old_ones(void **state)
{
	(void)state;
	change_keys_cut_off(false);
	change_keys_cut_off(true);
}

/* A call fails, from then on or once.  Told that it failed, everything is as before. */
static void test_a_change_of_all_keys_that_fails_keeps_copies(void **state)
{
	bool done = false;

	(void)state;
	for (long n = 0; !done; n++) {
		struct trial t;
		struct err e;
		bool told;

		begin(&t, n % 5 == 0);
		mem_arm(t.fs, n % 3 ? MEM_EIO : MEM_ENOSPC, n, n % 2);
		told = vault_rotate(t.v, t.next, &e);
		done = told && t.fs->faults == 0;
		t.fs->fault = MEM_NONE;
		vault_drop_keys(t.v);
		vault_close(t.v);
		assert_true(vault_home_ready(&t.fs->sys, HOME, &e));
		if (!told) {
			assert_true(opens(t.fs, t.old));
			assert_int_equal(trial_files(t.fs), 4);
		} else {
			assert_true(opens(t.fs, t.next));
			assert_int_equal(trial_files(t.fs), 2);
		}
		trial_end(&t);
		assert_true(n < 2000);
	}
}

/* Told that it failed, the room is there, and goes on. */
static void test_a_deletion_that_cannot_be_stored_is_none(void **state)
{
	struct trial t;
	struct err e;

	(void)state;
	begin(&t, false);
	t.fs->sys.fsync = odd_no_sync;
	odd.unsynced = true;
	assert_false(vault_delete(t.v, &e));
	assert_int_equal(e.code, ERR_IO);
	odd.unsynced = false;
	assert_int_equal(rig_int(t.v, "SELECT x FROM t"), 7);
	rig_sql(t.v, "UPDATE t SET x = x");
	vault_close(t.v);
	assert_true(vault_home_ready(&t.fs->sys, HOME, &e));
	assert_int_equal(trial_files(t.fs), 4);
	assert_true(opens(t.fs, t.old));
	trial_end(&t);
}

static int sync_fails_once(void *ctx, int fd)
{
	if (!odd.unsynced)
		return mem_sync(ctx, fd);
	odd.unsynced = false;
	errno = EIO;
	return -1;
}

/* The name was taken and put back; then the power fails, and the room is still there. */
static void test_a_deletion_that_failed_does_not_come_back(void **state)
{
	(void)state;
	for (uint64_t fate = 0; fate < 40; fate++) {
		struct trial t;
		struct memfs *fs;
		struct err e;

		begin(&t, false);
		t.fs->sys.fsync = sync_fails_once;
		odd.unsynced = true;
		assert_false(vault_delete(t.v, &e));
		assert_false(odd.unsynced);
		unwatch(&t);
		fs = start_again(&t, 0, fate);
		assert_true(opens(fs, t.old));
		assert_int_equal(trial_files(fs), 4);
		memfs_free(fs);
		trial_end(&t);
	}
}

/* ---- on a disk ---- */

static void is_gone(const char *home, const uint8_t *id)
{
	struct home_kept kept;
	struct err e;

	assert_true(home_list_kept(&vault_sys_real, home, id, &kept, &e));
	assert_int_equal(kept.n, 0);
	home_kept_free(&kept);
}

/* The room goes, and both copies that were set aside of it; another room stays, and what was
 * set aside of that. */
static void test_a_deletion_takes_what_was_set_aside(void **state)
{
	static const char *const own[] = { "abcdefghijklmnopqrstuvwxyz222222.old",
		"abcdefghijklmnopqrstuvwxyz333333.old17" };
	char *home = rig_folder(), *path = NULL, to[400];
	struct vault *v = rig_create(NULL, home, "uno"), *other;
	struct rig_names names = { 0 };
	uint8_t id[FMT_ID], *bytes;
	struct err e;
	size_t n;

	(void)state;
	rig_sql(v, "CREATE TABLE t(x)");
	memcpy(id, v->keys->id, sizeof id);
	path = io_path(home, v->name, "");
	bytes = rig_read(path, &n);
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		snprintf(to, sizeof to, "%s/%s", home, own[i]);
		rig_write(to, bytes, n);
		chmod(to, 0600);
	}
	free(bytes);
	free(path);
	other = rig_create(NULL, home, "dos");
	path = io_path(home, other->name, "");
	bytes = rig_read(path, &n);
	snprintf(to, sizeof to, "%s/%s", home, "abcdefghijklmnopqrstuvwxyz444444.old");
	rig_write(to, bytes, n);
	chmod(to, 0600);
	assert_true(vault_delete(v, &e));
	vault_close(v);
	vault_close(other);
	is_gone(home, id);
	assert_int_equal(vault_sys_real.list(NULL, home, rig_take, &names), 0);
	assert_int_equal(names.n, 3); /* the other room, and its copy */
	assert_int_equal(access(to, F_OK), 0);
	free(bytes);
	free(path);
	rig_drop(home);
}

/* ---- what is not swept ---- */

/* A window makes new keys for a room: NAME.new is there, and not locked yet. */
static void test_work_in_another_window_is_not_swept(void **state)
{
	char *home = rig_folder(), *path, *fresh, *made;
	struct vault *v = rig_create(NULL, home, "uno");
	struct err e;
	int fd;

	(void)state;
	path = io_path(home, v->name, HOME_NEW);
	fresh = io_path(home, v->name, HOME_LOG HOME_NEW);
	made = io_path(home, ASIDE, HOME_NEW);
	rig_write(path, (const uint8_t *)"x", 1);
	rig_write(fresh, (const uint8_t *)"x", 1);
	fd = vault_make_file(&vault_sys_real, made, 4096, &e);
	assert_true(fd >= 0);
	chmod(path, 0600);
	chmod(fresh, 0600);
	assert_true(vault_home_ready(NULL, home, &e));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(access(fresh, F_OK), 0);
	assert_int_equal(access(made, F_OK), 0);
	vault_close(v);
	close(fd);
	assert_true(vault_home_ready(NULL, home, &e));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(fresh, F_OK), -1);
	assert_int_equal(access(made, F_OK), -1);
	vault_close(rig_open(NULL, home, "uno"));
	free(path);
	free(fresh);
	free(made);
	rig_drop(home);
}

static char late_from[300], late_to[300];

/* Between opening a file and locking it, its maker gives it its name. */
static int late_lock(void *ctx, int fd)
{
	if (late_from[0])
		assert_int_equal(rename(late_from, late_to), 0);
	late_from[0] = '\0';
	return vault_sys_real.lock(ctx, fd);
}

static void test_a_file_that_became_a_room_is_not_swept(void **state)
{
	char *home = rig_folder(), *path;
	struct vault_sys sys = vault_sys_real;
	struct err e;

	(void)state;
	vault_close(rig_create(NULL, home, "uno"));
	path = rig_file(home, false);
	snprintf(late_to, sizeof late_to, "%s", path);
	snprintf(late_from, sizeof late_from, "%s.new", path);
	assert_int_equal(rename(late_to, late_from), 0);
	sys.lock = late_lock;
	assert_true(vault_home_ready(&sys, home, &e));
	vault_close(rig_open(NULL, home, "uno"));
	free(path);
	rig_drop(home);
}

static int stolen;

/* Another window sweeps what is just being made. */
static int lock_too_late(void *ctx, int fd)
{
	char path[400] = { 0 }, link[40];

	if (stolen-- <= 0)
		return vault_sys_real.lock(ctx, fd);
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	assert_true(readlink(link, path, sizeof path - 1) > 0);
	assert_int_equal(unlink(path), 0);
	if (stolen % 2)
		return vault_sys_real.lock(ctx, fd);
	errno = EAGAIN;
	return -1;
}

static void test_a_room_is_made_while_another_window_sweeps(void **state)
{
	char *home = rig_folder();
	struct vault_sys sys = vault_sys_real;
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct vault *v;
	struct err e;

	(void)state;
	sys.lock = lock_too_late;
	stolen = 100;
	assert_false(vault_create(&v, &sys, home, key, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_false(vault_home_has_any(NULL, home));
	stolen = 5;
	assert_true(vault_create(&v, &sys, home, key, &e));
	stolen = 0;
	vault_close(v);
	vault_close(rig_open(NULL, home, "uno"));
	vault_key_free(key);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_deletion_cut_off_leaves_no_keys),
		cmocka_unit_test(test_changing_all_keys_takes_copies_under_the_old_ones),
		cmocka_unit_test(test_a_change_of_all_keys_that_fails_keeps_copies),
		cmocka_unit_test(test_a_deletion_that_cannot_be_stored_is_none),
		cmocka_unit_test(test_a_deletion_that_failed_does_not_come_back),
		cmocka_unit_test(test_a_deletion_takes_what_was_set_aside),
		cmocka_unit_test(test_work_in_another_window_is_not_swept),
		cmocka_unit_test(test_a_file_that_became_a_room_is_not_swept),
		cmocka_unit_test(test_a_room_is_made_while_another_window_sweeps),
	};

	return cmocka_run_group_tests_name("vault gone", tests, rig_start, NULL);
}
