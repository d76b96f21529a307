/* rescue: what can be read of a damaged room goes into a new one, in another folder. */
#include "cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a path is there already, in bytes. */
static size_t there_already(struct arena *a, const char *path)
{
	char *copy = arena_cstr(a, str_from(path));
	size_t n = strlen(copy);
	struct stat st;

	while (n > 0 && stat(copy, &st) != 0) {
		while (n > 0 && copy[n - 1] == '/')
			n--;
		while (n > 0 && copy[n - 1] != '/')
			n--;
		copy[n] = '\0';
	}
	return n;
}

/* Take away what was made of it and is empty. */
static void remove_made(struct arena *a, const char *path, size_t there)
{
	char *copy = arena_cstr(a, str_from(path));
	size_t n = strlen(copy);

	while (n > there && rmdir(copy) == 0) {
		while (n > there && copy[n - 1] == '/')
			n--;
		while (n > there && copy[n - 1] != '/')
			n--;
		copy[n] = '\0';
	}
}

static bool make_room(
    const struct cli *c, const struct secret *pass, struct room **out, struct err *e)
{
	const char *dir = c->o->args[0];
	struct vault_key *key = vault_derive(NULL, dir, pass, e);
	bool ok = key != NULL && room_create(out, c->world, dir, key, e);

	/* It is the folder that is to be another one, not the passphrase. */
	if (key != NULL && !ok && e->code == ERR_PASSPHRASE)
		err_set(e, ERR_CREATE,
		    _("In %.100s there is a room under this passphrase already; it was left as it "
		      "is. Choose another folder."),
		    dir);
	vault_key_free(key);
	return ok;
}

static bool fill(const struct cli *c, const struct vault_key *key, struct room *into,
    struct vault_rescued *r, struct err *e)
{
	return vault_rescue(NULL, c->setup->home, key, room_vault(into), r, e) &&
	       store_reindex(room_store(into), e);
}

static bool rescue(
    const struct cli *c, const struct secret *pass, struct vault_rescued *r, struct err *e)
{
	struct vault_key *key = vault_derive(NULL, c->setup->home, pass, e);
	struct room *into = NULL;
	bool ok = false;

	if (key != NULL && make_room(c, pass, &into, e)) {
		ok = fill(c, key, into, r, e);
		if (!ok)
			(void)!vault_delete(room_vault(into), NULL);
	}
	room_close(into);
	vault_key_free(key);
	return ok;
}

/* The tables by what a person knows of them; others by their names. */
static void tell_lacking(const struct cli *c, const char *tables)
{
	static const char *const words[][2] = {
		{ "entry", N_("entries") },
		{ "entry_history", N_("earlier versions of entries") },
		{ "marker", N_("what was deleted, and when") },
		{ "run", N_("passes through pages") },
		{ "setting", N_("settings") },
		{ "shelf", N_("the index for searching") },
	};
	struct str rest = str_from(tables), one;
	struct buf b = { 0 };

	while (str_cut(&rest, ',', &one)) {
		struct str said = one = str_trim(one);

		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			if (str_is(one, words[i][0]))
				said = str_from(_(words[i][1]));
		buf_addf(&b, "%s%.*s", b.n > 0 ? "; " : "", STR_ARG(said));
	}
	cli_printf(c, _("Parts are missing in: %.*s\n"), STR_ARG(buf_str(&b)));
	buf_free(&b);
}

bool cli_rescue(const struct cli *c, struct err *e)
{
	const char *dir = c->o->args[0];
	size_t there = there_already(c->memory, dir);
	struct secret *pass = cli_passphrase(c, OPT_FD, false, e);
	struct vault_rescued r = { 0 };
	bool ok;

	if (pass == NULL)
		return false;
	ok = rescue(c, pass, &r, e);
	secret_free(pass);
	if (!ok) {
		remove_made(c->memory, dir, there);
		return false;
	}
	cli_printf(c, "%s\n", r.note);
	if (r.tables[0] != '\0')
		tell_lacking(c, r.tables);
	cli_say(c,
	    _("What could be read is in a new room in %s, under the same passphrase. The "
	      "damaged one is as it was."),
	    dir);
	return true;
}
