/* Reading what is left of a damaged vault.  See salvage.h. */
#include "salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io.h"

/* ---- opening ---- */

/* Keys from any copy whose slot opens; the slot proves them, whatever its trailer says.
 * `spoilt`: there is a slot of this key's, and it does not open. */
static bool take_keys(
    struct salvage *s, struct home_vault *hv, const struct vault_key *key, bool *spoilt)
{
	struct vault *v = s->v;
	struct header_info info;
	bool any = false;

	for (int copy = 0; copy < 2; copy++) {
		const uint8_t *h = hv->head[copy];
		const struct key_pair *p = key_for(key, h);
		int slot = p ? header_find(h, &p->sk) : -1;

		if (any || slot < 0)
			continue;
		any = header_unwrap(h, slot, &p->sk, v->keys->master);
		*spoilt = *spoilt || !any;
		if (!any)
			continue;
		memcpy(v->header, h, FMT_BLOCK);
		memcpy(v->keys->id, header_id(h), FMT_ID);
		seal_derive(v->keys);
	}
	v->info.format = FMT_VERSION; /* unless a trailer says otherwise */
	for (int copy = 0; any && copy < 2; copy++) {
		s->header_ok[copy] = header_open(hv->head[copy], v->keys, &info);
		if (s->header_ok[copy] && info.gen >= v->info.gen)
			v->info = info;
	}
	return any;
}

/* The log, or -1 when there is none.  One that is refused may hold what was saved last: it is
 * for the person to say that it does not matter. */
static bool open_log(struct salvage *s, int *log, struct err *e)
{
	struct path path = io_join(s->v->home, s->v->name, HOME_LOG);
	struct err why = { 0 };

	*log = io_open_ours(s->v->sys, path.s, O_RDONLY, &why);
	if (*log >= 0 || why.code == ERR_NOT_FOUND)
		return true;
	if (why.code == ERR_UNSAFE)
		return err_set(e, ERR_UNSAFE, "%s",
		    _("The room's second file, the one ending in -log, is a link or others can "
		      "change it. Put that right (chmod 600), or take it away; what was saved "
		      "last may then be missing."));
	if (e)
		*e = why;
	return false;
}

static bool take(struct salvage *s, int main, struct err *e)
{
	const struct vault_sys *sys = s->v->sys;
	int log = -1;

	if (s->v->info.format != FMT_VERSION)
		return err_set(e, ERR_UNSUPPORTED, "%s",
		    _("This room was made by a newer version of the program."));
	/* Where files cannot be locked at all, nobody holds this one. */
	if (sys->lock(sys->ctx, main) != 0 && (errno == EAGAIN || errno == EACCES))
		return err_set(e, ERR_BUSY, "%s",
		    _("This room is open in another window. Close it there first."));
	if (!open_log(s, &log, e))
		return false;
	if (pages_salvage(&s->v->pages, sys, main, log, s->v->keys, &s->d, e))
		return true;
	io_close(sys, log);
	return false;
}

/* For reading only, so that it also goes where nothing can be written. */
bool salvage_open(struct salvage *s, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e)
{
	struct vault_tried t = { 0 };
	struct home_names names = { 0 };
	struct home_vault hv;
	bool found = false, ok = false, spoilt = false;

	*s = (struct salvage){ 0 };
	if (!home_check(sys, home, e) || !home_list(sys, home, &names, e))
		return false;
	for (size_t i = 0; !found && i < names.n; i++) {
		if (!home_load(sys, home, names.name[i], O_RDONLY, &hv, &t.refused))
			continue;
		s->v = vault_blank(sys, home, names.name[i], &t.refused);
		found = s->v && take_keys(s, &hv, key, &spoilt);
		ok = found && take(s, hv.fd, e);
		if (!found)
			vault_note_tried(&t, names.name[i], &hv, key);
		if (!ok) {
			io_close(sys, hv.fd);
			salvage_close(s);
		}
	}
	t.any = names.n > 0;
	home_free(&names);
	if (!found && spoilt)
		return vault_slot_damaged(e);
	return found ? ok : vault_none_fits(&t, e);
}

void salvage_close(struct salvage *s)
{
	if (!s->v)
		return;
	s->v->dead = true; /* nothing is written */
	vault_close(s->v);
	s->v = NULL;
}

/* ---- pages ---- */

static void best_root(struct pages *p, struct pages_damage *d)
{
	struct root r;
	size_t got;

	for (int copy = 0; copy < 2; copy++) {
		if (!io_read(p->sys, p->main, p->sealed, FMT_BLOCK, FMT_ROOT_AT(copy), &got,
			NULL) ||
		    got != FMT_BLOCK || !root_open(p->sealed, p->k, copy, &r))
			continue;
		d->root_ok[copy] = true;
		if (r.gen > p->root.gen)
			p->root = r;
	}
}

/* The seal of the page in the main file is good; it is noted then. */
static bool seal_good(struct pages *p, uint32_t no)
{
	uint8_t *block = p->sealed, *nonce = block + FMT_BODY;
	size_t got;
	bool ok = io_read(p->sys, p->main, block, FMT_BLOCK, FMT_PAGE_AT(no), &got, NULL) &&
		  got == FMT_BLOCK &&
		  seal_open(p->k->page, SEAL_PAGE, p->k->id, no, nonce, block, FMT_BODY,
		      nonce + FMT_NONCE, NULL);

	if (ok)
		memcpy(p->at[no].seal, nonce, FMT_SEAL);
	return ok;
}

/* Without a root: the last page whose seal is good is the last there was. */
static bool count_pages(struct pages *p, struct err *e)
{
	uint64_t most = p->main_size / FMT_BLOCK;
	uint32_t last = 0;

	most = most > 4 ? most - 4 : 0;
	if (most > FMT_PAGES_MAX)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("The beginning of this room's file is damaged. A backup can help."));
	if (!pages_room(p, (uint32_t)most, e))
		return false;
	for (uint32_t no = 1; no <= most; no++) {
		if (seal_good(p, no))
			last = no;
	}
	p->npage = last;
	return true;
}

/* Which pages can be read; whether the sum told of something that no seal did. */
static void look_at_pages(struct pages *p, struct pages_damage *d, bool sum_ok)
{
	uint32_t torn = 0;

	for (uint32_t no = 1; no <= p->npage; no++) {
		struct page_at *at = &p->at[no];
		bool summed = at->whole;

		at->whole = seal_good(p, no);
		torn += summed && !at->whole;
		d->spares += summed && !at->whole && at->log;
		d->bad += !at->whole && !at->log;
	}
	d->older = !sum_ok && torn == 0;
}

/* Of the pages that there should be, those for which the files have room: what a record
 * says beyond that is not looked for. */
static bool believe(struct pages *p, struct pages_damage *d, uint32_t npage, struct err *e)
{
	uint64_t most = (p->main_size + p->log_size) / FMT_BLOCK;

	d->all = npage;
	p->npage = npage < most ? npage : (uint32_t)most;
	d->bad = npage - p->npage;
	return pages_room(p, p->npage, e);
}

static bool find_rest(struct pages *p, struct pages_damage *d, struct err *e)
{
	bool sum_ok = true, any_root;

	if (!io_size(p->sys, p->main, &p->main_size, e))
		return false;
	if (p->log < 0 || !io_size(p->sys, p->log, &p->log_size, NULL))
		p->log_size = 0;
	best_root(p, d);
	any_root = d->root_ok[0] || d->root_ok[1];
	if (!any_root) {
		if (!count_pages(p, e) || !believe(p, d, p->npage, e))
			return false;
	} else {
		uint32_t said = p->root.npage;

		if (!believe(p, d, said, e))
			return false;
		p->root.npage = p->npage;
		if (!recover_rest(p, &d->log_ok, &d->lost, &sum_ok, e) ||
		    !believe(p, d, p->npage == p->root.npage ? said : p->npage, e))
			return false;
	}
	pages_discard(p);
	look_at_pages(p, d, sum_ok);
	/* A room in which nothing was saved yet has no page, and its root says so. */
	if (d->all == d->bad && !(any_root && d->all == 0))
		return err_set(e, ERR_DAMAGED, "%s",
		    _("Nothing in this room's file can be read. A backup can help."));
	return true;
}

bool pages_salvage(struct pages **out, const struct vault_sys *sys, int main, int log,
    struct keys *k, struct pages_damage *d, struct err *e)
{
	struct pages *p = recover_blank(sys, main, log, k);

	*d = (struct pages_damage){ 0 };
	if (!p) {
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
		return false;
	}
	if (!find_rest(p, d, e)) {
		p->main = p->log = -1;
		pages_close(p);
		return false;
	}
	*out = p;
	return true;
}

/* ---- telling ---- */

/* A disk that could not be read a moment ago, and can be now, damaged nothing. */
static bool was_passing(const struct pages_damage *d, const struct err *e)
{
	return e->code != ERR_DAMAGED && d->bad + d->spares == 0 && d->log_ok &&
	       (d->root_ok[0] || d->root_ok[1]);
}

void salvage_tell(struct vault *v, int main, int log, bool front, struct err *e)
{
	struct pages_damage d;
	struct pages *p = NULL;

	if (!pages_salvage(&p, v->sys, main, log, v->keys, &d, NULL))
		return;
	if (was_passing(&d, e))
		goto close_pages;
	if (d.bad > 0)
		err_set(e, ERR_DAMAGED,
		    _("A part of this room's file is damaged or was changed: %u of %u pages. "
		      "'remanso rescue DIR' saves what is on the others into a new room."),
		    d.bad, d.all);
	else if (d.older)
		err_set(e, ERR_DAMAGED, "%s",
		    _("A part of this room's file was put back from an older copy. 'remanso rescue "
		      "DIR' saves what can be read into a new room."));
	else if (!d.root_ok[0] && !d.root_ok[1])
		err_set(e, ERR_DAMAGED, "%s",
		    _("The beginning of this room's file is damaged. 'remanso rescue DIR' saves "
		      "what can be read into a new room."));
	else if (!d.log_ok)
		err_set(e, ERR_DAMAGED, "%s",
		    _("What was saved last in this room is damaged or missing, in the file ending "
		      "in -log. 'remanso rescue DIR' saves everything before it into a new room."));
	else if (front)
		err_set(e, ERR_DAMAGED,
		    _("The beginning of this room's file is damaged or older than the rest. All %u "
		      "pages can be read: 'remanso rescue DIR' saves them into a new room."),
		    d.all);
	else
		err_set(e, ERR_DAMAGED, "%s",
		    _("The database in this room does not fit together. 'remanso rescue DIR' saves "
		      "what can be read into a new room."));
close_pages:
	p->main = p->log = -1;
	pages_close(p);
}
