/* export, backup, restore: copies that leave the room. */
#include "cli.h"
#include "outside.h"
#include "prompt.h"

#include <string.h>
#include <sys/stat.h>
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

bool cli_restore(const struct cli *c, struct err *e)
{
	char note[200] = "";

	if (c->setup->home == NULL)
		return err_set(e, ERR_CONFIG, "%s",
		    _("There is no home folder to keep a room in. Name a folder with "
		      "--home DIR."));
	if (!vault_restore(NULL, c->setup->home, c->o->args[0], note, e))
		return false;
	if (note[0] != '\0')
		cli_say(c, "%s", note);
	cli_say(c, "%s",
	    _("What was in that folder is here again. It opens with the passphrase it had "
	      "then."));
	return true;
}
