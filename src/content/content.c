/* Looking things up in what was loaded. */
#include "remanso/content.h"

int content_lang(const struct content *c, struct str code)
{
	for (size_t i = 0; i < c->lang_count; i++)
		if (str_eq(c->langs[i].code, code))
			return (int)i;
	return -1;
}

const struct page *content_page(const struct content *c, struct str name)
{
	for (size_t i = 0; i < c->page_count; i++)
		if (str_eq(c->pages[i].name, name))
			return &c->pages[i];
	return NULL;
}

const struct card *content_card(
    const struct content *c, enum card_kind kind, struct str name)
{
	for (size_t i = 0; i < c->card_count; i++)
		if (c->cards[i].kind == kind && str_eq(c->cards[i].name, name))
			return &c->cards[i];
	return NULL;
}

const struct card *content_next(
    const struct content *c, enum card_kind kind, const struct card *after)
{
	size_t i = after ? (size_t)(after - c->cards) + 1 : 0;

	for (; i < c->card_count; i++)
		if (c->cards[i].kind == kind)
			return &c->cards[i];
	return NULL;
}

const struct card *page_part(const struct page *p, struct str name)
{
	for (size_t i = 0; i < p->part_count; i++)
		if (str_eq(p->parts[i].name, name))
			return &p->parts[i];
	return NULL;
}

struct str text_in(const struct text *t, int lang)
{
	if (lang > 0 && lang < LANG_MAX && t->in[lang].n)
		return t->in[lang];
	return t->in[0];
}

static const struct field *find(const struct card *c, enum field_id f)
{
	for (size_t i = 0; i < c->field_count; i++)
		if (c->fields[i].id == f)
			return &c->fields[i];
	return NULL;
}

struct str card_text(const struct card *c, enum field_id f, int lang)
{
	const struct field *found = find(c, f);

	return found ? text_in(&found->text, lang) : (struct str){ 0 };
}

struct str card_word(const struct card *c, enum field_id f)
{
	return card_text(c, f, 0);
}

int card_number(const struct card *c, enum field_id f, int otherwise)
{
	const struct field *found = find(c, f);

	return found ? found->number : otherwise;
}

bool card_has(const struct card *c, enum field_id f)
{
	return find(c, f) != NULL;
}

const struct item *card_item(const struct card *c, struct str name)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (str_eq(c->items[i].name, name))
			return &c->items[i];
	return NULL;
}

/* The value for "{name}" at `at`, or NULL; the whole placeholder's length goes to `len`. */
static const struct fill *fill_at(
    struct str s, size_t at, const struct fill *with, size_t n, size_t *len)
{
	size_t end = at + 1;
	struct str name;

	while (end < s.n && s.s[end] != '}' && s.s[end] != '{')
		end++;
	if (end == s.n || s.s[end] != '}')
		return NULL;
	name = str_slice(s, at + 1, end);
	*len = end + 1 - at;
	for (size_t i = 0; i < n; i++)
		if (str_is(name, with[i].name))
			return &with[i];
	return NULL;
}

struct str text_fill(struct arena *a, struct str s, const struct fill *with, size_t n)
{
	struct buf out = { 0 };
	size_t from = 0, len = 0;
	struct str filled;

	for (size_t at = 0; at < s.n; at++) {
		const struct fill *f =
		    s.s[at] == '{' ? fill_at(s, at, with, n, &len) : NULL;

		if (!f)
			continue;
		buf_add(&out, str_slice(s, from, at));
		buf_add(&out, f->value);
		from = at + len;
		at = from - 1;
	}
	if (from == 0)
		return s;
	buf_add(&out, str_slice(s, from, s.n));
	filled = arena_dup(a, buf_str(&out));
	buf_free(&out);
	return filled;
}
