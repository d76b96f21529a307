/* A terminal's screen as a picture for the README: SVG, dark, the reader's own monospaced
 * font, no scripts.  The same screen gives the same bytes. */
#ifndef HARNESS_SVG_H
#define HARNESS_SVG_H

#include "harness/pty.h"

void svg_screen(struct pty *p, const char *title, const char *desc, struct buf *out);

#endif
