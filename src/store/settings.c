/* Settings: names and short values. */
#include "db.h"

bool store_setting_put(struct store *s, const char *name, struct str value, struct err *e)
{
	sqlite3_stmt *st = db_kept(s, ST_SETTING_PUT, e);

	if (st == NULL)
		return false;
	db_bind_str(st, 1, str_from(name));
	db_bind_str(st, 2, value);
	return db_run(s, st, e);
}

struct str store_setting(struct store *s, const char *name, struct arena *a)
{
	sqlite3_stmt *st = db_kept(s, ST_SETTING_GET, NULL);
	struct str value = { 0 };

	if (st == NULL)
		return value;
	db_bind_str(st, 1, str_from(name));
	if (db_row(s, st, NULL) == 1)
		value = arena_dup(a, db_str(st, 0));
	db_done(st);
	return value;
}
