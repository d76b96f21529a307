/* room mark: what a person can note elsewhere to tell an older copy of the whole room. */
#include "cli.h"

static bool compare(
    const struct cli *c, const struct room *room, const char *typed, struct err *e)
{
	const struct vault_witness *found = room_found(room);
	enum vault_age age;

	if (!vault_mark_age(found, typed, &age))
		return err_set(e, ERR_USAGE, "%s",
		    _("This is not a mark. 'remanso room mark' without one shows the mark of "
		      "today; it looks like 1234-7KQ2-9FMD."));
	if (age == VAULT_OLDER)
		return err_set(e, ERR_DAMAGED, "%s",
		    _("This room is older than the mark, or belongs to another: what was "
		      "written before the mark was noted is not all in it. An earlier copy of "
		      "its files may have been put in their place."));
	cli_say(c, "%s", _("The room is as it was at the mark, or newer."));
	return true;
}

bool cli_room_mark(const struct cli *c, struct err *e)
{
	struct room *room = NULL;
	struct vault_witness now;
	char mark[VAULT_MARK];
	bool ok;

	if (!cli_room(c, &room, e))
		return false;
	if (c->o->arg_count > 0) {
		ok = compare(c, room, c->o->args[0], e);
	} else {
		ok = vault_witness(room_vault(room), &now, e);
		if (ok) {
			vault_mark_write(&now, mark);
			cli_printf(c, "%s\n", mark);
			cli_say(c, "%s",
			    _("Write it down somewhere else. 'remanso room mark' with this mark "
			      "tells later whether an older copy was put back. It opens nothing."));
		}
	}
	room_close(room);
	return ok;
}
