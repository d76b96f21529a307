/* What keys do to the text of a field. */
#include "editor_in.h"

#include <string.h>

#define PAGE_ROWS 10

/* ---- words ---- */
/* Letters, digits and marks; beyond ASCII everything that is not known as a sign.  Not the
 * C library's iswalnum(): fields work the same in every locale. */
static bool is_word(int32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		       (c >= 'A' && c <= 'Z') || c == '_';
	if (c < 0xC0)
		return c == 0xAA || c == 0xB5 || c == 0xBA;
	return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x206F) &&
	       !(c >= 0x2190 && c <= 0x2BFF) && !(c >= 0x3000 && c <= 0x3004) &&
	       !(c >= 0x3008 && c <= 0x3020) && !(c >= 0xFF00 && c <= 0xFF0F);
}

static size_t point_before(struct str s, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)s.s[at] & 0xC0) == 0x80);
	return at;
}

static size_t word_left(const struct editor *ed)
{
	struct str s = buf_str(&ed->text);
	size_t at = ed->cursor;

	while (at > 0 && !is_word(utf8_point(s, point_before(s, at), NULL)))
		at = point_before(s, at);
	while (at > 0 && is_word(utf8_point(s, point_before(s, at), NULL)))
		at = point_before(s, at);
	return text_snap(s, at);
}

static size_t word_right(const struct editor *ed)
{
	struct str s = buf_str(&ed->text);
	size_t at = ed->cursor, len;

	for (; at < s.n && !is_word(utf8_point(s, at, &len)); at += len)
		;
	for (; at < s.n && is_word(utf8_point(s, at, &len)); at += len)
		;
	return text_snap(s, at);
}

/* ---- lines, as they were typed ---- */
static size_t line_start(const struct editor *ed)
{
	size_t at = ed->cursor;

	while (at > 0 && ed->text.s[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct editor *ed)
{
	size_t left = ed->text.n - ed->cursor;
	const char *lf = left == 0 ? NULL : memchr(ed->text.s + ed->cursor, '\n', left);

	return lf == NULL ? ed->text.n : (size_t)(lf - ed->text.s);
}

/* ---- deleting ---- */
static void cut(struct editor *ed, enum change_kind kind, size_t from, size_t to)
{
	if (from < to)
		editor_edit(ed, kind, from, to - from, (struct str){ 0 });
}

static void backspace(struct editor *ed)
{
	cut(ed, CHANGE_BACK, text_prev(buf_str(&ed->text), ed->cursor), ed->cursor);
}

static void delete_next(struct editor *ed)
{
	cut(ed, CHANGE_FORWARD, ed->cursor, utf8_next(buf_str(&ed->text), ed->cursor));
}

static void kill_to_end(struct editor *ed)
{
	size_t end = line_end(ed);

	if (end == ed->cursor && end < ed->text.n)
		end++; /* at the end of a line: the line feed */
	cut(ed, CHANGE_BLOCK, ed->cursor, end);
}

/* ---- moving ---- */
static bool vertical(struct editor *ed, int width, int by)
{
	int row, col, rows;

	editor_where(ed, width, &row, &col, &rows);
	int goal = ed->goal >= 0 ? ed->goal : col;
	int target = row + by;
	if (target < 0)
		target = 0;
	if (target >= rows)
		target = rows - 1;
	if (target == row)
		return false;
	editor_move(ed, row_place(ed, (size_t)target, goal));
	ed->goal = goal;
	return true;
}

static void row_edge(struct editor *ed, int width, bool end)
{
	(void)rows_of(ed, width);
	size_t row = row_with(ed, ed->cursor);
	editor_move(ed, end ? row_end(ed, row) : row_start(ed, row));
}

static bool move_key(struct editor *ed, int key, int width)
{
	struct str s = buf_str(&ed->text);

	switch (key) {
	case K_LEFT: editor_move(ed, text_prev(s, ed->cursor)); return true;
	case K_RIGHT: editor_move(ed, utf8_next(s, ed->cursor)); return true;
	case K_WORD_LEFT: editor_move(ed, word_left(ed)); return true;
	case K_WORD_RIGHT: editor_move(ed, word_right(ed)); return true;
	case K_HOME:
	case K_CTRL('a'): row_edge(ed, width, false); return true;
	case K_END:
	case K_CTRL('e'): row_edge(ed, width, true); return true;
	case K_TOP: editor_move(ed, 0); return true;
	case K_BOTTOM: editor_move(ed, s.n); return true;
	case K_UP: return vertical(ed, width, -1);
	case K_DOWN: return vertical(ed, width, 1);
	case K_PAGE_UP: return vertical(ed, width, -PAGE_ROWS);
	case K_PAGE_DOWN: return vertical(ed, width, PAGE_ROWS);
	default: return false;
	}
}

static bool change_key(struct editor *ed, int key)
{
	switch (key) {
	case K_BACKSPACE: backspace(ed); return true;
	case K_DELETE: delete_next(ed); return true;
	case K_WORD_BACKSPACE:
	case K_CTRL('w'): cut(ed, CHANGE_BLOCK, word_left(ed), ed->cursor); return true;
	case K_CTRL('u'): cut(ed, CHANGE_BLOCK, line_start(ed), ed->cursor); return true;
	case K_CTRL('k'): kill_to_end(ed); return true;
	case K_CTRL('z'): (void)editor_undo(ed); return true;
	case K_CTRL('y'): (void)editor_redo(ed); return true;
	default: return false;
	}
}

bool editor_key(struct editor *ed, const struct event *ev, int width)
{
	if (ev->kind != EV_KEY)
		return false;
	if (ev->key == K_ENTER && !ed->one_line) {
		(void)editor_insert(ed, STR("\n"));
		return true;
	}
	if (ev->text.n > 0) {
		(void)editor_insert(ed, ev->text);
		return true;
	}
	return change_key(ed, ev->key) || move_key(ed, ev->key, width);
}
