/* Which part of a long body is shown.  A window begins at the start of a block and shows only
 * whole blocks; one that is longer than the window is the exception and scrolls by rows. */
#include "sheet_in.h"

int sheet_index(const struct sheet *s, int id)
{
	const struct block *b = sheet_block(s, id);

	return b == NULL ? -1 : (int)(b - s->blocks);
}

static bool is_gap(const struct sheet *s, size_t i)
{
	return s->blocks[i].kind == BLOCK_GAP;
}

static int end_of(const struct layout *l, size_t i)
{
	return l->y[i] + l->h[i];
}

/* Beside a side head without words of its own stand the offers or boxes that follow it. */
static bool holds_stop(const struct sheet *s, size_t i)
{
	const struct block *b = &s->blocks[i];
	bool side = b->kind == BLOCK_SIDE || b->kind == BLOCK_CARE;

	return side && b->id == 0 && i + 1 < s->count &&
	       (s->blocks[i + 1].kind == BLOCK_CHECK ||
		   s->blocks[i + 1].kind == BLOCK_OFFER);
}

static int measure(struct pen *p, struct layout *l)
{
	const struct sheet *s = p->s;
	int y = 0, blank = 1, side_end = 0;

	p->columns = NULL;
	p->at_stop = false;
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];
		int h;

		if (p->at_stop && b->kind != BLOCK_CHECK && b->kind != BLOCK_OFFER) {
			p->at_stop = false;
			y = y > side_end ? y : side_end;
		}
		if (b->kind ==
		    BLOCK_GAP) { /* never adds up with rows that are blank already */
			int rows = p->tight && b->number > 1 ? 1 : b->number;
			int more = y == 0 ? 0 : rows - blank;

			l->y[i] = y;
			l->h[i] = more > 0 ? more : 0;
			y += l->h[i];
			blank += l->h[i];
			continue;
		}
		h = block_draw(p, b, y);
		l->y[i] = y;
		if (holds_stop(s, i) && !p->stacked) {
			p->at_stop = true;
			side_end = y + h;
			h = b->text.n > 0 ? h : 0;
		}
		l->h[i] = h;
		y += h;
		blank = b->kind == BLOCK_COLUMNS && h > 0 ? 1 : 0;
	}
	p->at_stop = false;
	return y > side_end ? y : side_end;
}

void layout_init(struct layout *l, const struct sheet *s, const struct frame *f, int focus)
{
	struct pen p;

	pen_init(&p, s, f, focus);
	l->y = arena_make(s->memory, int, s->count + 1);
	l->h = arena_make(s->memory, int, s->count + 1);
	l->whole = 0;
	l->total = measure(&p, l);
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];

		if (b->kind != BLOCK_FIELD || b->rows != 0 || b->editor == NULL)
			continue;
		/* The page is this field's: it takes what the others leave. */
		l->whole = f->height - (l->total - l->h[i]) - (f->note_used ? 1 : 0);
		if (b->label.n > 0)
			l->whole--;
		if (l->whole < 3)
			l->whole = 3;
		p.whole = l->whole;
		l->total = measure(&p, l);
		return;
	}
}

size_t layout_first(const struct layout *l, const struct sheet *s, int scroll)
{
	for (size_t i = 0; i < s->count; i++) {
		if (l->y[i] >= scroll || end_of(l, i) > scroll)
			return i;
	}
	return s->count;
}

size_t layout_last(const struct layout *l, const struct sheet *s, int height, int scroll)
{
	size_t first = layout_first(l, s, scroll), i = first;

	for (; i < s->count; i++) {
		if (end_of(l, i) > scroll + height && i != first)
			break;
		if (end_of(l, i) > scroll + height)
			return i; /* cut, because it is longer than the window */
	}
	/* A heading does not stay behind without what it heads. */
	for (size_t k = i; i < s->count && k > first + 1; k--) {
		if (is_gap(s, k - 1))
			continue;
		if (s->blocks[k - 1].kind != BLOCK_HEAD)
			break;
		i = k - 1;
	}
	return i;
}

/* The start of the first block that begins at `row` or later. */
static int snap_down(const struct layout *l, const struct sheet *s, int row)
{
	for (size_t i = 0; i < s->count; i++) {
		if (l->y[i] >= row && !is_gap(s, i))
			return l->y[i];
	}
	return row;
}

/* Where the words that belong to block `i` begin: after the block before it that can take
 * the focus, as far as all of it still fits. */
static int lead_in(const struct layout *l, const struct sheet *s, size_t i, int height)
{
	int low = end_of(l, i) - height, start = l->y[i];

	for (size_t k = i; k > 0 && s->blocks[k - 1].id == 0 && l->y[k - 1] >= low; k--) {
		if (!is_gap(s, k - 1))
			start = l->y[k - 1];
	}
	return start;
}

int layout_fit(
    const struct layout *l, const struct sheet *s, int height, int focus, int scroll)
{
	size_t first, f = (size_t)focus;

	if (l->total <= height || s->count == 0)
		return 0;
	if (scroll < 0)
		scroll = 0;
	if (scroll >= l->total)
		scroll = l->total - 1;
	first = layout_first(l, s, scroll);
	if (is_gap(s, first))
		scroll = snap_down(l, s, scroll);
	else if (l->h[first] <= height)
		scroll = l->y[first];
	if (focus < 0)
		return scroll;
	if (l->h[f] > height) { /* longer than the window: any part of it will do */
		if (scroll >= l->y[f] && scroll < end_of(l, f))
			return scroll;
		return l->y[f];
	}
	if (l->y[f] < scroll)
		return lead_in(l, s, f, height);
	if (end_of(l, f) > scroll + height || f >= layout_last(l, s, height, scroll)) {
		int low = snap_down(l, s, end_of(l, f) - height);

		return low < l->y[f] ? low : l->y[f];
	}
	return scroll;
}

/* ---- turning pages and moving ---- */

struct sight {
	struct frame f;
	struct layout l;
	int height, scroll;
	size_t first, last; /* blocks seen whole */
	bool below;
};

static bool words_below(const struct sight *v, const struct sheet *s)
{
	for (size_t i = v->last; i < s->count; i++) {
		if (!is_gap(s, i))
			return true;
	}
	return false;
}

static void look(struct sight *v, const struct sheet *s)
{
	v->first = layout_first(&v->l, s, v->scroll);
	v->last = layout_last(&v->l, s, v->height, v->scroll);
	v->below = words_below(v, s);
}

/* Lay the sheet out once more, with the note row given to "more below" where it is. */
static void sight_init(
    struct sight *v, const struct sheet *s, int rows, int cols, const struct spot *at)
{
	int focus = at->loose ? -1 : at->focus;

	/* On a screen that is too small nothing of this is seen; it must only end. */
	frame_init(&v->f, s, rows < LEAST_ROWS ? LEAST_ROWS : rows,
	    cols < LEAST_COLS ? LEAST_COLS : cols);
	layout_init(&v->l, s, &v->f, focus);
	if (v->l.total > v->f.height) {
		frame_more(&v->f, s, 3);
		layout_init(&v->l, s, &v->f, focus);
	}
	v->height = v->f.height;
	v->scroll = layout_fit(&v->l, s, v->height, sheet_index(s, focus), at->scroll);
	look(v, s);
}

static void put_scroll(
    const struct sight *v, const struct sheet *s, int scroll, struct spot *at)
{
	size_t top = layout_first(&v->l, s, scroll);

	at->scroll = scroll;
	at->top = (int)top;
	at->inside = top < s->count && scroll > v->l.y[top] ? scroll - v->l.y[top] : 0;
}

void sheet_anchor(const struct sheet *s, int rows, int cols, struct spot *at)
{
	struct sight v;

	sight_init(&v, s, rows, cols, at);
	if (at->top >= 0 && (size_t)at->top < s->count)
		at->scroll = v.l.y[at->top] + at->inside;
}

static void land(struct sight *v, const struct sheet *s, struct spot *at)
{
	look(v, s);
	put_scroll(v, s, v->scroll, at);
	at->loose = true;
	for (size_t i = v->first; i < s->count && (i < v->last || i == v->first); i++) {
		if (s->blocks[i].id == 0)
			continue;
		at->focus = s->blocks[i].id;
		at->loose = false;
		return;
	}
}

static bool turn(struct sight *v, const struct sheet *s, int by, struct spot *at)
{
	size_t first = v->first;
	bool tall = first < s->count && v->l.h[first] > v->height;

	if (by > 0) {
		if (!v->below)
			return false;
		if (tall && v->last == first)
			v->scroll += v->height - 1;
		else
			v->scroll = snap_down(&v->l, s, v->l.y[v->last]);
	} else {
		if (v->scroll == 0)
			return false;
		if (tall && v->scroll > v->l.y[first])
			v->scroll = v->scroll - (v->height - 1) > v->l.y[first]
					? v->scroll - (v->height - 1)
					: v->l.y[first];
		else
			v->scroll = v->scroll <= v->height
					? 0
					: snap_down(&v->l, s, v->scroll - v->height);
	}
	land(v, s, at);
	return true;
}

bool sheet_turn(const struct sheet *s, int rows, int cols, int by, struct spot *at)
{
	struct sight v;

	sight_init(&v, s, rows, cols, at);
	return turn(&v, s, by, at);
}

/* The block to go to from a page on which nothing has the focus. */
static int loose_step(const struct sight *v, const struct sheet *s, int by)
{
	if (by > 0) {
		for (size_t i = v->first; i < s->count; i++) {
			if (s->blocks[i].id != 0)
				return s->blocks[i].id;
		}
		return 0;
	}
	for (size_t i = v->first; i > 0; i--) {
		if (s->blocks[i - 1].id != 0)
			return s->blocks[i - 1].id;
	}
	return 0;
}

bool sheet_move(const struct sheet *s, int rows, int cols, int by, struct spot *at)
{
	struct sight v;
	int to, i;

	sight_init(&v, s, rows, cols, at);
	to = at->loose ? loose_step(&v, s, by) : sheet_step(s, at->focus, by);
	i = sheet_index(s, to);
	if (i < 0)
		return turn(&v, s, by, at);
	if (by > 0 && v.below && (size_t)i >= v.last) {
		int top = snap_down(&v.l, s, end_of(&v.l, (size_t)i) - v.height);

		if (top > v.l.y[v.last]) /* words in between would never be seen */
			return turn(&v, s, by, at);
	}
	if (by < 0 && v.l.y[i] < v.scroll &&
	    lead_in(&v.l, s, (size_t)i, v.height) + v.height < v.scroll)
		return turn(&v, s, by, at);
	at->focus = to;
	at->loose = false;
	put_scroll(&v, s, layout_fit(&v.l, s, v.height, i, v.scroll), at);
	return true;
}

bool sheet_shows(const struct sheet *s, int rows, int cols, int scroll, int id)
{
	struct sight v;
	int i = sheet_index(s, id);

	sight_init(&v, s, rows, cols, &(struct spot){ .scroll = scroll, .loose = true });
	return i >= 0 && (size_t)i >= v.first &&
	       ((size_t)i < v.last || (size_t)i == v.first);
}
