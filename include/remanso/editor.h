/* A text field: UTF-8 by grapheme, soft wrap, word movement, undo and redo.  Memory is
 * wiped when it is given back. */
#ifndef REMANSO_EDITOR_H
#define REMANSO_EDITOR_H

#include "remanso/term.h"

struct editor;
struct editor *editor_new(bool one_line); /* one_line: Enter is not a character here */
void editor_free(struct editor *ed);      /* NULL is fine */
/* Replace everything; the cursor goes to the end; history is emptied. */
void editor_set(struct editor *ed, struct str text);
struct str editor_text(const struct editor *ed); /* until the next change */
size_t editor_cursor(const struct editor *ed);   /* byte offset, on a grapheme boundary */
void editor_place(struct editor *ed, size_t at); /* the next boundary, when it is none */
bool editor_changed(const struct editor *ed);    /* since the last editor_saved() */
void editor_saved(struct editor *ed);
/* Insert as typed: cleaned, composed (NFC) with what stands beside it.  At most EDITOR_MOST
 * bytes stay; what does not fit is not taken (false). */
#define EDITOR_MOST ((size_t)1024 * 1024)
bool editor_insert(struct editor *ed, struct str text);
/* A key (`ev->kind` is EV_KEY): movement, deletion, text, paste, Ctrl-Z undo, Ctrl-Y redo,
 * Ctrl-A/E/K/U/W as in other editors.  `width` is the wrap width for up and down.  False:
 * not a key of the editor's, or a movement that leaves the field (up on the first row, down
 * on the last). */
bool editor_key(struct editor *ed, const struct event *ev, int width);
/* By the word, or by the run of deletions.  False: there is nothing (any more). */
bool editor_undo(struct editor *ed);
bool editor_redo(struct editor *ed);
/* Row and column of the cursor when wrapped at `width`, and the number of rows.  The column
 * may be `width` itself, one right of the field: behind a full row, or among blanks that
 * hang over its edge. */
void editor_where(const struct editor *ed, int width, int *row, int *col, int *rows);
/* A click on (row, col) of the wrapped text. */
void editor_click(struct editor *ed, int width, int row, int col);
/* The wrapped row `row`; false past the end. */
bool editor_row(const struct editor *ed, int width, int row, struct str *line);

#endif
