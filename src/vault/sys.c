/* The real system calls behind the table of sys.h.  Nothing here thinks. */
#include "sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static int real_open(void *ctx, const char *path, int flags, mode_t mode)
{
	(void)ctx;
	return open(path, flags, mode);
}

static int real_close(void *ctx, int fd)
{
	(void)ctx;
	return close(fd);
}

static ssize_t real_pread(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	(void)ctx;
	return pread(fd, buf, n, at);
}

static ssize_t real_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	(void)ctx;
	return pwrite(fd, buf, n, at);
}

static int real_fsync(void *ctx, int fd)
{
	(void)ctx;
	return fsync(fd);
}

static int real_fdatasync(void *ctx, int fd)
{
	(void)ctx;
	return fdatasync(fd);
}

static int real_ftruncate(void *ctx, int fd, off_t size)
{
	(void)ctx;
	return ftruncate(fd, size);
}

static int real_fstat(void *ctx, int fd, struct stat *st)
{
	(void)ctx;
	return fstat(fd, st);
}

static int real_fchmod(void *ctx, int fd, mode_t mode)
{
	(void)ctx;
	return fchmod(fd, mode);
}

static int real_lstat(void *ctx, const char *path, struct stat *st)
{
	(void)ctx;
	return lstat(path, st);
}

/* An open-file-description lock: a POSIX lock would be dropped when any other handle on the
 * same file is closed, and would not hold against a second handle in this process.  A handle
 * for reading only can have no more than a lock against those who write. */
static int real_lock(void *ctx, int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	(void)ctx;
	if (fcntl(fd, F_OFD_SETLK, &l) == 0)
		return 0;
	l.l_type = F_RDLCK;
	return errno == EBADF ? fcntl(fd, F_OFD_SETLK, &l) : -1;
}

static int real_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path);
}

static int real_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return rename(from, to);
}

static int real_mkdir(void *ctx, const char *path, mode_t mode)
{
	(void)ctx;
	return mkdir(path, mode);
}

static int real_list(
    void *ctx, const char *dir, void (*each)(void *arg, const char *name), void *arg)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	int failed;

	(void)ctx;
	if (!d)
		return -1;
	while (errno = 0, (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
			each(arg, de->d_name);
	}
	failed = errno;
	closedir(d);
	errno = failed;
	return failed ? -1 : 0;
}

static int real_fs_type(void *ctx, int fd, long *type)
{
	struct statfs fs;

	(void)ctx;
	if (fstatfs(fd, &fs) != 0)
		return -1;
	*type = (long)fs.f_type;
	return 0;
}

static uid_t real_uid(void *ctx)
{
	(void)ctx;
	return geteuid();
}

static uint64_t real_free_ram(void *ctx)
{
	static const char word[] = "MemAvailable:";
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	uint64_t kib = 0;

	(void)ctx;
	while (f && kib == 0 && fgets(line, sizeof line, f)) {
		if (strncmp(line, word, sizeof word - 1) == 0)
			kib = strtoull(line + sizeof word - 1, NULL, 10);
	}
	if (f)
		fclose(f);
	if (kib == 0)
		return (uint64_t)sysconf(_SC_AVPHYS_PAGES) *
		       (uint64_t)sysconf(_SC_PAGESIZE);
	return kib * 1024;
}

static int64_t real_cpu_us(void *ctx)
{
	struct timespec t;

	(void)ctx;
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

const struct vault_sys vault_sys_real = {
	.open = real_open,
	.close = real_close,
	.pread = real_pread,
	.pwrite = real_pwrite,
	.fsync = real_fsync,
	.fdatasync = real_fdatasync,
	.ftruncate = real_ftruncate,
	.fstat = real_fstat,
	.fchmod = real_fchmod,
	.lstat = real_lstat,
	.lock = real_lock,
	.unlink = real_unlink,
	.rename = real_rename,
	.mkdir = real_mkdir,
	.list = real_list,
	.fs_type = real_fs_type,
	.uid = real_uid,
	.free_ram = real_free_ram,
	.cpu_us = real_cpu_us,
};
