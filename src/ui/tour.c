/* A tour is a table of (view, line).  Before a line is given, the view it is meant for is
 * looked for: when another one lies on top, "back" is typed; when it is not on the stack at
 * all (the content is another one), the entry is left out.  So a tour cannot get lost, and
 * ends whatever the content is. */
#include "tour.h"

#include <string.h>

static const struct stop {
	const char *view, *line;
} stops[] = {
	{ "home", "5" },
	/* Step 1: a checklist, something of it marked. */
	{ "overview", "1" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 2: the table of responses, one of them opened. */
	{ "overview", "2" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 3: words of one's own in a field. */
	{ "overview", "3" },
	{ "step", "2" },
	{ "page", "2" },
	{ "page", N_("tired, and a little hopeful") },
	/* Step 4: the table of skills, one of them opened. */
	{ "overview", "4" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 5: looking back. */
	{ "overview", "5" },
	{ "step", "4" },
	/* What is always there. */
	{ "home", N_("ground") },
	{ "home", N_("lines") },
	{ "home", N_("leave") },
};

static bool on_stack(const struct app *app, const char *view)
{
	for (size_t i = 0; i < app_depth(app); i++)
		if (strcmp(app_view(app, i)->ops->name, view) == 0)
			return true;
	return false;
}

static const char *next_line(struct tour *t)
{
	size_t depth = app_depth(t->app);

	while (t->at < ARRAY_LEN(stops) && !on_stack(t->app, stops[t->at].view))
		t->at++;
	if (t->at == ARRAY_LEN(stops) || depth == 0)
		return _("leave");
	if (strcmp(app_view(t->app, depth - 1)->ops->name, stops[t->at].view) != 0)
		return _("back");
	return _(stops[t->at++].line);
}

static ssize_t tour_read(void *cookie, char *out, size_t cap)
{
	int n = snprintf(out, cap, "%s\n", next_line(cookie));

	return n > 0 && (size_t)n < cap ? n : 0;
}

FILE *tour_open(struct tour *t)
{
	return fopencookie(t, "r", (cookie_io_functions_t){ .read = tour_read });
}
