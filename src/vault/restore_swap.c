/* The change of names that a restore comes down to.
 *
 *	1. NAME-log.new becomes NAME-log;		folder synced
 *	2. NAME.new becomes NAME;			folder synced
 *	3. OLD becomes OLD.old, its log stays;		folder synced
 *
 * NAME was never used before.  Until 2 the home has the old room alone, between 2 and 3 it has
 * both (they are the same room to a passphrase, and either is a good answer), then the new
 * one.  What is set aside changes one name only, so that it is never half there. */
#include "inner.h"
#include "restore.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io.h"

static bool move(
    const struct vault_sys *sys, const char *from, const char *to, struct err *e)
{
	if (sys->rename(sys->ctx, from, to) == 0)
		return true;
	return err_sys(e, ERR_CREATE, errno, _("A file could not be put in its place."));
}

static bool bring(struct restore *r, struct err *e)
{
	for (size_t i = 0; i < r->ncoming; i++) {
		struct coming *c = &r->coming[i];

		if (c->log_comes && !move(r->sys, c->log_before.s, c->log.s, e))
			return false;
	}
	if (!io_sync_dir(r->sys, r->home, e))
		return false;
	for (size_t i = 0; i < r->ncoming; i++) {
		struct coming *c = &r->coming[i];

		c->here = move(r->sys, c->before.s, c->main.s, e);
		if (!c->here)
			return false;
	}
	return io_sync_dir(r->sys, r->home, e);
}

/* Whole names as far as they fit, then three dots. */
static void note(struct vault_restored *out, const char *path)
{
	size_t used = strlen(out->note), cap = sizeof out->note;
	const char *file = strrchr(path, '/') + 1, *comma = used > 0 ? ", " : "";

	out->aside++;
	if (used + strlen(file) + 8 < cap)
		snprintf(out->note + used, cap - used, "%s%s", comma, file);
	else if (used < 4 || strcmp(out->note + used - 3, "...") != 0)
		snprintf(out->note + used, cap - used, "%s...", comma);
}

static bool set_aside(struct restore *r, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < r->nin_way; i++) {
		struct in_way *w = &r->in_way[i];

		if (w->stays)
			continue;
		any = true;
		if (!home_is_settled(r->sys, r->home, w->name))
			return err_set(e, ERR_BUSY, "%s",
			    _("This room was changed by another window just now. Try once "
			      "more."));
		if (!home_free_old(r->sys, r->home, w->name, &w->aside))
			return err_set(e, ERR_CREATE, "%s",
			    _("Too many earlier copies were kept aside here. Move some of "
			      "them away."));
		w->gone = move(r->sys, w->main.s, w->aside.s, e);
		if (!w->gone)
			return false;
	}
	return !any || io_sync_dir(r->sys, r->home, e);
}

/* What was there first, and for certain; only then what came goes again. */
static void undo(struct restore *r)
{
	bool back = true;

	for (size_t i = 0; i < r->nin_way; i++) {
		struct in_way *w = &r->in_way[i];

		if (w->gone && move(r->sys, w->aside.s, w->main.s, NULL))
			w->gone = false;
		back = back && !w->gone;
	}
	if (!back || !io_sync_dir(r->sys, r->home, NULL))
		return;
	for (size_t i = 0; i < r->ncoming; i++) {
		struct coming *c = &r->coming[i];

		if (c->here && move(r->sys, c->main.s, c->before.s, NULL))
			c->here = false;
	}
	(void)!io_sync_dir(r->sys, r->home, NULL);
}

bool restore_swap(struct restore *r, struct err *e)
{
	if ((r->ncoming > 0 && !bring(r, e)) || !set_aside(r, e)) {
		undo(r);
		return false;
	}
	r->out->rooms = (unsigned)r->ncoming;
	for (size_t i = 0; i < r->nin_way; i++) {
		if (r->in_way[i].gone)
			note(r->out, r->in_way[i].aside.s);
	}
	return true;
}

/* The log first: as long as NAME.new is there, both are swept. */
static void drop(const struct vault_sys *sys, const struct coming *c)
{
	sys->unlink(sys->ctx, c->log.s);
	sys->unlink(sys->ctx, c->log_before.s);
	sys->unlink(sys->ctx, c->before.s);
}

void restore_end(struct restore *r)
{
	for (size_t i = 0; i < r->ncoming; i++) {
		struct coming *c = &r->coming[i];

		if (!c->here && c->log_comes)
			drop(r->sys, c);
		io_close(r->sys, c->log_fd);
		io_close(r->sys, c->main_fd);
	}
	for (size_t i = 0; i < r->nin_way; i++)
		io_close(r->sys, r->in_way[i].fd);
	vault_key_free(r->key);
	r->key = NULL;
	r->ncoming = r->nin_way = 0;
}
