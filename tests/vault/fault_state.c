/* An open vault whose files change under it, and calls that nobody makes: what is read is
 * checked every time, and nothing is believed because it was right before. */
#include "room.h"

#include <sodium.h>

#include "vault/io.h"

/* ---- files that are shorter than they were ---- */

static void test_log_cut_while_open(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct mem_file *f = log_in(m, HOME);
	struct vault_report r;
	uint8_t out[FMT_BLOCK];
	size_t size = f->size;
	struct err e = { 0 };

	(void)state;
	/* In the head of a batch, in its frames, and between them. */
	for (size_t at = 0; at < v->pages->tail * FMT_BLOCK; at += FMT_BLOCK / 2) {
		f->size = at;
		assert_true(vault_verify(v, &r, &e));
		assert_false(r.log_ok);
		assert_non_null(strstr(r.where, "the log from block"));
	}
	f->size = 100;
	assert_false(pages_frame(v->pages, 1, out, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	e.code = ERR_OK;
	assert_false(fold_all(v->pages, &e));
	assert_int_equal(e.code, ERR_DAMAGED);
	f->size = size;
	assert_true(fold_all(v->pages, &e));
	room_end(m, v);
}

static void test_beginning_changed_while_open(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct mem_file *f = main_in(m, HOME);
	struct vault_report r;
	size_t size = f->size;
	struct err e;

	(void)state;
	assert_true(fold_all(v->pages, &e));
	for (int copy = 0; copy < 2; copy++) {
		f->now[FMT_HEADER_AT(copy) + 9] ^= 1;
		f->now[FMT_ROOT_AT(1 - copy) + 9] ^= 1;
		assert_true(vault_verify(v, &r, &e));
		assert_string_equal(r.where,
		    copy ? "root copy 1, header copy 2" : "header copy 1, root copy 2");
		f->now[FMT_HEADER_AT(copy) + 9] ^= 1;
		f->now[FMT_ROOT_AT(1 - copy) + 9] ^= 1;
	}
	f->size = 0;
	assert_true(vault_verify(v, &r, &e));
	assert_false(r.headers_ok || r.roots_ok);
	assert_int_equal(r.bad_pages, r.pages);
	f->size = size;
	assert_true(vault_verify(v, &r, &e));
	assert_string_equal(r.where, "");
	room_end(m, v);
}

/* The list of what is damaged ends in one row of dots, however it fits. */
static void test_more_damage_than_there_is_room_for(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct mem_file *f = main_in(m, HOME);
	struct vault_report r;
	size_t most = 0;
	struct err e;

	(void)state;
	rig_sql(v, "INSERT INTO t(b) VALUES(zeroblob(600000))");
	assert_true(fold_all(v->pages, &e));
	rig_sql(v, "PRAGMA shrink_memory");
	for (uint32_t first = 4; first < 104; first += 3) {
		uint8_t *was = malloc(f->size);

		assert_non_null(was);
		memcpy(was, f->now, f->size);
		for (uint32_t no = first; no < 140; no += no == first ? 3u : 2u)
			f->now[FMT_PAGE_AT(no) + 9] ^= 1;
		f->now[FMT_HEADER_AT(0) + 9] ^= 1;
		assert_true(vault_verify(v, &r, &e));
		memcpy(f->now, was, f->size);
		free(was);
		assert_true(strlen(r.where) < sizeof r.where);
		most = strlen(r.where) > most ? strlen(r.where) : most;
		if (strstr(r.where, "..."))
			assert_string_equal(strstr(r.where, "..."), "...");
		else
			assert_non_null(strstr(r.where, "header copy 1"));
	}
	assert_in_range(most, sizeof r.where - 8, sizeof r.where - 1);
	rig_sql(v, "DELETE FROM t WHERE a > 2");
	room_end(m, v);
}

/* ---- the log, made by hand ---- */

/* A whole batch at the end of the log, with this number. */
static void append(struct vault *v, struct memfs *m, uint64_t seq, uint32_t npage)
{
	static uint8_t body[FMT_BLOCK];
	struct pages *p = v->pages;
	struct log_group g = {
		.seq = seq, .npage = npage, .n = 1, .page = { 2 }, .last = true
	};

	log_seal(
	    log_in(m, HOME)->now + p->tail * FMT_BLOCK, p->k, p->tail, &g, body, p->chain);
}

static void test_batches_with_other_numbers(void **state)
{
	static const struct {
		int by;
		enum err_code want;
	} all[] = { { -1, ERR_OK }, { 0, ERR_OK }, { 2, ERR_DAMAGED } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct vault *v;
		struct memfs *m = room_with_rows(&v);

		append(v, m, v->pages->seq + (uint64_t)all[i].by, v->pages->npage);
		vault_drop_keys(v);
		vault_close(v);
		assert_int_equal(rig_try(&v, &m->sys, HOME, "uno", false), all[i].want);
		if (v)
			room_end(m, v);
		else
			memfs_free(m);
	}
}

/* ---- pages ---- */

static void test_folding_what_is_only_cut(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct pages *p = v->pages;
	uint32_t npage;
	struct err e;

	(void)state;
	rig_sql(v, "INSERT INTO t(b) VALUES(zeroblob(90000)); DELETE FROM t WHERE a > 2");
	assert_true(fold_all(p, &e));
	npage = p->npage;
	assert_int_equal(p->tail, 0);
	/* The last page is free, and nothing says so yet: SQLite does not care. */
	assert_true(pages_resize(p, npage - 1, &e));
	assert_true(pages_resize(p, npage - 1, &e));
	assert_int_equal(p->root.npage, npage);
	mem_arm(m, MEM_EIO, 4, true);
	assert_false(fold_all(p, &e));
	m->fault = MEM_NONE;
	assert_int_equal(p->root.state, ROOT_FOLDING);
	assert_int_equal(p->tail, 0);
	assert_true(fold_all(p, &e));
	assert_int_equal(p->root.state, ROOT_CLEAN);
	assert_int_equal(p->root.npage, npage - 1);
	rig_sql(v, "VACUUM");
	room_end(m, v);
}

/* The main file was cut back while all its pages were in the log, and the disk is full when
 * it is to grow again. */
static void test_no_room_to_fold(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	(void)state;
	vault_drop_keys(v);
	vault_close(v);
	main_in(m, HOME)->size = FMT_PAGE_AT(1);
	v = rig_open(&m->sys, HOME, "uno");
	mem_arm(m, MEM_ENOSPC, 0, true);
	assert_false(fold_all(v->pages, &e));
	assert_int_equal(e.code, ERR_FULL);
	m->fault = MEM_NONE;
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 2);
	assert_true(fold_all(v->pages, &e));
	room_end(m, v);
}

/* A fold failed at its last step: nothing can be saved before it succeeds. */
static void test_fold_must_come_first(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct vault_witness w, found;
	static uint8_t page[FMT_BLOCK];
	struct pages *p = v->pages;
	struct err e = { 0 };

	(void)state;
	for (long at = 0; !p->must_fold; at++) {
		mem_arm(m, MEM_EIO, at, true);
		assert_false(vault_witness(v, &w, &e));
		assert_int_equal(e.code, ERR_IO);
	}
	m->fault = MEM_NONE;
	assert_true(pages_read(p, 2, page, &e));
	mem_arm(m, MEM_EIO, 0, true);
	assert_true(pages_write(p, 2, page, NULL));
	assert_false(pages_commit(p, NULL));
	pages_discard(p);
	assert_true(p->must_fold);
	m->fault = MEM_NONE;
	assert_true(pages_write(p, 2, page, NULL) && pages_commit(p, NULL));
	pages_discard(p);
	assert_false(p->must_fold);
	assert_true(vault_witness(v, &w, &e));
	vault_found(v, &found);
	assert_int_equal(vault_age(&found, &w), VAULT_LIKE_NOTED);
	room_end(m, v);
}

/* Every group of a transaction fails to be written while a gap is filled. */
static void test_gap_of_many_groups(void **state)
{
	static const uint8_t page[FMT_BLOCK];
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	struct err e;

	(void)state;
	for (long at = 0; at < 3; at++) {
		assert_true(pages_write(v->pages, 120, page, &e));
		mem_arm(m, MEM_EIO, at, true);
		assert_false(pages_commit(v->pages, &e));
		m->fault = MEM_NONE;
		assert_int_equal(e.code, ERR_IO);
		pages_discard(v->pages);
		assert_int_equal(v->pages->npage, v->pages->t_npage);
	}
	room_end(m, v);
}

/* ---- the VFS, called by hand ---- */

static void test_other_calls_that_sqlite_does_not_make(void **state)
{
	struct vault *v;
	struct memfs *m = room_with_rows(&v);
	sqlite3_file *f = NULL;
	sqlite3_vfs *fs = NULL;
	char *nameless[] = { NULL, NULL, NULL };
	struct vault *w;
	struct err e = { 0 };
	uint8_t buf[4096];

	(void)state;
	sqlite3_file_control(vault_db(v), "main", SQLITE_FCNTL_FILE_POINTER, &f);
	sqlite3_file_control(vault_db(v), "main", SQLITE_FCNTL_VFS_POINTER, &fs);
	assert_int_equal(f->pMethods->xRead(f, buf, 4096, 100), SQLITE_IOERR_READ);
	/* A lock that is still one leaves the transaction as it is. */
	rig_sql(v, "BEGIN; INSERT INTO t(b) VALUES('three')");
	assert_int_equal(f->pMethods->xUnlock(f, SQLITE_LOCK_RESERVED), SQLITE_OK);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 3);
	rig_sql(v, "ROLLBACK");
	assert_int_equal(
	    f->pMethods->xFileControl(f, SQLITE_FCNTL_PRAGMA, nameless), SQLITE_NOTFOUND);
	/* Closed and opened again, and nobody asks with which rights. */
	sqlite3_file *g = malloc((size_t)fs->szOsFile);

	assert_non_null(g);
	assert_int_equal(f->pMethods->xClose(f), SQLITE_OK);
	assert_int_equal(
	    fs->xOpen(fs, "vault", g, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	assert_int_equal(
	    fs->xOpen(fs, "vault", f, SQLITE_OPEN_MAIN_DB, NULL), SQLITE_CANTOPEN);
	free(g);
	f->pMethods = NULL;
	vault_drop_keys(v);
	vault_close(v);

	/* Failures that nobody asks the reason of. */
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");

	log_in(m, HOME)->now[100] ^= 1;
	main_in(m, HOME)->now[FMT_ROOT_AT(0) + 1] ^= 1;
	main_in(m, HOME)->now[FMT_ROOT_AT(1) + 1] ^= 1;
	assert_false(vault_open(&w, &m->sys, HOME, key, NULL));
	log_in(m, HOME)->now[100] ^= 1;
	main_in(m, HOME)->now[FMT_ROOT_AT(0) + 1] ^= 1;
	main_in(m, HOME)->now[FMT_ROOT_AT(1) + 1] ^= 1;
	v = rig_open(&m->sys, HOME, "uno");
	mem_arm(m, MEM_EIO, 0, true);
	assert_int_not_equal(
	    sqlite3_exec(vault_db(v), "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
	assert_false(vault_sql_err(v, NULL));
	m->fault = MEM_NONE;
	assert_false(vault_sql_err(v, &e));
	assert_int_equal(e.code, ERR_INTERNAL); /* told once */
	struct vfs *second;
	struct sqlite3 *db;

	mem_arm(m, MEM_EIO, 0, true);
	assert_false(vfs_open(&second, &db, v->pages, NULL));
	assert_null(db);
	m->fault = MEM_NONE;
	vault_key_free(key);
	room_end(m, v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_cut_while_open),
		cmocka_unit_test(test_beginning_changed_while_open),
		cmocka_unit_test(test_more_damage_than_there_is_room_for),
		cmocka_unit_test(test_batches_with_other_numbers),
		cmocka_unit_test(test_folding_what_is_only_cut),
		cmocka_unit_test(test_no_room_to_fold),
		cmocka_unit_test(test_fold_must_come_first),
		cmocka_unit_test(test_gap_of_many_groups),
		cmocka_unit_test(test_other_calls_that_sqlite_does_not_make),
	};

	return cmocka_run_group_tests_name("vault states", tests, rig_start, NULL);
}
