/* What a person types into a search as words for FTS5. */
#include "db.h"

#include <string.h>
#include <utf8proc.h>

#define WORDS_MAX 16
#define SHORT_TAIL 2 /* letters */

/* What the tokenizer makes a word of: letters and numbers of any script. */
static bool is_letter(int32_t c)
{
	utf8proc_category_t k = utf8proc_category(c);

	return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) ||
	       (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

/* How many letters, and how many other characters. */
static void letters_of(struct str s, size_t *letters, size_t *others)
{
	*letters = *others = 0;
	for (size_t at = 0, len; at < s.n; at += len)
		++*(is_letter(utf8_point(s, at, &len)) ? letters : others);
}

/* Cut the next piece between blanks (and controls) that holds a letter off `rest`. */
static bool next_piece(struct str *rest, struct str *piece)
{
	size_t letters, others;

	while (rest->n > 0) {
		size_t end = 0;
		while (end < rest->n && (unsigned char)rest->s[end] > ' ')
			end++;
		*piece = str_slice(*rest, 0, end);
		*rest = str_slice(*rest, end > 0 ? end : 1, rest->n);
		letters_of(*piece, &letters, &others);
		if (letters > 0)
			return true;
	}
	return false;
}

/* A quoted phrase: no character in it means anything to FTS5, and its tokenizer drops what
 * is no letter. */
static void add_phrase(struct buf *b, struct str piece)
{
	if (b->n > 0)
		buf_addc(b, ' ');
	buf_addc(b, '"');
	for (size_t i = 0; i < piece.n; i++)
		buf_addc(b, piece.s[i] == '"' ? ' ' : piece.s[i]);
	buf_addc(b, '"');
}

struct match match_of(struct arena *a, struct str words)
{
	struct buf b = { 0 };
	struct str rest = words, piece, last = { 0 };
	struct match m = { 0 };
	size_t lead = 0, letters, others;

	for (int n = 0; n < WORDS_MAX && next_piece(&rest, &piece); n++) {
		lead = b.n;
		last = piece;
		add_phrase(&b, piece);
	}
	if (b.n > 0)
		buf_addc(&b, '*');
	m.all = arena_dup(a, buf_str(&b));
	m.lead = str_slice(m.all, 0, lead);
	last = utf8_fold(a, last);
	letters_of(last, &letters, &others);
	if (letters <= SHORT_TAIL && others == 0)
		m.tail = last;
	buf_free(&b);
	return m;
}

bool match_begins(struct str text, struct str tail)
{
	struct arena *a = arena_new();
	struct str s = utf8_fold(a, text);
	bool inside = false, found = false;

	for (size_t at = 0, len; at + tail.n <= s.n && !found; at += len) {
		bool letter = is_letter(utf8_point(s, at, &len));
		found = letter && !inside && memcmp(s.s + at, tail.s, tail.n) == 0;
		inside = letter;
	}
	arena_free(a);
	return found;
}
