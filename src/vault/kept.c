/* Rooms that a restore set aside, under names that nothing opens: see home.h. */
#include "home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy.h"
#include "io.h"

struct search {
	const struct vault_sys *sys;
	const char *home;
	struct home_kept *out;
};

/* ".old", or ".old2" to ".old999". */
static bool is_ending(const char *end)
{
	size_t n = strlen(HOME_OLD), digits;

	if (strncmp(end, HOME_OLD, n) != 0)
		return false;
	end += n;
	digits = strspn(end, "0123456789");
	return digits <= 3 && end[digits] == '\0' && end[0] != '0';
}

static void take_kept(void *arg, const char *file)
{
	struct search *s = arg;
	struct home_kept_room one = { 0 };

	if (strlen(file) < HOME_NAME || !is_ending(file + HOME_NAME))
		return;
	memcpy(one.name, file, HOME_NAME);
	if (!home_is_name(one.name))
		return;
	memcpy(one.file, file, strlen(file) + 1);
	s->out->room = realloc(s->out->room, (s->out->n + 1) * sizeof one);
	if (!s->out->room)
		die("out of memory");
	s->out->room[s->out->n++] = one;
}

static void look(const struct search *s, const char *name, int64_t *when)
{
	struct path path = io_join(s->home, name, "");
	struct stat st;

	if (s->sys->lstat(s->sys->ctx, path.s, &st) == 0 && st.st_mtim.tv_sec > *when)
		*when = st.st_mtim.tv_sec;
}

/* Where there is a room of that name, the log is that room's, and the file somebody's own
 * copy. */
static bool is_kept(const struct search *s, const char *name)
{
	struct path path = io_join(s->home, name, "");
	struct stat st;
	bool there = s->sys->lstat(s->sys->ctx, path.s, &st) == 0;

	return !there;
}

int home_open_same(const struct vault_sys *sys, const char *home, const char *file,
    const uint8_t *id, struct err *why)
{
	struct path path = io_join(home, file, "");
	struct home_vault hv;
	struct stat st;

	*why = (struct err){ 0 };
	/* A folder or a pipe is no room at all. */
	if (sys->lstat(sys->ctx, path.s, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISLNK(st.st_mode))
		return -1;
	if (!copy_load(sys, home, file, &hv, why))
		return -1;
	if (id && !home_has_id(&hv, id)) {
		io_close(sys, hv.fd);
		return -1;
	}
	if (sys->fstat(sys->ctx, hv.fd, &st) != 0)
		err_sys(why, ERR_IO, errno, _("The room's file could not be opened."));
	else if (st.st_uid != sys->uid(sys->ctx) || st.st_nlink > 1)
		err_set(why, ERR_UNSAFE, "%s",
		    _("The room's file belongs to another user. It was not opened. Have it given "
		      "back to you (chown), or name another folder with --home DIR."));
	else
		return hv.fd;
	io_close(sys, hv.fd);
	return -1;
}

static bool has_id(const struct search *s, const char *file, const uint8_t *id)
{
	struct err why;
	int fd = home_open_same(s->sys, s->home, file, id, &why);

	io_close(s->sys, fd);
	s->out->unsure =
	    s->out->unsure || (why.code != ERR_OK && why.code != ERR_NOT_FOUND);
	return fd >= 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct home_kept_room *x = a, *y = b;

	if (x->when != y->when)
		return x->when > y->when ? -1 : 1;
	return strcmp(x->file, y->file);
}

bool home_list_kept(const struct vault_sys *sys, const char *home, const uint8_t *id,
    struct home_kept *out, struct err *e)
{
	struct search s = { sys, home, out };
	size_t n = 0;

	*out = (struct home_kept){ 0 };
	if (sys->list(sys->ctx, home, take_kept, &s) != 0 && errno != ENOENT) {
		err_sys(e, ERR_IO, errno, _("The folder could not be read."));
		home_kept_free(out);
		return false;
	}
	for (size_t i = 0; i < out->n; i++) {
		struct home_kept_room *r = &out->room[i];
		char log[HOME_NAME + 8] = { 0 };

		if (!is_kept(&s, r->name) || (id && !has_id(&s, r->file, id)))
			continue;
		memcpy(log, r->name, HOME_NAME);
		memcpy(log + HOME_NAME, HOME_LOG, sizeof HOME_LOG);
		look(&s, r->file, &r->when);
		look(&s, log, &r->when);
		out->room[n++] = *r;
	}
	out->n = n;
	if (n > 1)
		qsort(out->room, n, sizeof out->room[0], newest_first);
	return true;
}

void home_kept_free(struct home_kept *kept)
{
	free(kept->room);
	*kept = (struct home_kept){ 0 };
}

/* Nothing is swept that others have rights to.  A copy may come from a disk that keeps none. */
static bool take_rights(
    const struct vault_sys *sys, const char *home, const char *file, const uint8_t *id)
{
	struct err why;
	struct stat st;
	int fd = home_open_same(sys, home, file, id, &why);
	bool ok = fd >= 0 && sys->fstat(sys->ctx, fd, &st) == 0;

	/* Stored before the name is another one, which is not looked for by its id. */
	if (ok && (st.st_mode & 077) != 0)
		ok = io_make_ours(sys, fd, 0600) && sys->fsync(sys->ctx, fd) == 0;
	io_close(sys, fd);
	return ok;
}

/* Under NAME.new it is swept away whatever happens.  One by one: two may have one name. */
bool home_drop_kept(const struct vault_sys *sys, const char *home, const uint8_t *id)
{
	struct home_kept kept = { 0 };
	bool ok = home_list_kept(sys, home, id, &kept, NULL) && !kept.unsure;

	for (size_t i = 0; i < kept.n; i++) {
		struct path from = io_join(home, kept.room[i].file, "");
		struct path to = io_join(home, kept.room[i].name, HOME_NEW);

		if (!take_rights(sys, home, kept.room[i].file, id)) {
			ok = false;
			continue;
		}
		ok = sys->rename(sys->ctx, from.s, to.s) == 0 && ok;
		ok = io_sync_dir(sys, home, NULL) && ok;
		home_sweep(sys, home);
	}
	home_kept_free(&kept);
	return ok;
}

/* ---- the same room twice ---- */

bool home_is_settled(const struct vault_sys *sys, const char *home, const char *name)
{
	static const char *const ends[] = { HOME_NEW, HOME_LOG HOME_NEW, HOME_GONE };
	struct stat st;
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct path path = io_join(home, name, ends[i]);

		any = any || sys->lstat(sys->ctx, path.s, &st) == 0;
	}
	return !any;
}

bool home_free_old(
    const struct vault_sys *sys, const char *home, const char *name, struct path *out)
{
	struct stat st;

	for (int i = 1; i < 1000; i++) {
		char end[16] = HOME_OLD;

		if (i > 1)
			snprintf(end, sizeof end, HOME_OLD "%d", i);
		*out = io_join(home, name, end);
		if (sys->lstat(sys->ctx, out->s, &st) != 0)
			return true;
	}
	return false;
}

/* `fd` is open on it.  Locked until it is done: nobody may open it and go on under the old
 * name. */
static bool set_aside(
    const struct vault_sys *sys, const char *home, const char *name, int fd, struct err *e)
{
	struct path from = io_join(home, name, ""), to;

	if (sys->lock(sys->ctx, fd) != 0)
		return err_set(e, ERR_BUSY, "%s",
		    _("This room is open in another window. Close it there first."));
	if (!home_still(sys, home, name, fd) || !home_is_settled(sys, home, name))
		return err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
	if (!home_free_old(sys, home, name, &to))
		return err_set(e, ERR_CREATE, "%s",
		    _("Too many earlier copies were kept aside here. Move some of "
		      "them away."));
	if (sys->rename(sys->ctx, from.s, to.s) != 0)
		return err_sys(
		    e, ERR_CREATE, errno, _("A file could not be put in its place."));
	return io_sync_dir(sys, home, e);
}

bool home_set_aside_twins(const struct vault_sys *sys, const char *home, const char *name,
    const uint8_t *id, struct err *e)
{
	struct home_names names = { 0 };
	bool ok = home_list(sys, home, &names, e);

	for (size_t i = 0; ok && i < names.n; i++) {
		struct err why;
		int fd;

		if (strcmp(names.name[i], name) == 0)
			continue;
		fd = home_open_same(sys, home, names.name[i], id, &why);
		if (fd >= 0)
			ok = set_aside(sys, home, names.name[i], fd, e);
		io_close(sys, fd);
		/* What is refused as unsafe opens nothing. */
		if (why.code == ERR_IO) {
			ok = false;
			if (e)
				*e = why;
		}
	}
	home_free(&names);
	return ok;
}
