/* Edges of the parts below SQLite: numbers that are too large, calls that SQLite does not
 * make, blocks that are sealed and wrong, memory that the system does not lock. */
#include "room.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <sodium.h>

#include "vault/io.h"
#include "vault/sqlmem.h"

/* ---- pages ---- */

static void test_page_numbers_that_are_too_large(void **state)
{
	static const uint8_t page[FMT_BLOCK];
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct pages *p = v->pages;
	uint8_t out[FMT_BLOCK];
	struct err e;
	uint32_t tail;

	(void)state;
	assert_false(pages_write(p, FMT_PAGES_MAX + 1, page, &e));
	assert_int_equal(e.code, ERR_FULL);
	/* The transaction has failed; until it is given up nothing has an effect. */
	assert_true(pages_write(p, 1, page, &e));
	assert_true(pages_resize(p, 0, &e));
	assert_true(pages_commit(p, &e));
	pages_discard(p);
	assert_false(pages_resize(p, FMT_PAGES_MAX + 1, &e));
	pages_discard(p);
	tail = p->t_tail;
	assert_true(pages_write(p, 2, page, &e));
	p->t_tail = FMT_PAGES_MAX;
	assert_false(pages_commit(p, &e));
	assert_int_equal(e.code, ERR_FULL);
	pages_discard(p);
	assert_int_equal(p->t_tail, tail);
	assert_true(pages_read(p, 0, out, &e));
	assert_true(sodium_is_zero(out, sizeof out));
	assert_false(pages_pend(p, FMT_PAGES_MAX + 1, 1, &e));
	room_end(m, v);
}

/* Growing over pages that nobody writes, with a log that fails in the middle of it. */
static void test_gaps_that_cannot_be_filled(void **state)
{
	static const uint8_t page[FMT_BLOCK];
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	(void)state;
	assert_true(pages_write(v->pages, 90, page, &e));
	mem_arm(m, MEM_EIO, 0, true);
	assert_false(pages_commit(v->pages, &e));
	m->fault = MEM_NONE;
	pages_discard(v->pages);
	room_end(m, v);
}

static void test_another_process(void **state)
{
	static const uint8_t page[FMT_BLOCK];
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct pages *p = v->pages;
	int64_t pid = p->pid;
	struct err e;

	(void)state;
	p->pid = pid + 1;
	assert_true(pages_settle(p, &e)); /* leaves it alone */
	assert_true(pages_write(p, 1, page, &e));
	assert_false(pages_commit(p, &e));
	assert_int_equal(e.code, ERR_BUSY);
	pages_discard(p);
	p->pid = pid;
	room_end(m, v);
}

/* The log is changed while the vault is open, and then folded in. */
static void test_log_damaged_while_open(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_report r;
	struct err e;
	uint8_t out[FMT_BLOCK];
	uint32_t block = 0;

	(void)state;
	for (uint32_t no = 1; no <= v->pages->npage; no++)
		block = v->pages->at[no].log ? v->pages->at[no].log - 1 : block;
	assert_true(block > 0);
	log_in(m, HOME)->now[block * 4096 + 100] ^= 1;
	assert_false(pages_frame(v->pages, block, out, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	assert_true(vault_verify(v, &r, &e));
	assert_true(r.bad_pages > 0 && !r.log_ok && strstr(r.where, "log"));
	assert_false(fold_all(v->pages, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	log_in(m, HOME)->now[block * 4096 + 100] ^= 1;
	assert_true(fold_all(v->pages, &e));
	room_end(m, v);
}

static void test_pages_damaged_while_open(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_report r;
	struct err e;
	uint8_t *at;

	(void)state;
	rig_sql(v, "UPDATE t SET b = zeroblob(30000)");
	assert_true(fold_all(v->pages, &e));
	at = main_in(m, HOME)->now + FMT_PAGE_AT(5);
	for (size_t i = 0; i < 4; i++)
		at[i * 4096 + 9] ^= 1;
	at[6 * 4096 + 9] ^= 1;
	assert_true(vault_verify(v, &r, &e));
	assert_int_equal(r.bad_pages, 5);
	assert_non_null(strstr(r.where, "5 to 8"));
	for (size_t i = 0; i < 4; i++)
		at[i * 4096 + 9] ^= 1;
	at[6 * 4096 + 9] ^= 1;
	room_end(m, v);
}

/* Pages that are whole and do not agree with each other: SQLite notices. */
static void test_pages_that_do_not_agree(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	uint8_t page[FMT_BLOCK], was[FMT_BLOCK];
	struct vault_report r;
	struct err e;

	(void)state;
	rig_sql(v, "CREATE INDEX i ON t(b); PRAGMA shrink_memory");
	assert_true(pages_read(v->pages, 3, was, &e));
	memcpy(page, was, sizeof page);
	page[3] = 0; /* no cells */
	page[4] = 0;
	assert_true(pages_write(v->pages, 3, page, &e) && pages_commit(v->pages, &e));
	pages_discard(v->pages);
	assert_true(vault_verify(v, &r, &e));
	assert_int_equal(r.bad_pages, 1);
	assert_true(pages_write(v->pages, 3, was, &e) && pages_commit(v->pages, &e));
	pages_discard(v->pages);
	room_end(m, v);
}

/* ---- sealed, and wrong ---- */

static bool head_opens(struct keys *k, const uint8_t *pt)
{
	struct log_group g;
	uint8_t block[FMT_BLOCK] = { 0 };

	seal_block(k->log_now, SEAL_HEAD, k->id, 3, block, pt, FMT_BODY,
	    block + FMT_NONCE + FMT_TAG, block + FMT_NONCE);
	return log_head(block, k, 3, &g);
}

static void test_sealed_nonsense(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct root r = v->pages->root;
	uint8_t pt[FMT_BODY] = { 0 }, block[FMT_BLOCK];

	(void)state;
	pt[12] = 1;
	pt[20] = 7;
	assert_true(head_opens(v->keys, pt));
	pt[20] = 0; /* page 0 */
	assert_false(head_opens(v->keys, pt));
	pt[23] = 0x80; /* a page far away */
	assert_false(head_opens(v->keys, pt));
	pt[23] = 0;
	pt[12] = FMT_GROUP + 1;
	assert_false(head_opens(v->keys, pt));
	pt[12] = 0;
	pt[11] = 0x80; /* too many pages */
	assert_false(head_opens(v->keys, pt));
	r.npage = FMT_PAGES_MAX + 1;
	root_seal(block, v->keys, 0, &r);
	assert_false(root_open(block, v->keys, 0, &r));
	room_end(m, v);
}

/* A state that no version writes. */
static void test_root_of_another_state(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct root r = v->pages->root;
	uint8_t block[FMT_BLOCK];

	(void)state;
	r.state = (enum root_state)2;
	root_seal(block, v->keys, 1, &r);
	assert_false(root_open(block, v->keys, 1, &r));
	room_end(m, v);
}

/* Page 1 sealed, and no database. */
static void test_page_one_is_no_database(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	uint8_t page[FMT_BLOCK];
	struct err e;

	(void)state;
	memset(page, 7, sizeof page);
	assert_true(pages_write(v->pages, 1, page, &e) && pages_commit(v->pages, &e));
	vault_drop_keys(v);
	vault_close(v);
	assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), ERR_DAMAGED);
	memfs_free(m);
}

/* ---- the VFS, called by hand ---- */

static void test_calls_that_sqlite_does_not_make(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	sqlite3_file *f = NULL;
	sqlite3_int64 t64, size;
	uint8_t buf[8192] = { 0 };
	int held = 1, there = 1;
	double t;

	(void)state;
	sqlite3_file_control(vault_db(v), "main", SQLITE_FCNTL_FILE_POINTER, &f);
	const sqlite3_io_methods *io = f->pMethods;

	assert_int_equal(io->xRead(f, buf, 8192, 0), SQLITE_IOERR_READ);
	assert_int_equal(io->xRead(f, buf, 10, -1), SQLITE_IOERR_READ);
	assert_int_equal(io->xRead(f, buf, 10, 4090), SQLITE_IOERR_READ);
	assert_int_equal(io->xRead(f, buf, -1, 0), SQLITE_IOERR_READ);
	assert_int_equal(io->xFileSize(f, &size), SQLITE_OK);
	assert_int_equal(io->xRead(f, buf, 4096, size), SQLITE_IOERR_SHORT_READ);
	assert_int_equal(io->xWrite(f, buf, 100, 0), SQLITE_IOERR_WRITE);
	assert_int_equal(io->xWrite(f, buf, 4096, 100), SQLITE_IOERR_WRITE);
	assert_int_equal(io->xWrite(f, buf, 4096, -4096), SQLITE_IOERR_WRITE);
	assert_int_equal(io->xWrite(f, buf, 4096, (sqlite3_int64)FMT_PAGES_MAX * 4096),
	    SQLITE_IOERR_WRITE);
	assert_int_equal(io->xTruncate(f, -5000), SQLITE_IOERR_TRUNCATE);
	assert_int_equal(io->xTruncate(f, ((sqlite3_int64)FMT_PAGES_MAX + 2) * 4096),
	    SQLITE_IOERR_TRUNCATE);
	assert_int_equal(io->xCheckReservedLock(f, &held), SQLITE_OK);
	assert_int_equal(held, 0);
	assert_int_equal(io->xDeviceCharacteristics(f), 0);
	assert_int_equal(io->xSectorSize(f), 4096);

	sqlite3_vfs *fs = NULL;
	int n;

	sqlite3_file_control(vault_db(v), "main", SQLITE_FCNTL_VFS_POINTER, &fs);
	assert_int_equal(fs->xDelete(fs, "x", 0), SQLITE_IOERR_DELETE_NOENT);
	assert_int_equal(fs->xAccess(fs, "x", 0, &there), SQLITE_OK);
	assert_int_equal(there, 0);
	assert_int_equal(fs->xOpen(fs, NULL, (sqlite3_file *)(void *)buf,
			     SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_READWRITE, &n),
	    SQLITE_CANTOPEN);
	assert_int_equal(fs->xRandomness(fs, 16, (char *)buf), 16);
	assert_false(sodium_is_zero(buf, 16));
	assert_int_equal(fs->xCurrentTime(fs, &t), SQLITE_OK);
	assert_int_equal(fs->xCurrentTimeInt64(fs, &t64), SQLITE_OK);
	assert_true(fs->xSleep(fs, 10) >= 10);
	fs->xGetLastError(fs, 0, (char *)buf);
	fs->xGetLastError(fs, 8, (char *)buf);

	vault_drop_keys(v);
	assert_int_equal(io->xRead(f, buf, 4096, 0), SQLITE_IOERR_READ);
	assert_int_equal(io->xWrite(f, buf, 4096, 0), SQLITE_IOERR_WRITE);
	assert_int_equal(io->xTruncate(f, 4096), SQLITE_IOERR_TRUNCATE);
	assert_int_equal(io->xSync(f, 0), SQLITE_IOERR_FSYNC);
	assert_int_equal(io->xLock(f, SQLITE_LOCK_SHARED), SQLITE_IOERR_LOCK);
	assert_int_equal(io->xUnlock(f, SQLITE_LOCK_NONE), SQLITE_OK);
	room_end(m, v);
}

static void test_statement_left_open(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	sqlite3_stmt *s, *s2;
	struct err e = { 0 };

	(void)state;
	assert_false(vault_sql_err(v, &e)); /* nothing is wrong with the files */
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_int_equal(
	    sqlite3_prepare_v2(vault_db(v), "SELECT * FROM t", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(
	    sqlite3_prepare_v2(vault_db(v), "UPDATE t SET b = 1", -1, &s2, NULL),
	    SQLITE_OK);
	room_end(m, v);
}

/* ---- memory that may not be locked ---- */

/* In a process of its own, because SQLite starts once. */
static int with_limit(rlim_t bytes)
{
	const struct rlimit r = { bytes, bytes };
	struct vault *v;
	struct memfs *m;

	if (setrlimit(RLIMIT_MEMLOCK, &r) != 0)
		return 1;
	m = room_with_rows(&v);
	rig_sql(v, "INSERT INTO t(b) VALUES(zeroblob(3000000)); DELETE FROM t WHERE a > 2");
	room_end(m, v);
	return 0;
}

static int after_others(rlim_t bytes)
{
	struct err e = { 0 };

	(void)bytes;
	sqlite3_initialize();
	return vault_init(&e) || e.text[0] == '\0';
}

static void apart(int (*what)(rlim_t), rlim_t bytes)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0)
		exit(what(bytes));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_limits_on_locked_memory(void **state)
{
	(void)state;
	apart(with_limit, 3 * 1024 * 1024);
	apart(with_limit, 64 * 1024);
	apart(after_others, 0);
}

/* Without SQLite, which the first test starts in children. */
static int start(void **state)
{
	struct err e;

	(void)state;
	return secret_init(&e) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_on_locked_memory), /* before SQLite starts */
		cmocka_unit_test(test_page_numbers_that_are_too_large),
		cmocka_unit_test(test_gaps_that_cannot_be_filled),
		cmocka_unit_test(test_another_process),
		cmocka_unit_test(test_log_damaged_while_open),
		cmocka_unit_test(test_pages_damaged_while_open),
		cmocka_unit_test(test_pages_that_do_not_agree),
		cmocka_unit_test(test_sealed_nonsense),
		cmocka_unit_test(test_root_of_another_state),
		cmocka_unit_test(test_page_one_is_no_database),
		cmocka_unit_test(test_calls_that_sqlite_does_not_make),
		cmocka_unit_test(test_statement_left_open),
	};

	return cmocka_run_group_tests_name("vault edges", tests, start, NULL);
}
