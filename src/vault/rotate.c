/* Changing all keys, and deleting a room.
 *
 * A rotation makes a new vault beside the old one, under NAME.new, and reads it back.  Both
 * its pages and its root are then in the main file alone, so that one rename puts it in the
 * old one's place; the new log, which holds nothing yet, follows.  A crash before the rename
 * leaves a file that is swept away at the next opening; one between the renames leaves the
 * old log beside the new main file, where no block of it opens.
 *
 * A deletion begins with the rename, the other way round: from then on the room is not
 * there under a name that opens, and whatever is cut off is finished by the next start of
 * the program.  What a restore set aside of this room goes with it; and with the old keys,
 * when all keys change, for it still opens with the old secrets. */
#include "inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

#define BATCH 900 /* pages a commit; the log folds by itself */

struct names {
	char *main, *log, *main_new, *log_new, *gone;
};

static struct names names_of(const struct vault *v)
{
	return (struct names){ io_path(v->home, v->name, ""),
		io_path(v->home, v->name, HOME_LOG), io_path(v->home, v->name, HOME_NEW),
		io_path(v->home, v->name, HOME_LOG HOME_NEW),
		io_path(v->home, v->name, HOME_GONE) };
}

static void names_free(struct names *n)
{
	free(n->main);
	free(n->log);
	free(n->main_new);
	free(n->log_new);
	free(n->gone);
}

static bool at_rest(const struct vault *v, struct err *e)
{
	if (v->dead)
		return err_set(e, ERR_INTERNAL, "%s", _("This room is closed."));
	if (v->pages->dirty)
		return err_set(e, ERR_BUSY, "%s",
		    _("Something is being saved. Try again in a moment."));
	return true;
}

/* ---- a new vault beside the old one ---- */

static bool copy_pages(struct pages *from, struct pages *to, struct err *e)
{
	uint8_t *page = pages_scratch(from);
	bool ok = true;

	for (uint32_t no = 1; ok && no <= from->npage; no++) {
		ok = pages_read(from, no, page, e) && pages_write(to, no, page, e);
		if (ok && no % BATCH == 0)
			ok = pages_commit(to, e);
	}
	secret_wipe(page, FMT_BLOCK);
	return ok && pages_commit(to, e) && fold_all(to, e);
}

/* From the files, not from memory. */
static bool same_pages(struct pages *a, struct pages *b, struct err *e)
{
	uint8_t *x = pages_scratch(a), *y = pages_scratch(b);
	bool ok = true, same = a->npage == b->npage;

	for (uint32_t no = 1; ok && same && no <= a->npage; no++) {
		ok = pages_read(a, no, x, e) && pages_read(b, no, y, e);
		same = ok && memcmp(x, y, FMT_BLOCK) == 0;
	}
	secret_wipe(x, FMT_BLOCK);
	secret_wipe(y, FMT_BLOCK);
	if (ok && !same)
		return err_set(e, ERR_IO, "%s",
		    _("What was written could not be read back. Nothing was changed."));
	return ok;
}

/* `fresh` gets both files open; on failure the caller drops it and the files. */
static bool make_beside(struct vault *fresh, struct vault *v, const struct names *n,
    const struct key_pair *p, struct err *e)
{
	uint32_t blocks = v->sys->log_blocks ? v->sys->log_blocks : FMT_LOG_BLOCKS;
	int log, main = -1;

	v->sys->unlink(v->sys->ctx, n->log_new);
	v->sys->unlink(v->sys->ctx, n->main_new);
	log = vault_make_file(v->sys, n->log_new, blocks * FMT_BLOCK, e);
	if (log >= 0)
		main = vault_make_file(v->sys, n->main_new, fold_main_size(0), e);
	if (main < 0 || !vault_fill_main(fresh, main, p, e) ||
	    !pages_open(
		&fresh->pages, v->sys, main, log, fresh->keys, fresh->info.gen, e)) {
		io_close(v->sys, log);
		io_close(v->sys, main);
		return false;
	}
	return copy_pages(v->pages, fresh->pages, e) &&
	       same_pages(v->pages, fresh->pages, e);
}

/* True as soon as the new main file stands in the old one's place: there is no way back then,
 * and what fails afterwards is mended by the next opening. */
static bool swap(struct vault *v, const struct names *n, struct err *e)
{
	const struct vault_sys *sys = v->sys;
	bool stored;

	if (sys->rename(sys->ctx, n->main_new, n->main) != 0)
		return err_sys(
		    e, ERR_CREATE, errno, _("A file could not be put in its place."));
	stored = io_sync_dir(sys, v->home, NULL);
	if (sys->rename(sys->ctx, n->log_new, n->log) == 0)
		stored = io_sync_dir(sys, v->home, NULL) && stored;
	/* Not before the folder is stored: a power failure could bring the old name back. */
	if (stored)
		io_spoil(sys, v->pages->main, FMT_PAGE_AT(1));
	return true;
}

/* Copies that were set aside still open with the old secrets.  They go once the new vault is
 * in place; the old id, in a file of its own, tells the next start of the program to remove
 * them when that is cut off.  -1 in `note` when there are none. */
static bool note_kept(struct vault *v, const struct names *n, int *note, struct err *e)
{
	struct home_kept kept = { 0 };
	bool any;

	*note = -1;
	if (!home_list_kept(v->sys, v->home, v->keys->id, &kept, e))
		return false;
	any = kept.n > 0 || kept.unsure;
	home_kept_free(&kept);
	if (!any)
		return true;
	/* One that is there already has another id to tell of. */
	if (!home_move_gone(v->sys, v->home, v->name, e))
		return false;
	*note = vault_make_file(v->sys, n->gone, FMT_BLOCK, e);
	if (*note < 0)
		return false;
	return io_write(v->sys, *note, v->keys->id, FMT_ID, 0, e) &&
	       io_sync(v->sys, *note, e) && io_sync_dir(v->sys, v->home, e);
}

/* Nothing of it may be found later, by its names or on the disk. */
static void drop_fresh(struct vault *fresh, const struct names *n, int note)
{
	const struct vault_sys *sys = fresh->sys;

	if (fresh->pages)
		io_spoil(sys, fresh->pages->main, FMT_PAGE_AT(1));
	sys->unlink(sys->ctx, n->log_new);
	sys->unlink(sys->ctx, n->main_new);
	if (note >= 0)
		sys->unlink(sys->ctx, n->gone);
}

bool vault_rotate(struct vault *v, const struct vault_key *key, struct err *e)
{
	const struct key_pair *p;
	struct vault *fresh;
	struct names n;
	int note = -1;
	bool ok;

	if (!at_rest(v, e))
		return false;
	p = slots_usable(v, key, e);
	if (!p)
		return false;
	fresh = vault_blank(v->sys, v->home, v->name, e);
	if (!fresh)
		return false;
	n = names_of(v);
	ok =
	    make_beside(fresh, v, &n, p, e) && note_kept(v, &n, &note, e) && swap(v, &n, e);
	if (!ok)
		drop_fresh(fresh, &n, note);
	else if (note >= 0)
		home_finish(v->sys, v->home, v->name, v->keys->id, note);
	io_close(v->sys, note);
	fresh->dead = true; /* all is stored, or nothing of it counts */
	vault_close(fresh);
	names_free(&n);
	if (ok)
		vault_drop_keys(v);
	return ok;
}

/* ---- deleting ---- */

/* True: the room is gone, and stored as gone. */
static bool take_name(struct vault *v, const struct names *n, struct err *e)
{
	const struct vault_sys *sys = v->sys;

	/* What was left for the next start must not be replaced. */
	if (!home_move_gone(sys, v->home, v->name, e))
		return false;
	if (sys->rename(sys->ctx, n->main, n->gone) != 0)
		return err_sys(e, ERR_IO, errno, _("The room could not be deleted."));
	if (io_sync_dir(sys, v->home, e))
		return true;
	/* A power failure could bring the name back, so the keys must stay; and once it is back,
	 * none may bring the other one. */
	if (sys->rename(sys->ctx, n->gone, n->main) != 0)
		return true;
	(void)!io_sync_dir(sys, v->home, NULL);
	return false;
}

bool vault_delete(struct vault *v, struct err *e)
{
	struct names n;
	bool ok;

	if (!at_rest(v, e))
		return false;
	/* It would open afterwards; set aside, it goes with the rest. */
	if (!home_set_aside_twins(v->sys, v->home, v->name, v->keys->id, e))
		return false;
	n = names_of(v);
	ok = take_name(v, &n, e);
	if (ok) {
		home_finish(v->sys, v->home, v->name, v->keys->id, v->pages->main);
		vault_drop_keys(v);
	}
	names_free(&n);
	return ok;
}
