/* JSON as it is written: a string, and members of an object.  Reading it is nobody's job
 * here. */
#ifndef REMANSO_CLI_JSON_H
#define REMANSO_CLI_JSON_H

#include "remanso/base.h"

void json_string(struct buf *out, struct str s);
/* "name": before a value, with the comma that the object needs (none after '{'). */
void json_name(struct buf *out, const char *name);
void json_member(struct buf *out, const char *name, struct str value);
void json_number(struct buf *out, const char *name, int64_t value);
void json_bool(struct buf *out, const char *name, bool value);
/* 2026-07-09T16:20:05-05:00, as in the export */
struct str json_time(struct arena *a, int64_t ms);

#endif
