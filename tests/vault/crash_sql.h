/* Transactions for the simulated power failures, and random bytes that are the same in
 * every run.  Each transaction ends by writing its number and sums over all rows: a state
 * that mixes two transactions cannot agree with them. */
#ifndef TESTS_VAULT_CRASH_SQL_H
#define TESTS_VAULT_CRASH_SQL_H

#include <sodium.h>

#include "rig.h"

/* ---- dice ---- */

struct sql_dice {
	uint64_t state;
};
RIG struct sql_dice sql_dice = { 1 };

RIG uint64_t sql_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a * 0x9e3779b97f4a7c15u + b + 0x632be59bd9b4e019u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

RIG void sql_fill(void *buf, size_t n, uint64_t *state)
{
	uint8_t *p = buf;

	while (n > 0) {
		uint64_t x = sql_mix(++*state, 5);
		size_t k = n < sizeof x ? n : sizeof x;

		memcpy(p, &x, k);
		p += k;
		n -= k;
	}
}

RIG void dice_buf(void *const buf, const size_t n)
{
	sql_fill(buf, n, &sql_dice.state);
}

RIG uint32_t dice_one(void)
{
	uint32_t x;

	dice_buf(&x, sizeof x);
	return x;
}

RIG const char *dice_name(void)
{
	return "the same in every run";
}

/* Before anything else uses libsodium. */
RIG void sql_load_dice(void)
{
	static struct randombytes_implementation dice = {
		.implementation_name = dice_name,
		.random = dice_one,
		.buf = dice_buf,
	};

	randombytes_set_implementation(&dice);
}

/* ---- functions ---- */

/* noise(k, n): n bytes that depend on k. */
RIG void sql_noise(sqlite3_context *c, int n, sqlite3_value **arg)
{
	uint64_t state = (uint64_t)sqlite3_value_int64(arg[0]) * 1000003u;
	int bytes = sqlite3_value_int(arg[1]);
	uint8_t *p = sqlite3_malloc(bytes + 1);

	(void)n;
	if (!p) {
		sqlite3_result_error_nomem(c);
		return;
	}
	sql_fill(p, (size_t)bytes, &state);
	sqlite3_result_blob(c, p, bytes, sqlite3_free);
}

/* digest(a, b): over all rows, whatever their order. */
RIG void sql_digest_step(sqlite3_context *c, int n, sqlite3_value **arg)
{
	uint64_t *sum = sqlite3_aggregate_context(c, sizeof *sum);
	const uint8_t *p = sqlite3_value_blob(arg[1]);
	size_t bytes = (size_t)sqlite3_value_bytes(arg[1]);
	uint64_t x = sql_mix((uint64_t)sqlite3_value_int64(arg[0]), bytes), y;

	(void)n;
	for (; bytes >= sizeof y; bytes -= sizeof y, p += sizeof y) {
		memcpy(&y, p, sizeof y);
		x = (x ^ y) * 0x9e3779b97f4a7c15u;
		x ^= x >> 29;
	}
	for (; bytes > 0; bytes--)
		x = (x ^ *p++) * 0x9e3779b97f4a7c15u;
	if (sum)
		*sum += x ^ x >> 32;
}

RIG void sql_digest_end(sqlite3_context *c)
{
	uint64_t *sum = sqlite3_aggregate_context(c, 0);

	sqlite3_result_int64(c, sum ? (sqlite3_int64)*sum : 0);
}

RIG void sql_teach(sqlite3 *db)
{
	sqlite3_create_function(db, "noise", 2, SQLITE_UTF8, NULL, sql_noise, NULL, NULL);
	sqlite3_create_function(
	    db, "digest", 2, SQLITE_UTF8, NULL, NULL, sql_digest_step, sql_digest_end);
}

/* ---- transactions ---- */

#define SQL_SEALED \
	"UPDATE m SET n = n + 1, c = (SELECT count(*) FROM t)," \
	" s = (SELECT digest(a, b) FROM t), w = (SELECT count(*) FROM f); COMMIT"

RIG int sql_exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

RIG int sql_setup(sqlite3 *db)
{
	sql_teach(db);
	return sql_exec(db,
	    "BEGIN; CREATE TABLE t(a INTEGER PRIMARY KEY, b); CREATE TABLE m(n, c, s, w);"
	    "CREATE VIRTUAL TABLE f USING fts5(x);"
	    "INSERT INTO f(f, rank) VALUES('automerge', 2);"
	    "INSERT INTO m VALUES(0, 0, 0, 0); COMMIT");
}

/* `n`: the number of the last transaction, -1 before the first. */
RIG bool sql_state(sqlite3 *db, int64_t *n, bool *agree)
{
	sqlite3_stmt *s = NULL;
	int rc;

	sql_teach(db);
	rc = sqlite3_prepare_v2(db,
	    "SELECT n, c = (SELECT count(*) FROM t) AND s = (SELECT digest(a, b) FROM t)"
	    " AND w = (SELECT count(*) FROM f) FROM m",
	    -1, &s, NULL);
	if (rc == SQLITE_ERROR) { /* no such table */
		*n = -1;
		*agree = true;
		rc = sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_schema", -1, &s, NULL);
		if (rc == SQLITE_OK)
			*agree = sqlite3_step(s) == SQLITE_DONE;
		return sqlite3_finalize(s) == SQLITE_OK && rc == SQLITE_OK;
	}
	if (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) {
		*n = sqlite3_column_int64(s, 0);
		*agree = sqlite3_column_int(s, 1);
		return sqlite3_finalize(s) == SQLITE_OK;
	}
	sqlite3_finalize(s);
	return false;
}

#define SQL_STEPS 14

/* Two numbers into a text; it is long enough. */
RIG void sql_put_numbers(char *out, size_t cap, const char *text, uint32_t x, uint32_t y)
{
	size_t n = 0;

	for (; *text && n + 12 < cap; text++) {
		if (*text == '#' || *text == '@')
			n += (size_t)snprintf(out + n, cap - n, "%u", *text == '#' ? x : y);
		else
			out[n++] = *text;
	}
	out[n] = '\0';
}

/* One transaction of a kind (-1: any). */
RIG int sql_step(sqlite3 *db, uint64_t *seed, int kind)
{
	static const char *const steps[SQL_STEPS] = {
		/* # and @: two random numbers */
		"INSERT INTO t(b) VALUES(noise(#, 300));"
		"INSERT INTO f VALUES('uno dos tres w@');",
		"INSERT INTO t(b) VALUES(noise(#, 200 + @ % 1200));",
		"UPDATE t SET b = noise(# + a, length(b)) WHERE a % 3 = @ % 3;",
		"INSERT INTO t(b) SELECT noise(# + rowid, 40 + @ * rowid % 700) FROM f"
		" LIMIT 12; INSERT INTO t(b) SELECT noise(a, 100) FROM t LIMIT 9;",
		"DELETE FROM t WHERE a % 5 = @ % 5;",
		"INSERT INTO t(b) VALUES(noise(#, 26000));",
		"SAVEPOINT x; DELETE FROM t; ROLLBACK TO x; RELEASE x;"
		"INSERT INTO f VALUES('cuatro w#');",
		"DELETE FROM t WHERE length(b) > 20000;",
		"UPDATE t SET b = noise(@, length(b) + 1) WHERE a % 2;",
		"INSERT INTO f VALUES('w# cinco'), ('w@ seis'), ('siete');"
		"DELETE FROM f WHERE rowid % 4 = @ % 4;"
		"INSERT INTO f(f, rank) VALUES('merge', 50);",
		"",
		/* several whole groups, again and again in one shape */
		"DELETE FROM t WHERE length(b) > 20000;"
		"INSERT INTO t(b) VALUES(noise(#, 270000));"
		"UPDATE t SET b = noise(@ + a, length(b));",
		"INSERT INTO f(f) VALUES('optimize');",
		"DELETE FROM t; DELETE FROM f;",
	};
	char body[700], sql[1100];
	uint32_t x = rig_random(seed), y = rig_random(seed), r = rig_random(seed);

	if (kind < 0)
		kind = r % 64 == 0 ? 11 : r % 64 == 1 ? 13 : (int)(r % 11);
	if (kind < 0 || kind >= SQL_STEPS)
		return SQLITE_MISUSE;
	sql_put_numbers(body, sizeof body, steps[kind], x % 100000, y % 9973);
	snprintf(sql, sizeof sql,
	    "BEGIN; %s DELETE FROM t WHERE a < (SELECT max(a) - 60 FROM t);"
	    "DELETE FROM f WHERE rowid < (SELECT max(rowid) - 40 FROM f); " SQL_SEALED,
	    body);
	sql_teach(db);
	return sql_exec(db, sql);
}

#endif
