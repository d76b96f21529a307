/* room recover, keys, remove-key, rotate, delete: everything about a room's keys beyond its
 * first passphrase. */
#include "cli.h"
#include "prompt.h"

#include <stdio.h>
#include <unistd.h>

/* ---- a lost passphrase ---- */
static bool set_new(const struct cli *c, struct room *room, struct err *e)
{
	struct secret *pass = cli_passphrase(c, OPT_NEW_FD, true, e);
	bool ok = false;

	if (pass == NULL)
		return false;
	struct vault_key *key = vault_derive(NULL, c->setup->home, pass, e);
	secret_free(pass);
	if (key != NULL)
		ok = vault_set_passphrase(room_vault(room), key, e);
	vault_key_free(key);
	return ok;
}

bool cli_room_recover(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	struct secret *code = options_has(c->o, OPT_FD)
				  ? cli_passphrase(c, OPT_FD, false, e)
				  : prompt_secret(c, _("Recovery key: "), e);

	if (code == NULL)
		return false;
	bool ok = room_open_recovery(&room, c->world, c->setup->home, code, e);
	secret_free(code);
	ok = ok && set_new(c, room, e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The new passphrase opens the room. The recovery key goes on working; "
		      "'remanso room rotate' changes everything."));
	return ok;
}

/* ---- what there is ---- */
static const char *kind_words(enum slot_kind kind)
{
	switch (kind) {
	case SLOT_PASSPHRASE: return _("passphrase");
	case SLOT_RECOVERY: return _("recovery key");
	case SLOT_LINK: return _("another room");
	case SLOT_FREE: break;
	}
	return "";
}

bool cli_room_keys(const struct cli *c, struct err *e)
{
	enum slot_kind kind[VAULT_SLOTS];
	struct room *room = NULL;

	if (!cli_room(c, &room, e))
		return false;
	(void)vault_slots(room_vault(room), kind);
	for (int i = 0; i < VAULT_SLOTS; i++)
		if (kind[i] != SLOT_FREE)
			cli_printf(c, "%d\t%s\n", i + 1, kind_words(kind[i]));
	room_close(room);
	return true;
}

bool cli_room_unkey(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	const char *word = c->o->args[0];

	if (word[0] < '1' || word[0] > '0' + VAULT_SLOTS || word[1] != '\0')
		return err_set(e, ERR_USAGE, "%s",
		    _("'remanso room keys' lists the keys; name one by its number."));
	if (!cli_room(c, &room, e))
		return false;
	bool ok = vault_remove_slot(room_vault(room), word[0] - '1', e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("This key does not open the room any more. Copies made earlier still "
		      "open with it: 'remanso room rotate' helps for what is written from "
		      "now on."));
	return ok;
}

/* ---- all keys anew ---- */
static bool new_code(const struct cli *c, const struct vault_key *key, struct err *e)
{
	struct room *room = NULL;

	if (!room_open(&room, c->world, c->setup->home, key, e))
		return false;
	bool ok = cli_show_recovery(c, room, e);
	room_close(room);
	return ok;
}

bool cli_room_rotate(const struct cli *c, struct err *e)
{
	struct vault_key *key = cli_key(c, e);
	struct room *room = NULL;
	bool ok = false, had_code = false;

	if (key == NULL)
		return false;
	if (room_open(&room, c->world, c->setup->home, key, e)) {
		had_code = vault_has_recovery(room_vault(room));
		ok = vault_rotate(room_vault(room), key, e);
	}
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The room is locked with fresh keys, and only this passphrase opens "
		      "it. Copies made earlier still open with what opened them then."));
	if (ok && had_code)
		ok = new_code(c, key, e);
	vault_key_free(key);
	return ok;
}

/* ---- deleting ---- */
#define WAIT_SECONDS 5

/* Ctrl-C ends the program here, and nothing has happened. */
static bool agreed(const struct cli *c, bool *yes, struct err *e)
{
	*yes = options_has(c->o, OPT_YES);
	if (*yes)
		return true;
	if (!prompt_yes(c,
		_("Delete this room with everything in it? Only a backup brings it back. "
		  "(yes or no) "),
		yes, e) ||
	    !*yes)
		return *yes || e->text[0] == '\0';
	cli_say(c, _("It goes in %d seconds. Ctrl-C keeps it."), WAIT_SECONDS);
	for (unsigned left = WAIT_SECONDS; left > 0;)
		left = sleep(left);
	return true;
}

bool cli_room_delete(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	bool yes = false;

	if (!cli_room(c, &room, e))
		return false;
	bool ok = agreed(c, &yes, e);
	if (ok && yes)
		ok = vault_delete(room_vault(room), e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    yes ? _("The room is deleted. What a disk keeps of old blocks, and "
			    "backups, are out of reach.")
			: _("The room is as it was."));
	return ok;
}
