/* Bringing rooms back: from another folder, or what was set aside.  Everything is looked at
 * and copied before the first name changes (restore_swap.c).  Both files go together, byte for
 * byte, because the slots are bound to the vault's id. */
#include "inner.h"
#include "restore.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "io.h"

/* ---- from a folder ---- */

/* -1 when there is none, which is not an error. */
static bool open_log(
    const struct vault_sys *sys, const char *dir, const char *name, int *fd, struct err *e)
{
	struct path path = io_join(dir, name, HOME_LOG);
	struct err why = { 0 };

	*fd = io_open_any(sys, path.s, &why);
	if (*fd >= 0 || why.code == ERR_NOT_FOUND)
		return true;
	if (e)
		*e = why;
	return false;
}

static bool same_room(struct restore *r, const struct in_way *w,
    const struct home_vault *hv, int log, bool *same, struct err *e)
{
	int there = -1;
	bool ok = copy_same(r->sys, hv->fd, w->fd, same, e);

	if (!ok || !*same)
		return ok;
	ok = open_log(r->sys, r->home, w->name, &there, e);
	if (ok && (there < 0 || log < 0))
		*same = there == log;
	else if (ok)
		ok = copy_same(r->sys, log, there, same, e);
	if (ok && *same && there >= 0)
		ok = restore_check(r, hv, w->fd, there, e);
	io_close(r->sys, there);
	return ok;
}

/* One that is here already, byte for byte, need not come. */
static bool find_same(
    struct restore *r, const struct home_vault *hv, int log, bool *found, struct err *e)
{
	bool ok = true;

	*found = false;
	for (size_t i = 0; ok && !*found && i < r->nin_way; i++) {
		ok = same_room(r, &r->in_way[i], hv, log, found, e);
		r->in_way[i].stays = r->in_way[i].stays || (ok && *found);
	}
	r->out->same += ok && *found;
	return ok;
}

static struct coming *begin(struct restore *r, struct err *e)
{
	struct coming *c = &r->coming[r->ncoming];

	if (r->ncoming == RESTORE_MOST) {
		(void)restore_too_many(e);
		return NULL;
	}
	r->ncoming++;
	home_new_name(c->name);
	c->main_fd = c->log_fd = -1;
	c->main = io_join(r->home, c->name, "");
	c->log = io_join(r->home, c->name, HOME_LOG);
	c->before = io_join(r->home, c->name, HOME_NEW);
	c->log_before = io_join(r->home, c->name, HOME_LOG HOME_NEW);
	c->log_comes = true;
	return c;
}

/* Both are copied before either is compared: what changes while it is copied is noticed. */
static bool copy_in(struct restore *r, struct coming *c, int main, int log, struct err *e)
{
	const struct vault_sys *sys = r->sys;
	bool same = true;

	/* Locked as long as they may be swept away, and until everything is in its place. */
	c->log_fd = vault_make_file(sys, c->log_before.s, 0, e);
	if (c->log_fd >= 0)
		c->main_fd = vault_make_file(sys, c->before.s, 0, e);
	if (c->main_fd < 0 || !copy_bytes(sys, main, c->main_fd, e) ||
	    (log >= 0 && !copy_bytes(sys, log, c->log_fd, e)) ||
	    !copy_same(sys, main, c->main_fd, &same, e) ||
	    (same && log >= 0 && !copy_same(sys, log, c->log_fd, &same, e)))
		return false;
	if (!same)
		return err_set(e, ERR_IO, "%s",
		    _("The copy is not the same as what was copied. Everything here was left "
		      "as it is."));
	return io_sync(sys, c->log_fd, e);
}

static bool several(struct err *e)
{
	return err_set(e, ERR_CREATE, "%s",
	    _("That folder holds several copies of one room. Put the one that you want into a "
	      "folder of its own."));
}

/* Two copies of one room would hide each other. */
static bool comes_once(struct restore *r, const struct home_vault *hv, struct err *e)
{
	uint8_t other[2][FMT_BLOCK];
	size_t got;

	for (size_t i = 0; i < r->ncoming; i++) {
		if (!io_read(r->sys, r->coming[i].main_fd, other, sizeof other, 0, &got, e))
			return false;
		for (int copy = 0; copy < 2; copy++) {
			if (home_has_id(hv, header_id(other[copy])))
				return several(e);
		}
	}
	return true;
}

/* So would two that one passphrase opens, whatever their ids: copies from before and from after
 * all keys were changed.  Also when one of them is here already and need not come. */
static bool opens_once(struct restore *r, const struct home_vault *hv, struct err *e)
{
	bool opens = restore_opens(r, hv);

	if (opens && r->opened)
		return several(e);
	r->opened = r->opened || opens;
	return true;
}

/* Long enough for headers and roots, in whole blocks: all that can be told without a key.
 */
static bool looks_whole(const struct vault_sys *sys, int fd, bool *whole, struct err *e)
{
	uint64_t size = 0;
	bool ok = io_size(sys, fd, &size, e);

	*whole = ok && size >= FMT_PAGE_AT(1) && size % FMT_BLOCK == 0;
	return ok;
}

static bool take_in(struct restore *r, const char *from, const char *name,
    const struct home_vault *hv, struct err *e)
{
	struct coming *c;
	bool found = false, ok;
	int log;

	if (!open_log(r->sys, from, name, &log, e))
		return false;
	ok = comes_once(r, hv, e) && restore_know(r, hv, e) && opens_once(r, hv, e) &&
	     restore_hold(r, name, hv, e) && find_same(r, hv, log, &found, e);
	if (ok && !found) {
		c = begin(r, e);
		ok = c && copy_in(r, c, hv->fd, log, e) &&
		     restore_check(r, hv, c->main_fd, c->log_fd, e);
	}
	io_close(r->sys, log);
	return ok;
}

static bool take_all(struct restore *r, const char *from, struct err *e)
{
	struct home_vault hv;
	struct home_names names = { 0 };
	size_t found = 0;
	bool ok;

	ok = home_list(r->sys, from, &names, e);
	for (size_t i = 0; ok && i < names.n; i++) {
		struct err why = { 0 };
		bool whole;

		if (!copy_load(r->sys, from, names.name[i], &hv, &why)) {
			/* A folder of that name, say; but a disk that fails is told. */
			ok = why.code == ERR_UNSAFE;
			if (!ok && e)
				*e = why;
			continue;
		}
		ok = looks_whole(r->sys, hv.fd, &whole, e);
		if (whole) {
			found++;
			ok = (r->ncoming > 0 || home_make(r->sys, r->home, e)) &&
			     take_in(r, from, names.name[i], &hv, e);
		}
		io_close(r->sys, hv.fd);
	}
	home_free(&names);
	if (ok && found == 0)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    _("No backup of a room was found in that folder."));
	return ok;
}

/* ---- what was set aside ---- */

/* What is whole without its log is whole with an empty one, and opening makes that.  The one
 * here is only for reading beside it, under the fresh name, which nobody else has. */
static bool check_without_log(
    struct restore *r, const struct coming *c, const struct home_vault *hv, struct err *e)
{
	int log = vault_make_file(r->sys, c->log_before.s, 0, e);
	bool ok = log >= 0 && restore_check(r, hv, c->main_fd, log, e);

	if (log >= 0)
		r->sys->unlink(r->sys->ctx, c->log_before.s);
	io_close(r->sys, log);
	return ok;
}

static bool take_file(
    struct restore *r, const struct home_kept_room *k, struct home_vault *hv, struct err *e)
{
	struct coming *c = begin(r, e);
	struct err why = { 0 };

	memcpy(c->name, k->name, sizeof c->name);
	c->log_comes = false;
	c->before = io_join(r->home, k->file, "");
	c->main = io_join(r->home, k->name, "");
	c->log = io_join(r->home, k->name, HOME_LOG);
	c->main_fd = hv->fd;
	if (r->sys->lock(r->sys->ctx, hv->fd) != 0 ||
	    !home_still(r->sys, r->home, k->file, hv->fd))
		return err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
	c->log_fd = io_open_ours(r->sys, c->log.s, O_RDWR, &why);
	if (c->log_fd < 0 && why.code != ERR_NOT_FOUND) {
		if (e)
			*e = why;
		return false;
	}
	if (!restore_know(r, hv, e) || !restore_hold(r, k->name, hv, e))
		return false;
	r->opened = restore_opens(r, hv);
	if (c->log_fd < 0)
		return !r->opened || check_without_log(r, c, hv, e);
	return restore_check(r, hv, c->main_fd, c->log_fd, e);
}

static bool take_kept(struct restore *r, unsigned number, struct err *e)
{
	struct home_vault hv;
	struct home_kept kept = { 0 };
	bool ok;

	ok = home_check(r->sys, r->home, e);
	ok = home_list_kept(r->sys, r->home, NULL, &kept, ok ? e : NULL) && ok;
	if (ok && (number == 0 || number > kept.n))
		ok = err_set(e, ERR_NOT_FOUND, "%s",
		    _("Nothing was set aside here under that number."));
	ok = ok && home_load(r->sys, r->home, kept.room[number - 1].file, O_RDWR, &hv, e) &&
	     take_file(r, &kept.room[number - 1], &hv, e);
	home_kept_free(&kept);
	return ok;
}

unsigned vault_kept(const struct vault_sys *sys, const char *home,
    void (*each)(void *arg, unsigned number, int64_t when, const char *file), void *arg)
{
	struct home_kept kept = { 0 };
	unsigned n;

	if (!home_list_kept(sys ? sys : &vault_sys_real, home, NULL, &kept, NULL))
		return 0;
	n = (unsigned)kept.n;
	for (unsigned i = 0; each && i < n; i++)
		each(arg, i + 1, kept.room[i].when, kept.room[i].file);
	home_kept_free(&kept);
	return n;
}

/* ---- all of it ---- */

/* From `from`, or what was set aside under `number`. */
static bool run(struct restore *r, const char *from, unsigned number, struct err *e)
{
	bool ok;

	if (r->pass) {
		r->key = calloc(1, sizeof *r->key);
		if (r->key)
			r->key->mem =
			    secret_try_new(RESTORE_PAIRS * sizeof(struct key_pair));
		if (!r->key || !r->key->mem) {
			restore_end(r);
			return err_set(
			    e, ERR_MEMORY, "%s", _("There is not enough memory."));
		}
	}
	if (home_check(r->sys, r->home, NULL))
		home_sweep(r->sys, r->home);
	ok = from ? take_all(r, from, e) : take_kept(r, number, e);
	if (ok && r->pass && !r->opened)
		ok = err_set(e, ERR_PASSPHRASE, "%s",
		    _("This passphrase does not open what was to be brought back. Everything "
		      "here was left as it is."));
	ok = ok && restore_swap(r, e);
	restore_end(r);
	return ok;
}

static bool start(const struct vault_sys *sys, const char *home, const char *from,
    unsigned number, const struct secret *pass, struct vault_restored *out, struct err *e)
{
	struct restore *r = calloc(1, sizeof *r);
	bool ok;

	*out = (struct vault_restored){ 0 };
	if (!r)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	r->sys = sys ? sys : &vault_sys_real;
	r->home = home;
	r->pass = pass;
	r->out = out;
	ok = run(r, from, number, e);
	free(r);
	return ok;
}

bool vault_restore_all(const struct vault_sys *sys, const char *home, const char *from,
    const struct secret *pass, struct vault_restored *out, struct err *e)
{
	return start(sys, home, from, 0, pass, out, e);
}

bool vault_restore_kept(const struct vault_sys *sys, const char *home, unsigned number,
    const struct secret *pass, struct vault_restored *out, struct err *e)
{
	return start(sys, home, NULL, number, pass, out, e);
}

bool vault_restore(const struct vault_sys *sys, const char *home, const char *from,
    char *note, struct err *e)
{
	struct vault_restored out;
	bool ok = start(sys, home, from, 0, NULL, &out, e);

	if (note)
		snprintf(note, sizeof out.note, "%s", out.note);
	return ok;
}
