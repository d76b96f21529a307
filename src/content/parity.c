/* The same files and cards, in the same order, in each language.  The cards themselves are
 * compared in compare.c. */
#include "check.h"

#include <string.h>

struct parity {
	struct check *k;
	int missing[LANG_MAX];                 /* texts that a translation has not yet */
	const struct raw_card *last[LANG_MAX]; /* the card that came before in tree order */
};

static const struct source_lang *own_lang(const struct check *k, size_t lang)
{
	const struct source *s = &k->l->own;

	for (size_t i = 0; i < s->lang_count; i++)
		if (str_eq(s->lang[i].code, k->l->tree.lang[lang]))
			return &s->lang[i];
	return NULL;
}

static void compare_files(struct check *k, size_t a, size_t b)
{
	const struct source_lang *la = own_lang(k, a), *lb = own_lang(k, b);

	for (size_t i = 0; la && lb && i < la->count; i++)
		if (!source_file(lb, la->files[i].name))
			report_error(k->all, la->files[i].label, 0,
			    _("there is no %.*s/%.*s; copy this file there and translate it"),
			    STR_ARG(lb->code), STR_ARG(la->files[i].name));
}

/* "@prompts change", for messages. */
static struct str called(struct check *k, const struct raw_card *c)
{
	if (c->name.n == 0)
		return arena_fmt(k->tables, "@%.*s", STR_ARG(c->word));
	return arena_fmt(k->tables, "@%.*s %.*s", STR_ARG(c->word), STR_ARG(c->name));
}

static void missing_card(struct parity *p, const struct raw_card *lead, size_t lang)
{
	const struct source_lang *l = own_lang(p->k, lang);
	const struct raw_file *f = l ? source_file(l, lead->file->name) : NULL;

	p->missing[lang]++;
	/* A file that is missing or empty was said once, for all its cards. */
	if (!p->k->strict[lang] || !f || f->count == 0)
		return;
	CHECK_SAY(lead, lead->line, _("'%.*s' is missing in %.*s/%.*s"),
	    STR_ARG(called(p->k, lead)), STR_ARG(l->code), STR_ARG(lead->file->name));
}

static void check_order(struct parity *p, const struct unit *u, size_t lead, size_t lang)
{
	const struct raw_card *a = u->in[lead], *b = u->in[lang];
	const struct raw_card *la = p->last[lead], *lb = p->last[lang];

	if (!p->k->strict[lang])
		return;
	if (!str_eq(a->file->name, b->file->name)) {
		CHECK_SAY(b, b->line,
		    _("'%.*s' stands in %.*s; put it into the file of that name"),
		    STR_ARG(called(p->k, b)), STR_ARG(a->file->label));
		return;
	}
	if (la && lb && la->file == a->file && lb->file == b->file && la->line < a->line &&
	    lb->line > b->line)
		CHECK_SAY(b, b->line,
		    _("'%.*s' stands before '%.*s' here, and after it in %.*s"),
		    STR_ARG(called(p->k, b)), STR_ARG(called(p->k, lb)),
		    STR_ARG(a->file->label));
}

static void check_unit(struct parity *p, const struct unit *u)
{
	struct check *k = p->k;
	int lead = unit_lead(u);

	if (lead < 0 || kind_of_one_language(u->kind))
		return;
	for (size_t l = 0; l < k->l->tree.lang_count; l++) {
		if ((int)l == lead || u->held_back[l])
			continue;
		if (!u->in[l]) {
			missing_card(p, u->in[lead], l);
			continue;
		}
		check_order(p, u, (size_t)lead, l);
		p->missing[l] += compare_cards(k, u->in[lead], u->in[l], k->strict[l]);
	}
	for (size_t l = 0; l < LANG_MAX; l++)
		if (u->in[l])
			p->last[l] = u->in[l];
}

static void check_units(struct parity *p, const struct unit *units, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct raw_card *before[LANG_MAX];

		check_unit(p, &units[i]);
		memcpy(before, p->last, sizeof before);
		memset(p->last, 0, sizeof p->last);
		check_units(p, units[i].parts, units[i].part_count);
		memcpy(p->last, before, sizeof before);
	}
}

void check_parity(struct check *k)
{
	struct parity p = { .k = k };
	const struct tree *t = &k->l->tree;

	for (size_t l = 1; l < t->lang_count; l++)
		if (k->strict[l]) {
			compare_files(k, 0, l);
			compare_files(k, l, 0);
		}
	check_units(&p, t->units, t->count);
	for (size_t l = 0; l < t->lang_count; l++)
		if (!k->strict[l] && p.missing[l] && own_lang(k, l))
			report_warning(k->all, t->lang[l], 0,
			    i18n_n(
				"%d text is not translated yet; the first language's is shown",
				"%d texts are not translated yet; the first language's are shown",
				(unsigned long)p.missing[l]),
			    p.missing[l]);
}
