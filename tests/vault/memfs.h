/* A file system in memory, as a table of system calls.  It can fail at the n-th call in
 * several ways, die at the n-th change, and lose power (memcrash.h): what was written since
 * a file's last sync may then be there, or not, or in part, and so may names, when asked
 * for. */
#ifndef TESTS_VAULT_MEMFS_H
#define TESTS_VAULT_MEMFS_H

#include "memfile.h"

RIG int mem_open(void *ctx, const char *path, int flags, mode_t mode)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, path);

	(void)mode;
	if (!f && (flags & O_CREAT))
		mem_changes(m);
	if (mem_fails(m))
		return -1;
	if (!f && !(flags & O_CREAT)) {
		errno = ENOENT;
		return -1;
	}
	if (f && (flags & O_EXCL)) {
		errno = EEXIST;
		return -1;
	}
	if (!f)
		f = mem_new(m, path, false);
	for (int i = 0; i < MEM_FDS; i++) {
		if (m->fd[i] != 0)
			continue;
		m->fd[i] = (int)(f - m->file) + 1;
		m->locked[i] = false;
		return i + 100;
	}
	errno = EMFILE;
	return -1;
}

RIG int mem_close(void *ctx, int fd)
{
	struct memfs *m = ctx;

	mem_of(m, fd);
	m->fd[fd - 100] = 0;
	return 0;
}

RIG ssize_t mem_pread(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	if (mem_fails(m))
		return -1;
	if (mem_shortens(m) && n > 1)
		n = n / 2;
	if ((size_t)at >= f->size)
		return 0;
	if (n > f->size - (size_t)at)
		n = f->size - (size_t)at;
	memcpy(buf, f->now + at, n);
	return (ssize_t)n;
}

RIG ssize_t mem_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	mem_changes(m);
	if (mem_fails(m)) {
		/* A failed write may have done a part of its work. */
		if (!m->dead && (errno == EIO || errno == ENOSPC) && n > 512) {
			int keep = errno;

			mem_put(f, false, buf, n / 2, (size_t)at);
			mem_note(f, at, buf, n / 2);
			errno = keep;
		}
		return -1;
	}
	if (mem_shortens(m) && n > 1)
		n = n / 2;
	mem_put(f, false, buf, n, (size_t)at);
	mem_note(f, at, buf, n);
	return (ssize_t)n;
}

RIG int mem_sync(void *ctx, int fd)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	mem_changes(m);
	if (mem_fails(m)) {
		/* As Linux does: the error is told once, and what could not be written is
		 * gone from the list of what is to be written. */
		if (!m->dead && errno != EINTR) {
			f->stray = f->stray || f->nop > 0;
			mem_forget(f);
		}
		return -1;
	}
	if (f->folder)
		mem_sync_names(m);
	mem_settle(f);
	return 0;
}

RIG int mem_cut(void *ctx, int fd, off_t size)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	mem_changes(m);
	if (mem_fails(m))
		return -1;
	mem_resize(f, false, (size_t)size);
	mem_note(f, -1, NULL, (size_t)size);
	return 0;
}

RIG int mem_fstat(void *ctx, int fd, struct stat *st)
{
	struct mem_file *f = mem_of(ctx, fd);

	if (mem_fails_for_good(ctx))
		return -1;
	*st = (struct stat){ .st_mode = f->folder ? S_IFDIR | 0700 : S_IFREG | 0600,
		.st_nlink = 1,
		.st_size = (off_t)f->size };
	return 0;
}

RIG int mem_lstat(void *ctx, const char *path, struct stat *st)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, path);

	*st = (struct stat){ .st_mode = S_IFREG | 0600, .st_nlink = 1 };
	errno = ENOENT;
	return f ? 0 : -1;
}

RIG int mem_lock(void *ctx, int fd)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	if (mem_fails_for_good(m))
		return -1;
	for (int i = 0; i < MEM_FDS; i++) {
		if (i != fd - 100 && m->locked[i] && m->fd[i] == (int)(f - m->file) + 1) {
			errno = EAGAIN;
			return -1;
		}
	}
	m->locked[fd - 100] = true;
	return 0;
}

RIG int mem_unlink(void *ctx, const char *path)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, path);

	mem_changes(m);
	if (mem_fails_for_good(m))
		return -1;
	errno = ENOENT;
	if (!f)
		return -1;
	f->here = false;
	mem_rename_op(m, path, "", 0);
	return 0;
}

RIG int mem_rename(void *ctx, const char *from, const char *to)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, from), *g = mem_find(m, to);

	mem_changes(m);
	if (mem_fails_for_good(m))
		return -1;
	errno = ENOENT;
	if (!f)
		return -1;
	if (g)
		g->here = false;
	snprintf(f->path, sizeof f->path, "%s", to);
	mem_rename_op(m, from, to, (int)(f - m->file));
	return 0;
}

RIG int mem_mkdir(void *ctx, const char *path, mode_t mode)
{
	struct memfs *m = ctx;

	(void)mode;
	if (mem_fails_for_good(m))
		return -1;
	errno = EEXIST;
	if (mem_find(m, path))
		return -1;
	mem_changes(m);
	mem_new(m, path, true);
	return 0;
}

RIG int mem_list(
    void *ctx, const char *dir, void (*each)(void *arg, const char *name), void *arg)
{
	struct memfs *m = ctx;
	size_t n = strlen(dir);

	if (mem_fails_for_good(m))
		return -1;
	errno = ENOENT;
	if (!mem_find(m, dir))
		return -1;
	for (int i = 0; i < MEM_FILES; i++) {
		const char *p = m->file[i].path;

		if (m->file[i].here && strncmp(p, dir, n) == 0 && p[n] == '/')
			each(arg, p + n + 1);
	}
	return 0;
}

RIG int mem_fs_type(void *ctx, int fd, long *type)
{
	(void)ctx;
	(void)fd;
	*type = 0;
	return 0;
}

RIG uid_t mem_uid(void *ctx)
{
	(void)ctx;
	return 0;
}

RIG struct memfs *memfs_new(uint32_t log_blocks)
{
	struct memfs *m = calloc(1, sizeof *m);

	if (!m)
		abort();
	m->seed = 1;
	m->sys = (struct vault_sys){ .ctx = m,
		.log_blocks = log_blocks,
		.open = mem_open,
		.close = mem_close,
		.pread = mem_pread,
		.pwrite = mem_pwrite,
		.fsync = mem_sync,
		.fdatasync = mem_sync,
		.ftruncate = mem_cut,
		.fstat = mem_fstat,
		.lstat = mem_lstat,
		.lock = mem_lock,
		.unlink = mem_unlink,
		.rename = mem_rename,
		.mkdir = mem_mkdir,
		.list = mem_list,
		.fs_type = mem_fs_type,
		.uid = mem_uid };
	mem_new(m, "/h/..", true);
	mem_new(m, "/b/..", true);
	return m;
}

RIG void memfs_free(struct memfs *m)
{
	mem_all_closed(m);
	for (int i = 0; i < MEM_FILES; i++) {
		free(m->file[i].now);
		free(m->file[i].disk);
		free(m->file[i].op);
		free(m->file[i].text.p);
		free(m->file[i].mark);
	}
	free(m);
}

#include "memcrash.h"

#endif
