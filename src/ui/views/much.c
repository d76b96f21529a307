/* When a number asks for more than "saved": what a scale's own card says to do at or above, at
 * or below a value.  High distress offers people and tools first and blocks nothing. */
#include "ui/views/views.h"

enum { MUCH_PEOPLE = 1, MUCH_TOOL, MUCH_CLOSE, MUCH_GO_ON };

/* People first, then tools, then closing; going on is possible. */
static const struct {
	const char *name;
	int id;
} offers[] = { { "people", MUCH_PEOPLE }, { "tool", MUCH_TOOL }, { "close", MUCH_CLOSE },
	{ "go-on", MUCH_GO_ON } };

static void much_build(const struct view *v, struct sheet *s)
{
	const struct card *m =
	    content_card(v->app->content, CARD_MESSAGE, STR("high-distress"));

	sheet_place(s, v->app->demo ? T("EXAMPLE") : (struct str){ 0 }, (struct str){ 0 });
	if (m == NULL)
		return;
	sheet_title(s, app_field(v->app, m, FIELD_TITLE), (struct str){ 0 });
	view_paras(v, s, m);
	sheet_gap(s, 1);
	for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
		const struct item *it = card_item(m, str_from(offers[i].name));
		if (it != NULL)
			sheet_offer(s, offers[i].id, app_text(v->app, &it->cell[0]),
			    (struct str){ 0 });
	}
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void much_pick(struct view *v, int id)
{
	switch (id) {
	case MUCH_PEOPLE: app_push(v->app, &view_lines, NULL); break;
	case MUCH_TOOL: app_push(v->app, &view_grounding, NULL); break;
	case MUCH_CLOSE: app_reset(v->app, &view_home, NULL); break;
	default: app_pop(v->app); break;
	}
}

const struct view_ops view_much = {
	.name = "much",
	.build = much_build,
	.pick = much_pick,
};

/* "7 message high-distress", "3 page orienting": does it apply, and then what? */
static bool applies(
    struct str rule, int value, bool above, struct str *kind, struct str *name)
{
	struct str limit;
	int n;

	if (!str_cut(&rule, ' ', &limit) || !str_int(limit, &n) ||
	    !str_cut(&rule, ' ', kind))
		return false;
	*name = str_trim(rule);
	return above ? value >= n : value <= n;
}

void view_threshold(struct view *v, const struct card *c, int value)
{
	struct app *app = v->app;
	struct str kind, name;

	if (value < 0 ||
	    (!applies(card_word(c, FIELD_ABOVE), value, true, &kind, &name) &&
		!applies(card_word(c, FIELD_BELOW), value, false, &kind, &name)))
		return;
	if (str_is(name, "high-distress")) {
		app_push(app, &view_much, NULL);
	} else if (str_is(name, "orienting")) {
		app_push(app, &view_grounding, NULL);
	} else if (str_is(kind, "message")) {
		const struct card *m = content_card(app->content, CARD_MESSAGE, name);
		/* One line, without the name of what was asked: also shown now and then to
		 * everybody, so that it gives nothing away. */
		if (m != NULL && m->para_count > 0)
			app_say(app, arena_cstr(v->memory, app_text(app, &m->paras[0])));
	} else {
		view_open_page(app, content_page(app->content, name));
	}
}
