/* Changing what opens a vault.  A change makes a whole new header with the next generation,
 * writes it to one copy, reads it back, opens it with the new secret, and only then writes
 * the other copy; after a crash the old secret or the new one works.  The root then
 * remembers the generation, so that an older header put back later is refused. */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "code.h"
#include "io.h"

static bool opens(const uint8_t *block, int slot, const struct slot_key *sk)
{
	uint8_t master[FMT_KEY];
	bool ok = header_find(block, sk) == slot && header_unwrap(block, slot, sk, master);

	secret_wipe(master, sizeof master);
	return ok;
}

bool slots_write(const struct vault_sys *sys, int fd, const uint8_t *header, int first,
    int slot, const struct slot_key *proof, struct err *e)
{
	uint8_t back[FMT_BLOCK];
	size_t got;

	for (int i = 0; i < 2; i++) {
		int copy = i ? !first : first;

#ifdef REMANSO_MUTATE_12 /* both copies in flight at one time */
		if (i == 0) {
			if (!io_write(sys, fd, header, FMT_BLOCK, FMT_HEADER_AT(copy), e))
				return false;
			continue;
		}
#endif
		if (!io_write(sys, fd, header, FMT_BLOCK, FMT_HEADER_AT(copy), e) ||
		    !io_sync(sys, fd, e) ||
		    !io_read(sys, fd, back, FMT_BLOCK, FMT_HEADER_AT(copy), &got, e))
			return false;
		if (got != FMT_BLOCK || memcmp(back, header, FMT_BLOCK) != 0 ||
		    (proof && !opens(back, slot, proof)))
			return err_set(e, ERR_IO, "%s",
			    _("What was written could not be read back. The old passphrase still "
			      "works."));
	}
	return true;
}

/* The old header again, in both copies.  A write that failed may have torn its copy, and the
 * other one is then all there is: it must not be the first to be written.  Copy 1 was changed
 * first, so as long as copy 0 holds the old header, that is the whole one.  When this fails as
 * well, one of the secrets opens the vault the next time. */
static void put_back(const struct vault *v)
{
	uint8_t there[FMT_BLOCK];
	size_t got = 0;
	bool untouched = io_read(v->sys, v->pages->main, there, FMT_BLOCK, FMT_HEADER_AT(0),
			     &got, NULL) &&
			 got == FMT_BLOCK && memcmp(there, v->header, FMT_BLOCK) == 0;

	(void)!slots_write(
	    v->sys, v->pages->main, v->header, untouched ? 1 : 0, -1, NULL, NULL);
}

/* `sk` into `slot`, or nothing when it is NULL; stored. */
static bool put(struct vault *v, int slot, const struct slot_key *sk, enum slot_kind kind,
    struct err *e)
{
	uint8_t next[FMT_BLOCK];
	struct header_info info = v->info;
	bool ok;

	if (v->dead)
		return err_set(e, ERR_INTERNAL, "%s", _("This room is closed."));
	/* What does not open this room any more must not open the same room beside it. */
	if (!home_set_aside_twins(v->sys, v->home, v->name, v->keys->id, e))
		return false;
	memcpy(next, v->header, FMT_BLOCK);
	info.gen++;
	info.kind[slot] = (uint8_t)kind;
	if (sk)
		header_wrap(next, slot, sk, v->keys->master, kind);
	else
		header_clear(next, slot);
	header_seal(next, v->keys, &info);
	ok = slots_write(v->sys, v->pages->main, next, 1, slot, sk, e);
	seal_forget_stack();
	if (!ok) {
		put_back(v);
		return false;
	}
	memcpy(v->header, next, FMT_BLOCK);
	v->info = info;
	/* The change is made; what this adds is that the old header cannot come back. */
	(void)!pages_raise_header(v->pages, info.gen, NULL);
	return true;
}

static int slot_of_kind(const struct vault *v, enum slot_kind kind)
{
	for (int i = 0; i < FMT_SLOTS; i++) {
		if (v->info.kind[i] == kind)
			return i;
	}
	return -1;
}

const struct key_pair *slots_usable(
    struct vault *v, const struct vault_key *key, struct err *e)
{
	const struct key_pair *p = key_for(key, v->header);

	if (!home_set_aside_twins(v->sys, v->home, v->name, header_id(v->header), e))
		return NULL;
	if (home_opens_any(v->sys, v->home, key, v->name)) {
		err_set(e, ERR_PASSPHRASE, "%s",
		    _("This passphrase opens another room already. Choose a different one."));
		return NULL;
	}
	if (!p && key_state(key, v->header) == KEY_NO_MEMORY)
		key_no_memory(header_preset(v->header), e);
	else if (!p)
		err_set(e, ERR_PASSPHRASE, "%s",
		    _("There are too many rooms of other homes in this folder to try this "
		      "passphrase on all. Move some of them to another folder."));
	return p;
}

bool vault_set_passphrase(struct vault *v, const struct vault_key *key, struct err *e)
{
	const struct key_pair *p = slots_usable(v, key, e);
	int slot = v->slot, same;

	if (!p)
		return false;
	if (v->info.kind[slot] != SLOT_PASSPHRASE)
		slot = slot_of_kind(v, SLOT_PASSPHRASE);
	if (slot < 0)
		slot = slot_of_kind(v, SLOT_FREE);
	same = header_find(v->header, &p->sk);
	if (slot < 0 || (same >= 0 && same != slot))
		return err_set(e, ERR_PASSPHRASE, "%s",
		    _("This passphrase opens this room already. Choose a different one."));
	return put(v, slot, &p->sk, SLOT_PASSPHRASE, e);
}

bool vault_add_passphrase(struct vault *v, const struct vault_key *key, struct err *e)
{
	const struct key_pair *p = slots_usable(v, key, e);
	int slot = slot_of_kind(v, SLOT_FREE);

	if (!p)
		return false;
	if (header_find(v->header, &p->sk) >= 0)
		return err_set(e, ERR_PASSPHRASE, "%s",
		    _("This passphrase opens this room already. Choose a different one."));
	if (slot < 0)
		return err_set(e, ERR_USAGE, "%s",
		    _("This room has eight keys already, and there is no place for another."));
	return put(v, slot, &p->sk, SLOT_PASSPHRASE, e);
}

unsigned vault_slots(const struct vault *v, enum slot_kind out[static VAULT_SLOTS])
{
	unsigned used = 0;

	for (int i = 0; i < VAULT_SLOTS; i++) {
		out[i] = v->info.kind[i];
		used += out[i] != SLOT_FREE;
	}
	return used;
}

int vault_slot(const struct vault *v)
{
	return v->slot;
}

bool vault_remove_slot(struct vault *v, int slot, struct err *e)
{
	enum slot_kind kind[VAULT_SLOTS];

	if (slot < 0 || slot >= VAULT_SLOTS || v->info.kind[slot] == SLOT_FREE)
		return err_set(e, ERR_NOT_FOUND, "%s", _("This room has no such key."));
	if (vault_slots(v, kind) == 1)
		return err_set(e, ERR_USAGE, "%s",
		    _("This is the only key of this room. Without it nobody could open it."));
	return put(v, slot, NULL, SLOT_FREE, e);
}

bool vault_has_recovery(const struct vault *v)
{
	return slot_of_kind(v, SLOT_RECOVERY) >= 0;
}

struct secret *vault_draw_recovery(void)
{
	struct secret *raw = secret_new(CODE_BYTES), *code;

	randombytes_buf(secret_bytes(raw), CODE_BYTES);
	code = code_write(secret_bytes(raw));
	secret_free(raw);
	return code;
}

bool vault_set_recovery(struct vault *v, const struct secret *code, struct err *e)
{
	int slot = slot_of_kind(v, SLOT_RECOVERY);
	struct secret *raw;
	struct slot_key sk;
	bool ok;

	if (slot < 0)
		slot = slot_of_kind(v, SLOT_FREE);
	if (slot < 0)
		return err_set(e, ERR_USAGE, "%s",
		    _("This room has eight keys already, and there is no place for another."));
	if (!code_read(code, &raw, e))
		return false;
	header_recovery_key(&sk, v->header, secret_view(raw), secret_len(raw));
	ok = put(v, slot, &sk, SLOT_RECOVERY, e);
	secret_wipe(&sk, sizeof sk);
	seal_forget_stack();
	secret_free(raw);
	return ok;
}

bool vault_new_recovery(struct vault *v, struct secret **out, struct err *e)
{
	struct secret *code = vault_draw_recovery();

	if (!vault_set_recovery(v, code, e)) {
		secret_free(code);
		return false;
	}
	*out = code;
	return true;
}
