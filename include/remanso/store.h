/* Typed rows in a room's database; beside the vault's pragmas, the only SQL there is.
 *
 * Everything a person made is one row of `entry`: a random id (UUIDv7), a kind, its times,
 * the page, card and item it answers, and the question as it was read then.  The value is
 * typed: words, a number, or both.  Deleting removes the words at once and keeps an empty
 * marker, so that two copies can be brought together later. */
#ifndef REMANSO_STORE_H
#define REMANSO_STORE_H

#include "remanso/err.h"

struct sqlite3;
struct store;

struct id {
	uint8_t b[16]; /* UUIDv7; all zero: none */
};
bool id_none(struct id i);
bool id_eq(struct id a, struct id b);
struct str id_text(struct arena *a, struct id i); /* 8-4-4-4-12 */

enum entry_kind {
#define ENTRY(id, word, what) ENTRY_##id,
#include "remanso/entries.def"
#undef ENTRY
	ENTRY_KIND_COUNT
};
const char *entry_kind_word(enum entry_kind k);

struct entry {
	struct id id;
	enum entry_kind kind;
	struct id run; /* the pass through a page it belongs to, or none */
	struct id row; /* of a list or map: the row; fields of one row share it */
	int place;     /* order within its card */
	struct str page, card, item; /* names; empty for free journal writing */
	struct str question;         /* as it was read */
	struct str lang;             /* it was read in this language */
	struct str text;
	int number;
	bool has_number;
	bool draft;               /* set by the store: being typed still */
	int64_t created, changed; /* ms since 1970 */
};

enum run_state { RUN_NONE, RUN_BEGUN, RUN_DONE };
struct run_row {
	struct id id;
	struct str page;
	enum run_state state;
	struct str at; /* where it was left: name of a part */
	int64_t begun, changed, done;
};

/* Open on a database that the vault (or ":memory:") gives; brings the schema up to date,
 * step by step.  ERR_UNSUPPORTED when it was written by a newer program.  The world's clock
 * and random source make times and ids; it must outlive the store. */
bool store_open(struct store **out, struct sqlite3 *db, const struct world *w,
    struct err *e) MUST_CHECK;
/* The same in memory, gone when closed: the demonstration, tests. */
bool store_memory(struct store **out, const struct world *w, struct err *e) MUST_CHECK;
void store_close(
    struct store *s); /* finalises; does not close the database; NULL is fine */

/* Several changes as one.  Nest freely; only the outermost counts. */
bool store_begin(struct store *s, struct err *e) MUST_CHECK;
bool store_commit(struct store *s, struct err *e) MUST_CHECK;
void store_rollback(struct store *s);
/* Make the word index anew from the entries: after vault_rescue(), which leaves it out. */
bool store_reindex(struct store *s, struct err *e) MUST_CHECK;

/* A fresh id, for what is not an entry: a row of a list. */
struct id store_new_id(struct store *s);
/* Insert (id none: one is made and written back) or replace by id; `created` stays then,
 * and is now where it was 0.  An entry whose words or number change keeps its older
 * finished value in the history.  On failure nothing changed, neither in the store nor in
 * `en`. */
bool store_put(struct store *s, struct entry *en, struct err *e) MUST_CHECK;
/* The same for what is being typed right now: drafts replace one another without history
 * and are not found by search.  One that is left behind is the value after the next
 * opening. */
bool store_draft(struct store *s, struct entry *en, struct err *e) MUST_CHECK;
bool store_get(struct store *s, struct id id, struct arena *a, struct entry *out,
    struct err *e) MUST_CHECK;
bool store_delete(struct store *s, struct id id, struct err *e) MUST_CHECK;
bool store_delete_row(struct store *s, struct id row, struct err *e) MUST_CHECK;
/* A copy whose strings live in the arena. */
struct entry entry_copy(struct arena *a, const struct entry *en);

/* Which entries, in which order.  Empty strings and zeros mean "any". */
struct query {
	unsigned kinds; /* bit set of 1u << enum entry_kind; 0 = all */
	struct str page, card, item;
	struct id run, row;
	int64_t from, until; /* created at or after / before this, ms */
	bool oldest_first;
	/* For paging: `created` and id of the last entry of the page before; what follows
	 * it in the order asked for is given. */
	int64_t before;
	struct id before_id;
	int limit; /* 0 = no limit */
};
/* Calls `fn` for each; the strings of the entry live until it returns.  `fn` returns false
 * to stop early. */
typedef bool entry_fn(void *arg, const struct entry *en);
bool store_each(struct store *s, const struct query *q, entry_fn *fn, void *arg,
    struct err *e) MUST_CHECK;
/* Words in any order, accents and case without meaning, the last one as a beginning; newest
 * first; over journal, answers, notes.  Any text is a valid search; one without a letter
 * finds nothing. */
bool store_search(struct store *s, struct str words, const struct query *q, entry_fn *fn,
    void *arg, struct err *e) MUST_CHECK;
/* Older values of an entry, newest first (`changed` is when it was replaced). */
bool store_history(
    struct store *s, struct id id, entry_fn *fn, void *arg, struct err *e) MUST_CHECK;
int64_t store_count(struct store *s, const struct query *q);
/* Delete what a query names, its `limit` and order apart. */
bool store_delete_all(struct store *s, const struct query *q, struct err *e) MUST_CHECK;

bool store_run_put(struct store *s, struct run_row *r, struct err *e) MUST_CHECK;
/* The latest run of a page; state RUN_NONE when there is none. */
bool store_run_last(struct store *s, struct str page, struct arena *a, struct run_row *out,
    struct err *e) MUST_CHECK;
typedef bool run_fn(void *arg, const struct run_row *r);
/* Runs of a page (empty: of all pages), newest first. */
bool store_runs(
    struct store *s, struct str page, run_fn *fn, void *arg, struct err *e) MUST_CHECK;

/* The run and everything that was entered in it. */
bool store_run_delete(struct store *s, struct id run, struct err *e) MUST_CHECK;

/* Settings: a name, a short value. */
bool store_setting_put(
    struct store *s, const char *name, struct str value, struct err *e) MUST_CHECK;
struct str store_setting(struct store *s, const char *name, struct arena *a); /* or empty */

#endif
