/* The power fails at a random call while a script of transactions runs.  Afterwards every
 * acknowledged transaction is there, none is there in part, every page can be read, nothing
 * is taken for tampering, and the vault can be written again, crash again, and open again.
 */
#include "memfs.h"

#define HOME "/h"

/* Each transaction ends by writing its number and sums over all rows: a state that mixes
 * two transactions cannot agree with them. */
#define SEALED \
	"UPDATE m SET n = n + 1, c = (SELECT count(*) FROM t)," \
	" s = (SELECT coalesce(sum(a * length(b)), 0) FROM t);"

static const char setup[] =
    "BEGIN; CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n, c, s);"
    "CREATE VIRTUAL TABLE f USING fts5(w); INSERT INTO m VALUES(0, 0, 0); COMMIT";

static const char *const script[] = {
	"INSERT INTO t(b) VALUES(hex(randomblob(300))); INSERT INTO f VALUES('uno dos tres');",
	"INSERT INTO t(b) VALUES(hex(randomblob(900)));",
	"UPDATE t SET b = hex(randomblob(250)) WHERE a % 3 = 1;",
	"INSERT INTO t(b) SELECT hex(randomblob(40 + a % 700)) FROM t LIMIT 40;",
	"DELETE FROM t WHERE a % 5 = 2;",
	"INSERT INTO t(b) VALUES(randomblob(60000));",
	"SAVEPOINT x; DELETE FROM t; ROLLBACK TO x; INSERT INTO f VALUES('cuatro');",
	"DELETE FROM t WHERE length(b) > 20000;",
	"UPDATE t SET b = b || 'y' WHERE a % 2;",
};

struct point {
	struct memfs *fs;
	int64_t acked;
	bool vacuum;
};

struct trial {
	struct memfs *fs;
	struct vault_key *key, *next;
	uint64_t seed;
	int64_t acked;
	unsigned one_in; /* calls */
	struct point *point;
	size_t npoint;
	bool slots;
	unsigned checked;
};

/* Called before each write, sync and cut. */
static void maybe_crash(void *arg)
{
	struct trial *w = arg;

	if (rig_random(&w->seed) % w->one_in != 0)
		return;
	w->point = realloc(w->point, (w->npoint + 1) * sizeof *w->point);
	assert_non_null(w->point);
	w->point[w->npoint++] =
	    (struct point){ memfs_clone(w->fs, rig_random(&w->seed)), w->acked, false };
}

static struct vault *open_after_crash(struct trial *w, struct memfs *fs)
{
	struct vault *v = NULL;
	struct err e = { 0 };

	if (vault_open(&v, &fs->sys, HOME, w->key, &e))
		return v;
	if (w->slots && e.code == ERR_PASSPHRASE &&
	    vault_open(&v, &fs->sys, HOME, w->next, &e))
		return v;
	fail_msg(
	    "seed %u, after %d commits: %s", (unsigned)fs->seed, (int)w->acked, e.text);
	return NULL;
}

static int64_t check_state(struct vault *v, int64_t least, int64_t most)
{
	int64_t n = rig_int(v, "SELECT n FROM m");

	if (n < least || n > most)
		fail_msg("%d commits, %d to %d expected", (int)n, (int)least, (int)most);
	assert_int_equal(
	    rig_int(v, "SELECT (SELECT count(*) FROM t) = c AND"
		       " (SELECT coalesce(sum(a * length(b)), 0) FROM t) = s FROM m"),
	    1);
	rig_whole(v);
	return n;
}

static void check_point(struct trial *w, struct point *p)
{
	struct memfs *fs = p->fs;
	bool garble = rig_random(&fs->seed) % 2;
	struct vault *v;
	int64_t n;

	memfs_crash(fs, garble);
	v = open_after_crash(w, fs);
	n = check_state(v, p->acked, p->acked + 1);
	if (rig_random(&fs->seed) % 2) {
		rig_sql(v, "BEGIN; INSERT INTO t(b) VALUES('again');" SEALED "COMMIT");
		n++;
	}
	if (rig_random(&fs->seed) % 2)
		vault_drop_keys(v); /* writes nothing more, as a killed process */
	vault_close(v);
	memfs_crash(fs, garble);
	v = open_after_crash(w, fs);
	check_state(v, n, n);
	rig_sql(v, "BEGIN; DELETE FROM t WHERE a % 2;" SEALED "COMMIT");
	check_state(v, n + 1, n + 1);
	vault_close(v);
	w->checked++;
}

static void check_points(struct trial *w)
{
	for (size_t i = 0; i < w->npoint; i++) {
		check_point(w, &w->point[i]);
		memfs_free(w->point[i].fs);
	}
	free(w->point);
	w->point = NULL;
	w->npoint = 0;
}

static void one_step(struct trial *w, struct vault **v, unsigned step)
{
	char sql[600];

	w->fs->before = maybe_crash;
	snprintf(sql, sizeof sql, "BEGIN; %s " SEALED " COMMIT",
	    script[step % ARRAY_LEN(script)]);
	rig_sql(*v, sql);
	w->acked++;
	if (step % 23 == 22)
		rig_sql(*v, "VACUUM");
	if (step % 17 == 16)
		rig_sql(*v, "BEGIN; DELETE FROM t; UPDATE m SET n = 0; ROLLBACK");
	if (step % 6 == 4) /* leaves groups behind in the log */
		rig_sql(*v, "BEGIN; INSERT INTO t(b) VALUES(randomblob(250000)); ROLLBACK");
	if (w->slots && step % 7 == 3) {
		struct vault_key *k = w->key;
		struct err e;

		assert_true(vault_set_passphrase(*v, w->next, &e));
		w->key = w->next;
		w->next = k;
	}
	if (step % 31 == 30) {
		vault_close(*v);
		*v = open_after_crash(w, w->fs);
	}
	w->fs->before = NULL;
}

static void run(
    uint32_t log_blocks, unsigned one_in, unsigned steps, uint64_t seed, bool slots)
{
	struct trial w = { .seed = seed, .one_in = one_in, .slots = slots };
	struct vault *v = NULL;
	struct err e = { 0 };

	w.fs = memfs_new(log_blocks);
	w.fs->arg = &w;
	w.key = rig_key(&w.fs->sys, HOME, "uno");
	if (!vault_create(&v, &w.fs->sys, HOME, w.key, &e))
		fail_msg("%s", e.text);
	w.next = rig_key(&w.fs->sys, HOME, "dos");
	rig_sql(v, setup);
	rig_sql(v, "PRAGMA cache_size=8");
	for (unsigned i = 0; i < steps; i++) {
		one_step(&w, &v, i);
		check_points(&w);
	}
	check_state(v, w.acked, w.acked);
	vault_close(v);
	print_message("log of %u blocks: %u power failures\n", log_blocks, w.checked);
	assert_true(w.checked > 100);
	vault_key_free(w.key);
	vault_key_free(w.next);
	memfs_free(w.fs);
}

static void test_tiny_log(void **state)
{
	(void)state;
	run(8, 4, 150, 11, false);
}

static void test_small_log(void **state)
{
	(void)state;
	run(40, 4, 250, 22, false);
}

static void test_roomy_log(void **state)
{
	(void)state;
	run(200, 2, 250, 33, false);
}

static void test_changing_passphrases(void **state)
{
	(void)state;
	run(40, 3, 120, 44, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tiny_log),
		cmocka_unit_test(test_small_log),
		cmocka_unit_test(test_roomy_log),
		cmocka_unit_test(test_changing_passphrases),
	};

	return cmocka_run_group_tests_name("vault power failures", tests, rig_start, NULL);
}
