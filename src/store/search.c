/* Finding words.  Shelves are asked from the newest to the oldest; as soon as there are
 * enough hits and no shelf left could hold a newer one, the rest is not asked at all. */
#include "db.h"

#include <stdlib.h>
#include <utf8proc.h>

#define WORDS_MAX 16

/* What the tokenizer makes a word of: letters and numbers of any script. */
static bool has_letter(struct str s)
{
	for (size_t at = 0, len; at < s.n; at += len) {
		utf8proc_category_t c = utf8proc_category(utf8_point(s, at, &len));
		if ((c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
		    (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO))
			return true;
	}
	return false;
}

/* Each piece between blanks becomes a quoted FTS5 phrase, so that no character of it means
 * anything; the tokenizer drops what is no letter.  The last one is a beginning; `lead` is
 * how far those before it reach. */
static void match_text(struct buf *out, size_t *lead, struct str words)
{
	struct str rest = words;

	for (int n = 0; n < WORDS_MAX;) {
		size_t end = 0;
		rest = str_trim(rest);
		while (end < rest.n && (unsigned char)rest.s[end] > ' ')
			end++;
		if (end == 0 && rest.n == 0)
			break;
		struct str piece = str_slice(rest, 0, end > 0 ? end : 1);
		rest = str_slice(rest, piece.n, rest.n);
		if (!has_letter(piece))
			continue;
		*lead = out->n;
		buf_add(out, n++ > 0 ? STR(" \"") : STR("\""));
		for (size_t i = 0; i < piece.n; i++)
			buf_addc(out, piece.s[i] == '"' ? ' ' : piece.s[i]);
		buf_addc(out, '"');
	}
	if (out->n > 0)
		buf_addc(out, '*');
}

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
	struct str match, lead; /* all words; those before the last */
	int64_t from, until;
	struct hits hits;
};

/* Whether the words before the last stand together anywhere on the shelf.  FTS5 gathers all
 * that begins with the last word before it looks at the others; where those are not there
 * that is work for nothing. */
static bool has_lead(
    struct store *s, int shelf, const struct look *l, bool *has, struct err *e)
{
	struct buf sql = { 0 };

	*has = true;
	if (l->lead.n == 0)
		return true;
	buf_addf(&sql, "SELECT rowid FROM words_%d WHERE words_%d MATCH ?1 LIMIT 1%c",
	    shelf, shelf, 0);
	sqlite3_stmt *st = db_prepare(s, sql.s, e);
	buf_free(&sql);
	if (st == NULL)
		return false;
	db_bind_str(st, 1, l->lead);
	int row = db_row(s, st, e);
	(void)sqlite3_finalize(st);
	*has = row == 1;
	return row >= 0;
}

static bool on_shelf(struct store *s, int shelf, struct look *l, struct err *e)
{
	struct buf sql = { 0 };
	const struct query *q = l->q;
	bool has;
	int row;

	if (!has_lead(s, shelf, l, &has, e))
		return false;
	if (!has)
		return true;
	/* CROSS JOIN: the words lead, the entries are looked up one by one. */
	buf_addf(&sql,
	    "SELECT w.rowid FROM words_%d w CROSS JOIN entry e ON e.seq = w.rowid "
	    "WHERE w.words_%d MATCH :match AND w.rowid < :until AND",
	    shelf, shelf);
	query_where(&sql, q);
	query_kinds(&sql, q->kinds);
	buf_addf(
	    &sql, " ORDER BY w.rowid DESC LIMIT %d%c", q->limit > 0 ? q->limit : -1, 0);
	sqlite3_stmt *st = db_prepare(s, sql.s, e);
	buf_free(&sql);
	if (st == NULL)
		return false;
	query_bind(st, q, l->from, l->until);
	db_bind_str(st, sqlite3_bind_parameter_index(st, ":match"), l->match);
	while ((row = db_row(s, st, e)) == 1)
		hits_add(&l->hits, sqlite3_column_int64(st, 0));
	(void)sqlite3_finalize(st);
	return row >= 0;
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
		if (!on_shelf(s, sqlite3_column_int(st, 0), l, e)) {
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
	struct buf match = { 0 };
	struct look l = { .q = &newest };
	bool ok = true;
	size_t lead = 0;

	newest.oldest_first = false;
	match_text(&match, &lead, words);
	if (match.n == 0)
		goto free_match;
	l.match = buf_str(&match);
	l.lead = str_slice(l.match, 0, lead);
	ok = query_range(s, &newest, &l.from, &l.until, e) && gather(s, &l, e);
	if (!ok)
		goto free_match;
	if (l.hits.n > 1)
		qsort(l.hits.seq, l.hits.n, sizeof(*l.hits.seq), newest_first);
	if (q->limit > 0 && l.hits.n > (size_t)q->limit)
		l.hits.n = (size_t)q->limit;
	ok = report(s, &l.hits, fn, arg, e);
free_match:
	free(l.hits.seq);
	buf_free(&match);
	return ok;
}
