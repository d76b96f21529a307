/* A pass through a page.
 *
 * A value is first changed in memory and then written through; what could not be written
 * (a full disk) stays marked, and every later write takes it along.  So nothing typed is
 * lost while the program runs, and the store never holds half of a change. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

static int by_place(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* A list's cell is named after its section too: "touch/thing". */
static struct str section_of(struct str item)
{
	struct str rest = item, head;

	return str_cut(&rest, '/', &head) && head.n < item.n ? head : (struct str){ 0 };
}

static bool load_value(void *arg, const struct entry *en)
{
	struct run *run = arg;
	struct value *v = value_add(run, en->row, en->card, en->item);

	v->id = en->id;
	v->kind = en->kind;
	v->place = en->place;
	value_set(&v->question, en->question);
	value_set(&v->text, en->text);
	if (!en->draft)
		value_set(&v->kept, en->text);
	v->number = en->number;
	v->has_number = en->has_number;
	v->draft = en->draft;
	if (!id_none(en->row) && row_find(run, en->row) == NULL)
		row_add(run, en->row, en->card, section_of(en->item))->place = en->place;
	return true;
}

static bool load(struct run *run, struct err *e)
{
	struct store *s = run->room->store;
	struct query q = { .oldest_first = true };

	if (!store_run_last(s, run->page->name, run->names, &run->state, e))
		return false;
	bool again = card_is(run->page->head, FIELD_REPEAT, "yes");
	if (run->state.state == RUN_NONE || (again && run->state.state == RUN_DONE)) {
		run->state = (struct run_row){ .page = run->page->name };
		return true;
	}
	run->stored = true;
	q.run = run->state.id;
	if (!store_each(s, &q, load_value, run, e))
		return false;
	if (run->row_count > 1)
		qsort(run->rows, run->row_count, sizeof(*run->rows), by_place);
	return true;
}

bool run_open(
    struct run **out, struct room *r, const struct page *p, int lang, struct err *e)
{
	struct run *run = calloc(1, sizeof(*run));

	*out = NULL;
	if (run == NULL)
		die("out of memory");
	run->room = r;
	run->page = p;
	run->names = arena_new();
	run->lang = room_lang(r, lang);
	if (!load(run, e)) {
		run_close(run);
		return false;
	}
	*out = run;
	return true;
}

static void forget(struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		value_free(&run->values[i]);
	run->count = run->row_count = 0;
	undo_clear(run);
}

void run_close(struct run *run)
{
	if (run == NULL)
		return;
	forget(run);
	free(run->values);
	free(run->rows);
	arena_free(run->names);
	free(run);
}

const struct page *run_page(const struct run *run)
{
	return run->page;
}

enum run_state run_state(const struct run *run)
{
	return run->state.state;
}

int64_t run_when(const struct run *run)
{
	return run->state.state == RUN_DONE ? run->state.done : run->state.begun;
}

struct str run_place(const struct run *run)
{
	return run->state.at;
}

/* ---- writing through ---- */

static bool write_value(struct run *run, struct value *v, struct err *e)
{
	struct entry en = {
		.id = v->id,
		.kind = v->kind,
		.run = run->state.id,
		.row = v->row,
		.place = v->place,
		.page = run->page->name,
		.card = v->card,
		.item = v->item,
		.question = buf_str(&v->question),
		.lang = run->lang,
		.text = buf_str(&v->text),
		.number = v->number,
		.has_number = v->has_number,
	};
	struct store *s = run->room->store;

	if (!(v->draft ? store_draft(s, &en, e) : store_put(s, &en, e)))
		return false;
	/* Kept even if the whole is taken back: the next try makes the same entry. */
	v->id = en.id;
	return true;
}

/* The pass itself: at its first value, and whenever its state or a finished value changed.
 * Not for drafts: they come every second. */
static bool write_state(struct run *run, bool final, struct err *e)
{
	struct run_row row = run->state;

	if (run->stored && !run->dirty && !final)
		return true;
	row.changed = 0;
	if (row.state == RUN_NONE)
		row.state = RUN_BEGUN;
	if (!store_run_put(run->room->store, &row, e))
		return false;
	run->state.id = row.id;
	run->state.begun = row.begun;
	run->state.changed = row.changed;
	return true;
}

static bool write_all(struct run *run, struct err *e)
{
	bool final = false;

	for (size_t i = 0; i < run->count; i++)
		final = final || (run->values[i].dirty && !run->values[i].draft);
	if (!write_state(run, final, e))
		return false;
	for (size_t i = 0; i < run->count; i++)
		if (run->values[i].dirty && !write_value(run, &run->values[i], e))
			return false;
	return true;
}

bool run_unsaved(const struct run *run)
{
	bool some = run->dirty;

	for (size_t i = 0; i < run->count && !some; i++)
		some = run->values[i].dirty;
	return some;
}

bool run_flush(struct run *run, struct err *e)
{
	struct store *s = run->room->store;

	if (!run_unsaved(run))
		return true;
	if (!store_begin(s, e))
		return false;
	if (!write_all(run, e)) {
		store_rollback(s);
		return false;
	}
	if (!store_commit(s, e))
		return false;
	run->stored = true;
	run->dirty = false;
	if (run->state.state == RUN_NONE)
		run->state.state = RUN_BEGUN;
	for (size_t i = 0; i < run->count; i++)
		run->values[i].dirty = false;
	return true;
}

/* ---- state ---- */

bool run_at(struct run *run, struct str part, struct err *e)
{
	if (str_eq(part, run->state.at))
		return true;
	run->state.at = arena_dup(run->names, part);
	if (!run->stored)
		return true; /* opening a page leaves nothing */
	run->dirty = true;
	return run_flush(run, e);
}

bool run_finish(struct run *run, struct err *e)
{
	struct run_row before = run->state;

	for (size_t i = 0; i < run->count;) {
		struct value *v = &run->values[i];
		if (v->draft && v->text.n == 0) {
			if (!run_take(run, v->row, v->card, v->item, e))
				return false;
			continue;
		}
		v->dirty = v->dirty || v->draft;
		v->draft = false;
		i++;
	}
	run->state.state = RUN_DONE;
	run->state.done = run->room->world->now_ms(run->room->world);
	run->dirty = true;
	if (run_flush(run, e))
		return true;
	run->state.state = before.state;
	run->state.done = before.done;
	run->dirty = run->stored;
	return false;
}

bool run_forget(struct run *run, struct err *e)
{
	if (run->stored && !store_run_delete(run->room->store, run->state.id, e))
		return false;
	forget(run);
	run->state = (struct run_row){ .page = run->page->name };
	run->stored = run->dirty = false;
	return true;
}
