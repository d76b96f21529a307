/* The one thing that line mode asks a terminal for.  It stands in term_curses.c, which knows
 * terminals, and in a header of its own, because curses shares names with ours. */
#ifndef REMANSO_PLAIN_CLEAR_H
#define REMANSO_PLAIN_CLEAR_H

#include "remanso/base.h"

/* What clears the screen of this terminal and what scrolled away.  False: it cannot. */
bool term_clear_lines(struct buf *out);

#endif
