/* What each kind of card looks like on a page: cards in, blocks out.  A kind that has no
 * function here is not for a page. */
#include "ui/views/page.h"

struct part {
	const struct view *v;
	const struct page_view *p;
	const struct app *app;
	struct sheet *s;
	const struct card *c;
	size_t index;
};

static struct str words(const struct part *t, const struct text *text)
{
	return app_fill(t->app, t->s->memory, app_text(t->app, text));
}

static struct str key(const struct part *t, enum field_id f)
{
	return app_fill(t->app, t->s->memory, app_field(t->app, t->c, f));
}

static int id_of(const struct part *t, int slot)
{
	return part_id(t->index, slot);
}

/* A card's own heading: the question it asks, or its title. */
static void heading(const struct part *t)
{
	struct str title = key(t, FIELD_TITLE), ask = key(t, FIELD_ASK);

	if (title.n > 0)
		sheet_head(t->s, title);
	if (ask.n > 0)
		sheet_prose(t->s, ask);
	if (title.n == 0 && ask.n == 0 && key(t, FIELD_HEAD).n > 0)
		sheet_head(t->s, key(t, FIELD_HEAD));
}

static void build_text(const struct part *t)
{
	struct str head = key(t, FIELD_HEAD);

	if (head.n == 0)
		heading(t);
	for (size_t i = 0; i < t->c->para_count; i++) {
		struct str para = words(t, &t->c->paras[i]);
		if (head.n > 0)
			sheet_side(t->s, i == 0 ? head : (struct str){ 0 }, para);
		else
			sheet_prose(t->s, para);
		if (i + 1 < t->c->para_count)
			sheet_gap(t->s, 1);
	}
}

static void build_care(const struct part *t)
{
	for (size_t i = 0; i < t->c->para_count; i++)
		sheet_care(t->s, words(t, &t->c->paras[i]));
}

static void build_guide(const struct part *t)
{
	heading(t);
	for (size_t i = 0; i < t->c->item_count; i++) {
		sheet_prose(t->s, words(t, &t->c->items[i].cell[0]));
		if (i + 1 < t->c->item_count)
			sheet_gap(t->s, 1);
	}
}

static void cells_of(struct block *b, struct str rest, struct str first, bool has_first)
{
	struct str cell;

	if (has_first)
		b->cells[b->cell_count++] = first;
	while (b->cell_count < SHEET_CELLS && str_cut(&rest, '|', &cell))
		b->cells[b->cell_count++] = str_trim(cell);
}

static void build_table(const struct part *t)
{
	if (key(t, FIELD_TITLE).n > 0)
		sheet_head(t->s, key(t, FIELD_TITLE));
	cells_of(sheet_add(t->s, BLOCK_COLUMNS, 0), key(t, FIELD_COLUMNS),
	    (struct str){ 0 }, false);
	sheet_gap(t->s, 1);
	for (size_t i = 0; i < t->c->item_count; i++) {
		const struct item *it = &t->c->items[i];
		struct block *b = sheet_add(t->s, BLOCK_ROW, id_of(t, (int)i));
		for (int k = 0; k < it->cells && k < SHEET_CELLS; k++)
			b->cells[b->cell_count++] = words(t, &it->cell[k]);
		b->resting = true;
	}
}

static void build_checklist(const struct part *t)
{
	struct str head = key(t, FIELD_HEAD);
	bool topics = t->c->item_count > 0 && t->c->items[0].cells > 1;

	if (head.n > 0 && !topics && key(t, FIELD_TITLE).n == 0 && key(t, FIELD_ASK).n == 0)
		sheet_side(t->s, head, (struct str){ 0 }); /* the boxes stand beside it */
	else
		heading(t);
	for (size_t i = 0; i < t->c->item_count; i++) {
		const struct item *it = &t->c->items[i];
		bool topic = it->cells > 1;
		bool on = t->p->run != NULL &&
			  run_number(t->p->run, t->c->name, it->name, 0) != 0;
		sheet_check(t->s, t->p->run != NULL ? id_of(t, (int)i) : 0, on,
		    topic ? words(t, &it->cell[0]) : (struct str){ 0 },
		    words(t, &it->cell[topic ? 1 : 0]));
	}
}

/* A field of a page: open when the focus is on it, else its words or just its label. */
static void field(const struct part *t, int slot, struct str label, struct str hint)
{
	int id = id_of(t, slot);
	bool open = t->p->edit_id == id;
	struct block *b = sheet_field(t->s, t->p->run != NULL ? id : 0, label,
	    page_words(t->p, t->s->memory, id), open ? page_editor(t->p, id) : NULL);

	b->hint = hint;
	b->rows = t->c->kind == CARD_LIST ? 1 : 3;
	b->beside = t->c->kind == CARD_LIST;
}

static void build_prompts(const struct part *t)
{
	heading(t);
	for (size_t i = 0; i < t->c->item_count; i++) {
		const struct item *it = &t->c->items[i];
		field(t, (int)i, words(t, &it->cell[0]),
		    it->cells > 1 ? words(t, &it->cell[1]) : (struct str){ 0 });
		if (t->p->lighter)
			break;
	}
}

bool page_choices_here(const struct card *c)
{
	return c->kind == CARD_CHOICES && c->item_count == 1;
}

struct str page_option(const struct app *app, const struct card *c, int n)
{
	struct str rest = app_field(app, c, FIELD_OPTIONS), one = { 0 };

	for (; n >= 0; n--)
		if (!str_cut(&rest, '|', &one))
			return (struct str){ 0 };
	return str_trim(one);
}

/* One question: its options stand beside it, and a cross marks the one chosen. */
static void build_options(const struct part *t)
{
	const struct item *it = &t->c->items[0];
	int now = t->p->run != NULL ? run_number(t->p->run, t->c->name, it->name, 0) : 0;
	struct str option;

	sheet_side(t->s, words(t, &it->cell[0]), (struct str){ 0 });
	for (int i = 0; (option = page_option(t->app, t->c, i)).n > 0; i++)
		sheet_check(t->s, t->p->run != NULL ? id_of(t, i) : 0, now == i + 1,
		    (struct str){ 0 }, option);
}

static void build_choices(const struct part *t)
{
	heading(t);
	if (page_choices_here(t->c)) {
		build_options(t);
		return;
	}
	for (size_t i = 0; i < t->c->item_count; i++) {
		const struct item *it = &t->c->items[i];
		struct str chosen = t->p->run != NULL
					? run_text(t->p->run, t->c->name, it->name)
					: (struct str){ 0 };
		sheet_offer(t->s, t->p->run != NULL ? id_of(t, (int)i) : 0,
		    words(t, &it->cell[0]), chosen);
	}
}

static void build_scale(const struct part *t)
{
	struct str ask = key(t, FIELD_ASK);
	int value =
	    t->p->run != NULL ? run_number(t->p->run, t->c->name, STR("value"), -1) : -1;

	if (ask.n == 0)
		ask = key(t, FIELD_TITLE);
	sheet_offer(t->s, t->p->run != NULL ? id_of(t, 0) : 0, ask,
	    value < 0 ? T("0 to 10") : arena_fmt(t->s->memory, "%d", value));
}

static void list_section(const struct part *t, size_t section)
{
	const struct item *it = &t->c->items[section];
	struct str label = words(t, &it->cell[0]);
	struct str hint = it->cells > 1 ? words(t, &it->cell[1]) : (struct str){ 0 };
	size_t rows = run_rows(t->p->run, t->c->name), shown = 0;
	int add = id_of(t, SLOT_ADD + (int)section);
	bool here = t->v->focus == add;

	for (size_t r = 0; r < rows; r++) {
		struct id row = run_row_id(t->p->run, t->c->name, r);
		int id = id_of(t, SLOT_ROW + (int)r);
		if (!str_eq(run_row_section(t->p->run, row), it->name))
			continue;
		if (t->p->edit_id == add && id_eq(row, t->p->edit_row))
			continue; /* stands on the line being written */
		field(t, SLOT_ROW + (int)r, shown++ == 0 ? label : (struct str){ 0 },
		    (struct str){ 0 });
		here = here || t->v->focus == id;
	}
	if (shown == 0 || here || t->app->plain)
		field(t, SLOT_ADD + (int)section, shown == 0 ? label : (struct str){ 0 },
		    hint);
}

static void build_list(const struct part *t)
{
	heading(t);
	for (size_t i = 0; i < t->c->item_count; i++) {
		if (t->p->run != NULL)
			list_section(t, i);
		else
			sheet_side(t->s, words(t, &t->c->items[i].cell[0]),
			    t->c->items[i].cells > 1 ? words(t, &t->c->items[i].cell[1])
						     : (struct str){ 0 });
	}
}

/* A row of a map: its first words on a line of their own, the others after dashes.  A number
 * alone says nothing, so it carries its label. */
static struct str map_text(const struct part *t, struct id row)
{
	struct buf out = { 0 };
	int cells = 0, number;

	for (size_t i = 0; i < t->c->item_count; i++) {
		struct str cell = run_cell(t->p->run, row, t->c->items[i].name);
		if (cell.n == 0)
			continue;
		buf_add(&out, cells == 0 ? STR("") : cells == 1 ? STR("\n") : STR(" — "));
		if (cells++ > 0 && str_int(cell, &number))
			buf_addf(
			    &out, "%.*s: ", STR_ARG(words(t, &t->c->items[i].cell[0])));
		buf_add(&out, cell);
	}
	struct str text = arena_dup(t->s->memory, buf_str(&out));
	buf_free(&out);
	return text;
}

static void build_map(const struct part *t)
{
	heading(t);
	if (t->p->run == NULL) {
		for (size_t i = 0; i < t->c->item_count; i++)
			sheet_prose(t->s, words(t, &t->c->items[i].cell[0]));
		return;
	}
	size_t rows = run_rows(t->p->run, t->c->name);
	for (size_t r = 0; r < rows; r++) {
		struct id row = run_row_id(t->p->run, t->c->name, r);
		struct block *b = sheet_mine(
		    t->s, id_of(t, SLOT_ROW + (int)r), map_text(t, row), (struct str){ 0 });
		b->rows = 3; /* the rest when it is opened */
		b->marked = true;
		sheet_gap(t->s, 1);
	}
	struct str add = key(t, FIELD_ADD);
	sheet_offer(t->s, id_of(t, SLOT_OPEN), add.n > 0 && rows > 0 ? add : T("Write one"),
	    (struct str){ 0 });
}

static void build_practice(const struct part *t)
{
	int seconds = card_number(t->c, FIELD_SECONDS, 0);
	struct str title = key(t, FIELD_TITLE);

	for (size_t i = 0; seconds == 0 && i < t->c->item_count; i++)
		seconds += t->c->items[i].number;
	sheet_offer(t->s, id_of(t, SLOT_OPEN),
	    title.n > 0 ? arena_fmt(t->s->memory, _("Practice: %.*s"), STR_ARG(title))
			: T("Do it now, part by part"),
	    view_minutes(t->s->memory, (seconds + 59) / 60, false));
}

static void build_breath(const struct part *t)
{
	sheet_offer(
	    t->s, id_of(t, SLOT_OPEN), T("Begin, at a slow pace"), T("any key pauses"));
}

static void build_deck(const struct part *t)
{
	sheet_offer(t->s, id_of(t, SLOT_OPEN), T("Take a question"), T("one at a time"));
}

static void build_starters(const struct part *t)
{
	heading(t);
	for (size_t i = 0; i < t->c->item_count; i++)
		sheet_offer(t->s, t->p->run != NULL ? id_of(t, (int)i) : 0,
		    words(t, &t->c->items[i].cell[0]), (struct str){ 0 });
}

static void (*const builders[CARD_KIND_COUNT])(const struct part *) = {
	[CARD_TEXT] = build_text,
	[CARD_CARE] = build_care,
	[CARD_TABLE] = build_table,
	[CARD_CHECKLIST] = build_checklist,
	[CARD_GUIDE] = build_guide,
	[CARD_PROMPTS] = build_prompts,
	[CARD_AGREEMENT] = build_prompts,
	[CARD_CHOICES] = build_choices,
	[CARD_SCALE] = build_scale,
	[CARD_LIST] = build_list,
	[CARD_MAP] = build_map,
	[CARD_PRACTICE] = build_practice,
	[CARD_BREATH] = build_breath,
	[CARD_DECK] = build_deck,
	[CARD_STARTERS] = build_starters,
};

void page_build_part(const struct view *v, struct sheet *s, size_t part)
{
	const struct page_view *p = v->state;
	const struct part t = { v, p, v->app, s, &p->page->parts[part], part };

	if (builders[t.c->kind] == NULL)
		return;
	builders[t.c->kind](&t);
	sheet_gap(s, 1);
}

struct str page_row_line(const struct run *run, struct arena *a, struct id row)
{
	struct str thing = run_cell(run, row, STR("thing"));
	struct str where = run_cell(run, row, STR("where"));

	return where.n == 0 ? arena_dup(a, thing)
			    : arena_fmt(a, "%.*s — %.*s", STR_ARG(thing), STR_ARG(where));
}
