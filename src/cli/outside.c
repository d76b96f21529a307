/* See outside.h.  A request is two lengths, a name and bytes; the answer is how far it came.
 * The hand is the same program, but was cut off from everything before it could read
 * anything: no terminal, no room, no content. */
#include "outside.h"

#include "remanso/confine.h"
#include "remanso/secret.h"
#include "remanso/workbook.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_MOST 100

struct request {
	uint32_t name;
	uint64_t bytes;
};

/* All of it, whatever the pipe takes at a time. */
static bool send_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t w = write(fd, at, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		at += w;
		n -= (size_t)w;
	}
	return true;
}

static bool get_all(int fd, void *p, size_t n)
{
	char *at = p;

	while (n > 0) {
		ssize_t r = read(fd, at, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		at += r;
		n -= (size_t)r;
	}
	return true;
}

/* ---- the hand ---- */
static bool name_is_fine(struct str name)
{
	if (name.n < 5 || name.s[0] == '.' || memcmp(name.s + name.n - 4, ".txt", 4) != 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.s[i] == '/' || (unsigned char)name.s[i] < 0x20)
			return false;
	return true;
}

static bool get_bytes(int fd, uint64_t n, struct buf *out)
{
	char piece[16384];
	bool ok = true;

	while (ok && n > 0) {
		size_t take = n < sizeof(piece) ? (size_t)n : sizeof(piece);
		ok = get_all(fd, piece, take);
		if (ok)
			buf_add(out, (struct str){ piece, take });
		n -= take;
	}
	secret_wipe(piece, sizeof(piece));
	return ok;
}

/* One request.  False: there is nobody any more who asks. */
static bool serve(int from, int to, const struct outside_may *may)
{
	struct request r;
	struct export_end end = { EXPORT_MAKE, EPERM };
	struct buf bytes = { 0 };
	char name[NAME_MOST + 1] = "";

	if (!get_all(from, &r, sizeof(r)) || r.name > NAME_MOST ||
	    !get_all(from, name, r.name) || !get_bytes(from, r.bytes, &bytes)) {
		buf_free(&bytes);
		return false;
	}
	if (r.name == 0 && may->file != NULL)
		end = export_put(may->file, buf_str(&bytes));
	else if (may->here && strlen(name) == r.name && name_is_fine(str_from(name)))
		end = export_put(name, buf_str(&bytes));
	buf_free(&bytes);
	return send_all(to, &end, sizeof(end));
}

/* Only what is empty goes, and only while no other window means to keep something there. */
static void remove_made(const struct outside_may *may)
{
	char path[PATH_MAX];
	size_t n = strlen(may->made);
	int fd = open(may->made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (n >= sizeof(path) || (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0))
		return;
	memcpy(path, may->made, n + 1);
	while (n >= may->made_from) {
		if (rmdir(path) != 0 && errno != ENOENT)
			return;
		while (n > 0 && path[n - 1] == '/')
			n--;
		while (n > 0 && path[n - 1] != '/')
			n--;
		path[n] = '\0';
	}
}

/* The folder that holds `path`, cut out of a copy of it. */
static const char *folder_of(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	slash[slash == path] = '\0';
	return path;
}

static void give_up(const struct outside_may *may)
{
	char file[PATH_MAX] = "";
	struct confine_place at[4];
	struct confine_report unused;
	size_t n = 0;

	if (may->file != NULL && strlen(may->file) < sizeof(file)) {
		memcpy(file, may->file, strlen(may->file) + 1);
		at[n++] = (struct confine_place){ folder_of(file), CONFINE_WRITE };
	}
	if (may->here)
		at[n++] = (struct confine_place){ ".", CONFINE_WRITE };
	if (may->made != NULL) {
		at[n++] = (struct confine_place){ may->made_in, CONFINE_RMDIR };
		at[n++] = (struct confine_place){ may->made, CONFINE_LIST };
	}
	confine(at, n, &unused);
}

/* Out of the terminal's reach: it ends when the program has ended, however that was. */
static _Noreturn void work(int from, int to, const struct outside_may *may)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)setsid();
	(void)signal(SIGPIPE, SIG_IGN);
	/* High numbers first, so that neither is in the way of the other. */
	from = fcntl(from, F_DUPFD_CLOEXEC, 10);
	to = fcntl(to, F_DUPFD_CLOEXEC, 11);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		(void)dup2(null, fd);
	if (from < 0 || to < 0 || from > to || null < 0)
		_exit(1);
	(void)close_range(3, (unsigned)from - 1, 0);
	if (to > from + 1)
		(void)close_range((unsigned)from + 1, (unsigned)to - 1, 0);
	(void)close_range((unsigned)to + 1, ~0u, 0);
	give_up(may);
	while (serve(from, to, may))
		continue;
	if (may->made != NULL)
		remove_made(may);
	_exit(0);
}

/* ---- the program ---- */
void outside_start(struct outside *o, const struct outside_may *may)
{
	int there[2], back[2];

	*o = (struct outside){ .to = -1, .from = -1 };
	if (may->file == NULL && !may->here && may->made == NULL)
		return;
	if (pipe2(there, O_CLOEXEC) != 0)
		return;
	if (pipe2(back, O_CLOEXEC) != 0) {
		(void)close(there[0]);
		(void)close(there[1]);
		return;
	}
	o->pid = fork();
	if (o->pid == 0)
		work(there[0], back[1], may);
	(void)close(there[0]);
	(void)close(back[1]);
	o->to = there[1];
	o->from = back[0];
	if (o->pid < 0)
		outside_end(o);
}

bool outside_write(struct outside *o, const char *name, struct str data, struct err *e)
{
	struct request r = { (uint32_t)(name != NULL ? strlen(name) : 0), data.n };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct export_end end = { EXPORT_MAKE, EPIPE };

	if (o->pid > 0) {
		(void)sigaction(SIGPIPE, &ignore, &before);
		if (!send_all(o->to, &r, sizeof(r)) || !send_all(o->to, name, r.name) ||
		    !send_all(o->to, data.s, data.n) ||
		    !get_all(o->from, &end, sizeof(end)))
			end = (struct export_end){ EXPORT_MAKE, EPIPE };
		(void)sigaction(SIGPIPE, &before, NULL);
	}
	return export_said(end, e);
}

void outside_end(struct outside *o)
{
	if (o->to >= 0)
		(void)close(o->to);
	if (o->from >= 0)
		(void)close(o->from);
	if (o->pid > 0)
		while (waitpid(o->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	*o = (struct outside){ .to = -1, .from = -1 };
}
