/* The syntax of content files: what is read from which lines. */
#include "unit/content_folder.h"

#include "content/chars.h"
#include "content/record.h"
#include "content/spec.h"

struct reading {
	struct arena *words, *tables;
	struct problems all;
	struct raw_file file;
};

static void read_text(struct reading *r, struct str text)
{
	*r = (struct reading){ .words = arena_new(), .tables = arena_new() };
	r->file.label = STR("en/x.page");
	r->file.all = &r->all;
	record_read(&r->file, text, r->words, r->tables);
}

static void done(struct reading *r)
{
	arena_free(r->words);
	arena_free(r->tables);
	problems_free(&r->all);
}

#define assert_str(got, want) \
	do { \
		struct str got_ = (got); \
		if (!str_is(got_, (want))) \
			fail_msg("'%.*s' is not '%s'", STR_ARG(got_), (want)); \
	} while (0)

static void a_card_of_everything(void **state)
{
	struct reading r;
	const struct raw_card *c;

	(void)state;
	read_text(&r, STR("// for translators\n"
			  "@page  walk \n"
			  "title: A walk: slow\n"
			  "// a note between\n"
			  "intro: One line\n"
			  "  and another,\n"
			  "    and a third.\n"
			  "after:\n"
			  "  begins below\n"
			  "\n"
			  "First prose\n"
			  "in two lines.\n"
			  "\n"
			  "// a note\n"
			  "Second *prose*.\n"
			  "- [one] Words | more\n"
			  "  that go on\n"
			  "- no name\n"
			  "\n"
			  "| [row] a | b |\n"
			  "@text\n"));
	assert_int_equal(r.all.count, 0);
	assert_int_equal(r.file.count, 2);
	c = &r.file.cards[0];
	assert_str(c->word, "page");
	assert_str(c->name, "walk");
	assert_int_equal(c->line, 2);
	assert_int_equal(c->key_count, 3);
	assert_str(c->keys[0].value, "A walk: slow");
	assert_str(c->keys[1].value, "One line and another, and a third.");
	assert_int_equal(c->keys[1].line, 5);
	assert_str(c->keys[2].value, "begins below");
	assert_int_equal(c->para_count, 2);
	assert_str(c->paras[0].text, "First prose in two lines.");
	assert_str(c->paras[1].text, "Second *prose*.");
	assert_int_equal(c->paras[1].line, 15);
	assert_int_equal(c->item_count, 3);
	assert_str(c->items[0].name, "one");
	assert_int_equal(c->items[0].cells, 2);
	assert_str(c->items[0].cell[1], "more that go on");
	assert_str(c->items[1].cell[0], "no name");
	assert_int_equal(c->items[1].name.n, 0);
	assert_str(c->items[2].name, "row");
	assert_str(c->items[2].cell[1], "b");
	assert_str(r.file.cards[1].word, "text");
	assert_int_equal(r.file.cards[1].name.n, 0);
	done(&r);
}

static void windows_line_ends_and_mark(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("\xef\xbb\xbf@page a\r\ntitle: B\r\n\r\nC\r\nD\r\n"));
	assert_int_equal(r.all.count, 0);
	assert_str(r.file.cards[0].keys[0].value, "B");
	assert_str(r.file.cards[0].paras[0].text, "C D");
	done(&r);
}

static void prose_may_follow_at_once(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("@text\nSlowly.\n@guide\n- A\n- B\n@text a\nNot yet: this.\n"));
	assert_str(r.file.cards[0].paras[0].text, "Slowly.");
	assert_int_equal(r.file.cards[1].item_count, 2);
	assert_int_equal(r.all.count, 1);
	assert_true(said(&r.all, "en/x.page", 7, "leave an empty line"));
	done(&r);
}

static void no_newline_at_the_end(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("@text a\n\nlast words"));
	assert_str(r.file.cards[0].paras[0].text, "last words");
	done(&r);
	read_text(&r, STR("@"));
	assert_int_equal(r.file.count, 1);
	done(&r);
	read_text(&r, (struct str){ 0 });
	assert_int_equal(r.file.count, 0);
	assert_int_equal(r.all.count, 0);
	done(&r);
}

static void what_is_bad_does_not_reach_the_card(void **state)
{
	struct reading r;

	(void)state;
	read_text(&r, STR("@text a\n\nred \x1b[31m and \xe2\x80\xae"
			  "bidi\n"));
	assert_int_equal(r.all.count, 1);
	assert_str(r.file.cards[0].paras[0].text, "red [31m and bidi");
	done(&r);
	read_text(&r, STR("@text a\n\ncafe\xcc\x81\n"));
	assert_str(r.file.cards[0].paras[0].text, "caf\xc3\xa9");
	done(&r);
}

static void nothing_to_tell_it_to(void **state)
{
	struct raw_file file = { .label = STR("x") };
	struct arena *a = arena_new();

	(void)state;
	record_read(&file, STR("words\n@ A\nb\n- [\n|\nkey:\nkey: 1\nkey: 2\n"), a, a);
	assert_int_equal(file.count, 1);
	arena_free(a);
}

static void names(void **state)
{
	(void)state;
	assert_true(record_name_ok(STR("a-1")));
	assert_false(record_name_ok(STR("")));
	assert_false(record_name_ok(STR("A")));
	assert_false(record_name_ok(STR("a b")));
	assert_false(record_name_ok(STR("\xc3\xa1")));
}

static const struct {
	const char *wanted, *best;
} slips[] = {
	{ "tabel", "table" },
	{ "pgae", "page" },
	{ "txt", "text" },
	{ "mesage", "message" },
	{ "pag", "page" },
	{ "zzz", "" },
	{ "checklst", "checklist" },
	{ "", "" },
	{ "averyveryveryveryveryveryverylongwordindeedyes", "" },
};

static void suggestions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(slips); i++) {
		struct near n = near_start(str_from(slips[i].wanted));

		for (int k = 0; k < CARD_KIND_COUNT; k++)
			near_try(&n, str_from(card_kind_word((enum card_kind)k)));
		assert_str(n.best, slips[i].best);
	}
}

/* The tables of spec.c hold words; a slip there would allow a key that there is not. */
static void each_key_of_each_kind_is_a_key(void **state)
{
	(void)state;
	for (int k = 0; k < CARD_KIND_COUNT; k++) {
		const char *lists[] = { kind_must((enum card_kind)k),
			kind_may((enum card_kind)k) };

		for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
			struct str rest = str_from(lists[i]), word;

			while (str_cut(&rest, ' ', &word))
				if (field_from(word) == FIELD_COUNT)
					fail_msg("@%s: '%.*s' is no key",
					    card_kind_word((enum card_kind)k),
					    STR_ARG(word));
		}
	}
}

/* Every key in fields.def is taken by some kind. */
static void each_key_is_of_use(void **state)
{
	(void)state;
	for (int f = 0; f < FIELD_COUNT; f++) {
		struct str word = str_from(field_word((enum field_id)f));
		bool taken = false;

		for (int k = 0; k < CARD_KIND_COUNT; k++)
			taken = taken || kind_takes((enum card_kind)k, word);
		if (!taken)
			fail_msg("no kind takes '%.*s'", STR_ARG(word));
	}
}

static void cells_of_kinds(void **state)
{
	struct cells table = kind_cells(CARD_TABLE), hint = kind_cells(CARD_PROMPTS);
	struct cells deck = kind_cells(CARD_DECK), none = kind_cells(CARD_TEXT);

	(void)state;
	assert_true(table.named && table.least == 2 && table.most > 100);
	assert_true(hint.named && hint.least == 1 && hint.most == 2);
	assert_true(deck.least == 2 && deck.most == 2 && deck.neutral == 1);
	assert_int_equal(cells_letter(&deck, 0), 'w');
	assert_int_equal(cells_letter(&deck, 1), 't');
	assert_int_equal(cells_letter(&table, 5), 't');
	assert_int_equal(none.most, 0);
	assert_int_equal(cells_missing(&deck, &(struct raw_item){ .cells = 1 }, false), 1);
	assert_int_equal(cells_missing(&deck, &(struct raw_item){ .cells = 1 }, true), -1);
	assert_int_equal(cells_missing(&deck, &(struct raw_item){ .cells = 3 }, false), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_of_everything),
		cmocka_unit_test(windows_line_ends_and_mark),
		cmocka_unit_test(prose_may_follow_at_once),
		cmocka_unit_test(no_newline_at_the_end),
		cmocka_unit_test(what_is_bad_does_not_reach_the_card),
		cmocka_unit_test(nothing_to_tell_it_to),
		cmocka_unit_test(names),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(each_key_of_each_kind_is_a_key),
		cmocka_unit_test(each_key_is_of_use),
		cmocka_unit_test(cells_of_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
