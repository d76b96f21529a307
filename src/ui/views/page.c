/* A page of the workbook: its parts one under the other, the fields one writes in, and at the
 * end "keep it as it is".  Nothing is required; leaving keeps what was typed. */
#include "ui/views/page.h"

const struct card *page_part_at(const struct page_view *p, int id)
{
	if (id <= 0 || id >= ID_OFFERS || part_of(id) >= p->page->part_count)
		return NULL;
	return &p->page->parts[part_of(id)];
}

static void page_typed(struct view *v, int id)
{
	(void)id;
	v->unsaved = true;
}

static bool page_open(struct view *v, const void *arg, struct err *e)
{
	struct page_view *p = v->state;
	struct app *app = v->app;
	struct err ignored;

	p->page = arg;
	p->one_line = editor_new(true);
	p->many_lines = editor_new(false);
	if (app->room != NULL && !run_open(&p->run, app->room, p->page, app->lang, e))
		return false;
	bool begun = p->run != NULL && run_state(p->run) != RUN_NONE;
	p->stage = page_asks_first(p) && !begun ? PAGE_NOTE : PAGE_OPEN;
	if (app->room != NULL && str_is(card_word(p->page->head, FIELD_WITH), "couple") &&
	    setting_get(app->room, SETTING_GATE, v->memory).n == 0 && !app->demo)
		p->stage = PAGE_COUPLE_GATE;
	if (p->run != NULL && run_state(p->run) == RUN_BEGUN)
		v->focus = page_left_at(p);
	/* Where one was is a convenience: a full disk must not keep a page shut. */
	if (app->room != NULL && p->stage == PAGE_OPEN)
		(void)!setting_put(app->room, SETTING_LAST_PAGE, p->page->name, &ignored);
	return true;
}

/* Finishing says "Saved." and no more; after a page that asks much, a landing. */
static void finish(struct view *v)
{
	struct page_view *p = v->state;
	struct err e;

	if (!page_save(v, true, &e) || !run_finish(p->run, &e)) {
		v->unsaved = true;
		app_error(v->app, &e);
		return;
	}
	app_say(v->app, _("Saved."));
	app_pop(v->app);
	if (page_asks_first(p))
		app_push(v->app, &view_landing, p->page);
}

/* In the demonstration a field opens at Enter, so that keys are free for showing. */
static bool write_here(struct view *v, int id)
{
	struct page_view *p = v->state;

	if (p->writing || p->edit_id == id)
		return false;
	p->writing = true;
	page_focus(v, id);
	return true;
}

/* The option marked already is taken back. */
static bool pick_option(struct view *v, const struct card *c, int option, struct err *e)
{
	struct page_view *p = v->state;
	const struct item *it = &c->items[0];

	if (run_number(p->run, c->name, it->name, 0) == option + 1)
		return run_clear(p->run, c, it->name, e);
	return run_set_number(p->run, c, it->name, app_text(v->app, &it->cell[0]),
	    option + 1, page_option(v->app, c, option), e);
}

static void pick_part(struct view *v, int id, const struct card *c)
{
	struct page_view *p = v->state;
	int slot = slot_of(id);
	struct err e = { 0 };
	bool ok = true;

	switch ((int)c->kind) {
	case CARD_TABLE:
		view_open_page(v->app, content_page(v->app->content, c->items[slot].name));
		break;
	case CARD_CHECKLIST: {
		const struct item *it = &c->items[slot];
		bool on = run_number(p->run, c->name, it->name, 0) != 0;
		struct str q = app_text(v->app, &it->cell[it->cells > 1 ? 1 : 0]);
		ok = on ? run_clear(p->run, c, it->name, &e)
			: run_set_number(p->run, c, it->name, q, 1, (struct str){ 0 }, &e);
		break;
	}
	case CARD_PROMPTS:
	case CARD_AGREEMENT: write_here(v, id); break;
	case CARD_CHOICES: {
		if (page_choices_here(c)) {
			ok = pick_option(v, c, slot, &e);
			break;
		}
		struct choose_arg *arg = arena_make(v->memory, struct choose_arg, 1);
		*arg = (struct choose_arg){ p->run, c, &c->items[slot] };
		app_push(v->app, &view_choose, arg);
		break;
	}
	case CARD_SCALE: {
		struct choose_arg *arg = arena_make(v->memory, struct choose_arg, 1);
		*arg = (struct choose_arg){ p->run, c, NULL };
		app_push(v->app, &view_scale, arg);
		break;
	}
	case CARD_LIST: {
		if (write_here(v, id))
			break;
		/* Enter on a line: keep it, and open the next empty one of its section. */
		int section = slot - SLOT_ADD;
		if (slot < SLOT_ADD) {
			struct id row = page_row_at(p, id);
			const struct item *it = card_item(c, run_row_section(p->run, row));
			section = it != NULL ? (int)(it - c->items) : 0;
		}
		int add = part_id(part_of(id), SLOT_ADD + section);
		bool wrote = p->edit_id == id && editor_text(p->one_line).n > 0;
		page_focus(v, ID_OFFERS);
		if (wrote || slot < SLOT_ADD) {
			v->focus = add;
			page_focus(v, add);
		} else {
			v->focus = part_id(part_of(id), slot + 1);
			page_focus(v, v->focus);
		}
		break;
	}
	case CARD_MAP: {
		struct row_arg *arg = arena_make(v->memory, struct row_arg, 1);
		*arg = (struct row_arg){ p->run, c, PAGE_NO_ROW };
		if (slot < SLOT_ADD)
			arg->row = page_row_at(p, id);
		app_push(v->app, &view_row, arg);
		break;
	}
	case CARD_PRACTICE:
	case CARD_BREATH: app_push(v->app, &view_tool, c); break;
	case CARD_DECK: app_push(v->app, &view_deck, c); break;
	case CARD_STARTERS: {
		struct write_arg *arg = arena_make(v->memory, struct write_arg, 1);
		*arg = (struct write_arg){ .starter =
					       app_text(v->app, &c->items[slot].cell[0]) };
		app_push(v->app, &view_write, arg);
		break;
	}
	default: break;
	}
	if (!ok) {
		v->unsaved = true;
		app_error(v->app, &e);
	}
}

static void page_pick(struct view *v, int id)
{
	struct page_view *p = v->state;
	const struct card *c = page_part_at(p, id);
	struct err e;

	if (c != NULL) {
		pick_part(v, id, c);
	} else if (id == ID_DONE) {
		finish(v);
	} else if (id == ID_NOT_NOW) {
		if (p->stage == PAGE_COUPLE_GATE)
			(void)!setting_put(v->app->room, SETTING_GATE, STR("shown"), &e);
		app_pop(v->app);
	} else if (id == ID_WHOLE) {
		if (p->stage == PAGE_COUPLE_GATE) {
			(void)!setting_put(v->app->room, SETTING_GATE, STR("shown"), &e);
			p->stage = page_asks_first(p) ? PAGE_NOTE : PAGE_OPEN;
		} else {
			p->stage = PAGE_OPEN;
			p->lighter = false;
		}
		v->focus = 0;
	} else if (id == ID_LIGHTER) {
		p->stage = PAGE_OPEN;
		p->lighter = true;
		v->focus = 0;
	} else if (id == ID_CARD) {
		app_push(v->app, &view_card, p->run);
	} else if (id == ID_NEXT_PAGE) {
		view_open_page(v->app,
		    content_page(v->app->content, card_word(p->page->head, FIELD_NEXT)));
	} else if (id >= ID_TOOL && id < ID_LIST) {
		struct str rest = card_word(p->page->head, FIELD_TOOLS), name = { 0 };
		for (int i = id - ID_TOOL; i >= 0 && str_cut(&rest, ' ', &name); i--)
			continue;
		view_open_page(v->app, content_page(v->app->content, name));
	}
}

static bool delete_row(struct view *v)
{
	struct page_view *p = v->state;
	const struct card *c = page_part_at(p, v->focus);
	int slot = slot_of(v->focus);
	struct err e;

	if (p->run == NULL || c == NULL || slot < SLOT_ROW || slot >= SLOT_ADD ||
	    (c->kind != CARD_MAP && c->kind != CARD_LIST))
		return false;
	if (!run_row_delete(p->run, c, page_row_at(p, v->focus), &e))
		app_error(v->app, &e);
	else
		view_say_deleted(v->app);
	return true;
}

static bool page_act(struct view *v, enum action act)
{
	struct page_view *p = v->state;
	struct err e = { 0 };

	switch ((int)act) {
	case ACT_LIGHTER:
		p->lighter = !p->lighter;
		v->focus = 0;
		return true;
	case ACT_DELETE: return delete_row(v);
	case ACT_UNDO:
		if (p->edit_id != 0 || p->run == NULL)
			return false;
		if (!run_undelete(p->run, &e))
			app_say(v->app, _("There is nothing to take back."));
		return true;
	default: return false;
	}
}

static void page_close(struct view *v)
{
	struct page_view *p = v->state;

	run_close(p->run);
	editor_free(p->one_line);
	editor_free(p->many_lines);
}

const struct view_ops view_page = {
	.name = "page",
	.state_size = sizeof(struct page_view),
	.open = page_open,
	.build = page_build,
	.pick = page_pick,
	.act = page_act,
	.focus = page_focus,
	.typed = page_typed,
	.save = page_save,
	.close = page_close,
};
