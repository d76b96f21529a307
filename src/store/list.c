/* Lists of entries, in order of time.
 *
 * A key is a time, so paging is a range of keys and every list walks an index without
 * sorting.  Where several kinds are asked for, each is its own walk and SQLite merges them;
 * `+` keeps it from choosing the index of kinds where a page or a run says more. */
#include "db.h"

#include <string.h>

static bool narrow(const struct query *q)
{
	return q->page.n > 0 || !id_none(q->run) || !id_none(q->row);
}

void query_kinds(struct buf *sql, unsigned kinds)
{
	const char *sep = " AND +e.kind IN (";

	if (kinds == 0)
		return;
	for (unsigned k = 0; k < ENTRY_KIND_COUNT; k++) {
		if ((kinds >> k & 1) == 0)
			continue;
		buf_addf(sql, "%s'%s'", sep, entry_kind_word((enum entry_kind)k));
		sep = ", ";
	}
	buf_addc(sql, ')');
}

void query_where(struct buf *sql, const struct query *q)
{
	buf_addf(sql, " e.seq >= :from AND e.seq < :until");
	if (q->page.n > 0)
		buf_addf(sql, " AND e.page = :page AND e.page <> ''");
	if (q->card.n > 0)
		buf_addf(sql, " AND e.card = :card");
	if (q->item.n > 0)
		buf_addf(sql, " AND e.item = :item");
	if (!id_none(q->run))
		buf_addf(sql, " AND e.run = :run");
	if (!id_none(q->row))
		buf_addf(sql, " AND e.row = :row");
}

static int at(sqlite3_stmt *st, const char *name)
{
	return sqlite3_bind_parameter_index(st, name);
}

void query_bind(sqlite3_stmt *st, const struct query *q, int64_t from, int64_t until)
{
	db_bind_int(st, at(st, ":from"), from);
	db_bind_int(st, at(st, ":until"), until);
	if (q->page.n > 0)
		db_bind_str(st, at(st, ":page"), q->page);
	if (q->card.n > 0)
		db_bind_str(st, at(st, ":card"), q->card);
	if (q->item.n > 0)
		db_bind_str(st, at(st, ":item"), q->item);
	if (!id_none(q->run))
		db_bind_id(st, at(st, ":run"), q->run);
	if (!id_none(q->row))
		db_bind_id(st, at(st, ":row"), q->row);
}

/* The key of the entry that ended the page before; when it is gone, of its time. */
static bool page_mark(struct store *s, const struct query *q, int64_t *seq, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_ENTRY_BY_ID, e);

	*seq = q->before * 256;
	if (id_none(q->before_id))
		return true;
	if (st == NULL)
		return false;
	db_bind_id(st, 1, q->before_id);
	int row = db_row(s, st, e);
	if (row == 1)
		*seq = sqlite3_column_int64(st, 0);
	db_done(st);
	return row >= 0;
}

bool query_range(
    struct store *s, const struct query *q, int64_t *from, int64_t *until, struct err *e)
{
	int64_t mark;

	*from = q->from * 256;
	*until = q->until != 0 ? q->until * 256 : INT64_MAX;
	if (q->before == 0 && id_none(q->before_id))
		return true;
	if (!page_mark(s, q, &mark, e))
		return false;
	if (q->oldest_first && mark >= *from)
		*from = mark + 1;
	if (!q->oldest_first && mark < *until)
		*until = mark;
	return true;
}

/* One walk for each kind, or one for all. */
static void list_sql(struct buf *sql, const char *what, const struct query *q)
{
	const char *join = "";

	if (narrow(q) || q->kinds == 0) {
		buf_addf(sql, "%s FROM entry e WHERE", what);
		query_where(sql, q);
		query_kinds(sql, q->kinds);
		return;
	}
	for (unsigned k = 0; k < ENTRY_KIND_COUNT; k++) {
		if ((q->kinds >> k & 1) == 0)
			continue;
		buf_addf(sql, "%s%s FROM entry e WHERE e.kind = '%s' AND", join, what,
		    entry_kind_word((enum entry_kind)k));
		query_where(sql, q);
		join = " UNION ALL ";
	}
}

bool store_each(
    struct store *s, const struct query *q, entry_fn *fn, void *arg, struct err *e)
{
	struct buf sql = { 0 };
	int64_t from, until;
	int row;

	if (!query_range(s, q, &from, &until, e))
		return false;
	list_sql(&sql, ENTRY_SELECT, q);
	buf_addf(&sql, " ORDER BY 1%s LIMIT %d%c", q->oldest_first ? "" : " DESC",
	    q->limit > 0 ? q->limit : -1, 0);
	sqlite3_stmt *st = db_prepare(s, sql.s, e);
	buf_free(&sql);
	if (st == NULL)
		return false;
	query_bind(st, q, from, until);
	while ((row = db_row(s, st, e)) == 1) {
		struct entry_row r;
		entry_read(st, &r);
		if (!fn(arg, &r.e))
			break;
	}
	(void)sqlite3_finalize(st);
	return row >= 0;
}

int64_t store_count(struct store *s, const struct query *q)
{
	struct buf sql = { 0 };
	int64_t from, until, n = 0;

	if (!query_range(s, q, &from, &until, NULL))
		return 0;
	buf_addf(&sql, "SELECT count(*) FROM entry e WHERE");
	query_where(&sql, q);
	query_kinds(&sql, q->kinds);
	buf_addc(&sql, '\0');
	sqlite3_stmt *st = db_prepare(s, sql.s, NULL);
	buf_free(&sql);
	if (st == NULL)
		return 0;
	query_bind(st, q, from, until);
	if (db_row(s, st, NULL) == 1)
		n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

bool store_history(struct store *s, struct id id, entry_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s,
	    "SELECT e.seq, e.id, e.kind, e.run, e.row, e.place, e.page, e.card, e.item, "
	    "h.question, h.lang, h.text, h.number, 0, 0, h.replaced FROM entry e "
	    "JOIN entry_history h ON h.entry = e.seq WHERE e.id = ?1 ORDER BY h.n DESC",
	    e);
	int row;

	if (st == NULL)
		return false;
	db_bind_id(st, 1, id);
	while ((row = db_row(s, st, e)) == 1) {
		struct entry_row r;
		entry_read(st, &r);
		if (!fn(arg, &r.e))
			break;
	}
	(void)sqlite3_finalize(st);
	return row >= 0;
}
