/* The one hand that reaches outside: a second process, made before confine(), that does the
 * few things the program itself gives up for good.  It makes the one file that was named on
 * the command line, or new text files in the folder we are in (cards for paper); it never
 * opens, changes or removes a file that is there.  At the end it removes the folders that
 * were made for this start and stayed empty.
 *
 * Reading rooms, content and the terminal is where a mistake could let somebody in.  All that
 * is left to them is to hand over bytes and, for cards, a name. */
#ifndef REMANSO_CLI_OUTSIDE_H
#define REMANSO_CLI_OUTSIDE_H

#include "remanso/err.h"

#include <sys/types.h>

struct outside_may {
	const char *file;    /* the one file that may be made, or NULL */
	bool here;           /* new text files in the folder we are in */
	const char *made;    /* a folder that was made for this start, or NULL */
	size_t made_from;    /* length of the first path that was made on the way to it */
	const char *made_in; /* the folder that this one lies in */
};

struct outside {
	pid_t pid; /* 0: there is none */
	int to, from;
};

/* Start it, when there is anything it may do.  Where it cannot be started, writing fails
 * later, with words. */
void outside_start(struct outside *o, const struct outside_may *may);
/* Make a file with these bytes: the one that was named, or NAME (ends in .txt) here.  Errors
 * as from export_write(). */
bool outside_write(
    struct outside *o, const char *name, struct str data, struct err *e) MUST_CHECK;
/* Let it tidy up, and wait for its end. */
void outside_end(struct outside *o);

#endif
