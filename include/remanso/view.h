/* Views: the pages of the program, on a stack.  A view keeps state and builds a sheet from it;
 * the loop in app.c draws, reads a key and hands it on.
 *
 * Order of a key: leave now (Ctrl-X) before anything else; ground me, language, help, redraw;
 * the editor of the open field; moving the focus; the actions of the sheet; the view's key(). */
#ifndef REMANSO_VIEW_H
#define REMANSO_VIEW_H

#include "remanso/sheet.h"
#include "remanso/workbook.h"

struct app;
struct view;

struct view_ops {
	const char *name; /* for tests: "home", "journal" */
	size_t state_size;
	/* All but build may be NULL. */
	bool (*open)(struct view *v, const void *arg, struct err *e);
	/* The page, from state alone; changes nothing.  Called after every event. */
	void (*build)(const struct view *v, struct sheet *s);
	/* Enter, a click, or a number on the block `id`. */
	void (*pick)(struct view *v, int id);
	/* An action that the sheet named (or UNDO and the like); false: not here. */
	bool (*act)(struct view *v, enum action act);
	/* A key nobody took. */
	bool (*key)(struct view *v, const struct event *ev);
	/* The focus moved to `id` (0: leaving the view): take the words out of the editor, keep
	 * them, load the next field's. */
	void (*focus)(struct view *v, int id);
	/* The editor of block `id` took a key. */
	void (*typed)(struct view *v, int id);
	/* Seal what was typed.  `final`: the view is being left; else a draft.  False: it could
	 * not be kept (the words stay in memory; it is tried again). */
	bool (*save)(struct view *v, bool final, struct err *e);
	/* Milliseconds until tick() wants to be called; -1: not at all. */
	int (*wait)(const struct view *v);
	void (*tick)(struct view *v, int64_t mono_ms);
	/* Another view was popped and this one is on top again. */
	void (*resume)(struct view *v);
	void (*close)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	struct arena *memory; /* wiped and freed when the view is popped */
	void *state;          /* ops->state_size bytes, zeroed, from `memory` */
	int focus;            /* id of the block in focus; a view may set it */
	int scroll;
	bool
	    unsaved; /* the view has words that save() has not kept yet; the view sets it */
};

struct app {
	const struct world *world;
	struct content *content;
	struct term *term;       /* NULL in line mode */
	struct room *room;       /* NULL while locked */
	struct seen seen;        /* rooms that were locked here */
	const char *home, *data; /* folders */
	int lang;                /* of the interface and content */
	bool lang_chosen;        /* by --lang or F2: a room's setting does not change it */
	/* Reads the content once the first page is on the screen (the lock and the first start
	 * need none of it); NULL: it is there.  `load_arg` is its own. */
	bool (*load)(struct app *app, struct err *e);
	const void *load_arg;
	/* Makes a new file in the folder we are in, which the program itself cannot any more
	 * (confine.h); NULL: it can. */
	bool (*write_here)(
	    const struct app *app, const char *name, struct str data, struct err *e);
	bool demo, plain;
	bool notes;     /* of the demonstration: for the person presenting */
	bool lock_keys; /* the lock names the keys that help */
	int exit_status;
	struct stack *stack; /* app.c's own */
};

bool app_init(struct app *app, struct err *e) MUST_CHECK;
void app_done(struct app *app); /* close all views, wipe; the content stays the caller's */
/* Run until the last view is gone or somebody leaves.  Full screen when app->term is set, else
 * line mode on the two streams. */
bool app_run(struct app *app, struct err *e) MUST_CHECK;

/* These take effect when the running callback returns.  A view that cannot open shows the
 * error and is not pushed. */
void app_push(struct app *app, const struct view_ops *ops,
    const void *arg); /* arg: kept alive by the caller until open() */
void app_pop(struct app *app);
void app_replace(
    struct app *app, const struct view_ops *ops, const void *arg); /* the top */
void app_reset(
    struct app *app, const struct view_ops *ops, const void *arg); /* all of them */
void app_leave(struct app *app, int status); /* blank first, seal, wipe, end */
void app_lock(struct app *app);              /* seal, wipe keys, lock screen; drafts kept */
/* Delete the open room for good; then the lock, or the first pages when no other is here. */
void app_delete_room(struct app *app);
void app_say(struct app *app, const char *note); /* on the note line until the next key */
void app_error(struct app *app, const struct err *e); /* the error page; words stay */
/* The same where a new passphrase was chosen: ERR_PASSPHRASE then says that it cannot be it. */
void app_error_choosing(struct app *app, const struct err *e);
void app_language(struct app *app, int lang);
struct view *app_top(struct app *app);
size_t app_depth(const struct app *app);
struct view *app_view(const struct app *app, size_t i); /* 0 is the bottom */
/* "Sunday, 22 November" in the language in use; with_year adds it. */
struct str app_date(const struct app *app, struct arena *a, int64_t ms, bool with_year);
/* "14 September 2026" */
struct str app_long_date(const struct app *app, struct arena *a, int64_t ms);
struct str app_short_date(const struct app *app, struct arena *a, int64_t ms); /* "9 Nov" */
/* {key_help}, {key_leave}, {key_ground}, {key_back} filled in. */
struct str app_fill(const struct app *app, struct arena *a, struct str s);
/* Words of the content in the language in use. */
struct str app_text(const struct app *app, const struct text *t);
struct str app_field(const struct app *app, const struct card *c, enum field_id f);

/* A key of the demonstration that the page has no use for: n shows or hides the notes for the
 * person presenting, 1 to 5 open a step.  False: not in a demonstration, or another key. */
bool view_demo_key(struct app *app, const struct event *ev);

/* The pages (src/ui/views). */
extern const struct view_ops view_home, view_step, view_page, view_unlock, view_start,
    view_journal, view_write, view_grounding, view_tool, view_lines, view_private, view_faq,
    view_overview, view_settings, view_search, view_actions, view_limits, view_error,
    view_checkin, view_back, view_deck, view_measure, view_message;

#endif
