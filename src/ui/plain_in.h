/* What the files of line mode share. */
#ifndef REMANSO_PLAIN_IN_H
#define REMANSO_PLAIN_IN_H

#include "app_in.h"
#include "plain.h"

/* A page as it was said last: only what has changed since is said again. */
struct said {
	struct arena *memory;
	const struct view *view;
	struct str head;
	struct str *piece;
	size_t count;
};

struct plain {
	struct app *app;
	FILE *in, *out;
	bool echo, ascii, ended;
	int width;
	char *line; /* getline's own; wiped after each use */
	size_t line_cap;
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

/* plain_blocks.c */
void plain_block(
    struct plain *p, const struct sheet *s, const struct block *b, struct buf *out);
void plain_sentence(
    struct buf *out, struct str s); /* with a full stop, and a blank before */
struct str plain_spoken(struct arena *a, struct str s); /* without signs for the eye */

/* plain_read.c: one line without its end; false: there are no more. */
bool plain_read(struct plain *p, bool secret, struct str *line);
void plain_wipe(struct plain *p);
/* The action that a word stands for, in any language and on this sheet; -1: none. */
int plain_word(const struct sheet *s, struct str line);
/* The words that can be typed here, after "or: ". */
void plain_words(struct plain *p, const struct sheet *s, struct buf *out);
/* Write into the field: lines until a single '.', or one line. */
void plain_write(struct plain *p, int id);
bool plain_one_line(const struct sheet *s, const struct block *b);

#endif
