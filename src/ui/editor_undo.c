/* Undo and redo: a list of changes, each of which can be turned round.  Typing is kept by
 * the word, deleting by the run.  What falls out of the list is wiped. */
#include "editor_in.h"

#include <stdlib.h>
#include <string.h>

#define GROUP_MOST 256 /* bytes: a run without blanks must not be lost as one */

static size_t weight(const struct change *c)
{
	return sizeof(*c) + c->del.cap + c->ins.cap;
}

static void drop(struct history *h, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		h->bytes -= weight(&h->items[i]);
		buf_free(&h->items[i].del);
		buf_free(&h->items[i].ins);
	}
	memmove(h->items + from, h->items + to, (h->count - to) * sizeof(*h->items));
	h->count -= to - from;
}

void history_clear(struct history *h)
{
	if (h->count > 0)
		drop(h, 0, h->count);
	h->done = 0;
	h->open = false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n';
}

/* Typing goes on within a word and the blanks behind it. */
static bool types_on(const struct change *last, const struct change *c)
{
	if (c->at < last->at || c->at + c->del.n > last->at + last->ins.n || c->ins.n == 0)
		return false;
	char ended = last->ins.n > 0 ? last->ins.s[last->ins.n - 1] : 'x';
	return !is_space(ended) || is_space(c->ins.s[0]);
}

static bool joins(const struct history *h, const struct change *c)
{
	if (!h->open || h->done == 0 || h->done != h->count)
		return false;
	const struct change *last = &h->items[h->done - 1];
	if (last->kind != c->kind || last->after != c->before ||
	    last->ins.n + last->del.n + c->ins.n + c->del.n > GROUP_MOST)
		return false;
	if (c->kind == CHANGE_TYPED)
		return types_on(last, c);
	if (c->ins.n > 0 || last->ins.n > 0)
		return false;
	return c->kind == CHANGE_BACK ? c->at + c->del.n == last->at
				      : c->kind == CHANGE_FORWARD && c->at == last->at;
}

static void join(struct change *last, const struct change *c)
{
	if (c->kind == CHANGE_TYPED) {
		buf_splice(&last->ins, c->at - last->at, c->del.n, buf_str(&c->ins));
	} else if (c->kind == CHANGE_BACK) {
		buf_splice(&last->del, 0, 0, buf_str(&c->del));
		last->at = c->at;
	} else {
		buf_add(&last->del, buf_str(&c->del));
	}
	last->after = c->after;
}

static struct change *grow(struct history *h)
{
	if (h->count == h->cap) {
		size_t cap = h->cap == 0 ? 32 : h->cap * 2;
		/* the items hold no words themselves, only where they are */
		struct change *items = realloc(h->items, cap * sizeof(*items));
		if (items == NULL)
			die("out of memory");
		h->items = items;
		h->cap = cap;
	}
	return &h->items[h->count++];
}

void history_add(struct editor *ed, const struct change *c)
{
	struct history *h = &ed->history;

	if (joins(h, c)) {
		struct change *last = &h->items[h->done - 1];
		h->bytes -= weight(last);
		join(last, c);
		h->bytes += weight(last);
		return;
	}
	if (h->done < h->count)
		drop(h, h->done, h->count);
	struct change *own = grow(h);
	*own = *c;
	own->del = own->ins = (struct buf){ 0 };
	buf_add(&own->del, buf_str(&c->del));
	buf_add(&own->ins, buf_str(&c->ins));
	h->bytes += weight(own);
	size_t old = 0, over = 0;
	while (old + 1 < h->count && h->bytes - over > HISTORY_MOST)
		over += weight(&h->items[old++]);
	if (old > 0)
		drop(h, 0, old);
	h->done = h->count;
	h->open = c->kind != CHANGE_BLOCK;
}

static void turn(
    struct editor *ed, size_t at, size_t del, const struct buf *ins, size_t cursor)
{
	buf_splice(&ed->text, at, del, buf_str(ins));
	rows_changed(ed->rows, at);
	editor_move(ed, cursor);
	ed->changed = true;
}

bool editor_undo(struct editor *ed)
{
	struct history *h = &ed->history;

	if (h->done == 0)
		return false;
	const struct change *c = &h->items[--h->done];
	turn(ed, c->at, c->ins.n, &c->del, c->before);
	return true;
}

bool editor_redo(struct editor *ed)
{
	struct history *h = &ed->history;

	if (h->done == h->count)
		return false;
	const struct change *c = &h->items[h->done++];
	turn(ed, c->at, c->del.n, &c->ins, c->after);
	return true;
}
