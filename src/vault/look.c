/* Looking at a home folder from the outside: names, rights and the kind of disk, nothing that
 * needs a key, and nothing is changed.  What is found is for `doctor` to put into words. */
#include <string.h>

#include <fcntl.h>

#include "remanso/vault.h"

#include "home.h"
#include "io.h"

struct look {
	const struct vault_sys *sys;
	const char *home;
	struct vault_home_state *out;
};

/* Files of rooms, also those in the making and those set aside: what they hold is the same. */
static void look_at_file(void *arg, const char *name)
{
	struct look *l = arg;
	char main[HOME_NAME + 1] = { 0 };
	struct path path;
	struct stat st;

	if (strlen(name) < HOME_NAME)
		return;
	memcpy(main, name, HOME_NAME);
	if (!home_is_name(main))
		return;
	path = io_join(l->home, name, "");
	if (l->sys->lstat(l->sys->ctx, path.s, &st) == 0) {
		l->out->rooms = l->out->rooms || name[HOME_NAME] == '\0';
		l->out->files++;
		l->out->open_files += (st.st_mode & 077) != 0;
		/* As opening has it: a plain file of ours with one name. */
		l->out->foreign_files += !S_ISREG(st.st_mode) || st.st_nlink > 1 ||
					 st.st_uid != l->sys->uid(l->sys->ctx);
	}
}

static void look_above(const struct vault_sys *sys, struct look *l)
{
	struct path path = io_join(l->home, "..", "");
	struct stat st;

	l->out->above_known = sys->lstat(sys->ctx, path.s, &st) == 0;
	if (l->out->above_known) {
		l->out->above_mode = st.st_mode & 07777;
		l->out->above_ours = st.st_uid == 0 || st.st_uid == sys->uid(sys->ctx);
	}
}

void vault_chmod_words(char out[static 128], const char *rights, const char *path)
{
	io_chmod_words(out, rights, path, NULL);
}

void vault_home_look(
    const struct vault_sys *sys, const char *home, struct vault_home_state *out)
{
	struct look l = { sys ? sys : &vault_sys_real, home, out };
	struct stat st;
	struct path plain = home_plain_path(home);
	long type;
	int fd;

	*out = (struct vault_home_state){ 0 };
	sys = l.sys;
	out->there = sys->lstat(sys->ctx, plain.s, &st) == 0;
	if (!out->there)
		return;
	out->link = S_ISLNK(st.st_mode);
	out->folder = S_ISDIR(st.st_mode);
	out->ours = st.st_uid == sys->uid(sys->ctx);
	out->mode = st.st_mode & 07777;
	if (!out->folder)
		return;
	look_above(sys, &l);
	fd = io_open_dir(sys, home);
	if (fd < 0)
		return;
	out->disk_known = sys->fs_type(sys->ctx, fd, &type) == 0;
	out->network = out->disk_known && home_is_network(type);
	io_close(sys, fd);
	out->listed = sys->list(sys->ctx, home, look_at_file, &l) == 0;
}
