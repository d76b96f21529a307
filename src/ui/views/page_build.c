/* What stands around the parts of a page: the question before it, its opening words, what one
 * can do at its end, the corners. */
#include "ui/views/page.h"

bool page_asks_first(const struct page_view *p)
{
	return card_has(p->page->head, FIELD_NOTE);
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

/* Is it something to write in or to mark? */
static bool takes_input(enum card_kind kind)
{
	switch ((int)kind) {
	case CARD_CHECKLIST:
	case CARD_PROMPTS:
	case CARD_AGREEMENT:
	case CARD_CHOICES:
	case CARD_SCALE:
	case CARD_LIST:
	case CARD_MAP: return true;
	default: return false;
	}
}

static bool has_input(const struct page *p)
{
	for (size_t i = 0; i < p->part_count; i++)
		if (takes_input(p->parts[i].kind))
			return true;
	return false;
}

/* What the two-minute version keeps of a page: its first fields, else its first part to fill
 * in; the number of parts when there is none. */
static size_t lighter_part(const struct page *p)
{
	size_t found = p->part_count;

	for (size_t i = p->part_count; i > 0; i--) {
		bool better = found == p->part_count ||
			      p->parts[found].kind != CARD_PROMPTS ||
			      p->parts[i - 1].kind == CARD_PROMPTS;
		if (takes_input(p->parts[i - 1].kind) && better)
			found = i - 1;
	}
	return found;
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
	size_t first = lighter_part(p->page);
	if (first < p->page->part_count)
		page_build_part(v, s, first);
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

/* What Enter does with the block in focus. */
static struct str enter_word(const struct view *v)
{
	const struct card *c = page_part_at(v->state, v->focus);
	static const char *const words[CARD_KIND_COUNT] = {
		[CARD_CHECKLIST] = N_("mark"),
		[CARD_CHOICES] = N_("choose"),
		[CARD_SCALE] = N_("choose"),
		[CARD_LIST] = N_("add"),
	};

	return c != NULL && words[c->kind] != NULL ? T(words[c->kind]) : (struct str){ 0 };
}

/* Is the focus on a row of a map, and has the page maps at all? */
static void build_delete(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	const struct card *c = page_part_at(p, v->focus);
	bool on_row = slot_of(v->focus) >= SLOT_ROW && slot_of(v->focus) < SLOT_ADD;

	if (p->run == NULL || view_part_of(p->page, CARD_MAP) == NULL)
		return;
	sheet_can(s, ACT_DELETE, (struct str){ 0 }, false);
	if (c == NULL || c->kind != CARD_MAP || !on_row)
		sheet_cannot(s, ACT_DELETE, T("when the mark is on one"));
}

static void build_actions(const struct view *v, struct sheet *s)
{
	const struct page_view *p = v->state;
	bool input = p->run != NULL && has_input(p->page);

	if (p->edit_id == 0 || enter_word(v).n > 0)
		sheet_can(s, ACT_OPEN, enter_word(v), true);
	if (p->edit_id != 0) {
		sheet_can(s, ACT_NEXT, (struct str){ 0 }, true);
		sheet_can(s, ACT_SAVE, (struct str){ 0 }, false);
		sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
		sheet_can(s, ACT_REDO, (struct str){ 0 }, false);
	} else {
		build_delete(v, s);
		if (p->run != NULL && run_can_undelete(p->run))
			sheet_can(s, ACT_UNDO, (struct str){ 0 }, false);
	}
	sheet_can(s, ACT_BACK, input ? T("pause") : (struct str){ 0 }, true);
	if (card_has(p->page->head, FIELD_SHORT))
		sheet_can(s, ACT_LIGHTER, (struct str){ 0 }, false);
}

void page_build(const struct view *v, struct sheet *s)
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
	if (p->stage == PAGE_COUPLE_GATE || p->stage == PAGE_NOTE) {
		if (p->stage == PAGE_COUPLE_GATE)
			build_couple_gate(v, s);
		else
			build_note(v, s);
		sheet_can(s, ACT_OPEN, T("choose"), true);
		sheet_can(s, ACT_BACK, (struct str){ 0 }, true);
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
	if (app->demo)
		view_demo_notes(
		    v, s, p->page->name, card_number(head, FIELD_STEP, 0), p->edit_id != 0);
	if (p->edit_id != 0) {
		sheet_note(s, T("If this feels too much, write about something else."));
		if (!v->unsaved && run_state(p->run) != RUN_NONE && !app->demo)
			s->kept = T("draft kept");
	}
	build_actions(v, s);
}
