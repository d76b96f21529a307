/* Rooms on the file system in memory: one made for a test, its two files, and the look at
 * the end that it is whole.  What is made or opened here has the passphrase "uno". */
#ifndef TESTS_VAULT_ROOM_H
#define TESTS_VAULT_ROOM_H

#include "memfs.h"

#include "vault/inner.h"

#define HOME "/h"

/* ---- files ---- */

/* How long the path of a main file is; the folders in memory have names of one letter. */
#define ROOM_PATH (strlen(HOME "/") + HOME_NAME)

/* Is it the main file of a room in this folder, or with `log` the log of one? */
RIG bool room_is_file(const struct mem_file *f, const char *home, bool log)
{
	return f->here && strlen(f->path) == ROOM_PATH + (log ? strlen(HOME_LOG) : 0) &&
	       strncmp(f->path, home, strlen(home)) == 0;
}

/* Where there are several rooms in the folder, the first that was found. */
RIG struct mem_file *room_file(struct memfs *m, const char *home, bool log)
{
	for (int i = 0; i < MEM_FILES; i++) {
		if (room_is_file(&m->file[i], home, log))
			return &m->file[i];
	}
	fail_msg("no %s in %s", log ? "log" : "room", home);
	abort();
}

RIG struct mem_file *main_in(struct memfs *m, const char *home)
{
	return room_file(m, home, false);
}

RIG struct mem_file *log_in(struct memfs *m, const char *home)
{
	return room_file(m, home, true);
}

/* ---- from the beginning to the end ---- */

/* A room in HOME, open, with a table that is empty. */
RIG struct memfs *room_with_table(struct vault **v)
{
	struct memfs *m = memfs_new(16);

	*v = rig_create(&m->sys, HOME, "uno");
	rig_sql(*v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
	return m;
}

/* The same with two rows. */
RIG struct memfs *room_with_rows(struct vault **v)
{
	struct memfs *m = room_with_table(v);

	rig_sql(*v, "INSERT INTO t(b) VALUES('one'), ('two')");
	return m;
}

/* The room opens, and is whole; how many rows there are. */
RIG int64_t room_rows(struct memfs *m, const char *home)
{
	struct vault *v = rig_open(&m->sys, home, "uno");
	int64_t n = rig_int(v, "SELECT count(*) FROM t");

	rig_whole(v);
	vault_close(v);
	return n;
}

/* The same where its rows do not matter. */
RIG void room_whole(struct memfs *m, const char *home)
{
	(void)room_rows(m, home);
}

/* Whatever was done to it, both rows of an open room are there when it is opened again. */
RIG void room_end(struct memfs *m, struct vault *v)
{
	vault_close(v);
	assert_int_equal(room_rows(m, HOME), 2);
	memfs_free(m);
}

/* ---- a room that is damaged and reported on ---- */

struct room_rig {
	struct memfs *m;
	struct vault *v;
	struct vault_key *key;
	struct vault_report r;
	struct err e;
};

/* Open, with nothing in its log. */
RIG struct room_rig room_rig_new(void)
{
	struct room_rig r = { .m = memfs_new(64) };

	r.v = rig_create(&r.m->sys, HOME, "uno");
	r.key = rig_key(&r.m->sys, HOME, "uno");
	rig_sql(r.v, "CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(20000))");
	assert_true(fold_all(r.v->pages, &r.e));
	return r;
}

/* The room was closed before. */
RIG void room_rig_end(struct room_rig *r)
{
	vault_key_free(r->key);
	memfs_free(r->m);
}

#endif
