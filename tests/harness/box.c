/* Fresh folders and commands through pipes; see box.h. */
#include "harness/box.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/pty.h"

void box_open(struct box *b)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(b->root, sizeof b->root, "%.300s/box-XXXXXX",
	    tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (mkdtemp(b->root) == NULL)
		die("no folder for a test: %s", strerror(errno));
	(void)snprintf(b->home, sizeof b->home, "%.400s/room", b->root);
	(void)snprintf(b->tmp, sizeof b->tmp, "%.400s/tmp", b->root);
	if (mkdir(b->tmp, 0700) != 0)
		die("no folder for a test: %s", strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void box_close(struct box *b)
{
	if (b->root[0] != '\0')
		(void)nftw(b->root, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	b->root[0] = '\0';
}

const char *box_path(const struct box *b, const char *name)
{
	static char turns[8][1024]; /* a test needs few at a time */
	static unsigned turn;
	char *out = turns[turn++ % ARRAY_LEN(turns)];

	(void)snprintf(out, sizeof turns[0], "%s/%s", b->root, name);
	return out;
}

/* ---- where things are ---- */
/* build/MODE/tests/KIND/name, five levels below the repository. */
static const char *own_path(int up, const char *tail)
{
	static char turns[4][1024];
	static unsigned turn;
	char *out = turns[turn++ % ARRAY_LEN(turns)];
	ssize_t n = readlink("/proc/self/exe", out, sizeof turns[0] - 1);

	if (n <= 0)
		die("no /proc");
	out[n] = '\0';
	for (char *slash; up > 0 && (slash = strrchr(out, '/')) != NULL; up--)
		*slash = '\0';
	(void)strncat(out, tail, sizeof turns[0] - strlen(out) - 1);
	return out;
}

const char *program_path(void)
{
	const char *set = getenv("REMANSO_BIN");

	return set != NULL && set[0] != '\0' ? set : own_path(3, "/remanso");
}

const char *repo_path(void)
{
	const char *set = getenv("REMANSO_REPO");

	return set != NULL && set[0] != '\0' ? set : own_path(5, "");
}

const char *data_path(void)
{
	static char out[1024];

	(void)snprintf(out, sizeof out, "%s/data", repo_path());
	return out;
}

/* ---- commands ---- */
void env_apply(const char *const *env)
{
	for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
		char name[128];
		const char *eq = strchr(env[i], '=');

		if (eq == NULL) {
			(void)unsetenv(env[i]);
			continue;
		}
		(void)snprintf(name, sizeof name, "%.*s", (int)(eq - env[i]), env[i]);
		(void)setenv(name, eq + 1, 1);
	}
}

static _Noreturn void child_run(
    const struct run_options *o, int in, int out, int err, int pass)
{
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setsid(); /* no terminal to ask on */
	env_apply(o->env);
	(void)dup2(in, 0);
	(void)dup2(out, 1);
	(void)dup2(err, 2);
	if (o->pass != NULL)
		(void)dup2(pass, 3);
	(void)close_range(o->pass != NULL ? 4 : 3, ~0U, 0);
	(void)execvp(o->argv[0], (char *const *)(uintptr_t)o->argv);
	_exit(127);
}

static void take(struct pollfd *f, struct buf *into)
{
	char bytes[8192];
	ssize_t n;

	if (f->fd < 0 || f->revents == 0)
		return;
	n = read(f->fd, bytes, sizeof bytes);
	if (n > 0) {
		buf_add(into, (struct str){ bytes, (size_t)n });
	} else if (n == 0 || errno != EINTR) {
		(void)close(f->fd);
		f->fd = -1;
	}
}

static void give(struct pollfd *f, struct str *input)
{
	ssize_t n;

	if (f->fd < 0)
		return;
	if (input->n > 0 && f->revents != 0) {
		n = write(f->fd, input->s, input->n);
		if (n > 0)
			*input = str_slice(*input, (size_t)n, input->n);
		else if (errno != EAGAIN && errno != EINTR)
			input->n = 0;
	}
	if (input->n == 0) {
		(void)close(f->fd);
		f->fd = -1;
	}
}

struct ran run_command(const struct run_options *o)
{
	struct ran r = { 0 };
	struct str input = o->input;
	int in[2], out[2], err[2], pass[2] = { -1, -1 }, status = 0;
	int64_t limit = pty_now_us() + (o->limit_ms > 0 ? o->limit_ms : 30000) * 1000LL;
	struct pollfd f[3];
	pid_t pid;

	(void)signal(SIGPIPE, SIG_IGN);
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
	    pipe2(err, O_CLOEXEC) != 0 || (o->pass != NULL && pipe2(pass, O_CLOEXEC) != 0))
		die("no pipes: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		child_run(o, in[0], out[1], err[1], pass[0]);
	(void)close(in[0]);
	(void)close(out[1]);
	(void)close(err[1]);
	if (o->pass != NULL) {
		(void)close(pass[0]);
		(void)!write(pass[1], o->pass, strlen(o->pass));
		(void)close(pass[1]);
	}
	(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
	f[0] = (struct pollfd){ .fd = in[1], .events = POLLOUT };
	f[1] = (struct pollfd){ .fd = out[0], .events = POLLIN };
	f[2] = (struct pollfd){ .fd = err[0], .events = POLLIN };
	while (f[1].fd >= 0 || f[2].fd >= 0) {
		(void)poll(f, 3, 200);
		give(&f[0], &input);
		take(&f[1], &r.out);
		take(&f[2], &r.err);
		if (pty_now_us() > limit)
			(void)kill(-pid, SIGKILL);
	}
	if (f[0].fd >= 0)
		(void)close(f[0].fd);
	(void)waitpid(pid, &status, 0);
	r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	buf_addc(&r.out, '\0');
	r.out.n--;
	buf_addc(&r.err, '\0');
	r.err.n--;
	return r;
}

void ran_free(struct ran *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
}

bool ran_says(const struct ran *r, const char *what)
{
	return strstr(r->out.s, what) != NULL || strstr(r->err.s, what) != NULL;
}
