/* Both files of an earlier moment put back together: nothing in them tells, but somebody who
 * noted how far the room had come does. */
#include "memfs.h"

#include "vault/inner.h"

static void save(struct vault *v, int n)
{
	for (int i = 0; i < n; i++)
		rig_sql(v, "INSERT INTO t VALUES(hex(randomblob(100)))");
}

static enum vault_age age(struct memfs *m, const struct vault_witness *w)
{
	struct vault *v = rig_open(&m->sys, "/h", "uno");
	enum vault_age a = age_of(v, w);

	vault_drop_keys(v);
	vault_close(v);
	return a;
}

static void test_rolled_back(void **state)
{
	struct memfs *m = memfs_new(40), *earlier, *another;
	struct vault *v = rig_create(&m->sys, "/h", "uno");
	struct vault_witness w, later, foreign;
	struct vault_report r;
	uint64_t saves;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(b)");
	save(v, 3);
	earlier = memfs_clone(m, 1);
	another = memfs_clone(m, 2);
	save(v, 5);
	assert_true(vault_verify(v, &r, &e));
	saves = r.saves;
	assert_true(vault_witness(v, &w, &e));
	assert_int_equal(w.saves, saves);
	assert_int_equal(age_of(v, &w), VAULT_LIKE_NOTED);
	vault_close(v);
	assert_int_equal(age(m, &w), VAULT_LIKE_NOTED);
	assert_int_equal(age(earlier, &w), VAULT_OLDER);
	/* Another history with as many saves. */
	v = rig_open(&another->sys, "/h", "uno");
	save(v, 5);
	assert_true(vault_witness(v, &foreign, &e));
	assert_int_equal(foreign.saves, w.saves);
	vault_close(v);
	assert_int_equal(age(another, &w), VAULT_OLDER);
	assert_int_equal(age(m, &foreign), VAULT_OLDER);
	/* Newer than noted. */
	v = rig_open(&m->sys, "/h", "uno");
	save(v, 1);
	assert_true(vault_witness(v, &later, &e));
	vault_close(v);
	assert_int_equal(age(m, &w), VAULT_LIKE_NOTED);
	assert_int_equal(age(m, &later), VAULT_LIKE_NOTED);
	memfs_free(m);
	/* Another room altogether. */
	m = memfs_new(40);
	vault_close(rig_create(&m->sys, "/h", "uno"));
	assert_int_equal(age(m, &w), VAULT_ANOTHER);
	memfs_free(m);
	memfs_free(earlier);
	memfs_free(another);
}

static void expect_age(struct vault *v, const char *mark, enum vault_age want)
{
	struct vault_witness found;
	enum vault_age got;

	vault_found(v, &found);
	assert_true(vault_mark_age(&found, mark, &got));
	assert_int_equal(got, want);
}

/* What a person writes down says the same as the witness. */
static void test_marks(void **state)
{
	static const char *const not_marks[] = { "", "12", "-7KQ2-9FMD", "x-7KQ2-9FMD",
		"12-7KQ2-9FM", "12-7KQ2-9FMD0", "12-7KQ2-9FM!", "12 7KQ2-9FMD",
		"99999999999999999999999-7KQ2-9FMD" };
	struct memfs *m = memfs_new(40), *earlier;
	struct vault *v = rig_create(&m->sys, "/h", "uno");
	struct vault_witness w;
	char mark[VAULT_MARK], typed[VAULT_MARK];
	enum vault_age age;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE TABLE t(b)");
	save(v, 3);
	earlier = memfs_clone(m, 1);
	save(v, 2);
	assert_true(vault_witness(v, &w, &e));
	vault_mark_write(&w, mark);
	expect_age(v, mark, VAULT_LIKE_NOTED);
	/* As it may come back from paper. */
	for (size_t i = 0; i <= strlen(mark); i++)
		typed[i] =
		    (char)(mark[i] >= 'A' && mark[i] <= 'Z' ? mark[i] + 32 : mark[i]);
	expect_age(v, typed, VAULT_LIKE_NOTED);
	/* As many saves, but not these. */
	mark[strlen(mark) - 1] = mark[strlen(mark) - 1] == '7' ? '8' : '7';
	expect_age(v, mark, VAULT_OLDER);
	vault_mark_write(&w, mark);
	save(v, 1);
	expect_age(v, mark, VAULT_LIKE_NOTED);
	for (size_t i = 0; i < ARRAY_LEN(not_marks); i++)
		if (vault_mark_age(&w, not_marks[i], &age))
			fail_msg("'%s' was taken for a mark", not_marks[i]);
	vault_close(v);
	v = rig_open(&earlier->sys, "/h", "uno");
	expect_age(v, mark, VAULT_OLDER);
	vault_close(v);
	memfs_free(m);
	memfs_free(earlier);
}

static void test_witness_of_a_closed_room(void **state)
{
	struct memfs *m = memfs_new(40);
	struct vault *v = rig_create(&m->sys, "/h", "uno");
	struct vault_witness w;
	struct err e;

	(void)state;
	vault_drop_keys(v);
	assert_false(vault_witness(v, &w, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	vault_close(v);
	memfs_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rolled_back),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_witness_of_a_closed_room),
	};

	return cmocka_run_group_tests_name("vault witness", tests, rig_start, NULL);
}
