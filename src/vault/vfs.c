/* SQLite on pages.
 *
 * What SQLite does, and what it means here:
 *
 *	xWrite	   one page of the open transaction; nothing is promised yet
 *	xSync	   the commit.  Under journal_mode=MEMORY and synchronous=FULL, SQLite syncs
 *		   the database exactly when all pages of a transaction are written and
 *		   before it reports success, so the set of pages at that moment is a
 *		   consistent database
 *	xUnlock	   down to SHARED: the transaction is over, and what was not synced is
 *		   forgotten
 *	xTruncate  part of the transaction; after the sync of a shrinking commit, a cut that
 *		   may wait (see pages_resize)
 *
 * When xSync fails, SQLite rolls back by writing the old pages again and syncing once more.
 * They are in place already, so these calls succeed without doing anything; the error has
 * been reported by the first one.
 *
 * Refused, always: rollback journals, write-ahead logs, super-journals, temporary files
 * (all of them would lie in the clear; everything temporary stays in memory), memory mapping
 * and shared memory (io_methods version 1), a second database file, and any pragma that
 * would change how transactions are made safe.
 *
 * Locking is not SQLite's: the whole file is locked for as long as the vault is open, and
 * there is one connection. */
#include "vfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

struct vfs {
	sqlite3_vfs base;
	sqlite3_vfs *system; /* for the clock and for waiting */
	struct pages *pages;
	struct err last;
	bool in_use, fixed, stopped;
	char name[40];
};

struct file {
	sqlite3_file base;
	struct vfs *v;
};

static struct vfs *vfs_of(sqlite3_file *f)
{
	return ((struct file *)(void *)f)->v;
}

/* ERR code to SQLite's; `otherwise` is the SQLITE_IOERR_ of the call. */
static int report(struct vfs *v, const struct err *e, int otherwise)
{
	v->last = *e;
	if (e->code == ERR_FULL)
		return SQLITE_FULL;
	if (e->code == ERR_DAMAGED)
		return SQLITE_IOERR_DATA;
	if (e->code == ERR_MEMORY)
		return SQLITE_IOERR_NOMEM;
	return otherwise;
}

/* ---- the database file ---- */

static int file_close(sqlite3_file *f)
{
	vfs_of(f)->in_use = false;
	return SQLITE_OK;
}

/* Whole pages go straight into SQLite's buffer; the small reads are all of page 1 (header,
 * change counter). */
static int file_read(sqlite3_file *f, void *buf, int n, sqlite3_int64 at)
{
	struct vfs *v = vfs_of(f);
	sqlite3_int64 end = (sqlite3_int64)pages_count(v->pages) * (sqlite3_int64)FMT_BLOCK;
	bool whole = n == (int)FMT_BLOCK && at % (sqlite3_int64)FMT_BLOCK == 0;
	uint32_t no = (uint32_t)(at / (sqlite3_int64)FMT_BLOCK) + 1;
	size_t from = (size_t)(at % (sqlite3_int64)FMT_BLOCK);
	struct err e = { 0 };
	bool ok;

	if (v->stopped || n < 0 || at < 0 || from + (size_t)n > FMT_BLOCK ||
	    (!whole && no != 1))
		return SQLITE_IOERR_READ;
	if (at >= end) {
		memset(buf, 0, (size_t)n);
		return SQLITE_IOERR_SHORT_READ;
	}
	ok = whole ? pages_read(v->pages, no, buf, &e)
		   : pages_front(v->pages, from, (size_t)n, buf, &e);
	return ok ? SQLITE_OK : report(v, &e, SQLITE_IOERR_READ);
}

static int file_write(sqlite3_file *f, const void *buf, int n, sqlite3_int64 at)
{
	struct vfs *v = vfs_of(f);
	struct err e = { 0 };

	if (v->stopped || n != (int)FMT_BLOCK || at < 0 ||
	    at % (sqlite3_int64)FMT_BLOCK != 0 ||
	    at / (sqlite3_int64)FMT_BLOCK >= (sqlite3_int64)FMT_PAGES_MAX)
		return SQLITE_IOERR_WRITE;
	if (!pages_write(v->pages, (uint32_t)(at / (sqlite3_int64)FMT_BLOCK) + 1, buf, &e))
		return report(v, &e, SQLITE_IOERR_WRITE);
	return SQLITE_OK;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct vfs *v = vfs_of(f);
	sqlite3_int64 pages =
	    (size + (sqlite3_int64)FMT_BLOCK - 1) / (sqlite3_int64)FMT_BLOCK;
	struct err e = { 0 };

	if (v->stopped || size < 0 || pages > (sqlite3_int64)FMT_PAGES_MAX)
		return SQLITE_IOERR_TRUNCATE;
	if (!pages_resize(v->pages, (uint32_t)pages, &e))
		return report(v, &e, SQLITE_IOERR_TRUNCATE);
	return SQLITE_OK;
}

static int file_sync(sqlite3_file *f, int flags)
{
	struct vfs *v = vfs_of(f);
	struct err e = { 0 };

	(void)flags;
	if (v->stopped)
		return SQLITE_IOERR_FSYNC;
	if (!pages_commit(v->pages, &e))
		return report(v, &e, SQLITE_IOERR_FSYNC);
	return SQLITE_OK;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	*size = (sqlite3_int64)pages_count(vfs_of(f)->pages) * (sqlite3_int64)FMT_BLOCK;
	return SQLITE_OK;
}

static int file_lock(sqlite3_file *f, int level)
{
	(void)level;
	return vfs_of(f)->stopped ? SQLITE_IOERR_LOCK : SQLITE_OK;
}

static int file_unlock(sqlite3_file *f, int level)
{
	struct vfs *v = vfs_of(f);

	if (level <= SQLITE_LOCK_SHARED && !v->stopped)
		pages_discard(v->pages);
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *f, int *held)
{
	(void)f;
	*held = 0;
	return SQLITE_OK;
}

/* Pragmas whose change would break the promise or leave words in the clear. */
static int guard_pragma(char **args)
{
	static const char *const fixed[] = { "auto_vacuum", "journal_mode",
		"journal_size_limit", "locking_mode", "mmap_size", "page_size",
		"secure_delete", "synchronous", "temp_store", "temp_store_directory",
		"data_store_directory" };

	if (!args[1] || !args[2])
		return SQLITE_NOTFOUND;
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		if (sqlite3_stricmp(args[1], fixed[i]) == 0) {
			args[0] = sqlite3_mprintf("%s is fixed in a vault", fixed[i]);
			return SQLITE_ERROR;
		}
	}
	return SQLITE_NOTFOUND;
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	if (op == SQLITE_FCNTL_PRAGMA && vfs_of(f)->fixed)
		return guard_pragma(arg);
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *f)
{
	(void)f;
	return (int)FMT_BLOCK;
}

static int file_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static const sqlite3_io_methods file_methods = {
	.iVersion = 1, /* no shared memory, no mapping */
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
};

/* ---- the VFS ---- */

static int vfs_open_file(
    sqlite3_vfs *base, sqlite3_filename name, sqlite3_file *f, int flags, int *out_flags)
{
	struct vfs *v = base->pAppData;
	struct file *file = (struct file *)(void *)f;

	(void)name;
	file->base.pMethods = NULL;
	if (!(flags & SQLITE_OPEN_MAIN_DB) || v->in_use)
		return SQLITE_CANTOPEN;
	file->base.pMethods = &file_methods;
	file->v = v;
	v->in_use = true;
	if (out_flags)
		*out_flags = SQLITE_OPEN_READWRITE;
	return SQLITE_OK;
}

/* There is nothing beside the database: no journal to find hot, none to delete. */
static int vfs_delete(sqlite3_vfs *base, const char *name, int sync_dir)
{
	(void)base;
	(void)name;
	(void)sync_dir;
	return SQLITE_IOERR_DELETE_NOENT;
}

static int vfs_access(sqlite3_vfs *base, const char *name, int flags, int *out)
{
	(void)base;
	(void)name;
	(void)flags;
	*out = 0;
	return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *base, const char *name, int n, char *out)
{
	(void)base;
	sqlite3_snprintf(n, out, "%s", name);
	return SQLITE_OK;
}

static int vfs_random(sqlite3_vfs *base, int n, char *out)
{
	(void)base;
	randombytes_buf(out, (size_t)n);
	return n;
}

static int vfs_sleep(sqlite3_vfs *base, int us)
{
	struct vfs *v = base->pAppData;

	return v->system->xSleep(v->system, us);
}

static int vfs_time(sqlite3_vfs *base, double *out)
{
	struct vfs *v = base->pAppData;

	return v->system->xCurrentTime(v->system, out);
}

static int vfs_last_error(sqlite3_vfs *base, int n, char *out)
{
	struct vfs *v = base->pAppData;

	if (n > 0)
		sqlite3_snprintf(n, out, "%s", v->last.text);
	return v->last.sys;
}

static int vfs_time64(sqlite3_vfs *base, sqlite3_int64 *out)
{
	struct vfs *v = base->pAppData;

	return v->system->xCurrentTimeInt64(v->system, out);
}

static void vfs_fill(struct vfs *v, struct pages *p)
{
	v->pages = p;
	v->system = sqlite3_vfs_find(NULL);
	/* Names of registered VFSs must differ. */
	snprintf(v->name, sizeof v->name, "vault-%p", (void *)v);
	v->base = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = (int)sizeof(struct file),
		.mxPathname = 64,
		.zName = v->name,
		.pAppData = v,
		.xOpen = vfs_open_file,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xRandomness = vfs_random,
		.xSleep = vfs_sleep,
		.xCurrentTime = vfs_time,
		.xGetLastError = vfs_last_error,
		.xCurrentTimeInt64 = vfs_time64,
	};
}

/* ---- opening ---- */

static bool set_up(sqlite3 *db)
{
	int reserve = FMT_RESERVE;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) !=
	    SQLITE_OK)
		return false;
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, 5000);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	/* VACUUM attaches a nameless database, in memory; nothing else can be attached,
	 * because this VFS opens one file only and file: names are switched off. */
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);
	return sqlite3_exec(db,
		   "PRAGMA page_size=4096;"
		   "PRAGMA auto_vacuum=NONE;"
		   "PRAGMA journal_mode=MEMORY;"
		   "PRAGMA synchronous=FULL;"
		   "PRAGMA temp_store=MEMORY;"
		   "PRAGMA secure_delete=ON;"
		   "PRAGMA cell_size_check=ON;"
		   "PRAGMA trusted_schema=OFF;"
		   "PRAGMA foreign_keys=ON;"
		   "PRAGMA mmap_size=0;"
		   "PRAGMA cache_size=-5200;"
		   "SELECT count(*) FROM sqlite_schema;",
		   NULL, NULL, NULL) == SQLITE_OK;
}

bool vfs_open(struct vfs **out, struct sqlite3 **db, struct pages *p, struct err *e)
{
	struct vfs *v = calloc(1, sizeof *v);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	*db = NULL;
	if (!v)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	vfs_fill(v, p);
	if (sqlite3_vfs_register(&v->base, 0) != SQLITE_OK) {
		free(v);
		return err_set(
		    e, ERR_INTERNAL, "%s", _("The database could not be started."));
	}
	if (sqlite3_open_v2("vault", db, flags, v->name) == SQLITE_OK && set_up(*db)) {
		v->fixed = true;
		*out = v;
		return true;
	}
	/* SQLite gives no handle at all when it has no memory for one. */
	if (v->last.code != ERR_OK && e)
		*e = v->last;
	else if (!*db || (sqlite3_errcode(*db) & 0xff) == SQLITE_NOMEM)
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	else
		err_set(e, ERR_DAMAGED, "%s",
		    _("The database in this room could not be read. A backup can help."));
	vfs_close(v, *db);
	*db = NULL;
	return false;
}

void vfs_close(struct vfs *v, struct sqlite3 *db)
{
	sqlite3_stmt *s;

	if (!v)
		return;
	/* A statement left open would keep the connection, and its pages, alive.  SQLite is
	 * asked first: some statements are its own (full text search), and it ends them. */
	while (
	    sqlite3_close(db) == SQLITE_BUSY && (s = sqlite3_next_stmt(db, NULL)) != NULL)
		sqlite3_finalize(s);
	sqlite3_vfs_unregister(&v->base);
	free(v);
}

void vfs_stop(struct vfs *v)
{
	v->stopped = true;
}

const struct err *vfs_last(const struct vfs *v)
{
	return &v->last;
}

void vfs_forget_last(struct vfs *v)
{
	v->last = (struct err){ 0 };
}
