/* Dates in the language in use.  English puts the day's name before a comma, Spanish writes
 * small letters and "de"; both come from the catalogue, never from the C library's locale,
 * which may not be installed. */
#include "remanso/view.h"

static const char *const weekdays[7] = { N_("Sunday"), N_("Monday"), N_("Tuesday"),
	N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday") };
static const char *const months[12] = { N_("January"), N_("February"), N_("March"),
	N_("April"), N_("May"), N_("June"), N_("July"), N_("August"), N_("September"),
	N_("October"), N_("November"), N_("December") };
/* "May" is a month and a short month: the context keeps the two apart for translators. */
static const char *const short_months[12] = { N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"),
	N_("May "), N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"),
	N_("Dec") };

struct str app_date(const struct app *app, struct arena *a, int64_t ms, bool with_year)
{
	struct day d = day_of(ms);
	struct fill with[] = {
		{ "weekday", str_from(_(weekdays[d.wday % 7])) },
		{ "day", arena_fmt(a, "%d", d.mday) },
		{ "month", str_from(_(months[(d.month + 11) % 12])) },
		{ "year", arena_fmt(a, "%d", d.year) },
	};

	(void)app;
	return text_fill(a,
	    str_from(with_year ? _("{weekday}, {day} {month} {year}")
			       : _("{weekday}, {day} {month}")),
	    with, ARRAY_LEN(with));
}

struct str app_long_date(const struct app *app, struct arena *a, int64_t ms)
{
	struct day d = day_of(ms);
	struct fill with[] = {
		{ "day", arena_fmt(a, "%d", d.mday) },
		{ "month", str_from(_(months[(d.month + 11) % 12])) },
		{ "year", arena_fmt(a, "%d", d.year) },
	};

	(void)app;
	return text_fill(a, str_from(_("{day} {month} {year}")), with, ARRAY_LEN(with));
}

struct str app_short_date(const struct app *app, struct arena *a, int64_t ms)
{
	struct day d = day_of(ms);
	struct fill with[] = {
		{ "day", arena_fmt(a, "%d", d.mday) },
		{ "month", str_trim(str_from(_(short_months[(d.month + 11) % 12]))) },
	};

	(void)app;
	return text_fill(a, str_from(_("{day} {month}")), with, ARRAY_LEN(with));
}
