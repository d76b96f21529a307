/* Everything that can be done here: help, menu and palette in one list.  Typing narrows it,
 * Enter does it on the page below.  What is not possible now stays and says why. */
#include "ui/app_in.h"

enum { FIND = 1, FIRST = 2 }; /* FIRST + action: an offer */

struct actions {
	struct editor *find;
};

static bool actions_open(struct view *v, const void *arg, struct err *e)
{
	struct actions *a = v->state;

	(void)arg;
	(void)e;
	a->find = editor_new(true);
	return true;
}

static void actions_close(struct view *v)
{
	struct actions *a = v->state;

	editor_free(a->find);
}

/* The sheet of the page below, built once more: its names are what can be done. */
static bool below(const struct view *v, struct sheet *s, struct arena *memory)
{
	const struct app *app = v->app;
	size_t n = app_depth(app);
	const struct view *under = NULL;
	const struct block *b;

	sheet_init(s, memory);
	for (size_t i = n; i > 0; i--) {
		if (app_view(app, i - 1) == v && i > 1)
			under = app_view(app, i - 2);
	}
	if (under == NULL)
		return false;
	under->ops->build(under, s);
	b = sheet_block(s, under->focus);
	s->typing = b != NULL && b->editor != NULL;
	sheet_complete(s, n > 2);
	return true;
}

/* How it is reached: a key, or in line mode a word. */
static struct str key_words(
    struct arena *a, enum action act, struct str word, bool typing, bool plain)
{
	struct str key = action_key(act, typing), other = action_key(act, false);

	if (plain)
		return word;
	if (key.n > 0 || other.n == 0)
		return key;
	return typing ? arena_fmt(a, _("%.*s, outside a field"), STR_ARG(other)) : other;
}

static bool matches(
    struct arena *a, struct str needle, struct str help, struct str word, struct str key)
{
	size_t at, len;

	(void)a;
	return needle.n == 0 || utf8_find(help, needle, 0, &at, &len) ||
	       utf8_find(word, needle, 0, &at, &len) ||
	       utf8_find(key, needle, 0, &at, &len);
}

struct listing {
	const struct view *v;
	struct sheet *s;
	const struct sheet *under;
	struct str needle;
	bool head_done;
	const char *head;
};

static void add(struct listing *l, enum action act)
{
	struct arena *a = l->s->memory;
	int at = sheet_action(l->under, act);
	struct str why = app_why_not(l->v->app, l->under, act);
	struct str word = at >= 0 ? l->under->actions[at].word : (struct str){ 0 };
	struct str help = action_help(act), key;

	if (word.n == 0)
		word = action_word(act);
	key = key_words(a, act, word, l->under->typing, l->v->app->plain);
	if (!matches(a, l->needle, help, word, key))
		return;
	if (!l->head_done) {
		sheet_gap(l->s, 1);
		sheet_head(l->s, str_from(l->head));
		l->head_done = true;
	}
	(void)sheet_offer(l->s, FIRST + (int)act, help, why.n > 0 ? why : key);
}

static void list(
    const struct view *v, struct sheet *s, const struct sheet *under, struct str needle)
{
	static const enum action everywhere[] = { ACT_GROUND, ACT_LEAVE, ACT_LINES,
		ACT_SEARCH, ACT_LOCK, ACT_LANG, ACT_BACK, ACT_SETTINGS, ACT_LIMITS,
		ACT_REDRAW };
	struct listing l = { v, s, under, needle, false, _("On this page") };

	for (size_t i = 0; i < under->action_count; i++) {
		enum action act = under->actions[i].act;

		if (act == ACT_COUNT || action_everywhere(act) ||
		    (act == ACT_OPEN && v->app->plain))
			continue;
		add(&l, act);
	}
	l.head_done = false;
	l.head = _("Everywhere");
	for (size_t i = 0; i < ARRAY_LEN(everywhere); i++) {
		if (everywhere[i] != ACT_REDRAW || !v->app->plain)
			add(&l, everywhere[i]);
	}
}

static void actions_build(const struct view *v, struct sheet *s)
{
	const struct actions *a = v->state;
	struct sheet under;
	struct block *b;
	struct str needle = utf8_fold(s->memory, str_trim(editor_text(a->find)));

	(void)below(v, &under, s->memory);
	sheet_place(s, under.title.n > 0 ? under.title : under.place,
	    v->app->plain ? STR("") : str_from(_("? or Esc closes")));
	if (v->app->plain) { /* read aloud, the list is short enough as it is */
		sheet_title(s, action_help(ACT_HELP), (struct str){ 0 });
	} else {
		b = sheet_field(s, FIND, str_from(_("Find")), (struct str){ 0 }, a->find);
		b->rows = 1;
		b->beside = true;
		s->find = FIND;
	}
	list(v, s, &under, needle);
	s->focus = sheet_step(s, v->app->plain ? 0 : FIND, 1);
	if (s->focus == 0) {
		sheet_gap(s, 1);
		sheet_prose(s, str_from(_("Nothing here has that word.")));
	}
	if (!v->app->plain)
		sheet_note(s, str_from(_("Type a few letters to make the list shorter.")));
	sheet_can(s, ACT_OPEN, str_from(_("do it")), true);
	sheet_can(s, ACT_BACK, str_from(_("close")), true);
}

static void actions_pick(struct view *v, int id)
{
	struct app *app = v->app;

	if (id == FIND) { /* Enter while typing: the first of what is left */
		id = sheet_step(&app->stack->sheet, FIND, 1);
		if (id == 0)
			return;
	}
	app_pop(app);
	app_queue(app, (struct op){ .kind = OP_ACT, .act = (enum action)(id - FIRST) });
}

/* The list changed: the focus goes back to its top. */
static void actions_typed(struct view *v, int id)
{
	(void)id;
	if (v->focus != FIND)
		v->focus = 0;
	v->scroll = 0;
}

const struct view_ops view_actions = {
	.name = "actions",
	.state_size = sizeof(struct actions),
	.open = actions_open,
	.build = actions_build,
	.pick = actions_pick,
	.typed = actions_typed,
	.close = actions_close,
};
