/* Backups into a folder that is used as a home, or lies on a disk that keeps no locks: a start
 * of the program on that folder does not sweep the copy away while it is being made. */
#include "oddcalls.h"
#include "room.h"

static struct memfs *room_of_two(struct vault **v)
{
	struct memfs *m = room_with_rows(v);

	mem_new(m, "/c/..", true);
	return m;
}

/* What the backup says is whole comes back, and opens. */
static void comes_back(struct memfs *m, struct vault *v)
{
	struct secret *pass = rig_secret("uno");
	struct vault_restored r;
	struct err e;

	if (!vault_restore_all(&m->sys, "/c", "/b", pass, &r, &e))
		fail_msg("%s", e.text);
	assert_int_equal(r.checked, 1);
	assert_int_equal(room_rows(m, "/c"), 2);
	secret_free(pass);
	room_end(m, v);
}

/* ---- another window ---- */

static void start_there(void *arg)
{
	struct memfs *m = arg;
	struct err e;

	m->before = NULL;
	assert_true(vault_home_ready(&m->sys, "/b", &e));
	m->before = start_there;
}

/* At every change that the backup makes, the program starts on the folder that it is made in:
 * the backup failed at its end, because its files were gone. */
static void test_a_start_on_the_folder_does_not_take_the_copy_away(void **state)
{
	struct vault *v;
	struct memfs *m = room_of_two(&v);
	struct err e = { 0 };

	(void)state;
	m->arg = m;
	m->before = start_there;
	if (!vault_backup(v, "/b", &e))
		fail_msg("%s", e.text);
	m->before = NULL;
	comes_back(m, v);
}

static struct {
	const char *from, *to; /* of the main file, which the backup names last */
	unsigned starts;
} late;

/* The sweeper has seen what it is about to write over, and the backup goes on. */
static ssize_t write_after_rename(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	if (late.from)
		assert_int_equal(mem_rename(ctx, late.from, late.to), 0);
	late.from = NULL;
	return mem_pwrite(ctx, fd, buf, n, at);
}

static int start_before_rename(void *ctx, const char *from, const char *to)
{
	struct memfs *m = ctx;
	struct vault_sys other = m->sys;
	struct err e;

	if (strlen(from) != ROOM_PATH + strlen(HOME_NEW))
		return mem_rename(ctx, from, to);
	late.from = from;
	late.to = to;
	late.starts++;
	other.pwrite = write_after_rename;
	other.rename = mem_rename;
	assert_true(vault_home_ready(&other, "/b", &e));
	if (!late.from)
		return 0;
	late.from = NULL;
	return mem_rename(ctx, from, to);
}

/* A sweeper that found the main file under its first name wrote over its keys when it had its
 * last name, and the backup had said that all was well. */
static void test_a_copy_that_is_told_whole_is_not_written_over(void **state)
{
	struct vault *v;
	struct memfs *m = room_of_two(&v);
	struct err e = { 0 };

	(void)state;
	memset(&late, 0, sizeof late);
	m->sys.rename = start_before_rename;
	if (!vault_backup(v, "/b", &e))
		fail_msg("%s", e.text);
	m->sys.rename = mem_rename;
	assert_int_equal(late.starts, 1);
	comes_back(m, v);
}

/* ---- locks ---- */

static int lock_err;

static int other_lock(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	errno = lock_err;
	return -1;
}

/* What keeps no locks is a good place for a copy all the same. */
static void test_a_stick_that_keeps_no_locks_takes_a_copy(void **state)
{
	static const int errs[] = { EINVAL, ENOLCK, EOPNOTSUPP, ENOSYS, EIO };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		struct vault *v;
		struct memfs *m = room_of_two(&v);
		struct err e = { 0 };

		lock_err = errs[i];
		m->sys.lock = other_lock;
		if (!vault_backup(v, "/b", &e))
			fail_msg("%d: %s", errs[i], e.text);
		m->sys.lock = mem_lock;
		comes_back(m, v);
	}
}

static struct mem_file *made_in_b(struct memfs *m)
{
	for (int i = 0; i < MEM_FILES; i++) {
		if (m->file[i].here && ends_with(m->file[i].path, HOME_NEW))
			return &m->file[i];
	}
	return NULL;
}

static int other_file(void *ctx, const char *path, struct stat *st)
{
	int rc = mem_lstat(ctx, path, st);

	st->st_ino++;
	return rc;
}

/* The sweeper has the file in its hands before it could be locked: that is said, nothing stays,
 * and the next time it works. */
static void test_a_sweeper_that_was_faster(void **state)
{
	static const int errs[] = { EAGAIN, EACCES, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errs); i++) {
		struct vault *v;
		struct memfs *m = room_of_two(&v);
		struct err e = { 0 };

		lock_err = errs[i];
		if (lock_err)
			m->sys.lock = other_lock;
		else
			m->sys.lstat = other_file;
		assert_false(vault_backup(v, "/b", &e));
		assert_int_equal(e.code, ERR_BUSY);
		assert_null(made_in_b(m));
		m->sys.lock = mem_lock;
		m->sys.lstat = mem_lstat;
		assert_true(vault_backup(v, "/b", &e));
		comes_back(m, v);
	}
}

/* Nobody holds the copy's files afterwards: the folder is a home that can be used. */
static void test_the_copy_is_let_go(void **state)
{
	struct vault *v;
	struct memfs *m = room_of_two(&v);
	struct err e = { 0 };

	(void)state;
	assert_true(vault_backup(v, "/b", &e));
	assert_int_equal(room_rows(m, "/b"), 2);
	room_end(m, v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_start_on_the_folder_does_not_take_the_copy_away),
		cmocka_unit_test(test_a_copy_that_is_told_whole_is_not_written_over),
		cmocka_unit_test(test_a_stick_that_keeps_no_locks_takes_a_copy),
		cmocka_unit_test(test_a_sweeper_that_was_faster),
		cmocka_unit_test(test_the_copy_is_let_go),
	};

	return cmocka_run_group_tests_name("vault backup", tests, rig_start, NULL);
}
