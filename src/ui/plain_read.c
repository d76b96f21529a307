/* Words that mean an action, and the fields one writes in. */
#include "plain_in.h"

/* ---- words ---- */

struct word {
	enum action act;
	const char *all; /* in every language at once, without accents */
};

static const struct word words[] = {
	{ ACT_BACK, "back atras volver" },
	{ ACT_HELP, "help ayuda ?" },
	{ ACT_LEAVE, "leave salir quit exit" },
	{ ACT_GROUND, "ground presente grounding" },
	{ ACT_SKIP, "skip saltar omitir" },
	{ ACT_MORE, "more mas" },
	{ ACT_LINES, "lines lineas" },
	{ ACT_LANG, "language idioma espanol english" },
	{ ACT_UNDO, "undo deshacer" },
	{ ACT_SAVE, "save guardar" },
	{ ACT_LOCK, "lock bloquear" },
	{ ACT_SEARCH, "search buscar" },
	{ ACT_SETTINGS, "settings ajustes" },
	{ ACT_LIMITS, "limits limites" },
	{ ACT_PAUSE, "pause pausa" },
	{ ACT_LIGHTER, "shorter breve" },
	{ ACT_DELETE, "delete borrar" },
	{ ACT_NEW, "new nuevo nueva" },
};

int plain_word(const struct sheet *s, struct str line)
{
	struct arena *a = arena_new();
	struct str typed = utf8_fold(a, str_trim(line)), rest, one;
	int act = -1;

	for (size_t i = 0; act < 0 && typed.n > 0 && i < s->action_count; i++) {
		enum action it = s->actions[i].act;
		struct str own;

		if (it == ACT_COUNT || it == ACT_OPEN)
			continue;
		own = s->actions[i].word.n > 0 ? s->actions[i].word : action_word(it);
		if (str_eq(utf8_fold(a, own), typed))
			act = (int)it;
	}
	for (size_t i = 0; act < 0 && i < ARRAY_LEN(words); i++) {
		rest = str_from(words[i].all);
		while (str_cut(&rest, ' ', &one)) {
			if (str_eq(one, typed))
				act = (int)words[i].act;
		}
	}
	arena_free(a);
	return act;
}

void plain_words(struct plain *p, const struct sheet *s, struct buf *out)
{
	bool skip = sheet_action(s, ACT_SKIP) >= 0;

	for (size_t i = 0; i < s->count; i++)
		skip =
		    skip || (s->blocks[i].kind == BLOCK_SCALE && s->blocks[i].number < 0);
	if (skip)
		buf_addf(out, "%s, ", _("skip"));
	for (size_t i = 0; i < s->action_count; i++) {
		enum action act = s->actions[i].act;
		struct str word;

		if (act == ACT_COUNT || act == ACT_OPEN || act == ACT_NEXT ||
		    act == ACT_PREV || act == ACT_SKIP || action_everywhere(act) ||
		    !s->actions[i].footer || s->actions[i].why_not.n > 0)
			continue;
		word = s->actions[i].word.n > 0 ? s->actions[i].word : action_word(act);
		buf_addf(out, "%.*s, ", STR_ARG(word));
	}
	if (app_depth(p->app) > 1)
		buf_addf(out, "%s, ", _("back"));
	if (!s->neutral)
		buf_addf(out, "%s, ", _("ground"));
	buf_addf(out, "%s, %s.", _("help"), _("leave"));
}

/* ---- fields ---- */

bool plain_one_line(const struct sheet *s, const struct block *b)
{
	return b->password || b->rows == 1 || sheet_beside(s, b);
}

static void put(struct plain *p, struct view *v, struct editor *ed, struct str line, int id)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, line, false);
	if (!editor_insert(ed, buf_str(&clean)))
		plain_line(p, _("This field is full."));
	buf_free(&clean);
	if (v->ops->typed != NULL)
		v->ops->typed(v, id);
}

/* Key by key, so that the field knows that it was changed and can undo it. */
static void empty(struct editor *ed)
{
	struct event ev = { .kind = EV_KEY, .key = K_BACKSPACE };

	editor_place(ed, editor_text(ed).n);
	while (editor_text(ed).n > 0 && editor_key(ed, &ev, 1000))
		;
}

/* `fresh`: a line of its own; else the last one goes on. */
static void add_line(
    struct plain *p, struct view *v, struct editor *ed, struct str line, int id, bool fresh)
{
	struct event enter = { .kind = EV_KEY, .key = K_ENTER };

	editor_place(ed, editor_text(ed).n);
	if (fresh)
		(void)editor_key(ed, &enter, 1000);
	put(p, v, ed, line, id);
}

static bool on_stack(const struct app *app, const struct view *v)
{
	for (size_t i = 0; i < app_depth(app); i++) {
		if (app_view(app, i) == v)
			return true;
	}
	return false;
}

static void hold(struct plain *p, const struct view *v, int id, bool mid)
{
	if (p->how == BY_GROUND || p->how == BY_STOP || p->how == BY_PAGE)
		p->held = (struct held){ v, v->ops, id, mid };
}

void plain_keep(
    struct plain *p, struct view *v, const struct block *b, struct str begun, bool mid)
{
	struct editor *ed = b->editor;
	int id = b->id;

	if (begun.n > 0) {
		if (!mid)
			empty(ed);
		editor_place(ed, editor_text(ed).n);
		put(p, v, ed, begun, id);
	}
	hold(p, v, id, mid || begun.n > 0);
}

/* The page's own copy of a block lives until the page is built again. */
static void write_one(struct plain *p, struct view *v, const struct block *page, bool mid)
{
	const struct block b = *page;
	struct str line;
	bool got = plain_read(p, b.password ? ASK_SECRET : ASK_WORDS, &line);

	if (!got) {
		if (!b.password && on_stack(p->app, v))
			plain_keep(p, v, &b, line, mid);
		return;
	}
	if (line.n == 0 && !mid)
		return;
	if (!mid)
		empty(b.editor);
	if (line.n > 0)
		put(p, v, b.editor, line, b.id);
	app_pick(p->app, b.id);
}

static void write_many(struct plain *p, struct view *v, struct editor *ed, int id, bool mid)
{
	bool first = true, got;
	struct str line;

	do {
		bool fresh = !mid && (!first || editor_text(ed).n > 0);

		got = plain_read(p, ASK_WORDS, &line);
		if ((got && str_is(line, ".")) || !on_stack(p->app, v))
			return;
		if (got || line.n > 0)
			add_line(p, v, ed, line, id, fresh);
		if (!got)
			hold(p, v, id, mid || line.n > 0);
		first = mid = false;
		if (!p->cleared)
			app_housekeeping(p->app); /* a draft, while one still writes */
	} while (got && app_top(p->app) == v);
}

static void ask_one(struct plain *p, const struct block *b, bool mid)
{
	struct buf ask = { 0 };

	if (b->label.n > 0)
		buf_addf(&ask, "%.*s: ", STR_ARG(b->label));
	buf_add(&ask,
	    str_from(
		mid ? _("the line goes on; an empty one ends it. Ctrl-X leaves at once.")
		    : _("one line; an empty one changes nothing. Ctrl-X leaves at once.")));
	plain_print(p, 0, 0, buf_str(&ask));
	buf_free(&ask);
}

static void ask_many(struct plain *p, const struct block *b, bool mid)
{
	if (b->label.n > 0)
		plain_print(p, 0, 0, b->label);
	plain_line(p,
	    mid ? _("The last line goes on. A single . ends; Ctrl-X leaves at once.")
	    : editor_text(b->editor).n > 0
		? _("Write on; what stands there stays. A single . ends; Ctrl-X leaves at once.")
		: _("Write as many lines as you like. A single . ends; Ctrl-X leaves at once."));
}

void plain_write(struct plain *p, int id, bool mid)
{
	struct view *v = app_top(p->app);
	const struct sheet *s = &p->app->stack->sheet;
	const struct block *b = sheet_block(s, id);
	int next;

	if (b == NULL || b->editor == NULL)
		return;
	next = sheet_step(s, id, 1);
	plain_place(p, s);
	if (plain_one_line(s, b)) {
		ask_one(p, b, mid);
		write_one(p, v, b, mid);
	} else {
		ask_many(p, b, mid);
		write_many(p, v, b->editor, id, mid);
	}
	/* On to the next block, as Tab does: that is when the words are kept. */
	if (p->how == BY_LINE && app_top(p->app) == v && v->focus == id && next != 0 &&
	    p->app->stack->queued == 0)
		v->focus = next;
}
