/* The page view's state, shared by page.c (what keys do) and page_parts.c (what each kind of
 * card looks like).  Private to these two. */
#ifndef REMANSO_PAGE_H
#define REMANSO_PAGE_H

#include "ui/views/views.h"

enum page_stage { PAGE_COUPLE_GATE, PAGE_NOTE, PAGE_OPEN };

struct page_view {
	const struct page *page;
	struct run *run; /* NULL without a room: everything can be read, nothing written */
	enum page_stage stage;
	bool writing;       /* of the demonstration: fields open at Enter, not at once */
	bool lighter;       /* the two-minute version: one field */
	int edit_id;        /* the block whose words are in the editor; 0 = none */
	struct id edit_row; /* of a list: the row being written, once it exists */
	struct editor *one_line, *many_lines;
};

/* Block ids: which part of the page, and which slot of the part. */
enum {
	SLOT_ROW = 256,  /* + index of a row of a list or map */
	SLOT_ADD = 2048, /* + index of a section: the empty line where one adds */
	SLOT_OPEN = 3072 /* the practice, the deck, the map's "another" */
};
static inline int part_id(size_t part, int slot)
{
	return 1 + ((int)part << 12) + slot;
}
static inline size_t part_of(int id)
{
	return (size_t)((id - 1) >> 12);
}
static inline int slot_of(int id)
{
	return (id - 1) & 0xfff;
}
/* The part of a block id, or NULL when the id is none of a part's. */
const struct card *page_part_at(const struct page_view *p, int id);

/* The editor a slot writes with; NULL when it is not for writing. */
struct editor *page_editor(const struct page_view *p, int id);
/* The words a slot holds now, as they are edited: "thing — where" for a row of a list. */
struct str page_words(const struct page_view *p, struct arena *a, int id);
/* The blocks of one part. */
void page_build_part(const struct view *v, struct sheet *s, size_t part);
/* One line for a row of a list: the thing and where it is, joined by a dash. */
struct str page_row_line(const struct run *run, struct arena *a, struct id row);
/* The row of a list or map that a slot stands for; none while the line is still empty. */
struct id page_row_at(const struct page_view *p, int id);
#define PAGE_NO_ROW ((struct id){ { 0 } })

/* It says first what it asks, and lets one choose. */
bool page_asks_first(const struct page_view *p);
/* A card of choices with one question shows its options on the page itself. */
bool page_choices_here(const struct card *c);
struct str page_option(const struct app *app, const struct card *c, int n);
void page_build(const struct view *v, struct sheet *s);

/* The field that was open when a page that is not finished was left; 0: none. */
int page_left_at(const struct page_view *p);

/* view_ops of the page that concern its words (page_keep.c). */
bool page_save(struct view *v, bool final, struct err *e);
void page_focus(struct view *v, int id);

#endif
