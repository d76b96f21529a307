/* Rows of a list or map.  A row is an id that its cells share; it is in the store as soon
 * as one of them has words, and not before. */
#include "run.h"

#include <stdlib.h>

/* "section/column" for a list, the column alone for a map; in `b`. */
static struct str cell_name(const struct row *row, struct str column, struct buf *b)
{
	if (row->section.n == 0)
		return column;
	buf_add(b, row->section);
	buf_addc(b, '/');
	buf_add(b, column);
	return buf_str(b);
}

static bool stands_on(const struct row *row, struct str card)
{
	return !row->dead && str_eq(row->card, card);
}

size_t run_rows(const struct run *run, struct str card)
{
	size_t n = 0;

	for (size_t i = 0; i < run->row_count; i++)
		n += stands_on(&run->rows[i], card);
	return n;
}

struct id run_row_id(const struct run *run, struct str card, size_t i)
{
	for (size_t k = 0; k < run->row_count; k++)
		if (stands_on(&run->rows[k], card) && i-- == 0)
			return run->rows[k].id;
	return (struct id){ 0 };
}

struct str run_row_section(const struct run *run, struct id row)
{
	const struct row *r = row_find(run, row);

	return r == NULL ? (struct str){ 0 } : r->section;
}

struct str run_cell(const struct run *run, struct id row, struct str column)
{
	const struct row *r = row_find(run, row);
	struct buf b = { 0 };

	if (r == NULL || r->dead)
		return (struct str){ 0 };
	const struct value *v = value_find(run, row, r->card, cell_name(r, column, &b));
	buf_free(&b);
	return v == NULL ? (struct str){ 0 } : buf_str(&v->text);
}

bool run_row_add(struct run *run, const struct card *card, struct str section,
    struct id *out, struct err *e)
{
	(void)e; /* nothing is written yet */
	*out = store_new_id(run->room->store);
	(void)row_add(run, *out, card->name, section);
	return true;
}

static bool set_cell(struct run *run, const struct row *r, struct str item,
    struct str question, struct str value, bool draft, struct err *e)
{
	struct value *v = value_find(run, r->id, r->card, item);

	if (value.n == 0 && v == NULL)
		return true;
	if (value.n == 0 && !draft)
		return run_take(run, r->id, r->card, item, e);
	if (v != NULL && str_eq(buf_str(&v->text), value) && (draft || !v->draft))
		return run_flush(run, e);
	if (v == NULL) {
		v = value_add(run, r->id, r->card, item);
		v->kind = ENTRY_CELL;
		v->place = r->place;
	}
	value_set(&v->question, question);
	value_set(&v->text, value);
	v->draft = draft;
	v->dirty = true;
	if (!draft)
		value_set(&v->kept, value);
	return run_flush(run, e);
}

bool run_cell_set(struct run *run, const struct card *card, struct id row,
    struct str column, struct str question, struct str value, bool draft, struct err *e)
{
	const struct row *r = row_find(run, row);
	struct buf b = { 0 };

	if (r == NULL || r->dead || !str_eq(r->card, card->name))
		return err_set(e, ERR_NOT_FOUND, _("This row is not there any more."));
	bool ok = set_cell(run, r, cell_name(r, column, &b), question, value, draft, e);
	buf_free(&b);
	return ok;
}

bool run_row_delete(struct run *run, const struct card *card, struct id row, struct err *e)
{
	struct row *r = row_find(run, row);

	if (r == NULL || r->dead)
		return true;
	if (!run_take(run, row, card->name, STR(""), e))
		return false;
	run->undo_row = row;
	r->dead = true;
	return true;
}
