/* The grid of cells a page is drawn into.  What stands in it may be private, so memory is
 * wiped before it is given back and when a new page begins. */
#include "remanso/canvas.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const struct cell blank = { .ch = " ", .style = STYLE_BODY };

void canvas_clear(struct canvas *c)
{
	size_t n = (size_t)c->rows * (size_t)c->cols;

	for (size_t i = 0; i < n; i++)
		c->cells[i] = blank; /* the whole cell: no tail of an old letter stays */
	c->cursor_row = c->cursor_col = 0;
	c->cursor_shown = false;
}

void canvas_free(struct canvas *c)
{
	if (c->cells != NULL)
		explicit_bzero(
		    c->cells, (size_t)c->rows * (size_t)c->cols * sizeof(*c->cells));
	free(c->cells);
	*c = (struct canvas){ 0 };
}

void canvas_resize(struct canvas *c, int rows, int cols)
{
	if (rows < 1)
		rows = 1;
	if (cols < 1)
		cols = 1;
	if (c->cells == NULL || rows != c->rows || cols != c->cols) {
		canvas_free(c);
		c->cells = calloc((size_t)rows * (size_t)cols, sizeof(*c->cells));
		if (c->cells == NULL)
			die("out of memory");
		c->rows = rows;
		c->cols = cols;
	}
	canvas_clear(c);
}

struct cell *canvas_cell(struct canvas *c, int row, int col)
{
	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return NULL;
	return &c->cells[(size_t)row * (size_t)c->cols + (size_t)col];
}

void canvas_cursor(struct canvas *c, int row, int col)
{
	c->cursor_row = row < 0 ? 0 : row >= c->rows ? c->rows - 1 : row;
	c->cursor_col = col < 0 ? 0 : col >= c->cols ? c->cols - 1 : col;
	c->cursor_shown = true;
}

/* Code points that change how a terminal measures the one before them.  Terminals do not
 * agree about these, so they are kept in the text and never shown. */
static bool is_joiner(int32_t c)
{
	return c == 0x200D || c == 0xFE0E || c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF);
}

/* What is shown of one grapheme: its first letter and the marks on it, as many as fit.
 * Everything that could take columns of its own is left out. */
static void glyph_set(char ch[CELL_BYTES], struct str g)
{
	size_t len, n;
	int32_t base = utf8_point(g, 0, &len);

	memset(ch, 0, CELL_BYTES);
	if (wcwidth((wchar_t)base) < 0) {
		memcpy(ch, "□", sizeof("□") - 1);
		return;
	}
	memcpy(ch, g.s, len);
	n = len;
	for (size_t at = len; at < g.n; at += len) {
		int32_t c = utf8_point(g, at, &len);
		if (is_joiner(c) || wcwidth((wchar_t)c) != 0 || n + len >= CELL_BYTES)
			continue;
		memcpy(ch + n, g.s + at, len);
		n += len;
	}
}

/* Put one glyph; halves of wide letters that it cuts become blanks. */
static void cell_put(
    struct canvas *c, int row, int col, int width, enum style st, struct str g)
{
	struct cell *cell = canvas_cell(c, row, col);
	struct cell *after = canvas_cell(c, row, col + width);

	if (cell == NULL)
		return;
	if (cell->ch[0] == '\0' && col > 0)
		cell[-1] = (struct cell){ .ch = " ", .style = cell[-1].style };
	if (after != NULL && after->ch[0] == '\0')
		*after = (struct cell){ .ch = " ", .style = after->style };
	cell->style = (uint8_t)st;
	if (g.n == 1) {
		memset(cell->ch, 0, sizeof(cell->ch));
		cell->ch[0] = g.s[0];
	} else {
		glyph_set(cell->ch, g);
	}
	if (width == 2)
		cell[1] = (struct cell){ .ch = "", .style = (uint8_t)st };
}

/* Width of the grapheme at `at`, and where it ends. */
static int next_glyph(struct str s, size_t at, size_t *end)
{
	unsigned char b = (unsigned char)s.s[at];

	if (b < 0x80 && (at + 1 == s.n || (unsigned char)s.s[at + 1] < 0x80)) {
		*end = at + 1;
		return b >= 0x20 && b < 0x7f ? 1 : 0;
	}
	*end = utf8_next(s, at);
	int w = utf8_width(str_slice(s, at, *end));
	return w > 2 ? 2 : w;
}

int canvas_put(struct canvas *c, int row, int col, int max, enum style st, struct str s)
{
	int used = 0;

	if (row < 0 || row >= c->rows)
		return 0;
	for (size_t at = 0, end; at < s.n && s.s[at] != '\n'; at = end) {
		int w = next_glyph(s, at, &end);
		if (w == 0)
			continue; /* a control, or a mark without a letter */
		if (used + w > max || col + used + w > c->cols)
			break;
		if (col + used >= 0)
			cell_put(c, row, col + used, w, st, str_slice(s, at, end));
		used += w;
	}
	return used;
}

void canvas_fill(
    struct canvas *c, int row, int col, int n, enum style st, const char *glyph)
{
	struct str g = str_from(glyph);
	int w = utf8_width(g);

	for (int i = 0; w > 0 && i + w <= n; i += w)
		(void)canvas_put(c, row, col + i, w, st, g);
}

void canvas_text(const struct canvas *c, struct buf *out)
{
	for (int row = 0; row < c->rows; row++) {
		const struct cell *cells = &c->cells[(size_t)row * (size_t)c->cols];
		int last = c->cols;
		while (last > 0 && strcmp(cells[last - 1].ch, " ") == 0)
			last--;
		for (int col = 0; col < last; col++)
			buf_add(out, str_from(cells[col].ch));
		buf_addc(out, '\n');
	}
}
