/* A grid of cells that a screen is drawn into, and the meanings a cell can carry.  Drawing
 * never touches a terminal: the same canvas goes to curses, to a test's picture, to an SVG.
 */
#ifndef REMANSO_CANVAS_H
#define REMANSO_CANVAS_H

#include "remanso/base.h"

enum style {
#define STYLE(id, what) STYLE_##id,
#include "remanso/styles.def"
#undef STYLE
	STYLE_COUNT
};

#define CELL_BYTES 23
struct cell {
	char ch[CELL_BYTES]; /* one grapheme, terminated; "" is the right half of a wide one
			      */
	uint8_t style;
};

struct canvas {
	int rows, cols;
	struct cell *cells;         /* rows * cols, row by row */
	int cursor_row, cursor_col; /* always somewhere: the focus, for screen readers */
	bool cursor_shown;
};

/* All blanks, STYLE_BODY.  Old contents are wiped. */
void canvas_resize(struct canvas *c, int rows, int cols);
void canvas_clear(struct canvas *c);
void canvas_free(struct canvas *c);
/* Write text from (row, col) on; stops at `max` columns, at the edge and at a line feed.
 * Wide letters are never cut in half.  Of a grapheme that terminals measure differently
 * (joined emoji) only the first letter is shown.  Returns the columns used. */
int canvas_put(struct canvas *c, int row, int col, int max, enum style st, struct str s);
/* Repeat one glyph over `n` columns. */
void canvas_fill(
    struct canvas *c, int row, int col, int n, enum style st, const char *glyph);
void canvas_cursor(struct canvas *c, int row, int col);       /* kept inside the canvas */
struct cell *canvas_cell(struct canvas *c, int row, int col); /* NULL outside */
/* The rows as text, right-trimmed, '\n' after each; for tests and line mode. */
void canvas_text(const struct canvas *c, struct buf *out);
/* Turn every glyph that is not ASCII into one that is, in place (non-UTF-8 terminals). */
void canvas_to_ascii(struct canvas *c);
/* The same for a line of text, appended to `out`. */
void ascii_add(struct buf *out, struct str s);

/* ---- wrapping ---- */
/* Cut the next line of at most `width` columns off `rest`: breaks at blanks, after U+2014
 * and after a '-' between words (two letters on both sides: "Ctrl-X" and telephone numbers
 * stay whole), never inside a word unless the word alone is wider, then at graphemes.
 * Trailing blanks are dropped from the line; a line feed ends it.  False when nothing is
 * left; a line feed at the very end does not begin another line. */
bool wrap_next(struct str *rest, int width, struct str *line);
int wrap_count(struct str s, int width); /* lines it takes; at least 1 */

#endif
