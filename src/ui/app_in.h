/* What the files of the loop share: app.c (the loop), app_stack.c (views coming and going),
 * app_save.c (drafts, the lock), app_act.c (actions), app_keys.c (what an event does),
 * plain.c (line mode), and the two pages above the others, views/actions.c and
 * views/error.c. */
#ifndef REMANSO_APP_IN_H
#define REMANSO_APP_IN_H

#include "remanso/view.h"

enum op_kind { OP_PUSH, OP_POP, OP_REPLACE, OP_RESET, OP_LOCK, OP_DELETE, OP_ACT };

/* A change of the stack that waits until the running callback has returned. */
struct op {
	enum op_kind kind;
	const struct view_ops *ops;
	const void *arg;
	enum action act;
};

struct slot {
	struct view v; /* first: a view is found again by its address */
	int seen;      /* the focus that ops->focus() was last told of */
	int order;     /* its place among those that take the focus */
	bool loose;    /* the page shown holds nothing that takes the focus */
	bool failed;   /* its words could not be kept at the last try */
	bool begun;    /* it was shown */
	bool drop;     /* the person chose to go on without them */
	int64_t ticked;
};

/* Why view_error is shown. */
struct error_arg {
	struct err e;
	bool saving;   /* words are not on the disk */
	bool choosing; /* a passphrase that was to be a new one */
};

#define QUEUE_MOST 16

struct stack {
	struct slot **slots;
	size_t n, cap;
	struct op queue[QUEUE_MOST];
	size_t queued;
	struct op blocked; /* waits until the words can be kept, or are given up */
	bool is_blocked;

	struct arena *scratch; /* the sheet; wiped before the next one */
	struct sheet sheet;
	struct canvas canvas;
	struct hit_map *hits;
	struct buf note;
	bool done;

	int64_t input_at; /* last key, mono ms */
	int64_t save_due; /* when unsaved words are sealed; 0: nothing waits */
	int64_t saved_at; /* wall clock of the last success, or 0 */
	int64_t ctrl_c_at;
	bool save_failed, warned, lock_wanted, was_locked;
	struct error_arg error;
};

/* app_stack.c */
void app_apply(struct app *app); /* run what waits; more may come while it runs */
void app_show_save_error(struct app *app, const struct err *e);
void app_close_all(struct app *app);
void app_queue(struct app *app, struct op op);

/* app_save.c */
#define APP_SAVE_AGAIN 5000 /* ms after which a failed save is tried again */
/* Seal every view's words as drafts, from the top.  False: some could not be kept. */
bool app_save_all(struct app *app, bool every, struct err *e);
bool app_any_unsaved(const struct app *app); /* words that are not on the disk */
void app_error_retry(struct app *app);       /* the choices of the error page */
void app_error_drop(struct app *app);
/* Drafts, retries, the idle lock.  Called after every event. */
void app_housekeeping(struct app *app);
/* Milliseconds until housekeeping or a tick is due; -1: never. */
int app_wait(struct app *app);
void app_tick(struct app *app, bool timed_out);

/* app.c */
/* Build the top's sheet into app->stack->sheet and see that something has the focus. */
void app_settle(struct app *app);
int64_t app_mono(const struct app *app);
int app_rows(const struct app *app); /* of the screen; line mode has 24 by 80 */
int app_cols(const struct app *app);
/* Blank, seal, wipe, give the terminal back; the loop ends. */
void app_leave_now(struct app *app, int status);
/* The terminal is gone or the process is told to end: seal and wipe, say nothing. */
void app_end(struct app *app, int signal);

/* app_act.c */
/* The view on top and what belongs to it, while an event is handled. */
struct here {
	struct app *app;
	struct stack *st;
	struct view *v;
	struct slot *sl;
	struct sheet *s;
};
struct here here_of(struct app *app);
bool here_move(
    struct here *h, int by); /* by blocks; turns the page where words lie between */
bool here_turn(struct here *h, int by);
void here_to_end(struct here *h, int by);
void here_focus(struct here *h, int id);
void app_act(struct app *app, enum action act);
void app_pick(struct app *app, int id);
void app_back(struct app *app);
/* Why an action cannot be done on this sheet; empty when it can. */
struct str app_why_not(const struct app *app, const struct sheet *s, enum action act);
bool action_everywhere(enum action act);

/* app_keys.c */
void app_event(struct app *app, const struct event *ev);

/* keymap.c: name the language that the key switches to, where there are more than two (with
 * two, each catalogue names the other). */
void keymap_language(const struct app *app, struct sheet *s);

#endif
