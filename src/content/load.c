/* content_load(): files, then cards, then the tree, then const structs. */
#include "load.h"

#include "build.h"
#include "rules.h"

bool load_tree(struct loaded *l, const char *dir, const char *base, struct arena *words,
    struct arena *tables, struct problems *all, struct err *e)
{
	*l = (struct loaded){ 0 };
	if (!source_read(&l->own, dir, words, tables, all, e))
		return false;
	l->is_pack = !l->own.whole;
	l->has_base = l->is_pack && base;
	if (!l->has_base) {
		tree_build(&l->own_tree, &l->own, NULL, tables);
		l->tree = l->own_tree;
		rules_tree(&l->own_tree, tables);
		return true;
	}
	if (!source_read(&l->below, base, words, tables, NULL, e))
		return false;
	tree_build(&l->tree, &l->below, NULL, tables);
	tree_build(&l->own_tree, &l->own, &l->tree, tables);
	tree_lay(&l->tree, &l->own_tree, tables);
	rules_tree(&l->tree, tables);
	return true;
}

static bool has_step(const struct tree *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->units[i].kind == CARD_STEP && unit_card(&t->units[i]))
			return true;
	return false;
}

/* A pack may hold anything, but something: without, the pages below it would be shown as if
 * they were what was asked for. */
static bool has_card(const struct tree *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (unit_card(&t->units[i]))
			return true;
	return false;
}

bool content_load(struct content *out, const char *dir, const char *base,
    struct problems *all, struct err *e)
{
	struct arena *words = arena_new(), *tables = arena_new();
	const struct source *from[2];
	struct loaded l;
	bool ok = false;

	*out = (struct content){ 0 };
	if (!load_tree(&l, dir, base, words, tables, all, e))
		goto free_tables;
	if (l.own.lang_count == 0) {
		err_set(e, ERR_CONTENT,
		    _("There are no pages in %s: no folder such as 'en' with '.page' files."),
		    dir);
		goto free_tables;
	}
	if (!has_card(&l.own_tree)) {
		err_set(e, ERR_CONTENT,
		    _("Nothing in %s can be shown. 'remanso check' with this folder names the "
		      "mistakes."),
		    dir);
		goto free_tables;
	}
	if (!has_step(&l.tree)) {
		err_set(e, ERR_CONTENT,
		    _("The pages in %s have no '@step' card, and there is no workbook below them."),
		    dir);
		goto free_tables;
	}
	out->memory = words;
	from[0] = &l.below;
	from[1] = &l.own;
	build_content(out, &l.tree, from, 2);
	ok = true;
free_tables:
	report_sort(all);
	if (!ok)
		arena_free(words);
	arena_free(tables);
	return ok;
}

void content_free(struct content *c)
{
	if (!c)
		return;
	arena_free(c->memory);
	*c = (struct content){ 0 };
}
