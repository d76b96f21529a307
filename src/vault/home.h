/* The folder that vaults lie in: names, refusals, and which vault a key opens. */
#ifndef VAULT_HOME_H
#define VAULT_HOME_H

#include "remanso/err.h"

#include "header.h"
#include "io.h"
#include "key.h"
#include "sys.h"

#define HOME_NAME 32 /* letters of a vault's name: a-z and 2-7, chosen at random */
#define HOME_LOG "-log"
#define HOME_NEW ".new"   /* in the making; never opened */
#define HOME_GONE ".gone" /* being deleted; never opened */
#define HOME_OLD ".old"   /* set aside; never opened under this name */

struct home_names {
	char (*name)[HOME_NAME + 1];
	size_t n;
};

/* Both header copies of one vault, from a file that passed the checks. */
struct home_vault {
	int fd;     /* the caller closes */
	bool torn;  /* too short to be whole */
	size_t got; /* bytes of the headers that were there */
	uint8_t head[2][FMT_BLOCK];
};

/* The folder must be ours, and only we may write into it, or look into it when it holds files
 * of vaults.  Nothing is changed.  ERR_NOT_FOUND when it is not there. */
bool home_check(const struct vault_sys *sys, const char *home, struct err *e) MUST_CHECK;
/* Make it, 0700, with the folders above it; one that is there and holds no files of vaults
 * becomes 0700. */
bool home_make(const struct vault_sys *sys, const char *home, struct err *e) MUST_CHECK;
/* A kind of file system (statfs) that another machine can change under us. */
bool home_is_network(long type);
/* Without the slashes at the end, with which the system would follow a link. */
struct path home_plain_path(const char *home);
bool home_is_name(const char *name);
void home_new_name(char out[static HOME_NAME + 1]);
/* Names of all vaults, sorted.  Empty when there is no such folder.  Free with home_free().
 */
bool home_list(const struct vault_sys *sys, const char *home, struct home_names *out,
    struct err *e) MUST_CHECK;
void home_free(struct home_names *names);
/* True when there is a file of a vault: also one in the making, set aside or being deleted;
 * or when that cannot be told. */
bool home_holds_files(const struct vault_sys *sys, const char *home);
/* Remove what an interrupted creation, rotation or deletion left behind (sweep.c). */
void home_sweep(const struct vault_sys *sys, const char *home);
/* When there is a file NAME.gone, give it a random name in place of NAME: it is swept as well,
 * and stands in the way of nothing any more. */
bool home_move_gone(const struct vault_sys *sys, const char *home, const char *name,
    struct err *e) MUST_CHECK;
/* The rest of a deletion, once NAME.gone is stored under that name: its keys, what was set
 * aside of the vault with this id (unless NULL), its log, its file.  `fd` is open and locked.
 * What fails is done by the next sweep; NAME.gone stays until then, under another name when
 * there is a room NAME. */
void home_finish(const struct vault_sys *sys, const char *home, const char *name,
    const uint8_t *id, int fd);
/* Open and read the headers.  `flags` as for open(). */
bool home_load(const struct vault_sys *sys, const char *home, const char *name, int flags,
    struct home_vault *out, struct err *e) MUST_CHECK;
/* The headers of a file that is open, one copy apart from the other: a disk that cannot give
 * one back may give the other, and then the first is as if it were damaged.  False: neither
 * can be read. */
bool home_read_heads(
    const struct vault_sys *sys, int fd, struct home_vault *out, struct err *e) MUST_CHECK;

/* True when either header copy has this id. */
bool home_has_id(const struct home_vault *hv, const uint8_t *id);
/* True when the open file is still the one of that name: it may have been deleted or replaced
 * while we waited for its lock. */
bool home_still(const struct vault_sys *sys, const char *home, const char *name, int fd);

/* Rooms that a restore set aside.  The main file alone has another name, NAME.old (.old2 to
 * .old999 when that is taken); its log is still NAME-log. */
struct home_kept_room {
	char name[HOME_NAME + 1], file[HOME_NAME + 8];
	int64_t when; /* last written, in seconds since 1970 */
};
struct home_kept {
	struct home_kept_room *room; /* the newest first */
	size_t n;
	bool unsure; /* whose one of them is is not known, or it may not be touched */
};

/* Open a file, for reading, if it is ours and has this id (any when NULL), whatever rights
 * others have to it.  -1: `why` says why not; ERR_OK: it is another room's, or no room at all.  With any other code
 * it may be that room, or is, as a link or a file of somebody else. */
int home_open_same(const struct vault_sys *sys, const char *home, const char *file,
    const uint8_t *id, struct err *why);
/* Those of the vault with this id (of all when NULL).  Free with home_kept_free(). */
bool home_list_kept(const struct vault_sys *sys, const char *home, const uint8_t *id,
    struct home_kept *out, struct err *e) MUST_CHECK;
void home_kept_free(struct home_kept *kept);
/* Remove what was set aside of the vault with this id, as a deletion does: the names go
 * first, then the keys, then the files.  False: some of it is still there. */
bool home_drop_kept(const struct vault_sys *sys, const char *home, const uint8_t *id);

/* No file in the making has this name.  One would take the log with it when it is swept, once
 * there is no main file of the name. */
bool home_is_settled(const struct vault_sys *sys, const char *home, const char *name);
/* The first of NAME.old, NAME.old2, ... that is free; false when none is. */
bool home_free_old(
    const struct vault_sys *sys, const char *home, const char *name, struct path *out);
/* What a restore did not come to: rooms of this id under other names than `name` are set aside.
 * ERR_BUSY when one of them is open; ERR_IO also when a file cannot be read that may be one. */
bool home_set_aside_twins(const struct vault_sys *sys, const char *home, const char *name,
    const uint8_t *id, struct err *e) MUST_CHECK;

/* Which copy and slot a passphrase key or a recovery code opens. */
struct home_match {
	int copy, slot;
	struct slot_key sk; /* wipe after use */
};
bool home_match_key(
    const struct home_vault *hv, const struct vault_key *key, struct home_match *out);
bool home_match_code(
    const struct home_vault *hv, const struct secret *code, struct home_match *out);
/* True when the key opens any vault of the home but `except` (a name, or NULL). */
bool home_opens_any(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, const char *except);

#endif
