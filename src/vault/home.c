/* Finding vaults.  Nothing in a name or in the first bytes of a file says that it is one:
 * 32 letters, and a size, are all there is to go by until a key fits. */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io.h"

/* File systems that other machines can change under us, or that do not keep locks. */
static const long network_types[] = {
	0x6969,     /* NFS */
	0x517B,     /* SMB */
	0xFF534D42, /* CIFS */
	0xFE534D42, /* SMB2 */
	0x5346414F, /* AFS */
	0x73757245, /* Coda */
	0x564C,     /* NCP */
	0x00C36400, /* Ceph */
};

bool home_is_network(long type)
{
	for (size_t i = 0; i < ARRAY_LEN(network_types); i++)
		if (type == network_types[i])
			return true;
	return false;
}

static bool check_type(const struct vault_sys *sys, int fd, struct err *e)
{
	long type;

	if (sys->fs_type(sys->ctx, fd, &type) != 0)
		return true;
	if (home_is_network(type))
		return err_set(e, ERR_UNSUPPORTED, "%s",
		    _("This folder lies on another machine. A room can only be kept "
		      "safely on a disk of this one; choose another folder."));
	return true;
}

/* Whoever can write the folder above can put another one in place of ours. */
static bool check_parent(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct path path = io_join(home, "..", "");
	int fd = io_open_dir(sys, path.s);
	struct stat st;
	bool ok = true;

	if (fd < 0)
		return true;
	if (sys->fstat(sys->ctx, fd, &st) == 0)
		ok = !(st.st_mode & S_IWOTH) || (st.st_mode & S_ISVTX);
	io_close(sys, fd);
	if (!ok)
		return err_set(e, ERR_UNSAFE, "%s",
		    _("Everybody on this machine can change the folder above this one. Choose "
		      "another folder."));
	return true;
}

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

static bool check_rights(
    const struct vault_sys *sys, int fd, const struct stat *st, struct err *e)
{
	if (st->st_mode & 022)
		return err_set(e, ERR_UNSAFE, "%s",
		    _("Other users may change what is in the folder, so nothing was opened. "
		      "Take their rights away with chmod 700 and try again."));
	/* A plain mkdir lets everybody look in.  Nobody else could have put anything there,
	 * so there is nothing to ask. */
	if ((st->st_mode & 077) && !io_make_ours(sys, fd, 0700))
		return err_set(e, ERR_UNSAFE, "%s",
		    _("Other users may look into the folder. Nothing was opened. Take their "
		      "rights away with chmod 700 and try again."));
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
		    _("The folder belongs to another user. Nothing was opened."));
	else
		ok = check_rights(sys, fd, &st, e) && check_type(sys, fd, e);
	io_close(sys, fd);
	return ok && check_parent(sys, home, e);
}

static bool make_one(const struct vault_sys *sys, const char *path, struct err *e)
{
	if (sys->mkdir(sys->ctx, path, 0700) == 0 || errno == EEXIST)
		return true;
	return err_sys(e, ERR_CREATE, errno, _("The folder could not be made."));
}

bool home_make(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct path path = io_whole(home);
	struct err missing = { 0 };

	if (home_check(sys, home, &missing))
		return true;
	if (missing.code != ERR_NOT_FOUND) {
		if (e)
			*e = missing;
		return false;
	}
	for (char *p = path.s + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		/* Folders above that we may not look at, but that are there, are none of
		 * our business: the last step tells. */
		(void)!make_one(sys, path.s, NULL);
		*p = '/';
	}
	if (!make_one(sys, path.s, e))
		return false;
	path = io_join(home, "..", "");
	return io_sync_dir(sys, path.s, e) && home_check(sys, home, e);
}

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

bool home_is_name(const char *name)
{
	return strlen(name) == HOME_NAME && strspn(name, letters) == HOME_NAME;
}

void home_new_name(char out[static HOME_NAME + 1])
{
	uint8_t r[HOME_NAME];

	randombytes_buf(r, sizeof r);
	for (size_t i = 0; i < HOME_NAME; i++)
		out[i] = letters[r[i] % 32];
	out[HOME_NAME] = '\0';
}

static void take_name(void *arg, const char *name)
{
	struct home_names *names = arg;

	if (!home_is_name(name))
		return;
	names->name = realloc(names->name, (names->n + 1) * sizeof names->name[0]);
	/* Nobody may go on without knowing which rooms there are: a second one would be made
	 * under the same passphrase. */
	if (!names->name)
		die("out of memory");
	memcpy(names->name[names->n++], name, HOME_NAME + 1);
}

static int by_name(const void *a, const void *b)
{
	return memcmp(a, b, HOME_NAME);
}

bool home_list(
    const struct vault_sys *sys, const char *home, struct home_names *out, struct err *e)
{
	*out = (struct home_names){ 0 };
	if (sys->list(sys->ctx, home, take_name, out) != 0 && errno != ENOENT) {
		err_sys(e, ERR_IO, errno, _("The folder could not be read."));
		home_free(out);
		return false;
	}
	if (out->n > 1)
		qsort(out->name, out->n, sizeof out->name[0], by_name);
	return true;
}

void home_free(struct home_names *names)
{
	free(names->name);
	*names = (struct home_names){ 0 };
}

bool home_load(const struct vault_sys *sys, const char *home, const char *name, int flags,
    struct home_vault *out, struct err *e)
{
	struct path path = io_join(home, name, "");
	size_t got;

	out->fd = io_open_ours(sys, path.s, flags, e);
	if (out->fd < 0)
		return false;
	randombytes_buf(out->head, sizeof out->head);
	if (!io_read(sys, out->fd, out->head, sizeof out->head, 0, &got, e)) {
		io_close(sys, out->fd);
		return false;
	}
	out->torn = got < sizeof out->head;
	return true;
}

bool home_has_id(const struct home_vault *hv, const uint8_t *id)
{
	return memcmp(header_id(hv->head[0]), id, FMT_ID) == 0 ||
	       memcmp(header_id(hv->head[1]), id, FMT_ID) == 0;
}

bool home_still(const struct vault_sys *sys, const char *home, const char *name, int fd)
{
	struct path path = io_join(home, name, "");

	return io_is(sys, path.s, fd);
}

bool home_match_key(
    const struct home_vault *hv, const struct vault_key *key, struct home_match *out)
{
	for (int copy = 0; copy < 2; copy++) {
		const struct key_pair *p = key_for(key, hv->head[copy]);
		int slot = p ? header_find(hv->head[copy], &p->sk) : -1;

		if (slot < 0)
			continue;
		*out = (struct home_match){ copy, slot, p->sk };
		return true;
	}
	return false;
}

bool home_match_code(
    const struct home_vault *hv, const struct secret *code, struct home_match *out)
{
	for (int copy = 0; copy < 2; copy++) {
		header_recovery_key(
		    &out->sk, hv->head[copy], secret_view(code), secret_len(code));
		out->copy = copy;
		out->slot = header_find(hv->head[copy], &out->sk);
		if (out->slot >= 0)
			return true;
	}
	secret_wipe(out, sizeof *out);
	return false;
}

bool home_opens_any(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, const char *except)
{
	struct home_names names;
	struct home_vault hv;
	struct home_match m;
	bool found = false;

	if (!home_list(sys, home, &names, NULL))
		names.n = 0;
	for (size_t i = 0; !found && i < names.n; i++) {
		if (except && strcmp(except, names.name[i]) == 0)
			continue;
		if (!home_load(sys, home, names.name[i], O_RDONLY, &hv, NULL))
			continue;
		found = home_match_key(&hv, key, &m);
		io_close(sys, hv.fd);
	}
	secret_wipe(&m, sizeof m);
	home_free(&names);
	return found;
}

bool vault_home_has_any(const struct vault_sys *sys, const char *home)
{
	struct home_names names;
	bool any;

	if (!home_list(sys ? sys : &vault_sys_real, home, &names, NULL))
		return false;
	any = names.n > 0;
	home_free(&names);
	return any;
}

/* Opening takes the rights of others away; a file that is refused is told of when it is
 * needed. */
static void mend_files(const struct vault_sys *sys, const char *home)
{
	static const char *const parts[] = { "", HOME_LOG };
	struct home_names names;

	if (!home_list(sys, home, &names, NULL))
		return;
	for (size_t i = 0; i < names.n * ARRAY_LEN(parts); i++) {
		struct path path = io_join(home, names.name[i / 2], parts[i % 2]);

		io_close(sys, io_open_ours(sys, path.s, O_RDONLY, NULL));
	}
	home_free(&names);
}

bool vault_home_ready(const struct vault_sys *sys, const char *home, struct err *e)
{
	struct err why = { 0 };

	sys = sys ? sys : &vault_sys_real;
	if (home_check(sys, home, &why)) {
		mend_files(sys, home);
		home_sweep(sys, home);
		return true;
	}
	if (why.code == ERR_NOT_FOUND)
		return true;
	if (e)
		*e = why;
	return false;
}
