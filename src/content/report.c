/* The list of mistakes.  It lives in an arena of its own, because it outlives the reading.
 */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEM_BYTES = 512 };

static void report_add(struct problems *all, bool warning, struct str file, int line,
    const char *fmt, va_list args) PRINTF_LIKE(5, 0);

static void report_add(struct problems *all, bool warning, struct str file, int line,
    const char *fmt, va_list args)
{
	char words[PROBLEM_BYTES];
	struct problem *p;

	if (!all->memory)
		all->memory = arena_new();
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 16;
		struct problem *list = arena_make(all->memory, struct problem, room);

		if (all->count)
			memcpy(list, all->list, all->count * sizeof *list);
		all->list = list;
		all->room = room;
	}
	vsnprintf(words, sizeof words, fmt, args);
	p = &all->list[all->count++];
	p->file = arena_dup(all->memory, file);
	p->line = line;
	p->warning = warning;
	p->text = arena_dup(all->memory, str_from(words));
	all->errors += !warning;
}

void report_error(struct problems *all, struct str file, int line, const char *fmt, ...)
{
	va_list args;

	if (!all)
		return;
	va_start(args, fmt);
	report_add(all, false, file, line, fmt, args);
	va_end(args);
}

void report_warning(struct problems *all, struct str file, int line, const char *fmt, ...)
{
	va_list args;

	if (!all)
		return;
	va_start(args, fmt);
	report_add(all, true, file, line, fmt, args);
	va_end(args);
}

static int problem_cmp(const void *va, const void *vb)
{
	const struct problem *a = va, *b = vb;
	int d = str_cmp(a->file, b->file);

	if (d)
		return d;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;

	return str_cmp(a->text, b->text);
}

void report_sort(struct problems *all)
{
	if (all && all->count)
		qsort(all->list, all->count, sizeof *all->list, problem_cmp);
}

void problems_free(struct problems *p)
{
	if (!p)
		return;
	arena_free(p->memory);
	*p = (struct problems){ 0 };
}
