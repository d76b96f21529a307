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

static bool asks_first(const struct page_view *p)
{
	return card_has(p->page->head, FIELD_NOTE);
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
	p->stage = asks_first(p) && !begun ? PAGE_NOTE : PAGE_OPEN;
	if (app->room != NULL && str_is(card_word(p->page->head, FIELD_WITH), "couple") &&
	    setting_get(app->room, SETTING_GATE, v->memory).n == 0 && !app->demo)
		p->stage = PAGE_COUPLE_GATE;
	/* Where one was is a convenience: a full disk must not keep a page shut. */
	if (app->room != NULL && p->stage == PAGE_OPEN)
		(void)!setting_put(app->room, SETTING_LAST_PAGE, p->page->name, &ignored);
	return true;
}

static void build_couple_gate(const struct view *v, struct sheet *s)
{
	const struct card *c =
	    content_card(v->app->content, CARD_MESSAGE, STR("couple-gate"));

	if (c == NULL)
		return;
	sheet_title(s, app_field(v->app, c, FIELD_TITLE), (struct str){ 0 });
	view_paras(v, s, c);
	sheet_gap(s, 1);
	for (size_t i = 0; i < c->item_count; i++)
		sheet_offer(s, i == 0 ? ID_WHOLE : ID_NOT_NOW,
		    app_text(v->app, &c->items[i].cell[0]), (struct str){ 0 });
}

static void build_note(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;

	sheet_title(s, view_title(v->app, p->page), (struct str){ 0 });
	sheet_prose(s, app_field(v->app, p->page->head, FIELD_NOTE));
	sheet_gap(s, 1);
	sheet_offer(s, ID_WHOLE, T("Open"), (struct str){ 0 });
	if (card_has(p->page->head, FIELD_SHORT))
		sheet_offer(s, ID_LIGHTER, T("A gentler version"), T("two minutes"));
	sheet_offer(s, ID_NOT_NOW, T("Not now"), (struct str){ 0 });
}

/* Has it anything to write or to mark? */
static bool has_input(const struct page *p)
{
	for (size_t i = 0; i < p->part_count; i++)
		switch ((int)p->parts[i].kind) {
		case CARD_CHECKLIST:
		case CARD_PROMPTS:
		case CARD_AGREEMENT:
		case CARD_CHOICES:
		case CARD_SCALE:
		case CARD_LIST:
		case CARD_MAP: return true;
		default: break;
		}
	return false;
}

static void build_end(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	struct app *app = v->app;
	struct str rest = card_word(p->page->head, FIELD_TOOLS), name;
	int n = 0;

	if (p->run != NULL) {
		if (has_input(p->page))
			sheet_offer(s, ID_DONE, T("Keep it as it is"),
			    T("you can change it any day"));
		else
			sheet_offer(
			    s, ID_DONE, T("That is enough for now"), (struct str){ 0 });
	}
	if (p->run != NULL && str_is(card_word(p->page->head, FIELD_PRINT), "yes"))
		sheet_offer(s, ID_CARD, T("As a card for paper"), (struct str){ 0 });
	for (; str_cut(&rest, ' ', &name); n++) {
		const struct page *tool = content_page(app->content, name);
		if (tool != NULL)
			sheet_offer(s, ID_TOOL + n, view_title(app, tool), T("a tool"));
	}
	const struct page *next =
	    content_page(app->content, card_word(p->page->head, FIELD_NEXT));
	if (next != NULL)
		sheet_offer(
		    s, ID_NEXT_PAGE, view_title(app, next), T("what could come next"));
	if (p->lighter)
		sheet_offer(s, ID_WHOLE, T("The whole page"), (struct str){ 0 });
}

static void build_lighter(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	const struct card *head = p->page->head;

	sheet_loud(s, app_field(v->app, head, FIELD_SHORT));
	sheet_gap(s, 1);
	for (size_t i = 0; i < p->page->part_count; i++)
		if (p->page->parts[i].kind == CARD_PROMPTS) {
			page_build_part(v, s, i);
			break;
		}
	if (card_has(head, FIELD_JUST_READ)) {
		sheet_side(s, T("Or just read"), app_field(v->app, head, FIELD_JUST_READ));
		sheet_gap(s, 1);
	}
}

static void build_whole(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	const struct card *head = p->page->head;

	if (card_has(head, FIELD_INTRO)) {
		sheet_prose(
		    s, app_fill(v->app, s->memory, app_field(v->app, head, FIELD_INTRO)));
		sheet_gap(s, 1);
	}
	if (card_has(head, FIELD_GOOD_FOR)) {
		sheet_side(s, T("Good for"), app_field(v->app, head, FIELD_GOOD_FOR));
		sheet_gap(s, 1);
	}
	if (str_is(card_word(head, FIELD_WITH), "couple")) {
		sheet_prose(
		    s, T("For the two of you. You can read it and prepare it alone."));
		sheet_gap(s, 1);
	}
	for (size_t i = 0; i < p->page->part_count; i++)
		page_build_part(v, s, i);
	if (card_has(head, FIELD_CARE)) {
		sheet_care(s, app_field(v->app, head, FIELD_CARE));
		sheet_gap(s, 1);
	}
}

static struct str page_place(const struct view *v, struct arena *a)
{
	const struct page_view *p = v->state;

	if (view_page_is(p->page, "tool"))
		return T("Grounding");
	return view_step_place(v->app, a, card_number(p->page->head, FIELD_STEP, 0));
}

static void page_build(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	const struct card *head = p->page->head;
	struct app *app = v->app;
	bool couple = str_is(card_word(head, FIELD_WITH), "couple");
	bool reading = view_page_is(p->page, "reading") || view_page_is(p->page, "table");
	int minutes = card_number(head, FIELD_MINUTES, 0);

	sheet_place(s, page_place(v, s->memory),
	    app->demo ? T("EXAMPLE")
	    : reading && minutes > 1
		? arena_fmt(s->memory, _("reading, %d minutes"), minutes)
		: view_minutes(s->memory, minutes, true));
	sheet_can(s, ACT_OPEN, (struct str){ 0 }, true);
	sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
	if (p->stage == PAGE_COUPLE_GATE) {
		build_couple_gate(v, s);
		return;
	}
	if (p->stage == PAGE_NOTE) {
		build_note(v, s);
		return;
	}
	sheet_title(s, view_title(app, p->page),
	    card_has(head, FIELD_TERM) ? app_field(app, head, FIELD_TERM)
	    : couple                   ? T("for the two of you")
				       : (struct str){ 0 });
	if (p->lighter)
		build_lighter(v, s);
	else
		build_whole(v, s);
	build_end(v, s);
	if (p->edit_id != 0) {
		sheet_note(s, T("If this feels too much, write about something else."));
		s->kept = v->unsaved ? (struct str){ 0 } : T("draft kept");
		sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
		sheet_can(s, ACT_SAVE, (struct str){ 0 }, false);
		sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
		sheet_can(s, ACT_REDO, (struct str){ 0 }, false);
	} else {
		sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
		sheet_can(s, ACT_DELETE, (struct str){ 0 }, false);
		if (app->demo)
			sheet_note(
			    s, T("Demonstration with invented entries. Nothing is saved."));
	}
	if (card_has(head, FIELD_SHORT) && !p->lighter)
		sheet_can(s, ACT_LIGHTER, (struct str){ 0 }, false);
}

/* Finishing says "Saved." and no more; after a page that asks much, a landing. */
static void finish(struct view *v)
{
	struct page_view *p = v->state;
	struct err e;

	if (!page_save(v, true, &e) || !run_finish(p->run, &e)) {
		app_error(v->app, &e);
		return;
	}
	app_say(v->app, _("Saved."));
	app_pop(v->app);
	if (asks_first(p))
		app_push(v->app, &view_landing, p->page);
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
	case CARD_CHOICES: {
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
			p->stage = asks_first(p) ? PAGE_NOTE : PAGE_OPEN;
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
		app_say(v->app, _("Deleted. u takes it back."));
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
	case ACT_SAVE:
		if (page_save(v, true, &e))
			app_say(v->app, _("Saved."));
		else
			app_error(v->app, &e);
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
