/* The whole program in one process, without a terminal: real content, real pages, a room in
 * memory or in a folder.  A function of the test's gives the events and sees each picture.
 *
 * Time stands still until an event moves it; chance comes from a seed. */
#ifndef TESTS_E2E_DRIVE_H
#define TESTS_E2E_DRIVE_H

#include "harness/test.h"

#include "remanso/view.h"
#include "ui/app_in.h"

#include <locale.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

struct drive;
/* Give the next event.  EV_NONE: `delta` seconds pass; 0: as long as the program would wait;
 * -1: no time.  False: no more. */
typedef bool drive_next_fn(struct drive *d, struct event *ev);

struct drive {
	struct term term; /* first: found again by its address */
	struct app app;
	struct world world;
	struct content *content;
	int64_t now, mono;
	uint64_t seed;
	struct canvas last; /* what is on the screen */
	bool closed;        /* the terminal was given back */
	long shown;         /* pictures so far */
	drive_next_fn *next;
	void *arg;
	char text[32]; /* of the last event */
};

static inline uint64_t drive_random(struct drive *d)
{
	uint64_t z = (d->seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline int64_t drive_now(const struct world *w)
{
	return ((const struct drive *)w->ctx)->now;
}

static inline int64_t drive_mono(const struct world *w)
{
	return ((const struct drive *)w->ctx)->mono;
}

static inline void drive_chance(const struct world *w, void *out, size_t n)
{
	uint8_t *p = out;

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(drive_random(w->ctx) >> 40);
}

/* The program did not come back for another event: a loop without end. */
static inline void drive_stuck(int sig)
{
	static const char words[] = "The program hangs: no event was asked for in 20 s.\n";

	(void)sig;
	(void)!write(STDERR_FILENO, words, sizeof words - 1);
	abort();
}

static inline bool drive_term_next(struct term *t, struct event *ev, int timeout_ms)
{
	struct drive *d = (struct drive *)(void *)t;

	(void)alarm(20);
	*ev = (struct event){ .kind = EV_NONE };
	if (d->closed || !d->next(d, ev)) {
		ev->kind = EV_END;
		return false;
	}
	if (ev->kind == EV_NONE) {
		/* a thread may be at work: let it */
		struct timespec a_little = { 0, 200000 };
		int64_t ms = (int64_t)ev->delta * 1000;

		if (timeout_ms > 0 && timeout_ms < 50)
			(void)nanosleep(&a_little, NULL);
		ms = ms > 0 ? ms : ms == 0 && timeout_ms > 0 ? timeout_ms : 1;
		d->now += ms;
		d->mono += ms;
	} else {
		d->now += 7;
		d->mono += 7;
	}
	if (ev->kind == EV_RESIZE) {
		t->rows = ev->rows;
		t->cols = ev->cols;
	}
	return true;
}

static inline void drive_term_show(struct term *t, const struct canvas *c)
{
	struct drive *d = (struct drive *)(void *)t;

	if (c->rows != t->rows || c->cols != t->cols)
		die("a picture of %dx%d on a terminal of %dx%d", c->cols, c->rows, t->cols,
		    t->rows);
	if (c->cursor_row < 0 || c->cursor_row >= c->rows || c->cursor_col < 0 ||
	    c->cursor_col >= c->cols)
		die("the cursor is outside: row %d, column %d", c->cursor_row,
		    c->cursor_col);
	canvas_resize(&d->last, c->rows, c->cols);
	memcpy(
	    d->last.cells, c->cells, (size_t)c->rows * (size_t)c->cols * sizeof *c->cells);
	d->last.cursor_row = c->cursor_row;
	d->last.cursor_col = c->cursor_col;
	d->shown++;
}

static inline void drive_term_close(struct term *t)
{
	((struct drive *)(void *)t)->closed = true;
}

static inline void drive_nothing(struct term *t)
{
	(void)t;
}

static inline void drive_no_theme(struct term *t, const char *theme)
{
	(void)t;
	(void)theme;
}

/* Once for a program: locale, catalogues, libsodium, content. */
static inline void drive_content(struct content *c)
{
	char folder[700];
	struct err e = { 0 };

	(void)signal(SIGALRM, drive_stuck);
	(void)setlocale(LC_ALL, "C.UTF-8");
	(void)snprintf(folder, sizeof folder, "%.500s/build/locale", repo_path());
	i18n_init(folder);
	if (!secret_init(&e) || !content_load(c, data_path(), NULL, NULL, &e))
		die("%s", e.text);
	/* Cards for paper are saved in the working folder: not in the repository. */
	if (getenv("TMPDIR") != NULL && chdir(getenv("TMPDIR")) != 0)
		die("TMPDIR cannot be entered");
}

static struct content content; /* that all visits of a test program share */

/* Of a group of tests. */
static inline int drive_setup(void **state)
{
	(void)state;
	drive_content(&content);
	return 0;
}

static inline int drive_teardown(void **state)
{
	(void)state;
	content_free(&content);
	return 0;
}

/* Ready for app_push() and drive_run(). */
static inline void drive_open(struct drive *d, struct content *c, int lang)
{
	struct err e = { 0 };

	d->content = c;
	d->now = 1795338000000;
	d->mono = 1000000;
	d->world = (struct world){
		.now_ms = drive_now, .mono_ms = drive_mono, .random = drive_chance, .ctx = d
	};
	d->term = (struct term){ .next = drive_term_next,
		.show = drive_term_show,
		.close = drive_term_close,
		.suspend = drive_nothing,
		.theme = drive_no_theme,
		.redraw = drive_nothing,
		.rows = d->term.rows > 0 ? d->term.rows : 24,
		.cols = d->term.cols > 0 ? d->term.cols : 80 };
	d->closed = false;
	d->app = (struct app){ .world = &d->world,
		.content = c,
		.term = &d->term,
		.home = d->app.home,
		.data = data_path(),
		.lang = lang };
	if (!app_init(&d->app, &e))
		die("%s", e.text);
	app_language(&d->app, lang);
}

static inline void drive_run(struct drive *d)
{
	struct err e = { 0 };

	if (!app_run(&d->app, &e))
		die("%s", e.text);
}

static inline void drive_close(struct drive *d)
{
	app_done(&d->app);
	canvas_free(&d->last);
}

/* ---- looking ---- */
/* The screen as text, in memory of the caller's. */
static inline void drive_text(const struct drive *d, struct buf *out)
{
	buf_clear(out);
	canvas_text(&d->last, out);
	buf_addc(out, '\0');
	out->n--;
}

static inline bool drive_blank(const struct drive *d)
{
	for (int i = 0; i < d->last.rows * d->last.cols; i++)
		if (strcmp(d->last.cells[i].ch, " ") != 0)
			return false;
	return true;
}

static inline const char *drive_view(struct drive *d)
{
	struct view *v = app_top(&d->app);

	return v != NULL ? v->ops->name : "";
}

/* ---- events ---- */
static inline void drive_key(struct event *ev, int key)
{
	*ev = (struct event){ .kind = EV_KEY, .key = key };
}

/* One grapheme, as the terminal gives it. */
static inline void drive_letter(struct drive *d, struct event *ev, struct str letter)
{
	*ev = (struct event){ .kind = EV_KEY, .key = K_TEXT };
	(void)snprintf(d->text, sizeof d->text, "%.*s", STR_ARG(letter));
	ev->text = str_from(d->text);
	if (letter.n == 1 && (unsigned char)letter.s[0] < 0x80)
		ev->key = letter.s[0];
}

#endif
