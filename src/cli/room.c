/* room new, room passphrase, room recovery: the keys of a room. */
#include "cli.h"

#include <stdio.h>
#include <unistd.h>

static bool has_home(const struct cli *c, struct err *e)
{
	if (c->setup->home != NULL)
		return true;
	return err_set(e, ERR_CONFIG, "%s",
	    _("There is no home folder to keep a room in. Name a folder with --home DIR."));
}

bool cli_room_new(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	bool ok = false;

	if (!has_home(c, e))
		return false;
	struct secret *pass = cli_passphrase(c, OPT_FD, true, e);
	if (pass == NULL)
		return false;
	struct vault_key *key = vault_derive(NULL, c->setup->home, pass, e);
	secret_free(pass);
	if (key != NULL)
		ok = room_create(&room, c->world, c->setup->home, key, e);
	vault_key_free(key);
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The room is made. Without the passphrase nobody can open it, and "
		      "nobody can find it out: 'remanso room recovery' makes a second key."));
	return ok;
}

bool cli_room_passphrase(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	struct vault_key *key = NULL;
	bool ok = false;

	if (!cli_room(c, &room, e))
		return false;
	struct secret *pass = cli_passphrase(c, OPT_NEW_FD, true, e);
	if (pass == NULL)
		goto close_room;
	key = vault_derive(NULL, c->setup->home, pass, e);
	secret_free(pass);
	if (key != NULL)
		ok = vault_set_passphrase(room_vault(room), key, e);
	vault_key_free(key);
	if (ok)
		cli_say(c, "%s",
		    _("The passphrase is changed. Older backups still open with the old one."));
close_room:
	room_close(room);
	return ok;
}

/* The code goes straight from locked memory to the descriptor: stdio would keep a copy. */
static bool show_code(struct secret *code, struct err *e)
{
	const uint8_t *p = secret_view(code);
	size_t n = secret_len(code);

	(void)fflush(stdout);
	for (size_t at = 0; at < n;) {
		ssize_t w = write(STDOUT_FILENO, p + at, n - at);
		if (w <= 0)
			return err_set(
			    e, ERR_IO, "%s", _("Not everything could be printed."));
		at += (size_t)w;
	}
	return write(STDOUT_FILENO, "\n", 1) == 1;
}

bool cli_show_recovery(const struct cli *c, struct room *room, struct err *e)
{
	struct secret *code = NULL;

	cli_say(c, "%s",
	    _("This key opens the room without the passphrase. It is shown only now; an "
	      "earlier one stops working. Write it down where only you look."));
	bool ok = vault_new_recovery(room_vault(room), &code, e);
	if (ok)
		ok = show_code(code, e);
	secret_free(code);
	return ok;
}

bool cli_room_recovery(const struct cli *c, struct err *e)
{
	struct room *room = NULL;

	if (!cli_room(c, &room, e))
		return false;
	bool ok = cli_show_recovery(c, room, e);
	room_close(room);
	return ok;
}
