/* Home: five stones across the water, the takeaway of the step in focus, and where to go on. */
#include "ui/views/views.h"

enum {
	HOME_GO_ON = 1,
	HOME_TODAY,
	HOME_JOURNAL,
	HOME_BACK,
	HOME_STEPS,
	HOME_LINES,
	HOME_THERAPIST,
	HOME_ENTRY,
	HOME_STEP /* + 0 to 4 */
};

struct home {
	const struct page *next;
	char marks[6];
	int here; /* the step one stands on, 1 to 5 */
	bool returning, shown;
	struct id entry;    /* of the journal, left half written; or none */
	bool ask_therapist; /* once, and not on the first visit */
	bool talk_due;      /* the person asked for a word about the weekly talk */
};

/* A word about the weekly talk: only when asked for, only that it would suit, never that it
 * was missed. */
static bool talk_due(struct app *app, struct arena *a)
{
	static const struct {
		const char *value;
		int days;
	} spans[] = { { "week", 7 }, { "two-weeks", 14 }, { "month", 30 } };
	const struct page *talk = content_page(app->content, STR("weekly-check-in"));
	struct str remind = setting_get(app->room, SETTING_REMIND, a);

	for (size_t i = 0; talk != NULL && i < ARRAY_LEN(spans); i++)
		if (str_is(remind, spans[i].value))
			return app->world->now_ms(app->world) -
				   page_state(app->room, talk).when >
			       (int64_t)spans[i].days * 24 * 3600 * 1000;
	return false;
}

struct newest {
	struct id id;
	bool any;
};

static bool take_newest(void *arg, const struct entry *en)
{
	*(struct newest *)arg = (struct newest){ en->id, true };
	return false;
}

/* The newest entry of some kinds (0: of all). */
static struct newest newest(struct room *r, unsigned kinds)
{
	struct newest n = { .any = false };
	struct err ignored;

	(void)!store_each(room_store(r), &(struct query){ .kinds = kinds, .limit = 1 },
	    take_newest, &n, &ignored);
	return n;
}

static struct id half_written(struct room *r, struct arena *a)
{
	struct str open = setting_get(r, SETTING_OPEN_ENTRY, a);
	struct newest n = { .any = false };

	if (open.n > 0)
		n = newest(r, 1u << ENTRY_JOURNAL);
	return n.any && str_eq(open, id_text(a, n.id)) ? n.id : (struct id){ { 0 } };
}

static void look(struct view *v)
{
	struct home *h = v->state;
	struct room *r = v->app->room;

	h->next = NULL;
	h->here = 1;
	for (int i = 0; i < 5; i++)
		h->marks[i] =
		    r != NULL && step_touched(r, v->app->content, i + 1) ? 'x' : '-';
	if (!h->shown) /* what was begun today makes nobody a returning guest */
		h->returning = r != NULL && newest(r, 0).any;
	h->shown = true;
	if (r == NULL)
		return;
	struct arena *a = arena_new();
	h->ask_therapist =
	    h->returning && !v->app->demo && setting_get(r, SETTING_THERAPIST, a).n == 0;
	h->talk_due = talk_due(v->app, a);
	h->entry = half_written(r, a);
	arena_free(a);
	h->next = room_next_page(r, v->app->content);
	if (h->next != NULL)
		h->here = card_number(h->next->head, FIELD_STEP, 1);
}

static bool home_open(struct view *v, const void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	look(v);
	return true;
}

/* A quiet line about private help stands here for everybody on some days of the month, so that
 * its other place, after a low number, gives nothing away. */
static bool quiet_day(const struct app *app)
{
	return day_of(app->world->now_ms(app->world)).mday % 10 == 7;
}

/* The five stones; read aloud, they are the first five things to choose. */
static void build_steps(const struct view *v, struct sheet *s)
{
	const struct home *h = v->state;
	struct app *app = v->app;
	struct block *map = app->plain ? NULL : sheet_add(s, BLOCK_MAP, 0);

	if (map != NULL) {
		map->marks = h->marks;
		map->number = h->here;
		map->label = T("you are here");
	}
	for (int i = 0; i < 5; i++) {
		const struct card *c = view_step_card(app, i + 1);
		if (c == NULL)
			continue;
		struct str name = app_field(app, c, FIELD_TITLE);
		if (map != NULL)
			map->cells[map->cell_count++] = name;
		else
			sheet_offer(s, HOME_STEP + i, name,
			    i + 1 == h->here     ? T("you are here")
			    : h->marks[i] == 'x' ? T("something of yours is here")
						 : (struct str){ 0 });
	}
}

static void home_build(const struct view *v, struct sheet *s)
{
	const struct home *h = v->state;
	struct app *app = v->app;
	const struct card *step = view_step_card(app, h->here);

	sheet_place(s, STR("Remanso"),
	    app->demo ? T("EXAMPLE")
		      : app_date(app, s->memory, app->world->now_ms(app->world), false));
	sheet_prose(s, h->returning ? T("Welcome back. Nothing here is urgent.")
				    : T("Welcome. Nothing here is urgent."));
	sheet_gap(s, 1);
	build_steps(v, s);
	sheet_gap(s, 1);
	if (step != NULL)
		sheet_prose(s, app_field(app, step, FIELD_SHORT));
	sheet_gap(s, 1);
	if (!id_none(h->entry))
		sheet_offer(s, HOME_ENTRY, T("Go on: the journal, where you left it"),
		    (struct str){ 0 });
	if (h->next != NULL) {
		struct str label = arena_fmt(
		    s->memory, _("Go on: %.*s"), STR_ARG(view_title(app, h->next)));
		sheet_offer(s, HOME_GO_ON, label,
		    view_minutes(
			s->memory, card_number(h->next->head, FIELD_MINUTES, 0), true));
	}
	sheet_offer(s, HOME_TODAY, T("How is today?"), T("20 seconds"));
	sheet_offer(s, HOME_JOURNAL, T("Write in the journal"), (struct str){ 0 });
	sheet_offer(s, HOME_BACK, T("Look back"), (struct str){ 0 });
	sheet_offer(s, HOME_STEPS, T("The five steps, and questions"), (struct str){ 0 });
	sheet_offer(s, HOME_LINES, T("Help lines and people"), T("any time"));
	if (h->ask_therapist)
		sheet_offer(
		    s, HOME_THERAPIST, T("Somebody beside you in this"), T("asked once"));
	if (app->demo)
		sheet_note(s, T("Demonstration with invented entries. Nothing is saved."));
	else if (quiet_day(app))
		view_message_note(v, s, "quiet-card");
	else if (h->talk_due)
		sheet_note(s, T("If today suits you both: your weekly talk, 15 minutes."));
	else if (!app->plain)
		sheet_note(s, T("1 to 5 open a step."));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_LANG, (struct str){ 0 }, true);
	sheet_can(s, ACT_SEARCH, (struct str){ 0 }, false);
	sheet_can(s, ACT_SETTINGS, (struct str){ 0 }, false);
}

static void open_step(struct view *v, int number)
{
	const struct card *step = view_step_card(v->app, number);

	if (step != NULL)
		app_push(v->app, &view_step, step);
}

static void home_pick(struct view *v, int id)
{
	struct home *h = v->state;

	if (id >= HOME_STEP && id < HOME_STEP + 5)
		open_step(v, id - HOME_STEP + 1);

	switch (id) {
	case HOME_GO_ON: view_open_page(v->app, h->next); break;
	case HOME_ENTRY: {
		struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
		arg->id = h->entry;
		app_push(v->app, &view_write, arg);
		break;
	}
	case HOME_TODAY: app_push(v->app, &view_checkin, NULL); break;
	case HOME_JOURNAL: app_push(v->app, &view_journal, NULL); break;
	case HOME_BACK: app_push(v->app, &view_back, NULL); break;
	case HOME_STEPS: app_push(v->app, &view_overview, NULL); break;
	case HOME_THERAPIST: app_push(v->app, &view_therapist, NULL); break;
	case HOME_LINES: app_push(v->app, &view_lines, NULL); break;
	default: break;
	}
}

static bool home_key(struct view *v, const struct event *ev)
{
	if (ev->key < K_CHAR('1') || ev->key > K_CHAR('5'))
		return false;
	open_step(v, ev->key - K_CHAR('0'));
	return true;
}

const struct view_ops view_home = {
	.name = "home",
	.state_size = sizeof(struct home),
	.open = home_open,
	.build = home_build,
	.pick = home_pick,
	.key = home_key,
	.resume = look,
};
