/* Opening a vault: which file of the folder a secret opens, and which of its copies hold.  What
 * to say when none does is in fits.c. */
#include "inner.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "code.h"
#include "io.h"
#include "salvage.h"
#include "selftest.h"
#include "sqlmem.h"

/* The other file.  When it is gone, an empty one takes its place; whether anything is
 * missing then, the root knows. */
static int open_log(struct vault *v, struct err *e)
{
	struct path path = io_join(v->home, v->name, HOME_LOG);
	struct err first = { 0 };
	int fd = io_open_ours(v->sys, path.s, O_RDWR, &first);

	v->met.log = fd < 0 && first.code == ERR_NOT_FOUND;
	if (v->met.log) {
		fd = io_make(v->sys, path.s, e);
		/* What is promised in it must be found again. */
		if (fd >= 0 && !io_sync_dir(v->sys, v->home, e)) {
			io_close(v->sys, fd);
			fd = -1;
		}
	} else if (fd < 0 && e) {
		*e = first;
	}
	return fd;
}

/* The slots that the secret opens, -1 where it opens none, and the keys from them.  False: it
 * has a slot in neither copy. */
static bool find_slots(struct vault *v, const struct home_vault *hv,
    const struct slot_key *sk, int slot[static 2], bool *keys)
{
	bool found = false;

	*keys = false;
	for (int i = 0; i < 2; i++) {
		slot[i] = header_find(hv->head[i], sk);
		if (slot[i] < 0)
			continue;
		found = true;
		/* What is found and does not open must not be taken for ours, or mending
		 * would put it in the place of what does. */
		if (header_unwrap(hv->head[i], slot[i], sk, v->keys->master)) {
			memcpy(v->keys->id, header_id(hv->head[i]), FMT_ID);
			seal_derive(v->keys);
			*keys = true;
		} else {
			slot[i] = -1;
		}
	}
	return found;
}

/* The copy that the secret opens and that is whole; when both are, the newer.  `gen` is the
 * generation of each that is whole, otherwise 0: higher than ours when a change of passphrase
 * was cut off half way and the old one was typed.  `keys` is true as soon as there are keys. */
static bool choose_header(struct vault *v, const struct home_vault *hv,
    const struct slot_key *sk, uint64_t gen[static 2], bool *keys, struct err *e)
{
	struct header_info info;
	int slot[2], copy = -1;

	/* It was there before the file was locked. */
	if (!find_slots(v, hv, sk, slot, keys))
		return err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
	for (int i = 0; i < 2; i++) {
		gen[i] = 0;
		if (!header_open(hv->head[i], v->keys, &info))
			continue;
		gen[i] = info.gen;
		if (slot[i] < 0 || (copy >= 0 && info.gen <= v->info.gen))
			continue;
		copy = i;
		v->info = info;
	}
	/* A torn copy still knew the secret, the whole one does not: it was changed. */
	if (copy < 0 && gen[0] + gen[1] > 0)
		return err_set(
		    e, ERR_PASSPHRASE, "%s", _("This did not open a room here."));
	if (copy < 0)
		return vault_slot_damaged(e);
	if (v->info.format != FMT_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "%s",
		    _("This room was made by a newer version of the program."));
	v->slot = slot[copy];
	memcpy(v->keys->id, header_id(hv->head[copy]), FMT_ID);
	memcpy(v->header, hv->head[copy], FMT_BLOCK);
	return true;
}

/* Both copies as the one that was believed; true when they are.  When it fails, there is
 * still that one.  A whole copy of another generation is what a change leaves that was cut
 * off; but not one that the root says is past. */
static bool mend_header(
    struct vault *v, const struct home_vault *hv, const uint64_t gen[static 2])
{
	int other = memcmp(hv->head[0], v->header, FMT_BLOCK) == 0;

	if (memcmp(hv->head[0], hv->head[1], FMT_BLOCK) == 0)
		return true;
	v->met.behind =
	    gen[other] >= v->pages->root.header_gen && gen[other] != v->info.gen;
	v->met.header[other] = !v->met.behind;
	if (gen[other] > v->info.gen) {
		v->info.gen = gen[other] + 1;
		header_seal(v->header, v->keys, &v->info);
	}
	return slots_write(v->sys, v->pages->main, v->header, other, -1, NULL, NULL);
}

/* What opening puts right.  Nothing of it is needed for reading what is there, so a failure is
 * no reason not to open: the next opening tries again. */
static void mend(struct vault *v, const struct home_vault *hv, const uint64_t gen[static 2])
{
	pages_cut_log(v->pages);
	/* The root is behind when the power failed before it was told of a change, and an older
	 * header could be put back.  Not while one copy alone is of this generation: should that
	 * be lost, the other one must open still. */
	if (mend_header(v, hv, gen) && v->info.gen > v->pages->root.header_gen)
		(void)!pages_raise_header(v->pages, v->info.gen, NULL);
	(void)!pages_mend_roots(v->pages, NULL);
}

static bool lock_file(const struct vault_sys *sys, int fd, struct err *e)
{
	if (sys->lock(sys->ctx, fd) == 0)
		return true;
	if (errno == EAGAIN || errno == EACCES)
		return err_set(e, ERR_BUSY, "%s",
		    _("This room is open in another window. Close it there first."));
	return err_sys(e, ERR_UNSUPPORTED, errno,
	    _("The files in this folder cannot be locked. Choose another folder."));
}

/* Of a damaged vault, and of one on a disk that cannot give all of it back, say what can still
 * be read. */
static void refuse(
    struct vault *v, int main, int log, bool front, struct err *why, struct err *e)
{
	if (why->code == ERR_DAMAGED || why->sys == EIO)
		salvage_tell(v, main, log, front, why);
	if (e)
		*e = *why;
}

/* The slot opens and no header is whole: all the rest may be. */
static void refuse_header(struct vault *v, int main, struct err *why, struct err *e)
{
	struct path path = io_join(v->home, v->name, HOME_LOG);
	int log = io_open_ours(v->sys, path.s, O_RDONLY, NULL);

	refuse(v, main, log, true, why, e);
	io_close(v->sys, log);
}

bool vault_take(struct vault **out, const struct vault_sys *sys, const char *home,
    const char *name, struct home_vault *hv, struct home_match *m, struct err *e)
{
	struct vault *v = vault_blank(sys, home, name, e);
	struct err why = { 0 };
	uint64_t gen[2] = { 0 };
	bool keys;
	int log = -1;

	if (!v) {
		io_close(sys, hv->fd);
		return false;
	}
	if (!lock_file(sys, hv->fd, e))
		goto close_main;
	if (!home_still(sys, home, name, hv->fd)) {
		err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
		goto close_main;
	}
	/* A name that a killed process gave may be seen and yet not be stored; and another
	 * process may have changed a passphrase until a moment ago. */
	if (!io_sync_dir(sys, home, e) || !home_read_heads(sys, hv->fd, hv, e))
		goto close_main;
	if (!choose_header(v, hv, &m->sk, gen, &keys, &why)) {
		if (keys)
			refuse_header(v, hv->fd, &why, e);
		else if (e)
			*e = why;
		goto close_main;
	}
	log = open_log(v, e);
	if (log < 0)
		goto close_main;
	if (!pages_open(&v->pages, sys, hv->fd, log, v->keys, v->info.gen, &why)) {
		refuse(v, hv->fd, log, true, &why, e);
		goto close_main;
	}
	mend(v, hv, gen);
	if (!vfs_open(&v->vfs, &v->db, v->pages, &why)) {
		refuse(v, hv->fd, log, false, &why, e);
		goto drop;
	}
	*out = v;
	return true;
close_main:
	io_close(sys, log);
	io_close(sys, hv->fd);
drop:
	vault_free(v);
	return false;
}

/* Of a room that can only be read, say what can be done. */
static void tell_only_read(struct err *refused)
{
	int sys = refused->sys;

	if (sys == EROFS || sys == EACCES || sys == EPERM)
		err_sys(refused, ERR_IO, sys,
		    _("Nothing can be written where this room lies. Copy its folder to another "
		      "place and name that with --home DIR."));
}

/* Exactly one of `key` and `code`. */
static bool open_any(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, const struct secret *code, struct err *e)
{
	struct home_names names = { 0 };
	struct home_vault hv;
	struct home_match m;
	struct vault_tried t = { 0 };
	bool found = false, ok = false;

	sqlmem_start();
	if (!home_check(sys, home, e))
		return false;
	home_sweep(sys, home);
	if (!home_list(sys, home, &names, e))
		return false;
	for (size_t i = 0; !found && i < names.n; i++) {
		if (!home_load(sys, home, names.name[i], O_RDWR, &hv, &t.refused))
			continue;
		found = key ? home_match_key(&hv, key, &m) : home_match_code(&hv, code, &m);
		if (found) {
			ok = vault_take(out, sys, home, names.name[i], &hv, &m, e);
			continue;
		}
		vault_note_tried(&t, names.name[i], &hv, key);
		io_close(sys, hv.fd);
	}
	t.any = names.n > 0;
	secret_wipe(&m, sizeof m);
	home_free(&names);
	tell_only_read(&t.refused);
	return found ? ok : vault_none_fits(&t, e);
}

bool vault_open(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e)
{
	return open_any(out, sys ? sys : &vault_sys_real, home, key, NULL, e);
}

bool vault_open_recovery(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct secret *code, struct err *e)
{
	struct secret *raw = NULL;
	bool ok;

	if (!selftest(0, e) || !code_read(code, &raw, e))
		return false;
	ok = open_any(out, sys ? sys : &vault_sys_real, home, NULL, raw, e);
	secret_free(raw);
	return ok;
}
