/* Telling an older copy of both files, which nothing in the files can tell by itself. */
#include "inner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "code.h"

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
	vault_found(v, out);
	return true;
}

void vault_found(const struct vault *v, struct vault_witness *out)
{
	memcpy(out->id, v->keys->id, FMT_ID);
	out->saves = v->pages->seq;
	mark_of(out->mark, v);
}

/* With as many saves and another mark it is another history: the noted one is gone. */
static enum vault_age age(uint64_t found, uint64_t noted, bool same)
{
	if (found != noted)
		return found < noted ? VAULT_OLDER : VAULT_LIKE_NOTED;
	return same ? VAULT_LIKE_NOTED : VAULT_OLDER;
}

enum vault_age vault_age(
    const struct vault_witness *found, const struct vault_witness *noted)
{
	if (memcmp(found->id, noted->id, FMT_ID) != 0)
		return VAULT_ANOTHER;
	return age(found->saves, noted->saves,
	    sodium_memcmp(found->mark, noted->mark, FMT_HASH) == 0);
}

/* ---- for a person to write down ---- */

void vault_mark_write(const struct vault_witness *w, char out[static VAULT_MARK])
{
	char code[CODE_SHORT + 1];

	code_short(w->mark, code);
	(void)snprintf(out, VAULT_MARK, "%" PRIu64 "-%.4s-%.4s", w->saves, code, code + 4);
}

bool vault_mark_age(
    const struct vault_witness *found, const char *typed, enum vault_age *out)
{
	char code[CODE_SHORT + 1], given[CODE_SHORT + 1] = "";
	uint64_t saves = 0;
	const char *c = typed;
	size_t n = 0;

	for (; *c >= '0' && *c <= '9' && saves < UINT64_MAX / 100; c++)
		saves = saves * 10 + (uint64_t)(*c - '0');
	if (c == typed || *c != '-')
		return false;
	for (; *c != '\0'; c++) {
		if (*c == '-' || *c == ' ')
			continue;
		if (n == CODE_SHORT || !code_char(*c, &given[n]))
			return false;
		n++;
	}
	code_short(found->mark, code);
	*out = age(found->saves, saves, memcmp(code, given, CODE_SHORT) == 0);
	return n == CODE_SHORT;
}
