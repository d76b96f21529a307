/* What is said of damage that opening mended or that stands in the way of opening, of a newer
 * format, of a disk that can only be read, of a log that is refused: always what is so. */
#include "room.h"

#include <errno.h>
#include <fcntl.h>

static uint8_t *main_of(struct room_rig *r)
{
	return main_in(r->m, HOME)->now;
}

/* A room whose page 1 stands in the main file, and once more, newer, in the log. */
static struct room_rig begin(void)
{
	struct room_rig r = room_rig_new();

	rig_sql(r.v, "CREATE TABLE u(a)");
	vault_close(r.v);
	return r;
}

/* Open, verify, close. */
static void verify(struct room_rig *r)
{
	if (!vault_open(&r->v, &r->m->sys, HOME, r->key, &r->e) ||
	    !vault_verify(r->v, &r->r, &r->e))
		fail_msg("%s", r->e.text);
	vault_close(r->v);
}

static void sound(struct room_rig *r)
{
	verify(r);
	assert_int_equal(r->r.state, VAULT_SOUND);
	assert_string_equal(r->r.mended, "");
	assert_string_equal(r->r.where, "");
	assert_false(r->r.unclosed || r->r.unfinished);
}

/* What opening mends is told by the verify that follows, and not by the next one. */
static void told_once(size_t at, size_t n, const char *name)
{
	struct room_rig r = begin();

	sound(&r);
	for (size_t i = at; i < at + n; i++)
		main_of(&r)[i] ^= 0x10;
	verify(&r);
	assert_int_equal(r.r.state, VAULT_MENDED);
	assert_string_equal(r.r.mended, name);
	assert_string_equal(r.r.where, "");
	assert_true(r.r.headers_ok && r.r.roots_ok);
	sound(&r);
	room_rig_end(&r);
}

static void test_mended_header_was_called_sound(void **state)
{
	(void)state;
	told_once(100, 40, "header copy 1");
	told_once(4096 + 2088, 1, "header copy 2");
	told_once(
	    4096 + 4090, 1, "header copy 2"); /* random, but it was the same in both */
}

static void test_root_copy_was_mended_only_by_the_next_save(void **state)
{
	(void)state;
	told_once(8192 + 9, 1, "root copy 1");
	told_once(12288 + 4000, 1, "root copy 2");
}

/* A whole copy that was put back from before a change of keys is none that a crash leaves. */
static void test_old_header_copy_was_called_sound(void **state)
{
	struct room_rig r = begin();
	struct vault_key *more = rig_key(&r.m->sys, HOME, "dos");
	uint8_t old[FMT_BLOCK];

	(void)state;
	memcpy(old, main_of(&r), sizeof old);
	r.v = rig_open(&r.m->sys, HOME, "uno");
	assert_true(vault_add_passphrase(r.v, more, &r.e));
	vault_close(r.v);
	memcpy(main_of(&r) + FMT_HEADER_AT(1), old, sizeof old);
	verify(&r);
	assert_string_equal(r.r.mended, "header copy 2");
	sound(&r);
	vault_key_free(more);
	room_rig_end(&r);
}

/* That is a change that was cut off: it is finished, told, and no damage. */
static void test_key_change_cut_off_between_the_copies(void **state)
{
	struct room_rig r = begin();
	struct vault_key *more = rig_key(&r.m->sys, HOME, "dos");

	(void)state;
	r.v = rig_open(&r.m->sys, HOME, "uno");
	mem_arm(r.m, MEM_EIO, 5, true); /* copy 1 is written, synced and read back */
	(void)!vault_add_passphrase(r.v, more, &r.e);
	r.m->fault = MEM_NONE;
	vault_drop_keys(r.v);
	vault_close(r.v);
	assert_true(memcmp(main_of(&r), main_of(&r) + FMT_BLOCK, FMT_BLOCK) != 0);
	verify(&r);
	assert_int_equal(r.r.state, VAULT_SOUND);
	assert_string_equal(r.r.mended, "");
	assert_true(r.r.unfinished);
	sound(&r);
	vault_key_free(more);
	room_rig_end(&r);
}

static void test_older_copy_of_a_page_was_not_looked_at(void **state)
{
	struct room_rig r = begin();

	(void)state;
	main_of(&r)[FMT_PAGE_AT(1) + 2000] ^= 1;
	verify(&r);
	assert_int_equal(r.r.state, VAULT_MENDED);
	assert_int_equal(r.r.bad_pages, 0);
	assert_int_equal(r.r.bad_spares, 1);
	assert_string_equal(r.r.where, "an older copy of page 1");
	room_rig_end(&r);
}

static void test_log_that_was_gone_and_empty(void **state)
{
	struct room_rig r = begin();

	(void)state;
	r.v = rig_open(&r.m->sys, HOME, "uno");
	assert_true(fold_all(r.v->pages, &r.e));
	vault_close(r.v);
	log_in(r.m, HOME)->here = false;
	verify(&r);
	assert_int_equal(r.r.state, VAULT_MENDED);
	assert_non_null(strstr(r.r.mended, "the log"));
	sound(&r);
	room_rig_end(&r);
}

/* Both trailers are gone, and all pages are there. */
static void test_both_headers_were_called_one_copy_that_is_mended(void **state)
{
	struct room_rig r = begin();

	(void)state;
	main_of(&r)[4030] ^= 1;
	main_of(&r)[8126] ^= 1;
	assert_false(vault_open(&r.v, &r.m->sys, HOME, r.key, &r.e));
	assert_int_equal(r.e.code, ERR_DAMAGED);
	assert_non_null(strstr(r.e.text, "'remanso rescue DIR'"));
	assert_non_null(strstr(r.e.text, "All "));
	assert_true(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.r.state, VAULT_DAMAGED);
	assert_int_equal(r.r.bad_pages, 0);
	assert_non_null(strstr(r.r.note, "both copies"));
	assert_non_null(strstr(r.r.note, "'remanso rescue DIR'"));
	room_rig_end(&r);
}

/* The slot is found and opens in no copy: there are no keys to rescue with. */
static void test_slot_that_is_damaged_in_both_copies(void **state)
{
	struct room_rig r = begin();

	(void)state;
	main_of(&r)[40 + 60] ^= 1;
	main_of(&r)[4096 + 40 + 60] ^= 1;
	assert_false(vault_open(&r.v, &r.m->sys, HOME, r.key, &r.e));
	assert_int_equal(r.e.code, ERR_DAMAGED);
	assert_non_null(strstr(r.e.text, "both copies"));
	/* Whoever looks closer is not told that the passphrase is wrong. */
	assert_false(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.e.code, ERR_DAMAGED);
	assert_non_null(strstr(r.e.text, "both copies"));
	room_rig_end(&r);
}

static void test_rescue_took_a_newer_format(void **state)
{
	struct room_rig r = begin();
	struct vault *v, *into;
	struct vault_rescued got;

	(void)state;
	mem_new(r.m, "/n/..", true);
	into = rig_create(&r.m->sys, "/n", "dos");
	r.v = rig_open(&r.m->sys, HOME, "uno");
	r.v->info.format = FMT_VERSION + 1;
	header_seal(r.v->header, r.v->keys, &r.v->info);
	for (int copy = 0; copy < 2; copy++)
		memcpy(main_of(&r) + FMT_HEADER_AT(copy), r.v->header, FMT_BLOCK);
	vault_drop_keys(r.v);
	vault_close(r.v);
	assert_false(vault_open(&v, &r.m->sys, HOME, r.key, &r.e));
	assert_int_equal(r.e.code, ERR_UNSUPPORTED);
	assert_false(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.e.code, ERR_UNSUPPORTED);
	assert_non_null(strstr(r.e.text, "newer version"));
	assert_false(vault_rescue(&r.m->sys, HOME, r.key, into, &got, &r.e));
	assert_int_equal(r.e.code, ERR_UNSUPPORTED);
	vault_close(into);
	room_rig_end(&r);
}

/* ---- a disk that can only be read ---- */

static int no_writing;

static int read_open(void *ctx, const char *path, int flags, mode_t mode)
{
	if (no_writing && (flags & (O_WRONLY | O_RDWR))) {
		errno = no_writing;
		return -1;
	}
	return vault_sys_real.open(ctx, path, flags, mode);
}

static void test_read_only_disk_was_called_a_wrong_passphrase(void **state)
{
	static const int why[] = { EROFS, EACCES };
	char *home = rig_folder(), *away = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno"), *into;
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct vault_sys sys = vault_sys_real;
	struct vault_rescued got;
	struct vault_report r;
	struct err e;

	(void)state;
	sys.open = read_open;
	rig_sql(v, "CREATE TABLE t(a); INSERT INTO t VALUES(1), (2)");
	vault_close(v);
	into = rig_create(NULL, away, "uno");
	for (size_t i = 0; i < ARRAY_LEN(why); i++) {
		no_writing = why[i];
		assert_false(vault_open(&v, &sys, home, key, &e));
		assert_int_equal(e.code, ERR_IO);
		assert_int_equal(e.sys, why[i]);
		assert_non_null(strstr(e.text, "--home DIR"));
		if (!vault_inspect(&sys, home, key, &r, &e))
			fail_msg("%s", e.text);
		assert_int_equal(r.state, VAULT_SOUND);
		if (!vault_rescue(&sys, home, key, into, &got, &e))
			fail_msg("%s", e.text);
		assert_int_equal(got.rows, 2);
	}
	no_writing = 0;
	vault_close(into);
	vault_key_free(key);
	rig_drop(home);
	rig_drop(away);
}

/* Looking needs no right to write, and still keeps away from an open room. */
static void test_looking_at_a_room_that_is_open(void **state)
{
	char *home = rig_folder();
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct vault_report r;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a)");
	assert_false(vault_inspect(NULL, home, key, &r, &e));
	assert_int_equal(e.code, ERR_BUSY);
	vault_close(v);
	assert_true(vault_inspect(NULL, home, key, &r, &e));
	vault_key_free(key);
	rig_drop(home);
}

/* ---- a log that is refused ---- */

static void refused(const char *home, struct vault_key *key)
{
	struct vault_report r;
	struct err e;

	assert_false(vault_inspect(NULL, home, key, &r, &e));
	assert_int_equal(e.code, ERR_UNSAFE);
	assert_non_null(strstr(e.text, "-log"));
}

static void test_refused_log_was_called_nothing_can_be_read(void **state)
{
	char *home = rig_folder(), *log, *aside;
	struct vault *v = rig_create(NULL, home, "uno");
	struct vault_key *key = rig_key(NULL, home, "uno");
	struct vault_report r;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(a); INSERT INTO t VALUES(1)");
	vault_drop_keys(v); /* nothing is folded, all is in the log */
	vault_close(v);
	log = rig_file(home, true);
	assert_int_equal(chmod(log, 0660), 0);
	refused(home, key);
	assert_int_equal(chmod(log, 0600), 0);
	assert_true(vault_inspect(NULL, home, key, &r, &e));
	assert_true(r.state == VAULT_SOUND && r.unclosed);
	assert_true(asprintf(&aside, "%s/aside", home) > 0);
	assert_int_equal(rename(log, aside), 0);
	assert_int_equal(symlink(aside, log), 0);
	refused(home, key);
	free(aside);
	free(log);
	vault_key_free(key);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mended_header_was_called_sound),
		cmocka_unit_test(test_root_copy_was_mended_only_by_the_next_save),
		cmocka_unit_test(test_old_header_copy_was_called_sound),
		cmocka_unit_test(test_key_change_cut_off_between_the_copies),
		cmocka_unit_test(test_older_copy_of_a_page_was_not_looked_at),
		cmocka_unit_test(test_log_that_was_gone_and_empty),
		cmocka_unit_test(test_both_headers_were_called_one_copy_that_is_mended),
		cmocka_unit_test(test_slot_that_is_damaged_in_both_copies),
		cmocka_unit_test(test_rescue_took_a_newer_format),
		cmocka_unit_test(test_read_only_disk_was_called_a_wrong_passphrase),
		cmocka_unit_test(test_looking_at_a_room_that_is_open),
		cmocka_unit_test(test_refused_log_was_called_nothing_can_be_read),
	};

	return cmocka_run_group_tests_name("vault mended", tests, rig_start, NULL);
}
