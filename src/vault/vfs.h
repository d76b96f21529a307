/* The shim between SQLite and pages.h: one sqlite3_vfs per open vault, with room for
 * exactly one file, the database.  See vfs.c for what it refuses and why. */
#ifndef VAULT_VFS_H
#define VAULT_VFS_H

#include "pages.h"

struct sqlite3;
struct vfs;

/* Register a VFS over `p` (borrowed; it must outlive the VFS) and open the database through
 * it, with everything set as a vault needs it. */
bool vfs_open(
    struct vfs **out, struct sqlite3 **db, struct pages *p, struct err *e) MUST_CHECK;
/* Close the database and unregister.  NULL is fine. */
void vfs_close(struct vfs *v, struct sqlite3 *db);
/* From now on nothing is read or written. */
void vfs_stop(struct vfs *v);
/* What went wrong last, below SQLite; code ERR_OK when nothing did. */
const struct err *vfs_last(const struct vfs *v);
void vfs_forget_last(struct vfs *v);

#endif
