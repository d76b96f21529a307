/* Runs: one row for each pass through a page. */
#include "db.h"

static void read_run(sqlite3_stmt *st, struct run_row *out)
{
	*out = (struct run_row){
		.id = db_id(st, 0),
		.page = db_str(st, 1),
		.state = sqlite3_column_int(st, 2) == RUN_DONE ? RUN_DONE : RUN_BEGUN,
		.at = db_str(st, 3),
		.begun = sqlite3_column_int64(st, 4),
		.changed = sqlite3_column_int64(st, 5),
		.done = sqlite3_column_int64(st, 6),
	};
}

bool store_run_put(struct store *s, struct run_row *r, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_RUN_PUT, e);
	int64_t now = s->world->now_ms(s->world);
	struct run_row want = *r;

	if (st == NULL)
		return false;
	if (want.begun == 0)
		want.begun = now;
	if (id_none(want.id))
		want.id = id_new(s, want.begun);
	if (want.changed == 0)
		want.changed = now;
	db_bind_id(st, 1, want.id);
	db_bind_str(st, 2, want.page);
	db_bind_int(st, 3, want.state);
	db_bind_str(st, 4, want.at);
	db_bind_int(st, 5, want.begun);
	db_bind_int(st, 6, want.changed);
	db_bind_int(st, 7, want.done);
	if (!db_run(s, st, e))
		return false;
	*r = want;
	return true;
}

bool store_run_last(
    struct store *s, struct str page, struct arena *a, struct run_row *out, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_RUN_LAST, e);

	*out = (struct run_row){ 0 };
	if (st == NULL)
		return false;
	db_bind_str(st, 1, page);
	int row = db_row(s, st, e);
	if (row == 1) {
		read_run(st, out);
		out->page = arena_dup(a, out->page);
		out->at = arena_dup(a, out->at);
	}
	db_done(st);
	return row >= 0;
}

bool store_runs(struct store *s, struct str page, run_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s,
	    page.n > 0 ? RUN_SELECT " FROM run WHERE page = ?1 ORDER BY begun DESC, id DESC"
		       : RUN_SELECT " FROM run ORDER BY begun DESC, id DESC",
	    e);
	int row;

	if (st == NULL)
		return false;
	if (page.n > 0)
		db_bind_str(st, 1, page);
	while ((row = db_row(s, st, e)) == 1) {
		struct run_row r;
		read_run(st, &r);
		if (!fn(arg, &r))
			break;
	}
	(void)sqlite3_finalize(st);
	return row >= 0;
}

static bool drop_run(struct store *s, struct id run, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_RUN_DELETE, e);

	if (st == NULL)
		return false;
	db_bind_id(st, 1, run);
	if (!db_run(s, st, e))
		return false;
	st = db_kept(s, ST_MARKER_PUT, e);
	if (st == NULL)
		return false;
	db_bind_id(st, 1, run);
	db_bind_int(st, 2, s->world->now_ms(s->world));
	return db_run(s, st, e);
}

bool store_run_delete(struct store *s, struct id run, struct err *e)
{
	struct query q = { .run = run };

	if (id_none(run))
		return true;
	if (!store_begin(s, e))
		return false;
	if (!store_delete_all(s, &q, e) || !drop_run(s, run, e)) {
		store_rollback(s);
		return false;
	}
	return store_commit(s, e);
}
