/* The store's footing on SQLite: prepared statements, transactions that nest, and failures
 * put into words.  What SQLite says itself is never shown: its texts can quote a query. */
#include "db.h"

#include <stdlib.h>
#include <string.h>

static const char *const statements[] = {
#define AS_TEXT(name, sql) [ST_##name] = (sql),
	STORE_STATEMENTS(AS_TEXT)
#undef AS_TEXT
};

bool db_fail(struct store *s, int rc, struct err *e)
{
	int full = s != NULL ? sqlite3_extended_errcode(s->db) : rc;

	if ((full & 0xff) != (rc & 0xff))
		full = rc;
	if (full == SQLITE_IOERR_DATA || full == SQLITE_IOERR_CORRUPTFS)
		rc = SQLITE_CORRUPT;
	if ((rc & 0xff) == SQLITE_NOMEM)
		die("out of memory");
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return err_set(e, ERR_FULL,
		    _("There is no room left on this disk. Nothing that was kept before is "
		      "lost. Make some room, then try again."));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_BUSY,
		    _("This room is open in another window. Close it there, then try again."));
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_DAMAGED,
		    _("A part of this room's file is damaged or was changed. 'remanso verify' names "
		      "it, 'remanso rescue DIR' saves the rest; a backup brings it back."));
	case SQLITE_READONLY:
		return err_set(e, ERR_IO, _("This room can be read, but not written to."));
	default:
		/* SQLITE_ERROR and the like are mistakes of ours, and not the disk's. */
		if ((rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_CANTOPEN)
			return err_set(
			    e, ERR_INTERNAL, _("The store made a mistake (%d)."), full);
		return err_set(e, ERR_IO,
		    _("Reading or writing failed. What is on the screen is still there; try "
		      "again."));
	}
}

bool db_exec(struct store *s, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK || db_fail(s, rc, e);
}

sqlite3_stmt *db_prepare(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		(void)db_fail(s, rc, e);
	return st;
}

sqlite3_stmt *db_kept(struct store *s, enum statement which, struct err *e)
{
	if (s->kept[which] == NULL)
		s->kept[which] = db_prepare(s, statements[which], e);
	return s->kept[which];
}

void db_done(sqlite3_stmt *st)
{
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
}

int db_row(struct store *s, sqlite3_stmt *st, struct err *e)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	(void)db_fail(s, rc, e);
	return -1;
}

bool db_run(struct store *s, sqlite3_stmt *st, struct err *e)
{
	int rc = sqlite3_step(st);
	bool ok = rc == SQLITE_DONE || rc == SQLITE_ROW;

	if (!ok)
		(void)db_fail(s, rc, e);
	db_done(st);
	return ok;
}

void db_bind_str(sqlite3_stmt *st, int at, struct str s)
{
	(void)sqlite3_bind_text64(
	    st, at, s.n > 0 ? s.s : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

void db_bind_id(sqlite3_stmt *st, int at, struct id i)
{
	if (id_none(i))
		(void)sqlite3_bind_null(st, at);
	else /* copied: ids are often values, not places */
		(void)sqlite3_bind_blob(st, at, i.b, sizeof(i.b), SQLITE_TRANSIENT);
}

void db_bind_int(sqlite3_stmt *st, int at, int64_t v)
{
	(void)sqlite3_bind_int64(st, at, v);
}

struct str db_str(sqlite3_stmt *st, int at)
{
	const void *p = sqlite3_column_text(st, at);

	return (struct str){ p, (size_t)sqlite3_column_bytes(st, at) };
}

struct id db_id(sqlite3_stmt *st, int at)
{
	struct id i = { { 0 } };
	const void *p = sqlite3_column_blob(st, at);

	if (p != NULL && sqlite3_column_bytes(st, at) == (int)sizeof(i.b))
		memcpy(i.b, p, sizeof(i.b));
	return i;
}

/* ---- opening ---- */

static struct store *store_new(struct sqlite3 *db, const struct world *w)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		die("out of memory");
	s->db = db;
	s->world = w;
	return s;
}

bool store_open(
    struct store **out, struct sqlite3 *db, const struct world *w, struct err *e)
{
	struct store *s = store_new(db, w);

	*out = NULL;
	/* A database in memory must not be less careful than a vault, which has these two
	 * fixed and refuses to be asked. */
	(void)sqlite3_exec(db, "PRAGMA secure_delete = ON", NULL, NULL, NULL);
	(void)sqlite3_exec(db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
	if (!db_exec(s, "PRAGMA foreign_keys = ON", e) || !migrate(s, e)) {
		store_close(s);
		return false;
	}
	/* On a full disk the drafts wait: a room that opens is worth more than that. */
	if (!entry_settle(s, NULL) && sqlite3_get_autocommit(db) == 0)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	*out = s;
	return true;
}

bool store_memory(struct store **out, const struct world *w, struct err *e)
{
	sqlite3 *db = NULL;

	*out = NULL;
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		die("out of memory");
	if (!store_open(out, db, w, e)) {
		(void)sqlite3_close(db);
		return false;
	}
	(*out)->owned = true;
	return true;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->depth > 0 && sqlite3_get_autocommit(s->db) == 0)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	for (size_t i = 0; i < ST_COUNT; i++)
		(void)sqlite3_finalize(s->kept[i]);
	if (s->owned)
		(void)sqlite3_close(s->db);
	free(s->dirty);
	free(s);
}

/* ---- transactions ---- */

static bool step(struct store *s, enum statement which, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, which, e);

	return st != NULL && db_run(s, st, e);
}

bool store_begin(struct store *s, struct err *e)
{
	if (!step(s, s->depth == 0 ? ST_BEGIN : ST_SAVE, e))
		return false;
	s->depth++;
	return true;
}

bool store_commit(struct store *s, struct err *e)
{
	if (s->depth > 1) {
		bool ok = step(s, ST_RELEASE, e);
		if (!ok)
			store_rollback(s);
		else
			s->depth--;
		return ok;
	}
	if (sqlite3_get_autocommit(s->db) != 0) {
		/* Some failures (a full disk, most of all) end the whole transaction. */
		s->depth = 0;
		return db_fail(s, SQLITE_FULL, e);
	}
	if (!shelf_scrub(s, e) || !step(s, ST_COMMIT, e)) {
		store_rollback(s);
		return false;
	}
	s->depth = 0;
	return true;
}

void store_rollback(struct store *s)
{
	if (s->depth == 0)
		return;
	s->depth--;
	if (s->depth == 0)
		s->dirty_count = 0;
	if (sqlite3_get_autocommit(s->db) != 0)
		return;
	if (s->depth == 0) {
		(void)step(s, ST_ROLLBACK, NULL);
	} else {
		(void)step(s, ST_ROLL_TO, NULL);
		(void)step(s, ST_RELEASE, NULL);
	}
}
