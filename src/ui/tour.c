/* A tour is a table of (view, line).  Before a line is given, the view it is meant for is
 * looked for: when another one lies on top, "back" is typed; when it is not on the stack at
 * all (the content is another one), the entry is left out.  So a tour cannot get lost, and
 * ends whatever the content is. */
#include "tour.h"

#include <string.h>

static const struct stop {
	const char *view, *line;
} stops[] = {
	/* Step 1: a checklist, something of it marked. */
	{ "home", "1" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 2: the table of responses, one of them opened. */
	{ "home", "2" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 3: words of one's own in a field. */
	{ "home", "3" },
	{ "step", "2" },
	{ "page", "2" },
	{ "page", N_("tired, and a little hopeful") },
	/* Step 4: the table of skills, one of them opened. */
	{ "home", "4" },
	{ "step", "1" },
	{ "page", "1" },
	/* Step 5: looking back. */
	{ "home", "5" },
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

/* Given out as it is asked for, be it one byte at a time. */
static ssize_t tour_read(void *cookie, char *out, size_t cap)
{
	struct tour *t = cookie;
	size_t n;

	if (t->rest == NULL)
		t->rest = next_line(t);
	n = strlen(t->rest);
	if (n > cap)
		n = cap;
	if (n == 0) { /* the line's end; the next one is chosen when it is wanted */
		t->rest = NULL;
		*out = '\n';
		return 1;
	}
	memcpy(out, t->rest, n);
	t->rest += n;
	return (ssize_t)n;
}

FILE *tour_open(struct tour *t)
{
	return fopencookie(t, "r", (cookie_io_functions_t){ .read = tour_read });
}
