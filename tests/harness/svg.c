/* Screens as SVG; see svg.h. */
#include "harness/svg.h"

#include <string.h>

enum { CELL_W = 9, CELL_H = 20, PAD = 16 };
#define PAPER "#16181a"
#define INK "#c5c8c6"

static void add_escaped(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&': buf_add(out, STR("&amp;")); break;
		case '<': buf_add(out, STR("&lt;")); break;
		case '>': buf_add(out, STR("&gt;")); break;
		default: buf_addc(out, *s); break;
		}
	}
}

/* The sixteen named colors, softer than the terminal library's own; the rest by number. */
static uint32_t ink_of(int index, uint32_t rgb)
{
	static const uint32_t soft[] = { 0x1d1f21, 0xcc6666, 0x8fb573, 0xe0b060, 0x6f9fc8,
		0xb294bb, 0x7ab8b0, 0xc5c8c6, 0x666a70, 0xe08080, 0xa8d08d, 0xf0d080,
		0x8fbfe8, 0xd0b0dc, 0x9ad8d0, 0xffffff };

	return index >= 0 && index < 16 ? soft[index] : rgb;
}

static bool same_pen(const struct pty_cell *a, const struct pty_cell *b)
{
	return a->bold == b->bold && a->underline == b->underline &&
	       a->reverse == b->reverse && a->fg == b->fg && a->fg_rgb == b->fg_rgb;
}

/* One stretch of equal cells.  textLength holds the grid whatever font the reader has. */
static void add_run(struct buf *out, const struct pty_cell *pen, const char *text, int row,
    int col, int cols)
{
	int x = PAD + col * CELL_W, y = PAD + row * CELL_H;

	if (pen->reverse)
		buf_addf(out,
		    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"" INK
		    "\"/>\n",
		    x, y, cols * CELL_W, CELL_H);
	buf_addf(
	    out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"", x, y + 15, cols * CELL_W);
	if (pen->reverse)
		buf_add(out, STR(" fill=\"" PAPER "\""));
	else if (pen->fg != -1)
		buf_addf(out, " fill=\"#%06x\"", (unsigned)ink_of(pen->fg, pen->fg_rgb));
	if (pen->bold)
		buf_add(out, STR(" font-weight=\"bold\""));
	if (pen->underline)
		buf_add(out, STR(" text-decoration=\"underline\""));
	buf_addc(out, '>');
	add_escaped(out, text);
	buf_add(out, STR("</text>\n"));
}

/* A row is cut where the pen changes and where two or more blanks stand, so that every word
 * begins in its own column. */
static void add_row(struct pty *p, int row, struct buf *out)
{
	int cols = pty_cols(p), col = 0;

	while (col < cols) {
		struct pty_cell pen = pty_cell(p, row, col), cell;
		struct buf text = { 0 };
		int from = col, end = col;
		size_t keep = 0;

		if (strcmp(pen.ch, " ") == 0 && !pen.reverse && !pen.underline) {
			col++;
			continue;
		}
		for (; col < cols; col++) {
			cell = pty_cell(p, row, col);
			if (!same_pen(&cell, &pen))
				break;
			if (strcmp(cell.ch, " ") == 0 && !pen.reverse && !pen.underline) {
				if (col > end)
					break; /* the second blank */
			} else {
				end = col + 1;
			}
			buf_add(&text, str_from(cell.ch));
			if (end == col + 1)
				keep = text.n;
		}
		buf_splice(&text, keep, text.n - keep, STR(""));
		buf_addc(&text, '\0');
		add_run(out, &pen, text.s, row, from, end - from);
		buf_free(&text);
		col = end > from ? end : from + 1;
	}
}

void svg_screen(struct pty *p, const char *title, const char *desc, struct buf *out)
{
	int w = pty_cols(p) * CELL_W + 2 * PAD, h = pty_rows(p) * CELL_H + 2 * PAD;
	int row, col;
	bool shown;

	buf_addf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	    "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">",
	    w, h, w, h);
	add_escaped(out, title);
	buf_add(out, STR("</title>\n<desc id=\"d\">"));
	add_escaped(out, desc);
	buf_addf(out,
	    "</desc>\n<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"" PAPER "\"/>\n"
	    "<g fill=\"" INK "\" font-size=\"15\" "
	    "font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n",
	    w, h);
	for (row = 0; row < pty_rows(p); row++)
		add_row(p, row, out);
	pty_cursor(p, &row, &col, &shown);
	if (shown)
		buf_addf(out,
		    "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"" INK
		    "\" fill-opacity=\"0.45\"/>\n",
		    PAD + col * CELL_W, PAD + row * CELL_H, CELL_W, CELL_H);
	buf_add(out, STR("</g>\n</svg>\n"));
}
