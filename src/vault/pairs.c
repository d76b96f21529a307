/* Which derivations a home asks for, and in which order.  A folder may hold vaults of other
 * homes, damaged headers and files that are no vaults at all: none of these may keep the right
 * passphrase out, or make everybody wait for the costliest preset. */
#include "key.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "home.h"
#include "io.h"

/* As much as eight derivations of the highest preset; some forty of the usual one. */
#define MOST_WORK (8 * kdf_work(KDF_1G))

struct found {
	uint8_t salt[FMT_SALT], preset;
	bool whole;     /* in a file that has the looks of a vault */
	uint64_t count; /* header copies */
};

struct search {
	struct found *at;
	size_t n, cap;
	bool newer;
};

static bool add(struct search *s, const uint8_t *header, bool whole, struct err *e)
{
	struct found one = { .preset = header_preset(header), .whole = whole, .count = 1 };

	if (kdf_work(one.preset) == 0)
		return true;
	memcpy(one.salt, header_salt(header), FMT_SALT);
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		struct found *more = realloc(s->at, cap * sizeof *more);

		if (!more)
			return err_set(
			    e, ERR_MEMORY, "%s", _("There is not enough memory."));
		s->at = more;
		s->cap = cap;
	}
	s->at[s->n++] = one;
	return true;
}

/* All that can be told without a key: long enough, whole blocks, and a log beside it. */
static bool looks_whole(const struct vault_sys *sys, const char *home, const char *name,
    const struct home_vault *hv)
{
	struct path log = io_join(home, name, HOME_LOG);
	struct stat st;
	uint64_t size = 0;

	return io_size(sys, hv->fd, &size, NULL) && size >= FMT_PAGE_AT(1) &&
	       size % FMT_BLOCK == 0 && sys->lstat(sys->ctx, log.s, &st) == 0;
}

/* A vault that may not be read is passed over; why is left in `refused`. */
static bool look_at(const struct vault_sys *sys, const char *home, const char *name,
    struct search *s, struct err *refused, struct err *e)
{
	struct home_vault hv;
	bool whole;

	if (!home_load(sys, home, name, O_RDONLY, &hv, refused))
		return true;
	whole = looks_whole(sys, home, name, &hv);
	io_close(sys, hv.fd);
	s->newer = s->newer || (!hv.torn && key_is_newer(hv.head[0], hv.head[1]));
	return (hv.got < FMT_BLOCK || add(s, hv.head[0], whole, e)) &&
	       (hv.torn || add(s, hv.head[1], whole, e));
}

static int by_pair(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int cmp = memcmp(x->salt, y->salt, FMT_SALT);

	if (cmp != 0)
		return cmp;
	if (x->preset != y->preset)
		return x->preset < y->preset ? -1 : 1;
	return (int)y->whole - (int)x->whole;
}

/* Equal ones become one.  What only looks like a vault adds nothing to what one says. */
static void merge(struct search *s)
{
	size_t n = 0;

	if (s->n > 1)
		qsort(s->at, s->n, sizeof s->at[0], by_pair);
	for (size_t i = 0; i < s->n; i++) {
		struct found *last = n > 0 ? &s->at[n - 1] : NULL;

		if (!last || last->preset != s->at[i].preset ||
		    memcmp(last->salt, s->at[i].salt, FMT_SALT) != 0)
			s->at[n++] = s->at[i];
		else if (last->whole == s->at[i].whole)
			last->count += s->at[i].count;
	}
	s->n = n;
}

/* What looks like a vault first; then by cost for each header that asks for it: the wait for
 * the right one is the shortest that way, when any is as likely as any other. */
static int by_worth(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	uint64_t cx = kdf_work(x->preset) * y->count, cy = kdf_work(y->preset) * x->count;

	if (x->whole != y->whole)
		return x->whole ? -1 : 1;
	if (cx != cy)
		return cx < cy ? -1 : 1;
	return by_pair(a, b);
}

static size_t affordable(const struct vault_sys *sys, const struct search *s)
{
	uint64_t most = sys->kdf_work ? sys->kdf_work : MOST_WORK, work = 0;

	for (size_t i = 0; i < s->n; i++) {
		work += kdf_work(s->at[i].preset);
		if (i > 0 && work > most)
			return i;
	}
	return s->n;
}

/* A new vault is made like most of the others here, or else like the costlier. */
static bool is_better(const struct found *a, const struct found *b)
{
	if (a->whole != b->whole)
		return a->whole;
	if (a->count != b->count)
		return a->count > b->count;
	return kdf_work(a->preset) > kdf_work(b->preset);
}

static bool take(struct vault_key *key, const struct search *s, size_t n, struct err *e)
{
	struct key_pair *pair;

	key->mem = secret_try_new(n * sizeof *pair);
	if (!key->mem)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	pair = key_pairs(key);
	memset(pair, 0, n * sizeof *pair);
	key->n = n;
	key->fresh = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(pair[i].salt, s->at[i].salt, FMT_SALT);
		pair[i].preset = s->at[i].preset;
		if (is_better(&s->at[i], &s->at[key->fresh]))
			key->fresh = i;
	}
	return true;
}

static bool choose(const struct vault_sys *sys, struct found *out, struct err *e)
{
	*out = (struct found){ .count = 1 };
	randombytes_buf(out->salt, FMT_SALT);
#ifdef REMANSO_TEST
	(void)sys;
	(void)e;
	out->preset = KDF_TEST;
	return true;
#else
	return kdf_choose(sys, &out->preset, e);
#endif
}

static bool nothing_known(bool newer, const struct err *refused, struct err *e)
{
	if (newer)
		return err_set(e, ERR_UNSUPPORTED, "%s",
		    _("This room was made by a newer version of the program, or the beginning of its file was changed. A newer version or a backup can help."));
	if (refused->code == ERR_OK)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("The beginning of the room's file is damaged. A backup can help."));
	*e = *refused;
	return false;
}

bool pairs_collect(
    const struct vault_sys *sys, const char *home, struct vault_key *key, struct err *e)
{
	struct err refused = { 0 };
	struct search s = { 0 };
	struct home_names names = { 0 };
	struct found fresh;
	bool ok = true, any;

	if (!home_list(sys, home, &names, e))
		return false;
	any = names.n > 0;
	for (size_t i = 0; ok && i < names.n; i++)
		ok = look_at(sys, home, names.name[i], &s, &refused, e);
	home_free(&names);
	merge(&s);
	if (s.n > 1)
		qsort(s.at, s.n, sizeof s.at[0], by_worth);
	if (ok && s.n > 0)
		ok = take(key, &s, affordable(sys, &s), e);
	else if (ok && any)
		ok = nothing_known(s.newer, &refused, e);
	else if (ok)
		ok = choose(sys, &fresh, e) &&
		     take(key, &(struct search){ .at = &fresh, .n = 1 }, 1, e);
	free(s.at);
	return ok;
}
