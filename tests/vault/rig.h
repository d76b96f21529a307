/* What the tests of the vault share: keys without waiting, SQL that must work, folders that
 * go away again. */
#ifndef TESTS_VAULT_RIG_H
#define TESTS_VAULT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "remanso/vault.h"
#include "vault/sys.h"

#define RIG __attribute__((unused)) static

RIG struct secret *rig_secret(const char *words)
{
	struct secret *s = secret_new(64);

	assert_true(secret_add(s, words, strlen(words)));
	return s;
}

RIG struct vault_key *rig_key(
    const struct vault_sys *sys, const char *home, const char *words)
{
	struct secret *pass = rig_secret(words);
	struct err e = { 0 };
	struct vault_key *key = vault_derive(sys, home, pass, &e);

	secret_free(pass);
	if (!key)
		fail_msg("derive: %s", e.text);
	return key;
}

/* Create or open with a passphrase; the code, ERR_OK when `*out` is open. */
RIG enum err_code rig_try(struct vault **out, const struct vault_sys *sys, const char *home,
    const char *words, bool make)
{
	struct secret *pass = rig_secret(words);
	struct err e = { 0 };
	struct vault_key *key = vault_derive(sys, home, pass, &e);
	bool ok = key && (make ? vault_create(out, sys, home, key, &e)
			       : vault_open(out, sys, home, key, &e));

	vault_key_free(key);
	secret_free(pass);
	if (!ok) {
		*out = NULL;
		assert_true(e.text[0] != '\0');
	}
	return ok ? ERR_OK : e.code;
}

RIG struct vault *rig_create(
    const struct vault_sys *sys, const char *home, const char *words)
{
	struct vault *v;

	assert_int_equal(rig_try(&v, sys, home, words, true), ERR_OK);
	return v;
}

/* How old the vault is beside what was noted. */
RIG enum vault_age age_of(const struct vault *v, const struct vault_witness *noted)
{
	struct vault_witness found;

	vault_found(v, &found);
	return vault_age(&found, noted);
}

RIG struct vault *rig_open(const struct vault_sys *sys, const char *home, const char *words)
{
	struct vault *v;

	assert_int_equal(rig_try(&v, sys, home, words, false), ERR_OK);
	return v;
}

RIG void rig_sql(struct vault *v, const char *sql)
{
	char *words = NULL;

	if (sqlite3_exec(vault_db(v), sql, NULL, NULL, &words) != SQLITE_OK)
		fail_msg("%s: %s", sql, words);
}

/* First column of the first row; -1 when the statement fails. */
RIG int64_t rig_int(struct vault *v, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(vault_db(v), sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	if (sqlite3_finalize(s) != SQLITE_OK)
		n = -1;
	return n;
}

RIG void rig_whole(struct vault *v)
{
	struct vault_report r;
	struct err e = { 0 };

	if (!vault_verify(v, &r, &e))
		fail_msg("verify: %s", e.text);
	assert_int_equal(r.bad_pages, 0);
	assert_int_equal(
	    rig_int(v, "SELECT integrity_check = 'ok' FROM pragma_integrity_check(1)"), 1);
}

/* ---- folders ---- */

RIG char *rig_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path = NULL;

	assert_true(asprintf(&path, "%s/vault-test-XXXXXX", tmp ? tmp : "/tmp") > 0);
	assert_non_null(mkdtemp(path));
	return path;
}

RIG void rig_drop_one(void *arg, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", (const char *)arg, name) > 0);
	unlink(path);
	free(path);
}

/* Only files lie in our folders. */
RIG void rig_drop(char *path)
{
	vault_sys_real.list(NULL, path, rig_drop_one, path);
	rmdir(path);
	free(path);
}

struct rig_names {
	char name[16][64];
	size_t n;
};

RIG void rig_take(void *arg, const char *name)
{
	struct rig_names *names = arg;

	assert_true(names->n < 16);
	snprintf(names->name[names->n++], 64, "%s", name);
}

/* Path of the first main file (or log) in a folder; the caller frees. */
RIG char *rig_file(const char *home, bool log)
{
	struct rig_names names = { 0 };
	char *path = NULL;

	assert_int_equal(vault_sys_real.list(NULL, home, rig_take, &names), 0);
	for (size_t i = 0; i < names.n && !path; i++) {
		if (strlen(names.name[i]) == (log ? 36 : 32))
			assert_true(asprintf(&path, "%s/%s", home, names.name[i]) > 0);
	}
	assert_non_null(path);
	return path;
}

RIG uint8_t *rig_read(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*n = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*n + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *n, f), *n);
	fclose(f);
	return bytes;
}

RIG void rig_write(const char *path, const uint8_t *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

RIG int rig_start(void **state)
{
	struct err e;

	(void)state;
	return secret_init(&e) && vault_init(&e) ? 0 : -1;
}

/* Numbers that are the same in every run. */
RIG uint32_t rig_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

#endif
