/* The journal's notebook: one margin line down the page, the words, and nothing else. */
#include "ui/views/views.h"

enum { WRITE_FIELD = 1 };

struct write {
	struct editor *words;
	struct id id;
	struct str starter;
	int64_t when;
	bool existed, kept;
	bool marked; /* home will offer it */
};

static bool write_open(struct view *v, const void *arg, struct err *e)
{
	struct write *w = v->state;
	const struct write_arg *from = arg;

	w->words = editor_new(false);
	w->when = v->app->world->now_ms(v->app->world);
	if (v->app->room == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s", _("Writing needs an open room."));
	if (from == NULL)
		return true;
	w->id = from->id;
	w->starter = arena_dup(v->memory, from->starter);
	if (id_none(w->id)) {
		if (w->starter.n > 0) {
			struct str line = w->starter;
			while (line.n > 0 &&
			       (line.s[line.n - 1] == '.' || line.s[line.n - 1] == ' '))
				line.n--;
			editor_set(w->words, arena_fmt(v->memory, "%.*s ", STR_ARG(line)));
			editor_saved(w->words); /* the opening line alone is not kept */
		}
		return true;
	}
	struct entry en;
	struct arena *a = arena_new();
	bool ok = store_get(room_store(v->app->room), w->id, a, &en, e);
	if (ok) {
		editor_set(w->words, en.text);
		w->when = en.created;
		w->existed = true;
		w->marked = str_eq(
		    setting_get(v->app->room, SETTING_OPEN_ENTRY, a), id_text(a, w->id));
	}
	arena_free(a);
	return ok;
}

static void write_build(const struct view *v, struct sheet *s)
{
	const struct write *w = v->state;

	sheet_place(s, T("Journal"), v->app->demo ? T("EXAMPLE") : T("for me only"));
	sheet_title(s, app_date(v->app, s->memory, w->when, false), (struct str){ 0 });
	struct block *b =
	    sheet_field(s, WRITE_FIELD, (struct str){ 0 }, (struct str){ 0 }, w->words);
	b->rows = 0;
	sheet_note(s, T("If this feels too much, write about something else."));
	if (w->kept && !v->unsaved)
		s->kept = T("draft kept");
	sheet_can(s, ACT_SAVE, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, T("close"), true);
	sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
	sheet_can(s, ACT_REDO, (struct str){ 0 }, false);
}

/* Home offers an entry that was left half written; one that was closed is only kept. */
static void mark_open(struct view *v, bool open)
{
	struct write *w = v->state;
	struct arena *a = arena_new();
	struct err ignored; /* a convenience: the words themselves are kept already */

	if (open != w->marked)
		(void)!setting_put(v->app->room, SETTING_OPEN_ENTRY,
		    open ? id_text(a, w->id) : (struct str){ 0 }, &ignored);
	w->marked = open;
	arena_free(a);
}

static bool write_save(struct view *v, bool final, struct err *e)
{
	struct write *w = v->state;
	struct str text = editor_text(w->words);

	if (!editor_changed(w->words)) {
		if (final)
			mark_open(v, false);
		return true;
	}
	if (final && str_trim(text).n == 0) {
		/* Emptied on purpose: nothing is left of it. */
		if (!id_none(w->id) && !store_delete(room_store(v->app->room), w->id, e))
			return false;
		w->id = (struct id){ { 0 } };
	} else if (!journal_put(v->app->room, &w->id, text,
		       v->app->content->langs[v->app->lang].code, w->starter, !final, e)) {
		return false;
	}
	mark_open(v, !final);
	if (final)
		editor_saved(w->words);
	w->kept = true;
	v->unsaved = false;
	return true;
}

static void write_typed(struct view *v, int id)
{
	(void)id;
	v->unsaved = true;
}

static void write_close(struct view *v)
{
	struct write *w = v->state;

	editor_free(w->words);
}

const struct view_ops view_write = {
	.name = "write",
	.state_size = sizeof(struct write),
	.open = write_open,
	.build = write_build,
	.typed = write_typed,
	.save = write_save,
	.close = write_close,
};
