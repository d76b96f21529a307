/* Changing keys: every change is tried with the power failing at each of its steps, and
 * afterwards the old secret or the new one opens the room, with every row in it. */
#include "moments.h"

static const char fill[] =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE VIRTUAL TABLE f USING fts5(w);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)"
    "INSERT INTO t SELECT i, 'row ' || i || hex(zeroblob(300)) FROM n;"
    "INSERT INTO f VALUES('uno dos')";

static void begin(struct trial *t)
{
	struct err e;

	trial_begin(t, fill, false);
	assert_true(fold_all(t->v->pages, &e));
	rig_sql(t->v, "UPDATE t SET b = b || 'x' WHERE a < 5"); /* in the log */
}

static void check_rows(struct vault *v, int rows)
{
	rig_whole(v);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), rows);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b LIKE '%x'"), 4);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM f WHERE f MATCH 'dos'"), 1);
}

/* What a point may look like afterwards. */
enum {
	OLD_OPENS = 1,
	NEW_OPENS = 2,
	BOTH_OPEN = 4,
	GONE = 8,
};

/* One way a power failure may end; which of the above it was. */
static int check_fate(struct trial *t, struct memfs *fs, bool garble)
{
	struct vault *v = NULL, *w = NULL;
	bool by_old, by_new;

	memfs_crash(fs, garble);
	by_old = trial_opens(&v, fs, t->old);
	if (!by_old && !trial_opens(&v, fs, t->next)) {
		assert_int_equal(trial_files(fs), 0);
		return GONE;
	}
	check_rows(v, 90);
	rig_sql(v, "INSERT INTO t(b) VALUES('again')");
	vault_close(v);
	memfs_crash(fs, garble);
	by_new = trial_opens(&w, fs, t->next);
	if (!by_new)
		assert_true(trial_opens(&w, fs, t->old));
	check_rows(w, 91);
	vault_close(w);
	assert_int_equal(trial_files(fs), 2);
	return by_old && by_new ? BOTH_OPEN : by_old ? OLD_OPENS : NEW_OPENS;
}

static void check_points(struct trial *t, int allowed, int last)
{
	int seen = 0, tries = 0;

	for (size_t i = 0; i < t->n; i++) {
		for (uint64_t fate = 0; fate < 6; fate++) {
			struct memfs *fs = memfs_clone(t->point[i], 7 + i * 31 + fate);
			int was = check_fate(t, fs, fate % 2);

			memfs_free(fs);
			if (!(was & (i + 1 == t->n ? last : allowed)))
				fail_msg("point %zu of %zu: %d", i, t->n, was);
			seen |= was;
			tries++;
		}
	}
	print_message("%zu steps, %d power failures, seen %d\n", t->n, tries, seen);
	assert_int_equal(seen, seen | last);
}

static void test_set_passphrase(void **state)
{
	struct trial t;
	struct err e;

	(void)state;
	begin(&t);
	trial_watch(&t);
	assert_true(vault_set_passphrase(t.v, t.next, &e));
	trial_unwatch(&t);
	vault_drop_keys(t.v);
	vault_close(t.v);
	check_points(&t, OLD_OPENS | NEW_OPENS, NEW_OPENS);
	trial_end(&t);
}

static void test_add_passphrase(void **state)
{
	struct trial t;
	struct err e;

	(void)state;
	begin(&t);
	trial_watch(&t);
	assert_true(vault_add_passphrase(t.v, t.next, &e));
	trial_unwatch(&t);
	vault_drop_keys(t.v);
	vault_close(t.v);
	check_points(&t, OLD_OPENS | BOTH_OPEN, BOTH_OPEN);
	trial_end(&t);
}

static void test_remove_slot(void **state)
{
	enum slot_kind kind[VAULT_SLOTS];
	struct trial t;
	struct err e;

	(void)state;
	begin(&t);
	assert_false(vault_remove_slot(t.v, 0, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_true(vault_add_passphrase(t.v, t.next, &e));
	assert_int_equal(vault_slots(t.v, kind), 2);
	assert_int_equal(kind[0], SLOT_PASSPHRASE);
	assert_int_equal(kind[1], SLOT_PASSPHRASE);
	assert_int_equal(kind[2], SLOT_FREE);
	assert_false(vault_remove_slot(t.v, 2, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_false(vault_remove_slot(t.v, 8, &e));
	assert_false(vault_remove_slot(t.v, -1, &e));
	trial_watch(&t);
	assert_true(vault_remove_slot(t.v, 0, &e));
	trial_unwatch(&t);
	assert_int_equal(vault_slots(t.v, kind), 1);
	vault_drop_keys(t.v);
	vault_close(t.v);
	check_points(&t, BOTH_OPEN | NEW_OPENS, NEW_OPENS);
	trial_end(&t);
}

static void test_rotate(void **state)
{
	struct trial t;
	struct err e;

	(void)state;
	begin(&t);
	trial_watch(&t);
	if (!vault_rotate(t.v, t.next, &e))
		fail_msg("%s", e.text);
	trial_unwatch(&t);
	assert_false(vault_rotate(t.v, t.next, &e)); /* it is dead */
	vault_close(t.v);
	check_points(&t, OLD_OPENS | NEW_OPENS, NEW_OPENS);
	trial_end(&t);
}

static void test_delete(void **state)
{
	struct trial t;
	struct err e;

	(void)state;
	begin(&t);
	trial_watch(&t);
	assert_true(vault_delete(t.v, &e));
	trial_unwatch(&t);
	assert_false(vault_delete(t.v, &e));
	vault_close(t.v);
	check_points(&t, OLD_OPENS | GONE, GONE);
	trial_end(&t);
}

/* ---- what fails leaves everything as it was ---- */

/* Each call of a change fails, once and from then on; then the room is as it was or as it was
 * to be, and `done` says which was told. */
static void fail_each(bool (*change)(struct trial *t), int when_told, int when_not)
{
	bool told = false;

	for (long n = 0; !told; n++) {
		struct trial t;
		struct memfs *fs;
		int was;

		begin(&t);
		mem_arm(t.fs, n % 3 ? MEM_EIO : MEM_ENOSPC, n, n % 2);
		told = change(&t);
		if (!told && t.fs->faults == 0)
			fail_msg("it failed by itself");
		told = told && t.fs->faults == 0;
		t.fs->fault = MEM_NONE;
		vault_drop_keys(t.v);
		vault_close(t.v);
		fs = memfs_clone(t.fs, (uint64_t)n);
		was = check_fate(&t, fs, false);
		if (!(was & (told ? when_told : when_told | when_not)))
			fail_msg("call %ld: %d", n, was);
		memfs_free(fs);
		trial_end(&t);
		assert_true(n < 2000);
	}
}

static bool do_rotate(struct trial *t)
{
	struct err e = { 0 };
	bool ok = vault_rotate(t->v, t->next, &e);

	assert_true(ok || e.text[0]);
	/* Told that it failed, the room goes on. */
	t->fs->fault = MEM_NONE;
	if (!ok)
		check_rows(t->v, 90);
	return ok;
}

static bool do_remove(struct trial *t)
{
	struct err e = { 0 };
	bool ok;

	enum mem_fault fault = t->fs->fault;

	t->fs->fault = MEM_NONE;
	assert_true(vault_add_passphrase(t->v, t->next, &e));
	t->fs->fault = fault;
	t->fs->calls = 0;
	ok = vault_remove_slot(t->v, 0, &e);
	t->fs->fault = MEM_NONE;
	check_rows(t->v, 90);
	return ok;
}

static bool do_delete(struct trial *t)
{
	struct err e = { 0 };
	bool ok = vault_delete(t->v, &e);

	t->fs->fault = MEM_NONE;
	if (!ok)
		check_rows(t->v, 90);
	return ok;
}

static void test_failing_rotation(void **state)
{
	(void)state;
	fail_each(do_rotate, NEW_OPENS, OLD_OPENS);
}

static void test_failing_removal(void **state)
{
	(void)state;
	fail_each(do_remove, NEW_OPENS, BOTH_OPEN);
}

static void test_failing_deletion(void **state)
{
	(void)state;
	fail_each(do_delete, GONE, OLD_OPENS);
}

/* A call fails, and the power fails while the old header is put back: one secret opens. */
static void test_one_header_is_whole_while_the_old_one_is_put_back(void **state)
{
	int tries = 0;
	bool told = false;

	(void)state;
	for (long n = 0; !told; n++) {
		struct trial t;
		struct err e;

		trial_begin(&t, "CREATE TABLE t(x)", false);
		mem_arm(t.fs, MEM_EIO, n, false);
		trial_watch(&t);
		told = vault_set_passphrase(t.v, t.next, &e) && t.fs->faults == 0;
		t.fs->fault = MEM_NONE;
		trial_unwatch(&t);
		vault_drop_keys(t.v);
		vault_close(t.v);
		for (size_t i = 0; i < t.n * 40; i++) {
			struct memfs *fs = memfs_clone(t.point[i / 40], 7 + i);
			struct vault *v = NULL;

			memfs_crash(fs, true);
			if (!trial_opens(&v, fs, t.old) && !trial_opens(&v, fs, t.next))
				fail_msg(
				    "call %ld, point %zu: nothing opens it", n, i / 40);
			vault_close(v);
			memfs_free(fs);
			tries++;
		}
		trial_end(&t);
		assert_true(n < 100);
	}
	print_message("%d power failures\n", tries);
	assert_true(tries > 1000);
}

/* ---- on a real disk ---- */

static bool code_opens(const char *home, const struct secret *code)
{
	struct vault *v = NULL;
	struct err e = { 0 };
	bool ok = vault_open_recovery(&v, NULL, home, code, &e);

	if (!ok)
		assert_int_equal(e.code, ERR_PASSPHRASE);
	vault_close(v);
	return ok;
}

/* A lost passphrase: the code opens, a new passphrase is set, all keys are changed, and only
 * what was made afterwards opens. */
static void test_lost_passphrase(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "lost"), *w = NULL;
	struct secret *code = NULL, *later = NULL;
	struct vault_key *key;
	struct err e;
	uint8_t id[FMT_ID];

	(void)state;
	vault_close(rig_create(NULL, home, "another room"));
	rig_sql(v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	memcpy(id, v->keys->id, sizeof id);
	assert_true(vault_new_recovery(v, &code, &e));
	vault_close(v);
	assert_true(vault_open_recovery(&v, NULL, home, code, &e));
	key = rig_key(NULL, home, "another room");
	assert_false(vault_set_passphrase(v, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_false(vault_rotate(v, key, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	vault_key_free(key);
	key = rig_key(NULL, home, "found");
	assert_true(vault_set_passphrase(v, key, &e));
	assert_int_equal(rig_try(&w, NULL, home, "lost", false), ERR_PASSPHRASE);
	rig_sql(v, "BEGIN; INSERT INTO t VALUES(8)");
	rig_sql(v, "COMMIT");
	assert_true(vault_rotate(v, key, &e));
	vault_key_free(key);
	vault_close(v);
	assert_false(code_opens(home, code));
	v = rig_open(NULL, home, "found");
	assert_memory_not_equal(id, v->keys->id, sizeof id);
	assert_int_equal(rig_int(v, "SELECT sum(x) FROM t"), 15);
	assert_false(vault_has_recovery(v));
	assert_true(vault_new_recovery(v, &later, &e));
	rig_whole(v);
	vault_close(v);
	assert_false(code_opens(home, code));
	assert_true(code_opens(home, later));
	vault_close(rig_open(NULL, home, "another room"));
	secret_free(code);
	secret_free(later);
	rig_drop(home);
}

/* Somebody waits for the lock of a file that is replaced meanwhile. */
static void test_the_file_that_was(void **state)
{
	char *home = rig_folder(), *path;
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct err e;
	int fd;

	(void)state;
	path = rig_file(home, false);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(home_still(&vault_sys_real, home, v->name, fd));
	assert_true(vault_rotate(v, key, &e));
	assert_false(home_still(&vault_sys_real, home, v->name, fd));
	close(fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(home_still(&vault_sys_real, home, v->name, fd));
	close(fd);
	vault_close(v);
	v = rig_open(NULL, home, "uno");
	assert_true(vault_delete(v, &e));
	vault_close(v);
	assert_int_equal(rig_try(&v, NULL, home, "uno", false), ERR_NOT_FOUND);
	assert_false(vault_home_has_any(NULL, home));
	vault_key_free(key);
	free(path);
	assert_int_equal(rmdir(home), 0); /* nothing is left */
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_passphrase),
		cmocka_unit_test(test_add_passphrase),
		cmocka_unit_test(test_remove_slot),
		cmocka_unit_test(test_rotate),
		cmocka_unit_test(test_delete),
		cmocka_unit_test(test_failing_rotation),
		cmocka_unit_test(test_failing_removal),
		cmocka_unit_test(test_failing_deletion),
		cmocka_unit_test(test_one_header_is_whole_while_the_old_one_is_put_back),
		cmocka_unit_test(test_lost_passphrase),
		cmocka_unit_test(test_the_file_that_was),
	};

	return cmocka_run_group_tests_name("vault keys", tests, rig_start, NULL);
}
