/* libFuzzer: pages.  The pages of a real vault, with changes that the input names: below the
 * seal, as damage does, or above it, as somebody could who knows the key.  The vault is then
 * opened, read, verified, and rescued. */
#include "sealed.h"

enum { BELOW = 1, NO_OPEN = 2, CUT = 4, PUNCH = 8 };

static struct memfs *away; /* an empty vault to rescue into */
static struct memfs *away_work;
static struct vault_key *away_key;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* flags; page, offset, length, bytes */
	static const uint8_t plain[] = { 0 };
	static const uint8_t below[] = { BELOW, 3, 9, 1, 2, 7, 7 };
	static const uint8_t head[] = { 0, 0, 100, 0, 4, 13, 0, 0, 0 };
	static const uint8_t cell[] = { NO_OPEN, 1, 0, 0, 9, 13, 0, 0, 0, 2, 1, 0, 0, 0 };
	static const uint8_t punch[] = { PUNCH, 2, 0, 0, 1, 0 };

	(void)argc;
	(void)argv;
	sealed_make(24);
	away = memfs_new(24);
	away_work = memfs_new(24);
	vault_close(rig_create(&away->sys, HOME, "uno"));
	away_key = rig_key(&away->sys, HOME, "uno");
	if (sealed_seed("plain", plain, sizeof plain)) {
		sealed_seed("below", below, sizeof below);
		sealed_seed("head", head, sizeof head);
		sealed_seed("cell", cell, sizeof cell);
		sealed_seed("punch", punch, sizeof punch);
		exit(0);
	}
	return 0;
}

static void patch(struct feed *f, uint8_t (*page)[FMT_BLOCK], uint32_t npage, size_t room)
{
	while (f->n > 4) {
		uint8_t *p = page[feed_take(f, 1) % npage];
		size_t at = (size_t)feed_take(f, 2) % room, n = (size_t)feed_take(f, 1);

		feed_bytes(f, p + at, n < room - at ? n : room - at);
	}
}

/* Forged pages, whole and sealed. */
static void forge(struct feed *f, unsigned flags)
{
	static uint8_t page[SEALED_PAGES][FMT_BLOCK];
	struct root r = sealed.root;

	memcpy(page, sealed.page, sizeof page);
	patch(f, page, sealed.npage, FMT_BODY);
	memset(r.sum, 0, FMT_HASH);
	if (flags & CUT)
		r.npage = r.npage / 2 + 1;
	for (uint32_t no = 1; no <= r.npage; no++)
		sealed_page(no, page[no - 1], r.sum);
	sealed_roots(&r);
	if (flags & PUNCH)
		sealed_put(false, page[0], FMT_PAGE_AT(1 + (f->n + 2) % r.npage));
}

/* True: nothing was changed. */
static bool damage(struct feed *f)
{
	uint8_t *at = main_in(sealed.work, HOME)->now + FMT_PAGE_AT(1);
	size_t n = sealed.npage * FMT_BLOCK;
	uint8_t *was = malloc(n);
	bool same;

	assert_non_null(was);
	memcpy(was, at, n);
	patch(f, (uint8_t(*)[FMT_BLOCK])(void *)at, sealed.npage, FMT_BLOCK);
	mem_touch(main_in(sealed.work, HOME), 0, main_in(sealed.work, HOME)->size);
	same = memcmp(was, at, n) == 0;
	free(was);
	return same;
}

static void open_it(bool below, bool same)
{
	struct vault_report r = { 0 };
	struct vault *v;
	struct err e = { 0 };
	int64_t n;

	if (!sealed_open(&v)) {
		if (same)
			abort();
		return;
	}
	n = rig_int(v, "SELECT count(*) + sum(length(b)) FROM t");
	if (below && n != -1 && n != 5 + 9000 + 3 + 1 + 3)
		abort();
	if (vault_verify(v, &r, &e) && below && !same && r.bad_pages == 0)
		abort();
	rig_int(v, "SELECT count(*) FROM w WHERE k > 'a'");
	vault_drop_keys(v);
	vault_close(v);
}

static void rescue_it(bool same)
{
	const struct mem_fate stored = { .style = MEM_ALL_STORED };
	struct vault_rescued got = { 0 };
	struct vault_report r = { 0 };
	uint64_t seed = 1;
	struct vault *into;
	struct err e = { 0 };

	memfs_fail_copy(away_work, away, stored, &seed);
	if (!vault_open(&into, &away_work->sys, HOME, away_key, &e))
		abort();
	if (vault_rescue(&sealed.work->sys, HOME, sealed.key, into, &got, &e)) {
		if (same && rig_int(into, "SELECT count(*) FROM t") != 5)
			abort();
	} else if (same || e.text[0] == '\0') {
		abort();
	}
	(void)!vault_inspect(&sealed.work->sys, HOME, sealed.key, &r, &e);
	vault_close(into);
	if (!vault_open(&into, &away_work->sys, HOME, away_key, &e) ||
	    !vault_verify(into, &r, &e) || r.bad_pages)
		abort();
	vault_close(into);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = { data, size };
	unsigned flags = (unsigned)feed_take(&f, 1);
	bool same = false;

	sealed_again();
	if (flags & BELOW)
		same = damage(&f);
	else
		forge(&f, flags);
	if (!(flags & NO_OPEN))
		open_it(flags & BELOW, same);
	rescue_it(same);
	return 0;
}
