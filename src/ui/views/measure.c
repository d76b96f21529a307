/* A published questionnaire, worded as published, one question at a time.  Every question can
 * be skipped.  The item about death or self-harm is answered at once, at 1, 2 and 3 alike,
 * whatever the total and every time; nothing is computed from it.  Answers are kept only at
 * the end and only when the person says so. */
#include "ui/views/views.h"

enum stage { INTRO, ASK, SAFETY, END };
enum { M_BEGIN = 1, M_NOT_NOW, M_SKIP, M_KEEP, M_DROP, M_SAFE = 20, M_OPTION = 100 };
#define ITEMS_MOST 32

struct measure {
	const struct page *page;
	const struct card *card;
	enum stage stage;
	size_t at;
	int answers[ITEMS_MOST]; /* option + 1; 0 = skipped */
};

static bool measure_open(struct view *v, const void *arg, struct err *e)
{
	struct measure *m = v->state;

	m->page = arg;
	m->card = view_part_of(m->page, CARD_MEASURE);
	if (m->card == NULL || m->card->item_count == 0 || m->card->item_count > ITEMS_MOST)
		return err_set(e, ERR_CONTENT, "%s", _("That page is missing."));
	if (v->app->room == NULL || v->app->demo)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    _("Questionnaires open only in a room of your own."));
	return true;
}

static struct str option(const struct view *v, int n)
{
	const struct measure *m = v->state;
	struct str rest = app_field(v->app, m->card, FIELD_OPTIONS), one = { 0 };

	for (; n >= 0; n--)
		if (!str_cut(&rest, '|', &one))
			return (struct str){ 0 };
	return str_trim(one);
}

static void build_intro(const struct view *v, struct sheet *s)
{
	const struct measure *m = v->state;

	sheet_prose(s, app_field(v->app, m->page->head, FIELD_NOTE));
	sheet_gap(s, 1);
	sheet_offer(s, M_BEGIN, T("Begin"), (struct str){ 0 });
	sheet_offer(s, M_NOT_NOW, T("Not now"), (struct str){ 0 });
	sheet_gap(s, 1);
	view_message_paras(v, s, "measure-intro");
	sheet_gap(s, 1);
	sheet_prose(s, app_field(v->app, m->card, FIELD_LIMITS));
	sheet_gap(s, 1);
	sheet_prose(s, app_field(v->app, m->card, FIELD_CREDIT));
}

static void build_question(const struct view *v, struct sheet *s)
{
	const struct measure *m = v->state;
	struct str words;

	sheet_prose(s, app_field(v->app, m->card, FIELD_STEM));
	sheet_gap(s, 1);
	sheet_loud(s, app_text(v->app, &m->card->items[m->at].cell[0]));
	sheet_gap(s, 1);
	for (int i = 0; (words = option(v, i)).n > 0; i++)
		sheet_offer(s, M_OPTION + i, words,
		    m->answers[m->at] == i + 1 ? T("chosen") : (struct str){ 0 });
	sheet_offer(s, M_SKIP, T("Skip this question"), (struct str){ 0 });
}

static const struct card *safety_card(const struct view *v)
{
	return content_card(v->app->content, CARD_MESSAGE, STR("item9-support"));
}

static void build_safety(const struct view *v, struct sheet *s)
{
	const struct card *c = safety_card(v);

	if (c == NULL)
		return;
	view_paras(v, s, c);
	sheet_gap(s, 1);
	for (size_t i = 0; i < c->item_count; i++)
		sheet_offer(s, M_SAFE + (int)i, app_text(v->app, &c->items[i].cell[0]),
		    (struct str){ 0 });
	sheet_gap(s, 1);
	sheet_prose(s, app_fill(v->app, s->memory, app_field(v->app, c, FIELD_AFTER)));
}

/* Is the item among those that add up? */
static bool is_scored(const struct measure *m, struct str name)
{
	struct str rest = card_word(m->card, FIELD_SCORED), one;

	if (rest.n == 0)
		return true;
	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

static void build_end(const struct view *v, struct sheet *s)
{
	const struct measure *m = v->state;
	int sum = 0;
	bool whole = true;

	for (size_t i = 0; i < m->card->item_count; i++)
		if (is_scored(m, m->card->items[i].name)) {
			whole = whole && m->answers[i] != 0;
			sum += m->answers[i] > 0 ? m->answers[i] - 1 : 0;
		}
	if (whole)
		sheet_loud(s, arena_fmt(s->memory, _("Your number today: %d."), sum));
	else
		sheet_prose(
		    s, T("Some questions were skipped, so there is no number. That is "
			 "fine."));
	sheet_gap(s, 1);
	if (whole && sum >= card_number(m->card, FIELD_TALK_FROM, 1000)) {
		sheet_prose(s, app_field(v->app, m->card, FIELD_PLAIN_HIGH));
		sheet_gap(s, 1);
	}
	view_message_paras(v, s, "measure-after");
	sheet_gap(s, 1);
	sheet_offer(s, M_KEEP, T("Keep these answers"), T("only you see them"));
	sheet_offer(s, M_DROP, T("Leave without keeping them"), (struct str){ 0 });
	sheet_offer(s, ID_LINES, T("Somebody to talk to"), T("any time"));
}

static void measure_build(const struct view *v, struct sheet *s)
{
	const struct measure *m = v->state;

	sheet_place(s, view_title(v->app, m->page),
	    m->stage == ASK ? arena_fmt(s->memory, _("question %zu of %zu"), m->at + 1,
				  m->card->item_count)
			    : T("only you see this"));
	if (m->stage == SAFETY && safety_card(v) != NULL)
		sheet_title(
		    s, app_field(v->app, safety_card(v), FIELD_TITLE), (struct str){ 0 });
	else if (m->stage != ASK)
		sheet_title(s,
		    m->stage == INTRO ? T("Before the questions") : T("That was it"),
		    (struct str){ 0 });
	switch (m->stage) {
	case INTRO: build_intro(v, s); break;
	case ASK: build_question(v, s); break;
	case SAFETY: build_safety(v, s); break;
	case END:
	default: build_end(v, s); break;
	}
	sheet_can(s, ACT_OPEN, T("choose"), true);
	sheet_can(s, ACT_BACK, T("stop"), true);
}

static void onwards(struct view *v)
{
	struct measure *m = v->state;

	m->at++;
	m->stage = m->at < m->card->item_count ? ASK : END;
	v->focus = 0;
	v->scroll = 0;
}

static void keep(struct view *v)
{
	struct measure *m = v->state;
	struct run *run = NULL;
	struct err e;
	bool ok = run_open(&run, v->app->room, m->page, v->app->lang, &e);

	for (size_t i = 0; ok && i < m->card->item_count; i++)
		if (m->answers[i] > 0)
			ok = run_set_number(run, m->card, m->card->items[i].name,
			    app_text(v->app, &m->card->items[i].cell[0]), m->answers[i] - 1,
			    option(v, m->answers[i] - 1), &e);
	ok = ok && run_finish(run, &e);
	run_close(run);
	if (!ok) {
		app_error(v->app, &e);
		return;
	}
	app_say(v->app, _("Saved."));
	app_pop(v->app);
}

static void pick_safety(struct view *v, const struct item *it)
{
	if (str_is(it->name, "lines"))
		app_push(v->app, &view_lines, NULL);
	else if (str_is(it->name, "plan"))
		view_open_page(v->app, content_page(v->app->content, STR("setback-plan")));
	else if (str_is(it->name, "tool"))
		app_push(v->app, &view_grounding, NULL);
	else if (str_is(it->name, "leave"))
		app_pop(v->app);
	else
		onwards(v);
}

static void measure_pick(struct view *v, int id)
{
	struct measure *m = v->state;
	const struct card *safe = safety_card(v);

	if (m->stage == SAFETY && safe != NULL && id >= M_SAFE &&
	    (size_t)(id - M_SAFE) < safe->item_count) {
		pick_safety(v, &safe->items[id - M_SAFE]);
		return;
	}
	switch (id) {
	case M_BEGIN: m->stage = ASK; break;
	case M_NOT_NOW:
	case M_DROP: app_pop(v->app); return;
	case M_KEEP: keep(v); return;
	case ID_LINES: app_push(v->app, &view_lines, NULL); return;
	case M_SKIP:
		m->answers[m->at] = 0;
		onwards(v);
		return;
	default:
		if (id < M_OPTION)
			return;
		m->answers[m->at] = id - M_OPTION + 1;
		if (id > M_OPTION &&
		    str_eq(card_word(m->card, FIELD_SAFETY), m->card->items[m->at].name)) {
			m->stage = SAFETY;
			break;
		}
		onwards(v);
		return;
	}
	v->focus = 0;
	v->scroll = 0;
}

static void measure_close(struct view *v)
{
	struct measure *m = v->state;

	explicit_bzero(m->answers, sizeof(m->answers));
}

const struct view_ops view_measure = {
	.name = "measure",
	.state_size = sizeof(struct measure),
	.open = measure_open,
	.build = measure_build,
	.pick = measure_pick,
	.close = measure_close,
};
