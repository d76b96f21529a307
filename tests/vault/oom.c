/* Every allocation of a session fails, once or from then on: those of the vault's own files
 * (malloc and its kin, and libsodium's guarded pieces) and those of SQLite (a counter around
 * the program's own allocator).  Where the program goes on, it says so, never speaks of
 * damage, loses nothing, leaks nothing, and the same call works when there is memory again.
 * Where it ends (die), the files are whole.
 *
 * The vault's own allocations end the program in few places: where the names of a folder's
 * rooms are read (who does not know them must not go on), where a recovery key is drawn and a
 * passphrase composed (nothing was asked of the files yet), in texts that grow (struct buf),
 * and in the paths of copies.  What opens, reads, saves, verifies and rescues goes on.
 *
 *	oom		some allocations	oom all		every one
 */
#include "oom.h"
#include "room.h"

/* ---- one session, in a process of its own ---- */

static const char *const script[] = {
	"BEGIN; INSERT INTO t(b) VALUES('a'); UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; INSERT INTO f VALUES('uno dos'); INSERT INTO t(b) VALUES(zeroblob(130000));"
	" UPDATE m SET n = n + 1; COMMIT",
	"BEGIN; DELETE FROM t WHERE a = 2; UPDATE m SET n = n + 1; COMMIT",
	"VACUUM",
	"BEGIN; INSERT INTO t(b) VALUES('z'); UPDATE m SET n = n + 1; COMMIT",
};

struct session {
	struct memfs *m;
	struct vault_key *key, *next;
	struct vault *v;
	int64_t n;
	bool over; /* the fault was met and told */
};

static struct session *now;

static void disarm(struct session *s, const char *what, const struct err *e)
{
	if (oom.hits == 0)
		bad(what, "failed without reason");
	if (e && e->code == ERR_DAMAGED)
		bad(what, "want of memory was called damage");
	if (e && e->text[0] == '\0')
		bad(what, "no words");
	oom.armed = false;
	s->over = true;
}

static void reopen(struct session *s, struct vault_key *key)
{
	struct err e = { 0 };

	if (vault_open(&s->v, &s->m->sys, HOME, key, &e))
		return;
	disarm(s, "opening", &e);
	if (!vault_open(&s->v, &s->m->sys, HOME, key, &e))
		bad("opening again", e.text);
}

static void step(struct session *s, const char *sql)
{
	struct sqlite3 *db = vault_db(s->v);
	struct err e = { 0 };

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	(void)!vault_sql_err(s->v, &e);
	disarm(s, sql, &e);
	if (e.code != ERR_MEMORY)
		bad(sql, e.text);
	if (!sqlite3_get_autocommit(db) &&
	    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
		bad("rollback", sqlite3_errmsg(db));
	if (rig_int(s->v, "SELECT n FROM m") != s->n)
		bad(sql, "rows are wrong after an error");
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bad("again", sqlite3_errmsg(db));
}

static void whole(struct session *s)
{
	struct vault_report r = { 0 };
	struct err e = { 0 };

	if (!vault_verify(s->v, &r, &e)) {
		disarm(s, "verify", &e);
		if (!vault_verify(s->v, &r, &e))
			bad("verify again", e.text);
	}
	if (r.bad_pages || !r.headers_ok)
		bad("verify", r.note);
}

static void change_keys(struct session *s)
{
	struct secret *code = NULL;
	struct err e = { 0 };

	if (!vault_set_passphrase(s->v, s->next, &e)) {
		disarm(s, "passphrase", &e);
		if (!vault_set_passphrase(s->v, s->next, &e))
			bad("passphrase again", e.text);
	}
	if (!vault_new_recovery(s->v, &code, &e)) {
		disarm(s, "recovery code", &e);
		if (!vault_new_recovery(s->v, &code, &e))
			bad("recovery code again", e.text);
	}
	secret_free(code);
	if (!vault_remove_slot(s->v, 1, &e)) {
		disarm(s, "taking away", &e);
		if (!vault_remove_slot(s->v, 1, &e))
			bad("taking away again", e.text);
	}
}

/* One bit of the log in this folder is another one. */
static void change_log(struct memfs *m, const char *dir)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &m->file[i];

		if (room_is_file(f, dir, true))
			f->now[0] ^= 1;
	}
}

static void copies(struct session *s)
{
	struct vault_restored r;
	struct secret *pass;
	struct err e = { 0 };

	if (!vault_backup(s->v, "/b", &e)) {
		disarm(s, "backup", &e);
		if (!vault_backup(s->v, "/b", &e))
			bad("backup again", e.text);
	}
	/* Where nothing is, over something else, and over the same. */
	for (int i = 0; i < 3; i++) {
		if (i == 1)
			change_log(s->m, "/c/");
		if (!vault_restore(&s->m->sys, "/c", "/b", NULL, &e)) {
			disarm(s, "restoring", &e);
			if (!vault_restore(&s->m->sys, "/c", "/b", NULL, &e))
				bad("restoring again", e.text);
		}
	}
	/* With the passphrase; and what was set aside. */
	pass = rig_secret("dos");
	if (!vault_restore_all(&s->m->sys, "/c", "/b", pass, &r, &e)) {
		disarm(s, "restoring and reading", &e);
		if (!vault_restore_all(&s->m->sys, "/c", "/b", pass, &r, &e))
			bad("restoring and reading again", e.text);
	}
	if (r.checked != 1)
		bad("restoring and reading", "not read");
	if (!vault_restore_kept(&s->m->sys, "/c", 1, pass, &r, &e)) {
		disarm(s, "bringing back", &e);
		if (!vault_restore_kept(&s->m->sys, "/c", 1, pass, &r, &e))
			bad("bringing back again", e.text);
	}
	secret_free(pass);
	if (!vault_rotate(s->v, s->next, &e)) {
		disarm(s, "all keys anew", &e);
		if (!vault_rotate(s->v, s->next, &e))
			bad("all keys anew again", e.text);
	}
}

/* The deletion of the copy was cut off, after another one had been set aside. */
static void sweep(struct session *s)
{
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_file *f = &s->m->file[i];

		if (room_is_file(f, "/c", false))
			strcat(f->path, HOME_GONE);
	}
	home_sweep(&s->m->sys, "/c");
}

/* A room more in the other folder. */
static void create(struct session *s)
{
	struct err e = { 0 };
	struct vault *v;

	if (!vault_create(&v, &s->m->sys, "/d", s->key, &e)) {
		disarm(s, "creating", &e);
		if (!vault_create(&v, &s->m->sys, "/d", s->key, &e))
			bad("creating again", e.text);
	}
	vault_close(v);
}

/* Whatever was wanting then, after the next sweep nothing there opens or can be found. */
static void is_swept(struct session *s)
{
	struct home_kept kept;

	home_sweep(&s->m->sys, "/c");
	if (!home_list_kept(&s->m->sys, "/c", NULL, &kept, NULL) || kept.n > 0 ||
	    vault_home_has_any(&s->m->sys, "/c"))
		bad("sweeping", "something is left");
	home_kept_free(&kept);
	for (int i = 0; i < MEM_FILES; i++) {
		if (s->m->file[i].here && strncmp(s->m->file[i].path, "/c/", 3) == 0 &&
		    strstr(s->m->file[i].path, HOME_GONE))
			bad("sweeping", s->m->file[i].path);
	}
}

/* A key for the vault, and what is said of a vault from outside. */
static void from_outside(struct session *s)
{
	struct secret *pass = rig_secret("dos");
	struct vault_report r;
	struct vault_key *key;
	struct err e = { 0 };

	key = vault_derive(&s->m->sys, HOME, pass, &e);
	if (!key) {
		disarm(s, "deriving", &e);
		key = vault_derive(&s->m->sys, HOME, pass, &e);
		if (!key)
			bad("deriving again", e.text);
	}
	secret_free(pass);
	if (!vault_inspect(&s->m->sys, HOME, key, &r, &e)) {
		disarm(s, "inspecting", &e);
		if (!vault_inspect(&s->m->sys, HOME, key, &r, &e))
			bad("inspecting again", e.text);
	}
	if (r.bad_pages || !r.log_ok || r.older)
		bad("inspecting", r.note);
	vault_key_free(key);
}

static void check_rows(struct session *s)
{
	if (rig_int(s->v, "SELECT n FROM m") != s->n ||
	    rig_int(s->v, "SELECT count(*) FROM t") != 1 + s->n - (s->n >= 3 ? 2 : 0))
		bad("rows", "not what was saved");
	whole(s);
}

/* die() was called: nothing more is written by this process, and what is there opens. */
static void at_death(void)
{
	struct session *s = now;
	struct err e = { 0 };
	struct vault *v;
	int64_t n;

	die_hook = NULL;
	oom.armed = false;
	mem_lose_handles(s->m);
	if (!vault_open(&v, &s->m->sys, HOME, s->key, &e) &&
	    !vault_open(&v, &s->m->sys, HOME, s->next, &e))
		bad("after the end", e.text);
	s->v = v;
	n = rig_int(v, "SELECT n FROM m");
	if (n != s->n && n != s->n + 1)
		bad("after the end", "a transaction is missing");
	s->n = n;
	whole(s);
	end(oom.hits > 0 ? DIED : BAD);
}

static void session(struct session *s)
{
	reopen(s, s->key);
	(void)sqlite3_exec(vault_db(s->v), "PRAGMA cache_size=6", NULL, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(script); i++) {
		step(s, script[i]);
		s->n += strcmp(script[i], "VACUUM") != 0;
	}
	whole(s);
	change_keys(s);
	copies(s);
	create(s);
	sweep(s);
	vault_close(s->v);
	from_outside(s);
	reopen(s, s->next);
	oom.armed = false;
	check_rows(s);
	is_swept(s);
	vault_close(s->v);
}

/* ---- all of them ---- */

struct base {
	struct memfs *m;
	struct vault_key *key, *next;
};

/* A session; what it did not give back. */
static long run_here(void *arg)
{
	struct base *b = arg;
	struct session s = { memfs_clone(b->m, 1), b->key, b->next, NULL, 0, false };
	long before;

	now = &s;
	die_hook = at_death;
	before = live;
	oom.armed = true;
	session(&s);
	oom.armed = false;
	die_hook = NULL;
	if (s.n == 0 || (oom.at < LONG_MAX && oom.hits == 0))
		bad("session", "the fault was not met");
	memfs_free(s.m);
	/* The file system's own memory was taken before, and is gone now. */
	return live - before;
}

static bool all;

static void every(struct base *b, bool sticky, bool sqlite, long by)
{
	struct oom_count c = oom_every(run_here, b, sticky, sqlite, all ? 1 : by);

	assert_true(c.went_on > (sticky ? 0 : c.died));
	assert_int_equal(c.bad, 0);
}

static void test_our_own_once(void **state)
{
	every(*state, false, false, 1);
}

static void test_our_own_and_all_after(void **state)
{
	every(*state, true, false, 3);
}

static void test_sqlites_once(void **state)
{
	every(*state, false, true, 67);
}

static void test_sqlites_and_all_after(void **state)
{
	every(*state, true, true, 149);
}

static int make_base(void **state)
{
	static struct base b;
	struct vault *v;

	rig_start(NULL);
	wrap_sqlite();
	b.m = memfs_new(24);
	mem_new(b.m, "/c/..", true);
	mem_new(b.m, "/d/..", true);
	v = rig_create(&b.m->sys, HOME, "uno");
	rig_sql(v, "CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n);"
		   "CREATE VIRTUAL TABLE f USING fts5(w); INSERT INTO m VALUES(0);"
		   "INSERT INTO t(b) VALUES('0')");
	b.key = rig_key(&b.m->sys, HOME, "uno");
	b.next = rig_key(&b.m->sys, HOME, "dos");
	vault_close(v);
	*state = &b;
	return 0;
}

static int drop_base(void **state)
{
	struct base *b = *state;

	memfs_free(b->m);
	vault_key_free(b->key);
	vault_key_free(b->next);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_our_own_once),
		cmocka_unit_test(test_our_own_and_all_after),
		cmocka_unit_test(test_sqlites_once),
		cmocka_unit_test(test_sqlites_and_all_after),
	};

	all = argc > 1 && strcmp(argv[1], "all") == 0;
	return cmocka_run_group_tests_name(
	    "vault without memory", tests, make_base, drop_base);
}
