/* The two halves of confine(); each sets its own part of the report. */
#ifndef REMANSO_BASE_CONFINE_IN_H
#define REMANSO_BASE_CONFINE_IN_H

#include "remanso/confine.h"

/* Both need no_new_privs to be set. */
void confine_calls(struct confine_report *r);
void confine_files(const struct confine_place *places, size_t n, struct confine_report *r);

#endif
