/* Looking back, month by month: the numbers as stones over the water, then what was written,
 * newest first.  What one page holds of one day stands together.  No totals, nothing missed,
 * no better or worse. */
#include "ui/views/views.h"

enum { BACK_CHART = 1, BACK_OTHER, BACK_BEFORE, BACK_AFTER, BACK_REST };
#define BACK_MOST 240
#define WORDS_MOST 200 /* bytes of a group's words that are shown */

/* What one page holds of one day, or one entry of the journal. */
struct group {
	struct str page, words, what;
	struct id entry;
	int64_t when;
	bool journal, practice;
};

struct back {
	struct month month;
	struct arena *found;
	struct group groups[BACK_MOST];
	size_t count;
	size_t taken; /* entries read */
	int64_t last; /* and where to go on from */
	struct id last_id;
	bool more;
	int64_t from_before; /* of the part shown; 0: the month's end */
	struct id from_id;
};

static bool same_day(int64_t a, int64_t b)
{
	struct day x = day_of(a), y = day_of(b);

	return x.mday == y.mday && x.month == y.month && x.year == y.year;
}

/* Entries come newest first; words are read oldest first. */
static void join(struct back *b, struct group *g, struct str text)
{
	if (text.n == 0 || g->words.n + text.n > WORDS_MOST)
		return;
	g->words = g->words.n == 0 ? arena_dup(b->found, text)
				   : arena_fmt(b->found, "%.*s — %.*s", STR_ARG(text),
					 STR_ARG(g->words));
}

/* The beginning of a long text, cut between letters. */
static struct str beginning(struct str text)
{
	size_t at = 0;

	while (at < text.n && at < WORDS_MOST)
		at = utf8_next(text, at);
	return str_slice(text, 0, at);
}

static bool take(void *arg, const struct entry *en)
{
	struct back *b = arg;
	struct group *g = b->count > 0 ? &b->groups[b->count - 1] : NULL;
	bool journal = en->kind == ENTRY_JOURNAL;

	if (b->taken == BACK_MOST) {
		b->more = true;
		return false;
	}
	b->taken++;
	b->last = en->created;
	b->last_id = en->id;
	if (en->text.n == 0 && en->kind != ENTRY_PRACTICE)
		return true;
	if (g != NULL && !journal && !g->journal && en->page.n > 0 &&
	    str_eq(g->page, en->page) && same_day(g->when, en->created)) {
		g->practice = g->practice && en->kind == ENTRY_PRACTICE;
		join(b, g, beginning(en->text));
		return true;
	}
	b->groups[b->count++] = (struct group){
		.page = arena_dup(b->found, en->page),
		.words = arena_dup(b->found, beginning(en->text)),
		.what = arena_dup(b->found, en->question),
		.entry = en->id,
		.when = en->created,
		.journal = journal,
		.practice = en->kind == ENTRY_PRACTICE,
	};
	return true;
}

static void look(struct view *v)
{
	struct back *b = v->state;
	struct query q = { .kinds = 1u << ENTRY_JOURNAL | 1u << ENTRY_ANSWER |
				    1u << ENTRY_CELL | 1u << ENTRY_PRACTICE |
				    1u << ENTRY_NOTE,
		.before = b->from_before,
		.before_id = b->from_id,
		.limit = BACK_MOST + 1 };
	int year = b->month.year, month = b->month.month;
	struct err e;

	q.from = day_start(year, month, 1);
	q.until = month == 12 ? day_start(year + 1, 1, 1) : day_start(year, month + 1, 1);
	arena_reset(b->found);
	b->count = b->taken = 0;
	b->more = false;
	if (!month_read(v->app, &b->month, &e) ||
	    !store_each(room_store(v->app->room), &q, take, b, &e))
		app_error(v->app, &e);
}

static bool back_open(struct view *v, const void *arg, struct err *e)
{
	struct back *b = v->state;
	struct day today = day_of(v->app->world->now_ms(v->app->world));

	(void)arg;
	if (v->app->room == NULL)
		return err_set(
		    e, ERR_NOT_FOUND, "%s", _("Looking back needs an open room."));
	b->found = arena_new();
	b->month = (struct month){ .year = today.year, .month = today.month };
	b->month.rating = month_next_rating(v->app, NULL);
	look(v);
	return true;
}

static const char *month_name(int month)
{
	static const char *const names[] = { N_("January"), N_("February"), N_("March"),
		N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
		N_("September"), N_("October"), N_("November"), N_("December") };

	return _(names[month - 1]);
}

static void build_chart(const struct view *v, struct sheet *s)
{
	const struct back *b = v->state;
	const struct month *m = &b->month;

	if (m->rating == NULL || b->from_before != 0)
		return;
	struct block *chart = sheet_add(s, BLOCK_MONTH, v->app->plain ? 0 : BACK_CHART);
	chart->days = m->of;
	chart->number = m->days;
	chart->hint = month_ends(v->app, s->memory, m->rating);
	chart->text = month_words(v->app, s->memory, m);
	sheet_gap(s, 1);
}

static void build_groups(const struct view *v, struct sheet *s)
{
	const struct back *b = v->state;
	struct app *app = v->app;

	for (size_t i = 0; i < b->count; i++) {
		const struct group *g = &b->groups[i];
		const struct page *p = content_page(app->content, g->page);
		struct str day = app_short_date(app, s->memory, g->when);
		struct str what = p != NULL       ? view_title(app, p)
				  : g->what.n > 0 ? g->what
						  : T("Journal");
		struct block *block = sheet_mine(s, ID_LIST + (int)i,
		    g->practice && g->words.n == 0 ? T("a practice") : g->words,
		    arena_fmt(s->memory, "%.*s · %.*s", STR_ARG(day), STR_ARG(what)));
		block->rows = 2;
		sheet_gap(s, 1);
	}
	if (b->count == 0)
		sheet_prose(s, T("No entries here. A month without them means nothing."));
	sheet_gap(s, 1);
}

static void back_build(const struct view *v, struct sheet *s)
{
	const struct back *b = v->state;
	const struct month *m = &b->month;
	struct app *app = v->app;

	sheet_place(s,
	    arena_fmt(s->memory, _("Look back · %s %d"), month_name(m->month), m->year),
	    app->demo ? T("EXAMPLE") : T("only you see this"));
	sheet_title(s,
	    m->rating != NULL ? app_field(app, m->rating, FIELD_TITLE)
			      : T("What this month holds"),
	    (struct str){ 0 });
	build_chart(v, s);
	build_groups(v, s);
	if (b->more)
		sheet_offer(s, BACK_REST, T("Earlier entries"), (struct str){ 0 });
	if (m->rating != NULL && month_next_rating(app, m->rating) != m->rating)
		sheet_offer(s, BACK_OTHER, T("Another number"),
		    app_field(app, month_next_rating(app, m->rating), FIELD_TITLE));
	sheet_offer(s, BACK_BEFORE, T("The month before"), (struct str){ 0 });
	sheet_offer(s, BACK_AFTER, T("The month after"), (struct str){ 0 });
	sheet_note(s, T("Yours alone: no test, no total, no better or worse."));
	sheet_can(
	    s, ACT_OPEN, v->focus == BACK_CHART ? T("another") : (struct str){ 0 }, true);
	sheet_key(s, T("Left/Right"), T("month"));
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void turn(struct view *v, int by)
{
	struct back *b = v->state;
	int month = b->month.month + by;

	b->month.year += month < 1 ? -1 : month > 12 ? 1 : 0;
	b->month.month = month < 1 ? 12 : month > 12 ? 1 : month;
	b->from_before = 0;
	b->from_id = (struct id){ { 0 } };
	look(v);
	v->scroll = 0;
	v->focus = v->app->plain ? (by < 0 ? BACK_BEFORE : BACK_AFTER) : 0;
}

static void back_pick(struct view *v, int id)
{
	struct back *b = v->state;
	int i = id - ID_LIST;

	if (id == BACK_BEFORE || id == BACK_AFTER) {
		turn(v, id == BACK_BEFORE ? -1 : 1);
	} else if (id == BACK_CHART || id == BACK_OTHER) {
		b->month.rating = month_next_rating(v->app, b->month.rating);
		b->from_before = 0;
		b->from_id = (struct id){ { 0 } };
		look(v);
		v->scroll = 0;
		v->focus = v->app->plain ? BACK_OTHER : BACK_CHART;
	} else if (id == BACK_REST) {
		b->from_before = b->last;
		b->from_id = b->last_id;
		look(v);
		v->scroll = 0;
		v->focus = 0;
	} else if (i >= 0 && (size_t)i < b->count) {
		const struct group *g = &b->groups[i];
		if (g->journal) {
			struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
			arg->id = g->entry;
			app_push(v->app, &view_write, arg);
		} else {
			view_open_page(v->app, content_page(v->app->content, g->page));
		}
	}
}

static bool back_key(struct view *v, const struct event *ev)
{
	if (ev->key != K_LEFT && ev->key != K_RIGHT)
		return false;
	turn(v, ev->key == K_LEFT ? -1 : 1);
	return true;
}

static void back_close(struct view *v)
{
	struct back *b = v->state;

	if (b->found != NULL)
		arena_free(b->found);
}

const struct view_ops view_back = {
	.name = "back",
	.state_size = sizeof(struct back),
	.open = back_open,
	.build = back_build,
	.pick = back_pick,
	.key = back_key,
	.resume = look,
	.close = back_close,
};
