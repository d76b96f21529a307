/* Checks of whole folders: files and languages, words to avoid, packs, and the example in
 * the manual. */
#include "unit/content_folder.h"

static const struct day today = { .year = 2026, .month = 11, .mday = 22 };

#define P "@page x\ntitle: X\nkind: exercise\nstep: 1\n" /* four lines */

static void check_folder(const struct folder *f, const char *base, struct problems *all)
{
	content_check(NULL, f->path, base, today, all);
}

/* ---- mistakes of files and folders ---- */

static void one_problem(
    const struct folder *f, const char *base, const char *file, int line, const char *words)
{
	struct problems all = { 0 };

	check_folder(f, base, &all);
	if (!said(&all, file, line, words) || all.count != 1) {
		print_message("wanted %s:%d: %s, got:\n", file, line, words);
		print_problems(&all);
		fail();
	}
	problems_free(&all);
	folder_remove(f);
}

static void file_missing_in_the_other_language(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", P);
	one_problem(&f, NULL, "en/x.page", 0, "there is no es/x.page");
}

static void file_name(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/My page.page", "// nothing\n");
	folder_put(&f, "es/My page.page", "");
	{
		struct problems all = { 0 };

		check_folder(&f, NULL, &all);
		assert_true(said(&all, "en/My page.page", 0, "a file name may hold"));
		problems_free(&all);
		folder_remove(&f);
	}
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page.txt", P);
	one_problem(&f, NULL, "en/x.page.txt", 0, "rename it");
}

static void too_large(void **state)
{
	static char bytes[256 * 1024 + 2];
	struct folder f;

	(void)state;
	memset(bytes, '\n', sizeof bytes - 1);
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", bytes);
	folder_put(&f, "es/x.page", P);
	one_problem(&f, NULL, "en/x.page", 0, "larger than 256 KiB");
}

/* One language's file is empty: that is said once, whatever the other's holds. */
static void empty_file(void **state)
{
	static const char *const bytes[] = { "", "// nothing\n\n" };
	static const char *const names[] = { "en/steps.page", "es/steps.page",
		"en/walk.page", "es/walk.page" };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(names); i++) {
		struct folder f;

		folder_make(&f);
		folder_workbook(&f);
		folder_put(&f, names[i / 2], bytes[i % 2]);
		one_problem(&f, NULL, names[i / 2], 0, "there is no card in this file");
	}
}

/* ---- steps ---- */

#define STEP(name, order) "\n@step " name "\ntitle: A\nshort: A\norder: " order "\n"
#define FIRST "@step one\ntitle: A\nshort: A\norder: 1\n" ALL_IDS

static const struct {
	const char *steps;
	int line;
	const char *words;
} unsteady[] = {
	{ FIRST STEP("b", "2") STEP("c", "3") STEP("d", "3") STEP("e", "5"), 23,
	    "is the place of '@step c' already (en/steps.page, line 15)" },
	{ FIRST STEP("b", "2") STEP("c", "3") STEP("d", "4") STEP("e", "6"), 28,
	    "'order: 6' is no step; they run from 1 to 5" },
	{ FIRST STEP("b", "2") STEP("c", "3") STEP("d", "4") STEP("e", "0"), 28,
	    "'order: 0' is no step" },
	{ FIRST STEP("b", "2") STEP("c", "3") STEP("d", "4"), 0,
	    "there are 4 '@step' cards; a workbook has 5" },
};

/* Pages of every step, and not a word on those that hang on a step that is not there. */
static void steps_that_are_not_five(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unsteady); i++) {
		struct folder f;

		folder_make(&f);
		folder_put(&f, "en/steps.page", unsteady[i].steps);
		folder_put(&f, "es/steps.page", unsteady[i].steps);
		for (int n = 1; n <= 5; n++) {
			char name[40], text[200];

			snprintf(text, sizeof text,
			    "@page p%d\ntitle: X\nkind: exercise\nstep: %d\n", n, n);
			snprintf(name, sizeof name, "en/p%d.page", n);
			folder_put(&f, name, text);
			snprintf(name, sizeof name, "es/p%d.page", n);
			folder_put(&f, name, text);
		}
		one_problem(&f, NULL, "en/steps.page", unsteady[i].line, unsteady[i].words);
	}
}

static void a_missing_step_takes_its_ids_along(void **state)
{
	const char *steps =
	    "@step a\ntitle: A\nshort: A\norder: 1\n"
	    "covers: K1 K2 K3 K4 S1.1 S1.2 S1.3 S1.4 S1.5 S1.6 S1.7 S2.1 "
	    "S2.2 S2.3 S2.4\n  S2.5 S2.6 S3.1 S3.2 S3.3 S3.4 S3.5 S3.6 "
	    "S4.1 S4.2 S4.3 S4.4 S4.5 S4.6\n  S4.7 S4.8 S4.9 S4.10 S4.11 "
	    "F1 F2 F3 F4 F5 F6 H1 B1\n" STEP("b", "2") STEP("c", "3") STEP("d", "4");
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_put(&f, "en/steps.page", steps);
	folder_put(&f, "es/steps.page", steps);
	one_problem(&f, NULL, "en/steps.page", 0, "there are 4 '@step' cards");
}

static void a_step_leads_nowhere(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/steps.page", STEP_EN MORE_STEPS "pages: none\n");
	folder_put(&f, "es/steps.page", STEP_ES MORE_STEPS "pages: none\n");
	one_problem(&f, NULL, "en/steps.page", 29, "there is no '@page none'");
}

static void line_too_long(void **state)
{
	static char bytes[4096] = P "intro: ";
	size_t n = strlen(bytes);
	struct problems all = { 0 };
	struct folder f;

	(void)state;
	memset(bytes + n, 'a', 2001);
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", bytes);
	folder_put(&f, "es/x.page", bytes);
	check_folder(&f, NULL, &all);
	assert_true(said(&all, "en/x.page", 5, "longer than 2000 bytes"));
	assert_int_equal(all.count, 2);
	problems_free(&all);
	folder_remove(&f);
}

static void too_many_cards(void **state)
{
	struct problems all = { 0 };
	struct buf b = { 0 };
	struct folder f;

	(void)state;
	for (int i = 0; i < 402; i++)
		buf_addf(&b, "@person p%d\nname: P\n", i);
	folder_make(&f);
	folder_workbook(&f);
	folder_put_bytes(&f, "en/x.page", buf_str(&b));
	folder_put_bytes(&f, "es/x.page", buf_str(&b));
	check_folder(&f, NULL, &all);
	assert_true(said(&all, "en/x.page", 801, "more than 400 cards"));
	assert_int_equal(all.count, 2);
	problems_free(&all);
	buf_free(&b);
	folder_remove(&f);
}

static void uncovered_id(void **state)
{
	struct problems all = { 0 };
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_put(&f, "en/steps.page",
	    "@step one\ntitle: A\nshort: A\norder: 1\ncovers: K1 S1.1\n" MORE_STEPS);
	folder_put(&f, "es/steps.page",
	    "@step one\ntitle: A\nshort: A\norder: 1\ncovers: K1 S1.1\n" MORE_STEPS);
	check_folder(&f, NULL, &all);
	assert_true(said(&all, "es", 0, "'covers: S4.11'"));
	assert_true(said(&all, "en", 0, "'covers: B1'"));
	assert_false(said(&all, "en", 0, "'covers: K1'"));
	assert_int_equal(all.count, 2 * (51 - 2));
	problems_free(&all);
	folder_remove(&f);
}

/* ---- words to avoid ---- */

static const struct {
	const char *text;
	bool hit;
} spoken[] = {
	{ "una víctima aquí", true },
	{ "Víctimas", true },
	{ "victima sin acento", false },
	{ "os digo", true },
	{ "dos y ósmosis, Óscar", false },
	{ "di \"víctima\" nunca", false },
	{ "tienes que ir", true },
	{ "No tienes que ir", false },
	{ "No tienes que ir, tienes que ver", true },
	{ "tú/os", true },
	{ "amigos/as", true },
	{ "AÑOS DE CURARSE", true },
	{ "procurar", false },
};

static void words_to_avoid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
		struct problems all = { 0 };
		struct buf b = { 0 };
		struct folder f;

		folder_make(&f);
		folder_workbook(&f);
		buf_addf(&b,
		    "@avoid w\n\n- víctima*\n- os\n- tienes que\n- *os/as\n- curar*\n\n"
		    "@allow w\n\n- no tienes que\n\n" P "short: %s\n",
		    spoken[i].text);
		folder_put(&f, "en/x.page", P "short: you will\n");
		folder_put_bytes(&f, "es/x.page", buf_str(&b));
		check_folder(&f, NULL, &all);
		if (said(&all, "es/x.page", 17, "a word to avoid") != spoken[i].hit) {
			print_message("%s\n", spoken[i].text);
			print_problems(&all);
			fail();
		}
		problems_free(&all);
		buf_free(&b);
		folder_remove(&f);
	}
}

static void questionnaires_are_exempt(void **state)
{
	struct problems all = { 0 };
	struct folder f;
	const char *page =
	    "@avoid w\n\n- victim\n\n@page x\ntitle: A victim\nkind: measure\nstep: 1\n"
	    "@measure m\noptions: A | B\n\n- [a] victim\n\n"
	    "@line l\ntitle: Victim Line\nregion: us\ncall: 1\n"
	    "checked-on: 2026-11-01\n";

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", page);
	folder_put(&f, "es/x.page", page);
	check_folder(&f, NULL, &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	folder_remove(&f);
}

/* ---- what is allowed ---- */

static void neutral_parts_may_be_left_out(void **state)
{
	struct problems all = { 0 };
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", P "@practice a\nseconds: 30\n\n- 10 | A\n- 20 | B\n");
	folder_put(&f, "es/x.page",
	    "@page x\ntitle: Equis\n@practice a\n\n- Una cosa\n- Otra cosa\n");
	check_folder(&f, NULL, &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	folder_remove(&f);
}

static void held_back_in_one_language(void **state)
{
	struct problems all = { 0 };
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", P "@text a\n\nOnly in English.\n");
	folder_put(&f, "es/x.page", P "@text a\nship: no\n\nNo revisado.\n");
	check_folder(&f, NULL, &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	folder_remove(&f);
}

/* ---- packs and translations that have begun ---- */

static void a_begun_translation_is_one_warning(void **state)
{
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", P);
	folder_put(&f, "es/x.page", P);
	folder_put(
	    &f, "pt/walk.page", "@page walk\ntitle: Um passeio\n\n@text\n\nDevagar.\n");
	one_problem(&f, NULL, "pt", 0, "6 texts are not translated yet");
}

static void a_pack_may_name_what_is_below_it(void **state)
{
	struct problems all = { 0 };
	struct folder base, pack;

	(void)state;
	folder_make(&base);
	folder_workbook(&base);
	folder_make(&pack);
	folder_put(&pack, "en/x.page", P "next: walk\n");
	folder_put(&pack, "es/x.page", P "next: walk\n");
	check_folder(&pack, base.path, &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	folder_put(&pack, "en/x.page", P "next: nowhere\n");
	folder_put(&pack, "es/x.page", P "next: nowhere\n");
	one_problem(&pack, base.path, "en/x.page", 5, "there is no '@page nowhere'");
	folder_remove(&base);
}

/* The example of data/README.md, tried as it says: "`en/NAME.page`", then a block. */
static size_t put_examples(const struct folder *f, struct str text)
{
	struct str line;
	char name[40] = "";
	struct buf block = { 0 };
	bool inside = false;
	size_t files = 0;

	while (str_line(&text, &line)) {
		if (str_starts(line, "`") && line.n > 8 && line.n < sizeof name &&
		    str_is(str_slice(line, line.n - 6, line.n), ".page`")) {
			snprintf(name, sizeof name, "%.*s", (int)line.n - 2, line.s + 1);
		} else if (str_starts(line, "```")) {
			if (inside && name[0]) {
				folder_put_bytes(f, name, buf_str(&block));
				name[0] = '\0';
				files++;
			}
			buf_clear(&block);
			inside = !inside;
		} else if (inside) {
			buf_add(&block, line);
			buf_addc(&block, '\n');
		}
	}
	buf_free(&block);
	return files;
}

static void the_manuals_example_is_right(void **state)
{
	static char text[32 * 1024];
	struct problems all = { 0 };
	struct folder pack;
	FILE *in = fopen("data/README.md", "rb");

	(void)state;
	if (!in)
		skip();
	size_t n = fread(text, 1, sizeof text, in);
	fclose(in);
	assert_true(n > 0 && n < sizeof text);
	folder_make(&pack);
	assert_int_equal(put_examples(&pack, (struct str){ text, n }), 2);
	check_folder(&pack, "data", &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	for (int k = 0; k < CARD_KIND_COUNT; k++) {
		char word[40];

		snprintf(word, sizeof word, "`@%s`", card_kind_word((enum card_kind)k));
		if (!strstr(text, word))
			fail_msg("data/README.md does not tell of %s", word);
	}
	folder_remove(&pack);
}

static void no_folder(void **state)
{
	struct problems all = { 0 };

	(void)state;
	content_check(NULL, "/nonexistent/remanso", NULL, today, &all);
	assert_int_equal(all.count, 1);
	assert_int_equal(all.errors, 1);
	problems_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_missing_in_the_other_language),
		cmocka_unit_test(file_name),
		cmocka_unit_test(too_large),
		cmocka_unit_test(empty_file),
		cmocka_unit_test(steps_that_are_not_five),
		cmocka_unit_test(a_missing_step_takes_its_ids_along),
		cmocka_unit_test(a_step_leads_nowhere),
		cmocka_unit_test(line_too_long),
		cmocka_unit_test(too_many_cards),
		cmocka_unit_test(uncovered_id),
		cmocka_unit_test(words_to_avoid),
		cmocka_unit_test(questionnaires_are_exempt),
		cmocka_unit_test(neutral_parts_may_be_left_out),
		cmocka_unit_test(held_back_in_one_language),
		cmocka_unit_test(a_begun_translation_is_one_warning),
		cmocka_unit_test(a_pack_may_name_what_is_below_it),
		cmocka_unit_test(the_manuals_example_is_right),
		cmocka_unit_test(no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
