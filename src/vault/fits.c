/* What to say when a passphrase or a recovery code opened nothing: that it was wrong, as long
 * as there was a room to try it on, and by name on which files it could not be tried.  Files
 * that have no more than the name of a room change nothing of the answer. */
#include "inner.h"

#include <stdio.h>
#include <string.h>

static enum vault_odd why_not(const struct home_vault *hv, const struct vault_key *key)
{
	enum key_state a, b;

	if (hv->got == 0)
		return ODD_EMPTY;
	if (hv->torn)
		return ODD_TORN;
	if (!key)
		return ODD_NOT;
	a = key_state(key, hv->head[0]);
	b = key_state(key, hv->head[1]);
	if (a == KEY_TRIED || b == KEY_TRIED)
		return ODD_NOT;
	if (a == KEY_NO_MEMORY || b == KEY_NO_MEMORY)
		return ODD_MEMORY;
	if (a == KEY_LATER || b == KEY_LATER)
		return ODD_LATER;
	return key_is_newer(hv->head[0], hv->head[1]) ? ODD_NEWER : ODD_DAMAGED;
}

void vault_note_tried(struct vault_tried *t, const char *name, const struct home_vault *hv,
    const struct vault_key *key)
{
	enum vault_odd odd = why_not(hv, key);
	unsigned i = t->n[odd]++;

	if (i < ODD_NAMES)
		memcpy(t->name[odd][i], name, HOME_NAME + 1);
}

static bool none_tried(const struct vault_tried *t, struct err *e)
{
	if (t->n[ODD_MEMORY] > 0)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	if (t->n[ODD_NEWER] > 0)
		return err_set(e, ERR_UNSUPPORTED, "%s",
		    _("This room was made by a newer version of the program, or the beginning of its file was changed. A newer version or a backup can help."));
	if (t->n[ODD_TORN] > 0 || t->n[ODD_EMPTY] > 0)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("This room's file was cut short. A backup can help."));
	return err_set(e, ERR_DAMAGED, "%s",
	    _("The beginning of the room's file is damaged. A backup can help."));
}

bool vault_slot_damaged(struct err *e)
{
	return err_set(e, ERR_DAMAGED, "%s",
	    _("What this opens is damaged in both copies of the beginning of the room's "
	      "file. Another passphrase, the recovery key or a backup may help."));
}

static void list(char out[static 100], const struct vault_tried *t, enum vault_odd odd)
{
	bool two = t->n[odd] > 1;

	snprintf(out, 100, "%s%s%s%s", t->name[odd][0], two ? ", " : "",
	    two ? t->name[odd][1] : "", t->n[odd] > ODD_NAMES ? ", ..." : "");
}

/* A miss, and which files it could not be tried on: the first kind of them that there is. */
static bool not_tried(const struct vault_tried *t, enum vault_odd odd, struct err *e)
{
	char names[100];

	list(names, t, odd);
	if (odd == ODD_LATER)
		err_set(e, ERR_PASSPHRASE,
		    _("This did not open a room here. To try it on these as well would "
		      "take too long: %s. Move them to another folder (--home DIR)."),
		    names);
	else if (odd == ODD_MEMORY)
		err_set(e, ERR_PASSPHRASE,
		    _("This did not open a room here. There was not enough memory to "
		      "try it on %s."),
		    names);
	else if (odd == ODD_NEWER)
		err_set(e, ERR_PASSPHRASE,
		    _("This did not open a room here. It could not be tried on what a "
		      "newer version of the program made: %s."),
		    names);
	else
		err_set(e, ERR_PASSPHRASE,
		    _("This did not open a room here. It could not be tried on what was cut "
		      "short: %s."),
		    names);
	if (e)
		e->more = true;
	return false;
}

bool vault_none_fits(const struct vault_tried *t, struct err *e)
{
	if (!t->any)
		return err_set(e, ERR_NOT_FOUND, "%s", _("There is no room here yet."));
	if (t->refused.code != ERR_OK) {
		if (e)
			*e = t->refused;
		return false;
	}
	if (t->n[ODD_NOT] == 0 && t->n[ODD_LATER] == 0)
		return none_tried(t, e);
	for (enum vault_odd odd = ODD_LATER; odd <= ODD_TORN; odd++) {
		if (t->n[odd] > 0)
			return not_tried(t, odd, e);
	}
	return err_set(e, ERR_PASSPHRASE, "%s", _("This did not open a room here."));
}
