/* Starting, feeding and waiting.  What is seen is read in pty_look.c; the names of keys are
 * in pty_keys.c. */
#include "harness/box.h"
#include "harness/pty_in.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The rest of a sequence that needs more than libvterm does with it. */
static const struct watch {
	const char *seq;
	enum { FORGET_SCROLLBACK, KEEP_ALTERNATE } what;
} watches[] = {
	{ "\033[3J", FORGET_SCROLLBACK },
	{ "\033[?1049l", KEEP_ALTERNATE },
	{ "\033[?1047l", KEEP_ALTERNATE },
	{ "\033[?47l", KEEP_ALTERNATE },
};

int64_t pty_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- libvterm calls back ---- */
static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
	struct pty *p = user;

	if (prop == VTERM_PROP_ALTSCREEN) {
		p->alternate = val->boolean;
		p->was_alternate |= p->alternate;
	}
	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_shown = val->boolean;
	return 1;
}

static int on_push(int cols, const VTermScreenCell *cells, void *user)
{
	struct pty *p = user;

	for (int i = 0; i < cols; i++)
		pty_add_cell(&p->scrollback, &cells[i]);
	buf_addc(&p->scrollback, '\n');
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.settermprop = on_prop,
	.sb_pushline = on_push,
};

/* ---- starting ---- */
static _Noreturn void child_run(const struct pty_options *o, const int pass[2])
{
	static const int restored[] = { SIGPIPE, SIGHUP, SIGINT, SIGTERM, SIGTSTP,
		SIGCHLD };

	for (size_t i = 0; i < ARRAY_LEN(restored); i++)
		(void)signal(restored[i], SIG_DFL);
	env_apply(o->env);
	if (o->cwd != NULL && chdir(o->cwd) != 0)
		_exit(126);
	if (o->file_limit > 0) {
		struct rlimit r = { (rlim_t)o->file_limit, RLIM_INFINITY };

		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &r);
	}
	if (o->pass != NULL && dup2(pass[0], 3) != 3)
		_exit(126);
	(void)close_range(o->pass != NULL ? 4 : 3, ~0U, 0);
	/* execvp wants pointers to non-const; it does not write there. */
	(void)execvp(o->argv[0], (char *const *)(uintptr_t)o->argv);
	_exit(127);
}

/* The value NAME will have in the program, or NULL. */
static const char *its_env(const struct pty_options *o, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; o->env != NULL && o->env[i] != NULL; i++)
		if (strncmp(o->env[i], name, n) == 0 && o->env[i][n] == '=')
			return o->env[i] + n + 1;
	return getenv(name);
}

struct pty *pty_start(const struct pty_options *o)
{
	struct pty *p = calloc(1, sizeof *p);
	const char *factor = getenv("REMANSO_TEST_PATIENCE");
	struct winsize size;
	int pass[2] = { -1, -1 };

	if (p == NULL)
		die("no memory for a pseudo-terminal");
	p->rows = o->rows > 0 ? o->rows : 24;
	p->cols = o->cols > 0 ? o->cols : 80;
	p->factor = factor != NULL && factor[0] != '\0' ? (int)strtol(factor, NULL, 10) : 1;
	p->patience = 10000;
	p->cursor_shown = true;
	p->console = str_starts(str_from(its_env(o, "TERM")), "linux");
	p->vt = vterm_new(p->rows, p->cols);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	if (o->pass != NULL) {
		size_t n = strlen(o->pass);

		if (pipe2(pass, O_CLOEXEC) != 0 || write(pass[1], o->pass, n) != (ssize_t)n)
			die("no pipe for a passphrase");
		(void)close(pass[1]);
	}
	size = (struct winsize){ .ws_row = (unsigned short)p->rows,
		.ws_col = (unsigned short)p->cols };
	p->pid = forkpty(&p->fd, p->slave, NULL, &size);
	if (p->pid < 0)
		die("no pseudo-terminal: %s", strerror(errno));
	if (p->pid == 0)
		child_run(o, pass);
	if (pass[0] >= 0)
		(void)close(pass[0]);
	(void)fcntl(p->fd, F_SETFL, fcntl(p->fd, F_GETFL) | O_NONBLOCK);
	(void)fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	return p;
}

static void reap(struct pty *p)
{
	int status;
	pid_t got;

	if (p->ended)
		return;
	got = waitpid(p->pid, &status, WNOHANG | WUNTRACED | WCONTINUED);
	if (got != p->pid)
		return;
	p->stopped = WIFSTOPPED(status);
	if (WIFEXITED(status) || WIFSIGNALED(status)) {
		p->ended = true;
		p->status = status;
	}
}

void pty_close(struct pty *p)
{
	if (p == NULL)
		return;
	reap(p);
	if (!p->ended) {
		(void)kill(-p->pid, SIGKILL);
		(void)kill(p->pid, SIGKILL);
		(void)waitpid(p->pid, NULL, 0);
	}
	if (p->fd >= 0)
		(void)close(p->fd);
	vterm_free(p->vt);
	buf_free(&p->raw);
	buf_free(&p->text);
	buf_free(&p->scrollback);
	buf_free(&p->left);
	free(p);
}

/* ---- to the program ---- */
void pty_send(struct pty *p, struct str bytes)
{
	int64_t until = pty_now_us() + (int64_t)p->patience * p->factor * 1000;

	while (bytes.n > 0 && p->fd >= 0 && pty_now_us() < until) {
		ssize_t n = write(p->fd, bytes.s, bytes.n);

		if (n > 0) {
			bytes = str_slice(bytes, (size_t)n, bytes.n);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return;
		(void)pty_pump(p, 5);
	}
}

void pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	(void)ioctl(p->fd, TIOCSWINSZ, &size);
}

void pty_signal(struct pty *p, int sig)
{
	pid_t group = p->fd >= 0 ? tcgetpgrp(p->fd) : -1;

	if (group <= 0)
		group = p->pid;
	if (kill(-group, sig) != 0)
		(void)kill(p->pid, sig);
}

void pty_hang_up(struct pty *p)
{
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
}

/* ---- from the program ---- */
static void watch_do(struct pty *p, const struct watch *w)
{
	if (w->what == FORGET_SCROLLBACK) {
		buf_clear(&p->scrollback);
	} else if (p->alternate) {
		buf_clear(&p->left);
		buf_add(&p->left, str_from(pty_text(p)));
	}
}

/* Bytes go to libvterm up to the end of a watched sequence (or, for KEEP_ALTERNATE, up to
 * just before its last byte), so that what is noted belongs to that moment. */
static void feed(struct pty *p, const char *s, size_t n)
{
	size_t from = 0;

	buf_add(&p->raw, (struct str){ s, n });
	for (size_t i = 0; i < n; i++) {
		size_t have = p->raw.n - n + i + 1;

		for (size_t k = 0; k < ARRAY_LEN(watches); k++) {
			size_t len = strlen(watches[k].seq);

			if (have < len ||
			    memcmp(p->raw.s + have - len, watches[k].seq, len) != 0)
				continue;
			(void)vterm_input_write(p->vt, s + from, i - from);
			from = i;
			watch_do(p, &watches[k]);
		}
	}
	(void)vterm_input_write(p->vt, s + from, n - from);
	for (;;) {
		char answer[256];
		size_t got = vterm_output_read(p->vt, answer, sizeof answer);

		if (got == 0)
			break;
		if (p->fd >= 0)
			(void)!write(p->fd, answer, got);
	}
}

bool pty_pump(struct pty *p, int ms)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };
	bool some = false;
	char bytes[16384];

	if (p->fd >= 0 && poll(&f, 1, ms) > 0) {
		for (;;) {
			ssize_t n = read(p->fd, bytes, sizeof bytes);

			if (n <= 0) {
				if (n < 0 && errno == EIO) /* nobody holds the other end */
					p->drained = true;
				break;
			}
			feed(p, bytes, (size_t)n);
			some = true;
		}
		if (!some && ms > 0) {
			struct timespec t = { 0, 1000000 };

			(void)nanosleep(&t, NULL);
		}
	} else if (p->fd < 0) {
		struct timespec t = { 0, 2000000 };

		(void)nanosleep(&t, NULL);
	}
	reap(p);
	return some;
}

void pty_patience(struct pty *p, int ms)
{
	p->patience = ms;
}

static int64_t limit_of(const struct pty *p)
{
	return pty_now_us() + (int64_t)p->patience * p->factor * 1000;
}

static bool until_sees(struct pty *p, const char *what, bool there)
{
	int64_t limit = limit_of(p);

	for (;;) {
		(void)pty_pump(p, 0);
		if (pty_sees(p, what) == there)
			return true;
		if (pty_now_us() > limit)
			return false;
		if (p->ended && !pty_pump(p, 0))
			return pty_sees(p, what) == there;
		(void)pty_pump(p, 20);
	}
}

bool pty_wait(struct pty *p, const char *what)
{
	return until_sees(p, what, true);
}

bool pty_gone(struct pty *p, const char *what)
{
	return until_sees(p, what, false);
}

/* Bytes that were sent and not read yet. */
static int unread(const struct pty *p)
{
	int fd = open(p->slave, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int n = 0;

	if (fd < 0)
		return 0;
	(void)ioctl(fd, FIONREAD, &n);
	(void)close(fd);
	return n;
}

void pty_let_escape_pass(struct pty *p)
{
	int64_t limit = limit_of(p), until;

	while (unread(p) > 0 && !p->ended && pty_now_us() < limit)
		(void)pty_pump(p, 5);
	until = pty_now_us() + 45000;
	while (pty_now_us() < until)
		(void)pty_pump(p, 5);
}

bool pty_settle(struct pty *p)
{
	int64_t limit = limit_of(p);
	int quiet = 0;

	while (quiet < 4) {
		if (pty_now_us() > limit)
			return false;
		quiet = pty_pump(p, 8) ? 0 : quiet + 1;
		if (p->ended)
			return true;
		if (unread(p) > 0 || !pty_all_asleep(p->pid))
			quiet = 0;
	}
	return true;
}

bool pty_exited(struct pty *p, int *status)
{
	int64_t limit = limit_of(p);

	while (!p->ended || !p->drained) {
		bool some = pty_pump(p, p->ended ? 0 : 20);

		if (p->ended && !some)
			break;
		if (pty_now_us() > limit)
			return false;
	}
	if (status != NULL)
		*status = p->status;
	return true;
}

bool pty_stopped(struct pty *p)
{
	int64_t limit = limit_of(p);

	while (!p->stopped) {
		(void)pty_pump(p, 20);
		if (p->ended || pty_now_us() > limit)
			return false;
	}
	return true;
}
