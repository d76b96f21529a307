/* A damaged vault, opened for reading as far as it goes.  Nothing is written. */
#ifndef VAULT_SALVAGE_H
#define VAULT_SALVAGE_H

#include "inner.h"

struct salvage {
	struct vault *v; /* keys and pages; no database */
	bool header_ok[2];
	struct pages_damage d;
};

/* Find the vault that the key opens.  Errors as of vault_open(), but ERR_DAMAGED only when no
 * header or no page can be had. */
bool salvage_open(struct salvage *s, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e) MUST_CHECK;
void salvage_close(struct salvage *s);
/* For vault_open(): what could be read, in a sentence.  `front`: it was refused before the
 * database was looked at.  The handles stay the caller's. */
void salvage_tell(struct vault *v, int main, int log, bool front, struct err *e);

#endif
