/* System calls that answer in ways of their own: interrupted, refused, another owner.  Put
 * into the table of a file system in memory. */
#ifndef TESTS_VAULT_ODDCALLS_H
#define TESTS_VAULT_ODDCALLS_H

#include "memfs.h"

/* What the next calls do; each test begins with nothing of it. */
RIG struct {
	int interrupts; /* calls that are interrupted before one works */
	int err;        /* errno of the call that the test replaces */
	mode_t mode;    /* of plain files */
	uid_t owner;
	const char *path; /* only this one, or one that ends so */
	bool unsynced;    /* nothing can be made sure */
} odd;

RIG int odd_start(void **state)
{
	(void)state;
	memset(&odd, 0, sizeof odd);
	return 0;
}

RIG bool ends_with(const char *s, const char *end)
{
	return strlen(s) >= strlen(end) && strcmp(s + strlen(s) - strlen(end), end) == 0;
}

RIG bool interrupted(void)
{
	errno = EINTR;
	return odd.interrupts > 0 && odd.interrupts-- > 0;
}

RIG int odd_open(void *ctx, const char *path, int flags, mode_t mode)
{
	if (interrupted())
		return -1;
	if (odd.err && (!odd.path || ends_with(path, odd.path))) {
		errno = odd.err;
		return -1;
	}
	return mem_open(ctx, path, flags, mode);
}

RIG int odd_sync(void *ctx, int fd)
{
	if (interrupted())
		return -1;
	if (odd.err && mem_of(ctx, fd)->folder) {
		errno = odd.err;
		return -1;
	}
	return mem_sync(ctx, fd);
}

/* Of files and folders alike. */
RIG int odd_no_sync(void *ctx, int fd)
{
	if (!odd.unsynced)
		return mem_sync(ctx, fd);
	errno = EIO;
	return -1;
}

RIG int odd_no_list(
    void *ctx, const char *dir, void (*each)(void *arg, const char *name), void *arg)
{
	(void)ctx;
	(void)dir;
	(void)each;
	(void)arg;
	errno = EIO;
	return -1;
}

RIG int odd_cut(void *ctx, int fd, off_t size)
{
	return interrupted() ? -1 : mem_cut(ctx, fd, size);
}

RIG int odd_fstat(void *ctx, int fd, struct stat *st)
{
	int rc = mem_fstat(ctx, fd, st);

	if (S_ISREG(st->st_mode)) {
		st->st_uid = odd.owner;
		st->st_mode |= odd.mode;
	}
	return rc;
}

#endif
