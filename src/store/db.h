/* Inside of the store: statements, binding, reading, and SQLite's failures as our errors.
 * No other folder includes this. */
#ifndef REMANSO_STORE_DB_H
#define REMANSO_STORE_DB_H

#include <sqlite3.h>

#include "remanso/store.h"

/* Statements that are used all the time; prepared at their first use and kept. */
#define STORE_STATEMENTS(S) \
	S(ENTRY_BY_ID, ENTRY_SELECT " FROM entry e WHERE id = ?1") \
	S(ENTRY_DRAFT, ENTRY_SELECT " FROM entry e WHERE draft = 1 LIMIT 1") \
	S(ENTRY_LAST_SEQ, \
	    "SELECT max(seq) FROM entry WHERE seq >= ?1 * 256 AND seq < ?1 * 256 + 256") \
	S(ENTRY_INSERT, \
	    "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, " \
	    "?12, ?13, ?14, ?15, ?16)") \
	S(ENTRY_UPDATE, \
	    "UPDATE entry SET kind = ?3, run = ?4, row = ?5, place = ?6, page = ?7, " \
	    "card = ?8, item = ?9, question = ?10, lang = ?11, text = ?12, number = ?13, " \
	    "draft = ?14, shelf = ?15, changed = ?16 WHERE seq = ?1 AND id = ?2") \
	S(ENTRY_DELETE, "DELETE FROM entry WHERE seq = ?1") \
	S(HISTORY_DELETE, "DELETE FROM entry_history WHERE entry = ?1") \
	S(HISTORY_PUT, \
	    "INSERT INTO entry_history (entry, question, lang, text, number, replaced) " \
	    "SELECT seq, question, lang, text, number, ?2 FROM entry WHERE seq = ?1") \
	S(HISTORY_SAME, \
	    "DELETE FROM entry_history WHERE n = (SELECT max(n) FROM entry_history " \
	    "WHERE entry = ?1) AND text = ?2 AND number IS ?3") \
	S(MARKER_PUT, "INSERT OR REPLACE INTO marker VALUES (?1, ?2)") \
	S(MARKER_DELETE, "DELETE FROM marker WHERE id = ?1") \
	S(SHELF_LAST, "SELECT n, entries FROM shelf ORDER BY n DESC LIMIT 1") \
	S(SHELF_NEW, "INSERT INTO shelf VALUES (?1, 0, ?2, ?2)") \
	S(SHELF_ADD, "UPDATE shelf SET entries = entries + 1, first = min(first, ?2), " \
		     "last = max(last, ?2) WHERE n = ?1") \
	S(RUN_PUT, "INSERT OR REPLACE INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)") \
	S(RUN_LAST, \
	    RUN_SELECT " FROM run WHERE page = ?1 ORDER BY begun DESC, id DESC LIMIT 1") \
	S(RUN_DELETE, "DELETE FROM run WHERE id = ?1") \
	S(SETTING_GET, "SELECT value FROM setting WHERE name = ?1") \
	S(SETTING_PUT, "INSERT OR REPLACE INTO setting VALUES (?1, ?2)") \
	S(BEGIN, "BEGIN IMMEDIATE") \
	S(COMMIT, "COMMIT") \
	S(ROLLBACK, "ROLLBACK") \
	S(SAVE, "SAVEPOINT inner_step") \
	S(RELEASE, "RELEASE inner_step") \
	S(ROLL_TO, "ROLLBACK TO inner_step")

#define ENTRY_SELECT \
	"SELECT e.seq, e.id, e.kind, e.run, e.row, e.place, e.page, e.card, e.item, " \
	"e.question, e.lang, e.text, e.number, e.draft, e.shelf, e.changed"
#define RUN_SELECT "SELECT id, page, state, at, begun, changed, done"

enum statement {
#define AS_ENUM(name, sql) ST_##name,
	STORE_STATEMENTS(AS_ENUM)
#undef AS_ENUM
	    ST_COUNT
};

struct store {
	sqlite3 *db;
	bool owned; /* the database was made by store_memory() */
	const struct world *world;
	sqlite3_stmt *kept[ST_COUNT];
	int depth;         /* of store_begin() */
	int64_t id_ms;     /* time in the last id made */
	unsigned id_count; /* and its place among those of that millisecond */
	int *dirty;        /* shelves that lost words in this transaction */
	size_t dirty_count;
};

/* Turn a result code of SQLite into an error in plain words.  Always false. */
bool db_fail(struct store *s, int rc, struct err *e);
/* Run statements that give no rows. */
bool db_exec(struct store *s, const char *sql, struct err *e) MUST_CHECK;
/* A kept statement, reset and without values; NULL on failure. */
sqlite3_stmt *db_kept(struct store *s, enum statement which, struct err *e) MUST_CHECK;
/* A statement of the caller's; NULL on failure. */
sqlite3_stmt *db_prepare(struct store *s, const char *sql, struct err *e) MUST_CHECK;
/* Step a statement that gives no rows, then reset it. */
bool db_run(struct store *s, sqlite3_stmt *st, struct err *e) MUST_CHECK;
/* The next row: 1, none left: 0, failure: -1 with `e` set. */
int db_row(struct store *s, sqlite3_stmt *st, struct err *e) MUST_CHECK;
/* Forget rows and values, so that no words wait in a statement. */
void db_done(sqlite3_stmt *st);

/* Bound text is not copied: it must live until db_run() or db_done(). */
void db_bind_str(sqlite3_stmt *st, int at, struct str s);
void db_bind_id(sqlite3_stmt *st, int at, struct id i); /* none: NULL */
void db_bind_int(sqlite3_stmt *st, int at, int64_t v);
struct str db_str(sqlite3_stmt *st, int at);
struct id db_id(sqlite3_stmt *st, int at);

/* migrate.c */
bool migrate(struct store *s, struct err *e) MUST_CHECK;

/* id.c */
struct id id_new(struct store *s, int64_t ms);

/* entries.c: an entry as it lies in its row; its strings live as long as the row. */
struct entry_row {
	struct entry e;
	int64_t seq;
	int shelf; /* of the word index; 0: none yet */
};
void entry_read(sqlite3_stmt *st, struct entry_row *out);
/* Its words are looked for. */
bool entry_is_indexed(const struct entry *en);
/* What was being typed when the program ended last becomes the value. */
bool entry_settle(struct store *s, struct err *e) MUST_CHECK;

/* shelf.c: the word index.  All inside a transaction of the caller's. */
/* Put on `*shelf`; when that is 0, on the one that has place, and say which. */
bool shelf_add(
    struct store *s, int64_t seq, struct str text, int *shelf, struct err *e) MUST_CHECK;
bool shelf_remove(
    struct store *s, int shelf, int64_t seq, struct str text, struct err *e) MUST_CHECK;
/* Removed words stay in the index until it is merged: shelves named here are merged once,
 * just before the transaction is kept. */
void shelf_dirty(struct store *s, int shelf);
bool shelf_scrub(struct store *s, struct err *e) MUST_CHECK;

/* match.c: words as FTS5 reads them, in the arena; all empty when there is no letter. */
struct match {
	struct str all;  /* the last word as a beginning */
	struct str lead; /* the words before the last */
	struct str tail; /* the last, folded, when it is one or two letters; else empty */
};
struct match match_of(struct arena *a, struct str words);
/* A word of the text begins with a folded tail. */
bool match_begins(struct str text, struct str tail);

/* list.c: a query as SQL.  `query_where` appends " AND ..." for everything but kinds and
 * order, `query_kinds` for kinds; `query_bind` gives the values by name. */
void query_where(struct buf *sql, const struct query *q);
void query_kinds(struct buf *sql, unsigned kinds);
void query_bind(sqlite3_stmt *st, const struct query *q, int64_t from, int64_t until);
/* The keys that lie within the query's times and behind its page mark. */
bool query_range(struct store *s, const struct query *q, int64_t *from, int64_t *until,
    struct err *e) MUST_CHECK;

#endif
