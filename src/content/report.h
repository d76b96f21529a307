/* Collecting mistakes: every reader and check adds to one list and goes on. */
#ifndef REMANSO_CONTENT_REPORT_H
#define REMANSO_CONTENT_REPORT_H

#include "remanso/content.h"

/* Add a mistake (or a warning).  Nothing happens when `all` is NULL. */
void report_error(struct problems *all, struct str file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
void report_warning(struct problems *all, struct str file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* Order by file, line and words. */
void report_sort(struct problems *all);

#endif
