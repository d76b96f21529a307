/* Telling an older copy of both files, which nothing in the files can tell by itself. */
#include "inner.h"

#include <string.h>

#include <sodium.h>

#include "io.h"

static void mark_of(uint8_t out[static FMT_HASH], const struct vault *v)
{
	uint8_t seq[8];

	fmt_put64(seq, v->pages->seq);
	seal_hash(out, v->keys->witness, v->keys->id, FMT_ID, seq, sizeof seq,
	    v->pages->root.sum, FMT_HASH);
}

bool vault_witness(struct vault *v, struct vault_witness *out, struct err *e)
{
	if (v->dead)
		return err_set(e, ERR_INTERNAL, "%s", _("This room is closed."));
	/* Folded, everything is in the sum, and it stays as it is until something is saved. */
	if (!fold_all(v->pages, e))
		return false;
	memcpy(out->id, v->keys->id, FMT_ID);
	out->saves = v->pages->seq;
	mark_of(out->mark, v);
	return true;
}

enum vault_age vault_check_witness(const struct vault *v, const struct vault_witness *w)
{
	uint8_t mark[FMT_HASH];

	if (memcmp(w->id, v->keys->id, FMT_ID) != 0)
		return VAULT_ANOTHER;
	if (v->pages->seq != w->saves)
		return v->pages->seq < w->saves ? VAULT_OLDER : VAULT_LIKE_NOTED;
	mark_of(mark, v);
	return sodium_memcmp(mark, w->mark, FMT_HASH) == 0 ? VAULT_LIKE_NOTED : VAULT_OLDER;
}
