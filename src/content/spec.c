/* The tables behind spec.h.  A new kind is a line in kinds.def and a line in `kinds` here;
 * a new key is a line in fields.def and its word in the lists of the kinds that take it. */
#include "spec.h"

#include <limits.h>
#include <string.h>

#define HEAD PLACE_HEAD
#define PART PLACE_PART
#define ALONE PLACE_ALONE
static const struct {
	const char *word, *cells;
	enum place place;
	size_t n;
} kind_table[] = {
#define KIND(id, word, place, cells) [CARD_##id] = { word, cells, place, sizeof(word) - 1 },
#include "remanso/kinds.def"
#undef KIND
};
#undef HEAD
#undef PART
#undef ALONE

static const struct {
	const char *word;
	size_t n;
	enum shape shape;
} field_table[] = {
#define FIELD(id, word, shape) [FIELD_##id] = { word, sizeof(word) - 1, SHAPE_##shape },
#include "remanso/fields.def"
#undef FIELD
};

/* Every kind also takes what `everywhere` lists. */
static const char everywhere[] = "covers ship";

/* What the cards that are answered or read on a page have in common. */
#define ON_PAGE "title head ask hint label private "

/* clang-format off: a kind is a row */
static const struct {
	const char *must, *may;
	bool named;
} rules[CARD_KIND_COUNT] = {
	[CARD_LANGUAGE] = { "title", "", true },
	[CARD_STEP] = { "title short order",
	    "subtitle term intro why pace takeaway tip tip-opens pages minutes", true },
	[CARD_LINE] = { "title region",
	    "order topic what spanish deaf hours call press text-to text-word chat url "
	    "checked checked-on seen",
	    true },
	[CARD_MESSAGE] = { "", "title subtitle intro ask hint after lines opens tools",
	    true },
	[CARD_FAQ] = { "title", "order opens about", true },
	[CARD_REFRAME] = { "title", "order why hint", true },
	[CARD_PATTERN] = { "title", "order why hint", true },
	[CARD_RATING] = { "title ask", "order hint above below private repeat", true },
	[CARD_PRESENTER] = { "",
	    "title order about purpose introduce watch-for rationale source minutes",
	    true },
	[CARD_TERM] = { "title", "gloss term source", true },
	[CARD_AVOID] = { "", "", false },
	[CARD_ALLOW] = { "", "", false },
	[CARD_PERSON] = { "name", "title role written order person", true },
	[CARD_ENTRY] = { "person",
	    "title kind role week day written values page card item row about", false },
	[CARD_PAGE] = { "title kind",
	    "term subtitle short just-read intro note care why pace takeaway tip tip-opens "
	    "after step order minutes with repeat print listed private default next tools pages "
	    "opens instead sense level good-for source licence",
	    true },
	[CARD_TEXT] = { "", "title head hint opens after", false },
	[CARD_CARE] = { "", "title head opens", false },
	[CARD_TABLE] = { "columns", ON_PAGE, false },
	[CARD_CHECKLIST] = { "", ON_PAGE "add repeat", true },
	[CARD_GUIDE] = { "", ON_PAGE, false },
	[CARD_PROMPTS] = { "", ON_PAGE "lines add repeat", true },
	[CARD_AGREEMENT] = { "", ON_PAGE "lines add repeat", true },
	[CARD_CHOICES] = { "options", ON_PAGE "add repeat", true },
	[CARD_SCALE] = { "", ON_PAGE "above below repeat", true },
	[CARD_LIST] = { "", ON_PAGE "lines add repeat", true },
	[CARD_MAP] = { "", ON_PAGE "lines add repeat", true },
	[CARD_PRACTICE] = { "", ON_PAGE "seconds", false },
	[CARD_BREATH] = { "", ON_PAGE "in top-up hold out rest cycles", false },
	[CARD_DECK] = { "depths", ON_PAGE, true },
	[CARD_STARTERS] = { "", ON_PAGE, true },
	[CARD_MEASURE] = { "options",
	    ON_PAGE "stem credit limits talk-from plain-high safety scored bands source "
		    "licence above below",
	    true },
};
/* clang-format on */

/* The words of 'kind' are those of a page; an entry has its own. */
static const struct {
	enum field_id field;
	const char *words;
} choices[] = {
	{ FIELD_WITH, "solo either couple" },
	{ FIELD_KIND, "exercise reading response skill tool deck measure table" },
	{ FIELD_LEVEL, "start some ask-first" },
	{ FIELD_SENSE, "senses movement breath muscle imagery mindful temperature" },
	{ FIELD_REPEAT, "yes no" },
	{ FIELD_LISTED, "yes no" },
	{ FIELD_PRIVATE, "yes no" },
	{ FIELD_SHIP, "yes no" },
	{ FIELD_DEFAULT, "on off" },
};

const char *card_kind_word(enum card_kind k)
{
	return k < CARD_KIND_COUNT ? kind_table[k].word : "";
}

enum place kind_place(enum card_kind k)
{
	return kind_table[k].place;
}

/* These two are asked for every card and key of every file at each start; the length sorts
 * out nearly all. */
enum card_kind kind_from(struct str word)
{
	for (int k = 0; k < CARD_KIND_COUNT; k++)
		if (word.n == kind_table[k].n &&
		    memcmp(word.s, kind_table[k].word, word.n) == 0)
			return (enum card_kind)k;
	return CARD_KIND_COUNT;
}

enum field_id field_from(struct str word)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (word.n == field_table[f].n &&
		    memcmp(word.s, field_table[f].word, word.n) == 0)
			return (enum field_id)f;
	return FIELD_COUNT;
}

const char *field_word(enum field_id f)
{
	return f < FIELD_COUNT ? field_table[f].word : "";
}

enum shape field_shape(enum field_id f)
{
	return field_table[f].shape;
}

bool field_translated(enum field_id f)
{
	return field_shape(f) == SHAPE_TEXT || field_shape(f) == SHAPE_TEXTS;
}

bool word_in(const char *list, struct str word)
{
	const char *end;

	for (; *list; list = *end ? end + 1 : end) {
		for (end = list; *end && *end != ' ';)
			end++;
		if ((size_t)(end - list) == word.n && word.n &&
		    memcmp(list, word.s, word.n) == 0)
			return true;
	}
	return false;
}

const char *kind_must(enum card_kind k)
{
	return rules[k].must ? rules[k].must : "";
}

const char *kind_may(enum card_kind k)
{
	return rules[k].may ? rules[k].may : "";
}

bool kind_takes(enum card_kind k, struct str word)
{
	return word_in(kind_must(k), word) || word_in(kind_may(k), word) ||
	       word_in(everywhere, word);
}

bool kind_named(enum card_kind k)
{
	return rules[k].named;
}

bool kind_of_one_language(enum card_kind k)
{
	return k == CARD_LANGUAGE || k == CARD_AVOID || k == CARD_ALLOW;
}

const char *field_choices(enum field_id f)
{
	for (size_t i = 0; i < ARRAY_LEN(choices); i++)
		if (choices[i].field == f)
			return choices[i].words;
	return NULL;
}

/* ---- items ---- */

struct cells kind_cells(enum card_kind k)
{
	struct cells c = { .letters = kind_table[k].cells };

	if (*c.letters == '!') {
		c.named = true;
		c.letters++;
	}
	for (const char *p = c.letters; *p; p++) {
		if (*p == '?') {
			c.least--;
		} else if (*p == '+') {
			c.most = INT_MAX;
		} else {
			c.least++;
			c.most++;
			c.neutral += *p != 't';
		}
	}
	return c;
}

char cells_letter(const struct cells *c, int i)
{
	char letter = 't';

	for (const char *p = c->letters; *p && i >= 0; p++) {
		if (*p == '?' || *p == '+')
			continue;
		letter = *p;
		i--;
	}
	return letter;
}

int cells_missing(const struct cells *c, const struct raw_item *item, bool leads)
{
	if (item->cells >= c->least && item->cells <= c->most)
		return 0;
	if (!leads && c->neutral && item->cells < c->least &&
	    item->cells >= c->least - c->neutral)
		return c->neutral;
	return -1;
}

const struct raw_key *raw_find(const struct raw_card *c, enum field_id f)
{
	for (size_t i = 0; i < c->key_count; i++)
		if (c->keys[i].id == f)
			return &c->keys[i];
	return NULL;
}

struct str raw_value(const struct raw_card *c, enum field_id f)
{
	const struct raw_key *k = raw_find(c, f);

	return k ? k->value : (struct str){ 0 };
}
