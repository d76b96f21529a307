/* What happens in a world of power failures (crash.h): a fixed script, and random ones. */
#ifndef TESTS_VAULT_CRASH_SCRIPT_H
#define TESTS_VAULT_CRASH_SCRIPT_H

#include "crash.h"

#include "vault/home.h"

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

/* All keys anew, under the same passphrase or the other one. */
static void crash_rotate(struct crash *w, struct vault **v)
{
	bool same = rig_random(&w->seed) % 2;
	struct vault_key *old = w->key;
	struct err e = { 0 };

	w->changing = true;
	crash_must(
	    vault_rotate(*v, same ? w->key : w->next, &e), "changing all keys", e.text);
	w->changing = false;
	if (!same) {
		w->key = w->next;
		w->next = old;
	}
	vault_close(*v);
	crash_must(vault_open(v, &w->fs->sys, CRASH_HOME, w->key, &e), "reopening", e.text);
}

static void crash_add_and_remove(struct crash *w, struct vault *v)
{
	enum slot_kind had[VAULT_SLOTS], has[VAULT_SLOTS];
	struct vault_key *third = rig_key(&w->fs->sys, CRASH_HOME, "tres");
	struct err e = { 0 };

	vault_slots(v, had);
	crash_must(vault_add_passphrase(v, third, &e), "another passphrase", e.text);
	vault_slots(v, has);
	for (int i = 0; i < VAULT_SLOTS; i++) {
		if (has[i] != had[i])
			crash_must(vault_remove_slot(v, i, &e), "taking away", e.text);
	}
	vault_key_free(third);
}

static void crash_create(struct crash *w, struct vault **v)
{
	struct err e = { 0 };

	w->acked = -1;
	w->coming = 0;
	w->creating = true;
	crash_must(
	    vault_create(v, &w->fs->sys, CRASH_HOME, w->key, &e), "creation", e.text);
	w->creating = false;
	w->deleted = false;
	crash_must(sql_setup(vault_db(*v)) == SQLITE_OK, "setup", "");
	w->acked = 0;
}

static void crash_delete(struct crash *w, struct vault **v)
{
	struct err e = { 0 };

	w->deleting = true;
	crash_must(vault_delete(*v, &e), "deleting", e.text);
	w->deleting = false;
	w->deleted = w->creating = true;
	vault_close(*v);
	crash_create(w, v);
}

static void crash_back_up(struct crash *w, struct vault *v)
{
	struct err e = { 0 };

	(void)w;
	crash_must(vault_backup(v, "/b", &e), "backup", e.text);
}

static void crash_empty(struct crash *w)
{
	struct rig_names names = { 0 };
	char path[MEM_PATH];

	mem_list(w->fs, "/b", rig_take, &names);
	for (size_t i = 0; i < names.n; i++) {
		snprintf(path, sizeof path, "/b/%s", names.name[i]);
		mem_unlink(w->fs, path);
	}
}

/* The room is gone, and its backup comes to the empty home. */
static void crash_return(struct crash *w, struct vault **v)
{
	struct err e = { 0 };

	crash_back_up(w, *v);
	w->deleting = true;
	crash_must(vault_delete(*v, &e), "deleting", e.text);
	w->deleting = false;
	vault_close(*v);
	w->returning = true;
	crash_must(
	    vault_restore(&w->fs->sys, CRASH_HOME, "/b", NULL, &e), "restore", e.text);
	w->returning = false;
	crash_empty(w);
	crash_must(vault_open(v, &w->fs->sys, CRASH_HOME, w->key, &e), "reopening", e.text);
}

/* The room goes on after its backup, which then comes in its place; what was set aside is
 * swapped back, or not, and dropped. */
static void crash_restore(struct crash *w, struct vault **v)
{
	struct secret *pass = crash_words(w);
	uint32_t dice = rig_random(&w->seed);
	struct vault_restored r;
	struct err e = { 0 };
	int64_t then = w->acked;

	crash_back_up(w, *v);
	for (uint32_t i = 0; i <= dice % 3; i++)
		crash_commit(w, *v, -1);
	if (dice / 4 % 4 == 0) {
		w->changing = true;
		crash_must(vault_rotate(*v, w->key, &e), "changing all keys", e.text);
		w->changing = false;
	} else if (dice / 4 % 4 == 1) {
		vault_drop_keys(*v);
	}
	vault_close(*v);
	w->other = then;
	w->swapping = true;
	crash_must(vault_restore_all(
		       &w->fs->sys, CRASH_HOME, "/b", dice / 16 % 2 ? pass : NULL, &r, &e),
	    "restore", e.text);
	crash_must(r.rooms == 1 && r.aside == 1, "restore", "nothing was set aside");
	w->other = w->acked;
	w->acked = w->coming = then;
	if (dice / 32 % 2) {
		crash_must(vault_restore_kept(&w->fs->sys, CRASH_HOME, 1, pass, &r, &e),
		    "swapping back", e.text);
		w->acked = w->coming = w->other;
	}
	w->swapping = false;
	crash_must(home_drop_kept(&w->fs->sys, CRASH_HOME, NULL), "dropping", "");
	crash_empty(w);
	crash_must(vault_open(v, &w->fs->sys, CRASH_HOME, w->key, &e), "reopening", e.text);
	secret_free(pass);
}

#define CRASH_BETWEEN 13

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
	else if (what == 7)
		crash_rotate(w, v);
	else if (what == 8)
		crash_add_and_remove(w, *v);
	else if (what == 9) {
		crash_back_up(w, *v);
		crash_empty(w);
	} else if (what == 10)
		crash_delete(w, v);
	else if (what == 11)
		crash_restore(w, v);
	else if (what == 12)
		crash_return(w, v);
}

static void crash_begin(struct crash *w, struct vault **v, uint32_t log_blocks)
{
	w->fs = memfs_new(log_blocks);
	w->fs->lose_names = true;
	w->trial->sys.log_blocks = log_blocks;
	w->trial->lose_names = true;
	w->fs->before = crash_before;
	w->fs->arg = w;
	w->key = rig_key(&w->fs->sys, CRASH_HOME, "uno");
	w->uno = w->key;
	crash_create(w, v);
	w->next = rig_key(&w->fs->sys, CRASH_HOME, "dos");
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
		-6, 10, -5, 5, 2, 3, -3, 11, 7, -4, 0, 12, 13, -7, 11, 7, 0, -9, -8, 0, 5,
		-10, 3, -11, 0, 3, -12, 0, -13, 5, -12, 3 };
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
			crash_between(w, &v, (int)(rig_random(&w->seed) % CRASH_BETWEEN));
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
