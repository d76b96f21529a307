/* The vault beside what others keep their entries in: plain SQLite (the same library) with
 * a rollback journal and with a write-ahead log, and Debian's SQLCipher, which has no FTS5
 * and is compared without a word index on both sides.  All sync every commit.  Rows go to
 * standard output; see tests/bench/run.
 *
 * Rounds are interleaved, one side after the other.  Keys are derived once, outside of
 * everything that is measured.  Plain SQLite has the vault's wiping allocator here, since it
 * is the same library in the same process; a run without it was no faster. */
#include "bench/row.h"
#include "bench/words.h"

#include "bench/engine.h"

#include <sodium.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SCHEMA "CREATE TABLE entry (id INTEGER PRIMARY KEY, at INTEGER, text TEXT);"
/* Index pages that fit, with their row, into a database page which keeps some bytes for its
 * seal; the same on all sides. */
#define INDEX \
	"CREATE VIRTUAL TABLE word USING fts5(text, content='entry', content_rowid='id');" \
	"INSERT INTO word (word, rank) VALUES ('pgsz', 4000);"

#define SIDES 3

struct side {
	struct engine engine;
	const char *name;
	bool words; /* has a word index */
	uint64_t seed;
	sqlite3_int64 last; /* id of the newest entry */
	sqlite3_stmt *put, *index, *ask, *list, *read, *scan;
};

/* ---- how often the disk is waited for: SQLite and the vault both call these ---- */
static long syncs;

int fsync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

/* ---- one side ---- */
static sqlite3_stmt **statement(struct side *s, size_t i)
{
	sqlite3_stmt **all[] = { &s->put, &s->list, &s->read, &s->scan, &s->index,
		&s->ask };

	return i < (s->words ? ARRAY_LEN(all) : 4) ? all[i] : NULL;
}

static void side_open(struct side *s)
{
	static const char *const sql[] = {
		"INSERT INTO entry VALUES (?1, ?1 * 60000, ?2)",
		"SELECT id, text FROM entry ORDER BY id DESC LIMIT 50",
		"SELECT id, text FROM entry WHERE id = ?1",
		"SELECT sum(length(text)) FROM entry",
		"INSERT INTO word (rowid, text) VALUES (?1, ?2)",
		"SELECT rowid, snippet(word, 0, '[', ']', ' ', 12) FROM word "
		"WHERE word MATCH ?1 ORDER BY rowid DESC LIMIT 50",
	};
	sqlite3_stmt **st;

	engine_open(&s->engine);
	if (s->last == 0) {
		engine_exec(&s->engine, SCHEMA);
		if (s->words)
			engine_exec(&s->engine, INDEX);
	}
	for (size_t i = 0; (st = statement(s, i)) != NULL; i++)
		*st = engine_prepare(&s->engine, sql[i]);
}

static void side_close(struct side *s)
{
	sqlite3_stmt **st;

	for (size_t i = 0; (st = statement(s, i)) != NULL; i++)
		(void)s->engine.lib->finalize(*st);
	engine_close(&s->engine);
}

/* All rows of a statement; their number, and their texts' bytes. */
static long rows(struct side *s, sqlite3_stmt *st, long *bytes)
{
	long n = 0;

	while (engine_row(&s->engine, st)) {
		n++;
		*bytes += s->engine.lib->column_bytes(st, 1);
	}
	(void)s->engine.lib->reset(st);
	return n;
}

static void put(struct side *s)
{
	const struct lib *lib = s->engine.lib;
	struct buf text = { 0 };
	long none = 0;

	words_entry(&text, &s->seed);
	s->last++;
	for (int i = 0; i < (s->words ? 2 : 1); i++) {
		sqlite3_stmt *st = i == 0 ? s->put : s->index;

		(void)lib->bind_int(st, 1, s->last);
		(void)lib->bind_text(st, 2, text.s, (int)text.n, SQLITE_TRANSIENT);
		(void)rows(s, st, &none);
	}
	buf_free(&text);
}

static void fill(struct side *s, long most)
{
	while (s->last < most) {
		engine_exec(&s->engine, "BEGIN IMMEDIATE");
		do
			put(s);
		while (s->last % 1000 != 0);
		engine_exec(&s->engine, "COMMIT");
	}
}

/* ---- what is measured: microseconds of one round ---- */
#define COMMITS_A_ROUND 500

static double commits(struct side *s)
{
	int64_t from = row_now_us();

	for (int i = 0; i < COMMITS_A_ROUND; i++) {
		engine_exec(&s->engine, "BEGIN IMMEDIATE");
		put(s);
		engine_exec(&s->engine, "COMMIT");
	}
	return (double)(row_now_us() - from);
}

static unsigned turn; /* of the round: the same questions for all sides */

static double search(struct side *s)
{
	struct buf words = { 0 };
	long bytes = 0;

	words_question(&words, turn);
	int64_t from = row_now_us();
	(void)s->engine.lib->bind_text(s->ask, 1, words.s, (int)words.n, SQLITE_TRANSIENT);
	(void)rows(s, s->ask, &bytes);
	from = row_now_us() - from;
	buf_free(&words);
	return (double)from;
}

static double list(struct side *s)
{
	int64_t from = row_now_us();
	long bytes = 0;

	if (rows(s, s->list, &bytes) != 50 || bytes < 50000)
		die("bench: the list is short");
	return (double)(row_now_us() - from);
}

#define READS_A_ROUND 500

static double reads(struct side *s)
{
	uint64_t state = turn;
	int64_t from = row_now_us();
	long bytes = 0;

	for (int i = 0; i < READS_A_ROUND; i++) {
		uint64_t id = words_random(&state) % (uint64_t)s->last + 1;

		(void)s->engine.lib->bind_int(s->read, 1, (sqlite3_int64)id);
		if (rows(s, s->read, &bytes) != 1)
			die("bench: an entry is not there");
	}
	return (double)(row_now_us() - from);
}

/* From closed to the first row. */
static double reopen(struct side *s)
{
	int64_t from;

	side_close(s);
	from = row_now_us();
	side_open(s);
	(void)list(s);
	return (double)(row_now_us() - from);
}

static double scan(struct side *s)
{
	int64_t from = row_now_us();
	long none = 0;

	if (rows(s, s->scan, &none) != 1)
		die("bench: nothing to scan");
	return (double)(row_now_us() - from);
}

/* ---- rounds ---- */
enum sum { TOTAL, MEDIAN };

static void measure(const char *name, struct side *sides, size_t n,
    double (*round)(struct side *), int rounds, enum sum sum, int count)
{
	double *us[SIDES] = { 0 }, figure[SIDES];

	for (size_t i = 0; i < n; i++)
		if ((us[i] = calloc((size_t)rounds, sizeof *us[i])) == NULL)
			die("bench: no memory");
	for (int r = 0; r < rounds; r++) {
		turn++;
		for (size_t i = 0; i < n; i++)
			us[i][r] = round(&sides[i]);
	}
	for (size_t i = 0; i < n; i++) {
		figure[i] = 0;
		for (int r = 0; r < rounds; r++)
			figure[i] += us[i][r];
		if (sum == MEDIAN)
			figure[i] = row_median(us[i], rounds);
		if (i > 0)
			row_print(name, sides[i].name, figure[0] / 1000, figure[i] / 1000,
			    "ms", count);
		free(us[i]);
	}
}

static void count_syncs(struct side *sides, size_t n)
{
	double each[SIDES];

	for (size_t i = 0; i < n; i++) {
		long before = syncs;

		(void)commits(&sides[i]);
		each[i] = (double)(syncs - before) / COMMITS_A_ROUND;
		if (i > 0)
			row_print("waits for the disk, a commit", sides[i].name, each[0],
			    each[i], "syncs", COMMITS_A_ROUND);
	}
}

/* ---- every page, as SQLite gets it, beside nothing but the decryption ---- */
static double raw_us_a_page(void)
{
	static uint8_t page[4096];
	uint8_t key[32] = { 1 }, ad[28] = { 2 }, *nonce = page + 4056, *tag = page + 4080;
	static uint8_t out[4096];
	int64_t from;

	(void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
	    page, tag, NULL, out, 4056, ad, sizeof ad, NULL, nonce, key);
	from = row_now_us();
	for (int i = 0; i < 20000; i++)
		if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
			out, NULL, page, 4056, tag, ad, sizeof ad, nonce, key) != 0)
			die("bench: libsodium refuses");
	return (double)(row_now_us() - from) / 20000;
}

static double scan_us_a_page(struct side *s)
{
	static uint8_t page[4096];
	sqlite3_int64 size;
	sqlite3_file *f;
	int64_t from;

	if (sqlite3_file_control(s->engine.db, "main", SQLITE_FCNTL_FILE_POINTER, &f) !=
		SQLITE_OK ||
	    f->pMethods->xFileSize(f, &size) != SQLITE_OK)
		die("bench: no file");
	from = row_now_us();
	for (sqlite3_int64 at = 0; at < size; at += 4096)
		if (f->pMethods->xRead(f, page, 4096, at) != SQLITE_OK)
			die("bench: a page cannot be read");
	return (double)(row_now_us() - from) / ((double)size / 4096);
}

static void decryption(struct side *s)
{
	double ours[9], raw[ARRAY_LEN(ours)];
	int n = (int)ARRAY_LEN(ours);

	for (int i = 0; i < n; i++) {
		ours[i] = scan_us_a_page(s);
		raw[i] = raw_us_a_page();
	}
	row_print("scan every page, decryption", "libsodium alone",
	    4096 / row_median(ours, n), 4096 / row_median(raw, n), "MB/s", n);
}

static void all_open(struct side *sides, size_t n)
{
	for (size_t i = 0; i < n; i++)
		side_open(&sides[i]);
}

static void all_close(struct side *sides, size_t n)
{
	for (size_t i = 0; i < n; i++)
		side_close(&sides[i]);
}

static void all_fill(struct side *sides, size_t n, long most)
{
	for (size_t i = 0; i < n; i++)
		fill(&sides[i], most);
	for (size_t i = 0; i < n; i++) { /* a long log is folded */
		side_close(&sides[i]);
		side_open(&sides[i]);
	}
}

static void side_set(
    struct side *s, const char *folder, enum engine_kind kind, const char *name, bool words)
{
	*s = (struct side){ .engine.kind = kind, .name = name, .words = words, .seed = 7 };
	(void)snprintf(s->engine.path, sizeof s->engine.path, "%.400s/%s%s", folder, name,
	    words ? " with words" : "");
	if (kind == SEALED)
		engine_derive(&s->engine);
}

static void compare(struct side *sides, size_t n, long most)
{
	bool words = sides[0].words;
	const char *entries = words ? "full text" : "no full text";
	char name[80];

	all_open(sides, n);
	(void)snprintf(name, sizeof name, "10,000 commits, %s", entries);
	measure(name, sides, n, commits, 10000 / COMMITS_A_ROUND, TOTAL, 10000);
	if (words)
		count_syncs(sides, n);
	(void)snprintf(name, sizeof name, "open, 10,000 entries, %s", entries);
	measure(name, sides, n, reopen, 31, MEDIAN, 31);
	all_fill(sides, n, most);
	if (words)
		measure("search, 200 times two words", sides, n, search, 200, TOTAL, 200);
	(void)snprintf(name, sizeof name, "list the last 50, %s", entries);
	measure(name, sides, n, list, 101, MEDIAN, 101);
	(void)snprintf(name, sizeof name, "read 5,000 by chance, %s", entries);
	measure(name, sides, n, reads, 5000 / READS_A_ROUND, TOTAL, 5000);
	(void)snprintf(name, sizeof name, "scan every text, %s", entries);
	measure(name, sides, n, scan, 9, MEDIAN, 9);
	if (words)
		decryption(&sides[0]);
	all_close(sides, n);
	vault_key_free(sides[0].engine.key);
}

int main(int argc, char **argv)
{
	struct side words[3], bare[2];
	struct err e = { 0 };
	long most = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;

	if (argc < 2)
		die("bench: tests/bench/run starts this");
	if (!secret_init(&e) || !vault_init(&e))
		die("bench: %s", e.text);
	side_set(&words[0], argv[1], SEALED, "vault", true);
	side_set(&words[1], argv[1], ROLLBACK, "plain rollback", true);
	side_set(&words[2], argv[1], WAL, "plain wal", true);
	compare(words, ARRAY_LEN(words), most);
	if (engine_cipher_lib() == NULL)
		return 0;
	side_set(&bare[0], argv[1], SEALED, "vault", false);
	side_set(&bare[1], argv[1], CIPHER, "sqlcipher", false);
	compare(bare, ARRAY_LEN(bare), most);
	return 0;
}
