/* What a process can no longer do after confine(), and that the program does all it did
 * before.  Each attempt is made in a child of its own, which ends with it. */
#include "harness/play.h"
#include "harness/test.h"

#include "remanso/confine.h"
#include "remanso/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
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

/* ---- children ---- */
#define CANNOT 77 /* the kernel, or this build, does not offer it */

/* In a child: say which line failed, and end. */
#define NEEDS(what) \
	do { \
		if (!(what)) { \
			(void)dprintf(2, "%s:%d: %s (errno %d)\n", __FILE__, __LINE__, \
			    #what, errno); \
			_exit(1); \
		} \
	} while (0)
#define FAILS(call, why) NEEDS((errno = 0, (call) == -1 && errno == (why)))

static int status_of(void (*work)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void in_child(void (*work)(void))
{
	int status = status_of(work);

	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT) {
		print_message(
		    "[   LACKS  ] this kernel, or this build, does not offer it\n");
		skip();
	}
	if (status != 0)
		fail_msg("wait status %#x", (unsigned)status);
}

/* A home folder with a file, a folder for copies, and one that is not named at all. */
static void confine_box(void)
{
	static const char *const folders[] = { "room", "copies", "names", "names/in",
		"else" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		NEEDS(mkdir(box_path(&box, folders[i]), 0700) == 0);
	NEEDS(close(open(box_path(&box, "else/file"), O_WRONLY | O_CREAT, 0600)) == 0);
	NEEDS(close(open(box_path(&box, "copies/old"), O_WRONLY | O_CREAT, 0600)) == 0);
	const struct confine_place places[] = {
		{ box.home, CONFINE_READ | CONFINE_WRITE },
		{ box_path(&box, "copies"), CONFINE_WRITE },
		{ box_path(&box, "names"), CONFINE_LIST },
		{ box_path(&box, "absent"), CONFINE_READ | CONFINE_WRITE },
		{ data_path(), CONFINE_READ },
	};
	struct confine_report r;

	confine(places, ARRAY_LEN(places), &r);
	NEEDS(r.calls == (r.calls_why == NULL));
	NEEDS(r.files == (r.files_why == NULL));
	NEEDS(!r.files || r.files_abi > 0);
}

static void confine_calls_only(void)
{
	struct confine_report r;

	confine(NULL, 0, &r);
	if (!r.calls)
		_exit(CANNOT);
}

/* ---- system calls ---- */
static void no_network(void)
{
	static const int kinds[][2] = { { AF_INET, SOCK_STREAM }, { AF_INET6, SOCK_DGRAM },
		{ AF_UNIX, SOCK_STREAM }, { AF_NETLINK, SOCK_RAW },
		{ AF_PACKET, SOCK_RAW } };
	int pair[2], before[2];
	char byte = 0;

	NEEDS(socketpair(AF_UNIX, SOCK_STREAM, 0, before) == 0);
	confine_calls_only();
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		FAILS(socket(kinds[i][0], kinds[i][1], 0), EPERM);
	FAILS(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), EPERM);
	FAILS(listen(before[0], 1), EPERM);
	FAILS(accept(before[0], NULL, NULL), EPERM);
	FAILS(send(before[0], &byte, 1, 0), EPERM);
	FAILS(recv(before[0], &byte, 1, 0), EPERM);
	FAILS(connect(before[0], (const struct sockaddr *)&(struct sockaddr){ 0 },
		  sizeof(struct sockaddr)),
	    EPERM);
	/* Standard input may be one: reading and writing go on. */
	NEEDS(write(before[0], "x", 1) == 1 && read(before[1], &byte, 1) == 1);
}

static void test_no_network(void **state)
{
	(void)state;
	in_child(no_network);
}

static void no_programs(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	char *const none[] = { NULL };
	pid_t pid;

	confine_calls_only();
	FAILS(execve("/bin/true", argv, none), EPERM);
	FAILS(execveat(AT_FDCWD, "/bin/true", argv, none, 0), EPERM);
	FAILS(fork(), EPERM);
	FAILS(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL), EPERM);
	FAILS(syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL),
	    EPERM);
	FAILS(syscall(435 /* clone3 */, NULL, 0), ENOSYS);
#ifdef SYS_vfork
	FAILS(syscall(SYS_vfork), EPERM);
#endif
	NEEDS(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, none) != 0);
}

static void test_no_programs(void **state)
{
	(void)state;
	in_child(no_programs);
}

static void no_other_ways(void)
{
	const int page = 4096;
	struct confine_report again;

	confine_calls_only();
	FAILS(syscall(SYS_ptrace, 0, 0, 0, 0), EPERM);
	FAILS(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0), EPERM);
	FAILS(syscall(434 /* pidfd_open */, getppid(), 0), EPERM);
	FAILS(syscall(SYS_bpf, 0, NULL, 0), EPERM);
	FAILS(syscall(SYS_perf_event_open, NULL, 0, 0, -1, 0), EPERM);
	FAILS(syscall(SYS_userfaultfd, 0), EPERM);
	FAILS(syscall(425 /* io_uring_setup */, 8, NULL), EPERM);
	FAILS(syscall(SYS_keyctl, 0, 0, 0, 0, 0), EPERM);
	FAILS(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL), EPERM);
	FAILS(unshare(CLONE_FS), EPERM);
	FAILS(setuid(getuid()), EPERM);
	FAILS(syscall(SYS_open_by_handle_at, -1, NULL, 0), EPERM);
	FAILS(syscall(SYS_memfd_create, "x", 0), EPERM);
	FAILS(chmod(box.root, 0755), EPERM);
	FAILS(fchmod(0, 0755), EPERM);
	FAILS(fchmod(-1, 0700), EBADF); /* a home that a room is made in */
	FAILS(syscall(5000), ENOSYS);   /* newer than the list */
	NEEDS(mmap(NULL, (size_t)page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		  -1, 0) == MAP_FAILED);
	FAILS(ioctl(0, TIOCSTI, "x"), EPERM);
	FAILS(kill(getppid(), 0), EPERM);
	FAILS(kill(1, 0), EPERM);
	/* Once more: nothing is given back. */
	confine(NULL, 0, &again);
	FAILS(socket(AF_UNIX, SOCK_STREAM, 0), EPERM);
}

static void test_no_other_ways(void **state)
{
	(void)state;
	in_child(no_other_ways);
}

static void *try_socket(void *arg)
{
	*(int *)arg = socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? 1 : -1;
	return NULL;
}

static void goes_on(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fds[2], seen = 0;
	struct err e = { 0 };
	uint8_t random[16];
	pthread_t thread;

	int file = open(box_path(&box, "file"), O_RDWR | O_CREAT, 0600);
	confine_calls_only();
	NEEDS(pthread_create(&thread, NULL, try_socket, &seen) == 0);
	NEEDS(pthread_join(thread, NULL) == 0);
	NEEDS(seen == 1); /* and it is as confined as we are */
	NEEDS(secret_init(&e));
	struct secret *s = secret_new(64);
	secret_free(s);
	world_system.random(&world_system, random, sizeof(random));
	NEEDS(fcntl(file, F_SETLK, &lock) == 0);
	lock.l_type = F_UNLCK;
	NEEDS(fcntl(file, F_SETLK, &lock) == 0);
	lock.l_type = F_WRLCK;
	NEEDS(fcntl(file, F_OFD_SETLK, &lock) == 0);
	NEEDS(write(file, "x", 1) == 1 && fdatasync(file) == 0 && ftruncate(file, 0) == 0);
	NEEDS(pipe(fds) == 0);
	NEEDS(poll(&(struct pollfd){ .fd = fds[0], .events = POLLIN }, 1, 1) == 0);
	NEEDS(signal(SIGTSTP, SIG_IGN) != SIG_ERR && signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	NEEDS(setpgid(0, 0) == 0); /* for the next line */
	NEEDS(kill(0, SIGTSTP) == 0 && kill(getpid(), SIGUSR1) == 0 && raise(SIGUSR1) == 0);
}

static void test_what_is_needed_goes_on(void **state)
{
	(void)state;
	in_child(goes_on);
}

static void aborts(void)
{
	confine_calls_only();
	abort();
}

static void test_abort_still_ends_the_program(void **state)
{
	(void)state;
	int status = status_of(aborts);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
		skip();
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

#ifdef __x86_64__
static void calls_as_x32(void)
{
	confine_calls_only();
	(void)syscall(0x40000000 | SYS_getpid);
}

static void calls_as_i386(void)
{
	long out;

	confine_calls_only();
	__asm__ volatile("int $0x80"
			 : "=a"(out)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
}

static void test_other_numbers_end_the_program(void **state)
{
	static void (*const calls[])(void) = { calls_as_x32, calls_as_i386 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		int status = status_of(calls[i]);
		if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
			skip();
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	}
}
#endif

/* ---- files ---- */
static int open_in(const char *name, int flags)
{
	return open(box_path(&box, name), flags | O_CLOEXEC, 0600);
}

static void files_need_landlock(void)
{
	if (confine_files_abi(NULL) == 0)
		_exit(CANNOT);
	if (status_of(confine_calls_only) != 0) /* a build that gives up nothing */
		_exit(CANNOT);
}

static void outside_is_shut(void)
{
	files_need_landlock();
	int held = open_in("held", O_RDWR | O_CREAT);
	confine_box();
	FAILS(open_in("else/new", O_WRONLY | O_CREAT | O_EXCL), EACCES);
	FAILS(open_in("else/file", O_WRONLY), EACCES);
	FAILS(open_in("else/file", O_RDONLY), EACCES);
	FAILS(open_in("else", O_RDONLY | O_DIRECTORY), EACCES);
	FAILS(open_in("top", O_WRONLY | O_CREAT), EACCES);
	FAILS(unlink(box_path(&box, "else/file")), EACCES);
	FAILS(mkdir(box_path(&box, "else/folder"), 0700), EACCES);
	FAILS(open("/etc/passwd", O_RDONLY), EACCES);
	FAILS(open("/tmp/remanso-test", O_WRONLY | O_CREAT, 0600), EACCES);
	/* what was not there when the rules were made */
	FAILS(mkdir(box_path(&box, "absent"), 0700), EACCES);
	NEEDS(write(held, "x", 1) == 1); /* handles that are open stay open */
}

static void test_outside_is_shut(void **state)
{
	(void)state;
	in_child(outside_is_shut);
}

static void places_are_open(void)
{
	char path[600];
	int fd;

	files_need_landlock();
	confine_box();
	fd = open_in("room/new", O_RDWR | O_CREAT | O_EXCL);
	NEEDS(fd >= 0 && write(fd, "words", 5) == 5 && ftruncate(fd, 2) == 0);
	NEEDS(rename(box_path(&box, "room/new"), box_path(&box, "room/kept")) == 0);
	NEEDS(open_in("room", O_RDONLY | O_DIRECTORY) >= 0);
	NEEDS(unlink(box_path(&box, "room/kept")) == 0);
	FAILS(mkdir(box_path(&box, "room/folder"), 0700), EACCES);
	FAILS(symlink("/etc", box_path(&box, "room/link")), EPERM);
	/* a copy is written, and nothing there is read */
	NEEDS(open_in("copies/new", O_WRONLY | O_CREAT | O_EXCL) >= 0);
	FAILS(open_in("copies/old", O_RDONLY), EACCES);
	NEEDS(unlink(box_path(&box, "copies/new")) == 0);
	/* names are listed, and nothing is written */
	NEEDS(open_in("names/in", O_RDONLY | O_DIRECTORY) >= 0);
	FAILS(open_in("names/new", O_WRONLY | O_CREAT), EACCES);
	/* content is read, and not written */
	(void)snprintf(path, sizeof(path), "%s/en/words.txt", data_path());
	NEEDS(open(path, O_RDONLY) >= 0);
	FAILS(open(path, O_WRONLY), EACCES);
}

static void test_places_are_open(void **state)
{
	(void)state;
	in_child(places_are_open);
}

/* ---- the program ---- */
static void runs(const char *const *args, const char *input, const char *pass, int status,
    const char *says)
{
	struct ran r =
	    play_run(&(struct play){ .box = &box, .args = args }, str_from(input), pass);

	if (r.status != status || !ran_says(&r, says))
		fail_msg("status %d, not %d; wanted \"%s\"\n%.*s%.*s", r.status, status,
		    says, STR_ARG(buf_str(&r.out)), STR_ARG(buf_str(&r.err)));
	ran_free(&r);
}

#define RUNS(input, pass, status, says, ...) \
	runs((const char *const[]){ __VA_ARGS__, NULL }, (input), (pass), (status), (says))
#define FD "--passphrase-fd", "3"

static void use_a_room(void)
{
	const char *copy = box_path(&box, "copies/journal.json");
	const char *backup = box_path(&box, "copies/backup");
	struct stat st;

	assert_int_equal(mkdir(box_path(&box, "copies"), 0700), 0);
	RUNS("", PLAY_PASS, 0, "The room is made", FD, "room", "new");
	RUNS("The heron stood still.\n", PLAY_PASS, 0, "Kept", FD, "journal", "add");
	RUNS("", PLAY_PASS, 0, "The heron stood still.", FD, "journal", "list");
	RUNS("", PLAY_PASS, 0, "Written", FD, "export", "--json", copy);
	assert_int_equal(stat(copy, &st), 0);
	RUNS("", PLAY_PASS, 0, "read back", FD, "backup", backup);
	RUNS("", NULL, 0, "opens with the passphrase", "restore", backup);
	RUNS("", PLAY_PASS, 0, "Pages read", FD, "verify");
	RUNS("", NULL, 0, "EXAMPLE", "demo");
}

static void test_commands_do_what_they_did(void **state)
{
	(void)state;
	use_a_room();
}

static bool proc_says(pid_t pid, const char *what)
{
	char path[64], text[4096];

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, what) != NULL;
}

/* The words of the other language are read only when they are asked for. */
static void test_pages_on_a_terminal(void **state)
{
	struct stat st;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p = play_start(&(struct play){ .box = &box });
	assert_true(play_unlock(p, PLAY_PASS)); /* by a thread that is started late */
	SEES(p, "Nothing here is urgent");
	bool open_build = status_of(confine_calls_only) != 0;
	assert_true(open_build || proc_says(pty_pid(p), "Seccomp:\t2"));
	assert_true(open_build || proc_says(pty_pid(p), "NoNewPrivs:\t1"));
	KEYS(p, "F2");
	SEES(p, "Aquí nada es urgente|urgente");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	assert_int_equal(stat(box.home, &st), 0);
}

/* A first start that keeps nothing leaves no folder, nor those made on the way to it. */
static void test_nothing_kept_leaves_nothing(void **state)
{
	struct stat st;

	(void)state;
	(void)snprintf(box.home, sizeof(box.home), "%.400s/a/b/room", box.root);
	struct pty *p = play_start(&(struct play){ .box = &box });
	SEES(p, "What this workbook is");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);
	assert_int_not_equal(stat(box_path(&box, "a"), &st), 0);
	RUNS("", "", 64, "passphrase", FD, "room", "new");
	assert_int_not_equal(stat(box_path(&box, "a"), &st), 0);
	assert_true(play_room(&box, PLAY_PASS));
	RUNS("", PLAY_PASS, 0, "", FD, "journal", "list");
}

/* The folder that one window made is there for the other when the first is closed. */
static void test_two_first_windows(void **state)
{
	struct stat st;

	(void)state;
	if (confine_files_abi(NULL) == 0 || status_of(confine_calls_only) != 0)
		skip();
	struct pty *first = play_start(&(struct play){ .box = &box });
	SEES(first, "What this workbook is");
	struct pty *second = play_start(&(struct play){ .box = &box });
	SEES(second, "What this workbook is");
	KEYS(first, "C-x");
	EXITS(first, 0);
	assert_int_equal(stat(box.home, &st), 0);
	pty_close(first);
	pty_close(second);
}

/* Content that is made of links, as some packagers make it. */
static void test_content_of_links(void **state)
{
	const char *const copy[] = { "cp", "-rs", data_path(), box_path(&box, "data"),
		NULL };
	struct ran r = run_command(&(struct run_options){ .argv = copy });

	(void)state;
	assert_int_equal(r.status, 0);
	ran_free(&r);
	RUNS("", NULL, 0, "988", "--data", box_path(&box, "data"), "lines");
	RUNS("", NULL, 0, "", "check", box_path(&box, "data"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_network, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_other_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_is_needed_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_abort_still_ends_the_program, setup, teardown),
#ifdef __x86_64__
		cmocka_unit_test_setup_teardown(
		    test_other_numbers_end_the_program, setup, teardown),
#endif
		cmocka_unit_test_setup_teardown(test_outside_is_shut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places_are_open, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_commands_do_what_they_did, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_on_a_terminal, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_kept_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_first_windows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_content_of_links, setup, teardown),
	};

	return RUN_TESTS(tests);
}
