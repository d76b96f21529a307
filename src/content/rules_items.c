/* Names, cells and numbers of items, and what a few kinds ask of them together. */
#include "rules_items.h"

#include "marks.h"

#include <limits.h>

#define SAY(c, line, ...) \
	report_error((c)->file->all, (c)->file->label, (line), __VA_ARGS__)

enum { SCALE_LEAST = 0, SCALE_MOST = 10 };

static bool needs_items(enum card_kind k)
{
	static const enum card_kind kinds[] = { CARD_TABLE, CARD_CHECKLIST, CARD_GUIDE,
		CARD_PROMPTS, CARD_AGREEMENT, CARD_CHOICES, CARD_SCALE, CARD_MAP,
		CARD_PRACTICE, CARD_DECK, CARD_STARTERS, CARD_MEASURE, CARD_REFRAME,
		CARD_PATTERN };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i] == k)
			return true;
	return false;
}

static void check_names(
    const struct raw_card *c, size_t at, const struct cells *shape, bool leads)
{
	const struct raw_item *item = &c->items[at];

	if (item->name.n == 0) {
		if (shape->named && leads)
			SAY(c, item->line,
			    _("this item needs a name: '- [short-name] words'.  Answers are kept "
			      "by it"));
		return;
	}
	for (size_t i = 0; i < at; i++) {
		if (!str_eq(c->items[i].name, item->name))
			continue;
		SAY(c, item->line,
		    _("the item name [%.*s] stands on line %d already; give this one another"),
		    STR_ARG(item->name), c->items[i].line);
		return;
	}
}

static void wrong_count(
    const struct raw_card *c, const struct raw_item *item, const struct cells *shape)
{
	if (shape->most == shape->least)
		SAY(c, item->line,
		    i18n_n("this item has %d cells; '@%s' takes %d (parted by ' | ')",
			"this item has %d cells; '@%s' takes %d (parted by ' | ')",
			(unsigned long)shape->least),
		    item->cells, card_kind_word(c->kind), shape->least);
	else if (shape->most == INT_MAX)
		SAY(c, item->line,
		    _("this item has %d cells; '@%s' takes %d or more (parted by ' | ')"),
		    item->cells, card_kind_word(c->kind), shape->least);
	else
		SAY(c, item->line,
		    _("this item has %d cells; '@%s' takes %d to %d (parted by ' | ')"),
		    item->cells, card_kind_word(c->kind), shape->least, shape->most);
}

static void check_cell(const struct raw_card *c, const struct raw_item *item, int at,
    char letter, struct arena *tables)
{
	struct str cell = item->cell[at];
	int number;

	if (cell.n == 0)
		SAY(c, item->line, _("cell %d of this item is empty"), at + 1);
	else if (letter == 'n' && (!str_int(cell, &number) || number < 0))
		SAY(c, item->line, _("'%.*s' is not a whole number"), STR_ARG(cell));
	else if (letter == 'w' && !record_name_ok(cell))
		SAY(c, item->line, _("'%.*s' is not one word of a-z, 0-9 and '-'"),
		    STR_ARG(cell));
	else if (letter == 'w' && c->kind == CARD_DECK && !word_in("light warm deep", cell))
		SAY(c, item->line, _("a question's depth is light, warm or deep"));
	else if (letter == 't' && !kind_of_one_language(c->kind))
		marks_check(cell, c, item->line, tables);
}

static void check_cells(const struct raw_card *c, const struct raw_item *item,
    const struct cells *shape, bool leads, struct arena *tables)
{
	int missing = cells_missing(shape, item, leads);

	if (missing < 0) {
		wrong_count(c, item, shape);
		return;
	}
	if (item->cells + missing - shape->neutral > CELL_MAX)
		SAY(c, item->line, _("this item has more than %d cells"), CELL_MAX);
	for (int i = 0; i < item->cells; i++)
		check_cell(c, item, i, cells_letter(shape, i + missing), tables);
}

static int parts_of(struct str texts)
{
	struct str one;
	int n = 0;

	while (str_cut(&texts, '|', &one))
		n++;
	return n;
}

static void check_table(const struct raw_card *c)
{
	int columns = parts_of(raw_value(c, FIELD_COLUMNS));

	for (size_t i = 0; columns && i < c->item_count; i++)
		if (c->items[i].cells > 1 && c->items[i].cells != columns)
			SAY(c, c->items[i].line,
			    _("this row has %d cells, but 'columns:' names %d"),
			    c->items[i].cells, columns);
}

static void check_seconds(const struct raw_card *c)
{
	int wanted, part, sum = 0;

	for (size_t i = 0; i < c->item_count; i++)
		if (c->items[i].cells == 2 && str_int(c->items[i].cell[0], &part) &&
		    part < 86400)
			sum += part;
	if (raw_find(c, FIELD_SECONDS) && str_int(raw_value(c, FIELD_SECONDS), &wanted) &&
	    sum != wanted && sum > 0)
		SAY(c, raw_find(c, FIELD_SECONDS)->line,
		    _("the parts last %d seconds together, but 'seconds:' says %d"), sum,
		    wanted);
}

static void check_anchors(const struct raw_card *c)
{
	int last = -1, at;

	for (size_t i = 0; i < c->item_count; i++) {
		const struct raw_item *item = &c->items[i];

		if (item->cells != 2 || !str_int(item->cell[0], &at))
			continue;
		if (at < SCALE_LEAST || at > SCALE_MOST)
			SAY(c, item->line,
			    _("%d is not on the scale; it runs from %d to %d"), at,
			    SCALE_LEAST, SCALE_MOST);
		else if (at <= last)
			SAY(c, item->line,
			    _("the anchors of a scale stand in rising order"));
		last = at;
	}
}

void rules_items(const struct raw_card *c, bool leads, struct arena *tables)
{
	struct cells shape = kind_cells(c->kind);

	if (shape.most == 0 && c->item_count) {
		SAY(c, c->items[0].line,
		    _("'@%s' takes no items; write it as text, or use '@guide' or '@checklist'"),
		    card_kind_word(c->kind));
		return;
	}
	if (leads && c->item_count == 0 && needs_items(c->kind))
		SAY(c, c->line, _("'@%s' needs items: lines that begin with '- '"),
		    card_kind_word(c->kind));
	for (size_t i = 0; i < c->item_count; i++) {
		check_names(c, i, &shape, leads);
		check_cells(c, &c->items[i], &shape, leads, tables);
	}
	if (c->kind == CARD_TABLE)
		check_table(c);
	if (c->kind == CARD_PRACTICE)
		check_seconds(c);
	if (c->kind == CARD_SCALE || c->kind == CARD_RATING)
		check_anchors(c);
}
