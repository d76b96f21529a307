/* The store: putting, drafting, history, deleting to the last byte, lists, a full disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "remanso/store.h"

struct fixture {
	sqlite3 *db;
	struct store *s;
	struct arena *a;
	struct err e;
	struct world w;
	int64_t now;
	unsigned seed;
};

static int64_t now(const struct world *w)
{
	return ((struct fixture *)w->ctx)->now;
}

static void chance(const struct world *w, void *out, size_t n)
{
	struct fixture *f = w->ctx;
	uint8_t *p = out;

	for (size_t i = 0; i < n; i++) {
		f->seed = f->seed * 1103515245u + 12345u;
		p[i] = (uint8_t)(f->seed >> 16);
	}
}

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.now = 1767225600000;
	f.w = (struct world){ now, now, chance, &f };
	f.a = arena_new();
	assert_int_equal(sqlite3_open(":memory:", &f.db), SQLITE_OK);
	assert_true(store_open(&f.s, f.db, &f.w, &f.e));
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	assert_int_equal(sqlite3_close(f->db), SQLITE_OK);
	arena_free(f->a);
	return 0;
}

static struct entry journal(const char *text)
{
	return (struct entry){
		.kind = ENTRY_JOURNAL, .lang = STR("en"), .text = str_from(text)
	};
}

static struct id put(struct fixture *f, const char *text)
{
	struct entry en = journal(text);

	assert_true(store_put(f->s, &en, &f->e));
	return en.id;
}

static struct entry get(struct fixture *f, struct id id)
{
	struct entry en;

	assert_true(store_get(f->s, id, f->a, &en, &f->e));
	return en;
}

/* The texts of a list, parted by '|'. */
static bool join(void *arg, const struct entry *en)
{
	buf_add(arg, en->text);
	buf_addc(arg, '|');
	return true;
}

static struct str list(struct fixture *f, struct query q)
{
	struct buf b = { 0 };

	assert_true(store_each(f->s, &q, join, &b, &f->e));
	struct str all = arena_dup(f->a, buf_str(&b));
	buf_free(&b);
	return all;
}

static struct str past(struct fixture *f, struct id id)
{
	struct buf b = { 0 };

	assert_true(store_history(f->s, id, join, &b, &f->e));
	struct str all = arena_dup(f->a, buf_str(&b));
	buf_free(&b);
	return all;
}

static bool in_database(struct fixture *f, const char *word)
{
	sqlite3_int64 size;
	unsigned char *bytes = sqlite3_serialize(f->db, "main", &size, 0);
	bool found = memmem(bytes, (size_t)size, word, strlen(word)) != NULL;

	sqlite3_free(bytes);
	return found;
}

static void every_field_comes_back(void **state)
{
	struct fixture *f = *state;
	struct entry en = {
		.kind = ENTRY_CELL,
		.run = { { 1 } },
		.row = { { 2 } },
		.place = 3,
		.page = STR("comfort-kit"),
		.card = STR("kit"),
		.item = STR("touch"),
		.question = STR("¿Qué hay?"),
		.lang = STR("es"),
		.text = STR("la cobija\nazul"),
		.number = -4,
		.has_number = true,
	};

	assert_true(store_put(f->s, &en, &f->e));
	struct entry got = get(f, en.id);
	assert_int_equal(got.kind, ENTRY_CELL);
	assert_true(id_eq(got.run, en.run) && id_eq(got.row, en.row));
	assert_int_equal(got.place, 3);
	assert_true(str_is(got.page, "comfort-kit") && str_is(got.card, "kit"));
	assert_true(str_is(got.item, "touch") && str_is(got.lang, "es"));
	assert_true(str_is(got.question, "¿Qué hay?"));
	assert_true(str_is(got.text, "la cobija\nazul"));
	assert_true(got.has_number && got.number == -4 && !got.draft);
	assert_int_equal(got.created, f->now);
	assert_int_equal(got.changed, f->now);
}

static void a_final_value_keeps_the_older_one(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, "one");
	struct entry en = get(f, id);

	f->now += 1000;
	en.text = STR("two");
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(store_put(f->s, &en, &f->e)); /* the same again changes nothing */
	assert_true(str_is(past(f, id), "one|"));
	en = get(f, id);
	assert_int_equal(en.created, f->now - 1000);
	assert_int_equal(en.changed, f->now);
}

static void drafts_leave_no_history_but_the_value_they_cover(void **state)
{
	struct fixture *f = *state;
	struct entry en = journal("d1");

	assert_true(store_draft(f->s, &en, &f->e));
	en.text = STR("d2");
	assert_true(store_draft(f->s, &en, &f->e));
	assert_true(get(f, en.id).draft);
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(str_is(past(f, en.id), ""));
	en.text = STR("d3");
	assert_true(store_draft(f->s, &en, &f->e));
	en.text = STR("d4");
	assert_true(store_draft(f->s, &en, &f->e));
	assert_true(str_is(past(f, en.id), "d2|"));
	en.text = STR("d2"); /* back where it was: no past value */
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(str_is(past(f, en.id), ""));
	assert_false(get(f, en.id).draft);
}

static void a_draft_left_behind_is_the_value_after_opening(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, "before");
	struct entry en = get(f, id);
	struct buf found = { 0 };
	struct query q = { 0 };

	en.text = STR("half a senten");
	assert_true(store_draft(f->s, &en, &f->e));
	store_close(f->s);
	assert_true(store_open(&f->s, f->db, &f->w, &f->e));
	assert_true(str_is(get(f, id).text, "half a senten"));
	assert_false(get(f, id).draft);
	assert_true(str_is(past(f, id), "before|"));
	assert_true(store_search(f->s, STR("senten"), &q, join, &found, &f->e));
	assert_true(str_is(buf_str(&found), "half a senten|"));
	buf_free(&found);
}

static void deleted_words_are_gone_from_every_page(void **state)
{
	struct fixture *f = *state;
	struct entry en;
	struct id id;

	for (int i = 0; i < 50; i++)
		(void)put(f, "lake chair window");
	id = put(f, "zanahoria ñandú");
	for (int i = 0; i < 50; i++)
		(void)put(f, "tea blanket kettle");
	en = get(f, id);
	en.text = STR("berenjena ñandú");
	assert_true(store_put(f->s, &en, &f->e));
	en.text = STR("calabacita");
	assert_true(store_draft(f->s, &en, &f->e));
	en.text = STR("alcachofa larga");
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(in_database(f, "alcachofa") && in_database(f, "zanahoria"));
	assert_true(store_delete(f->s, id, &f->e));
	assert_false(in_database(f, "zanahoria"));
	assert_false(in_database(f, "berenjena"));
	assert_false(in_database(f, "calabacita"));
	assert_false(in_database(f, "alcachofa"));
	/* FTS5 cuts what words have in common, so look for their ends as well. */
	assert_false(in_database(f, "nahoria") || in_database(f, "renjena"));
	assert_false(in_database(f, "cachofa") || in_database(f, "andu"));
	assert_true(in_database(f, "blanket"));
	assert_false(store_get(f->s, id, f->a, &en, &f->e));
	assert_int_equal(f->e.code, ERR_NOT_FOUND);
}

static void long_words_leave_no_overflow_page(void **state)
{
	struct fixture *f = *state;
	struct buf b = { 0 };

	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "mandarina%d ", i);
	struct entry en = { .kind = ENTRY_ANSWER, .page = STR("p"), .text = buf_str(&b) };
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(in_database(f, "mandarina2999"));
	assert_true(store_delete(f->s, en.id, &f->e));
	assert_false(in_database(f, "mandarina"));
	assert_false(in_database(f, "andarina"));
	buf_free(&b);
}

static void a_deleted_entry_can_come_back(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, "once more");
	struct entry en = get(f, id);

	f->now += 5000;
	assert_true(store_delete(f->s, id, &f->e));
	assert_true(store_put(f->s, &en, &f->e));
	en = get(f, id);
	assert_true(str_is(en.text, "once more"));
	assert_int_equal(en.created, f->now - 5000);
}

static void ids_are_unique_and_rise(void **state)
{
	struct fixture *f = *state;
	struct id before = { { 0 } };

	for (int i = 0; i < 9000; i++) {
		struct entry en = { .kind = ENTRY_TICK, .has_number = true };
		assert_true(store_put(f->s, &en, &f->e));
		assert_true(memcmp(before.b, en.id.b, 16) < 0);
		assert_int_equal(en.id.b[6] >> 4, 7);
		assert_int_equal(en.id.b[8] >> 6, 2);
		before = en.id;
		if (i % 3000 == 0)
			f->now++;
	}
	assert_int_equal(store_count(f->s, &(struct query){ 0 }), 9000);
	assert_int_equal(id_text(f->a, before).n, 36);
}

static void lists_page_without_gap_or_double(void **state)
{
	struct fixture *f = *state;
	struct query q = { .kinds = 1u << ENTRY_JOURNAL | 1u << ENTRY_NOTE, .limit = 3 };
	static const char *const texts[] = { "a", "b", "c", "d", "e", "f", "g" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct entry en = journal(texts[i]);
		en.kind = i % 2 ? ENTRY_NOTE : ENTRY_JOURNAL;
		if (i % 3 == 0)
			f->now++; /* some share a millisecond */
		assert_true(store_put(f->s, &en, &f->e));
		if (i == 4)
			q.before_id = en.id;
		if (i == 4)
			q.before = en.created;
		struct entry other = { .kind = ENTRY_RATING, .has_number = true };
		assert_true(store_put(f->s, &other, &f->e));
	}
	assert_true(str_is(list(f, q), "d|c|b|"));
	q.oldest_first = true;
	assert_true(str_is(list(f, q), "f|g|"));
	q = (struct query){ .kinds = q.kinds, .from = f->now - 1, .until = f->now };
	assert_true(str_is(list(f, q), "f|e|d|"));
	q = (struct query){ .kinds = 1u << ENTRY_NOTE };
	assert_true(str_is(list(f, q), "f|d|b|"));
}

static void lists_narrow_by_page_card_item_run_and_row(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *page, *card, *item, *text;
		uint8_t run, row;
	} rows[] = {
		{ "p", "c", "i", "1", 1, 0 },
		{ "p", "c", "j", "2", 1, 7 },
		{ "p", "d", "i", "3", 2, 7 },
		{ "q", "c", "i", "4", 2, 8 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct entry en = { .kind = ENTRY_ANSWER,
			.page = str_from(rows[i].page),
			.card = str_from(rows[i].card),
			.item = str_from(rows[i].item),
			.run = { { rows[i].run } },
			.row = { { rows[i].row } },
			.text = str_from(rows[i].text) };
		assert_true(store_put(f->s, &en, &f->e));
	}
	assert_true(str_is(list(f, (struct query){ .page = STR("p") }), "3|2|1|"));
	assert_true(str_is(list(f, (struct query){ .card = STR("c") }), "4|2|1|"));
	assert_true(str_is(
	    list(f,
		(struct query){ .page = STR("p"), .item = STR("i"), .oldest_first = true }),
	    "1|3|"));
	assert_true(str_is(list(f, (struct query){ .run = { { 2 } } }), "4|3|"));
	assert_true(str_is(list(f, (struct query){ .row = { { 7 } } }), "3|2|"));
	assert_true(store_delete_row(f->s, (struct id){ { 7 } }, &f->e));
	assert_true(str_is(list(f, (struct query){ 0 }), "4|1|"));
	assert_true(str_is(
	    list(f, (struct query){ .kinds = 1u << ENTRY_NOTE, .page = STR("p") }), ""));
}

static void inner_steps_undo_alone_and_outer_ones_undo_all(void **state)
{
	struct fixture *f = *state;

	assert_true(store_begin(f->s, &f->e));
	(void)put(f, "outer");
	assert_true(store_begin(f->s, &f->e));
	(void)put(f, "inner");
	store_rollback(f->s);
	assert_true(store_commit(f->s, &f->e));
	assert_true(str_is(list(f, (struct query){ 0 }), "outer|"));
	assert_true(store_begin(f->s, &f->e));
	assert_true(store_begin(f->s, &f->e));
	(void)put(f, "gone");
	assert_true(store_commit(f->s, &f->e));
	store_rollback(f->s);
	assert_true(str_is(list(f, (struct query){ 0 }), "outer|"));
}

static void pages(struct fixture *f, int more)
{
	sqlite3_stmt *st;
	char *sql;

	assert_int_equal(
	    sqlite3_prepare_v2(f->db, "PRAGMA page_count", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	sql =
	    sqlite3_mprintf("PRAGMA max_page_count = %d", sqlite3_column_int(st, 0) + more);
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_exec(f->db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

static void a_full_disk_keeps_the_old_value_and_can_be_tried_again(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, "small and kept");
	char big[30000];

	memset(big, 'x', sizeof(big));
	struct entry en = get(f, id);
	en.text = (struct str){ big, sizeof(big) };
	for (int draft = 0; draft < 2; draft++) {
		pages(f, 1);
		bool ok =
		    draft ? store_draft(f->s, &en, &f->e) : store_put(f->s, &en, &f->e);
		assert_false(ok);
		assert_int_equal(f->e.code, ERR_FULL);
		assert_true(str_is(get(f, id).text, "small and kept"));
		assert_true(str_is(past(f, id), ""));
	}
	/* Inside a larger change as well: it fails as a whole, and leaves no half. */
	assert_true(store_begin(f->s, &f->e));
	struct entry other = journal("beside it");
	bool beside = store_put(f->s, &other, &f->e);
	bool large = beside && store_put(f->s, &en, &f->e);
	assert_false(large);
	store_rollback(f->s);
	assert_true(str_is(list(f, (struct query){ 0 }), "small and kept|"));
	pages(f, 1000);
	assert_true(store_put(f->s, &en, &f->e));
	assert_int_equal(get(f, id).text.n, sizeof(big));
}

static void opening_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, "stays");

	for (int i = 0; i < 3; i++) {
		store_close(f->s);
		assert_true(store_open(&f->s, f->db, &f->w, &f->e));
	}
	assert_true(str_is(get(f, id).text, "stays"));
}

static void a_newer_schema_is_refused_untouched(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "PRAGMA user_version = 999", NULL, NULL, NULL), SQLITE_OK);
	assert_false(store_open(&s, db, &f->w, &f->e));
	assert_null(s);
	assert_int_equal(f->e.code, ERR_UNSUPPORTED);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_file_that_is_no_database_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	sqlite3 *db;
	unsigned char *bytes = sqlite3_malloc(8192);

	memset(bytes, 'Z', 8192);
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_deserialize(
			     db, "main", bytes, 8192, 8192, SQLITE_DESERIALIZE_FREEONCLOSE),
	    SQLITE_OK);
	assert_false(store_open(&s, db, &f->w, &f->e));
	assert_int_equal(f->e.code, ERR_DAMAGED);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static bool join_run(void *arg, const struct run_row *r)
{
	buf_addf(arg, "%.*s:%d|", STR_ARG(r->page), (int)r->state);
	return true;
}

static void runs_are_found_newest_first(void **state)
{
	struct fixture *f = *state;
	struct run_row first = { .page = STR("p"), .state = RUN_BEGUN }, got;
	struct buf b = { 0 };

	assert_true(store_run_last(f->s, STR("p"), f->a, &got, &f->e));
	assert_int_equal(got.state, RUN_NONE);
	assert_true(store_run_put(f->s, &first, &f->e));
	f->now += 1000;
	struct run_row second = { .page = STR("p"), .state = RUN_BEGUN, .at = STR("look") };
	struct run_row other = { .page = STR("q"), .state = RUN_BEGUN };
	assert_true(store_run_put(f->s, &second, &f->e));
	assert_true(store_run_put(f->s, &other, &f->e));
	first.state = RUN_DONE;
	first.done = f->now;
	assert_true(store_run_put(f->s, &first, &f->e));
	assert_true(store_run_last(f->s, STR("p"), f->a, &got, &f->e));
	assert_true(id_eq(got.id, second.id) && str_is(got.at, "look"));
	assert_true(store_runs(f->s, STR(""), join_run, &b, &f->e));
	assert_true(str_is(buf_str(&b), "q:1|p:1|p:2|"));
	buf_clear(&b);
	struct entry en = { .kind = ENTRY_ANSWER, .run = second.id, .text = STR("pepino") };
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(store_run_delete(f->s, second.id, &f->e));
	assert_true(store_runs(f->s, STR("p"), join_run, &b, &f->e));
	assert_true(str_is(buf_str(&b), "p:2|"));
	assert_false(in_database(f, "pepino"));
	buf_free(&b);
}

static void settings_are_names_and_values(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(store_setting(f->s, "theme", f->a).n, 0);
	assert_true(store_setting_put(f->s, "theme", STR("dark"), &f->e));
	assert_true(store_setting_put(f->s, "theme", STR("mono"), &f->e));
	assert_true(str_is(store_setting(f->s, "theme", f->a), "mono"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(every_field_comes_back),
		T(a_final_value_keeps_the_older_one),
		T(drafts_leave_no_history_but_the_value_they_cover),
		T(a_draft_left_behind_is_the_value_after_opening),
		T(deleted_words_are_gone_from_every_page),
		T(long_words_leave_no_overflow_page),
		T(a_deleted_entry_can_come_back),
		T(ids_are_unique_and_rise),
		T(lists_page_without_gap_or_double),
		T(lists_narrow_by_page_card_item_run_and_row),
		T(inner_steps_undo_alone_and_outer_ones_undo_all),
		T(a_full_disk_keeps_the_old_value_and_can_be_tried_again),
		T(opening_again_changes_nothing),
		T(a_newer_schema_is_refused_untouched),
		T(a_file_that_is_no_database_is_damaged),
		T(runs_are_found_newest_first),
		T(settings_are_names_and_values),
	};
#undef T

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
