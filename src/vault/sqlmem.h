/* SQLite's memory: every block is wiped before it is given back, because pages and rows lie
 * in it as they were written. */
#ifndef VAULT_SQLMEM_H
#define VAULT_SQLMEM_H

/* Before SQLite is used for the first time in this process.  Later calls do nothing; when
 * SQLite was started by somebody else already, its own allocator stays. */
void sqlmem_start(void);

#endif
