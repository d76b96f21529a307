/* Growing text.  What a person types passes through here, so memory is wiped before it is
 * given back, and growing copies into a new block instead of letting realloc() leave the
 * old words behind. */
#include "remanso/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (__builtin_add_overflow(b->n, more, &need))
		die("out of memory");
	if (need <= b->cap)
		return;
	cap = b->cap == 0 ? 64 : b->cap;
	while (cap < need)
		if (__builtin_mul_overflow(cap, (size_t)2, &cap))
			die("out of memory");
	char *fresh = malloc(cap);
	if (fresh == NULL)
		die("out of memory");
	if (b->n > 0)
		memcpy(fresh, b->s, b->n);
	if (b->s != NULL)
		explicit_bzero(b->s, b->cap);
	free(b->s);
	b->s = fresh;
	b->cap = cap;
}

void buf_add(struct buf *b, struct str s)
{
	if (s.n == 0)
		return;
	reserve(b, s.n);
	memcpy(b->s + b->n, s.s, s.n);
	b->n += s.n;
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		reserve(b, (size_t)n + 1);
		(void)vsnprintf(b->s + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_splice(struct buf *b, size_t at, size_t del, struct str ins)
{
	if (at > b->n || del > b->n - at)
		die("buf_splice: out of range");
	if (ins.n > del)
		reserve(b, ins.n - del);
	size_t tail = b->n - at - del;
	if (tail > 0)
		memmove(b->s + at + ins.n, b->s + at + del, tail);
	if (ins.n > 0)
		memcpy(b->s + at, ins.s, ins.n);
	size_t now = at + ins.n + tail;
	if (now < b->n)
		explicit_bzero(b->s + now, b->n - now);
	b->n = now;
}

void buf_clear(struct buf *b)
{
	if (b->s != NULL)
		explicit_bzero(b->s, b->cap);
	b->n = 0;
}

void buf_free(struct buf *b)
{
	buf_clear(b);
	free(b->s);
	*b = (struct buf){ 0 };
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->s, b->n };
}
