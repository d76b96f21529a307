/* content_check(): the files are read again, because messages need the line of every key in
 * every language, which the loaded structs do not keep. */
#include "check.h"

bool check_owns(const struct raw_card *c)
{
	return c && c->file->all;
}

/* A language must hold everything when it stands in a whole data folder and has at least
 * half of the first language's files; with fewer it is a translation that has begun. */
static void set_strict(struct check *k)
{
	const struct source *own = &k->l->own;

	for (size_t i = 0; !k->l->is_pack && i < own->lang_count; i++)
		for (size_t t = 0; t < k->l->tree.lang_count; t++)
			if (str_eq(k->l->tree.lang[t], own->lang[i].code))
				k->strict[t] = 2 * own->lang[i].count >= own->lang[0].count;
}

void check_loaded(
    const struct loaded *l, struct day today, struct problems *all, struct arena *tables)
{
	struct check k = { .l = l, .all = all, .tables = tables, .today = today };

	set_strict(&k);
	check_parity(&k);
	check_steps(&k);
	check_links(&k);
	check_cover(&k);
	check_words(&k);
	check_fit(&k);
}

void content_check(const struct content *c, const char *dir, const char *base,
    struct day today, struct problems *all)
{
	struct arena *words = arena_new(), *tables = arena_new();
	struct err e = { 0 };
	struct loaded l;

	(void)c; /* see above */
	if (!load_tree(&l, dir, base, words, tables, all, &e))
		report_error(all, STR("."), 0, "%s", e.text);
	else if (l.own.lang_count == 0)
		report_error(all, STR("."), 0,
		    _("there is no folder with pages here, such as 'en' with '.page' files"));
	else
		check_loaded(&l, today, all, tables);
	report_sort(all);
	arena_free(tables);
	arena_free(words);
}
