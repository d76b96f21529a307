/* Line mode: the same pages read aloud line by line, for screen readers, for terminals that
 * cannot move a cursor, and for scripts. */
#ifndef REMANSO_PLAIN_H
#define REMANSO_PLAIN_H

#include "remanso/view.h"

#include <stdio.h>

/* Run the views on two streams until the last is gone, somebody leaves, or the input ends
 * (which is leaving: everything is sealed).  `echo`: print each line that is read after the
 * prompt, as if it had been typed there (scripted tours).  Prints no escape sequence but the
 * one that clears a terminal when it is left, and never prints a line twice to change it. */
bool plain_run(struct app *app, FILE *in, FILE *out, bool echo, struct err *e) MUST_CHECK;

#endif
