/* verify: whether the room's file is whole, and what is not. */
#include "cli.h"
#include "json.h"

#include <errno.h>

static const char *const states[] = {
	[VAULT_SOUND] = "sound", [VAULT_MENDED] = "mended", [VAULT_DAMAGED] = "damaged"
};

static void print_json(const struct vault_report *r)
{
	struct buf b = { 0 };

	buf_addc(&b, '{');
	json_number(&b, "schema", 1);
	json_bool(&b, "sound", r->state == VAULT_SOUND);
	json_member(&b, "state", str_from(states[r->state]));
	json_number(&b, "pages", r->pages);
	json_number(&b, "bad_pages", r->bad_pages);
	json_number(&b, "bad_spares", r->bad_spares);
	json_number(&b, "log_blocks", r->log_blocks);
	json_number(&b, "batches", r->batches);
	json_number(&b, "slots", r->slots);
	json_number(&b, "kdf_preset", (int64_t)r->preset);
	json_bool(&b, "headers_ok", r->headers_ok);
	json_bool(&b, "roots_ok", r->roots_ok);
	json_bool(&b, "log_ok", r->log_ok);
	json_bool(&b, "older", r->older);
	json_bool(&b, "unclosed", r->unclosed);
	json_bool(&b, "unfinished", r->unfinished);
	json_number(&b, "saves", (int64_t)r->saves);
	json_number(&b, "lost", (int64_t)r->lost);
	json_member(&b, "where", str_from(r->where));
	json_member(&b, "mended", str_from(r->mended));
	json_bool(&b, "memory_locked", r->memory_locked);
	json_member(&b, "note", str_from(r->note));
	buf_add(&b, STR("}\n"));
	cli_data(buf_str(&b));
	buf_free(&b);
}

/* What is no damage, and worth knowing. */
static void print_last_session(const struct cli *c, const struct vault_report *r)
{
	if (r->unclosed)
		cli_printf(c, "%s\n",
		    _("The last session was not closed: the power failed, or the program was "
		      "stopped. Whether a save at its very end is missing cannot be told."));
	if (r->unfinished)
		cli_printf(c, "%s\n",
		    _("Something was being written when it ended, or was changed there later. It "
		      "was finished or taken back."));
}

static void print_words(const struct cli *c, const struct vault_report *r)
{
	cli_printf(c, _("Pages read: %u, of which damaged: %u\n"), r->pages, r->bad_pages);
	cli_printf(c, _("Header copies: %s. Root records: %s.\n"),
	    r->headers_ok ? _("sound") : _("damaged"),
	    r->roots_ok ? _("sound") : _("damaged"));
	if (r->slots > 0) /* told by a part of the header that is whole */
		cli_printf(c, _("Keys that open it: %u\n"), r->slots);
	cli_printf(
	    c, _("Each guess at a passphrase costs %s.\n"), vault_preset_words(r->preset));
	cli_printf(c,
	    i18n_n("Saved so far: %llu time. A lower number later would mean that an older "
		   "copy was put back.\n",
		"Saved so far: %llu times. A lower number later would mean that an older "
		"copy was put back.\n",
		(unsigned long)r->saves),
	    (unsigned long long)r->saves);
	if (r->where[0] != '\0')
		cli_printf(c, _("Damaged: %s\n"), r->where);
	if (r->mended[0] != '\0')
		cli_printf(c, _("Damaged, and mended just now: %s\n"), r->mended);
	if (r->lost > 0)
		cli_printf(c,
		    i18n_n("Missing from the log: %llu save\n",
			"Missing from the log: %llu saves\n", (unsigned long)r->lost),
		    (unsigned long long)r->lost);
	print_last_session(c, r);
	if (r->note[0] != '\0')
		cli_printf(c, "%s\n", r->note);
}

/* What does not open, or lies where nothing can be written or on a disk that does not give all
 * of it back, can be looked at all the same. */
static bool worth_a_look(const struct err *e)
{
	return e->code == ERR_DAMAGED || e->sys == EROFS || e->sys == EACCES ||
	       e->sys == EPERM || e->sys == EIO;
}

static bool look(const struct cli *c, struct vault_report *r, struct err *e)
{
	struct room *room = NULL;
	struct vault_key *key = cli_key(c, e);
	bool ok = false;

	if (key == NULL)
		return false;
	if (room_open(&room, c->world, c->setup->home, key, e))
		ok = vault_verify(room_vault(room), r, e);
	else if (worth_a_look(e))
		ok = vault_inspect(NULL, c->setup->home, key, r, e);
	room_close(room);
	vault_key_free(key);
	return ok;
}

bool cli_verify(const struct cli *c, struct err *e)
{
	struct vault_report r = { 0 };

	if (!look(c, &r, e))
		return false;
	if (options_has(c->o, OPT_JSON))
		print_json(&r);
	else
		print_words(c, &r);
	if (r.state == VAULT_SOUND)
		return true;
	/* Told by the status as well, though nothing is lost: a disk begins to fail like this,
	 * and a script would not read the words. */
	if (r.state == VAULT_MENDED)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("A part of the room's file was damaged, and nothing is lost by it. Make a "
		      "backup: if this comes again, the disk may be failing."));
	return err_set(e, ERR_DAMAGED, "%s",
	    _("Part of the room's file is damaged. Keep a copy as it is, and bring back a "
	      "backup with 'remanso restore', or save what can be read with 'remanso "
	      "rescue'."));
}
