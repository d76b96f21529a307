/* Copies where something is in the way: half a backup, other sizes, too many names, a call that
 * fails. */
#include "room.h"

/* ---- backups ---- */

/* It is what an interrupted backup leaves: the main file comes last. */
static void test_log_alone_is_not_in_the_way(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	(void)state;
	assert_true(vault_backup(v, "/b", &e));
	main_in(m, "/b")->here = false;
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	memfs_free(m);
}

/* A room that is closed, its backup in /b, and /c that is empty. */
static struct memfs *backed_up(void)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	mem_new(m, "/c/..", true);
	assert_true(vault_backup(v, "/b", &e));
	vault_close(v);
	return m;
}

static void test_files_that_are_no_backup(void **state)
{
	static const size_t sizes[] = { 0, 100, FMT_PAGE_AT(1) - 1, FMT_PAGE_AT(1) + 1 };
	struct memfs *m = backed_up();
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		main_in(m, "/b")->size = sizes[i];
		assert_false(vault_restore(&m->sys, "/c", "/b", NULL, &e));
		assert_int_equal(e.code, ERR_NOT_FOUND);
	}
	memfs_free(m);
}

/* Folded before it was copied, a room is in its main file alone. */
static void test_backup_without_its_log(void **state)
{
	struct memfs *m = backed_up();
	char note[200];
	struct err e = { 0 };

	(void)state;
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	log_in(m, "/b")->here = false;
	/* Over both files, where a log is too many. */
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	assert_int_equal(room_rows(m, "/c"), 2);
	memfs_free(m);
}

/* What differs is told by every byte, and by the size. */
static void test_restoring_over_what_is_almost_the_same(void **state)
{
	struct memfs *m = backed_up();
	char note[200];
	struct err e = { 0 };

	(void)state;
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_string_equal(note, "");
	mem_resize(log_in(m, "/c"), false, log_in(m, "/c")->size + 1);
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	main_in(m, "/c")->now[main_in(m, "/c")->size - 1] ^= 1;
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_non_null(strstr(note, ".old"));
	assert_true(vault_restore(&m->sys, "/c", "/b", note, &e));
	assert_string_equal(note, "");
	room_whole(m, "/c");
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
		struct memfs *m = room_with_rows(&v);
		char note[200];
		struct err e = { 0 };
		bool ok;

		assert_true(vault_backup(v, "/b", &e));
		rig_sql(v, "INSERT INTO t(b) VALUES('three')");
		vault_close(v);
		mem_arm(m, MEM_EIO, at, false);
		ok = vault_restore(&m->sys, HOME, "/b", note, &e);
		met = m->faults > 0;
		m->fault = MEM_NONE;
		if (!ok) {
			assert_true(met && e.text[0] != '\0');
			if (!vault_restore(&m->sys, HOME, "/b", note, &e))
				fail_msg("call %ld, again: %s", at, e.text);
		}
		assert_int_equal(room_rows(m, HOME), 2);
		/* The same once more, where nothing is to do. */
		mem_arm(m, MEM_EIO, at, false);
		ok = vault_restore(&m->sys, HOME, "/b", note, NULL);
		met = met || m->faults > 0;
		m->fault = MEM_NONE;
		assert_true(ok || met);
		assert_true(vault_restore(&m->sys, HOME, "/b", NULL, &e));
		room_whole(m, HOME);
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
