/* The moments that tamper_table.c changes: a room folded, with a log in use, left open by a
 * power failure, at an earlier time with
 * other keys, at a later one, and another room.  Included once in a program. */
#ifndef TESTS_VAULT_TAMPER_MOMENTS_H
#define TESTS_VAULT_TAMPER_MOMENTS_H

#include "crash_sql.h"
#include "room.h"

#define LOG_BLOCKS 24

enum outcome { OPENING, READING, VERIFY, NOTHING, WRONG, OUTCOMES };

struct answer {
	int64_t rows, sum, words, found;
};

/* A closed vault at one moment. */
struct moment {
	struct memfs *fs;
	struct answer is;
};

struct table {
	struct moment old, folded, logged, other; /* `old` is before `folded` */
	struct moment
	    later; /* `logged`, folded: its pages are newer than those of `folded` */
	struct moment open;   /* as `logged`, but the power failed before it was closed */
	struct answer before; /* `open` without its last transaction */
	struct vault_key *key;
	struct vault_key *past[VAULT_SLOTS - 1]; /* opened `old`, each by its slot */
	struct secret *code;                     /* the same by the last slot */
	struct vault_witness seen;               /* of `folded` */
	struct memfs *work;
	size_t pages, used; /* pages in the main file; blocks of the log of `logged` */
	size_t used_open;   /* blocks of the log of `open` */
	long tried[OUTCOMES + 1], wrong;
	long noticed, carried, idle;
	const char *why; /* the bytes of the next try carry nothing; or NULL */
	const char *said;
	size_t by;
};

/* ---- making the moments ---- */

/* False: an error on the way; `e` says which. */
static bool ask(struct vault *v, struct answer *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	int rc;

	sql_teach(vault_db(v));
	rc = sqlite3_prepare_v2(vault_db(v),
	    "SELECT (SELECT count(*) FROM t), (SELECT digest(a, b) FROM t),"
	    " (SELECT digest(rowid, x) FROM f), (SELECT count(*) FROM f WHERE f MATCH 'tres')",
	    -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*out =
		    (struct answer){ sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
			    sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3) };
	if (rc != SQLITE_ROW)
		(void)!vault_sql_err(v, e);
	return sqlite3_finalize(s) == SQLITE_OK && rc == SQLITE_ROW;
}

static struct moment keep(struct memfs *m, struct vault *v)
{
	struct moment now = { NULL, { 0 } };
	struct err e = { 0 };

	if (!ask(v, &now.is, &e))
		fail_msg("%s", e.text);
	vault_close(v);
	now.fs = memfs_clone(m, 1);
	return now;
}

static void write_some(struct vault *v, int first, int n)
{
	uint64_t seed = (uint64_t)first;

	for (int i = first; i < first + n; i++)
		assert_int_equal(sql_step(vault_db(v), &seed, i % 5), SQLITE_OK);
}

static void fold(struct vault *v)
{
	struct err e;

	if (!fold_all(v->pages, &e))
		fail_msg("%s", e.text);
}

static struct vault *fresh(struct memfs *m, const char *words)
{
	struct vault *v = rig_create(&m->sys, HOME, words);

	assert_int_equal(sql_setup(vault_db(v)), SQLITE_OK);
	write_some(v, 0, 24);
	rig_sql(v, "INSERT INTO t(b) VALUES(noise(3, 70000))");
	fold(v);
	return v;
}

/* A key in every slot, so that each is another one later. */
static struct moment make_old(struct table *t, struct memfs *m)
{
	struct vault *v = fresh(m, "uno");
	char words[] = "uno";
	struct err e;

	for (size_t i = 0; i < ARRAY_LEN(t->past); i++, words[0]++) {
		t->past[i] = rig_key(&m->sys, HOME, words);
		assert_true(i == 0 || vault_add_passphrase(v, t->past[i], &e));
	}
	assert_true(vault_new_recovery(v, &t->code, &e));
	return keep(m, v);
}

/* Nothing of what opened `old` opens this. */
static void change_keys(struct table *t, struct vault *v)
{
	struct err e;

	assert_true(vault_set_passphrase(v, t->key, &e));
	for (int i = 1; i < VAULT_SLOTS; i++)
		assert_true(vault_remove_slot(v, i, &e));
}

static void make_later(struct table *t, struct memfs *m)
{
	struct vault *v;

	memfs_free(t->work);
	t->work = memfs_clone(m, 1);
	v = rig_open(&t->work->sys, HOME, "dos");
	fold(v);
	t->later = keep(t->work, v);
}

static void make_open(struct table *t, struct memfs *m)
{
	struct vault *v = rig_open(&m->sys, HOME, "dos");
	struct err e;

	write_some(v, 40, 1);
	assert_true(ask(v, &t->before, &e));
	write_some(v, 41, 1);
	assert_true(ask(v, &t->open.is, &e));
	t->used_open = v->pages->tail;
	vault_drop_keys(v);
	vault_close(v);
	t->open.fs = memfs_clone(m, 1);
}

static int make(void **state)
{
	struct table *t = calloc(1, sizeof *t);
	struct memfs *m = memfs_new(LOG_BLOCKS), *m2 = memfs_new(LOG_BLOCKS);
	struct vault *v;
	struct err e;

	rig_start(NULL);
	t->by = 131;
	t->work = memfs_new(LOG_BLOCKS);
	t->old = make_old(t, m);
	t->key = rig_key(&m->sys, HOME, "dos");
	v = rig_open(&m->sys, HOME, "uno");
	change_keys(t, v);
	write_some(v, 30, 4);
	assert_true(vault_witness(v, &t->seen, &e));
	t->folded = keep(m, v);
	v = rig_open(&m->sys, HOME, "dos");
	t->pages = pages_count(v->pages);
	sql_teach(vault_db(v));
	rig_sql(v, "UPDATE t SET b = noise(5, 90) WHERE a = 3");
	rig_sql(v, "INSERT INTO f VALUES('tres cosas')");
	t->used = v->pages->tail;
	assert_in_range(t->used, 4, LOG_BLOCKS / 4);
	t->logged = keep(m, v);
	make_later(t, m);
	make_open(t, m);
	v = fresh(m2, "dos");
	rig_sql(v, "UPDATE t SET b = 'x' WHERE a = 3");
	t->other = keep(m2, v);
	memfs_free(m);
	memfs_free(m2);
	*state = t;
	return 0;
}

static int drop(void **state)
{
	struct table *t = *state;

	memfs_free(t->old.fs);
	memfs_free(t->folded.fs);
	memfs_free(t->logged.fs);
	memfs_free(t->later.fs);
	memfs_free(t->other.fs);
	memfs_free(t->open.fs);
	memfs_free(t->work);
	vault_key_free(t->key);
	for (size_t i = 0; i < ARRAY_LEN(t->past); i++)
		vault_key_free(t->past[i]);
	secret_free(t->code);
	free(t);
	return 0;
}

/* ---- changing one ---- */

static struct mem_file *begin(struct table *t, const struct moment *from, bool log)
{
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	uint64_t seed = 1;

	memfs_fail_copy(t->work, from->fs, stored, &seed);
	return room_file(t->work, HOME, log);
}

/* False when nothing is changed by it. */
static bool bring(struct table *t, const struct moment *to, struct memfs *from, bool log,
    size_t at, size_t n)
{
	struct mem_file *f = begin(t, to, log), *g = room_file(from, HOME, log);

	if (at + n > g->size)
		n = at < g->size ? g->size - at : 0;
	if (at + n <= f->size && memcmp(f->now + at, g->now + at, n) == 0)
		return false;
	mem_put(f, false, g->now + at, n, at);
	return true;
}

#endif
