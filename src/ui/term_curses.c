/* The terminal through curses, which does what it is good at: it knows the terminal's
 * language and sends only what changed.  Input is read and taken apart by term_keys.c.
 *
 * Promises kept here, because people may be watched:
 *   - leaving overwrites every cell with blanks before the screen is given back, and clears
 *     what scrolled away where the terminal can;
 *   - paste and mouse modes are switched off on every way out, a crash included;
 *   - the hardware cursor stands on the focus after every show(), for screen readers;
 *   - a terminal that is gone is not written to. */
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "plain_clear.h"
#include "remanso/term.h"
#include "term_background.h"
#include "term_input.h"
#include "term_signals.h"

/* After ours: curses takes ERR, and <term.h> has a struct term of its own. */
#include <curses.h>
#define term terminfo_term
#include <term.h>
#undef term
#undef lines /* it names every capability by a macro */
#undef columns

#define PAIRS_MOST 16

struct term_curses {
	struct term base;
	struct input input;
	SCREEN *screen;
	struct buf out;             /* not sent yet */
	struct canvas shown, frame; /* what curses has; a copy for ASCII terminals */
	struct {
		attr_t attr;
		short pair;
	} looks[STYLE_COUNT];
	char theme[16];
	enum background background;
	bool no_colors; /* whatever the theme: said on the command line */
	bool colors_on; /* curses was told to use them; before, it sends none */
	bool asked;     /* the terminal, for its background */
	bool mouse;
	bool stale;           /* every cell is given to curses again */
	bool fresh;           /* and curses sends every one */
	bool resized, closed; /* resized: to be told at the next next() */
};

/* Curses itself has one screen at a time, and die() must find it. */
static struct term_curses screen_in_use;

static struct term_curses *of(struct term *t)
{
	return (struct term_curses *)(void *)t;
}

/* ---- what the terminal can do ---- */
static const char *capability(const char *name)
{
	/* curses wants a writable name but does not write; the answer may be (char *)-1 */
	char copy[16] = { 0 };
	memcpy(copy, name, strnlen(name, sizeof(copy) - 1));
	const char *s = tigetstr(copy);
	const char *none = (const char *)-1; // NOLINT(performance-no-int-to-ptr)
	return s == NULL || s == none || s[0] == '\0' ? NULL : s;
}

/* What goes past curses: its own output is always written out when a call returns, so the
 * order holds.  (putp() would end in a buffer of the C library's.) */
static int send_byte(int c)
{
	buf_addc(&screen_in_use.out, (char)c);
	return c;
}

static void send_text(const char *s)
{
	if (s != NULL)
		(void)tputs(s, 1, send_byte);
}

static void send_now(void)
{
	struct buf *out = &screen_in_use.out;

	for (size_t done = 0; done < out->n;) {
		ssize_t n = write(STDOUT_FILENO, out->s + done, out->n - done);
		if (n < 0 && errno != EINTR)
			break; /* gone: the next read will say so */
		done += n > 0 ? (size_t)n : 0;
	}
	buf_clear(out);
}

static void modes_on(struct term_curses *t)
{
	send_text("\033[?2004h");
	if (t->mouse)
		send_text("\033[?1000h\033[?1006h");
}

static void modes_off(struct term_curses *t)
{
	if (t->mouse)
		send_text("\033[?1006l\033[?1000l");
	send_text("\033[?2004l");
}

/* ---- styles ---- */
static int colors_most(const struct term_curses *t)
{
	char name[] = "colors";

	/* not COLORS: it is 0 until start_color() */
	return t->no_colors || !has_colors() ? 0 : tigetnum(name);
}

/* Not before the first colour is used: even "the terminal's own colours" is a colour
 * sequence, and who wants none gets none. */
static bool colors_start(struct term_curses *t)
{
	if (!t->colors_on)
		t->colors_on = start_color() == OK && use_default_colors() == OK;
	return t->colors_on;
}

static void paints_load(struct term_curses *t)
{
	int fgs[PAIRS_MOST] = { 0 }, pairs = 0;
	int colors = colors_most(t);

	for (int s = 0; s < STYLE_COUNT; s++) {
		struct paint p =
		    style_paint((enum style)s, t->theme, colors, t->background);
		int pair = 0;
		if (p.fg >= 0 && colors_start(t)) {
			while (pair < pairs && fgs[pair] != p.fg)
				pair++;
			if (pair == pairs && pairs + 1 < PAIRS_MOST) {
				fgs[pairs++] = p.fg;
				(void)init_pair((short)pairs, (short)p.fg, -1);
			}
			pair = pair < pairs ? pair + 1 : 0;
		}
		t->looks[s].pair = (short)pair;
		t->looks[s].attr = (p.bold ? WA_BOLD : 0) |
				   (p.underline ? WA_UNDERLINE : 0) |
				   (p.reverse ? WA_REVERSE : 0);
	}
}

static void theme_keep(struct term_curses *t, const char *theme)
{
	(void)snprintf(t->theme, sizeof(t->theme), "%s", theme == NULL ? "auto" : theme);
}

static void term_curses_theme(struct term *base, const char *theme)
{
	struct term_curses *t = of(base);

	if (t->closed)
		return;
	theme_keep(t, theme);
	paints_load(t);
	t->stale = true;
}

/* ---- showing ---- */
static void cell_show(
    const struct term_curses *t, int row, int col, const struct cell *cell)
{
	wchar_t wide[CCHARW_MAX + 1] = { 0 };
	struct str s = str_from(cell->ch);
	cchar_t cc;
	size_t n = 0;

	for (size_t at = 0, len; at < s.n && n < CCHARW_MAX; at += len)
		wide[n++] = (wchar_t)utf8_point(s, at, &len);
	if (setcchar(&cc, wide, t->looks[cell->style].attr, t->looks[cell->style].pair,
		NULL) == ERR)
		(void)setcchar(&cc, L"?", 0, 0, NULL);
	/* it fails in the last corner, and shows the letter all the same */
	(void)mvadd_wch(row, col, &cc);
	explicit_bzero(wide, sizeof(wide));
}

static const struct canvas *frame_of(struct term_curses *t, const struct canvas *c)
{
	if (!t->base.ascii)
		return c;
	canvas_resize(&t->frame, c->rows, c->cols);
	memcpy(t->frame.cells, c->cells,
	    (size_t)c->rows * (size_t)c->cols * sizeof(*c->cells));
	canvas_to_ascii(&t->frame);
	return &t->frame;
}

/* What differs from what curses has, or all of it. */
static void cells_show(struct term_curses *t, const struct canvas *c, bool all)
{
	for (int row = 0; row < c->rows && row < LINES; row++)
		for (int col = 0; col < c->cols && col < COLS; col++) {
			size_t i = (size_t)row * (size_t)c->cols + (size_t)col;
			if (!all && memcmp(&t->shown.cells[i], &c->cells[i],
					sizeof(*c->cells)) == 0)
				continue;
			t->shown.cells[i] = c->cells[i];
			if (c->cells[i].ch[0] != '\0')
				cell_show(t, row, col, &c->cells[i]);
		}
}

/* Only where the answer changes something, and only when the first frame stands there: no
 * screen waits for a terminal that may keep quiet. */
static void background_ask(struct term_curses *t)
{
	bool matters =
	    strcmp(t->theme, "auto") == 0 || strcmp(t->theme, "high-contrast") == 0;

	if (t->asked || !matters || t->background != BACKGROUND_UNKNOWN ||
	    colors_most(t) < 8 || !background_may_ask())
		return;
	t->asked = t->input.keys.asked = true;
	t->input.asked_ms = input_now_ms();
	send_text(BACKGROUND_QUESTION);
	send_now();
}

/* The frame stays; curses finds out which cells look different. */
static void background_answered(void)
{
	struct term_curses *t = &screen_in_use;
	enum background b = t->input.keys.background;
	int row, col;

	if (t->closed || t->input.gone || !t->asked || b == t->background)
		return;
	t->background = b;
	paints_load(t);
	if (t->fresh || t->stale || t->shown.cells == NULL) {
		t->stale = true;
		return;
	}
	getyx(stdscr, row, col);
	(void)erase();
	cells_show(t, &t->shown, true);
	(void)move(row, col);
	(void)refresh();
}

static void term_curses_show(struct term *base, const struct canvas *canvas)
{
	struct term_curses *t = of(base);

	if (t->closed || t->input.gone || canvas->cells == NULL)
		return;
	const struct canvas *c = frame_of(t, canvas);
	if (t->fresh || t->stale || t->shown.rows != c->rows || t->shown.cols != c->cols) {
		canvas_resize(&t->shown, c->rows, c->cols);
		memset(t->shown.cells, 0xff,
		    (size_t)c->rows * (size_t)c->cols * sizeof(*c->cells));
		(void)erase();
		if (t->fresh)
			(void)clearok(stdscr, TRUE);
		t->fresh = t->stale = false;
	}
	cells_show(t, c, false);
	(void)move(canvas->cursor_row < LINES ? canvas->cursor_row : LINES - 1,
	    canvas->cursor_col < COLS ? canvas->cursor_col : COLS - 1);
	(void)refresh();
	background_ask(t);
}

static void term_curses_redraw(struct term *base)
{
	of(base)->fresh = true;
}

/* ---- giving the terminal back ---- */
/* Overwrite every cell, on the terminal and in what curses remembers of it.  Erasing would
 * be shorter, but some terminals keep what an erase pushes away. */
static void blank_out(struct term_curses *t)
{
	send_text(capability("sgr0"));
	if (t->colors_on)
		send_text(capability("op"));
	for (int row = 0; row < LINES; row++) {
		send_text(tparm(capability("cup"), row, 0, 0, 0, 0, 0, 0, 0, 0));
		/* the last corner of a terminal that scrolls at once stays untouched */
		int n = row == LINES - 1 && !tigetflag("xenl") ? COLS - 1 : COLS;
		for (int col = 0; col < n; col++)
			(void)send_byte(' ');
	}
	send_text(tparm(capability("cup"), 0, 0, 0, 0, 0, 0, 0, 0, 0));
	send_now(); /* before anything else that could take time */
	(void)werase(stdscr);
	(void)werase(newscr);
	(void)werase(curscr);
	canvas_free(&t->shown);
	canvas_free(&t->frame);
}

static void leave(struct term_curses *t)
{
	blank_out(t);
	modes_off(t);
	send_now();
	background_await(&t->input);
	(void)endwin();
	if (capability("smcup") == NULL || capability("rmcup") == NULL) {
		send_text(capability("clear"));
		send_text("\033[3J"); /* the page was on the screen of the shell */
	}
	/* With an alternate screen the page never was in the scrollback; clearing that would
	 * take the shell's lines away, which loses something and tells something. */
	send_now();
}

static void term_curses_close(struct term *base)
{
	struct term_curses *t = of(base);

	if (t->closed)
		return;
	t->closed = true;
	if (!t->input.gone)
		leave(t);
	else {
		(void)werase(stdscr);
		(void)werase(newscr);
		(void)werase(curscr);
	}
	signals_close();
	canvas_free(&t->shown);
	canvas_free(&t->frame);
	input_free(&t->input);
	buf_free(&t->out);
	die_hook = NULL;
	delscreen(t->screen);
	t->screen = NULL;
}

static void close_in_use(void)
{
	term_curses_close(&screen_in_use.base);
}

/* ---- size ---- */
static void measure(struct term_curses *t)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0 &&
	    (w.ws_row != LINES || w.ws_col != COLS))
		(void)resize_term(w.ws_row, w.ws_col);
	t->base.rows = LINES;
	t->base.cols = COLS;
	t->fresh = true;
}

static void term_curses_suspend(struct term *base)
{
	struct term_curses *t = of(base);

	if (t->closed || t->input.gone)
		return;
	leave(t);
	signals_stop();
	(void)reset_prog_mode();
	(void)refresh();
	modes_on(t);
	send_now();
	t->resized = true;
}

/* Somebody stopped us without asking, and the shell has the terminal's modes changed. */
static void continued(struct term_curses *t)
{
	(void)reset_prog_mode();
	send_text(capability("smcup"));
	send_text(capability("smkx"));
	modes_on(t);
	send_now();
}

/* ---- events ---- */
static bool term_curses_next(struct term *base, struct event *ev, int timeout_ms)
{
	struct term_curses *t = of(base);

	*ev = (struct event){ .kind = EV_END };
	if (t->closed || t->input.ended)
		return false;
	if (!t->resized && !input_next(&t->input, ev, timeout_ms))
		return false;
	if (!t->resized && ev->kind != EV_RESIZE)
		return true;
	if (ev->signal == SIGCONT)
		continued(t);
	measure(t);
	t->resized = false;
	*ev = (struct event){ .kind = EV_RESIZE, .rows = LINES, .cols = COLS };
	return true;
}

/* ---- opening ---- */
/* A terminal that can move its cursor and clear itself, known to terminfo. */
static bool usable(struct err *e)
{
	const char *name = getenv("TERM");
	int status;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_TERMINAL, "%s", _("This is not a terminal."));
	if (name == NULL || name[0] == '\0' ||
	    setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return err_set(e, ERR_TERMINAL, "%s",
		    _("This kind of terminal (TERM) is not known here."));
	bool able = capability("cup") != NULL && capability("clear") != NULL;
	(void)del_curterm(cur_term);
	if (!able)
		return err_set(
		    e, ERR_TERMINAL, "%s", _("This terminal cannot move its cursor."));
	return true;
}

bool term_clear_lines(struct buf *out)
{
	const char *name = getenv("TERM"), *clear;
	int status;

	if (name == NULL || name[0] == '\0' ||
	    setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return false;
	clear = capability("clear");
	if (clear != NULL) {
		send_text(clear);
		send_text("\033[3J");
		buf_add(out, buf_str(&screen_in_use.out));
		buf_free(&screen_in_use.out);
	}
	(void)del_curterm(cur_term);
	return clear != NULL;
}

/* What a crash writes.  Made now, because nothing may be made then. */
static void prepare_for_crash(const struct termios *before)
{
	struct buf b = { 0 };

	buf_add(&b, STR("\033[0m\033[?1006l\033[?1000l\033[?2004l\033[H\033[2J\033[3J"));
	buf_add(&b, str_from(capability("rmcup")));
	buf_add(&b, str_from(capability("rmkx")));
	buf_add(&b, STR("\033[?25h\r"));
	signals_crash_text(STDOUT_FILENO, b.s, b.n, before);
	buf_free(&b);
}

/* ESCDELAY, milliseconds, as for every curses program: more patience on a slow line. */
static int delay_wanted(void)
{
	int ms;
	bool set = str_int(str_from(getenv("ESCDELAY")), &ms);

	return set && ms > 0 && ms <= 5000 ? ms : 0;
}

static void set_modes(void)
{
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)typeahead(-1); /* a frame is never left half sent because a key waits */
	(void)keypad(stdscr, TRUE);
	(void)leaveok(stdscr, FALSE);
	(void)scrollok(stdscr, FALSE);
}

bool term_curses_open(struct term **out, const struct term_options *o, struct err *e)
{
	struct termios before;
	struct term_curses *t = &screen_in_use;

	if (!usable(e))
		return false;
	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return err_sys(
		    e, ERR_TERMINAL, errno, "%s", _("The terminal does not answer."));
	use_tioctl(TRUE); /* the true size, not what LINES says */
	/* Before newterm(): curses takes only signals that nobody has, and one to stop that it
	 * has itself it ignores for as long as it draws. */
	if (!signals_open())
		return err_sys(
		    e, ERR_TERMINAL, errno, "%s", _("The terminal cannot be set up."));
	SCREEN *screen = newterm(NULL, stdout, stdin);
	if (screen == NULL) {
		signals_close();
		return err_set(e, ERR_TERMINAL, "%s", _("The terminal cannot be set up."));
	}
	*t = (struct term_curses){ .screen = screen };
	t->base = (struct term){ .next = term_curses_next,
		.show = term_curses_show,
		.close = term_curses_close,
		.suspend = term_curses_suspend,
		.theme = term_curses_theme,
		.redraw = term_curses_redraw,
		.rows = LINES,
		.cols = COLS };
	t->base.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->mouse = !o->no_mouse && capability("kmous") != NULL;
	t->input.answered = background_answered;
	t->input.keys.least_ms = delay_wanted();
	t->background = background_told();
	t->no_colors = o->theme != NULL && strcmp(o->theme, "mono") == 0;
	theme_keep(t, o->theme);
	set_modes();
	paints_load(t);
	prepare_for_crash(&before);
	modes_on(t);
	send_now();
	die_hook = close_in_use;
	*out = &t->base;
	return true;
}
