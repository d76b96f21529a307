/* Words that do not belong in the text, by the '@avoid' and '@allow' cards of a language.
 * Text and patterns are compared in lower case, accents kept.  A pattern is a whole word or
 * phrase; a star at its start or end stands for any letters there.  What stands in straight
 * quotes is skipped, and allowed phrases are blanked out first, so that a longer phrase
 * that is allowed hides the shorter one that is not. */
#include "check.h"

#include <string.h>

struct pattern {
	struct str words;
	bool open_start, open_end; /* a star */
};

struct patterns {
	struct pattern *list;
	size_t count, room;
};

struct speller {
	struct check *k;
	struct patterns avoid, allow;
	struct buf text; /* the words in hand, in lower case */
};

/* Lower case for the alphabets whose capitals lie at a fixed distance: Latin, Greek,
 * Cyrillic. Never changes the length, so that a place in the copy is the same place in the
 * text. */
static int32_t lower(int32_t p)
{
	if ((p >= 'A' && p <= 'Z') || (p >= 0xc0 && p <= 0xde && p != 0xd7) ||
	    (p >= 0x391 && p <= 0x3a9) || (p >= 0x410 && p <= 0x42f))
		return p + 0x20;
	if (p >= 0x400 && p <= 0x40f)
		return p + 0x50;
	if ((p >= 0x100 && p <= 0x137) || (p >= 0x14a && p <= 0x177))
		return p | 1;
	if (p >= 0x139 && p <= 0x148)
		return p % 2 ? p + 1 : p;
	return p;
}

static bool is_letter(int32_t p)
{
	if (p < 0x80)
		return (p >= 'a' && p <= 'z') || (p >= 'A' && p <= 'Z');
	if (p < 0xc0)
		return p == 0xaa || p == 0xb5 || p == 0xba;
	return p != 0xd7 && p != 0xf7 && !(p >= 0x2000 && p < 0x2c00) && p != 0xfffd &&
	       !(p >= 0x3000 && p < 0x3040);
}

static void add_lower(struct buf *out, struct str s)
{
	size_t len;

	for (size_t at = 0; at < s.n; at += len) {
		int32_t p = utf8_point(s, at, &len), l = lower(p);

		if (l == p) {
			buf_add(out, str_slice(s, at, at + len));
		} else if (l < 0x80) {
			buf_addc(out, (char)l);
		} else {
			buf_addc(out, (char)(0xc0 | l >> 6));
			buf_addc(out, (char)(0x80 | (l & 0x3f)));
		}
	}
}

/* ---- the lists ---- */

static void add_pattern(struct speller *s, struct patterns *to, struct str words)
{
	struct pattern p = { 0 };

	buf_clear(&s->text);
	add_lower(&s->text, words);
	p.words = arena_dup(s->k->tables, buf_str(&s->text));
	p.open_start = str_starts(p.words, "*");
	p.words = str_slice(p.words, p.open_start, p.words.n);
	p.open_end = p.words.n && p.words.s[p.words.n - 1] == '*';
	p.words.n -= p.open_end;
	if (p.words.n == 0)
		return;
	to->list = record_grow(s->k->tables, to->list, sizeof p, to->count, &to->room);
	to->list[to->count++] = p;
}

static void read_lists(struct speller *s, const struct source_lang *l)
{
	for (size_t f = 0; f < l->count; f++) {
		for (size_t i = 0; i < l->files[f].count; i++) {
			const struct raw_card *c = &l->files[f].cards[i];

			for (size_t n = 0; n < c->item_count && c->items[n].cells; n++) {
				if (c->kind == CARD_AVOID)
					add_pattern(s, &s->avoid, c->items[n].cell[0]);
				if (c->kind == CARD_ALLOW)
					add_pattern(s, &s->allow, c->items[n].cell[0]);
			}
		}
	}
}

/* ---- looking ---- */

static bool letter_before(struct str s, size_t at)
{
	if (at == 0)
		return false;
	do
		at--;
	while (at > 0 && ((unsigned char)s.s[at] & 0xc0) == 0x80);
	return is_letter(utf8_point(s, at, NULL));
}

static bool letter_at(struct str s, size_t at)
{
	return at < s.n && is_letter(utf8_point(s, at, NULL));
}

static bool find(struct str text, const struct pattern *p, size_t from, size_t *at)
{
	while (from < text.n) {
		const char *hit =
		    memmem(text.s + from, text.n - from, p->words.s, p->words.n);

		if (!hit)
			return false;
		*at = (size_t)(hit - text.s);
		if ((p->open_start || !letter_before(text, *at)) &&
		    (p->open_end || !letter_at(text, *at + p->words.n)))
			return true;
		from = *at + 1;
	}
	return false;
}

static void blank(struct buf *b, size_t from, size_t n)
{
	/* A full stop: no letter, and no phrase reaches across it. */
	memset(b->s + from, '.', n);
}

static void blank_quotes(struct buf *b)
{
	size_t from = 0;

	while (from < b->n) {
		char *open = memchr(b->s + from, '"', b->n - from);
		size_t at = open ? (size_t)(open - b->s) : 0;
		char *close = open ? memchr(open + 1, '"', b->n - at - 1) : NULL;

		if (!close)
			return;
		blank(b, at, (size_t)(close - open) + 1);
		from = (size_t)(close - b->s) + 1;
	}
}

static void look(struct speller *s, const struct raw_card *c, int line, struct str words)
{
	size_t at;

	buf_clear(&s->text);
	add_lower(&s->text, words);
	if (s->text.n == 0)
		return;
	blank_quotes(&s->text);
	for (size_t i = 0; i < s->allow.count; i++)
		while (find(buf_str(&s->text), &s->allow.list[i], 0, &at))
			blank(&s->text, at, s->allow.list[i].words.n);
	for (size_t i = 0; i < s->avoid.count; i++) {
		const struct pattern *p = &s->avoid.list[i];

		for (size_t from = 0; find(buf_str(&s->text), p, from, &at); from = at + 1)
			CHECK_SAY(c, line,
			    _("'%s%.*s%s' is a word to avoid; say it another way, or put it in "
			      "straight quotes where the text advises against it"),
			    p->open_start ? "*" : "", STR_ARG(p->words),
			    p->open_end ? "*" : "");
	}
}

static bool exempt_key(const struct raw_card *c, const struct raw_key *k)
{
	if (k->id == FIELD_COUNT || !field_translated(k->id) || k->id == FIELD_CREDIT)
		return true;
	return c->kind == CARD_LINE && k->id == FIELD_TITLE; /* a service's own name */
}

static void look_at_card(struct speller *s, const struct raw_card *c)
{
	struct cells shape = kind_cells(c->kind);

	for (size_t i = 0; i < c->key_count; i++)
		if (!exempt_key(c, &c->keys[i]))
			look(s, c, c->keys[i].line, c->keys[i].value);
	for (size_t i = 0; i < c->item_count; i++)
		for (int n = 0; n < c->items[i].cells; n++)
			if (cells_letter(&shape, n) == 't')
				look(s, c, c->items[i].line, c->items[i].cell[n]);
	for (size_t i = 0; i < c->para_count; i++)
		look(s, c, c->paras[i].line, c->paras[i].text);
}

/* Published questionnaires are worded as published; glossaries name what to avoid. */
static bool exempt(const struct raw_card *c)
{
	return c->kind == CARD_KIND_COUNT || c->kind == CARD_MEASURE ||
	       c->kind == CARD_TERM || c->kind == CARD_AVOID || c->kind == CARD_ALLOW ||
	       str_is(raw_value(c, FIELD_SHIP), "no");
}

static void look_at_file(struct speller *s, const struct raw_file *f)
{
	bool skip_page = false;

	for (size_t i = 0; i < f->count; i++) {
		const struct raw_card *c = &f->cards[i];

		if (c->kind != CARD_KIND_COUNT && kind_place(c->kind) != PLACE_PART)
			skip_page =
			    exempt(c) || (c->kind == CARD_PAGE &&
					     str_is(raw_value(c, FIELD_KIND), "measure"));
		if (!skip_page && !exempt(c))
			look_at_card(s, c);
	}
}

void check_words(struct check *k)
{
	const struct source *own = &k->l->own, *below = &k->l->below;

	for (size_t l = 0; l < own->lang_count; l++) {
		struct speller s = { .k = k };

		read_lists(&s, &own->lang[l]);
		for (size_t b = 0; b < below->lang_count; b++)
			if (str_eq(below->lang[b].code, own->lang[l].code))
				read_lists(&s, &below->lang[b]);
		for (size_t f = 0; f < own->lang[l].count; f++)
			look_at_file(&s, &own->lang[l].files[f]);
		buf_free(&s.text);
	}
}
