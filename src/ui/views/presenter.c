/* The demonstration for somebody who shows the workbook to another: notes under a thin line,
 * and the keys 1 to 5 for the steps, from every page. */
#include "ui/views/views.h"

static bool is_about(const struct card *c, struct str name)
{
	struct str rest = card_word(c, FIELD_ABOUT), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

static const struct card *note_about(const struct app *app, struct str name)
{
	const struct card *c = NULL;

	while ((c = content_next(app->content, CARD_PRESENTER, c)) != NULL)
		if (is_about(c, name))
			return c;
	return NULL;
}

/* The note about a page; where there is none, the one about its step. */
static const struct card *note_for(const struct app *app, struct str name, int step)
{
	const struct card *c = note_about(app, name), *of = view_step_card(app, step);

	return c != NULL || of == NULL ? c : note_about(app, of->name);
}

static void side(const struct view *v, struct sheet *s, const struct card *c,
    enum field_id f, struct str head)
{
	if (card_has(c, f))
		sheet_side(s, head, app_fill(v->app, s->memory, app_field(v->app, c, f)));
}

void view_demo_notes(
    const struct view *v, struct sheet *s, struct str name, int step, bool typing)
{
	const struct card *c = note_for(v->app, name, step);

	sheet_note(s, T("Demonstration with invented entries. Nothing is saved."));
	if (v->app->plain || typing)
		return;
	s->kept = T("1-5: a step");
	if (c == NULL)
		return;
	sheet_key(s, STR("n"), v->app->notes ? T("hide notes") : T("notes"));
	if (!v->app->notes)
		return;
	sheet_gap(s, 1);
	sheet_add(s, BLOCK_RULE, 0)->label = T("For the person presenting");
	sheet_gap(s, 1);
	side(v, s, c, FIELD_PURPOSE, T("Purpose"));
	side(v, s, c, FIELD_INTRODUCE, T("You could ask"));
	side(v, s, c, FIELD_WATCH_FOR, T("Watch for"));
	side(v, s, c, FIELD_RATIONALE, T("Comes from"));
	s->blocks[s->count - 1].id = ID_NOTES; /* where n leads: so that all of them show */
}

bool view_demo_key(struct app *app, const struct event *ev)
{
	const struct card *step;

	if (!app->demo)
		return false;
	if (ev->key == K_CHAR('n') &&
	    (app_top(app)->ops == &view_page || app_top(app)->ops == &view_step)) {
		app->notes = !app->notes;
		app_top(app)->focus = app->notes ? ID_NOTES : 0;
		app_top(app)->scroll = 0;
		return true;
	}
	if (ev->key < K_CHAR('1') || ev->key > K_CHAR('5'))
		return false;
	step = view_step_card(app, ev->key - K_CHAR('0'));
	if (step == NULL)
		return false;
	app_reset(app, &view_home, NULL);
	app_push(app, &view_step, step);
	return true;
}
