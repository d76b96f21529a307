/* room new, room passphrase, room recovery: the keys of a room. */
#include "cli.h"

#include <errno.h>
#include <signal.h>
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
	enum kdf_preset preset = KDF_64M;
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
	if (ok)
		preset = vault_preset(room_vault(room));
	room_close(room);
	if (ok)
		cli_say(c, "%s",
		    _("The room is made. Without the passphrase nobody can open it, and "
		      "nobody can find it out: 'remanso room recovery' makes a second key."));
	/* Never chosen in silence: little memory makes a weak lock. */
	if (ok)
		cli_say(c, _("Each guess at the passphrase costs %s."),
		    vault_preset_words(preset));
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
static bool write_code(const struct secret *code)
{
	const uint8_t *p = secret_view(code);
	size_t n = secret_len(code);

	for (size_t at = 0; at < n;) {
		ssize_t w = write(STDOUT_FILENO, p + at, n - at);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		at += (size_t)w;
	}
	/* A disk may find out only now that it is full; a terminal or a pipe has no disk. */
	return write(STDOUT_FILENO, "\n", 1) == 1 &&
	       (fsync(STDOUT_FILENO) == 0 || errno == EINVAL || errno == EROFS ||
		   errno == ENOTSUP);
}

bool cli_show_recovery(const struct cli *c, const struct secret *code, struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;

	cli_say(c, "%s",
	    _("This key opens the room without the passphrase. It is shown only now; an "
	      "earlier one stops working. Write it down where only you look."));
	/* A pipe that nobody reads any more is told of like a full disk. */
	(void)sigaction(SIGPIPE, &ignore, &before);
	bool ok = fflush(stdout) == 0 && write_code(code);
	(void)sigaction(SIGPIPE, &before, NULL);
	return ok || err_set(e, ERR_IO, "%s",
			 _("The key could not be shown, so nothing was changed. An earlier "
			   "one goes on working."));
}

bool cli_keep_recovery(
    const struct cli *c, struct room *room, const struct secret *code, struct err *e)
{
	if (vault_set_recovery(room_vault(room), code, e))
		return true;
	cli_void_recovery(c);
	return false;
}

void cli_void_recovery(const struct cli *c)
{
	cli_say(c, "%s",
	    _("The key shown just now is not valid, because it could not be kept. Cross it "
	      "out."));
}

bool cli_room_recovery(const struct cli *c, struct err *e)
{
	struct room *room = NULL;

	if (!cli_room(c, &room, e))
		return false;
	struct secret *code = vault_draw_recovery();
	/* Shown first: a key that was kept and never seen would take away the earlier one
	 * and give nothing for it. */
	bool ok = cli_show_recovery(c, code, e) && cli_keep_recovery(c, room, code, e);
	secret_free(code);
	room_close(room);
	return ok;
}
