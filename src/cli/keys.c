/* room recover, add-key, keys, remove-key, rotate, delete: everything about a room's keys beyond its
 * first passphrase. */
#include "cli.h"
#include "prompt.h"

#include <signal.h>
#include <stdio.h>

/* ---- a lost passphrase, and one more ---- */
typedef bool use_key_fn(struct vault *v, const struct vault_key *key, struct err *e);

/* Ask for a new passphrase, and give its key to the vault. */
static bool use_new(const struct cli *c, struct room *room, use_key_fn *use, struct err *e)
{
	struct secret *pass = cli_passphrase(c, OPT_NEW_FD, true, e);
	bool ok = false;

	if (pass == NULL)
		return false;
	struct vault_key *key = vault_derive(NULL, c->setup->home, pass, e);
	secret_free(pass);
	if (key != NULL)
		ok = use(room_vault(room), key, e);
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
	ok = ok && use_new(c, room, vault_set_passphrase, e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The new passphrase opens the room. The recovery key goes on working; "
		      "'remanso room rotate' changes everything."));
	return ok;
}

bool cli_room_add_key(const struct cli *c, struct err *e)
{
	struct room *room = NULL;

	if (!cli_room(c, &room, e))
		return false;
	bool ok = use_new(c, room, vault_add_passphrase, e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The new passphrase opens the room as well. 'remanso room keys' lists "
		      "what opens it, and 'remanso room remove-key' takes one away."));
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
	/* With several passphrases nothing else tells which number is whose. */
	int used = vault_slot(room_vault(room));
	for (int i = 0; i < VAULT_SLOTS; i++)
		if (kind[i] != SLOT_FREE)
			cli_printf(c, "%d\t%s%s\n", i + 1, kind_words(kind[i]),
			    i == used ? _("\tused now") : "");
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
static bool keep_code(const struct cli *c, const struct vault_key *key,
    const struct secret *code, struct err *e)
{
	struct room *room = NULL;

	if (!room_open(&room, c->world, c->setup->home, key, e)) {
		cli_void_recovery(c);
		return false;
	}
	bool ok = cli_keep_recovery(c, room, code, e);
	room_close(room);
	return ok;
}

/* The recovery key is shown while the earlier one still works: see cli_room_recovery(). */
static bool rotate(const struct cli *c, struct room *room, const struct vault_key *key,
    struct secret **code, struct err *e)
{
	if (vault_has_recovery(room_vault(room))) {
		*code = vault_draw_recovery();
		if (!cli_show_recovery(c, *code, e))
			return false;
	}
	if (vault_rotate(room_vault(room), key, e))
		return true;
	if (*code != NULL)
		cli_void_recovery(c);
	return false;
}

/* Earlier states that lie beside it would go on opening with the old keys, so they go with
 * these; but they are somebody's words. */
static bool may_go(const struct cli *c, unsigned kept, bool *yes, struct err *e)
{
	*yes = kept == 0 || options_has(c->o, OPT_YES);
	if (*yes)
		return true;
	struct str question = arena_fmt(c->memory,
	    i18n_n(
		"%u earlier state of this room, which a restore set aside, is deleted by "
		"this: it would go on opening with the old keys. 'remanso restore --kept' "
		"lists it. Go on? (yes or no) ",
		"%u earlier states of this room, which restores set aside, are deleted by "
		"this: they would go on opening with the old keys. 'remanso restore --kept' "
		"lists them. Go on? (yes or no) ",
		kept),
	    kept);

	return prompt_yes(c, question.s, yes, e);
}

static void tell_rotated(const struct cli *c, unsigned kept)
{
	cli_say(c, "%s",
	    _("The room is locked with fresh keys, and only this passphrase opens "
	      "it. Copies made earlier still open with what opened them then."));
	if (kept > 0)
		cli_say(c,
		    i18n_n("%u earlier state that had been set aside is deleted.",
			"%u earlier states that had been set aside are deleted.", kept),
		    kept);
}

bool cli_room_rotate(const struct cli *c, struct err *e)
{
	struct vault_key *key = cli_key(c, e);
	struct secret *code = NULL;
	struct room *room = NULL;
	unsigned kept = 0;
	bool ok = false, yes = false;

	if (key == NULL)
		return false;
	if (room_open(&room, c->world, c->setup->home, key, e)) {
		kept = vault_kept_of(room_vault(room));
		ok = may_go(c, kept, &yes, e) && (!yes || rotate(c, room, key, &code, e));
	}
	room_close(room);
	if (ok && yes)
		tell_rotated(c, kept);
	else if (ok)
		cli_say(c, "%s", _("The room is as it was."));
	if (ok && code != NULL)
		ok = keep_code(c, key, code, e);
	secret_free(code);
	vault_key_free(key);
	return ok;
}

/* ---- deleting ---- */
#define WAIT_SECONDS 5

/* `signal`: what ended the wait; the program ends with it when the room is closed. */
static bool agreed(const struct cli *c, bool *yes, int *signal, struct err *e)
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
	*yes = prompt_wait(c, WAIT_SECONDS, signal, e);
	return *yes || e->text[0] == '\0';
}

bool cli_room_delete(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	bool yes = false;
	int signal = 0;

	if (!cli_room(c, &room, e))
		return false;
	bool ok = agreed(c, &yes, &signal, e);
	if (ok && yes)
		ok = vault_delete(room_vault(room), e);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    yes ? _("The room is deleted. What a disk keeps of old blocks, and "
			    "backups, are out of reach.")
			: _("The room is as it was."));
	if (signal != 0)
		(void)raise(signal);
	return ok;
}
