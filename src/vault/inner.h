/* The open vault, for the files of this folder that work on it. */
#ifndef VAULT_INNER_H
#define VAULT_INNER_H

#include "remanso/vault.h"

#include "home.h"
#include "pages.h"
#include "vfs.h"

/* What opening mended, or met and left. */
struct vault_met {
	bool header[2]; /* this copy was damaged, or put back from an older one */
	bool behind;    /* a change of what opens the room was not finished: it is now */
	bool log;       /* the log was gone, and an empty one was made */
};

struct vault {
	const struct vault_sys *sys;
	char *home, name[HOME_NAME + 1];
	struct secret *mem; /* struct keys */
	struct keys *keys;
	uint8_t header[FMT_BLOCK]; /* as both copies should be */
	struct header_info info;
	int slot;  /* that opened it */
	bool dead; /* keys are gone */
	struct vault_met met;
	struct pages *pages;
	struct vfs *vfs;
	struct sqlite3 *db;
};

/* A vault with memory for its keys and nothing else; NULL when there is none. */
struct vault *vault_blank(
    const struct vault_sys *sys, const char *home, const char *name, struct err *e);
/* What is there of it; nothing is written. */
void vault_free(struct vault *v);
/* Take over an opened file that `m` opens: lock, header, roots, log, database. */
bool vault_take(struct vault **out, const struct vault_sys *sys, const char *home,
    const char *name, struct home_vault *hv, struct home_match *m,
    struct err *e) MUST_CHECK;

/* What was met while a vault was looked for that a secret opens (fits.c). */
enum vault_odd { /* why it was not tried on a file */
	ODD_NOT, /* it was */
	ODD_LATER,
	ODD_MEMORY,
	ODD_NEWER,
	ODD_TORN,
	ODD_EMPTY,
	ODD_DAMAGED,
	ODD_KINDS
};
#define ODD_NAMES 2
struct vault_tried {
	bool any;           /* there is a file that may be a vault */
	struct err refused; /* why one of them could not even be looked at */
	unsigned n[ODD_KINDS];
	char name[ODD_KINDS][ODD_NAMES][HOME_NAME + 1];
};
/* Note a file that did not fit.  `key` is NULL for a recovery code. */
void vault_note_tried(struct vault_tried *t, const char *name, const struct home_vault *hv,
    const struct vault_key *key);
/* What to say when a slot is the secret's, and does not open in either copy; always false. */
bool vault_slot_damaged(struct err *e);
/* What to say when none fitted; always false. */
bool vault_none_fits(const struct vault_tried *t, struct err *e);

/* Make and lock a file of random bytes.  -1 and an error; nothing is left behind then. */
int vault_make_file(
    const struct vault_sys *sys, const char *path, uint64_t size, struct err *e);
/* Keys, header copies and roots of a new vault, opened by `p`. */
bool vault_fill_main(
    struct vault *v, int fd, const struct key_pair *p, struct err *e) MUST_CHECK;

/* The key's pair for this vault, or NULL when the passphrase opens another room. */
const struct key_pair *slots_usable(
    struct vault *v, const struct vault_key *key, struct err *e);
/* Make the header current in both copies, one after the other, so that at every moment one
 * of them is whole.  `proof`, when not NULL, must open `slot` of what was written first, or
 * nothing more is written. */
bool slots_write(const struct vault_sys *sys, int fd, const uint8_t *header, int first,
    int slot, const struct slot_key *proof, struct err *e) MUST_CHECK;

#endif
