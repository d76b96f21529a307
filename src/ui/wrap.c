/* Breaking text into lines that fit.  Greedy: every line takes as much as it can. */
#include "remanso/canvas.h"

#define EM_DASH 0x2014

static bool is_ascii(struct str s, size_t at)
{
	return (unsigned char)s.s[at] < 0x80;
}

/* Width of the grapheme at `at`, and where it ends.  Plain letters take the short road:
 * a journal of 100 KB is wrapped at a key press. */
static int grapheme(struct str s, size_t at, size_t *end)
{
	if (is_ascii(s, at) && (at + 1 == s.n || is_ascii(s, at + 1))) {
		*end = at + 1;
		return s.s[at] >= 0x20 && s.s[at] < 0x7f ? 1 : 0;
	}
	*end = utf8_next(s, at);
	return utf8_width(str_slice(s, at, *end));
}

static bool is_letter(struct str s, size_t at)
{
	if (at >= s.n)
		return false;
	unsigned char b = (unsigned char)s.s[at];
	return b >= 0x80 || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

/* May a line end after the grapheme [at, end)?  A hyphen counts between words of two
 * letters or more, so that "Ctrl-X", "-5" and telephone numbers stay whole. */
static bool breaks_after(struct str s, size_t at, size_t end)
{
	if (s.s[at] == '-')
		return at >= 2 && is_letter(s, at - 1) && is_letter(s, at - 2) &&
		       is_letter(s, end) && is_letter(s, end + 1);
	return (unsigned char)s.s[at] == 0xE2 && utf8_point(s, at, NULL) == EM_DASH;
}

static struct str trim_end(struct str s)
{
	while (s.n > 0 && s.s[s.n - 1] == ' ')
		s.n--;
	return s;
}

bool wrap_next(struct str *rest, int width, struct str *line)
{
	struct str s = *rest;
	size_t at = 0, end, stop = s.n, next = stop;
	size_t break_stop = 0, break_next = 0; /* the last place where the line may end */
	int col = 0;

	if (s.n == 0) {
		*line = (struct str){ 0 };
		return false;
	}
	for (; at < s.n; at = end) {
		if (s.s[at] == '\n') {
			stop = at;
			next = at + 1;
			break;
		}
		int w = grapheme(s, at, &end);
		if (s.s[at] == ' ' && end == at + 1) {
			if (break_next != at || at == 0)
				break_stop = at;
			break_next = end;
			col++;
			continue; /* blanks hang over the edge */
		}
		if (col + w > width && at > 0 && w > 0) {
			stop = break_next > 0 ? break_stop : at;
			next = break_next > 0 ? break_next : at;
			break;
		}
		col += w;
		if (breaks_after(s, at, end))
			break_stop = break_next = end;
	}
	*line = trim_end(str_slice(s, 0, stop));
	*rest = str_slice(s, next, s.n);
	return true;
}

int wrap_count(struct str s, int width)
{
	struct str line;
	int n = 0;

	while (wrap_next(&s, width, &line))
		n++;
	return n > 0 ? n : 1;
}
