/* The word index, in shelves.
 *
 * FTS5 keeps the words of a deleted row until the parts of its index happen to be merged
 * (SQLite before 3.42 cannot do otherwise), so deleting must merge by hand, and the cost of
 * that grows with the index.  So does the cost of looking for a short beginning ("s*"),
 * which FTS5 gathers whole before it gives the first row.  Cut into tables of a few
 * thousand entries both stay small: deleting merges one shelf, and a search for the newest
 * takes the newest shelf first and stops when it has enough.
 *
 * An entry that was once put on a shelf stays with it, so that merging this one shelf is
 * enough to be rid of every word it ever held. */
#include "db.h"

#include <stdlib.h>
#include <string.h>

#define SHELF_ENTRIES 2048

static sqlite3_stmt *on_shelf(struct store *s, const char *fmt, int shelf, struct err *e)
{
	char *sql = sqlite3_mprintf(fmt, shelf, shelf);

	if (sql == NULL)
		die("out of memory");
	sqlite3_stmt *st = db_prepare(s, sql, e);
	sqlite3_free(sql);
	return st;
}

/* Run a statement for one shelf: ?1 is the key, ?2 the text. */
static bool command(struct store *s, const char *fmt, int shelf, int64_t seq,
    struct str text, struct err *e)
{
	sqlite3_stmt *st = on_shelf(s, fmt, shelf, e);

	if (st == NULL)
		return false;
	if (sqlite3_bind_parameter_count(st) == 2) {
		db_bind_int(st, 1, seq);
		db_bind_str(st, 2, text);
	}
	bool ok = db_run(s, st, e);
	(void)sqlite3_finalize(st);
	return ok;
}

/* Pages of 4000 bytes fit, with their row, into a database page that keeps some bytes for
 * its seal; FTS5's own choice would need an overflow page for each. */
static bool shelf_make(struct store *s, int shelf, int64_t seq, struct err *e)
{
	static const char *const make[] = {
		"CREATE VIRTUAL TABLE words_%d USING fts5(text, content='', columnsize=0, "
		"tokenize='unicode61 remove_diacritics 2')",
		"INSERT INTO words_%d (words_%d, rank) VALUES ('pgsz', 4000)",
	};

	for (size_t i = 0; i < ARRAY_LEN(make); i++)
		if (!command(s, make[i], shelf, 0, STR(""), e))
			return false;
	sqlite3_stmt *st = db_kept(s, ST_SHELF_NEW, e);
	if (st == NULL)
		return false;
	db_bind_int(st, 1, shelf);
	db_bind_int(st, 2, seq);
	return db_run(s, st, e);
}

/* The shelf that has place for one more. */
static bool shelf_open(struct store *s, int64_t seq, int *shelf, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_SHELF_LAST, e);
	int entries = SHELF_ENTRIES;

	if (st == NULL)
		return false;
	*shelf = 0;
	int row = db_row(s, st, e);
	if (row == 1) {
		*shelf = sqlite3_column_int(st, 0);
		entries = sqlite3_column_int(st, 1);
	}
	db_done(st);
	if (row < 0)
		return false;
	if (entries < SHELF_ENTRIES)
		return true;
	++*shelf;
	return shelf_make(s, *shelf, seq, e);
}

bool shelf_add(struct store *s, int64_t seq, struct str text, int *shelf, struct err *e)
{
	int at = *shelf;

	if (at == 0) {
		if (!shelf_open(s, seq, &at, e))
			return false;
		sqlite3_stmt *st = db_kept(s, ST_SHELF_ADD, e);
		if (st == NULL)
			return false;
		db_bind_int(st, 1, at);
		db_bind_int(st, 2, seq);
		if (!db_run(s, st, e))
			return false;
	}
	if (!command(
		s, "INSERT INTO words_%d (rowid, text) VALUES (?1, ?2)", at, seq, text, e))
		return false;
	*shelf = at;
	return true;
}

bool shelf_remove(struct store *s, int shelf, int64_t seq, struct str text, struct err *e)
{
	return command(s,
	    "INSERT INTO words_%d (words_%d, rowid, text) VALUES ('delete', ?1, ?2)", shelf,
	    seq, text, e);
}

void shelf_dirty(struct store *s, int shelf)
{
	for (size_t i = 0; i < s->dirty_count; i++)
		if (s->dirty[i] == shelf)
			return;
	int *more = realloc(s->dirty, (s->dirty_count + 1) * sizeof(*more));
	if (more == NULL)
		die("out of memory");
	s->dirty = more;
	s->dirty[s->dirty_count++] = shelf;
}

bool shelf_scrub(struct store *s, struct err *e)
{
	static const char merge[] = "INSERT INTO words_%d (words_%d) VALUES ('optimize')";

	for (size_t i = 0; i < s->dirty_count; i++)
		if (!command(s, merge, s->dirty[i], 0, STR(""), e))
			return false;
	s->dirty_count = 0;
	return true;
}
