/* The same statements, made up at random, on a plain SQLite database and on a vault: results
 * and errors must be equal.  The process that runs them is killed again and again; the next
 * one finds in both databases the number of the last statement, brings the one that is behind
 * up to the other, and compares everything.
 *
 *	differential [STATEMENTS [SEED]] */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "crash_sql.h"

#define TABLES 4

/* Shared with the child. */
struct progress {
	volatile int64_t sealed, plain;     /* last statement that each has acknowledged */
	volatile int64_t compared, refused; /* by both */
	char words[400];                    /* a difference */
};

struct pair {
	struct sqlite3 *db[2]; /* sealed, plain */
	struct vault *v;
	struct progress *s;
	uint64_t seed;
};

/* ---- results ---- */

struct result {
	int rc;
	long rows;
	uint64_t hash;
};

static int add_row(void *arg, int n, char **text, char **name)
{
	struct result *r = arg;

	(void)name;
	r->rows++;
	for (int i = 0; i < n; i++) {
		for (const char *p = text[i] ? text[i] : "\1"; *p; p++)
			r->hash = (r->hash ^ (uint8_t)*p) * 0x100000001b3u;
		r->hash = (r->hash ^ 2) * 0x100000001b3u;
	}
	return 0;
}

static struct result ask(struct sqlite3 *db, const char *sql)
{
	struct result r = { 0, 0, 0xcbf29ce484222325u };

	r.rc = sqlite3_exec(db, sql, add_row, &r, NULL);
	return r;
}

/* ---- statements ---- */

static const char *const forms[] = {
	"INSERT INTO t$(b, c, d) VALUES(#, noise(#, 20), 'w@')",
	"INSERT INTO t$(b, c, d) VALUES(#, noise(#, 900), 'w@ w# w$')",
	"INSERT INTO t$(b, c, d) SELECT b + 1, c, d || '$' FROM t% ORDER BY a LIMIT 25",
	"INSERT INTO t$(a, b) VALUES(@, #)", /* a row of that key may be there */
	"INSERT OR REPLACE INTO t$(a, b, d) VALUES(@ % 50, #, 'r@')",
	"INSERT INTO t$(a, b) VALUES(@, 1) ON CONFLICT(a) DO UPDATE SET b = b + 1",
	"INSERT INTO t$(b, c) VALUES(@, noise(@, 40000))",
	"UPDATE t$ SET b = b + #, d = 'u' || a WHERE a % 7 = @ % 7",
	"UPDATE t$ SET c = noise(a + #, length(c)) WHERE b < # % 5000",
	"UPDATE t$ SET b = (SELECT max(b) FROM t%) WHERE a = @ % 40",
	"UPDATE t$ SET u = # % 30 WHERE a = @ % 40", /* u is unique */
	"DELETE FROM t$ WHERE a % 5 = @ % 5",
	"DELETE FROM t$ WHERE length(c) > 10000",
	"DELETE FROM t$ WHERE a IN (SELECT a FROM t% WHERE b > #)",
	"DELETE FROM t$",
	"CREATE INDEX IF NOT EXISTS i$ ON t$(b, d)",
	"DROP INDEX IF EXISTS i$",
	"DROP TABLE IF EXISTS x; CREATE TABLE x AS SELECT a, d FROM t$; INSERT INTO x SELECT a, b"
	" FROM t%",
	"DROP TABLE IF EXISTS x",
	"CREATE TABLE y(k TEXT PRIMARY KEY, v) WITHOUT ROWID",
	"INSERT OR IGNORE INTO y SELECT 'k' || a % 60, b FROM t$",
	"DROP TABLE y",
	"INSERT INTO f VALUES('w@ uno w$ w#')",
	"INSERT INTO f SELECT d FROM t$ WHERE d IS NOT NULL LIMIT 30",
	"DELETE FROM f WHERE rowid % 4 = @ % 4",
	"UPDATE f SET x = x || ' dos' WHERE rowid % 3 = @ % 3",
	"INSERT INTO f(f) VALUES('optimize')",
	"INSERT INTO f(f, rank) VALUES('merge', 20)",
	"SAVEPOINT p; DELETE FROM t$; UPDATE t% SET b = 0; ROLLBACK TO p; RELEASE p",
	"SAVEPOINT p; INSERT INTO t$(b, c) VALUES(1, noise(#, 120000)); ROLLBACK TO p;"
	"INSERT INTO t$(b) VALUES(@); RELEASE p",
	"REINDEX",
	"ANALYZE",
	"SELECT a, b, hex(c), d FROM t$ WHERE b > # % 3000 ORDER BY b, a LIMIT 40",
	"SELECT count(*), sum(b), min(d), max(d), total(length(c)) FROM t$",
	"SELECT p.a, q.a, p.b FROM t$ p JOIN t% q ON p.b = q.b ORDER BY 1, 2 LIMIT 50",
	"SELECT d, count(*) FROM t$ GROUP BY d HAVING count(*) > 1 ORDER BY d",
	"SELECT rowid, snippet(f, 0, '<', '>', '..', 4) FROM f WHERE f MATCH 'w$' ORDER BY rowid",
	"SELECT rowid FROM f WHERE f MATCH 'uno AND dos' ORDER BY rank, rowid LIMIT 20",
	"SELECT count(*) FROM f WHERE f MATCH 'w@*'",
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
	" SELECT i, b FROM n LEFT JOIN t$ ON a = i ORDER BY i",
	"SELECT a, sum(b) OVER (ORDER BY a ROWS 3 PRECEDING) FROM t$ ORDER BY a LIMIT 60",
	"SELECT group_concat(a) FROM (SELECT a FROM t$ UNION SELECT a FROM t% ORDER BY 1)",
	"SELECT * FROM nowhere",
};

static void put_numbers(char *out, size_t cap, const char *form, uint64_t *seed)
{
	size_t n = 0;

	for (; *form && n + 12 < cap; form++) {
		uint32_t x = rig_random(seed);

		if (*form == '#')
			n += (size_t)snprintf(out + n, cap - n, "%u", x % 9973);
		else if (*form == '@')
			n += (size_t)snprintf(out + n, cap - n, "%u", x % 100);
		else if (*form == '$' || (*form == '%' && form[-1] == 't'))
			out[n++] = (char)('0' + x % TABLES);
		else
			out[n++] = *form;
	}
	out[n] = '\0';
}

/* Statement number `i`, in one transaction with the number itself; now and then it is rolled
 * back, or is one that cannot be in a transaction. */
static struct result play(struct pair *p, int which, int64_t i)
{
	uint64_t seed = sql_mix(p->seed, (uint64_t)i);
	struct sqlite3 *db = p->db[which];
	uint32_t kind = rig_random(&seed);
	struct result r;
	char sql[600], mark[80];

	put_numbers(sql, sizeof sql, forms[kind % ARRAY_LEN(forms)], &seed);
	snprintf(mark, sizeof mark, "UPDATE c SET n = %lld; COMMIT", (long long)i);
	if (kind / 64 % 61 == 0) {
		r = ask(db, "VACUUM");
		sql_exec(db, "BEGIN");
	} else if (kind / 64 % 23 == 1) {
		sql_exec(db, "BEGIN");
		ask(db, sql);
		r = ask(db, "ROLLBACK");
		sql_exec(db, "BEGIN");
	} else {
		sql_exec(db, "BEGIN");
		r = ask(db, sql);
		if (sqlite3_get_autocommit(db))
			sql_exec(db, "BEGIN");
	}
	if (sql_exec(db, mark) != SQLITE_OK)
		r.rc = -1;
	return r;
}

/* ---- the child ---- */

static void differ(struct pair *p, const char *what, int64_t i, int a, int b)
{
	snprintf(p->s->words, sizeof p->s->words, "statement %lld, %s: %d and %d (%s; %s)",
	    (long long)i, what, a, b, sqlite3_errmsg(p->db[0]), sqlite3_errmsg(p->db[1]));
	_exit(5);
}

static void must_agree(
    struct pair *p, int64_t i, const char *what, struct result a, struct result b)
{
	if (a.rc != b.rc)
		differ(p, what, i, a.rc, b.rc);
	if (a.rows != b.rows || a.hash != b.hash)
		differ(p, what, i, (int)a.rows, (int)b.rows);
}

static void compare_all(struct pair *p, int64_t i)
{
	static const char *const all[] = {
		"SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name",
		"SELECT a, b, hex(c), d, u FROM t0 ORDER BY a",
		"SELECT a, b, hex(c), d, u FROM t1 ORDER BY a",
		"SELECT a, b, hex(c), d, u FROM t2 ORDER BY a",
		"SELECT a, b, hex(c), d, u FROM t3 ORDER BY a",
		"SELECT rowid, x FROM f ORDER BY rowid",
		"SELECT * FROM x ORDER BY 1, 2",
		"SELECT * FROM y ORDER BY 1",
		"PRAGMA integrity_check",
		"INSERT INTO f(f) VALUES('integrity-check')",
	};

	for (size_t k = 0; k < ARRAY_LEN(all); k++)
		must_agree(p, i, all[k], ask(p->db[0], all[k]), ask(p->db[1], all[k]));
	if (strcmp(sqlite3_errmsg(p->db[0]), sqlite3_errmsg(p->db[1])) != 0)
		differ(p, "messages", i, 0, 1);
	p->s->compared++;
}

static int64_t number(struct sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, "SELECT n FROM c", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static int64_t catch_up(struct pair *p)
{
	int64_t n[2] = { number(p->db[0]), number(p->db[1]) };

	if (n[0] < p->s->sealed || n[0] > p->s->sealed + 1)
		differ(p, "the vault's number", p->s->sealed, (int)n[0], (int)n[1]);
	if (n[0] < n[1])
		play(p, 0, n[1]);
	if (n[1] < n[0])
		play(p, 1, n[0]);
	n[0] = n[0] > n[1] ? n[0] : n[1];
	p->s->sealed = p->s->plain = n[0];
	compare_all(p, n[0]);
	return n[0];
}

static void run(
    const char *home, const char *path, struct progress *s, uint64_t seed, int64_t upto)
{
	struct secret *pass = rig_secret("uno");
	struct vault_key *key;
	struct pair p = { .s = s, .seed = seed };
	struct err e;
	int64_t i;

	key = vault_derive(NULL, home, pass, &e);
	if (!key || !vault_open(&p.v, NULL, home, key, &e) ||
	    sqlite3_open(path, &p.db[1]) != SQLITE_OK) {
		snprintf(s->words, sizeof s->words, "opening: %s", e.text);
		_exit(6);
	}
	p.db[0] = vault_db(p.v);
	sql_exec(p.db[1], "PRAGMA synchronous=OFF");
	sqlite3_db_config(p.db[1], SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	for (int which = 0; which < 2; which++) {
		sql_teach(p.db[which]);
		sqlite3_extended_result_codes(p.db[which], 1);
		sql_exec(p.db[which], "PRAGMA cache_size=12");
	}
	for (i = catch_up(&p) + 1; i <= upto; i++) {
		struct result a = play(&p, 0, i), b;

		s->sealed = i;
		b = play(&p, 1, i);
		s->plain = i;
		must_agree(&p, i, "a result", a, b);
		s->refused += a.rc != SQLITE_OK;
		if (i % 250 == 0)
			compare_all(&p, i);
	}
	compare_all(&p, upto);
	vault_close(p.v);
	sqlite3_close(p.db[1]);
	_exit(0);
}

/* ---- the parent ---- */

static void begin(const char *home, const char *path)
{
	static const char setup[] =
	    "CREATE TABLE c(n); INSERT INTO c VALUES(0);"
	    "CREATE TABLE t0(a INTEGER PRIMARY KEY, b, c, d, u UNIQUE);"
	    "CREATE TABLE t1(a INTEGER PRIMARY KEY, b, c, d, u UNIQUE);"
	    "CREATE TABLE t2(a INTEGER PRIMARY KEY, b, c, d, u UNIQUE);"
	    "CREATE TABLE t3(a INTEGER PRIMARY KEY, b, c, d, u UNIQUE);"
	    "CREATE VIRTUAL TABLE f USING fts5(x)";
	struct vault *v = rig_create(NULL, home, "uno");
	struct sqlite3 *db;

	rig_sql(v, setup);
	vault_close(v);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sql_exec(db, setup), SQLITE_OK);
	sqlite3_close(db);
}

static unsigned differential(int64_t upto, uint64_t base)
{
	uint64_t seed = base;
	char *home = rig_folder(), *away = rig_folder();
	char path[300];
	struct progress *s = mmap(
	    NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned kills = 0;
	int status = 0;

	assert_true(s != MAP_FAILED);
	snprintf(path, sizeof path, "%s/plain", away);
	begin(home, path);
	while (s->plain < upto) {
		int64_t from = s->plain, patience = 1 + rig_random(&seed) % 120;
		pid_t child = fork();

		if (child == 0)
			run(home, path, s, base, upto);
		while (waitpid(child, &status, WNOHANG) == 0) {
			usleep(500 + rig_random(&seed) % 1500);
			if (s->plain < from + patience)
				continue;
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			break;
		}
		if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
			fail_msg("%s", s->words);
		kills += WIFSIGNALED(status);
		assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGKILL);
	}
	print_message(
	    "%lld statements (%lld of them errors), %u kills, everything compared %lld times\n",
	    (long long)s->plain, (long long)s->refused, kills, (long long)s->compared);
	munmap(s, sizeof *s);
	rig_drop(home);
	rig_drop(away);
	return kills;
}

static int64_t statements = 1200;
static uint64_t first_seed = 3;

static void test_same_answers_through_kills(void **state)
{
	(void)state;
	assert_true(differential(statements, first_seed) > 3);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_answers_through_kills),
	};

	if (argc > 1)
		statements = strtoll(argv[1], NULL, 10);
	if (argc > 2)
		first_seed = strtoull(argv[2], NULL, 10);
	return cmocka_run_group_tests_name(
	    "vault beside plain SQLite", tests, rig_start, NULL);
}
