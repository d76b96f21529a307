/* Terminal input, taken apart by hand rather than by curses: curses hands an unknown
 * sequence on as the letters it is made of, and letters are commands here.  So:
 *
 *   CSI  ESC [ params intermediates final     cursor keys, mouse, marks of a paste
 *   SS3  ESC O letter                         cursor and function keys in keypad mode
 *   ESC [ [ A..E                              F1 to F5 of the Linux console
 *   ESC ] P X ^ _ ... BEL or ESC \            answers of a terminal: swallowed
 *   ESC letter                                Alt: word movement, else swallowed
 *
 * A paste comes between ESC[200~ and ESC[201~; nothing within it is a key. */
#include "term_keys.h"
#include "term_background.h"

#include <string.h>

#define ESC 0x1b
#define ESC_WAIT_MS 25      /* or ESCDELAY: a lone Esc must not feel slow */
#define PART_WAIT_MS 100    /* the rest of a sequence over a slow line */
#define PASTE_WAIT_MS 2000  /* an end mark that never comes must not lock the keys */
#define ANSWER_WAIT_MS 2000 /* what is cut off from an answer would be letters */
#define SEQUENCE_MOST 64
#define ANSWER_MOST 4096

static const char paste_end[] = "\033[201~";

/* One step of taking apart: how many bytes, and what they mean (K_NONE: nothing). */
struct step {
	enum { STEP_PART, STEP_DONE, STEP_EVENT } kind;
	size_t used;
};

static struct step part(void)
{
	return (struct step){ STEP_PART, 0 };
}

static struct step done(size_t used)
{
	return (struct step){ STEP_DONE, used };
}

static struct step is_key(struct event *ev, int key, size_t used)
{
	if (key == K_NONE)
		return done(used);
	*ev = (struct event){ .kind = EV_KEY, .key = key };
	return (struct step){ STEP_EVENT, used };
}

static struct step is_char(
    struct keys *k, struct event *ev, int key, struct str s, size_t used)
{
	utf8_clean(&k->text, s, false);
	if (k->text.n == 0)
		return done(used);
	struct step st = is_key(ev, key, used);
	ev->text = buf_str(&k->text);
	return st;
}

/* ---- CSI ---- */
struct csi {
	char prefix; /* '<', '?' or 0 */
	int params[4], count;
	char final;
};

static int tilde_key(int n)
{
	static const int keys[] = { [1] = K_HOME,
		[3] = K_DELETE,
		[4] = K_END,
		[5] = K_PAGE_UP,
		[6] = K_PAGE_DOWN,
		[7] = K_HOME,
		[8] = K_END,
		[11] = K_F1,
		[12] = K_F2,
		[13] = K_F3,
		[14] = K_F3 + 1,
		[15] = K_F3 + 2,
		[17] = K_F3 + 3,
		[18] = K_F3 + 4,
		[19] = K_F3 + 5,
		[20] = K_F3 + 6,
		[21] = K_F3 + 7,
		[23] = K_F3 + 8,
		[24] = K_F12 };

	return n > 0 && n < (int)ARRAY_LEN(keys) ? keys[n] : K_NONE;
}

static int letter_key(char c)
{
	static const int keys['Z' - 'A' + 1] = { K_UP, K_DOWN, K_RIGHT, K_LEFT, K_NONE,
		K_END, K_NONE, K_HOME, ['P' - 'A'] = K_F1, ['Q' - 'A'] = K_F2,
		['R' - 'A'] = K_F3, ['S' - 'A'] = K_F3 + 1, ['Z' - 'A'] = K_BACKTAB };

	return c >= 'A' && c <= 'Z' ? keys[c - 'A'] : K_NONE;
}

/* `modifiers` as xterm counts them: 1 + shift 1, alt 2, ctrl 4. */
static int with_modifiers(int key, int modifiers)
{
	if (modifiers < 2 || ((modifiers - 1) & 6) == 0)
		return key;
	switch (key) {
	case K_LEFT: return K_WORD_LEFT;
	case K_RIGHT: return K_WORD_RIGHT;
	case K_HOME: return K_TOP;
	case K_END: return K_BOTTOM;
	default: return key;
	}
}

static struct step mouse(
    struct event *ev, int button, int col, int row, bool press, size_t used)
{
	if (!press || row < 1 || col < 1)
		return done(used);
	*ev = (struct event){ .row = row - 1, .col = col - 1 };
	if (button == 0) {
		ev->kind = EV_CLICK;
	} else if (button == 64 || button == 65) {
		ev->kind = EV_WHEEL;
		ev->delta = button == 64 ? -1 : 1;
	} else {
		return done(used);
	}
	return (struct step){ STEP_EVENT, used };
}

static struct step csi_meaning(
    struct keys *k, struct event *ev, const struct csi *c, size_t used)
{
	if (c->prefix == '<' && (c->final == 'M' || c->final == 'm'))
		return mouse(
		    ev, c->params[0], c->params[1], c->params[2], c->final == 'M', used);
	if (c->prefix == '?' && c->final == 'c')
		k->asked = false; /* the last of the answers */
	if (c->prefix != 0)
		return done(used);
	if (c->final == '~' && c->params[0] == 200) {
		k->pasting = true;
		return done(used);
	}
	int key = c->final == '~' ? tilde_key(c->params[0]) : letter_key(c->final);
	return is_key(ev, with_modifiers(key, c->params[1]), used);
}

static int console_key(char c)
{
	static const int keys[] = { K_F1, K_F2, K_F3, K_F3 + 1, K_F3 + 2 };

	return c >= 'A' && c <= 'E' ? keys[c - 'A'] : K_NONE;
}

static struct step csi(struct keys *k, struct event *ev, const unsigned char *p, size_t n)
{
	struct csi c = { 0 };
	size_t at = 2;

	if (at < n && p[at] == '[') /* Linux console */
		return n < 4 ? part() : is_key(ev, console_key((char)p[3]), 4);
	if (at < n && p[at] == 'M') /* mouse before SGR: three bytes, counted from 32 */
		return n < 6 ? part() : mouse(ev, p[3] - 32, p[4] - 32, p[5] - 32, true, 6);
	if (at < n && p[at] >= '<' && p[at] <= '?')
		c.prefix = (char)p[at++];
	for (; at < n; at++) {
		if (p[at] >= '0' && p[at] <= '9') {
			if (c.count < 4 && c.params[c.count] < 10000)
				c.params[c.count] = c.params[c.count] * 10 + (p[at] - '0');
		} else if (p[at] == ';') {
			c.count++;
		} else if (p[at] < 0x20 || p[at] > 0x7e) {
			return done(at); /* broken off: what follows is something else */
		} else if (p[at] >= 0x40) {
			c.final = (char)p[at];
			return csi_meaning(k, ev, &c, at + 1);
		} else {
			c.prefix = '?'; /* intermediates: nothing we know */
		}
	}
	return n > SEQUENCE_MOST ? done(n) : part();
}

/* ---- SS3: cursor keys in application mode, F1-F4, the number pad ---- */
static struct step ss3(struct keys *k, struct event *ev, const unsigned char *p, size_t n)
{
	static const char pad[] = "*+,-./0123456789"; /* j to y */
	size_t at = 2;

	while (at < n && at < 8 && ((p[at] >= '0' && p[at] <= '9') || p[at] == ';'))
		at++; /* old xterms put modifiers here */
	if (at >= n)
		return part();
	char c = (char)p[at];
	if ((unsigned char)c < 0x20 || c == 0x7f)
		return done(at);
	if (c >= 'j' && c <= 'y')
		return is_char(
		    k, ev, pad[c - 'j'], (struct str){ &pad[c - 'j'], 1 }, at + 1);
	if (c == 'M')
		return is_key(ev, K_ENTER, at + 1);
	if (c == 'c' || c == 'd') /* rxvt's Ctrl */
		return is_key(ev, c == 'c' ? K_WORD_RIGHT : K_WORD_LEFT, at + 1);
	return is_key(ev, letter_key(c), at + 1);
}

/* ---- answers of a terminal ---- */
static bool heard(struct keys *k, const unsigned char *p, size_t n)
{
	struct str s = { (const char *)p, n };

	if (!str_starts(s, "11;"))
		return false;
	enum background b = background_answer(str_slice(s, 3, s.n));
	if (b == BACKGROUND_UNKNOWN)
		return false;
	k->background = b;
	k->told = true;
	return true;
}

static struct step answer(struct keys *k, const unsigned char *p, size_t n)
{
	for (size_t at = 2; at < n; at++) {
		if (p[at] != 0x07 && p[at] != ESC)
			continue;
		if (p[at] == ESC && at + 1 == n)
			return part();
		bool colour = p[1] == ']' && heard(k, p + 2, at - 2);
		if (p[at] == 0x07)
			return done(at + 1);
		if (p[at + 1] == '\\')
			return done(at + 2);
		/* old rxvts end with Esc alone, and then the next answer begins */
		return done(colour && p[at + 1] == ESC ? at + 1 : at);
	}
	return n > ANSWER_MOST ? done(n) : part();
}

/* Length of the UTF-8 character that begins with `b`; 1 for what cannot begin one. */
static size_t utf8_length(unsigned char b)
{
	return b >= 0xF0 && b < 0xF5   ? 4
	       : b >= 0xE0 && b < 0xF0 ? 3
	       : b >= 0xC2 && b < 0xE0 ? 2
				       : 1;
}

static struct step escape(
    struct keys *k, struct event *ev, const unsigned char *p, size_t n)
{
	if (n < 2)
		return part();
	switch (p[1]) {
	case ESC: return is_key(ev, K_ESC, 1);
	case '[': return csi(k, ev, p, n);
	case 'O': return ss3(k, ev, p, n);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_': return answer(k, p, n);
	case 'b': return is_key(ev, K_WORD_LEFT, 2);
	case 'f': return is_key(ev, K_WORD_RIGHT, 2);
	case 0x08:
	case 0x7f: return is_key(ev, K_WORD_BACKSPACE, 2);
	default: break;
	}
	size_t len =
	    utf8_length(p[1]); /* Alt and a letter: nothing, and no letter either */
	return 1 + len > n ? part() : done(1 + len);
}

static int control_key(unsigned char b)
{
	switch (b) {
	case 0: return K_NONE;
	case 0x08:
	case 0x7f: return K_BACKSPACE;
	case '\t': return K_TAB;
	case '\n':
	case '\r': return K_ENTER;
	default: return b <= 26 ? K_CTRL('a' + b - 1) : K_CTRL(b + 0x40);
	}
}

static struct step plain(struct keys *k, struct event *ev, const unsigned char *p, size_t n)
{
	if (p[0] < 0x20 || p[0] == 0x7f)
		return is_key(ev, control_key(p[0]), 1);
	if (p[0] < 0x80)
		return is_char(k, ev, p[0], (struct str){ (const char *)p, 1 }, 1);
	size_t len = utf8_length(p[0]);
	for (size_t i = 1; i < len; i++) {
		if (i >= n)
			return part();
		if ((p[i] & 0xC0) != 0x80)
			return done(i);
	}
	struct str s = { (const char *)p, len };
	return utf8_valid(s) ? is_char(k, ev, K_TEXT, s, len) : done(len);
}

/* ---- paste ---- */
static void paste_take(struct keys *k, const unsigned char *p, size_t n)
{
	size_t room = KEYS_PASTE_MOST - k->paste.n;

	buf_add(&k->paste, (struct str){ (const char *)p, n < room ? n : room });
}

/* An answer that came while the terminal sent the paste. */
static void paste_answers(struct keys *k)
{
	struct event ev;

	for (size_t at = 0; at + 2 < k->paste.n; at++) {
		const unsigned char *p = (const unsigned char *)k->paste.s + at;
		size_t n = k->paste.n - at;
		struct step st = done(0);
		if (str_starts((struct str){ (const char *)p, n }, "\033]11;rgb"))
			st = answer(k, p, n);
		else if (k->asked && p[0] == ESC && memcmp(p + 1, "[?", 2) == 0)
			st = csi(k, &ev, p, n);
		if (st.kind == STEP_DONE && st.used > 0)
			buf_splice(&k->paste, at--, st.used, (struct str){ 0 });
	}
}

static struct step paste_over(struct keys *k, struct event *ev, size_t used)
{
	k->pasting = false;
	paste_answers(k);
	utf8_clean(&k->text, buf_str(&k->paste), true);
	buf_free(&k->paste);
	if (k->text.n == 0)
		return done(used);
	*ev = (struct event){ .kind = EV_KEY, .key = K_PASTE, .text = buf_str(&k->text) };
	return (struct step){ STEP_EVENT, used };
}

static struct step pasted(
    struct keys *k, struct event *ev, const unsigned char *p, size_t n)
{
	size_t mark = sizeof(paste_end) - 1;
	const unsigned char *end = memmem(p, n, paste_end, mark);

	if (end != NULL) {
		paste_take(k, p, (size_t)(end - p));
		return paste_over(k, ev, (size_t)(end - p) + mark);
	}
	size_t keep = mark - 1 < n ? mark - 1 : n; /* half an end mark may stand there */
	while (keep > 0 && memcmp(p + n - keep, paste_end, keep) != 0)
		keep--;
	paste_take(k, p, n - keep);
	return n == keep ? part() : done(n - keep);
}

/* ---- all together ---- */
static struct step take(struct keys *k, struct event *ev, bool late)
{
	const unsigned char *p = (const unsigned char *)k->in.s + k->at;
	size_t n = k->in.n - k->at;

	if (k->pasting && late && n == 0)
		return paste_over(k, ev, 0);
	if (n == 0)
		return part();
	struct step st = k->pasting    ? pasted(k, ev, p, n)
			 : p[0] == ESC ? escape(k, ev, p, n)
				       : plain(k, ev, p, n);
	if (st.kind != STEP_PART || !late)
		return st;
	if (k->pasting) {
		paste_take(k, p, n);
		return paste_over(k, ev, n);
	}
	if (n > 1 || p[0] != ESC)
		return done(n);
	k->lone = k->asked;
	return is_key(ev, K_ESC, 1);
}

void keys_feed(struct keys *k, const void *bytes, size_t n)
{
	buf_splice(&k->in, 0, k->at, (struct str){ 0 });
	k->at = 0;
	/* cut right after its Esc, an answer would be letters */
	if (k->lone && n > 1 &&
	    (memcmp(bytes, "]1", 2) == 0 || memcmp(bytes, "[?", 2) == 0))
		buf_addc(&k->in, ESC);
	k->lone = false;
	buf_add(&k->in, (struct str){ bytes, n });
}

enum keys_state keys_next(struct keys *k, struct event *ev, bool late)
{
	*ev = (struct event){ 0 };
	if (k->text.cap > 256)
		buf_free(&k->text);
	buf_clear(&k->text);
	while (k->at < k->in.n || (k->pasting && late)) {
		struct step st = take(k, ev, late);
		if (st.kind == STEP_PART)
			return KEYS_PART;
		if (st.used > 0)
			explicit_bzero(k->in.s + k->at, st.used);
		k->at += st.used;
		if (st.kind == STEP_EVENT)
			return KEYS_EVENT;
	}
	return k->pasting ? KEYS_PART : KEYS_EMPTY;
}

/* The beginning of an answer.  Once the question is answered only one that is beyond doubt:
 * some terminals ask another one, and are late. */
static bool answer_begins(struct str s, bool asked)
{
	if (str_starts(s, "\033]11;"))
		return true;
	return asked &&
	       (str_is(s, "\033[") || str_starts(s, "\033[?") || str_is(s, "\033]") ||
		   str_is(s, "\033]1") || str_is(s, "\033]11"));
}

int keys_patience(const struct keys *k)
{
	struct str left = str_slice(buf_str(&k->in), k->at, k->in.n);
	int wait = answer_begins(left, k->asked) ? ANSWER_WAIT_MS : PART_WAIT_MS;

	if (k->pasting)
		wait = PASTE_WAIT_MS;
	else if (str_is(left, "\033"))
		wait = ESC_WAIT_MS;
	return wait > k->least_ms ? wait : k->least_ms;
}

void keys_free(struct keys *k)
{
	buf_free(&k->in);
	buf_free(&k->text);
	buf_free(&k->paste);
	*k = (struct keys){ 0 };
}
