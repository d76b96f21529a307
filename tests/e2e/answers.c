/* One person fills in every page there is, in each language, leaves and comes back: every
 * answer stands on its page again, and in the export.
 *
 * The program runs in a thread of its own and waits for events; the test presses a key and
 * looks at the page, in turns.  The room is a real one, in a folder. */
#include "drive.h"
#include "harness/play.h"

#include "ui/views/views.h"

#include <pthread.h>
#include <semaphore.h>

#define MARKS_MOST 1500

struct mark {
	const struct page *page;
	char words[16];
	bool on_page; /* to be seen on the page itself, not only in the export */
};

struct session {
	struct drive d;
	struct box *box;
	pthread_t thread;
	sem_t asked, given;
	struct event ev;
	bool more, ended;
};

static struct mark marks[MARKS_MOST];
static size_t mark_count;
static unsigned kinds_met, steps_met;

/* ---- the program in its thread ---- */
static bool wait_for_test(struct drive *d, struct event *ev)
{
	struct session *s = d->arg;

	(void)alarm(0); /* the test may take its time */
	(void)sem_post(&s->asked);
	while (sem_wait(&s->given) != 0)
		continue;
	*ev = s->ev;
	(void)alarm(20);
	return s->more;
}

static void *run_program(void *arg)
{
	struct session *s = arg;

	drive_run(&s->d);
	(void)alarm(0);
	s->ended = true;
	(void)sem_post(&s->asked);
	return NULL;
}

static void press(struct session *s, struct event ev)
{
	if (s->ended)
		die("the program ended too early");
	s->ev = ev;
	(void)sem_post(&s->given);
	while (sem_wait(&s->asked) != 0)
		continue;
}

static void key(struct session *s, int k)
{
	press(s, (struct event){ .kind = EV_KEY, .key = k });
}

static void type(struct session *s, const char *words)
{
	for (; *words != '\0'; words++) {
		struct event ev;

		drive_letter(&s->d, &ev, (struct str){ words, 1 });
		press(s, ev);
	}
}

static void nothing(struct session *s)
{
	press(s, (struct event){ .kind = EV_NONE, .delta = -1 });
}

static struct vault_key *key_of_room(const char *home)
{
	struct secret *words = secret_new(64);
	struct vault_key *k;
	struct err e = { 0 };

	if (!secret_add(words, PLAY_PASS, strlen(PLAY_PASS)))
		die("no passphrase");
	k = vault_derive(NULL, home, words, &e);
	if (k == NULL)
		die("%s", e.text);
	secret_free(words);
	return k;
}

static void begin(struct session *s, struct box *box, int lang, bool fresh)
{
	struct vault_key *k = key_of_room(box->home);
	struct err e = { 0 };
	bool ok;

	memset(s, 0, sizeof *s);
	s->box = box;
	s->more = true;
	(void)sem_init(&s->asked, 0, 0);
	(void)sem_init(&s->given, 0, 0);
	s->d.seed = fresh ? 11 : 12;
	s->d.next = wait_for_test;
	s->d.arg = s;
	s->d.app.home = box->home;
	drive_open(&s->d, &content, lang);
	s->d.now += fresh ? 0 : 3600000;
	ok = fresh ? room_create(&s->d.app.room, &s->d.world, box->home, k, &e)
		   : room_open(&s->d.app.room, &s->d.world, box->home, k, &e);
	if (!ok)
		die("%s", e.text);
	room_content(s->d.app.room, &content);
	vault_key_free(k);
	s->d.app.lang_chosen = true;
	app_push(&s->d.app, &view_home, NULL);
	if (pthread_create(&s->thread, NULL, run_program, s) != 0)
		die("no thread");
	while (sem_wait(&s->asked) != 0)
		continue;
}

static void leave(struct session *s)
{
	key(s, K_CTRL('x'));
	assert_true(s->ended);
	(void)pthread_join(s->thread, NULL);
	assert_true(drive_blank(&s->d));
	drive_close(&s->d);
	(void)sem_destroy(&s->asked);
	(void)sem_destroy(&s->given);
}

/* ---- filling in ---- */
static const struct sheet *sheet_of(struct session *s)
{
	return &s->d.app.stack->sheet;
}

static void focus(struct session *s, int id)
{
	struct here h = here_of(&s->d.app);

	here_focus(&h, id);
	nothing(s);
}

static void pick(struct session *s, int id)
{
	focus(s, id);
	key(s, K_ENTER);
}

static void write_mark(struct session *s, const struct page *page, bool on_page)
{
	struct mark *m;

	if (mark_count == MARKS_MOST)
		die("more fields than the test expects");
	m = &marks[mark_count];
	m->page = page;
	/* a page for every day begins anew */
	m->on_page = on_page && !str_is(card_word(page->head, FIELD_REPEAT), "yes");
	(void)snprintf(m->words, sizeof m->words, "qz%04zuk", mark_count++);
	type(s, m->words);
}

static void fill_row(struct session *s, const struct page *page)
{
	for (int id = sheet_step(sheet_of(s), 0, 1), n = 0; id != 0 && n < 12;
	     id = sheet_step(sheet_of(s), id, 1), n++) {
		focus(s, id);
		if (sheet_block(sheet_of(s), id)->editor == NULL)
			break; /* "Keep it" */
		write_mark(s, page, n == 0);
	}
	pick(s, 1000); /* keep it */
}

/* Something opened over the page: do what it is for, and come back. */
static void come_back(struct session *s, const struct page *page, size_t depth)
{
	const char *view = drive_view(&s->d);

	if (strcmp(view, "row") == 0)
		fill_row(s, page);
	else if (strcmp(view, "scale") == 0 || strcmp(view, "choose") == 0)
		key(s, K_ENTER);
	for (int i = 0; i < 8 && app_depth(&s->d.app) > depth; i++)
		key(s, K_ESC);
	if (app_depth(&s->d.app) != depth)
		die("no way back to the page from %s", drive_view(&s->d));
}

static void fill_block(struct session *s, const struct page *page, int id)
{
	size_t depth = app_depth(&s->d.app);
	const struct block *b = sheet_block(sheet_of(s), id);

	if (b == NULL)
		return;
	if (b->kind == BLOCK_FIELD) {
		focus(s, id);
		b = sheet_block(sheet_of(s), id);
		if (b != NULL && b->editor != NULL)
			write_mark(s, page, true);
	} else if (b->kind == BLOCK_CHECK || b->kind == BLOCK_OFFER ||
		   b->kind == BLOCK_ROW) {
		pick(s, id);
		if (app_depth(&s->d.app) != depth)
			come_back(s, page, depth);
	}
}

static void open_page(struct session *s, const struct page *page)
{
	app_push(&s->d.app, &view_page, page);
	nothing(s);
	for (int i = 0; i < 4 && sheet_block(sheet_of(s), ID_WHOLE) != NULL; i++)
		pick(s, ID_WHOLE);
}

static void fill_page(struct session *s, const struct page *page)
{
	open_page(s, page);
	for (int id = sheet_step(sheet_of(s), 0, 1), n = 0;
	     id != 0 && id < ID_OFFERS && n < 80;
	     id = sheet_step(sheet_of(s), id, 1), n++) {
		fill_block(s, page, id);
		if (sheet_block(sheet_of(s), id) == NULL)
			break;
	}
	if (sheet_block(sheet_of(s), ID_DONE) == NULL) {
		struct buf b = { 0 };

		drive_text(&s->d, &b);
		FAIL_WITH("%.*s: no way to keep it, on %s\n%s", STR_ARG(page->name),
		    drive_view(&s->d), b.s);
	}
	pick(s, ID_DONE);
	for (int i = 0; i < 5 && app_depth(&s->d.app) > 1; i++)
		key(s, K_ESC);
	assert_string_equal(drive_view(&s->d), "home");
}

static bool is_exercise(const struct page *p)
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

static void note_page(const struct page *p)
{
	int step = card_number(p->head, FIELD_STEP, 0);

	if (step >= 1 && step <= 5)
		steps_met |= 1u << step;
	for (size_t i = 0; i < p->part_count; i++)
		kinds_met |= 1u << p->parts[i].kind;
}

static void check_in(struct session *s)
{
	app_push(&s->d.app, &view_checkin, NULL);
	nothing(s);
	for (int i = 0; i < 12 && strcmp(drive_view(&s->d), "home") != 0; i++) {
		key(s, '4');
		key(s, K_ENTER);
	}
	for (int i = 0; i < 5 && app_depth(&s->d.app) > 1; i++)
		key(s, K_ESC);
}

/* ---- looking again ---- */
/* All words of a page, as the focus goes from one end to the other. */
static void read_page(struct session *s, const struct page *page, struct buf *all)
{
	struct buf one = { 0 };

	open_page(s, page);
	for (int id = sheet_step(sheet_of(s), 0, 1), n = 0; id != 0 && n < 200;
	     id = sheet_step(sheet_of(s), id, 1), n++) {
		focus(s, id);
		drive_text(&s->d, &one);
		buf_add(all, buf_str(&one));
	}
	for (int i = 0; i < 5 && app_depth(&s->d.app) > 1; i++)
		key(s, K_ESC);
	buf_free(&one);
	buf_addc(all, '\0');
	all->n--;
}

static void look_at_pages(struct session *s)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < mark_count; i++) {
		if (i == 0 || marks[i].page != marks[i - 1].page) {
			buf_clear(&all);
			read_page(s, marks[i].page, &all);
		}
		if (marks[i].on_page && strstr(all.s, marks[i].words) == NULL)
			FAIL_WITH("%.*s: %s is not on the page again:\n%s",
			    STR_ARG(marks[i].page->name), marks[i].words, all.s);
	}
	buf_free(&all);
}

static void look_at_export(struct box *box, const char *lang)
{
	struct ran r = play_export(box);
	char said[40];

	if (r.status != 0)
		FAIL_WITH("export: %d %s", r.status, r.err.s);
	for (size_t i = 0; i < mark_count; i++)
		if (strstr(r.out.s, marks[i].words) == NULL)
			FAIL_WITH("%.*s: %s is not in the export",
			    STR_ARG(marks[i].page->name), marks[i].words);
	(void)snprintf(said, sizeof said, "\"%s\"", lang);
	assert_true(ran_says(&r, said)); /* the language it was read in */
	ran_free(&r);
}

static void whole_workbook(int lang)
{
	static struct session s;
	struct box box;
	size_t pages = 0;

	mark_count = 0;
	kinds_met = steps_met = 0;
	box_open(&box);
	begin(&s, &box, lang, true);
	for (size_t i = 0; i < content.page_count; i++) {
		const struct page *p = &content.pages[i];

		if (!is_exercise(p) || view_page_is(p, "measure"))
			continue;
		fill_page(&s, p);
		note_page(p);
		pages++;
	}
	check_in(&s);
	leave(&s);
	print_message("%zu pages, %zu answers\n", pages, mark_count);
	assert_int_equal(steps_met, 0x3E);
	for (int k = CARD_CHECKLIST; k <= CARD_MAP; k++)
		if (k != CARD_GUIDE && (kinds_met >> k & 1) == 0)
			FAIL_WITH("no page with a %s", card_kind_word((enum card_kind)k));
	NO_LEAK(box.root, "qz0000k");
	begin(&s, &box, lang, false);
	look_at_pages(&s);
	leave(&s);
	{
		const char *code = arena_cstr(content.memory, content.langs[lang].code);

		look_at_export(&box, code);
	}
	box_close(&box);
}

static void test_in_english(void **state)
{
	(void)state;
	whole_workbook(0);
}

static void test_in_spanish(void **state)
{
	(void)state;
	whole_workbook(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_english),
		cmocka_unit_test(test_in_spanish),
	};

	return cmocka_run_group_tests(tests, drive_setup, drive_teardown);
}
