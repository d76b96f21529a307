/* What stays in the memory of the whole program when it has locked: the pages of curses, the
 * canvas, the editor, the words on their way to the terminal, the database.  Read from the
 * outside, while the program stands at its lock.  And the keys of the room, which this test gets
 * by opening the locked room itself, with the same passphrase. */
#include "harness/play.h"
#include "harness/test.h"

#include "vault/inner.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

/* Words that no page and no list of words holds. */
#define MARKER "zyqvarnokkel"
#define TITLE "wuxembrinthay"
#define SEARCHED "jolvenquatrip"

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

/* ---- looking ---- */
/* The letters at equal distances, whatever stands between them: UTF-8 is 1 apart, UTF-16 2,
 * UTF-32 4, a cell of curses 28, a cell of the canvas more. */
#define APART 96

static bool tell = true; /* what was found, and where */

static size_t find_from(
    const uint8_t *p, size_t n, size_t at, const char *word, size_t *apart)
{
	size_t len = strlen(word);

	for (; at < n; at++) {
		const uint8_t *first = memchr(p + at, (uint8_t)word[0], n - at);
		if (first == NULL)
			return n;
		at = (size_t)(first - p);
		for (*apart = 1; *apart <= APART; ++*apart) {
			size_t i = 1;
			if (at + *apart * (len - 1) >= n)
				break;
			while (i < len && p[at + *apart * i] == (uint8_t)word[i])
				i++;
			if (i == len)
				return at;
		}
	}
	return n;
}

static unsigned find_in(
    const uint8_t *p, size_t n, const char *word, const char *where, uint64_t from)
{
	unsigned found = 0;
	size_t apart;

	for (size_t at = 0; (at = find_from(p, n, at, word, &apart)) < n; at++) {
		found++;
		if (!tell)
			continue;
		(void)fprintf(stderr, "\"%s\", %zu apart, at %#llx in %s", word, apart,
		    (unsigned long long)(from + at), where);
		size_t near = at > 64 ? at - 64 : 0;
		for (size_t i = near; i < n && i < near + 192; i++)
			(void)fputc(isprint(p[i]) ? p[i] : '.', stderr);
		(void)fputc('\n', stderr);
	}
	return found;
}

struct key {
	const char *of;
	uint8_t bytes[FMT_KEY];
};
static struct key room_keys[9];
static size_t room_key_count; /* 0: keys are not looked for */

/* Half a key is enough; a key is bytes in order, wherever it stands. */
static unsigned find_keys(const uint8_t *p, size_t n, const char *where, uint64_t from)
{
	unsigned found = 0;

	for (size_t i = 0; i < 2 * room_key_count; i++) {
		const uint8_t *half = room_keys[i / 2].bytes + i % 2 * FMT_KEY / 2, *at = p;

		while ((at = memmem(at, n - (size_t)(at - p), half, FMT_KEY / 2)) != NULL) {
			found++;
			if (tell)
				(void)fprintf(stderr, "%s, half %zu, at %#llx in %s",
				    room_keys[i / 2].of, i % 2,
				    (unsigned long long)(from + (uint64_t)(at - p)), where);
			at++;
		}
	}
	return found;
}

/* How often any of the words, or a room's key, stands in any memory of the process.  -1: it
 * cannot be read. */
static int scan(pid_t pid, const char *const *words)
{
	char path[64], line[512];
	int found = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	int mem = open(path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	FILE *maps = fopen(path, "re");
	if (mem < 0 || maps == NULL) {
		if (mem >= 0)
			(void)close(mem);
		if (maps != NULL)
			(void)fclose(maps);
		return -1;
	}
	while (fgets(line, sizeof line, maps) != NULL) {
		unsigned long long from, to;
		char rights[8];

		if (sscanf(line, "%llx-%llx %7s", &from, &to, rights) != 3 ||
		    rights[0] != 'r' || strstr(line, "[v") != NULL)
			continue;
		size_t size = (size_t)(to - from), got = 0;
		uint8_t *p = malloc(size);
		assert_non_null(p);
		while (got < size) {
			ssize_t n = pread(mem, p + got, size - got, (off_t)(from + got));
			if (n <= 0)
				break;
			got += (size_t)n;
		}
		for (size_t i = 0; words[i] != NULL; i++)
			found += (int)find_in(p, got, words[i], line, from);
		found += (int)find_keys(p, got, line, from);
		free(p);
	}
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

/* The program, and the process that reaches outside for it. */
static int scan_all(pid_t pid, const char *const *words)
{
	char path[64];
	int child, found = scan(pid, words);

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "re");
	while (f != NULL && found >= 0 && fscanf(f, "%d", &child) == 1) {
		int more = scan(child, words);
		found = more < 0 ? more : found + more;
	}
	if (f != NULL)
		(void)fclose(f);
	return found;
}

/* A sanitizer keeps terabytes of notes on memory, and what was freed. */
static void not_among_shadows(void)
{
#ifdef __SANITIZE_ADDRESS__
	skip();
#endif
}

static void lock(struct pty *p)
{
	KEYS(p, "F1");
	SEES(p, "closes");
	pty_type(p, "what is written is kept");
	SEES(p, "> Lock;");
	KEYS(p, "Enter");
	SEES(p, "What you type does not show");
	assert_true(pty_settle(p));
}

static const char *const written[] = { MARKER, TITLE, SEARCHED, "lantern orchard",
	"copper window", "gentle sparrow", NULL };

static void take_key(const char *of, const uint8_t *bytes)
{
	assert_true(room_key_count < ARRAY_LEN(room_keys));
	room_keys[room_key_count].of = of;
	memcpy(room_keys[room_key_count++].bytes, bytes, FMT_KEY);
}

/* By the library, while the program has the room locked. */
static void take_keys(void)
{
	struct secret *pass = secret_new(sizeof PLAY_PASS);
	struct vault *v = NULL;
	struct err e = { 0 };

	assert_true(secret_add(pass, PLAY_PASS, strlen(PLAY_PASS)));
	struct vault_key *key = vault_derive(NULL, box.home, pass, &e);
	if (key == NULL || !vault_open(&v, NULL, box.home, key, &e))
		FAIL_WITH("%s", e.text);
	const struct key_pair *pair = key_for(key, v->header);
	assert_non_null(pair);
	take_key("the key that seals the slot", pair->sk.wrap);
	take_key("the key that finds the slot", pair->sk.commit);
	take_key("the master key", v->keys->master);
	take_key("the header's key", v->keys->header);
	take_key("the roots' key", v->keys->root);
	take_key("the pages' key", v->keys->page);
	take_key("the logs' key", v->keys->log);
	take_key("the sum's key", v->keys->sum);
	take_key("the witness' key", v->keys->witness);
	vault_close(v);
	vault_key_free(key);
	secret_free(pass);
}

static void test_the_scan_finds_what_is_there(void **state)
{
	const char *const words[] = { MARKER, NULL };

	(void)state;
	not_among_shadows();
	struct pty *p = play_at_home(&box);
	assert_non_null(p);
	assert_true(play_write(p));
	pty_type(p, MARKER);
	SEES(p, MARKER);
	assert_true(pty_settle(p));
	tell = false;
	int found = scan(pty_pid(p), words);
	tell = true;
	pty_close(p);
	if (found < 0)
		skip();
	assert_true(found > 0);
}

static void test_nothing_stays_when_the_program_locks(void **state)
{
	(void)state;
	not_among_shadows();
	struct pty *p = play_at_home(&box);
	assert_non_null(p);
	assert_true(play_write(p));
	pty_type(p, "A line with " MARKER " in it, and another.");
	KEYS(p, "Enter");
	pty_type(p, TITLE " again.");
	SEES(p, TITLE);
	SEES(p, "draft kept");
	KEYS(p, "C-s");
	SEES(p, "Saved");
	KEYS(p, "Escape");
	SEES(p, "Write a new entry");
	SEES(p, MARKER); /* in the list of the journal */
	KEYS(p, "/");
	assert_true(pty_settle(p));
	pty_type(p, SEARCHED);
	SEES(p, SEARCHED);
	KEYS(p, "C-u");
	pty_type(p, MARKER);
	SEES(p, "and another"); /* the entry is found, and shown */
	lock(p);
	int found = scan_all(pty_pid(p), written);
	if (found < 0)
		skip();
	if (found > 0)
		FAIL_WITH("%d found", found);
	pty_close(p);
}

static void test_no_key_stays_when_the_program_locks(void **state)
{
	const char *const none[] = { NULL };

	(void)state;
	not_among_shadows();
	struct pty *p = play_at_home(&box);
	assert_non_null(p);
	assert_true(play_write(p));
	pty_type(p, "A line.");
	KEYS(p, "C-s");
	SEES(p, "Saved");
	KEYS(p, "Escape");
	SEES(p, "Write a new entry");
	lock(p);
	take_keys();
	int found = scan_all(pty_pid(p), none);
	if (found < 0)
		skip();
	if (found > 0)
		FAIL_WITH("%d found", found);
	/* The same scan finds them where they must be. */
	assert_true(play_unlock(p, PLAY_PASS));
	tell = false;
	found = scan(pty_pid(p), none);
	tell = true;
	pty_close(p);
	room_key_count = 0;
	assert_true(found >= 2 * 7); /* the slot's are gone as soon as it is open */
}

static int start(void)
{
	struct err e;

	return secret_init(&e) && vault_init(&e) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_scan_finds_what_is_there, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_stays_when_the_program_locks, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_no_key_stays_when_the_program_locks, setup, teardown),
	};

	if (start() != 0)
		return 1;
	return RUN_TESTS(tests);
}
