/* Saving what can be read of a damaged vault into a new one.
 *
 * The damaged side is read without SQLite (tree.h), page by page; the new side is an open
 * vault.  What the tables are called comes from the damaged vault itself, or, when that page
 * is gone, from the tables that the new vault has.  A page of rows that nothing leads to any
 * more is given to the one table whose columns its rows fit, or left out and counted. */
#include "rescue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#define BATCH 1000 /* rows a commit */

bool rescue_refused(struct rescue *r)
{
	r->failed = true;
	return vault_sql_err(r->into, r->e);
}

bool rescue_run(struct rescue *r, const char *sql)
{
	if (sqlite3_exec(vault_db(r->into), sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return rescue_refused(r);
}

/* ---- rows ---- */

static void bind(sqlite3_stmt *s, int at, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL: sqlite3_bind_null(s, at); break;
	case VALUE_INT: sqlite3_bind_int64(s, at, v->i); break;
	case VALUE_REAL: sqlite3_bind_double(s, at, v->r); break;
	case VALUE_BLOB:
		/* Never NULL: that would be another value. */
		sqlite3_bind_blob64(
		    s, at, v->n ? (const void *)v->p : "", v->n, SQLITE_STATIC);
		break;
	case VALUE_TEXT:
		sqlite3_bind_text64(
		    s, at, (const char *)v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
		break;
	}
}

static bool is_constraint(int rc)
{
	return (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_MISMATCH;
}

static bool put_row(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	struct rescue *r = arg;
	struct table *t = r->now;
	struct record rec;
	struct value v;
	int i = 0, rc;

	if (!t->put || !record_open(&rec, p, n)) {
		r->out->cut++;
		return true;
	}
	sqlite3_clear_bindings(t->put);
	for (; i < t->n && record_next(&rec, &v); i++) {
		if (i == t->alias)
			v = (struct value){ .type = VALUE_INT, .i = key };
		if (t->col[i].there)
			bind(t->put, i + 1, &v);
	}
	if (t->keyed && t->alias < 0)
		sqlite3_bind_int64(t->put, COLUMNS + 1, key);
	rc = sqlite3_step(t->put);
	sqlite3_reset(t->put);
	sqlite3_clear_bindings(t->put);
	if (is_constraint(rc)) {
		r->out->cut++;
		return true;
	}
	if (rc != SQLITE_DONE)
		return rescue_refused(r);
	/* Values that no column is known for. */
	r->out->cut += record_next(&rec, &v);
	return ++r->out->rows % BATCH != 0 || rescue_run(r, "COMMIT; BEGIN");
}

static void lacks(struct rescue *r, struct table *t)
{
	size_t used = strlen(r->out->tables), cap = sizeof r->out->tables;

	if (!t->lacks)
		return;
	if (used + strlen(t->name) + 3 < cap)
		snprintf(
		    r->out->tables + used, cap - used, "%s%s", used ? ", " : "", t->name);
}

/* ---- pages that nothing leads to ---- */

/* Whether a row could be one of `now`. */
static bool fit_row(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	struct rescue *r = arg;
	struct table *t = r->now;
	struct record rec;
	struct value v;
	bool ok = record_open(&rec, p, n);
	int i = 0;

	(void)key;
	for (; ok && record_next(&rec, &v); i++) {
		const struct column *c = i < t->n ? &t->col[i] : NULL;

		if (!c || (i == t->alias && v.type != VALUE_NULL))
			ok = false;
		else if (i != t->alias && v.type == VALUE_NULL)
			ok = !c->must;
		else if (v.type == VALUE_TEXT || v.type == VALUE_BLOB)
			ok = c->type == 'A' || (v.type == VALUE_TEXT) == (c->type == 'T');
		else if (v.type != VALUE_NULL)
			ok = c->type != 'T' && c->type != 'B';
	}
	r->misfits += !ok || i != t->n;
	return true;
}

static bool count_row(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	struct rescue *r = arg;

	(void)key;
	(void)p;
	(void)n;
	r->out->unplaced++;
	return true;
}

/* Run over the page once more, as if it had not been reached. */
static enum tree_page again(
    struct rescue *r, uint32_t no, bool (*row)(void *, int64_t, const uint8_t *, size_t))
{
	unsigned cut = r->tree.cut;
	enum tree_page kind;

	r->tree.row = row;
	kind = tree_orphan(&r->tree, no);
	if (row != put_row)
		r->tree.cut = cut;
	return kind;
}

static bool pass_over(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	(void)arg;
	(void)key;
	(void)p;
	(void)n;
	return true;
}

static void place_orphan(struct rescue *r, uint32_t no)
{
	enum tree_page kind = again(r, no, pass_over);
	struct table *only = NULL;
	unsigned fits = 0;

	/* An index says nothing new, and looks like a table without rowids. */
	if (kind == TREE_NONE || (kind == TREE_OTHER && r->index_lacks))
		return;
	for (size_t i = 0; i < r->n; i++) {
		r->now = r->table[i];
		if (!r->now->lacks || r->now->keyed != (kind == TREE_KEYED))
			continue;
		r->misfits = 0;
		again(r, no, fit_row);
		if (r->misfits > 0)
			continue;
		only = r->now;
		fits++;
	}
	r->now = only;
	again(r, no, fits == 1 ? put_row : count_row);
}

/* Indexes, views, triggers.  They fail where the new vault has them, or its rows are other
 * ones: that is fine. */
static bool copy_rest(struct rescue *r)
{
	for (size_t i = r->n; i < r->all; i++) {
		const char *sql = r->table[i]->sql;
		int rc;

		if (sqlite3_strnicmp(sql, "CREATE TABLE", 12) == 0 ||
		    sqlite3_strnicmp(sql, "CREATE VIRTUAL", 14) == 0)
			continue;
		rc = sqlite3_exec(vault_db(r->into), sql, NULL, NULL, NULL);
		if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_ERROR && !is_constraint(rc))
			return rescue_refused(r);
	}
	return true;
}

static bool copy_all(struct rescue *r)
{
	for (size_t i = 0; i < r->n && !r->failed; i++) {
		unsigned holes = r->tree.holes, cut = r->tree.cut;

		r->now = r->table[i];
		r->tree.row = put_row;
		if (r->now->root > 0)
			tree_walk(&r->tree, r->now->root);
		r->now->lacks = r->now->lacks || r->tree.holes > holes || r->tree.cut > cut;
	}
	/* The pages of everything else belong to somebody as well. */
	for (size_t i = r->n; i < r->all; i++) {
		unsigned cut = r->tree.cut, holes = r->tree.holes;

		r->tree.row = pass_over;
		if (r->table[i]->root > 0)
			tree_walk(&r->tree, r->table[i]->root);
		r->index_lacks = r->index_lacks || r->tree.holes > holes;
		r->tree.cut = cut;
	}
	for (uint32_t no = 2; no <= r->from.v->pages->npage && !r->failed; no++)
		place_orphan(r, no);
	for (size_t i = 0; i < r->n; i++)
		lacks(r, r->table[i]);
	/* A walk ends where there is no memory for a row: nothing was read then of the rest. */
	if (r->tree.starved)
		return err_set(r->e, ERR_MEMORY, "%s", _("There is not enough memory."));
	return !r->failed && copy_rest(r);
}

/* ---- all of it ---- */

/* One sentence more. */
PRINTF_LIKE(2, 3) static void note(struct vault_rescued *o, const char *fmt, ...)
{
	size_t n = strlen(o->note);
	va_list ap;

	if (n > 0 && n + 1 < sizeof o->note)
		o->note[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(o->note + n, sizeof o->note - n, fmt, ap);
	va_end(ap);
}

static void write_note(struct vault_rescued *o)
{
	unsigned partly = o->cut + o->unplaced;

	note(o, i18n_n("%u row was saved.", "%u rows were saved.", (unsigned long)o->rows),
	    (unsigned)o->rows);
	if (o->bad_pages > 0)
		note(o,
		    i18n_n("%u of %u pages could not be read.",
			"%u of %u pages could not be read.", o->bad_pages),
		    o->bad_pages, o->pages);
	if (partly > 0)
		note(o,
		    i18n_n("%u row could be saved only in part.",
			"%u rows could be saved only in part.", partly),
		    partly);
	if (o->bad_pages > 0 || partly > 0)
		note(o, "%s", _("What stood there is lost."));
	else if (o->lost > 0)
		note(o, "%s", _("What was saved last is lost."));
	else if (o->older)
		note(o, "%s",
		    _("Something among it is from an older copy; nothing says what."));
	else
		note(o, "%s", _("Nothing is lost."));
}

/* Parents may come after their children, or not at all.  By calls that need no memory. */
static void set_rules(struct sqlite3 *db, int on)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, on, NULL);
}

static bool rescue(struct rescue *r)
{
	struct sqlite3 *db = vault_db(r->into);
	bool ok;

	if (!tree_open(&r->tree, r->from.v->pages, r->e))
		return false;
	/* A transaction that is open already is the caller's, and stays. */
	if (!rescue_run(r, "BEGIN"))
		return false;
	set_rules(db, 0);
	ok = rescue_plan(r) && copy_all(r) && rescue_run(r, "COMMIT");
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	set_rules(db, 1);
	r->out->cut += r->tree.cut;
	return ok;
}

bool vault_rescue(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct vault *into, struct vault_rescued *out,
    struct err *e)
{
	struct rescue r = { .into = into, .out = out, .e = e };
	bool ok;

	*out = (struct vault_rescued){ 0 };
	if (!salvage_open(&r.from, sys ? sys : &vault_sys_real, home, key, e))
		return false;
	out->pages = r.from.d.all;
	out->bad_pages = r.from.d.bad;
	out->lost = r.from.d.lost;
	out->older = r.from.d.older;
	ok = rescue(&r);
	rescue_plan_free(&r);
	tree_close(&r.tree);
	salvage_close(&r.from);
	write_note(out);
	return ok;
}
