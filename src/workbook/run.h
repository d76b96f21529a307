/* Inside of runs: the values and rows of one pass through a page, in memory. */
#ifndef REMANSO_WORKBOOK_RUN_H
#define REMANSO_WORKBOOK_RUN_H

#include "room.h"

struct value {
	struct id id;  /* none until it is in the store */
	struct id row; /* none: an item of its own */
	enum entry_kind kind;
	int place;
	struct str card, item; /* in the run's arena; a list's cell is "section/column" */
	struct buf question, text;
	struct buf kept; /* the last finished words: what undoing an emptied field gives */
	int number;
	bool has_number;
	bool draft;
	bool dirty; /* the store has something older */
};

struct row {
	struct id id;
	struct str card, section; /* in the run's arena */
	int place;
	bool dead; /* deleted, or not stored yet and taken away */
};

struct run {
	struct room *room;
	const struct page *page;
	struct arena *names;
	struct str lang;
	struct run_row state; /* `page` and `at` in `names` */
	bool stored;          /* the store has this run */
	bool dirty;           /* and something older of its state */
	struct value *values;
	size_t count, cap;
	struct row *rows;
	size_t row_count, row_cap;
	struct value *undo; /* the last deletion: values, or a row without any */
	size_t undo_count;
	struct id undo_row;
};

struct value *value_find(
    const struct run *run, struct id row, struct str card, struct str item);
struct value *value_add(struct run *run, struct id row, struct str card, struct str item);
void value_set(struct buf *b, struct str s);
void value_free(struct value *v);
/* Forget the last deletion. */
void undo_clear(struct run *run);
/* Take value `i` out of the run and hold it for undoing. */
void undo_take(struct run *run, size_t i);

struct row *row_find(const struct run *run, struct id id);
struct row *row_add(struct run *run, struct id id, struct str card, struct str section);

/* Delete values from the store and hold them for undoing: those of a row, or one item. */
bool run_take(struct run *run, struct id row, struct str card, struct str item,
    struct err *e) MUST_CHECK;

#endif
