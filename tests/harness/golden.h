/* Kept pictures: what was seen is compared with a file, and a difference is shown row by
 * row. With REMANSO_UPDATE=1 the file is written instead. */
#ifndef HARNESS_GOLDEN_H
#define HARNESS_GOLDEN_H

#include "remanso/base.h"

/* True when `text` is what `path` holds.  Otherwise a readable comparison is appended to
 * `why`. */
bool golden_check(const char *path, struct str text, struct buf *why);
/* A whole file; false when it cannot be read. */
bool golden_read(const char *path, struct buf *out);
bool golden_write(const char *path, struct str text);

struct pty;
/* The screen as a kept picture: the rows, then one line that says where the cursor is. */
void golden_screen(struct pty *p, struct buf *out);

#endif
