/* A terminal without a terminal, for tests: events come from a queue, and what was shown
 * last can be looked at. */
#include "remanso/term.h"

#include <stdlib.h>
#include <string.h>

struct term_script {
	struct term base;
	struct canvas last;
	struct item {
		struct event ev;
		char *text; /* a copy of our own */
	} * queue;
	size_t count, at, cap;
	struct buf text; /* of the last event */
	int64_t *clock_ms;
	bool closed;
};

static struct term_script *of(struct term *t)
{
	return (struct term_script *)(void *)t;
}

static void item_free(struct item *item)
{
	if (item->text != NULL)
		explicit_bzero(item->text, item->ev.text.n);
	free(item->text);
	*item = (struct item){ 0 };
}

static bool term_script_next(struct term *base, struct event *ev, int timeout_ms)
{
	struct term_script *t = of(base);

	(void)timeout_ms;
	*ev = (struct event){ .kind = EV_END };
	if (t->closed || t->at == t->count)
		return false;
	struct item *item = &t->queue[t->at++];
	*ev = item->ev;
	buf_clear(&t->text);
	buf_add(&t->text, ev->text);
	item_free(item);
	ev->text = buf_str(&t->text);
	if (ev->kind == EV_RESIZE) {
		base->rows = ev->rows;
		base->cols = ev->cols;
	}
	if (ev->kind == EV_NONE && t->clock_ms != NULL)
		*t->clock_ms += (int64_t)ev->delta * 1000;
	return true;
}

static void term_script_show(struct term *base, const struct canvas *c)
{
	struct term_script *t = of(base);

	canvas_resize(&t->last, c->rows, c->cols);
	memcpy(
	    t->last.cells, c->cells, (size_t)c->rows * (size_t)c->cols * sizeof(*c->cells));
	if (base->ascii)
		canvas_to_ascii(&t->last);
	t->last.cursor_row = c->cursor_row;
	t->last.cursor_col = c->cursor_col;
	t->last.cursor_shown = c->cursor_shown;
}

static void term_script_close(struct term *base)
{
	struct term_script *t = of(base);

	t->closed = true;
	if (t->last.cells != NULL)
		canvas_clear(&t->last);
}

static void nothing(struct term *base)
{
	(void)base;
}

static void no_theme(struct term *base, const char *theme)
{
	(void)base;
	(void)theme;
}

struct term *term_script_open(int rows, int cols)
{
	struct term_script *t = calloc(1, sizeof(*t));

	if (t == NULL)
		die("out of memory");
	t->base = (struct term){ .next = term_script_next,
		.show = term_script_show,
		.close = term_script_close,
		.suspend = nothing,
		.theme = no_theme,
		.redraw = nothing,
		.rows = rows,
		.cols = cols };
	canvas_resize(&t->last, rows, cols);
	return &t->base;
}

void term_script_free(struct term *t)
{
	struct term_script *s = of(t);

	if (s == NULL)
		return;
	for (size_t i = s->at; i < s->count; i++)
		item_free(&s->queue[i]);
	free(s->queue);
	buf_free(&s->text);
	canvas_free(&s->last);
	free(s);
}

void term_script_clock(struct term *t, int64_t *ms)
{
	of(t)->clock_ms = ms;
}

const struct canvas *term_script_canvas(const struct term *t)
{
	return &((const struct term_script *)(const void *)t)->last;
}

void term_script_feed(struct term *t, const struct event *ev)
{
	struct term_script *s = of(t);

	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap * 2;
		s->queue = realloc(s->queue, s->cap * sizeof(*s->queue));
		if (s->queue == NULL)
			die("out of memory");
	}
	struct item item = { .ev = *ev };
	if (ev->text.n > 0) {
		item.text = malloc(ev->text.n);
		if (item.text == NULL)
			die("out of memory");
		memcpy(item.text, ev->text.s, ev->text.n);
	}
	item.ev.text.s = item.text;
	s->queue[s->count++] = item;
}

/* ---- lines of a script ---- */
static const struct key_name {
	const char *name;
	int key;
} key_names[] = {
	{ "Enter", K_ENTER },
	{ "Escape", K_ESC },
	{ "Tab", K_TAB },
	{ "BTab", K_BACKTAB },
	{ "Up", K_UP },
	{ "Down", K_DOWN },
	{ "Left", K_LEFT },
	{ "Right", K_RIGHT },
	{ "Home", K_HOME },
	{ "End", K_END },
	{ "PPage", K_PAGE_UP },
	{ "PageUp", K_PAGE_UP },
	{ "NPage", K_PAGE_DOWN },
	{ "PageDown", K_PAGE_DOWN },
	{ "BSpace", K_BACKSPACE },
	{ "DC", K_DELETE },
	{ "Delete", K_DELETE },
	{ "C-Left", K_WORD_LEFT },
	{ "C-Right", K_WORD_RIGHT },
	{ "C-Home", K_TOP },
	{ "C-End", K_BOTTOM },
	{ "M-b", K_WORD_LEFT },
	{ "M-f", K_WORD_RIGHT },
	{ "M-BSpace", K_WORD_BACKSPACE },
	{ "Space", K_CHAR(' ') },
	{ "F1", K_F1 },
	{ "F2", K_F2 },
};

static int key_of(struct str name)
{
	int n;

	for (size_t i = 0; i < ARRAY_LEN(key_names); i++)
		if (str_is(name, key_names[i].name))
			return key_names[i].key;
	if (name.n == 3 && str_starts(name, "C-") && name.s[2] > 0x20 && name.s[2] < 0x7f)
		return K_CTRL(name.s[2]);
	if (name.n > 1 && name.s[0] == 'F' && str_int(str_slice(name, 1, name.n), &n) &&
	    n >= 3 && n <= 12)
		return K_F3 + n - 3;
	return name.n == 1 ? K_CHAR(name.s[0]) : K_NONE;
}

static bool feed_keys(struct term *t, struct str names)
{
	struct str name;

	while (str_cut(&names, ' ', &name)) {
		if (name.n == 0)
			continue;
		int key = key_of(name);
		struct event ev = { .kind = EV_KEY, .key = key };
		char c = (char)key;
		if (key == K_NONE)
			return false;
		if (key < 0x80)
			ev.text = (struct str){ &c, 1 };
		term_script_feed(t, &ev);
	}
	return true;
}

/* By code point, as they come from a keyboard. */
static void feed_text(struct term *t, struct str s)
{
	for (size_t at = 0, len; at < s.n; at += len) {
		int32_t c = utf8_point(s, at, &len);
		struct event ev = { .kind = EV_KEY,
			.key = c < 0x80 ? c : K_TEXT,
			.text = str_slice(s, at, at + len) };
		term_script_feed(t, &ev);
	}
}

/* Two characters, '\' and 'n', are a line feed. */
static void feed_paste(struct term *t, struct str s)
{
	struct buf raw = { 0 }, text = { 0 };

	for (size_t i = 0; i < s.n; i++) {
		bool lf = s.s[i] == '\\' && i + 1 < s.n && s.s[i + 1] == 'n';
		buf_addc(&raw, lf ? '\n' : s.s[i]);
		i += lf;
	}
	utf8_clean(&text, buf_str(&raw), true);
	struct event ev = { .kind = EV_KEY, .key = K_PASTE, .text = buf_str(&text) };
	term_script_feed(t, &ev);
	buf_free(&raw);
	buf_free(&text);
}

static bool two_numbers(struct str s, char sep, int *a, int *b)
{
	struct str first;

	return str_cut(&s, sep, &first) && str_int(first, a) && str_int(s, b);
}

bool term_script_line(struct term *t, struct str line)
{
	struct str rest = line, verb;
	struct event ev = { 0 };

	if (str_trim(line).n == 0 || line.s[0] == '#')
		return true;
	(void)str_cut(&rest, ' ', &verb);
	if (str_is(verb, "key"))
		return feed_keys(t, rest);
	if (str_is(verb, "type")) {
		feed_text(t, rest);
		return true;
	}
	if (str_is(verb, "paste")) {
		feed_paste(t, rest);
		return true;
	}
	rest = str_trim(rest);
	if (str_is(verb, "size") && two_numbers(rest, 'x', &ev.cols, &ev.rows))
		ev.kind = EV_RESIZE;
	else if (str_is(verb, "click") && two_numbers(rest, ' ', &ev.row, &ev.col))
		ev.kind = EV_CLICK;
	else if (str_is(verb, "wheel") && str_int(rest, &ev.delta))
		ev.kind = EV_WHEEL;
	else if (str_is(verb, "suspend"))
		ev.kind = EV_SUSPEND;
	else if (str_is(verb, "end"))
		ev.kind = EV_END;
	else if (!str_is(verb, "tick") || !str_int(rest, &ev.delta))
		return false;
	term_script_feed(t, &ev);
	return true;
}
