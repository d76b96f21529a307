/* One row of a map: its fields one under the other, as a small form. */
#include "ui/views/views.h"

enum { ROW_DONE = 1000, ROW_DELETE };

struct row {
	struct row_arg at;
	struct editor *field;
	int edit_id; /* 1 + index of the field in the editor; 0 = none */
};

static const struct item *field_of(const struct row *r, int id)
{
	return id >= 1 && (size_t)id <= r->at.card->item_count ? &r->at.card->items[id - 1]
							       : NULL;
}

static struct str cell(const struct row *r, int id)
{
	const struct item *it = field_of(r, id);

	return it == NULL || id_none(r->at.row) ? (struct str){ 0 }
						: run_cell(r->at.run, r->at.row, it->name);
}

static bool row_open(struct view *v, const void *arg, struct err *e)
{
	struct row *r = v->state;

	(void)e;
	r->at = *(const struct row_arg *)arg;
	r->field = editor_new(false);
	v->focus = 1;
	r->edit_id = 1;
	editor_set(r->field, cell(r, 1));
	return true;
}

static bool keep(struct view *v, bool draft, struct err *e)
{
	struct row *r = v->state;
	const struct item *it = field_of(r, r->edit_id);

	if (it == NULL || !editor_changed(r->field))
		return true;
	struct str text = editor_text(r->field);
	if (!draft)
		text = str_trim(text);
	if (id_none(r->at.row)) {
		if (text.n == 0)
			return true;
		if (!run_row_add(r->at.run, r->at.card, (struct str){ 0 }, &r->at.row, e))
			return false;
	}
	if (!run_cell_set(r->at.run, r->at.card, r->at.row, it->name,
		app_text(v->app, &it->cell[0]), text, draft, e))
		return false;
	if (!draft)
		editor_saved(r->field);
	return true;
}

static void row_focus(struct view *v, int id)
{
	struct row *r = v->state;
	struct err e;

	if (id == r->edit_id)
		return;
	if (!keep(v, false, &e))
		v->unsaved = true;
	if (id == 0)
		return;
	r->edit_id = field_of(r, id) != NULL ? id : 0;
	if (r->edit_id != 0)
		editor_set(r->field, cell(r, id));
}

static void row_build(const struct view *v, struct sheet *s)
{
	const struct row *r = v->state;
	const struct card *c = r->at.card;
	const struct page *page = run_page(r->at.run);
	struct str title = app_field(v->app, c, FIELD_TITLE);

	sheet_place(s,
	    view_step_place(v->app, s->memory, card_number(page->head, FIELD_STEP, 0)),
	    T("for me only"));
	sheet_title(s, title.n > 0 ? title : view_title(v->app, page), (struct str){ 0 });
	sheet_prose(s, T("A few words are enough. Skip whatever you like."));
	sheet_gap(s, 1);
	for (size_t i = 0; i < c->item_count; i++) {
		int id = 1 + (int)i;
		struct block *b = sheet_field(s, id, app_text(v->app, &c->items[i].cell[0]),
		    cell(r, id), r->edit_id == id ? r->field : NULL);
		if (c->items[i].cells > 1)
			b->hint = app_text(v->app, &c->items[i].cell[1]);
		b->rows = 2;
	}
	sheet_gap(s, 1);
	sheet_offer(s, ROW_DONE, T("Keep it"), (struct str){ 0 });
	if (!id_none(r->at.row))
		sheet_offer(s, ROW_DELETE, T("Delete this one"),
		    v->app->plain ? (struct str){ 0 } : T("u takes it back"));
	if (r->edit_id != 0) {
		sheet_note(s, T("If this feels too much, write about something else."));
		if (!id_none(r->at.row) && !v->unsaved)
			s->kept = T("draft kept");
		sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
		sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
		sheet_can(s, ACT_REDO, (struct str){ 0 }, false);
	} else {
		sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	}
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
	sheet_can(s, ACT_SAVE, (struct str){ 0 }, false);
}

static bool row_save(struct view *v, bool final, struct err *e)
{
	struct row *r = v->state;

	if (!keep(v, !final, e) || !run_flush(r->at.run, e))
		return false;
	v->unsaved = false;
	return true;
}

static void row_pick(struct view *v, int id)
{
	struct row *r = v->state;
	struct err e;

	if (id == ROW_DONE) {
		app_pop(v->app); /* keeps, or says why not */
	} else if (id == ROW_DELETE) {
		if (!run_row_delete(r->at.run, r->at.card, r->at.row, &e)) {
			app_error(v->app, &e);
			return;
		}
		view_say_deleted(v->app);
		app_pop(v->app);
	}
}

static void row_typed(struct view *v, int id)
{
	(void)id;
	v->unsaved = true;
}

static void row_close(struct view *v)
{
	struct row *r = v->state;

	editor_free(r->field);
}

const struct view_ops view_row = {
	.name = "row",
	.state_size = sizeof(struct row),
	.open = row_open,
	.build = row_build,
	.pick = row_pick,
	.focus = row_focus,
	.typed = row_typed,
	.save = row_save,
	.close = row_close,
};
