/* What the long runs found, each as small as it can be told. */
#include "room.h"

/* The power failed while a changed passphrase was written over the first copy, after the
 * second was whole: half of the first still fitted the old passphrase, and typing that was
 * answered with "damaged", where the new one opens. */
static void test_old_passphrase_fits_a_torn_copy(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "dos");
	uint8_t before[512];
	struct err e;

	(void)state;
	memcpy(before, main_in(m, HOME)->now, sizeof before);
	assert_true(vault_set_passphrase(v, key, &e));
	vault_drop_keys(v);
	vault_close(v);
	memcpy(main_in(m, HOME)->now, before, sizeof before);
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_PASSPHRASE);
	v = rig_open(&m->sys, HOME, "dos");
	rig_whole(v);
	vault_close(v);
	vault_key_free(key);
	memfs_free(m);
}

/* A copy whose slot was found but did not open was preferred for its higher generation, and
 * mending put it into both places: the passphrase that had just worked was refused from then
 * on. */
static void test_slot_that_is_found_but_does_not_open(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct header_info info = v->info;
	uint8_t head[FMT_BLOCK];

	(void)state;
	memcpy(head, v->header, FMT_BLOCK);
	head[33] ^= 1; /* slots are bound to this byte */
	info.gen++;
	header_seal(head, v->keys, &info);
	vault_close(v);
	memcpy(main_in(m, HOME)->now, head, FMT_BLOCK);
	for (int i = 0; i < 2; i++) {
		room_whole(m, HOME);
	}
	memfs_free(m);
}

/* A number of pages far beyond what the files hold was believed, and memory asked for all of
 * them. */
static void test_more_pages_than_the_files_hold(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct root r = v->pages->root;
	uint8_t block[FMT_BLOCK];

	(void)state;
	r.npage = FMT_PAGES_MAX - 1;
	for (int copy = 0; copy < 2; copy++) {
		root_seal(block, v->keys, copy, &r);
		memcpy(main_in(m, HOME)->now + FMT_ROOT_AT(copy), block, FMT_BLOCK);
	}
	vault_drop_keys(v);
	vault_close(v);
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_DAMAGED);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_passphrase_fits_a_torn_copy),
		cmocka_unit_test(test_slot_that_is_found_but_does_not_open),
		cmocka_unit_test(test_more_pages_than_the_files_hold),
	};

	return cmocka_run_group_tests_name("vault findings", tests, rig_start, NULL);
}
