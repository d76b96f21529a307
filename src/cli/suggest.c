/* The nearest word by the letters to insert, delete, change or swap.  The content house has
 * its own for card files, where names are longer; here a slip of the
 * finger is all there is. */
#include "suggest.h"

#define WORD_MOST 24

struct suggest suggest_for(struct str typed)
{
	return (struct suggest){ .typed = typed, .distance = typed.n <= 3 ? 2 : 3 };
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int distance(struct str a, struct str b)
{
	int d[WORD_MOST + 1][WORD_MOST + 1];

	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		for (size_t j = 1; j <= b.n; j++) {
			int change = d[i - 1][j - 1] + (a.s[i - 1] != b.s[j - 1]);
			d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2] &&
			    a.s[i - 2] == b.s[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.n][b.n];
}

void suggest_try(struct suggest *s, struct str candidate)
{
	if (s->typed.n == 0 || s->typed.n > WORD_MOST || candidate.n > WORD_MOST)
		return;
	int d = distance(s->typed, candidate);
	if (d < s->distance && (size_t)d < candidate.n) {
		s->distance = d;
		s->best = candidate;
	}
}

struct str suggest_words(struct arena *a, const struct suggest *s, const char *before)
{
	if (s->best.n == 0)
		return (struct str){ 0 };
	return arena_fmt(a, _(" Did you mean '%s%.*s'?"), before, STR_ARG(s->best));
}
