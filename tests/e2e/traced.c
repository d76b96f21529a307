/* Every write that the whole program asks the system for, seen by strace: what a person writes
 * goes to the terminal and, sealed, into the room's files; nothing else is made anywhere. */
#include "harness/play.h"
#include "harness/test.h"

#include <ctype.h>
#include <sys/stat.h>
#include <unistd.h>

/* Words that stand in no page; with letters that are folded, and beyond the first plane. */
#define ENTRY "zyqvarnokkel"
#define ACCENT "wúxembrínthäy"
#define SIGN "jolven🌾quatrip"
#define ASKED "kwistelbrond"
#define TYPED "vormelgrastuin"
#define OTHER "velvet harbor lemon quiet mirror canyon"

static const char *const kept_in[] = { ENTRY, ACCENT, SIGN, ASKED, TYPED, PLAY_PASS,
	OTHER };
/* Passphrases are for no stream at all. */
static const char *const kept_from_all[] = { PLAY_PASS, OTHER };

static struct box box;
static char log_path[600], copy_path[600];

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	(void)snprintf(log_path, sizeof log_path, "%.500s/trace", box.root);
	(void)snprintf(copy_path, sizeof copy_path, "%.500s/copy", box.root);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

static const char *traced(void)
{
	static char line[1200];

	(void)snprintf(line, sizeof line,
	    "exec strace -f -y -xx -s 65536 -o '%s' -e trace=write,pwrite64,pwritev,pwritev2,"
	    "writev,sendto,sendmsg,openat,open,creat,rename,renameat,renameat2,mkdir,"
	    "mkdirat,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,memfd_create "
	    "\"$@\"",
	    log_path);
	return line;
}

/* A sanitizer looks for leaks by tracing as well, and coverage is written beside the object
 * files. */
static void needs_strace(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(REMANSO_COVERAGE)
	skip();
#endif
	const char *const argv[] = { "strace", "-f", "-o", "/dev/null", "true", NULL };
	struct ran r = run_command(&(struct run_options){ .argv = argv });
	int status = r.status;

	ran_free(&r);
	if (status != 0)
		skip();
}

/* ---- reading the log ---- */
/* \x61\x62 -> ab; what is not written so is left out. */
static void decode(struct str s, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i + 3 < s.n; i++) {
		unsigned byte;
		char two[3];

		if (s.s[i] != '\\' || s.s[i + 1] != 'x')
			continue;
		(void)snprintf(two, sizeof two, "%.2s", s.s + i + 2);
		if (sscanf(two, "%2x", &byte) == 1)
			buf_addc(out, (char)byte);
		i += 3;
	}
}

/* Terminals and the streams that we read ourselves. */
static bool is_for_the_person(int fd, struct str path)
{
	return fd == 1 || fd == 2 || str_starts(path, "/dev/pts/") ||
	       str_is(path, "/dev/tty");
}

/* How many lines hold one of the words in any form. */
static int look_at_write(struct str line, struct buf *tmp)
{
	struct str call, rest = line, path;
	const char *how = NULL;
	int found = 0, fd;

	(void)str_cut(&rest, '(', &call);
	if (sscanf(rest.s, "%d<", &fd) != 1)
		return 0;
	(void)str_cut(&rest, '>', &path);
	decode(path, tmp);
	bool person = is_for_the_person(fd, buf_str(tmp));
	decode(rest, tmp);
	for (size_t i = 0; i < ARRAY_LEN(kept_in) && !person; i++)
		if (leak_in(buf_str(tmp), kept_in[i], &how)) {
			print_message(
			    "%.*s %d: %s, %s\n", STR_ARG(call), fd, kept_in[i], how);
			found++;
		}
	for (size_t i = 0; i < ARRAY_LEN(kept_from_all) && person; i++)
		if (leak_in(buf_str(tmp), kept_from_all[i], &how)) {
			print_message(
			    "%.*s %d: %s, %s\n", STR_ARG(call), fd, kept_from_all[i], how);
			found++;
		}
	return found;
}

/* Nothing is made, changed or removed but in the home and in the copy that was asked for. */
static int look_at_path(struct str line, struct buf *tmp)
{
	static const char *const streams[] = { "/dev/tty", "/dev/null", "/dev/pts/" };
	struct str rest = line, before, path;
	bool opens = strstr(line.s, "open") != NULL, fine = false;
	int found = 0;

	if (opens && memmem(line.s, line.n, "O_WRONLY", 8) == NULL &&
	    memmem(line.s, line.n, "O_RDWR", 6) == NULL &&
	    memmem(line.s, line.n, "O_CREAT", 7) == NULL)
		return 0;
	while (str_cut(&rest, '"', &before) && rest.n > 0) {
		(void)str_cut(&rest, '"', &path);
		decode(path, tmp);
		struct str p = buf_str(tmp);
		fine = str_starts(p, box.home) || str_starts(p, copy_path);
		for (size_t i = 0; i < ARRAY_LEN(streams) && opens; i++)
			fine = fine || str_starts(p, streams[i]);
		if (!fine) {
			print_message("outside: %.*s\n", STR_ARG(p));
			found++;
		}
	}
	return found;
}

struct seen {
	int writes, paths, wrong;
};

static struct seen look(void)
{
	struct seen seen = { 0 };
	FILE *f = fopen(log_path, "re");
	char *line = NULL;
	size_t cap = 0;
	struct buf tmp = { 0 };
	ssize_t n;

	assert_non_null(f);
	while ((n = getline(&line, &cap, f)) > 0) {
		char *call = line;

		call += strspn(call, "0123456789 ");
		struct str s = str_from(call);
		size_t name = strcspn(call, "(");
		if (!isalpha((unsigned char)call[0]) || call[name] != '(')
			continue; /* a signal, or the end of a call that was seen */
		call[name] = '\0';
		bool writes = strstr(call, "write") != NULL || strstr(call, "send") != NULL;
		bool opens = strstr(call, "open") != NULL;
		call[name] = '(';
		if (writes) {
			seen.writes++;
			seen.wrong += look_at_write(s, &tmp);
		} else {
			seen.paths += !opens;
			seen.wrong += look_at_path(s, &tmp);
		}
	}
	free(line);
	buf_free(&tmp);
	(void)fclose(f);
	return seen;
}

static struct ran run(const char *line, const char *input, const char *pass)
{
	static char words[2000];
	static const char *args[20];
	size_t n = 0;

	args[n++] = "--passphrase-fd";
	args[n++] = "3";
	(void)snprintf(words, sizeof words, "%s", line);
	for (char *w = strtok(words, " "); w != NULL && n < 19; w = strtok(NULL, " "))
		args[n++] = w;
	args[n] = NULL;
	return play_run(&(struct play){ .box = &box, .args = args, .shell = traced() },
	    str_from(input), pass);
}

static void keeps_to_itself(
    const char *line, const char *input, const char *pass, const char *says)
{
	struct ran r = run(line, input, pass);

	if (r.status != 0 || !ran_says(&r, says))
		FAIL_WITH("%s: status %d; wanted \"%s\"\n%s%s", line, r.status, says,
		    r.out.s, r.err.s);
	ran_free(&r);
	struct seen seen = look();
	/* A search that finds nothing says nothing. */
	if (seen.wrong > 0 || (seen.writes == 0 && says[0] != '\0'))
		FAIL_WITH("%s: %d wrong of %d writes and %d paths", line, seen.wrong,
		    seen.writes, seen.paths);
}

static void test_commands_write_words_to_their_output_only(void **state)
{
	char line[700];

	(void)state;
	needs_strace();
	keeps_to_itself("room new", "", PLAY_PASS, "The room is made");
	keeps_to_itself(
	    "journal add", ENTRY " and " ACCENT ".\n\n" SIGN "\n", PLAY_PASS, "Kept");
	keeps_to_itself("journal list", "", PLAY_PASS, ENTRY);
	keeps_to_itself("journal search -", ASKED, PLAY_PASS, "");
	keeps_to_itself("journal search -", ENTRY, PLAY_PASS, ENTRY);
	keeps_to_itself("journal list --json", "", PLAY_PASS, SIGN);
	keeps_to_itself("export --json -", "", PLAY_PASS, SIGN);
	keeps_to_itself("room recovery", "", PLAY_PASS, "-");
	keeps_to_itself(
	    "--new-passphrase-fd 0 room add-key", OTHER "\n", PLAY_PASS, "as well");
	(void)snprintf(line, sizeof line, "backup %s", copy_path);
	keeps_to_itself(line, "", OTHER, "read back");
	keeps_to_itself("room rotate", "", PLAY_PASS, "fresh keys");
	keeps_to_itself("verify", "", PLAY_PASS, "Pages read");
	keeps_to_itself("doctor", "", PLAY_PASS, "Home folder");
	keeps_to_itself("journal list", "", PLAY_PASS, ENTRY);
	keeps_to_itself("room delete --yes", "", PLAY_PASS, "is deleted");
}

static void test_pages_write_words_to_the_terminal_only(void **state)
{
	(void)state;
	needs_strace();
	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p = play_start(&(struct play){ .box = &box, .shell = traced() });
	pty_patience(p, 60000);
	SEES(p, "Passphrase");
	assert_true(play_unlock(p, PLAY_PASS));
	assert_true(play_write(p));
	pty_type(p, "A line with " TYPED " and " ACCENT ",");
	KEYS(p, "Enter");
	pty_type(p, ENTRY " too.");
	SEES(p, ENTRY " too");
	SEES(p, "draft kept");
	KEYS(p, "C-s");
	SEES(p, "Saved");
	KEYS(p, "Escape");
	SEES(p, "Write a new entry");
	KEYS(p, "/");
	SEES(p, "Search");
	assert_true(pty_settle(p));
	pty_type(p, ASKED);
	SEES(p, ASKED);
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	struct seen seen = look();
	if (seen.wrong > 0 || seen.writes == 0)
		FAIL_WITH("%d wrong of %d writes", seen.wrong, seen.writes);
	NO_LEAK(box.home, TYPED);
}

/* A copy that is not locked shows that the looking finds what is there. */
static void test_an_export_is_seen(void **state)
{
	char line[700];

	(void)state;
	needs_strace();
	assert_true(play_room(&box, PLAY_PASS));
	struct ran r = run("journal add", ENTRY " and " SIGN, PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	(void)snprintf(line, sizeof line, "export --text %s/out.txt", box.root);
	r = run(line, "", PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	/* to the process that makes files, and from there into one outside */
	assert_true(look().wrong >= 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_commands_write_words_to_their_output_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_pages_write_words_to_the_terminal_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_export_is_seen, setup, teardown),
	};

	return RUN_TESTS(tests);
}
