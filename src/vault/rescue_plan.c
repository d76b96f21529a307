/* Which tables a damaged vault had, which columns, and how their rows are put into the new
 * one.  See rescue.h. */
#include "rescue.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

static bool no_memory(struct rescue *r)
{
	r->failed = true;
	return err_set(r->e, ERR_MEMORY, "%s", _("There is not enough memory."));
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

static struct table *table_of(struct rescue *r, const char *name)
{
	for (size_t i = 0; i < r->all; i++) {
		if (strcmp(r->table[i]->name, name) == 0)
			return r->table[i];
	}
	return NULL;
}

static bool note_table(struct rescue *r, struct str name, struct str sql, uint32_t root)
{
	struct table *t = malloc(sizeof *t);
	struct table **more = realloc(r->table, (r->all + 1) * sizeof *r->table);

	if (more)
		r->table = more;
	if (t)
		*t = (struct table){ .name = strndup(name.s, name.n),
			.sql = strndup(sql.s, sql.n),
			.root = root,
			.lacks = root == 0 && r->list_lacks };
	if (!t || !more || !t->name || !t->sql) {
		if (t)
			table_free(t);
		return no_memory(r);
	}
	if (table_of(r, t->name))
		table_free(t);
	else
		r->table[r->all++] = t;
	return true;
}

/* NULL is an empty one. */
static struct str text_of(const struct value *v)
{
	return (struct str){ v->n ? (const char *)v->p : "", v->n };
}

/* One row of the damaged vault's own list: type, name, table, root page, words. */
static bool take_schema(void *arg, int64_t key, const uint8_t *p, size_t n)
{
	struct rescue *r = arg;
	struct record rec;
	struct value v[5];
	bool ok = record_open(&rec, p, n);

	(void)key;
	for (int i = 0; ok && i < 5; i++)
		ok = record_next(&rec, &v[i]);
	/* Indexes that SQLite makes by itself have no words. */
	if (ok && v[1].type == VALUE_TEXT && v[3].type == VALUE_INT &&
	    (v[4].type == VALUE_TEXT || v[4].type == VALUE_NULL))
		return note_table(r, text_of(&v[1]), text_of(&v[4]), (uint32_t)v[3].i);
	r->list_lacks = true;
	return true;
}

/* Tables of the new vault that the list does not name: its page may be the one that is gone. */
static bool add_known(struct rescue *r)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(vault_db(r->into),
	    "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", -1, &s, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		const char *sql = (const char *)sqlite3_column_text(s, 1);

		rc = name && sql ? SQLITE_OK : SQLITE_NOMEM;
		if (rc == SQLITE_OK && !note_table(r, str_from(name), str_from(sql), 0))
			break;
	}
	sqlite3_finalize(s);
	return !r->failed && (rc == SQLITE_DONE || rescue_refused(r));
}

/* What a query about `name`, and perhaps one of its columns, says: a number, or -1 for no row.
 * SQLITE_OK, unless it could not be asked. */
static int ask(
    struct sqlite3 *db, const char *sql, const char *name, const char *column, int64_t *n)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	*n = -1;
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	if (column)
		sqlite3_bind_text(s, 2, column, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW)
		*n = sqlite3_column_int64(s, 0);
	return sqlite3_finalize(s);
}

/* Columns as the record has them: of a table without rowids the key stands first. */
static bool take_columns(struct rescue *r, struct table *t)
{
	sqlite3_stmt *s = NULL;
	int keys = 0, key = -1, rc;
	const char *name;

	rc = sqlite3_prepare_v2(r->plan,
	    "SELECT name, upper(substr(type, 1, 1)), \"notnull\", pk, upper(type) = 'INTEGER' "
	    "FROM pragma_table_info(?1) ORDER BY iif(pk > 0 AND ?2, pk, 1000 + cid)",
	    -1, &s, NULL);
	if (rc != SQLITE_OK)
		return no_memory(r);
	sqlite3_bind_text(s, 1, t->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 2, !t->keyed);
	while (t->n < COLUMNS && sqlite3_step(s) == SQLITE_ROW &&
	       (name = (const char *)sqlite3_column_text(s, 0)) != NULL) {
		struct column *c = &t->col[t->n];
		const char *type = (const char *)sqlite3_column_text(s, 1);

		*c = (struct column){ .name = strdup(name),
			.type = type && type[0] ? type[0] : 'A',
			.must = sqlite3_column_int(s, 2) };
		if (sqlite3_column_int(s, 3)) {
			keys++;
			key = sqlite3_column_int(s, 4) ? t->n : -1;
		}
		t->n++;
		if (!c->name)
			break;
	}
	t->alias = t->keyed && keys == 1 ? key : -1;
	rc = sqlite3_errcode(r->plan) & 0xff;
	sqlite3_finalize(s);
	if (t->n > 0 && !t->col[t->n - 1].name)
		rc = SQLITE_NOMEM;
	return rc != SQLITE_NOMEM || no_memory(r);
}

/* Whether it is a plain table; its columns are known then. */
static bool plan_table(struct rescue *r, struct table *t, bool *plain)
{
	int64_t without;
	int rc = ask(r->plan,
	    "SELECT wr FROM pragma_table_list WHERE name = ?1 AND type = 'table' "
	    "AND schema = 'main'",
	    t->name, NULL, &without);

	t->keyed = without == 0;
	*plain = without >= 0 && strncmp(t->name, "sqlite_", 7) != 0;
	if ((rc & 0xff) == SQLITE_NOMEM)
		return no_memory(r);
	return !*plain || take_columns(r, t);
}

/* The new vault has a table of this name, or takes this one.  `there` is false when something
 * else has the name. */
static bool make_table(struct rescue *r, const struct table *t, bool *there)
{
	struct sqlite3 *db = vault_db(r->into);
	int64_t n;
	int rc =
	    ask(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1",
		t->name, NULL, &n);

	if (rc == SQLITE_OK && n == 0)
		rc = sqlite3_exec(db, t->sql, NULL, NULL, NULL);
	*there = rc == SQLITE_OK;
	return *there || (rc & 0xff) == SQLITE_ERROR || rescue_refused(r);
}

static void add_quoted(struct buf *b, const char *name)
{
	buf_addc(b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_addc(b, '"');
		buf_addc(b, *name);
	}
	buf_addc(b, '"');
}

/* Add what the new table has of the columns to the two lists, a comma before each. */
static bool take_names(
    struct rescue *r, struct table *t, struct buf *names, struct buf *values)
{
	struct sqlite3 *db = vault_db(r->into);
	int64_t n;

	for (int i = 0; i < t->n; i++) {
		if (ask(db, "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2",
			t->name, t->col[i].name, &n) != SQLITE_OK)
			return rescue_refused(r);
		t->col[i].there = n == 1;
		if (n != 1)
			continue;
		buf_addc(names, ',');
		add_quoted(names, t->col[i].name);
		buf_addf(values, ",?%d", i + 1);
	}
	if (names->n == 0 || !t->keyed || t->alias >= 0)
		return true;
	/* The rowid as well, unless a column of the new table stands for it. */
	if (ask(db,
		"SELECT count(*) FROM pragma_table_info(?1) WHERE pk > 0 AND "
		"upper(type) = 'INTEGER'",
		t->name, NULL, &n) != SQLITE_OK)
		return rescue_refused(r);
	if (n == 0) {
		buf_add(names, STR(",rowid"));
		buf_addf(values, ",?%d", COLUMNS + 1);
	}
	return true;
}

static int prepare_row(
    struct rescue *r, struct table *t, const struct buf *names, const struct buf *values)
{
	struct buf sql = { 0 };
	int rc;

	buf_add(&sql, STR("INSERT OR REPLACE INTO "));
	add_quoted(&sql, t->name);
	buf_add(&sql, STR(" ("));
	buf_add(&sql, (struct str){ names->s + 1, names->n - 1 });
	buf_add(&sql, STR(") VALUES ("));
	buf_add(&sql, (struct str){ values->s + 1, values->n - 1 });
	buf_addc(&sql, ')');
	rc = sqlite3_prepare_v2(vault_db(r->into), sql.s, (int)sql.n, &t->put, NULL);
	buf_free(&sql);
	return rc;
}

/* The statement that puts a row, by the position of its values in the record.  None where the
 * new vault has something else of that name, or a table so different that no row fits: the rows
 * are left out and counted. */
static bool prepare_put(struct rescue *r, struct table *t)
{
	struct buf names = { 0 }, values = { 0 };
	bool there = false;
	bool ok = make_table(r, t, &there) && (!there || take_names(r, t, &names, &values));

	if (ok && names.n > 0) {
		int rc = prepare_row(r, t, &names, &values);

		ok = rc == SQLITE_OK || (rc & 0xff) == SQLITE_ERROR || rescue_refused(r);
	}
	t->lacks = t->lacks || !t->put;
	buf_free(&names);
	buf_free(&values);
	return ok;
}

/* The same tables, empty, to ask for their columns.  What cannot be made is no table.  Virtual
 * ones first: they make their own inner tables. */
static bool make_plan(struct rescue *r)
{
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < r->all; i++) {
			int rc = SQLITE_OK;

			if ((pass == 0) == (r->table[i]->root == 0))
				rc = sqlite3_exec(
				    r->plan, r->table[i]->sql, NULL, NULL, NULL);
			if ((rc & 0xff) == SQLITE_NOMEM)
				return no_memory(r);
		}
	}
	return true;
}

bool rescue_plan(struct rescue *r)
{
	if (sqlite3_open_v2(":memory:", &r->plan,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK)
		return no_memory(r);
	r->list_lacks = !r->from.d.log_ok || r->from.d.older;
	r->tree.row = take_schema;
	r->tree.arg = r;
	tree_walk(&r->tree, 1);
	if (r->failed)
		return false;
	r->index_lacks = r->tree.holes > 0; /* nobody knows which there were */
	r->list_lacks = r->list_lacks || r->tree.holes > 0 || r->tree.cut > 0;
	if (!add_known(r) || !make_plan(r))
		return false;
	for (size_t i = 0; i < r->all; i++) {
		struct table *t = r->table[i];
		bool plain;

		if (!plan_table(r, t, &plain))
			return false;
		if (!plain)
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

void rescue_plan_free(struct rescue *r)
{
	for (size_t i = 0; i < r->all; i++)
		table_free(r->table[i]);
	free(r->table);
	sqlite3_close(r->plan);
}
