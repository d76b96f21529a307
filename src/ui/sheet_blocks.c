/* The blocks of a body: prose, side heads, offers, boxes, rows of a table. */
#include "sheet_in.h"

#define SIDE_LABEL 15 /* columns of a side head */
#define TOPIC_AT 4
#define TOPIC_TEXT 19
#define TOPIC_WIDTH 14
#define TIME_AT 42 /* how long a page takes, in a list of pages */
#define STATE_WIDTH 13
#define BOLD_MOST 8

void pen_init(struct pen *p, const struct sheet *s, const struct frame *f, int focus)
{
	const struct block *b = sheet_block(s, focus);

	*p = (struct pen){ .s = s,
		.left = f->left,
		.width = f->width,
		.top = f->body,
		.height = f->height,
		.focus = focus,
		.whole = 3,
		.stacked = f->stacked };
	p->tight = f->rows < 24;
	p->beside = !f->stacked && fields_beside(s);
	p->row_lit = b != NULL && b->kind == BLOCK_ROW;
}

/* ---- strokes ---- */

static bool seen(const struct pen *p, int y)
{
	return p->c != NULL && y >= p->from && y < p->to && y >= p->scroll &&
	       y < p->scroll + p->height;
}

void pen_put(struct pen *p, int y, int col, int max, enum style st, struct str text)
{
	if (max > p->width - col)
		max = p->width - col;
	if (seen(p, y) && max > 0)
		(void)canvas_put(
		    p->c, p->top + y - p->scroll, p->left + col, max, st, text);
}

void pen_fill(struct pen *p, int y, int col, int n, enum style st, const char *glyph)
{
	if (n > p->width - col)
		n = p->width - col;
	if (seen(p, y) && n > 0)
		canvas_fill(p->c, p->top + y - p->scroll, p->left + col, n, st, glyph);
}

void pen_mark(struct pen *p, int y, int col, const char *glyph, enum style st)
{
	if (seen(p, y))
		(void)canvas_put(p->c, p->top + y - p->scroll, p->left + col - 2, 1, st,
		    str_from(glyph));
}

void pen_cursor(struct pen *p, int y, int col)
{
	if (seen(p, y))
		canvas_cursor(p->c, p->top + y - p->scroll, p->left + col);
}

int pen_text(struct pen *p, int y, int col, int width, enum style st, struct str text)
{
	struct str line;
	int rows = 0;

	while (wrap_next(&text, width, &line))
		pen_put(p, y + rows++, col, width, st, line);
	return rows;
}

bool pen_on(const struct pen *p, const struct block *b)
{
	return b->id != 0 && b->id == p->focus;
}

void pen_focus(struct pen *p, const struct block *b, int y, int col)
{
	if (!pen_on(p, b))
		return;
	pen_mark(p, y, col, ">", STYLE_FOCUS);
	pen_cursor(p, y, col);
}

static enum style tone(const struct pen *p, const struct block *b)
{
	if (pen_on(p, b))
		return STYLE_FOCUS;
	return b->resting && p->focus > 0 ? STYLE_REST : STYLE_BODY;
}

static int at_most(int width, int most)
{
	return width < most ? width : most;
}

/* ---- prose ---- */

/* Prose without its marks, and where it is bold. */
struct strong {
	struct str plain;
	struct {
		size_t from, to;
	} part[BOLD_MOST];
	size_t count;
};

static bool opens_strong(struct str t, size_t at, size_t *close)
{
	if (t.s[at] != '*' || at + 1 >= t.n || t.s[at + 1] == ' ' || t.s[at + 1] == '*')
		return false;
	for (size_t i = at + 2; i < t.n && t.s[i] != '\n'; i++) {
		if (t.s[i] == '*' && t.s[i - 1] != ' ') {
			*close = i;
			return true;
		}
	}
	return false;
}

static void strong_find(struct arena *a, struct str text, struct strong *out)
{
	char *plain = arena_make(a, char, text.n + 1);
	size_t n = 0, close = 0, open_until = 0;

	*out = (struct strong){ 0 };
	for (size_t i = 0; i < text.n; i++) {
		if (open_until != 0 && i == open_until) {
			out->part[out->count++].to = n;
			open_until = 0;
		} else if (open_until == 0 && out->count < BOLD_MOST &&
			   opens_strong(text, i, &close)) {
			out->part[out->count].from = n;
			open_until = close;
		} else {
			plain[n++] = text.s[i];
		}
	}
	out->plain = (struct str){ plain, n };
}

static int prose_draw(struct pen *p, const struct block *b, int y)
{
	int width = at_most(p->width, PROSE_WIDTH), rows = 0;
	struct strong st;
	struct str rest, line;

	strong_find(p->s->memory, b->text, &st);
	rest = st.plain;
	for (; wrap_next(&rest, width, &line); rows++) {
		size_t at = (size_t)(line.s - st.plain.s);

		pen_put(p, y + rows, 0, width, tone(p, b), line);
		for (size_t i = 0; line.n > 0 && i < st.count; i++) {
			size_t from = st.part[i].from > at ? st.part[i].from - at : 0;
			size_t to = st.part[i].to > at ? st.part[i].to - at : 0;

			if (to > line.n)
				to = line.n;
			if (from < to)
				pen_put(p, y + rows, utf8_width(str_slice(line, 0, from)),
				    width, STYLE_HEAD, str_slice(line, from, to));
		}
	}
	pen_focus(p, b, y, 0);
	return rows;
}

/* A side head and its words; under the head where there is no second stop. */
static int side_draw(
    struct pen *p, const struct block *b, int y, enum style head, enum style body)
{
	int rows, side = 0;

	if (b->label.n > 0)
		side = pen_text(p, y, 0,
		    p->stacked       ? p->width
		    : b->text.n == 0 ? SIDE_LABEL - 2 /* room for the mark beside it */
				     : SIDE_LABEL,
		    pen_on(p, b) ? STYLE_FOCUS : head, b->label);
	if (b->marked) /* who has the floor */
		pen_mark(p, y, 0, "▶", STYLE_FIRST);
	pen_focus(p, b, y, b->label.n > 0 || p->stacked ? 0 : STOP);
	if (p->stacked)
		return side + pen_text(p, y + side, 0, at_most(p->width, PROSE_WIDTH), body,
				  b->text);
	rows = pen_text(p, y, STOP, p->width - STOP, body, b->text);
	return rows > side ? rows : side;
}

/* ---- what can be chosen ---- */

static bool is_entry(const struct block *b)
{
	return b->kind == BLOCK_OFFER && (b->text.n > 0 || b->cell_count > 0);
}

/* As wide as the longest state on the page, so that all begin in one column. */
static int state_width(const struct pen *p)
{
	int most = STATE_WIDTH;

	for (size_t i = 0; i < p->s->count; i++) {
		int w = is_entry(&p->s->blocks[i]) ? utf8_width(p->s->blocks[i].hint) : 0;

		most = w > most ? w : most;
	}
	return at_most(most, p->width / 3);
}

/* Columns of a list of pages: what, how long, what is kept of it. */
static int entry_draw(struct pen *p, const struct block *b, int y, int x)
{
	int state = p->width - state_width(p), time = at_most(TIME_AT, state - 13), rows;
	int w;

	if (p->stacked) { /* one of the two; what is kept says more */
		struct str one = b->hint.n > 0 ? b->hint : b->text;

		w = utf8_width(one);
		rows = pen_text(p, y, x, p->width - x - w - 2, tone(p, b), b->label);
		pen_put(p, y, p->width - w, w, STYLE_HINT, one);
		return rows;
	}
	rows = pen_text(p, y, x, time - x - 2, tone(p, b), b->label);
	pen_put(p, y, time, state - time - 1, STYLE_HINT, b->text);
	pen_put(p, y, state, p->width - state, STYLE_HINT, b->hint);
	return rows;
}

static int offer_draw(struct pen *p, const struct block *b, int y)
{
	int x = p->at_stop ? STOP : 0, label = x, rows, room, w = utf8_width(b->hint);

	if (b->numbered) {
		pen_put(p, y, x, 2, tone(p, b), arena_fmt(p->s->memory, "%d", b->number));
		label += b->number < 10 ? 3 : 4;
	}
	pen_focus(p, b, y, x);
	if (pen_on(p, b))
		pen_cursor(p, y, label);
	if (is_entry(b))
		return entry_draw(p, b, y, label);
	room = p->width - label;
	if (w == 0 || w > room / 2) {
		rows = pen_text(p, y, label, room, tone(p, b), b->label);
		if (w > 0 && rows == 1 && utf8_width(b->label) + 2 + w <= room)
			pen_put(p, y, p->width - w, w, STYLE_HINT, b->hint);
		else if (w > 0)
			rows +=
			    pen_text(p, y + rows, label + 2, room - 2, STYLE_HINT, b->hint);
		return rows;
	}
	rows = pen_text(p, y, label, room - w - 2, tone(p, b), b->label);
	pen_put(p, y, p->width - w, w, STYLE_HINT, b->hint);
	return rows;
}

static int check_draw(struct pen *p, const struct block *b, int y)
{
	int x = p->at_stop ? STOP : 0, text = x + TOPIC_AT, rows, side;
	bool topic = b->label.n > 0;

	pen_put(p, y, x, 3, tone(p, b), str_from(b->marked ? "[x]" : "[ ]"));
	pen_focus(p, b, y, x);
	if (pen_on(p, b))
		pen_cursor(p, y, text);
	if (!topic)
		return pen_text(p, y, text, at_most(p->width, PROSE_WIDTH + x) - text,
		    tone(p, b), b->text);
	if (p->stacked) {
		rows = pen_text(p, y, text, p->width - text, tone(p, b), b->label);
		return rows +
		       pen_text(p, y + rows, text, p->width - text, STYLE_BODY, b->text);
	}
	side = pen_text(p, y, text, TOPIC_WIDTH, tone(p, b), b->label);
	rows = pen_text(p, y, x + TOPIC_TEXT, p->width - x - TOPIC_TEXT,
	    b->resting && !pen_on(p, b) ? STYLE_REST : STYLE_BODY, b->text);
	return rows > side ? rows : side;
}

static int rule_draw(struct pen *p, const struct block *b, int y)
{
	int w = utf8_width(b->label);

	if (w == 0) {
		pen_fill(p, y, 0, p->width, STYLE_LINE, "─");
		return 1;
	}
	pen_fill(p, y, 0, 2, STYLE_LINE, "─");
	pen_put(p, y, 3, w, STYLE_HINT, b->label);
	pen_fill(p, y, 4 + w, p->width - 4 - w, STYLE_LINE, "─");
	return 1;
}

int block_draw(struct pen *p, const struct block *b, int y)
{
	int wide = at_most(p->width, PROSE_WIDTH);

	switch (b->kind) {
	case BLOCK_GAP: return b->number;
	case BLOCK_PROSE: return prose_draw(p, b, y);
	case BLOCK_LOUD: return pen_text(p, y, 0, wide, STYLE_TITLE, b->text);
	case BLOCK_ACCENT: return pen_text(p, y, 0, p->width, STYLE_ACCENT, b->text);
	case BLOCK_HEAD:
		return pen_text(
		    p, y, 0, p->width, STYLE_HEAD, b->text.n > 0 ? b->text : b->label);
	case BLOCK_SIDE: return side_draw(p, b, y, STYLE_HEAD, STYLE_BODY);
	case BLOCK_CARE: return side_draw(p, b, y, STYLE_CARE_HEAD, STYLE_CARE);
	case BLOCK_OFFER: return offer_draw(p, b, y);
	case BLOCK_CHECK: return check_draw(p, b, y);
	case BLOCK_FIELD: return field_draw(p, b, y);
	case BLOCK_MINE: return mine_draw(p, b, y);
	case BLOCK_ROW: return row_draw(p, b, y);
	case BLOCK_COLUMNS: return columns_draw(p, b, y);
	case BLOCK_SCALE: return scale_draw(p, b, y);
	case BLOCK_MAP: return map_draw(p, b, y);
	case BLOCK_GAUGE: return gauge_draw(p, b, y);
	case BLOCK_BREATH: return breath_draw(p, b, y);
	case BLOCK_MONTH: return month_draw(p, b, y);
	case BLOCK_RULE: return rule_draw(p, b, y);
	}
	return 0;
}
