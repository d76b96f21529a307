/* Cards become const structs.  The leading card (unit_lead) says which keys and items there
 * are; the other languages only add their words to them. */
#include "build.h"

#include "spec.h"

#include <string.h>

struct maker {
	struct content *out;
	const struct tree *tree;
};

static void set_everywhere(struct text *t, struct str words)
{
	for (size_t l = 0; l < LANG_MAX; l++)
		t->in[l] = words;
}

/* Where a language has no words, text_in() takes those of language 0. */
static void lead_falls_back(struct text *t, int lead)
{
	if (t->in[0].n == 0)
		t->in[0] = t->in[lead];
}

/* ---- keys ---- */

static bool make_field(
    struct field *f, const struct unit *u, int lead, const struct raw_key *k)
{
	f->id = k->id;
	if (field_shape(k->id) == SHAPE_NUMBER && !str_int(k->value, &f->number))
		return false;
	if (!field_translated(k->id)) {
		set_everywhere(&f->text, k->value);
		return true;
	}
	for (size_t l = 0; l < LANG_MAX; l++)
		if (u->in[l])
			f->text.in[l] = raw_value(u->in[l], k->id);
	lead_falls_back(&f->text, lead);
	return true;
}

static void make_fields(struct maker *m, struct card *c, const struct unit *u, int lead)
{
	const struct raw_card *raw = u->in[lead];
	struct field *fields = arena_make(m->out->memory, struct field, raw->key_count);

	for (size_t i = 0; i < raw->key_count; i++)
		if (raw->keys[i].id != FIELD_COUNT &&
		    make_field(&fields[c->field_count], u, lead, &raw->keys[i]))
			c->field_count++;
	c->fields = fields;
}

/* ---- items ---- */

/* The same item in another language: by name, or by place when it bears none. */
static const struct raw_item *item_like(
    const struct raw_card *c, const struct raw_item *item, size_t at)
{
	for (size_t i = 0; i < c->item_count && item->name.n; i++)
		if (str_eq(c->items[i].name, item->name))
			return &c->items[i];
	return at < c->item_count && c->items[at].name.n == 0 ? &c->items[at] : NULL;
}

static void add_cells(struct text *into, int count, const struct cells *shape,
    const struct raw_item *item, size_t lang, bool leads)
{
	int missing = cells_missing(shape, item, leads);
	int text = 0;

	for (int i = 0; missing >= 0 && i < item->cells && text < count; i++)
		if (cells_letter(shape, i + missing) == 't')
			into[text++].in[lang] = item->cell[i];
}

static bool lead_item(
    struct item *it, const struct cells *shape, const struct raw_item *raw)
{
	it->name = raw->name;
	if (cells_missing(shape, raw, true) < 0 || (shape->named && raw->name.n == 0))
		return false;
	for (int i = 0; i < raw->cells; i++) {
		char letter = cells_letter(shape, i);

		if (letter == 'n' && !str_int(raw->cell[i], &it->number))
			return false;
		if (letter == 'w')
			it->word = raw->cell[i];
		it->cells += letter == 't';
	}
	return it->cells <= CELL_MAX;
}

static void make_items(struct maker *m, struct card *c, const struct unit *u, int lead)
{
	const struct raw_card *raw = u->in[lead];
	struct cells shape = kind_cells(u->kind);
	struct item *items = arena_make(m->out->memory, struct item, raw->item_count);

	for (size_t i = 0; i < raw->item_count; i++) {
		struct item *it = &items[c->item_count];
		struct text *cell;

		*it = (struct item){ 0 };
		if (!lead_item(it, &shape, &raw->items[i]))
			continue;
		cell = arena_make(m->out->memory, struct text, (size_t)it->cells);
		for (size_t l = 0; l < LANG_MAX; l++) {
			const struct raw_item *like =
			    u->in[l] ? item_like(u->in[l], &raw->items[i], i) : NULL;

			if (like)
				add_cells(cell, it->cells, &shape, like, l, (int)l == lead);
		}
		for (int t = 0; t < it->cells; t++)
			lead_falls_back(&cell[t], lead);
		it->cell = cell;
		c->item_count++;
	}
	c->items = items;
}

/* ---- prose ---- */

static void make_paras(struct maker *m, struct card *c, const struct unit *u, int lead)
{
	struct text *paras;

	for (size_t l = 0; l < LANG_MAX; l++)
		if (u->in[l] && u->in[l]->para_count > c->para_count)
			c->para_count = u->in[l]->para_count;
	paras = arena_make(m->out->memory, struct text, c->para_count);
	for (size_t i = 0; i < c->para_count; i++) {
		for (size_t l = 0; l < LANG_MAX; l++)
			if (u->in[l] && i < u->in[l]->para_count)
				paras[i].in[l] = u->in[l]->paras[i].text;
		lead_falls_back(&paras[i], lead);
	}
	c->paras = paras;
}

/* ---- cards and pages ---- */

static void make_card(
    struct maker *m, struct card *c, const struct unit *u, const struct page *page)
{
	int lead = unit_lead(u);
	const struct raw_card *raw = u->in[lead];

	c->kind = u->kind;
	c->name = arena_dup(m->out->memory, raw->name);
	c->page = page;
	c->file = arena_dup(m->out->memory, raw->file->label);
	c->line = raw->line;
	make_fields(m, c, u, lead);
	make_items(m, c, u, lead);
	make_paras(m, c, u, lead);
}

static bool usable(const struct unit *u)
{
	const struct raw_card *raw = unit_card(u);

	return raw && (raw->name.n || !kind_named(u->kind));
}

static void make_page(
    struct maker *m, struct page *p, struct card *head, const struct unit *u)
{
	struct card *parts = arena_make(m->out->memory, struct card, u->part_count);

	make_card(m, head, u, p);
	p->name = head->name;
	p->head = head;
	for (size_t i = 0; i < u->part_count; i++)
		if (usable(&u->parts[i]))
			make_card(m, &parts[p->part_count++], &u->parts[i], p);
	p->parts = parts;
}

static void make_all(struct maker *m)
{
	const struct tree *t = m->tree;
	struct arena *a = m->out->memory;
	struct page *pages;
	struct card *heads, *cards;
	size_t page_count = 0, card_count = 0;

	for (size_t i = 0; i < t->count; i++) {
		page_count += usable(&t->units[i]) && t->units[i].kind == CARD_PAGE;
		card_count += usable(&t->units[i]) && t->units[i].kind != CARD_PAGE;
	}
	pages = arena_make(a, struct page, page_count);
	heads = arena_make(a, struct card, page_count);
	cards = arena_make(a, struct card, card_count);
	for (size_t i = 0; i < t->count; i++) {
		if (!usable(&t->units[i]))
			continue;
		if (t->units[i].kind == CARD_PAGE) {
			size_t at = m->out->page_count++;

			make_page(m, &pages[at], &heads[at], &t->units[i]);
		} else {
			make_card(m, &cards[m->out->card_count++], &t->units[i], NULL);
		}
	}
	m->out->pages = pages;
	m->out->cards = cards;
}

/* ---- languages ---- */

/* What a language calls itself: the title of the @language card in its folder. */
static struct str lang_title(const struct source *s, struct str code)
{
	for (size_t l = 0; l < s->lang_count; l++) {
		for (size_t i = 0; str_eq(s->lang[l].code, code) && i < s->lang[l].count;
		     i++) {
			const struct raw_file *f = &s->lang[l].files[i];

			for (size_t k = 0; k < f->count; k++)
				if (f->cards[k].kind == CARD_LANGUAGE)
					return raw_value(&f->cards[k], FIELD_TITLE);
		}
	}
	return (struct str){ 0 };
}

static void make_langs(struct maker *m, const struct source *const *from, size_t from_count)
{
	const struct tree *t = m->tree;
	struct lang *langs = arena_make(m->out->memory, struct lang, t->lang_count);

	for (size_t l = 0; l < t->lang_count; l++) {
		langs[l].code = arena_dup(m->out->memory, t->lang[l]);
		langs[l].name = langs[l].code;
		for (size_t i = 0; i < from_count; i++) {
			struct str title = lang_title(from[i], t->lang[l]);

			if (title.n)
				langs[l].name = title;
		}
	}
	m->out->langs = langs;
	m->out->lang_count = t->lang_count;
}

void build_content(struct content *out, const struct tree *t,
    const struct source *const *from, size_t from_count)
{
	struct maker m = { .out = out, .tree = t };

	make_langs(&m, from, from_count);
	make_all(&m);
}
