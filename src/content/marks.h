/* Inline marks in words for the person: *strong* and {placeholders}. */
#ifndef REMANSO_CONTENT_MARKS_H
#define REMANSO_CONTENT_MARKS_H

#include "record.h"

/* Report a '*' that is not closed and a {placeholder} that nothing fills in. */
void marks_check(
    struct str words, const struct raw_card *c, int line, struct arena *tables);

#endif
