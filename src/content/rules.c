/* The rules for one card: its name, its keys, its prose; items are in rules_items.c. */
#include "rules.h"

#include "marks.h"
#include "rules_items.h"

#include <string.h>

#define SAY(c, line, ...) \
	report_error((c)->file->all, (c)->file->label, (line), __VA_ARGS__)

enum { NOTE_WORDS_MAX = 25 };

/* ---- what must be there ---- */

static void check_name(const struct raw_card *c)
{
	if (c->name.n == 0 && kind_named(c->kind))
		SAY(c, c->line,
		    _("'@%s' needs a short name after it, such as '@%s my-%s'.  It is kept by this "
		      "name"),
		    card_kind_word(c->kind), card_kind_word(c->kind),
		    card_kind_word(c->kind));
}

static void check_must(const struct raw_card *c)
{
	struct str rest = str_from(kind_must(c->kind)), word;

	while (str_cut(&rest, ' ', &word))
		if (!raw_find(c, field_from(word)))
			SAY(c, c->line, _("'@%s' needs a line '%.*s: ...'"),
			    card_kind_word(c->kind), STR_ARG(word));
}

static void check_breath(const struct raw_card *c)
{
	if (!raw_find(c, FIELD_IN) || !raw_find(c, FIELD_OUT))
		SAY(c, c->line,
		    _("the pacer needs 'in:' and 'out:', the seconds of breathing in and out"));
}

static void check_line(const struct raw_card *c)
{
	static const enum field_id ways[] = { FIELD_CALL, FIELD_TEXT_TO, FIELD_CHAT,
		FIELD_URL };

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (raw_find(c, ways[i]))
			return;
	SAY(c, c->line,
	    _("a help line needs a way to reach it: 'call:', 'text-to:', 'chat:' or 'url:'"));
}

/* ---- values ---- */

static bool is_tenths(struct str s)
{
	struct str whole;
	bool point = s.n && memchr(s.s, '.', s.n);
	int a, b = 0;

	if (!str_cut(&s, '.', &whole) || !str_int(whole, &a) || a < 0 || a > 120)
		return false;
	return !point || (s.n == 1 && str_int(s, &b) && b >= 0);
}

static bool is_date(struct str s)
{
	int y, m, d;

	return s.n == 10 && s.s[4] == '-' && s.s[7] == '-' &&
	       str_int(str_slice(s, 0, 4), &y) && str_int(str_slice(s, 5, 7), &m) &&
	       str_int(str_slice(s, 8, 10), &d) && y >= 2000 && m >= 1 && m <= 12 &&
	       d >= 1 && d <= 31;
}

/* "7 message high-distress" */
static bool is_threshold(struct str s)
{
	struct str number, kind;
	int n;

	return str_cut(&s, ' ', &number) && str_int(number, &n) &&
	       str_cut(&s, ' ', &kind) && word_in("message page tool", kind) &&
	       record_name_ok(s);
}

static void check_word(
    const struct raw_card *c, const struct raw_key *k, struct arena *tables)
{
	const char *list = field_choices(k->id);
	struct near near = near_start(k->value);
	struct str rest = str_from(list), word;

	if (!record_name_ok(k->value)) {
		SAY(c, k->line, _("'%.*s:' takes one word of a-z, 0-9 and '-'"),
		    STR_ARG(k->word));
		return;
	}
	if (!list || (k->id == FIELD_KIND && c->kind != CARD_PAGE) ||
	    word_in(list, k->value))
		return;
	while (str_cut(&rest, ' ', &word))
		near_try(&near, word);
	SAY(c, k->line, _("'%.*s:' cannot be '%.*s'; it is one of: %s.%.*s"),
	    STR_ARG(k->word), STR_ARG(k->value), list,
	    STR_ARG(near_words(tables, &near, "")));
}

static void check_names(const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, word;

	while (str_cut(&rest, ' ', &word)) {
		bool ok = k->id == FIELD_COVERS || record_name_ok(word) || word.n == 0;

		if (!ok)
			SAY(c, k->line,
			    _("'%.*s' is not a name: only a-z, 0-9 and '-', with blanks "
			      "between names"),
			    STR_ARG(word));
	}
}

static void check_free(const struct raw_card *c, const struct raw_key *k)
{
	static const enum field_id seconds[] = { FIELD_IN, FIELD_TOP_UP, FIELD_HOLD,
		FIELD_OUT, FIELD_REST };

	for (size_t i = 0; i < ARRAY_LEN(seconds); i++)
		if (k->id == seconds[i] && !is_tenths(k->value))
			SAY(c, k->line,
			    _("'%.*s' is not a number of seconds, such as 4 or 5.5"),
			    STR_ARG(k->value));
	if (k->id == FIELD_CHECKED_ON && !is_date(k->value))
		SAY(c, k->line, _("'%.*s' is not a date such as 2026-01-31"),
		    STR_ARG(k->value));
	if (k->id == FIELD_CHECKED && !word_in("A B C", k->value))
		SAY(c, k->line, _("'checked:' is A, B or C"));
	if ((k->id == FIELD_ABOVE || k->id == FIELD_BELOW) && !is_threshold(k->value))
		SAY(c, k->line,
		    _("'%.*s:' is a number, a kind (message, page or tool) and a name: '7 message "
		      "high-distress'"),
		    STR_ARG(k->word));
}

static void check_texts(const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, one;
	int n = 0;

	while (str_cut(&rest, '|', &one)) {
		n++;
		if (str_trim(one).n == 0)
			SAY(c, k->line, _("part %d of '%.*s:' is empty"), n,
			    STR_ARG(k->word));
	}
}

static int count_words(struct str s)
{
	struct str word;
	int n = 0;

	while (str_cut(&s, ' ', &word))
		n += word.n > 0;
	return n;
}

static void check_value(
    const struct raw_card *c, const struct raw_key *k, struct arena *tables)
{
	int number;

	switch (field_shape(k->id)) {
	case SHAPE_NUMBER:
		if (!str_int(k->value, &number) || number < 0)
			SAY(c, k->line, _("'%.*s:' takes a whole number, not '%.*s'"),
			    STR_ARG(k->word), STR_ARG(k->value));
		break;
	case SHAPE_WORD:
	case SHAPE_REF: check_word(c, k, tables); break;
	case SHAPE_WORDS:
	case SHAPE_REFS: check_names(c, k); break;
	case SHAPE_FREE: check_free(c, k); break;
	case SHAPE_TEXTS: check_texts(c, k); /* fall through */
	case SHAPE_TEXT: marks_check(k->value, c, k->line, tables); break;
	}
	if (k->id == FIELD_NOTE && c->kind == CARD_PAGE &&
	    count_words(k->value) > NOTE_WORDS_MAX)
		SAY(c, k->line, _("this content note has %d words; %d at most"),
		    count_words(k->value), NOTE_WORDS_MAX);
}

/* ---- prose ---- */

/* "short: ..." after an empty line is a key that slipped into the text. */
static bool looks_like_key(struct str para, struct str *word)
{
	struct str rest = para;

	if (!str_cut(&rest, ':', word) || rest.n == 0 || rest.s[0] != ' ')
		return false;
	return field_from(*word) != FIELD_COUNT;
}

static void check_prose(const struct raw_card *c, bool leads, struct arena *tables)
{
	struct str word;

	for (size_t i = 0; i < c->para_count; i++) {
		if (looks_like_key(c->paras[i].text, &word))
			SAY(c, c->paras[i].line,
			    _("'%.*s:' stands after an empty line, so it is read as text; keys stand "
			      "right under the '@' line, with no empty line between them"),
			    STR_ARG(word));
		marks_check(c->paras[i].text, c, c->paras[i].line, tables);
	}
	if (leads && c->para_count == 0 && c->item_count == 0 &&
	    (c->kind == CARD_TEXT || c->kind == CARD_CARE || c->kind == CARD_FAQ))
		SAY(c, c->line, _("'@%s' has no text"), card_kind_word(c->kind));
}

void rules_card(const struct raw_card *c, bool leads, struct arena *tables)
{
	if (!c->file->all)
		return;
	check_name(c);
	if (leads) {
		check_must(c);
		if (c->kind == CARD_BREATH)
			check_breath(c);
		if (c->kind == CARD_LINE)
			check_line(c);
	}
	for (size_t i = 0; i < c->key_count; i++)
		if (c->keys[i].id != FIELD_COUNT)
			check_value(c, &c->keys[i], tables);
	check_prose(c, leads, tables);
	rules_items(c, leads, tables);
}

static void rules_units(const struct unit *units, size_t count, struct arena *tables)
{
	for (size_t i = 0; i < count; i++) {
		int lead = unit_lead(&units[i]);

		for (int l = 0; l < LANG_MAX; l++)
			if (units[i].in[l])
				rules_card(units[i].in[l],
				    l == lead && !units[i].in[l]->file->orphan, tables);
		rules_units(units[i].parts, units[i].part_count, tables);
	}
}

void rules_tree(const struct tree *t, struct arena *tables)
{
	rules_units(t->units, t->count, tables);
}
