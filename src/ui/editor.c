/* The text of a field and the one way in which it changes.
 *
 * Two things always hold: the text is composed (NFC), and the cursor stands between two
 * graphemes.  A mark that is typed after its letter, or a deletion that brings the two
 * together, would break both, so every change looks at the seams it leaves. */
#include "editor_in.h"

#include <stdlib.h>
#include <string.h>

static bool is_ascii(struct str s, size_t at)
{
	return (unsigned char)s.s[at] < 0x80;
}

/* A place that is a boundary whatever stands before it: graphemes can be counted from here.
 */
static bool is_certain(struct str s, size_t at)
{
	if (at == 0 || s.s[at - 1] == '\n')
		return true;
	return at < s.n && is_ascii(s, at - 1) && is_ascii(s, at);
}

size_t text_prev(struct str s, size_t at)
{
	if (at == 0)
		return 0;
	size_t from = at - 1, last;
	while (!is_certain(s, from))
		from--;
	for (last = from; from < at; from = utf8_next(s, from))
		last = from;
	return last;
}

size_t text_snap(struct str s, size_t at)
{
	size_t from = at;

	if (at >= s.n)
		return s.n;
	while (!is_certain(s, from))
		from--;
	while (from < at)
		from = utf8_next(s, from);
	return from;
}

/* ---- changing ---- */
static void apply(struct editor *ed, const struct change *c)
{
	history_add(ed, c);
	buf_splice(&ed->text, c->at, c->del.n, buf_str(&c->ins));
	rows_changed(ed->rows, c->at);
	ed->cursor = text_snap(buf_str(&ed->text), c->after);
	ed->history.items[ed->history.done - 1].after = ed->cursor;
	ed->changed = true;
	ed->goal = -1;
}

/* Length of what `a` and `b` have in common at the front, in whole characters. */
static size_t same_front(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.s[n] == b.s[n])
		n++;
	while (n > 0 && ((n < a.n && ((unsigned char)a.s[n] & 0xC0) == 0x80) ||
			    (n < b.n && ((unsigned char)b.s[n] & 0xC0) == 0x80)))
		n--;
	return n;
}

static size_t same_back(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.s[a.n - 1 - n] == b.s[b.n - 1 - n])
		n++;
	while (n > 0 && ((unsigned char)a.s[a.n - n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* Only a character beyond ASCII can join the one before it. */
static bool can_join(struct str follows)
{
	return follows.n > 0 && !is_ascii(follows, 0);
}

/* A change at a seam: compose the graphemes on both sides with what comes between, and
 * leave out what stays as it is. */
static void compose(
    struct change *c, struct str text, size_t at, size_t del, struct str ins)
{
	struct str front = str_slice(text, text_prev(text, at), at);
	struct str rest = str_slice(text, at + del, text.n);
	struct str back = str_slice(rest, 0, utf8_next(rest, 0));
	struct arena *a = arena_new();
	struct str joined = utf8_nfc(
	    a, arena_fmt(a, "%.*s%.*s%.*s", STR_ARG(front), STR_ARG(ins), STR_ARG(back)));
	size_t head = same_front(front, joined);
	joined = str_slice(joined, head, joined.n);
	size_t tail = same_back(back, joined);
	joined.n -= tail;

	c->at = at - front.n + head;
	buf_add(&c->ins, joined);
	buf_add(&c->del, str_slice(text, c->at, at + del + back.n - tail));
	arena_free(a);
}

void editor_edit(
    struct editor *ed, enum change_kind kind, size_t at, size_t del, struct str ins)
{
	struct str text = buf_str(&ed->text);
	struct str rest = str_slice(text, at + del, text.n);
	struct change c = { .kind = kind, .at = at, .before = ed->cursor };

	if (del == 0 && ins.n == 0)
		return;
	if (can_join(rest) || can_join(ins)) {
		compose(&c, text, at, del, ins);
	} else {
		buf_add(&c.ins, ins);
		buf_add(&c.del, str_slice(text, at, at + del));
	}
	c.after = c.at + c.ins.n;
	apply(ed, &c);
	buf_free(&c.ins);
	buf_free(&c.del);
}

bool editor_insert(struct editor *ed, struct str text)
{
	struct buf clean = { 0 };
	size_t room = EDITOR_MOST - ed->text.n;

	utf8_clean(&clean, text, !ed->one_line);
	struct str s = buf_str(&clean);
	bool fits = s.n <= room;
	if (!fits) {
		size_t cut = text_snap(s, room);
		s = str_slice(s, 0, cut > room ? text_prev(s, cut) : cut);
	}
	bool typed = s.n > 0 && utf8_next(s, 0) == s.n;
	editor_edit(ed, typed ? CHANGE_TYPED : CHANGE_BLOCK, ed->cursor, 0, s);
	buf_free(&clean);
	return fits;
}

void editor_move(struct editor *ed, size_t at)
{
	ed->cursor = at;
	ed->goal = -1;
	ed->history.open = false;
}

void editor_place(struct editor *ed, size_t at)
{
	editor_move(ed, text_snap(buf_str(&ed->text), at));
}

/* ---- the whole ---- */
struct editor *editor_new(bool one_line)
{
	struct editor *ed = calloc(1, sizeof(*ed));
	struct rows *rows = calloc(1, sizeof(*rows));

	if (ed == NULL || rows == NULL)
		die("out of memory");
	ed->one_line = one_line;
	ed->goal = -1;
	ed->rows = rows;
	return ed;
}

void editor_free(struct editor *ed)
{
	if (ed == NULL)
		return;
	buf_free(&ed->text);
	history_clear(&ed->history);
	free(ed->history.items);
	rows_free(ed->rows);
	free(ed);
}

void editor_set(struct editor *ed, struct str text)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, text, !ed->one_line); /* first: `text` may be our own */
	history_clear(&ed->history);
	buf_clear(&ed->text);
	rows_changed(ed->rows, 0);
	struct str s = buf_str(&clean);
	if (s.n > EDITOR_MOST)
		s.n = text_prev(s, EDITOR_MOST);
	buf_add(&ed->text, s);
	buf_free(&clean);
	editor_move(ed, ed->text.n);
	ed->changed = false;
}

struct str editor_text(const struct editor *ed)
{
	return buf_str(&ed->text);
}

size_t editor_cursor(const struct editor *ed)
{
	return ed->cursor;
}

bool editor_changed(const struct editor *ed)
{
	return ed->changed;
}

void editor_saved(struct editor *ed)
{
	ed->changed = false;
}
