/* A therapist beside the workbook: asked once.  "I already see someone" and "not now" are
 * remembered, and the question does not come back. */
#include "ui/views/views.h"

enum { THERAPIST_READ = 1, THERAPIST_HAVE, THERAPIST_LATER };

static void therapist_build(const struct view *v, struct sheet *s)
{
	sheet_place(s, STR("Remanso"), v->app->demo ? T("EXAMPLE") : T("asked once"));
	sheet_title(s, T("Somebody beside you in this"), (struct str){ 0 });
	sheet_prose(
	    s, T("This workbook works best beside a therapist who knows trauma. It is not "
		 "needed to go on, and you will not be asked again."));
	sheet_gap(s, 1);
	sheet_offer(s, THERAPIST_READ, T("How to find one, and what to ask"), T("reading"));
	sheet_offer(s, THERAPIST_HAVE, T("I already see someone"), (struct str){ 0 });
	sheet_offer(s, THERAPIST_LATER, T("Not now"), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void therapist_pick(struct view *v, int id)
{
	struct err e;

	if (!setting_put(v->app->room, SETTING_THERAPIST,
		id == THERAPIST_HAVE ? STR("have") : STR("later"), &e)) {
		app_error(v->app, &e);
		return;
	}
	app_pop(v->app);
	if (id == THERAPIST_READ)
		view_open_page(
		    v->app, content_page(v->app->content, STR("find-therapist")));
}

const struct view_ops view_therapist = {
	.name = "therapist",
	.build = therapist_build,
	.pick = therapist_pick,
};
