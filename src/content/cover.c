/* What the guide names must be in the workbook, in each language: each id here is named by
 * a 'covers:' key of a card that a person reads or does. */
#include "check.h"

static const char *const ids[] = {
	"K1",
	"K2",
	"K3",
	"K4",
	"K5",
	"S1.1",
	"S1.2",
	"S1.3",
	"S1.4",
	"S1.5",
	"S1.6",
	"S1.7",
	"S2.1",
	"S2.2",
	"S2.3",
	"S2.4",
	"S2.5",
	"S2.6",
	"S3.1",
	"S3.2",
	"S3.3",
	"S3.4",
	"S3.5",
	"S3.6",
	"S4.1",
	"S4.2",
	"S4.3",
	"S4.4",
	"S4.5",
	"S4.6",
	"S4.7",
	"S4.8",
	"S4.9",
	"S4.10",
	"S4.11",
	"S5.1",
	"S5.2",
	"S5.3",
	"S5.4",
	"S5.5",
	"S5.6",
	"S5.7",
	"S5.8",
	"F1",
	"F2",
	"F3",
	"F4",
	"F5",
	"F6",
	"H1",
	"B1",
};

enum { ID_COUNT = ARRAY_LEN(ids) };

struct cover {
	struct check *k;
	bool seen[LANG_MAX][ID_COUNT];
	/* Another language's card has it: that it is missing here was said of the card. */
	bool told[LANG_MAX][ID_COUNT];
};

static int id_index(struct str id)
{
	for (int i = 0; i < ID_COUNT; i++)
		if (str_is(id, ids[i]))
			return i;
	return -1;
}

static void unknown_id(struct cover *v, const struct raw_card *c, int line, struct str id)
{
	struct near near = near_start(id);

	/* Ids of one's own begin with X. */
	if (id.n == 0 || id.s[0] == 'X')
		return;
	for (int i = 0; i < ID_COUNT; i++)
		near_try(&near, str_from(ids[i]));
	CHECK_SAY(c, line,
	    _("there is no '%.*s' in the guide (ids of your own begin with X).%.*s"),
	    STR_ARG(id), STR_ARG(near_words(v->k->tables, &near, "")));
}

static void cover_card(
    struct cover *v, const struct unit *u, const struct raw_card *c, size_t lang)
{
	const struct raw_key *key = raw_find(c, FIELD_COVERS);
	struct str rest, id;

	if (!key)
		return;
	rest = key->value;
	while (str_cut(&rest, ' ', &id)) {
		int i = id_index(id);

		if (i < 0) {
			unknown_id(v, c, key->line, id);
			continue;
		}
		v->seen[lang][i] = true;
		for (size_t l = 0; l < LANG_MAX; l++)
			v->told[l][i] = v->told[l][i] || !u->held_back[l];
	}
}

static void cover_units(struct cover *v, const struct unit *units, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t l = 0; l < LANG_MAX && unit_lead(&units[i]) >= 0; l++)
			if (units[i].in[l])
				cover_card(v, &units[i], units[i].in[l], l);
		cover_units(v, units[i].parts, units[i].part_count);
	}
}

/* "K3" and "S3.2" are looked for on the third step; when that is missing, it was said. */
static bool of_missing_step(const struct check *k, const char *id)
{
	size_t step = (size_t)(id[1] - '0');

	return (id[0] == 'K' || id[0] == 'S') && step < ARRAY_LEN(k->step_missing) &&
	       k->step_missing[step];
}

void check_cover(struct check *k)
{
	const struct tree *t = &k->l->tree;
	struct cover v = { .k = k };

	cover_units(&v, t->units, t->count);
	for (size_t l = 0; l < t->lang_count; l++)
		for (int i = 0; k->strict[l] && i < ID_COUNT; i++)
			if (!v.seen[l][i] && !v.told[l][i] && !of_missing_step(k, ids[i]))
				report_error(k->all, t->lang[l], 0,
				    _("no card says 'covers: %s'; the guide names it, so the workbook "
				      "must have it"),
				    ids[i]);
}
