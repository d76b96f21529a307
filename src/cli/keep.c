/* export, backup, restore, verify: copies that leave the room, and whether it is whole. */
#include "cli.h"
#include "json.h"
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
		ok = export_write(path, buf_str(&out), e);
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

/* ---- verify ---- */
static void verify_json(const struct vault_report *r, bool sound)
{
	struct buf b = { 0 };

	buf_addc(&b, '{');
	json_number(&b, "schema", 1);
	json_bool(&b, "sound", sound);
	json_number(&b, "pages", r->pages);
	json_number(&b, "bad_pages", r->bad_pages);
	json_number(&b, "log_blocks", r->log_blocks);
	json_number(&b, "batches", r->batches);
	json_number(&b, "slots", r->slots);
	json_bool(&b, "headers_ok", r->headers_ok);
	json_bool(&b, "roots_ok", r->roots_ok);
	json_bool(&b, "log_ok", r->log_ok);
	json_bool(&b, "older", r->older);
	json_number(&b, "saves", (int64_t)r->saves);
	json_number(&b, "lost", (int64_t)r->lost);
	json_member(&b, "where", str_from(r->where));
	json_bool(&b, "memory_locked", r->memory_locked);
	json_member(&b, "note", str_from(r->note));
	buf_add(&b, STR("}\n"));
	cli_data(buf_str(&b));
	buf_free(&b);
}

static void verify_words(const struct cli *c, const struct vault_report *r)
{
	cli_printf(c, _("Pages read: %u, of which damaged: %u\n"), r->pages, r->bad_pages);
	cli_printf(c, _("Header copies: %s. Root records: %s.\n"),
	    r->headers_ok ? _("sound") : _("damaged"),
	    r->roots_ok ? _("sound") : _("damaged"));
	cli_printf(c, _("Keys that open it: %u\n"), r->slots);
	cli_printf(c,
	    _("Saved so far: %llu times. A lower number later would mean that an older "
	      "copy was put back.\n"),
	    (unsigned long long)r->saves);
	if (r->where[0] != '\0')
		cli_printf(c, _("Damaged: %s\n"), r->where);
	if (r->lost > 0)
		cli_printf(c, _("Missing from the log: %llu saves\n"),
		    (unsigned long long)r->lost);
	if (r->note[0] != '\0')
		cli_printf(c, "%s\n", r->note);
}

bool cli_verify(const struct cli *c, struct err *e)
{
	struct vault_report r = { 0 };
	struct room *room = NULL;
	struct vault_key *key = cli_key(c, e);
	bool ok = false;

	if (key == NULL)
		return false;
	if (room_open(&room, c->world, c->setup->home, key, e))
		ok = vault_verify(room_vault(room), &r, e);
	else if (e->code == ERR_DAMAGED) /* look at what does not open */
		ok = vault_inspect(NULL, c->setup->home, key, &r, e);
	room_close(room);
	vault_key_free(key);
	if (!ok)
		return false;
	bool sound = r.bad_pages == 0 && r.headers_ok && r.roots_ok && r.log_ok && !r.older;
	if (options_has(c->o, OPT_JSON))
		verify_json(&r, sound);
	else
		verify_words(c, &r);
	if (!sound)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("Part of the room's file is damaged. Keep a copy as it is, and bring back a "
		      "backup with 'remanso restore', or save what can be read with 'remanso "
		      "rescue'."));
	return true;
}
