/* What the files that lay out a sheet share.  Nobody else includes this.
 *
 * A body is drawn at rows of its own, from 0 on, as if the screen had no end; the pen lets
 * through what lies in the window.  The same functions measure (no canvas) and draw, so that
 * the two cannot differ. */
#ifndef REMANSO_SHEET_IN_H
#define REMANSO_SHEET_IN_H

#include "remanso/sheet.h"

#define LEAST_ROWS 16 /* below this one line says what is needed */
#define LEAST_COLS 60
#define PAGE_WIDTH 72  /* a page is never wider */
#define STOP 16        /* the second stop, from the edge */
#define PROSE_WIDTH 66 /* prose at the edge is at most this wide */
#define BODY_MOST 24   /* a body is never taller */
#define OPEN_MOST 6    /* rows to which an open field grows */

/* Where the corners of a page are; rows and columns of the canvas from 0. */
struct frame {
	int rows, cols;
	int left, width;
	int place, title, body, height, note, footer;
	int title_rows;
	bool stacked; /* no second stop: side heads above their text, tables as blocks */
	bool note_used, more_row;
	struct str more; /* "more below", or empty */
	bool more_in_fact;
};

struct layout {
	int *y, *h; /* of each block */
	int total;
	int whole; /* rows of a field that takes the whole page */
};

struct pen {
	struct canvas *c; /* NULL: only measure */
	const struct sheet *s;
	struct hit_map *hits;
	const struct block *columns; /* heads of the rows that follow */
	int left, width, top, height, scroll;
	int from, to; /* rows of the body that may be drawn now */
	int focus;
	int whole;
	bool stacked, beside;
	bool tight;   /* few rows: no more than one blank between two blocks */
	bool at_stop; /* a side head waits for what stands beside it */
	bool row_lit; /* the focus is on a table's row: the other rows rest */
};

/* sheet_frame.c */
void frame_init(struct frame *f, const struct sheet *s, int rows, int cols);
void frame_more(struct frame *f, const struct sheet *s, int more);
void frame_draw(
    const struct frame *f, const struct sheet *s, struct canvas *c, struct hit_map *hits);

/* sheet_scroll.c */
void layout_init(struct layout *l, const struct sheet *s, const struct frame *f, int focus);
/* The first row to show, so that the focus (an index, or -1) is visible and no block is cut. */
int layout_fit(
    const struct layout *l, const struct sheet *s, int height, int focus, int scroll);
/* How many of the blocks from the first shown one on are seen whole: one past the last. */
size_t layout_last(const struct layout *l, const struct sheet *s, int height, int scroll);
size_t layout_first(const struct layout *l, const struct sheet *s, int scroll);
int sheet_index(const struct sheet *s, int id); /* -1: gone */

/* sheet_blocks.c: rows a block takes from `y` on */
void pen_init(struct pen *p, const struct sheet *s, const struct frame *f, int focus);
int block_draw(struct pen *p, const struct block *b, int y);
void pen_put(struct pen *p, int y, int col, int max, enum style st, struct str text);
void pen_fill(struct pen *p, int y, int col, int n, enum style st, const char *glyph);
void pen_mark(struct pen *p, int y, int col, const char *glyph, enum style st);
void pen_cursor(struct pen *p, int y, int col);
/* Wrapped text; the rows it takes. */
int pen_text(struct pen *p, int y, int col, int width, enum style st, struct str text);
bool pen_on(const struct pen *p, const struct block *b); /* it has the focus */
/* Mark and cursor of a block in focus whose label stands at (y, col). */
void pen_focus(struct pen *p, const struct block *b, int y, int col);

/* sheet_field.c */
int field_draw(struct pen *p, const struct block *b, int y);
int mine_draw(struct pen *p, const struct block *b, int y);
int field_columns(const struct block *b, int width, bool stacked, bool beside);
bool fields_beside(const struct sheet *s);
/* The first line of `text` in at most `width` columns, with an ellipsis where it is cut. */
struct str first_words(struct arena *a, struct str text, int width);

/* sheet_pictures.c */
int scale_draw(struct pen *p, const struct block *b, int y);
int map_draw(struct pen *p, const struct block *b, int y);
int gauge_draw(struct pen *p, const struct block *b, int y);
int breath_draw(struct pen *p, const struct block *b, int y);

/* sheet_table.c */
int columns_draw(struct pen *p, const struct block *b, int y);
int row_draw(struct pen *p, const struct block *b, int y);

/* sheet_month.c */
int month_draw(struct pen *p, const struct block *b, int y);

/* sheet_hits.c */
void hits_clear(struct hit_map *h);
void hits_add(struct hit_map *h, int row, int col, int cols, int id);
void hits_text(struct hit_map *h, int row, int col, int rows, int width, int first);

#endif
