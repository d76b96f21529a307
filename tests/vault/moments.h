/* Every moment at which the power can fail while a room is changed: before each change of a
 * file or a name the file system is copied, and each copy fails afterwards, in many ways. */
#ifndef TESTS_VAULT_MOMENTS_H
#define TESTS_VAULT_MOMENTS_H

#include "room.h"

#define POINTS 400

struct trial {
	struct memfs *fs, *point[POINTS];
	size_t n;
	struct vault *v;
	struct vault_key *old, *next; /* "uno" opens it, "dos" is to */
};

RIG void trial_note(void *arg)
{
	struct trial *t = arg;

	assert_true(t->n < POINTS);
	t->point[t->n] = memfs_clone(t->fs, 100 + t->n);
	t->n++;
}

/* The table's context is the file system; the trial is found from there.  mem_rename() and
 * mem_unlink() note the moment once more: other things happen to the second copy. */
RIG int trial_rename(void *ctx, const char *from, const char *to)
{
	struct memfs *m = ctx;

	if (m->before)
		m->before(m->arg);
	return mem_rename(ctx, from, to);
}

RIG int trial_unlink(void *ctx, const char *path)
{
	struct memfs *m = ctx;

	if (m->before)
		m->before(m->arg);
	return mem_unlink(ctx, path);
}

/* A room that is open, with what `sql` puts into it.  `names`: names can be lost too. */
RIG void trial_begin(struct trial *t, const char *sql, bool names)
{
	*t = (struct trial){ .fs = memfs_new(24) };
	t->fs->lose_names = names;
	t->fs->sys.rename = trial_rename;
	t->fs->sys.unlink = trial_unlink;
	t->v = rig_create(&t->fs->sys, HOME, "uno");
	rig_sql(t->v, sql);
	t->old = rig_key(&t->fs->sys, HOME, "uno");
	t->next = rig_key(&t->fs->sys, HOME, "dos");
}

RIG void trial_watch(struct trial *t)
{
	t->fs->arg = t;
	t->fs->before = trial_note;
}

/* The last moment is the one after all that was done. */
RIG void trial_unwatch(struct trial *t)
{
	t->fs->before = NULL;
	trial_note(t);
}

RIG void trial_end(struct trial *t)
{
	for (size_t i = 0; i < t->n; i++)
		memfs_free(t->point[i]);
	vault_key_free(t->old);
	vault_key_free(t->next);
	memfs_free(t->fs);
}

/* A file once more, stored. */
RIG void trial_copy(struct memfs *m, const char *from, const char *to)
{
	struct mem_file *a = mem_find(m, from), *b;

	assert_non_null(a);
	b = mem_new(m, to, false);
	a = mem_find(m, from);
	mem_put(b, false, a->now, a->size, 0);
	mem_put(b, true, a->now, a->size, 0);
}

/* Whether this key opens the room: it does, or it is another's, but nothing is damaged. */
RIG bool trial_opens(struct vault **v, struct memfs *fs, const struct vault_key *key)
{
	struct err e = { 0 };

	if (vault_open(v, &fs->sys, HOME, key, &e))
		return true;
	if (e.code != ERR_PASSPHRASE && e.code != ERR_NOT_FOUND)
		fail_msg("%s", e.text);
	return false;
}

/* Files whose names are a room's, under whatever ending. */
RIG int trial_files(struct memfs *fs)
{
	struct rig_names names = { 0 };
	int n = 0;

	assert_int_equal(mem_list(fs, HOME, rig_take, &names), 0);
	for (size_t i = 0; i < names.n; i++)
		n += strlen(names.name[i]) >= HOME_NAME;
	return n;
}

#endif
