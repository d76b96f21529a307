/* What stays in the process's memory after a vault is closed: no key, no passphrase, no word
 * that was written.  And what is said when memory cannot be locked. */
#include "memfs.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "vault/inner.h"

/* Patterns of eight bytes, kept masked so that the list does not find itself. */
#define MASK 0xa5a5a5a5a5a5a5a5u
#define MOST 128

static struct list {
	uint64_t masked[MOST];
	size_t n;
	bool begins[65536]; /* a masked pattern begins with these two bytes */
} list;

static void look_for(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		x ^= MASK;
		assert_true(list.n < MOST);
		list.masked[list.n++] = x;
		list.begins[x & 0xffff] = true;
	}
}

static uint8_t window[65536 + 8];
static bool tell;

static unsigned count_in(const uint8_t *p, size_t n, uint64_t from)
{
	unsigned found = 0;

	for (size_t i = 0; i + 8 <= n; i++) {
		uint64_t x, at = from + i;

		memcpy(&x, p + i, 8);
		x ^= MASK;
		if (!list.begins[x & 0xffff] ||
		    (at + 8 > (uintptr_t)window && at < (uintptr_t)window + sizeof window))
			continue;
		for (size_t j = 0; j < list.n; j++) {
			if (list.masked[j] != x)
				continue;
			found++;
			if (tell && found < 4)
				print_message(
				    "pattern %zu at %#llx\n", j, (unsigned long long)at);
		}
	}
	return found;
}

static unsigned count_range(int mem, uint64_t from, uint64_t to)
{
	unsigned found = 0;

	while (from < to) {
		size_t want =
		    to - from < sizeof window ? (size_t)(to - from) : sizeof window;
		ssize_t n = pread(mem, window, want, (off_t)from);

		if (n <= 8)
			break;
		found += count_in(window, (size_t)n, from);
		if ((size_t)n < want || from + want == to)
			break;
		from += want - 8;
	}
	return found;
}

/* How often any pattern stands in any readable memory of this process. */
static unsigned scan(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned found = 0;
	char line[512];

	if (!maps || mem < 0)
		_exit(90);
	while (fgets(line, sizeof line, maps)) {
		unsigned long long from, to;
		char rights[8];

		if (sscanf(line, "%llx-%llx %7s", &from, &to, rights) == 3 &&
		    rights[0] == 'r' && !strstr(line, "[vvar") &&
		    !strstr(line, "[vsyscall"))
			found += count_range(mem, from, to);
	}
	fclose(maps);
	close(mem);
	return found;
}

/* Words that stand in this program masked only. */
static struct secret *words(uint8_t add)
{
	static const uint8_t masked[] = { 0xdf, 0xc4, 0xd7, 0xdf, 0xc4, 0xc8, 0xca, 0xd7,
		0xc4, 0x85, 0xd6, 0xcc, 0xc9, 0xd3, 0xc0, 0xd6, 0xd1, 0xd7, 0xc0, 0x85,
		0xc4, 0xdf, 0xd0, 0xc9 };
	struct secret *s = secret_new(sizeof masked);

	for (size_t i = 0; i < sizeof masked; i++)
		secret_bytes(s)[i] = (uint8_t)((masked[i] ^ 0xa5) + add);
	secret_set_len(s, sizeof masked);
	return s;
}

static void run(struct vault *v, const char *sql, const struct secret *text)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(vault_db(v), sql, -1, &s, NULL) != SQLITE_OK)
		_exit(91);
	if (text)
		sqlite3_bind_text(s, 1, (const char *)secret_view(text),
		    (int)secret_len(text), SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW)
		continue;
	if (sqlite3_finalize(s) != SQLITE_OK)
		_exit(92);
}

/* A session: write, search, sort, roll back, change keys. */
static void session(struct vault *v, const struct secret *text)
{
	struct vault_report r;
	struct secret *code;
	struct err e;

	run(v, "CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, b)", NULL);
	run(v, "CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5(w)", NULL);
	run(v, "PRAGMA cache_size=20", NULL);
	run(v,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
	    "INSERT INTO t(b) SELECT i || ' ' || ?1 || hex(randomblob(90)) FROM n",
	    text);
	run(v, "INSERT INTO f SELECT b FROM t LIMIT 100", NULL);
	run(v, "SELECT * FROM f WHERE f MATCH '\"' || ?1 || '\"'", text);
	run(v, "SELECT b FROM t ORDER BY b DESC", NULL);
	run(v, "BEGIN", NULL);
	run(v, "UPDATE t SET b = ?1 || b", text);
	run(v, "ROLLBACK", NULL);
	run(v, "DELETE FROM t WHERE a % 2", NULL);
	run(v, "VACUUM", NULL);
	if (!vault_verify(v, &r, &e) || !r.memory_locked ||
	    !vault_new_recovery(v, &code, &e))
		_exit(93);
	look_for(secret_view(code), 40);
	secret_free(code);
}

static void look_for_keys(const struct vault_key *key, const struct vault *v)
{
	const struct key_pair *p = key_pairs(key);

	look_for(p->sk.wrap, FMT_KEY);
	look_for(p->sk.commit, FMT_KEY);
	look_for(v->keys->master, FMT_KEY);
	look_for(v->keys->header, FMT_KEY);
	look_for(v->keys->root, FMT_KEY);
	look_for(v->keys->page, FMT_KEY);
	look_for(v->keys->log, FMT_KEY);
	look_for(v->keys->sum, FMT_KEY);
	look_for(v->keys->log_now, FMT_KEY);
}

/* In a process of its own, so that nothing of the other tests is met. */
static void child(const char *home)
{
	struct secret *pass = words(1), *text = words(0);
	struct vault *v = NULL;
	struct err e;
	struct vault_key *key = vault_derive(NULL, home, pass, &e);

	look_for(secret_view(pass), secret_len(pass));
	look_for(secret_view(text), 16);
	if (!key || !vault_create(&v, NULL, home, key, &e))
		_exit(94);
	look_for_keys(key, v);
	session(v, text);
	vault_close(v);
	if (!vault_open(&v, NULL, home, key, &e))
		_exit(95);
	look_for(v->keys->log_now, FMT_KEY);
	session(v, text);
	if (scan() < list.n / 2)
		_exit(96); /* a scan that finds nothing in an open vault proves nothing */
	vault_close(v);
	vault_key_free(key);
	secret_free(pass);
	secret_free(text);
	tell = true;
	_exit(scan() == 0 ? 0 : 97);
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void test_nothing_stays(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* its shadow is terabytes */
#endif
	char *home = rig_folder();
	pid_t pid = fork();

	if (pid == 0)
		child(home);
	assert_int_equal(status_of(pid), 0);
	rig_drop(home);
}

/* More pages than the pool has: said, and no longer said when they are gone. */
static void test_more_pages_than_can_be_locked(void **state)
{
	struct memfs *m = memfs_new(16);
	struct vault *v = rig_create(&m->sys, "/h", "uno");
	struct vault_report r;
	sqlite3 *big = NULL;
	struct err e;

	(void)state;
	assert_true(vault_verify(v, &r, &e));
	assert_true(r.memory_locked);
	assert_int_equal(sqlite3_open(":memory:", &big), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(big, "CREATE TABLE t(b); INSERT INTO t VALUES(zeroblob(9000000))",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_true(vault_verify(v, &r, &e));
	assert_false(r.memory_locked);
	sqlite3_close(big);
	assert_true(vault_verify(v, &r, &e));
	assert_true(r.memory_locked);
	vault_close(v);
	memfs_free(m);
}

/* A limit that leaves no room for pages. */
static void test_little_to_lock(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		const struct rlimit little = { 512 * 1024, 512 * 1024 };
		struct secret *pass = rig_secret("uno");
		struct memfs *m = memfs_new(16);
		struct vault_report r;
		struct vault *v;
		struct err e;
		struct vault_key *key;

		setrlimit(RLIMIT_MEMLOCK, &little);
		key = vault_derive(&m->sys, "/h", pass, &e);
		if (!key || !vault_create(&v, &m->sys, "/h", key, &e) ||
		    !vault_verify(v, &r, &e))
			_exit(1);
		_exit(r.memory_locked ? 2 : 0);
	}
	assert_int_equal(status_of(pid), 0);
}

static void test_somebody_started_sqlite(void **state)
{
	pid_t pid = fork();
	struct err e = { 0 };

	(void)state;
	if (pid == 0) {
		sqlite3_initialize();
		_exit(vault_init(&e) ? 1 : e.code == ERR_INTERNAL ? 0 : 2);
	}
	assert_int_equal(status_of(pid), 0);
}

/* The order matters: each forks before this process itself has started SQLite. */
static int only_sodium(void **state)
{
	struct err e;

	(void)state;
	return secret_init(&e) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_somebody_started_sqlite),
		cmocka_unit_test(test_little_to_lock),
		cmocka_unit_test(test_nothing_stays),
		cmocka_unit_test(test_more_pages_than_can_be_locked),
	};

	return cmocka_run_group_tests_name("vault memory", tests, only_sodium, NULL);
}
