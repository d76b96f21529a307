/* A walk through every page that can be reached, in both languages, without a terminal.  On
 * each: Ctrl-G opens grounding and Esc comes back to the same word; F2 and F2 again keep
 * one's place; at 60x16 and 120x40 there is a way out; Ctrl-X ends with an empty screen.
 *
 * A page is reached again from the start each time, by the blocks that were chosen on the
 * way, so that what happens on one page cannot help another. */
#include "drive.h"

#define DEPTH_MOST 7
#define PAGES_MOST 2000
#define BLOCKS_MOST 60
#define KEY_BYTES 300

struct step {
	int index; /* which of the blocks that take the focus, from 0 */
	int key;   /* instead of a block: a key */
};

struct path {
	struct step steps[DEPTH_MOST];
	int n;
};

enum phase { GOING, LOOKING, GROUNDED, BACK, OTHER, SAME, SMALL, LARGE, NORMAL, LEAVING };

struct walk {
	struct path path;
	int at, blocks, focus;
	bool worth[BLOCKS_MOST]; /* of the blocks: choosing it may open something */
	enum phase phase;
	struct buf before, now;
	char key[KEY_BYTES], view[40];
	const char *wrong;
};

static struct path todo[PAGES_MOST];
static char seen[PAGES_MOST][KEY_BYTES];
static size_t todo_count, seen_count;
static char names[64][40];
static size_t name_count;

static const struct sheet *sheet_of(struct drive *d)
{
	return &d->app.stack->sheet;
}

/* Which blocks take the focus; of boxes, notches and fields the first stand for all. */
static int blocks_of(struct drive *d, bool *worth)
{
	const struct sheet *s = sheet_of(d);
	int n = 0, alike[BLOCK_RULE + 1] = { 0 };

	for (int id = sheet_step(s, 0, 1); id != 0 && n < BLOCKS_MOST;
	     id = sheet_step(s, id, 1)) {
		enum block_kind kind = sheet_block(s, id)->kind;
		bool same =
		    kind == BLOCK_CHECK || kind == BLOCK_SCALE || kind == BLOCK_FIELD;

		worth[n++] = alike[kind]++ < (same ? 2 : BLOCKS_MOST);
	}
	return n;
}

/* What makes a page a page: its view, its place and title, its first label. */
static void key_of(struct drive *d, char *out, size_t cap)
{
	const struct sheet *s = sheet_of(d);
	struct str label = { 0 };

	for (size_t i = 0; i < s->count && label.n == 0; i++)
		label = s->blocks[i].label;
	(void)snprintf(out, cap, "%s|%.*s|%.*s|%.*s", drive_view(d), STR_ARG(s->place),
	    STR_ARG(s->title), STR_ARG(label));
}

/* Where one is: the view, its focus, the cursor, and the words in the cursor's row.  The rest
 * of a picture may change, as when an empty line becomes a draft. */
static void page_of(struct drive *d, struct buf *out)
{
	struct str rest, line;
	struct buf all = { 0 };

	drive_text(d, &all);
	rest = buf_str(&all);
	buf_clear(out);
	buf_addf(out, "%s, focus %d, cursor %d %d: ", drive_view(d),
	    app_top(&d->app)->focus, d->last.cursor_row, d->last.cursor_col);
	for (int row = 0; str_line(&rest, &line); row++)
		if (row == d->last.cursor_row)
			buf_add(out, line);
	buf_free(&all);
}

static bool goes(struct drive *d, struct walk *w, struct event *ev)
{
	const struct step *st = &w->path.steps[w->at++];
	const struct sheet *s = sheet_of(d);
	int id = sheet_step(s, 0, 1);
	struct here h;

	if (st->key != 0) {
		drive_key(ev, st->key);
		return true;
	}
	for (int i = 0; i < st->index && id != 0; i++)
		id = sheet_step(s, id, 1);
	h = here_of(&d->app);
	here_focus(&h, id);
	drive_key(ev, K_ENTER);
	return true;
}

static bool fails(struct walk *w, const char *wrong)
{
	w->wrong = wrong;
	return false;
}

static bool size_event(struct event *ev, int rows, int cols)
{
	*ev = (struct event){ .kind = EV_RESIZE, .rows = rows, .cols = cols };
	return true;
}

static bool has_way_out(struct drive *d, struct walk *w)
{
	drive_text(d, &w->now);
	return strstr(w->now.s, "Ctrl-X") != NULL;
}

static bool walk_next(struct drive *d, struct event *ev)
{
	struct walk *w = d->arg;

	if (w->phase == GOING && w->at < w->path.n)
		return goes(d, w, ev);
	switch (w->phase++) {
	case GOING:
		w->blocks = blocks_of(d, w->worth);
		key_of(d, w->key, sizeof w->key);
		(void)snprintf(w->view, sizeof w->view, "%s", drive_view(d));
		drive_key(ev, K_CTRL('l')); /* what was said on the note line goes */
		return true;
	case LOOKING:
		page_of(d, &w->before);
		w->focus = app_top(&d->app)->focus;
		if (!has_way_out(d, w))
			return fails(w, "no Ctrl-X in the footer");
		drive_key(ev, K_CTRL('g'));
		return true;
	case GROUNDED:
		if (strcmp(drive_view(d), "grounding") != 0)
			return fails(w, "Ctrl-G did not open grounding");
		drive_key(ev, strcmp(w->view, "grounding") == 0 ? K_CTRL('l') : K_ESC);
		return true;
	case BACK:
		page_of(d, &w->now);
		if (!str_eq(buf_str(&w->before), buf_str(&w->now)))
			return fails(w, "Esc from grounding came back to another place");
		drive_key(ev, K_F2);
		return true;
	case OTHER:
		if (strcmp(drive_view(d), w->view) != 0)
			return fails(w, "F2 opened another page");
		drive_key(ev, K_F2);
		return true;
	case SAME:
		/* the other language may have scrolled it by a row */
		if (app_top(&d->app)->focus != w->focus)
			return fails(w, "F2 twice moved the focus");
		return size_event(ev, 16, 60);
	case SMALL:
		if (!has_way_out(d, w))
			return fails(w, "no Ctrl-X at 60x16");
		return size_event(ev, 40, 120);
	case LARGE:
		if (!has_way_out(d, w))
			return fails(w, "no Ctrl-X at 120x40");
		return size_event(ev, 24, 80);
	case NORMAL: drive_key(ev, K_CTRL('x')); return true;
	case LEAVING:
	default: return fails(w, "the program went on after Ctrl-X");
	}
}

static bool is_new(const char *key)
{
	for (size_t i = 0; i < seen_count; i++)
		if (strcmp(seen[i], key) == 0)
			return false;
	if (seen_count < PAGES_MOST)
		(void)snprintf(seen[seen_count++], KEY_BYTES, "%s", key);
	return true;
}

static void note_view(const char *view)
{
	for (size_t i = 0; i < name_count; i++)
		if (strcmp(names[i], view) == 0)
			return;
	if (name_count < ARRAY_LEN(names))
		(void)snprintf(names[name_count++], sizeof names[0], "%s", view);
}

static void add(const struct path *from, struct step st)
{
	struct path *to;

	if (todo_count == PAGES_MOST || from->n == DEPTH_MOST)
		return;
	to = &todo[todo_count++];
	*to = *from;
	to->steps[to->n++] = st;
}

static void visit(const struct path *path, int lang, bool demo)
{
	static const int keys[] = { '?', '/', K_CTRL('s'), '1', '2', '3', '4', '5', 'l',
		'n' };
	static struct walk w;
	static struct drive d;
	struct err e = { 0 };

	w.path = *path;
	w.at = 0;
	w.phase = GOING;
	w.wrong = NULL;
	w.blocks = 0;
	d.seed = 1;
	d.next = walk_next;
	d.arg = &w;
	d.term.rows = 24;
	d.term.cols = 80;
	drive_open(&d, &content, lang);
	if (demo ? !room_demo(&d.app.room, &d.world, &content, lang, &e)
		 : !room_scratch(&d.app.room, &d.world, &e))
		die("%s", e.text);
	d.app.demo = demo;
	app_push(&d.app, &view_home, NULL);
	drive_run(&d);
	if (w.wrong == NULL && w.phase > NORMAL && !drive_blank(&d))
		w.wrong = "the screen was not empty after Ctrl-X";
	if (w.wrong != NULL) {
		drive_text(&d, &w.now);
		FAIL_WITH("%s: %s\n%sbefore: %.*s", w.key, w.wrong, w.now.s,
		    STR_ARG(buf_str(&w.before)));
	}
	drive_close(&d);
	d.last = (struct canvas){ 0 };
	if (w.phase == GOING || !is_new(w.key))
		return; /* leaving was what the path did, or the page is known */
	note_view(w.view);
	for (int i = 0; i < w.blocks; i++)
		if (w.worth[i])
			add(path, (struct step){ .index = i });
	for (size_t i = 0; i < ARRAY_LEN(keys) && path->n < 2; i++)
		add(path, (struct step){ .key = keys[i] });
}

static void walk_all(int lang, bool demo)
{
	seen_count = 0;
	todo_count = 1;
	todo[0] = (struct path){ 0 };
	for (size_t i = 0; i < todo_count; i++) {
		struct path path = todo[i];

		visit(&path, lang, demo);
	}
	print_message(
	    "%zu ways, %zu pages, %zu views\n", todo_count, seen_count, name_count);
	assert_true(seen_count > 60);
}

static void test_every_page_in_english(void **state)
{
	(void)state;
	walk_all(0, false);
}

static void test_every_page_in_spanish(void **state)
{
	(void)state;
	walk_all(1, true);
}

/* The pages a person meets; a view that is not among those that were walked through has a
 * path of its own (leave.c), or is out of reach, which would be a mistake. */
static void test_no_view_was_missed(void **state)
{
	static const char *const expected[] = { "home", "step", "page", "journal", "write",
		"grounding", "tool", "lines", "faq", "overview", "settings", "search",
		"actions", "checkin", "back", "deck", "measure" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		bool met = false;

		for (size_t k = 0; k < name_count; k++)
			met |= strcmp(names[k], expected[i]) == 0;
		if (!met)
			FAIL_WITH("never met: %s", expected[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_page_in_english),
		cmocka_unit_test(test_every_page_in_spanish),
		cmocka_unit_test(test_no_view_was_missed),
	};

	return cmocka_run_group_tests(tests, drive_setup, drive_teardown);
}
