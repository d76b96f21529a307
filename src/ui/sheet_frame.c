/* The four corners of a page: place and fact, title and aside, note, footer; and where the
 * body lies between them (the look book's grid). */
#include "sheet_in.h"

#define FOOTER_MOST (ACT_COUNT + 8)
#define ITEM_GAP 3

void frame_init(struct frame *f, const struct sheet *s, int rows, int cols)
{
	bool roomy = rows >= 24;
	int margin = cols >= 76 ? 4 : 2;
	int most;

	*f = (struct frame){ .rows = rows, .cols = cols };
	f->width = cols - 2 * margin < PAGE_WIDTH ? cols - 2 * margin : PAGE_WIDTH;
	f->left = (cols - f->width) / 2;
	f->stacked = cols < 72;
	f->place = roomy ? 1 : 0;
	f->title = roomy ? 3 : 1;
	f->title_rows = s->title.n == 0 ? 1 : wrap_count(s->title, f->width);
	if (f->title_rows > 2)
		f->title_rows = 2;
	/* A page without a title begins where the title would stand. */
	f->body = s->title.n == 0 ? f->title : f->title + f->title_rows + 1;
	f->footer = rows - 1;
	f->note = rows - 3;
	f->note_used = s->note.n > 0 || s->kept.n > 0;
	if (s->note.n > 0 && wrap_count(s->note, f->width) > 1)
		f->note--; /* its words matter more than a row of the body */
	if (s->neutral && s->title.n == 0) { /* nothing above: the whole height is body */
		f->body = 0;
		most = rows;
	} else {
		most = BODY_MOST;
	}
	f->height = f->note - f->body + (f->note_used ? 0 : 1);
	if (f->height > most)
		f->height = most;
}

/* Whether the fact still has room for "more below" after it. */
static bool fact_takes(const struct frame *f, const struct sheet *s, struct str more)
{
	int need = utf8_width(s->place) + 2 + utf8_width(s->fact) + utf8_width(more);

	return !s->neutral && need + (s->fact.n > 0 ? 3 : 0) <= f->width;
}

/* What is left beside the last row of the note. */
static int note_room(const struct frame *f, const struct sheet *s)
{
	struct str rest = s->note, line, last = { 0 };

	while (wrap_next(&rest, f->width, &line))
		last = line;
	return f->width - utf8_width(last) - (last.n > 0 ? 2 : 0);
}

void frame_more(struct frame *f, const struct sheet *s, int more)
{
	static const char *const words[] = { "", N_("more above"), N_("more below"),
		N_("more above and below") };
	bool beside;

	f->more = str_from(more == 0 ? "" : _(words[more & 3]));
	f->more_in_fact = false;
	if (f->more.n == 0)
		return;
	beside = f->note_used && utf8_width(f->more) <= note_room(f, s) && s->kept.n == 0;
	f->more_in_fact = !beside && fact_takes(f, s, f->more);
	if (f->more_in_fact || (f->note_used && utf8_width(f->more) <= note_room(f, s)))
		return;
	/* It needs a row: the note's, or one more. */
	if (f->note_used && !f->more_row)
		f->note--;
	f->more_row = f->note_used || f->more_row;
	f->note_used = true;
	if (f->body + f->height > f->note)
		f->height = f->note - f->body;
}

/* Left and right on one row; the right one only where both have room. */
static void draw_pair(const struct frame *f, struct canvas *c, int row, enum style st,
    enum style right_style, struct str left, struct str right)
{
	int used = canvas_put(c, row, f->left, f->width, st, left);
	int w = utf8_width(right);

	if (w > 0 && used + (used > 0 ? 2 : 0) + w <= f->width)
		(void)canvas_put(c, row, f->left + f->width - w, w, right_style, right);
}

static void draw_title(const struct frame *f, const struct sheet *s, struct canvas *c)
{
	enum style st = s->error ? STYLE_ERROR : STYLE_TITLE;
	struct str rest = s->title, line;

	if (s->error)
		(void)canvas_put(c, f->title, f->left - 2, 1, STYLE_ERROR, STR("!"));
	if (f->title_rows == 1) {
		draw_pair(f, c, f->title, st, STYLE_HINT, s->title, s->aside);
		return;
	}
	for (int i = 0; i < f->title_rows && wrap_next(&rest, f->width, &line); i++)
		(void)canvas_put(c, f->title + i, f->left, f->width, st, line);
}

static void draw_note(const struct frame *f, const struct sheet *s, struct canvas *c)
{
	struct str more = f->more_in_fact ? STR("") : f->more, right = s->kept;
	struct str rest = s->note, line, both;
	int row = f->note, room = note_room(f, s);

	if (more.n > 0 && s->kept.n > 0) {
		both = arena_fmt(s->memory, "%.*s · %.*s", STR_ARG(s->kept), STR_ARG(more));
		right = utf8_width(both) <= room ? both : more;
	} else if (more.n > 0) {
		right = more;
	}
	for (; wrap_next(&rest, f->width, &line) && row < f->rows - 2; row++) {
		bool last = rest.n == 0 && !f->more_row;

		draw_pair(f, c, row, STYLE_HINT, STYLE_HINT, line,
		    last ? right : (struct str){ 0 });
	}
	if (f->more_row || row == f->note)
		draw_pair(
		    f, c, f->rows - 3, STYLE_HINT, STYLE_HINT, (struct str){ 0 }, right);
}

/* ---- the footer ---- */

struct item {
	struct str key, word;
	int act; /* -1: only words */
};

static int item_width(const struct item *it)
{
	return utf8_width(it->key) + 1 + utf8_width(it->word);
}

static size_t add_item(struct item *list, size_t n, const struct sheet *s, enum action act)
{
	int at = sheet_action(s, act);
	struct str word = at >= 0 ? s->actions[at].word : (struct str){ 0 };

	list[n] = (struct item){ action_key(act, s->typing),
		word.n > 0 ? word : action_word(act), (int)act };
	/* A one-line field hands Enter on when the page says what it does. */
	if (list[n].key.n == 0 && act == ACT_OPEN && word.n > 0)
		list[n].key = action_key(act, false);
	return list[n].key.n > 0 ? n + 1 : n;
}

static size_t footer_items(const struct sheet *s, struct item *list)
{
	int ground = sheet_action(s, ACT_GROUND);
	size_t n = add_item(list, 0, s, ACT_HELP);

	if (!s->neutral && (ground < 0 || s->actions[ground].why_not.n == 0))
		n = add_item(list, n, s, ACT_GROUND);
	for (size_t i = 0; i < s->action_count; i++) {
		enum action act = s->actions[i].act;

		if (!s->actions[i].footer || s->actions[i].why_not.n > 0 ||
		    act == ACT_HELP || act == ACT_GROUND || act == ACT_LEAVE)
			continue;
		if (act == ACT_COUNT)
			list[n++] =
			    (struct item){ s->actions[i].key, s->actions[i].word, -1 };
		else
			n = add_item(list, n, s, act);
	}
	return n;
}

static void draw_footer(
    const struct frame *f, const struct sheet *s, struct canvas *c, struct hit_map *hits)
{
	struct item list[FOOTER_MOST], leave;
	size_t n = footer_items(s, list), keep, all = n;
	int room, total = 0, col = f->left;

	(void)add_item(&leave, 0, s, ACT_LEAVE);
	room = f->width - item_width(&leave) - ITEM_GAP;
	for (size_t i = 0; i < n; i++)
		total += item_width(&list[i]) + (i > 0 ? ITEM_GAP : 0);
	/* What goes first is what stands last; help and ground me never go. */
	keep = s->neutral ? 1 : 2;
	while (n > keep && total > room) {
		n--;
		total -= item_width(&list[n]) + ITEM_GAP;
	}
	for (size_t i = n + 1; i < all; i++) { /* a shorter one may still fit */
		if (total + ITEM_GAP + item_width(&list[i]) > room)
			continue;
		total += ITEM_GAP + item_width(&list[i]);
		list[n++] = list[i];
	}
	list[n++] = leave;
	for (size_t i = 0; i < n; i++) {
		int w = item_width(&list[i]), used;

		if (i + 1 == n)
			col = f->left + f->width - w;
		used = canvas_put(c, f->footer, col, w, STYLE_KEY, list[i].key);
		(void)canvas_put(
		    c, f->footer, col + used + 1, w - used, STYLE_HINT, list[i].word);
		if (list[i].act >= 0)
			hits_add(hits, f->footer, col, w, -1 - list[i].act);
		col += w + ITEM_GAP;
	}
}

void frame_draw(
    const struct frame *f, const struct sheet *s, struct canvas *c, struct hit_map *hits)
{
	struct str fact = s->fact;

	if (f->more_in_fact && f->more.n > 0)
		fact = s->fact.n == 0 ? f->more
				      : arena_fmt(s->memory, "%.*s · %.*s",
					    STR_ARG(s->fact), STR_ARG(f->more));
	if (!s->neutral || s->place.n > 0)
		draw_pair(f, c, f->place, STYLE_HINT, STYLE_HINT, s->place, fact);
	if (s->title.n > 0)
		draw_title(f, s, c);
	if (f->note_used)
		draw_note(f, s, c);
	draw_footer(f, s, c, hits);
}
