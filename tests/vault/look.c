/* What is said of a home from outside, and of the memory that can be locked: folders, links and
 * files of every kind, and system calls that do not answer. */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>

#include "vault/home.h"

static struct vault_sys sys;

static struct vault_home_state look(const char *home)
{
	struct vault_home_state s;

	vault_home_look(&sys, home, &s);
	return s;
}

static int start(void **state)
{
	sys = vault_sys_real;
	return rig_start(state);
}

static void test_home_as_it_should_be(void **state)
{
	char *home = rig_folder();
	struct vault_home_state s;

	(void)state;
	vault_close(rig_create(NULL, home, "uno"));
	s = look(home);
	assert_true(s.there && s.folder && !s.link && s.ours);
	assert_int_equal(s.mode, 0700);
	assert_true(s.above_known && s.above_ours && s.disk_known && !s.network);
	assert_true(s.listed && s.rooms);
	assert_int_equal(s.files, 2);
	assert_int_equal(s.open_files + s.foreign_files, 0);
	vault_home_look(NULL, home, &s);
	assert_int_equal(s.files, 2);
	rig_drop(home);
}

static void test_no_home(void **state)
{
	char *home = rig_folder(), path[300];
	struct vault_home_state s;

	(void)state;
	snprintf(path, sizeof path, "%s/none", home);
	assert_false(look(path).there);
	rig_write(path, (const uint8_t *)"x", 1);
	s = look(path);
	assert_true(s.there && !s.folder && !s.link && !s.listed);
	unlink(path);
	/* A link is told, and not followed, also with a slash behind it. */
	assert_int_equal(symlink(home, path), 0);
	strcat(path, "/");
	s = look(path);
	assert_true(s.there && s.link && !s.folder && !s.listed);
	rig_drop(home);
}

static void put(const char *home, const char *name, mode_t mode)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", home, name);
	rig_write(path, (const uint8_t *)"x", 1);
	assert_int_equal(chmod(path, mode), 0);
}

#define NAME "abcdefghijklmnopqrstuvwxyz234567"

static void test_files_of_every_kind(void **state)
{
	char *home = rig_folder(), path[400], other[400];
	struct vault_home_state s;

	(void)state;
	put(home, "notes", 0644);
	put(home, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 0644);
	s = look(home);
	assert_true(s.listed && !s.rooms);
	assert_int_equal(s.files + s.open_files + s.foreign_files, 0);
	put(home, NAME ".old", 0640);
	s = look(home);
	assert_true(!s.rooms);
	assert_int_equal(s.files, 1);
	assert_int_equal(s.open_files, 1);
	put(home, NAME, 0600);
	snprintf(path, sizeof path, "%s/%s", home, NAME "-log");
	assert_int_equal(symlink("/dev/null", path), 0);
	s = look(home);
	assert_true(s.rooms);
	assert_int_equal(s.files, 3);
	assert_int_equal(s.foreign_files, 1);
	snprintf(path, sizeof path, "%s/%s", home, NAME);
	snprintf(other, sizeof other, "%s/other", home);
	assert_int_equal(link(path, other), 0); /* opening refuses it as well */
	assert_int_equal(look(home).foreign_files, 2);
	chmod(home, 0755);
	assert_int_equal(look(home).mode, 0755);
	rig_drop(home);
}

static uid_t somebody_else(void *ctx)
{
	(void)ctx;
	return geteuid() + 1;
}

static bool no_open, no_above, no_files;

static int odd_open(void *ctx, const char *path, int flags, mode_t mode)
{
	errno = EACCES;
	return no_open ? -1 : vault_sys_real.open(ctx, path, flags, mode);
}

static int odd_lstat(void *ctx, const char *path, struct stat *st)
{
	const char *name = strrchr(path, '/') + 1;

	errno = EACCES;
	if ((no_above && strcmp(name, "..") == 0) || (no_files && home_is_name(name)))
		return -1;
	return vault_sys_real.lstat(ctx, path, st);
}

static int odd_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	*type = 0x6969;
	return fd < 0 ? -1 : 0;
}

static int no_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	(void)type;
	return -1;
}

static int no_list(
    void *ctx, const char *dir, void (*each)(void *arg, const char *name), void *arg)
{
	(void)ctx;
	(void)dir;
	(void)each;
	(void)arg;
	return -1;
}

static void test_calls_that_do_not_answer(void **state)
{
	char *home = rig_folder(), *above = NULL;
	struct vault_home_state s;

	(void)state;
	put(home, NAME, 0600);
	sys.uid = somebody_else;
	s = look(home);
	assert_false(s.ours);
	assert_int_equal(s.foreign_files, 1);
	/* The folder above may be the system's. */
	assert_true(look("/").above_ours);
	assert_true(asprintf(&above, "%s/inner", home) > 0);
	assert_int_equal(mkdir(above, 0700), 0);
	assert_int_equal(chown(home, geteuid() == 0 ? 12345 : geteuid(), getegid()), 0);
	assert_false(look(above).above_ours);
	rmdir(above);
	free(above);
	sys = vault_sys_real;
	sys.lstat = odd_lstat;
	no_above = no_files = true;
	s = look(home);
	assert_true(s.there && s.listed && !s.above_known && !s.rooms);
	no_above = no_files = false;
	sys.open = odd_open;
	no_open = true;
	s = look(home);
	assert_true(s.above_known && !s.disk_known && !s.listed);
	no_open = false;
	sys.fs_type = odd_type;
	assert_true(look(home).network);
	sys.fs_type = no_type;
	s = look(home);
	assert_true(!s.disk_known && !s.network && s.listed);
	sys.list = no_list;
	assert_false(look(home).listed);
	sys = vault_sys_real;
	rig_drop(home);
}

/* ---- rooms set aside ---- */

struct aside {
	char *home, name[HOME_NAME + 1];
	uint8_t id[FMT_ID];
};

static void path_of(const struct aside *a, char out[static 400], const char *end)
{
	snprintf(out, 400, "%s/%s%s", a->home, a->name, end);
}

static void written(const struct aside *a, const char *end, time_t when)
{
	const struct timespec t[2] = { { when, 0 }, { when, 0 } };
	char path[400];

	path_of(a, path, end);
	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

/* A room whose main file stands under three other names, and its log. */
static struct aside begin(void)
{
	struct aside a = { .home = rig_folder() };
	struct rig_names names = { 0 };
	char from[400], to[400];
	uint8_t *bytes;
	size_t n;

	vault_close(rig_create(NULL, a.home, "uno"));
	assert_int_equal(vault_sys_real.list(NULL, a.home, rig_take, &names), 0);
	memcpy(a.name, names.name[0], HOME_NAME); /* either file begins so */
	path_of(&a, from, "");
	bytes = rig_read(from, &n);
	memcpy(a.id, bytes, sizeof a.id);
	path_of(&a, to, ".old2");
	rig_write(to, bytes, n);
	chmod(to, 0600);
	path_of(&a, to, ".old30");
	rig_write(to, bytes, n);
	chmod(to, 0600);
	path_of(&a, to, ".old");
	assert_int_equal(rename(from, to), 0);
	written(&a, ".old", 1000);
	written(&a, ".old2", 3000);
	written(&a, ".old30", 1000);
	written(&a, "-log", 10);
	free(bytes);
	return a;
}

static void ends_in(const struct home_kept_room *r, const char *end, int64_t when)
{
	assert_string_equal(r->file + HOME_NAME, end);
	assert_int_equal(r->when, when);
}

static void test_rooms_set_aside(void **state)
{
	static const char *const others[] = { ".old0", ".old1000", ".old2x", ".older",
		"-log.old", ".new" };
	struct aside a = begin();
	uint8_t other[FMT_ID] = { 0 };
	struct home_kept kept;
	struct err e = { 0 };
	char path[400];

	(void)state;
	put(a.home, "short.old", 0600);
	put(a.home, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.old", 0600);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		path_of(&a, path, others[i]);
		rig_write(path, (const uint8_t *)"x", 1);
	}
	for (int of_this = 0; of_this < 2; of_this++) {
		assert_true(home_list_kept(&sys, a.home, of_this ? a.id : NULL, &kept, &e));
		assert_int_equal(kept.n, 3);
		ends_in(&kept.room[0], ".old2", 3000);
		ends_in(&kept.room[1], ".old", 1000);
		ends_in(&kept.room[2], ".old30", 1000);
		home_kept_free(&kept);
	}
	/* The log was written last. */
	written(&a, "-log", 2000);
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	ends_in(&kept.room[1], ".old", 2000);
	home_kept_free(&kept);
	assert_true(home_list_kept(&sys, a.home, other, &kept, &e));
	assert_int_equal(kept.n, 0);
	home_kept_free(&kept);
	/* It is this room's whoever may read it; of what is not a file that cannot be told. */
	path_of(&a, path, ".old2");
	chmod(path, 0666);
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(kept.n, 3);
	assert_false(kept.unsure);
	home_kept_free(&kept);
	path_of(&a, path, ".old4");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(kept.n, 3);
	assert_false(kept.unsure);
	home_kept_free(&kept);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("nothing", path), 0);
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(kept.n, 3);
	assert_true(kept.unsure);
	home_kept_free(&kept);
	assert_int_equal(unlink(path), 0);
	/* Beside a room of that name it is somebody's own copy. */
	path_of(&a, path, "");
	rig_write(path, (const uint8_t *)"x", 1);
	assert_true(home_list_kept(&sys, a.home, NULL, &kept, &e));
	assert_int_equal(kept.n, 0);
	home_kept_free(&kept);
	rig_drop(a.home);
}

static void test_rooms_set_aside_cannot_be_listed(void **state)
{
	struct aside a = begin();
	struct home_kept kept;
	struct err e = { 0 };

	(void)state;
	sys.list = no_list;
	errno = EIO;
	assert_false(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(e.code, ERR_IO);
	errno = EIO;
	assert_false(home_drop_kept(&sys, a.home, a.id));
	errno = ENOENT;
	assert_true(home_drop_kept(&sys, a.home, a.id));
	sys = vault_sys_real;
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(kept.n, 3);
	home_kept_free(&kept);
	rig_drop(a.home);
}

static int no_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	(void)from;
	(void)to;
	errno = EACCES;
	return -1;
}

static int no_sync(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	errno = EIO;
	return -1;
}

static void test_rooms_set_aside_are_removed(void **state)
{
	struct aside a = begin();
	struct rig_names names = { 0 };
	struct home_kept kept;
	uint8_t other[FMT_ID] = { 0 };
	struct err e;

	(void)state;
	assert_true(home_drop_kept(&sys, a.home, other));
	sys.rename = no_rename;
	assert_false(home_drop_kept(&sys, a.home, a.id));
	assert_true(home_list_kept(&sys, a.home, a.id, &kept, &e));
	assert_int_equal(kept.n, 3);
	home_kept_free(&kept);
	sys = vault_sys_real;
	/* Not found any more, and nobody can say whether for good; the next sweep can. */
	sys.fsync = no_sync;
	assert_false(home_drop_kept(&sys, a.home, a.id));
	sys = vault_sys_real;
	home_sweep(&sys, a.home);
	assert_int_equal(vault_sys_real.list(NULL, a.home, rig_take, &names), 0);
	assert_int_equal(names.n, 0);
	rig_drop(a.home);
	a = begin();
	assert_true(home_drop_kept(&sys, a.home, a.id));
	assert_int_equal(vault_sys_real.list(NULL, a.home, rig_take, &names), 0);
	assert_int_equal(names.n, 0);
	rig_drop(a.home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_home_as_it_should_be),
		cmocka_unit_test(test_no_home),
		cmocka_unit_test(test_files_of_every_kind),
		cmocka_unit_test(test_calls_that_do_not_answer),
		cmocka_unit_test(test_rooms_set_aside),
		cmocka_unit_test(test_rooms_set_aside_cannot_be_listed),
		cmocka_unit_test(test_rooms_set_aside_are_removed),
	};

	return cmocka_run_group_tests_name("vault looked at", tests, start, NULL);
}
