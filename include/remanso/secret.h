/* Keys and passphrases.  The bytes lie in guarded, locked memory (libsodium), are left out
 * of core files and are wiped when freed.  Nothing else in the program may hold them. */
#ifndef REMANSO_SECRET_H
#define REMANSO_SECRET_H

#include "remanso/err.h"

struct secret; /* fixed capacity, current length */

/* Once, before any other call: libsodium, no core dumps, not dumpable. */
bool secret_init(struct err *e) MUST_CHECK;
/* True when every secret so far could be locked into memory. */
bool secret_locked(void);

struct secret *secret_new(size_t cap);     /* length 0 */
struct secret *secret_try_new(size_t cap); /* the same; NULL when there is no memory */
struct secret *secret_copy(const struct secret *s);
void secret_free(struct secret *s); /* wipes; NULL is fine */

uint8_t *secret_bytes(struct secret *s);
const uint8_t *secret_view(const struct secret *s);
size_t secret_len(const struct secret *s);
size_t secret_cap(const struct secret *s);
void secret_set_len(struct secret *s, size_t n); /* n <= cap; what is cut off is wiped */
/* Append; false (unchanged) when it does not fit. */
bool secret_add(struct secret *s, const void *p, size_t n) MUST_CHECK;
bool secret_eq(const struct secret *a, const struct secret *b); /* constant time */
void secret_wipe(void *p, size_t n);                            /* any memory */
/* NFC-normalise UTF-8 in place-by-copy: what is typed on two keyboards must be one
 * passphrase.  Never NULL. */
struct secret *secret_nfc(const struct secret *s);

/* Read a passphrase from a file descriptor up to a line end or EOF.  Fails on an empty one.
 */
struct secret *secret_read(int fd, struct err *e) MUST_CHECK;

#endif
