/* The twenty-second check-in: a number or none, how here one is, one word if one likes.  No
 * number is a choice like the others. */
#include "ui/views/views.h"

enum stage { ASK_DISTRESS, ASK_PRESENT, WORD };
enum { CHECK_WORD = 1, CHECK_DONE };

struct checkin {
	enum stage stage;
	const struct card *ratings[2]; /* distress, present */
	struct editor *word;
	struct id id;
	bool kept;
};

static bool checkin_open(struct view *v, const void *arg, struct err *e)
{
	struct checkin *c = v->state;

	(void)arg;
	if (v->app->room == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s", _("A check-in needs an open room."));
	c->ratings[0] = content_card(v->app->content, CARD_RATING, STR("distress"));
	c->ratings[1] = content_card(v->app->content, CARD_RATING, STR("present"));
	c->word = editor_new(true);
	v->focus = view_scale_start();
	if (c->ratings[0] == NULL || c->ratings[1] == NULL)
		return err_set(e, ERR_CONTENT, "%s", _("That page is missing."));
	return true;
}

static void checkin_build(const struct view *v, struct sheet *s)
{
	const struct checkin *c = v->state;

	sheet_place(s, T("How is today?"), v->app->demo ? T("EXAMPLE") : T("20 seconds"));
	switch (c->stage) {
	case ASK_DISTRESS:
	case ASK_PRESENT:
		sheet_title(s, app_field(v->app, c->ratings[c->stage], FIELD_ASK),
		    (struct str){ 0 });
		view_scale_blocks(v, s, c->ratings[c->stage],
		    v->app->plain ? -1 : view_scale_value(v->focus));
		return;
	case WORD:
	default:
		sheet_title(s, T("One word for today?"), (struct str){ 0 });
		sheet_prose(
		    s, T("Calm, tired, tense, sad, angry, hopeful, blank, or your own. "
			 "Or none."));
		sheet_gap(s, 1);
		struct block *b =
		    sheet_field(s, CHECK_WORD, (struct str){ 0 }, editor_text(c->word),
			v->focus == CHECK_WORD || v->focus == 0 ? c->word : NULL);
		b->rows = 1;
		sheet_gap(s, 1);
		sheet_offer(s, CHECK_DONE, T("That is all"), (struct str){ 0 });
		sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
		break;
	}
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static bool keep_word(struct view *v, bool draft, struct err *e)
{
	struct checkin *c = v->state;
	struct str text = str_trim(editor_text(c->word));

	if (text.n == 0 || !editor_changed(c->word))
		return true;
	if (!journal_put(v->app->room, &c->id, text,
		v->app->content->langs[v->app->lang].code, T("One word for today?"), draft,
		e))
		return false;
	if (!draft)
		editor_saved(c->word);
	return true;
}

static bool checkin_save(struct view *v, bool final, struct err *e)
{
	if (!keep_word(v, !final, e))
		return false;
	v->unsaved = false;
	return true;
}

static void finish(struct view *v)
{
	struct err e;

	if (!checkin_save(v, true, &e)) {
		app_error(v->app, &e);
		return;
	}
	app_say(v->app, _("Saved."));
	app_pop(v->app);
}

static void rated(struct view *v, int value)
{
	struct checkin *c = v->state;
	struct err e;

	if (value >= 0 &&
	    !rating_put(v->app->room, c->ratings[c->stage], value, v->app->lang, &e)) {
		app_error(v->app, &e);
		return;
	}
	view_threshold(v, c->ratings[c->stage], value);
	c->stage = c->stage == ASK_DISTRESS ? ASK_PRESENT : WORD;
	v->focus = c->stage == WORD ? CHECK_WORD : view_scale_start();
	v->scroll = 0;
}

static void checkin_pick(struct view *v, int id)
{
	struct checkin *c = v->state;

	if (c->stage != WORD)
		rated(v, view_scale_value(id));
	else
		finish(v);
}

static bool checkin_key(struct view *v, const struct event *ev)
{
	const struct checkin *c = v->state;

	return c->stage != WORD && view_scale_key(v, ev);
}

static void checkin_typed(struct view *v, int id)
{
	(void)id;
	v->unsaved = true;
}

static void checkin_close(struct view *v)
{
	struct checkin *c = v->state;

	editor_free(c->word);
}

const struct view_ops view_checkin = {
	.name = "checkin",
	.state_size = sizeof(struct checkin),
	.open = checkin_open,
	.build = checkin_build,
	.pick = checkin_pick,
	.key = checkin_key,
	.typed = checkin_typed,
	.save = checkin_save,
	.close = checkin_close,
};
