/* Bringing a database to the schema of this program: one SQL file for each step, each in a
 * transaction with the number it reaches. */
#include "db.h"

static const char *const steps[] = {
#include "schema/001.h"
	,
};

static bool version(struct store *s, int *out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s, "PRAGMA user_version", e);

	if (st == NULL)
		return false;
	int row = db_row(s, st, e);
	*out = row == 1 ? sqlite3_column_int(st, 0) : 0;
	(void)sqlite3_finalize(st);
	return row >= 0;
}

bool migrate(struct store *s, struct err *e)
{
	int now;

	if (!version(s, &now, e))
		return false;
	if (now < 0 || now > (int)ARRAY_LEN(steps))
		return err_set(e, ERR_UNSUPPORTED,
		    _("This room was written by a newer version of the program. Open it with "
		      "that one; nothing was changed."));
	for (; now < (int)ARRAY_LEN(steps); now++) {
		char number[48];
		(void)sqlite3_snprintf(
		    sizeof(number), number, "PRAGMA user_version = %d", now + 1);
		if (!store_begin(s, e))
			return false;
		if (!db_exec(s, steps[now], e) || !db_exec(s, number, e)) {
			store_rollback(s);
			return false;
		}
		if (!store_commit(s, e))
			return false;
	}
	return true;
}
