/* The databases that are compared, behind one face: the vault, plain SQLite with a rollback
 * journal and with a write-ahead log, and Debian's SQLCipher.
 *
 * SQLCipher is an SQLite of its own with the same names, so it is loaded beside ours and
 * asked through pointers, as are all. */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include "remanso/vault.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

struct lib {
	int (*open)(const char *, sqlite3 **);
	int (*close)(sqlite3 *);
	int (*exec)(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *,
	    char **);
	int (*prepare)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
	int (*bind_int)(sqlite3_stmt *, int, sqlite3_int64);
	int (*bind_text)(sqlite3_stmt *, int, const char *, int, void (*)(void *));
	int (*step)(sqlite3_stmt *);
	int (*reset)(sqlite3_stmt *);
	int (*finalize)(sqlite3_stmt *);
	sqlite3_int64 (*column_int)(sqlite3_stmt *, int);
	int (*column_bytes)(sqlite3_stmt *, int);
	const char *(*errmsg)(sqlite3 *);
};

struct engine {
	enum engine_kind { SEALED, ROLLBACK, WAL, CIPHER } kind;
	char path[512]; /* the home, or the database file */
	const struct lib *lib;
	struct vault_key *key; /* of a vault; derived before anything is measured */
	struct vault *vault;
	sqlite3 *db;
};

static const struct lib *engine_lib(void)
{
	static const struct lib ours = { sqlite3_open, sqlite3_close, sqlite3_exec,
		sqlite3_prepare_v2, sqlite3_bind_int64, sqlite3_bind_text, sqlite3_step,
		sqlite3_reset, sqlite3_finalize, sqlite3_column_int64, sqlite3_column_bytes,
		sqlite3_errmsg };

	return &ours;
}

/* NULL when it is not installed. */
static const struct lib *engine_cipher_lib(void)
{
	static struct lib lib;
	/* DEEPBIND: what it calls by SQLite's names must be its own. */
	void *so = dlopen("libsqlcipher.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	const struct {
		const char *name;
		void *to;
	} symbols[] = {
		{ "sqlite3_open", &lib.open },
		{ "sqlite3_close", &lib.close },
		{ "sqlite3_exec", &lib.exec },
		{ "sqlite3_prepare_v2", &lib.prepare },
		{ "sqlite3_bind_int64", &lib.bind_int },
		{ "sqlite3_bind_text", &lib.bind_text },
		{ "sqlite3_step", &lib.step },
		{ "sqlite3_reset", &lib.reset },
		{ "sqlite3_finalize", &lib.finalize },
		{ "sqlite3_column_int64", &lib.column_int },
		{ "sqlite3_column_bytes", &lib.column_bytes },
		{ "sqlite3_errmsg", &lib.errmsg },
	};

	if (so == NULL)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		void *at = dlsym(so, symbols[i].name);

		if (at == NULL)
			return NULL;
		memcpy(symbols[i].to, &at, sizeof at);
	}
	return &lib;
}

static void engine_exec(struct engine *g, const char *sql)
{
	if (g->lib->exec(g->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		die("bench: %s: %s", sql, g->lib->errmsg(g->db));
}

static sqlite3_stmt *engine_prepare(struct engine *g, const char *sql)
{
	sqlite3_stmt *st;

	if (g->lib->prepare(g->db, sql, -1, &st, NULL) != SQLITE_OK)
		die("bench: %s: %s", sql, g->lib->errmsg(g->db));
	return st;
}

/* One row; false: there is none (left). */
static bool engine_row(struct engine *g, sqlite3_stmt *st)
{
	int rc = g->lib->step(st);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		die("bench: %s", g->lib->errmsg(g->db));
	return rc == SQLITE_ROW;
}

static void engine_derive(struct engine *g)
{
	static const char words[] = "lantern orchard copper window gentle sparrow";
	struct secret *pass = secret_new(sizeof words);
	struct err e = { 0 };

	if (!secret_add(pass, words, sizeof words - 1) ||
	    (g->key = vault_derive(NULL, g->path, pass, &e)) == NULL)
		die("bench: %s", e.text);
	secret_free(pass);
}

/* Open, and read the schema: a vault does so, others wait for the first statement. */
static void engine_open(struct engine *g)
{
	struct err e = { 0 };

	g->lib = g->kind == CIPHER ? engine_cipher_lib() : engine_lib();
	if (g->kind == SEALED) {
		bool ok = vault_home_has_any(NULL, g->path)
			      ? vault_open(&g->vault, NULL, g->path, g->key, &e)
			      : vault_create(&g->vault, NULL, g->path, g->key, &e);
		if (!ok)
			die("bench: %s", e.text);
		g->db = vault_db(g->vault);
		return;
	}
	if (g->lib->open(g->path, &g->db) != SQLITE_OK)
		die("bench: %s", g->lib->errmsg(g->db));
	if (g->kind == CIPHER) /* a raw key: no key derivation; pages as large as ours */
		engine_exec(g,
		    "PRAGMA key = \"x'"
		    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\";"
		    "PRAGMA cipher_page_size = 4096;");
	if (g->kind == WAL)
		engine_exec(g, "PRAGMA journal_mode = WAL;");
	engine_exec(g, "PRAGMA synchronous = FULL; SELECT count(*) FROM sqlite_master;");
}

static void engine_close(struct engine *g)
{
	if (g->kind == SEALED)
		vault_close(g->vault);
	else if (g->lib->close(g->db) != SQLITE_OK)
		die("bench: %s", g->lib->errmsg(g->db));
	g->vault = NULL;
	g->db = NULL;
}

#endif
