/* The question deck: one question, much water round it.  The person chooses the depth; the
 * deck never goes deeper by itself.  A pass is an answer and nobody counts. */
#include "ui/views/views.h"

enum { DECK_NEXT = 1, DECK_KEEP, DECK_WRITE, DECK_DEPTH /* + depth */ };
#define DEPTHS 3
static const char *const depths[DEPTHS] = { "light", "warm", "deep" };

struct deck {
	const struct card *card;
	int depth; /* 0 light, 1 warm, 2 deep */
	size_t at; /* index of the item shown */
};

/* Draw another question of the depth; not the one just shown when there is a choice. */
static void draw(struct view *v)
{
	struct deck *d = v->state;
	size_t of_depth = 0;
	uint32_t chance;

	for (size_t i = 0; i < d->card->item_count; i++)
		of_depth += i != d->at && str_is(d->card->items[i].word, depths[d->depth]);
	if (of_depth == 0)
		return;
	v->app->world->random(v->app->world, &chance, sizeof(chance));
	size_t pick = chance % of_depth;
	for (size_t i = 0; i < d->card->item_count; i++) {
		if (i == d->at || !str_is(d->card->items[i].word, depths[d->depth]))
			continue;
		if (pick-- == 0) {
			d->at = i;
			return;
		}
	}
}

static bool deck_open(struct view *v, const void *arg, struct err *e)
{
	struct deck *d = v->state;

	(void)e;
	d->card = arg;
	d->at = d->card->item_count;
	draw(v);
	return d->at < d->card->item_count ||
	       err_set(e, ERR_CONTENT, "%s", _("That page is missing."));
}

static struct str depth_label(const struct view *v, int depth)
{
	const struct deck *d = v->state;
	struct str rest = app_field(v->app, d->card, FIELD_DEPTHS), one = { 0 };

	for (; depth >= 0; depth--)
		if (!str_cut(&rest, '|', &one))
			break;
	return str_trim(one);
}

/* "Light: everyday things": the word before the colon names the stone. */
static struct str depth_name(const struct view *v, int depth)
{
	struct str rest = depth_label(v, depth), name = { 0 };

	return str_cut(&rest, ':', &name) ? str_trim(name) : rest;
}

static void build_depths(const struct view *v, struct sheet *s)
{
	const struct deck *d = v->state;

	if (v->app->plain)
		return;
	struct block *b = sheet_add(s, BLOCK_GAUGE, 0);
	for (int i = 0; i < DEPTHS; i++)
		b->cells[b->cell_count++] = depth_name(v, i);
	b->number = d->depth + 1;
	sheet_gap(s, 1);
}

static void deck_build(const struct view *v, struct sheet *s)
{
	const struct deck *d = v->state;

	sheet_place(
	    s, T("Questions"), v->app->demo ? T("EXAMPLE") : T("for the two of you"));
	sheet_title(s, T("A question, if you both like it"), (struct str){ 0 });
	build_depths(v, s);
	sheet_gap(s, 1);
	sheet_loud(s, app_text(v->app, &d->card->items[d->at].cell[0]));
	sheet_gap(s, 2);
	sheet_offer(s, DECK_NEXT, T("Another question"), (struct str){ 0 });
	if (v->app->room != NULL) {
		sheet_offer(s, DECK_KEEP, T("Keep this one for our weekly talk"),
		    (struct str){ 0 });
		sheet_offer(s, DECK_WRITE, T("Answer in writing"), T("for me only"));
	}
	for (int i = 0; i < DEPTHS; i++)
		if (i != d->depth &&
		    (v->app->plain || i == d->depth + 1 || i == d->depth - 1))
			sheet_offer(
			    s, DECK_DEPTH + i, depth_label(v, i), (struct str){ 0 });
	sheet_note(
	    s, T("Either of you may pass. A pass needs no reason, and nobody counts."));
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_key(s, T("Left/Right"), T("depth"));
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void go_to_depth(struct view *v, int depth)
{
	struct deck *d = v->state;

	if (depth < 0 || depth >= DEPTHS || depth == d->depth)
		return;
	d->depth = depth;
	v->focus = DECK_NEXT;
	draw(v);
}

static void deck_pick(struct view *v, int id)
{
	struct deck *d = v->state;
	struct err e;

	if (id == DECK_NEXT) {
		draw(v);
	} else if (id == DECK_KEEP) {
		const struct item *it = &d->card->items[d->at];
		struct str page = d->card->page != NULL ? d->card->page->name : STR("");
		struct str words = app_text(v->app, &it->cell[0]);
		if (note_put(v->app->room, page, d->card->name, it->name, words, words, &e))
			app_say(v->app, _("Kept."));
		else
			app_error(v->app, &e);
	} else if (id == DECK_WRITE) {
		struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
		*arg = (struct write_arg){ .starter = app_text(
					       v->app, &d->card->items[d->at].cell[0]) };
		app_push(v->app, &view_write, arg);
	} else if (id >= DECK_DEPTH && id < DECK_DEPTH + DEPTHS) {
		go_to_depth(v, id - DECK_DEPTH);
	}
}

static bool deck_key(struct view *v, const struct event *ev)
{
	struct deck *d = v->state;

	if (ev->key != K_LEFT && ev->key != K_RIGHT)
		return false;
	go_to_depth(v, d->depth + (ev->key == K_RIGHT ? 1 : -1));
	return true;
}

const struct view_ops view_deck = {
	.name = "deck",
	.state_size = sizeof(struct deck),
	.open = deck_open,
	.build = deck_build,
	.pick = deck_pick,
	.key = deck_key,
};
