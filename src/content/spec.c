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
} kind_table[] = {
#define KIND(id, word, place, cells) [CARD_##id] = { word, cells, place },
#include "remanso/kinds.def"
#undef KIND
};
#undef HEAD
#undef PART
#undef ALONE

static const struct {
	const char *word;
	enum shape shape;
} field_table[] = {
#define FIELD(id, word, shape) [FIELD_##id] = { word, SHAPE_##shape },
#include "remanso/fields.def"
#undef FIELD
};

/* Every kind also takes what `everywhere` lists. */
static const char everywhere[] = "covers ship about note with private default";

static const struct {
	const char *must, *may;
	bool named;
} rules[CARD_KIND_COUNT] = {
	[CARD_LANGUAGE] = { "title", "subtitle intro", true },
	[CARD_STEP] = { "title short order",
	    "subtitle term why pace takeaway tip tip-opens intro head label hint ask minutes "
	    "pages tools next care just-read",
	    true },
	[CARD_LINE] = { "title region",
	    "order topic what spanish deaf hours call press text-to text-word chat url checked "
	    "checked-on seen subtitle label hint lines care",
	    true },
	[CARD_MESSAGE] = { "",
	    "with title subtitle intro ask hint head label after lines opens tools next order step "
	    "repeat care above below options takeaway pages",
	    true },
	[CARD_FAQ] = { "title", "order opens step takeaway next tools pages", true },
	[CARD_REFRAME] = { "", "title order ask hint label why step opens intro after head",
	    true },
	[CARD_PATTERN] = { "", "title order ask hint label why step opens intro after head",
	    true },
	[CARD_RATING] = { "title ask", "order label hint above below step repeat head",
	    true },
	[CARD_PRESENTER] = { "",
	    "title order purpose introduce watch-for rationale seconds minutes step pages "
	    "person opens source intro page",
	    true },
	[CARD_TERM] = { "", "title term gloss hint label source order", true },
	[CARD_AVOID] = { "", "title", false },
	[CARD_ALLOW] = { "", "title", false },
	[CARD_PERSON] = { "name", "title role written order intro what step person", true },
	[CARD_ENTRY] = { "person",
	    "title kind role week day written values page card item row label order repeat "
	    "topic minutes",
	    false },
	[CARD_PAGE] = { "title kind",
	    "with term subtitle short just-read intro care why pace takeaway tip tip-opens head ask "
	    "hint label after step order minutes seconds repeat listed next tools pages opens "
	    "instead sense level good-for topic above below lines stem credit limits talk-from "
	    "plain-high scored bands source licence purpose introduce watch-for rationale "
	    "written options columns depths",
	    true },
	[CARD_TEXT] = { "", "title head label hint opens order after", false },
	[CARD_CARE] = { "", "title head label opens after", false },
	[CARD_TABLE] = { "columns", "title head intro ask hint label after", false },
	[CARD_CHECKLIST] = { "", "title head ask intro hint label after add repeat", true },
	[CARD_GUIDE] = { "", "title head ask intro hint label after", false },
	[CARD_PROMPTS] = { "", "title head ask intro hint label after lines repeat add",
	    true },
	[CARD_AGREEMENT] = { "", "title head ask intro hint label after lines repeat add",
	    true },
	[CARD_CHOICES] = { "options", "title head ask intro hint label after repeat add",
	    true },
	[CARD_SCALE] = { "", "title head ask intro hint label after above below repeat",
	    true },
	[CARD_LIST] = { "", "title head ask intro hint label after add repeat lines",
	    true },
	[CARD_MAP] = { "", "title head ask intro hint label after add repeat lines", true },
	[CARD_PRACTICE] = { "", "title head ask intro hint label after seconds why care",
	    false },
	[CARD_BREATH] = { "",
	    "title head ask intro hint label after in top-up hold out rest cycles", false },
	[CARD_DECK] = { "depths", "title head ask intro hint label after", true },
	[CARD_STARTERS] = { "", "title head ask intro hint label after", true },
	[CARD_MEASURE] = { "options",
	    "title head stem ask intro hint label after credit limits talk-from plain-high safety "
	    "scored bands source licence above below repeat written",
	    true },
};

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

enum card_kind kind_from(struct str word)
{
	for (int k = 0; k < CARD_KIND_COUNT; k++)
		if (str_is(word, kind_table[k].word))
			return (enum card_kind)k;
	return CARD_KIND_COUNT;
}

enum field_id field_from(struct str word)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (str_is(word, field_table[f].word))
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
	struct str rest = str_from(list), one;

	while (str_cut(&rest, ' ', &one))
		if (one.n && str_eq(one, word))
			return true;
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
