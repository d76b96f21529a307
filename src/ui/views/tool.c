/* A timed practice and the breathing pacer.  A stone drifts along the water while a part
 * passes; when it arrives it rests, and the page waits.  Any key pauses; nothing turns by
 * itself.  With motion off, and in line mode, the words alone remain. */
#include "ui/views/views.h"

#include <stdlib.h>

enum {
	TOOL_NEXT = 1,
	TOOL_PAUSE,
	TOOL_ELSE,
	TOOL_WORDS,
	TOOL_AGAIN,
	TOOL_DONE,
	TOOL_HOLDS
};
enum { IN, TOP_UP, HOLD, OUT, REST, PHASES };

struct tool {
	const struct card *card;
	size_t part;    /* of a practice */
	int64_t since;  /* mono ms when the clock started or went on; 0 = stands */
	int64_t passed; /* ms before that */
	int64_t now;
	bool moving, words_only, ended, holds_asked;
	float phases[PHASES]; /* of a breath, seconds */
	float pace;
};

static bool is_breath(const struct tool *t)
{
	return t->card->kind == CARD_BREATH;
}

static float seconds(const struct card *c, enum field_id f)
{
	struct str word = card_word(c, f);
	char digits[16] = { 0 };

	if (word.n == 0 || word.n >= sizeof(digits))
		return 0;
	memcpy(digits, word.s, word.n);
	/* "5.5" in any locale: whole part and tenths are read apart */
	char *point = strchr(digits, '.');
	float tenths = point != NULL ? (float)strtol(point + 1, NULL, 10) / 10.0F : 0.0F;
	return (float)strtol(digits, NULL, 10) + tenths;
}

static bool motion(const struct view *v)
{
	struct app *app = v->app;
	bool on;

	if (app->plain)
		return false;
	if (app->room == NULL)
		return true;
	struct arena *a = arena_new();
	on = str_is(setting_get(app->room, SETTING_MOTION, a), "on");
	arena_free(a);
	return on;
}

static bool holds_on(const struct view *v)
{
	bool on = false;

	if (v->app->room != NULL) {
		struct arena *a = arena_new();
		on = str_is(setting_get(v->app->room, SETTING_HOLDS, a), "on");
		arena_free(a);
	}
	return on;
}

static void start(struct view *v)
{
	struct tool *t = v->state;

	t->passed = 0;
	t->now = t->since = v->app->world->mono_ms(v->app->world);
}

static bool tool_open(struct view *v, const void *arg, struct err *e)
{
	struct tool *t = v->state;

	(void)e;
	t->card = arg;
	t->pace = 1.0F;
	t->moving = motion(v);
	t->words_only = !t->moving;
	if (is_breath(t)) {
		static const enum field_id fields[PHASES] = { FIELD_IN, FIELD_TOP_UP,
			FIELD_HOLD, FIELD_OUT, FIELD_REST };
		for (int i = 0; i < PHASES; i++)
			t->phases[i] = seconds(t->card, fields[i]);
		t->holds_asked = t->phases[HOLD] > 0 && !holds_on(v);
	}
	start(v);
	return true;
}

static int64_t elapsed(const struct tool *t)
{
	return t->passed + (t->since != 0 ? t->now - t->since : 0);
}

static float round_of(const struct tool *t)
{
	float sum = 0;

	for (int i = 0; i < PHASES; i++)
		sum += t->phases[i];
	return sum * t->pace;
}

static struct str left_in_words(struct arena *a, int secs)
{
	if (secs <= 0)
		return T("the time is full; stay as long as you like");
	if (secs <= 20)
		return T("a few moments more, or as long as you like");
	if (secs <= 45)
		return T("about half a minute more, or as long as you like");
	if (secs <= 75)
		return T("about a minute more, or as long as you like");
	return arena_fmt(
	    a, _("about %d minutes more, or as long as you like"), (secs + 30) / 60);
}

static const struct page *other(const struct view *v)
{
	const struct tool *t = v->state;
	const struct card *head = t->card->page != NULL ? t->card->page->head : NULL;

	if (head == NULL)
		return NULL;
	const struct page *p =
	    content_page(v->app->content, card_word(head, FIELD_INSTEAD));
	struct str tools = card_word(head, FIELD_TOOLS), first;
	if (p == NULL && str_cut(&tools, ' ', &first))
		p = content_page(v->app->content, first);
	return p;
}

static void build_practice(const struct view *v, struct sheet *s)
{
	const struct tool *t = v->state;
	const struct item *it = &t->card->items[t->part];
	int passed = (int)(elapsed(t) / 1000);

	sheet_gap(s, 1);
	sheet_prose(s, app_fill(v->app, s->memory, app_text(v->app, &it->cell[0])));
	sheet_gap(s, 2);
	if (t->moving && !t->words_only && it->number > 0) {
		struct block *b = sheet_add(s, BLOCK_GAUGE, 0);
		b->number = passed < it->number ? passed : it->number;
		b->most = it->number;
		b->text = left_in_words(s->memory, it->number - passed);
	} else if (it->number > 0) {
		sheet_prose(s, left_in_words(s->memory, it->number));
	}
	sheet_gap(s, 1);
	bool last = t->part + 1 >= t->card->item_count;
	sheet_offer(s, last ? TOOL_DONE : TOOL_NEXT,
	    last ? T("That was the last part") : T("Next part"), (struct str){ 0 });
}

static void build_breath(const struct view *v, struct sheet *s)
{
	const struct tool *t = v->state;

	if (t->holds_asked) {
		sheet_prose(s,
		    T("This one holds the breath. Holding can bring panic or dizziness; it "
		      "stays off until you switch it on. You can stop at any moment."));
		sheet_gap(s, 1);
		sheet_offer(s, TOOL_HOLDS, T("Switch it on and try"), (struct str){ 0 });
		return;
	}
	sheet_prose(s, T("Eyes open, on one spot. Small, soft breaths are enough."));
	sheet_gap(s, 1);
	if (t->words_only) {
		sheet_side(s, T("Breathe in"),
		    t->phases[TOP_UP] > 0 ? T("gently, and then a little more")
					  : T("gently, as far as it is easy"));
		if (t->phases[HOLD] > 0)
			sheet_side(s, T("Stay"), T("only while it is comfortable"));
		sheet_side(s, T("Breathe out"), T("slowly, as if you were cooling soup"));
		if (t->phases[REST] > 0)
			sheet_side(s, T("Rest"), T("before the next breath comes"));
	} else {
		struct block *b = sheet_add(s, BLOCK_BREATH, 0);
		float *phases = arena_make(s->memory, float, PHASES);
		for (int i = 0; i < PHASES; i++)
			phases[i] = t->phases[i] * t->pace;
		b->phases = phases;
		b->label = T("Breathe in");
		b->text = T("Breathe out, as if you were cooling soup");
		float secs = (float)elapsed(t) / 1000.0F, whole = round_of(t);
		b->at = whole > 0 ? secs - whole * (float)(int)(secs / whole) : 0;
	}
	sheet_gap(s, 1);
}

static struct str tool_title(const struct view *v)
{
	const struct tool *t = v->state;
	struct str title = app_field(v->app, t->card, FIELD_TITLE);

	return title.n > 0 || t->card->page == NULL ? title
						    : view_title(v->app, t->card->page);
}

static void tool_build(const struct view *v, struct sheet *s)
{
	const struct tool *t = v->state;
	const struct card *head = t->card->page != NULL ? t->card->page->head : NULL;
	const struct card *rule =
	    content_card(v->app->content, CARD_MESSAGE, STR("tool-rule"));
	const struct page *instead = other(v);

	sheet_place(s,
	    is_breath(t)   ? T("Grounding · Breath")
	    : head != NULL ? arena_fmt(s->memory, _("%.*s · Practice"),
				 STR_ARG(view_title(v->app, t->card->page)))
			   : T("Practice"),
	    v->app->demo               ? T("EXAMPLE")
	    : t->ended || is_breath(t) ? (struct str){ 0 }
				       : arena_fmt(s->memory, _("part %zu of %zu"),
					     t->part + 1, t->card->item_count));
	sheet_title(s, tool_title(v), (struct str){ 0 });
	if (t->ended) {
		sheet_prose(
		    s, T("That was it. Better or the same is enough; worse is no fault "
			 "of yours, and another one may fit better."));
		sheet_gap(s, 1);
		sheet_offer(s, TOOL_DONE, T("Back to my page"), (struct str){ 0 });
		sheet_offer(s, TOOL_AGAIN, T("Once more"), (struct str){ 0 });
	} else if (is_breath(t)) {
		build_breath(v, s);
	} else {
		build_practice(v, s);
	}
	if (!t->ended && !t->holds_asked) {
		if (!v->app->plain && t->moving)
			sheet_offer(s, TOOL_PAUSE,
			    t->since != 0 ? T("Pause here") : T("Go on"),
			    (struct str){ 0 });
		if (t->moving)
			sheet_offer(s, TOOL_WORDS,
			    t->words_only ? T("With the picture")
					  : T("Only the words, no picture and no numbers"),
			    (struct str){ 0 });
		if (is_breath(t))
			sheet_offer(s, TOOL_DONE, T("That is enough"), (struct str){ 0 });
	}
	if (instead != NULL)
		sheet_offer(s, TOOL_ELSE, T("Something else"), view_title(v->app, instead));
	sheet_gap(s, 1);
	if (is_breath(t))
		sheet_care(
		    s, T("Dizzy, tingly or more afraid? Go back to your normal breath "
			 "and use your senses instead."));
	else if (rule != NULL)
		view_paras(v, s, rule);
	sheet_can(s, ACT_OPEN, T("next"), true);
	sheet_can(s, ACT_BACK, T("stop"), true);
	if (is_breath(t)) {
		sheet_can(s, ACT_FASTER, T("pace"), true);
		sheet_can(s, ACT_SLOWER, (struct str){ 0 }, false);
	}
	sheet_can(s, ACT_NUMBERS, (struct str){ 0 }, false);
	sheet_can(s, ACT_PAUSE, (struct str){ 0 }, false);
}

static void pause(struct view *v)
{
	struct tool *t = v->state;
	int64_t now = v->app->world->mono_ms(v->app->world);

	if (t->since != 0) {
		t->passed += now - t->since;
		t->since = 0;
	} else {
		t->now = t->since = now;
	}
}

static void done(struct view *v)
{
	struct tool *t = v->state;
	struct err e;

	if (t->ended || t->card->page == NULL) {
		app_pop(v->app);
		return;
	}
	t->ended = true;
	t->since = 0;
	v->focus = TOOL_DONE;
	if (v->app->room != NULL &&
	    !practice_put(v->app->room, t->card->page, v->app->lang, &e))
		app_error(v->app, &e);
}

static void tool_pick(struct view *v, int id)
{
	struct tool *t = v->state;
	struct err e;

	switch (id) {
	case TOOL_NEXT:
		t->part++;
		start(v);
		v->focus = t->part + 1 < t->card->item_count ? TOOL_NEXT : TOOL_DONE;
		break;
	case TOOL_PAUSE: pause(v); break;
	case TOOL_WORDS: t->words_only = !t->words_only; break;
	case TOOL_HOLDS:
		t->holds_asked = false;
		v->focus = TOOL_PAUSE;
		start(v);
		if (v->app->room != NULL)
			(void)!setting_put(v->app->room, SETTING_HOLDS, STR("on"), &e);
		break;
	case TOOL_ELSE: app_replace(v->app, &view_page, other(v)); break;
	case TOOL_AGAIN:
		t->ended = false;
		t->part = 0;
		v->focus = 0;
		start(v);
		break;
	case TOOL_DONE: done(v); break;
	default: break;
	}
}

static bool tool_act(struct view *v, enum action act)
{
	struct tool *t = v->state;

	if (act == ACT_NUMBERS)
		t->words_only = !t->words_only;
	else if (act == ACT_PAUSE)
		pause(v);
	else if (act == ACT_SLOWER && t->pace < 1.6F)
		t->pace += 0.1F;
	else if (act == ACT_FASTER && t->pace > 0.6F)
		t->pace -= 0.1F;
	else
		return act == ACT_SLOWER || act == ACT_FASTER;
	return true;
}

/* Any other key pauses: what moves must be stopped by the first key that comes to hand. */
static bool tool_key(struct view *v, const struct event *ev)
{
	(void)ev;
	pause(v);
	return true;
}

static int tool_wait(const struct view *v)
{
	const struct tool *t = v->state;

	return t->moving && !t->words_only && t->since != 0 && !t->ended ? 1000 : -1;
}

static void tool_tick(struct view *v, int64_t mono_ms)
{
	struct tool *t = v->state;

	t->now = mono_ms;
}

const struct view_ops view_tool = {
	.name = "tool",
	.state_size = sizeof(struct tool),
	.open = tool_open,
	.build = tool_build,
	.pick = tool_pick,
	.act = tool_act,
	.key = tool_key,
	.wait = tool_wait,
	.tick = tool_tick,
};
