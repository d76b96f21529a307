/* Finding words: accents, odd input, order, shelves; and how long it takes among 100,000.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "remanso/store.h"

struct fixture {
	struct store *s;
	sqlite3 *db;
	struct arena *a;
	struct err e;
	struct world w;
	int64_t now;
};

static int64_t now(const struct world *w)
{
	return ((struct fixture *)w->ctx)->now;
}

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.now = 1767225600000;
	f.w = world_system;
	f.w.now_ms = now;
	f.w.ctx = &f;
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

static struct id put(
    struct fixture *f, enum entry_kind kind, const char *text, int64_t when)
{
	struct entry en = { .kind = kind, .text = str_from(text), .created = when };

	assert_true(store_put(f->s, &en, &f->e));
	return en.id;
}

static bool join(void *arg, const struct entry *en)
{
	buf_add(arg, en->text);
	buf_addc(arg, '|');
	return true;
}

static struct str found(struct fixture *f, const char *words, struct query q)
{
	struct buf b = { 0 };

	if (!store_search(f->s, str_from(words), &q, join, &b, &f->e))
		fail_msg("'%s': %s", words, f->e.text);
	struct str all = arena_dup(f->a, buf_str(&b));
	buf_free(&b);
	return all;
}

static void accents_and_case_have_no_meaning(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *words;
		bool hit;
	} cases[] = {
		{ "panico", true },
		{ "PÁNICO", true },
		{ "pa\xCC\x81nico", true }, /* typed as letter and mark */
		{ "pan", true },
		{ "piso panico", true },
		{ "nandu", true },
		{ "Ñand", true },
		{ "anico", false },
		{ "panico techo", false },
		{ "pan piso", false }, /* only the last word is a beginning */
		{ "piso   pan", true },
		{ "piso Ñ", true },
		{ "piso ná", true },
		{ "piso zá", false },
		{ "otra piso p", false },
		{ "panico an", true },
		{ "tercer-piso", true },
		{ "piso-tercer", false },
		{ "don't", true },
	};

	put(f, ENTRY_JOURNAL, "El pánico pasó antes del tercer piso; un ñandú. Don't.", 0);
	put(f, ENTRY_JOURNAL, "otra cosa", 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if ((found(f, cases[i].words, (struct query){ 0 }).n > 0) != cases[i].hit)
			fail_msg("%s", cases[i].words);
}

static void words_kept_with_separate_marks_are_found_too(void **state)
{
	struct fixture *f = *state;

	put(f, ENTRY_JOURNAL, "el pa\xCC\x81nico", 0);
	assert_true(found(f, "pánico", (struct query){ 0 }).n > 0);
	assert_true(found(f, "panic", (struct query){ 0 }).n > 0);
}

static void any_text_is_a_valid_search(void **state)
{
	struct fixture *f = *state;
	static const char *const odd[] = { "", " ", "\"", "\"\"\"", "*", "**", "(", ")",
		"((((", "AND", "OR", "NOT", "NEAR", "NEAR(", "a AND", "AND OR NOT", "-",
		"--", "^", "text:", "text : x", "{text}", "{", "}", ":", "+", "+ +", "'",
		"';--", "\\", "¿?", "…", "—", "\xff\xfe", "\xc3", "%s%n", "\x01\x02", "🌊",
		"\xCC\x81", "col:x*", "\"a\" * \"b\"", "^tea", "tea*tea", "tea + chair" };
	char longest[20001];

	put(f, ENTRY_JOURNAL, "AND the tea near the chair", 0);
	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		(void)found(f, odd[i], (struct query){ 0 });
	assert_int_equal(found(f, "( \" *", (struct query){ 0 }).n, 0);
	assert_true(found(f, "AND", (struct query){ 0 }).n > 0);
	assert_true(found(f, "\"tea* (chair", (struct query){ 0 }).n > 0);
	assert_true(found(f, "¿tea? chair", (struct query){ 0 }).n > 0);
	assert_true(found(f, "¿ … 🌊 tea", (struct query){ 0 }).n > 0);
	assert_true(found(f, "tea \x01 chai ¿", (struct query){ 0 }).n > 0);
	for (size_t i = 0; i < 20000; i++)
		longest[i] = i % 5 == 4 ? ' ' : (char)('a' + i % 26);
	longest[20000] = '\0';
	(void)found(f, longest, (struct query){ 0 });
	memset(longest, 'q', 20000);
	(void)found(f, longest, (struct query){ 0 });
}

static void every_byte_is_harmless(void **state)
{
	struct fixture *f = *state;
	struct query q = { 0 };
	struct buf b = { 0 };
	char text[6] = "a?b ?";

	put(f, ENTRY_JOURNAL, "a b c", 0);
	for (int c = 0; c < 256; c++) {
		text[1] = text[4] = (char)c;
		assert_true(
		    store_search(f->s, (struct str){ text, 5 }, &q, join, &b, &f->e));
	}
	buf_free(&b);
}

static void only_what_was_written_is_searched(void **state)
{
	struct fixture *f = *state;
	struct entry en = {
		.kind = ENTRY_ANSWER, .question = STR("cedar"), .text = STR("oak")
	};

	assert_true(store_put(f->s, &en, &f->e));
	put(f, ENTRY_CHOICE, "cedar", 0);
	put(f, ENTRY_NOTE, "cedar one", 1000);
	put(f, ENTRY_CELL, "cedar two", 2000);
	struct entry draft = { .kind = ENTRY_JOURNAL, .text = STR("cedar draft") };
	assert_true(store_draft(f->s, &draft, &f->e));
	assert_true(str_is(found(f, "cedar", (struct query){ 0 }), "cedar two|cedar one|"));
	assert_true(str_is(
	    found(f, "cedar", (struct query){ .kinds = 1u << ENTRY_NOTE }), "cedar one|"));
	assert_true(
	    str_is(found(f, "cedar", (struct query){ .until = 2000 }), "cedar one|"));
	assert_true(
	    str_is(found(f, "cedar", (struct query){ .from = 1001 }), "cedar two|"));
}

static void what_was_changed_or_deleted_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct id id = put(f, ENTRY_JOURNAL, "first words", 0);
	struct entry en;

	assert_true(store_get(f->s, id, f->a, &en, &f->e));
	en.text = STR("second words");
	assert_true(store_put(f->s, &en, &f->e));
	assert_int_equal(found(f, "first", (struct query){ 0 }).n, 0);
	assert_true(found(f, "second", (struct query){ 0 }).n > 0);
	assert_true(store_delete(f->s, id, &f->e));
	assert_int_equal(found(f, "words", (struct query){ 0 }).n, 0);
	assert_true(store_put(f->s, &en, &f->e));
	assert_true(found(f, "second", (struct query){ 0 }).n > 0);
}

static void newest_first_however_they_came_in(void **state)
{
	struct fixture *f = *state;
	char text[32];
	struct query q = { .limit = 3 };

	/* Out of order, and more than one shelf: 7919 is prime to 9000. */
	assert_true(store_begin(f->s, &f->e));
	for (int i = 0; i < 9000; i++) {
		int n = (int)((int64_t)i * 7919 % 9000);
		(void)snprintf(
		    text, sizeof(text), "pebble %s%d", n % 900 == 7 ? "rare " : "", n);
		put(f, ENTRY_JOURNAL, text, f->now + n * 1000);
	}
	assert_true(store_commit(f->s, &f->e));
	assert_true(str_is(found(f, "pebble", q), "pebble 8999|pebble 8998|pebble 8997|"));
	assert_true(str_is(
	    found(f, "rare", q), "pebble rare 8107|pebble rare 7207|pebble rare 6307|"));
	q.before = f->now + 7207 * 1000;
	assert_true(str_is(
	    found(f, "rare", q), "pebble rare 6307|pebble rare 5407|pebble rare 4507|"));
	q = (struct query){ 0 };
	struct str all = found(f, "p", q);
	size_t n = 0;
	for (size_t i = 0; i < all.n; i++)
		n += all.s[i] == '|';
	assert_int_equal(n, 9000);
}

/* ---- size ---- */

static double took(int64_t since)
{
	return (double)(world_system.mono_ms(&world_system) - since);
}

#define MANY 100000

/* A made-up word; small numbers come more often, as in any language. */
static void add_word(struct buf *b, unsigned rank)
{
	static const char *const parts[] = { "ba", "ce", "di", "fo", "gu", "la", "me", "ni",
		"po", "ru", "sa", "te", "vi", "co", "lu", "má", "né", "sí", "tó", "ña" };

	do {
		buf_add(b, str_from(parts[rank % ARRAY_LEN(parts)]));
		rank /= ARRAY_LEN(parts);
	} while (rank > 0);
	buf_addc(b, ' ');
}

static unsigned some_rank(unsigned *seed)
{
	unsigned bits;

	*seed = *seed * 1664525u + 1013904223u;
	bits = 1 + (*seed >> 8) % 13;
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % (1u << bits);
}

static void fill(struct fixture *f, int from, int n)
{
	struct buf b = { 0 };
	unsigned seed = (unsigned)from + 1;

	assert_true(store_begin(f->s, &f->e));
	for (int i = from; i < from + n; i++) {
		buf_clear(&b);
		for (int k = 0; k < 40; k++)
			add_word(&b, some_rank(&seed));
		buf_addf(&b, "%snumber%d", i % 997 == 5 ? "rare " : "", i);
		struct entry en = { .kind = i % 4 ? ENTRY_JOURNAL : ENTRY_ANSWER,
			.page = i % 4 ? STR("") : STR("some-page"),
			.text = buf_str(&b),
			.created = f->now + (int64_t)i * 3600000 };
		assert_true(store_put(f->s, &en, &f->e));
	}
	assert_true(store_commit(f->s, &f->e));
	buf_free(&b);
}

static bool count(void *arg, const struct entry *en)
{
	(void)en;
	++*(int *)arg;
	return true;
}

/* The best of some tries: another program may be using the machine. */
static double search_ms(struct fixture *f, const char *words, int *n)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		struct query q = { .limit = 50 };
		int64_t since = world_system.mono_ms(&world_system);
		for (int k = 0; k < 4; k++) {
			*n = 0;
			assert_true(
			    store_search(f->s, str_from(words), &q, count, n, &f->e));
		}
		double ms = took(since) / 4;
		best = ms < best ? ms : best;
	}
	return best;
}

static double list_ms(struct fixture *f, struct query q)
{
	int64_t since = world_system.mono_ms(&world_system);
	int n = 0;

	for (int k = 0; k < 40; k++)
		assert_true(store_each(f->s, &q, count, &n, &f->e));
	return took(since) / 40;
}

static double save_ms(struct fixture *f, int at)
{
	int64_t since = world_system.mono_ms(&world_system);

	for (int k = 0; k < 100; k++)
		fill(f, at + k, 1);
	return took(since) / 100;
}

static void a_hundred_thousand_entries_stay_quick(void **state)
{
	struct fixture *f = *state;
	static const char *const searches[] = { "ba", "b", "sa", "s", "mañ", "number5",
		"number50123", "ba ce d", "lañ lu", "rare l", "rare lu", "rare z", "zzz" };
	struct query journal = { .kinds = 1u << ENTRY_JOURNAL, .limit = 20 };
	struct query both = { .kinds = 1u << ENTRY_JOURNAL | 1u << ENTRY_NOTE,
		.limit = 20 };
	struct query page = { .page = STR("some-page"), .limit = 20 };
	int n;

	fill(f, 0, 1000);
	double small_save = save_ms(f, 1000), small_list = list_ms(f, journal);
	for (int i = 1100; i < MANY; i += 2300)
		fill(f, i, 2300);
	for (size_t i = 0; i < ARRAY_LEN(searches); i++) {
		double ms = search_ms(f, searches[i], &n);
		print_message("search %-12s %6.2f ms, %d hits\n", searches[i], ms, n);
		assert_true(ms < 30);
	}
	both.before = f->now + (int64_t)50000 * 3600000;
	double save = save_ms(f, 2 * MANY), list = list_ms(f, journal);
	double merged = list_ms(f, both), paged = list_ms(f, page);
	print_message(
	    "save %.2f ms (%.2f at 1,000), list %.2f (%.2f), two kinds %.2f, page %.2f\n",
	    save, small_save, list, small_list, merged, paged);
	assert_true(save < 5 * small_save + 2);
	assert_true(list < 3 && merged < 3 && paged < 3);
	/* Deleting merges one shelf, not the whole index. */
	struct id id = put(f, ENTRY_JOURNAL, "tangerina", f->now + 1);
	int64_t since = world_system.mono_ms(&world_system);
	assert_true(store_delete(f->s, id, &f->e));
	print_message("delete %.0f ms\n", took(since));
	assert_int_equal(found(f, "tangerina", (struct query){ 0 }).n, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(accents_and_case_have_no_meaning),
		T(words_kept_with_separate_marks_are_found_too),
		T(any_text_is_a_valid_search),
		T(every_byte_is_harmless),
		T(only_what_was_written_is_searched),
		T(what_was_changed_or_deleted_is_not_found),
		T(newest_first_however_they_came_in),
		T(a_hundred_thousand_entries_stay_quick),
	};
#undef T

	return cmocka_run_group_tests_name("store: search", tests, NULL, NULL);
}
