/* libFuzzer: card files in two languages, through everything that reads and checks them.
 * The input is the English file, a form feed, and the Spanish one. */
#include "content/build.h"
#include "content/check.h"
#include "content/rules.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct source *s, size_t lang, struct raw_file *f, struct str bytes,
    struct arena *a, struct problems *all)
{
	static const char *const codes[] = { "en", "es" };

	*f = (struct raw_file){ .label = STR("x.page"), .name = STR("x.page"), .all = all };
	s->lang[lang] =
	    (struct source_lang){ .code = str_from(codes[lang]), .files = f, .count = 1 };
	s->lang_count = lang + 1;
	source_take(s, f, bytes, a, a);
}

/* Reading every byte lets the sanitizers see a pointer that is not good. */
static size_t touch(const struct content *c)
{
	size_t sum = 0;

	for (size_t i = 0; i < c->card_count + c->page_count; i++) {
		const struct card *k =
		    i < c->card_count ? &c->cards[i] : c->pages[i - c->card_count].head;

		for (size_t p = 0; p < k->para_count; p++)
			sum += utf8_fold(c->memory, text_in(&k->paras[p], 1)).n;
		for (size_t p = 0; p < k->item_count; p++)
			for (int n = 0; n < k->items[p].cells; n++)
				sum +=
				    utf8_fold(c->memory, text_in(&k->items[p].cell[n], 1))
					.n;
		sum += card_text(k, FIELD_TITLE, 1).n + card_word(k, FIELD_NEXT).n;
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct day today = { .year = 2026, .month = 11, .mday = 22 };
	struct str rest = { (const char *)data, size }, one;
	struct arena *a = arena_new();
	struct problems all = { 0 };
	struct loaded l = { 0 };
	struct content c = { .memory = a };
	const struct source *from[] = { &l.own };
	struct raw_file files[2];

	str_cut(&rest, '\f', &one);
	take(&l.own, 0, &files[0], one, a, &all);
	take(&l.own, 1, &files[1], rest, a, &all);
	l.is_pack = !l.own.whole;
	tree_build(&l.own_tree, &l.own, NULL, a);
	l.tree = l.own_tree;
	rules_tree(&l.tree, a);
	check_loaded(&l, today, &all, a);
	build_content(&c, &l.tree, from, 1);
	report_sort(&all);
	if (touch(&c) == SIZE_MAX)
		return 1;
	problems_free(&all);
	arena_free(a);
	return 0;
}
