/* Water and stones: the map of five steps, the scale, the gauge, the breath. */
#include "sheet_in.h"

#define STONE "●"
#define RING "o"
#define WATER "─"
#define PHASES 5

static struct str number_str(struct pen *p, int n)
{
	return arena_fmt(p->s->memory, "%d", n);
}

/* ---- a scale, one notch a row ---- */

/* The stone lies where the focus is; else where it was put. */
static bool stone_here(const struct pen *p, const struct block *b)
{
	const struct block *f = sheet_block(p->s, p->focus);

	if (f != NULL && f->kind == BLOCK_SCALE)
		return f == b;
	return b->marked;
}

int scale_draw(struct pen *p, const struct block *b, int y)
{
	bool stone = stone_here(p, b);
	enum style st = pen_on(p, b) ? STYLE_FOCUS : STYLE_BODY;
	int rows;

	if (pen_on(p, b)) {
		pen_mark(p, y, 0, ">", STYLE_FOCUS);
		pen_cursor(p, y, b->number >= 10 ? 0 : 1);
	}
	if (b->number < 0) {
		pen_put(p, y, 1, 1, st, STR("—"));
	} else {
		struct str n = number_str(p, b->number);

		pen_put(p, y, 2 - (int)n.n, (int)n.n, st, n);
		pen_put(p, y, 4, 1, stone ? STYLE_ACCENT : STYLE_LINE,
		    stone           ? STR(STONE)
		    : b->text.n > 0 ? STR("├")
				    : STR("│"));
	}
	rows = pen_text(p, y, 7, p->width - 7, st, b->text);
	return rows > 0 ? rows : 1;
}

/* ---- the five stones ---- */

static int longest_word(struct str s)
{
	struct str word;
	int most = 0;

	while (str_cut(&s, ' ', &word)) {
		int w = utf8_width(word);

		most = w > most ? w : most;
	}
	return most;
}

static int stones(const struct block *b)
{
	return b->cell_count > 0 ? b->cell_count : 5;
}

/* The names under their stones; where the words do not fit, only the one where one stands. */
static int map_names(struct pen *p, const struct block *b, int y, int pitch)
{
	int n = stones(b), rows = 0, here = b->number - 1;
	bool fit = true;

	for (int i = 0; i < b->cell_count; i++)
		fit = fit && longest_word(b->cells[i]) <= pitch - 2;
	for (int i = 0; fit && i < b->cell_count; i++) {
		int width = i + 1 < n ? pitch - 2 : p->width - i * pitch;
		int k = pen_text(p, y, i * pitch, width,
		    i == here ? STYLE_ACCENT : STYLE_BODY, b->cells[i]);

		rows = k > rows ? k : rows;
	}
	if (!fit && here >= 0 && here < b->cell_count) {
		int w = utf8_width(b->cells[here]), x = here * pitch;

		if (x + w > p->width)
			x = p->width - w;
		pen_put(p, y, x < 0 ? 0 : x, p->width, STYLE_ACCENT, b->cells[here]);
		rows = 1;
	}
	return rows;
}

int map_draw(struct pen *p, const struct block *b, int y)
{
	int n = stones(b), pitch = p->width >= 72 ? 15 : (p->width - 2) / n;
	int here = b->number - 1;

	if (pitch * (n - 1) + 2 > p->width)
		pitch = (p->width - 2) / n;
	if (here >= 0 && here < n) {
		struct str words = b->label.n > 0 ? b->label : str_from(_("you are here"));
		int x = here * pitch, w = utf8_width(words);

		if (x + w > p->width)
			x = p->width - w;
		pen_put(p, y, x, w, STYLE_ACCENT, words);
	}
	pen_fill(p, y + 1, 0, p->width, STYLE_LINE, WATER);
	for (int i = 0; i < n; i++) {
		bool full = b->marks != NULL && b->marks[i] == 'x';
		enum style st = i == here ? STYLE_ACCENT : STYLE_BODY;

		pen_put(p, y + 1, i * pitch, 1, st, full ? STR(STONE) : STR(RING));
		pen_put(p, y + 2, i * pitch, 2, st, number_str(p, i + 1));
	}
	if (pen_on(p, b)) {
		pen_mark(p, y + 1, 0, ">", STYLE_FOCUS);
		pen_cursor(p, y + 1, here > 0 ? here * pitch : 0);
	}
	return 3 + map_names(p, b, y + 3, pitch);
}

/* ---- a stone on the water ---- */

/* Depths: one ring for each, the stone at the one in use. */
static int rings_draw(struct pen *p, const struct block *b, int y)
{
	int n = b->cell_count, pitch = 15, rows = 0;

	if ((n - 1) * pitch + longest_word(b->cells[n - 1]) > p->width)
		pitch = (p->width - longest_word(b->cells[n - 1])) / (n > 1 ? n - 1 : 1);
	pen_fill(p, y, 0, (n - 1) * pitch, STYLE_LINE, WATER);
	for (int i = 0; i < n; i++) {
		bool here = i + 1 == b->number;
		int width = i + 1 < n ? pitch - 1 : p->width - i * pitch;
		int k;

		pen_put(p, y, i * pitch, 1, here ? STYLE_ACCENT : STYLE_BODY,
		    here ? STR(STONE) : STR(RING));
		k = pen_text(p, y + 1, i * pitch, width, here ? STYLE_ACCENT : STYLE_BODY,
		    b->cells[i]);
		rows = k > rows ? k : rows;
	}
	pen_focus(p, b, y, 0);
	return 1 + rows;
}

int gauge_draw(struct pen *p, const struct block *b, int y)
{
	int at = 0;

	if (b->cell_count > 0)
		return rings_draw(p, b, y);
	if (b->most > 0) {
		int64_t n = b->number < 0 ? 0 : b->number > b->most ? b->most : b->number;

		at = (int)(n * (p->width - 1) / b->most);
	}
	pen_fill(p, y, 0, p->width, STYLE_LINE, WATER);
	pen_put(p, y, at, 1, STYLE_ACCENT, STR(STONE));
	pen_focus(p, b, y, 0);
	return 1 + pen_text(p, y + 1, 0, p->width, STYLE_HINT, b->text);
}

/* ---- the breath ---- */

struct stretch {
	int col, cols;
	float from, secs;
	struct str words;
};

static struct str phase_words(const struct block *b, int i)
{
	static const char *const words[PHASES] = { N_("Breathe in"), N_("a little more"),
		N_("Hold, if it is easy"), N_("Breathe out"), N_("Rest") };

	if (b->cell_count == PHASES && b->cells[i].n > 0)
		return b->cells[i];
	if (i == 0 && b->label.n > 0)
		return b->label;
	if (i == 3 && b->text.n > 0)
		return b->text;
	return str_from(_(words[i]));
}

/* The phases that last, side by side; columns for a second are the same in all. */
static int stretches(
    const struct pen *p, const struct block *b, struct stretch *out, float *each)
{
	float total = 0, from = 0;
	int n = 0, col = 0, gap;

	for (int i = 0; i < PHASES; i++) {
		total += b->phases[i];
		n += b->phases[i] > 0;
	}
	gap = n > 3 ? 2 : 4;
	*each = total > 0 ? (float)(p->width - gap * (n - 1)) / total : 1.0F;
	if (*each > 6.0F)
		*each = 6.0F;
	else if (*each > 1.0F)
		*each = (float)(int)*each;
	n = 0;
	for (int i = 0; i < PHASES; i++) {
		if (b->phases[i] <= 0)
			continue;
		int cols = (int)(b->phases[i] * *each + 0.5F);

		out[n++] = (struct stretch){ col, cols > 0 ? cols : 1, from, b->phases[i],
			phase_words(b, i) };
		col += out[n - 1].cols + gap;
		from += b->phases[i];
	}
	return n;
}

int breath_draw(struct pen *p, const struct block *b, int y)
{
	struct stretch part[PHASES];
	int rows = 1, n;
	float each;

	if (b->phases == NULL)
		return 0;
	n = stretches(p, b, part, &each);
	for (int i = 0; i < n; i++) {
		int end = i + 1 < n ? part[i + 1].col - 1 : p->width;
		bool now = b->at >= part[i].from && b->at < part[i].from + part[i].secs;
		int k = pen_text(p, y, part[i].col, end - part[i].col,
		    now ? STYLE_HEAD : STYLE_BODY, part[i].words);

		rows = k > rows ? k : rows;
	}
	for (int i = 0; i < n; i++) {
		float into = b->at - part[i].from;

		pen_fill(p, y + rows + 1, part[i].col, part[i].cols, STYLE_LINE, WATER);
		if (b->at >= 0 && into >= 0 && into < part[i].secs)
			pen_put(p, y + rows + 1,
			    part[i].col + (int)(into * (float)part[i].cols / part[i].secs),
			    1, STYLE_ACCENT, STR(STONE));
		for (int k = 0; each >= 3.0F && (float)k < part[i].secs; k++)
			pen_put(p, y + rows + 2, part[i].col + (int)((float)k * each), 2,
			    STYLE_HINT, number_str(p, k + 1));
	}
	return rows + (each >= 3.0F ? 3 : 2);
}
