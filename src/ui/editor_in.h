/* What the files of the editor share among themselves. */
#ifndef REMANSO_UI_EDITOR_IN_H
#define REMANSO_UI_EDITOR_IN_H

#include "remanso/editor.h"

#define HISTORY_MOST ((size_t)1024 * 1024)

/* Changes of one kind that follow one another are undone together. */
enum change_kind { CHANGE_TYPED, CHANGE_BACK, CHANGE_FORWARD, CHANGE_BLOCK };

/* At `at`, `del` was replaced by `ins`. */
struct change {
	enum change_kind kind;
	size_t at, before, after; /* before, after: where the cursor was */
	struct buf del, ins;
};

struct history {
	struct change *items;
	size_t count, cap;
	size_t done;  /* the first `done` are applied; the others can be done again */
	size_t bytes; /* held by all of them */
	bool open;    /* the last one may still grow */
};

/* Where the wrapped rows begin; the first `count` are right for `width`. */
struct rows {
	size_t *start;
	size_t count, cap;
	int width;
	bool whole; /* down to the end of the text */
};

struct editor {
	struct buf text; /* NFC, without controls */
	size_t cursor;
	int goal; /* the column that up and down aim for, or -1 */
	bool one_line, changed;
	struct history history;
	struct rows
	    *rows; /* behind a pointer: laid out when asked, also for a const editor */
};

/* ---- editor.c ---- */
/* The grapheme boundary before `at`, and the first one that is not before it. */
size_t text_prev(struct str s, size_t at);
size_t text_snap(struct str s, size_t at);
/* Replace [at, at + del), compose at the seams, put the cursor behind `ins`. */
void editor_edit(
    struct editor *ed, enum change_kind kind, size_t at, size_t del, struct str ins);
void editor_move(struct editor *ed, size_t at); /* ends a group of changes */

/* ---- editor_undo.c ---- */
void history_add(struct editor *ed, const struct change *c);
void history_clear(struct history *h);

/* ---- editor_rows.c ---- */
void rows_changed(struct rows *r, size_t at);
void rows_free(struct rows *r);
/* Lay out; how many rows there are. */
size_t rows_of(const struct editor *ed, int width);
size_t row_with(const struct editor *ed, size_t at); /* after rows_of() */
size_t row_start(const struct editor *ed, size_t row);
size_t row_end(
    const struct editor *ed, size_t row); /* the last place of the cursor in it */
size_t row_place(const struct editor *ed, size_t row, int col);

#endif
