/* Pieces grow from one page to AHEAD_MOST while pages are asked for in order, and fall back
 * to one as soon as they are not: who jumps about pays for nothing.  See ahead.h. */
#include "ahead.h"

#include <stdlib.h>

#include "io.h"

bool ahead_init(struct ahead *a)
{
	*a = (struct ahead){ .blocks = malloc(AHEAD_MOST * FMT_BLOCK) };
	return a->blocks != NULL;
}

/* A bad place further on must not take this page with it. */
static bool fetch(
    struct ahead *a, const struct vault_sys *sys, int fd, uint32_t no, struct err *e)
{
	size_t got;
	bool ok = io_read(sys, fd, a->blocks, a->piece * FMT_BLOCK, FMT_PAGE_AT(no), &got,
	    a->piece == 1 ? e : NULL);

	if (!ok && a->piece > 1) {
		a->piece = 1;
		return fetch(a, sys, fd, no, e);
	}
	a->first = no;
	a->n = ok ? (uint32_t)(got / FMT_BLOCK) : 0;
	return ok;
}

const uint8_t *ahead_page(
    struct ahead *a, const struct vault_sys *sys, int fd, uint32_t no, struct err *e)
{
	bool in_order = no == a->next;

	/* Out of order, also what is there is read again: it may be old. */
	if (!in_order || no >= a->first + a->n) {
		a->piece = !in_order               ? 1
			   : a->piece < AHEAD_MOST ? a->piece * 2
						   : AHEAD_MOST;
		if (!fetch(a, sys, fd, no, e))
			return NULL;
	}
	if (a->n == 0) {
		err_set(e, ERR_DAMAGED, "%s",
		    _("This room's file was cut short. 'remanso rescue DIR' saves the rest; a backup "
		      "brings it back."));
		return NULL;
	}
	a->next = no + 1;
	return a->blocks + (no - a->first) * FMT_BLOCK;
}

void ahead_drop(struct ahead *a)
{
	a->n = 0;
	a->next = 0;
}

void ahead_free(struct ahead *a)
{
	free(a->blocks);
	*a = (struct ahead){ 0 };
}
