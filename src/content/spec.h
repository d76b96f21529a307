/* What the kinds and keys mean: which kind allows which key, the shapes of values, the
 * cells of items.  The words stand in kinds.def and fields.def, the rest in tables here. */
#ifndef REMANSO_CONTENT_SPEC_H
#define REMANSO_CONTENT_SPEC_H

#include "record.h"

enum place { PLACE_HEAD, PLACE_PART, PLACE_ALONE };
enum shape {
	SHAPE_TEXT,
	SHAPE_TEXTS,
	SHAPE_NUMBER,
	SHAPE_WORD,
	SHAPE_WORDS,
	SHAPE_REF,
	SHAPE_REFS,
	SHAPE_FREE
};

enum place kind_place(enum card_kind k);
enum card_kind kind_from(struct str word); /* CARD_KIND_COUNT when there is none */
enum field_id field_from(struct str word); /* FIELD_COUNT when there is none */
const char *field_word(enum field_id f);
enum shape field_shape(enum field_id f);
/* TEXT and TEXTS: words for the person, which each language has of its own. */
bool field_translated(enum field_id f);

/* Words parted by blanks: the keys that a kind must have, and those it may have. */
const char *kind_must(enum card_kind k);
const char *kind_may(enum card_kind k);
/* Does a kind take this key? */
bool kind_takes(enum card_kind k, struct str word);
/* Must a card of this kind carry a name? */
bool kind_named(enum card_kind k);
/* Do its cards belong to one language only (word lists, the language's own card)? */
bool kind_of_one_language(enum card_kind k);
/* The words that a WORD key may hold, parted by blanks; NULL when any. */
const char *field_choices(enum field_id f);

/* Is `word` one of `list`, words parted by blanks? */
bool word_in(const char *list, struct str word);

/* How an item's cells are laid out ("!nt+" and so on). */
struct cells {
	bool named;
	int least, most; /* most: INT_MAX for "one or more" */
	int neutral;     /* how many of them are the same in every language, at the front */
	const char *letters;
};
struct cells kind_cells(enum card_kind k);
/* 't', 'n' or 'w': what the cell at `i` holds. */
char cells_letter(const struct cells *c, int i);
/* How many cells at the front this item leaves out: other languages may leave out the
 * neutral ones.  -1 when the item does not fit. */
int cells_missing(const struct cells *c, const struct raw_item *item, bool leads);

/* The key of a card, or NULL. */
const struct raw_key *raw_find(const struct raw_card *c, enum field_id f);
struct str raw_value(const struct raw_card *c, enum field_id f);

#endif
