/* Is the terminal dark or light?  It is asked for its background colour (OSC 11), then for
 * what it is (DA1): every terminal answers the second, in order, so that no answer to the
 * first is known without a clock.  No curses here. */
#ifndef REMANSO_UI_TERM_BACKGROUND_H
#define REMANSO_UI_TERM_BACKGROUND_H

#include "term_input.h"

#define BACKGROUND_QUESTION "\033]11;?\033\\\033[c"

/* Only kinds of terminals (TERM) that answer, or are known to keep quiet: others would show
 * the question as letters.  NO_COLOR: the answer would not be used. */
bool background_may_ask(void);
/* What stands between "11;" and the end of an answer: "rgb:ffff/ffff/ffff". */
enum background background_answer(struct str s);
/* Before the terminal is given back: an answer on its way would be typed into the shell. */
void background_await(struct input *in);

#endif
