/* Tables: as many stops as columns and no lines; blocks where the page is too narrow. */
#include "sheet_in.h"

#define COLUMN_GAP 2

/* Where column `i` of `n` begins, and how wide it is. */
static int column(const struct pen *p, int i, int n, int *width)
{
	int rest = n - 1, w;

	if (i == 0) {
		*width = rest > 0 ? STOP - 1 : p->width;
		return 0;
	}
	w = (p->width - STOP - COLUMN_GAP * (rest - 1)) / rest;
	*width = w;
	return STOP + (i - 1) * (w + COLUMN_GAP);
}

int columns_draw(struct pen *p, const struct block *b, int y)
{
	int rows = 0;

	p->columns = b;
	if (p->stacked)
		return 0;
	for (int i = 0; i < b->cell_count; i++) {
		int width, x = column(p, i, b->cell_count, &width);
		int n = pen_text(p, y, x, width, STYLE_HINT, b->cells[i]);

		rows = n > rows ? n : rows;
	}
	return rows + 1;
}

/* A row as a block: its head, then each cell under its column's name. */
static int row_stacked(struct pen *p, const struct block *b, int y, enum style body)
{
	int rows = pen_text(p, y, 0, p->width,
	    pen_on(p, b) ? STYLE_FOCUS
	    : p->row_lit ? STYLE_REST
			 : STYLE_HEAD,
	    b->cells[0]);

	for (int i = 1; i < b->cell_count; i++) {
		if (b->cells[i].n == 0)
			continue;
		if (p->columns != NULL && i < p->columns->cell_count)
			rows += pen_text(
			    p, y + rows, 0, p->width, STYLE_HINT, p->columns->cells[i]);
		rows += pen_text(p, y + rows, 2, p->width - 2, body, b->cells[i]);
	}
	return rows;
}

int row_draw(struct pen *p, const struct block *b, int y)
{
	bool rests = !pen_on(p, b) && (p->row_lit || b->resting);
	enum style body = rests ? STYLE_REST : STYLE_BODY;
	enum style head = pen_on(p, b) ? STYLE_FOCUS : rests ? STYLE_REST : STYLE_HEAD;
	int rows = 1;

	pen_focus(p, b, y, 0);
	if (p->stacked)
		return row_stacked(p, b, y, body);
	for (int i = 0; i < b->cell_count; i++) {
		int width, x = column(p, i, b->cell_count, &width);
		int n = pen_text(p, y, x, width, i == 0 ? head : body, b->cells[i]);

		rows = n > rows ? n : rows;
	}
	return rows;
}
