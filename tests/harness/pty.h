/* A program on a pseudo-terminal, seen through libvterm: start it, press keys, wait for
 * words, read what a person would see.
 *
 * Nothing here sleeps for a fixed time.  Every wait has a limit and ends as soon as it can;
 * the limits are long on purpose (a loaded machine must not fail a test) and can be
 * stretched with REMANSO_TEST_PATIENCE, a whole factor. */
#ifndef HARNESS_PTY_H
#define HARNESS_PTY_H

#include "remanso/base.h"

#include <sys/types.h>

struct pty;

struct pty_options {
	const char *const *argv; /* argv[0] is looked up in PATH; ends with NULL */
	const char *const
	    *env;         /* "NAME=value" over our own; "NAME" alone unsets; NULL ends */
	const char *cwd;  /* NULL: ours */
	int rows, cols;   /* 0: 24 and 80 */
	long file_limit;  /* RLIMIT_FSIZE in bytes; 0: none */
	const char *pass; /* readable on file descriptor 3, then EOF; NULL: no such */
};

/* Never NULL: a test without a pseudo-terminal ends with a message. */
struct pty *pty_start(const struct pty_options *o);
/* Kill what still runs, free.  NULL is fine. */
void pty_close(struct pty *p);

/* ---- to the program ---- */
void pty_send(struct pty *p, struct str bytes); /* as they are */
/* Keys by their tmux names, parted by blanks: Enter Escape Tab BTab Up C-c M-x F1 PPage
 * C-Left Space; any other single character is itself.  False on an unknown name. */
bool pty_keys(struct pty *p, const char *names);
void pty_type(struct pty *p, const char *text);
/* As a terminal pastes: bracketed when the program asked for that. */
void pty_paste(struct pty *p, struct str text);
void pty_click(struct pty *p, int row, int col);
void pty_resize(struct pty *p, int rows, int cols);
void pty_signal(struct pty *p, int sig); /* to the process group in the foreground */
void pty_hang_up(struct pty *p);         /* the terminal window is closed */

/* ---- waiting; false when the limit passed ---- */
/* `what` is looked for as it stands, then as an extended regular expression, in the rows of
 * the screen, each ended by a line feed. */
bool pty_wait(struct pty *p, const char *what);
bool pty_gone(struct pty *p, const char *what);
/* Until the program has read everything, all its threads sleep, and nothing more comes. */
bool pty_settle(struct pty *p);
/* Until the program has ended; `status` as waitpid() gives it. */
bool pty_exited(struct pty *p, int *status);
/* Until one process of the program is stopped (Ctrl-Z). */
bool pty_stopped(struct pty *p);
/* Read what is there, for at most `ms`; true when something came. */
bool pty_pump(struct pty *p, int ms);
/* The limit of the waits above, in ms; 10,000 at first. */
void pty_patience(struct pty *p, int ms);
int64_t pty_now_us(void);

/* ---- what is seen ---- */
struct pty_cell {
	char ch[24]; /* terminated UTF-8; "" right of a wide letter, " " for a blank */
	bool bold, underline, reverse, italic, blink;
	int fg, bg;              /* palette index, -1 for the terminal's own */
	uint32_t fg_rgb, bg_rgb; /* 0xrrggbb, meant when the index is not -1 */
};
int pty_rows(const struct pty *p);
int pty_cols(const struct pty *p);
struct pty_cell pty_cell(const struct pty *p, int row, int col);
/* The rows, right-trimmed, a line feed after each.  Valid until the next call on `p`. */
const char *pty_text(struct pty *p);
bool pty_sees(struct pty *p, const char *what); /* now, without waiting */
void pty_cursor(const struct pty *p, int *row, int *col, bool *shown);
bool pty_in_alternate(const struct pty *p);
bool pty_was_alternate(const struct pty *p); /* at any time */
/* The alternate screen as it was when the program last left it; "" when it never did. */
const char *pty_left_alternate(const struct pty *p);
/* Lines that were pushed out at the top of the normal screen and not erased since. */
const char *pty_scrollback(const struct pty *p);
/* Everything the program sent since the start, and its length. */
struct str pty_raw(const struct pty *p);
void pty_raw_reset(struct pty *p);
pid_t pty_pid(const struct pty *p);

#endif
