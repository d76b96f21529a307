/* Whether the SQLite at hand behaves as the vault needs it.  The library is loaded when the
 * program starts, so it may be one that nobody has tried yet. */
#ifndef VAULT_SELFTEST_H
#define VAULT_SELFTEST_H

#include "remanso/err.h"

/* Some transactions in a scratch vault in memory, a few milliseconds: at every sync what is
 * stored must be a whole database, and a commit must sync once.  ERR_UNSUPPORTED otherwise.
 * `lost`, for tests: the number of a write to the log that is left out, as if SQLite had
 * synced too early; 0 for none. */
bool selftest(unsigned lost, struct err *e) MUST_CHECK;

#endif
