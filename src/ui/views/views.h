/* What the pages of the program share: small words and arguments.  Private to this folder. */
#ifndef REMANSO_VIEWS_H
#define REMANSO_VIEWS_H

#include "remanso/view.h"

#include <string.h>

/* An interface string as a str; xgettext knows T() as a keyword. */
#define T(s) str_from(_(s))

/* Ids of offers that many pages have; parts of pages count from 1 upwards. */
enum {
	ID_OFFERS = 0x10000000,
	ID_DONE,
	ID_NEXT_PAGE,
	ID_WHOLE,
	ID_LIGHTER,
	ID_NOT_NOW,
	ID_LINES,
	ID_CARD,
	ID_NOTES,
	ID_TOOL = ID_OFFERS + 0x1000, /* + index */
	ID_LIST = ID_OFFERS + 0x2000  /* + index */
};

/* "about 15 minutes", "5 minutes"; empty for 0. */
struct str view_minutes(struct arena *a, int minutes, bool about);
/* "Step 2 · Barriers" for the page's step; empty when it has none. */
struct str view_step_place(const struct app *app, struct arena *a, int step);
/* The @step card of a step 1 to 5; NULL when the content has none. */
const struct card *view_step_card(const struct app *app, int step);
/* The paragraphs of a card, with keys filled in and a blank row between. */
void view_paras(const struct view *v, struct sheet *s, const struct card *c);
/* A message card by name, its paragraphs only; nothing when it is missing. */
void view_message_paras(const struct view *v, struct sheet *s, const char *name);
/* The first paragraph of a message card as the note line. */
void view_message_note(const struct view *v, struct sheet *s, const char *name);
/* An offer that opens a page: its title, how long it takes, what is kept of it. */
struct block *view_page_offer(
    const struct view *v, struct sheet *s, int id, const struct page *p);
/* Title of a page in the language in use. */
struct str view_title(const struct app *app, const struct page *p);
/* "Deleted", and what takes it back. */
void view_say_deleted(struct app *app);
/* Open a page the right way: measure, deck and tool pages have views of their own. */
void view_open_page(struct app *app, const struct page *p);
bool view_page_is(const struct page *p, const char *kind);
/* The first part of a kind; NULL when the page has none. */
const struct card *view_part_of(const struct page *p, enum card_kind kind);

/* Arguments that need more than one pointer live in the memory of the pushing view. */
struct write_arg {
	struct id id;       /* an entry to open, or none for a new one */
	struct str starter; /* an opening line, or empty */
};
struct choose_arg {
	struct run *run;
	const struct card *card;
	const struct item *item;
};
struct row_arg {
	struct run *run;
	const struct card *card;
	struct id row;
};
/* The gauge of a scale card, from 10 down to 0 and "no number", with its keys (choose.c);
 * used by scales on pages and by the check-in.  The stone stands at `at`, -1: nowhere. */
void view_scale_blocks(const struct view *v, struct sheet *s, const struct card *c, int at);
int view_scale_value(int id); /* of a block id; -1: no number */
int view_scale_start(void);   /* where the stone waits before a number is chosen */
bool view_scale_key(struct view *v, const struct event *ev);

/* What the card of a scale says to do at this value (its above: and below:); -1: no number.
 * Called after the value was kept. */
void view_threshold(struct view *v, const struct card *c, int value);

/* The demonstration's notes about a page, or about its step, and its note line
 * (presenter.c). */
void view_demo_notes(
    const struct view *v, struct sheet *s, struct str name, int step, bool typing);

/* What to know of the folder that rooms lie in; empty when nothing.  The disk is asked once in
 * each language, not for each key. */
struct folder_words {
	char words[VAULT_WARNING];
	int lang; /* 1 + the language they are in; 0: not asked yet */
};
struct str view_folder_words(const struct app *app, struct folder_words *f);

/* Does the lock of this home name the keys that help, and make it so (lock_keys.c). */
bool lock_keys_wanted(const char *home);
bool lock_keys_keep(const char *home, bool on, struct err *e) MUST_CHECK;

/* The numbers of one month (month.c). */
struct month {
	int year, month, days;
	const struct card *rating; /* whose; NULL: no number was ever given */
	short of[31];              /* each day's last number, or -1 */
};
/* Fills `days` and `of` from year, month and rating. */
bool month_read(const struct app *app, struct month *m, struct err *e) MUST_CHECK;
/* The next rating that was used at all, round and round; after NULL: the one to begin with. */
const struct card *month_next_rating(const struct app *app, const struct card *after);
/* One or two sentences that say what the picture shows. */
struct str month_words(const struct app *app, struct arena *a, const struct month *m);
/* "0 far away   5 partly here   10 fully here" */
struct str month_ends(const struct app *app, struct arena *a, const struct card *rating);

extern const struct view_ops view_choose, view_row, view_scale, view_landing, view_tools,
    view_line, view_answer, view_recovery, view_passphrase, view_therapist, view_card,
    view_much, view_forget_room;

#endif
