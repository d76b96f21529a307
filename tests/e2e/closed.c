/* The release program while it runs: it leaves no core file, and nobody but the owner of the
 * machine can look into it, not even another program of the same person.  Builds for tests
 * stay open to debuggers; here they show that the looking works. */
#include "harness/play.h"
#include "harness/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static struct box box;
static char folder[64]; /* one that another user can reach */
static char released[600];

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	(void)snprintf(folder, sizeof folder, "/tmp/closed-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	if (geteuid() == 0 && chown(folder, NOBODY, NOBODY) != 0)
		return -1;
	(void)snprintf(box.home, sizeof box.home, "%s/room", folder);
	(void)snprintf(released, sizeof released, "%.500s/build/remanso", repo_path());
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)unsetenv("REMANSO_BIN");
	(void)rmdir(box.home);
	(void)rmdir(folder);
	box_close(&box);
	return 0;
}

/* Files of root's processes are root's in any case: then the program runs as somebody else,
 * by a handle, because the way to it may be shut for them. */
#define AS_A_PERSON \
	"[ \"$(id -u)\" = 0 ] || exec \"$@\"; p=$1; shift; exec 9<\"$p\"; " \
	"exec setpriv --reuid=65534 --regid=65534 --clear-groups /proc/self/fd/9 \"$@\""

static struct pty *start(const char *program)
{
	(void)setenv("REMANSO_BIN", program, 1);
	struct pty *p = play_start(&(struct play){ .box = &box, .shell = AS_A_PERSON });
	SEES(p, "page 1 of 4");
	return p;
}

static uid_t owner(pid_t pid, const char *name)
{
	struct stat st;
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_uid;
}

/* A program of the same person tries to read it. */
static bool can_be_read(pid_t pid, const char *name)
{
	char line[200];
	const char *const argv[] = { "sh", "-c", line, NULL };

	(void)snprintf(line, sizeof line, "%s head -c 1 /proc/%d/%s >/dev/null",
	    geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "",
	    (int)pid, name);
	struct ran r = run_command(&(struct run_options){ .argv = argv });
	bool ok = r.status == 0;

	ran_free(&r);
	return ok;
}

static bool proc_holds(pid_t pid, const char *name, const char *words)
{
	char path[64], text[8192];

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	return strstr(text, words) != NULL;
}

static void looks_closed(pid_t pid)
{
	static const char *const names[] = { "mem", "environ", "maps", "fd" };

	assert_true(
	    proc_holds(pid, "limits", "Max core file size        0                    0 "));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (owner(pid, names[i]) != 0)
			FAIL_WITH("/proc/PID/%s belongs to %d", names[i],
			    (int)owner(pid, names[i]));
	assert_false(can_be_read(pid, "environ"));
	assert_false(can_be_read(pid, "maps"));
}

static void test_the_release_program_is_closed_to_others(void **state)
{
	char path[64];
	int child = 0;

	(void)state;
	if (access(released, X_OK) != 0)
		skip();
	struct pty *p = start(released);
	pid_t pid = pty_pid(p);
	looks_closed(pid);
	/* and so is the process that makes files for it */
	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "re");
	if (f != NULL) {
		if (fscanf(f, "%d", &child) == 1)
			looks_closed(child);
		(void)fclose(f);
	}
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
}

/* The same looks at a build for tests: no core file, but open to who debugs it. */
static void test_a_test_build_shows_that_the_looking_works(void **state)
{
	uid_t who = geteuid() == 0 ? NOBODY : geteuid();

	(void)state;
	(void)unsetenv("REMANSO_BIN");
	struct pty *p = start(program_path());
	pid_t pid = pty_pid(p);
	assert_true(
	    proc_holds(pid, "limits", "Max core file size        0                    0 "));
	assert_int_equal(owner(pid, "environ"), who);
	assert_true(can_be_read(pid, "environ"));
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_the_release_program_is_closed_to_others, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_test_build_shows_that_the_looking_works, setup, teardown),
	};

	return RUN_TESTS(tests);
}
