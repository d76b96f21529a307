/* Which tables a damaged vault had, which columns, and how their rows are put into the new
 * one.  See rescue.h. */
#include "rescue.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

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
	return rc == SQLITE_DONE || rescue_refused(r);
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
	    !rescue_run(r, t->sql))
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
	return rc == SQLITE_OK || rescue_refused(r);
}

bool rescue_plan(struct rescue *r)
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

void rescue_plan_free(struct rescue *r)
{
	for (size_t i = 0; i < r->all; i++)
		table_free(r->table[i]);
	free(r->table);
	sqlite3_close(r->plan);
}
