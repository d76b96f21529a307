/* Worlds of power failures.  A world is one vault in memory on which a script of
 * transactions runs; before any of its writes, syncs, cuts and changes of names the power
 * may fail for a copy of it (a point), and the copy is opened, compared, read whole, written
 * again, perhaps struck a second time, and opened again.
 *
 * Everything follows from the seed and the world's number, so that a point can be tried
 * again by its number: world * CRASH_STRIDE + index. */
#ifndef TESTS_VAULT_CRASH_H
#define TESTS_VAULT_CRASH_H

#include "crash_sql.h"
#include "memfs.h"

#define CRASH_HOME "/h"
#define CRASH_STRIDE 100000L
#define CRASH_FIXED 3 /* so many worlds try every operation of a fixed script */

enum verdict { FINE, LOST, PARTIAL, ALARM, UNOPENABLE, VERDICTS };

struct tally {
	long points, bad[VERDICTS];
	long first; /* number of a bad point */
	bool brief; /* one bad point is enough */
	char words[300];
};

struct crash {
	struct memfs *fs, *trial;
	struct vault_key *key, *next;
	long number, index, only; /* only: the one point to try, or -1 */
	long limit;               /* points */
	unsigned one_in, fates;   /* one operation in so many gets so many points */
	uint64_t base, seed;      /* seed: of the script */
	int64_t acked, coming;    /* transactions: stored for certain; and perhaps */
	bool creating, changing;  /* a passphrase */
	bool fixed;
	struct tally *tally;
};

/* ---- one point ---- */

static enum verdict crash_say(struct crash *w, enum verdict what, const char *words)
{
	struct tally *t = w->tally;

	if (t->words[0] == '\0') {
		t->first = w->number * CRASH_STRIDE + w->index;
		snprintf(t->words, sizeof t->words, "%s", words);
	}
	return what;
}

static enum verdict crash_say_code(struct crash *w, const struct err *e, const char *when)
{
	char words[sizeof e->text + 40];

	snprintf(words, sizeof words, "%s: %s", when, e->text);
	return crash_say(w, e->code == ERR_DAMAGED ? ALARM : UNOPENABLE, words);
}

/* The secret that counts, or either of two while they change. */
static enum verdict crash_open(
    struct crash *w, struct vault **v, struct vault_key **key, const char *when)
{
	struct err e = { 0 };

	if (vault_open(v, &w->trial->sys, CRASH_HOME, *key, &e))
		return FINE;
	if (w->changing && e.code == ERR_PASSPHRASE) {
		*key = w->next;
		if (vault_open(v, &w->trial->sys, CRASH_HOME, *key, &e))
			return FINE;
	}
	*v = NULL;
	return crash_say_code(w, &e, when);
}

/* After the power came back: the number of transactions, from `least` to `most`, and rows
 * that belong to them; with `all`, every page can be read, free ones too, and SQLite finds
 * nothing wrong. */
static enum verdict crash_state(
    struct crash *w, struct vault *v, bool all, int64_t least, int64_t most, int64_t *n)
{
	struct vault_report r = { 0 };
	struct err e = { 0 };
	bool agree;
	char words[80];

	if (!sql_state(vault_db(v), n, &agree)) {
		if (vault_sql_err(v, &e) || e.code == ERR_DAMAGED)
			return crash_say_code(w, &e, "reading");
		return crash_say(w, PARTIAL, sqlite3_errmsg(vault_db(v)));
	}
	snprintf(words, sizeof words, "%d transactions, %d to %d expected", (int)*n,
	    (int)least, (int)most);
	if (*n < least)
		return crash_say(w, LOST, words);
	if (*n > most)
		return crash_say(w, PARTIAL, words);
	if (!agree)
		return crash_say(w, PARTIAL, "rows and sums differ");
	if (!all)
		return FINE;
	if (!vault_verify(v, &r, &e))
		return crash_say_code(w, &e, "verify");
	return r.bad_pages == 0 ? FINE : crash_say(w, ALARM, r.note);
}

/* One more transaction; the machine may die in the middle of it.  `most` counts it. */
static enum verdict crash_write(
    struct crash *w, struct vault *v, uint64_t *seed, int64_t *least, int64_t *most)
{
	bool die = rig_random(seed) % 2;
	int rc;

	w->trial->die_in = die ? 1 + rig_random(seed) % 9 : 0;
	rc = *most < 0 ? sql_setup(vault_db(v)) : sql_step(vault_db(v), seed, -1);
	++*most;
	if (rc == SQLITE_OK)
		*least = *most;
	else if (!w->trial->dead)
		return crash_say(w, UNOPENABLE, sqlite3_errmsg(vault_db(v)));
	return FINE;
}

static enum verdict crash_second(
    struct crash *w, uint64_t *seed, struct vault_key *key, int64_t least, int64_t most)
{
	struct vault *v;
	int64_t n = 0;
	enum verdict is = crash_open(w, &v, &key, "second opening");

	if (is != FINE)
		return is;
	is = crash_state(w, v, rig_random(seed) % 3 == 0, least, most, &n);
	least = most = n;
	if (is == FINE && !w->fixed && rig_random(seed) % 4 == 0) {
		is = crash_write(w, v, seed, &least, &most);
		if (is == FINE && !w->trial->dead)
			is = crash_state(w, v, true, least, most, &n);
	}
	vault_close(v);
	return is;
}

/* A vault that was being made: it is there and works, or can be made again. */
static enum verdict crash_made(struct crash *w)
{
	struct err e = { 0 };
	struct vault *v = NULL;
	enum verdict is = FINE;

	if (!vault_open(&v, &w->trial->sys, CRASH_HOME, w->key, &e) &&
	    (e.code != ERR_NOT_FOUND ||
		!vault_create(&v, &w->trial->sys, CRASH_HOME, w->key, &e)))
		return crash_say_code(w, &e, "creation");
	if (sql_setup(vault_db(v)) != SQLITE_OK)
		is = crash_say(w, UNOPENABLE, "a new vault cannot be written");
	vault_close(v);
	return is;
}

/* The process alone died: what it wrote is in the system's cache.  Who opens the vault
 * then, sees a transaction, and loses power, must see it again. */
static enum verdict crash_killed(
    struct crash *w, uint64_t *seed, struct vault_key *key, int64_t *least, int64_t most)
{
	struct vault *v;
	int64_t n = 0;
	enum verdict is;

	memset(w->trial->fd, 0, sizeof w->trial->fd);
	memset(w->trial->locked, 0, sizeof w->trial->locked);
	w->trial->dead = false;
	w->trial->die_in = 0;
	is = crash_open(w, &v, &key, "after a kill");
	if (is != FINE)
		return is;
	is = crash_state(w, v, rig_random(seed) % 3 == 0, *least, most, &n);
	*least = n;
	vault_drop_keys(v);
	vault_close(v);
	return is;
}

static enum verdict crash_point(struct crash *w, uint64_t *seed, unsigned fate)
{
	struct vault_key *key = w->key;
	struct vault *v;
	struct err e;
	int64_t n = -2, least, most;
	enum verdict is;

	memfs_fail_copy(w->trial, w->fs, mem_some_fate(seed, fate), seed);
	if (w->creating)
		return crash_made(w);
	if (!w->changing && w->next && rig_random(seed) % 16 == 0 &&
	    vault_open(&v, &w->trial->sys, CRASH_HOME, w->next, &e)) {
		vault_close(v);
		return crash_say(w, LOST, "a changed passphrase came back");
	}
	is = crash_open(w, &v, &key, "first opening");
	if (is != FINE)
		return is;
	is = crash_state(w, v, true, w->acked, w->coming, &n);
	least = most = n;
	if (is == FINE)
		is = crash_write(w, v, seed, &least, &most);
	if (rig_random(seed) % 2)
		vault_drop_keys(v); /* writes nothing more, as a killed process */
	vault_close(v);
	if (is == FINE && rig_random(seed) % 4 == 0)
		is = crash_killed(w, seed, key, &least, most);
	mem_crash_into(w->trial, w->trial, mem_some_fate(seed, MEM_STYLES), seed);
	return is == FINE ? crash_second(w, seed, key, least, most) : is;
}

/* Before each change of a file or a name. */
static void crash_before(void *arg)
{
	struct crash *w = arg;
	unsigned fates = w->fates;

	if (w->one_in > 1 && rig_random(&w->seed) % w->one_in != 0)
		return;
	for (unsigned i = 0; i < fates && w->index < w->limit; i++, w->index++) {
		if (w->tally->brief && w->tally->words[0])
			return;
		uint64_t seed = sql_mix(
		    w->base + (uint64_t)w->number * CRASH_STRIDE, (uint64_t)w->index);
		struct sql_dice kept = sql_dice;
		enum verdict is;

		if (w->only >= 0 && w->only != w->index)
			continue;
		sql_dice.state = seed;
		is = crash_point(w, &seed, w->fixed ? i : MEM_STYLES);
		sql_dice = kept;
		w->tally->points++;
		w->tally->bad[is]++;
	}
}

/* ---- the script ---- */

static void crash_must(bool ok, const char *what, const char *words)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, words);
	abort();
}

static void crash_sql(struct vault *v, const char *sql)
{
	crash_must(sqlite3_exec(vault_db(v), sql, NULL, NULL, NULL) == SQLITE_OK, sql,
	    sqlite3_errmsg(vault_db(v)));
}

static void crash_commit(struct crash *w, struct vault *v, int step)
{
	w->coming = w->acked + 1;
	crash_must(sql_step(vault_db(v), &w->seed, step) == SQLITE_OK, "a step",
	    sqlite3_errmsg(vault_db(v)));
	w->acked = w->coming;
}

static void crash_change(struct crash *w, struct vault *v)
{
	struct vault_key *old = w->key;
	struct err e = { 0 };

	w->changing = true;
	crash_must(vault_set_passphrase(v, w->next, &e), "passphrase", e.text);
	w->changing = false;
	w->key = w->next;
	w->next = old;
}

static void crash_again(struct crash *w, struct vault **v)
{
	struct err e = { 0 };

	if (rig_random(&w->seed) % 2)
		vault_drop_keys(*v);
	vault_close(*v);
	crash_must(vault_open(v, &w->fs->sys, CRASH_HOME, w->key, &e), "reopening", e.text);
	crash_sql(*v, "PRAGMA cache_size=6");
}

static void crash_between(struct crash *w, struct vault **v, int what)
{
	struct secret *code;
	struct err e = { 0 };

	if (what == 0)
		crash_sql(*v, "VACUUM");
	else if (what == 1)
		crash_sql(*v, "BEGIN; DELETE FROM t; UPDATE m SET n = 0; ROLLBACK");
	else if (what == 2) /* leaves groups behind in the log */
		crash_sql(*v, "BEGIN; INSERT INTO t(b) VALUES(noise(7, 270000)); ROLLBACK");
	else if (what == 3)
		crash_change(w, *v);
	else if (what == 4)
		crash_again(w, v);
	else if (what == 5 && vault_new_recovery(*v, &code, &e))
		secret_free(code);
	else if (what == 6)
		crash_sql(*v, "BEGIN; UPDATE t SET b = noise(a + 9, length(b));"
			      "INSERT INTO t(b) VALUES(noise(8, 170000)); ROLLBACK");
}

static void crash_begin(struct crash *w, struct vault **v, uint32_t log_blocks)
{
	struct err e = { 0 };

	w->fs = memfs_new(log_blocks);
	w->fs->lose_names = true;
	w->trial->sys.log_blocks = log_blocks;
	w->trial->lose_names = true;
	w->fs->before = crash_before;
	w->fs->arg = w;
	w->acked = -1;
	w->coming = 0;
	w->key = rig_key(&w->fs->sys, CRASH_HOME, "uno");
	w->creating = true;
	crash_must(
	    vault_create(v, &w->fs->sys, CRASH_HOME, w->key, &e), "creation", e.text);
	w->creating = false;
	w->next = rig_key(&w->fs->sys, CRASH_HOME, "dos");
	crash_must(sql_setup(vault_db(*v)) == SQLITE_OK, "setup", "");
	w->acked = 0;
}

static void crash_end(struct crash *w, struct vault *v)
{
	vault_close(v);
	vault_key_free(w->key);
	vault_key_free(w->next);
	memfs_free(w->fs);
}

/* Every kind of transaction once, in an order that leaves stale groups behind larger ones;
 * every operation of it is tried. */
static void crash_fixed(struct crash *w, uint32_t log_blocks)
{
	static const int script[] = { 0, 3, -3, 11, -7, 11, 7, 8, -4, 4, 9, -1, 6, -2, 1,
		-6, 10, -5, 5, 2, 3, -3, 11, 7, -4, 0, 12, 13, -7, 11, 7, 0 };
	struct vault *v;

	crash_begin(w, &v, log_blocks);
	crash_sql(v, "PRAGMA cache_size=6");
	for (size_t i = 0; i < ARRAY_LEN(script); i++) {
		if (script[i] >= 0)
			crash_commit(w, v, script[i]);
		else
			crash_between(w, &v, -script[i] - 1);
	}
	crash_end(w, v);
}

static void crash_random(struct crash *w)
{
	static const uint32_t sizes[] = { 8, 8, 12, 12, 16, 24, 40, 100 };
	struct vault *v;

	w->one_in = 1 + rig_random(&w->seed) % 4;
	w->fates = 1 + rig_random(&w->seed) % 3;
	crash_begin(w, &v, sizes[rig_random(&w->seed) % ARRAY_LEN(sizes)]);
	if (rig_random(&w->seed) % 4)
		crash_sql(v, "PRAGMA cache_size=6");
	for (int i = 0; i < 60 && w->index < w->limit; i++) {
		crash_commit(w, v, -1);
		if (rig_random(&w->seed) % 3 == 0)
			crash_between(w, &v, (int)(rig_random(&w->seed) % 7));
	}
	crash_end(w, v);
}

/* One world, all its points or `only` one. */
static void crash_world(struct tally *t, struct memfs *trial, uint64_t base, long number,
    long only, unsigned fates, long limit)
{
	static const uint32_t sizes[CRASH_FIXED] = { 8, 24, 100 };
	struct crash w = { .number = number,
		.only = only,
		.base = base,
		.seed = sql_mix(base, (uint64_t)number),
		.fixed = number < CRASH_FIXED,
		.limit = number < CRASH_FIXED ? CRASH_STRIDE : limit,
		.one_in = 1,
		.fates = fates,
		.trial = trial,
		.tally = t };

	sql_dice.state = w.seed;
	if (w.fixed)
		crash_fixed(&w, sizes[number]);
	else
		crash_random(&w);
}

#endif
