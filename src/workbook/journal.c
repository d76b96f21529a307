/* Free writing, check-ins, notes, practices, and the comfort kit. */
#include "room.h"

#include <stdlib.h>
#include <string.h>

#define KIT_ROWS 64

/* ---- free writing ---- */

static bool put(struct room *r, struct entry *en, bool draft, struct err *e)
{
	return draft ? store_draft(r->store, en, e) : store_put(r->store, en, e);
}

bool journal_put(struct room *r, struct id *id, struct str text, struct str lang,
    struct str starter, bool draft, struct err *e)
{
	struct entry en = {
		.id = *id,
		.kind = ENTRY_JOURNAL,
		.question = starter,
		.lang = lang,
		.text = text,
	};

	if (text.n == 0 && id_none(*id))
		return true;
	if (text.n == 0 && !draft)
		return journal_delete(r, *id, e);
	if (!put(r, &en, draft, e))
		return false;
	*id = en.id;
	return true;
}

bool journal_delete(struct room *r, struct id id, struct err *e)
{
	struct arena *a = arena_new();
	struct entry en;

	if (!store_get(r->store, id, a, &en, e) || !store_delete(r->store, id, e)) {
		arena_free(a);
		return false;
	}
	arena_free(r->undo);
	r->undo = a;
	r->undone = en;
	return true;
}

bool journal_undelete(struct room *r, struct id *id, struct err *e)
{
	*id = r->undone.id;
	if (id_none(r->undone.id))
		return err_set(e, ERR_NOT_FOUND, _("Nothing was deleted."));
	if (!put(r, &r->undone, false, e))
		return false;
	r->undone = (struct entry){ 0 };
	arena_reset(r->undo);
	return true;
}

/* ---- check-ins, practices, notes ---- */

bool rating_put(
    struct room *r, const struct card *rating, int value, int lang, struct err *e)
{
	struct entry en = {
		.kind = ENTRY_RATING,
		.card = rating->name,
		.question = card_text(rating, FIELD_ASK, lang),
		.lang = room_lang(r, lang),
		.number = value,
		.has_number = true,
	};

	return store_put(r->store, &en, e);
}

bool practice_put(struct room *r, const struct page *p, int lang, struct err *e)
{
	struct entry en = {
		.kind = ENTRY_PRACTICE,
		.page = p->name,
		.question = card_text(p->head, FIELD_TITLE, lang),
		.lang = room_lang(r, lang),
	};

	return store_put(r->store, &en, e);
}

bool note_put(struct room *r, struct str page, struct str card, struct str item,
    struct str question, struct str text, struct err *e)
{
	struct entry en = {
		.kind = ENTRY_NOTE,
		.page = page,
		.card = card,
		.item = item,
		.question = question,
		.text = text,
	};

	return store_put(r->store, &en, e);
}

/* ---- the comfort kit ---- */

struct kit {
	struct arena *a;
	struct line {
		struct id row;
		int place;
		struct str thing, where;
	} * lines;
	size_t n, most;
};

static struct line *line_of(struct kit *k, const struct entry *en)
{
	for (size_t i = 0; i < k->n; i++)
		if (id_eq(k->lines[i].row, en->row))
			return &k->lines[i];
	if (k->n == k->most)
		return NULL;
	k->lines[k->n] = (struct line){ .row = en->row, .place = en->place };
	return &k->lines[k->n++];
}

static bool ends(struct str s, const char *tail)
{
	size_t n = strlen(tail);

	return s.n >= n && str_is(str_slice(s, s.n - n, s.n), tail);
}

static bool add_cell(void *arg, const struct entry *en)
{
	struct kit *k = arg;
	struct line *l = en->kind == ENTRY_CELL ? line_of(k, en) : NULL;

	if (l != NULL && ends(en->item, "thing"))
		l->thing = arena_dup(k->a, en->text);
	else if (l != NULL && ends(en->item, "where"))
		l->where = arena_dup(k->a, en->text);
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* The list named "kit", and the page it stands on. */
static const struct card *find_kit(const struct content *c)
{
	for (size_t i = 0; i < c->page_count; i++) {
		const struct card *part = page_part(&c->pages[i], STR("kit"));
		if (part != NULL && part->kind == CARD_LIST)
			return part;
	}
	return NULL;
}

size_t room_kit(struct room *r, const struct content *c, struct arena *a, struct str *lines,
    size_t most)
{
	const struct card *card = find_kit(c);
	struct kit k = { .a = a, .most = KIT_ROWS };
	struct run_row run;
	size_t n = 0;

	if (card == NULL || most == 0 ||
	    !store_run_last(r->store, card->page->name, a, &run, NULL) ||
	    run.state == RUN_NONE)
		return 0;
	k.lines = arena_make(a, struct line, k.most);
	struct query q = { .run = run.id, .card = card->name, .oldest_first = true };
	if (!store_each(r->store, &q, add_cell, &k, NULL))
		return 0;
	if (k.n > 1)
		qsort(k.lines, k.n, sizeof(*k.lines), by_place);
	for (size_t i = 0; i < k.n && n < most; i++) {
		struct line *l = &k.lines[i];
		if (l->thing.n > 0 && l->where.n > 0)
			lines[n++] = arena_fmt(
			    a, "%.*s — %.*s", STR_ARG(l->thing), STR_ARG(l->where));
		else if (l->thing.n > 0)
			lines[n++] = l->thing;
	}
	return n;
}
