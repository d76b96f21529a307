/* A program without content and a page that writes down what is done to it. */
#ifndef TESTS_UNIT_UI_PROBE_H
#define TESTS_UNIT_UI_PROBE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remanso/view.h"

#define NONE ((struct str){ 0 })

enum { PROBE_WORDS = 1, PROBE_ONE, PROBE_OFFER, PROBE_BOX, PROBE_SCALE = 100 };

/* What the test sees and sets; lives longer than the view. */
struct probe {
	const char *title;
	struct buf log;    /* "save;" "focus 2;" ... */
	struct buf kept;   /* what save() put away */
	struct term *term; /* to look at what is on the screen at a moment */
	bool blank_at_save;
	bool fail;  /* save() fails */
	bool scale; /* a page with a scale instead of the form */
	bool table;
	int picked;
	bool boxed;
	struct editor *words, *one;
};

struct probe_state {
	struct probe *p;
};

static struct probe *probe_of(const struct view *v)
{
	return ((const struct probe_state *)v->state)->p;
}

static bool probe_open(struct view *v, const void *arg, struct err *e)
{
	struct probe *p = (struct probe *)(uintptr_t)arg;

	(void)e;
	((struct probe_state *)v->state)->p = p;
	p->words = editor_new(false);
	p->one = editor_new(true);
	return true;
}

static void probe_close(struct view *v)
{
	struct probe *p = probe_of(v);

	buf_add(&p->log, STR("close;"));
	editor_free(p->words);
	editor_free(p->one);
	p->words = p->one = NULL;
}

static void probe_build(const struct view *v, struct sheet *s)
{
	const struct probe *p = probe_of(v);

	sheet_place(s, STR("Step 2 · Barriers"), STR("for me only"));
	sheet_title(s, str_from(p->title), NONE);
	if (p->scale) {
		for (int i = 10; i >= 0; i--)
			sheet_scale(s, PROBE_SCALE + i, i,
			    i == 4 ? STR("noticeable; a tool might help") : NONE, false);
		sheet_scale(s, PROBE_SCALE + 11, -1, STR("No number today"), false);
		return;
	}
	if (p->table) {
		struct str heads[] = { STR("Response"), STR("What it is"),
			STR("What helps") };
		struct str cells[] = { STR("Hypervigilance"),
			STR("Looking out for danger."),
			STR("Make life easier to predict") };

		sheet_columns(s, heads, 3);
		sheet_row(s, PROBE_OFFER, cells, 3);
		cells[0] = STR("Emotional numbness");
		sheet_row(s, PROBE_BOX, cells, 3);
		return;
	}
	sheet_prose(s, STR("No story is needed, *only signs*."));
	sheet_gap(s, 1);
	sheet_field(s, PROBE_WORDS, STR("How I notice it in my body"),
	    editor_text(p->words), v->focus == PROBE_WORDS ? p->words : NULL);
	sheet_field(s, PROBE_ONE, STR("One thing"), editor_text(p->one),
	    v->focus == PROBE_ONE ? p->one : NULL)
	    ->rows = 1;
	sheet_check(s, PROBE_BOX, p->boxed, STR("Paths"), STR("Can you reach the door?"));
	sheet_offer(s, PROBE_OFFER, STR("Keep it as it is"), STR("any day"));
	sheet_can(s, ACT_LIGHTER, NONE, true);
	sheet_cannot(s, ACT_PAUSE, STR("nothing moves here"));
}

static void probe_pick(struct view *v, int id)
{
	struct probe *p = probe_of(v);

	p->picked = id;
	if (id == PROBE_BOX)
		p->boxed = !p->boxed;
	buf_addf(&p->log, "pick %d;", id);
}

static bool probe_act(struct view *v, enum action act)
{
	if (act != ACT_LIGHTER)
		return false;
	buf_add(&probe_of(v)->log, STR("lighter;"));
	return true;
}

static void probe_focus(struct view *v, int id)
{
	buf_addf(&probe_of(v)->log, "focus %d;", id);
}

static void probe_typed(struct view *v, int id)
{
	(void)id;
	v->unsaved = true;
}

static bool probe_is_blank(struct term *t)
{
	const struct canvas *c = term_script_canvas(t);

	for (int i = 0; i < c->rows * c->cols; i++) {
		if (strcmp(c->cells[i].ch, " ") != 0)
			return false;
	}
	return true;
}

static bool probe_save(struct view *v, bool final, struct err *e)
{
	struct probe *p = probe_of(v);

	p->blank_at_save = p->term != NULL && probe_is_blank(p->term);
	buf_addf(&p->log, "%s %s;", final ? "final" : "draft", p->title);
	if (p->fail)
		return err_set(e, ERR_FULL, "The disk is full.");
	buf_clear(&p->kept);
	buf_add(&p->kept, editor_text(p->words));
	return true;
}

static void probe_resume(struct view *v)
{
	buf_add(&probe_of(v)->log, STR("resume;"));
}

static const struct view_ops view_probe = {
	.name = "probe",
	.state_size = sizeof(struct probe_state),
	.open = probe_open,
	.build = probe_build,
	.pick = probe_pick,
	.act = probe_act,
	.focus = probe_focus,
	.typed = probe_typed,
	.save = probe_save,
	.resume = probe_resume,
	.close = probe_close,
};

static void probe_free(struct probe *p)
{
	buf_free(&p->log);
	buf_free(&p->kept);
}

/* ---- a program around it ---- */

struct stage {
	struct world world;
	struct content content;
	struct lang langs[2];
	struct app app;
	int64_t now; /* both clocks, ms */
};

static int64_t stage_now(const struct world *w)
{
	return ((const struct stage *)w->ctx)->now;
}

static void stage_open(struct stage *g, struct term *t)
{
	struct err e;

	*g = (struct stage){ .now = 1795348800000 };
	g->world = world_system;
	g->world.now_ms = stage_now;
	g->world.mono_ms = stage_now;
	g->world.ctx = g;
	g->langs[0] = (struct lang){ STR("en"), STR("English") };
	g->langs[1] = (struct lang){ STR("es"), STR("Español") };
	g->content = (struct content){ .langs = g->langs, .lang_count = 2 };
	g->app = (struct app){ .world = &g->world, .content = &g->content, .term = t };
	assert_true(app_init(&g->app, &e));
}

static void stage_close(struct stage *g)
{
	app_done(&g->app);
}

static bool probe_says(const struct buf *b, const char *what)
{
	return b->n > 0 && memmem(b->s, b->n, what, strlen(what)) != NULL;
}

#endif
