/* Where rooms may lie: whose the folder is, who may look into it or change it, the folder
 * above, the kind of disk.  What is refused is left as it is; only a folder in which a room is
 * being made is made ours. */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* ---- disks ---- */

/* File systems that other machines can change under us, or that do not keep locks. */
static const uint32_t network_types[] = {
	0x6969,     /* NFS */
	0x517B,     /* SMB */
	0xFF534D42, /* CIFS */
	0xFE534D42, /* SMB2 */
	0x5346414F, /* AFS (OpenAFS) */
	0x6B414653, /* AFS (the kernel's own) */
	0x73757245, /* Coda */
	0x564C,     /* NCP */
	0x00C36400, /* Ceph */
	0x01021997, /* 9P */
	0x0BD00BD0, /* Lustre */
	0x01161970, /* GFS2 */
	0x7461636F, /* OCFS2 */
};

/* sshfs, but also an encrypted folder or a stick of this machine. */
#define FUSE_TYPE 0x65735546u

bool home_is_network(long type)
{
	for (size_t i = 0; i < ARRAY_LEN(network_types); i++)
		if ((uint32_t)type == network_types[i])
			return true;
	return false;
}

/* The folder, or the nearest above it that is there already. */
static int open_nearest(const struct vault_sys *sys, const char *home)
{
	struct path path = home_plain_path(home);
	int fd = io_open_dir(sys, path.s);
	char *end;

	while (fd < 0 && errno == ENOENT && (end = strrchr(path.s, '/')) != NULL &&
	       end > path.s) {
		*end = '\0';
		fd = io_open_dir(sys, path.s);
	}
	return fd;
}

static long disk_type(const struct vault_sys *sys, const char *home)
{
	int fd = open_nearest(sys, home);
	long type = 0;

	if (fd < 0 || sys->fs_type(sys->ctx, fd, &type) != 0)
		type = 0;
	io_close(sys, fd);
	return type;
}

/* ---- the folder above ---- */

/* A group with the number of its user is that user's alone, by the custom of most systems. */
static bool group_may(const struct vault_sys *sys, const struct stat *st)
{
	return (st->st_mode & S_IWGRP) && !(st->st_mode & S_ISVTX) &&
	       (st->st_uid != sys->uid(sys->ctx) || st->st_gid != st->st_uid);
}

/* Whoever can write the folder above can put another one in place of ours. */
static bool check_parent(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct path path = io_join(home, "..", "");
	struct stat st;

	if (sys->lstat(sys->ctx, path.s, &st) != 0)
		return true;
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		return err_set(e, ERR_UNSAFE, "%s",
		    _("Everybody on this machine can change the folder above this one. Choose "
		      "another folder with --home DIR."));
	if (st.st_uid != 0 && st.st_uid != sys->uid(sys->ctx))
		return err_set(e, ERR_UNSAFE, "%s",
		    _("The folder above this one belongs to another user, who could put another "
		      "folder in its place. Choose another folder with --home DIR."));
	return true;
}

bool vault_home_warning(
    const struct vault_sys *sys, const char *home, char out[static VAULT_WARNING])
{
	struct path above = io_join(home, "..", "");
	char type[128];
	const char *words = NULL;
	struct stat st;
	long disk;

	sys = sys ? sys : &vault_sys_real;
	out[0] = '\0';
	disk = disk_type(sys, home);
	if (home_is_network(disk))
		words = _(
		    "This folder lies on another machine. Two windows may not see each "
		    "other there, and what was saved last may be lost with the network. A "
		    "disk of this machine is safer: --home DIR.");
	else if ((uint32_t)disk == FUSE_TYPE)
		words = _(
		    "This folder is kept by a program of its own (FUSE). Should it lie on "
		    "another machine, a disk of this one is safer: --home DIR.");
	if (words != NULL) {
		snprintf(out, VAULT_WARNING, "%s", words);
	} else if (sys->lstat(sys->ctx, above.s, &st) == 0 && group_may(sys, &st)) {
		io_chmod_words(type, "g-w", above.s, NULL);
		snprintf(out, VAULT_WARNING, "%s %s",
		    _("A group can change the folder above, and put another one in place of "
		      "this. If you are not alone in it:"),
		    type);
	}
	return out[0] != '\0';
}

/* ---- the folder ---- */

struct path home_plain_path(const char *home)
{
	struct path path = io_whole(home);

	for (size_t n = strlen(path.s); n > 1 && path.s[n - 1] == '/'; n--)
		path.s[n - 1] = '\0';
	return path;
}

/* Whoever made the link chose the place, and may choose another one tomorrow. */
static bool check_link(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct path path = home_plain_path(home);
	struct stat st;
	bool link = sys->lstat(sys->ctx, path.s, &st) == 0 && S_ISLNK(st.st_mode);

	if (!link)
		return true;
	return err_set(e, ERR_UNSAFE, "%s",
	    _("The folder is a link to another place. It was not followed. Name the folder "
	      "itself with --home DIR."));
}

static bool refuse_rights(const char *home, const char *words, struct err *e)
{
	char type[128];

	io_chmod_words(type, "700", home, NULL);
	return err_set(e, ERR_UNSAFE, "%s %s", words, type);
}

static bool others_look(const char *home, struct err *e)
{
	return refuse_rights(home,
	    _("Other users may look into the folder, so nothing was opened or changed. Take "
	      "their rights away and try again:"),
	    e);
}

/* A folder that others may look into and that holds no room is none of our business: it may
 * be anything. */
static bool check_rights(
    const struct vault_sys *sys, const char *home, const struct stat *st, struct err *e)
{
	if (st->st_mode & 022)
		return refuse_rights(home,
		    _("Other users may change what is in the folder, so nothing was opened or "
		      "changed. Take their rights away and try again:"),
		    e);
	if ((st->st_mode & 077) && home_holds_files(sys, home))
		return others_look(home, e);
	return true;
}

bool home_check(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct stat st;
	bool ok = false;
	int fd;

	if (!check_link(sys, home, e))
		return false;
	fd = io_open_dir(sys, home);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND, "%s", _("There is no room here yet."));
	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("The folder could not be opened."));
	if (sys->fstat(sys->ctx, fd, &st) != 0)
		err_sys(e, ERR_IO, errno, _("The folder could not be read."));
	else if (st.st_uid != sys->uid(sys->ctx))
		err_set(e, ERR_UNSAFE, "%s",
		    _("The folder belongs to another user. Nothing was opened. Name one of your "
		      "own with --home DIR."));
	else
		ok = check_rights(sys, home, &st, e);
	io_close(sys, fd);
	return ok && check_parent(sys, home, e);
}

/* A plain mkdir lets everybody look in.  Nobody else could have put anything there, so where
 * a room is being made there is nothing to ask. */
static bool make_ours(const struct vault_sys *sys, const char *home, struct err *e)
{
	int fd = io_open_dir(sys, home);
	struct stat st = { 0 };
	bool ok = fd >= 0 && sys->fstat(sys->ctx, fd, &st) == 0;

	if (!ok)
		err_sys(e, ERR_IO, errno, _("The folder could not be opened."));
	else if ((st.st_mode & 077) && !io_make_ours(sys, fd, 0700))
		ok = others_look(home, e);
	io_close(sys, fd);
	return ok;
}

/* The last step of the path, and its name on the disk. */
static bool make_one(const struct vault_sys *sys, const char *path, struct err *e)
{
	struct path above = io_join(path, "..", "");

	if (sys->mkdir(sys->ctx, path, 0700) == 0)
		return io_sync_dir(sys, above.s, e);
	if (errno == EEXIST)
		return true;
	return err_sys(e, ERR_CREATE, errno, _("The folder could not be made."));
}

static bool make_all(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct path path = home_plain_path(home);

	for (char *p = path.s + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		/* Folders above that we may not look at, but that are there, are none of
		 * our business: the last step tells. */
		(void)!make_one(sys, path.s, NULL);
		*p = '/';
	}
	return make_one(sys, path.s, e);
}

bool home_make(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct err why = { 0 };

	if (!home_check(sys, home, &why)) {
		if (why.code != ERR_NOT_FOUND) {
			if (e)
				*e = why;
			return false;
		}
		if (!make_all(sys, home, e) || !home_check(sys, home, e))
			return false;
	}
	return make_ours(sys, home, e);
}

bool vault_home_ready(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct err why = { 0 };

	sys = sys ? sys : &vault_sys_real;
	if (home_check(sys, home, &why)) {
		/* Where locks may not hold, another machine may be at work on what looks
		 * left over; a room that is opened knowingly is another matter. */
		if (!home_is_network(disk_type(sys, home)))
			home_sweep(sys, home);
		return true;
	}
	if (why.code == ERR_NOT_FOUND)
		return true;
	if (e)
		*e = why;
	return false;
}
