/* Signal handlers: each writes its number into a pipe.  State is static because a handler
 * has no argument. */
#include "term_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static const int told[] = { SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH };
static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };

static int pipe_fds[2] = { -1, -1 };
static struct sigaction told_before[COUNT(told)], crashes_before[COUNT(crashes)];

static struct {
	int fd;
	size_t n;
	char text[256];
	struct termios modes;
} crash;
static char crash_stack[16 * 1024]; /* a full stack is one reason to crash */

static void on_told(int sig)
{
	int saved = errno;
	unsigned char byte = (unsigned char)sig;

	if (write(pipe_fds[1], &byte, 1) < 0) { /* full: signals enough are waiting */
	}
	errno = saved;
}

static void on_crash(int sig)
{
	size_t done = 0;

	while (done < crash.n) {
		ssize_t n = write(crash.fd, crash.text + done, crash.n - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (crash.n > 0)
		(void)tcsetattr(crash.fd, TCSANOW, &crash.modes);
	for (size_t i = 0; i < COUNT(crashes); i++)
		(void)sigaction(crashes[i], &crashes_before[i], NULL);
	(void)raise(sig); /* delivered when this handler returns */
}

void signals_crash_text(int fd, const char *s, size_t n, const struct termios *modes)
{
	crash.n = 0;
	if (n == 0 || n > sizeof(crash.text))
		return;
	memcpy(crash.text, s, n);
	crash.fd = fd;
	crash.modes = *modes;
	crash.n = n;
}

bool signals_open(void)
{
	struct sigaction tell = { .sa_handler = on_told, .sa_flags = SA_RESTART };
	struct sigaction fall = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };
	stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof(crash_stack) };

	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	(void)sigfillset(&tell.sa_mask);
	for (size_t i = 0; i < COUNT(told); i++)
		(void)sigaction(told[i], &tell, &told_before[i]);
	(void)sigaltstack(&stack, NULL);
	for (size_t i = 0; i < COUNT(crashes); i++)
		(void)sigaction(crashes[i], &fall, &crashes_before[i]);
	return true;
}

void signals_close(void)
{
	if (pipe_fds[0] < 0)
		return;
	for (size_t i = 0; i < COUNT(told); i++)
		(void)sigaction(told[i], &told_before[i], NULL);
	for (size_t i = 0; i < COUNT(crashes); i++)
		(void)sigaction(crashes[i], &crashes_before[i], NULL);
	crash.n = 0;
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
	pipe_fds[0] = pipe_fds[1] = -1;
}

int signals_fd(void)
{
	return pipe_fds[0];
}

int signals_next(void)
{
	unsigned char byte;

	return pipe_fds[0] >= 0 && read(pipe_fds[0], &byte, 1) == 1 ? byte : 0;
}

void signals_stop(void)
{
	struct sigaction normal = { .sa_handler = SIG_DFL }, ours, going_on;
	sigset_t set, before;

	(void)sigaction(SIGTSTP, &normal, &ours);
	(void)sigaction(SIGCONT, &normal, &going_on); /* this one is expected */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &set, &before);
	(void)kill(0, SIGTSTP); /* the whole group, as the terminal would */
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)sigaction(SIGTSTP, &ours, NULL);
	(void)sigaction(SIGCONT, &going_on, NULL);
}
