/* export, backup, restore: copies that leave the room. */
#include "cli.h"
#include "outside.h"
#include "prompt.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- export ---- */
static bool agreed(const struct cli *c, bool *yes, struct err *e)
{
	*yes = true;
	cli_say(c, "%s",
	    _("This copy is not locked. Whoever has the file can read every word in it, and "
	      "deleting it later may leave traces on the disk."));
	if (options_has(c->o, OPT_YES) || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	return prompt_yes(c, _("Write it? (yes or no) "), yes, e);
}

static bool export_room(
    const struct cli *c, const char *path, bool to_stdout, struct err *e)
{
	enum export_form form = options_has(c->o, OPT_JSON) ? EXPORT_JSON : EXPORT_TEXT;
	struct content content;
	struct room *room = NULL;
	struct buf out = { 0 };
	int lang;
	bool ok = false;

	if (!cli_content(c, &content, &lang, e))
		return false;
	if (!cli_room(c, &room, e))
		goto free_content;
	if (!room_export(room, &content, lang, form, options_has(c->o, OPT_ALL), &out, e))
		goto close_room;
	if (to_stdout) {
		cli_data(buf_str(&out));
		ok = true;
	} else {
		ok = outside_write(c->outside, NULL, buf_str(&out), e);
		if (ok)
			cli_say(c, _("Written: %s"), path);
	}
close_room:
	buf_free(&out);
	room_close(room);
free_content:
	content_free(&content);
	return ok;
}

bool cli_export(const struct cli *c, struct err *e)
{
	const char *path = c->o->arg_count > 0 ? c->o->args[0] : "-";
	bool to_stdout = strcmp(path, "-") == 0, yes;
	struct stat st;

	if (options_has(c->o, OPT_JSON) == options_has(c->o, OPT_TEXT))
		return err_set(e, ERR_USAGE, "%s",
		    _("Say which form: --json for programs, or --text for people."));
	/* The writing itself refuses as well; asked here first, nobody types in vain. */
	if (!to_stdout && lstat(path, &st) == 0)
		return err_set(e, ERR_CREATE,
		    _("%s is there already and was left as it is. Choose another name."),
		    path);
	if (!agreed(c, &yes, e))
		return false;
	if (!yes) {
		cli_say(c, "%s", _("Nothing was written."));
		return true;
	}
	return export_room(c, path, to_stdout, e);
}

/* ---- backup and restore ---- */
bool cli_backup(const struct cli *c, struct err *e)
{
	struct room *room = NULL;

	if (!cli_room(c, &room, e))
		return false;
	bool ok = vault_backup(room_vault(room), c->o->args[0], e);
	room_close(room);
	if (ok)
		cli_say(c, _("The locked room is copied to %s, read back and checked."),
		    c->o->args[0]);
	return ok;
}

struct listing {
	const struct cli *c;
};

static void list_one(void *arg, unsigned number, int64_t when, const char *file)
{
	const struct listing *l = arg;
	time_t t = (time_t)when;
	char date[40] = "";
	struct tm tm;

	if (localtime_r(&t, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &tm);
	cli_printf(l->c, "%u  %s  %s\n", number, date, file);
}

/* The number of what was set aside, as given or because there is only one. */
static bool which_kept(const struct cli *c, unsigned *number, struct err *e)
{
	unsigned n = vault_kept(NULL, c->setup->home, NULL, NULL);
	int given = 0;

	if (n == 0)
		return err_set(e, ERR_NOT_FOUND, "%s", _("Nothing was set aside here."));
	*number = 1;
	if (c->o->arg_count > 0) {
		if (!str_int(str_from(c->o->args[0]), &given) || given < 1)
			return err_set(e, ERR_USAGE, "%s",
			    _("With --kept goes a number from its list, or nothing."));
		*number = (unsigned)given;
		return true;
	}
	if (n == 1)
		return true;
	vault_kept(NULL, c->setup->home, list_one, &(struct listing){ c });
	return err_set(e, ERR_USAGE, "%s",
	    _("More than one room was set aside here; the list says when each was last "
	      "written. Add its number: remanso restore --kept NUMBER"));
}

/* With the passphrase at hand the room is read through before anything is changed.  For one
 * from a folder it is asked for, but not needed; one that was set aside comes into a home where
 * another may open with the same. */
static bool restore_passphrase(const struct cli *c, struct secret **out, struct err *e)
{
	struct err why = { 0 };

	*out = NULL;
	if (options_has(c->o, OPT_FD) || options_has(c->o, OPT_KEPT)) {
		*out = cli_passphrase(c, OPT_FD, false, e);
		return *out != NULL;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return true;
	*out = prompt_secret(
	    c, _("Its passphrase, to read it through first (Enter alone: unread): "), &why);
	if (*out != NULL || why.code == ERR_USAGE)
		return true;
	*e = why;
	return false;
}

static void tell_restored(const struct cli *c, const struct vault_restored *r)
{
	if (r->rooms > 0 && !options_has(c->o, OPT_KEPT))
		cli_say(c, "%s",
		    _("What was in that folder is here again. It opens with the passphrase it "
		      "had then."));
	else if (r->rooms > 0)
		cli_say(c, "%s",
		    _("What was set aside is here again. It opens with the passphrase it had "
		      "then."));
	else
		cli_say(c, "%s",
		    _("It is here already, the same to the byte, and opens with the passphrase it had then."));
	if (r->checked > 0)
		cli_say(c, "%s",
		    _("The room that this passphrase opens was read through: it is whole."));
	if (r->checked < r->rooms + r->same)
		cli_say(c, "%s",
		    _("What was not opened with its passphrase was not read through. The same "
		      "command with its passphrase (--passphrase-fd) says whether it is whole, and "
		      "sets aside another room here that opens with the same one."));
	if (r->aside > 0)
		cli_say(c,
		    _("What was here before is set aside, and lost nothing: %s in %s, with the "
		      "file of the same name that ends in -log. It opens with the passphrase it "
		      "had. 'remanso restore --kept' brings it back and sets the present one "
		      "aside. To be rid of it, delete these files."),
		    r->note, c->setup->home);
}

bool cli_restore(const struct cli *c, struct err *e)
{
	bool kept = options_has(c->o, OPT_KEPT), ok;
	struct vault_restored r;
	struct secret *pass;
	unsigned number = 0;

	if (!kept && c->o->arg_count == 0)
		return err_set(e, ERR_USAGE,
		    _("Something is missing. See: remanso help %s"), "restore");
	if (c->setup->home == NULL)
		return err_set(e, ERR_CONFIG, "%s",
		    _("There is no home folder to keep a room in. Name a folder with "
		      "--home DIR."));
	if ((kept && !which_kept(c, &number, e)) || !restore_passphrase(c, &pass, e))
		return false;
	ok = kept ? vault_restore_kept(NULL, c->setup->home, number, pass, &r, e)
		  : vault_restore_all(NULL, c->setup->home, c->o->args[0], pass, &r, e);
	secret_free(pass);
	if (ok)
		tell_restored(c, &r);
	return ok;
}
