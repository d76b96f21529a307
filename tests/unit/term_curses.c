/* The real terminal, on a pseudo-terminal: this program starts itself again with the word
 * "play" and then is a small program that shows the last event. */
#include "harness/test.h"
#include "play_self.h"

#include "remanso/term.h"

#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORDS "PRIVATE ñandú — words"

/* ---- the small program ---- */
/* curses sends a picture by this.  Somebody stops the program just then. */
static bool stop_while_drawing;

ssize_t write(int fd, const void *bytes, size_t n)
{
	if (stop_while_drawing && memmem(bytes, n, "PRIVATE", 7) != NULL) {
		stop_while_drawing = false;
		(void)raise(SIGTSTP);
	}
	return syscall(SYS_write, fd, bytes, n);
}

static void show(struct term *t, const char *what, int count)
{
	struct canvas c = { 0 };
	char line[200];

	canvas_resize(&c, t->rows, t->cols);
	(void)canvas_put(&c, 0, 4, 99, STYLE_TITLE, STR(WORDS));
	for (int row = 3; row < t->rows; row++)
		(void)canvas_put(&c, row, 0, t->cols, STYLE_LINE, STR(WORDS));
	(void)snprintf(line, sizeof(line), "%d: %s;", count, what);
	canvas_fill(&c, 1, 0, t->cols, STYLE_BODY, " ");
	(void)canvas_put(&c, 1, 0, 99, STYLE_ACCENT, str_from(line));
	canvas_cursor(&c, 2, 7);
	t->show(t, &c);
	canvas_free(&c);
}

static void name_event(const struct event *ev, char *out, size_t n)
{
	char text[64];
	size_t i;

	for (i = 0; i < ev->text.n && i < sizeof(text) - 1; i++)
		text[i] = ev->text.s[i] == '\n' ? '/' : ev->text.s[i];
	text[i] = '\0';
	if (ev->kind == EV_RESIZE)
		(void)snprintf(out, n, "size %dx%d", ev->rows, ev->cols);
	else if (ev->kind == EV_CLICK)
		(void)snprintf(out, n, "click %d,%d", ev->row, ev->col);
	else if (ev->kind == EV_NONE)
		(void)snprintf(out, n, "nothing");
	else if (ev->kind == EV_SUSPEND)
		(void)snprintf(out, n, "suspend");
	else if (ev->key == K_ESC)
		(void)snprintf(out, n, "Esc");
	else if (ev->key == K_UP)
		(void)snprintf(out, n, "Up");
	else
		(void)snprintf(out, n, "%#x {%s}", (unsigned)ev->key, text);
}

static int play(const char *how)
{
	const struct term_options o = { .theme = strchr(how, 'd') != NULL ? "dark" : NULL,
		.ascii = strchr(how, 'a') != NULL };
	struct term *t;
	struct event ev;
	struct err e = { 0 };
	char what[160] = "ready";

	(void)setlocale(LC_ALL, "C.UTF-8");
	if (!term_curses_open(&t, &o, &e))
		return (int)e.code + 100;
	stop_while_drawing = strchr(how, 's') != NULL;
	for (int count = 0;; count++) {
		show(t, what, count);
		if (!t->next(t, &ev, strchr(how, 't') != NULL ? 50 : -1))
			return 90;
		if (ev.kind == EV_END)
			break;
		if (ev.kind == EV_KEY && ev.key == K_CTRL('x'))
			break;
		if (ev.kind == EV_KEY && ev.key == K_CTRL('d'))
			die("dead");
		if (ev.kind == EV_KEY && ev.key == K_CTRL('b'))
			abort();
		name_event(&ev, what, sizeof(what));
		if (ev.kind == EV_SUSPEND || (ev.kind == EV_KEY && ev.key == K_CTRL('z')))
			t->suspend(t);
	}
	bool over = ev.kind == EV_END;
	if (over && t->next(t, &ev, 0))
		return 91;
	t->close(t);
	t->close(t);
	return over ? 3 : 0;
}

/* ---- starting it ---- */
static struct pty *start(const char *how, const char *term)
{
	char env_term[64];
	const char *argv[] = { self, "play", how, NULL };
	const char *env[] = { env_term, "COLORFGBG", "NO_COLOR", "LINES", "COLUMNS",
		strchr(how, 'p') != NULL ? "ESCDELAY=1500" : "ESCDELAY", NULL };

	(void)snprintf(env_term, sizeof(env_term), term == NULL ? "TERM" : "TERM=%s",
	    term == NULL ? "" : term);
	return pty_start(&(struct pty_options){ .argv = argv, .env = env });
}

static struct pty *ready(const char *how, const char *term)
{
	struct pty *p = start(how, term);

	SEES(p, "0: ready;");
	return p;
}

static void ends(struct pty *p, int status)
{
	EXITS(p, status);
	pty_close(p);
}

static bool has(struct pty *p, const char *bytes)
{
	struct str raw = pty_raw(p);

	return memmem(raw.s, raw.n, bytes, strlen(bytes)) != NULL;
}

static bool only_blanks(const char *s)
{
	return strspn(s, " \n") == strlen(s);
}

/* ---- what is seen ---- */
static void shows_the_canvas(void **state)
{
	struct pty *p = ready("d", "xterm-256color");
	int row, col;
	bool shown;

	(void)state;
	assert_true(pty_in_alternate(p));
	assert_true(pty_settle(p));
	assert_true(pty_sees(p, WORDS));
	pty_cursor(p, &row, &col, &shown);
	assert_int_equal(row, 2);
	assert_int_equal(col, 7);
	assert_true(shown);
	assert_true(pty_cell(p, 0, 4).bold);
	assert_int_equal(pty_cell(p, 1, 0).fg, 74);
	assert_int_equal(pty_cell(p, 3, 0).fg, 242);
	assert_int_equal(pty_cell(p, 3, 0).bg, -1);
	assert_true(pty_settle(p));
	pty_raw_reset(p);
	pty_type(p, "a");
	SEES(p, "1: 0x61 {a};");
	print_message("%zu bytes for a row of changes\n", pty_raw(p).n);
	assert_true(pty_raw(p).n < 60);
	pty_raw_reset(p);
	KEYS(p, "C-x");
	ends(p, 0);
}

static void leaves_nothing_behind(void **state)
{
	static const char *const terms[] = { "xterm-256color", "xterm", "tmux-256color",
		"screen", "linux", "vt100", "ansi" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct pty *p = ready("", terms[i]);
		bool alternate = pty_in_alternate(p);
		int64_t from = pty_now_us();
		KEYS(p, "C-x");
		EXITS(p, 0);
		print_message("%s: %lld us\n", terms[i], (long long)(pty_now_us() - from));
		assert_false(pty_in_alternate(p));
		if (alternate)
			assert_true(only_blanks(pty_left_alternate(p)));
		else
			assert_true(has(p, "\033[3J"));
		if (!only_blanks(pty_text(p)))
			fail_msg("%s: left behind:\n%s", terms[i], pty_text(p));
		assert_true(only_blanks(pty_scrollback(p)));
		assert_true(has(p, "\033[?2004l"));
		pty_close(p);
	}
}

static void ascii_only(void **state)
{
	struct pty *p = ready("a", "xterm-256color");

	(void)state;
	SEES(p, "PRIVATE nandu - words");
	for (size_t i = 0; i < pty_raw(p).n; i++)
		assert_true((unsigned char)pty_raw(p).s[i] < 0x80);
	KEYS(p, "C-x");
	ends(p, 0);
}

static void refuses_what_it_cannot_use(void **state)
{
	static const char *const terms[] = { "dumb", "", "no-such-terminal", NULL };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		struct pty *p = start("", terms[i]);
		EXITS(p, 100 + ERR_TERMINAL);
		assert_int_equal(pty_raw(p).n, 0);
		pty_close(p);
	}
}

/* ---- what comes in ---- */
/* With patience, since a busy machine may be slow between two pieces. */
static void sequences_in_pieces(void **state)
{
	struct pty *p = ready("p", "xterm-256color");

	(void)state;
	pty_send(p, STR("\033["));
	(void)pty_pump(p, 10);
	pty_send(p, STR("A"));
	SEES(p, "1: Up;");
	pty_send(p, STR("\033"));
	SEES(p, "2: Esc;");
	pty_send(p, STR("\033[99;5u\033OA"));
	SEES(p, "3: Up;");
	pty_send(p, STR("\xC3"));
	(void)pty_pump(p, 10);
	pty_send(p, STR("\xB1"));
	SEES(p, "4: 0x2000 {ñ};");
	pty_send(p, STR("\033[200~q\r\x18\033]0;x\x07\033[201~"));
	SEES(p, "5: 0x2001 {q/]0;x};");
	KEYS(p, "C-s");
	SEES(p, "6: 0x1073 {};");
	KEYS(p, "C-c");
	SEES(p, "7: 0x1063 {};");
	pty_send(p, STR("\033[<0;5;3M\033[<0;5;3m"));
	SEES(p, "8: click 2,4;");
	KEYS(p, "C-x");
	ends(p, 0);
}

static void times_out(void **state)
{
	struct pty *p = ready("t", "xterm-256color");

	(void)state;
	SEES(p, "3: nothing;");
	KEYS(p, "C-x");
	ends(p, 0);
}

static void changes_its_size(void **state)
{
	struct pty *p = ready("", "xterm-256color");

	(void)state;
	pty_resize(p, 30, 100);
	SEES(p, "1: size 30x100;");
	assert_true(pty_settle(p));
	assert_int_equal(strncmp(pty_cell(p, 29, 0).ch, "P", 2), 0);
	pty_resize(p, 10, 40);
	SEES(p, "2: size 10x40;");
	KEYS(p, "C-x");
	EXITS(p, 0);
	assert_true(only_blanks(pty_left_alternate(p)));
	pty_close(p);
}

/* ---- how it ends ---- */
static void a_hang_up_ends_it(void **state)
{
	struct pty *p = ready("", "xterm-256color");

	(void)state;
	pty_hang_up(p);
	ends(p, 3);
}

static void signals_end_it(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct pty *p = ready("", "xterm-256color");
		pty_signal(p, signals[i]);
		EXITS(p, 3);
		assert_true(only_blanks(pty_left_alternate(p)));
		assert_true(only_blanks(pty_text(p)));
		pty_close(p);
	}
}

static void a_crash_gives_the_terminal_back(void **state)
{
	static const char *const terms[] = { "xterm-256color", "linux" };
	static const char *const keys[] = { "C-b", "C-d" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms); i++)
		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			struct pty *p = ready("", terms[i]);
			int status;
			KEYS(p, keys[k]);
			assert_true(pty_exited(p, &status));
			if (k == 0)
				assert_true(
				    WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
			assert_false(pty_in_alternate(p));
			assert_false(pty_sees(p, "PRIVATE"));
			if (k == 1)
				assert_true(pty_sees(p, "dead"));
			assert_true(only_blanks(pty_scrollback(p)));
			assert_true(has(p, "\033[?2004l"));
			pty_close(p);
		}
}

static void stops_and_goes_on(void **state)
{
	char line[PATH_MAX + 64];
	const char *argv[] = { "/bin/sh", "-c", line, NULL };
	const char *env[] = { "TERM=xterm-256color", NULL };

	(void)state;
	/* under a shell with job control: an orphan cannot be stopped */
	(void)snprintf(
	    line, sizeof(line), "set -m; %s play x; echo back; read x; fg", self);
	struct pty *p = pty_start(&(struct pty_options){ .argv = argv, .env = env });
	SEES(p, "0: ready;");
	KEYS(p, "C-z");
	SEES(p, "back");
	assert_false(pty_in_alternate(p));
	assert_false(pty_sees(p, "PRIVATE"));
	assert_true(only_blanks(pty_left_alternate(p)));
	KEYS(p, "Enter");
	SEES(p, "2: size 24x80;");
	assert_true(pty_in_alternate(p));
	pty_type(p, "a");
	SEES(p, "3: 0x61 {a};");
	KEYS(p, "C-x");
	ends(p, 0);
}

/* curses ignores the signal while it draws, where it has a handler of its own for it. */
static void a_stop_while_it_draws_is_not_lost(void **state)
{
	char line[PATH_MAX + 64];
	const char *argv[] = { "/bin/sh", "-c", line, NULL };
	const char *env[] = { "TERM=xterm-256color", NULL };

	(void)state;
	(void)snprintf(
	    line, sizeof(line), "set -m; %s play s; echo back; read x; fg", self);
	struct pty *p = pty_start(&(struct pty_options){ .argv = argv, .env = env });
	SEES(p, "back");
	assert_false(pty_sees(p, "PRIVATE"));
	KEYS(p, "Enter");
	SEES(p, "size 24x80;");
	KEYS(p, "C-x");
	ends(p, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_the_canvas),
		cmocka_unit_test(leaves_nothing_behind),
		cmocka_unit_test(ascii_only),
		cmocka_unit_test(refuses_what_it_cannot_use),
		cmocka_unit_test(sequences_in_pieces),
		cmocka_unit_test(times_out),
		cmocka_unit_test(changes_its_size),
		cmocka_unit_test(a_hang_up_ends_it),
		cmocka_unit_test(signals_end_it),
		cmocka_unit_test(a_crash_gives_the_terminal_back),
		cmocka_unit_test(stops_and_goes_on),
		cmocka_unit_test(a_stop_while_it_draws_is_not_lost),
	};
	int status;

	if (self_ends(argc, argv, play, &status))
		return status;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
