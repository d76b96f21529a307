/* Characters that have no place in a content file. */
#ifndef REMANSO_CONTENT_CHARS_H
#define REMANSO_CONTENT_CHARS_H

#include "report.h"

/* Report the first bad character of a line: a control, bad UTF-8, a mark that cannot be
 * seen, an emoji, letters that are not composed (NFC).  False when the line holds one that
 * must not reach the screen, so that the caller cleans it. */
bool chars_check(struct str line, struct str file, int number, struct problems *all);

#endif
