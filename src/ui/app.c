/* The loop: draw, show, wait, and hand the event on.  It is short on purpose: what is drawn is
 * the whole page from the state of the view on top, every time. */
#include "app_in.h"

#include "plain.h"

#include <stdio.h>
#include <stdlib.h>

bool app_init(struct app *app, struct err *e)
{
	struct stack *st = calloc(1, sizeof(*st));

	if (st == NULL)
		return err_set(e, ERR_MEMORY, "%s", _("Not enough memory."));
	st->scratch = arena_new();
	st->hits = hit_map_new();
	app->stack = st;
	st->input_at = app_mono(app);
	return true;
}

void app_done(struct app *app)
{
	struct stack *st = app->stack;

	if (st == NULL)
		return;
	app_close_all(app);
	room_close(app->room);
	app->room = NULL;
	canvas_free(&st->canvas);
	hit_map_free(st->hits);
	arena_free(st->scratch);
	buf_free(&st->note);
	free(st->slots);
	free(st);
	app->stack = NULL;
}

int64_t app_mono(const struct app *app)
{
	return app->world->mono_ms(app->world);
}

int app_rows(const struct app *app)
{
	return app->term != NULL ? app->term->rows : 24;
}

int app_cols(const struct app *app)
{
	return app->term != NULL ? app->term->cols : 80;
}

void app_say(struct app *app, const char *note)
{
	buf_clear(&app->stack->note);
	buf_add(&app->stack->note, str_from(note));
}

void app_language(struct app *app, int lang)
{
	char code[32] = "";
	struct str s;

	if (app->content == NULL || lang < 0 || (size_t)lang >= app->content->lang_count)
		return;
	app->lang = lang;
	s = app->content->langs[lang].code;
	(void)snprintf(code, sizeof(code), "%.*s", STR_ARG(s));
	i18n_use(code);
}

struct str app_text(const struct app *app, const struct text *t)
{
	return text_in(t, app->lang);
}

struct str app_field(const struct app *app, const struct card *c, enum field_id f)
{
	return card_text(c, f, app->lang);
}

/* How an action is named in prose: its key, or in line mode the word one writes. */
static struct str fill_key(const struct app *app, struct arena *a, enum action act)
{
	struct str word = act == ACT_GROUND ? str_from(_("ground")) : action_word(act);

	return app->plain ? arena_fmt(a, "\"%.*s\"", STR_ARG(word))
			  : action_key(act, false);
}

struct str app_fill(const struct app *app, struct arena *a, struct str s)
{
	const struct fill with[] = {
		{ "key_help", fill_key(app, a, ACT_HELP) },
		{ "key_leave", fill_key(app, a, ACT_LEAVE) },
		{ "key_ground", fill_key(app, a, ACT_GROUND) },
		{ "key_back", fill_key(app, a, ACT_BACK) },
		{ "key_next", fill_key(app, a, ACT_NEXT) },
		{ "key_open", fill_key(app, a, ACT_OPEN) },
		{ "key_language", fill_key(app, a, ACT_LANG) },
		{ "key_lighter", fill_key(app, a, ACT_LIGHTER) },
		{ "key_pause", fill_key(app, a, ACT_PAUSE) },
		{ "key_more", fill_key(app, a, ACT_MORE) },
	};

	return text_fill(a, s, with, ARRAY_LEN(with));
}

/* ---- building the page on top ---- */

static void build(struct app *app, const struct view *v)
{
	struct stack *st = app->stack;
	const struct block *b;

	arena_reset(st->scratch);
	sheet_init(&st->sheet, st->scratch);
	v->ops->build(v, &st->sheet);
	b = sheet_block(&st->sheet, v->focus);
	st->sheet.typing = b != NULL && b->editor != NULL;
}

static int order_of(const struct sheet *s, int id)
{
	int n = 0;

	for (int at = sheet_step(s, 0, 1); at != 0; at = sheet_step(s, at, 1), n++) {
		if (at == id)
			return n;
	}
	return 0;
}

/* Where the focus goes when its block is gone: what the view asks for, else its neighbour. */
static int fallback(const struct sheet *s, const struct slot *sl)
{
	int at = sheet_step(s, 0, 1);

	if (sheet_block(s, s->focus) != NULL)
		return s->focus;
	for (int n = 0; sl->v.focus != 0 && n < sl->order && sheet_step(s, at, 1) != 0; n++)
		at = sheet_step(s, at, 1);
	return at;
}

/* A page begins at its top.  When what can be chosen comes only after that, nothing has the
 * focus until one gets there. */
static void begin(struct app *app, struct slot *sl)
{
	const struct sheet *s = &app->stack->sheet;

	if (sl->begun)
		return;
	sl->begun = true;
	if (sl->v.focus == 0 && s->focus == 0 && !app->plain)
		sl->loose =
		    !sheet_shows(s, app_rows(app), app_cols(app), 0, sheet_step(s, 0, 1));
}

/* What Enter and Space do while the page shown holds nothing to choose. */
static void footer_loose(struct sheet *s)
{
	int open = sheet_action(s, ACT_OPEN);

	if (sheet_action(s, ACT_MORE) >= 0) {
		if (open >= 0)
			s->actions[open].footer = false;
	} else if (open >= 0) { /* in its place */
		s->actions[open].act = ACT_MORE;
		s->actions[open].word = (struct str){ 0 };
	} else {
		sheet_can(s, ACT_MORE, (struct str){ 0 }, true);
	}
	if (sheet_action(s, ACT_OPEN) < 0) /* or it would come back by itself */
		sheet_can(s, ACT_OPEN, (struct str){ 0 }, false);
}

/* What the note line says while words wait for the disk. */
static const char *not_saved(const struct stack *st)
{
	return st->error.e.code == ERR_FULL
		   ? _("There is no room left on the disk; your words stay here.")
		   : _("The disk did not take it; your words stay here.");
}

void app_settle(struct app *app)
{
	struct stack *st = app->stack;
	struct view *v = app_top(app);
	struct slot *sl = (struct slot *)v;
	bool loose;

	if (v == NULL)
		return;
	build(app, v);
	begin(app, sl);
	loose = sl->loose;
	/* Telling the view may change what it shows, once or twice; never without end. */
	for (int i = 0; i < 4; i++) {
		if (sheet_block(&st->sheet, v->focus) == NULL)
			v->focus = fallback(&st->sheet, sl);
		if (v->focus == sl->seen)
			break;
		if (v->ops->focus != NULL && v->focus != 0)
			v->ops->focus(v, v->focus);
		sl->loose = loose && sl->seen == 0;
		sl->seen = v->focus;
		build(app, v);
	}
	sl->order = order_of(&st->sheet, v->focus);
	if (st->note.n > 0)
		st->sheet.note = buf_str(&st->note);
	if (st->save_failed && v->ops != &view_error) {
		st->sheet.note = str_from(not_saved(st));
		st->sheet.kept = str_from(_("not saved yet"));
	}
	if (sl->loose)
		footer_loose(&st->sheet);
	sheet_complete(&st->sheet, st->n > 1);
	keymap_language(app, &st->sheet);
}

static void draw(struct app *app)
{
	struct stack *st = app->stack;
	struct view *v = app_top(app);
	struct slot *sl = (struct slot *)v;

	if (st->canvas.rows != app->term->rows || st->canvas.cols != app->term->cols)
		canvas_resize(&st->canvas, app->term->rows, app->term->cols);
	sheet_draw(
	    &st->sheet, &st->canvas, sl->loose ? -1 : v->focus, &v->scroll, NULL, st->hits);
	if (app->term->ascii)
		canvas_to_ascii(&st->canvas);
	app->term->show(app->term, &st->canvas);
}

/* ---- leaving ---- */

/* Seal what can be sealed, then there is no key any more.  Nothing is asked. */
static void seal_and_wipe(struct app *app)
{
	struct err e;

	(void)app_save_all(app, true, &e);
	if (app->room != NULL)
		room_drop_keys(app->room);
	app_close_all(app);
	room_close(app->room);
	app->room = NULL;
	app->stack->done = true;
}

void app_leave_now(struct app *app, int status)
{
	struct stack *st = app->stack;

	if (st->done)
		return;
	if (app->term != NULL) { /* before anything else: whoever comes in sees nothing */
		canvas_resize(&st->canvas, app->term->rows, app->term->cols);
		app->term->show(app->term, &st->canvas);
	}
	seal_and_wipe(app);
	if (app->term != NULL)
		app->term->close(app->term);
	app->exit_status = status;
}

void app_leave(struct app *app, int status)
{
	app->exit_status = status;
	app_queue(app, (struct op){ .kind = OP_ACT, .act = ACT_LEAVE });
}

void app_end(struct app *app, int signal)
{
	if (app->stack->done)
		return;
	seal_and_wipe(app);
	app->exit_status = signal > 0 ? 128 + signal : 0;
}

/* ---- the loop ---- */

/* The first page is seen before the workbook's words are read. */
static bool loaded(struct app *app, struct err *e)
{
	bool (*load)(struct app *, struct err *) = app->load;

	app->load = NULL;
	if (load == NULL || load(app, e))
		return true;
	app_leave_now(app, app->exit_status);
	return false;
}

bool app_run(struct app *app, struct err *e)
{
	struct stack *st = app->stack;
	struct event ev;

	if (app->term == NULL)
		return plain_run(app, stdin, stdout, false, e);
	st->input_at = app_mono(app);
	app_apply(app);
	while (!st->done && st->n > 0) {
		app_settle(app);
		if (st->queued > 0) { /* a view asked for another page while it was built */
			app_apply(app);
			continue;
		}
		draw(app);
		if (!loaded(app, e))
			return false;
		ev = (struct event){ .kind = EV_NONE };
		if (!app->term->next(app->term, &ev, app_wait(app))) {
			app_end(app, 0);
			break;
		}
		app_event(app, &ev);
		if (!st->done)
			app_tick(app, ev.kind == EV_NONE);
		app_apply(app);
		app_housekeeping(app);
	}
	if (!st->done)
		app_leave_now(app, app->exit_status);
	return true;
}
