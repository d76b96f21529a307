/* rescue: what can be read of a damaged room goes into a new one, in another folder. */
#include "cli.h"

static bool make_room(
    const struct cli *c, const struct secret *pass, struct room **out, struct err *e)
{
	const char *dir = c->o->args[0];
	struct vault_key *key = vault_derive(NULL, dir, pass, e);
	bool ok = key != NULL && room_create(out, c->world, dir, key, e);

	vault_key_free(key);
	return ok;
}

static bool fill(const struct cli *c, const struct vault_key *key, struct room *into,
    struct vault_rescued *r, struct err *e)
{
	return vault_rescue(NULL, c->setup->home, key, room_vault(into), r, e) &&
	       store_reindex(room_store(into), e);
}

bool cli_rescue(const struct cli *c, struct err *e)
{
	struct secret *pass = cli_passphrase(c, OPT_FD, false, e);
	struct vault_key *key = NULL;
	struct vault_rescued r = { 0 };
	struct room *into = NULL;
	bool ok = false;

	if (pass == NULL)
		return false;
	key = vault_derive(NULL, c->setup->home, pass, e);
	if (key != NULL && make_room(c, pass, &into, e)) {
		ok = fill(c, key, into, &r, e);
		if (!ok)
			(void)!vault_delete(room_vault(into), NULL);
	}
	room_close(into);
	vault_key_free(key);
	secret_free(pass);
	if (!ok)
		return false;
	cli_printf(c, "%s\n", r.note);
	if (r.tables[0] != '\0')
		cli_printf(c, _("Parts are missing in: %s\n"), r.tables);
	cli_say(c,
	    _("What could be read is in a new room in %s, under the same passphrase. The "
	      "damaged one is as it was."),
	    c->o->args[0]);
	return true;
}
