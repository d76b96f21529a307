/* The recovery key while it is made, replaced, removed or used: the power fails at each step,
 * and each call fails.  Afterwards the old secrets open the room or the new ones do, with
 * every row in it; never does a change of one secret take another away. */
#include "moments.h"

/* What may open the room. */
enum {
	UNO = 1, /* its passphrase */
	DOS = 2, /* the one that is to take its place */
	WAS = 4, /* the code that was made first */
	NOW = 8, /* the one made after it */
	ALL = UNO | DOS | WAS | NOW,
};

#define ROWS 40

struct codes {
	struct trial t;
	struct secret *was, *now;
};

/* Two codes are drawn; none of them opens the room yet. */
static void begin(struct codes *c)
{
	struct err e = { 0 };

	trial_begin(&c->t,
	    "CREATE TABLE t(a INTEGER PRIMARY KEY, b);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
	    "INSERT INTO t SELECT i, 'row ' || i || hex(zeroblob(300)) FROM n",
	    false);
	assert_true(fold_all(c->t.v->pages, &e));
	rig_sql(c->t.v, "UPDATE t SET b = b || 'x' WHERE a < 5"); /* in the log */
	c->was = vault_draw_recovery();
	c->now = vault_draw_recovery();
}

/* The same, and the first code opens it. */
static void begin_with_code(struct codes *c)
{
	struct err e = { 0 };

	begin(c);
	assert_true(vault_set_recovery(c->t.v, c->was, &e));
}

static void end(struct codes *c)
{
	secret_free(c->was);
	secret_free(c->now);
	trial_end(&c->t);
}

/* NULL: this secret opens nothing.  A slot may lie across two sectors, and be half of it in the
 * copy of the header that was torn: of such a code nobody can tell whether the room is damaged,
 * or another took its place. */
static struct vault *open_by(struct codes *c, struct memfs *fs, int secret)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (secret == UNO || secret == DOS)
		return trial_opens(&v, fs, secret == UNO ? c->t.old : c->t.next) ? v : NULL;
	if (vault_open_recovery(&v, &fs->sys, HOME, secret == WAS ? c->was : c->now, &e))
		return v;
	if (e.code != ERR_PASSPHRASE && e.code != ERR_DAMAGED)
		fail_msg("by a code: %s", e.text);
	return NULL;
}

static void check_rows(struct vault *v)
{
	rig_whole(v);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE a <= 40"), ROWS);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b LIKE '%x'"), 4);
}

/* All that open it, each tried on a copy: opening mends, and may decide between two. */
static int what_opens(struct codes *c, const struct memfs *fs)
{
	int set = 0;

	for (int secret = UNO; secret < ALL; secret *= 2) {
		struct memfs *copy = memfs_clone(fs, 5);
		struct vault *v = open_by(c, copy, secret);

		if (v) {
			check_rows(v);
			vault_close(v);
			set |= secret;
		}
		memfs_free(copy);
	}
	return set;
}

/* What must open it: each of `all`, and one of `one`, unless that is empty. */
struct must {
	int all, one;
};

static void check_set(int set, struct must must, const char *when, size_t at)
{
	if ((set & must.all) != must.all || (must.one && !(set & must.one)))
		fail_msg("%s %zu: opens with %#x", when, at, (unsigned)set);
}

/* One way a power failure may end.  Whoever comes first afterwards and writes, and loses power
 * again: nobody else is shut out by that.  What opened it the first time. */
static int check_fate(
    struct codes *c, struct memfs *fs, struct must must, size_t at, uint64_t fate)
{
	int set, first;
	struct vault *v;

	memfs_crash(fs, fate % 2);
	set = what_opens(c, fs);
	check_set(set, must, "power failure at step", at);
	first = UNO << (at + fate) % 4; /* another one at each step */
	while (!(set & first))
		first = first == NOW ? UNO : first * 2;
	v = open_by(c, fs, first);
	rig_sql(v, "INSERT INTO t(b) VALUES('again')");
	vault_close(v);
	memfs_crash(fs, fate % 2);
	if (fate < 3)
		check_set(what_opens(c, fs), must, "and once more at", at);
	return set;
}

/* `last`: what opens it when all was done. */
static void check_points(struct codes *c, struct must must, int last)
{
	unsigned tries = 0;
	int seen = 0;

	for (size_t i = 0; i < c->t.n; i++) {
		for (uint64_t fate = 0; fate < 6; fate++) {
			struct memfs *fs = memfs_clone(c->t.point[i], 7 + i * 31 + fate);
			int set = check_fate(c, fs, must, i, fate);

			if (i + 1 == c->t.n)
				assert_int_equal(set, last);
			memfs_free(fs);
			seen |= set;
			tries++;
		}
	}
	print_message(
	    "%zu steps, %u power failures, seen %#x\n", c->t.n, tries, (unsigned)seen);
	assert_int_equal(seen, seen | last | must.all | must.one);
}

/* Until the room is closed, as a command does it. */
static void finish(struct codes *c)
{
	vault_close(c->t.v);
	trial_unwatch(&c->t);
}

/* ---- the power fails ---- */

static void test_first_code(void **state)
{
	struct codes c;
	struct err e;

	(void)state;
	begin(&c);
	trial_watch(&c.t);
	assert_true(vault_set_recovery(c.t.v, c.now, &e));
	finish(&c);
	check_points(&c, (struct must){ .all = UNO }, UNO | NOW);
	end(&c);
}

static void test_no_code_opens_it_while_one_is_replaced(void **state)
{
	struct codes c;
	struct err e;

	(void)state;
	begin_with_code(&c);
	trial_watch(&c.t);
	assert_true(vault_set_recovery(c.t.v, c.now, &e));
	finish(&c);
	check_points(&c, (struct must){ UNO, WAS | NOW }, UNO | NOW);
	end(&c);
}

static void test_removing_a_code_takes_the_passphrase_along(void **state)
{
	enum slot_kind kind[VAULT_SLOTS];
	struct codes c;
	struct err e;
	int slot = 0;

	(void)state;
	begin_with_code(&c);
	assert_int_equal(vault_slots(c.t.v, kind), 2);
	while (kind[slot] != SLOT_RECOVERY)
		slot++;
	trial_watch(&c.t);
	assert_true(vault_remove_slot(c.t.v, slot, &e));
	assert_false(vault_has_recovery(c.t.v));
	finish(&c);
	check_points(&c, (struct must){ .all = UNO }, UNO);
	end(&c);
}

/* The passphrase is lost: the room is opened by the code, and gets another passphrase. */
static void test_room_recovered_by_its_code(void **state)
{
	struct codes c;
	struct err e = { 0 };

	(void)state;
	begin_with_code(&c);
	vault_close(c.t.v);
	trial_watch(&c.t);
	c.t.v = open_by(&c, c.t.fs, WAS);
	assert_non_null(c.t.v);
	if (!vault_set_passphrase(c.t.v, c.t.next, &e))
		fail_msg("%s", e.text);
	finish(&c);
	check_points(&c, (struct must){ WAS, UNO | DOS }, WAS | DOS);
	end(&c);
}

/* ---- calls fail ---- */

struct change {
	bool (*make)(struct codes *c, struct vault *v, struct err *e);
	int by;           /* what opens the room for it */
	int before, done; /* what opens it, before and after */
	struct must must; /* whatever happens */
};

static bool make_code(struct codes *c, struct vault *v, struct err *e)
{
	return vault_set_recovery(v, c->now, e);
}

static bool make_passphrase(struct codes *c, struct vault *v, struct err *e)
{
	return vault_set_passphrase(v, c->t.next, e);
}

/* One call fails, and those after it with `sticky`.  False: no call was left to fail. */
static bool fail_at(struct codes *c, struct memfs *m, const struct change *change,
    enum mem_fault fault, long at, bool sticky)
{
	struct vault *v = open_by(c, m, change->by);
	struct err e = { 0 };
	struct must must = change->must;
	bool ok, met;

	mem_arm(m, fault, at, sticky);
	ok = change->make(c, v, &e);
	met = m->faults > 0;
	m->fault = MEM_NONE;
	assert_true(ok || met);
	if (!ok) {
		assert_true(e.text[0] != '\0');
		assert_int_not_equal(e.code, ERR_DAMAGED);
		if (fault == MEM_ENOSPC)
			assert_int_equal(e.code, ERR_FULL);
	}
	check_rows(v);
	rig_sql(v, "INSERT INTO t(b) VALUES('again')");
	vault_drop_keys(v);
	vault_close(v);
	/* What was told holds, unless nothing could be taken back any more. */
	if (ok || !sticky)
		must.all = ok ? change->done : change->before;
	check_set(what_opens(c, m), must, "fault at call", (size_t)at);
	memfs_crash(m, at % 2);
	check_set(what_opens(c, m), must, "and a power failure, at call", (size_t)at);
	return met;
}

static void fail_each(const struct change *change)
{
	static const struct mem_fate stored = { .style = MEM_ALL_STORED };
	struct memfs *work = memfs_new(24);
	struct codes c;
	uint64_t seed = 1;
	unsigned runs = 0;

	begin_with_code(&c);
	vault_close(c.t.v);
	for (int way = 0; way < 4; way++) {
		bool met = true;

		for (long at = 0; met; at++) {
			memfs_fail_copy(work, c.t.fs, stored, &seed);
			met = fail_at(
			    &c, work, change, way < 2 ? MEM_EIO : MEM_ENOSPC, at, way % 2);
			runs += met;
		}
	}
	print_message("%u faults\n", runs);
	assert_true(runs > 4 * 6); /* at least two copies written, synced and read back */
	memfs_free(work);
	end(&c);
}

static void test_failing_change_of_the_code(void **state)
{
	static const struct change change = {
		.make = make_code,
		.by = UNO,
		.before = UNO | WAS,
		.done = UNO | NOW,
		.must = { UNO, WAS | NOW },
	};

	(void)state;
	fail_each(&change);
}

static void test_failing_change_of_the_passphrase(void **state)
{
	static const struct change change = {
		.make = make_passphrase,
		.by = UNO,
		.before = UNO | WAS,
		.done = DOS | WAS,
		.must = { WAS, UNO | DOS },
	};

	(void)state;
	fail_each(&change);
}

static void test_failing_recovery_by_the_code(void **state)
{
	static const struct change change = {
		.make = make_passphrase,
		.by = WAS,
		.before = UNO | WAS,
		.done = DOS | WAS,
		.must = { WAS, UNO | DOS },
	};

	(void)state;
	fail_each(&change);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_code),
		cmocka_unit_test(test_no_code_opens_it_while_one_is_replaced),
		cmocka_unit_test(test_removing_a_code_takes_the_passphrase_along),
		cmocka_unit_test(test_room_recovered_by_its_code),
		cmocka_unit_test(test_failing_change_of_the_code),
		cmocka_unit_test(test_failing_change_of_the_passphrase),
		cmocka_unit_test(test_failing_recovery_by_the_code),
	};

	return cmocka_run_group_tests_name("vault keys, codes", tests, rig_start, NULL);
}
