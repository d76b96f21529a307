/* Search over everything: the person's words by the store's index; titles, questions and
 * help lines by reading them through, which for a workbook's worth of them is quick enough.
 */
#include "room.h"

#include <string.h>

#define WORDS_MAX 16

struct needle {
	struct str word[WORDS_MAX];
	size_t n;
};

static struct needle needle_of(struct arena *a, struct str words)
{
	struct needle nd = { .n = 0 };
	struct str rest = utf8_fold(a, words), word;

	while (nd.n < WORDS_MAX && str_cut(&rest, ' ', &word)) {
		word = str_trim(word);
		if (word.n > 0)
			nd.word[nd.n++] = word;
	}
	return nd;
}

static bool is_letter(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z');
}

/* The word begins somewhere in the folded text. */
static bool begins(struct str hay, struct str word)
{
	for (size_t at = 0; word.n <= hay.n && at <= hay.n - word.n; at++)
		if ((at == 0 || !is_letter(hay.s[at - 1])) &&
		    memcmp(hay.s + at, word.s, word.n) == 0)
			return true;
	return false;
}

static bool all_begin(struct str hay, const struct needle *nd)
{
	for (size_t i = 0; i < nd->n; i++)
		if (!begins(hay, nd->word[i]))
			return false;
	return nd->n > 0;
}

struct finder {
	const struct content *c;
	int lang;
	struct needle words;
	struct arena *scratch;
	struct hit *out;
	size_t n, most;
};

static bool card_holds(
    struct finder *f, const struct card *card, const enum field_id *fields, bool prose)
{
	struct buf b = { 0 };

	for (; *fields != FIELD_COUNT; fields++) {
		buf_add(&b, card_text(card, *fields, f->lang));
		buf_addc(&b, '\n');
	}
	for (size_t i = 0; prose && i < card->para_count; i++) {
		buf_add(&b, text_in(&card->paras[i], f->lang));
		buf_addc(&b, '\n');
	}
	bool held = all_begin(utf8_fold(f->scratch, buf_str(&b)), &f->words);
	buf_free(&b);
	arena_reset(f->scratch);
	return held;
}

static void add(struct finder *f, struct hit h)
{
	if (f->n < f->most)
		f->out[f->n++] = h;
}

static const enum field_id by_title[] = { FIELD_TITLE, FIELD_TERM, FIELD_COUNT };
static const enum field_id by_more[] = { FIELD_SUBTITLE, FIELD_INTRO, FIELD_SHORT,
	FIELD_JUST_READ, FIELD_TITLE, FIELD_TERM, FIELD_COUNT };
static const enum field_id by_line[] = { FIELD_TITLE, FIELD_WHAT, FIELD_COUNT };

/* Pages by their title first, then by what they say about themselves. */
static void find_pages(struct finder *f)
{
	for (int more = 0; more < 2; more++) {
		for (size_t i = 0; i < f->c->page_count; i++) {
			const struct page *p = &f->c->pages[i];
			if (card_is(p->head, FIELD_DEFAULT, "off"))
				continue;
			bool titled = card_holds(f, p->head, by_title, false);
			if (more ? !titled && card_holds(f, p->head, by_more, false)
				 : titled)
				add(f, (struct hit){ .kind = HIT_PAGE, .page = p });
		}
	}
}

static void find_cards(struct finder *f, enum card_kind kind)
{
	const struct card *card = NULL;

	while ((card = content_next(f->c, kind, card)) != NULL) {
		bool faq = kind == CARD_FAQ;
		if (card_holds(f, card, faq ? by_title : by_line, faq))
			add(f,
			    (struct hit){ .kind = faq ? HIT_FAQ : HIT_LINE, .card = card });
	}
}

struct mine {
	const struct content *c;
	struct arena *a;
	struct hit *out;
	size_t n;
};

static bool add_entry(void *arg, const struct entry *en)
{
	struct mine *m = arg;

	m->out[m->n++] = (struct hit){
		.kind = HIT_ENTRY,
		.entry = entry_copy(m->a, en),
		.page = en->page.n > 0 ? content_page(m->c, en->page) : NULL,
	};
	return true;
}

size_t search_all(struct room *r, const struct content *c, int lang, struct str words,
    struct arena *a, struct hit *out, size_t most)
{
	struct finder f = { .c = c, .lang = lang, .most = most };
	struct mine m = { .c = c, .a = a, .out = out };

	if (most == 0)
		return 0;
	f.scratch = arena_new();
	f.words = needle_of(a, words);
	f.out = arena_make(a, struct hit, most);
	find_pages(&f);
	find_cards(&f, CARD_FAQ);
	find_cards(&f, CARD_LINE);
	arena_free(f.scratch);
	size_t others = f.n < most / 2 ? f.n : most / 2;
	struct query q = { .limit = (int)(most - others) };
	if (r != NULL && !store_search(r->store, words, &q, add_entry, &m, NULL))
		m.n = 0;
	others = f.n < most - m.n ? f.n : most - m.n;
	if (others > 0)
		memcpy(out + m.n, f.out, others * sizeof(*out));
	return m.n + others;
}
