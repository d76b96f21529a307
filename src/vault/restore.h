/* What a restore works on; for the files restore*.c only. */
#ifndef VAULT_RESTORE_H
#define VAULT_RESTORE_H

#include "remanso/vault.h"

#include "home.h"

#define RESTORE_MOST 32            /* rooms at once */
#define RESTORE_PAIRS RESTORE_MOST /* salts and presets that the passphrase is tried with */

/* A room that is coming.  Both files are open and locked until all is done. */
struct coming {
	char name[HOME_NAME + 1];
	struct path before, main; /* of the main file: until it is there, and then */
	struct path log_before, log;
	bool log_comes; /* otherwise it is there already */
	int main_fd, log_fd;
	bool here;
};

/* A room that stands in the way, locked. */
struct in_way {
	char name[HOME_NAME + 1];
	struct path main, aside;
	int fd;
	bool stays; /* it is what would be brought */
	bool gone;
};

struct restore {
	const struct vault_sys *sys;
	const char *home;
	const struct secret *pass; /* or NULL */
	struct vault_key *key;     /* what was derived from it so far */
	struct coming coming[RESTORE_MOST];
	struct in_way in_way[RESTORE_MOST];
	size_t ncoming, nin_way;
	bool opened; /* something that is to come, with the passphrase */
	struct vault_restored *out;
};

/* restore_look.c: have the key for these headers, when there is a passphrase. */
bool restore_know(struct restore *r, const struct home_vault *hv, struct err *e) MUST_CHECK;
bool restore_opens(const struct restore *r, const struct home_vault *hv);
/* Read all of it, when the passphrase opens it. */
bool restore_check(struct restore *r, const struct home_vault *hv, int main, int log,
    struct err *e) MUST_CHECK;
/* Lock what is in the way of a room that comes under this name. */
bool restore_hold(struct restore *r, const char *new_name, const struct home_vault *hv,
    struct err *e) MUST_CHECK;
bool restore_too_many(struct err *e);

/* restore_swap.c: bring what is coming and set aside what is in the way.  False: everything is
 * as it was, as far as the disk allows, and a room is found at every moment. */
bool restore_swap(struct restore *r, struct err *e) MUST_CHECK;
/* Close, unlock, and remove what is coming and did not get there. */
void restore_end(struct restore *r);

#endif
