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
	bool creating, changing, deleting, deleted;
	bool returning, swapping; /* comes to an empty home; comes for another one */
	int64_t other;            /* transactions of the one that it is swapped with */
	int64_t either;           /* the same, or -2 once it is known which one it is */
	const struct vault_key *uno;
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
	if (*n < least && *n != w->either)
		return crash_say(w, LOST, words);
	if (*n > most && *n != w->either)
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
	if (w->deleted && rig_int(v, "SELECT n FROM m") > 0)
		is = crash_say(w, LOST, "a deleted room came back");
	else if (rig_int(v, "SELECT n FROM m") < 0 && sql_setup(vault_db(v)) != SQLITE_OK)
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

	mem_lose_handles(w->trial);
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

/* A room that comes back where there is none: it is there, or can be brought again. */
static enum verdict crash_returned(struct crash *w)
{
	struct err e = { 0 };
	struct vault *v;
	int64_t n = -2;
	enum verdict is;

	if (!vault_open(&v, &w->trial->sys, CRASH_HOME, w->key, &e) &&
	    (e.code != ERR_NOT_FOUND ||
		!vault_restore(&w->trial->sys, CRASH_HOME, "/b", NULL, &e) ||
		!vault_open(&v, &w->trial->sys, CRASH_HOME, w->key, &e)))
		return crash_say_code(w, &e, "coming back");
	is = crash_state(w, v, true, w->acked, w->acked, &n);
	vault_close(v);
	return is;
}

static struct secret *crash_words(const struct crash *w)
{
	return rig_secret(w->key == w->uno ? "uno" : "dos");
}

/* The one that was not found is set aside or hidden: it can be had, with all of it. */
static enum verdict crash_hidden(struct crash *w, const struct secret *pass, int64_t want)
{
	struct vault_restored r;
	struct err e = { 0 };

	for (unsigned i = 0; i < 5; i++) {
		unsigned kept = vault_kept(&w->trial->sys, CRASH_HOME, NULL, NULL);
		struct vault *v;
		int64_t n;
		bool agree;

		if (!vault_open(&v, &w->trial->sys, CRASH_HOME, w->key, &e))
			return crash_say_code(w, &e, "looking for the other one");
		agree = sql_state(vault_db(v), &n, &agree) && agree;
		vault_close(v);
		if (agree && n == want)
			return FINE;
		if (kept > 0 ? !vault_restore_kept(
				   &w->trial->sys, CRASH_HOME, 1 + i % kept, pass, &r, &e)
			     : !vault_restore_all(
				   &w->trial->sys, CRASH_HOME, "/b", pass, &r, &e))
			return crash_say_code(w, &e, "bringing the other one");
	}
	return crash_say(w, LOST, "what was set aside is gone");
}

static enum verdict crash_after(struct crash *w, uint64_t *seed)
{
	struct vault_key *key = w->key;
	struct vault *v;
	struct err e;
	int64_t n = -2, least, most;
	enum verdict is;

	if (w->creating)
		return crash_made(w);
	if (w->returning)
		return crash_returned(w);
	if (!w->changing && w->next && rig_random(seed) % 16 == 0 &&
	    vault_open(&v, &w->trial->sys, CRASH_HOME, w->next, &e)) {
		vault_close(v);
		return crash_say(w, LOST, "a changed passphrase came back");
	}
	if (w->deleting && !vault_open(&v, &w->trial->sys, CRASH_HOME, key, &e)) {
		if (e.code != ERR_NOT_FOUND)
			return crash_say_code(w, &e, "while it was deleted");
		return FINE;
	}
	if (w->deleting)
		vault_close(v);
	is = crash_open(w, &v, &key, "first opening");
	if (is != FINE)
		return is;
	w->either = w->swapping ? w->other : -2;
	is = crash_state(w, v, true, w->acked, w->coming, &n);
	w->either = -2;
	if (is == FINE && w->swapping && n == w->other && rig_random(seed) % 2) {
		struct secret *pass = crash_words(w);

		vault_close(v);
		is = crash_hidden(w, pass, w->acked);
		secret_free(pass);
		return is;
	}
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

static enum verdict crash_point(struct crash *w, uint64_t *seed, unsigned fate)
{
	struct memfs *trial = w->trial;
	enum verdict is;

	if (!w->swapping || rig_random(seed) % 4 != 0) {
		memfs_fail_copy(trial, w->fs, mem_some_fate(seed, fate), seed);
		return crash_after(w, seed);
	}
	/* Killed first: every name and byte is seen, but not all of it is stored. */
	w->trial = memfs_clone(w->fs, *seed);
	is = crash_after(w, seed);
	memfs_free(w->trial);
	w->trial = trial;
	return is;
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

#endif
