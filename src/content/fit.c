/* Labels that must fit their place on a screen of 80 columns, and dates of help lines. */
#include "check.h"

enum {
	SIDE_HEAD = 15, /* columns left of the second stop, and how many rows of them */
	SIDE_HEAD_ROWS = 2,
	TITLE_ROW = 72,
	CHECKED_DAYS = 180,
	ANY = CARD_KIND_COUNT,
};

static const struct {
	int kind; /* ANY: every kind that is not named before */
	enum field_id field;
	int columns;
} widths[] = {
	{ CARD_STEP, FIELD_TITLE, 24 },
	{ CARD_STEP, FIELD_SUBTITLE, 44 },
	{ CARD_RATING, FIELD_TITLE, 32 },
	{ CARD_FAQ, FIELD_TITLE, 66 },
	{ CARD_TERM, FIELD_TITLE, 72 },
	{ CARD_LANGUAGE, FIELD_TITLE, 20 },
	{ ANY, FIELD_TITLE, 60 },
	{ ANY, FIELD_SUBTITLE, 66 },
	{ ANY, FIELD_TERM, 40 },
	{ ANY, FIELD_ADD, 32 },
	{ ANY, FIELD_LABEL, 40 },
	{ ANY, FIELD_OPTIONS, 36 },
	{ ANY, FIELD_COLUMNS, 24 },
	{ ANY, FIELD_DEPTHS, 66 },
	{ ANY, FIELD_HOURS, 54 },
	{ ANY, FIELD_DEAF, 110 },
	{ ANY, FIELD_SPANISH, 110 },
	{ ANY, FIELD_CALL, 40 },
	{ ANY, FIELD_PRESS, 20 },
	{ ANY, FIELD_TEXT_TO, 40 },
	{ ANY, FIELD_TEXT_WORD, 24 },
	{ ANY, FIELD_CHAT, 54 },
	{ ANY, FIELD_URL, 54 },
};

static const struct {
	enum card_kind kind;
	int columns;
} first_cells[] = {
	{ CARD_MESSAGE, 60 },
	{ CARD_TABLE, 48 },
	{ CARD_PROMPTS, 70 },
	{ CARD_AGREEMENT, 70 },
	{ CARD_LIST, 60 },
	{ CARD_MAP, 60 },
	{ CARD_STEP, 66 },
};

static int width_of(int kind, enum field_id f)
{
	for (size_t i = 0; i < ARRAY_LEN(widths); i++)
		if (widths[i].field == f &&
		    (widths[i].kind == kind || widths[i].kind == ANY))
			return widths[i].columns;
	return 0;
}

static void too_wide(const struct raw_card *c, int line, struct str words, int most)
{
	int wide = utf8_width(words);

	if (wide > most)
		CHECK_SAY(c, line, _("'%.*s' is %d columns wide; there is room for %d"),
		    STR_ARG(words), wide, most);
}

/* A side head may break at a blank; its longest word must fit, and its rows be few. */
static void side_head(const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, word;
	int at = 0, rows = 1;

	while (str_cut(&rest, ' ', &word)) {
		int wide = utf8_width(word);

		too_wide(c, k->line, word, SIDE_HEAD);
		if (at && at + 1 + wide > SIDE_HEAD) {
			rows++;
			at = wide;
		} else {
			at += wide + (at > 0);
		}
	}
	if (rows > SIDE_HEAD_ROWS)
		CHECK_SAY(c, k->line,
		    _("this side head takes %d rows of %d columns; %d at most"), rows,
		    SIDE_HEAD, SIDE_HEAD_ROWS);
}

static void title_and_term(const struct raw_card *c)
{
	const struct raw_key *term = raw_find(c, FIELD_TERM);
	int wide = utf8_width(raw_value(c, FIELD_TITLE));

	if (c->kind == CARD_PAGE && term && wide + 2 + utf8_width(term->value) > TITLE_ROW)
		CHECK_SAY(c, term->line,
		    _("'title:' and 'term:' share a row of %d columns; together they take %d"),
		    TITLE_ROW, wide + 2 + utf8_width(term->value));
}

static void fit_key(const struct raw_card *c, const struct raw_key *k)
{
	int most = width_of((int)c->kind, k->id);
	struct str rest = k->value, one;

	if (k->id == FIELD_HEAD)
		side_head(c, k);
	if (most == 0)
		return;
	if (field_shape(k->id) != SHAPE_TEXTS) {
		too_wide(c, k->line, k->value, most);
		return;
	}
	while (str_cut(&rest, '|', &one))
		too_wide(c, k->line, str_trim(one), most);
}

/* Days from an epoch of the Gregorian calendar (Howard Hinnant's days_from_civil). */
static long day_number(int year, int month, int mday)
{
	long y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	long doy = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy;
}

static void line_date(struct check *k, const struct raw_card *c)
{
	const struct raw_key *key = raw_find(c, FIELD_CHECKED_ON);
	int y, m, d;
	long age;

	if (k->today.year == 0)
		return;
	if (!key) {
		CHECK_WARN(c, c->line,
		    _("nobody noted when this help line was checked; call or visit it and add "
		      "'checked-on: %04d-%02d-%02d'"),
		    k->today.year, k->today.month, k->today.mday);
		return;
	}
	if (!str_int(str_slice(key->value, 0, 4), &y) ||
	    !str_int(str_slice(key->value, 5, 7), &m) ||
	    !str_int(str_slice(key->value, 8, 10), &d))
		return; /* said by the rules for one card */
	age =
	    day_number(k->today.year, k->today.month, k->today.mday) - day_number(y, m, d);
	if (age > CHECKED_DAYS)
		CHECK_WARN(c, key->line,
		    _("this help line was checked %ld days ago; check it again (every %d days)"),
		    age, CHECKED_DAYS);
	else if (age < 0)
		CHECK_WARN(c, key->line, _("this date lies in the future"));
}

static void fit_card(struct check *k, const struct raw_card *c, bool leads)
{
	for (size_t i = 0; i < c->key_count; i++)
		if (c->keys[i].id != FIELD_COUNT)
			fit_key(c, &c->keys[i]);
	for (size_t f = 0; f < ARRAY_LEN(first_cells); f++)
		for (size_t i = 0; first_cells[f].kind == c->kind && i < c->item_count; i++)
			if (c->items[i].cells)
				too_wide(c, c->items[i].line, c->items[i].cell[0],
				    first_cells[f].columns);
	title_and_term(c);
	if (c->kind == CARD_LINE && leads)
		line_date(k, c);
}

static void fit_units(struct check *k, const struct unit *units, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (int l = 0; l < LANG_MAX; l++)
			if (check_owns(units[i].in[l]))
				fit_card(k, units[i].in[l],
				    l == unit_lead(&units[i]) &&
					!units[i].in[l]->file->orphan);
		fit_units(k, units[i].parts, units[i].part_count);
	}
}

void check_fit(struct check *k)
{
	fit_units(k, k->l->tree.units, k->l->tree.count);
}
