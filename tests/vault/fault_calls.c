/* System calls that answer in ways of their own: interrupted, half done without an error,
 * another owner, another file in the same place; a machine that does not say what it has. */
#include "oddcalls.h"
#include "room.h"

#include <dirent.h>
#include <dlfcn.h>
#include <time.h>

#include "vault/io.h"

static ssize_t no_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	(void)ctx;
	(void)fd;
	(void)buf;
	(void)n;
	(void)at;
	return 0;
}

static void expect(struct memfs *m, enum err_code want)
{
	struct vault *v = NULL;

	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), want);
	vault_close(v);
}

/* ---- reading and writing ---- */

static void test_every_call_is_interrupted(void **state)
{
	struct memfs *m = memfs_new(16);
	struct err e = { 0 };
	int fd;

	(void)state;
	mem_new(m, HOME, true);
	m->sys.open = odd_open;
	m->sys.fsync = m->sys.fdatasync = odd_sync;
	m->sys.ftruncate = odd_cut;
	odd.interrupts = 2;
	fd = io_make(&m->sys, HOME "/x", &e);
	assert_true(fd >= 0);
	odd.interrupts = 2;
	assert_true(io_cut(&m->sys, fd, 5000, &e));
	odd.interrupts = 2;
	assert_true(io_sync(&m->sys, fd, &e));
	assert_int_equal(mem_find(m, HOME "/x")->disk_size, 5000);
	odd.interrupts = 2; /* of the opening */
	assert_true(io_sync_dir(&m->sys, HOME, &e));
	m->sys.open = mem_open;
	odd.interrupts = 2;
	assert_true(io_sync_dir(&m->sys, HOME, &e));
	assert_int_equal(odd.interrupts, 0);
	io_close(&m->sys, fd);
	memfs_free(m);
}

/* FAT says EINVAL when a folder is to be synced; anything else is an error. */
static void test_folders_that_cannot_be_synced(void **state)
{
	struct memfs *m = memfs_new(16);
	struct err e = { 0 };

	(void)state;
	mem_new(m, HOME, true);
	m->sys.fsync = odd_sync;
	odd.err = EINVAL;
	assert_true(io_sync_dir(&m->sys, HOME, &e));
	odd.err = EIO;
	assert_false(io_sync_dir(&m->sys, HOME, &e));
	assert_int_equal(e.code, ERR_IO);
	memfs_free(m);
}

static void test_nothing_is_written_and_no_error(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);
	struct err e = { 0 };

	(void)state;
	m->sys.pwrite = no_pwrite;
	assert_int_not_equal(
	    sqlite3_exec(vault_db(v), "INSERT INTO t VALUES(1, 2)", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_false(vault_sql_err(v, &e));
	assert_int_equal(e.code, ERR_FULL);
	m->sys.pwrite = mem_pwrite;
	rig_sql(v, "INSERT INTO t VALUES(1, 2)");
	vault_close(v);
	memfs_free(m);
}

/* ---- what a file must be ---- */

static void test_file_of_somebody_else(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);

	(void)state;
	vault_close(v);
	m->sys.fstat = odd_fstat;
	odd.owner = 1;
	expect(m, ERR_UNSAFE);
	odd.owner = 0;
	expect(m, ERR_OK);
	memfs_free(m);
}

static int good_fchmod(void *ctx, int fd, mode_t mode)
{
	(void)ctx;
	(void)fd;
	(void)mode;
	fail_msg("rights were changed");
	return 0;
}

static void test_rights_of_files_are_not_changed(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);

	(void)state;
	vault_close(v);
	m->sys.fstat = odd_fstat;
	odd.mode = 0044;
	assert_null(m->sys.fchmod);
	expect(m, ERR_UNSAFE);
	m->sys.fchmod = good_fchmod;
	expect(m, ERR_UNSAFE);
	odd.mode = 0;
	expect(m, ERR_OK);
	memfs_free(m);
}

/* Linux says ELOOP for a link that is not followed, FreeBSD EMLINK. */
static void test_links_by_another_name(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);
	struct err e = { 0 };

	(void)state;
	vault_close(v);
	m->sys.open = odd_open;
	odd.err = EMLINK;
	assert_int_equal(io_open_ours(&m->sys, "/h/x", O_RDWR, &e), -1);
	assert_int_equal(e.code, ERR_UNSAFE);
	odd.err = ELOOP;
	assert_int_equal(io_open_any(&m->sys, "/h/x", &e), -1);
	assert_int_equal(e.code, ERR_UNSAFE);
	odd.err = EACCES;
	assert_int_equal(io_open_ours(&m->sys, "/h/x", O_RDWR, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	memfs_free(m);
}

/* ---- another file in the place of ours ---- */

static int other_lstat(void *ctx, const char *path, struct stat *st)
{
	int rc = mem_lstat(ctx, path, st);

	if (odd.path && strcmp(odd.path, "inode") == 0)
		st->st_ino++;
	if (odd.path && strcmp(odd.path, "disk") == 0)
		st->st_dev++;
	return rc;
}

/* Files that are locked are gone. */
static int gone_fstat(void *ctx, int fd, struct stat *st)
{
	const struct memfs *m = ctx;

	if (m->locked[fd - 100]) {
		errno = EIO;
		return -1;
	}
	return mem_fstat(ctx, fd, st);
}

static void test_file_that_was_replaced_while_it_was_locked(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);

	(void)state;
	vault_close(v);
	m->sys.lstat = other_lstat;
	odd.path = "inode";
	expect(m, ERR_BUSY);
	odd.path = "disk";
	expect(m, ERR_BUSY);
	odd.path = NULL;
	m->sys.fstat = gone_fstat;
	expect(m, ERR_BUSY);
	m->sys.fstat = mem_fstat;
	expect(m, ERR_OK);
	memfs_free(m);
}

static int odd_lock(void *ctx, int fd)
{
	if (odd.err) {
		errno = odd.err;
		return -1;
	}
	return mem_lock(ctx, fd);
}

static void test_locks_of_others(void **state)
{
	static const struct {
		int err;
		enum err_code want;
	} all[] = { { EAGAIN, ERR_BUSY }, { EACCES, ERR_BUSY },
		{ ENOLCK, ERR_UNSUPPORTED } };
	struct vault *v;
	struct memfs *m = room_with_table(&v);

	(void)state;
	vault_close(v);
	m->sys.lock = odd_lock;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		odd.err = all[i].err;
		expect(m, all[i].want);
	}
	odd.err = 0;
	expect(m, ERR_OK);
	memfs_free(m);
}

/* ---- the machine ---- */

static struct {
	const char *meminfo; /* in place of /proc/meminfo */
	bool no_clock, no_names;
} machine;

FILE *fopen(const char *path, const char *mode)
{
	static FILE *(*real)(const char *, const char *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fopen");
	return real(
	    machine.meminfo && strcmp(path, "/proc/meminfo") == 0 ? machine.meminfo : path,
	    mode);
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	if (machine.no_clock && clock == CLOCK_THREAD_CPUTIME_ID)
		return -1;
	return real(clock, t);
}

struct dirent *readdir(DIR *d)
{
	static struct dirent *(*real)(DIR *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "readdir");
	if (machine.no_names) {
		errno = EIO;
		return NULL;
	}
	return real(d);
}

static void test_machine_that_does_not_say(void **state)
{
	const struct vault_sys *sys = &vault_sys_real;
	struct rig_names names = { 0 };
	uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	(void)state;
	machine.meminfo = "/nowhere/at/all";
	assert_in_range(sys->free_ram(NULL), 1, all);
	machine.meminfo = "/dev/null";
	assert_in_range(sys->free_ram(NULL), 1, all);
	machine.meminfo = NULL;
	assert_in_range(sys->free_ram(NULL), 1, all);
	machine.no_clock = true;
	assert_int_equal(sys->cpu_us(NULL), 0);
	machine.no_clock = false;
	machine.no_names = true;
	assert_int_equal(sys->list(NULL, "/", rig_take, &names), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(names.n, 0);
	machine.no_names = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_call_is_interrupted, odd_start),
		cmocka_unit_test_setup(test_folders_that_cannot_be_synced, odd_start),
		cmocka_unit_test_setup(test_nothing_is_written_and_no_error, odd_start),
		cmocka_unit_test_setup(test_file_of_somebody_else, odd_start),
		cmocka_unit_test_setup(test_rights_of_files_are_not_changed, odd_start),
		cmocka_unit_test_setup(test_links_by_another_name, odd_start),
		cmocka_unit_test_setup(
		    test_file_that_was_replaced_while_it_was_locked, odd_start),
		cmocka_unit_test_setup(test_locks_of_others, odd_start),
		cmocka_unit_test_setup(test_machine_that_does_not_say, odd_start),
	};

	return cmocka_run_group_tests_name("vault calls", tests, rig_start, NULL);
}
