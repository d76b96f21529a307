/* The demonstration where nobody can type: what a person would type, in line mode, on a way
 * through all five steps. */
#ifndef REMANSO_TOUR_H
#define REMANSO_TOUR_H

#include "remanso/view.h"

#include <stdio.h>

struct tour {
	const struct app *app;
	size_t at;        /* next entry */
	const char *rest; /* of the line that is being read */
};

/* A stream that gives the next line whenever one is read, after what is on top of the
 * stack then.  `t` is filled in by the caller (app only) and outlives the stream; close with
 * fclose().  NULL when there is no memory. */
FILE *tour_open(struct tour *t);

#endif
