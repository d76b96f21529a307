/* Entries: putting, drafting, reading one, deleting.
 *
 * The history holds every finished value that has given way, and no draft ever: the first
 * draft over a finished value moves that value there, later drafts replace one another.
 * Drafts are not in the word index, so what was typed and taken back leaves no trace. */
#include "db.h"

#include <string.h>

static const char *const words[] = {
#define ENTRY(id, word, what) [ENTRY_##id] = word,
#include "remanso/entries.def"
#undef ENTRY
};

const char *entry_kind_word(enum entry_kind k)
{
	return k < ENTRY_KIND_COUNT ? words[k] : "";
}

static enum entry_kind kind_of(struct str word)
{
	for (size_t k = 0; k < ENTRY_KIND_COUNT; k++)
		if (str_is(word, words[k]))
			return (enum entry_kind)k;
	return ENTRY_NOTE; /* made by a newer program: words are words */
}

void entry_read(sqlite3_stmt *st, struct entry_row *out)
{
	out->seq = sqlite3_column_int64(st, 0);
	out->shelf = sqlite3_column_int(st, 14);
	out->e = (struct entry){
		.id = db_id(st, 1),
		.kind = kind_of(db_str(st, 2)),
		.run = db_id(st, 3),
		.row = db_id(st, 4),
		.place = sqlite3_column_int(st, 5),
		.page = db_str(st, 6),
		.card = db_str(st, 7),
		.item = db_str(st, 8),
		.question = db_str(st, 9),
		.lang = db_str(st, 10),
		.text = db_str(st, 11),
		.number = sqlite3_column_int(st, 12),
		.has_number = sqlite3_column_type(st, 12) != SQLITE_NULL,
		.draft = sqlite3_column_int(st, 13) != 0,
		.created = out->seq >> 8,
		.changed = sqlite3_column_int64(st, 15),
	};
}

struct entry entry_copy(struct arena *a, const struct entry *en)
{
	struct entry c = *en;

	c.page = arena_dup(a, en->page);
	c.card = arena_dup(a, en->card);
	c.item = arena_dup(a, en->item);
	c.question = arena_dup(a, en->question);
	c.lang = arena_dup(a, en->lang);
	c.text = arena_dup(a, en->text);
	return c;
}

/* 1: found and copied into `a`; 0: not there; -1: failure. */
static int find(
    struct store *s, struct id id, struct arena *a, struct entry_row *out, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_ENTRY_BY_ID, e);

	if (st == NULL)
		return -1;
	db_bind_id(st, 1, id);
	int row = db_row(s, st, e);
	if (row == 1) {
		entry_read(st, out);
		out->e = entry_copy(a, &out->e);
	}
	db_done(st);
	return row;
}

bool store_get(
    struct store *s, struct id id, struct arena *a, struct entry *out, struct err *e)
{
	struct entry_row r;
	int row = find(s, id, a, &r, e);

	if (row == 0)
		return err_set(e, ERR_NOT_FOUND, _("This entry is not there any more."));
	if (row == 1)
		*out = r.e;
	return row == 1;
}

/* ---- putting ---- */

/* The next free key of a millisecond; more than 256 entries in one run over into the next.
 */
static bool seq_new(struct store *s, int64_t ms, int64_t *seq, struct err *e)
{
	for (;; ms++) {
		sqlite3_stmt *st = db_kept(s, ST_ENTRY_LAST_SEQ, e);
		if (st == NULL)
			return false;
		db_bind_int(st, 1, ms);
		int row = db_row(s, st, e);
		bool taken = row == 1 && sqlite3_column_type(st, 0) != SQLITE_NULL;
		*seq = taken ? sqlite3_column_int64(st, 0) + 1 : ms * 256;
		db_done(st);
		if (row < 0)
			return false;
		if (*seq >> 8 == ms)
			return true;
	}
}

static bool write_row(
    struct store *s, enum statement which, const struct entry_row *r, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, which, e);
	const struct entry *en = &r->e;

	if (st == NULL)
		return false;
	db_bind_int(st, 1, r->seq);
	db_bind_id(st, 2, en->id);
	db_bind_str(st, 3, str_from(entry_kind_word(en->kind)));
	db_bind_id(st, 4, en->run);
	db_bind_id(st, 5, en->row);
	db_bind_int(st, 6, en->place);
	db_bind_str(st, 7, en->page);
	db_bind_str(st, 8, en->card);
	db_bind_str(st, 9, en->item);
	db_bind_str(st, 10, en->question);
	db_bind_str(st, 11, en->lang);
	db_bind_str(st, 12, en->text);
	if (en->has_number)
		db_bind_int(st, 13, en->number);
	db_bind_int(st, 14, en->draft);
	if (r->shelf != 0)
		db_bind_int(st, 15, r->shelf);
	db_bind_int(st, 16, en->changed);
	return db_run(s, st, e);
}

static bool with_id(
    struct store *s, enum statement which, struct id id, int64_t when, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, which, e);

	if (st == NULL)
		return false;
	db_bind_id(st, 1, id);
	if (sqlite3_bind_parameter_count(st) > 1)
		db_bind_int(st, 2, when);
	return db_run(s, st, e);
}

static bool with_seq(
    struct store *s, enum statement which, int64_t seq, int64_t when, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, which, e);

	if (st == NULL)
		return false;
	db_bind_int(st, 1, seq);
	if (sqlite3_bind_parameter_count(st) > 1)
		db_bind_int(st, 2, when);
	return db_run(s, st, e);
}

bool entry_is_indexed(const struct entry *en)
{
	static const unsigned searched =
	    1u << ENTRY_JOURNAL | 1u << ENTRY_ANSWER | 1u << ENTRY_CELL | 1u << ENTRY_NOTE;

	return !en->draft && en->text.n > 0 && (searched >> en->kind & 1) != 0;
}

static bool insert(struct store *s, struct entry_row *r, struct err *e)
{
	bool revived = !id_none(r->e.id);

	if (r->e.created <= 0)
		r->e.created = s->world->now_ms(s->world);
	if (!seq_new(s, r->e.created, &r->seq, e))
		return false;
	r->e.created = r->seq >> 8;
	if (r->e.changed == 0)
		r->e.changed = r->e.created;
	if (!revived)
		r->e.id = id_new(s, r->e.created);
	else if (!with_id(s, ST_MARKER_DELETE, r->e.id, 0, e))
		return false;
	if (entry_is_indexed(&r->e) && !shelf_add(s, r->seq, r->e.text, &r->shelf, e))
		return false;
	return write_row(s, ST_ENTRY_INSERT, r, e);
}

static bool same_value(const struct entry *a, const struct entry *b)
{
	return str_eq(a->text, b->text) && a->has_number == b->has_number &&
	       (!a->has_number || a->number == b->number);
}

/* Back to the value that the draft covered: it is no past value then. */
static bool history_same(
    struct store *s, int64_t seq, const struct entry *en, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_HISTORY_SAME, e);

	if (st == NULL)
		return false;
	db_bind_int(st, 1, seq);
	db_bind_str(st, 2, en->text);
	if (en->has_number)
		db_bind_int(st, 3, en->number);
	return db_run(s, st, e);
}

static bool replace(
    struct store *s, const struct entry_row *old, struct entry_row *r, struct err *e)
{
	bool same = same_value(&old->e, &r->e);
	bool was = entry_is_indexed(&old->e);

	r->seq = old->seq;
	r->shelf = old->shelf;
	r->e.created = old->e.created;
	if (same && !old->e.draft)
		r->e.draft = false;
	bool will = entry_is_indexed(&r->e), moved = !str_eq(old->e.text, r->e.text);
	int64_t now = s->world->now_ms(s->world);
	r->e.changed = same ? old->e.changed : now;
	if (!old->e.draft && !same && !with_seq(s, ST_HISTORY_PUT, r->seq, now, e))
		return false;
	if (old->e.draft && !r->e.draft && !history_same(s, r->seq, &r->e, e))
		return false;
	if (was && (!will || moved) && !shelf_remove(s, r->shelf, r->seq, old->e.text, e))
		return false;
	if (will && (!was || moved) && !shelf_add(s, r->seq, r->e.text, &r->shelf, e))
		return false;
	return write_row(s, ST_ENTRY_UPDATE, r, e);
}

static bool put(struct store *s, struct entry *en, bool draft, struct err *e)
{
	struct arena *a = arena_new();
	struct entry_row old, r = { .e = *en };
	bool ok = store_begin(s, e);

	if (!ok)
		goto free_arena;
	r.e.draft = draft;
	int there = id_none(en->id) ? 0 : find(s, en->id, a, &old, e);
	ok = there == 1 ? replace(s, &old, &r, e) : there == 0 && insert(s, &r, e);
	if (!ok) {
		store_rollback(s);
		goto free_arena;
	}
	ok = store_commit(s, e);
	if (ok)
		*en = r.e;
free_arena:
	arena_free(a);
	return ok;
}

bool store_put(struct store *s, struct entry *en, struct err *e)
{
	return put(s, en, false, e);
}

bool store_draft(struct store *s, struct entry *en, struct err *e)
{
	return put(s, en, true, e);
}

/* ---- deleting ---- */

static bool remove_entry(struct store *s, const struct entry_row *r, struct err *e)
{
	if (r->shelf != 0) {
		if (entry_is_indexed(&r->e) &&
		    !shelf_remove(s, r->shelf, r->seq, r->e.text, e))
			return false;
		shelf_dirty(s, r->shelf); /* older words may wait there as well */
	}
	return with_seq(s, ST_HISTORY_DELETE, r->seq, 0, e) &&
	       with_seq(s, ST_ENTRY_DELETE, r->seq, 0, e) &&
	       with_id(s, ST_MARKER_PUT, r->e.id, s->world->now_ms(s->world), e);
}

bool store_delete(struct store *s, struct id id, struct err *e)
{
	struct arena *a = arena_new();
	struct entry_row r;
	bool ok = store_begin(s, e);

	if (!ok)
		goto free_arena;
	int there = find(s, id, a, &r, e);
	ok = there == 0 || (there == 1 && remove_entry(s, &r, e));
	if (!ok)
		store_rollback(s);
	else
		ok = store_commit(s, e);
free_arena:
	arena_free(a);
	return ok;
}

/* Ids are gathered before anything is deleted: deleting while reading would move the ground
 * under the reading. */
static bool gather(void *arg, const struct entry *en)
{
	buf_add(arg, (struct str){ (const char *)en->id.b, sizeof(en->id.b) });
	return true;
}

bool store_delete_all(struct store *s, const struct query *q, struct err *e)
{
	struct buf ids = { 0 };
	bool ok = store_begin(s, e);

	if (!ok)
		return false;
	ok = store_each(s, q, gather, &ids, e);
	for (size_t at = 0; ok && at < ids.n; at += sizeof(struct id)) {
		struct id id;
		memcpy(id.b, ids.s + at, sizeof(id.b));
		ok = store_delete(s, id, e);
	}
	buf_free(&ids);
	if (!ok) {
		store_rollback(s);
		return false;
	}
	return store_commit(s, e);
}

bool store_delete_row(struct store *s, struct id row, struct err *e)
{
	struct query q = { .row = row };

	return id_none(row) || store_delete_all(s, &q, e);
}

/* ---- drafts left behind ---- */

bool entry_settle(struct store *s, struct err *e)
{
	struct arena *a = arena_new();
	bool ok = true;

	for (;;) {
		sqlite3_stmt *st = db_kept(s, ST_ENTRY_DRAFT, e);
		struct entry_row r = { 0 };
		if (st == NULL)
			break;
		int row = db_row(s, st, e);
		if (row == 1) {
			entry_read(st, &r);
			r.e = entry_copy(a, &r.e);
		}
		db_done(st);
		ok = row >= 0;
		if (row != 1 || !(ok = store_put(s, &r.e, e)))
			break;
		arena_reset(a);
	}
	arena_free(a);
	return ok;
}
