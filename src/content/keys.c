/* "Ctrl-X", "F1", "Esc", "press q": names of keys that would be wrong as soon as the key
 * moves.  Words are read one by one; a key counts as one when it cannot be anything else
 * ("Ctrl-X"), or when a word such as "press" stands before it ("press Enter"), because feet
 * and lips are pressed as well. */
#include "keys.h"

#include "spec.h"

#include <string.h>
#include <strings.h>

struct word {
	struct str s; /* without what is put around words */
	bool quoted;  /* something was put around it */
	bool last;    /* of its phrase: a comma, a full stop or the end comes */
};

static const char around[] = "\"'`*_()[]<>";

/* The next word, or one with s.n == 0 at the end. */
static struct word next_word(struct str *rest)
{
	struct word w = { 0 };

	while (w.s.n == 0 && rest->n > 0) {
		size_t n;

		str_cut(rest, ' ', &w.s);
		n = w.s.n;
		while (w.s.n > 0 && strchr(around, w.s.s[0]))
			w.s = str_slice(w.s, 1, w.s.n);
		while (w.s.n > 1 && strchr(".,;:!", w.s.s[w.s.n - 1])) {
			w.last = true;
			w.s.n--;
		}
		while (w.s.n > 0 && strchr(around, w.s.s[w.s.n - 1]))
			w.s.n--;
		w.quoted = n > w.s.n + w.last;
		/* a full stop within the quotes */
		while (w.s.n > 1 && strchr(".,;:!", w.s.s[w.s.n - 1])) {
			w.last = true;
			w.s.n--;
		}
	}
	w.last = w.last || rest->n == 0;
	return w;
}

static bool is_any(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == s.n && strncasecmp(list[i], s.s, s.n) == 0)
			return true;
	return false;
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "Ctrl-X", "Control+G", "^X", "Alt-F4". */
static bool is_chord(struct str s)
{
	static const char *const with[] = { "ctrl", "control", "alt", "shift", "cmd",
		"super" };

	if (s.n == 2 && s.s[0] == '^')
		return is_alnum(s.s[1]);
	for (size_t i = 0; i < ARRAY_LEN(with); i++) {
		size_t n = strlen(with[i]);

		if (s.n > n + 1 && strncasecmp(s.s, with[i], n) == 0 &&
		    (s.s[n] == '-' || s.s[n] == '+') && is_alnum(s.s[n + 1]) &&
		    (i == 0 || s.n == n + 2 || s.s[n] == '+'))
			return true;
	}
	return false;
}

/* Words that stand for nothing but a key. */
static bool is_key(struct str s)
{
	int n;

	if (s.n > 1 && s.n < 4 && s.s[0] == 'F')
		return str_int(str_slice(s, 1, s.n), &n) && n >= 1 && n <= 12;
	return str_is(s, "Esc") || str_is(s, "ESC") || str_is(s, "Ctrl") || is_chord(s);
}

static bool is_press(struct str s)
{
	static const char *const words[] = { "press", "pressing", "pulsa", "pulsar",
		"pulsas", "pulse", "presiona", "presionar", "presionas", "oprime",
		"oprimir", "teclea", "teclear", "tecla", "key" };

	return is_any(s, words, ARRAY_LEN(words));
}

static bool between(struct str s)
{
	static const char *const words[] = { "the", "key", "la", "tecla", "letra",
		"letter" };

	return is_any(s, words, ARRAY_LEN(words));
}

/* After "press". */
static bool is_pressed(const struct word *w)
{
	static const char *const names[] = { "enter", "return", "tab", "escape", "intro",
		"backspace", "tabulador", "retroceso", "supr", "pgup", "pgdn" };
	/* "presiona a", "presiona y suelta": words of one letter. */
	bool small = w->s.n == 1 && strchr("aeiouyAEIOUY", w->s.s[0]);

	if (w->s.n == 1 && !small)
		return (is_alnum(w->s.s[0]) && (w->s.s[0] > '9' || w->quoted)) ||
		       strchr("?/:", w->s.s[0]);
	return (small && (w->quoted || w->last)) || is_any(w->s, names, ARRAY_LEN(names));
}

/* Phone menus are pressed too; what was published stays as it was. */
static bool exempt(const struct raw_card *c)
{
	return c->kind == CARD_LINE || c->kind == CARD_MEASURE || c->kind == CARD_TERM;
}

void keys_check(struct str words, const struct raw_card *c, int line)
{
	bool pressing = false;

	if (exempt(c))
		return;
	for (struct word w = next_word(&words); w.s.n > 0; w = next_word(&words)) {
		if (is_key(w.s) || (pressing && is_pressed(&w))) {
			report_error(c->file->all, c->file->label, line,
			    _("'%.*s' is a key written by hand, and keys may move; write what it "
			      "does: {key_leave}, {key_help} and the others in data/README.md"),
			    STR_ARG(w.s));
			return;
		}
		pressing = is_press(w.s) || (pressing && between(w.s));
		pressing = pressing && !w.last;
	}
}
