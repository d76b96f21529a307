/* A kernel with neither Landlock nor seccomp filters: the program does all it does elsewhere,
 * and doctor says what is missing.  Such a kernel is played by a filter that answers as one. */
#include "harness/play.h"
#include "harness/test.h"

#include "remanso/confine.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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

#define CANNOT 77 /* the kernel really offers neither */
#define FD "--passphrase-fd", "3"

/* In the child: say which line failed, and end. */
#define NEEDS(what) \
	do { \
		if (!(what)) { \
			(void)dprintf(2, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, \
			    #what, errno); \
			_exit(1); \
		} \
	} while (0)

static void act_old_kernel(void)
{
	const struct sock_filter p[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 2, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
	};
	struct sock_fprog prog = { .len = ARRAY_LEN(p),
		.filter = (struct sock_filter *)(uintptr_t)p };

	NEEDS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) != 0)
		_exit(CANNOT);
}

static bool child_runs(const char *const *args, const char *input, const char *says)
{
	struct ran r = play_run(
	    &(struct play){ .box = &box, .args = args }, str_from(input), PLAY_PASS);
	bool ok = r.status == 0 && ran_says(&r, says);

	if (!ok)
		(void)dprintf(2, "status %d; wanted \"%s\"\n%.*s%.*s\n", r.status, says,
		    STR_ARG(buf_str(&r.out)), STR_ARG(buf_str(&r.err)));
	ran_free(&r);
	return ok;
}

#define CHILD_RUNS(input, says, ...) \
	NEEDS(child_runs((const char *const[]){ __VA_ARGS__, NULL }, (input), (says)))

static void on_an_old_kernel(void)
{
	struct confine_report r;
	struct stat st;

	act_old_kernel();
	confine(NULL, 0, &r);
	NEEDS(!r.calls && r.calls_why != NULL);
	NEEDS(!r.files && r.files_why != NULL && r.files_abi == 0);
	CHILD_RUNS("", "cannot be limited here", "doctor");
	CHILD_RUNS("", "stay within reach", "doctor");
	NEEDS(stat(box.home, &st) != 0);
	CHILD_RUNS("", "The room is made", FD, "room", "new");
	CHILD_RUNS("The heron stood still.\n", "Kept", FD, "journal", "add");
	CHILD_RUNS("", "The heron stood still.", FD, "journal", "list");
	CHILD_RUNS("", "Written", FD, "export", "--text", box_path(&box, "out.txt"));
	CHILD_RUNS("", "read back", FD, "backup", box_path(&box, "copy"));
	CHILD_RUNS("", "Nothing is lost", FD, "rescue", box_path(&box, "away/from"));
	CHILD_RUNS("", "fresh keys", FD, "room", "rotate");
	CHILD_RUNS("", "EXAMPLE", "demo");
	CHILD_RUNS("", "Aquí no se pueden limitar", "--lang", "es", "doctor");
	struct pty *p = play_start(&(struct play){ .box = &box });
	NEEDS(play_unlock(p, PLAY_PASS));
	NEEDS(play_choose(p, "Write in the journal"));
	NEEDS(pty_wait(p, "The heron stood still."));
	NEEDS(pty_keys(p, "C-x"));
	NEEDS(pty_exited(p, NULL));
	pty_close(p);
}

static void test_a_kernel_that_offers_neither(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		on_an_old_kernel();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	if (status != 0)
		fail_msg("wait status %#x", (unsigned)status);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_a_kernel_that_offers_neither, setup, teardown),
	};

	return RUN_TESTS(tests);
}
