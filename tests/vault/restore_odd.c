/* Restores that meet other rooms, other names and odd folders: what is in the way is set
 * aside, what was set aside comes back, and what cannot be done is said. */
#include "memfs.h"

#include <signal.h>
#include <sys/wait.h>
#include <utime.h>

#include "vault/home.h"

struct place {
	char *home, *away;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	p->home = rig_folder();
	p->away = rig_folder();
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

static void add(struct vault *v, int n)
{
	char sql[80];

	snprintf(sql, sizeof sql, "INSERT INTO t VALUES(%d)", n);
	rig_sql(v, sql);
}

/* A room with 1 in it, its backup, and 2 since then. */
static void backed_up(const struct place *p)
{
	struct vault *v = rig_create(NULL, p->home, "uno");
	struct err e;

	rig_sql(v, "CREATE TABLE t(x)");
	add(v, 1);
	assert_true(vault_backup(v, p->away, &e));
	add(v, 2);
	vault_close(v);
}

static int64_t sum(const char *home, const char *words)
{
	struct vault *v = rig_open(NULL, home, words);
	int64_t n = rig_int(v, "SELECT sum(x) FROM t");

	rig_whole(v);
	vault_close(v);
	return n;
}

static void restore(const struct place *p, const char *words, struct vault_restored *r)
{
	struct secret *pass = words ? rig_secret(words) : NULL;
	struct err e = { 0 };

	if (!vault_restore_all(NULL, p->home, p->away, pass, r, &e))
		fail_msg("restore: %s", e.text);
	secret_free(pass);
}

static enum err_code bring_kept(const struct place *p, unsigned number, const char *words)
{
	struct secret *pass = rig_secret(words);
	struct vault_restored r;
	struct err e = { 0 };
	bool ok = vault_restore_kept(NULL, p->home, number, pass, &r, &e);

	secret_free(pass);
	assert_int_equal(ok, e.text[0] == '\0');
	return ok ? ERR_OK : e.code;
}

static unsigned kept(const struct place *p)
{
	return vault_kept(NULL, p->home, NULL, NULL);
}

static void test_set_aside_comes_back(void **state)
{
	const struct place *p = *state;
	struct vault_restored r;

	backed_up(p);
	restore(p, "uno", &r);
	assert_int_equal(r.rooms + r.checked + r.aside, 3);
	assert_non_null(strstr(r.note, ".old"));
	assert_int_equal(sum(p->home, "uno"), 1);
	assert_int_equal(kept(p), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bring_kept(p, 1, "uno"), ERR_OK);
		assert_int_equal(sum(p->home, "uno"), i % 2 ? 1 : 3);
		assert_int_equal(kept(p), 1);
	}
	assert_int_equal(bring_kept(p, 2, "uno"), ERR_NOT_FOUND);
	assert_int_equal(bring_kept(p, 0, "uno"), ERR_NOT_FOUND);
	assert_int_equal(bring_kept(p, 1, "dos"), ERR_PASSPHRASE);
	assert_int_equal(sum(p->home, "uno"), 3);
	/* All there is was set aside, and its log is gone. */
	assert_true(home_drop_kept(&vault_sys_real, p->home, NULL));
	assert_int_equal(kept(p), 0);
	assert_int_equal(sum(p->home, "uno"), 3);
}

static void test_the_same_again_is_nothing_to_do(void **state)
{
	const struct place *p = *state;
	struct vault_restored r;
	struct err e;

	backed_up(p);
	restore(p, NULL, &r);
	assert_int_equal(r.aside, 1);
	restore(p, "uno", &r);
	assert_int_equal(r.rooms, 0);
	assert_int_equal(r.same, 1);
	assert_int_equal(r.checked, 1);
	assert_int_equal(kept(p), 1);
	assert_int_equal(bring_kept(p, 1, "uno"), ERR_OK);
	assert_int_equal(sum(p->home, "uno"), 3);
	/* A home is no place for its own backup. */
	assert_true(vault_restore(NULL, p->home, p->home, NULL, &e));
	assert_int_equal(sum(p->home, "uno"), 3);
}

struct kept_list {
	char file[4][64];
	int64_t when[4];
	unsigned n;
};

static void take(void *arg, unsigned number, int64_t when, const char *file)
{
	struct kept_list *l = arg;

	assert_int_equal(number, l->n + 1);
	assert_true(l->n < 4);
	l->when[l->n] = when;
	snprintf(l->file[l->n++], 64, "%s", file);
}

static void age(const struct place *p, const char *file, time_t when)
{
	char path[300];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%.*s%s", p->home, i ? 32 : 64, file,
		    i ? "-log" : "");
		assert_int_equal(utime(path, &(struct utimbuf){ when, when }), 0);
	}
}

static void test_several_set_aside_are_numbered_by_time(void **state)
{
	const struct place *p = *state;
	struct kept_list l = { 0 };
	struct vault_restored r;
	struct vault *v;

	backed_up(p);
	restore(p, NULL, &r);
	age(p, r.note, 3000);
	v = rig_open(NULL, p->home, "uno");
	add(v, 10);
	vault_close(v);
	restore(p, NULL, &r);
	age(p, r.note, 2000);
	assert_int_equal(vault_kept(NULL, p->home, take, &l), 2);
	assert_int_equal(l.when[0], 3000);
	assert_int_equal(l.when[1], 2000);
	assert_string_equal(l.file[1], r.note);
	assert_int_equal(bring_kept(p, 2, "uno"), ERR_OK);
	assert_int_equal(sum(p->home, "uno"), 11);
	assert_int_equal(kept(p), 2);
}

/* All keys were changed since the backup: another id, the same passphrase. */
static void test_backup_from_before_all_keys_changed(void **state)
{
	const struct place *p = *state;
	struct vault_key *key;
	struct vault_restored r;
	struct vault *v;
	struct err e;

	backed_up(p);
	for (int i = 0; i < 2; i++) {
		v = rig_open(NULL, p->home, "uno");
		key = rig_key(NULL, p->home, "uno");
		add(v, 10);
		assert_true(vault_rotate(v, key, &e));
		vault_key_free(key);
		vault_close(v);
		/* The second time neither the name nor the id tells. */
		restore(p, i ? "uno" : NULL, &r);
		assert_int_equal(r.aside, 1);
		assert_int_equal(sum(p->home, "uno"), 1);
	}
}

/* One passphrase, one room: the other one would be hidden. */
static void test_twin_under_the_same_passphrase_is_set_aside(void **state)
{
	const struct place *p = *state;
	struct place other = { rig_folder(), p->away };
	struct vault_restored r;
	struct vault *v;

	backed_up(p);
	v = rig_create(NULL, other.home, "uno");
	rig_sql(v, "CREATE TABLE t(x)");
	add(v, 100);
	vault_close(v);
	v = rig_create(NULL, other.home, "dos");
	vault_close(v);
	restore(&other, "uno", &r);
	assert_int_equal(r.aside, 1);
	assert_int_equal(sum(other.home, "uno"), 1);
	v = rig_open(NULL, other.home, "dos");
	vault_close(v);
	assert_int_equal(bring_kept(&other, 1, "uno"), ERR_OK);
	assert_int_equal(sum(other.home, "uno"), 100);
	/* Restored without the passphrase, the same again with it mends it. */
	assert_true(home_drop_kept(&vault_sys_real, other.home, NULL));
	restore(&other, NULL, &r);
	assert_int_equal(r.aside, 0);
	restore(&other, "uno", &r);
	assert_int_equal(r.aside, 1);
	assert_int_equal(sum(other.home, "uno"), 1);
	rig_drop(other.home);
}

static void test_open_room_is_not_replaced(void **state)
{
	const struct place *p = *state;
	struct vault_restored r;
	struct vault *v;
	struct err e;
	int status, ready[2];
	char c = 0;
	pid_t child;

	backed_up(p);
	v = rig_open(NULL, p->home, "uno");
	assert_false(vault_restore(NULL, p->home, p->away, NULL, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(err_status(e.code), 75);
	/* It goes on, and can be copied while it is open. */
	add(v, 4);
	vault_close(v);
	assert_int_equal(sum(p->home, "uno"), 7);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		v = rig_open(NULL, p->home, "uno");
		(void)!write(ready[1], &c, 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_false(vault_restore_all(NULL, p->home, p->away, NULL, &r, &e));
	assert_int_equal(e.code, ERR_BUSY);
	/* Out of a folder whose room is open: what was stored comes. */
	struct place from = { rig_folder(), p->home };
	restore(&from, "uno", &r);
	assert_int_equal(r.checked, 1);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(sum(from.home, "uno"), 7);
	rig_drop(from.home);
	restore(p, NULL, &r);
	assert_int_equal(sum(p->home, "uno"), 1);
}

static void test_many_old_names_are_taken(void **state)
{
	const struct place *p = *state;
	char *main, *path = NULL;
	struct vault_restored r;
	struct err e;

	backed_up(p);
	main = rig_file(p->home, false);
	for (int i = 1; i < 1000; i++) {
		char end[16] = "";

		if (i > 1)
			snprintf(end, sizeof end, "%d", i);
		assert_true(asprintf(&path, "%s.old%s", main, end) > 0);
		rig_write(path, (const uint8_t *)"x", 1);
		free(path);
	}
	assert_false(vault_restore_all(NULL, p->home, p->away, NULL, &r, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_int_equal(sum(p->home, "uno"), 3);
	assert_int_equal(kept(p), 0); /* files of somebody's own */
	assert_true(asprintf(&path, "%s.old7", main) > 0);
	unlink(path);
	free(path);
	restore(p, NULL, &r);
	assert_non_null(strstr(r.note, ".old7"));
	assert_int_equal(sum(p->home, "uno"), 1);
	free(main);
}

static void test_what_is_no_room(void **state)
{
	const struct place *p = *state;
	char *main, *copy, *path = NULL;
	struct vault *v;
	struct err e;

	backed_up(p);
	/* A link in the place of the room: it is not what is restored over. */
	main = rig_file(p->home, false);
	unlink(main);
	assert_int_equal(symlink("/dev/null", main), 0);
	assert_false(vault_restore(NULL, p->home, p->away, NULL, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	unlink(main);
	/* A link in the place of the backup's log. */
	copy = rig_file(p->away, true);
	assert_true(asprintf(&path, "%s.other", copy) > 0);
	assert_int_equal(rename(copy, path), 0);
	assert_int_equal(symlink(path, copy), 0);
	assert_false(vault_restore(NULL, p->home, p->away, NULL, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	assert_false(vault_home_has_any(NULL, p->home));
	/* No log at all: everything was folded. */
	unlink(copy);
	assert_true(vault_restore(NULL, p->home, p->away, NULL, &e));
	v = rig_open(NULL, p->home, "uno");
	vault_close(v);
	free(copy);
	/* A folder in the place of the backup's file. */
	copy = rig_file(p->away, false);
	unlink(copy);
	assert_int_equal(mkdir(copy, 0700), 0);
	assert_false(vault_restore(NULL, p->home, p->away, NULL, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	rmdir(copy);
	free(copy);
	free(main);
	free(path);
}

static void test_two_copies_of_one_room_in_a_folder(void **state)
{
	const struct place *p = *state;
	struct vault_restored r;
	struct vault *v;
	struct err e;
	char *main, *other;
	size_t n;
	uint8_t *bytes;

	backed_up(p);
	/* Under its new name it is the same room still. */
	restore(p, NULL, &r);
	v = rig_open(NULL, p->home, "uno");
	assert_false(vault_backup(v, p->away, &e));
	assert_int_equal(e.code, ERR_CREATE);
	add(v, 4);
	vault_close(v);
	main = rig_file(p->away, false);
	bytes = rig_read(main, &n);
	other = strdup(main);
	other[strlen(other) - 1] = other[strlen(other) - 1] == 'a' ? 'b' : 'a';
	rig_write(other, bytes, n);
	assert_false(vault_restore(NULL, p->home, p->away, NULL, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_int_equal(sum(p->home, "uno"), 5);
	unlink(other);
	/* The log alone, of a copy that was cut off. */
	unlink(main);
	v = rig_open(NULL, p->home, "uno");
	assert_true(vault_backup(v, p->away, &e));
	vault_close(v);
	free(bytes);
	free(other);
	free(main);
}

/* A folder with a backup from before and one from after all keys were changed: both came, and
 * chance decided which one the passphrase opened. */
static void test_two_that_one_passphrase_opens_do_not_come_together(void **state)
{
	const struct place *p = *state;
	struct secret *pass = rig_secret("uno");
	struct place other = { rig_folder(), p->away };
	struct vault_restored r;
	struct vault_key *key;
	struct vault *v;
	struct err e;

	backed_up(p);
	restore(p, "uno", &r); /* under a name of its own */
	v = rig_open(NULL, p->home, "uno");
	key = rig_key(NULL, p->home, "uno");
	assert_true(vault_rotate(v, key, &e));
	vault_key_free(key);
	vault_close(v);
	v = rig_open(NULL, p->home, "uno");
	add(v, 10);
	assert_true(vault_backup(v, p->away, &e));
	vault_close(v);
	assert_false(vault_restore_all(NULL, other.home, other.away, pass, &r, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_false(vault_home_has_any(NULL, other.home));
	/* Also where one of them is here already. */
	assert_false(vault_restore_all(NULL, p->home, p->away, pass, &r, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_int_equal(sum(p->home, "uno"), 11);
	secret_free(pass);
	rig_drop(other.home);
}

/* ---- a new folder ---- */

static int (*true_open)(void *ctx, const char *path, int flags, mode_t mode);
static int (*true_sync)(void *ctx, int fd);
static int above = -1, synced;

static int open_above(void *ctx, const char *path, int flags, mode_t mode)
{
	int fd = true_open(ctx, path, flags, mode);

	if (strcmp(path, "/b/..") == 0)
		above = fd;
	return fd;
}

static int sync_above(void *ctx, int fd)
{
	synced += fd == above;
	return true_sync(ctx, fd);
}

static void test_new_folder_is_stored_in_the_one_above(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, "/h", "uno");
	struct err e;

	(void)state;
	true_open = m->sys.open;
	true_sync = m->sys.fsync;
	m->sys.open = open_above;
	m->sys.fsync = sync_above;
	assert_true(vault_backup(v, "/b", &e));
	assert_true(synced > 0);
	vault_close(v);
	memfs_free(m);
}

#define ON_DISK(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_DISK(test_set_aside_comes_back),
		ON_DISK(test_the_same_again_is_nothing_to_do),
		ON_DISK(test_several_set_aside_are_numbered_by_time),
		ON_DISK(test_backup_from_before_all_keys_changed),
		ON_DISK(test_twin_under_the_same_passphrase_is_set_aside),
		ON_DISK(test_open_room_is_not_replaced),
		ON_DISK(test_many_old_names_are_taken),
		ON_DISK(test_what_is_no_room),
		ON_DISK(test_two_copies_of_one_room_in_a_folder),
		ON_DISK(test_two_that_one_passphrase_opens_do_not_come_together),
		cmocka_unit_test(test_new_folder_is_stored_in_the_one_above),
	};

	return cmocka_run_group_tests_name("vault restore, odd", tests, rig_start, NULL);
}
