/* Copies that leave and come back: whatever is cut off, fails, or is damaged, the home has a
 * room afterwards, and what was there before can be had again. */
#include "room.h"

#define THEN 3 /* rows in the backup */
#define NOW 7  /* rows in the room that has gone on since */

static const struct mem_fate stored = { .style = MEM_ALL_STORED };

/* The process is gone, the machine is not. */
static void kill_process(struct memfs *m)
{
	memset(m->fd, 0, sizeof m->fd);
	memset(m->locked, 0, sizeof m->locked);
	m->dead = false;
	m->die_in = 0;
}

static void add_rows(struct vault *v, int n)
{
	while (n-- > 0)
		rig_sql(v, "INSERT INTO t(b) VALUES(randomblob(3000))");
}

/* A room with NOW rows, and its backup with THEN in /b. */
static struct memfs *backed_up(void)
{
	struct memfs *m = memfs_new(24);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct err e;

	mem_new(m, "/c/..", true);
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	add_rows(v, THEN);
	assert_true(vault_backup(v, "/b", &e));
	add_rows(v, NOW - THEN);
	vault_drop_keys(v); /* the last ones are in the log alone */
	vault_close(v);
	return m;
}

/* Whichever of the two is there, the other can be brought: from the backup, or from what was
 * set aside. */
static void both_can_be_had(struct memfs *m, const char *when, long at)
{
	struct secret *pass = rig_secret("uno");
	struct vault_restored r;
	struct err e;
	bool then = false, now = false;

	for (unsigned i = 0; i < 6 && !(then && now); i++) {
		unsigned kept = vault_kept(&m->sys, HOME, NULL, NULL);
		int64_t n = room_rows(m, HOME);

		then = then || n == THEN;
		now = now || n == NOW;
		if (n != THEN && n != NOW)
			fail_msg("%s %ld: %d rows", when, at, (int)n);
		if (kept > 0
			? !vault_restore_kept(&m->sys, HOME, 1 + i % kept, pass, &r, &e)
			: !vault_restore_all(&m->sys, HOME, "/b", pass, &r, &e))
			fail_msg("%s %ld: %s", when, at, e.text);
	}
	if (!then || !now)
		fail_msg("%s %ld: one of the two is gone", when, at);
	secret_free(pass);
}

/* ---- cut off ---- */

static void test_restore_cut_off_anywhere_leaves_a_room(void **state)
{
	struct memfs *base = backed_up(), *m = memfs_new(24);
	uint64_t seed = 1;
	struct err e;
	bool died = true;
	long at;

	(void)state;
	for (at = 1; died; at++) {
		memfs_fail_copy(m, base, stored, &seed);
		m->die_in = at;
		(void)!vault_restore(&m->sys, HOME, "/b", NULL, &e);
		died = m->dead;
		kill_process(m);
		both_can_be_had(m, "killed at change", at);
	}
	assert_true(at > 15);
	memfs_free(m);
	memfs_free(base);
}

static void test_half_a_backup_does_not_block_the_next(void **state)
{
	struct memfs *m;
	struct err e;
	bool died = true;

	(void)state;
	for (long at = 1; died; at++) {
		struct vault *v;

		m = memfs_new(24);
		mem_new(m, "/c/..", true);
		v = rig_create(&m->sys, HOME, "uno");
		rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
		add_rows(v, THEN);
		m->die_in = at;
		(void)!vault_backup(v, "/b", &e);
		died = m->dead;
		vault_drop_keys(v); /* nothing more is written */
		vault_close(v);
		kill_process(m);
		v = rig_open(&m->sys, HOME, "uno");
		/* Only where the copy is whole it may be refused. */
		if (!vault_backup(v, "/b", &e))
			assert_int_equal(e.code, ERR_CREATE);
		vault_close(v);
		if (!vault_restore(&m->sys, "/c", "/b", NULL, &e))
			fail_msg("change %ld: %s", at, e.text);
		assert_int_equal(room_rows(m, "/c"), THEN);
		memfs_free(m);
	}
}

static void other_window(void *arg)
{
	struct memfs *m = arg;
	struct vault_key *key;
	struct vault *v;
	struct err e;

	m->before = NULL;
	key = rig_key(&m->sys, HOME, "uno");
	if (vault_open(&v, &m->sys, HOME, key, &e))
		fail_msg("a room that is being replaced was opened");
	assert_int_equal(e.code, ERR_BUSY);
	vault_key_free(key);
	m->before = other_window;
}

static void test_another_window_does_not_take_the_files_away(void **state)
{
	struct memfs *m = backed_up();
	struct err e = { 0 };

	(void)state;
	m->before = other_window;
	m->arg = m;
	if (!vault_restore(&m->sys, HOME, "/b", NULL, &e))
		fail_msg("%s", e.text);
	m->before = NULL;
	assert_int_equal(room_rows(m, HOME), THEN);
	both_can_be_had(m, "two windows", 0);
	memfs_free(m);
}

/* ---- failing ---- */

static void fail_over(struct memfs *base, enum mem_fault fault, bool sticky, long by)
{
	struct memfs *m = memfs_new(24);
	struct secret *pass = rig_secret("uno");
	uint64_t seed = 1;
	bool met = true;

	for (long at = 0; met; at += by) {
		struct vault_restored r;
		struct err e = { 0 };
		bool ok;

		memfs_fail_copy(m, base, stored, &seed);
		mem_arm(m, fault, at, sticky);
		ok = vault_restore_all(&m->sys, HOME, "/b", at % 2 ? pass : NULL, &r, &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		if (!ok && !met)
			fail_msg("restore: %s", e.text);
		if (!ok && (e.text[0] == '\0' || e.code == ERR_DAMAGED))
			fail_msg("call %ld: %s", at, e.text);
		if (!ok && fault == MEM_SHORT)
			fail_msg("half a transfer: %s", e.text);
		if (!ok && !sticky && room_rows(m, HOME) != NOW &&
		    vault_kept(&m->sys, HOME, NULL, NULL) == 0)
			fail_msg("call %ld: not as it was", at);
		both_can_be_had(m, "fault at call", at);
	}
	secret_free(pass);
	memfs_free(m);
}

static void test_every_call_fails_over_a_room(void **state)
{
	struct memfs *base = backed_up();

	(void)state;
	fail_over(base, MEM_EIO, false, 1);
	fail_over(base, MEM_EIO, true, 2);
	fail_over(base, MEM_ENOSPC, false, 2);
	fail_over(base, MEM_ENOSPC, true, 3);
	fail_over(base, MEM_SHORT, false, 3);
	memfs_free(base);
}

static int (*true_rename)(void *ctx, const char *from, const char *to);
static long rename_fails;

static int failing_rename(void *ctx, const char *from, const char *to)
{
	if (rename_fails-- == 0) {
		errno = EIO;
		return -1;
	}
	return true_rename(ctx, from, to);
}

static void test_failed_rename_is_put_back(void **state)
{
	struct memfs *base = backed_up(), *m = memfs_new(24);
	uint64_t seed = 1;
	struct err e;
	bool ok = false;
	long at;

	(void)state;
	true_rename = m->sys.rename;
	for (at = 0; !ok; at++) {
		memfs_fail_copy(m, base, stored, &seed);
		m->sys.rename = failing_rename;
		rename_fails = at;
		ok = vault_restore(&m->sys, HOME, "/b", NULL, &e);
		m->sys.rename = true_rename;
		assert_int_equal(vault_kept(&m->sys, HOME, NULL, NULL), ok);
		assert_int_equal(room_rows(m, HOME), ok ? THEN : NOW);
	}
	assert_int_equal(at, 4); /* log, main, and the old main */
	memfs_free(m);
	memfs_free(base);
}

/* ---- damage ---- */

static void test_damaged_backup_is_told_before_it_comes(void **state)
{
	static const size_t places[] = { 4096 * 4 + 100, 4096 * 6 + 7, 4096 * 2, 60 };
	struct secret *pass = rig_secret("uno"), *no = rig_secret("dos");
	struct vault_restored r;
	struct vault *v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct memfs *m = backed_up();
		bool twice = i >= 2; /* headers and roots are there twice */

		main_in(m, "/b")->now[places[i]] ^= 4;
		if (twice)
			main_in(m, "/b")->now[places[i] + 4096] ^= 4;
		assert_false(vault_restore_all(&m->sys, HOME, "/b", pass, &r, &e));
		assert_int_equal(
		    e.code, i == 3 ? ERR_PASSPHRASE : ERR_DAMAGED); /* no slot is left */
		assert_int_equal(vault_kept(&m->sys, HOME, NULL, NULL), 0);
		assert_int_equal(room_rows(m, HOME), NOW);
		/* Without its passphrase it comes, nothing is called whole, and the old one
		 * comes back. */
		assert_true(vault_restore_all(&m->sys, HOME, "/b", NULL, &r, &e));
		assert_int_equal(r.checked, 0);
		assert_int_equal(r.aside, 1);
		/* One page of many shows only when it is read. */
		if (i != 1)
			assert_int_not_equal(
			    rig_try(&v, &m->sys, HOME, "uno", false), ERR_OK);
		assert_false(vault_restore_kept(&m->sys, HOME, 1, no, &r, &e));
		assert_int_equal(e.code, ERR_PASSPHRASE);
		assert_true(vault_restore_kept(&m->sys, HOME, 1, pass, &r, &e));
		assert_int_equal(r.checked, 1);
		assert_int_equal(room_rows(m, HOME), NOW);
		memfs_free(m);
	}
	secret_free(pass);
	secret_free(no);
}

/* The log that stays behind under the name of a room that is not there looks like nobody's. */
static void drop_kept_log(struct memfs *m)
{
	char log[MEM_PATH] = "";

	for (int i = 0; i < MEM_FILES; i++) {
		if (m->file[i].here && strstr(m->file[i].path, HOME_OLD))
			snprintf(log, sizeof log, "%.*s" HOME_LOG, (int)ROOM_PATH,
			    m->file[i].path);
	}
	assert_int_equal(m->sys.unlink(m, log), 0);
}

static int files_here(const struct memfs *m)
{
	int n = 0;

	for (int i = 0; i < MEM_FILES; i++)
		n += m->file[i].here;
	return n;
}

/* It took the place of a room that was whole, said nothing, and did not open. */
static void test_kept_room_without_its_log_is_told_before_it_comes(void **state)
{
	struct secret *pass = rig_secret("uno");
	struct memfs *m = backed_up();
	struct vault *v = rig_open(&m->sys, HOME, "uno");
	struct vault_restored r;
	struct err e = { 0 };
	int files;

	(void)state;
	/* So little that closing leaves it in the log, and notes that it is there. */
	assert_true(fold_all(v->pages, &e));
	rig_sql(v, "INSERT INTO t(b) VALUES('one more')");
	vault_close(v);
	assert_true(vault_restore_all(&m->sys, HOME, "/b", pass, &r, &e));
	drop_kept_log(m);
	files = files_here(m);
	assert_false(vault_restore_kept(&m->sys, HOME, 1, pass, &r, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	assert_int_equal(vault_kept(&m->sys, HOME, NULL, NULL), 1);
	assert_int_equal(files_here(m), files);
	assert_int_equal(room_rows(m, HOME), THEN);
	secret_free(pass);
	memfs_free(m);
}

/* Where the log held nothing it is not missed. */
static void test_kept_room_that_needs_no_log_comes_without(void **state)
{
	struct secret *pass = rig_secret("uno");
	struct memfs *m = backed_up();
	struct vault *v = rig_open(&m->sys, HOME, "uno");
	struct vault_restored r;
	struct err e = { 0 };

	(void)state;
	assert_true(fold_all(v->pages, &e));
	vault_close(v);
	assert_true(vault_restore_all(&m->sys, HOME, "/b", pass, &r, &e));
	drop_kept_log(m);
	if (!vault_restore_kept(&m->sys, HOME, 1, pass, &r, &e))
		fail_msg("%s", e.text);
	assert_int_equal(r.checked, 1);
	assert_int_equal(room_rows(m, HOME), NOW);
	secret_free(pass);
	memfs_free(m);
}

static void test_wrong_passphrase_changes_nothing(void **state)
{
	struct memfs *m = backed_up();
	struct secret *pass = rig_secret("dos");
	struct vault_restored r;
	struct err e;

	(void)state;
	assert_false(vault_restore_all(&m->sys, HOME, "/b", pass, &r, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_int_equal(vault_kept(&m->sys, HOME, NULL, NULL), 0);
	assert_int_equal(room_rows(m, HOME), NOW);
	assert_false(vault_restore_all(&m->sys, "/c", "/b", pass, &r, &e));
	assert_false(vault_home_has_any(&m->sys, "/c"));
	secret_free(pass);
	memfs_free(m);
}

static ssize_t (*true_write)(void *ctx, int fd, const void *buf, size_t n, off_t at);

static ssize_t changing_write(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	uint8_t *other = malloc(n);
	ssize_t done;

	assert_non_null(other);
	memcpy(other, buf, n);
	if (at == 0)
		other[n / 2] ^= 1;
	done = true_write(ctx, fd, other, n, at);
	free(other);
	return done;
}

static void test_what_is_written_is_compared(void **state)
{
	struct memfs *m = backed_up();
	struct vault *v = rig_open(&m->sys, HOME, "uno");
	struct err e;

	(void)state;
	true_write = m->sys.pwrite;
	m->sys.pwrite = changing_write;
	assert_false(vault_restore(&m->sys, "/c", "/b", NULL, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(vault_home_has_any(&m->sys, "/c"));
	assert_false(vault_backup(v, "/c", &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(vault_home_has_any(&m->sys, "/c"));
	m->sys.pwrite = true_write;
	vault_drop_keys(v);
	vault_close(v);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restore_cut_off_anywhere_leaves_a_room),
		cmocka_unit_test(test_half_a_backup_does_not_block_the_next),
		cmocka_unit_test(test_another_window_does_not_take_the_files_away),
		cmocka_unit_test(test_every_call_fails_over_a_room),
		cmocka_unit_test(test_failed_rename_is_put_back),
		cmocka_unit_test(test_damaged_backup_is_told_before_it_comes),
		cmocka_unit_test(test_kept_room_without_its_log_is_told_before_it_comes),
		cmocka_unit_test(test_kept_room_that_needs_no_log_comes_without),
		cmocka_unit_test(test_wrong_passphrase_changes_nothing),
		cmocka_unit_test(test_what_is_written_is_compared),
	};

	return cmocka_run_group_tests_name("vault restore", tests, rig_start, NULL);
}
