/* The workbook's words: const structs made from the card files of a data folder, in every
 * language found there.  Read once, never changed; everything points into memory of the
 * content's own and lives until content_free(). */
#ifndef REMANSO_CONTENT_H
#define REMANSO_CONTENT_H

#include "remanso/err.h"

#define LANG_MAX 6
#define CELL_MAX 6

/* One piece of text in every language, by language index; empty where it is missing. */
struct text {
	struct str in[LANG_MAX];
};

enum card_kind {
#define KIND(id, word, place, cells) CARD_##id,
#include "remanso/kinds.def"
#undef KIND
	CARD_KIND_COUNT
};

enum field_id {
#define FIELD(id, word, shape) FIELD_##id,
#include "remanso/fields.def"
#undef FIELD
	FIELD_COUNT
};

struct item {
	struct str name;         /* may be empty */
	int number;              /* an 'n' cell */
	struct str word;         /* a 'w' cell */
	const struct text *cell; /* the 't' cells, in order: cell[0] to cell[cells - 1] */
	int cells;
};

struct field {
	enum field_id id;
	struct text
	    text;   /* TEXT, TEXTS; other shapes have the same words in every language */
	int number; /* NUMBER */
};

struct page;

struct card {
	enum card_kind kind;
	struct str name;
	const struct page *page; /* the page it stands on, or NULL */
	const struct field *fields;
	size_t field_count;
	const struct item *items;
	size_t item_count;
	const struct text *paras; /* the prose, paragraph by paragraph */
	size_t para_count;
	struct str file; /* first language's file, for messages */
	int line;
};

struct page {
	struct str name;
	const struct card *head; /* the @page card */
	const struct card *parts;
	size_t part_count;
};

struct lang {
	struct str code; /* folder name: "en" */
	struct str name; /* in itself: "English" */
};

struct content {
	const struct lang *langs;
	size_t lang_count;
	const struct page *pages; /* in order of file name, then place in the file */
	size_t page_count;
	const struct card *cards; /* the cards that stand alone, in the same order */
	size_t card_count;
	struct arena *memory;
};

/* A mistake in the files. */
struct problem {
	struct str file; /* "es/room-walk.page", or "es" when the whole folder is meant */
	int line;        /* 0 when the whole file or folder is meant */
	bool warning;
	struct str text;
};
/* All that were found, in order of file and line; one arena holds them. */
struct problems {
	struct problem *list;
	size_t count, errors; /* errors: those that are not warnings */
	size_t room;
	struct arena *memory; /* made at the first problem; {0} is an empty list */
};
void problems_free(struct problems *p);

/* Read a data folder.  Mistakes do not stop the reading: what is good is loaded, every
 * mistake is reported to `all` (may be NULL).  A folder that has no @step card is a pack:
 * it is laid over `base` (may be NULL), page by page; its pages replace those of the same
 * name. False only when nothing can be shown: no folder, no language, no step. */
bool content_load(struct content *out, const char *dir, const char *base,
    struct problems *all, struct err *e) MUST_CHECK;
void content_free(struct content *c);
/* Everything content_load() reports, and what needs the whole: missing translations,
 * dangling names, uncovered ids, words to avoid, labels too wide for 80 columns, help lines
 * not checked for 180 days before `today` (a warning).  Sorted. */
void content_check(const struct content *c, const char *dir, const char *base,
    struct day today, struct problems *all);

int content_lang(const struct content *c, struct str code); /* index, or -1 */
const struct page *content_page(const struct content *c, struct str name);
const struct card *content_card(
    const struct content *c, enum card_kind kind, struct str name);
/* The next card of this kind that stands alone; start with NULL. */
const struct card *content_next(
    const struct content *c, enum card_kind kind, const struct card *after);
const struct card *page_part(const struct page *p, struct str name);

/* The words of a card in a language; the first language where that one has none. */
struct str text_in(const struct text *t, int lang);
struct str card_text(const struct card *c, enum field_id f, int lang);
struct str card_word(const struct card *c, enum field_id f); /* empty when absent */
int card_number(const struct card *c, enum field_id f, int otherwise);
bool card_has(const struct card *c, enum field_id f);
const struct item *card_item(const struct card *c, struct str name);
const char *card_kind_word(enum card_kind k);

/* Fill in {key_help}, {date} and the like; unknown ones stay as they are. */
struct fill {
	const char *name;
	struct str value;
};
struct str text_fill(struct arena *a, struct str s, const struct fill *with, size_t n);

/* ---- "Did you mean ...?": the nearest of some words ---- */
struct near {
	struct str wanted;
	struct str best; /* empty as long as nothing is near enough */
	int distance;
};
struct near near_start(struct str wanted);
/* Offer one candidate. */
void near_try(struct near *n, struct str candidate);
/* " Did you mean 'x'?" in the person's language, with `before` before the word; or "". */
struct str near_words(struct arena *a, const struct near *n, const char *before);

#endif
