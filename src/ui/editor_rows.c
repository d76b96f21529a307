/* The text as rows.  Where rows begin is remembered, and after a change only the rows from
 * there on are laid out again. */
#include "editor_in.h"

#include <stdlib.h>
#include <string.h>

/* A row is decided by what follows its start up to the first letter that does not fit, and
 * two letters more for a hyphen: with rows of one letter that is three rows on. */
#define ROWS_AHEAD 4

static void add_start(struct rows *r, size_t at)
{
	if (r->count == r->cap) {
		r->cap = r->cap == 0 ? 64 : r->cap * 2;
		r->start = realloc(r->start, r->cap * sizeof(*r->start));
		if (r->start == NULL)
			die("out of memory");
	}
	r->start[r->count++] = at;
}

/* The last row that begins at or before `at`. */
static size_t find(const struct rows *r, size_t at)
{
	size_t low = 0, high = r->count;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;
		if (r->start[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void rows_changed(struct rows *r, size_t at)
{
	if (r->count == 0)
		return;
	size_t row = find(r, at);
	r->count = row > ROWS_AHEAD ? row - ROWS_AHEAD : 0;
	r->whole = false;
}

void rows_free(struct rows *r)
{
	free(r->start);
	free(r);
}

size_t rows_of(const struct editor *ed, int width)
{
	struct rows *r = ed->rows;
	struct str text = buf_str(&ed->text), line;

	if (width < 1)
		width = 1;
	if (r->whole && r->width == width)
		return r->count;
	if (r->width != width)
		r->count = 0;
	r->width = width;
	size_t at = r->count > 0 ? r->start[--r->count] : 0;
	do {
		add_start(r, at);
		struct str rest = str_slice(text, at, text.n);
		(void)wrap_next(&rest, width, &line);
		at = text.n - rest.n;
	} while (at < text.n);
	if (text.n > 0 && text.s[text.n - 1] == '\n')
		add_start(r, text.n);
	r->whole = true;
	return r->count;
}

size_t row_with(const struct editor *ed, size_t at)
{
	return find(ed->rows, at);
}

size_t row_start(const struct editor *ed, size_t row)
{
	return row < ed->rows->count ? ed->rows->start[row] : ed->text.n;
}

size_t row_end(const struct editor *ed, size_t row)
{
	size_t next = row_start(ed, row + 1);

	return row + 1 < ed->rows->count ? text_prev(buf_str(&ed->text), next) : next;
}

size_t row_place(const struct editor *ed, size_t row, int col)
{
	struct str text = buf_str(&ed->text);
	size_t at = row_start(ed, row), end = row_end(ed, row);

	for (size_t next; at < end && col > 0; at = next) {
		next = utf8_next(text, at);
		col -= utf8_width(str_slice(text, at, next));
		if (col < 0)
			break;
	}
	return at;
}

void editor_where(const struct editor *ed, int width, int *row, int *col, int *rows)
{
	size_t count = rows_of(ed, width), r = row_with(ed, ed->cursor);
	int c = utf8_width(str_slice(buf_str(&ed->text), row_start(ed, r), ed->cursor));

	*rows = (int)count;
	*row = (int)r;
	*col = c > width ? width : c; /* blanks hang over the edge, the cursor does not */
}

void editor_click(struct editor *ed, int width, int row, int col)
{
	size_t count = rows_of(ed, width), r = row < 0 ? 0 : (size_t)row;

	editor_move(ed, row_place(ed, r < count ? r : count - 1, col));
}

bool editor_row(const struct editor *ed, int width, int row, struct str *line)
{
	size_t count = rows_of(ed, width), r = (size_t)row;

	*line = (struct str){ 0 };
	if (row < 0 || r >= count)
		return false;
	*line = str_slice(buf_str(&ed->text), row_start(ed, r), row_start(ed, r + 1));
	if (line->n > 0 && line->s[line->n - 1] == '\n')
		line->n--;
	while (line->n > 0 && line->s[line->n - 1] == ' ')
		line->n--;
	return true;
}
