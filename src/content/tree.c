/* Cards are matched by kind and name; those without a name by their place among the cards
 * of their kind on the page, or in the file of the same name. */
#include "tree.h"

#include <string.h>

struct builder {
	struct tree *tree;
	struct arena *tables;
	size_t lang;
	size_t hint; /* where the next card most likely is: files run in the same order */
};

/* What a card without a name goes by: "3" for the third of its kind, with its file's name
 * when it stands alone.  No name can hold ':' or '#', so the two never meet. */
static struct str stand_in(struct builder *b, const struct raw_card *c,
    const struct unit *page, const struct raw_card *first)
{
	int nth = 0;

	for (const struct raw_card *p = first; p <= c; p++)
		nth += p->kind == c->kind && p->name.n == 0;
	if (page)
		return arena_fmt(b->tables, "#%d", nth);
	return arena_fmt(b->tables, "%.*s:%d", STR_ARG(c->file->name), nth);
}

static struct unit *find_in(
    struct unit *units, size_t count, size_t hint, enum card_kind kind, struct str name)
{
	if (hint < count && units[hint].kind == kind && str_eq(units[hint].name, name))
		return &units[hint];
	for (size_t i = 0; i < count; i++)
		if (units[i].kind == kind && str_eq(units[i].name, name))
			return &units[i];
	return NULL;
}

static bool put(struct builder *b, struct unit *u, const struct raw_card *c)
{
	bool ships = !str_is(raw_value(c, FIELD_SHIP), "no");
	const struct raw_card *was = u->in[b->lang];

	if (was) {
		report_error(c->file->all, c->file->label, c->line,
		    _("'@%.*s %.*s' stands already in %.*s on line %d; give one of them another "
		      "name"),
		    STR_ARG(c->word), STR_ARG(c->name), STR_ARG(was->file->label),
		    was->line);
		return false;
	}
	if (u->held_back[b->lang]) {
		report_error(c->file->all, c->file->label, c->line,
		    _("'@%.*s %.*s' stands twice, once with 'ship: no'; give one of them another "
		      "name"),
		    STR_ARG(c->word), STR_ARG(c->name));
		return false;
	}
	if (ships)
		u->in[b->lang] = c;
	else
		u->held_back[b->lang] = true;
	return true;
}

/* A card at the top.  NULL when it stands twice. */
static struct unit *add_unit(struct builder *b, const struct raw_card *c)
{
	struct tree *t = b->tree;
	struct str name = c->name.n ? c->name : stand_in(b, c, NULL, c->file->cards);
	struct unit *u = find_in(t->units, t->count, b->hint, c->kind, name);

	if (!u) {
		t->units = record_grow(b->tables, t->units, sizeof *u, t->count, &t->room);
		u = &t->units[t->count++];
		*u = (struct unit){ .kind = c->kind, .name = name };
	}
	b->hint = (size_t)(u - t->units) + 1;
	return put(b, u, c) ? u : NULL;
}

static void add_part(struct builder *b, struct unit *page, const struct raw_card *c,
    const struct raw_card *head, size_t hint)
{
	struct str name = c->name.n ? c->name : stand_in(b, c, page, head);
	struct unit *u = find_in(page->parts, page->part_count, hint, c->kind, name);

	if (!u) {
		page->parts = record_grow(
		    b->tables, page->parts, sizeof *u, page->part_count, &page->part_room);
		u = &page->parts[page->part_count++];
		*u = (struct unit){ .kind = c->kind, .name = name };
	}
	put(b, u, c);
}

/* Parts are called by name alone, whatever their kind. */
static void same_name(const struct raw_card *c, const struct raw_card *head)
{
	for (const struct raw_card *p = head + 1; p < c && c->name.n; p++)
		if (p->kind != c->kind && str_eq(p->name, c->name)) {
			report_error(c->file->all, c->file->label, c->line,
			    _("'@%.*s' on line %d of this page has the name '%.*s' already; "
			      "answers are kept by it, so give one of them another"),
			    STR_ARG(p->word), p->line, STR_ARG(c->name));
			return;
		}
}

static void add_file(struct builder *b, const struct raw_file *f)
{
	const struct raw_card *head = NULL;
	struct unit *page = NULL;
	bool lost = false; /* after a card that was not understood, parts may be its */

	for (size_t i = 0; i < f->count; i++) {
		const struct raw_card *c = &f->cards[i];

		if (c->kind == CARD_KIND_COUNT) {
			lost = true;
		} else if (kind_place(c->kind) != PLACE_PART) {
			page = add_unit(b, c);
			lost = !page;
			if (kind_place(c->kind) != PLACE_HEAD)
				page = NULL;
			head = c;
		} else if (page) {
			same_name(c, head);
			add_part(b, page, c, head, (size_t)(c - head) - 1);
		} else if (!lost) {
			report_error(f->all, f->label, c->line,
			    _("'@%.*s' stands on a page, and there is none above it; begin one with "
			      "'@page my-page'"),
			    STR_ARG(c->word));
		}
	}
}

static size_t lang_index(struct tree *t, struct str code)
{
	for (size_t i = 0; i < t->lang_count; i++)
		if (str_eq(t->lang[i], code))
			return i;
	if (t->lang_count == LANG_MAX)
		return LANG_MAX;
	t->lang[t->lang_count] = code;
	return t->lang_count++;
}

void tree_build(
    struct tree *t, const struct source *s, const struct tree *base, struct arena *tables)
{
	struct builder b = { .tree = t, .tables = tables };

	*t = (struct tree){ 0 };
	if (base) {
		memcpy(t->lang, base->lang, sizeof t->lang);
		t->lang_count = base->lang_count;
	}
	for (size_t l = 0; l < s->lang_count; l++) {
		b.lang = lang_index(t, s->lang[l].code);
		b.hint = 0;
		for (size_t i = 0; b.lang < LANG_MAX && i < s->lang[l].count; i++)
			add_file(&b, &s->lang[l].files[i]);
	}
}

/* ---- packs ---- */

static void lay_unit(struct unit *to, const struct unit *from)
{
	for (size_t l = 0; l < LANG_MAX; l++) {
		if (from->in[l])
			to->in[l] = from->in[l];
	}
	for (size_t i = 0; i < from->part_count; i++) {
		const struct unit *part = &from->parts[i];
		struct unit *into =
		    find_in(to->parts, to->part_count, i, part->kind, part->name);

		if (into)
			lay_unit(into, part);
	}
}

void tree_lay(struct tree *t, const struct tree *pack, struct arena *tables)
{
	memcpy(t->lang, pack->lang, sizeof t->lang);
	t->lang_count = pack->lang_count;
	for (size_t i = 0; i < pack->count; i++) {
		const struct unit *from = &pack->units[i];
		struct unit *to = find_in(t->units, t->count, 0, from->kind, from->name);

		if (!to) {
			t->units =
			    record_grow(tables, t->units, sizeof *to, t->count, &t->room);
			t->units[t->count++] = *from;
		} else if (from->in[0]) {
			*to = *from;
		} else {
			lay_unit(to, from);
		}
	}
}

int unit_lead(const struct unit *u)
{
	if (u->held_back[0])
		return -1;
	for (int l = 0; l < LANG_MAX; l++)
		if (u->in[l])
			return l;
	return -1;
}

const struct raw_card *unit_card(const struct unit *u)
{
	int lead = unit_lead(u);

	return lead < 0 ? NULL : u->in[lead];
}

const struct unit *tree_find(const struct tree *t, enum card_kind kind, struct str name)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->units[i].kind == kind && str_eq(t->units[i].name, name))
			return &t->units[i];
	return NULL;
}

const struct unit *unit_part(const struct unit *page, struct str name)
{
	for (size_t i = 0; i < page->part_count; i++)
		if (str_eq(page->parts[i].name, name))
			return &page->parts[i];
	return NULL;
}
