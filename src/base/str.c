/* Borrowed strings: cutting, comparing, reading numbers.  No memory is taken here. */
#include "remanso/base.h"

#include <limits.h>
#include <string.h>

struct str str_from(const char *z)
{
	return z == NULL ? (struct str){ 0 } : (struct str){ z, strlen(z) };
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from >= to)
		return (struct str){ 0 };
	return (struct str){ s.s + from, to - from };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_from(z));
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.s, b.s, n);

	if (order != 0)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && (n == 0 || memcmp(s.s, prefix, n) == 0);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.s[0])) {
		s.s++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.s[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(struct str *rest, char sep, struct str *head)
{
	if (rest->n == 0) {
		*head = (struct str){ 0 };
		return false;
	}
	const char *at = memchr(rest->s, sep, rest->n);
	if (at == NULL) {
		*head = *rest;
		*rest = (struct str){ 0 };
		return true;
	}
	*head = (struct str){ rest->s, (size_t)(at - rest->s) };
	*rest = str_slice(*rest, head->n + 1, rest->n);
	return true;
}

bool str_line(struct str *rest, struct str *line)
{
	if (!str_cut(rest, '\n', line))
		return false;
	if (line->n > 0 && line->s[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool str_int(struct str s, int *out)
{
	bool minus = s.n > 0 && s.s[0] == '-';
	int64_t value = 0;
	size_t i = minus ? 1 : 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (s.s[i] < '0' || s.s[i] > '9')
			return false;
		value = value * 10 + (s.s[i] - '0');
		if (value > (int64_t)INT_MAX + (minus ? 1 : 0))
			return false;
	}
	*out = (int)(minus ? -value : value);
	return true;
}
