/* The room of the demonstration: @entry cards of the invented person who uses the workbook
 * alone, laid on the calendar so that the last week has just ended.  Weekdays are kept
 * (some entries name theirs), so that week ends on the last Sunday, today if it is one. */
#include "room.h"

#include <string.h>

#define MINUTE ((int64_t)60 * 1000)
#define RUNS_MAX 64
#define ROWS_MAX 128

struct demo {
	struct room *room;
	const struct content *content;
	const struct card *person;
	int lang;
	int weeks;
	struct day today;
	int64_t now;
	struct arena *a;
	struct run_row runs[RUNS_MAX];
	size_t run_count;
	struct demo_row {
		struct id run, id;
		struct str card, section;
		int number, place;
	} rows[ROWS_MAX];
	size_t row_count;
};

static bool is_theirs(const struct demo *d, const struct card *card)
{
	return str_eq(card_word(card, FIELD_PERSON), d->person->name);
}

static int64_t time_of(const struct demo *d, const struct card *card)
{
	int week = card_number(card, FIELD_WEEK, 1), day = card_number(card, FIELD_DAY, 1);
	int back = d->today.wday + (d->weeks - week) * 7 + (7 - day);
	int minute = card_is(card, FIELD_KIND, "checkin")   ? 8 * 60 + 20
		     : card_is(card, FIELD_KIND, "journal") ? 21 * 60 + 10
							    : 19 * 60 + 30;
	int64_t t = day_start(d->today.year, d->today.month, d->today.mday - back) +
		    (minute + (week * 7 + day) * 13 % 40) * MINUTE;

	return t < d->now ? t : d->now - MINUTE;
}

static struct str text_of(const struct demo *d, const struct card *card)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < card->para_count; i++) {
		if (i > 0)
			buf_add(&b, STR("\n\n"));
		buf_add(&b, text_in(&card->paras[i], d->lang));
	}
	struct str all = arena_dup(d->a, buf_str(&b));
	buf_free(&b);
	return all;
}

/* ---- check-ins ---- */

static bool put_rating(
    struct demo *d, struct str name, int value, int64_t when, struct err *e)
{
	const struct card *card = content_card(d->content, CARD_RATING, name);
	struct entry en = {
		.kind = ENTRY_RATING,
		.card = name,
		.question = card != NULL ? card_text(card, FIELD_ASK, d->lang) : name,
		.lang = room_lang(d->room, d->lang),
		.number = value,
		.has_number = true,
		.created = when,
	};

	return store_put(d->room->store, &en, e);
}

static bool put_writing(
    struct demo *d, const struct card *card, int64_t when, struct err *e)
{
	struct entry en = {
		.kind = ENTRY_JOURNAL,
		.lang = room_lang(d->room, d->lang),
		.text = text_of(d, card),
		.created = when,
	};

	return en.text.n == 0 || store_put(d->room->store, &en, e);
}

static bool put_checkin(
    struct demo *d, const struct card *card, int64_t when, struct err *e)
{
	struct str rest = card_word(card, FIELD_VALUES), name, number;
	int value;

	while (str_cut(&rest, ' ', &name) && str_cut(&rest, ' ', &number))
		if (str_int(number, &value) && !put_rating(d, name, value, when, e))
			return false;
	return put_writing(d, card, when + MINUTE, e);
}

/* ---- pages ---- */

/* The pass an answer belongs to: one for each page, or for each day of a page that repeats.
 */
static struct run_row *run_for(
    struct demo *d, const struct page *page, int64_t when, struct err *e)
{
	bool repeats = card_is(page->head, FIELD_REPEAT, "yes");
	struct day day = day_of(when);

	for (size_t i = 0; i < d->run_count; i++) {
		struct run_row *run = &d->runs[i];
		struct day other = day_of(run->begun);
		if (!str_eq(run->page, page->name) ||
		    (repeats && (other.mday != day.mday || other.month != day.month)))
			continue;
		run->done = run->changed = when > run->done ? when : run->done;
		return run;
	}
	if (d->run_count == RUNS_MAX)
		return NULL;
	struct run_row *run = &d->runs[d->run_count];
	*run = (struct run_row){
		.page = page->name,
		.state = RUN_DONE,
		.begun = when,
		.changed = when,
		.done = when,
	};
	if (!store_run_put(d->room->store, run, e))
		return NULL;
	d->run_count++;
	return run;
}

static struct demo_row *row_for(struct demo *d, const struct run_row *run, struct str card,
    struct str section, int number)
{
	int place = 1;

	for (size_t i = 0; i < d->row_count; i++) {
		struct demo_row *r = &d->rows[i];
		if (!id_eq(r->run, run->id) || !str_eq(r->card, card))
			continue;
		if (number > 0 && r->number == number && str_eq(r->section, section))
			return r;
		place++;
	}
	if (d->row_count == ROWS_MAX)
		return NULL;
	struct demo_row *r = &d->rows[d->row_count++];
	*r = (struct demo_row){
		.run = run->id,
		.id = store_new_id(d->room->store),
		.card = card,
		.section = section,
		.number = number,
		.place = place,
	};
	return r;
}

/* "thing — where" becomes two cells. */
static bool put_list_row(struct demo *d, struct entry *en, struct err *e)
{
	static const char dash[] = " — ";
	const char *at =
	    en->text.n > 0 ? memmem(en->text.s, en->text.n, dash, sizeof(dash) - 1) : NULL;
	struct str section = en->item, all = en->text;
	size_t n = at != NULL ? (size_t)(at - all.s) : all.n;

	en->item = arena_fmt(d->a, "%.*s/thing", STR_ARG(section));
	en->text = str_slice(all, 0, n);
	if (!store_put(d->room->store, en, e) || at == NULL)
		return at == NULL && !id_none(en->id);
	en->id = (struct id){ 0 };
	en->item = arena_fmt(d->a, "%.*s/where", STR_ARG(section));
	en->text = str_slice(all, n + sizeof(dash) - 1, all.n);
	return store_put(d->room->store, en, e);
}

static int option_of(const struct card *part, struct str words, int lang)
{
	struct str rest = card_text(part, FIELD_OPTIONS, lang), option;

	for (int i = 0; str_cut(&rest, '|', &option); i++)
		if (str_eq(str_trim(option), words))
			return i;
	return -1;
}

static bool put_on_part(struct demo *d, const struct card *card, const struct card *part,
    const struct run_row *run, int64_t when, struct err *e)
{
	struct str name = card_word(card, FIELD_ITEM);
	const struct item *item = card_item(part, name);
	struct entry en = {
		.kind = ENTRY_ANSWER,
		.run = run->id,
		.place = item != NULL ? (int)(item - part->items) + 1 : 0,
		.page = run->page,
		.card = part->name,
		.item = name,
		.question = item != NULL && item->cells > 0
				? text_in(&item->cell[0], d->lang)
				: (struct str){ 0 },
		.lang = room_lang(d->room, d->lang),
		.text = text_of(d, card),
		.created = when,
	};

	if (part->kind == CARD_CHOICES) {
		en.kind = ENTRY_CHOICE;
		en.number = option_of(part, en.text, d->lang);
		en.has_number = en.number >= 0;
	} else if (part->kind == CARD_SCALE) {
		en.kind = ENTRY_RATING;
		en.has_number = str_int(en.text, &en.number);
		en.text = (struct str){ 0 };
	} else if (part->kind == CARD_CHECKLIST) {
		en.kind = ENTRY_TICK;
		en.number = 1;
		en.has_number = true;
	} else if (part->kind == CARD_LIST || part->kind == CARD_MAP) {
		bool list = part->kind == CARD_LIST;
		int number = 0;
		if (!str_int(card_word(card, FIELD_ROW), &number))
			number = list ? 0 : 1; /* without a number: a row of its own */
		struct demo_row *row =
		    row_for(d, run, part->name, list ? name : STR(""), number);
		if (row == NULL)
			return true;
		en.kind = ENTRY_CELL;
		en.row = row->id;
		en.place = row->place;
		if (list)
			return put_list_row(d, &en, e);
	}
	return store_put(d->room->store, &en, e);
}

static bool put_answer(struct demo *d, const struct card *card, int64_t when, struct err *e)
{
	const struct page *page = content_page(d->content, card_word(card, FIELD_PAGE));
	const struct card *part =
	    page != NULL ? page_part(page, card_word(card, FIELD_CARD)) : NULL;

	if (part == NULL) /* a page that was taken out: its demonstration goes with it */
		return true;
	const struct run_row *run = run_for(d, page, when, e);
	return run != NULL && put_on_part(d, card, part, run, when, e);
}

/* ---- all of it ---- */

static bool put_card(struct demo *d, const struct card *card, struct err *e)
{
	int64_t when = time_of(d, card);

	if (card_is(card, FIELD_KIND, "checkin"))
		return put_checkin(d, card, when, e);
	if (card_has(card, FIELD_PAGE))
		return put_answer(d, card, when, e);
	return put_writing(d, card, when, e);
}

static bool put_all(struct demo *d, struct err *e)
{
	const struct card *card = NULL;

	while ((card = content_next(d->content, CARD_ENTRY, card)) != NULL)
		if (is_theirs(d, card) && !put_card(d, card, e))
			return false;
	for (size_t i = 0; i < d->run_count; i++)
		if (!store_run_put(d->room->store, &d->runs[i], e))
			return false;
	return true;
}

static const struct card *solo_person(const struct content *c)
{
	const struct card *p = NULL;

	while ((p = content_next(c, CARD_PERSON, p)) != NULL)
		if (card_is(p, FIELD_ROLE, "solo"))
			break;
	return p;
}

bool demo_fill(struct room *r, const struct content *c, int lang, struct err *e)
{
	const struct card *card = NULL;
	int64_t now = r->world->now_ms(r->world);
	struct demo *d;
	bool ok;

	struct arena *a = arena_new();
	d = arena_make(a, struct demo, 1);
	*d = (struct demo){ .room = r,
		.content = c,
		.lang = lang,
		.now = now,
		.today = day_of(now),
		.a = a };
	d->person = solo_person(c);
	if (d->person == NULL) {
		ok = err_set(e, ERR_CONTENT,
		    _("The content has no invented person for the demonstration."));
		goto free_arena;
	}
	while ((card = content_next(c, CARD_ENTRY, card)) != NULL) {
		int week = card_number(card, FIELD_WEEK, 1);
		if (is_theirs(d, card) && week > d->weeks)
			d->weeks = week;
	}
	ok = store_begin(r->store, e);
	if (!ok)
		goto free_arena;
	ok = put_all(d, e);
	if (ok)
		ok = store_commit(r->store, e);
	else
		store_rollback(r->store);
free_arena:
	arena_free(a);
	return ok;
}
