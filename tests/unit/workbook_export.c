/* What leaves the room; the demonstration; the lists of words. */
#include "workbook_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remanso/secret.h"

static bool holds(const struct buf *b, const char *s)
{
	return memmem(b->s, b->n, s, strlen(s)) != NULL;
}

/* A reader of another make says whether it is JSON, and what `code` finds in it. */
static void json_is(const struct buf *b, const char *code)
{
	char command[400];

	(void)snprintf(command, sizeof(command),
	    "python3 -c 'import json,sys; x = json.load(sys.stdin); sys.exit(not (%s))'",
	    code);
	FILE *p = popen(command, "w");
	assert_non_null(p);
	assert_int_equal(fwrite(b->s, 1, b->n, p), b->n);
	if (pclose(p) != 0)
		fail_msg("%s\n%.*s", code, (int)b->n, b->s);
}

static void write_some(struct fixture *f)
{
	struct run *run;
	struct id id = { { 0 } }, row;

	assert_true(run_open(&run, f->room, kit_page, 1, &f->e));
	assert_true(run_row_add(run, kit_list, STR("touch"), &row, &f->e));
	assert_true(run_cell_set(run, kit_list, row, STR("thing"), STR("Tacto"),
	    STR("la \"cobija\" \\ azul"), false, &f->e));
	assert_true(run_set_text(run, kit_place, STR("kept"), STR("Dónde lo guardo"),
	    STR("dos\nlíneas\ty \x01 \xff fin 🌊"), false, &f->e));
	run_close(run);
	f->now += 1000;
	assert_true(run_open(&run, f->room, own_page, 0, &f->e));
	assert_true(run_set_text(
	    run, own_line, STR("kept"), STR("A line"), STR("only mine"), false, &f->e));
	run_close(run);
	f->now += 1000;
	assert_true(rating_put(f->room, &alone[3], 6, 0, &f->e));
	assert_true(rating_put(f->room, &alone[4], 2, 0, &f->e));
	f->now -= 90000;
	assert_true(journal_put(
	    f->room, &id, STR("Earlier words"), STR("en"), STR("Today"), true, &f->e));
	assert_true(setting_put(f->room, SETTING_THEME, STR("dark"), &f->e));
}

static void json_holds_all_that_may_leave(void **state)
{
	struct fixture *f = *state;
	struct buf b = { 0 };

	write_some(f);
	assert_true(
	    room_export(f->room, &fixture_content, 0, EXPORT_JSON, false, &b, &f->e));
	json_is(&b, "x[\"format\"] == \"remanso-export\" and x[\"schema\"] == 1");
	json_is(&b, "[e[\"kind\"] for e in x[\"entries\"]] == "
		    "[\"journal\", \"cell\", \"answer\", \"rating\"]");
	json_is(&b, "x[\"entries\"][1][\"text\"] == \"la \\\"cobija\\\" \\\\ azul\"");
	json_is(&b, "x[\"entries\"][1][\"item\"] == \"touch/thing\" and "
		    "x[\"entries\"][1][\"row\"] and x[\"entries\"][1][\"lang\"] == \"es\"");
	json_is(&b,
	    "x[\"entries\"][2][\"text\"].startswith(\"dos\\nl\\u00edneas\\ty \\u0001\")");
	json_is(&b, "x[\"entries\"][3][\"number\"] == 6");
	json_is(
	    &b, "len(x[\"runs\"]) == 1 and x[\"runs\"][0][\"page\"] == \"comfort-kit\"");
	json_is(&b, "len(x[\"entries\"][0][\"created\"]) == 25 and "
		    "x[\"entries\"][0][\"created\"][:4] == \"2026\"");
	assert_false(holds(&b, "only mine") || holds(&b, "dark"));
	buf_clear(&b);
	assert_true(
	    room_export(f->room, &fixture_content, 0, EXPORT_JSON, true, &b, &f->e));
	json_is(&b, "len(x[\"entries\"]) == 6 and len(x[\"runs\"]) == 2");
	assert_true(holds(&b, "only mine"));
	buf_free(&b);
}

static void an_empty_room_is_valid_json_too(void **state)
{
	struct fixture *f = *state;
	struct buf b = { 0 };

	assert_true(
	    room_export(f->room, &fixture_content, 0, EXPORT_JSON, false, &b, &f->e));
	json_is(&b, "x[\"entries\"] == [] and x[\"runs\"] == []");
	buf_clear(&b);
	assert_true(
	    room_export(f->room, &fixture_content, 0, EXPORT_TEXT, false, &b, &f->e));
	assert_int_equal(b.n, 0);
	buf_free(&b);
}

static void text_reads_page_by_page(void **state)
{
	struct fixture *f = *state;
	struct buf b = { 0 };

	write_some(f);
	assert_true(
	    room_export(f->room, &fixture_content, 0, EXPORT_TEXT, false, &b, &f->e));
	const char *journal = memmem(b.s, b.n, "Journal\n-------\n\n2026-11-22\n", 28);
	const char *kit = memmem(b.s, b.n, "Comfort kit\n-----------\n", 24);
	assert_true(journal != NULL && kit != NULL && journal < kit);
	assert_true(holds(&b, "  Today\n    Earlier words\n"));
	assert_true(holds(&b, "  Dónde lo guardo\n    dos\n    líneas"));
	assert_true(holds(&b, "  How much distress now?\n    6\n"));
	assert_false(holds(&b, "only mine") || holds(&b, "safe at home"));
	buf_free(&b);
}

static void a_file_is_never_overwritten(void **state)
{
	struct fixture *f = *state;
	char dir[] = "/tmp/export-XXXXXX", path[64], link[64];
	struct stat st;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/out.json", dir);
	(void)snprintf(link, sizeof(link), "%s/link", dir);
	assert_true(export_write(path, STR("words\n"), &f->e));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 6);
	assert_false(export_write(path, STR("other"), &f->e));
	assert_int_equal(f->e.code, ERR_CREATE);
	assert_int_equal(symlink("elsewhere", link), 0);
	assert_false(export_write(link, STR("other"), &f->e));
	assert_int_equal(f->e.code, ERR_CREATE);
	assert_false(export_write("/nowhere/at/all", STR("x"), &f->e));
	assert_false(export_write("/dev/full", STR("x"), &f->e));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* ---- the demonstration, from the real content ---- */

struct look {
	int64_t oldest, newest;
	int journal, rating, cell, answer;
	bool outside; /* something in another language */
	struct str lang;
};

static bool look_at(void *arg, const struct entry *en)
{
	struct look *l = arg;

	l->journal += en->kind == ENTRY_JOURNAL;
	l->rating += en->kind == ENTRY_RATING;
	l->cell += en->kind == ENTRY_CELL;
	l->answer += en->kind == ENTRY_ANSWER;
	l->outside = l->outside || !str_eq(en->lang, l->lang);
	l->oldest = l->oldest == 0 || en->created < l->oldest ? en->created : l->oldest;
	l->newest = en->created > l->newest ? en->created : l->newest;
	return true;
}

#define DAY ((int64_t)24 * 3600 * 1000)

static void the_demonstration_spans_three_months_in_both_languages(void **state)
{
	struct fixture *f = *state;
	struct content c;
	struct query q = { 0 };
	struct str kit[8];

	if (!content_load(&c, "data", NULL, NULL, &f->e))
		fail_msg("%s", f->e.text);
	for (int lang = 0; lang < (int)c.lang_count; lang++) {
		struct look l = { .lang = c.langs[lang].code };
		struct room *room;
		if (!room_demo(&room, &f->w, &c, lang, &f->e))
			fail_msg("%s", f->e.text);
		assert_true(room_is_demo(room));
		assert_null(room_vault(room));
		assert_true(store_each(room_store(room), &q, look_at, &l, &f->e));
		assert_true(
		    l.journal > 20 && l.rating >= 40 && l.cell > 10 && l.answer > 10);
		assert_false(l.outside);
		assert_true(l.newest < f->now && l.newest > f->now - 8 * DAY);
		assert_true(l.oldest < f->now - 75 * DAY && l.oldest > f->now - 92 * DAY);
		assert_true(room_kit(room, &c, f->a, kit, 8) >= 4);
		assert_true(holds(
		    &(struct buf){ (char *)(uintptr_t)kit[0].s, kit[0].n, 0 }, " — "));
		for (int step = 1; step <= 5; step++)
			assert_true(step_touched(room, &c, step));
		assert_non_null(room_next_page(room, &c));
		struct run *run;
		assert_true(run_open(
		    &run, room, content_page(&c, STR("comfort-kit")), lang, &f->e));
		assert_int_equal(run_state(run), RUN_DONE);
		assert_true(run_rows(run, STR("kit")) >= 4);
		run_close(run);
		struct buf b = { 0 };
		assert_true(room_export(room, &c, lang, EXPORT_JSON, false, &b, &f->e));
		json_is(&b, "len(x[\"entries\"]) > 90");
		buf_free(&b);
		room_close(room);
	}
	content_free(&c);
}

static void the_weekdays_of_the_demonstration_hold_on_any_day(void **state)
{
	struct fixture *f = *state;
	struct content c;
	struct query q = { .kinds = 1u << ENTRY_RATING };

	if (!content_load(&c, "data", NULL, NULL, &f->e))
		fail_msg("%s", f->e.text);
	for (int day = 0; day < 8; day++) {
		struct look l = { .lang = c.langs[0].code };
		struct room *room;
		f->now += DAY + DAY / 7;
		assert_true(room_demo(&room, &f->w, &c, 0, &f->e));
		assert_true(store_each(room_store(room), &q, look_at, &l, &f->e));
		assert_int_equal(day_of(l.oldest).wday, 2); /* week 1, day 2: a Tuesday */
		assert_true(l.newest < f->now);
		room_close(room);
	}
	content_free(&c);
}

/* ---- the lists of words ---- */

static void check_list(struct fixture *f, const char *lang)
{
	char path[64];
	char line[128];
	struct str words[4000];
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "data/%s/words.txt", lang);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL && n < ARRAY_LEN(words)) {
		struct str word = str_trim(str_from(line));
		if (word.s[0] == '#')
			continue;
		if (word.n < 3 || word.n > 8)
			fail_msg("%s", line);
		for (size_t i = 0; i < word.n; i++)
			if (word.s[i] < 'a' || word.s[i] > 'z')
				fail_msg("%s", line);
		/* Sorted, and none the beginning of the next: so of no other. */
		if (n > 0 &&
		    (str_cmp(words[n - 1], word) >= 0 || str_starts(word, words[n - 1].s)))
			fail_msg("%s", line);
		words[n++] = arena_dup(f->a, word);
	}
	assert_int_equal(fclose(file), 0);
	assert_true(n >= 1296);
}

static void the_lists_hold_short_plain_words(void **state)
{
	struct fixture *f = *state;

	check_list(f, "en");
	check_list(f, "es");
	struct secret *s = passphrase_draw(&f->w, "data", STR("es"), &f->e);
	assert_non_null(s);
	assert_true(secret_len(s) >= 6 * 3 + 5 && secret_len(s) <= 6 * 8 + 5);
	const char *why;
	assert_true(passphrase_ok(s, &why));
	secret_free(s);
}

int main(void)
{
	struct err e;
	const struct CMUnitTest tests[] = {
		TEST(json_holds_all_that_may_leave),
		TEST(an_empty_room_is_valid_json_too),
		TEST(text_reads_page_by_page),
		TEST(a_file_is_never_overwritten),
		TEST(the_demonstration_spans_three_months_in_both_languages),
		TEST(the_weekdays_of_the_demonstration_hold_on_any_day),
		TEST(the_lists_hold_short_plain_words),
	};

	if (!secret_init(&e))
		return 1;
	return cmocka_run_group_tests_name("workbook: export", tests, NULL, NULL);
}
