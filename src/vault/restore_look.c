/* What a restore can know before it changes anything: what the passphrase opens, whether that
 * is whole, and which rooms are in the way. */
#include "inner.h"
#include "restore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "io.h"

/* ---- with a passphrase ---- */

/* Have the key for these headers, when there is a passphrase. */
bool restore_know(struct restore *r, const struct home_vault *hv, struct err *e)
{
	struct err why = { 0 };

	for (int copy = 0; r->pass && copy < 2; copy++) {
		struct key_pair *p = key_pairs(r->key);

		if (key_for(r->key, hv->head[copy]) || r->key->n == RESTORE_PAIRS)
			continue;
		if (kdf_pair(&p[r->key->n], hv->head[copy], r->pass, &why))
			r->key->n++;
		else if (why.code != ERR_OK) {
			if (e)
				*e = why;
			return false;
		}
	}
	return true;
}

bool restore_opens(const struct restore *r, const struct home_vault *hv)
{
	struct home_match m;
	bool found = r->pass && home_match_key(hv, r->key, &m);

	secret_wipe(&m, sizeof m);
	return found;
}

/* The keys that open it, from the newer of the copies that are whole. */
static bool take_keys(
    struct keys *k, uint64_t *gen, const struct home_vault *hv, const struct vault_key *key)
{
	struct header_info info;

	*gen = 0;
	for (int copy = 0; copy < 2; copy++) {
		const uint8_t *h = hv->head[copy];
		const struct key_pair *p = key_for(key, h);
		int slot = p ? header_find(h, &p->sk) : -1;

		if (slot < 0 || !header_unwrap(h, slot, &p->sk, k->master))
			continue;
		memcpy(k->id, header_id(h), FMT_ID);
		seal_derive(k);
		if (header_open(h, k, &info) && info.gen > *gen)
			*gen = info.gen;
	}
	return *gen > 0;
}

/* Read all of it, when the passphrase opens it. */
bool restore_check(
    struct restore *r, const struct home_vault *hv, int main, int log, struct err *e)
{
	struct secret *mem;
	struct keys *k;
	struct err why = { .code = ERR_DAMAGED };
	uint64_t gen;
	bool ok;

	if (!restore_opens(r, hv))
		return true;
	mem = secret_try_new(sizeof *k);
	if (!mem)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	k = (struct keys *)(void *)secret_bytes(mem);
	ok = take_keys(k, &gen, hv, r->key) && copy_reads(r->sys, main, log, k, gen, &why);
	secret_free(mem);
	r->out->checked += ok;
	if (ok)
		return true;
	if (why.code != ERR_DAMAGED && e)
		*e = why;
	else
		err_set(e, ERR_DAMAGED, "%s",
		    _("What was to be brought back is damaged, so everything here was left as "
		      "it is. 'remanso rescue' with --home on that folder saves what can be "
		      "read of it."));
	return false;
}

/* ---- what is in the way ---- */

static struct in_way *held(struct restore *r, const char *name)
{
	for (size_t i = 0; i < r->nin_way; i++) {
		if (strcmp(r->in_way[i].name, name) == 0)
			return &r->in_way[i];
	}
	return NULL;
}

bool restore_too_many(struct err *e)
{
	return err_set(e, ERR_CREATE, "%s",
	    _("There are more rooms than can be brought back at once. Put some of them into a "
	      "folder of their own."));
}

/* A room that is open must not lose its files; and nobody opens it from now on. */
static bool hold(struct restore *r, const char *name, int fd, struct err *e)
{
	struct in_way *w = &r->in_way[r->nin_way];

	if (r->nin_way == RESTORE_MOST)
		return restore_too_many(e);
	if (r->sys->lock(r->sys->ctx, fd) != 0 && errno != EAGAIN && errno != EACCES)
		return err_sys(e, ERR_UNSUPPORTED, errno,
		    _("The files in this folder cannot be locked. Choose another folder."));
	if (r->sys->lock(r->sys->ctx, fd) != 0)
		return err_set(e, ERR_BUSY, "%s",
		    _("This room is open in another window. Close it there first."));
	if (!home_still(r->sys, r->home, name, fd))
		return err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
	memcpy(w->name, name, HOME_NAME + 1);
	w->main = io_join(r->home, name, "");
	w->fd = fd;
	r->nin_way++;
	return true;
}

/* The same room, by name or id; or another one that the same passphrase opens. */
static bool collides(struct restore *r, const char *name, const struct home_vault *there,
    const char *new_name, const struct home_vault *hv)
{
	return strcmp(name, new_name) == 0 || home_has_id(there, header_id(hv->head[0])) ||
	       home_has_id(there, header_id(hv->head[1])) ||
	       (restore_opens(r, there) && restore_opens(r, hv));
}

static bool look(struct restore *r, const char *name, const char *new_name,
    const struct home_vault *hv, struct home_vault *there, struct err *e)
{
	struct err why = { 0 };

	if (held(r, name))
		return true;
	if (!home_load(r->sys, r->home, name, O_RDWR, there, &why)) {
		if (strcmp(name, new_name) != 0)
			return true;
		if (e)
			*e = why;
		return false;
	}
	if (!restore_know(r, there, e))
		goto close;
	if (!collides(r, name, there, new_name, hv)) {
		io_close(r->sys, there->fd);
		return true;
	}
	if (hold(r, name, there->fd, e))
		return true;
close:
	io_close(r->sys, there->fd);
	return false;
}

bool restore_hold(
    struct restore *r, const char *new_name, const struct home_vault *hv, struct err *e)
{
	struct home_vault there;
	struct home_names names = { 0 };
	bool ok;

	ok = home_list(r->sys, r->home, &names, e);
	for (size_t i = 0; ok && i < names.n; i++)
		ok = look(r, names.name[i], new_name, hv, &there, e);
	home_free(&names);
	return ok;
}
