/* The question for the background, and colours nobody wants.  As in term_curses.c this
 * program starts itself again with the word "play"; the terminal here answers only what a
 * test sends. */
#include "harness/test.h"
#include "play_self.h"

#include "remanso/term.h"
#include "ui/term_background.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* ---- the small program: its events go to file descriptor 3, one a line ---- */
static void show(struct term *t, const char *what, int count)
{
	struct canvas c = { 0 };
	char line[200];

	canvas_resize(&c, t->rows, t->cols);
	(void)canvas_put(&c, 0, 4, 99, STYLE_TITLE, STR("words"));
	(void)canvas_put(&c, 3, 0, t->cols, STYLE_LINE, STR("words"));
	(void)snprintf(line, sizeof(line), "%d: %s;", count, what);
	(void)canvas_put(&c, 1, 0, 99, STYLE_ACCENT, str_from(line));
	canvas_cursor(&c, 2, 7);
	t->show(t, &c);
	canvas_free(&c);
}

static const struct {
	int key;
	const char *name;
} themes[] = {
	{ K_CTRL('a'), "auto" },
	{ K_CTRL('e'), "dark" },
	{ K_CTRL('n'), "mono" },
	{ K_CTRL('t'), "high-contrast" },
};

static void act(struct term *t, int key)
{
	if (key == K_CTRL('d'))
		die("dead");
	if (key == K_CTRL('b'))
		abort();
	if (key == K_CTRL('l'))
		t->redraw(t);
	if (key == K_CTRL('z'))
		t->suspend(t);
	for (size_t i = 0; i < ARRAY_LEN(themes); i++)
		if (key == themes[i].key)
			t->theme(t, themes[i].name);
}

static int play(const char *theme)
{
	const struct term_options o = { .theme = theme[0] == '\0' ? NULL : theme };
	struct term *t;
	struct event ev;
	struct err e = { 0 };
	char what[160] = "ready";

	(void)setlocale(LC_ALL, "C.UTF-8");
	if (!term_curses_open(&t, &o, &e))
		return (int)e.code + 100;
	for (int count = 0;; count++) {
		show(t, what, count);
		if (!t->next(t, &ev, -1) || ev.kind == EV_END || ev.key == K_CTRL('x'))
			break;
		if (ev.kind == EV_KEY && ev.key == K_ESC)
			(void)snprintf(what, sizeof(what), "Esc");
		else if (ev.kind == EV_KEY)
			(void)snprintf(what, sizeof(what), "%#x {%.*s}", (unsigned)ev.key,
			    STR_ARG(ev.text));
		else
			(void)snprintf(what, sizeof(what), "event %d", (int)ev.kind);
		(void)dprintf(3, "%s\n", what);
		act(t, ev.kind == EV_KEY ? ev.key : K_NONE);
	}
	bool over = ev.kind == EV_END;
	t->close(t);
	return over ? 3 : 0;
}

/* ---- a terminal that answers only what a test sends ---- */
struct wire {
	int terminal, program; /* the two ends of the pseudo-terminal */
	int events;
	pid_t pid;
	struct buf out, log; /* what was sent to the terminal; the events, one a line */
	bool over;
};

static struct wire wire_start(const char *theme, const char *term, const char *name)
{
	struct wire w = { 0 };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char value[32];
	int pipes[2];

	assert_int_equal(openpty(&w.terminal, &w.program, NULL, NULL, &size), 0);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	w.pid = fork();
	assert_true(w.pid >= 0);
	if (w.pid == 0) {
		(void)setsid();
		(void)ioctl(w.program, TIOCSCTTY, 0);
		for (int fd = 0; fd < 3; fd++)
			(void)dup2(w.program, fd);
		(void)dup2(pipes[1], 3);
		(void)setenv("TERM", term, 1);
		(void)unsetenv("COLORFGBG");
		(void)unsetenv("NO_COLOR");
		if (name != NULL && sscanf(strchr(name, '=') + 1, "%31s", value) == 1)
			(void)setenv(
			    str_starts(str_from(name), "NO") ? "NO_COLOR" : "COLORFGBG",
			    value, 1);
		(void)execl(self, self, "play", theme, (char *)NULL);
		_exit(99);
	}
	(void)close(pipes[1]);
	w.events = pipes[0];
	return w;
}

static bool wire_read(int fd, struct buf *b)
{
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n > 0)
		buf_add(b, (struct str){ bytes, (size_t)n });
	return n > 0;
}

/* What comes within `ms`, until `b` holds `what`. */
static bool wire_sees(struct wire *w, const struct buf *b, const char *what, int ms)
{
	int64_t until = pty_now_us() + (int64_t)ms * 1000;

	for (;;) {
		if (what != NULL && b->n > 0 &&
		    memmem(b->s, b->n, what, strlen(what)) != NULL)
			return true;
		int64_t left = until - pty_now_us();
		struct pollfd fds[] = { { .fd = w->terminal, .events = POLLIN },
			{ .fd = w->over ? -1 : w->events, .events = POLLIN } };
		if (left <= 0 || (w->over && what == NULL))
			return false;
		if (poll(fds, ARRAY_LEN(fds), (int)(left / 1000) + 1) <= 0)
			continue;
		if (fds[0].revents != 0)
			(void)wire_read(w->terminal, &w->out);
		if (fds[1].revents != 0)
			w->over = !wire_read(w->events, &w->log);
	}
}

#define WIRE_SEES(w, b, what) \
	do { \
		if (!wire_sees(w, b, what, 20000)) \
			fail_msg("never came: %s; events:\n%.*s", what, \
			    STR_ARG(buf_str(&(w)->log))); \
	} while (0)

static void wire_send(struct wire *w, const char *s)
{
	assert_int_equal(write(w->terminal, s, strlen(s)), (ssize_t)strlen(s));
}

/* It ends; nothing of an answer is left for the shell, or was shown by its echo. */
static int wire_ends(struct wire *w)
{
	struct termios modes;
	int status, left = -1;

	(void)wire_sees(w, &w->out, NULL, 20000);
	assert_true(w->over);
	(void)wire_sees(w, &w->log, "never", 10); /* its last bytes */
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	assert_int_equal(tcgetattr(w->program, &modes), 0);
	modes.c_lflag &= (tcflag_t)~ICANON;
	(void)tcsetattr(w->program, TCSANOW, &modes);
	assert_int_equal(ioctl(w->program, FIONREAD, &left), 0);
	assert_int_equal(left, 0);
	assert_null(memmem(w->out.s, w->out.n, "rgb", 3));
	assert_null(memmem(w->out.s, w->out.n, "^[", 2));
	(void)close(w->terminal);
	(void)close(w->program);
	(void)close(w->events);
	buf_free(&w->out);
	buf_free(&w->log);
	return status;
}

/* Does an SGR sequence name a colour, the terminal's own included? */
static bool has_colour(struct str raw)
{
	for (size_t i = 0; i + 2 < raw.n; i++) {
		bool named = false;
		int value = 0;

		if (raw.s[i] != '\033' || raw.s[i + 1] != '[')
			continue;
		for (i += 2; i < raw.n; i++) {
			char c = raw.s[i];
			if (c >= '0' && c <= '9') {
				value = value * 10 + c - '0';
				continue;
			}
			named |=
			    (value >= 30 && value < 50) || (value >= 90 && value < 108);
			value = 0;
			if (c != ';')
				break;
		}
		if (named && i < raw.n && raw.s[i] == 'm')
			return true;
	}
	return false;
}

static void no_colours_means_none(void **state)
{
	static const char *const terms[] = { "xterm-256color", "xterm", "tmux-256color",
		"screen", "linux", "vt100", "rxvt-unicode-256color" };
	static const char *const ends[] = { "\x18", "\x02", "\x04" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(terms) * 2 * ARRAY_LEN(ends); i++) {
		bool mono = i % 2 != 0;
		struct wire w = wire_start(mono ? "mono" : "",
		    terms[i / 2 % ARRAY_LEN(terms)], mono ? NULL : "NO_COLOR=1");
		WIRE_SEES(&w, &w.out, "0: ready");
		wire_send(&w, "a\x0c\x1a");
		WIRE_SEES(&w, &w.log, "0x107a");
		wire_send(&w, "\033]11;rgb:0/0/0\007\x01");
		WIRE_SEES(&w, &w.log, "0x1061");
		/* --color never is stronger than a theme that was chosen */
		wire_send(&w, mono ? "\x05\x14\x0e\x0c"
				     "b"
				   : "\x0e\x0c"
				     "b");
		WIRE_SEES(&w, &w.log, "0x62");
		wire_send(&w, ends[i / 2 / ARRAY_LEN(terms)]);
		(void)wire_sees(&w, &w.out, NULL, 20000);
		if (has_colour(buf_str(&w.out)))
			fail_msg("a colour in run %zu", i);
		assert_null(memmem(w.out.s, w.out.n, "]11;", 4));
		(void)wire_ends(&w);
	}
}

#define DARK "38;5;74"
#define LIGHT "38;5;24"

static void the_background_is_learned(void **state)
{
	/* a NULL stands for a wait that is longer than half a sequence is waited for */
	static const struct {
		const char *sent[4], *colour, *events;
	} cases[] = {
		{ { "\033]11;rgb:ffff/ffff/dddd\033\\\033[?62;22c", "a" }, LIGHT,
		    "0x61 {a}\n" },
		{ { "\033]11;rgb:1d1d/1f1f/2121\033\\\033[?62;22c", "a" }, DARK,
		    "0x61 {a}\n" },
		{ { "\033]11;rgb:0/0/0\007\033[?6c", "a" }, DARK, "0x61 {a}\n" },
		{ { "\033[?6c", "a" }, NULL, "0x61 {a}\n" },
		{ { "a" }, NULL, "0x61 {a}\n" },
		{ { "\033]11;rgb:ff", NULL, "/ff/ff\033\\\033[?6c", "a" }, LIGHT,
		    "0x61 {a}\n" },
		{ { "\033]", NULL, "11;rgb:ff/ff/ff\007\033[?6c", "a" }, LIGHT,
		    "0x61 {a}\n" },
		{ { "\033]11;rgb:0/0/0\007\033[?", NULL, "6c", "a" }, DARK, "0x61 {a}\n" },
		{ { "\033", NULL, "]11;rgb:0/0/0\007\033[?6c", "a" }, DARK,
		    "Esc\n0x61 {a}\n" },
		{ { "b\033]11;rgb:0/0/0\007\033[?6cc", "a" }, DARK,
		    "0x62 {b}\n0x63 {c}\n0x61 {a}\n" },
		{ { "b", NULL, "\033]11;rgb:0/0/0\007\033[?6cc", "a" }, DARK,
		    "0x62 {b}\n0x63 {c}\n0x61 {a}\n" },
		{ { "\033[?6c", NULL, "\033]11;rgb:f/f/f\007", "a" }, LIGHT, "0x61 {a}\n" },
		{ { "\033]11;teal\033\\\033[?6c", "a" }, NULL, "0x61 {a}\n" },
		{ { "\033]11;rgb:qq/\007\033[?6c", "a" }, NULL, "0x61 {a}\n" },
		{ { "\033]11;rgb:0/0/0/\033[?6c", "a" }, DARK, "0x61 {a}\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct wire w = wire_start("", "xterm-256color", NULL);
		WIRE_SEES(&w, &w.out, BACKGROUND_QUESTION);
		/* the first frame did not wait, and had no colours */
		const char *asked = memmem(
		    w.out.s, w.out.n, BACKGROUND_QUESTION, strlen(BACKGROUND_QUESTION));
		assert_non_null(memmem(w.out.s, (size_t)(asked - w.out.s), "0: ready", 8));
		assert_false(has_colour(buf_str(&w.out)));
		buf_clear(&w.out);
		for (size_t s = 0; s < ARRAY_LEN(cases[i].sent); s++) {
			if (cases[i].sent[s] != NULL)
				wire_send(&w, cases[i].sent[s]);
			else if (s + 1 < ARRAY_LEN(cases[i].sent) && cases[i].sent[s + 1])
				(void)wire_sees(&w, &w.log, "never", 250);
		}
		WIRE_SEES(&w, &w.log, "0x61 {a}");
		if (cases[i].colour != NULL)
			WIRE_SEES(&w, &w.out, cases[i].colour);
		else if (has_colour(buf_str(&w.out)))
			fail_msg("case %zu: a colour", i);
		if (!str_is(buf_str(&w.log), cases[i].events))
			fail_msg("case %zu: %.*s", i, STR_ARG(buf_str(&w.log)));
		assert_null(memmem(w.out.s, w.out.n, "]11;", 4)); /* asked once */
		wire_send(&w, "\x18");
		assert_int_equal(wire_ends(&w), 0);
	}
}

static void an_answer_redraws_once(void **state)
{
	struct wire w = wire_start("", "xterm-256color", NULL);

	(void)state;
	WIRE_SEES(&w, &w.out, BACKGROUND_QUESTION);
	buf_clear(&w.out);
	wire_send(&w, "\033]11;rgb:0/0/0\007\033[?6c");
	WIRE_SEES(&w, &w.out, DARK);
	(void)wire_sees(&w, &w.out, "never", 100);
	assert_int_equal(w.log.n, 0);                        /* no event of its own */
	assert_null(memmem(w.out.s, w.out.n, "\033[2J", 4)); /* no flash */
	size_t n = w.out.n;
	wire_send(&w, "\033]11;rgb:0/0/0\007\033[?6c");
	(void)wire_sees(&w, &w.out, "never", 100);
	assert_int_equal(w.out.n, n);
	wire_send(&w, "\x0e"); /* mono: the colours go */
	WIRE_SEES(&w, &w.log, "0x106e");
	(void)wire_sees(&w, &w.out, "never", 100);
	buf_clear(&w.out);
	wire_send(&w, "\x0c");
	WIRE_SEES(&w, &w.log, "0x106c");
	(void)wire_sees(&w, &w.out, "never", 100);
	assert_true(w.out.n > 0);
	assert_null(memmem(w.out.s, w.out.n, "38;5", 4));
	wire_send(&w, "\x18");
	assert_int_equal(wire_ends(&w), 0);
}

static void not_every_terminal_is_asked(void **state)
{
	static const struct {
		const char *term, *env, *colour;
	} cases[] = {
		{ "linux", NULL, "\033[36m" },
		{ "vt100", NULL, NULL },
		{ "ansi", NULL, NULL },
		{ "screen", NULL, NULL },
		{ "screen-256color", NULL, NULL },
		{ "xterm-mono", NULL, NULL },
		{ "xterm-256color", "COLORFGBG=15;0", DARK },
		{ "xterm-256color", "COLORFGBG=0;15", LIGHT },
		{ "xterm-256color", "NO_COLOR=1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct wire w = wire_start("", cases[i].term, cases[i].env);
		WIRE_SEES(&w, &w.out, "0: ready");
		wire_send(&w, "a");
		WIRE_SEES(&w, &w.log, "0x61 {a}");
		wire_send(&w, "\x18");
		(void)wire_sees(&w, &w.out, NULL, 20000);
		if (memmem(w.out.s, w.out.n, "]11;", 4) != NULL)
			fail_msg("%s was asked", cases[i].term);
		if (cases[i].colour != NULL && memmem(w.out.s, w.out.n, cases[i].colour,
						   strlen(cases[i].colour)) == NULL)
			fail_msg("case %zu: no %s", i, cases[i].colour);
		if (cases[i].colour == NULL && has_colour(buf_str(&w.out)))
			fail_msg("case %zu: a colour", i);
		assert_int_equal(wire_ends(&w), 0);
	}
}

/* The answer comes when the screen is blank already. */
static void leaving_takes_the_answer_along(void **state)
{
	static const char *const answers[] = {
		"\033]11;rgb:0000/0000/0000\033\\\033[?62;22c", "\033]11;rgb:0000/0000", ""
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct wire w = wire_start("", "xterm-256color", NULL);
		WIRE_SEES(&w, &w.out, BACKGROUND_QUESTION);
		wire_send(&w, "\x18");
		WIRE_SEES(&w, &w.out, "\033[?2004l");
		int64_t from = pty_now_us();
		wire_send(&w, answers[i]);
		WIRE_SEES(&w, &w.out, "\033[?1049l");
		print_message("left after %lld us\n", (long long)(pty_now_us() - from));
		assert_int_equal(wire_ends(&w), 0);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_colours_means_none),
		cmocka_unit_test(the_background_is_learned),
		cmocka_unit_test(an_answer_redraws_once),
		cmocka_unit_test(not_every_terminal_is_asked),
		cmocka_unit_test(leaving_takes_the_answer_along),
	};
	int status;

	if (self_ends(argc, argv, play, &status))
		return status;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
