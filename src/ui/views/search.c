/* Search over everything: the person's own words first, then pages, questions and lines. */
#include "ui/views/views.h"

enum { SEARCH_FIELD = 1 };
#define HITS_MOST 40

struct search {
	struct editor *words;
	struct arena *found;
	struct hit hits[HITS_MOST];
	size_t count;
};

static void look(struct view *v)
{
	struct search *st = v->state;
	struct str words = str_trim(editor_text(st->words));

	arena_reset(st->found);
	st->count = words.n == 0 ? 0
				 : search_all(v->app->room, v->app->content, v->app->lang,
				       words, st->found, st->hits, HITS_MOST);
}

static bool search_open(struct view *v, const void *arg, struct err *e)
{
	struct search *st = v->state;

	(void)arg;
	(void)e;
	st->words = editor_new(true);
	st->found = arena_new();
	v->focus = SEARCH_FIELD;
	return true;
}

static void build_hit(const struct view *v, struct sheet *s, int id, const struct hit *h)
{
	const struct search *st = v->state;
	struct block *b;

	switch (h->kind) {
	case HIT_ENTRY: {
		struct str day = app_short_date(v->app, s->memory, h->entry.created);
		struct str what =
		    h->page != NULL ? view_title(v->app, h->page) : T("Journal");
		b = sheet_mine(s, id, h->entry.text,
		    arena_fmt(s->memory, "%.*s · %.*s", STR_ARG(day), STR_ARG(what)));
		b->match = utf8_fold(s->memory, str_trim(editor_text(st->words)));
		break;
	}
	case HIT_PAGE: (void)view_page_offer(v, s, id, h->page); break;
	case HIT_FAQ:
	case HIT_LINE:
	default:
		(void)sheet_offer(s, id, app_field(v->app, h->card, FIELD_TITLE),
		    h->kind == HIT_FAQ ? T("a question") : T("a help line"));
		break;
	}
}

static void search_build(const struct view *v, struct sheet *s)
{
	const struct search *st = v->state;

	sheet_place(
	    s, T("Search everything"), v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	struct block *b = sheet_field(s, SEARCH_FIELD, T("Search"), editor_text(st->words),
	    v->focus == SEARCH_FIELD ? st->words : NULL);
	b->rows = 1;
	sheet_gap(s, 1);
	for (size_t i = 0; i < st->count; i++)
		build_hit(v, s, ID_LIST + (int)i, &st->hits[i]);
	if (st->count == 0 && editor_text(st->words).n > 0)
		sheet_prose(
		    s, T("Nothing has these words. Accents and capitals do not matter."));
	sheet_note(s, T("Your own words first, then pages, questions and lines."));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void search_pick(struct view *v, int id)
{
	struct search *st = v->state;
	int i = id - ID_LIST;

	if (id == SEARCH_FIELD && st->count > 0)
		v->focus = ID_LIST;
	if (i < 0 || (size_t)i >= st->count)
		return;
	const struct hit *h = &st->hits[i];
	if (h->kind == HIT_ENTRY && h->page == NULL) {
		struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
		arg->id = h->entry.id;
		app_push(v->app, &view_write, arg);
	} else if (h->kind == HIT_FAQ) {
		app_push(v->app, &view_answer, h->card);
	} else if (h->kind == HIT_LINE) {
		app_push(v->app, &view_line, h->card);
	} else {
		view_open_page(v->app, h->page);
	}
}

static void search_typed(struct view *v, int id)
{
	(void)id;
	look(v);
}

static void search_close(struct view *v)
{
	struct search *st = v->state;

	editor_free(st->words);
	arena_free(st->found);
}

const struct view_ops view_search = {
	.name = "search",
	.state_size = sizeof(struct search),
	.open = search_open,
	.build = search_build,
	.pick = search_pick,
	.typed = search_typed,
	.resume = look,
	.close = search_close,
};
