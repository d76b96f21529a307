/* The values of a run in memory.  Everything a person typed lies in bufs, which wipe. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

struct value *value_find(
    const struct run *run, struct id row, struct str card, struct str item)
{
	for (size_t i = 0; i < run->count; i++) {
		struct value *v = &run->values[i];
		if (id_eq(v->row, row) && str_eq(v->item, item) && str_eq(v->card, card))
			return v;
	}
	return NULL;
}

struct value *value_add(struct run *run, struct id row, struct str card, struct str item)
{
	if (run->count == run->cap) {
		run->cap = run->cap == 0 ? 16 : run->cap * 2;
		run->values = realloc(run->values, run->cap * sizeof(*run->values));
		if (run->values == NULL)
			die("out of memory");
	}
	struct value *v = &run->values[run->count++];
	*v = (struct value){
		.row = row,
		.card = arena_dup(run->names, card),
		.item = arena_dup(run->names, item),
	};
	return v;
}

void value_set(struct buf *b, struct str s)
{
	if (s.n > 0 && s.s == b->s && s.n == b->n)
		return; /* its own words, borrowed and given back */
	buf_clear(b);
	buf_add(b, s);
}

void value_free(struct value *v)
{
	buf_free(&v->question);
	buf_free(&v->text);
	buf_free(&v->kept);
}

void undo_clear(struct run *run)
{
	for (size_t i = 0; i < run->undo_count; i++)
		value_free(&run->undo[i]);
	free(run->undo);
	run->undo = NULL;
	run->undo_count = 0;
	run->undo_row = (struct id){ 0 };
}

void undo_take(struct run *run, size_t i)
{
	struct value *more = realloc(run->undo, (run->undo_count + 1) * sizeof(*run->undo));

	if (more == NULL)
		die("out of memory");
	run->undo = more;
	run->undo[run->undo_count++] = run->values[i];
	run->count--;
	memmove(
	    &run->values[i], &run->values[i + 1], (run->count - i) * sizeof(*run->values));
}

struct row *row_find(const struct run *run, struct id id)
{
	for (size_t i = 0; i < run->row_count; i++)
		if (id_eq(run->rows[i].id, id))
			return &run->rows[i];
	return NULL;
}

struct row *row_add(struct run *run, struct id id, struct str card, struct str section)
{
	int last = 0;

	if (run->row_count == run->row_cap) {
		run->row_cap = run->row_cap == 0 ? 8 : run->row_cap * 2;
		run->rows = realloc(run->rows, run->row_cap * sizeof(*run->rows));
		if (run->rows == NULL)
			die("out of memory");
	}
	for (size_t i = 0; i < run->row_count; i++)
		if (str_eq(run->rows[i].card, card) && run->rows[i].place > last)
			last = run->rows[i].place;
	struct row *r = &run->rows[run->row_count++];
	*r = (struct row){
		.id = id,
		.card = arena_dup(run->names, card),
		.section = arena_dup(run->names, section),
		.place = last + 1,
	};
	return r;
}
