/* Vaults of every format that was ever released lie in tests/vault/reference/ and must open
 * for ever.  REMANSO_UPDATE=1 makes those of the present format where they are missing; they
 * are never made again. */
#include "rig.h"

#include <sodium.h>

#include "remanso/workbook.h"
#include "vault/inner.h"

#define WORDS "paso a paso, sin prisa"
#define ENTRY "Hoy el p\xc3\xa1nico dur\xc3\xb3 menos."
#define LOG_KEPT 96 /* blocks: the rest of the log is random bytes and takes room */

static char *folder(const char *which)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/tests/vault/reference/%s", getenv("REMANSO_REPO"),
			which) > 0);
	return path;
}

/* ---- making ---- */

/* A key for a new home with the cost that release builds know. */
static struct vault_key *key_64m(const char *home)
{
	struct vault_key *key = rig_key(NULL, home, WORDS);
	struct key_pair *p = key_pairs(key);
	uint8_t both[2 * FMT_KEY];

	p->preset = KDF_64M;
	assert_int_equal(crypto_pwhash(both, sizeof both, WORDS, strlen(WORDS), p->salt, 3,
			     (size_t)64 << 20, crypto_pwhash_ALG_ARGON2ID13),
	    0);
	memcpy(p->sk.wrap, both, FMT_KEY);
	memcpy(p->sk.commit, both + FMT_KEY, FMT_KEY);
	return key;
}

static void write_code(struct vault *v, const char *home)
{
	char path[400];
	struct secret *code;
	struct err e;

	snprintf(path, sizeof path, "%s/recovery.txt", home);
	assert_true(vault_new_recovery(v, &code, &e));
	assert_true(secret_add(code, "\n", 1));
	rig_write(path, secret_view(code), secret_len(code));
	secret_free(code);
}

static void make_room(const char *home)
{
	struct vault_key *key = key_64m(home);
	struct room *r = NULL;
	struct id id = { 0 };
	struct err e = { 0 };
	char *log;

	if (!room_create(&r, &world_system, home, key, &e) ||
	    !journal_put(r, &id, STR(ENTRY), STR("es"), STR(""), false, &e))
		fail_msg("%s", e.text);
	write_code(room_vault(r), home);
	room_close(r);
	vault_key_free(key);
	log = rig_file(home, true);
	assert_int_equal(truncate(log, (off_t)(LOG_KEPT * FMT_BLOCK)), 0);
	free(log);
}

/* Pages in the main file, pages in the log, and no orderly closing. */
static void make_cheap(const char *home)
{
	struct vault_sys sys = vault_sys_real;
	struct vault *v;
	struct err e;

	sys.log_blocks = LOG_KEPT;
	v = rig_create(&sys, home, WORDS);
	rig_sql(v,
	    "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE VIRTUAL TABLE f USING fts5(x);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
	    "INSERT INTO t SELECT i, 'row ' || i FROM n; INSERT INTO f VALUES('" ENTRY
	    "')");
	write_code(v, home);
	assert_true(fold_all(v->pages, &e));
	rig_sql(v, "UPDATE t SET b = 'later ' || a WHERE a > 400");
	vault_drop_keys(v);
	vault_close(v);
}

static void make_missing(const char *which, void (*make)(const char *home))
{
	char *path = folder(which);

	if (access(path, F_OK) != 0) {
		assert_int_equal(mkdir(path, 0700), 0);
		make(path);
	}
	free(path);
}

static int start(void **state)
{
	const char *update = getenv("REMANSO_UPDATE");

	if (rig_start(state) != 0)
		return -1;
	if (update && update[0] == '1') {
		make_missing("1-cheap", make_cheap);
		make_missing("1-64m", make_room);
	}
	return 0;
}

/* ---- opening ---- */

static const char *from;

static void copy_one(void *home, const char *name)
{
	char path[600];
	uint8_t *bytes;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", from, name);
	bytes = rig_read(path, &n);
	snprintf(path, sizeof path, "%s/%s", (const char *)home, name);
	rig_write(path, bytes, n);
	assert_int_equal(chmod(path, 0600), 0);
	free(bytes);
}

/* A folder of our own: what is checked out has other rights, and opening may write. */
static char *copy(const char *which)
{
	char *home = rig_folder(), *path = folder(which);

	from = path;
	assert_int_equal(vault_sys_real.list(NULL, path, copy_one, home), 0);
	free(path);
	return home;
}

static struct vault *open_by_code(const char *home)
{
	char path[400];
	struct secret *code;
	struct vault *v = NULL;
	struct err e = { 0 };
	uint8_t *bytes;
	size_t n;

	snprintf(path, sizeof path, "%s/recovery.txt", home);
	bytes = rig_read(path, &n);
	bytes[n] = '\0';
	code = rig_secret((char *)bytes);
	if (!vault_open_recovery(&v, NULL, home, code, &e))
		fail_msg("%s", e.text);
	secret_free(code);
	free(bytes);
	return v;
}

static void check_cheap(struct vault *v)
{
	rig_whole(v);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t"), 500);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b = 'row ' || a"), 400);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b = 'later ' || a"), 100);
	assert_int_equal(
	    rig_int(v, "SELECT count(*) FROM f WHERE f MATCH 'p\xc3\xa1nico'"), 1);
}

static void test_format_1(void **state)
{
	char *home = copy("1-cheap");
	struct vault *v = rig_open(NULL, home, WORDS);

	(void)state;
	check_cheap(v);
	vault_close(v);
	v = open_by_code(home);
	check_cheap(v);
	rig_sql(v, "UPDATE t SET b = 'row ' || a");
	vault_close(v);
	v = rig_open(NULL, home, WORDS);
	assert_int_equal(rig_int(v, "SELECT count(*) FROM t WHERE b = 'row ' || a"), 500);
	vault_close(v);
	assert_int_equal(rig_try(&v, NULL, home, "otras palabras", false), ERR_PASSPHRASE);
	rig_drop(home);
}

static void test_format_1_with_a_release_cost(void **state)
{
	static const char sql[] = "SELECT count(*) FROM entry WHERE text = '" ENTRY "'";
	char *home = copy("1-64m");
	struct vault *v = rig_open(NULL, home, WORDS);

	(void)state;
	rig_whole(v);
	assert_int_equal(rig_int(v, sql), 1);
	vault_close(v);
	v = open_by_code(home);
	assert_int_equal(rig_int(v, sql), 1);
	vault_close(v);
	rig_drop(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_1),
		cmocka_unit_test(test_format_1_with_a_release_cost),
	};

	return cmocka_run_group_tests_name("vault references", tests, start, NULL);
}
