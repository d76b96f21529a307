/* An arena hands out pieces of a chain of blocks; freeing it wipes and frees them all. */
#include "remanso/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_MOST ((size_t)256 * 1024)
#define ALIGN _Alignof(max_align_t)

struct block {
	struct block *next; /* the one before it in time */
	size_t size, used;  /* bytes of data */
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct block *last;
	size_t total, step;
};

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		die("out of memory");
	a->step = BLOCK_FIRST;
	return a;
}

static void add_block(struct arena *a, size_t need)
{
	size_t size = need > a->step ? need : a->step;
	struct block *b = calloc(1, sizeof(*b) + size);

	if (b == NULL)
		die("out of memory");
	b->size = size;
	b->next = a->last;
	a->last = b;
	a->total += size;
	if (a->step < BLOCK_MOST)
		a->step *= 2;
}

void *arena_alloc(struct arena *a, size_t size, size_t count)
{
	size_t need;

	if (__builtin_mul_overflow(size, count, &need) ||
	    __builtin_add_overflow(need, ALIGN - 1, &need))
		die("out of memory");
	need &= ~(ALIGN - 1);
	if (a->last == NULL || a->last->size - a->last->used < need)
		add_block(a, need);
	void *p = a->last->data + a->last->used;
	a->last->used += need;
	return p; /* blocks start zeroed, and arena_reset() zeroes again */
}

struct str arena_dup(struct arena *a, struct str s)
{
	return (struct str){ arena_cstr(a, s), s.n };
}

char *arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, 1, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.s, s.n);
	return p;
}

struct str arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	char *p = arena_alloc(a, 1, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

size_t arena_size(const struct arena *a)
{
	return a->total;
}

/* Wipe and free the blocks from `b` on. */
static void free_from(struct arena *a, struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		explicit_bzero(b->data, b->used);
		a->total -= b->size;
		free(b);
		b = next;
	}
}

void arena_reset(struct arena *a)
{
	struct block *keep = a->last;

	if (keep == NULL)
		return;
	free_from(a, keep->next);
	explicit_bzero(keep->data, keep->used);
	keep->next = NULL;
	keep->used = 0;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_from(a, a->last);
	free(a);
}
