/* The checks that need more than one card; check.c runs them all. */
#ifndef REMANSO_CONTENT_CHECK_H
#define REMANSO_CONTENT_CHECK_H

#include "load.h"

struct check {
	const struct loaded *l;
	struct problems *all;
	struct arena *tables;
	struct day today;
	bool strict[LANG_MAX]; /* by the tree's language: must hold everything */
	/* Set by check_steps(), for the checks that come after it. */
	bool steps_unsure;    /* what pages say of them cannot be judged */
	bool step_missing[6]; /* from 1 on */
};

/* All of the checks below, on what was read. */
void check_loaded(
    const struct loaded *l, struct day today, struct problems *all, struct arena *tables);

/* Both languages say the same: files, cards, order, keys, items, paragraphs. */
void check_parity(struct check *k);
/* Two cards of one unit, the leading one first.  Returns how many texts `b` has not. */
int compare_cards(
    struct check *k, const struct raw_card *a, const struct raw_card *b, bool strict);
/* Five steps, numbered from 1 to 5. */
void check_steps(struct check *k);
/* Names that lead nowhere, pages that nothing leads to. */
void check_links(struct check *k);
/* Every id of the guide is covered in each language. */
void check_cover(struct check *k);
/* Words to avoid. */
void check_words(struct check *k);
/* What must fit on a screen of 80 columns; help lines that were not checked lately. */
void check_fit(struct check *k);

/* Is this unit from the folder that is checked (not from the base below it)? */
bool check_owns(const struct raw_card *c);

#define CHECK_SAY(c, line, ...) \
	report_error((c)->file->all, (c)->file->label, (line), __VA_ARGS__)
#define CHECK_WARN(c, line, ...) \
	report_warning((c)->file->all, (c)->file->label, (line), __VA_ARGS__)

#endif
