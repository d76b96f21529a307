/* Bytes of vault files, copied and compared. */
#ifndef VAULT_COPY_H
#define VAULT_COPY_H

#include "home.h"
#include "seal.h"

/* From the beginning to the end, and synced. */
bool copy_bytes(const struct vault_sys *sys, int from, int to, struct err *e) MUST_CHECK;
/* True when both could be read; whether they say the same is in `same`. */
bool copy_same(
    const struct vault_sys *sys, int a, int b, bool *same, struct err *e) MUST_CHECK;
/* As home_load(), for reading, of a file that may be anybody's: on a stick, say. */
bool copy_load(const struct vault_sys *sys, const char *dir, const char *name,
    struct home_vault *out, struct err *e) MUST_CHECK;
/* Open both files of a vault with these keys and read every page.  Writes nothing; the
 * handles stay the caller's. */
bool copy_reads(const struct vault_sys *sys, int main, int log, const struct keys *k,
    uint64_t header_gen, struct err *e) MUST_CHECK;

#endif
