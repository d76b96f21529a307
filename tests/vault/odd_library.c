/* Libraries that behave otherwise than the ones we know: each call below stands before the
 * real one, and answers as an older, a newer or a broken library might.  What cannot be relied
 * on is refused before a room is opened, in words. */
#include "room.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sodium.h>

#include "vault/selftest.h"

/* What is otherwise; nothing at the beginning of a test. */
static struct {
	const char *at, *add; /* SQL that holds `at` gets `add` before its end */
	int rc;               /* what that SQL gives, when not 0 */
	int backup, reserve, reg;
	bool reserve_lies; /* says yes and does nothing */
	size_t costly;     /* Argon2 that wants this much memory, or more, fails */
	bool cheap;        /* Argon2 takes the least, whatever is asked */
	bool no_lock, no_rlimit, no_limit;
} odd;

static int nothing(void **state)
{
	(void)state;
	memset(&odd, 0, sizeof odd);
	return 0;
}

#define REAL(ret, name, ...) \
	static ret (*real)(__VA_ARGS__); \
	if (!real) \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

int sqlite3_exec(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **),
    void *arg, char **words)
{
	char more[4000];
	const char *end;

	REAL(int, sqlite3_exec, sqlite3 *, const char *,
	    int (*)(void *, int, char **, char **), void *, char **);
	if (!odd.at || !strstr(sql, odd.at))
		return real(db, sql, each, arg, words);
	if (odd.rc)
		return odd.rc;
	end = strstr(sql, "COMMIT");
	if (!end)
		end = sql + strlen(sql);
	snprintf(more, sizeof more, "%.*s%s%s", (int)(end - sql), sql, odd.add, end);
	return real(db, more, each, arg, words);
}

int sqlite3_backup_step(sqlite3_backup *b, int pages)
{
	REAL(int, sqlite3_backup_step, sqlite3_backup *, int);
	return odd.backup ? odd.backup : real(b, pages);
}

int sqlite3_file_control(sqlite3 *db, const char *name, int op, void *arg)
{
	REAL(int, sqlite3_file_control, sqlite3 *, const char *, int, void *);
	if (op != SQLITE_FCNTL_RESERVE_BYTES || (!odd.reserve && !odd.reserve_lies))
		return real(db, name, op, arg);
	return odd.reserve;
}

int sqlite3_vfs_register(sqlite3_vfs *vfs, int is_default)
{
	REAL(int, sqlite3_vfs_register, sqlite3_vfs *, int);
	return odd.reg ? odd.reg : real(vfs, is_default);
}

int crypto_pwhash(unsigned char *const out, unsigned long long n, const char *const pass,
    unsigned long long len, const unsigned char *const salt, unsigned long long passes,
    size_t memory, int alg)
{
	REAL(int, crypto_pwhash, unsigned char *, unsigned long long, const char *,
	    unsigned long long, const unsigned char *, unsigned long long, size_t, int);
	if (odd.costly && memory >= odd.costly)
		return -1;
	if (odd.cheap) {
		passes = crypto_pwhash_OPSLIMIT_MIN;
		memory = crypto_pwhash_MEMLIMIT_MIN;
	}
	return real(out, n, pass, len, salt, passes, memory, alg);
}

int mlock(const void *p, size_t n)
{
	REAL(int, mlock, const void *, size_t);
	if (odd.no_lock) {
		errno = ENOMEM;
		return -1;
	}
	return real(p, n);
}

int getrlimit(__rlimit_resource_t what, struct rlimit *r)
{
	REAL(int, getrlimit, __rlimit_resource_t, struct rlimit *);
	if (odd.no_rlimit && what == RLIMIT_MEMLOCK) {
		errno = EINVAL;
		return -1;
	}
	if (odd.no_limit && what == RLIMIT_MEMLOCK) {
		*r = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
		return 0;
	}
	return real(what, r);
}

/* ---- the self-test ---- */

static enum err_code test_says(void)
{
	struct err e = { 0 };

	if (selftest(0, &e))
		return ERR_OK;
	assert_true(e.text[0] != '\0');
	return e.code;
}

static void test_one_commit_more(void **state)
{
	(void)state;
	odd.at = "cache_size=4"; /* sqlite3_exec() goes on behind it */
	odd.add = "; CREATE TABLE more(x)";
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
	nothing(NULL);
	assert_int_equal(test_says(), ERR_OK);
}

/* A library that writes as soon as it opens what is stored. */
static void test_writing_while_opening(void **state)
{
	(void)state;
	odd.at = "PRAGMA page_size";
	odd.add = "CREATE TABLE IF NOT EXISTS more(x); INSERT INTO more VALUES(1);";
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
}

/* As many pages more in one transaction as it likes: all is well until they do not fit the
 * scratch vault, and then nothing is written beyond it. */
static void test_more_pages_than_expected(void **state)
{
	static const char *const when[] = { "CREATE TABLE t(a", "SAVEPOINT x" };
	char sql[300];
	unsigned fine = 0, refused = 0;

	(void)state;
	odd.add = sql;
	for (int pages = 1; pages < 80; pages++) {
		enum err_code got;

		odd.at = when[pages % 2];
		snprintf(sql, sizeof sql,
		    "CREATE TABLE more(x); INSERT INTO more VALUES(zeroblob(%d));",
		    pages * 4000);
		got = test_says();
		if (got == ERR_OK)
			fine++;
		else
			refused++;
		if (got != ERR_OK)
			assert_int_equal(got, ERR_UNSUPPORTED);
	}
	print_message("%u fine, %u refused\n", fine, refused);
	assert_true(fine > 4 && refused > 4);
}

static void test_no_memory_in_the_middle(void **state)
{
	(void)state;
	odd.at = "SAVEPOINT x";
	odd.rc = SQLITE_NOMEM;
	assert_int_equal(test_says(), ERR_MEMORY);
	odd.rc = SQLITE_IOERR_NOMEM;
	assert_int_equal(test_says(), ERR_MEMORY);
	odd.rc = SQLITE_ERROR;
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
}

static void test_library_that_does_not_copy_itself(void **state)
{
	(void)state;
	odd.backup = SQLITE_ERROR;
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
}

/* The bytes at the end of a page that a seal needs: not known, and not kept. */
static void test_library_without_reserved_bytes(void **state)
{
	(void)state;
	odd.reserve = SQLITE_NOTFOUND;
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
	odd.reserve = 0;
	odd.reserve_lies = true;
	assert_int_equal(test_says(), ERR_UNSUPPORTED);
}

/* ---- rooms ---- */

static void test_rooms_are_not_touched_by_such_a_library(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, HOME, "uno");
	struct vault_key *key = rig_key(&m->sys, HOME, "uno");
	struct secret *code, *wrong = rig_secret("not a code"), *pass = rig_secret("uno");
	long changes;
	struct err e = { 0 };

	(void)state;
	assert_true(vault_new_recovery(v, &code, &e));
	vault_close(v);
	changes = m->changes;
	odd.backup = SQLITE_ERROR;
	assert_false(vault_open_recovery(&v, &m->sys, HOME, code, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	/* The way that is taken every day: a passphrase has no key, so nothing is opened or
	 * made with one. */
	e = (struct err){ 0 };
	assert_null(vault_derive(&m->sys, HOME, pass, &e));
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_true(e.text[0] != '\0');
	assert_null(vault_derive(&m->sys, "/b", pass, &e)); /* no room there yet */
	assert_int_equal(e.code, ERR_UNSUPPORTED);
	assert_int_equal(m->changes, changes);
	nothing(NULL);
	assert_false(vault_open_recovery(&v, &m->sys, HOME, wrong, &e));
	assert_int_equal(e.code, ERR_PASSPHRASE);
	assert_int_equal(m->changes, changes);
	odd.reg = SQLITE_NOMEM;
	assert_false(vault_open(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	nothing(NULL);
	assert_true(vault_open_recovery(&v, &m->sys, HOME, code, &e));
	rig_whole(v);
	vault_close(v);
	vault_key_free(key);
	secret_free(code);
	secret_free(wrong);
	secret_free(pass);
	memfs_free(m);
}

/* One copy of the header asks for a costlier derivation than the other: it comes last, and
 * only when the cheap one opens nothing. */
static void test_copy_of_a_header_that_costs_more(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault_key *key;
	uint8_t *head;

	(void)state;
	vault_close(rig_create(&m->sys, HOME, "uno"));
	odd.cheap = true;
	head = main_in(m, HOME)->now;
	head[32] = head[0] ^ KDF_1G;
	head[4096 + 32] = head[0] ^ KDF_64M;
	key = rig_key(&m->sys, HOME, "uno");
	assert_int_equal(key->n, 2);
	assert_int_equal(key_pairs(key)[0].preset, KDF_64M);
	assert_int_equal(key_pairs(key)[1].preset, KDF_1G);
	assert_true(key_pairs(key)[0].ready && !key_pairs(key)[1].ready);
	vault_key_free(key);
	memfs_free(m);
}

/* What most headers have comes first, whatever it costs and whatever the rooms are called. */
static void test_what_most_headers_have_comes_first(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault_key *key;

	(void)state;
	vault_close(rig_create(&m->sys, HOME, "uno"));
	vault_close(rig_create(&m->sys, HOME, "dos"));
	odd.cheap = true;
	main_in(m, HOME)->now[32] = main_in(m, HOME)->now[0] ^ KDF_64M;
	key = rig_key(&m->sys, HOME, "tres");
	assert_int_equal(key->n, 2);
	assert_int_equal(key_pairs(key)[0].preset, KDF_TEST);
	assert_int_equal(key_pairs(key)[1].preset, KDF_64M);
	vault_key_free(key);
	memfs_free(m);
}

/* A derivation wanted more memory than there was, and it is the one for a new room.  Making
 * one was refused as if the passphrase opened another one. */
static void test_no_memory_for_the_first_derivation(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault_key *key;
	struct vault *v;
	struct err e = { 0 };
	uint8_t *head;

	(void)state;
	vault_close(rig_create(&m->sys, HOME, "uno"));
	head = main_in(m, HOME)->now;
	head[32] = head[0] ^ KDF_64M;
	odd.costly = (size_t)32 * 1024 * 1024;
	key = rig_key(&m->sys, HOME, "dos");
	assert_int_equal(key_pairs(key)[1].preset, KDF_64M);
	assert_true(key_pairs(key)[0].ready && !key_pairs(key)[1].ready);
	assert_int_equal(key->fresh, 1);
	assert_false(vault_create(&v, &m->sys, HOME, key, &e));
	assert_int_equal(e.code, ERR_MEMORY);
	vault_key_free(key);
	memfs_free(m);
}

/* ---- memory ---- */

/* In a process of its own: once a lock was refused, it stays said. */
static int report(int lock)
{
	struct memfs *m = memfs_new(16);
	struct vault *v;
	struct vault_key *key;
	struct vault_report r, s;
	struct vault_memory mem;
	struct err e;

	if (!vault_init(&e))
		return 1;
	odd.no_lock = lock == 0;
	odd.no_rlimit = lock == 2;
	odd.no_limit = lock == 3;
	vault_memory_look(&mem);
	if (mem.limit <= mem.wanted || (lock == 0) != (mem.locked == 0))
		return 6;
	if (lock >= 2 && mem.locked != mem.wanted)
		return 7;
	v = rig_create(&m->sys, HOME, "uno");
	key = rig_key(&m->sys, HOME, "uno");
	if (!vault_verify(v, &r, &e))
		return 2;
	vault_close(v);
	if (!vault_inspect(&m->sys, HOME, key, &s, &e))
		fail_msg("%s", e.text);
	vault_key_free(key);
	memfs_free(m);
	if (r.memory_locked != s.memory_locked)
		return 4;
	return r.memory_locked == (lock != 0) ? 0 : 5;
}

static int nothing_to_lock(int lock)
{
	const struct rlimit none = { 4096, 4096 };
	struct vault_memory mem;
	struct err e;

	(void)lock;
	if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || !vault_init(&e))
		return 1;
	vault_memory_look(&mem);
	return mem.locked == 0 && mem.wanted > 0 ? 0 : 2;
}

/* SQLite was started by somebody else: its memory is not ours, and that is reported too. */
static int not_ours(int lock)
{
	struct memfs *m = memfs_new(16);
	struct vault_report r;
	struct vault_memory mem;
	struct vault *v;
	struct err e;

	(void)lock;
	sqlite3_initialize();
	v = rig_create(&m->sys, HOME, "uno");
	if (!vault_verify(v, &r, &e) || r.memory_locked)
		return 1;
	vault_memory_look(&mem);
	if (mem.locked != 0 || mem.wanted == 0)
		return 2;
	vault_close(v);
	memfs_free(m);
	return 0;
}

static void apart(int (*what)(int), int arg)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0)
		exit(what(arg));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_memory_that_is_not_locked_is_reported(void **state)
{
	(void)state;
	apart(report, 1);
	apart(report, 0);
	apart(report, 2);
	apart(report, 3);
	apart(nothing_to_lock, 0);
	apart(not_ours, 0);
}

/* What SQLite never does with its memory is fine all the same. */
static void test_allocator_is_given_nothing(void **state)
{
	sqlite3_mem_methods own;

	(void)state;
	assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own), SQLITE_OK);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
	own.xFree(NULL);
	assert_int_equal(own.xSize(NULL), 0);
}

/* Without SQLite, which the first test starts in children. */
static int start(void **state)
{
	struct err e;

	(void)state;
	return secret_init(&e) ? 0 : -1;
}

static int start_all(void **state)
{
	struct err e;

	nothing(state);
	return vault_init(&e) ? 0 : -1;
}

#define AFTER(f) cmocka_unit_test_setup(f, start_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_that_is_not_locked_is_reported),
		AFTER(test_one_commit_more),
		AFTER(test_writing_while_opening),
		AFTER(test_more_pages_than_expected),
		AFTER(test_no_memory_in_the_middle),
		AFTER(test_library_that_does_not_copy_itself),
		AFTER(test_library_without_reserved_bytes),
		AFTER(test_rooms_are_not_touched_by_such_a_library),
		AFTER(test_copy_of_a_header_that_costs_more),
		AFTER(test_what_most_headers_have_comes_first),
		AFTER(test_no_memory_for_the_first_derivation),
		AFTER(test_allocator_is_given_nothing),
	};

	return cmocka_run_group_tests_name("vault libraries", tests, start, NULL);
}
