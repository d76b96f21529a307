/* Asking on /dev/tty.  While a passphrase is typed the echo is off; a signal that comes in
 * that time waits in a signalfd until the terminal has been put back, so that Ctrl-C never
 * leaves a terminal that shows nothing. */
#include "prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* `without`: what to do where there is none. */
static int open_tty(const char *without, struct err *e)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		err_set(e, ERR_TERMINAL, "%s", without);
	return fd;
}

static int open_for_secret(struct err *e)
{
	return open_tty(_("There is no terminal to ask on. Give the passphrase with "
			  "--passphrase-fd N."),
	    e);
}

static int open_for_yes(struct err *e)
{
	return open_tty(
	    _("There is no terminal to ask on, so nothing was done. With --yes it "
	      "is done without the question."),
	    e);
}

static void tell(const struct cli *c, int fd, const char *words)
{
	struct buf b = { 0 };

	if (c->ascii != NULL)
		c->ascii(&b, str_from(words));
	else
		buf_add(&b, str_from(words));
	for (size_t at = 0; at < b.n;) {
		ssize_t n = write(fd, b.s + at, b.n - at);
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	buf_free(&b);
}

static sigset_t stopping(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGQUIT);
	(void)sigaddset(&set, SIGTSTP);
	return set;
}

enum wait { WAIT_LINE, WAIT_SIGNAL, WAIT_END };

/* A whole line is there to be read, or a signal waits. */
static enum wait wait_line(int tty, int signals)
{
	struct pollfd p[] = { { .fd = tty, .events = POLLIN },
		{ .fd = signals, .events = POLLIN } };

	while (poll(p, 2, -1) < 0)
		if (errno != EINTR)
			return WAIT_END;
	if (p[1].revents != 0)
		return WAIT_SIGNAL;
	return (p[0].revents & POLLIN) != 0 ? WAIT_LINE : WAIT_END;
}

struct secret *prompt_secret(const struct cli *c, const char *question, struct err *e)
{
	struct secret *s = NULL;
	struct termios before, quiet;
	sigset_t set = stopping(), mask;
	enum wait w = WAIT_SIGNAL;
	int tty = open_for_secret(e);

	if (tty < 0)
		return NULL;
	int signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0 || tcgetattr(tty, &before) != 0) {
		err_sys(e, ERR_TERMINAL, errno, "%s", _("The terminal does not answer."));
		goto close_tty;
	}
	while (w == WAIT_SIGNAL) {
		(void)sigprocmask(SIG_BLOCK, &set, &mask);
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
		(void)tcsetattr(tty, TCSAFLUSH, &quiet);
		tell(c, tty, question);
		w = wait_line(tty, signals);
		if (w == WAIT_LINE)
			s = secret_read(tty, e);
		(void)tcsetattr(tty, TCSAFLUSH, &before);
		tell(c, tty, "\n");
		/* A signal takes effect here; after Ctrl-Z and fg the question comes again.
		 */
		(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	if (w == WAIT_END)
		err_set(e, ERR_TERMINAL, "%s", _("The terminal does not answer."));
close_tty:
	if (signals >= 0)
		(void)close(signals);
	(void)close(tty);
	return s;
}

bool prompt_yes(const struct cli *c, const char *question, bool *yes, struct err *e)
{
	static const char *const words[] = { "y", "yes", "s", "si", "sí" };
	char line[64];
	size_t n = 0;
	int tty = open_for_yes(e);

	*yes = false;
	if (tty < 0)
		return false;
	tell(c, tty, question);
	while (n < sizeof(line) && read(tty, line + n, 1) == 1 && line[n] != '\n')
		n++;
	(void)close(tty);
	struct arena *a = arena_new();
	struct str said = utf8_fold(a, str_trim((struct str){ line, n }));
	for (size_t i = 0; i < ARRAY_LEN(words) && !*yes; i++)
		*yes = str_eq(said, utf8_fold(a, str_from(words[i])));
	arena_free(a);
	return true;
}

bool prompt_wait(const struct cli *c, int seconds, int *signal, struct err *e)
{
	static const struct timespec second = { .tv_sec = 1 };
	sigset_t set = stopping(), mask;
	struct termios unused;
	int tty = open_for_yes(e), got = 0;

	*signal = 0;
	if (tty < 0)
		return false;
	(void)sigdelset(&set, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &set, &mask);
	cli_say(c, _("It goes in %d seconds. Ctrl-C keeps it."), seconds);
	while (seconds > 0 && got <= 0) {
		got = sigtimedwait(&set, NULL, &second);
		/* Any other end was Ctrl-Z: that second begins again. */
		if (got < 0 && errno == EAGAIN)
			seconds--;
	}
	/* A window can be closed without a signal for us. */
	bool there = tcgetattr(tty, &unused) == 0;
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	(void)close(tty);
	if (got > 0)
		*signal = got;
	return got <= 0 && there;
}
