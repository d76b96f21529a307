/* A sheet says what is on a page without saying how it looks: where one is, a title, blocks of
 * text, offers, fields, and what can be done.  A view builds one from its state whenever it is
 * asked; sheet_draw.c lays it out on a canvas after the look book's grid, plain.c reads it
 * aloud line by line.  So every page exists in both, and neither can forget one. */
#ifndef REMANSO_SHEET_H
#define REMANSO_SHEET_H

#include "remanso/canvas.h"
#include "remanso/editor.h"

enum action {
#define ACTION(id, key, typing, word, help) ACT_##id,
#include "remanso/actions.def"
#undef ACTION
	ACT_COUNT
};

enum block_kind {
	BLOCK_GAP,    /* `number` blank rows (collapses at a page's top) */
	BLOCK_PROSE,  /* a paragraph at the edge; *strong* is bold */
	BLOCK_LOUD,   /* the one loud sentence, bold */
	BLOCK_ACCENT, /* words that stand alone in the accent (six words, a code) */
	BLOCK_HEAD,   /* a side head alone on its row */
	BLOCK_SIDE,   /* side head in the margin column, text at the second stop */
	BLOCK_CARE,   /* the same for a caution ("With care") */
	BLOCK_OFFER, /* label; hint at the right edge; `text`, when set, at column 46 (a time) */
	BLOCK_CHECK, /* [x] label (topic), text at the stop; without topic text follows the box.
		       * CHECK and OFFER right after a SIDE, without a gap, stand at its stop */
	BLOCK_FIELD, /* label; the person's words behind a bar; open when `editor` is set */
	BLOCK_MINE, /* words the person wrote, behind a bar, read only; hint below (date) */
	BLOCK_ROW,  /* a table row: cells; the first is the row head */
	BLOCK_COLUMNS, /* the column heads of the rows that follow */
	BLOCK_SCALE, /* one notch of a gauge: number (-1: "no number"), text; `marked` is the
		       * stone, unless the focus is on another notch */
	BLOCK_MAP, /* the five stones: marks[], cells[] = names, `number` = where one stands (1-5) */
	BLOCK_GAUGE, /* a stone on the water: number of `most`, text below; with cells[]: a ring
		       * for each, the stone at `number` (from 1), their words below */
	BLOCK_BREATH, /* in and out as stretches of water: label, text; or a word for each phase
		       * in cells[] */
	BLOCK_MONTH, /* a month of numbers: days[] from 0 to 10 (-1: none), `number` of them; hint
		       * says what the ends mean; text says it all in words */
	BLOCK_RULE /* the thin line before presenter notes, with its label */
};

#define SHEET_CELLS 6 /* five stones, or the columns of a table */
struct block {
	enum block_kind kind;
	int id; /* 0: cannot take the focus; else unique in the sheet */
	struct str label, text, hint;
	struct str cells[SHEET_CELLS];
	int cell_count;
	int number, most;
	bool
	    marked; /* ticked; the stone of a scale; chosen; MINE: its first line is loud */
	bool numbered;     /* an offer that shows its number and is chosen by it */
	bool folded_under; /* FIELD: text stands under the label, not beside it */
	bool
	    beside; /* FIELD, MINE: bar at the second stop, also when open; set by itself when
		      * every label of the sheet's fields is short */
	bool password;         /* FIELD: shows three dots from the first key on */
	bool resting;          /* hint tone while another block has the focus */
	const char *marks;     /* MAP: five characters, 'x' holds something, '-' not yet */
	struct editor *editor; /* FIELD that is open: gets the keys; the view's */
	int rows; /* FIELD: at least this many rows when open (default 3; 0 = whole page; 1 = one
		   * line, also for line mode).  MINE: at most this many (0 = all) */
	const short *days;   /* MONTH */
	const float *phases; /* BREATH: seconds of in, top-up, hold, out, rest */
	float at;            /* BREATH: seconds into the round; below 0: no stone */
	struct str match;    /* folded words to underline in text */
};

struct sheet {
	struct arena *memory; /* everything built lives here */
	struct str place, fact, title, aside, note;
	struct str kept; /* right end of the note line: "draft kept" */
	struct block *blocks;
	size_t count, cap;
	int focus;    /* id asked for by the view; 0 = the first that can take it */
	bool neutral; /* lock: no place, no Ctrl-G in the footer */
	bool typing;  /* set by the framework: the focus is an open field */
	bool center;  /* lock: the block stands at mid height */
	bool error;   /* '!' before the title */
	int find; /* id of a field with an editor that gets letters while the focus is on
		       * another block (a list that is narrowed by typing); 0: none */
	struct {
		enum action act;    /* ACT_COUNT: only words in the footer */
		struct str key;     /* then: the key's name */
		struct str word;    /* instead of the footer word; empty = the list's */
		struct str why_not; /* not possible now, and why */
		bool footer;
	} actions[ACT_COUNT + 4];
	size_t action_count;
};

/* Strings are borrowed: literals, content, or the sheet's arena. */
void sheet_init(struct sheet *s, struct arena *memory);
void sheet_place(struct sheet *s, struct str place, struct str fact);
void sheet_title(struct sheet *s, struct str title, struct str aside);
void sheet_note(struct sheet *s, struct str note);
struct block *sheet_add(struct sheet *s, enum block_kind kind, int id);
void sheet_gap(struct sheet *s, int rows);
void sheet_prose(struct sheet *s, struct str text);
void sheet_loud(struct sheet *s, struct str text);
void sheet_head(struct sheet *s, struct str text);
void sheet_side(struct sheet *s, struct str head, struct str text);
void sheet_care(struct sheet *s, struct str text);
struct block *sheet_offer(struct sheet *s, int id, struct str label, struct str hint);
/* An offer in columns: how long it takes, and its state ("● begun"); either may be empty. */
struct block *sheet_entry(
    struct sheet *s, int id, struct str label, struct str how_long, struct str state);
struct block *sheet_check(
    struct sheet *s, int id, bool on, struct str topic, struct str text);
struct block *sheet_field(
    struct sheet *s, int id, struct str label, struct str value, struct editor *open);
struct block *sheet_mine(struct sheet *s, int id, struct str text, struct str hint);
struct block *sheet_scale(
    struct sheet *s, int id, int number, struct str text, bool marked);
void sheet_columns(struct sheet *s, const struct str *heads, int count);
struct block *sheet_row(struct sheet *s, int id, const struct str *cells, int count);
void sheet_kept(struct sheet *s, struct str words); /* "draft kept", right of the note */
/* An action of this page, in footer order; `word` may be empty.  Help, ground me, "Enter open"
 * (when a block can be picked) and "Esc back" (not on the lowest view) come by themselves;
 * naming OPEN or BACK gives them another word or place. */
void sheet_can(struct sheet *s, enum action act, struct str word, bool footer);
/* Not possible here, and why (shown in the list of actions).  GROUND also leaves the footer. */
void sheet_cannot(struct sheet *s, enum action act, struct str why);
/* Words in the footer for keys that the view's own key() takes: "Left/Right", "month". */
void sheet_key(struct sheet *s, struct str key, struct str word);
/* Index in s->actions, or -1. */
int sheet_action(const struct sheet *s, enum action act);
/* What comes by itself (see sheet_can); `back`: there is a page to go back to.  Idempotent. */
void sheet_complete(struct sheet *s, bool back);

/* ---- laying out (sheet_draw.c) ---- */
/* Which blocks take the focus, in order; the next or previous from `id` (0: none). */
int sheet_step(const struct sheet *s, int id, int by);
const struct block *sheet_block(const struct sheet *s, int id); /* NULL when gone */
int sheet_field_width(int cols); /* columns of text in an open field at this width */
int sheet_width_of(
    const struct sheet *s, const struct block *b, int cols);     /* in this one */
bool sheet_beside(const struct sheet *s, const struct block *b); /* one line, at the stop */
/* Draw.  `scroll` is the first body row shown; it is changed so that the focus is visible and
 * pages turn at paragraphs.  A focus of -1 draws what `scroll` says, nothing in focus.
 * `more` (may be NULL) tells whether something is above (bit 0), below (bit 1).
 * `hits` (may be NULL) is filled so that a click can be found again. */
struct hit_map;
void sheet_draw(const struct sheet *s, struct canvas *c, int focus, int *scroll, int *more,
    struct hit_map *hits);
struct hit_map *hit_map_new(void);
void hit_map_free(struct hit_map *h);
/* What was drawn at (row, col): a block id, or an action (as -1 - act); 0 = nothing. */
int hit_map_find(const struct hit_map *h, int row, int col);
/* Row and column within the text of the open field, for editor_click(); false: not there. */
bool hit_map_text(
    const struct hit_map *h, int row, int col, int *text_row, int *text_col, int *width);

/* Where one is on a sheet that may be longer than the screen.  `loose`: the page shown holds
 * nothing that can take the focus, so the focus stays where it was, out of sight. */
struct spot {
	int focus, scroll;
	bool loose;
	int top,
	    inside; /* set by what follows: the block at the top, and how far into it */
};
/* One page on (by 1) or back (-1); the focus goes to the first block there that takes it.
 * False: there is none. */
bool sheet_turn(const struct sheet *s, int rows, int cols, int by, struct spot *at);
/* One block on or back; turns the page instead when words between the two would be skipped.
 * False: nothing there. */
bool sheet_move(const struct sheet *s, int rows, int cols, int by, struct spot *at);
/* After the focus has moved a field may have opened and another closed: the same block goes
 * to the top again. */
void sheet_anchor(const struct sheet *s, int rows, int cols, struct spot *at);
/* The block is seen when the sheet is shown from `scroll` on. */
bool sheet_shows(const struct sheet *s, int rows, int cols, int scroll, int id);

/* The name of the key of an action, as shown: "Ctrl-G", "Enter", "Espacio". */
struct str action_key(enum action act, bool typing);
struct str action_word(enum action act);
struct str action_help(enum action act);
struct str key_name(int key);
int action_of_key(int key, bool typing); /* -1: none */

#endif
