/* Reading and writing whole ranges; opening only what is ours.  See io.h. */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* SQLite's own file layer masks lengths to 17 bits; some network and FUSE file systems tear
 * long writes.  Short pieces cost nothing measurable. */
#define PIECE ((size_t)96 * 1024)

static bool read_failed(struct err *e, int sys)
{
	return err_sys(e, ERR_IO, sys, _("The room's file could not be read."));
}

static bool write_failed(struct err *e, int sys)
{
	return err_sys(e, ERR_IO, sys, _("The room's file could not be written."));
}

bool io_read(const struct vault_sys *sys, int fd, void *buf, size_t n, uint64_t at,
    size_t *got, struct err *e)
{
	uint8_t *p = buf;

	*got = 0;
	while (*got < n) {
		ssize_t k =
		    sys->pread(sys->ctx, fd, p + *got, n - *got, (off_t)(at + *got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return read_failed(e, errno);
		if (k == 0)
			break;
		*got += (size_t)k;
	}
	return true;
}

bool io_write(const struct vault_sys *sys, int fd, const void *buf, size_t n, uint64_t at,
    struct err *e)
{
	const uint8_t *p = buf;
	size_t done = 0;

	while (done < n) {
		size_t want = n - done < PIECE ? n - done : PIECE;
		ssize_t k = sys->pwrite(sys->ctx, fd, p + done, want, (off_t)(at + done));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return write_failed(e, k < 0 ? errno : ENOSPC);
		done += (size_t)k;
	}
	return true;
}

bool io_sync(const struct vault_sys *sys, int fd, struct err *e)
{
	while (sys->fdatasync(sys->ctx, fd) != 0) {
		if (errno != EINTR)
			return write_failed(e, errno);
	}
	return true;
}

bool io_cut(const struct vault_sys *sys, int fd, uint64_t size, struct err *e)
{
	while (sys->ftruncate(sys->ctx, fd, (off_t)size) != 0) {
		if (errno != EINTR)
			return write_failed(e, errno);
	}
	return true;
}

bool io_size(const struct vault_sys *sys, int fd, uint64_t *size, struct err *e)
{
	struct stat st;

	if (sys->fstat(sys->ctx, fd, &st) != 0)
		return read_failed(e, errno);
	*size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	return true;
}

bool io_pad(const struct vault_sys *sys, int fd, uint64_t from, uint64_t to, struct err *e)
{
	uint8_t *noise = malloc(PIECE), seed[randombytes_SEEDBYTES];
	bool ok = true;

	if (!noise)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	for (uint64_t at = from; ok && at < to;) {
		size_t n = to - at < PIECE ? (size_t)(to - at) : PIECE;

		randombytes_buf(seed, sizeof seed);
		randombytes_buf_deterministic(noise, n, seed);
		ok = io_write(sys, fd, noise, n, at, e);
		at += n;
	}
	free(noise);
	return ok;
}

void io_spoil(const struct vault_sys *sys, int fd, uint64_t n)
{
	uint64_t size = 0;

	if (!io_size(sys, fd, &size, NULL))
		return;
	(void)(io_pad(sys, fd, 0, size < n ? size : n, NULL) && io_sync(sys, fd, NULL));
}

static int open_retry(const struct vault_sys *sys, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = sys->open(sys->ctx, path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

bool io_make_ours(const struct vault_sys *sys, int fd, mode_t mode)
{
	return sys->fchmod != NULL && sys->fchmod(sys->ctx, fd, mode) == 0;
}

static const char plain_signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_./~+,:@%=-";

void io_chmod_words(
    char out[static 128], const char *rights, const char *path, const char *name)
{
	bool plain = path[strspn(path, plain_signs)] == '\0', odd = path[0] == '-';
	const char *q = plain ? "" : "'";
	int n;

	for (const char *p = path; *p; p++)
		odd = odd || *p == '\'' || (unsigned char)*p < ' ' || *p == 127;
	n = snprintf(out, 128, "chmod %s %s%s%s", rights, q, path, q);
	if (odd || n < 0 || n > 110)
		snprintf(out, 128, "chmod %s DIR%s%s", rights, name ? "/" : "",
		    name ? name : "");
}

static bool others_may(const char *path, struct err *e)
{
	const char *name = strrchr(path, '/');
	char type[128];

	io_chmod_words(type, "600", path, name ? name + 1 : path);
	return err_set(e, ERR_UNSAFE, "%s %s",
	    _("Other users may read or change a file of this room. It was not opened. Take "
	      "their rights away and try again:"),
	    type);
}

static bool is_ours(
    const struct vault_sys *sys, const char *path, const struct stat *st, struct err *e)
{
	if (!S_ISREG(st->st_mode))
		return err_set(e, ERR_UNSAFE, "%s",
		    _("What lies in the room's place is not a plain file. It was not opened. Move "
		      "it away, or name another folder with --home DIR."));
	if (st->st_uid != sys->uid(sys->ctx))
		return err_set(e, ERR_UNSAFE, "%s",
		    _("The room's file belongs to another user. It was not opened. Have it given "
		      "back to you (chown), or name another folder with --home DIR."));
	if (st->st_nlink > 1)
		return err_set(e, ERR_UNSAFE, "%s",
		    _("The room's file has a second name (a hard link). It was not opened. "
		      "Remove the other name and try again."));
	if (st->st_mode & 077)
		return others_may(path, e);
	return true;
}

/* O_NONBLOCK: a pipe in the file's place must not hold the program up. */
static int open_checked(
    const struct vault_sys *sys, const char *path, int flags, bool ours, struct err *e)
{
	int fd = open_retry(sys, path, flags | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0 && (errno == ELOOP || errno == EMLINK)) {
		err_set(e, ERR_UNSAFE, "%s",
		    _("A link lies in the room's place. It was not followed. Put the file itself "
		      "there, or name its folder with --home DIR."));
		return -1;
	}
	if (fd < 0 && errno == ENOENT) {
		err_set(e, ERR_NOT_FOUND, "%s", _("The room's file is not there."));
		return -1;
	}
	if (fd < 0) {
		err_sys(e, ERR_IO, errno, _("The room's file could not be opened."));
		return -1;
	}
	if (sys->fstat(sys->ctx, fd, &st) != 0) {
		read_failed(e, errno);
		io_close(sys, fd);
		return -1;
	}
	if (ours ? !is_ours(sys, path, &st, e) : !S_ISREG(st.st_mode)) {
		if (!ours)
			err_set(e, ERR_UNSAFE, "%s", _("This is not a plain file."));
		io_close(sys, fd);
		return -1;
	}
	return fd;
}

int io_open_ours(const struct vault_sys *sys, const char *path, int flags, struct err *e)
{
	return open_checked(sys, path, flags, true, e);
}

int io_open_any(const struct vault_sys *sys, const char *path, struct err *e)
{
	return open_checked(sys, path, O_RDONLY, false, e);
}

bool io_is(const struct vault_sys *sys, const char *path, int fd)
{
	struct stat a, b;

	return sys->fstat(sys->ctx, fd, &a) == 0 && sys->lstat(sys->ctx, path, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int io_make(const struct vault_sys *sys, const char *path, struct err *e)
{
	int fd = open_retry(sys, path, O_RDWR | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		err_sys(e, ERR_CREATE, errno, _("A new file could not be made."));
	return fd;
}

void io_close(const struct vault_sys *sys, int fd)
{
	if (fd >= 0)
		sys->close(sys->ctx, fd);
}

int io_open_dir(const struct vault_sys *sys, const char *path)
{
	int fd;

	do
		fd = sys->open(sys->ctx, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	while (fd < 0 && errno == EINTR);
	return fd;
}

bool io_sync_dir(const struct vault_sys *sys, const char *dir, struct err *e)
{
	int fd = io_open_dir(sys, dir), rc;

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("The folder could not be opened."));
	do
		rc = sys->fsync(sys->ctx, fd);
	while (rc != 0 && errno == EINTR);
	/* Some file systems (FAT among them) cannot sync a folder and say so. */
	if (rc != 0 && errno != EINVAL)
		err_sys(e, ERR_IO, errno, _("The folder could not be written."));
	else
		rc = 0;
	io_close(sys, fd);
	return rc == 0;
}

struct path io_whole(const char *path)
{
	struct path p;

	(void)!snprintf(p.s, sizeof p.s, "%s", path);
	return p;
}

struct path io_join(const char *dir, const char *name, const char *suffix)
{
	struct path p;

	(void)!snprintf(p.s, sizeof p.s, "%s/%s%s", dir, name, suffix);
	return p;
}

char *io_path(const char *dir, const char *name, const char *suffix)
{
	char *s = NULL;

	if (asprintf(&s, "%s/%s%s", dir, name, suffix) < 0)
		die("out of memory");
	return s;
}
