/* SQLite's memory: every block is wiped before it is given back, because pages and rows lie
 * in it as they were written; pages of its cache lie in locked memory as far as the limit
 * goes. */
#ifndef VAULT_SQLMEM_H
#define VAULT_SQLMEM_H

#include <stdbool.h>

/* Before SQLite is used for the first time in this process.  Later calls do nothing; when
 * SQLite was started by somebody else already, its own allocator stays. */
void sqlmem_start(void);
/* True while no page of SQLite's lies outside locked memory.  Whether the locking itself was
 * refused is secret_locked()'s to say. */
bool sqlmem_locked(void);

#endif
