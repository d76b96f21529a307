/* The folder that rooms lie in: above it, in it, and what is swept out of it. */
#include "oddcalls.h"
#include "room.h"

#include "vault/io.h"

/* ---- the folder ---- */

static void test_folder_under_one_that_all_can_write(void **state)
{
	char *above = rig_folder(), *home = NULL;
	struct vault *v;

	(void)state;
	assert_true(asprintf(&home, "%s/rooms", above) > 0);
	vault_close(rig_create(NULL, home, "uno"));
	/* As /tmp is: all can write, and nobody can rename what is another's. */
	chmod(above, 01777);
	v = rig_open(NULL, home, "uno");
	vault_close(v);
	chmod(above, 0777);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_UNSAFE);
	chmod(above, 0700);
	vault_close(rig_open(NULL, home, "uno"));
	rig_drop(home);
	rig_drop(above);
}

static void test_slashes_and_nothing_else(void **state)
{
	struct memfs *m = memfs_new(16);
	struct err e = { 0 };

	(void)state;
	assert_false(home_check(&m->sys, "//", &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	memfs_free(m);
}

static void test_refusals_nobody_asked_about(void **state)
{
	struct vault *v = NULL;
	struct memfs *m = room_with_table(&v);
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	struct secret *pass = rig_secret("dos");

	(void)state;
	vault_close(v);
	assert_true(vault_home_ready(&m->sys, HOME, NULL));
	m->sys.list = odd_no_list;
	assert_true(vault_home_ready(&m->sys, HOME, NULL));
	assert_null(vault_derive(&m->sys, HOME, pass, NULL));
	m->sys.list = mem_list;
	m->sys.open = odd_open;
	odd.err = EACCES;
	odd.path = HOME;
	assert_false(vault_home_ready(&m->sys, HOME, NULL));
	assert_false(vault_create(&v, &m->sys, HOME, key, NULL));
	assert_false(vault_open(&v, &m->sys, HOME, key, NULL));
	odd.err = 0;
	assert_true(vault_create(&v, &m->sys, HOME, key, NULL));
	vault_close(v);
	/* Only the files are refused; then only the log. */
	m->sys.fstat = odd_fstat;
	odd.mode = 0022;
	assert_false(vault_open(&v, &m->sys, HOME, key, NULL));
	odd.mode = 0;
	odd.err = EACCES;
	odd.path = "-log";
	assert_false(vault_open(&v, &m->sys, HOME, key, NULL));
	odd.err = 0;
	assert_true(vault_open(&v, &m->sys, HOME, key, NULL));
	vault_close(v);
	vault_key_free(key);
	secret_free(pass);
	memfs_free(m);
}

static void test_long_names_of_other_letters(void **state)
{
	char *home = rig_folder(), path[300];

	(void)state;
	snprintf(path, sizeof path, "%s/%s", home, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
	rig_write(path, (const uint8_t *)"x", 1);
	assert_false(vault_home_has_any(NULL, home));
	rig_drop(home);
}

/* ---- sweeping ---- */

static int odd_unlink(void *ctx, const char *path)
{
	if (odd.err && ends_with(path, odd.path)) {
		errno = odd.err;
		return -1;
	}
	return mem_unlink(ctx, path);
}

static unsigned files_in(struct memfs *m, const char *dir)
{
	unsigned n = 0;

	for (int i = 0; i < MEM_FILES; i++)
		n += m->file[i].here && !m->file[i].folder &&
		     strncmp(m->file[i].path, dir, strlen(dir)) == 0;
	return n;
}

/* Copies of a deleted room go with it.  They stay where nobody can say whether it is that room
 * that is there under another name, or whose files cannot be looked at. */
static void test_copies_stay_while_nobody_knows(void **state)
{
	static const char gone[] = HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.gone";

	(void)state;
	for (int odds = 0; odds < 3; odds++) {
		struct vault *v;
		struct memfs *m = room_with_table(&v);
		struct mem_file *f = main_in(m, HOME);

		vault_close(v);
		mem_put(mem_new(m, gone, false), false, f->now, f->size, 0);
		/* The copy that was set aside. */
		mem_put(mem_new(m, HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.old", false),
		    false, f->now, f->size, 0);
		m->sys.open = odd_open;
		if (odds < 2) {
			/* The room itself, which lives, or one that cannot be read. */
			odd.err = odds == 1 ? EACCES : 0;
			odd.path = strrchr(f->path, '/');
		} else {
			f->here = false;
		}
		home_sweep(&m->sys, HOME);
		odd.err = 0;
		/* The note stays as well where there may be something left to do. */
		assert_true((mem_find(m, gone) != NULL) == (odds == 1));
		home_sweep(&m->sys, HOME);
		assert_null(mem_find(m, gone));
		if (odds < 2)
			assert_non_null(
			    mem_find(m, HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.old"));
		else
			assert_null(
			    mem_find(m, HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.old"));
		memfs_free(m);
	}
}

/* The name under which a deleted room is found goes last: while its log cannot be removed, it
 * stays, and the next sweep tries again. */
static void test_log_of_a_deleted_room_that_cannot_be_removed(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);
	struct err e;

	(void)state;
	m->sys.unlink = odd_unlink;
	odd.err = EIO;
	odd.path = "-log";
	assert_true(vault_delete(v, &e));
	vault_close(v);
	assert_false(vault_home_has_any(&m->sys, HOME));
	assert_int_equal(files_in(m, HOME), 2);
	home_sweep(&m->sys, HOME);
	assert_int_equal(files_in(m, HOME), 2);
	odd.err = 0;
	home_sweep(&m->sys, HOME);
	assert_int_equal(files_in(m, HOME), 0);
	memfs_free(m);
}

static void test_deleting_a_room_without_a_log(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_table(&v);
	struct err e;

	(void)state;
	for (int i = 0; i < MEM_FILES; i++) {
		if (ends_with(m->file[i].path, "-log"))
			m->file[i].here = false;
	}
	assert_true(vault_delete(v, &e));
	vault_close(v);
	assert_int_equal(files_in(m, HOME), 0);
	memfs_free(m);
}

static const char half[] = HOME "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.new";

static void test_sweeping_leaves_what_others_make(void **state)
{
	struct memfs *m = memfs_new(16);
	struct err e;
	int fd;

	(void)state;
	mem_new(m, HOME, true);
	fd = vault_make_file(&m->sys, half, 20000, &e);
	assert_true(fd >= 0);
	home_sweep(&m->sys, HOME);
	assert_int_equal(files_in(m, HOME), 1);
	io_close(&m->sys, fd);
	/* Nor what cannot be opened. */
	m->sys.open = odd_open;
	odd.err = EACCES;
	odd.path = ".new";
	home_sweep(&m->sys, HOME);
	assert_int_equal(files_in(m, HOME), 1);
	odd.err = 0;
	home_sweep(&m->sys, HOME);
	assert_int_equal(files_in(m, HOME), 0);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_folder_under_one_that_all_can_write, odd_start),
		cmocka_unit_test_setup(test_slashes_and_nothing_else, odd_start),
		cmocka_unit_test_setup(test_refusals_nobody_asked_about, odd_start),
		cmocka_unit_test_setup(test_long_names_of_other_letters, odd_start),
		cmocka_unit_test_setup(test_copies_stay_while_nobody_knows, odd_start),
		cmocka_unit_test_setup(
		    test_log_of_a_deleted_room_that_cannot_be_removed, odd_start),
		cmocka_unit_test_setup(test_deleting_a_room_without_a_log, odd_start),
		cmocka_unit_test_setup(test_sweeping_leaves_what_others_make, odd_start),
	};

	return cmocka_run_group_tests_name("vault homes", tests, rig_start, NULL);
}
