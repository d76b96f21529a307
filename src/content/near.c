/* Edit distance (insert, delete, change, swap two neighbours) over short ASCII words. */
#include "remanso/content.h"

#include <string.h>

enum { WORD_MAX = 40 };

struct near near_start(struct str wanted)
{
	/* Half a short word changed is another word; three letters are no slip. */
	return (struct near){ .wanted = wanted, .distance = wanted.n <= 3 ? 2 : 3 };
}

static int min_of(int a, int b)
{
	return a < b ? a : b;
}

static int distance(struct str a, struct str b)
{
	int rows[3][WORD_MAX + 1];
	int *two = rows[0], *one = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		one[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int *spare = two;

		now[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int cost = a.s[i - 1] != b.s[j - 1];

			now[j] =
			    min_of(min_of(one[j] + 1, now[j - 1] + 1), one[j - 1] + cost);
			if (i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2] &&
			    a.s[i - 2] == b.s[j - 1])
				now[j] = min_of(now[j], two[j - 2] + 1);
		}
		two = one;
		one = now;
		now = spare;
	}
	return one[b.n];
}

void near_try(struct near *n, struct str candidate)
{
	int d;

	if (n->wanted.n == 0 || n->wanted.n > WORD_MAX || candidate.n > WORD_MAX)
		return;
	d = distance(n->wanted, candidate);
	if (d < n->distance && (size_t)d < candidate.n) {
		n->distance = d;
		n->best = candidate;
	}
}

struct str near_words(struct arena *a, const struct near *n, const char *before)
{
	if (n->best.n == 0)
		return (struct str){ 0 };
	return arena_fmt(a, _(" Did you mean '%s%.*s'?"), before, STR_ARG(n->best));
}
