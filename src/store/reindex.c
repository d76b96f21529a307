/* The word index made anew from the entries, after their rows were put here from elsewhere
 * and the index was not. */
#include "db.h"

#include <stdlib.h>

static bool drop_shelves(struct store *s, struct err *e)
{
	for (;;) {
		sqlite3_stmt *st = db_prepare(s, "SELECT max(n) FROM shelf", e);
		int n = 0, row = st != NULL ? db_row(s, st, e) : -1;

		if (row == 1)
			n = sqlite3_column_int(st, 0);
		(void)sqlite3_finalize(st);
		if (row < 0 || n == 0)
			return row >= 0;
		char *sql = sqlite3_mprintf("DROP TABLE IF EXISTS words_%d;"
					    "DELETE FROM shelf WHERE n = %d",
		    n, n);
		if (sql == NULL)
			die("out of memory");
		bool ok = db_exec(s, sql, e);
		sqlite3_free(sql);
		if (!ok)
			return false;
	}
}

/* The next entry after `seq` that stood on a shelf goes on one again. */
static int next(
    struct store *s, sqlite3_stmt *find, sqlite3_stmt *put, int64_t *seq, struct err *e)
{
	struct entry_row r;
	int shelf = 0;

	db_bind_int(find, 1, *seq);
	int row = db_row(s, find, e);
	if (row == 1) {
		entry_read(find, &r);
		*seq = r.seq;
		if (entry_is_indexed(&r.e) && !shelf_add(s, r.seq, r.e.text, &shelf, e))
			row = -1;
	}
	db_done(find);
	if (row != 1)
		return row;
	db_bind_int(put, 1, *seq);
	if (shelf != 0)
		db_bind_int(put, 2, shelf);
	return db_run(s, put, e) ? 1 : -1;
}

static bool reindex(struct store *s, struct err *e)
{
	int64_t seq = INT64_MIN;
	int row = -1;

	if (!drop_shelves(s, e))
		return false;
	sqlite3_stmt *find = db_prepare(s,
	    ENTRY_SELECT " FROM entry e WHERE e.seq > ?1 AND e.shelf IS NOT NULL "
			 "ORDER BY e.seq LIMIT 1",
	    e);
	sqlite3_stmt *put = db_prepare(s, "UPDATE entry SET shelf = ?2 WHERE seq = ?1", e);
	if (find != NULL && put != NULL)
		do
			row = next(s, find, put, &seq, e);
		while (row == 1);
	(void)sqlite3_finalize(find);
	(void)sqlite3_finalize(put);
	return row == 0;
}

bool store_reindex(struct store *s, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	if (reindex(s, e))
		return store_commit(s, e);
	store_rollback(s);
	return false;
}
