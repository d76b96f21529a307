/* Reading lines: words that mean an action, and the fields one writes in. */
#include "plain_in.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* ---- lines ---- */

/* Stop the echo of a terminal.  Done before the prompt is shown: a passphrase may be typed as
 * soon as that is read, and what was typed before it stays in the queue. */
static bool hide(struct plain *p, struct termios *before)
{
	struct termios now;
	int fd = fileno(p->in);

	if (fd < 0 || tcgetattr(fd, before) != 0)
		return false;
	now = *before;
	now.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(fd, TCSADRAIN, &now) == 0;
}

/* A person may sit before the prompt for long: drafts, and the lock, go on meanwhile.  False
 * when another page came up by itself. */
static bool wait_input(struct plain *p)
{
	int fd = fileno(p->in);
	const struct view *top = app_top(p->app);

	if (fd < 0 || !isatty(fd))
		return true;
	for (;;) {
		struct pollfd one = { .fd = fd, .events = POLLIN };

		if (poll(&one, 1, app_wait(p->app)) != 0)
			return true;
		app_housekeeping(p->app);
		if (app_top(p->app) != top)
			return false;
	}
}

void plain_wipe(struct plain *p)
{
	if (p->line != NULL)
		explicit_bzero(p->line, p->line_cap);
}

/* As if it had been typed there; what no terminal should get is left out. */
static void echo(struct plain *p, struct str line)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, line, false);
	if (clean.n > 0)
		plain_print(p, 0, 2, buf_str(&clean));
	else
		(void)fputc('\n', p->out);
	buf_free(&clean);
}

bool plain_read(struct plain *p, bool secret, struct str *line)
{
	struct termios before;
	bool hidden, waited;
	ssize_t n;

	hidden = secret && hide(p, &before);
	(void)fputs("> ", p->out);
	(void)fflush(p->out);
	waited = wait_input(p);
	n = waited ? getline(&p->line, &p->line_cap, p->in) : 0;
	if (hidden)
		(void)tcsetattr(fileno(p->in), TCSADRAIN, &before);
	if (!waited) {
		(void)fputc('\n', p->out);
		*line = (struct str){ 0 };
		return false;
	}
	if (n < 0) {
		(void)fputc('\n', p->out);
		p->ended = true;
		return false;
	}
	*line = (struct str){ p->line, (size_t)n };
	while (
	    line->n > 0 && (line->s[line->n - 1] == '\n' || line->s[line->n - 1] == '\r'))
		line->n--;
	if (hidden || (p->echo ? secret : fileno(p->in) < 0 || !isatty(fileno(p->in))))
		(void)fputc('\n', p->out); /* no terminal has done it */
	else if (p->echo)
		echo(p, *line);
	p->app->stack->input_at = app_mono(p->app);
	return true;
}

/* ---- words ---- */

struct word {
	enum action act;
	const char *all; /* in every language at once, without accents */
};

static const struct word words[] = {
	{ ACT_BACK, "back atras volver" },
	{ ACT_HELP, "help ayuda ?" },
	{ ACT_LEAVE, "leave salir quit exit" },
	{ ACT_GROUND, "ground presente grounding" },
	{ ACT_SKIP, "skip saltar omitir" },
	{ ACT_MORE, "more mas" },
	{ ACT_LINES, "lines lineas" },
	{ ACT_LANG, "language idioma espanol english" },
	{ ACT_UNDO, "undo deshacer" },
	{ ACT_SAVE, "save guardar" },
	{ ACT_LOCK, "lock bloquear" },
	{ ACT_SEARCH, "search buscar" },
	{ ACT_SETTINGS, "settings ajustes" },
	{ ACT_LIMITS, "limits limites" },
	{ ACT_PAUSE, "pause pausa" },
	{ ACT_LIGHTER, "shorter breve" },
	{ ACT_DELETE, "delete borrar" },
	{ ACT_NEW, "new nuevo nueva" },
};

int plain_word(const struct sheet *s, struct str line)
{
	struct arena *a = arena_new();
	struct str typed = utf8_fold(a, str_trim(line)), rest, one;
	int act = -1;

	for (size_t i = 0; act < 0 && typed.n > 0 && i < s->action_count; i++) {
		enum action it = s->actions[i].act;
		struct str own;

		if (it == ACT_COUNT || it == ACT_OPEN)
			continue;
		own = s->actions[i].word.n > 0 ? s->actions[i].word : action_word(it);
		if (str_eq(utf8_fold(a, own), typed))
			act = (int)it;
	}
	for (size_t i = 0; act < 0 && i < ARRAY_LEN(words); i++) {
		rest = str_from(words[i].all);
		while (str_cut(&rest, ' ', &one)) {
			if (str_eq(one, typed))
				act = (int)words[i].act;
		}
	}
	arena_free(a);
	return act;
}

void plain_words(struct plain *p, const struct sheet *s, struct buf *out)
{
	bool skip = sheet_action(s, ACT_SKIP) >= 0;

	for (size_t i = 0; i < s->count; i++)
		skip =
		    skip || (s->blocks[i].kind == BLOCK_SCALE && s->blocks[i].number < 0);
	if (skip)
		buf_addf(out, "%s, ", _("skip"));
	for (size_t i = 0; i < s->action_count; i++) {
		enum action act = s->actions[i].act;
		struct str word;

		if (act == ACT_COUNT || act == ACT_OPEN || act == ACT_NEXT ||
		    act == ACT_PREV || act == ACT_SKIP || action_everywhere(act) ||
		    !s->actions[i].footer || s->actions[i].why_not.n > 0)
			continue;
		word = s->actions[i].word.n > 0 ? s->actions[i].word : action_word(act);
		buf_addf(out, "%.*s, ", STR_ARG(word));
	}
	if (app_depth(p->app) > 1)
		buf_addf(out, "%s, ", _("back"));
	if (!s->neutral)
		buf_addf(out, "%s, ", _("ground"));
	buf_addf(out, "%s, %s.", _("help"), _("leave"));
}

/* ---- fields ---- */

bool plain_one_line(const struct sheet *s, const struct block *b)
{
	return b->password || b->rows == 1 || sheet_beside(s, b);
}

static void typed(struct plain *p, int id)
{
	struct view *v = app_top(p->app);

	if (v->ops->typed != NULL)
		v->ops->typed(v, id);
}

static void put(struct plain *p, struct editor *ed, struct str line, int id)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, line, false);
	if (!editor_insert(ed, buf_str(&clean)))
		plain_line(p, _("This field is full."));
	buf_free(&clean);
	typed(p, id);
}

/* Key by key, so that the field knows that it was changed and can undo it. */
static void empty(struct editor *ed)
{
	struct event ev = { .kind = EV_KEY, .key = K_BACKSPACE };

	editor_place(ed, editor_text(ed).n);
	while (editor_text(ed).n > 0 && editor_key(ed, &ev, 1000))
		;
}

static void write_one(struct plain *p, const struct block *b, struct str line)
{
	struct editor *ed = b->editor;
	int id = b->id;

	if (line.n == 0)
		return;
	empty(ed);
	put(p, ed, line, id);
	app_pick(p->app, id);
}

static void write_many(struct plain *p, int id)
{
	struct str line;
	struct event enter = { .kind = EV_KEY, .key = K_ENTER };
	const struct block *b = sheet_block(&p->app->stack->sheet, id);
	struct editor *ed = b->editor;
	bool first = true;

	editor_place(ed, editor_text(ed).n);
	while (plain_read(p, false, &line) && !str_is(line, ".")) {
		if (!first || editor_text(ed).n > 0)
			(void)editor_key(ed, &enter, 1000);
		first = false;
		put(p, ed, line, id);
		app_housekeeping(p->app); /* a draft may be sealed while one still writes */
		if (sheet_block(&p->app->stack->sheet, id) == NULL)
			return;
	}
}

void plain_write(struct plain *p, int id)
{
	struct view *v = app_top(p->app);
	const struct sheet *s = &p->app->stack->sheet;
	const struct block *b = sheet_block(s, id);
	struct str line;
	struct buf ask = { 0 };
	int next;

	if (b == NULL || b->editor == NULL)
		return;
	next = sheet_step(s, id, 1);
	if (plain_one_line(s, b)) {
		if (b->label.n > 0)
			buf_addf(&ask, "%.*s: ", STR_ARG(b->label));
		buf_add(&ask, str_from(_("one line; an empty one changes nothing.")));
		plain_print(p, 0, 0, buf_str(&ask));
		if (plain_read(p, b->password, &line))
			write_one(p, b, line);
	} else {
		if (b->label.n > 0)
			plain_print(p, 0, 0, b->label);
		plain_line(
		    p, editor_text(b->editor).n > 0
			   ? _("Write on; what stands there stays. A single . ends it.")
			   : _("Write as many lines as you like. A single . ends it."));
		write_many(p, id);
	}
	buf_free(&ask);
	/* On to the next block, as Tab does: that is when the words are kept. */
	if (!p->ended && app_top(p->app) == v && v->focus == id && next != 0 &&
	    p->app->stack->queued == 0)
		v->focus = next;
}
