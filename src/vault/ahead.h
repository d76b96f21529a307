/* Reading ahead in the main file: whoever reads one page after the other (a search through
 * everything, a check, a copy) gets them in larger pieces.  Only sealed blocks are kept, so
 * nothing here is secret, and none of them is believed before it is opened. */
#ifndef VAULT_AHEAD_H
#define VAULT_AHEAD_H

#include "remanso/err.h"

#include "format.h"
#include "sys.h"

#define AHEAD_MOST 16

struct ahead {
	uint8_t *blocks;   /* AHEAD_MOST of them */
	uint32_t first, n; /* pages that are there */
	uint32_t next;     /* the page that would go on where the last read ended */
	uint32_t piece;    /* how many are read at once */
};

/* False: there is no memory. */
bool ahead_init(struct ahead *a) MUST_CHECK;
/* Page `no` as it stands in the file, until the next call.  NULL when it cannot be read:
 * ERR_DAMAGED when the file ends before it, ERR_IO. */
const uint8_t *ahead_page(
    struct ahead *a, const struct vault_sys *sys, int fd, uint32_t no, struct err *e);
/* The file is about to change: what was read is out of date. */
void ahead_drop(struct ahead *a);
void ahead_free(struct ahead *a);

#endif
