/* The whole program in memory, with the shipped pages: events go in, sheets come out. */
#ifndef TESTS_UNIT_VIEWS_FIXTURE_H
#define TESTS_UNIT_VIEWS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <locale.h>

#include "ui/app_in.h"
#include "ui/views/views.h"

struct bench {
	struct world world;
	struct content content;
	struct app app;
	struct term *term;
	struct canvas canvas;
	int64_t now;
	struct err e;
};

static int64_t bench_now(const struct world *w)
{
	return ((const struct bench *)w->ctx)->now;
}

/* With an empty room of one's own; the view on top is home. */
static void bench_open(struct bench *b, const char *lang)
{
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	*b = (struct bench){ .now = 1795348800000 };
	b->world = world_system;
	b->world.now_ms = b->world.mono_ms = bench_now;
	b->world.ctx = b;
	b->term = term_script_open(24, 80);
	assert_true(content_load(&b->content, "data", NULL, NULL, &b->e));
	b->app = (struct app){ .world = &b->world,
		.content = &b->content,
		.term = b->term,
		.home = "/nonexistent",
		.data = "data" };
	assert_true(app_init(&b->app, &b->e));
	assert_true(room_scratch(&b->app.room, &b->world, &b->e));
	room_content(b->app.room, &b->content);
	b->app.lang = content_lang(&b->content, str_from(lang));
	assert_true(b->app.lang >= 0);
	app_push(&b->app, &view_home, NULL);
	app_apply(&b->app);
	app_settle(&b->app);
}

static void bench_close(struct bench *b)
{
	app_done(&b->app);
	term_script_free(b->term);
	canvas_free(&b->canvas);
	content_free(&b->content);
}

static void settle(struct bench *b)
{
	do {
		app_apply(&b->app);
		if (b->app.stack->done || b->app.stack->n == 0)
			return;
		app_settle(&b->app);
	} while (b->app.stack->queued > 0);
}

/* A line of a script: "key Down Enter", "type words", "size 60x16". */
static void play(struct bench *b, const char *line)
{
	struct event ev;

	assert_true(term_script_line(b->term, str_from(line)));
	while (b->term->next(b->term, &ev, 0) && !b->app.stack->done) {
		app_event(&b->app, &ev);
		settle(b);
	}
}

static void draw(struct bench *b)
{
	struct stack *st = b->app.stack;
	struct view *v = app_top(&b->app);
	struct slot *sl = (struct slot *)v;

	canvas_resize(&b->canvas, b->term->rows, b->term->cols);
	sheet_draw(
	    &st->sheet, &b->canvas, sl->loose ? -1 : v->focus, &v->scroll, NULL, NULL);
}

static bool shows(struct bench *b, const char *what)
{
	struct buf all = { 0 };
	bool yes;

	draw(b);
	canvas_text(&b->canvas, &all);
	yes = all.n > 0 && memmem(all.s, all.n, what, strlen(what)) != NULL;
	buf_free(&all);
	return yes;
}

/* The same, and the screen when it does not. */
static void must_show(struct bench *b, const char *what)
{
	struct buf all = { 0 };

	if (shows(b, what))
		return;
	canvas_text(&b->canvas, &all);
	fail_msg("\"%s\" is not on the screen:\n%.*s", what, (int)all.n, all.s);
}

static const char *top(const struct bench *b)
{
	return app_top((struct app *)(uintptr_t)&b->app)->ops->name;
}

static void home(struct bench *b)
{
	app_reset(&b->app, &view_home, NULL);
	settle(b);
}

static void open_page(struct bench *b, const char *name)
{
	view_open_page(&b->app, content_page(&b->content, str_from(name)));
	settle(b);
}

static int64_t entries(struct bench *b)
{
	return store_count(room_store(b->app.room), &(struct query){ 0 });
}

/* The focus goes to the block with this label or these words. */
static void focus_on(struct bench *b, const char *words)
{
	const struct sheet *s = &b->app.stack->sheet;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *at = &s->blocks[i];
		if (at->id == 0 ||
		    (!str_starts(at->label, words) && !str_starts(at->text, words)))
			continue;
		app_top(&b->app)->focus = at->id;
		((struct slot *)app_top(&b->app))->loose = false;
		app_settle(&b->app);
		return;
	}
	must_show(b, words);
}

#endif
