/* The slow half of unlocking, in the program's one extra thread: Argon2 takes half a second
 * and more, and leaving must not wait for it. */
#ifndef REMANSO_DERIVE_H
#define REMANSO_DERIVE_H

#include "remanso/vault.h"

struct derive;

/* Start deriving; `pass` is copied (NFC) and wiped by the job itself. */
struct derive *derive_start(const char *home, const struct secret *pass);
bool derive_ready(struct derive *d);
/* Once ready: take the key (NULL and `e` on failure) and free the job. */
struct vault_key *derive_take(struct derive *d, struct err *e);
/* Nobody wants the key any more.  Returns at once; the thread wipes what it made when it is
 * done, or ends with the process. */
void derive_abandon(struct derive *d);

#endif
