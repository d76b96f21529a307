/* The placeholders are those that the screens fill in; the names of keys come from the key
 * table there, so that prose never says a key that has moved. */
#include "marks.h"

#include "keys.h"

#include <string.h>

static const char *const placeholders[] = {
	"name",
	"partner",
	"date",
	"time",
	"word",
	"emergency",
	"crisis_line",
	"key_help",
	"key_leave",
	"key_ground",
	"key_back",
	"key_next",
	"key_open",
	"key_more",
	"key_pause",
	"key_lighter",
	"key_language",
};

static void check_strong(struct str words, const struct raw_card *c, int line)
{
	int stars = 0;

	for (size_t i = 0; i < words.n; i++)
		stars += words.s[i] == '*';
	if (stars % 2)
		report_error(c->file->all, c->file->label, line,
		    _("a '*' without its partner; strong words stand between two: *strong*"));
}

static void check_placeholder(
    struct str name, const struct raw_card *c, int line, struct arena *tables)
{
	struct near near = near_start(name);

	for (size_t i = 0; i < ARRAY_LEN(placeholders); i++) {
		if (str_is(name, placeholders[i]))
			return;
		near_try(&near, str_from(placeholders[i]));
	}
	report_error(c->file->all, c->file->label, line,
	    _("nothing fills in '{%.*s}'.%.*s"), STR_ARG(name),
	    STR_ARG(near_words(tables, &near, "")));
}

void marks_check(struct str words, const struct raw_card *c, int line, struct arena *tables)
{
	const char *open, *close;
	size_t at = 0;

	if (words.n == 0)
		return;
	check_strong(words, c, line);
	keys_check(words, c, line);
	while (at < words.n && (open = memchr(words.s + at, '{', words.n - at))) {
		size_t from = (size_t)(open - words.s) + 1;

		close = from < words.n ? memchr(words.s + from, '}', words.n - from) : NULL;
		if (!close) {
			report_error(
			    c->file->all, c->file->label, line, _("a '{' without its '}'"));
			return;
		}
		check_placeholder(
		    str_slice(words, from, (size_t)(close - words.s)), c, line, tables);
		at = (size_t)(close - words.s) + 1;
	}
}
