/* Copies where something is in the way: half a backup, other sizes, too many names, a call that
 * fails. */
#include "memfs.h"

#include "vault/inner.h"

#define HOME "/h"

static struct memfs *with_vault(struct vault **v)
{
	struct memfs *m = memfs_new(16);

	*v = rig_create(&m->sys, HOME, "uno");
	rig_sql(*v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
		    "INSERT INTO t(b) VALUES('one'), ('two')");
	return m;
}

static struct mem_file *file_of(struct memfs *m, const char *dir, bool log)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &m->file[i];

		if (f->here && strlen(f->path) == (log ? 39 : 35) &&
		    strncmp(f->path, dir, strlen(dir)) == 0)
			return f;
	}
	abort();
}

static void arm(struct memfs *m, long at)
{
	m->fault = at < 0 ? MEM_NONE : MEM_EIO;
	m->sticky = false;
	m->calls = m->faults = 0;
	m->fail_at = at;
}

/* ---- backups ---- */

/* It is what an interrupted backup leaves: the main file comes last. */
static void test_log_alone_is_not_in_the_way(void **state)
{
	struct vault *v;
	struct memfs *m = with_vault(&v);
	struct err e;

	(void)state;
	assert_true(vault_backup(v, "/b", &e));
	file_of(m, "/b", false)->here = false;
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	memfs_free(m);
}

static void test_files_that_are_no_backup(void **state)
{
	static const size_t sizes[] = { 0, 100, FMT_PAGE_AT(1) - 1, FMT_PAGE_AT(1) + 1 };
	struct vault *v;
	struct memfs *m = with_vault(&v);
	struct err e = { 0 };

	(void)state;
	mem_new(m, "/c/..", true);
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		file_of(m, "/b", false)->size = sizes[i];
		assert_false(vault_restore(&m->sys, "/c", "/b", NULL, &e));
		assert_int_equal(e.code, ERR_NOT_FOUND);
	}
	memfs_free(m);
}

/* Folded before it was copied, a room is in its main file alone. */
static void test_backup_without_its_log(void **state)
{
	struct vault *v;
	struct memfs *m = with_vault(&v);
	char note[200];
	struct err e = { 0 };

	(void)state;
	mem_new(m, "/c/..", true);
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	file_of(m, "/b", true)->here = false;
	/* Over both files, where a log is too many. */
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	v = rig_open(&m->sys, "/c", "uno");
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
	rig_whole(v);
	vault_close(v);
	memfs_free(m);
}

/* What differs is told by every byte, and by the size. */
static void test_restoring_over_what_is_almost_the_same(void **state)
{
	struct vault *v;
	struct memfs *m = with_vault(&v);
	char note[200];
	struct err e = { 0 };

	(void)state;
	mem_new(m, "/c/..", true);
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_string_equal(note, "");
	mem_resize(file_of(m, "/c", true), false, file_of(m, "/c", true)->size + 1);
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	file_of(m, "/c", false)->now[file_of(m, "/c", false)->size - 1] ^= 1;
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_string_equal(note, "");
	v = rig_open(&m->sys, "/c", "uno");
	rig_whole(v);
	vault_close(v);
	memfs_free(m);
}

/* At every call, one of which had no words; whatever fails, the room that was there opens afterwards, or the one of the
 * backup does, and the next try succeeds. */
static void test_restoring_over_another_fails_at_every_call(void **state)
{
	bool met = true;

	(void)state;
	for (long at = 0; met; at++) {
		struct vault *v;
		struct memfs *m = with_vault(&v);
		char note[200];
		struct err e = { 0 };
		bool ok;

		assert_true(vault_backup(v, "/b", &e));
		rig_sql(v, "INSERT INTO t(b) VALUES('three')");
		vault_close(v);
		arm(m, at);
		ok = vault_restore(&m->sys, HOME, "/b", note, &e);
		met = m->faults > 0;
		arm(m, -1);
		if (!ok) {
			assert_true(met && e.text[0] != '\0');
			if (!vault_restore(&m->sys, HOME, "/b", note, &e))
				fail_msg("call %ld, again: %s", at, e.text);
		}
		v = rig_open(&m->sys, HOME, "uno");
		assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
		rig_whole(v);
		vault_close(v);
		/* The same once more, where nothing is to do. */
		arm(m, at);
		ok = vault_restore(&m->sys, HOME, "/b", note, NULL);
		met = met || m->faults > 0;
		arm(m, -1);
		assert_true(ok || met);
		assert_true(vault_restore(&m->sys, HOME, "/b", NULL, &e));
		v = rig_open(&m->sys, HOME, "uno");
		rig_whole(v);
		vault_close(v);
		memfs_free(m);
	}
}

static void test_more_rooms_aside_than_can_be_named(void **state)
{
	static const char *const words[] = { "a", "b", "c", "d", "e", "f" };
	char *home = rig_folder(), *away = rig_folder(), note[200] = "";
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct vault *v = rig_create(NULL, home, words[i]);

		assert_true(vault_backup(v, away, &e));
		rig_sql(v, "CREATE TABLE later(x)");
		vault_close(v);
	}
	assert_true(vault_restore(NULL, home, away, note, &e));
	/* Whole names only; three dots for the others. */
	assert_int_equal(strlen(note), 5 * 36 + 5 * 2 + 3);
	assert_non_null(strstr(note, ".old, ..."));
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct vault *v = rig_open(NULL, home, words[i]);

		assert_int_equal(rig_int(v, "SELECT count(*) FROM sqlite_schema"), 0);
		vault_close(v);
	}
	rig_drop(home);
	rig_drop(away);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_alone_is_not_in_the_way),
		cmocka_unit_test(test_files_that_are_no_backup),
		cmocka_unit_test(test_backup_without_its_log),
		cmocka_unit_test(test_restoring_over_what_is_almost_the_same),
		cmocka_unit_test(test_restoring_over_another_fails_at_every_call),
		cmocka_unit_test(test_more_rooms_aside_than_can_be_named),
	};

	return cmocka_run_group_tests_name("vault copies", tests, rig_start, NULL);
}
