/* Where a person stands, as far as a page may say it: nothing, begun, saved.  Nothing is
 * counted, and nothing is behind. */
#include "room.h"

struct page_state page_state(struct room *r, const struct page *p)
{
	struct arena *a = arena_new();
	struct run_row run;
	struct page_state state = { RUN_NONE, 0 };

	if (store_run_last(r->store, p->name, a, &run, NULL) && run.state != RUN_NONE) {
		state.state = run.state;
		state.when = run.state == RUN_DONE ? run.done : run.begun;
	}
	arena_free(a);
	return state;
}

static bool stop(void *arg, const struct entry *en)
{
	(void)en;
	*(bool *)arg = true;
	return false;
}

static bool page_touched(struct room *r, const struct page *p)
{
	struct query q = { .page = p->name, .limit = 1 };
	bool found = page_state(r, p).state != RUN_NONE;

	/* Practices and notes belong to a page without a pass through it. */
	return found || (store_each(r->store, &q, stop, &found, NULL) && found);
}

static int step_of(const struct page *p)
{
	return card_number(p->head, FIELD_STEP, 0);
}

bool step_touched(struct room *r, const struct content *c, int step)
{
	for (size_t i = 0; i < c->page_count; i++)
		if (step_of(&c->pages[i]) == step && page_touched(r, &c->pages[i]))
			return true;
	return false;
}

static bool is_listed(const struct page *p)
{
	return !card_is(p->head, FIELD_LISTED, "no") &&
	       !card_is(p->head, FIELD_DEFAULT, "off");
}

/* The first page of a step: its card names them in order. */
static const struct page *first_of(const struct content *c, const struct card *step)
{
	struct str rest = card_word(step, FIELD_PAGES), name;

	while (str_cut(&rest, ' ', &name)) {
		const struct page *p = name.n > 0 ? content_page(c, name) : NULL;
		if (p != NULL && is_listed(p))
			return p;
	}
	return NULL;
}

static bool newest(void *arg, const struct run_row *run)
{
	struct run_row *best = arg;

	if (run->changed > best->changed) {
		best->changed = run->changed;
		best->id = run->id;
	}
	return true;
}

struct by_id {
	struct id id;
	const struct content *c;
	const struct page *page;
};

static bool page_of(void *arg, const struct run_row *run)
{
	struct by_id *want = arg;

	if (!id_eq(run->id, want->id))
		return true;
	want->page = content_page(want->c, run->page);
	return false;
}

/* The page opened last is a setting; in a room that has none yet, the run changed last. */
static const struct page *last_page(struct room *r, const struct content *c)
{
	struct arena *a = arena_new();
	struct str name = setting_get(r, SETTING_LAST_PAGE, a);
	const struct page *p = name.n > 0 ? content_page(c, name) : NULL;
	struct run_row best = { 0 };

	arena_free(a);
	if (p != NULL || !store_runs(r->store, STR(""), newest, &best, NULL))
		return p;
	struct by_id want = { best.id, c, NULL };
	if (id_none(best.id) || !store_runs(r->store, STR(""), page_of, &want, NULL))
		return NULL;
	return want.page;
}

const struct page *room_next_page(struct room *r, const struct content *c)
{
	const struct page *p = last_page(r, c);
	const struct card *step = NULL;

	if (p != NULL && page_state(r, p).state != RUN_DONE)
		return p;
	if (p != NULL) {
		const struct page *next = content_page(c, card_word(p->head, FIELD_NEXT));
		if (next != NULL && page_state(r, next).state != RUN_DONE)
			return next;
	}
	while ((step = content_next(c, CARD_STEP, step)) != NULL) {
		const struct page *first = first_of(c, step);
		if (first != NULL && !step_touched(r, c, card_number(step, FIELD_ORDER, 0)))
			return first;
	}
	step = content_next(c, CARD_STEP, NULL);
	return p != NULL || step == NULL ? p : first_of(c, step);
}
