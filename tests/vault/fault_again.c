/* Calls that are interrupted, or do a half of what was asked, several times in a row, in all
 * that is done with a whole room: nothing of it is an error, so everything succeeds. */
#include "room.h"

#define ROWS 7

struct rig {
	struct memfs *base, *work; /* the room in HOME, a copy with fewer rows in /b */
	struct secret *pass;
	struct vault_key *key, *next;
};

typedef void act_fn(struct rig *r, struct memfs *m);

static int make_base(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct vault *v;
	struct err e;

	rig_start(NULL);
	r->base = memfs_new(24);
	r->work = memfs_new(24);
	mem_new(r->base, "/c/..", true);
	v = rig_create(&r->base->sys, HOME, "uno");
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	for (int i = 0; i < ROWS; i++) {
		if (i == 3)
			assert_true(vault_backup(v, "/b", &e));
		rig_sql(v, "INSERT INTO t(b) VALUES(randomblob(3000))");
	}
	vault_drop_keys(v); /* the last ones are in the log alone */
	vault_close(v);
	r->pass = rig_secret("uno");
	r->key = rig_key(&r->base->sys, HOME, "uno");
	r->next = rig_key(&r->base->sys, HOME, "dos");
	*state = r;
	return 0;
}

static int drop_base(void **state)
{
	struct rig *r = *state;

	secret_free(r->pass);
	vault_key_free(r->key);
	vault_key_free(r->next);
	memfs_free(r->base);
	memfs_free(r->work);
	free(r);
	return 0;
}

/* The act begins again and again, and each call of it is met: more fail in a row than are
 * passed over.  The room in `home` is whole afterwards, unless it is NULL. */
static void every_call(struct rig *r, act_fn *act, const char *home)
{
	static const enum mem_fault faults[] = { MEM_EINTR, MEM_SHORT };
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	struct memfs *m = r->work;
	uint64_t seed = 1;

	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		long calls = 1, runs = 0, met = 0;

		for (long at = 0; at < calls; at += MEM_IN_A_ROW - 2) {
			memfs_fail_copy(m, r->base, stored, &seed);
			mem_arm_times(m, faults[i], at, MEM_IN_A_ROW);
			act(r, m);
			calls = m->calls;
			runs++;
			met += m->faults > 0;
			m->fault = MEM_NONE;
			if (home)
				assert_int_equal(room_rows(m, home), ROWS);
		}
		print_message("%ld calls; %ld runs, %ld met the fault\n", calls, runs, met);
		assert_true(met > runs / 2); /* not every call can meet it */
	}
}

static struct vault *opened(struct memfs *m, const struct vault_key *key)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (!vault_open(&v, &m->sys, HOME, key, &e))
		fail_msg("opening: %s", e.text);
	return v;
}

static void back_up(struct rig *r, struct memfs *m)
{
	struct vault *v = opened(m, r->key);
	struct err e = { 0 };

	if (!vault_backup(v, "/c", &e))
		fail_msg("backup: %s", e.text);
	vault_close(v);
}

static void bring_back(struct rig *r, struct memfs *m)
{
	struct vault_restored got;
	struct err e = { 0 };

	if (!vault_restore_all(&m->sys, HOME, "/b", r->pass, &got, &e))
		fail_msg("restore: %s", e.text);
	if (got.rooms != 1 || got.aside != 1 || got.checked != 1)
		fail_msg("restore: %u, %u, %u", got.rooms, got.aside, got.checked);
	if (!vault_restore_kept(&m->sys, HOME, 1, r->pass, &got, &e))
		fail_msg("what was set aside: %s", e.text);
}

static void delete_it(struct rig *r, struct memfs *m)
{
	struct vault *v = opened(m, r->key);
	struct err e = { 0 };

	if (!vault_delete(v, &e))
		fail_msg("delete: %s", e.text);
	vault_close(v);
	assert_false(vault_home_has_any(&m->sys, HOME));
}

/* The code opens the room for a new passphrase, and that one for new keys. */
static void change_secrets(struct rig *r, struct memfs *m)
{
	struct vault *v = opened(m, r->key);
	struct secret *code = NULL;
	struct err e = { 0 };

	if (!vault_new_recovery(v, &code, &e))
		fail_msg("code: %s", e.text);
	vault_close(v);
	if (!vault_open_recovery(&v, &m->sys, HOME, code, &e))
		fail_msg("opening by the code: %s", e.text);
	if (!vault_set_passphrase(v, r->next, &e))
		fail_msg("passphrase: %s", e.text);
	vault_close(v);
	v = opened(m, r->next);
	if (!vault_rotate(v, r->key, &e))
		fail_msg("all keys anew: %s", e.text);
	vault_close(v);
	secret_free(code);
}

static void rescue_it(struct rig *r, struct memfs *m)
{
	struct memfs *away = memfs_new(24);
	struct vault *into = rig_create(&away->sys, HOME, "tres");
	struct vault_rescued got;
	struct vault_report report;
	struct err e = { 0 };

	if (!vault_inspect(&m->sys, HOME, r->key, &report, &e))
		fail_msg("inspecting: %s", e.text);
	assert_int_equal(report.bad_pages, 0);
	if (!vault_rescue(&m->sys, HOME, r->key, into, &got, &e))
		fail_msg("rescue: %s", e.text);
	assert_int_equal(got.rows, ROWS);
	vault_close(into);
	memfs_free(away);
}

static void test_backup(void **state)
{
	every_call(*state, back_up, "/c");
}

static void test_restore(void **state)
{
	every_call(*state, bring_back, HOME);
}

static void test_delete(void **state)
{
	every_call(*state, delete_it, NULL);
}

static void test_change_of_all_secrets(void **state)
{
	every_call(*state, change_secrets, HOME);
}

static void test_rescue(void **state)
{
	every_call(*state, rescue_it, HOME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backup),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_delete),
		cmocka_unit_test(test_change_of_all_secrets),
		cmocka_unit_test(test_rescue),
	};

	return cmocka_run_group_tests_name(
	    "vault calls, again and again", tests, make_base, drop_base);
}
