/* Scripts of keys, one step a line; '#' begins a comment:
 *
 *   size 80x24       window size; after `run` a resize
 *   env NAME=VALUE   of the program and of `do` (before `run`)
 *   do COMMAND       a shell command that must succeed (before `run`: make a room)
 *   run COMMAND      start the program
 *   wait TEXT        until the text, or extended regular expression, is on the screen
 *   gone TEXT        until it is not
 *   settle           until the program has read everything and waits
 *   key NAME...      keys by their tmux names
 *   focus TEXT       move the mark down until its row holds the text
 *   choose TEXT      the same, then Enter, then settle
 *   type TEXT        literal text, to the end of the line
 *   paste TEXT       as a terminal pastes; \n is a line feed, \e an escape
 *   shot NAME        compare the screen with DIR/NAME.screen
 *   picture NAME     the same, and where pictures are wanted also DIR/NAME.svg
 *   signal NAME      HUP, TERM, KILL, TSTP, CONT
 *   exited [N]       until it has ended, with exit status N (0)
 *
 * A line that begins with "en: " or "es: " counts in that language only.  In commands and
 * values $REMANSO is the program, $BOX a fresh folder, $RLANG the language.
 */
#ifndef HARNESS_SCRIPT_H
#define HARNESS_SCRIPT_H

#include "harness/pty.h"

struct script {
	const char *keys;     /* the script's file */
	const char *lang;     /* "en" or "es" */
	const char *goldens;  /* folder of NAME.screen; NULL: shots are not compared */
	const char *pictures; /* folder for `picture`; NULL: none are made */
};
/* True when every step and every comparison was good; else what went wrong is in `why`. */
bool script_run(const struct script *s, struct buf *why);

#endif
