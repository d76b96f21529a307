/* A stream that says everything in ASCII, for line mode in a locale that is not UTF-8. */
#ifndef REMANSO_CLI_ASCII_OUT_H
#define REMANSO_CLI_ASCII_OUT_H

#include "remanso/base.h"

#include <stdio.h>

struct ascii_out {
	FILE *to;
	void (*ascii)(struct buf *out, struct str s);
	struct buf rest; /* a character that has not come to its end yet */
};

/* Opens a stream over `o`, which must be filled in and outlive it; close with fclose().
 * NULL when there is no memory. */
FILE *ascii_out_open(struct ascii_out *o);

#endif
