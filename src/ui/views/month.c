/* The numbers of one month: read from the store, and said in words.  The words name days and
 * numbers only; nothing is better or worse, and a day without a number is no gap. */
#include "ui/views/views.h"

struct reading {
	struct month *m;
	int64_t at[31]; /* when the number of a day was given */
};

static bool take(void *arg, const struct entry *en)
{
	struct reading *r = arg;
	struct day d = day_of(en->created);

	if (!en->has_number || en->number < 0 || en->number > 10)
		return true;
	if (r->m->of[d.mday - 1] < 0 || en->created >= r->at[d.mday - 1]) {
		r->m->of[d.mday - 1] = (short)en->number; /* the last of the day */
		r->at[d.mday - 1] = en->created;
	}
	return true;
}

static int64_t month_start(int year, int month)
{
	return month > 12 ? day_start(year + 1, 1, 1) : day_start(year, month, 1);
}

bool month_read(const struct app *app, struct month *m, struct err *e)
{
	struct reading r = { .m = m };
	struct query q = { .kinds = 1u << ENTRY_RATING };

	q.from = month_start(m->year, m->month);
	q.until = month_start(m->year, m->month + 1);
	m->days = day_of(q.until - 12 * 3600 * 1000).mday;
	memset(m->of, -1, sizeof(m->of));
	if (m->rating == NULL)
		return true;
	q.card = m->rating->name;
	return store_each(room_store(app->room), &q, take, &r, e);
}

static bool was_used(const struct app *app, const struct card *rating)
{
	struct query q = { .kinds = 1u << ENTRY_RATING, .card = rating->name };

	return store_count(room_store(app->room), &q) > 0;
}

const struct card *month_next_rating(const struct app *app, const struct card *after)
{
	const struct card *first = content_card(app->content, CARD_RATING, STR("present"));
	const struct card *c = after;

	if (after == NULL && first != NULL && was_used(app, first))
		return first;
	while ((c = content_next(app->content, CARD_RATING, c)) != NULL)
		if (was_used(app, c))
			return c;
	if (after == NULL)
		return NULL;
	/* From the last one on to the first. */
	while ((c = content_next(app->content, CARD_RATING, c)) != NULL && c != after)
		if (was_used(app, c))
			return c;
	return after;
}

/* "9 Nov, 10 Nov": the days that carry this number, the first few of them. */
static struct str days_with(
    const struct app *app, struct arena *a, const struct month *m, int number)
{
	struct buf out = { 0 };
	int named = 0;

	for (int d = 0; d < m->days; d++) {
		if (m->of[d] != number)
			continue;
		if (named++ == 4) {
			buf_add(&out, STR(", …"));
			break;
		}
		struct str day =
		    app_short_date(app, a, day_start(m->year, m->month, d + 1));
		buf_addf(&out, "%s%.*s", named > 1 ? ", " : "", STR_ARG(day));
	}
	struct str s = arena_dup(a, buf_str(&out));
	buf_free(&out);
	return s;
}

static int sorted(const struct month *m, int *out)
{
	int n = 0;

	for (int value = 0; value <= 10; value++)
		for (int d = 0; d < m->days; d++)
			if (m->of[d] == value)
				out[n++] = value;
	return n;
}

struct str month_words(const struct app *app, struct arena *a, const struct month *m)
{
	int all[31], n = sorted(m, all);

	if (n == 0)
		return T("No number in this month. A month without one means nothing.");
	if (n == 1)
		return arena_fmt(a, _("One number: %d, on %.*s."), all[0],
		    STR_ARG(days_with(app, a, m, all[0])));
	if (all[0] == all[n - 1])
		return arena_fmt(a, _("All the numbers are %d."), all[0]);
	/* Distress is asked about where it is high; all else where it is low. */
	bool high = card_has(m->rating, FIELD_ABOVE);
	int far = high ? all[n - 1] : all[0];
	struct str days = days_with(app, a, m, far);
	struct str end = arena_fmt(a,
	    high ? _("The highest is %d, on %.*s.") : _("The lowest is %d, on %.*s."), far,
	    STR_ARG(days));
	int from = n < 4 ? all[0] : all[n / 4],
	    to = n < 4 ? all[n - 1] : all[n - 1 - n / 4];
	if (n < 4)
		return arena_fmt(a, _("The numbers lie between %d and %d. %.*s"), from, to,
		    STR_ARG(end));
	if (from == to)
		return arena_fmt(
		    a, _("Most of the numbers are %d. %.*s"), from, STR_ARG(end));
	return arena_fmt(a, _("Most of the numbers lie between %d and %d. %.*s"), from, to,
	    STR_ARG(end));
}

struct str month_ends(const struct app *app, struct arena *a, const struct card *rating)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < rating->item_count; i++) {
		int n = rating->items[i].number;
		if (n != 0 && n != 5 && n != 10)
			continue;
		buf_addf(&out, "%s%d %.*s", out.n > 0 ? "   " : "", n,
		    STR_ARG(app_text(app, &rating->items[i].cell[0])));
	}
	struct str s = arena_dup(a, buf_str(&out));
	buf_free(&out);
	return s;
}
