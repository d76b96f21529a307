/* The loop of line mode: say the page, ask, do what the line says. */
#include "plain_in.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 76
#define BUSY_MOST 120000 /* ms to wait for work in the background */

static int columns(void)
{
	const char *c = getenv("COLUMNS");
	int n = 0;

	if (c == NULL || !str_int(str_from(c), &n) || n < 20)
		return WIDTH;
	return n > 200 ? 200 : n;
}

static bool moves(const struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->blocks[i].kind == BLOCK_GAUGE || s->blocks[i].kind == BLOCK_BREATH)
			return true;
	}
	return false;
}

/* Work that runs in the background (a key being derived) is waited for; time that only passes
 * for a picture is not. */
static void wait_for_work(struct plain *p)
{
	struct app *app = p->app;

	for (int64_t spent = 0; spent < BUSY_MOST && !app->stack->done;) {
		struct view *v = app_top(app);
		int ms = v != NULL && v->ops->wait != NULL ? v->ops->wait(v) : -1;

		if (ms < 0 || moves(&app->stack->sheet))
			return;
		if (!plain_pause(p, ms))
			return;
		spent += ms > 0 ? ms : 1;
		app_tick(app, true);
		app_apply(app);
		app_settle(app);
	}
}

static void prompt(struct plain *p, const struct sheet *s)
{
	struct buf b = { 0 };
	int low = 0, high = 0, last = plain_last(s);

	if (plain_has_scale(s, &low, &high))
		buf_addf(
		    &b, _("A number from %d to %d, or: "), low, last > high ? last : high);
	else if (last > 1)
		buf_addf(&b, _("A number from %d to %d, or: "), 1, last);
	else if (last == 1)
		buf_add(&b, str_from(_("Enter for 1, or: ")));
	else
		buf_add(&b, str_from(_("One of: ")));
	plain_words(p, s, &b);
	(void)fputc('\n', p->out);
	plain_print(p, 0, 0, buf_str(&b));
	buf_free(&b);
}

static void choose(struct plain *p, const struct block *b)
{
	struct app *app = p->app;
	struct view *v = app_top(app);
	int id = b->id;
	bool scale = b->kind == BLOCK_SCALE;
	struct buf back = { 0 };

	if (scale && b->number >= 0)
		buf_addf(&back, "%d%s%.*s", b->number, b->text.n > 0 ? ": " : ".",
		    STR_ARG(b->text));
	v->focus = id;
	app_settle(app);
	b = sheet_block(&app->stack->sheet, id);
	if (b != NULL && b->kind == BLOCK_FIELD && b->editor != NULL) {
		plain_write(p, id, false);
	} else {
		if (back.n > 0) /* an answer is read back */
			plain_print(p, 0, 0, buf_str(&back));
		app_pick(app, id);
	}
	buf_free(&back);
}

static void skip(struct plain *p, const struct sheet *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->blocks[i].kind == BLOCK_SCALE && s->blocks[i].number < 0 &&
		    s->blocks[i].id != 0) {
			choose(p, &s->blocks[i]);
			return;
		}
	}
	if (sheet_action(s, ACT_SKIP) >= 0)
		app_act(p->app, ACT_SKIP);
	else
		app_back(p->app);
}

static void again(struct plain *p, const struct sheet *s)
{
	int low, high;

	if (plain_has_scale(s, &low, &high))
		plain_line(p,
		    _("I could not read that as one of the numbers. No number is fine too."));
	else
		plain_line(p, _("I could not read that. Nothing has changed."));
}

/* The only field of a page takes what is typed at the prompt, unless it is a command. */
static const struct block *lone_field(const struct sheet *s)
{
	const struct block *only = NULL;

	for (size_t i = 0; i < s->count; i++) {
		if (s->blocks[i].id == 0)
			continue;
		if (only != NULL)
			return NULL;
		only = &s->blocks[i];
	}
	return only != NULL && only->kind == BLOCK_FIELD && only->editor != NULL &&
		       plain_one_line(s, only)
		   ? only
		   : NULL;
}

/* The field that is written in next without being chosen: a secret that is asked for. */
static const struct block *asked_field(const struct plain *p, const struct sheet *s)
{
	const struct block *b = lone_field(s);
	struct view *v = app_top(p->app);

	if (b != NULL)
		return b;
	b = sheet_block(s, v->focus);
	return b != NULL && b->password && b->editor != NULL ? b : NULL;
}

static void write_line(struct plain *p, const struct block *b, struct str line)
{
	struct buf clean = { 0 };
	struct view *v = app_top(p->app);
	int id = b->id;

	editor_set(b->editor, (struct str){ 0 });
	utf8_clean(&clean, line, false);
	(void)!editor_insert(b->editor, buf_str(&clean));
	buf_free(&clean);
	if (v->ops->typed != NULL)
		v->ops->typed(v, id);
	app_pick(p->app, id);
}

static void answer(struct plain *p, struct str line)
{
	struct app *app = p->app;
	const struct sheet *s = &app->stack->sheet;
	const struct block *field = asked_field(p, s), *b;
	struct str word = str_trim(line);
	int act = plain_word(s, word), n;

	if (act == ACT_SKIP) {
		skip(p, s);
	} else if (act >= 0) {
		if (act == ACT_LEAVE)
			plain_clear(p);
		app_act(app, (enum action)act);
	} else if (str_int(word, &n) && (b = plain_chosen(s, n)) != NULL &&
		   (field == NULL || n <= plain_last(s))) {
		choose(p, b);
	} else if (field != NULL && word.n > 0) {
		write_line(p, field, line);
	} else if (word.n == 0 && field == NULL &&
		   (b = sheet_block(s, app_top(app)->focus)) != NULL) {
		choose(p, b);
	} else {
		again(p, s);
	}
}

/* The field that was left in the middle lies on top again: one goes on writing there. */
static bool come_back(struct plain *p)
{
	struct app *app = p->app;
	struct held held = p->held;
	struct view *top = app_top(app);
	const struct block *b;
	bool there = false;

	for (size_t i = 0; held.view != NULL && i < app_depth(app); i++)
		there =
		    there || (app_view(app, i) == held.view && held.view->ops == held.ops);
	if (!there)
		p->held.view = NULL;
	if (!there || top != held.view)
		return false;
	p->held.view = NULL;
	top->focus = held.id;
	app_settle(app);
	b = sheet_block(&app->stack->sheet, held.id);
	if (b == NULL || b->kind != BLOCK_FIELD || b->editor == NULL)
		return false;
	plain_write(p, held.id, held.mid);
	return true;
}

static void ask(struct plain *p)
{
	struct app *app = p->app;
	const struct sheet *s = &app->stack->sheet;
	struct view *v = app_top(app);
	const struct block *field;
	struct block b = { 0 };
	struct str line;
	bool secret;

	prompt(p, s);
	field = asked_field(p, s);
	if (field != NULL)
		b = *field; /* the page may be another one afterwards */
	secret = b.password;
	if (plain_read(p, secret ? ASK_SECRET : ASK_COMMAND, &line))
		answer(p, line);
	else if (b.id != 0 && !secret && line.n > 0 && app_top(app) == v)
		plain_keep(p, v, &b, line, false);
}

/* What came instead of a line. */
static void come_instead(struct plain *p)
{
	struct app *app = p->app;

	switch (p->how) {
	case BY_LEAVE: app_leave_now(app, app->exit_status); break;
	case BY_SIGNAL: app_end(app, p->signal); break;
	case BY_GROUND: app_act(app, ACT_GROUND); break;
	case BY_STOP:
		app_lock(app);
		app_apply(app);
		plain_stop(p);
		app->stack->input_at = app_mono(app);
		break;
	case BY_LINE:
	case BY_PAGE:
	case BY_END: break;
	}
}

static bool turn_once(struct plain *p)
{
	struct app *app = p->app;
	struct stack *st = app->stack;

	p->how = BY_LINE;
	app_settle(app);
	wait_for_work(p);
	if (p->how == BY_LINE && !st->done && st->n > 0) {
		plain_page(p, &st->sheet);
		if (!come_back(p))
			ask(p);
		plain_wipe(p);
	}
	come_instead(p);
	if (p->how == BY_END || st->done || st->n == 0)
		return false;
	app_apply(app);
	if (!st->done)
		app_housekeeping(app);
	return !st->done && st->n > 0;
}

bool plain_run(struct app *app, FILE *in, FILE *out, bool echo, struct err *e)
{
	struct plain p = { .app = app, .in = in, .out = out, .echo = echo };

	(void)e;
	app->plain = true;
	(void)setvbuf(
	    in, NULL, _IONBF, 0); /* no copy of what was typed in stdio's buffer */
	p.width = columns();
	p.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	plain_open(&p);
	app_apply(app);
	while (app->stack->n > 0 && turn_once(&p))
		;
	plain_clear(&p); /* before keeping anything: whoever comes in sees nothing */
	if (!app->stack->done)
		app_leave_now(app, app->exit_status);
	(void)fflush(out);
	plain_close(&p);
	arena_free(p.said.memory);
	return true;
}
