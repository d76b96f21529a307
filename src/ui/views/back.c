/* Looking back: what a person made, month by month, newest first: numbers as they were given,
 * words behind a bar.  No totals, nothing missed, no better or worse. */
#include "ui/views/views.h"

enum { BACK_EARLIER = 1, BACK_LATER, BACK_WINS };
#define BACK_MOST 60

struct back {
	int year, month;
	struct arena *found;
	struct entry entries[BACK_MOST];
	size_t count;
};

static bool take(void *arg, const struct entry *en)
{
	struct back *b = arg;

	if (b->count == BACK_MOST)
		return false;
	struct entry *to = &b->entries[b->count++];
	*to = *en;
	to->text = arena_dup(b->found, en->text);
	to->question = arena_dup(b->found, en->question);
	to->page = arena_dup(b->found, en->page);
	to->card = arena_dup(b->found, en->card);
	return true;
}

static void look(struct view *v)
{
	struct back *b = v->state;
	struct query q = { .kinds = 1u << ENTRY_JOURNAL | 1u << ENTRY_RATING |
		    1u << ENTRY_ANSWER | 1u << ENTRY_CELL | 1u << ENTRY_PRACTICE |
		    1u << ENTRY_NOTE,
		.limit = BACK_MOST };
	struct err e;

	q.from = day_start(b->year, b->month, 1);
	q.until = b->month == 12 ? day_start(b->year + 1, 1, 1)
				 : day_start(b->year, b->month + 1, 1);
	arena_reset(b->found);
	b->count = 0;
	if (!store_each(room_store(v->app->room), &q, take, b, &e))
		app_error(v->app, &e);
}

static bool back_open(struct view *v, const void *arg, struct err *e)
{
	struct back *b = v->state;
	struct day today = day_of(v->app->world->now_ms(v->app->world));

	(void)arg;
	if (v->app->room == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s", _("Looking back needs an open room."));
	b->found = arena_new();
	b->year = today.year;
	b->month = today.month;
	look(v);
	return true;
}

static const char *month_name(int month)
{
	static const char *const names[] = { N_("January"), N_("February"), N_("March"),
		N_("April"), N_("May"), N_("June"), N_("July"), N_("August"), N_("September"),
		N_("October"), N_("November"), N_("December") };

	return _(names[month - 1]);
}

static void back_build(const struct view *v, struct sheet *s)
{
	const struct back *b = v->state;
	struct app *app = v->app;

	sheet_place(s,
	    arena_fmt(s->memory, _("Look back · %s %d"), month_name(b->month), b->year),
	    app->demo ? T("EXAMPLE") : T("only you see this"));
	sheet_title(s, T("What this month holds"), (struct str){ 0 });
	for (size_t i = 0; i < b->count; i++) {
		const struct entry *en = &b->entries[i];
		const struct page *p = content_page(app->content, en->page);
		struct str day = app_short_date(app, s->memory, en->created);
		struct str what = en->question.n > 0 ? en->question
		    : p != NULL			     ? view_title(app, p)
						     : T("Journal");
		struct str hint =
		    arena_fmt(s->memory, "%.*s · %.*s", STR_ARG(day), STR_ARG(what));
		if (en->kind == ENTRY_RATING)
			sheet_mine(s, ID_LIST + (int)i,
			    arena_fmt(s->memory, _("%d of 10"), en->number), hint);
		else if (en->kind == ENTRY_PRACTICE)
			sheet_mine(s, ID_LIST + (int)i, T("a practice"), hint);
		else if (en->text.n > 0)
			sheet_mine(s, ID_LIST + (int)i, en->text, hint);
	}
	if (b->count == 0)
		sheet_prose(s, T("No entries here. A month without them means nothing."));
	sheet_gap(s, 1);
	sheet_offer(s, BACK_EARLIER, T("The month before"), (struct str){ 0 });
	sheet_offer(s, BACK_LATER, T("The month after"), (struct str){ 0 });
	sheet_note(s, T("Your own words: no test, no total, no better or worse."));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void turn(struct view *v, int by)
{
	struct back *b = v->state;

	b->month += by;
	if (b->month < 1) {
		b->month = 12;
		b->year--;
	} else if (b->month > 12) {
		b->month = 1;
		b->year++;
	}
	look(v);
	v->scroll = 0;
	v->focus = by < 0 ? BACK_EARLIER : BACK_LATER;
}

static void back_pick(struct view *v, int id)
{
	struct back *b = v->state;
	int i = id - ID_LIST;

	if (id == BACK_EARLIER || id == BACK_LATER) {
		turn(v, id == BACK_EARLIER ? -1 : 1);
	} else if (i >= 0 && (size_t)i < b->count) {
		const struct entry *en = &b->entries[i];
		if (en->kind == ENTRY_JOURNAL) {
			struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
			arg->id = en->id;
			app_push(v->app, &view_write, arg);
		} else {
			view_open_page(v->app, content_page(v->app->content, en->page));
		}
	}
}

static void back_close(struct view *v)
{
	struct back *b = v->state;

	arena_free(b->found);
}

const struct view_ops view_back = {
	.name = "back",
	.state_size = sizeof(struct back),
	.open = back_open,
	.build = back_build,
	.pick = back_pick,
	.resume = look,
	.close = back_close,
};
