/* The terminal as three calls.  Implemented by curses (term_curses.c), by a script (tests);
 * line mode (plain.c) reads and writes lines instead. */
#ifndef REMANSO_TERM_H
#define REMANSO_TERM_H

#include "remanso/canvas.h"
#include "remanso/err.h"

/* Printable text comes as K_TEXT (one code point; the editor puts marks on their letters)
 * or K_PASTE (a cleaned block); a single ASCII character comes as K_CHAR(c), which is what
 * action keys are named by.  Ctrl-H is Backspace, Ctrl-I is Tab, Ctrl-J and Ctrl-M are
 * Enter. */
#define K_CHAR(c) (c)
#define K_CTRL(c) (0x1000 + (c))
enum key {
	K_NONE = 0,
	K_TEXT = 0x2000,
	K_PASTE,
	K_ENTER,
	K_ESC,
	K_TAB,
	K_BACKTAB,
	K_BACKSPACE,
	K_DELETE,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_WORD_LEFT,
	K_WORD_RIGHT,
	K_HOME,
	K_END,
	K_TOP,    /* Ctrl-Home */
	K_BOTTOM, /* Ctrl-End */
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_WORD_BACKSPACE, /* Alt-Backspace; Ctrl-W comes as K_CTRL('w') */
	K_F1,
	K_F2,
	K_F3, /* to K_F12 in order */
	K_F12 = K_F3 + 9
};

enum event_kind {
	EV_NONE, /* the time-out passed */
	EV_KEY,
	EV_RESIZE,  /* rows, cols */
	EV_CLICK,   /* row, col */
	EV_WHEEL,   /* delta: -1 up, 1 down */
	EV_SUSPEND, /* Ctrl-Z outside a field, or SIGTSTP: lock first, then term->suspend */
	EV_END      /* SIGHUP, SIGTERM, or the terminal is gone: seal, wipe, leave */
};

struct event {
	enum event_kind kind;
	int key; /* EV_KEY: an ASCII character comes as itself, with `text` set too */
	struct str text; /* K_TEXT, K_PASTE: UTF-8, cleaned; lives until the next call */
	int row, col, rows, cols;
	int delta;  /* EV_WHEEL; EV_NONE from a script: seconds that passed */
	int signal; /* EV_END: the signal, or 0 */
};

struct term {
	/* Wait up to `timeout_ms` (-1: for ever).  False: no more events will come. */
	bool (*next)(struct term *t, struct event *ev, int timeout_ms);
	/* Make the terminal look like the canvas and put the hardware cursor on its cursor.
	 */
	void (*show)(struct term *t, const struct canvas *c);
	/* Give the terminal back: every cell overwritten, screen and scrollback cleared. */
	void (*close)(struct term *t);
	int rows, cols;
	bool ascii; /* the terminal shows ASCII only */
	/* May be NULL: */
	void (*suspend)(struct term *t);                  /* stop this process, come back */
	void (*theme)(struct term *t, const char *theme); /* "auto", "light", ... */
	void (*redraw)(struct term *t);                   /* send everything again */
};

/* The real terminal, on standard input and output.  ERR_TERMINAL when it cannot move the
 * cursor (then use line mode).  The locale is set before (setlocale); where it is not
 * UTF-8, `ascii` is set.  One at a time: it takes the process's signals until close(),
 * which may be called again.  After EV_END next() returns false; close() does not write to
 * a terminal that is gone. */
struct term_options {
	/* NULL: "auto", and NO_COLOR is obeyed.  "mono": no colour whatever theme() says. */
	const char *theme;
	bool ascii, no_mouse;
};
bool term_curses_open(
    struct term **out, const struct term_options *o, struct err *e) MUST_CHECK;

/* A terminal without a terminal: events are fed in, the last canvas can be looked at.  When
 * the queue is empty next() returns false; more may be fed then. */
struct term_script; /* begins with a struct term */
struct term *term_script_open(int rows, int cols);
void term_script_free(struct term *t); /* close() leaves it to be looked at; NULL is fine */
void term_script_feed(struct term *t, const struct event *ev); /* queued; text is copied */
const struct canvas *term_script_canvas(const struct term *t);
/* The clock that `tick` moves on, in milliseconds, when the event is taken. */
void term_script_clock(struct term *t, int64_t *ms);
/* Queue one line of a .keys script.  False for an unknown word.
 *   key Down C-x Enter   names as tmux has them; a single character is itself
 *   type text            as typed, by code point
 *   paste text           one paste; \n is a line feed
 *   size 100x30          columns x rows
 *   tick 60              seconds pass: EV_NONE with `delta` = 60
 *   click 10 5           row and column, from 0
 *   wheel -1             suspend             end
 * Empty lines and lines that begin with '#' are nothing. */
bool term_script_line(struct term *t, struct str line);

/* What a style looks like in a theme on a terminal of so many colours, for term_curses.c
 * and for pictures.  "auto" (or NULL) obeys NO_COLOR and goes by the background; where that
 * is unknown, no colours are used. */
enum background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };
/* What the environment tells: COLORFGBG, and the Linux console is dark. */
enum background background_told(void);
struct paint {
	int fg; /* 0-255, or -1 the terminal's own */
	bool bold, underline, reverse;
};
struct paint style_paint(enum style s, const char *theme, int colors, enum background b);

#endif
