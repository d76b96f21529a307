/* Values of a run one by one, and taking back a deletion. */
#include "run.h"

#include <stdlib.h>

static const struct id none;

/* ---- reading ---- */

struct str run_text(const struct run *run, struct str card, struct str item)
{
	const struct value *v = value_find(run, none, card, item);

	return v == NULL ? (struct str){ 0 } : buf_str(&v->text);
}

int run_number(const struct run *run, struct str card, struct str item, int otherwise)
{
	const struct value *v = value_find(run, none, card, item);

	return v == NULL || !v->has_number ? otherwise : v->number;
}

/* ---- setting ---- */

static enum entry_kind kind_of(const struct card *card)
{
	switch ((int)card->kind) {
	case CARD_CHECKLIST: return ENTRY_TICK;
	case CARD_CHOICES: return ENTRY_CHOICE;
	case CARD_SCALE:
	case CARD_RATING:
	case CARD_MEASURE: return ENTRY_RATING;
	case CARD_LIST:
	case CARD_MAP: return ENTRY_CELL;
	default: return ENTRY_ANSWER;
	}
}

static int place_of(const struct card *card, struct str item)
{
	for (size_t i = 0; i < card->item_count; i++)
		if (str_eq(card->items[i].name, item))
			return (int)i + 1;
	return 0;
}

/* The value to change, made when it is not there yet. */
static struct value *value_for(
    struct run *run, const struct card *card, struct str item, struct str question)
{
	struct value *v = value_find(run, none, card->name, item);

	if (v == NULL) {
		v = value_add(run, none, card->name, item);
		v->kind = kind_of(card);
		v->place = place_of(card, item);
	}
	value_set(&v->question, question);
	return v;
}

bool run_set_text(struct run *run, const struct card *card, struct str item,
    struct str question, struct str value, bool draft, struct err *e)
{
	struct value *v = value_find(run, none, card->name, item);

	if (value.n == 0 && v == NULL)
		return true;
	if (value.n == 0 && !draft)
		return run_clear(run, card, item, e);
	if (v != NULL && str_eq(buf_str(&v->text), value) && (draft || !v->draft))
		return run_flush(run, e);
	v = value_for(run, card, item, question);
	value_set(&v->text, value);
	v->draft = draft;
	v->dirty = true;
	if (!draft)
		value_set(&v->kept, value);
	return run_flush(run, e);
}

bool run_set_number(struct run *run, const struct card *card, struct str item,
    struct str question, int value, struct str words, struct err *e)
{
	struct value *v = value_for(run, card, item, question);

	value_set(&v->text, words);
	value_set(&v->kept, words);
	v->number = value;
	v->has_number = true;
	v->draft = false;
	v->dirty = true;
	return run_flush(run, e);
}

/* ---- deleting and taking back ---- */

static bool is_taken(const struct value *v, struct id row, struct str card, struct str item)
{
	if (!id_eq(v->row, row))
		return false;
	return !id_none(row) ? item.n == 0 || str_eq(v->item, item)
			     : str_eq(v->card, card) && str_eq(v->item, item);
}

static bool delete_stored(
    struct run *run, struct id row, struct str card, struct str item, struct err *e)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct value *v = &run->values[i];
		if (is_taken(v, row, card, item) && !id_none(v->id) &&
		    !store_delete(run->room->store, v->id, e))
			return false;
	}
	return true;
}

bool run_take(
    struct run *run, struct id row, struct str card, struct str item, struct err *e)
{
	struct store *s = run->room->store;

	if (!store_begin(s, e))
		return false;
	if (!delete_stored(run, row, card, item, e)) {
		store_rollback(s);
		return false;
	}
	if (!store_commit(s, e))
		return false;
	undo_clear(run);
	for (size_t i = 0; i < run->count;)
		if (is_taken(&run->values[i], row, card, item))
			undo_take(run, i);
		else
			i++;
	return true;
}

bool run_clear(struct run *run, const struct card *card, struct str item, struct err *e)
{
	if (value_find(run, none, card->name, item) == NULL)
		return true;
	return run_take(run, none, card->name, item, e);
}

bool run_can_undelete(const struct run *run)
{
	return run->undo_count > 0 || !id_none(run->undo_row);
}

/* One value back where it was; an emptied field gets the words it had before. */
static void give_back(struct run *run, struct value *held)
{
	struct value *v = value_find(run, held->row, held->card, held->item);

	if (v != NULL)
		return; /* something new was written there since: that stays */
	v = value_add(run, held->row, held->card, held->item);
	v->id = held->id;
	v->kind = held->kind;
	v->place = held->place;
	value_set(&v->question, buf_str(&held->question));
	value_set(&v->text, buf_str(held->text.n > 0 ? &held->text : &held->kept));
	value_set(&v->kept, buf_str(&v->text));
	v->number = held->number;
	v->has_number = held->has_number;
	v->dirty = true;
}

bool run_undelete(struct run *run, struct err *e)
{
	struct row *row = row_find(run, run->undo_row);

	if (row != NULL && !id_none(run->undo_row))
		row->dead = false;
	for (size_t i = 0; i < run->undo_count; i++)
		give_back(run, &run->undo[i]);
	undo_clear(run);
	return run_flush(run, e);
}
