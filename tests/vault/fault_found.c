/* What the long runs found, each as small as it can be told. */
#include "memfs.h"

#define HOME "/h"

static struct mem_file *main_file(struct memfs *m)
{
	for (int i = 0; i < MEM_FILES; i++) {
		if (m->file[i].here && strlen(m->file[i].path) == sizeof HOME + 32)
			return &m->file[i];
	}
	fail_msg("no vault");
	return NULL;
}

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
	memcpy(before, main_file(m)->now, sizeof before);
	assert_true(vault_set_passphrase(v, key, &e));
	vault_drop_keys(v);
	vault_close(v);
	memcpy(main_file(m)->now, before, sizeof before);
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_PASSPHRASE);
	v = rig_open(&m->sys, HOME, "dos");
	rig_whole(v);
	vault_close(v);
	vault_key_free(key);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_old_passphrase_fits_a_torn_copy),
	};

	return cmocka_run_group_tests_name("vault findings", tests, rig_start, NULL);
}
