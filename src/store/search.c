/* Finding words.  Shelves are asked from the newest to the oldest; as soon as there are
 * enough hits and no shelf left could hold a newer one, the rest is not asked at all. */
#include "db.h"

#include <stdlib.h>

/* So few entries are read through by hand rather than that FTS5 gathers everything that
 * begins with one letter. */
#define FEW 200

struct hits {
	int64_t *seq;
	size_t n, cap;
};

static void hits_add(struct hits *h, int64_t seq)
{
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 64 : h->cap * 2;
		h->seq = realloc(h->seq, h->cap * sizeof(*h->seq));
		if (h->seq == NULL)
			die("out of memory");
	}
	h->seq[h->n++] = seq;
}

static int newest_first(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

struct look {
	const struct query *q;
	struct match words;
	int64_t from, until;
	struct hits hits;
};

/* How many entries of the shelf hold the words before the last; more than FEW where there
 * are none such.  FTS5 gathers all that begins with the last word before it looks at the
 * others: where those are not there, or in a few entries only, that is work for nothing. */
static bool lead_count(
    struct store *s, int shelf, const struct look *l, int *n, struct err *e)
{
	struct buf sql = { 0 };
	int row;

	*n = FEW + 1;
	if (l->words.lead.n == 0)
		return true;
	buf_addf(&sql, "SELECT rowid FROM words_%d WHERE words_%d MATCH ?1 LIMIT %d%c",
	    shelf, shelf, l->words.tail.n > 0 ? FEW + 1 : 1, 0);
	sqlite3_stmt *st = db_prepare(s, sql.s, e);
	buf_free(&sql);
	if (st == NULL)
		return false;
	db_bind_str(st, 1, l->words.lead);
	for (*n = 0; (row = db_row(s, st, e)) == 1; ++*n)
		;
	(void)sqlite3_finalize(st);
	return row >= 0;
}

/* Hits of `match` on a shelf; `tail`, when it is not empty, is looked for by hand. */
static bool on_shelf(struct store *s, int shelf, struct look *l, struct str match,
    struct str tail, struct err *e)
{
	struct buf sql = { 0 };
	const struct query *q = l->q;
	int row;

	/* CROSS JOIN: the words lead, the entries are looked up one by one. */
	buf_addf(&sql,
	    "SELECT w.rowid, e.text FROM words_%d w CROSS JOIN entry e ON e.seq = w.rowid "
	    "WHERE w.words_%d MATCH :match AND w.rowid < :until AND",
	    shelf, shelf);
	query_where(&sql, q);
	query_kinds(&sql, q->kinds);
	buf_addf(&sql, " ORDER BY w.rowid DESC LIMIT %d%c",
	    q->limit > 0 && tail.n == 0 ? q->limit : -1, 0);
	sqlite3_stmt *st = db_prepare(s, sql.s, e);
	buf_free(&sql);
	if (st == NULL)
		return false;
	query_bind(st, q, l->from, l->until);
	db_bind_str(st, sqlite3_bind_parameter_index(st, ":match"), match);
	while ((row = db_row(s, st, e)) == 1)
		if (tail.n == 0 || match_begins(db_str(st, 1), tail))
			hits_add(&l->hits, sqlite3_column_int64(st, 0));
	(void)sqlite3_finalize(st);
	return row >= 0;
}

static bool ask_shelf(struct store *s, int shelf, struct look *l, struct err *e)
{
	const struct match *m = &l->words;
	int n;

	if (!lead_count(s, shelf, l, &n, e))
		return false;
	if (n == 0)
		return true;
	if (n <= FEW && m->tail.n > 0)
		return on_shelf(s, shelf, l, m->lead, m->tail, e);
	return on_shelf(s, shelf, l, m->all, STR(""), e);
}

/* Nothing on a shelf whose newest entry is `last` could come before the hits there are. */
static bool enough(struct look *l, int64_t last)
{
	size_t limit = (size_t)(l->q->limit > 0 ? l->q->limit : 0);

	if (limit == 0 || l->hits.n < limit)
		return false;
	qsort(l->hits.seq, l->hits.n, sizeof(*l->hits.seq), newest_first);
	l->hits.n = limit;
	return l->hits.seq[limit - 1] > last;
}

static bool gather(struct store *s, struct look *l, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s,
	    "SELECT n, last FROM shelf WHERE first < ?1 AND last >= ?2 ORDER BY last DESC",
	    e);
	int row;

	if (st == NULL)
		return false;
	db_bind_int(st, 1, l->until);
	db_bind_int(st, 2, l->from);
	while ((row = db_row(s, st, e)) == 1) {
		if (enough(l, sqlite3_column_int64(st, 1)))
			break;
		if (!ask_shelf(s, sqlite3_column_int(st, 0), l, e)) {
			row = -1;
			break;
		}
	}
	(void)sqlite3_finalize(st);
	return row >= 0;
}

static bool report(
    struct store *s, const struct hits *h, entry_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s, ENTRY_SELECT " FROM entry e WHERE seq = ?1", e);
	int row = 0;

	if (st == NULL)
		return false;
	for (size_t i = 0; i < h->n; i++) {
		struct entry_row r;
		db_bind_int(st, 1, h->seq[i]);
		row = db_row(s, st, e);
		if (row < 0)
			break;
		if (row == 1)
			entry_read(st, &r);
		if (row == 1 && !fn(arg, &r.e))
			break;
		db_done(st);
	}
	(void)sqlite3_finalize(st);
	return row >= 0;
}

bool store_search(struct store *s, struct str words, const struct query *q, entry_fn *fn,
    void *arg, struct err *e)
{
	struct query newest = *q;
	struct arena *a = arena_new();
	struct look l = { .q = &newest, .words = match_of(a, words) };
	bool ok = true;

	newest.oldest_first = false;
	if (l.words.all.n == 0)
		goto free_words;
	ok = query_range(s, &newest, &l.from, &l.until, e) && gather(s, &l, e);
	if (!ok)
		goto free_words;
	if (l.hits.n > 1)
		qsort(l.hits.seq, l.hits.n, sizeof(*l.hits.seq), newest_first);
	if (q->limit > 0 && l.hits.n > (size_t)q->limit)
		l.hits.n = (size_t)q->limit;
	ok = report(s, &l.hits, fn, arg, e);
free_words:
	free(l.hits.seq);
	arena_free(a);
	return ok;
}
