/* The five steps.  Pages hang on them by number, so what is wrong with a step would be said
 * again by every page of it; here the cause is said once, and the rest is left out. */
#include "check.h"

enum { STEPS = ARRAY_LEN(((struct check *)0)->step_missing) - 1 };

/* Words that nobody understood may have been meant as a step. */
static bool any_unknown(const struct check *k)
{
	const struct source *own = &k->l->own;

	for (size_t l = 0; l < own->lang_count; l++)
		for (size_t f = 0; f < own->lang[l].count; f++)
			for (size_t i = 0; i < own->lang[l].files[f].count; i++)
				if (own->lang[l].files[f].cards[i].kind == CARD_KIND_COUNT)
					return true;
	return false;
}

static void step_order(
    struct check *k, const struct raw_card *c, const struct raw_card *of[STEPS + 1])
{
	const struct raw_key *key = raw_find(c, FIELD_ORDER);
	int n;

	if (!key || !str_int(key->value, &n) || n < 0) {
		k->steps_unsure = true; /* said by the rules for one card */
	} else if (n < 1 || n > STEPS) {
		k->steps_unsure = true;
		CHECK_SAY(c, key->line, _("'order: %d' is no step; they run from 1 to %d"),
		    n, STEPS);
	} else if (of[n]) {
		k->steps_unsure = true;
		CHECK_SAY(c, key->line,
		    _("'order: %d' is the place of '@step %.*s' already (%.*s, line %d)"),
		    n, STR_ARG(of[n]->name), STR_ARG(of[n]->file->label), of[n]->line);
	} else {
		of[n] = c;
	}
}

void check_steps(struct check *k)
{
	const struct raw_card *of[STEPS + 1] = { 0 }, *last = NULL;
	const struct tree *t = &k->l->tree;
	int count = 0;

	if (k->l->is_pack)
		return;
	for (size_t i = 0; i < t->count; i++) {
		const struct raw_card *c = unit_card(&t->units[i]);

		if (t->units[i].kind != CARD_STEP || !c)
			continue;
		count++;
		last = c;
		/* The other language need not say the order. */
		if (c->file->orphan)
			k->steps_unsure = true;
		else
			step_order(k, c, of);
	}
	for (int n = 1; n <= STEPS; n++)
		k->step_missing[n] = !of[n];
	if (count >= STEPS)
		return;
	k->steps_unsure = true;
	if (last && !any_unknown(k))
		CHECK_SAY(last, 0,
		    i18n_n(
			"there is %d '@step' card; a workbook has %d of them, 'order: 1' to "
			"'order: %d'",
			"there are %d '@step' cards; a workbook has %d of them, 'order: 1' to "
			"'order: %d'",
			(unsigned long)count),
		    count, STEPS, STEPS);
}
