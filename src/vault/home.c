/* Finding vaults.  Nothing in a name or in the first bytes of a file says that it is one:
 * 32 letters, and a size, are all there is to go by until a key fits. */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "io.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

bool home_is_name(const char *name)
{
	return strlen(name) == HOME_NAME && strspn(name, letters) == HOME_NAME;
}

void home_new_name(char out[static HOME_NAME + 1])
{
	uint8_t r[HOME_NAME];

	randombytes_buf(r, sizeof r);
	for (size_t i = 0; i < HOME_NAME; i++)
		out[i] = letters[r[i] % 32];
	out[HOME_NAME] = '\0';
}

struct listing {
	const struct vault_sys *sys;
	const char *home;
	struct home_names *out;
};

/* Anything of such a name but a folder: what else cannot be a room is refused with words when
 * it is opened. */
static void take_name(void *arg, const char *name)
{
	const struct listing *l = arg;
	struct home_names *names = l->out;
	struct path path;
	struct stat st;

	if (!home_is_name(name))
		return;
	path = io_join(l->home, name, "");
	if (l->sys->lstat(l->sys->ctx, path.s, &st) == 0 && S_ISDIR(st.st_mode))
		return;
	names->name = realloc(names->name, (names->n + 1) * sizeof names->name[0]);
	/* Nobody may go on without knowing which rooms there are: a second one would be made
	 * under the same passphrase. */
	if (!names->name)
		die("out of memory");
	memcpy(names->name[names->n++], name, HOME_NAME + 1);
}

static int by_name(const void *a, const void *b)
{
	return memcmp(a, b, HOME_NAME);
}

bool home_list(
    const struct vault_sys *sys, const char *home, struct home_names *out, struct err *e)
{
	struct listing l = { sys, home, out };

	*out = (struct home_names){ 0 };
	if (sys->list(sys->ctx, home, take_name, &l) != 0 && errno != ENOENT) {
		err_sys(e, ERR_IO, errno, _("The folder could not be read."));
		home_free(out);
		return false;
	}
	if (out->n > 1)
		qsort(out->name, out->n, sizeof out->name[0], by_name);
	return true;
}

static void find_file(void *arg, const char *name)
{
	char main[HOME_NAME + 1] = { 0 };

	if (strlen(name) < HOME_NAME)
		return;
	memcpy(main, name, HOME_NAME);
	*(bool *)arg = *(bool *)arg || home_is_name(main);
}

bool home_holds_files(const struct vault_sys *sys, const char *home)
{
	bool any = false;

	return sys->list(sys->ctx, home, find_file, &any) != 0 || any;
}

void home_free(struct home_names *names)
{
	free(names->name);
	*names = (struct home_names){ 0 };
}

/* What cannot be read is as if it were damaged: random, and with no preset that anything would
 * be derived for. */
static void lose_copy(uint8_t *head)
{
	uint8_t any[FMT_ID];

	randombytes_buf(any, sizeof any);
	header_new(head, any, any, 0);
}

bool home_read_heads(
    const struct vault_sys *sys, int fd, struct home_vault *out, struct err *e)
{
	struct err why = { 0 };
	size_t got[2];
	unsigned lost = 0;

	randombytes_buf(out->head, sizeof out->head);
	for (int copy = 0; copy < 2; copy++) {
		if (io_read(sys, fd, out->head[copy], FMT_BLOCK, FMT_HEADER_AT(copy),
			&got[copy], &why))
			continue;
		lose_copy(out->head[copy]);
		got[copy] = FMT_BLOCK;
		lost++;
	}
	out->got = got[0] + got[1];
	out->torn = out->got < sizeof out->head;
	if (lost == 2 && e)
		*e = why;
	return lost < 2;
}

bool home_load(const struct vault_sys *sys, const char *home, const char *name, int flags,
    struct home_vault *out, struct err *e)
{
	struct path path = io_join(home, name, "");

	out->fd = io_open_ours(sys, path.s, flags, e);
	if (out->fd < 0)
		return false;
	if (!home_read_heads(sys, out->fd, out, e)) {
		io_close(sys, out->fd);
		return false;
	}
	return true;
}

bool home_has_id(const struct home_vault *hv, const uint8_t *id)
{
	return memcmp(header_id(hv->head[0]), id, FMT_ID) == 0 ||
	       memcmp(header_id(hv->head[1]), id, FMT_ID) == 0;
}

bool home_still(const struct vault_sys *sys, const char *home, const char *name, int fd)
{
	struct path path = io_join(home, name, "");

	return io_is(sys, path.s, fd);
}

bool home_match_key(
    const struct home_vault *hv, const struct vault_key *key, struct home_match *out)
{
	for (int copy = 0; copy < 2; copy++) {
		const struct key_pair *p = key_for(key, hv->head[copy]);
		int slot = p ? header_find(hv->head[copy], &p->sk) : -1;

		if (slot < 0)
			continue;
		/* Field by field: a whole struct would stand on the stack once more. */
		out->copy = copy;
		out->slot = slot;
		out->sk = p->sk;
		return true;
	}
	return false;
}

bool home_match_code(
    const struct home_vault *hv, const struct secret *code, struct home_match *out)
{
	for (int copy = 0; copy < 2; copy++) {
		header_recovery_key(
		    &out->sk, hv->head[copy], secret_view(code), secret_len(code));
		out->copy = copy;
		out->slot = header_find(hv->head[copy], &out->sk);
		if (out->slot >= 0)
			return true;
	}
	secret_wipe(out, sizeof *out);
	return false;
}

bool home_opens_any(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, const char *except)
{
	struct home_names names = { 0 };
	struct home_vault hv;
	struct home_match m;
	bool found = false;

	if (!home_list(sys, home, &names, NULL))
		names.n = 0;
	for (size_t i = 0; !found && i < names.n; i++) {
		if (except && strcmp(except, names.name[i]) == 0)
			continue;
		if (!home_load(sys, home, names.name[i], O_RDONLY, &hv, NULL))
			continue;
		found = home_match_key(&hv, key, &m);
		io_close(sys, hv.fd);
	}
	secret_wipe(&m, sizeof m);
	home_free(&names);
	return found;
}

bool vault_home_has_any(const struct vault_sys *sys, const char *home)
{
	struct home_names names = { 0 };
	bool any;

	if (!home_list(sys ? sys : &vault_sys_real, home, &names, NULL))
		return false;
	any = names.n > 0;
	home_free(&names);
	return any;
}
