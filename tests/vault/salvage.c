/* What is said of a vault whose headers, roots and log are in every state. */
#include "room.h"

/* Nothing is mended on the way out. */
static void leave(struct room_rig *r)
{
	vault_drop_keys(r->v);
	vault_close(r->v);
}

static void inspect(struct room_rig *r)
{
	if (!vault_inspect(&r->m->sys, HOME, r->key, &r->r, &r->e))
		fail_msg("%s", r->e.text);
}

static void test_header_with_a_preset_that_does_not_exist(void **state)
{
	struct room_rig r = room_rig_new();

	(void)state;
	leave(&r);
	main_in(r.m, HOME)->now[32] ^= 0x3f;
	inspect(&r);
	assert_string_equal(r.r.where, "header copy 1");
	assert_false(r.r.headers_ok);
	assert_int_equal(r.r.bad_pages, 0);
	assert_int_equal(r.r.slots, 1);
	room_rig_end(&r);
}

/* Its slot is found, and does not open. */
static void test_header_of_which_a_slot_does_not_open(void **state)
{
	struct room_rig r = room_rig_new();

	(void)state;
	leave(&r);
	main_in(r.m, HOME)->now[33] ^= 1;
	inspect(&r);
	assert_string_equal(r.r.where, "header copy 1");
	assert_int_equal(r.r.bad_pages, 0);
	room_rig_end(&r);
}

static void test_header_of_an_earlier_moment(void **state)
{
	struct room_rig r = room_rig_new();
	struct vault_key *more = rig_key(&r.m->sys, HOME, "dos");
	uint8_t old[FMT_BLOCK];

	(void)state;
	memcpy(old, r.v->header, sizeof old);
	assert_true(vault_add_passphrase(r.v, more, &r.e));
	leave(&r);
	memcpy(main_in(r.m, HOME)->now + FMT_HEADER_AT(1), old, sizeof old);
	inspect(&r);
	assert_int_equal(r.r.slots, 2);
	vault_key_free(more);
	room_rig_end(&r);
}

static int huge_fstat(void *ctx, int fd, struct stat *st)
{
	int rc = mem_fstat(ctx, fd, st);

	if (S_ISREG(st->st_mode))
		st->st_size = (off_t)FMT_PAGE_AT(FMT_PAGES_MAX + 9);
	return rc;
}

/* It was refused without a word. */
static void test_file_beyond_all_sizes_without_a_root(void **state)
{
	struct room_rig r = room_rig_new();

	(void)state;
	leave(&r);
	for (int copy = 0; copy < 2; copy++)
		main_in(r.m, HOME)->now[FMT_ROOT_AT(copy) + 100] ^= 1;
	inspect(&r);
	assert_int_equal(r.r.bad_pages, 0);
	r.m->sys.fstat = huge_fstat;
	r.e = (struct err){ 0 };
	assert_false(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.e.code, ERR_DAMAGED);
	assert_true(r.e.text[0] != '\0');
	room_rig_end(&r);
}

static void test_one_root_and_the_log_are_damaged(void **state)
{
	struct room_rig r = room_rig_new();
	struct vault *v;

	(void)state;
	for (int i = 0; i < 3; i++)
		rig_sql(r.v, "INSERT INTO t VALUES(1)");
	leave(&r);
	log_in(r.m, HOME)->now[100] ^= 1;
	for (int copy = 0; copy < 2; copy++) {
		main_in(r.m, HOME)->now[FMT_ROOT_AT(copy) + 100] ^= 1;
		assert_false(vault_open(&v, &r.m->sys, HOME, r.key, &r.e));
		assert_int_equal(r.e.code, ERR_DAMAGED);
		assert_non_null(strstr(r.e.text, "saved last"));
		inspect(&r);
		assert_false(r.r.log_ok || r.r.roots_ok);
		main_in(r.m, HOME)->now[FMT_ROOT_AT(copy) + 100] ^= 1;
	}
	room_rig_end(&r);
}

static void test_log_that_is_gone_and_held_nothing(void **state)
{
	struct room_rig r = room_rig_new();

	(void)state;
	leave(&r);
	log_in(r.m, HOME)->here = false;
	inspect(&r);
	assert_true(r.r.log_ok);
	assert_int_equal(r.r.lost + r.r.bad_pages, 0);
	room_rig_end(&r);
}

/* The log is gone that alone held what was being folded in. */
static void test_log_that_is_gone_in_the_middle_of_a_fold(void **state)
{
	struct room_rig r = room_rig_new();
	uint64_t seq;

	(void)state;
	rig_sql(r.v, "UPDATE t SET a = zeroblob(16000)");
	seq = r.v->pages->seq;
	mem_arm(r.m, MEM_EIO, 4, true); /* the root is stored, the pages are not */
	assert_false(fold_all(r.v->pages, &r.e));
	r.m->fault = MEM_NONE;
	assert_int_equal(r.v->pages->root.state, ROOT_FOLDING);
	leave(&r);
	log_in(r.m, HOME)->here = false;
	inspect(&r);
	assert_false(r.r.log_ok);
	assert_int_equal(r.r.lost, 1);
	assert_int_equal(r.r.saves, seq - 1);
	assert_false(r.r.older); /* there is nothing to tell it from */
	room_rig_end(&r);
}

/* It was called damaged. */
static void test_room_with_nothing_in_it(void **state)
{
	struct room_rig r = { .m = memfs_new(64) };

	(void)state;
	r.v = rig_create(&r.m->sys, HOME, "uno");
	r.key = rig_key(&r.m->sys, HOME, "uno");
	leave(&r);
	inspect(&r);
	assert_int_equal(r.r.pages, 0);
	assert_string_equal(r.r.where, "");
	assert_non_null(strstr(r.r.note, "whole"));
	/* Without a root nothing says that there was none. */
	for (int copy = 0; copy < 2; copy++)
		main_in(r.m, HOME)->now[FMT_ROOT_AT(copy) + 100] ^= 1;
	assert_false(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.e.code, ERR_DAMAGED);
	room_rig_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_with_a_preset_that_does_not_exist),
		cmocka_unit_test(test_header_of_which_a_slot_does_not_open),
		cmocka_unit_test(test_header_of_an_earlier_moment),
		cmocka_unit_test(test_file_beyond_all_sizes_without_a_root),
		cmocka_unit_test(test_one_root_and_the_log_are_damaged),
		cmocka_unit_test(test_log_that_is_gone_and_held_nothing),
		cmocka_unit_test(test_log_that_is_gone_in_the_middle_of_a_fold),
		cmocka_unit_test(test_room_with_nothing_in_it),
	};

	return cmocka_run_group_tests_name("vault salvage", tests, rig_start, NULL);
}
