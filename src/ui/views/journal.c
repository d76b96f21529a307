/* The journal: the person's words first, dates last, newest first; the search narrows as one
 * types, and accents do not matter. */
#include "ui/views/views.h"

enum { JOURNAL_SEARCH = 1, JOURNAL_NEW, JOURNAL_MORE };
#define PAGE_OF_ENTRIES 30

struct journal {
	struct editor *words;
	struct arena *found; /* the entries shown, copied */
	struct entry entries[PAGE_OF_ENTRIES];
	size_t count;
	bool more;
	bool searching;
	int64_t before; /* keyset of the page shown; 0 = newest */
	struct id before_id;
	struct entry deleted; /* the last one, in memory, so that it can be taken back */
	struct arena *kept;
};

static bool take(void *arg, const struct entry *en)
{
	struct journal *j = arg;

	if (j->count == PAGE_OF_ENTRIES) {
		j->more = true;
		return false;
	}
	struct entry *to = &j->entries[j->count++];
	*to = *en;
	to->text = arena_dup(j->found, en->text);
	to->question = arena_dup(j->found, en->question);
	to->page = arena_dup(j->found, en->page);
	to->lang = arena_dup(j->found, en->lang);
	return true;
}

static void look(struct view *v)
{
	struct journal *j = v->state;
	struct store *store = room_store(v->app->room);
	struct str words = str_trim(editor_text(j->words));
	struct query q = { .kinds = 1u << ENTRY_JOURNAL,
		.limit = PAGE_OF_ENTRIES + 1,
		.before = j->before,
		.before_id = j->before_id };
	struct err e;

	arena_reset(j->found);
	j->count = 0;
	j->more = false;
	j->searching = words.n > 0;
	if (j->searching ? !store_search(store, words, &q, take, j, &e)
			 : !store_each(store, &q, take, j, &e))
		app_error(v->app, &e);
}

static bool journal_open(struct view *v, const void *arg, struct err *e)
{
	struct journal *j = v->state;

	(void)arg;
	if (v->app->room == NULL)
		return err_set(
		    e, ERR_NOT_FOUND, "%s", _("The journal needs an open room."));
	j->words = editor_new(true);
	j->found = arena_new();
	j->kept = arena_new();
	look(v);
	v->focus = JOURNAL_NEW;
	return true;
}

/* The first words of an entry, up to three rows of the page. */
static struct str beginning(struct str text)
{
	size_t at = 0;

	for (int columns = 0; at < text.n && columns < 180; columns++)
		at = utf8_next(text, at);
	return str_slice(text, 0, at);
}

static struct str folded(const struct journal *j, struct arena *a)
{
	struct str words = str_trim(editor_text(j->words)), last = { 0 }, one;

	while (str_cut(&words, ' ', &one))
		if (one.n > 0)
			last = one;
	return utf8_fold(a, last);
}

static void journal_build(const struct view *v, struct sheet *s)
{
	const struct journal *j = v->state;
	struct app *app = v->app;

	sheet_place(s, T("Journal"),
	    app->demo      ? T("EXAMPLE")
	    : j->searching ? T("entries with this word")
			   : T("for me only"));
	struct block *field = sheet_field(s, JOURNAL_SEARCH, T("Search"),
	    editor_text(j->words), v->focus == JOURNAL_SEARCH ? j->words : NULL);
	field->rows = 1;
	field->beside = true;
	sheet_gap(s, 1);
	sheet_offer(s, JOURNAL_NEW, T("Write a new entry"), (struct str){ 0 });
	sheet_gap(s, 1);
	for (size_t i = 0; i < j->count; i++) {
		const struct entry *en = &j->entries[i];
		struct str day = app_date(app, s->memory, en->created, false);
		struct block *b = sheet_mine(s, ID_LIST + (int)i, beginning(en->text), day);
		if (j->searching)
			b->match = folded(j, s->memory);
		sheet_gap(s, 1);
	}
	if (j->count == 0)
		sheet_prose(s,
		    j->searching
			? T("No entry has these words. Accents and capitals do not matter.")
			: T("Nothing is written yet, and nothing has to be."));
	if (j->more)
		sheet_offer(s, JOURNAL_MORE, T("Earlier entries"), (struct str){ 0 });
	if (v->focus == JOURNAL_SEARCH) {
		sheet_note(s, T("Accents do not matter in a search."));
		sheet_can(s, ACT_NEXT, T("to the list"), true);
		sheet_can(s, ACT_BACK, T("close"), true);
		return;
	}
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_SEARCH, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
	sheet_can(s, ACT_NEW, (struct str){ 0 }, false);
	sheet_can(s, ACT_DELETE, (struct str){ 0 }, false);
	if (v->focus < ID_LIST)
		sheet_cannot(s, ACT_DELETE, T("when the mark is on one"));
	sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
}

static void journal_pick(struct view *v, int id)
{
	struct journal *j = v->state;
	int i = id - ID_LIST;

	if (id == JOURNAL_NEW) {
		app_push(v->app, &view_write, NULL);
	} else if (id == JOURNAL_SEARCH) {
		v->focus = j->count > 0 ? ID_LIST : JOURNAL_NEW;
	} else if (id == JOURNAL_MORE) {
		j->before = j->entries[j->count - 1].created;
		j->before_id = j->entries[j->count - 1].id;
		look(v);
		v->focus = ID_LIST;
		v->scroll = 0;
	} else if (i >= 0 && (size_t)i < j->count) {
		struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
		arg->id = j->entries[i].id;
		app_push(v->app, &view_write, arg);
	}
}

static void remove_entry(struct view *v, size_t i)
{
	struct journal *j = v->state;
	struct err e;

	arena_reset(j->kept);
	j->deleted = j->entries[i];
	j->deleted.text = arena_dup(j->kept, j->entries[i].text);
	j->deleted.question = arena_dup(j->kept, j->entries[i].question);
	j->deleted.page = arena_dup(j->kept, j->entries[i].page);
	j->deleted.lang = arena_dup(j->kept, j->entries[i].lang);
	if (!store_delete(room_store(v->app->room), j->deleted.id, &e)) {
		app_error(v->app, &e);
		return;
	}
	view_say_deleted(v->app);
	look(v);
}

static bool journal_act(struct view *v, enum action act)
{
	struct journal *j = v->state;
	int i = v->focus - ID_LIST;
	struct err e;

	if (act == ACT_SEARCH) {
		v->focus = JOURNAL_SEARCH;
	} else if (act == ACT_NEW) {
		app_push(v->app, &view_write, NULL);
	} else if (act == ACT_DELETE && i >= 0 && (size_t)i < j->count) {
		remove_entry(v, (size_t)i);
	} else if (act == ACT_UNDO && v->focus != JOURNAL_SEARCH) {
		if (j->deleted.text.n == 0) {
			app_say(v->app, _("There is nothing to take back."));
			return true;
		}
		j->deleted.id = (struct id){ { 0 } };
		if (store_put(room_store(v->app->room), &j->deleted, &e))
			j->deleted.text = (struct str){ 0 };
		else
			app_error(v->app, &e);
		look(v);
	} else {
		return false;
	}
	return true;
}

static void journal_typed(struct view *v, int id)
{
	struct journal *j = v->state;

	(void)id;
	j->before = 0;
	j->before_id = (struct id){ { 0 } };
	look(v);
}

static void journal_close(struct view *v)
{
	struct journal *j = v->state;

	editor_free(j->words);
	arena_free(j->found);
	arena_free(j->kept);
}

const struct view_ops view_journal = {
	.name = "journal",
	.state_size = sizeof(struct journal),
	.open = journal_open,
	.build = journal_build,
	.pick = journal_pick,
	.act = journal_act,
	.typed = journal_typed,
	.resume = look,
	.close = journal_close,
};
