/* The sealed room beside plain SQLite: the same library, schema and statements (src/store),
 * once on the vault and once on an ordinary file with SQLite's default settings.  Rows go
 * to standard output; see tests/bench/run.
 *
 * Rounds are interleaved, ours and theirs in turn, and medians are given.  The key is
 * derived once, outside of everything that is measured. */
#include "bench/row.h"
#include "bench/words.h"

#include "remanso/store.h"
#include "remanso/workbook.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char passphrase[] = "lantern orchard copper window gentle sparrow";

struct side {
	bool sealed;
	char path[512]; /* the home, or the database file */
	struct vault_key *key;
	struct room *room;
	sqlite3 *db;
	struct store *store;
};

static void must(bool ok, const struct err *e)
{
	if (!ok)
		die("bench: %s", e->text);
}

/* ---- opening ---- */
static void side_open(struct side *s)
{
	struct err e = { 0 };

	if (s->sealed) {
		if (access(s->path, F_OK) == 0)
			must(room_open(&s->room, &world_system, s->path, s->key, &e), &e);
		else
			must(room_create(&s->room, &world_system, s->path, s->key, &e), &e);
		s->store = room_store(s->room);
		return;
	}
	if (sqlite3_open(s->path, &s->db) != SQLITE_OK)
		die("bench: %s", sqlite3_errmsg(s->db));
	must(store_open(&s->store, s->db, &world_system, &e), &e);
}

static void side_close(struct side *s)
{
	if (s->sealed) {
		room_close(s->room);
	} else {
		store_close(s->store);
		(void)sqlite3_close(s->db);
	}
	s->room = NULL;
	s->store = NULL;
}

static struct vault_key *derive(const char *home)
{
	struct err e = { 0 };
	struct secret *pass = secret_new(sizeof passphrase);
	struct vault_key *key;

	must(secret_add(pass, passphrase, sizeof passphrase - 1), &e);
	key = vault_derive(NULL, home, pass, &e);
	must(key != NULL, &e);
	secret_free(pass);
	return key;
}

/* ---- what is written ---- */
static uint64_t seed = 7;

static void put(struct side *s, struct str text, int64_t when)
{
	struct err e = { 0 };
	struct entry en = {
		.kind = ENTRY_JOURNAL, .lang = STR("es"), .text = text, .created = when
	};

	must(store_put(s->store, &en, &e), &e);
}

static void fill(struct side *s, long from, long to)
{
	struct err e = { 0 };
	struct buf b = { 0 };

	seed = 7 + (uint64_t)from;
	for (long i = from; i < to; i++) {
		if ((i - from) % 1000 == 0)
			must(store_begin(s->store, &e), &e);
		words_entry(&b, &seed);
		put(s, buf_str(&b), 1600000000000 + i * 60000);
		if ((i - from) % 1000 == 999 || i == to - 1)
			must(store_commit(s->store, &e), &e);
	}
	buf_free(&b);
}

/* ---- what is measured: microseconds of one round ---- */
static double list(struct side *s);

static bool count_entry(void *arg, const struct entry *en)
{
	*(size_t *)arg += en->text.n > 0;
	return true;
}

static double unlock(struct side *s)
{
	int64_t from;

	side_close(s);
	from = row_now_us();
	side_open(s);
	(void)list(s); /* plain SQLite reads nothing before it is asked */
	return (double)(row_now_us() - from);
}

static double save(struct side *s)
{
	static int64_t when = 1700000000000;
	struct buf b = { 0 };
	int64_t from;

	words_entry(&b, &seed);
	from = row_now_us();
	put(s, buf_str(&b), when++);
	from = row_now_us() - from;
	buf_free(&b);
	return (double)from;
}

static double list(struct side *s)
{
	const struct query q = { .kinds = 1u << ENTRY_JOURNAL, .limit = 50 };
	struct err e = { 0 };
	int64_t from = row_now_us();
	size_t n = 0;

	must(store_each(s->store, &q, count_entry, &n, &e), &e);
	from = row_now_us() - from;
	if (n != 50)
		die("bench: the list holds %zu entries", n);
	return (double)from;
}

static double search(struct side *s)
{
	static unsigned turn;
	const struct query q = { .limit = 50 };
	struct err e = { 0 };
	struct buf words = { 0 };
	size_t n = 0;
	int64_t from;

	words_question(&words, ++turn / 2); /* the same for both sides */
	from = row_now_us();
	must(store_search(s->store, buf_str(&words), &q, count_entry, &n, &e), &e);
	from = row_now_us() - from;
	buf_free(&words);
	return (double)from;
}

static void measure(const char *what, long entries, struct side *ours, struct side *theirs,
    double (*round)(struct side *), int rounds)
{
	double *a = calloc((size_t)rounds, sizeof *a),
	       *b = calloc((size_t)rounds, sizeof *b);
	char name[80];

	if (a == NULL || b == NULL)
		die("bench: no memory");
	for (int i = 0; i < rounds; i++) {
		a[i] = round(ours) / 1000;
		b[i] = round(theirs) / 1000;
	}
	(void)snprintf(name, sizeof name, "%s, %ld entries", what, entries);
	row_print(name, "plain SQLite", row_median(a, rounds), row_median(b, rounds), "ms",
	    rounds);
	free(a);
	free(b);
}

/* ---- memory: a process of its own that opens, lists, searches and saves ---- */
static int memory_child(const char *kind, const char *path)
{
	struct side s = { .sealed = strcmp(kind, "sealed") == 0 };

	(void)snprintf(s.path, sizeof s.path, "%s", path);
	if (s.sealed)
		s.key = derive(s.path);
	side_open(&s);
	(void)list(&s);
	for (int i = 0; i < 20; i++)
		(void)search(&s);
	(void)save(&s);
	(void)printf("%ld\n", row_memory_kib(getpid()));
	side_close(&s);
	vault_key_free(s.key);
	return 0;
}

static double memory_of(const char *self, const struct side *s)
{
	char command[1200], line[64] = "";
	FILE *f;

	(void)snprintf(command, sizeof command, "'%s' --memory %s '%s'", self,
	    s->sealed ? "sealed" : "plain", s->path);
	f = popen(command, "re"); // NOLINT(cert-env33-c)
	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		die("bench: no memory figure");
	(void)pclose(f);
	return strtod(line, NULL) / 1024;
}

int main(int argc, char **argv)
{
	static const long sizes[] = { 1000, 10000, 100000 };
	struct side ours = { .sealed = true }, theirs = { 0 };
	struct err e = { 0 };
	long have = 0;

	must(secret_init(&e), &e);
	if (argc == 4 && strcmp(argv[1], "--memory") == 0)
		return memory_child(argv[2], argv[3]);
	if (argc < 2)
		die("bench: tests/bench/run starts this");
	(void)snprintf(ours.path, sizeof ours.path, "%.400s/room", argv[1]);
	(void)snprintf(theirs.path, sizeof theirs.path, "%.400s/plain.db", argv[1]);
	ours.key = derive(ours.path);
	side_open(&ours);
	side_open(&theirs);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		long most = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;

		if (sizes[i] > most)
			break;
		fill(&ours, have, sizes[i]);
		fill(&theirs, have, sizes[i]);
		have = sizes[i];
		measure("unlock, list 50", have, &ours, &theirs, unlock, 15);
		measure("save an entry", have, &ours, &theirs, save, 101);
		measure("list the last 50", have, &ours, &theirs, list, 101);
		measure("search two words", have, &ours, &theirs, search, 101);
	}
	side_close(&ours);
	side_close(&theirs);
	{
		char name[80];

		(void)snprintf(name, sizeof name, "memory, %ld entries", have);
		row_print(name, "plain SQLite", memory_of(argv[0], &ours),
		    memory_of(argv[0], &theirs), "MiB", 1);
	}
	vault_key_free(ours.key);
	return 0;
}
