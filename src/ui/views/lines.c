/* Help lines, private help, and what leaving cannot hide.  All work before any unlock, and
 * store nothing.  The program shows numbers; it never dials. */
#include "ui/views/views.h"

enum { LINES_PRIVATE = 1, LINES_WAIT, LINES_ELSEWHERE };

struct lines {
	bool elsewhere; /* other regions and topics */
};

/* The number is the heading: what one calls, else texts, else writes to. */
static struct str number_of(const struct card *c)
{
	static const enum field_id ways[] = { FIELD_CALL, FIELD_TEXT_TO, FIELD_CHAT,
		FIELD_URL };

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (card_has(c, ways[i]))
			return card_word(c, ways[i]);
	return (struct str){ 0 };
}

static struct str region(const struct view *v, struct arena *a)
{
	return v->app->room != NULL ? setting_get(v->app->room, SETTING_REGION, a)
				    : STR("us");
}

/* The first page: this region's lines for an emergency, a crisis and violence.  A line for one
 * group of people only (its topic has more words) stands on the second. */
static bool is_near(const struct card *c, struct str here)
{
	static const char *const first[] = { "emergency", "suicide", "suicide crisis",
		"violence", "sexual-violence" };
	struct str where = card_word(c, FIELD_REGION), topic = card_word(c, FIELD_TOPIC);

	if (!str_eq(where, here) && !(str_is(here, "us-ca") && str_is(where, "us")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		if (str_is(topic, first[i]))
			return true;
	return false;
}

/* The oldest day of a check among the lines of the first page: nothing newer is claimed. */
static struct str oldest_check(const struct view *v, struct str here)
{
	const struct content *c = v->app->content;
	const struct card *line = NULL;
	struct str oldest = { 0 };

	while ((line = content_next(c, CARD_LINE, line)) != NULL) {
		struct str day = card_word(line, FIELD_CHECKED_ON);
		if (is_near(line, here) && day.n > 0 &&
		    (oldest.n == 0 || str_cmp(day, oldest) < 0))
			oldest = day;
	}
	return oldest;
}

/* "2026-09-14" as a date of the language in use. */
static struct str check_date(const struct app *app, struct arena *a, struct str iso)
{
	int y, m, d;

	if (iso.n != 10 || !str_int(str_slice(iso, 0, 4), &y) ||
	    !str_int(str_slice(iso, 5, 7), &m) || !str_int(str_slice(iso, 8, 10), &d))
		return iso;
	return app_long_date(app, a, day_start(y, m, d));
}

/* What it is for, in one sentence; for who reads Spanish, how to be answered in it as well.
 * All of it stands on the line's own page. */
static struct str in_short(const struct app *app, struct arena *a, const struct card *c)
{
	struct str what = app_field(app, c, FIELD_WHAT);

	for (size_t i = 0; i + 1 < what.n; i++)
		if (what.s[i] == '.' && what.s[i + 1] == ' ')
			what = str_slice(what, 0, i + 1);
	if (!str_is(app->content->langs[app->lang].code, "es") ||
	    !card_has(c, FIELD_SPANISH))
		return what;
	return arena_fmt(
	    a, "%.*s %.*s", STR_ARG(what), STR_ARG(app_field(app, c, FIELD_SPANISH)));
}

static void lines_build(const struct view *v, struct sheet *s)
{
	const struct lines *st = v->state;
	struct app *app = v->app;
	struct str here = region(v, s->memory);
	const struct card *c = NULL;
	int n = 0;

	sheet_place(s, T("Help"), T("free, day and night"));
	sheet_title(s,
	    st->elsewhere ? T("Other places and other subjects") : T("People to talk to"),
	    (struct str){ 0 });
	while ((c = content_next(app->content, CARD_LINE, c)) != NULL) {
		n++;
		if (is_near(c, here) == st->elsewhere)
			continue;
		struct block *b = sheet_add(s, BLOCK_SIDE, ID_LIST + n);
		b->label = number_of(c);
		b->text = arena_fmt(s->memory, "%.*s\n%.*s",
		    STR_ARG(app_field(app, c, FIELD_TITLE)),
		    STR_ARG(in_short(app, s->memory, c)));
		sheet_gap(s, 1);
	}
	if (!st->elsewhere) {
		sheet_offer(s, LINES_ELSEWHERE, T("Other places and other subjects"),
		    (struct str){ 0 });
		sheet_offer(
		    s, LINES_PRIVATE, T("Private help, to read alone"), (struct str){ 0 });
		sheet_offer(s, LINES_WAIT, T("When to leave couple pages for later"),
		    (struct str){ 0 });
	}
	struct str checked = oldest_check(v, here);
	if (st->elsewhere || checked.n == 0)
		sheet_note(
		    s, T("Each one says when it was checked. This program never calls."));
	else
		sheet_note(
		    s, arena_fmt(s->memory, _("Checked on %.*s. This program never calls."),
			   STR_ARG(check_date(app, s->memory, checked))));
	sheet_can(s, ACT_OPEN, T("more"), true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void lines_pick(struct view *v, int id)
{
	struct lines *st = v->state;
	struct app *app = v->app;
	const struct card *c = NULL;

	if (id == LINES_PRIVATE) {
		app_push(app, &view_private, NULL);
	} else if (id == LINES_WAIT) {
		app_push(app, &view_message,
		    content_card(app->content, CARD_MESSAGE, STR("not-now-couple")));
	} else if (id == LINES_ELSEWHERE) {
		st->elsewhere = true;
		v->focus = 0;
		v->scroll = 0;
	} else {
		for (int n = id - ID_LIST; n > 0; n--)
			c = content_next(app->content, CARD_LINE, c);
		if (c != NULL)
			app_push(app, &view_line, c);
	}
}

/* From the other places back to the near ones. */
static bool lines_act(struct view *v, enum action act)
{
	struct lines *st = v->state;

	if (act != ACT_BACK || !st->elsewhere)
		return false;
	st->elsewhere = false;
	v->focus = LINES_ELSEWHERE;
	v->scroll = 0;
	return true;
}

const struct view_ops view_lines = {
	.name = "lines",
	.state_size = sizeof(struct lines),
	.build = lines_build,
	.pick = lines_pick,
	.act = lines_act,
};

/* ---- one line, whole ---- */
struct one_card {
	const struct card *card;
};

static bool card_open(struct view *v, const void *arg, struct err *e)
{
	struct one_card *st = v->state;

	st->card = arg;
	return arg != NULL || err_set(e, ERR_CONTENT, "%s", _("That page is missing."));
}

static void fact(const struct view *v, struct sheet *s, enum field_id f, const char *head)
{
	const struct one_card *st = v->state;

	if (card_has(st->card, f))
		sheet_side(s, str_from(head), app_field(v->app, st->card, f));
}

static void line_build(const struct view *v, struct sheet *s)
{
	const struct one_card *st = v->state;
	const struct card *c = st->card;

	sheet_place(s, T("Help"), T("free, day and night"));
	sheet_title(s, app_field(v->app, c, FIELD_TITLE), (struct str){ 0 });
	sheet_prose(s, app_field(v->app, c, FIELD_WHAT));
	sheet_gap(s, 1);
	fact(v, s, FIELD_CALL, _("Call"));
	if (card_has(c, FIELD_TEXT_TO))
		sheet_side(s, T("Text"),
		    card_has(c, FIELD_TEXT_WORD)
			? arena_fmt(s->memory, _("%.*s to %.*s"),
			      STR_ARG(card_word(c, FIELD_TEXT_WORD)),
			      STR_ARG(card_word(c, FIELD_TEXT_TO)))
			: card_word(c, FIELD_TEXT_TO));
	fact(v, s, FIELD_CHAT, _("Chat"));
	fact(v, s, FIELD_URL, _("Website"));
	fact(v, s, FIELD_HOURS, _("Hours"));
	fact(v, s, FIELD_SPANISH, _("In Spanish"));
	fact(v, s, FIELD_DEAF, _("Deaf callers"));
	if (card_has(c, FIELD_CHECKED_ON))
		sheet_side(s, T("Checked"),
		    check_date(v->app, s->memory, card_word(c, FIELD_CHECKED_ON)));
	sheet_gap(s, 1);
	const struct card *may =
	    content_card(v->app->content, CARD_MESSAGE, STR("lines-may-change"));
	if (may != NULL && may->para_count > 1)
		sheet_prose(s, app_text(v->app, &may->paras[1]));
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

const struct view_ops view_line = {
	.name = "line",
	.state_size = sizeof(struct one_card),
	.open = card_open,
	.build = line_build,
};

/* ---- a message card as a page ---- */
static void message_build(const struct view *v, struct sheet *s)
{
	const struct one_card *st = v->state;

	sheet_place(s, T("Help"), v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	sheet_title(s, app_field(v->app, st->card, FIELD_TITLE), (struct str){ 0 });
	view_paras(v, s, st->card);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

const struct view_ops view_message = {
	.name = "message",
	.state_size = sizeof(struct one_card),
	.open = card_open,
	.build = message_build,
};

/* ---- private help: leaves no trace inside the program ---- */
static void private_build(const struct view *v, struct sheet *s)
{
	const struct card *c =
	    content_card(v->app->content, CARD_MESSAGE, STR("private-help"));
	struct str rest, name;
	int n = 0;

	sheet_place(s, T("Help"), T("nothing is kept"));
	if (c == NULL)
		return;
	sheet_title(s, app_field(v->app, c, FIELD_TITLE), (struct str){ 0 });
	view_paras(v, s, c);
	sheet_gap(s, 1);
	for (rest = card_word(c, FIELD_LINES); str_cut(&rest, ' ', &name); n++) {
		const struct card *line = content_card(v->app->content, CARD_LINE, name);
		if (line != NULL)
			sheet_offer(s, ID_LIST + n, app_field(v->app, line, FIELD_TITLE),
			    number_of(line));
	}
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void private_pick(struct view *v, int id)
{
	const struct card *c =
	    content_card(v->app->content, CARD_MESSAGE, STR("private-help"));
	struct str rest = card_word(c, FIELD_LINES), name = { 0 };

	for (int n = id - ID_LIST; n >= 0 && str_cut(&rest, ' ', &name); n--)
		continue;
	app_push(v->app, &view_line, content_card(v->app->content, CARD_LINE, name));
}

const struct view_ops view_private = {
	.name = "private",
	.build = private_build,
	.pick = private_pick,
};

/* ---- what leaving cannot hide ---- */
static void limits_build(const struct view *v, struct sheet *s)
{
	const struct card *c = content_card(v->app->content, CARD_MESSAGE, STR("privacy"));

	sheet_place(s, T("Help"), (struct str){ 0 });
	sheet_title(s,
	    c != NULL ? app_field(v->app, c, FIELD_TITLE) : T("What leaving cannot hide"),
	    (struct str){ 0 });
	if (c != NULL)
		view_paras(v, s, c);
	sheet_gap(s, 1);
	sheet_head(s, T("What leaving cannot hide"));
	sheet_prose(
	    s, T("That the program is installed; the size and the date of its files; "
		 "the line in the shell's history that started it; a screen or a "
		 "keyboard that somebody watches."));
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

const struct view_ops view_limits = {
	.name = "limits",
	.build = limits_build,
};

/* ---- questions and answers ---- */
static void faq_build(const struct view *v, struct sheet *s)
{
	const struct card *c = NULL;
	int n = 0;

	sheet_place(
	    s, T("Questions and answers"), v->app->demo ? T("EXAMPLE") : T("reading"));
	sheet_title(s, T("What people ask"), (struct str){ 0 });
	while ((c = content_next(v->app->content, CARD_FAQ, c)) != NULL)
		sheet_offer(
		    s, ID_LIST + n++, app_field(v->app, c, FIELD_TITLE), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void faq_pick(struct view *v, int id)
{
	const struct card *c = NULL;

	for (int n = id - ID_LIST; n >= 0; n--)
		c = content_next(v->app->content, CARD_FAQ, c);
	if (c != NULL)
		app_push(v->app, &view_answer, c);
}

const struct view_ops view_faq = {
	.name = "faq",
	.build = faq_build,
	.pick = faq_pick,
};

static void answer_build(const struct view *v, struct sheet *s)
{
	const struct one_card *st = v->state;
	const struct page *next =
	    content_page(v->app->content, card_word(st->card, FIELD_OPENS));

	sheet_place(
	    s, T("Questions and answers"), v->app->demo ? T("EXAMPLE") : (struct str){ 0 });
	sheet_title(s, app_field(v->app, st->card, FIELD_TITLE), (struct str){ 0 });
	view_paras(v, s, st->card);
	sheet_gap(s, 1);
	if (next != NULL)
		view_page_offer(v, s, ID_NEXT_PAGE, next);
	else if (str_is(card_word(st->card, FIELD_OPENS), "private-help"))
		sheet_offer(
		    s, ID_LINES, T("Private help, to read alone"), (struct str){ 0 });
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
}

static void answer_pick(struct view *v, int id)
{
	const struct one_card *st = v->state;

	if (id == ID_NEXT_PAGE)
		view_open_page(v->app,
		    content_page(v->app->content, card_word(st->card, FIELD_OPENS)));
	else
		app_push(v->app, &view_private, NULL);
}

const struct view_ops view_answer = {
	.name = "answer",
	.state_size = sizeof(struct one_card),
	.open = card_open,
	.build = answer_build,
	.pick = answer_pick,
};
