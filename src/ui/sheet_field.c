/* What a person wrote, and where they write: always behind a bar, never in columns, nothing to
 * its right. */
#include "sheet_in.h"

#define LABEL_MOST 14 /* a label up to here leaves room for the bar at the second stop */
#define BAR_AT_HALF(width) ((width) / 2)
#define DOTS "•••"

bool fields_beside(const struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];

		if (b->kind == BLOCK_FIELD &&
		    (utf8_width(b->label) > LABEL_MOST || b->folded_under))
			return false;
	}
	return true;
}

static bool is_beside(const struct block *b, bool sheet_beside_too, bool stacked)
{
	if (stacked || b->folded_under)
		return false;
	return b->beside || (b->label.n > 0 && sheet_beside_too);
}

int field_columns(const struct block *b, int width, bool stacked, bool beside)
{
	if (is_beside(b, beside, stacked))
		return width - STOP - 2;
	return (width < PROSE_WIDTH ? width : PROSE_WIDTH) - 2;
}

int sheet_field_width(int cols)
{
	struct sheet none = { 0 };
	struct frame f;

	frame_init(&f, &none, 24, cols);
	return field_columns(&(struct block){ 0 }, f.width, f.stacked, false);
}

int sheet_width_of(const struct sheet *s, const struct block *b, int cols)
{
	struct frame f;

	frame_init(&f, s, 24, cols);
	return field_columns(b, f.width, f.stacked, fields_beside(s));
}

bool sheet_beside(const struct sheet *s, const struct block *b)
{
	return is_beside(b, fields_beside(s), false);
}

struct str first_words(struct arena *a, struct str text, int width)
{
	struct str rest = text, line;
	size_t at = 0;
	int used = 0;

	if (!str_line(&rest, &line))
		return (struct str){ 0 };
	if (utf8_width(line) <= width && str_trim(rest).n == 0)
		return line;
	while (at < line.n) {
		size_t next = utf8_next(line, at);
		int w = utf8_width(str_slice(line, at, next));

		if (used + w > width - 1)
			break;
		used += w;
		at = next;
	}
	return arena_fmt(a, "%.*s…", STR_ARG(str_slice(line, 0, at)));
}

/* A line of the person's own words, with what was searched for underlined. */
static void own_line(struct pen *p, const struct block *b, int y, int col, int width,
    struct str line, enum style st)
{
	size_t at, len, from = 0;

	pen_put(p, y, col, width, st, line);
	while (b->match.n > 0 && utf8_find(line, b->match, from, &at, &len) && len > 0) {
		pen_put(p, y, col + utf8_width(str_slice(line, 0, at)), width, STYLE_MATCH,
		    str_slice(line, at, at + len));
		from = at + len;
	}
}

/* Words behind bars, wrapped; at most `most` rows (0: all). */
static int barred(struct pen *p, const struct block *b, int y, int bar, int most)
{
	int width =
	    (bar > 0 ? p->width : (p->width < PROSE_WIDTH ? p->width : PROSE_WIDTH)) - bar -
	    2;
	enum style st =
	    b->resting && !pen_on(p, b) && p->focus > 0 ? STYLE_REST : STYLE_BODY;
	struct str rest = b->text, line;
	int rows = 0;

	while ((most == 0 || rows < most) && wrap_next(&rest, width, &line)) {
		if (most > 0 && rows + 1 == most && rest.n > 0)
			line = first_words(p->s->memory,
			    arena_fmt(p->s->memory, "%.*s\n…", STR_ARG(line)), width);
		pen_put(p, y + rows, bar, 1, STYLE_BAR, STR("│"));
		own_line(p, b, y + rows, bar + 2, width, line,
		    b->kind != BLOCK_MINE || !b->marked || rows > 0 ? st
		    : pen_on(p, b)                                  ? STYLE_FOCUS
								    : STYLE_HEAD);
		rows++;
	}
	return rows;
}

int mine_draw(struct pen *p, const struct block *b, int y)
{
	bool beside = !p->stacked && (b->beside || b->label.n > 0);
	int bar = beside ? STOP : 0, rows, side = 0;

	if (b->label.n > 0)
		side = pen_text(p, y, 0, beside ? STOP - 1 : p->width,
		    pen_on(p, b) ? STYLE_FOCUS : STYLE_BODY, b->label);
	rows = beside ? 0 : side;
	if (pen_on(p, b)) {
		pen_mark(p, y, 0, ">", STYLE_FOCUS);
		pen_cursor(p, y, side > 0 ? 0 : bar + 2);
	}
	rows += barred(p, b, y + rows, bar, b->rows);
	if (b->hint.n > 0)
		rows +=
		    pen_text(p, y + rows, bar + 2, p->width - bar - 2, STYLE_HINT, b->hint);
	return rows > side ? rows : side;
}

/* ---- fields ---- */

static bool only_field(const struct pen *p)
{
	int n = 0;

	for (size_t i = 0; i < p->s->count; i++)
		n += p->s->blocks[i].id != 0;
	return n < 2;
}

/* The rows of an open field, from `y` on: at least `least`, at most `most`, always with the
 * writing place among them. */
static int open_rows(
    struct pen *p, const struct block *b, int y, int bar, int width, int least, int most)
{
	int row, col, rows, show, first = 0;
	struct str line;

	editor_where(b->editor, width, &row, &col, &rows);
	show = rows < least ? least : rows > most ? most : rows;
	if (row >= show)
		first = row - show + 1;
	for (int i = 0; i < show; i++) {
		pen_put(
		    p, y + i, bar, 1, pen_on(p, b) ? STYLE_ACCENT : STYLE_BAR, STR("│"));
		if (b->password || !editor_row(b->editor, width, first + i, &line))
			continue;
		own_line(p, b, y + i, bar + 2, width, line, STYLE_BODY);
	}
	if (b->password) {
		bool any = editor_text(b->editor).n > 0;

		if (any)
			pen_put(p, y, bar + 2, 3, STYLE_BODY, STR(DOTS));
		row = first = 0;
		col = any ? 3 : 0;
	}
	if (pen_on(p, b)) {
		pen_cursor(p, y + row - first, bar + 2 + col);
		if (p->c != NULL)
			hits_text(p->hits, p->top + y - p->scroll, p->left + bar + 2, show,
			    width, first);
	}
	return show;
}

static int open_draw(struct pen *p, const struct block *b, int y)
{
	bool beside = is_beside(b, p->beside, p->stacked);
	int bar = beside ? STOP : 0, rows = 0, side = 0;
	int width = field_columns(b, p->width, p->stacked, p->beside);
	bool line = b->password || sheet_beside(p->s, b);
	int least = b->rows == 0 ? p->whole : line ? 1 : b->rows;
	int most = b->rows == 0 ? p->whole : b->password ? 1 : OPEN_MOST;

	if (b->label.n > 0)
		side = pen_text(p, y, 0, beside ? STOP - 1 : p->width,
		    pen_on(p, b) ? STYLE_FOCUS : STYLE_BODY, b->label);
	if (!beside)
		rows = side;
	if (pen_on(p, b) && !only_field(p)) /* beside what has the focus */
		pen_mark(p, y, beside && b->label.n == 0 ? STOP : 0, ">", STYLE_FOCUS);
	rows += open_rows(p, b, y + rows, bar, width, least, least > most ? least : most);
	if (b->hint.n > 0)
		rows += pen_text(p, y + rows, bar + 2, width, STYLE_HINT, b->hint);
	return rows > side ? rows : side;
}

static int folded_draw(struct pen *p, const struct block *b, int y)
{
	bool beside = is_beside(b, p->beside, p->stacked);
	enum style st = pen_on(p, b)                 ? STYLE_FOCUS
			: b->resting && p->focus > 0 ? STYLE_REST
						     : STYLE_BODY;
	int half = BAR_AT_HALF(p->width), rows = 0;
	struct block words = *b;

	if (b->label.n > 0)
		rows = pen_text(p, y, 0, beside ? STOP - 1 : p->width, st, b->label);
	pen_focus(p, b, y, b->label.n > 0 || !beside ? 0 : STOP);
	if (pen_on(p, b) && b->label.n == 0)
		pen_cursor(p, y, (beside ? STOP : 0) + 2);
	if (b->text.n == 0 && b->label.n > 0 && !b->password)
		return rows;
	if (b->password)
		words.text = b->text.n > 0 ? STR(DOTS) : (struct str){ 0 };
	if (words.text.n == 0) {
		pen_put(
		    p, y + (beside ? 0 : rows), beside ? STOP : 0, 1, STYLE_BAR, STR("│"));
		return beside && rows > 0 ? rows : rows + 1;
	}
	if (beside) {
		int n = barred(p, &words, y, STOP, 0);

		return n > rows ? n : rows;
	}
	if (!b->folded_under && !p->stacked && rows == 1 &&
	    utf8_width(b->label) + 2 <= half) {
		words.text = first_words(p->s->memory, b->text, p->width - half - 2);
		return barred(p, &words, y, half, 1);
	}
	if (sheet_beside(p->s, b))
		return rows + barred(p, &words, y + rows, 0, 0);
	if (!b->folded_under)
		words.text = first_words(p->s->memory, b->text,
		    (p->width < PROSE_WIDTH ? p->width : PROSE_WIDTH) - 2);
	return rows + barred(p, &words, y + rows, 0, b->folded_under ? 3 : 1);
}

int field_draw(struct pen *p, const struct block *b, int y)
{
	return b->editor != NULL ? open_draw(p, b, y) : folded_draw(p, b, y);
}
