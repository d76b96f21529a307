/* Names in one card that mean another: pages, help lines, messages, items.  Only the
 * leading language's are looked at, the others' are the same or left out. */
#include "check.h"

#include <string.h>

struct links {
	struct check *k;
	const struct tree *t;
	const struct unit *page; /* the page in hand, for names within it */
	bool *reached;           /* by unit: something leads to this page */
};

static bool ships(const struct unit *u)
{
	return u && unit_lead(u) >= 0;
}

static const struct unit *find_page(struct links *x, struct str name)
{
	const struct unit *u = tree_find(x->t, CARD_PAGE, name);

	return ships(u) ? u : NULL;
}

static void dangling(struct links *x, const struct raw_card *c, int line,
    enum card_kind kind, struct str name)
{
	struct near near = near_start(name);

	for (size_t i = 0; i < x->t->count; i++)
		if (x->t->units[i].kind == kind && ships(&x->t->units[i]))
			near_try(&near, x->t->units[i].name);
	CHECK_SAY(c, line, _("there is no '@%s %.*s'.%.*s"), card_kind_word(kind),
	    STR_ARG(name), STR_ARG(near_words(x->k->tables, &near, "")));
}

static void to_page(struct links *x, const struct raw_card *c, int line, struct str name)
{
	const struct unit *u = find_page(x, name);

	if (!u)
		dangling(x, c, line, CARD_PAGE, name);
	else if (u != x->page)
		x->reached[u - x->t->units] = true;
}

static void to_card(struct links *x, const struct raw_card *c, int line,
    enum card_kind kind, struct str name)
{
	if (!ships(tree_find(x->t, kind, name)))
		dangling(x, c, line, kind, name);
}

static void to_item(const struct raw_card *c, int line, struct str name)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (str_eq(c->items[i].name, name))
			return;
	CHECK_SAY(c, line, _("this card has no item [%.*s]"), STR_ARG(name));
}

/* "7 message high-distress" */
static void threshold(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, number, kind;

	if (!str_cut(&rest, ' ', &number) || !str_cut(&rest, ' ', &kind))
		return;
	if (str_is(kind, "message"))
		to_card(x, c, k->line, CARD_MESSAGE, rest);
	else if (word_in("page tool", kind))
		to_page(x, c, k->line, rest);
}

/* 'about:' may name anything that stands alone. */
static void about(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, name;

	while (str_cut(&rest, ' ', &name)) {
		struct near near = near_start(name);
		bool found = name.n == 0;

		for (size_t i = 0; !found && i < x->t->count; i++) {
			found = ships(&x->t->units[i]) && str_eq(x->t->units[i].name, name);
			near_try(&near, x->t->units[i].name);
		}
		if (!found)
			CHECK_SAY(c, k->line, _("no card has the name '%.*s'.%.*s"),
			    STR_ARG(name), STR_ARG(near_words(x->k->tables, &near, "")));
	}
}

static void help_lines(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, name;
	int rows;

	while (str_cut(&rest, ' ', &name))
		if (name.n && !str_int(name, &rows))
			to_card(x, c, k->line, CARD_LINE, name);
}

/* "distress 6 present 5" */
static void values(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, name, number;
	int n;

	while (str_cut(&rest, ' ', &name)) {
		to_card(x, c, k->line, CARD_RATING, name);
		if (!str_cut(&rest, ' ', &number) || !str_int(number, &n) || n < 0 ||
		    n > 10)
			CHECK_SAY(c, k->line,
			    _("after '%.*s' a number from 0 to 10 is missing"),
			    STR_ARG(name));
	}
}

static void step_number(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	int n;

	if (x->k->steps_unsure && str_int(k->value, &n) && n >= 1 &&
	    n < (int)ARRAY_LEN(x->k->step_missing))
		return;
	for (size_t i = 0; i < x->t->count; i++) {
		const struct unit *u = &x->t->units[i];

		if (u->kind == CARD_STEP && ships(u) &&
		    str_eq(raw_value(unit_card(u), FIELD_ORDER), k->value))
			return;
	}
	CHECK_SAY(c, k->line, _("there is no step with 'order: %.*s'"), STR_ARG(k->value));
}

static bool has_lang(const struct tree *t, struct str code)
{
	for (size_t l = 0; l < t->lang_count; l++)
		if (str_eq(t->lang[l], code))
			return true;
	return false;
}

static void follow_words(struct links *x, const struct raw_card *c, const struct raw_key *k)
{
	struct str rest = k->value, name;

	if (k->id == FIELD_ABOVE || k->id == FIELD_BELOW)
		threshold(x, c, k);
	else if (k->id == FIELD_ABOUT)
		about(x, c, k);
	else if (k->id == FIELD_LINES)
		help_lines(x, c, k);
	else if (k->id == FIELD_VALUES)
		values(x, c, k);
	else if (k->id == FIELD_PERSON)
		to_card(x, c, k->line, CARD_PERSON, k->value);
	else if (k->id == FIELD_STEP)
		step_number(x, c, k);
	else if (k->id == FIELD_WRITTEN && !has_lang(x->t, k->value))
		CHECK_SAY(
		    c, k->line, _("there is no language '%.*s' here"), STR_ARG(k->value));
	else if (c->kind == CARD_MEASURE &&
		 (k->id == FIELD_SAFETY || k->id == FIELD_SCORED))
		while (str_cut(&rest, ' ', &name))
			to_item(c, k->line, name);
}

/* An entry of the demonstration answers an item of a card of a page. */
static void entry(struct links *x, const struct raw_card *c)
{
	const struct unit *page = find_page(x, raw_value(c, FIELD_PAGE));
	const struct raw_key *card = raw_find(c, FIELD_CARD),
			     *item = raw_find(c, FIELD_ITEM);
	const struct unit *part = page && card ? unit_part(page, card->value) : NULL;

	if (page && card && !ships(part)) {
		CHECK_SAY(c, card->line, _("the page '%.*s' has no card '%.*s'"),
		    STR_ARG(page->name), STR_ARG(card->value));
	} else if (part && item) {
		const struct raw_card *to = unit_card(part);

		for (size_t i = 0; i < to->item_count; i++)
			if (str_eq(to->items[i].name, item->value))
				return;
		if (to->item_count && to->items[0].name.n)
			CHECK_SAY(c, item->line,
			    _("'%.*s' of the page '%.*s' has no item [%.*s]"),
			    STR_ARG(card->value), STR_ARG(page->name),
			    STR_ARG(item->value));
	}
}

static void follow_card(struct links *x, const struct raw_card *c)
{
	for (size_t i = 0; i < c->key_count; i++) {
		const struct raw_key *k = &c->keys[i];
		struct str rest = k->value, name;

		if (k->id == FIELD_COUNT)
			continue;
		if (field_shape(k->id) != SHAPE_REF && field_shape(k->id) != SHAPE_REFS) {
			follow_words(x, c, k);
			continue;
		}
		while (str_cut(&rest, ' ', &name))
			if (name.n)
				to_page(x, c, k->line, name);
	}
	for (size_t i = 0; c->kind == CARD_TABLE && i < c->item_count; i++)
		if (c->items[i].name.n)
			to_page(x, c, c->items[i].line, c->items[i].name);
	if (c->kind == CARD_ENTRY)
		entry(x, c);
}

/* Pages of a step stand on its list, tools on the grounding screen. */
static bool listed(const struct raw_card *head)
{
	struct str kind = raw_value(head, FIELD_KIND);

	if (str_is(kind, "tool"))
		return true;
	return raw_find(head, FIELD_STEP) && !str_is(raw_value(head, FIELD_LISTED), "no");
}

void check_links(struct check *k)
{
	const struct tree *t = &k->l->tree;
	struct links x = { .k = k, .t = t };

	x.reached = arena_make(k->tables, bool, t->count + 1);
	for (size_t i = 0; i < t->count; i++) {
		const struct unit *u = &t->units[i];

		if (!ships(u))
			continue;
		x.page = u;
		follow_card(&x, unit_card(u));
		for (size_t p = 0; p < u->part_count; p++)
			if (ships(&u->parts[p]))
				follow_card(&x, unit_card(&u->parts[p]));
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct raw_card *head = unit_card(&t->units[i]);

		if (t->units[i].kind == CARD_PAGE && head && !x.reached[i] &&
		    !listed(head) && !head->file->orphan)
			CHECK_WARN(head, head->line,
			    _("no step and no page leads to this page; give it 'step:', or name it in "
			      "'next:' or a table"));
	}
}
