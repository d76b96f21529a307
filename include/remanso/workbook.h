/* What a person does with the workbook, without a screen: rooms, passes through a page,
 * the journal, check-ins, search, export.  The full screen, line mode, the command line and
 * the tests all drive these. */
#ifndef REMANSO_WORKBOOK_H
#define REMANSO_WORKBOOK_H

#include "remanso/content.h"
#include "remanso/store.h"
#include "remanso/vault.h"

/* ---- rooms ---- */
/* One person's open room: vault, store, clock.  A demonstration room lives in memory. */
struct room;

bool room_create(struct room **out, const struct world *w, const char *home,
    const struct vault_key *key, struct err *e) MUST_CHECK;
bool room_open(struct room **out, const struct world *w, const char *home,
    const struct vault_key *key, struct err *e) MUST_CHECK;
bool room_open_recovery(struct room **out, const struct world *w, const char *home,
    const struct secret *code, struct err *e) MUST_CHECK;
/* The invented solo person with three months of entries; nothing is read from or written to
 * any disk but the content already loaded.  `lang` chooses the language of the entries. */
bool room_demo(struct room **out, const struct world *w, const struct content *c, int lang,
    struct err *e) MUST_CHECK;
/* A room in memory without entries (tests, "look around first"). */
bool room_scratch(struct room **out, const struct world *w, struct err *e) MUST_CHECK;
/* The content whose languages `lang` counts in the calls below; once, after opening (the
 * demonstration has it already).  It must outlive the room.  Without it entries are kept
 * without their language. */
void room_content(struct room *r, const struct content *c);
bool room_is_demo(const struct room *r);
void room_close(struct room *r);     /* wipes keys; NULL is fine */
void room_drop_keys(struct room *r); /* leaving at once */
/* How far each room had come when it was closed here, kept in memory only: so that an older
 * copy put in its place meanwhile is noticed when it is opened again. */
#define SEEN_MOST 8
struct seen {
	struct vault_witness rooms[SEEN_MOST]; /* the one noted last comes first */
	size_t n;
};
void seen_note(
    struct seen *s, struct room *r); /* before closing; a room in memory: nothing */
bool seen_is_older(const struct seen *s, const struct room *r);
/* The room as it was found when it was opened. */
const struct vault_witness *room_found(const struct room *r);
struct store *room_store(struct room *r);
struct vault *room_vault(struct room *r); /* NULL in memory */
const struct world *room_world(const struct room *r);

/* Strength of a passphrase, for advice, never a lock: at least 12 characters and not one of
 * the common ones in either language.  The reason, translated, goes to `why`; NULL = fine.
 */
bool passphrase_ok(const struct secret *p, const char **why);
/* Six words drawn by chance from the list of 1,296 or more words of a language ("es";
 * English where a language has no list), parted by one blank (>= 62 bits).  The list is the
 * file LANG/words.txt of the data folder.  NULL with `e` set when it cannot be read or is
 * short. */
struct secret *passphrase_draw(
    const struct world *w, const char *data_dir, struct str lang, struct err *e);

/* ---- a pass through a page ---- */
/* A run is one pass through a page: its items, their values, and where one stands.  It is
 * begun in the store at the first value and not before: opening a page leaves nothing.
 * Values are kept in memory (wiped on close) and written through. */
struct run;

/* The latest pass of this page (begun or done), or a fresh one; a page with `repeat: yes`
 * goes on with the latest only while it is not done.  The room must outlive the run. */
bool run_open(struct run **out, struct room *r, const struct page *p, int lang,
    struct err *e) MUST_CHECK;
void run_close(struct run *run); /* NULL is fine */
const struct page *run_page(const struct run *run);
enum run_state run_state(const struct run *run);
int64_t run_when(const struct run *run); /* begun: when begun; done: when done; else 0 */

/* The value of an item of a card; empty or `otherwise` when there is none.  The words live
 * until the run is changed. */
struct str run_text(const struct run *run, struct str card, struct str item);
int run_number(const struct run *run, struct str card, struct str item, int otherwise);
/* `question` is what the person read (label or sentence).  `draft`: being typed now, no
 * history.  On failure the old value stands in the store, the new one in memory, and the
 * next call, or run_flush(), tries again.  A finished value without words is deleted, as by
 * run_clear(). */
bool run_set_text(struct run *run, const struct card *card, struct str item,
    struct str question, struct str value, bool draft, struct err *e) MUST_CHECK;
bool run_set_number(struct run *run, const struct card *card, struct str item,
    struct str question, int value, struct str words, struct err *e) MUST_CHECK;
bool run_clear(
    struct run *run, const struct card *card, struct str item, struct err *e) MUST_CHECK;
bool run_unsaved(const struct run *run);
bool run_flush(struct run *run, struct err *e) MUST_CHECK;

/* Rows of a list or map: each is an id with one value per column (an item name of the card,
 * or for a list "thing" and "where").  In order of place. */
size_t run_rows(const struct run *run, struct str card);
struct id run_row_id(const struct run *run, struct str card, size_t i);
struct str run_cell(const struct run *run, struct id row, struct str column);
/* `section`: for a list the item name it stands under; empty for a map.  Gives the id. */
bool run_row_add(struct run *run, const struct card *card, struct str section,
    struct id *out, struct err *e) MUST_CHECK;
struct str run_row_section(const struct run *run, struct id row);
bool run_cell_set(struct run *run, const struct card *card, struct id row,
    struct str column, struct str question, struct str value, bool draft,
    struct err *e) MUST_CHECK;
bool run_row_delete(
    struct run *run, const struct card *card, struct id row, struct err *e) MUST_CHECK;
/* Take the last deletion back (held in memory until the run closes). */
bool run_undelete(struct run *run, struct err *e) MUST_CHECK;
bool run_can_undelete(const struct run *run);
/* Delete everything of this pass, words and history; the run is fresh afterwards.  This
 * cannot be taken back. */
bool run_forget(struct run *run, struct err *e) MUST_CHECK;

/* Where one stands (a part's name), and "keep it as it is": drafts become values. */
bool run_at(struct run *run, struct str part, struct err *e) MUST_CHECK;
struct str run_place(const struct run *run);
bool run_finish(struct run *run, struct err *e) MUST_CHECK;

/* What a step page shows about a page: nothing, begun, saved and when. */
struct page_state {
	enum run_state state;
	int64_t when;
};
struct page_state page_state(struct room *r, const struct page *p);
/* Something of this person's stands in this step (1 to 5). */
bool step_touched(struct room *r, const struct content *c, int step);
/* Where to go on: the page opened or begun last; when that one is done, the page it names
 * as next; else the first of the first untouched step.  NULL only without any step. */
const struct page *room_next_page(struct room *r, const struct content *c);

/* ---- journal, check-ins, notes ---- */
/* Put or replace (by id) an entry of free writing.  `draft` as above. */
bool journal_put(struct room *r, struct id *id, struct str text, struct str lang,
    struct str starter, bool draft, struct err *e) MUST_CHECK;
/* Delete any entry; the last one can be taken back until the room closes. */
bool journal_delete(struct room *r, struct id id, struct err *e) MUST_CHECK;
bool journal_undelete(struct room *r, struct id *id, struct err *e) MUST_CHECK;
/* Ratings of a check-in, each time a new entry. */
bool rating_put(struct room *r, const struct card *rating, int value, int lang,
    struct err *e) MUST_CHECK;
bool practice_put(struct room *r, const struct page *p, int lang, struct err *e) MUST_CHECK;
bool note_put(struct room *r, struct str page, struct str card, struct str item,
    struct str question, struct str text, struct err *e) MUST_CHECK;

/* The comfort kit, read for the grounding screen: "thing — where", up to `most` lines, from
 * the latest run of the page that holds it. */
size_t room_kit(struct room *r, const struct content *c, struct arena *a, struct str *lines,
    size_t most);

/* ---- settings ---- */
enum setting {
#define SETTING(id, name, otherwise, values) SETTING_##id,
#include "remanso/settings.def"
#undef SETTING
	SETTING_COUNT
};
struct str setting_get(struct room *r, enum setting s, struct arena *a);
bool setting_put(
    struct room *r, enum setting s, struct str value, struct err *e) MUST_CHECK;
const char *setting_name(enum setting s);
const char *setting_values(enum setting s); /* "en es", or "" for free */

/* ---- search over everything ---- */
struct hit {
	enum { HIT_ENTRY, HIT_PAGE, HIT_FAQ, HIT_LINE } kind;
	struct entry entry;      /* HIT_ENTRY: copied into the arena */
	const struct page *page; /* HIT_PAGE, or the page an entry answers */
	const struct card *card; /* HIT_FAQ, HIT_LINE */
};
/* The person's words first (newest first, at most half of `most` while there is anything
 * else), then pages, questions, lines.  `r` may be NULL. */
size_t search_all(struct room *r, const struct content *c, int lang, struct str words,
    struct arena *a, struct hit *out, size_t most);

/* ---- out of the room ---- */
enum export_form { EXPORT_JSON, EXPORT_TEXT };
/* Everything the person made, oldest first, into `out`; nothing of the program's state.
 * Measures, private pages and private ratings are left out unless `all`.  What the content
 * does not know any more is given as well: it is theirs. */
bool room_export(struct room *r, const struct content *c, int lang, enum export_form form,
    bool all, struct buf *out, struct err *e) MUST_CHECK;
/* Write to a new file, mode 0600, synced; refuses one that exists (ERR_CREATE). */
bool export_write(const char *path, struct str data, struct err *e) MUST_CHECK;
/* The same in two halves, for a process that does the writing and one that tells of it. */
enum export_step { EXPORT_MAKE, EXPORT_FILL, EXPORT_DONE };
struct export_end {
	enum export_step step; /* where it ended */
	int sys;
};
struct export_end export_put(const char *path, struct str data) MUST_CHECK;
bool export_said(struct export_end end, struct err *e) MUST_CHECK;

#endif
