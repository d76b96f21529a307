/* The cards of all languages and of a pack, put together: one unit for each card. */
#ifndef REMANSO_CONTENT_TREE_H
#define REMANSO_CONTENT_TREE_H

#include "source.h"
#include "spec.h"

struct unit {
	enum card_kind kind;
	struct str name;
	const struct raw_card *in[LANG_MAX]; /* by the tree's language; NULL: not there */
	bool held_back[LANG_MAX];            /* 'ship: no' in that language */
	struct unit *parts;                  /* of a page */
	size_t part_count, part_room;
};

struct tree {
	struct str lang[LANG_MAX];
	size_t lang_count;
	struct unit *units; /* pages and cards that stand alone */
	size_t count, room;
};

/* Put the languages of `s` into one tree.  `base`, when not NULL, gives the order of the
 * languages: its first, then new ones.  Reports cards that stand twice, and parts that
 * stand on no page.  Units that the first language holds back ('ship: no') are in the tree.
 */
void tree_build(
    struct tree *t, const struct source *s, const struct tree *base, struct arena *tables);
/* Lay a pack over a tree.  A unit in the tree's first language, or one the tree has not,
 * stands for the whole; any other is a translation of what is there. */
void tree_lay(struct tree *t, const struct tree *pack, struct arena *tables);

/* The language whose card leads: the first that has one; -1 when none ships. */
int unit_lead(const struct unit *u);
const struct raw_card *unit_card(const struct unit *u);
const struct unit *tree_find(const struct tree *t, enum card_kind kind, struct str name);
const struct unit *unit_part(const struct unit *page, struct str name);

#endif
