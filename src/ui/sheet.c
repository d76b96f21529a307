/* Building sheets: what a page holds, block by block.  Nothing here knows a width. */
#include "remanso/sheet.h"

void sheet_init(struct sheet *s, struct arena *memory)
{
	*s = (struct sheet){ .memory = memory };
}

void sheet_place(struct sheet *s, struct str place, struct str fact)
{
	s->place = place;
	s->fact = fact;
}

void sheet_title(struct sheet *s, struct str title, struct str aside)
{
	s->title = title;
	s->aside = aside;
}

void sheet_note(struct sheet *s, struct str note)
{
	s->note = note;
}

void sheet_kept(struct sheet *s, struct str words)
{
	s->kept = words;
}

struct block *sheet_add(struct sheet *s, enum block_kind kind, int id)
{
	if (s->count == s->cap) {
		size_t cap = s->cap == 0 ? 32 : s->cap * 2;
		struct block *more = arena_make(s->memory, struct block, cap);

		for (size_t i = 0; i < s->count; i++)
			more[i] = s->blocks[i];
		s->blocks = more;
		s->cap = cap;
	}
	struct block *b = &s->blocks[s->count++];
	*b = (struct block){ .kind = kind, .id = id, .at = -1.0F };
	return b;
}

void sheet_gap(struct sheet *s, int rows)
{
	sheet_add(s, BLOCK_GAP, 0)->number = rows;
}

static struct block *add_text(struct sheet *s, enum block_kind kind, struct str text)
{
	struct block *b = sheet_add(s, kind, 0);

	b->text = text;
	return b;
}

void sheet_prose(struct sheet *s, struct str text)
{
	(void)add_text(s, BLOCK_PROSE, text);
}

void sheet_loud(struct sheet *s, struct str text)
{
	(void)add_text(s, BLOCK_LOUD, text);
}

void sheet_head(struct sheet *s, struct str text)
{
	(void)add_text(s, BLOCK_HEAD, text);
}

void sheet_side(struct sheet *s, struct str head, struct str text)
{
	add_text(s, BLOCK_SIDE, text)->label = head;
}

void sheet_care(struct sheet *s, struct str text)
{
	add_text(s, BLOCK_CARE, text)->label = str_from(_("With care"));
}

struct block *sheet_offer(struct sheet *s, int id, struct str label, struct str hint)
{
	struct block *b = sheet_add(s, BLOCK_OFFER, id);

	b->label = label;
	b->hint = hint;
	return b;
}

struct block *sheet_entry(
    struct sheet *s, int id, struct str label, struct str how_long, struct str state)
{
	struct block *b = sheet_offer(s, id, label, state);

	b->text = how_long;
	b->cell_count = 1; /* in columns, also when one of the two is empty */
	return b;
}

struct block *sheet_check(
    struct sheet *s, int id, bool on, struct str topic, struct str text)
{
	struct block *b = sheet_add(s, BLOCK_CHECK, id);

	b->marked = on;
	b->label = topic;
	b->text = text;
	return b;
}

struct block *sheet_field(
    struct sheet *s, int id, struct str label, struct str value, struct editor *open)
{
	struct block *b = sheet_add(s, BLOCK_FIELD, id);

	b->label = label;
	b->text = value;
	b->editor = open;
	b->rows = 3;
	return b;
}

struct block *sheet_mine(struct sheet *s, int id, struct str text, struct str hint)
{
	struct block *b = sheet_add(s, BLOCK_MINE, id);

	b->text = text;
	b->hint = hint;
	return b;
}

struct block *sheet_scale(struct sheet *s, int id, int number, struct str text, bool marked)
{
	struct block *b = sheet_add(s, BLOCK_SCALE, id);

	b->number = number;
	b->text = text;
	b->marked = marked;
	return b;
}

static struct block *add_cells(
    struct sheet *s, enum block_kind kind, int id, const struct str *cells, int count)
{
	struct block *b = sheet_add(s, kind, id);

	b->cell_count = count < SHEET_CELLS ? count : SHEET_CELLS;
	for (int i = 0; i < b->cell_count; i++)
		b->cells[i] = cells[i];
	return b;
}

void sheet_columns(struct sheet *s, const struct str *heads, int count)
{
	(void)add_cells(s, BLOCK_COLUMNS, 0, heads, count);
}

struct block *sheet_row(struct sheet *s, int id, const struct str *cells, int count)
{
	return add_cells(s, BLOCK_ROW, id, cells, count);
}

/* ---- actions ---- */

int sheet_action(const struct sheet *s, enum action act)
{
	for (size_t i = 0; i < s->action_count; i++) {
		if (s->actions[i].act == act)
			return (int)i;
	}
	return -1;
}

/* The place of an action in the list, made when it is not there. */
static size_t action_slot(struct sheet *s, enum action act)
{
	int at = act == ACT_COUNT ? -1 : sheet_action(s, act);

	if (at >= 0)
		return (size_t)at;
	if (s->action_count == ARRAY_LEN(s->actions))
		return s->action_count - 1;
	s->actions[s->action_count].act = act;
	return s->action_count++;
}

void sheet_can(struct sheet *s, enum action act, struct str word, bool footer)
{
	size_t at = action_slot(s, act);

	s->actions[at].word = word;
	s->actions[at].footer = footer;
}

void sheet_cannot(struct sheet *s, enum action act, struct str why)
{
	s->actions[action_slot(s, act)].why_not = why;
}

void sheet_key(struct sheet *s, struct str key, struct str word)
{
	size_t at = action_slot(s, ACT_COUNT);

	s->actions[at].key = key;
	s->actions[at].word = word;
	s->actions[at].footer = true;
}

static bool can_pick(const struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->blocks[i].id != 0 && s->blocks[i].editor == NULL)
			return true;
	}
	return false;
}

void sheet_complete(struct sheet *s, bool back)
{
	if (!s->neutral && !s->typing && sheet_action(s, ACT_OPEN) < 0 && can_pick(s) &&
	    s->action_count < ARRAY_LEN(s->actions)) {
		for (size_t i = s->action_count; i > 0; i--)
			s->actions[i] = s->actions[i - 1];
		s->action_count++;
		s->actions[0].act = ACT_OPEN;
		s->actions[0].key = s->actions[0].word = (struct str){ 0 };
		s->actions[0].why_not = (struct str){ 0 };
		s->actions[0].footer = true;
	}
	if (back && sheet_action(s, ACT_BACK) < 0)
		sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

/* ---- the focus ---- */

int sheet_step(const struct sheet *s, int id, int by)
{
	size_t at = s->count;
	bool found = false;

	for (size_t i = 0; id != 0 && i < s->count; i++) {
		if (s->blocks[i].id == id) {
			at = i;
			found = true;
			break;
		}
	}
	if (by > 0) {
		for (size_t i = found ? at + 1 : 0; i < s->count; i++) {
			if (s->blocks[i].id != 0)
				return s->blocks[i].id;
		}
		return 0;
	}
	for (size_t i = at; i > 0; i--) {
		if (s->blocks[i - 1].id != 0)
			return s->blocks[i - 1].id;
	}
	return 0;
}

const struct block *sheet_block(const struct sheet *s, int id)
{
	for (size_t i = 0; id != 0 && i < s->count; i++) {
		if (s->blocks[i].id == id)
			return &s->blocks[i];
	}
	return NULL;
}
