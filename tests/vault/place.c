/* Where a room may lie: the folder above, the kind of disk, and what is typed to mend it. */
#include "rig.h"

#include <errno.h>

#include "vault/inner.h"
#include "vault/io.h"

static struct {
	uid_t uid;
	gid_t gid;
	mode_t mode;
	long type;
} above;

static int odd_lstat(void *ctx, const char *path, struct stat *st)
{
	size_t n = strlen(path);
	int rc = vault_sys_real.lstat(ctx, path, st);

	if (n > 3 && strcmp(path + n - 3, "/..") == 0) {
		st->st_uid = above.uid;
		st->st_gid = above.gid;
		st->st_mode = S_IFDIR | above.mode;
	}
	return rc;
}

static int odd_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	*type = above.type;
	return 0;
}

static uid_t somebody(void *ctx)
{
	(void)ctx;
	return 1000;
}

/* ---- the folder above ---- */

struct parent {
	uid_t uid;
	gid_t gid;
	mode_t mode;
	bool refused, warned;
};

static int folder_of_somebody(void *ctx, int fd, struct stat *st)
{
	int rc = vault_sys_real.fstat(ctx, fd, st);

	st->st_uid = 1000;
	return rc;
}

/* Its owner can put another folder in place of ours, and so can whoever may write it. */
static void test_the_folder_above(void **state)
{
	static const struct parent parents[] = {
		{ 1000, 1000, 0700, false, false },
		{ 1000, 1000, 0755, false, false },
		{ 1000, 1000, 0775, false, false }, /* a group of one: umask 002 */
		{ 1000, 100, 0755, false, false },
		{ 1000, 100, 0775, false, true },
		{ 0, 50, 0755, false, false },
		{ 0, 50, 02775, false, true },
		{ 0, 0, 01777, false, false }, /* /tmp */
		{ 0, 0, 0777, true, true },
		{ 1000, 1000, 0777, true, false },
		{ 1001, 1001, 0755, true, false },
		{ 1001, 1001, 01777, true, false },
		{ 65534, 65534, 0755, true, false },
	};
	char *home = rig_folder(), words[VAULT_WARNING];
	struct vault_sys sys = vault_sys_real;

	(void)state;
	sys.lstat = odd_lstat;
	sys.uid = somebody;
	sys.fstat = folder_of_somebody;
	for (size_t i = 0; i < ARRAY_LEN(parents); i++) {
		const struct parent *p = &parents[i];
		struct err e = { 0 };

		above.uid = p->uid;
		above.gid = p->gid;
		above.mode = p->mode;
		if (vault_home_ready(&sys, home, &e) == p->refused)
			fail_msg("%zu: %s", i, e.text);
		assert_int_equal(e.code, p->refused ? ERR_UNSAFE : ERR_OK);
		assert_int_equal(vault_home_warning(&sys, home, words), p->warned);
		if (p->warned)
			assert_non_null(strstr(words, "chmod g-w "));
	}
	rig_drop(home);
}

/* ---- disks ---- */

static const long types[] = { 0x6969, 0x517B, 0xFF534D42, 0xFE534D42, 0x5346414F,
	0x6B414653, 0x73757245, 0x564C, 0x00C36400, 0x01021997, 0x0BD00BD0, 0x01161970,
	0x7461636F, 0x65735546, (long)(int)0xFF534D42 };

/* On a disk of another machine a person is told, and may go on; nothing is changed before
 * that. */
static void test_a_disk_of_another_machine_is_told_of(void **state)
{
	char *home = rig_folder(), *left = NULL, none[300], words[VAULT_WARNING];
	struct vault_sys sys = vault_sys_real;
	struct err e;

	(void)state;
	sys.fs_type = odd_type;
	assert_false(vault_home_warning(NULL, home, words));
	assert_true(asprintf(&left, "%s/abcdefghijklmnopqrstuvwxyz234567.new", home) > 0);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		bool fuse = types[i] == 0x65735546;

		above.type = types[i];
		rig_write(left, (const uint8_t *)"x", 1);
		chmod(left, 0600);
		assert_true(vault_home_warning(&sys, home, words));
		assert_non_null(strstr(words, fuse ? "FUSE" : "another machine"));
		assert_true(vault_home_ready(&sys, home, &e));
		assert_int_equal(access(left, F_OK), fuse ? -1 : 0);
	}
	snprintf(none, sizeof none, "%s/not/there/yet/", home);
	assert_true(vault_home_warning(&sys, none, words));
	above.type = 0xEF53;
	assert_false(vault_home_warning(&sys, home, words));
	assert_false(vault_home_warning(&sys, none, words));
	above.type = types[0];
	vault_close(rig_create(&sys, home, "uno"));
	vault_close(rig_open(&sys, home, "uno"));
	assert_int_equal(access(left, F_OK), -1);
	free(left);
	rig_drop(home);
}

static int no_lock(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	errno = ENOLCK;
	return -1;
}

static void test_a_disk_that_keeps_no_locks_is_refused(void **state)
{
	char *home = rig_folder();
	struct vault_sys sys = vault_sys_real;
	struct vault *v;

	(void)state;
	vault_close(rig_create(NULL, home, "uno"));
	sys.lock = no_lock;
	assert_int_equal(rig_try(&v, &sys, home, "uno", false), ERR_UNSUPPORTED);
	assert_int_equal(rig_try(&v, &sys, home, "dos", true), ERR_CREATE);
	vault_close(rig_open(NULL, home, "uno"));
	rig_drop(home);
}

/* ---- names that are no rooms ---- */

static void test_folders_with_names_of_rooms(void **state)
{
	char *home = rig_folder(), path[400];
	struct vault *v;

	(void)state;
	snprintf(path, sizeof path, "%s/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", home);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(vault_home_has_any(NULL, home));
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_NOT_FOUND);
	vault_close(rig_create(NULL, home, "uno"));
	assert_int_equal(rig_try(&v, NULL, home, "wrong", false), ERR_PASSPHRASE);
	vault_close(rig_open(NULL, home, "uno"));
	assert_int_equal(rmdir(path), 0);
	rig_drop(home);
}

/* ---- what to type ---- */

static void types_as(const char *path, const char *name, const char *want)
{
	char out[128];

	io_chmod_words(out, "700", path, name);
	assert_string_equal(out, want);
}

static void test_what_to_type(void **state)
{
	char longest[200];

	(void)state;
	types_as(
	    "/home/a/.local/share/remanso", NULL, "chmod 700 /home/a/.local/share/remanso");
	types_as("/home/a/My things", NULL, "chmod 700 '/home/a/My things'");
	types_as("/home/a/$(x)", NULL, "chmod 700 '/home/a/$(x)'");
	types_as("/home/a/\xc3\xb1", NULL, "chmod 700 '/home/a/\xc3\xb1'");
	types_as("/home/it's", NULL, "chmod 700 DIR");
	types_as("-rf", NULL, "chmod 700 DIR");
	types_as("/a\033[2J/b", "b", "chmod 700 DIR/b");
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	types_as(longest, "name", "chmod 700 DIR/name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_folder_above),
		cmocka_unit_test(test_a_disk_of_another_machine_is_told_of),
		cmocka_unit_test(test_a_disk_that_keeps_no_locks_is_refused),
		cmocka_unit_test(test_folders_with_names_of_rooms),
		cmocka_unit_test(test_what_to_type),
	};

	return cmocka_run_group_tests_name("vault places", tests, rig_start, NULL);
}
