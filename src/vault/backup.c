/* A copy of a whole vault in another folder.  Both files go together, byte for byte, under
 * the name and the id that they have: the slots are bound to the id, and the secrets that
 * could bind them to another are not kept in memory.
 *
 * The main file gets its name last.  Where it stands, the copy is whole; a log alone is what
 * an interrupted one left behind. */
#include "inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "io.h"

/* Both files are open and locked until they have their names. */
struct copy {
	struct path main, log, main_new, log_new;
	int main_fd, log_fd;
};

static struct copy copy_of(const char *dir, const char *name)
{
	return (struct copy){ io_join(dir, name, ""), io_join(dir, name, HOME_LOG),
		io_join(dir, name, HOME_NEW), io_join(dir, name, HOME_LOG HOME_NEW), -1,
		-1 };
}

static bool move(
    const struct vault_sys *sys, const char *from, const char *to, struct err *e)
{
	if (sys->rename(sys->ctx, from, to) == 0)
		return true;
	return err_sys(e, ERR_CREATE, errno, _("A file could not be put in its place."));
}

/* Whoever makes a folder has to make its name last. */
static bool make_folder(const struct vault_sys *sys, const char *dir, struct err *e)
{
	struct path above;
	bool ok, made = sys->mkdir(sys->ctx, dir, 0700) == 0;

	if (!made && errno != EEXIST)
		return err_sys(e, ERR_CREATE, errno, _("The folder could not be made."));
	above = io_join(dir, "..", "");
	/* One that was there may be new as well, from a backup that was cut off; but not
	 * everything above it may be ours to look at. */
	ok = io_sync_dir(sys, above.s, made ? e : NULL) || !made;
	return ok;
}

/* The bytes are those that were read, and our keys open all of them. */
static bool check(struct vault *v, int main, int log, struct err *e)
{
	const struct vault_sys *sys = v->sys;
	bool same = false;

	if (!copy_same(sys, v->pages->log, log, &same, e) ||
	    (same && !copy_same(sys, v->pages->main, main, &same, e)))
		return false;
	if (!same)
		return err_set(e, ERR_IO, "%s",
		    _("What was written could not be read back. Nothing was changed."));
	return copy_reads(sys, main, log, v->keys, v->info.gen, e);
}

/* The lock keeps a window that starts in that folder from sweeping the file away, unless it was
 * faster.  A disk that keeps no locks is no worse a place for a copy: without one nothing is
 * swept either. */
static int make_file(const struct vault_sys *sys, const char *path, struct err *e)
{
	int fd = io_make(sys, path, e);
	bool swept;

	if (fd < 0)
		return -1;
	if (sys->lock(sys->ctx, fd) == 0)
		swept = !io_is(sys, path, fd);
	else
		swept = errno == EAGAIN || errno == EACCES;
	if (!swept)
		return fd;
	io_close(sys, fd);
	err_set(e, ERR_BUSY, "%s",
	    _("Another window was tidying up in this folder. Try once more."));
	return -1;
}

static bool copy_out(struct vault *v, struct copy *to, struct err *e)
{
	const struct vault_sys *sys = v->sys;

	to->log_fd = make_file(sys, to->log_new.s, e);
	if (to->log_fd >= 0)
		to->main_fd = make_file(sys, to->main_new.s, e);
	return to->main_fd >= 0 && copy_bytes(sys, v->pages->log, to->log_fd, e) &&
	       copy_bytes(sys, v->pages->main, to->main_fd, e) &&
	       check(v, to->main_fd, to->log_fd, e);
}

static void drop(const struct vault_sys *sys, const struct copy *p)
{
	sys->unlink(sys->ctx, p->log_new.s);
	sys->unlink(sys->ctx, p->main_new.s);
}

/* The folder is synced in between: a main file is never there without its log. */
static bool put(
    const struct vault_sys *sys, const char *dir, const struct copy *to, struct err *e)
{
	if (!move(sys, to->log_new.s, to->log.s, e))
		return false;
	if (io_sync_dir(sys, dir, e) && move(sys, to->main_new.s, to->main.s, e)) {
		if (io_sync_dir(sys, dir, e))
			return true;
		sys->unlink(sys->ctx, to->main.s);
	}
	sys->unlink(sys->ctx, to->log.s);
	return false;
}

static bool is_copy(struct vault *v, const char *dir, const char *name)
{
	struct home_vault hv;
	bool same = strcmp(name, v->name) == 0;

	if (!same && copy_load(v->sys, dir, name, &hv, NULL)) {
		io_close(v->sys, hv.fd);
		same = home_has_id(&hv, v->keys->id);
	}
	return same;
}

/* No copy of this room, under whatever name; nor one that a restore set aside there, whose
 * log has the name that ours would get. */
static bool has_none(struct vault *v, const char *dir, struct err *e)
{
	struct home_names names = { 0 };
	struct home_kept kept = { 0 };
	bool found = false;

	if (!home_list(v->sys, dir, &names, e))
		return false;
	for (size_t i = 0; !found && i < names.n; i++)
		found = is_copy(v, dir, names.name[i]);
	home_free(&names);
	if (!home_list_kept(v->sys, dir, NULL, &kept, e))
		return false;
	for (size_t i = 0; !found && i < kept.n; i++)
		found = strcmp(kept.room[i].name, v->name) == 0;
	home_kept_free(&kept);
	if (found)
		return err_set(e, ERR_CREATE, "%s",
		    _("That folder holds a copy of this room already. Choose another folder."));
	return true;
}

bool vault_backup(struct vault *v, const char *dir, struct err *e)
{
	const struct vault_sys *sys = v->sys;
	struct copy to;
	bool ok;

	if (v->dead || v->pages->dirty)
		return err_set(e, ERR_BUSY, "%s",
		    _("Something is being saved. Try again in a moment."));
	if (!make_folder(sys, dir, e) || !has_none(v, dir, e))
		return false;
	to = copy_of(dir, v->name);
	/* With the log folded in, the main file alone holds everything; without, both do.
	 */
	(void)!fold_all(v->pages, NULL);
	drop(sys, &to);
	sys->unlink(sys->ctx, to.log.s);
	ok = copy_out(v, &to, e) && put(sys, dir, &to, e);
	if (!ok)
		drop(sys, &to);
	io_close(sys, to.log_fd);
	io_close(sys, to.main_fd);
	return ok;
}
