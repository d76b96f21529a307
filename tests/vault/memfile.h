/* What a file system in memory consists of: files with what was written and not synced yet,
 * names, and a fault that waits for its call.  memfs.h makes system calls of it. */
#ifndef TESTS_VAULT_MEMFILE_H
#define TESTS_VAULT_MEMFILE_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "rig.h"

#ifndef MEM_REALLOC /* a test of memory that runs out spares ours */
#define MEM_REALLOC realloc
#endif
#define MEM_FILES 24
#define MEM_FDS 24
#define MEM_PATH 128
#define MEM_BLOCK ((size_t)4096)

struct mem_op {
	off_t at; /* -1: cut to `n` bytes */
	size_t n;
	size_t from; /* where the bytes lie in the file's `text` */
	uint64_t when;
};

struct mem_bytes {
	uint8_t *p;
	size_t n, cap;
};

struct mem_file {
	char path[MEM_PATH];
	bool here, folder;
	uint8_t *now, *disk; /* as programs see it; as it would be without power */
	size_t size, disk_size, now_cap, disk_cap;
	struct mem_op *op; /* since the last sync */
	size_t nop, op_cap;
	struct mem_bytes text; /* of the ops */
	uint64_t *mark;        /* of each block: changes whenever the block does */
	size_t nmark;
	bool stray; /* `now` differs from `disk` elsewhere than at the ops */
};

/* A change of names that no folder sync has made sure yet: `from` goes, `to` is `file`. */
struct mem_rename {
	char from[MEM_PATH], to[MEM_PATH];
	int file;
};

struct mem_name {
	char path[MEM_PATH]; /* empty: none */
	int file;
};

enum mem_fault { MEM_NONE, MEM_EIO, MEM_ENOSPC, MEM_EINTR, MEM_SHORT, MEM_EROFS };

struct memfs {
	struct mem_file file[MEM_FILES];
	int fd[MEM_FDS]; /* file + 1 */
	bool locked[MEM_FDS];
	uint64_t seed;
	long calls; /* that can fail, so far */
	long fail_at, fail_times;
	enum mem_fault fault;
	long faults;               /* that happened */
	long die_in;               /* changes until nothing works any more; 0: never */
	bool dead;                 /* every call fails and does nothing */
	long changes;              /* writes, syncs, cuts and changes of names, so far */
	void (*before)(void *arg); /* each change */
	void *arg;
	bool lose_names;                   /* otherwise every name is stored at once */
	struct mem_name stored[MEM_FILES]; /* names that survive for certain */
	struct mem_rename renames[MEM_FILES * 4]; /* since the last folder sync */
	size_t nrenames;
	struct vault_sys sys;
};

/* ---- bytes ---- */

RIG uint64_t mem_fresh_mark(void)
{
	static uint64_t last;

	return ++last;
}

RIG void mem_touch(struct mem_file *f, size_t at, size_t n)
{
	size_t end = (at + n + MEM_BLOCK - 1) / MEM_BLOCK;

	if (end > f->nmark) {
		f->mark = MEM_REALLOC(f->mark, end * sizeof *f->mark);
		assert_non_null(f->mark);
		memset(f->mark + f->nmark, 0, (end - f->nmark) * sizeof *f->mark);
		f->nmark = end;
	}
	for (size_t b = at / MEM_BLOCK; b < end; b++)
		f->mark[b] = mem_fresh_mark();
}

RIG void mem_grow(uint8_t **bytes, size_t *cap, size_t to)
{
	if (to <= *cap)
		return;
	*cap = to + to / 4 + MEM_BLOCK;
	*bytes = MEM_REALLOC(*bytes, *cap);
	assert_non_null(*bytes);
}

/* `disk` or `now` gets another size; what is new is zeros. */
RIG void mem_resize(struct mem_file *f, bool disk, size_t to)
{
	uint8_t **bytes = disk ? &f->disk : &f->now;
	size_t *size = disk ? &f->disk_size : &f->size;

	mem_grow(bytes, disk ? &f->disk_cap : &f->now_cap, to);
	if (to > *size) {
		memset(*bytes + *size, 0, to - *size);
		mem_touch(f, *size, to - *size);
	}
	*size = to;
}

RIG void mem_put(struct mem_file *f, bool disk, const void *p, size_t n, size_t at)
{
	size_t size = disk ? f->disk_size : f->size;

	if (n == 0)
		return;
	if (at + n > size)
		mem_resize(f, disk, at + n);
	memcpy((disk ? f->disk : f->now) + at, p, n);
	mem_touch(f, at, n);
}

RIG void mem_note(struct mem_file *f, off_t at, const void *p, size_t n)
{
	if (f->nop == f->op_cap) {
		f->op_cap = f->op_cap ? f->op_cap * 2 : 16;
		f->op = MEM_REALLOC(f->op, f->op_cap * sizeof *f->op);
		assert_non_null(f->op);
	}
	f->op[f->nop++] = (struct mem_op){ at, n, f->text.n, mem_fresh_mark() };
	if (!p)
		return;
	mem_grow(&f->text.p, &f->text.cap, f->text.n + n);
	memcpy(f->text.p + f->text.n, p, n);
	f->text.n += n;
}

RIG void mem_forget(struct mem_file *f)
{
	f->nop = 0;
	f->text.n = 0;
}

/* Everything since the last sync is stored. */
RIG void mem_settle(struct mem_file *f)
{
	for (size_t i = 0; i < f->nop; i++) {
		const struct mem_op *op = &f->op[i];

		if (op->at < 0)
			mem_resize(f, true, op->n);
		else
			mem_put(f, true, f->text.p + op->from, op->n, (size_t)op->at);
	}
	mem_forget(f);
}

/* ---- faults ---- */

#define MEM_ONCE 1
#define MEM_IN_A_ROW 5 /* whoever tries again must do so more than once or twice */
#define MEM_EVER LONG_MAX

/* Of the calls after `at` others, so many in a row fail, until `fault` is none. */
RIG void mem_arm_times(struct memfs *m, enum mem_fault fault, long at, long times)
{
	m->fault = fault;
	m->fail_at = at;
	m->fail_times = times;
	m->calls = m->faults = 0;
}

/* The call after `at` others fails, or with `sticky` all from then on. */
RIG void mem_arm(struct memfs *m, enum mem_fault fault, long at, bool sticky)
{
	mem_arm_times(m, fault, at, sticky ? MEM_EVER : MEM_ONCE);
}

RIG bool mem_hits(const struct memfs *m, long n)
{
	return m->fault != MEM_NONE && n >= m->fail_at && n - m->fail_at < m->fail_times;
}

/* True when this call is to fail; errno is set.  Only some calls can be interrupted. */
RIG bool mem_breaks(struct memfs *m, bool interrupts)
{
	static const int words[] = { 0, EIO, ENOSPC, EINTR, 0, EROFS };
	long n = m->calls++;

	if (m->dead) {
		errno = EIO;
		return true;
	}
	if (!mem_hits(m, n) || m->fault == MEM_SHORT ||
	    (m->fault == MEM_EINTR && !interrupts))
		return false;
	m->faults++;
	errno = words[m->fault];
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
	bool hit = m->fault == MEM_SHORT && mem_hits(m, m->calls - 1);

	m->faults += hit;
	return hit;
}

/* Something is about to be changed. */
RIG void mem_changes(struct memfs *m)
{
	m->changes++;
	if (m->die_in > 0 && --m->die_in == 0)
		m->dead = true;
	if (m->before && !m->dead)
		m->before(m->arg);
}

/* ---- names ---- */

RIG struct mem_file *mem_find(struct memfs *m, const char *path)
{
	for (int i = 0; i < MEM_FILES; i++) {
		if (m->file[i].here && strcmp(m->file[i].path, path) == 0)
			return &m->file[i];
	}
	return NULL;
}

RIG void mem_store_name(struct memfs *m, const struct mem_rename *r)
{
	int empty = -1;

	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_name *s = &m->stored[i];

		if (s->path[0] &&
		    (strcmp(s->path, r->from) == 0 || strcmp(s->path, r->to) == 0))
			s->path[0] = '\0';
	}
	if (!r->to[0])
		return;
	for (int i = 0; i < MEM_FILES; i++) {
		if (!m->stored[i].path[0])
			empty = i;
	}
	assert_true(empty >= 0);
	memcpy(m->stored[empty].path, r->to, MEM_PATH);
	m->stored[empty].file = r->file;
}

RIG void mem_rename_op(struct memfs *m, const char *from, const char *to, int file)
{
	struct mem_rename r = { .file = file };

	snprintf(r.from, sizeof r.from, "%s", from);
	snprintf(r.to, sizeof r.to, "%s", to);
	if (!m->lose_names) {
		mem_store_name(m, &r);
		return;
	}
	assert_true(m->nrenames < MEM_FILES * 4);
	m->renames[m->nrenames++] = r;
}

RIG void mem_sync_names(struct memfs *m)
{
	for (size_t i = 0; i < m->nrenames; i++)
		mem_store_name(m, &m->renames[i]);
	m->nrenames = 0;
}

/* Nobody knows this file any more: no name, no stored name, no handle. */
RIG bool mem_is_gone(const struct memfs *m, int file)
{
	if (m->file[file].here)
		return false;
	for (int i = 0; i < MEM_FDS; i++) {
		if (m->fd[i] == file + 1)
			return false;
	}
	for (int i = 0; i < MEM_FILES; i++) {
		if (m->stored[i].path[0] && m->stored[i].file == file)
			return false;
	}
	for (size_t i = 0; i < m->nrenames; i++) {
		if (m->renames[i].file == file)
			return false;
	}
	return true;
}

/* Memory of a file that is gone is used again; its marks make it differ from every copy. */
RIG struct mem_file *mem_new(struct memfs *m, const char *path, bool folder)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &m->file[i];

		if (!mem_is_gone(m, i))
			continue;
		mem_forget(f);
		mem_touch(f, 0, f->nmark * MEM_BLOCK);
		f->here = true;
		f->folder = folder;
		f->size = f->disk_size = 0;
		f->stray = false;
		snprintf(f->path, sizeof f->path, "%s", path);
		mem_rename_op(m, "", path, i);
		return f;
	}
	fail_msg("too many files");
	abort();
}

/* The process is gone, and its handles with it; the files stay as they are. */
RIG void mem_lose_handles(struct memfs *m)
{
	memset(m->fd, 0, sizeof m->fd);
	memset(m->locked, 0, sizeof m->locked);
}

/* Whoever is done with a file system has closed what he opened: a handle that leaks keeps the
 * lock of a room, in a process that goes on. */
RIG void mem_all_closed(const struct memfs *m)
{
	for (int i = 0; i < MEM_FDS; i++) {
		if (m->fd[i] != 0)
			fail_msg("left open: %s", m->file[m->fd[i] - 1].path);
	}
}

RIG struct mem_file *mem_of(struct memfs *m, int fd)
{
	assert_true(fd >= 100 && fd < 100 + MEM_FDS && m->fd[fd - 100] > 0);
	return &m->file[m->fd[fd - 100] - 1];
}

#endif
