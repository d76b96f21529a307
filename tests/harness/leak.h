/* Looking for words where they must not be: in every file below a folder, or in bytes. */
#ifndef HARNESS_LEAK_H
#define HARNESS_LEAK_H

#include "remanso/base.h"

/* True when `marker` stands in `bytes` as UTF-8, UTF-16 (both orders), UTF-32, base64 (at
 * any offset), hexadecimal, or folded (lower case without accents).  The form is named in
 * `how`, when not NULL. */
bool leak_in(struct str bytes, const char *marker, const char **how);
/* The same for all files below a folder, links not followed, names included.  The finding
 * is appended to `why` as "file: form".  `files`, when not NULL, counts what was read. */
bool leak_below(const char *folder, const char *marker, struct buf *why, int *files);

#endif
