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

bool home_move_gone(
    const struct vault_sys *sys, const char *home, const char *name, struct err *e)
{
	struct path from = io_join(home, name, HOME_GONE), to;
	char fresh[HOME_NAME + 1];

	if (!is_there(sys, from.s))
		return true;
	home_new_name(fresh);
	to = io_join(home, fresh, HOME_GONE);
	if (sys->rename(sys->ctx, from.s, to.s) != 0)
		return err_sys(
		    e, ERR_CREATE, errno, _("A file could not be put in its place."));
	return io_sync_dir(sys, home, e);
}

/* Up to `to`, never more than there is. */
static bool spoil(const struct vault_sys *sys, int fd, uint64_t from, uint64_t to)
{
	uint64_t size = 0;

	if (!io_size(sys, fd, &size, NULL))
		return false;
	return io_pad(sys, fd, from, size < to ? size : to, NULL) && io_sync(sys, fd, NULL);
}

/* The keys, whatever comes; all but the id, by which the copies are found.  It stands in both
 * copies of the header, and only one of them is in danger at a time: a power failure may take
 * the id with the bytes that are written beside it.  A note has no keys, and one id. */
static void spoil_keys(const struct vault_sys *sys, int fd)
{
	uint64_t size = 0;

	if (io_size(sys, fd, &size, NULL) && size > FMT_BLOCK &&
	    spoil(sys, fd, FMT_ID, FMT_BLOCK))
		(void)!spoil(sys, fd, FMT_BLOCK + FMT_ID, FMT_PAGE_AT(1));
}

/* For the next start.  Beside a room of that name it would be in the way of the next change,
 * and take the room's log with it once the room is set aside. */
static void leave(const struct vault_sys *sys, const char *home, const char *name)
{
	struct path room = io_join(home, name, "");

	if (is_there(sys, room.s))
		(void)!home_move_gone(sys, home, name, NULL);
}

void home_finish(const struct vault_sys *sys, const char *home, const char *name,
    const uint8_t *id, int fd)
{
	struct path path = io_join(home, name, HOME_GONE);

	spoil_keys(sys, fd);
	/* The name under which all of it is found goes last. */
	if ((!id || home_drop_kept(sys, home, id)) && drop_log(sys, home, name) &&
	    io_sync_dir(sys, home, NULL)) {
		io_spoil(sys, fd, FMT_PAGE_AT(1));
		sys->unlink(sys->ctx, path.s);
	} else {
		leave(sys, home, name);
	}
	(void)!io_sync_dir(sys, home, NULL);
}

enum life { DEAD, ALIVE, UNKNOWN };

/* What cannot be looked at might be it. */
static enum life life_of(const struct sweep *s, const uint8_t *id)
{
	struct home_names names = { 0 };
	enum life life = home_list(s->sys, s->home, &names, NULL) ? DEAD : UNKNOWN;

	for (size_t i = 0; life != ALIVE && i < names.n; i++) {
		struct err why;
		int fd = home_open_same(s->sys, s->home, names.name[i], id, &why);

		if (fd >= 0)
			life = ALIVE;
		else if (why.code != ERR_OK)
			life = UNKNOWN;
		io_close(s->sys, fd);
	}
	home_free(&names);
	return life;
}

/* A deletion that was cut off; or a change of all keys, which notes the old id in a file of
 * this name as long as copies under the old keys lie here.  It was cut off before it counted
 * when a room of that id is still there. */
static void sweep_gone(const struct sweep *s, const char *name, int fd)
{
	uint8_t id[2][FMT_ID];
	enum life life[2] = { ALIVE, ALIVE };
	bool done = true;
	size_t got;

	/* The second one differs when a power failure took one of them: then either is tried. */
	for (int i = 0; i < 2; i++) {
		if (!io_read(s->sys, fd, id[i], FMT_ID, FMT_HEADER_AT(i), &got, NULL))
			life[i] = UNKNOWN;
		else if (got == FMT_ID) /* not a note that never came to tell of anything */
			life[i] = life_of(s, id[i]);
		done = done && life[i] != UNKNOWN;
	}
	if (done && life[1] == DEAD && memcmp(id[0], id[1], FMT_ID) != 0)
		done = home_drop_kept(s->sys, s->home, id[1]);
	if (done) {
		home_finish(s->sys, s->home, name, life[0] == DEAD ? id[0] : NULL, fd);
		return;
	}
	/* What it still has to delete stands nowhere else. */
	spoil_keys(s->sys, fd);
	leave(s->sys, s->home, name);
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
