/* The one thing that the vault takes for granted about SQLite: under journal_mode=MEMORY
 * what is written when it syncs is a consistent database.  See selftest.h. */
#include "selftest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#include "pages.h"
#include "sqlmem.h"
#include "vfs.h"

/* File handles of the scratch vault. */
enum { MAIN = 0, LOG = 1, FILES };
#define BYTES ((size_t)256 * 1024) /* what fold_main_size() gives to a small vault */
#define LOG_BLOCKS 48

struct scratch {
	uint8_t *bytes[FILES];
	size_t size[FILES], used[FILES];
	unsigned writes, lost; /* to the log; see selftest() */
	struct secret *mem;
	struct keys *keys;
	struct vault_sys sys;
	struct pages *pages;
	struct vfs *vfs;
	struct sqlite3 *db;
	struct scratch *copy; /* what is stored is opened here; NULL in the copy itself */
	bool starved;         /* a step failed for want of memory, which says nothing */
	bool torn;            /* a sync left something that is no whole database */
};

static int64_t ask(struct sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	return sqlite3_finalize(s) == SQLITE_OK ? n : -1;
}

/* ---- two files in memory ---- */

static ssize_t mem_read(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	struct scratch *s = ctx;
	size_t from = (size_t)at, left = from < s->size[fd] ? s->size[fd] - from : 0;

	n = n < left ? n : left;
	if (n > 0)
		memcpy(buf, s->bytes[fd] + from, n);
	return (ssize_t)n;
}

static ssize_t mem_write(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	struct scratch *s = ctx;

	if ((size_t)at + n > BYTES) {
		errno = ENOSPC;
		return -1;
	}
	if (s->size[fd] < (size_t)at + n)
		s->size[fd] = (size_t)at + n;
	if (s->used[fd] < (size_t)at + n)
		s->used[fd] = (size_t)at + n;
	if (fd != LOG || ++s->writes != s->lost)
		memcpy(s->bytes[fd] + at, buf, n);
	return (ssize_t)n;
}

static int mem_cut(void *ctx, int fd, off_t size)
{
	((struct scratch *)ctx)->size[fd] = (size_t)size;
	return 0;
}

static int mem_stat(void *ctx, int fd, struct stat *st)
{
	*st = (struct stat){ .st_size = (off_t)((struct scratch *)ctx)->size[fd] };
	return 0;
}

static int mem_close(void *ctx, int fd)
{
	(void)ctx;
	(void)fd;
	return 0;
}

static bool whole(struct scratch *s);

static int mem_sync(void *ctx, int fd)
{
	struct scratch *s = ctx;

	if (fd == LOG && s->db && s->copy && !whole(s))
		s->torn = true;
	return 0;
}

static void shut(struct scratch *s)
{
	vfs_close(s->vfs, s->db);
	pages_close(s->pages);
	s->vfs = NULL;
	s->db = NULL;
	s->pages = NULL;
}

static void drop(struct scratch *s)
{
	shut(s);
	secret_free(s->mem);
	for (int i = 0; i < FILES; i++)
		free(s->bytes[i]);
}

static bool start(struct scratch *s)
{
	s->sys = (struct vault_sys){ .ctx = s,
		.log_blocks = LOG_BLOCKS,
		.pread = mem_read,
		.pwrite = mem_write,
		.fdatasync = mem_sync,
		.ftruncate = mem_cut,
		.fstat = mem_stat,
		.close = mem_close };
	s->mem = secret_try_new(sizeof(struct keys));
	if (s->mem)
		s->keys = (struct keys *)(void *)secret_bytes(s->mem);
	for (int i = 0; i < FILES; i++) {
		s->bytes[i] = calloc(1, BYTES);
		s->size[i] = BYTES;
	}
	s->starved = !s->mem || !s->bytes[MAIN] || !s->bytes[LOG];
	return !s->starved;
}

static bool open_it(struct scratch *s)
{
	struct err e = { 0 };
	bool ok = pages_open(&s->pages, &s->sys, MAIN, LOG, s->keys, 1, &e) &&
		  vfs_open(&s->vfs, &s->db, s->pages, &e);

	s->starved = s->starved || e.code == ERR_MEMORY;
	return ok;
}

/* What is stored now, opened as after a power failure. */
static bool whole(struct scratch *s)
{
	struct scratch *copy = s->copy;
	bool ok;

	for (int i = 0; i < FILES; i++) {
		memcpy(copy->bytes[i], s->bytes[i], s->used[i]);
		copy->size[i] = s->size[i];
	}
	memcpy(copy->keys, s->keys, sizeof *copy->keys);
	ok = open_it(copy) && copy->pages->seq == s->pages->seq + 1 &&
	     ask(copy->db,
		 "SELECT integrity_check = 'ok' FROM pragma_integrity_check(1)") == 1 &&
	     ask(copy->db,
		 "SELECT c = (SELECT count(*) FROM t) AND "
		 "s = (SELECT coalesce(sum(a * length(b)), 0) FROM t) FROM m") == 1;
	shut(copy);
	s->starved = s->starved || copy->starved;
	return ok;
}

/* ---- the script ---- */

#define SUMS \
	"UPDATE m SET c = (SELECT count(*) FROM t), " \
	"s = (SELECT sum(a * length(b)) FROM t);"
#define ROWS(n, bytes) \
	"WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < " n ")" \
	"INSERT INTO t(b) SELECT zeroblob(" bytes ") FROM i;"

/* `commits` is how often the step must sync.  A rollback of what did not fit the cache writes
 * the old pages again. */
static const struct step {
	const char *sql;
	unsigned commits;
} script[] = {
	{ "BEGIN; CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(c, s);"
	  "INSERT INTO m VALUES(0, 0); COMMIT",
	    1 },
	{ "PRAGMA cache_size=4", 0 },
	{ "BEGIN;" ROWS("30", "1900") SUMS "COMMIT", 1 }, /* more pages than the cache */
	{ "BEGIN; DELETE FROM t;" ROWS("20", "1500") "UPDATE m SET c = 9; ROLLBACK", 1 },
	{ "BEGIN; DELETE FROM t WHERE a % 3 = 1; SAVEPOINT x; DELETE FROM t; ROLLBACK TO x;"
	  "INSERT INTO t(b) VALUES(zeroblob(9000));" SUMS "COMMIT",
	    1 },
	{ "VACUUM", 1 },
};

static bool step(struct scratch *s, const struct step *st)
{
	uint64_t before = s->pages->seq;
	int rc = sqlite3_exec(s->db, st->sql, NULL, NULL, NULL);

	s->starved = s->starved || (rc & 0xff) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM;
	return rc == SQLITE_OK && !s->torn && s->pages->seq == before + st->commits;
}

/* The copy that SQLite makes of itself reads every page. */
static bool backup(struct scratch *s)
{
	struct sqlite3 *to = NULL;
	sqlite3_backup *b = NULL;
	bool ok = sqlite3_open_v2(":memory:", &to,
		      SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) == SQLITE_OK;

	if (ok)
		b = sqlite3_backup_init(to, "main", s->db, "main");
	ok = b && sqlite3_backup_step(b, -1) == SQLITE_DONE;
	sqlite3_backup_finish(b);
	ok = ok && ask(to, "SELECT c = (SELECT count(*) FROM t) FROM m") == 1;
	sqlite3_close(to);
	return ok;
}

static bool run(struct scratch *s)
{
	uint8_t page[FMT_BLOCK];
	bool ok = open_it(s);

	for (size_t i = 0; ok && i < ARRAY_LEN(script); i++)
		ok = step(s, &script[i]);
	return ok && backup(s) && fold_all(s->pages, NULL) &&
	       pages_read(s->pages, 1, page, NULL) && page[20] == FMT_RESERVE;
}

bool selftest(unsigned lost, struct err *e)
{
	struct scratch copy = { 0 }, s = { .lost = lost, .copy = &copy };
	struct err why = { 0 };
	bool ok;

	sqlmem_start();
	ok = start(&copy) && start(&s);
	if (ok) {
		randombytes_buf(s.keys->id, FMT_ID);
		randombytes_buf(s.keys->master, FMT_KEY);
		seal_derive(s.keys);
		ok = pages_make(&s.sys, MAIN, s.keys, &why) && run(&s);
	}
	drop(&s);
	drop(&copy);
	if (!ok && (s.starved || copy.starved || why.code == ERR_MEMORY))
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	if (!ok)
		return err_set(e, ERR_UNSUPPORTED,
		    _("The database library here (SQLite %s) does not behave as a room needs it. "
		      "Nothing was opened, so nothing can be harmed."),
		    sqlite3_libversion());
	return true;
}
