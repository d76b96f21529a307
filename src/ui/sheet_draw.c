/* Drawing a sheet: lay it out, choose the part that is shown, draw that, then the corners.
 * Nothing here keeps anything between two pictures but the scroll of the caller's. */
#include "sheet_in.h"

/* Below the least size a page would be squeezed; one sentence is kinder. */
static void too_small(const struct sheet *s, struct canvas *c)
{
	struct str line, rest;
	int row = 0;

	rest = arena_fmt(s->memory,
	    _("This needs %d columns and %d rows; here are %d and %d. Ctrl-X leaves."),
	    LEAST_COLS, LEAST_ROWS, c->cols, c->rows);
	while (row < c->rows && wrap_next(&rest, c->cols, &line))
		(void)canvas_put(c, row++, 0, c->cols, STYLE_BODY, line);
	canvas_cursor(c, 0, 0);
}

/* The lock's field stands in the middle of the screen, at the same height for everybody. */
static void center(struct frame *f, const struct layout *l)
{
	int top = (f->rows - l->total) / 2;

	if (l->total > f->height || top < f->body)
		return;
	f->body = top;
	if (f->body + l->total > f->note)
		f->body = f->note - l->total;
}

static void draw_body(struct pen *p, const struct layout *l, size_t first, size_t last)
{
	const struct sheet *s = p->s;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];
		int y = l->y[i], rows;

		p->at_stop = p->at_stop && !p->stacked &&
			     (b->kind == BLOCK_CHECK || b->kind == BLOCK_OFFER);
		if (b->kind == BLOCK_GAP)
			continue;
		p->from = p->to = 0;
		if (i >= first && (i < last || i == first)) {
			p->from = y;
			p->to = p->scroll + p->height;
		}
		rows = block_draw(p, b, y);
		if (p->hits != NULL && p->from < p->to)
			for (int r = y; r < y + rows; r++) {
				if (r >= p->scroll && r < p->to)
					hits_add(p->hits, p->top + r - p->scroll,
					    p->left - 2, p->width + 2, b->id);
			}
		if ((b->kind == BLOCK_SIDE || b->kind == BLOCK_CARE) && b->id == 0)
			p->at_stop =
			    true; /* until something else than offers or boxes comes */
	}
}

static int more_bits(const struct layout *l, const struct sheet *s, int height, int scroll)
{
	size_t last = layout_last(l, s, height, scroll);
	int more = scroll > 0 ? 1 : 0;

	for (size_t i = last; i < s->count; i++) {
		if (s->blocks[i].kind != BLOCK_GAP)
			return more | 2;
	}
	return more;
}

void sheet_draw(const struct sheet *s, struct canvas *c, int focus, int *scroll, int *more,
    struct hit_map *hits)
{
	struct frame f;
	struct layout l;
	struct pen p;
	size_t first;
	int bits;

	canvas_clear(c);
	hits_clear(hits);
	if (more != NULL)
		*more = 0;
	if (c->rows < LEAST_ROWS || c->cols < LEAST_COLS) {
		too_small(s, c);
		return;
	}
	if (focus == 0)
		focus = s->focus != 0 ? s->focus : sheet_step(s, 0, 1);
	frame_init(&f, s, c->rows, c->cols);
	layout_init(&l, s, &f, focus);
	if (l.total > f.height) { /* room for the words that say so */
		frame_more(&f, s, 3);
		layout_init(&l, s, &f, focus);
	}
	*scroll = layout_fit(&l, s, f.height, sheet_index(s, focus), *scroll);
	bits = more_bits(&l, s, f.height, *scroll);
	frame_more(&f, s, bits);
	if (s->center)
		center(&f, &l);
	if (more != NULL)
		*more = bits;

	pen_init(&p, s, &f, focus);
	p.c = c;
	p.hits = hits;
	p.scroll = *scroll;
	p.whole = l.whole;
	first = layout_first(&l, s, *scroll);
	/* For screen readers the cursor is always somewhere: with nothing in focus, where
	 * the page begins. */
	canvas_cursor(c, f.body, f.left);
	draw_body(&p, &l, first, layout_last(&l, s, f.height, *scroll));
	frame_draw(&f, s, c, hits);
}
