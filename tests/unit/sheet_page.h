/* A sheet and what was drawn of it, for the tests of layout. */
#ifndef TEST_SHEET_PAGE_H
#define TEST_SHEET_PAGE_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "remanso/sheet.h"

#define S(x) str_from(x)
#define NONE ((struct str){ 0 })

struct page {
	struct arena *memory;
	struct sheet s;
	struct canvas c;
	struct editor *ed;
	int scroll, more;
};

static inline void page_new(struct page *p, int rows, int cols)
{
	*p = (struct page){ .memory = arena_new() };
	sheet_init(&p->s, p->memory);
	canvas_resize(&p->c, rows, cols);
	p->ed = editor_new(false);
}

static inline void page_free(struct page *p)
{
	editor_free(p->ed);
	canvas_free(&p->c);
	arena_free(p->memory);
}

static inline void draw(struct page *p, int focus)
{
	sheet_draw(&p->s, &p->c, focus, &p->scroll, &p->more, NULL);
}

/* Row `row` (from 1, as the look book counts) as text. */
static inline void row_is(struct page *p, int row, const char *want)
{
	struct buf all = { 0 };
	struct str rest, line = { 0 };

	canvas_text(&p->c, &all);
	rest = buf_str(&all);
	for (int i = 0; i < row; i++)
		(void)str_line(&rest, &line);
	struct str copy = arena_dup(p->memory, line);
	buf_free(&all);
	assert_string_equal(copy.s != NULL ? copy.s : "", want);
}

static inline void corners(struct page *p)
{
	sheet_place(&p->s, S("Step 2 · Barriers"), S("at your own pace"));
	sheet_title(&p->s, S("Knowing what gets in the way"), NONE);
	sheet_note(&p->s, S("A note."));
	sheet_kept(&p->s, S("draft kept"));
	sheet_prose(&p->s, S("Some prose."));
	sheet_gap(&p->s, 1);
	sheet_offer(&p->s, 1, S("Go on"), S("one minute"));
	sheet_offer(&p->s, 2, S("Not today"), NONE);
	sheet_complete(&p->s, true);
}

#endif
