/* A month of numbers: a stone where there was one, water where there was none.  Always the
 * full scale, one colour, no line from day to day; the words under it say the same. */
#include "sheet_in.h"

#define SCALE_MOST 10
#define AXIS 3 /* columns of the numbers at the left */
#define ROWS_TALL (SCALE_MOST + 1)
#define ROWS_FLAT 6 /* where rows are few, two numbers share one */

static int row_of(int number, int rows)
{
	return rows == ROWS_TALL ? SCALE_MOST - number : (SCALE_MOST + 1 - number) / 2;
}

/* Water at the two ends and in the middle, with their numbers. */
static void water(struct pen *p, int y, int rows, int cols)
{
	static const int at[] = { 10, 5, 0 };

	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		struct str n = arena_fmt(p->s->memory, "%2d", at[i]);
		int row = y + row_of(at[i], rows);

		pen_put(p, row, 0, 2, STYLE_HINT, n);
		pen_fill(p, row, AXIS, cols, STYLE_LINE, "─");
	}
}

static void stones(struct pen *p, const struct block *b, int y, int rows, int pitch)
{
	for (int d = 0; b->days != NULL && d < b->number; d++) {
		int n = b->days[d];

		if (n >= 0 && n <= SCALE_MOST)
			pen_put(p, y + row_of(n, rows), AXIS + d * pitch, 1, STYLE_ACCENT,
			    STR("●"));
	}
}

int month_draw(struct pen *p, const struct block *b, int y)
{
	int rows = p->stacked ? ROWS_FLAT : ROWS_TALL;
	int pitch = (p->width - AXIS - 1) / 2 >= b->number - 1 ? 2 : 1;
	int cols = (b->number - 1) * pitch + 1, used = rows + 1;

	water(p, y, rows, cols);
	stones(p, b, y, rows, pitch);
	for (int d = 1; d <= b->number; d += d == 1 ? 4 : 5)
		pen_put(p, y + rows, AXIS + (d - 1) * pitch, 2, STYLE_HINT,
		    arena_fmt(p->s->memory, "%d", d));
	pen_focus(p, b, y, 0);
	used += pen_text(p, y + used, AXIS, p->width - AXIS, STYLE_HINT, b->hint);
	if (b->text.n > 0)
		used += 1 + pen_text(p, y + used + 1, 0,
				p->width < PROSE_WIDTH ? p->width : PROSE_WIDTH, STYLE_BODY,
				b->text);
	return used;
}
