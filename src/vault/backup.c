/* Copies of whole vaults, out to a folder and back.  Both files go together, byte for byte:
 * the slots are bound to the vault's id, and the secrets that could bind them to another
 * are not kept in memory. */
#include "inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

#define PIECE ((size_t)64 * 1024)

static bool copy_bytes(const struct vault_sys *sys, int from, int to, struct err *e)
{
	uint8_t *buf = malloc(PIECE);
	uint64_t at = 0;
	size_t got = 1;
	bool ok = buf != NULL;

	if (!buf)
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	while (ok && got > 0) {
		ok = io_read(sys, from, buf, PIECE, at, &got, e) &&
		     io_write(sys, to, buf, got, at, e);
		at += got;
	}
	free(buf);
	return ok && io_sync(sys, to, e);
}

static bool same_bytes(const struct vault_sys *sys, int a, int b)
{
	uint8_t *x = malloc(PIECE), *y = malloc(PIECE);
	size_t nx = 1, ny = 1;
	bool same = x && y;

	for (uint64_t at = 0; same && nx > 0; at += nx)
		same = io_read(sys, a, x, PIECE, at, &nx, NULL) &&
		       io_read(sys, b, y, PIECE, at, &ny, NULL) && nx == ny &&
		       memcmp(x, y, nx) == 0;
	free(x);
	free(y);
	return same;
}

static bool exists(const struct vault_sys *sys, const char *path)
{
	struct stat st;

	return sys->lstat(sys->ctx, path, &st) == 0;
}

/* The four paths of one vault in one folder. */
struct paths {
	char *main, *log, *main_new, *log_new;
};

static struct paths paths_of(const char *dir, const char *name)
{
	return (struct paths){ io_path(dir, name, ""), io_path(dir, name, HOME_LOG),
		io_path(dir, name, HOME_NEW), io_path(dir, name, HOME_LOG HOME_NEW) };
}

static void paths_free(struct paths *p)
{
	free(p->main);
	free(p->log);
	free(p->main_new);
	free(p->log_new);
}

static void drop_new(const struct vault_sys *sys, const struct paths *p)
{
	sys->unlink(sys->ctx, p->log_new);
	sys->unlink(sys->ctx, p->main_new);
}

static bool move(
    const struct vault_sys *sys, const char *from, const char *to, struct err *e)
{
	if (sys->rename(sys->ctx, from, to) == 0)
		return true;
	return err_sys(e, ERR_CREATE, errno, _("A file could not be put in its place."));
}

/* ---- out ---- */

/* Open the copy with our keys and read every page of it.  Takes the handles. */
static bool read_back(struct vault *v, int main, int log, struct err *e)
{
	struct secret *mem = secret_new(sizeof(struct keys));
	struct keys *k = (struct keys *)(void *)secret_bytes(mem);
	struct pages *p;
	bool ok;

	memcpy(k, v->keys, sizeof *k);
	ok = pages_open(&p, v->sys, main, log, k, v->info.gen, e);
	if (!ok) {
		io_close(v->sys, main);
		io_close(v->sys, log);
		secret_free(mem);
		return false;
	}
	for (uint32_t no = 1; ok && no <= p->npage; no++)
		ok = pages_read(p, no, pages_scratch(p), e);
	pages_close(p);
	secret_free(mem);
	return ok;
}

static bool copy_out(struct vault *v, const struct paths *to, struct err *e)
{
	int log = io_make(v->sys, to->log_new, e), main = -1;

	if (log >= 0)
		main = io_make(v->sys, to->main_new, e);
	if (main < 0 || !copy_bytes(v->sys, v->pages->log, log, e) ||
	    !copy_bytes(v->sys, v->pages->main, main, e)) {
		io_close(v->sys, log);
		io_close(v->sys, main);
		return false;
	}
	return read_back(v, main, log, e);
}

bool vault_backup(struct vault *v, const char *dir, struct err *e)
{
	const struct vault_sys *sys = v->sys;
	struct paths to;
	bool ok;

	if (v->dead || v->pages->dirty)
		return err_set(e, ERR_BUSY, "%s",
		    _("Something is being saved. Try again in a moment."));
	if (sys->mkdir(sys->ctx, dir, 0700) != 0 && errno != EEXIST)
		return err_sys(e, ERR_CREATE, errno, _("The folder could not be made."));
	to = paths_of(dir, v->name);
	if (exists(sys, to.main) || exists(sys, to.log)) {
		paths_free(&to);
		return err_set(e, ERR_CREATE, "%s",
		    _("That folder holds a copy of this room already. Choose another folder."));
	}
	/* With the log folded in, the main file alone holds everything; without, both do.
	 */
	(void)!fold_all(v->pages, NULL);
	drop_new(sys, &to);
	ok = copy_out(v, &to, e) && move(sys, to.log_new, to.log, e) &&
	     move(sys, to.main_new, to.main, e) && io_sync_dir(sys, dir, e);
	if (!ok) {
		/* None of these was there before; half a copy must not stand in the way of the
		 * next try. */
		drop_new(sys, &to);
		sys->unlink(sys->ctx, to.main);
		sys->unlink(sys->ctx, to.log);
	}
	paths_free(&to);
	return ok;
}

/* ---- back ---- */

static bool copy_in(
    const struct vault_sys *sys, const char *from, const char *to, struct err *e)
{
	int in = io_open_any(sys, from, e), out;
	bool ok;

	if (in < 0)
		return false;
	out = io_make(sys, to, e);
	ok = out >= 0;
	/* The lock keeps others from sweeping it away. */
	if (ok && sys->lock(sys->ctx, out) != 0)
		ok = err_sys(e, ERR_CREATE, errno,
		    _("The files in this folder cannot be locked. Choose another folder."));
	ok = ok && copy_bytes(sys, in, out, e);
	io_close(sys, out);
	io_close(sys, in);
	return ok;
}

/* Long enough for headers and roots, in whole blocks: all that can be told without a key.
 */
static bool looks_whole(const struct vault_sys *sys, const char *path)
{
	int fd = io_open_any(sys, path, NULL);
	uint64_t size = 0;
	bool ok = fd >= 0 && io_size(sys, fd, &size, NULL);

	io_close(sys, fd);
	return ok && size >= FMT_PAGE_AT(1) && size % FMT_BLOCK == 0;
}

static bool same_files(const struct vault_sys *sys, const char *a, const char *b)
{
	int x = io_open_any(sys, a, NULL), y = io_open_any(sys, b, NULL);
	bool same = (x < 0 && y < 0) || (x >= 0 && y >= 0 && same_bytes(sys, x, y));

	io_close(sys, x);
	io_close(sys, y);
	return same;
}

/* A room that is open must not lose its files. */
static bool is_free(const struct vault_sys *sys, const char *path, struct err *e)
{
	struct err why = { 0 };
	int fd = io_open_ours(sys, path, O_RDWR, &why);
	bool ok = fd >= 0 ? sys->lock(sys->ctx, fd) == 0 : why.code == ERR_NOT_FOUND;

	io_close(sys, fd);
	if (ok)
		return true;
	if (fd < 0 && e)
		*e = why;
	else
		err_set(e, ERR_BUSY, "%s",
		    _("This room is open in another window. Close it there first."));
	return false;
}

/* Rename to the first of NAME.old, NAME.old2, ... that is free. */
static bool set_aside(
    const struct vault_sys *sys, const char *path, char *note, struct err *e)
{
	char *aside = NULL, end[24] = ".old";
	size_t used = note ? strlen(note) : 0;
	bool ok;

	if (!exists(sys, path))
		return true;
	for (int i = 2; i < 1000; i++) {
		if (asprintf(&aside, "%s%s", path, end) < 0)
			die("out of memory");
		if (!exists(sys, aside))
			break;
		free(aside);
		aside = NULL;
		snprintf(end, sizeof end, ".old%d", i);
	}
	if (!aside)
		return err_set(e, ERR_CREATE, "%s",
		    _("Too many earlier copies were kept aside here. Move some of them away."));
	ok = move(sys, path, aside, e);
	if (ok && note && used < 199)
		snprintf(note + used, 200 - used, "%s%s", used ? ", " : "",
		    strrchr(aside, '/') + 1);
	free(aside);
	return ok;
}

static bool restore_one(const struct vault_sys *sys, const char *home, const char *from,
    const char *name, char *note, struct err *e)
{
	struct paths in = paths_of(from, name), to = paths_of(home, name);
	bool has_log = exists(sys, in.log), ok = true;

	if (same_files(sys, in.main, to.main) && same_files(sys, in.log, to.log))
		goto out;
	drop_new(sys, &to);
	ok = is_free(sys, to.main, e) && copy_in(sys, in.main, to.main_new, e) &&
	     (!has_log || copy_in(sys, in.log, to.log_new, e)) &&
	     set_aside(sys, to.log, note, e) && set_aside(sys, to.main, note, e) &&
	     (!has_log || move(sys, to.log_new, to.log, e)) &&
	     move(sys, to.main_new, to.main, e) && io_sync_dir(sys, home, e);
	if (!ok)
		drop_new(sys, &to);
out:
	paths_free(&in);
	paths_free(&to);
	return ok;
}

bool vault_restore(const struct vault_sys *sys, const char *home, const char *from,
    char *note, struct err *e)
{
	struct home_names names;
	size_t found = 0;
	bool ok;

	sys = sys ? sys : &vault_sys_real;
	if (note)
		note[0] = '\0';
	if (!home_list(sys, from, &names, e))
		return false;
	ok = names.n == 0 || home_make(sys, home, e);
	for (size_t i = 0; ok && i < names.n; i++) {
		char *path = io_path(from, names.name[i], "");

		if (looks_whole(sys, path)) {
			found++;
			ok = restore_one(sys, home, from, names.name[i], note, e);
		}
		free(path);
	}
	home_free(&names);
	if (ok && found == 0)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    _("No backup of a room was found in that folder."));
	return ok;
}
