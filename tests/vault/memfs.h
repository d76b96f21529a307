/* A file system in memory that can lose power: what was written since a file's last sync
 * may be there, or not, or in part.  It can also fail at the n-th call.  Names are taken to
 * be stored at once. */
#ifndef TESTS_VAULT_MEMFS_H
#define TESTS_VAULT_MEMFS_H

#include <errno.h>
#include <fcntl.h>

#include "rig.h"

#define MEM_FILES 12
#define MEM_FDS 24
#define MEM_SECTOR 512

struct mem_op {
	off_t at; /* -1: cut to `n` bytes */
	size_t n;
	uint8_t *bytes;
};

struct mem_file {
	char path[128];
	bool here, folder;
	uint8_t *now, *disk;
	size_t size, disk_size;
	struct mem_op *op; /* since the last sync */
	size_t nop;
};

enum mem_fault { MEM_NONE, MEM_EIO, MEM_ENOSPC, MEM_EINTR, MEM_SHORT };

struct memfs {
	struct mem_file file[MEM_FILES];
	int fd[MEM_FDS]; /* file + 1 */
	bool locked[MEM_FDS];
	uint64_t seed;
	long calls; /* that can fail, so far */
	long fail_at;
	bool sticky;
	enum mem_fault fault;
	long faults;               /* that happened */
	void (*before)(void *arg); /* each write, sync and cut */
	void *arg;
	struct vault_sys sys;
};

/* True when this call is to fail; errno is set.  Only some calls can be interrupted. */
RIG bool mem_breaks(struct memfs *m, bool interrupts)
{
	long n = m->calls++;
	bool hit = m->fault != MEM_NONE && (m->sticky ? n >= m->fail_at : n == m->fail_at);

	if (!hit || m->fault == MEM_SHORT || (m->fault == MEM_EINTR && !interrupts))
		return false;
	m->faults++;
	errno = m->fault == MEM_EIO ? EIO : m->fault == MEM_ENOSPC ? ENOSPC : EINTR;
	return true;
}

RIG bool mem_fails(struct memfs *m)
{
	return mem_breaks(m, true);
}

RIG bool mem_fails_for_good(struct memfs *m)
{
	return mem_breaks(m, false);
}

RIG bool mem_shortens(struct memfs *m)
{
	bool hit = m->fault == MEM_SHORT &&
		   (m->sticky ? m->calls > m->fail_at : m->calls - 1 == m->fail_at);

	m->faults += hit;
	return hit;
}

RIG struct mem_file *mem_find(struct memfs *m, const char *path)
{
	for (int i = 0; i < MEM_FILES; i++) {
		if (m->file[i].here && strcmp(m->file[i].path, path) == 0)
			return &m->file[i];
	}
	return NULL;
}

RIG void mem_forget(struct mem_file *f)
{
	for (size_t i = 0; i < f->nop; i++)
		free(f->op[i].bytes);
	free(f->op);
	f->op = NULL;
	f->nop = 0;
}

RIG struct mem_file *mem_new(struct memfs *m, const char *path, bool folder)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &m->file[i];

		if (f->here)
			continue;
		free(f->now);
		free(f->disk);
		mem_forget(f);
		*f = (struct mem_file){ .here = true, .folder = folder };
		snprintf(f->path, sizeof f->path, "%s", path);
		return f;
	}
	fail_msg("too many files");
	return NULL;
}

RIG struct mem_file *mem_of(struct memfs *m, int fd)
{
	assert_true(fd >= 100 && fd < 100 + MEM_FDS && m->fd[fd - 100] > 0);
	return &m->file[m->fd[fd - 100] - 1];
}

RIG int mem_open(void *ctx, const char *path, int flags, mode_t mode)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, path);

	(void)mode;
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

RIG void mem_resize(uint8_t **bytes, size_t *size, size_t to)
{
	uint8_t *more = realloc(*bytes, to + 1);

	assert_non_null(more);
	if (to > *size)
		memset(more + *size, 0, to - *size);
	*bytes = more;
	*size = to;
}

RIG void mem_put(uint8_t **bytes, size_t *size, const void *p, size_t n, size_t at)
{
	if (at + n > *size)
		mem_resize(bytes, size, at + n);
	memcpy(*bytes + at, p, n);
}

RIG void mem_note(struct mem_file *f, off_t at, const void *p, size_t n)
{
	struct mem_op *op = realloc(f->op, (f->nop + 1) * sizeof *op);

	assert_non_null(op);
	f->op = op;
	op += f->nop++;
	*op = (struct mem_op){ at, n, NULL };
	if (!p)
		return;
	op->bytes = malloc(n + 1);
	assert_non_null(op->bytes);
	memcpy(op->bytes, p, n);
}

RIG ssize_t mem_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	if (m->before)
		m->before(m->arg);
	if (mem_fails(m)) {
		/* A failed write may have done a part of its work. */
		if (errno != EINTR && n > MEM_SECTOR) {
			int keep = errno;

			mem_put(&f->now, &f->size, buf, n / 2, (size_t)at);
			mem_note(f, at, buf, n / 2);
			errno = keep;
		}
		return -1;
	}
	if (mem_shortens(m) && n > 1)
		n = n / 2;
	mem_put(&f->now, &f->size, buf, n, (size_t)at);
	mem_note(f, at, buf, n);
	return (ssize_t)n;
}

/* Only the ranges written since the last sync: files are large beside what changes. */
RIG void mem_settle(struct mem_file *f)
{
	for (size_t i = 0; i < f->nop; i++) {
		struct mem_op *op = &f->op[i];

		if (op->at < 0)
			mem_resize(&f->disk, &f->disk_size, op->n);
		else
			mem_put(&f->disk, &f->disk_size, op->bytes, op->n, (size_t)op->at);
	}
	mem_forget(f);
}

RIG int mem_sync(void *ctx, int fd)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	if (m->before && !f->folder)
		m->before(m->arg);
	if (mem_fails(m)) {
		/* As Linux does: the error is told once, and what could not be written is
		 * gone from the list of what is to be written. */
		if (errno != EINTR)
			mem_forget(f);
		return -1;
	}
	mem_settle(f);
	return 0;
}

RIG int mem_cut(void *ctx, int fd, off_t size)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_of(m, fd);

	if (m->before)
		m->before(m->arg);
	if (mem_fails(m))
		return -1;
	mem_resize(&f->now, &f->size, (size_t)size);
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

	if (mem_fails_for_good(m))
		return -1;
	errno = ENOENT;
	if (!f)
		return -1;
	f->here = false;
	return 0;
}

RIG int mem_rename(void *ctx, const char *from, const char *to)
{
	struct memfs *m = ctx;
	struct mem_file *f = mem_find(m, from), *g = mem_find(m, to);

	if (mem_fails_for_good(m))
		return -1;
	errno = ENOENT;
	if (!f)
		return -1;
	if (g)
		g->here = false;
	snprintf(f->path, sizeof f->path, "%s", to);
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

	assert_non_null(m);
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
	return m;
}

RIG void memfs_free(struct memfs *m)
{
	for (int i = 0; i < MEM_FILES; i++) {
		free(m->file[i].now);
		free(m->file[i].disk);
		mem_forget(&m->file[i]);
	}
	free(m);
}

/* The power fails and comes back: each write that was not synced is there, is not, or is
 * torn; `garble` puts noise into the sectors of a torn one. */
RIG void memfs_crash(struct memfs *m, bool garble)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &m->file[i];

		for (size_t j = 0; j < f->nop; j++) {
			struct mem_op *op = &f->op[j];
			uint32_t fate = rig_random(&m->seed) % 4;

			if (fate == 0)
				continue;
			if (op->at < 0) {
				mem_resize(&f->disk, &f->disk_size, op->n);
				continue;
			}
			if (fate < 3) {
				mem_put(&f->disk, &f->disk_size, op->bytes, op->n,
				    (size_t)op->at);
				continue;
			}
			for (size_t k = 0; k < op->n; k += MEM_SECTOR) {
				size_t n = op->n - k < MEM_SECTOR ? op->n - k : MEM_SECTOR;
				uint32_t part = rig_random(&m->seed) % 3;
				uint8_t noise[MEM_SECTOR];

				memset(noise, (int)rig_random(&m->seed), sizeof noise);
				if (part == 0)
					continue;
				mem_put(&f->disk, &f->disk_size,
				    garble && part == 1 ? noise : op->bytes + k, n,
				    (size_t)op->at + k);
			}
		}
		mem_forget(f);
		if (f->disk_size > 0 || f->size > 0) {
			mem_resize(&f->now, &f->size, f->disk_size);
			memcpy(f->now, f->disk ? f->disk : f->now, f->disk_size);
		}
	}
	memset(m->fd, 0, sizeof m->fd);
	memset(m->locked, 0, sizeof m->locked);
}

/* The same files and the same writes in flight; nothing open. */
RIG struct memfs *memfs_clone(const struct memfs *from, uint64_t seed)
{
	struct memfs *m = memfs_new(from->sys.log_blocks);

	m->seed = seed;
	for (int i = 0; i < MEM_FILES; i++) {
		const struct mem_file *a = &from->file[i];
		struct mem_file *b = &m->file[i];

		*b = *a;
		b->now = b->disk = NULL;
		b->op = NULL;
		b->size = b->disk_size = b->nop = 0;
		if (a->size > 0)
			mem_put(&b->now, &b->size, a->now, a->size, 0);
		if (a->disk_size > 0)
			mem_put(&b->disk, &b->disk_size, a->disk, a->disk_size, 0);
		for (size_t j = 0; j < a->nop; j++)
			mem_note(b, a->op[j].at, a->op[j].bytes, a->op[j].n);
	}
	return m;
}

#endif
