/* What the files of line mode share. */
#ifndef REMANSO_PLAIN_IN_H
#define REMANSO_PLAIN_IN_H

#include "app_in.h"
#include "plain.h"

#include <termios.h>

/* A page as it was said last: only what has changed since is said again. */
struct said {
	struct arena *memory;
	const struct view *view;
	struct str head;
	struct str *piece;
	size_t count;
};

/* What ended the last line. */
enum plain_how {
	BY_LINE,   /* Enter */
	BY_LEAVE,  /* Ctrl-X */
	BY_GROUND, /* Ctrl-G */
	BY_SIGNAL, /* the process is told to end */
	BY_STOP,   /* Ctrl-Z */
	BY_PAGE,   /* another page came up by itself */
	BY_END     /* there is no more input */
};

enum plain_ask { ASK_COMMAND, ASK_WORDS, ASK_SECRET };

/* A field that was left in the middle; one comes back to it. */
struct held {
	const struct view *view; /* NULL: none */
	const struct view_ops *ops;
	int id;
	bool mid; /* its last line goes on */
};

struct plain {
	struct app *app;
	FILE *in, *out;
	bool echo, ascii;
	int width;
	int fd;       /* of `in`; -1: no file */
	bool tty;     /* `in` is a terminal */
	bool shows;   /* and `out` is one as well: it is cleared at the end */
	bool clears;  /* it knows how */
	bool told;    /* signals come to us */
	bool cleared; /* nothing is said any more */
	bool asking, in_ended;
	struct termios before, modes; /* as it was found; as it is while we read */
	struct buf clear;             /* what clears it */
	struct buf typed, ahead;      /* the line; lines that came while nobody asked */
	enum plain_ask ask;
	enum plain_how how;
	int signal;
	struct held held;
	struct said said;
};

/* plain_say.c */
void plain_print(struct plain *p, int first, int rest, struct str text);
void plain_line(struct plain *p, const char *text);
/* Say the page: whole, or what has changed. */
void plain_page(struct plain *p, const struct sheet *s);
/* The number that chooses a block; 0: none (a notch of a scale answers to its own). */
int plain_number(const struct sheet *s, const struct block *b);
const struct block *plain_chosen(const struct sheet *s, int number);
bool plain_has_scale(const struct sheet *s, int *low, int *high);
int plain_last(const struct sheet *s); /* the highest number, or 0 */
/* Where one is, as the top of a screen has it. */
void plain_place(struct plain *p, const struct sheet *s);

/* plain_blocks.c */
void plain_block(
    struct plain *p, const struct sheet *s, const struct block *b, struct buf *out);
void plain_sentence(
    struct buf *out, struct str s); /* with a full stop, and a blank before */
struct str plain_spoken(struct arena *a, struct str s); /* without signs for the eye */

/* plain_input.c */
void plain_open(
    struct plain *p); /* take the terminal and the signals; `in` and `out` set */
void plain_close(struct plain *p);
/* Take everything that was said off the terminal; nothing is said after it. */
void plain_clear(struct plain *p);
/* One line without its end.  False: something else came, p->how says what, and `line` is what
 * was typed before it. */
bool plain_read(struct plain *p, enum plain_ask ask, struct str *line);
/* Let time pass while work goes on.  False: as above. */
bool plain_pause(struct plain *p, int ms);
/* Stop this process as Ctrl-Z does, with nothing left to be read meanwhile. */
void plain_stop(struct plain *p);
void plain_wipe(struct plain *p);

/* plain_read.c: the action that a word stands for, in any language and on this sheet; -1:
 * none. */
int plain_word(const struct sheet *s, struct str line);
/* The words that can be typed here, after "or: ". */
void plain_words(struct plain *p, const struct sheet *s, struct buf *out);
/* Write into the field: lines until a single '.', or one line.  `mid`: its last line goes on.
 */
void plain_write(struct plain *p, int id, bool mid);
/* A line of the field `b` was begun and not ended: it is kept there. */
void plain_keep(
    struct plain *p, struct view *v, const struct block *b, struct str begun, bool mid);
bool plain_one_line(const struct sheet *s, const struct block *b);

#endif
