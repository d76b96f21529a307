/* Walking through the program as a person would: making a room, unlocking, choosing. */
#ifndef HARNESS_PLAY_H
#define HARNESS_PLAY_H

#include "harness/box.h"
#include "harness/pty.h"

#define PLAY_PASS "lantern orchard copper window gentle sparrow"

struct play {
	const struct box *box;
	const char *lang;        /* NULL: "en" */
	const char *const *args; /* after the options; ends with NULL; NULL: none */
	const char *const *env;  /* "NAME=value", over the usual; NULL: none */
	int rows, cols;
	long file_limit;
	bool no_home;      /* leave --home out */
	const char *shell; /* run this by sh, with the program and its arguments as "$@" */
};
/* The program on a terminal: frozen time, TERM=xterm-256color, everything inside the box.
 */
struct pty *play_start(const struct play *s);
/* The same through pipes. */
struct ran play_run(const struct play *s, struct str input, const char *pass);

/* Make a room by the command line, in the box's home. */
bool play_room(const struct box *box, const char *pass);
/* At the lock: type the passphrase and wait until home stands there. */
bool play_unlock(struct pty *p, const char *pass);
/* Move the focus down, page after page, until its row holds the words, then press Enter. */
bool play_choose(struct pty *p, const char *words);
bool play_focus(struct pty *p, const char *words); /* the same without Enter */
/* The row with the mark '>', without it; "" when there is none. */
const char *play_focused(struct pty *p);

/* ---- English, from home ---- */
/* A new page of the journal, ready for typing. */
bool play_write(struct pty *p);
/* A room with the passphrase PLAY_PASS, opened; at home.  NULL after saying why. */
struct pty *play_at_home(const struct box *box);
/* Nothing stands on the normal screen, in the scrollback, on the alternate screen left. */
bool play_neutral(struct pty *p, struct buf *why);
/* Press Ctrl-X; milliseconds until nothing is on the screen any more, -1 when that lasts too
 * long. */
double play_leave(struct pty *p);
/* The journal as JSON, by the command line; free with ran_free(). */
struct ran play_export(const struct box *box);

#endif
