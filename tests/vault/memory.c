/* What stays in the process's memory: of a key, a passphrase or a code nothing once it was
 * used, and of a vault that is closed no key of it and no word that was written.  A process
 * does all that a person does with keys and stops after each change, and another one reads its
 * memory: what looks must not write over what is looked for.  Registers, and what the system
 * keeps of its calls, are not looked at.  And what is said when memory cannot be locked. */
#include "memfs.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "vault/code.h"
#include "vault/inner.h"

/* Patterns of eight bytes, shared by both processes, and masked so that the list does not find
 * itself. */
#define MASK 0xa5a5a5a5a5a5a5a5u
#define MOST 512

static struct list {
	uint64_t masked[MOST];
	const char *of[MOST];
	size_t n;
	bool begins[65536]; /* a masked pattern begins with these two bytes */
	/* What the one that stopped asks for. */
	bool open;     /* the keys noted last are in use, and must be found */
	bool recovery; /* note the slot's key of the recovery code */
	bool fresh;    /* note the keys of the vault as it is on the disk */
	const char *after;
} * list;

static void look_for(const char *of, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 8 <= n; i += 8) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		x ^= MASK;
		if (list->n == MOST)
			_exit(89);
		list->of[list->n] = of;
		list->masked[list->n++] = x;
		list->begins[x & 0xffff] = true;
	}
}

/* ---- looking ---- */

static unsigned count_in(const uint8_t *p, size_t n, uint64_t from, const char *where)
{
	unsigned found = 0;

	for (size_t i = 0; i + 8 <= n; i++) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		x ^= MASK;
		if (!list->begins[x & 0xffff])
			continue;
		for (size_t j = 0; j < list->n; j++) {
			if (list->masked[j] != x)
				continue;
			if (found++ < 4 && !list->open)
				print_message("after %s: %s at %#llx in %s", list->after,
				    list->of[j], (unsigned long long)(from + i), where);
		}
	}
	return found;
}

static unsigned count_range(int mem, uint64_t from, uint64_t to, const char *where)
{
	static uint8_t window[65536 + 8];
	unsigned found = 0;

	while (from < to) {
		size_t want =
		    to - from < sizeof window ? (size_t)(to - from) : sizeof window;
		ssize_t n = pread(mem, window, want, (off_t)from);

		if (n <= 8)
			break;
		found += count_in(window, (size_t)n, from, where);
		if ((size_t)n < want || from + want == to)
			break;
		from += want - 8;
	}
	return found;
}

/* How often any pattern stands in any readable memory of a process. */
static unsigned scan(pid_t pid)
{
	char line[512], path[64];
	unsigned found = 0;
	FILE *maps;
	int mem;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof line, maps)) {
		unsigned long long from, to;
		char rights[8];

		if (sscanf(line, "%llx-%llx %7s", &from, &to, rights) == 3 &&
		    rights[0] == 'r' && !strstr(line, "[vvar") &&
		    !strstr(line, "[vsyscall"))
			found += count_range(mem, from, to, line);
	}
	fclose(maps);
	close(mem);
	return found;
}

/* ---- what is looked for ---- */

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

/* What words() is given for each. */
enum { TEXT, FIRST, CHANGED, ADDED, ROTATED, ELSEWHERE, CODE };

/* An assertion of a child would go on with the other tests. */
static void must(bool ok)
{
	if (!ok)
		_exit(94);
}

static struct vault_key *derive(const char *home, uint8_t which)
{
	struct secret *pass = words(which);
	struct err e;
	struct vault_key *key = vault_derive(NULL, home, pass, &e);

	must(key != NULL);
	look_for("a passphrase", secret_view(pass), secret_len(pass));
	secret_free(pass);
	return key;
}

static void stop(const char *after)
{
	list->after = after;
	raise(SIGSTOP);
	list->open = list->recovery = list->fresh = false;
}

/* The end of a passphrase's key. */
static void forget(struct vault_key *key, const char *after)
{
	const struct key_pair *p = key_pairs(key);

	look_for("the key that seals a passphrase's slot", p->sk.wrap, FMT_KEY);
	look_for("the key that finds a passphrase's slot", p->sk.commit, FMT_KEY);
	vault_key_free(key);
	stop(after);
}

static void look_for_keys(const struct vault *v)
{
	const struct keys *k = v->keys;

	look_for("the master key", k->master, FMT_KEY);
	look_for("the header's key", k->header, FMT_KEY);
	look_for("the roots' key", k->root, FMT_KEY);
	look_for("the pages' key", k->page, FMT_KEY);
	look_for("the logs' key", k->log, FMT_KEY);
	look_for("the sum's key", k->sum, FMT_KEY);
	look_for("the witness' key", k->witness, FMT_KEY);
	look_for("the key of one log", k->log_now, FMT_KEY);
}

/* From the file alone, by the one that reads. */
static void look_for_recovery(const char *home)
{
	struct secret *code = words(CODE);
	char *path = rig_file(home, false);
	size_t n;
	uint8_t *header = rig_read(path, &n);
	struct slot_key sk;

	header_recovery_key(&sk, header, secret_view(code), CODE_BYTES);
	assert_true(header_find(header, &sk) >= 0);
	look_for("the key that seals the code's slot", sk.wrap, FMT_KEY);
	look_for("the key that finds the code's slot", sk.commit, FMT_KEY);
	secret_free(code);
	free(header);
	free(path);
}

static struct vault *open_by_words(const char *home, uint8_t which)
{
	struct vault_key *key = derive(home, which);
	struct vault *v = NULL;
	struct err e;

	must(vault_open(&v, NULL, home, key, &e));
	vault_key_free(key);
	return v;
}

/* From the disk, by the one that reads. */
static void look_for_fresh(const char *home)
{
	struct vault *v = open_by_words(home, ROTATED);

	look_for_keys(v);
	vault_close(v);
}

/* ---- the one that is looked at ---- */

static void run(struct vault *v, const char *sql, const struct secret *text)
{
	sqlite3_stmt *s = NULL;

	must(sqlite3_prepare_v2(vault_db(v), sql, -1, &s, NULL) == SQLITE_OK);
	if (text)
		sqlite3_bind_text(s, 1, (const char *)secret_view(text),
		    (int)secret_len(text), SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW)
		continue;
	must(sqlite3_finalize(s) == SQLITE_OK);
}

/* A session: write, search, sort, roll back. */
static void session(struct vault *v)
{
	struct secret *text = words(TEXT);
	struct vault_witness w;
	struct vault_report r;
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
	must(vault_verify(v, &r, &e) && r.memory_locked && vault_witness(v, &w, &e));
	secret_free(text);
}

static struct secret *written_code(void)
{
	struct secret *raw = words(CODE), *code = code_write(secret_view(raw));

	look_for("a recovery code", secret_view(code), 40);
	look_for("the bytes of a recovery code", secret_view(raw), CODE_BYTES);
	secret_free(raw);
	return code;
}

static void change_keys(struct vault *v, const char *home)
{
	struct secret *code = written_code();
	struct vault_key *key;
	struct err e;

	must(vault_set_recovery(v, code, &e));
	secret_free(code);
	list->recovery = true;
	stop("setting a recovery code");
	key = derive(home, CHANGED);
	must(vault_set_passphrase(v, key, &e));
	forget(key, "changing the passphrase");
	key = derive(home, ADDED);
	must(vault_add_passphrase(v, key, &e));
	forget(key, "adding a passphrase");
}

static struct vault *open_by_code(const char *home)
{
	struct secret *code = written_code();
	struct vault *v = NULL;
	struct err e;

	must(vault_open_recovery(&v, NULL, home, code, &e));
	secret_free(code);
	stop("opening by a recovery code");
	return v;
}

static void lock(struct vault *v)
{
	struct secret *text = words(TEXT);

	look_for_keys(v);
	/* A scan that finds nothing in an open vault proves nothing. */
	list->open = true;
	stop("noting the keys");
	look_for("the text", secret_view(text), 16);
	secret_free(text);
	vault_close(v);
	stop("locking");
}

static void rotate(struct vault *v, const char *home)
{
	struct vault_key *key = derive(home, ROTATED);
	struct err e;

	must(vault_rotate(v, key, &e));
	vault_close(v);
	list->fresh = true;
	forget(key, "changing all keys");
}

static void rescue(const char *home, const char *other)
{
	struct vault_key *to = derive(other, ELSEWHERE), *from = derive(home, ROTATED);
	struct vault *v = NULL;
	struct vault_rescued r;
	struct err e;

	must(vault_create(&v, NULL, other, to, &e));
	must(vault_rescue(NULL, home, from, v, &r, &e) && r.rows > 0);
	look_for_keys(v);
	vault_close(v);
	vault_key_free(to);
	forget(from, "rescuing and locking");
}

/* In a process of its own, so that nothing of the other tests is met. */
static void child(const char *home, const char *other)
{
	struct vault_key *key = derive(home, FIRST);
	struct vault *v = NULL;
	struct err e;

	must(vault_create(&v, NULL, home, key, &e));
	forget(key, "making a room");
	session(v);
	change_keys(v, home);
	vault_close(v);
	lock(open_by_code(home));
	rotate(open_by_words(home, CHANGED), home);
	v = open_by_words(home, ROTATED);
	session(v);
	lock(v);
	rescue(home, other);
	_exit(0);
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
	char *home = rig_folder(), *other = rig_folder();
	unsigned stops = 0, found;
	pid_t pid;
	int status;

	list = mmap(
	    NULL, sizeof *list, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(list != MAP_FAILED);
	pid = fork();
	if (pid == 0)
		child(home, other);
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		if (list->recovery)
			look_for_recovery(home);
		if (list->fresh)
			look_for_fresh(home);
		found = scan(pid);
		stops++;
		if (list->open ? found < 8 * FMT_KEY / 8 : found > 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			fail_msg("after %s: %u found", list->after, found);
		}
		kill(pid, SIGCONT);
	}
	assert_int_equal(status, 0);
	assert_int_equal(stops, 11);
	munmap(list, sizeof *list);
	rig_drop(home);
	rig_drop(other);
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
