/* What a room holds beside pages: journal, check-ins, settings, search, passphrases. */
#include "workbook_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remanso/secret.h"

static struct id journal(struct fixture *f, const char *text)
{
	struct id id = { { 0 } };

	assert_true(journal_put(
	    f->room, &id, str_from(text), STR("en"), STR("Today"), false, &f->e));
	return id;
}

static struct entry get(struct fixture *f, struct id id)
{
	struct entry en;

	assert_true(store_get(room_store(f->room), id, f->a, &en, &f->e));
	return en;
}

static void a_journal_entry_is_one_row_from_first_draft_on(void **state)
{
	struct fixture *f = *state;
	struct id id = { { 0 } }, first;

	assert_true(journal_put(f->room, &id, STR(""), STR("en"), STR(""), true, &f->e));
	assert_true(id_none(id));
	assert_true(
	    journal_put(f->room, &id, STR("I no"), STR("en"), STR(""), true, &f->e));
	first = id;
	assert_true(
	    journal_put(f->room, &id, STR("I noticed"), STR("en"), STR(""), false, &f->e));
	assert_true(id_eq(first, id));
	assert_int_equal(fixture_count(f), 1);
	assert_true(str_is(get(f, id).text, "I noticed"));
	assert_int_equal(get(f, id).kind, ENTRY_JOURNAL);
}

static void a_deleted_entry_is_gone_and_can_be_taken_back_once(void **state)
{
	struct fixture *f = *state;
	struct id id = journal(f, "the mandolin"), back;

	assert_true(journal_delete(f->room, id, &f->e));
	assert_false(fixture_in_database(f, "mandolin"));
	assert_true(journal_undelete(f->room, &back, &f->e));
	assert_true(id_eq(id, back));
	assert_true(str_is(get(f, id).text, "the mandolin"));
	assert_true(str_is(get(f, id).question, "Today"));
	assert_false(journal_undelete(f->room, &back, &f->e));
	assert_false(journal_delete(f->room, (struct id){ { 9 } }, &f->e));
	assert_int_equal(f->e.code, ERR_NOT_FOUND);
	/* Emptied and saved is deleted too. */
	assert_true(journal_put(f->room, &id, STR(""), STR("en"), STR(""), false, &f->e));
	assert_int_equal(fixture_count(f), 0);
	assert_true(journal_undelete(f->room, &back, &f->e));
	assert_int_equal(fixture_count(f), 1);
}

static bool first(void *arg, const struct entry *en)
{
	*(struct id *)arg = en->id;
	return false;
}

static void check_ins_practices_and_notes_say_what_they_answer(void **state)
{
	struct fixture *f = *state;
	struct id id;
	struct query q = { 0 };

	assert_true(rating_put(f->room, &alone[3], 6, 1, &f->e));
	assert_true(store_each(room_store(f->room), &q, first, &id, &f->e));
	struct entry en = get(f, id);
	assert_true(en.kind == ENTRY_RATING && en.has_number && en.number == 6);
	assert_true(str_is(en.card, "distress") && str_is(en.lang, "es"));
	assert_true(str_is(en.question, "¿Cuánto malestar ahora?"));
	assert_true(practice_put(f->room, wins_page, 0, &f->e));
	assert_true(step_touched(f->room, &fixture_content, 5));
	assert_true(note_put(f->room, STR("deck"), STR("near"), STR("q7"),
	    STR("What is near?"), STR("the lake"), &f->e));
	f->now++;
	q.kinds = 1u << ENTRY_NOTE;
	assert_true(store_each(room_store(f->room), &q, first, &id, &f->e));
	assert_true(str_is(get(f, id).question, "What is near?"));
}

static void settings_hold_only_what_they_may(void **state)
{
	struct fixture *f = *state;

	assert_true(str_is(setting_get(f->room, SETTING_THEME, f->a), "auto"));
	assert_true(setting_put(f->room, SETTING_THEME, STR("high-contrast"), &f->e));
	assert_true(str_is(setting_get(f->room, SETTING_THEME, f->a), "high-contrast"));
	assert_false(setting_put(f->room, SETTING_THEME, STR("pink"), &f->e));
	assert_int_equal(f->e.code, ERR_CONFIG);
	assert_true(str_is(setting_get(f->room, SETTING_THEME, f->a), "high-contrast"));
	assert_true(setting_put(f->room, SETTING_THEME, STR(""), &f->e));
	assert_true(str_is(setting_get(f->room, SETTING_THEME, f->a), "auto"));
	assert_true(setting_put(f->room, SETTING_LAST_PAGE, STR("any-page"), &f->e));
	/* Left there by another version of the program. */
	assert_true(store_setting_put(room_store(f->room), "lock-after", STR("0"), &f->e));
	assert_true(str_is(setting_get(f->room, SETTING_LOCK, f->a), "5"));
	assert_string_equal(setting_name(SETTING_LOCK), "lock-after");
	assert_string_equal(setting_values(SETTING_HOLDS), "off on");
}

static void search_gives_the_persons_words_first(void **state)
{
	struct fixture *f = *state;
	struct hit hits[6];

	journal(f, "El pánico pasó antes del tercer piso.");
	size_t n = search_all(
	    f->room, &fixture_content, 1, STR("panico"), f->a, hits, ARRAY_LEN(hits));
	assert_int_equal(n, 2);
	assert_int_equal(hits[0].kind, HIT_ENTRY);
	assert_int_equal(hits[1].kind, HIT_FAQ);
	n = search_all(f->room, &fixture_content, 0, STR("KIT com"), f->a, hits, 6);
	assert_int_equal(n, 1);
	assert_ptr_equal(hits[0].page, kit_page);
	assert_int_equal(
	    search_all(NULL, &fixture_content, 1, STR("logr"), f->a, hits, 6), 1);
	assert_int_equal(
	    search_all(NULL, &fixture_content, 0, STR("fort"), f->a, hits, 6), 0);
	assert_int_equal(
	    search_all(f->room, &fixture_content, 0, STR("\" ("), f->a, hits, 6), 0);
	assert_int_equal(
	    search_all(f->room, &fixture_content, 0, STR(""), f->a, hits, 6), 0);
	for (int i = 0; i < 9; i++)
		journal(f, "comfort and kits");
	n = search_all(f->room, &fixture_content, 0, STR("comfort kit"), f->a, hits, 6);
	assert_int_equal(n, 6);
	assert_int_equal(hits[4].kind, HIT_ENTRY);
	assert_int_equal(hits[5].kind, HIT_PAGE);
}

static void advice_on_passphrases(void **state)
{
	static const struct {
		const char *typed;
		bool fine;
	} cases[] = {
		{ "lake window seven lamp", true },
		{ "correct horse battery staple", false },
		{ "cazuela ñandú río", true },
		{ "short", false },
		{ "", false },
		{ "Password1234", false },
		{ "Contraseña2026", false },
		{ "aaaaaaaaaaaaaa", false },
		{ "abababababab", false },
		{ "abcdefghijklmn", false },
		{ "ñññññññññññ", false },
		{ "iloveyou in the morning", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct secret *s = secret_new(64);
		const char *why;
		assert_true(secret_add(s, cases[i].typed, strlen(cases[i].typed)));
		if (passphrase_ok(s, &why) != cases[i].fine ||
		    (why == NULL) != cases[i].fine)
			fail_msg("%s", cases[i].typed);
		secret_free(s);
	}
}

/* A list of `n` words in DIR/en/words.txt; "w0" and on. */
static void list_of(const char *dir, int n)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/en", dir);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/en/words.txt", dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	(void)fprintf(file, "# a remark\n\n");
	for (int i = 0; i < n; i++)
		(void)fprintf(file, "w%d\n", i);
	assert_int_equal(fclose(file), 0);
}

static void six_words_each_as_likely(void **state)
{
	struct fixture *f = *state;
	char dir[] = "/tmp/words-XXXXXX";
	static int seen[1300];
	int lowest = 1 << 30, highest = 0;

	assert_non_null(mkdtemp(dir));
	list_of(dir, 1300);
	for (int k = 0; k < 5000; k++) {
		struct secret *s = passphrase_draw(&world_system, dir, STR("xx"), &f->e);
		assert_non_null(s);
		struct str rest = { (const char *)secret_view(s), secret_len(s) }, word;
		int n = 0, number;
		for (; str_cut(&rest, ' ', &word); n++) {
			assert_true(str_int(str_slice(word, 1, word.n), &number));
			seen[number]++;
		}
		assert_int_equal(n, 6);
		secret_free(s);
	}
	for (int i = 0; i < 1300; i++) {
		lowest = seen[i] < lowest ? seen[i] : lowest;
		highest = seen[i] > highest ? seen[i] : highest;
	}
	/* 23 on average, standard deviation 4.8: seven of them on either side. */
	assert_true(lowest >= 1 && highest <= 57);
	list_of(dir, 1295);
	assert_null(passphrase_draw(&world_system, dir, STR("en"), &f->e));
	assert_int_equal(f->e.code, ERR_CONTENT);
	char path[300];
	(void)snprintf(path, sizeof(path), "%s/en/words.txt", dir);
	assert_int_equal(unlink(path), 0);
	assert_null(passphrase_draw(&world_system, dir, STR("en"), &f->e));
	assert_int_equal(f->e.code, ERR_IO);
	(void)snprintf(path, sizeof(path), "%s/en", dir);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	struct err e;
	const struct CMUnitTest tests[] = {
		TEST(a_journal_entry_is_one_row_from_first_draft_on),
		TEST(a_deleted_entry_is_gone_and_can_be_taken_back_once),
		TEST(check_ins_practices_and_notes_say_what_they_answer),
		TEST(settings_hold_only_what_they_may),
		TEST(search_gives_the_persons_words_first),
		TEST(advice_on_passphrases),
		TEST(six_words_each_as_likely),
	};

	if (!secret_init(&e))
		return 1;
	return cmocka_run_group_tests_name("workbook: rooms", tests, NULL, NULL);
}
