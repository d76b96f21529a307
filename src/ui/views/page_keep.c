/* What is written on a page and where it goes: the field in the editor, the rows of a list,
 * drafts while one types and the final words when the focus moves on. */
#include "ui/views/page.h"

#include <stdio.h>

struct editor *page_editor(const struct page_view *p, int id)
{
	const struct card *c = page_part_at(p, id);
	int slot = slot_of(id);

	if (c == NULL || p->run == NULL)
		return NULL;
	if (c->kind == CARD_PROMPTS || c->kind == CARD_AGREEMENT)
		return p->many_lines;
	if (c->kind == CARD_LIST && slot >= SLOT_ROW && slot < SLOT_OPEN)
		return p->one_line;
	return NULL;
}

/* The row of a list that a slot writes to; none while the line is still empty. */
struct id page_row_at(const struct page_view *p, int id)
{
	const struct card *c = page_part_at(p, id);
	int slot = slot_of(id);

	if (slot >= SLOT_ADD)
		return p->edit_id == id ? p->edit_row : PAGE_NO_ROW;
	return run_row_id(p->run, c->name, (size_t)(slot - SLOT_ROW));
}

struct str page_words(const struct page_view *p, struct arena *a, int id)
{
	const struct card *c = page_part_at(p, id);

	if (c == NULL || p->run == NULL)
		return (struct str){ 0 };
	if (c->kind == CARD_LIST) {
		struct id row = page_row_at(p, id);
		return id_none(row) ? (struct str){ 0 } : page_row_line(p->run, a, row);
	}
	return run_text(p->run, c->name, c->items[slot_of(id)].name);
}

/* "the blue blanket — back of the armchair": two cells, parted by a dash. */
static void split_where(struct str line, struct str *thing, struct str *where)
{
	static const char *const dashes[] = { " — ", " – ", " -- ", " - " };

	*thing = line;
	*where = (struct str){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(dashes); i++) {
		const char *at = memmem(line.s, line.n, dashes[i], strlen(dashes[i]));
		if (line.n == 0 || at == NULL)
			continue;
		*thing = str_trim(str_slice(line, 0, (size_t)(at - line.s)));
		*where = str_trim(
		    str_slice(line, (size_t)(at - line.s) + strlen(dashes[i]), line.n));
		return;
	}
}

static bool keep_row(
    struct view *v, const struct card *c, struct str line, bool draft, struct err *e)
{
	struct page_view *p = v->state;
	int slot = slot_of(p->edit_id);
	struct id row = page_row_at(p, p->edit_id);
	struct str thing, where, section;
	const struct item *it;

	if (line.n == 0 && !draft) {
		p->edit_row = PAGE_NO_ROW;
		return id_none(row) || run_row_delete(p->run, c, row, e);
	}
	if (id_none(row)) {
		if (line.n == 0)
			return true;
		if (!run_row_add(p->run, c, c->items[slot - SLOT_ADD].name, &row, e))
			return false;
		p->edit_row = row;
	}
	section = run_row_section(p->run, row);
	it = card_item(c, section);
	struct str question = it != NULL ? app_text(v->app, &it->cell[0]) : section;
	split_where(line, &thing, &where);
	return run_cell_set(p->run, c, row, STR("thing"), question, thing, draft, e) &&
	       run_cell_set(p->run, c, row, STR("where"), question, where, draft, e);
}

/* Take the words out of the editor and keep them. */
static bool keep(struct view *v, bool draft, struct err *e)
{
	struct page_view *p = v->state;
	struct editor *ed = page_editor(p, p->edit_id);
	const struct card *c = page_part_at(p, p->edit_id);

	if (ed == NULL || !editor_changed(ed))
		return true;
	struct str text = draft ? editor_text(ed) : str_trim(editor_text(ed));
	bool ok;
	if (c->kind == CARD_LIST) {
		ok = keep_row(v, c, text, draft, e);
	} else {
		const struct item *it = &c->items[slot_of(p->edit_id)];
		ok = run_set_text(
		    p->run, c, it->name, app_text(v->app, &it->cell[0]), text, draft, e);
	}
	if (ok && !draft)
		editor_saved(ed);
	return ok;
}

/* Where one stands: "card/item" of the field that is open.  A run that holds nothing yet has
 * no place either. */
static bool keep_place(struct page_view *p, struct err *e)
{
	const struct card *c = page_part_at(p, p->edit_id);
	char place[160];

	if (c == NULL || c->kind == CARD_LIST || run_state(p->run) == RUN_NONE)
		return true;
	struct str item = c->items[slot_of(p->edit_id)].name;
	(void)snprintf(place, sizeof(place), "%.*s/%.*s", STR_ARG(c->name), STR_ARG(item));
	return str_is(run_place(p->run), place) || run_at(p->run, str_from(place), e);
}

int page_left_at(const struct page_view *p)
{
	struct str item = run_place(p->run), card;

	if (!str_cut(&item, '/', &card))
		return 0;
	for (size_t i = 0; i < p->page->part_count; i++) {
		const struct card *c = &p->page->parts[i];
		const struct item *it = card_item(c, item);
		int id = it != NULL ? part_id(i, (int)(it - c->items)) : 0;

		if (str_eq(c->name, card) && id != 0 && page_editor(p, id) != NULL)
			return id;
	}
	return 0;
}

bool page_save(struct view *v, bool final, struct err *e)
{
	struct page_view *p = v->state;

	if (p->run == NULL)
		return true;
	if (!keep(v, !final, e) || !run_flush(p->run, e) || !keep_place(p, e))
		return false;
	v->unsaved = false;
	return true;
}

void page_focus(struct view *v, int id)
{
	struct page_view *p = v->state;
	struct err e;

	if (id == p->edit_id)
		return;
	if (!keep(v, false, &e))
		v->unsaved = true; /* the run holds the words; the loop tries again */
	if (id == 0)
		return; /* another view opens above: the editor stays as it is */
	p->edit_id = 0;
	p->edit_row = PAGE_NO_ROW;
	struct editor *ed = page_editor(p, id);
	if (ed == NULL || (v->app->demo && !v->app->plain && !p->writing))
		return;
	struct arena *a = arena_new();
	editor_set(ed, page_words(p, a, id));
	arena_free(a);
	p->edit_id = id;
	if (slot_of(id) >= SLOT_ROW && slot_of(id) < SLOT_ADD)
		p->edit_row = page_row_at(p, id);
}
