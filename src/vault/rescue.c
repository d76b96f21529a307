/* Saving what can be read of a damaged vault into a new one.
 *
 * The damaged side is read without SQLite (tree.h), page by page; the new side is an open
 * vault.  What the tables are called comes from the damaged vault itself, or, when that page
 * is gone, from the tables that the new vault has.  A page of rows that nothing leads to any
 * more is given to the one table whose columns its rows fit, or left out and counted. */
#include "salvage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tree.h"

#define COLUMNS 64
#define BATCH 1000 /* rows a commit */

struct column {
	char *name;
	char type;        /* first letter of what was declared, upper case */
	bool must, there; /* NOT NULL; the new vault has it as well */
};

/* A table, or in the beginning anything of the damaged vault's own list. */
struct table {
	char *name, *sql;
	uint32_t root;
	bool keyed; /* rows have a rowid */
	bool lacks; /* a part of it could not be reached */
	int alias;  /* the column that is the rowid, or -1 */
	int n;
	struct column col[COLUMNS]; /* in the order of the record */
	sqlite3_stmt *put;
};

struct rescue {
	struct salvage from;
	struct vault *into;
	struct sqlite3 *plan; /* empty tables, to ask for their columns */
	struct tree tree;
	struct table **table; /* those with rows of their own, then everything else */
	size_t n, all;
	struct table *now; /* rows go to this one */
	struct vault_rescued *out;
	struct err *e;
	bool failed; /* the new vault cannot be written */
	bool
	    index_lacks; /* a part of an index, or of an inner table, could not be reached */
	unsigned misfits; /* rows that `now` cannot have */
};

static char *copy_text(const void *p, size_t n)
{
	char *s = strndup(p, n);

	if (!s)
		die("out of memory");
	return s;
}

static void table_free(struct table *t)
{
	for (int i = 0; i < t->n; i++)
		free(t->col[i].name);
	sqlite3_finalize(t->put);
	free(t->name);
	free(t->sql);
	free(t);
}

static bool refused(struct rescue *r)
{
	if (!r->failed)
		(void)vault_sql_err(r->into, r->e);
	r->failed = true;
	return false;
}

static bool run(struct rescue *r, const char *sql)
{
	if (sqlite3_exec(vault_db(r->into), sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return refused(r);
}

/* ---- which tables there are ---- */

static struct table *table_of(struct rescue *r, const char *name)
{
	for (size_t i = 0; i < r->all; i++) {
		if (strcmp(r->table[i]->name, name) == 0)
			return r->table[i];
	}
	return NULL;
}

static void note_table(struct rescue *r, char *name, char *sql, uint32_t root)
{
	struct table *t;

	if (table_of(r, name)) {
		free(name);
		free(sql);
		return;
	}
	t = malloc(sizeof *t);
	r->table = realloc(r->table, (r->all + 1) * sizeof *r->table);
	if (!t || !r->table)
		die("out of memory");
	*t = (struct table){ .name = name, .sql = sql, .root = root, .lacks = root == 0 };
	r->table[r->all++] = t;
}

/* One row of the damaged vault's own list: type, name, table, root page, words. */
static bool take_schema(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	struct record rec;
	struct value v[5];
	int i = 0;

	(void)key;
	if (!record_open(&rec, p, n))
		return true;
	while (i < 5 && record_next(&rec, &v[i]))
		i++;
	/* Indexes that SQLite makes by itself have no words. */
	if (i == 5 && v[1].type == VALUE_TEXT && v[3].type == VALUE_INT &&
	    (v[4].type == VALUE_TEXT || v[4].type == VALUE_NULL))
		note_table(arg, copy_text(v[1].p, v[1].n), copy_text(v[4].p, v[4].n),
		    (uint32_t)v[3].i);
	return true;
}

/* Tables of the new vault that the list does not name: its page may be the one that is gone.
 */
static bool add_known(struct rescue *r)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(vault_db(r->into),
	    "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", -1, &s, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		const char *sql = (const char *)sqlite3_column_text(s, 1);

		if (name && sql)
			note_table(r, copy_text(name, strlen(name)),
			    copy_text(sql, strlen(sql)), 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(s);
	return rc == SQLITE_DONE || refused(r);
}

static int64_t ask(struct sqlite3 *db, const char *sql, const char *name)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
		if (sqlite3_step(s) == SQLITE_ROW)
			n = sqlite3_column_int64(s, 0);
	}
	sqlite3_finalize(s);
	return n;
}

/* Columns as the record has them: of a table without rowids the key stands first. */
static bool take_columns(struct rescue *r, struct table *t)
{
	sqlite3_stmt *s = NULL;
	int keys = 0, key = -1, rc;

	rc = sqlite3_prepare_v2(r->plan,
	    "SELECT name, upper(substr(type, 1, 1)), \"notnull\", pk, upper(type) = 'INTEGER' "
	    "FROM pragma_table_info(?1) ORDER BY iif(pk > 0 AND ?2, pk, 1000 + cid)",
	    -1, &s, NULL);
	sqlite3_bind_text(s, 1, t->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 2, !t->keyed);
	while (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW && t->n < COLUMNS) {
		struct column *c = &t->col[t->n];
		const char *type = (const char *)sqlite3_column_text(s, 1);
		const char *name = (const char *)sqlite3_column_text(s, 0);

		*c = (struct column){ .name = copy_text(name, strlen(name)),
			.type = type && type[0] ? type[0] : 'A',
			.must = sqlite3_column_int(s, 2) };
		if (sqlite3_column_int(s, 3)) {
			keys++;
			key = sqlite3_column_int(s, 4) ? t->n : -1;
		}
		t->n++;
	}
	sqlite3_finalize(s);
	t->alias = t->keyed && keys == 1 ? key : -1;
	return t->n > 0;
}

/* True for a plain table; its columns and its place in the new vault are known then. */
static bool plan_table(struct rescue *r, struct table *t)
{
	int64_t without = ask(r->plan,
	    "SELECT wr FROM pragma_table_list WHERE name = ?1 AND type = 'table' "
	    "AND schema = 'main'",
	    t->name);

	t->keyed = without == 0;
	return without >= 0 && strncmp(t->name, "sqlite_", 7) != 0 && take_columns(r, t);
}

/* The statement that puts a row, by the position of its values in the record. */
static bool prepare_put(struct rescue *r, struct table *t)
{
	static const char find[] = "SELECT 1 FROM pragma_table_info(?1) WHERE name = ";
	struct buf names = { 0 }, values = { 0 };
	struct sqlite3 *db = vault_db(r->into);
	char *sql;
	int rc;

	if (ask(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
		t->name) < 0 &&
	    !run(r, t->sql))
		return false;
	if (t->keyed && t->alias < 0) {
		buf_add(&names, STR(", rowid"));
		buf_addf(&values, ", ?%d", COLUMNS + 1);
	}
	for (int i = 0; i < t->n; i++) {
		char *q = sqlite3_mprintf("%s%Q", find, t->col[i].name);
		char *id = sqlite3_mprintf(", \"%w\"", t->col[i].name);

		if (!q || !id)
			die("out of memory");
		t->col[i].there = ask(db, q, t->name) == 1;
		if (t->col[i].there) {
			buf_add(&names, str_from(id));
			buf_addf(&values, ", ?%d", i + 1);
		}
		sqlite3_free(q);
		sqlite3_free(id);
	}
	buf_addc(&names, '\0');
	buf_addc(&values, '\0');
	sql = sqlite3_mprintf("INSERT OR REPLACE INTO \"%w\" (%s) VALUES (%s)", t->name,
	    names.s + 2, values.s + 2);
	rc = sql ? sqlite3_prepare_v2(db, sql, -1, &t->put, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	buf_free(&names);
	buf_free(&values);
	return rc == SQLITE_OK || refused(r);
}

static bool plan(struct rescue *r)
{
	if (sqlite3_open_v2(":memory:", &r->plan,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK)
		return err_set(r->e, ERR_MEMORY, "%s", _("There is not enough memory."));
	r->tree.row = take_schema;
	r->tree.arg = r;
	tree_walk(&r->tree, 1);
	r->index_lacks = r->tree.holes > 0; /* nobody knows which there were */
	if (!add_known(r))
		return false;
	/* Virtual tables first: they make their own inner tables. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < r->all; i++) {
			if ((pass == 0) == (r->table[i]->root == 0))
				sqlite3_exec(r->plan, r->table[i]->sql, NULL, NULL, NULL);
		}
	}
	for (size_t i = 0; i < r->all; i++) {
		struct table *t = r->table[i];

		if (!plan_table(r, t))
			continue;
		r->table[i] = r->table[r->n];
		r->table[r->n++] = t;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (!prepare_put(r, r->table[i]))
			return false;
	}
	return true;
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

	if (!record_open(&rec, p, n)) {
		r->out->cut++;
		return true;
	}
	sqlite3_clear_bindings(t->put);
	for (; record_next(&rec, &v) && i < t->n; i++) {
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
		return refused(r);
	return ++r->out->rows % BATCH != 0 || run(r, "COMMIT; BEGIN");
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
	/* Indexes, views, triggers.  They fail where the new vault has them: that is fine. */
	for (size_t i = r->n; i < r->all; i++) {
		if (sqlite3_strnicmp(r->table[i]->sql, "CREATE TABLE", 12) != 0 &&
		    sqlite3_strnicmp(r->table[i]->sql, "CREATE VIRTUAL", 14) != 0)
			sqlite3_exec(vault_db(r->into), r->table[i]->sql, NULL, NULL, NULL);
	}
	return !r->failed;
}

/* ---- all of it ---- */

static void write_note(struct vault_rescued *o)
{
	int n = snprintf(o->note, sizeof o->note,
	    i18n_n("%u row was saved.", "%u rows were saved.", (unsigned long)o->rows),
	    (unsigned)o->rows);

	if (n < 0 || (size_t)n + 2 > sizeof o->note)
		return;
	o->note[n++] = ' ';
	if (o->bad_pages > 0 || o->cut > 0 || o->unplaced > 0)
		snprintf(o->note + n, sizeof o->note - (size_t)n,
		    _("%u of %u pages could not be read, and %u rows only in part: what stood there "
		      "is lost."),
		    o->bad_pages, o->pages, o->cut + o->unplaced);
	else if (o->lost > 0)
		snprintf(o->note + n, sizeof o->note - (size_t)n, "%s",
		    _("What was saved last is lost."));
	else if (o->older)
		snprintf(o->note + n, sizeof o->note - (size_t)n, "%s",
		    _("Something among it is from an older copy; nothing says what."));
	else
		snprintf(
		    o->note + n, sizeof o->note - (size_t)n, "%s", _("Nothing is lost."));
}

static bool rescue(struct rescue *r)
{
	struct sqlite3 *db = vault_db(r->into);
	bool ok;

	if (!tree_open(&r->tree, r->from.v->pages, r->e))
		return false;
	/* Parents may come after their children, or not at all. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	ok = run(r, "PRAGMA foreign_keys=OFF; BEGIN") && plan(r) && copy_all(r) &&
	     run(r, "COMMIT");
	if (!sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_exec(db, "PRAGMA foreign_keys=ON", NULL, NULL, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
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
	out->pages = r.from.v->pages->npage;
	out->bad_pages = r.from.d.bad;
	out->lost = r.from.d.lost;
	out->older = r.from.d.older;
	ok = rescue(&r);
	for (size_t i = 0; i < r.all; i++)
		table_free(r.table[i]);
	free(r.table);
	sqlite3_close(r.plan);
	tree_close(&r.tree);
	salvage_close(&r.from);
	write_note(out);
	return ok;
}
