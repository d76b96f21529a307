/* One card in two languages: the same keys, the same items, as many paragraphs; what is not
 * words for the person is the same or left out. */
#include "check.h"

struct pair {
	struct check *k;
	const struct raw_card *a, *b; /* a leads */
	bool strict;
	int missing;
};

static int parts_of(struct str texts)
{
	struct str one;
	int n = 0;

	while (str_cut(&texts, '|', &one))
		n++;
	return n;
}

static bool same_words(struct str a, struct str b)
{
	struct str rest = a, word, other, all = b;
	size_t na = 0, nb = 0;

	while (str_cut(&rest, ' ', &word)) {
		bool found = word.n == 0;

		na += word.n > 0;
		for (struct str r = all; !found && str_cut(&r, ' ', &other);)
			found = str_eq(word, other);
		if (!found)
			return false;
	}
	while (str_cut(&b, ' ', &word))
		nb += word.n > 0;
	return na == nb;
}

static void missing_key(struct pair *p, const struct raw_key *ka)
{
	if (ka->id == FIELD_COVERS) {
		CHECK_SAY(p->b, p->b->line,
		    _("'covers: %.*s' stands in %.*s; it must stand in each language"),
		    STR_ARG(ka->value), STR_ARG(p->a->file->label));
	} else if (field_translated(ka->id)) {
		p->missing++;
		if (p->strict)
			CHECK_SAY(p->b, p->b->line,
			    _("'%.*s:' is missing; it stands in %.*s, line %d"),
			    STR_ARG(ka->word), STR_ARG(p->a->file->label), ka->line);
	}
}

static void compare_key(struct pair *p, const struct raw_key *ka, const struct raw_key *kb)
{
	bool same;

	if (field_shape(ka->id) == SHAPE_TEXTS) {
		if (parts_of(ka->value) != parts_of(kb->value))
			CHECK_SAY(p->b, kb->line,
			    _("'%.*s:' has %d parts here and %d in %.*s"),
			    STR_ARG(kb->word), parts_of(kb->value), parts_of(ka->value),
			    STR_ARG(p->a->file->label));
		return;
	}
	if (field_translated(ka->id))
		return;
	same = ka->id == FIELD_COVERS ? same_words(ka->value, kb->value)
				      : str_eq(ka->value, kb->value);
	if (!same)
		CHECK_SAY(p->b, kb->line,
		    _("'%.*s:' is '%.*s' here and '%.*s' in %.*s; it is the same in every language"),
		    STR_ARG(kb->word), STR_ARG(kb->value), STR_ARG(ka->value),
		    STR_ARG(p->a->file->label));
}

static void compare_keys(struct pair *p)
{
	for (size_t i = 0; i < p->a->key_count; i++) {
		const struct raw_key *ka = &p->a->keys[i];
		const struct raw_key *kb = raw_find(p->b, ka->id);

		if (ka->id == FIELD_COUNT || ka->id == FIELD_SHIP)
			continue;
		if (kb)
			compare_key(p, ka, kb);
		else
			missing_key(p, ka);
	}
	for (size_t i = 0; i < p->b->key_count; i++) {
		const struct raw_key *kb = &p->b->keys[i];

		if (kb->id != FIELD_COUNT && kb->id != FIELD_SHIP &&
		    !raw_find(p->a, kb->id))
			CHECK_SAY(p->b, kb->line,
			    _("'%.*s:' stands here, but not on this card in %.*s"),
			    STR_ARG(kb->word), STR_ARG(p->a->file->label));
	}
}

/* ---- items ---- */

static void compare_cells(
    struct pair *p, const struct raw_item *ia, const struct raw_item *ib)
{
	struct cells shape = kind_cells(p->a->kind);
	int missing = cells_missing(&shape, ib, false);

	if (missing < 0 || cells_missing(&shape, ia, true) < 0)
		return;
	if (ib->cells + missing != ia->cells) {
		CHECK_SAY(p->b, ib->line,
		    _("this item has %d cells; in %.*s, line %d, it has %d"),
		    ib->cells + missing, STR_ARG(p->a->file->label), ia->line, ia->cells);
		return;
	}
	for (int i = 0; i < ib->cells; i++)
		if (cells_letter(&shape, i + missing) != 't' &&
		    !str_eq(ia->cell[i + missing], ib->cell[i]))
			CHECK_SAY(p->b, ib->line,
			    _("'%.*s' is '%.*s' in %.*s, line %d; it is the same in every language"),
			    STR_ARG(ib->cell[i]), STR_ARG(ia->cell[i + missing]),
			    STR_ARG(p->a->file->label), ia->line);
}

static bool has_item(const struct raw_card *c, struct str name)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (str_eq(c->items[i].name, name))
			return true;
	return false;
}

static void items_of(struct pair *p, const struct raw_card *c, const struct raw_card *other)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (c->items[i].name.n && !has_item(other, c->items[i].name))
			CHECK_SAY(c, c->items[i].line,
			    _("the item [%.*s] is missing in %.*s, line %d"),
			    STR_ARG(c->items[i].name), STR_ARG(other->file->label),
			    other->line);
	(void)p;
}

static void compare_items(struct pair *p)
{
	const struct raw_card *a = p->a, *b = p->b;

	if (a->item_count != b->item_count) {
		p->missing++;
		if (!p->strict && b->item_count == 0)
			return;
		CHECK_SAY(b, b->line,
		    _("this card has %zu items, and %zu in %.*s, line %d"), b->item_count,
		    a->item_count, STR_ARG(a->file->label), a->line);
		if (b->item_count && b->items[0].name.n) {
			items_of(p, a, b);
			items_of(p, b, a);
		}
		return;
	}
	for (size_t i = 0; i < a->item_count; i++) {
		if (b->items[i].name.n && !str_eq(a->items[i].name, b->items[i].name)) {
			CHECK_SAY(b, b->items[i].line,
			    _("here stands the item [%.*s], and [%.*s] in %.*s, line %d"),
			    STR_ARG(b->items[i].name), STR_ARG(a->items[i].name),
			    STR_ARG(a->file->label), a->items[i].line);
			return;
		}
		compare_cells(p, &a->items[i], &b->items[i]);
	}
}

int compare_cards(
    struct check *k, const struct raw_card *a, const struct raw_card *b, bool strict)
{
	struct pair p = { .k = k, .a = a, .b = b, .strict = strict };

	compare_keys(&p);
	compare_items(&p);
	if (a->para_count != b->para_count) {
		p.missing++;
		if (strict || b->para_count)
			CHECK_SAY(b, b->line,
			    _("this card has %zu paragraphs, and %zu in %.*s, line %d"),
			    b->para_count, a->para_count, STR_ARG(a->file->label), a->line);
	}
	return p.missing;
}
