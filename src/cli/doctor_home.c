/* doctor on the home folder: whose it is, who may look in or change it, and the disk it lies
 * on.  Everything here can be seen by whoever may list the folder; no file is opened. */
#include "doctor.h"

static void folder(struct doctor *d, const struct vault_home_state *h)
{
	struct arena *a = d->cli->memory;
	const char *path = d->cli->setup->home, *label = _("Home folder");
	char command[128];

	vault_chmod_words(command, "700", path);
	if (!h->there)
		doctor_find(d, "home", DOCTOR_NOTE, label,
		    arena_fmt(a, _("%s (made when something is first kept)"), path));
	else if (h->link)
		doctor_find(d, "home", DOCTOR_WARNING, label,
		    arena_fmt(a,
			_("%s is a link to another place, and is not followed. Name the "
			  "folder itself with --home DIR."),
			path));
	else if (!h->folder)
		doctor_find(d, "home", DOCTOR_WARNING, label,
		    arena_fmt(
			a, _("%s is not a folder. Name another with --home DIR."), path));
	else if (!h->ours)
		doctor_find(d, "home", DOCTOR_WARNING, label,
		    arena_fmt(a,
			_("%s belongs to another user, so no room is opened there. Name one "
			  "of your own with --home DIR."),
			path));
	else if ((h->mode & 022) != 0)
		doctor_find(d, "home", DOCTOR_WARNING, label,
		    arena_fmt(a,
			_("%s can be changed by others, so no room is opened there. Mend "
			  "it with: %s"),
			path, command));
	else if ((h->mode & 077) != 0)
		doctor_find(d, "home", DOCTOR_WARNING, label,
		    arena_fmt(
			a, _("%s can be read by others. Mend it with: %s"), path, command));
	else
		doctor_find(d, "home", DOCTOR_GOOD, label,
		    arena_fmt(a, _("%s (only yours)"), path));
}

static void files(struct doctor *d, const struct vault_home_state *h)
{
	struct arena *a = d->cli->memory;
	const char *label = _("Room files");
	char command[128];

	vault_chmod_words(command, "600", d->cli->setup->home);
	if (!h->listed)
		doctor_find(d, "room-files", DOCTOR_NOTE, label,
		    str_from(_("The folder does not let itself be looked into.")));
	else if (h->foreign_files > 0)
		doctor_find(d, "room-files", DOCTOR_WARNING, label,
		    str_from(_("Some of them belong to another user, are links, or have a "
			       "second name (a hard link). They are not opened. Put the "
			       "file itself there, yours and under one name.")));
	else if (h->open_files > 0)
		doctor_find(d, "room-files", DOCTOR_WARNING, label,
		    arena_fmt(a,
			_("Others have rights to some of them. Mend it with: %s/*"),
			command));
	else if (!h->rooms)
		doctor_find(d, "room-files", DOCTOR_NOTE, label,
		    str_from(_("There is no room here yet.")));
	else
		doctor_find(d, "room-files", DOCTOR_GOOD, label,
		    str_from(_("There are some, and only you can read and change them.")));
}

static void disk(struct doctor *d, const struct vault_home_state *h)
{
	const char *label = _("Disk");

	if (!h->disk_known)
		doctor_find(d, "disk", DOCTOR_NOTE, label,
		    str_from(_("The folder does not let itself be looked into.")));
	else if (h->network)
		doctor_find(d, "disk", DOCTOR_WARNING, label,
		    str_from(
			_("It belongs to another machine: a room cannot be kept safely "
			  "there. Name another folder with --home DIR.")));
	else
		doctor_find(d, "disk", DOCTOR_GOOD, label,
		    str_from(_("of this machine, not reached over a network")));
}

/* Whoever can change the folder above can put another one in place of ours. */
static void above(struct doctor *d, const struct vault_home_state *h)
{
	const char *label = _("Folder above");
	bool sticky = (h->above_mode & 01000) != 0;

	if (!h->above_known)
		return;
	if ((h->above_mode & 02) != 0 && !sticky)
		doctor_find(d, "above", DOCTOR_WARNING, label,
		    str_from(_("Everybody on this machine can change it, so no room is "
			       "opened in ours. Name another folder with --home DIR.")));
	else if (!h->above_ours)
		doctor_find(d, "above", DOCTOR_WARNING, label,
		    str_from(_("It belongs to another user, who could put another folder "
			       "in place of yours.")));
	else if ((h->above_mode & 020) != 0 && !sticky)
		doctor_find(d, "above", DOCTOR_NOTE, label,
		    str_from(_("Its group can change it, and could put another folder in "
			       "place of yours.")));
	else
		doctor_find(d, "above", DOCTOR_GOOD, label,
		    str_from(_("Nobody else can put another folder in place of yours.")));
}

void doctor_home(struct doctor *d)
{
	const char *path = d->cli->setup->home;
	struct vault_home_state h = { 0 };

	if (path == NULL) {
		doctor_find(d, "home", DOCTOR_WARNING, _("Home folder"),
		    str_from(_("There is none. Name a folder with --home DIR.")));
		return;
	}
	vault_home_look(NULL, path, &h);
	folder(d, &h);
	if (!h.folder)
		return;
	files(d, &h);
	disk(d, &h);
	above(d, &h);
}
