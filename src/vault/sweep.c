/* Finishing what was cut off: files in the making that never became a room, and rooms whose
 * deletion began.  Nothing that another window is at work on is touched: whoever makes such a
 * file holds its lock, and whoever makes it in a room's place holds the lock of the room. */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io.h"

enum left { LEFT_NONE, LEFT_NEW, LEFT_LOG_NEW, LEFT_GONE };

struct leftover {
	char name[HOME_NAME + 1];
	enum left what;
};

struct sweep {
	const struct vault_sys *sys;
	const char *home;
	struct leftover *file;
	size_t n;
};

static const char *ending(enum left what)
{
	return what == LEFT_NEW       ? HOME_NEW
	       : what == LEFT_LOG_NEW ? HOME_LOG HOME_NEW
				      : HOME_GONE;
}

static void take(void *arg, const char *file)
{
	struct sweep *s = arg;
	struct leftover one = { 0 };

	if (strlen(file) <= HOME_NAME)
		return;
	memcpy(one.name, file, HOME_NAME);
	for (enum left what = LEFT_NEW; what <= LEFT_GONE; what++) {
		if (strcmp(file + HOME_NAME, ending(what)) == 0)
			one.what = what;
	}
	if (one.what == LEFT_NONE || !home_is_name(one.name))
		return;
	s->file = realloc(s->file, (s->n + 1) * sizeof one);
	if (!s->file)
		die("out of memory");
	s->file[s->n++] = one;
}

static bool is_there(const struct vault_sys *sys, const char *path)
{
	struct stat st;

	return sys->lstat(sys->ctx, path, &st) == 0;
}

/* The log of a room that is gone.  True when there is none left. */
static bool drop_log(const struct vault_sys *sys, const char *home, const char *name)
{
	struct path path = io_join(home, name, ""), log = io_join(home, name, HOME_LOG);

	return is_there(sys, path.s) || sys->unlink(sys->ctx, log.s) == 0 ||
	       errno == ENOENT;
}

void home_finish(const struct vault_sys *sys, const char *home, const char *name,
    const uint8_t *id, int fd)
{
	struct path path = io_join(home, name, HOME_GONE);
	uint64_t size = 0, end = FMT_PAGE_AT(1);

	/* The keys first, whatever comes; all but the id, by which the copies are found. */
	if (io_size(sys, fd, &size, NULL) && size > FMT_ID)
		(void)(io_pad(sys, fd, FMT_ID, size < end ? size : end, NULL) &&
		       io_sync(sys, fd, NULL));
	/* The name under which all of it is found goes last. */
	if ((!id || home_drop_kept(sys, home, id)) && drop_log(sys, home, name) &&
	    io_sync_dir(sys, home, NULL)) {
		io_spoil(sys, fd, end);
		sys->unlink(sys->ctx, path.s);
	}
	(void)!io_sync_dir(sys, home, NULL);
}

static bool lives(const struct sweep *s, const uint8_t *id)
{
	struct home_vault hv;
	struct home_names names = { 0 };
	bool found = false;

	/* What cannot be looked at might be it. */
	found = !home_list(s->sys, s->home, &names, NULL);
	for (size_t i = 0; !found && i < names.n; i++) {
		found = !home_load(s->sys, s->home, names.name[i], O_RDONLY, &hv, NULL);
		if (found)
			break;
		found = home_has_id(&hv, id);
		io_close(s->sys, hv.fd);
	}
	home_free(&names);
	return found;
}

/* A deletion that was cut off; or a change of all keys, which notes the old id in a file of
 * this name as long as copies under the old keys lie here.  It was cut off before it counted
 * when a room of that id is still there. */
static void sweep_gone(const struct sweep *s, const char *name, int fd)
{
	uint8_t id[FMT_ID];
	size_t got = 0;
	bool told = io_read(s->sys, fd, id, sizeof id, 0, &got, NULL) && got == sizeof id;

	home_finish(s->sys, s->home, name, told && !lives(s, id) ? id : NULL, fd);
}

/* The keys go first, the name under which all of it is found goes last. */
static void sweep_new(
    const struct sweep *s, const struct leftover *f, const char *path, int fd)
{
	bool is_main = f->what == LEFT_NEW;

	if (is_main)
		io_spoil(s->sys, fd, FMT_PAGE_AT(1));
	if (!is_main ||
	    (drop_log(s->sys, s->home, f->name) && io_sync_dir(s->sys, s->home, NULL)))
		s->sys->unlink(s->sys->ctx, path);
}

/* Open and locked, and still of that name: -1 when somebody is at work on it.  `none`: there
 * is no such file. */
static int hold(const struct sweep *s, const char *path, bool *none)
{
	struct err why = { 0 };
	int fd = io_open_ours(s->sys, path, O_RDWR, &why);

	*none = fd < 0 && why.code == ERR_NOT_FOUND;
	if (fd >= 0 && (s->sys->lock(s->sys->ctx, fd) != 0 || !io_is(s->sys, path, fd))) {
		io_close(s->sys, fd);
		return -1;
	}
	return fd;
}

static void sweep_one(const struct sweep *s, const struct leftover *f)
{
	struct path room_path = io_join(s->home, f->name, "");
	struct path path = io_join(s->home, f->name, ending(f->what));
	bool none;
	int room = hold(s, room_path.s, &none), fd = -1;

	if (room >= 0 || none)
		fd = hold(s, path.s, &none);
	if (fd >= 0 && f->what == LEFT_GONE)
		sweep_gone(s, f->name, fd);
	else if (fd >= 0)
		sweep_new(s, f, path.s, fd);
	io_close(s->sys, fd);
	io_close(s->sys, room);
}

void home_sweep(const struct vault_sys *sys, const char *home)
{
	struct sweep s = { sys, home, NULL, 0 };

	sys->list(sys->ctx, home, take, &s);
	for (size_t i = 0; i < s.n; i++)
		sweep_one(&s, &s.file[i]);
	if (s.n > 0)
		(void)!io_sync_dir(sys, home, NULL);
	free(s.file);
}
