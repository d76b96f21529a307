/* A restore was cut off between its two changes of names: the same room is there twice, under
 * one id and one passphrase.  What is changed in one of them must not stay as it was in the
 * other. */
#include "moments.h"
#include "oddcalls.h"

#include "vault/io.h"

#define TWIN "22222222222222222222222222222222" /* the first to be found */

static void begin(struct trial *t)
{
	char *main, *log;
	struct err e;

	trial_begin(t, "CREATE TABLE t(x); INSERT INTO t VALUES(7)", true);
	main = io_path(HOME, t->v->name, "");
	log = io_path(HOME, t->v->name, HOME_LOG);
	trial_copy(t->fs, main, HOME "/" TWIN);
	trial_copy(t->fs, log, HOME "/" TWIN HOME_LOG);
	assert_true(io_sync_dir(&t->fs->sys, HOME, &e));
	free(main);
	free(log);
}

static void end(struct trial *t)
{
	vault_drop_keys(t->v);
	vault_close(t->v);
	trial_end(t);
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

static bool is_there(struct memfs *fs, const char *end)
{
	char path[100];

	snprintf(path, sizeof path, HOME "/" TWIN "%s", end);
	return mem_find(fs, path) != NULL;
}

/* ---- with the power failing at each step ---- */

static bool do_delete(struct trial *t)
{
	struct err e;

	return vault_delete(t->v, &e);
}

static bool do_rotate(struct trial *t)
{
	struct err e;

	return vault_rotate(t->v, t->next, &e);
}

static bool do_set(struct trial *t)
{
	struct err e;

	return vault_set_passphrase(t->v, t->next, &e);
}

/* Before the change the old passphrase opens, afterwards what is meant to; `files`: how many
 * there are then. */
static void cut_off(bool (*change)(struct trial *t), bool next_opens, int files)
{
	unsigned before = 0, after = 0;
	struct trial t;

	begin(&t);
	trial_watch(&t);
	assert_true(change(&t));
	trial_unwatch(&t);
	for (size_t i = 0; i < t.n; i++) {
		for (uint64_t fate = 0; fate < 6; fate++) {
			struct memfs *fs = memfs_clone(t.point[i], 7 + i * 31 + fate);
			struct err e = { 0 };

			memfs_crash(fs, fate % 2);
			assert_true(vault_home_ready(&fs->sys, HOME, &e));
			if (opens(fs, t.old)) {
				before++;
				assert_true(i + 1 < t.n);
				assert_int_equal(trial_files(fs), 4);
			} else {
				after++;
				assert_true(opens(fs, t.next) == next_opens);
				assert_int_equal(trial_files(fs), files);
			}
			memfs_free(fs);
		}
	}
	print_message("%zu steps: %u before, %u after\n", t.n, before, after);
	assert_true(before > 0 && after > 0);
	end(&t);
}

static void test_a_deletion_leaves_no_twin(void **state)
{
	(void)state;
	cut_off(do_delete, false, 0);
}

static void test_fresh_keys_leave_no_twin(void **state)
{
	(void)state;
	cut_off(do_rotate, true, 2);
}

static void test_a_twin_does_not_open_with_the_old_passphrase(void **state)
{
	(void)state;
	cut_off(do_set, true, 4);
}

/* Told that it failed, the room is there; told that it did not, no twin of it. */
static void fail_each(bool (*change)(struct trial *t), bool next_opens)
{
	bool done = false;

	for (long n = 0; !done; n++) {
		struct trial t;
		struct err e;
		bool told;

		begin(&t);
		mem_arm(t.fs, n % 3 ? MEM_EIO : MEM_ENOSPC, n, n % 2);
		told = change(&t);
		done = told && t.fs->faults == 0;
		t.fs->fault = MEM_NONE;
		vault_drop_keys(t.v);
		vault_close(t.v);
		assert_true(vault_home_ready(&t.fs->sys, HOME, &e));
		/* A change of the passphrase that could not be taken back is one, too. */
		assert_true(opens(t.fs, t.old) ? !told
			    : next_opens       ? opens(t.fs, t.next)
					       : told);
		trial_end(&t);
		assert_true(n < 2000);
	}
}

static void test_changes_beside_a_twin_that_fail(void **state)
{
	(void)state;
	fail_each(do_delete, false);
	fail_each(do_rotate, true);
	fail_each(do_set, true);
}

/* ---- what is in the way ---- */

static void refused(struct trial *t, enum err_code code)
{
	struct secret *later = NULL;
	struct err e = { 0 };

	assert_false(vault_delete(t->v, &e));
	assert_int_equal(e.code, code);
	assert_false(vault_rotate(t->v, t->old, &e));
	assert_int_equal(e.code, code);
	assert_false(vault_set_passphrase(t->v, t->next, &e));
	assert_int_equal(e.code, code);
	assert_false(vault_add_passphrase(t->v, t->next, &e));
	assert_int_equal(e.code, code);
	assert_false(vault_new_recovery(t->v, &later, &e));
	assert_int_equal(e.code, code);
	assert_true(is_there(t->fs, ""));
	assert_int_equal(rig_int(t->v, "SELECT x FROM t"), 7);
}

static void test_a_twin_that_is_open_in_another_window(void **state)
{
	struct trial t;
	struct vault *w = NULL;
	struct err e = { 0 };

	(void)state;
	begin(&t);
	assert_true(vault_open(&w, &t.fs->sys, HOME, t.old, &e));
	assert_string_equal(w->name, TWIN);
	refused(&t, ERR_BUSY);
	vault_close(w);
	/* The same passphrase again: it does not open another room. */
	assert_true(vault_rotate(t.v, t.old, &e));
	assert_int_equal(trial_files(t.fs), 2);
	assert_true(opens(t.fs, t.old));
	end(&t);
}

/* Somebody makes something under its name: swept later, that would take its log. */
static void test_a_twin_that_is_being_changed(void **state)
{
	static const char *const ends[] = { HOME_NEW, HOME_LOG HOME_NEW, HOME_GONE };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct trial t;
		char path[100];

		begin(&t);
		snprintf(path, sizeof path, HOME "/" TWIN "%s", ends[i]);
		mem_new(t.fs, path, false);
		refused(&t, ERR_BUSY);
		end(&t);
	}
}

/* Between opening and locking, it is another file that has the name. */
static int replaced(void *ctx, const char *path, struct stat *st)
{
	int rc = mem_lstat(ctx, path, st);

	if (ends_with(path, TWIN))
		st->st_ino++;
	return rc;
}

static int no_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	(void)from;
	(void)to;
	errno = EIO;
	return -1;
}

/* As if there were copies under all the names. */
static int taken(void *ctx, const char *path, struct stat *st)
{
	int rc = mem_lstat(ctx, path, st);

	return strstr(path, HOME_OLD) ? 0 : rc;
}

static void test_a_twin_that_cannot_be_set_aside(void **state)
{
	struct trial t;

	(void)state;
	begin(&t);
	t.fs->sys.lstat = replaced;
	refused(&t, ERR_BUSY);
	t.fs->sys.lstat = taken;
	refused(&t, ERR_CREATE);
	t.fs->sys.lstat = mem_lstat;
	t.fs->sys.rename = no_rename;
	refused(&t, ERR_CREATE);
	t.fs->sys.rename = mem_rename;
	t.fs->sys.list = odd_no_list;
	assert_int_equal(vault_kept_of(t.v), 0);
	refused(&t, ERR_IO);
	t.fs->sys.list = mem_list;
	t.fs->sys.open = odd_open;
	odd.err = EIO;
	odd.path = TWIN;
	refused(&t, ERR_IO);
	odd.err = 0;
	end(&t);
}

/* It is not lost by a new passphrase: like every earlier copy it can be brought back. */
static void test_a_twin_is_set_aside_by_a_new_passphrase(void **state)
{
	struct trial t;
	struct err e = { 0 };

	(void)state;
	begin(&t);
	mem_new(t.fs, HOME "/" TWIN HOME_OLD, false);
	assert_true(vault_set_passphrase(t.v, t.next, &e));
	assert_false(is_there(t.fs, ""));
	assert_true(is_there(t.fs, HOME_OLD "2"));
	assert_true(is_there(t.fs, HOME_LOG));
	end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_deletion_leaves_no_twin, odd_start),
		cmocka_unit_test_setup(test_fresh_keys_leave_no_twin, odd_start),
		cmocka_unit_test_setup(
		    test_a_twin_does_not_open_with_the_old_passphrase, odd_start),
		cmocka_unit_test_setup(test_changes_beside_a_twin_that_fail, odd_start),
		cmocka_unit_test_setup(
		    test_a_twin_that_is_open_in_another_window, odd_start),
		cmocka_unit_test_setup(test_a_twin_that_is_being_changed, odd_start),
		cmocka_unit_test_setup(test_a_twin_that_cannot_be_set_aside, odd_start),
		cmocka_unit_test_setup(
		    test_a_twin_is_set_aside_by_a_new_passphrase, odd_start),
	};

	return cmocka_run_group_tests_name("vault twins", tests, rig_start, NULL);
}
