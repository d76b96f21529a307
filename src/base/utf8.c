/* UTF-8 by grapheme.  utf8proc knows where graphemes end, how text is composed and what a
 * letter is without its accent; the C library knows how wide a character is, because curses
 * asks the same library. */
#include "remanso/base.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#define REPLACEMENT 0xFFFD

int32_t utf8_point(struct str s, size_t at, size_t *len)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate(
	    (const utf8proc_uint8_t *)s.s + at, (utf8proc_ssize_t)(s.n - at), &c);

	if (n <= 0) {
		c = REPLACEMENT;
		n = 1;
	}
	if (len != NULL)
		*len = (size_t)n;
	return c;
}

bool utf8_valid(struct str s)
{
	for (size_t at = 0; at < s.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.s + at, (utf8proc_ssize_t)(s.n - at), &c);
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

size_t utf8_next(struct str s, size_t at)
{
	size_t len;
	utf8proc_int32_t state = 0;

	if (at >= s.n)
		return s.n;
	int32_t before = utf8_point(s, at, &len);
	at += len;
	while (at < s.n) {
		int32_t c = utf8_point(s, at, &len);
		if (utf8proc_grapheme_break_stateful(before, c, &state))
			break;
		before = c;
		at += len;
	}
	return at;
}

size_t utf8_prev(struct str s, size_t at)
{
	/* Graphemes are found going forward.  A line feed always ends one, so start there;
	 * in a very long line, start where no cluster of sane length can still be open. */
	size_t from = at > s.n ? s.n : at, stop = from, last = 0;

	while (from > 0 && stop - from < 256 && s.s[from - 1] != '\n')
		from--;
	while (from < stop && from > 0 && ((unsigned char)s.s[from] & 0xC0) == 0x80)
		from++;
	if (from == stop)
		return from > 0 ? from - 1 : 0;
	for (last = from; from < stop; from = utf8_next(s, from))
		last = from;
	return last;
}

int utf8_width(struct str s)
{
	int width = 0;

	for (size_t at = 0; at < s.n;) {
		if ((unsigned char)s.s[at] >= 0x20 && (unsigned char)s.s[at] < 0x7f &&
		    (at + 1 == s.n || (unsigned char)s.s[at + 1] < 0x80)) {
			width++;
			at++;
			continue;
		}
		size_t end = utf8_next(s, at);
		int widest = 0;
		while (at < end) {
			size_t len;
			int32_t c = utf8_point(s, at, &len);
			int w = wcwidth((wchar_t)c);
			if (w < 0 && c >= 0x20 && c != 0x7f)
				w = 1; /* newer than the C library: drawn as a box */
			if (w > widest)
				widest = w;
			at += len;
		}
		width += widest;
	}
	return width;
}

/* `s` with every bad byte replaced, so that utf8proc_map() cannot fail on it. */
static struct str repaired(struct arena *a, struct str s)
{
	if (utf8_valid(s))
		return s;
	char *out = arena_alloc(a, 3, s.n + 1);
	size_t n = 0;
	for (size_t at = 0, len; at < s.n; at += len)
		n += (size_t)utf8proc_encode_char(
		    utf8_point(s, at, &len), (utf8proc_uint8_t *)out + n);
	return (struct str){ out, n };
}

static struct str mapped(struct arena *a, struct str s, int options)
{
	utf8proc_uint8_t *out = NULL;
	struct str good = repaired(a, s);
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)(good.n ? good.s : ""),
	    (utf8proc_ssize_t)good.n, &out, (utf8proc_option_t)options);

	if (n < 0 || out == NULL)
		die("out of memory");
	struct str copy = arena_dup(a, (struct str){ (const char *)out, (size_t)n });
	explicit_bzero(out, (size_t)n);
	free(out);
	return copy;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.s[i] >= 0x80)
			return false;
	return true;
}

struct str utf8_nfc(struct arena *a, struct str s)
{
	if (is_ascii(s))
		return arena_dup(a, s);
	return mapped(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct str utf8_fold(struct arena *a, struct str s)
{
	return mapped(a, s,
	    UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
}

bool utf8_find(struct str hay, struct str needle, size_t from, size_t *at, size_t *len)
{
	if (needle.n == 0)
		return false;
	/* Folded text has other offsets, so fold grapheme by grapheme and walk along. */
	struct arena *a = arena_new();
	bool found = false;
	for (size_t start = from; start < hay.n && !found; start = utf8_next(hay, start)) {
		size_t end = start, matched = 0;
		while (end < hay.n && matched < needle.n) {
			size_t next = utf8_next(hay, end);
			struct str f = utf8_fold(a, str_slice(hay, end, next));
			if (f.n > needle.n - matched ||
			    (f.n > 0 && memcmp(f.s, needle.s + matched, f.n) != 0))
				break;
			matched += f.n;
			end = next;
		}
		if (matched == needle.n) {
			*at = start;
			*len = end - start;
			found = true;
		}
	}
	arena_free(a);
	return found;
}

/* Characters that never help a reader and can mislead a terminal. */
static bool is_hidden(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x00AD || c == 0x061C ||
	       (c >= 0x200B && c <= 0x200C) || (c >= 0x200E && c <= 0x200F) ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
	       c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFC) ||
	       (c >= 0xE0000 && c <= 0xE007F) || c == REPLACEMENT;
}

void utf8_clean(struct buf *out, struct str s, bool keep_newlines)
{
	struct arena *a = arena_new();
	struct str text = utf8_nfc(a, s);

	for (size_t at = 0, len; at < text.n; at += len) {
		int32_t c = utf8_point(text, at, &len);
		bool cr = c == '\r';
		if (cr && at + 1 < text.n && text.s[at + 1] == '\n')
			continue; /* CR LF: the LF counts */
		if (c == '\n' || cr)
			buf_addc(out, keep_newlines ? '\n' : ' ');
		else if (c == '\t')
			buf_addc(out, ' ');
		else if (!is_hidden(c))
			buf_add(out, str_slice(text, at, at + len));
	}
	arena_free(a);
}
