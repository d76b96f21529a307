/* Planted mistakes: each is found, at its line, with words that say what to do, and nothing
 * else is said. */
#include "unit/content_folder.h"

static const struct day today = { .year = 2026, .month = 11, .mday = 22 };

struct planted {
	const char *what;
	const char *en, *es; /* en/x.page and es/x.page; es NULL: the same as en */
	const char *file;
	int line;
	const char *words;
	size_t more; /* further problems that follow from it */
};

#define P "@page x\ntitle: X\nkind: exercise\nstep: 1\n" /* four lines */
#define LINE "@line x\ntitle: X\nregion: us\ncall: 1\n"
#define LONG20 \
	"word word word word word word word word word word " \
	"word word word word word word word word word word "

/* clang-format off: a case is a line */
static const struct planted mistakes[] = {
	/* what stands where */
	{ "unknown kind", "@pgae x\ntitle: X\n", NULL, "en/x.page", 1,
	    "Did you mean '@page'?", 1 },
	{ "unknown key", P "minuts: 5\n", NULL, "en/x.page", 5, "Did you mean 'minutes'?",
	    1 },
	{ "key not for this kind", P "in: 5\n", NULL, "en/x.page", 5,
	    "does not belong on '@page'", 1 },
	{ "key twice", P "title: Y\n", NULL, "en/x.page", 5,
	    "stands twice on this card, first on line 2", 1 },
	{ "required key missing", "@page x\nkind: exercise\nstep: 1\n", NULL, "en/x.page",
	    1, "needs a line 'title: ...'", 0 },
	{ "empty value", P "short:\n", NULL, "en/x.page", 5, "has no words after it", 1 },
	{ "missing name", "@page\ntitle: X\nkind: exercise\nstep: 1\n", NULL, "en/x.page",
	    1, "needs a short name", 1 },
	{ "bad name", "@page X_x\ntitle: X\nkind: exercise\nstep: 1\n", NULL, "en/x.page",
	    1, "more than a-z", 1 },
	{ "two names", "@page x y\ntitle: X\nkind: exercise\nstep: 1\n", NULL, "en/x.page",
	    1, "only one name", 1 },
	{ "duplicate card", P "\n" P, NULL, "en/x.page", 6,
	    "stands already in en/x.page on line 1", 1 },
	{ "duplicate part", P "@text a\n\nA.\n@text a\n\nB.\n", NULL, "en/x.page", 8,
	    "stands already", 1 },
	{ "part name taken", P "@text a\n\nA.\n@guide a\n\n- B\n", NULL, "en/x.page", 8,
	    "has the name 'a' already", 1 },
	{ "part outside a page", "@text a\n\nA.\n", NULL, "en/x.page", 1,
	    "stands on a page", 1 },
	{ "text before the first card", "Hello\n\n" P, NULL, "en/x.page", 1,
	    "before the first card", 1 },
	{ "line that is no key", P "just words here that go on\n", NULL, "en/x.page", 5,
	    "no 'key: words'", 1 },
	{ "key after an empty line", P "\nshort: Later.\n", NULL, "en/x.page", 6,
	    "read as text", 1 },
	{ "text under an item", P "@guide\n\n- A\nand more\n", NULL, "en/x.page", 8,
	    "right under an item", 1 },
	/* items */
	{ "item without a name", P "@prompts a\n\n- What\n", NULL, "en/x.page", 7,
	    "needs a name", 0 },
	{ "item name twice", P "@prompts a\n\n- [b] B\n- [b] C\n", NULL, "en/x.page", 8,
	    "stands on line 7 already", 1 },
	{ "bad item name", P "@prompts a\n\n- [B b] B\n", NULL, "en/x.page", 7,
	    "more than a-z", 1 },
	{ "item name not closed", P "@prompts a\n\n- [b B\n- [c] C\n", NULL, "en/x.page", 7,
	    "has no ']'", 1 },
	{ "items where none belong", P "@text a\n\nA.\n\n- B\n", NULL, "en/x.page", 9,
	    "takes no items", 1 },
	{ "no items where some belong", P "@prompts a\n", NULL, "en/x.page", 5,
	    "needs items", 0 },
	{ "too many cells", P "@guide a\n\n- A | B\n", NULL, "en/x.page", 7,
	    "has 2 cells; '@guide' takes 1", 1 },
	{ "too few cells", P "@table a\ncolumns: A | B\n\n| [x] A |\n", NULL, "en/x.page",
	    8, "takes 2 or more", 1 },
	{ "row unlike its columns", P "@table a\ncolumns: A | B\n\n| [walk] A | B | C |\n",
	    NULL, "en/x.page", 8, "but 'columns:' names 2", 1 },
	{ "row not closed", P "@table a\ncolumns: A | B\n\n| [walk] A | B\n", NULL,
	    "en/x.page", 8, "does not end with '|'", 1 },
	{ "empty cell", P "@table a\ncolumns: A | B | C\n\n| [walk] A | | C |\n", NULL,
	    "en/x.page", 8, "cell 2 of this item is empty", 1 },
	{ "cell is no number", P "@practice a\n\n- soon | A\n", NULL, "en/x.page", 7,
	    "'soon' is not a whole number", 1 },
	{ "depth of a question", P "@deck a\ndepths: A\n\n- [b] blue | B\n", NULL,
	    "en/x.page", 8, "light, warm or deep", 1 },
	{ "number is no number", P "minutes: five\n", NULL, "en/x.page", 5,
	    "takes a whole number, not 'five'", 1 },
	{ "seconds do not add up", P "@practice a\nseconds: 300\n\n- 100 | A\n- 150 | B\n",
	    NULL, "en/x.page", 6, "last 250 seconds together", 1 },
	{ "anchor off the scale", P "@scale a\n\n- 0 | A\n- 11 | B\n", NULL, "en/x.page", 8,
	    "runs from 0 to 10", 1 },
	{ "anchors not in order", P "@scale a\n\n- 5 | A\n- 0 | B\n", NULL, "en/x.page", 8,
	    "rising order", 1 },
	/* words that must be one of some */
	{ "kind", "@page x\ntitle: X\nkind: exercize\nstep: 1\n", NULL, "en/x.page", 3,
	    "Did you mean 'exercise'?", 1 },
	{ "with", P "with: pair\n", NULL, "en/x.page", 5,
	    "it is one of: solo either couple", 1 },
	{ "level", P "level: hard\n", NULL, "en/x.page", 5,
	    "it is one of: start some ask-first", 1 },
	{ "sense", P "sense: smell\n", NULL, "en/x.page", 5, "it is one of: senses", 1 },
	{ "repeat", P "repeat: often\n", NULL, "en/x.page", 5, "it is one of: yes no", 1 },
	{ "breath phase missing", P "@breath a\nin: 4\n", NULL, "en/x.page", 5,
	    "needs 'in:' and 'out:'", 0 },
	{ "breath seconds", P "@breath a\nin: 4\nout: six\n", NULL, "en/x.page", 7,
	    "not a number of seconds", 1 },
	{ "threshold", P "@scale a\nabove: 7 high\n\n- 0 | A\n", NULL, "en/x.page", 6,
	    "is a number, a kind", 1 },
	/* characters */
	{ "tab", P "short:\tA\n", NULL, "en/x.page", 5, "column 7: a tab", 1 },
	{ "control", P "short: A\x1b[31m\n", NULL, "en/x.page", 5,
	    "column 9: a control character (U+001B)", 1 },
	{ "bad UTF-8", P "short: caf\xe9\n", NULL, "en/x.page", 5,
	    "column 11: this is not UTF-8", 1 },
	{ "not NFC", P "short: cafe\xcc\x81\n", NULL, "en/x.page", 5, "not NFC", 1 },
	{ "bidi mark",
	    P "short: A\xe2\x80\xae"
	      "B\n",
	    NULL, "en/x.page", 5, "column 9: a mark that cannot be seen (U+202E)", 1 },
	{ "no-width blank",
	    P "short: A\xe2\x80\x8b"
	      "B\n",
	    NULL, "en/x.page", 5, "(U+200B)", 1 },
	{ "emoji", P "short: A \xf0\x9f\x99\x82\n", NULL, "en/x.page", 5,
	    "column 10: this emoji", 1 },
	/* inline marks */
	{ "strong not closed", P "short: a *strong word\n", NULL, "en/x.page", 5,
	    "'*' without its partner", 1 },
	{ "unknown placeholder", P "short: press {key_halp}\n", NULL, "en/x.page", 5,
	    "Did you mean 'key_help'?", 1 },
	{ "placeholder not closed", P "short: press {key_help\n", NULL, "en/x.page", 5,
	    "without its '}'", 1 },
	/* keys written by hand */
	{ "chord", P "short: Leave with Ctrl-X.\n", NULL, "en/x.page", 5,
	    "'Ctrl-X' is a key written by hand", 1 },
	{ "function key", "@page x\ntitle: X (F1)\nkind: exercise\nstep: 1\n", NULL,
	    "en/x.page", 2, "'F1' is a key", 1 },
	{ "escape key", P "@text a\n\nGo on.\n\nEsc leads back.\n", NULL, "en/x.page", 9,
	    "'Esc' is a key", 1 },
	{ "letter to press", P "@guide a\n\n- To stop, press q.\n", NULL, "en/x.page", 7,
	    "'q' is a key", 1 },
	{ "key to press", P "@text a\n\nPresiona la tecla \"Enter\" ahora.\n", NULL,
	    "en/x.page", 7, "'Enter' is a key", 1 },
	/* the two languages */
	{ "card missing", P "@text a\n\nA.\n", P, "en/x.page", 5,
	    "'@text a' is missing in es/x", 0 },
	{ "card only in the other", P, P "@text a\n\nA.\n", "es/x.page", 5,
	    "'@text a' is missing in en/x", 0 },
	{ "order differs", P "@text a\n\nA.\n@text b\n\nB.\n",
	    P "@text b\n\nB.\n@text a\n\nA.\n", "es/x.page", 5,
	    "stands before '@text a' here", 0 },
	{ "item missing", P "@prompts a\n\n- [b] B\n- [c] C\n", P "@prompts a\n\n- [b] B\n",
	    "en/x.page", 8, "[c] is missing in es/x", 1 },
	{ "number of items", P "@guide a\n\n- B\n- C\n", P "@guide a\n\n- B\n", "es/x.page",
	    5, "has 1 items, and 2 in en/x.page", 0 },
	{ "item order", P "@prompts a\n\n- [b] B\n- [c] C\n",
	    P "@prompts a\n\n- [c] C\n- [b] B\n", "es/x.page", 7,
	    "here stands the item [c]", 0 },
	{ "item's number differs", P "@practice a\n\n- 30 | A\n",
	    P "@practice a\n\n- 40 | A\n", "es/x.page", 7, "'40' is '30' in en/x.page", 0 },
	{ "hint missing", P "@prompts a\n\n- [b] B | h\n", P "@prompts a\n\n- [b] B\n",
	    "es/x.page", 7, "it has 2", 0 },
	{ "text missing", P "short: A\n", P, "es/x.page", 1,
	    "'short:' is missing; it stands in en/x.page, line 5", 0 },
	{ "text only in the other", P, P "short: A\n", "es/x.page", 5,
	    "not on this card in en/x.page", 0 },
	{ "paragraphs", P "@text a\n\nA.\n\nB.\n", P "@text a\n\nA.\n", "es/x.page", 5,
	    "1 paragraphs, and 2", 0 },
	{ "fact differs", P "minutes: 5\n", P "minutes: 6\n", "es/x.page", 5,
	    "'minutes:' is '6' here and '5'", 0 },
	{ "options differ", P "@choices a\noptions: A | B\n\n- [b] B\n",
	    P "@choices a\noptions: A\n\n- [b] B\n", "es/x.page", 6,
	    "has 1 parts here and 2", 0 },
	{ "covers missing", P "covers: K1\n", P, "es/x.page", 1,
	    "must stand in each language", 0 },
	{ "covers differ", P "covers: K1 K2\n", P "covers: K1 K3\n", "es/x.page", 5,
	    "'covers:' is 'K1 K3' here", 0 },
	{ "unknown id", P "covers: K9\n", NULL, "en/x.page", 5,
	    "there is no 'K9' in the guide", 1 },
	/* names that lead nowhere */
	{ "dangling page", P "next: wlak\n", NULL, "en/x.page", 5,
	    "there is no '@page wlak'. Did you mean 'walk'?", 0 },
	{ "dangling pages", P "tools: walk none\n", NULL, "en/x.page", 5,
	    "there is no '@page none'", 0 },
	{ "dangling row", P "@table a\ncolumns: A | B\n\n| [none] A | B |\n", NULL,
	    "en/x.page", 8, "there is no '@page none'", 0 },
	{ "dangling line", "@message x\nlines: none\n\nA.\n", NULL, "en/x.page", 2,
	    "there is no '@line none'", 0 },
	{ "dangling message", P "@scale a\nabove: 7 message none\n\n- 0 | A\n", NULL,
	    "en/x.page", 6, "there is no '@message none'", 0 },
	{ "step without", "@page x\ntitle: X\nkind: exercise\nstep: 7\n", NULL, "en/x.page",
	    4, "no step with 'order: 7'", 0 },
	{ "safety item", P "@measure a\noptions: A | B\nsafety: z\n\n- [b] B\n", NULL,
	    "en/x.page", 7, "no item [z]", 0 },
	{ "page that nothing leads to", "@page x\ntitle: X\nkind: reading\n", NULL,
	    "en/x.page", 1, "leads to this page", 0 },
	/* words, widths, dates */
	{ "avoided word", "@avoid x\n\n- victim*\n\n" P "short: To victims.\n", NULL,
	    "en/x.page", 9, "'victim*' is a word to avoid", 1 },
	{ "title too wide", P "subtitle: " LONG20 "\n", NULL, "en/x.page", 5,
	    "there is room for 66", 1 },
	{ "side head too wide", P "@text a\nhead: Incomprehensible\n\nA.\n", NULL,
	    "en/x.page", 6, "16 columns wide; there is room for 15", 1 },
	{ "side head too high",
	    P "@text a\nhead: One two three four five six seven eight\n\nA.\n", NULL,
	    "en/x.page", 6, "2 at most", 1 },
	{ "long content note", P "note: " LONG20 "w w w w w w\n", NULL, "en/x.page", 5,
	    "has 26 words; 25 at most", 1 },
	{ "line checked long ago", LINE "checked-on: 2026-05-01\n", NULL, "en/x.page", 5,
	    "205 days ago", 0 },
	{ "line never checked", LINE, NULL, "en/x.page", 1, "checked-on: 2026-11-22", 0 },
	{ "line without a way", "@line x\ntitle: X\nregion: us\nchecked-on: 2026-11-01\n",
	    NULL, "en/x.page", 1, "needs a way to reach it", 0 },
	{ "bad date", LINE "checked-on: 1.5.2026\n", NULL, "en/x.page", 5, "not a date",
	    1 },
};
/* clang-format on */

/* What is pressed without being a key. */
#define PRESSED \
	"@page pressed\ntitle: K1 and F60\nkind: exercise\nstep: 1\n\n" \
	"@text\n\nPress a hand, the feet, your lips. Enter the room. Presiona y suelta; " \
	"presiona a tu ritmo, 3 veces. To leave, press {key_leave}. The key is rest. " \
	"Out of control-free air.\n" \
	"@line pressed\ntitle: A line\nregion: us\ncall: 1\nchecked-on: 2026-11-01\n" \
	"what: Press q or 2.\n"

static void check_folder(const struct folder *f, const char *base, struct problems *all)
{
	content_check(NULL, f->path, base, today, all);
}

static void one_mistake(const struct planted *m)
{
	struct problems all = { 0 };
	struct folder f;

	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page", m->en);
	folder_put(&f, "es/x.page", m->es ? m->es : m->en);
	check_folder(&f, NULL, &all);
	if (!said(&all, m->file, m->line, m->words) || all.count != 1 + m->more) {
		print_message("%s: wanted %s:%d: %s (and %zu more), got:\n", m->what,
		    m->file, m->line, m->words, m->more);
		print_problems(&all);
		fail();
	}
	problems_free(&all);
	folder_remove(&f);
}

static void every_mistake_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++)
		one_mistake(&mistakes[i]);
}

static void nothing_is_said_of_a_good_folder(void **state)
{
	struct problems all = { 0 };
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/notes.txt", "not ours");
	folder_put(&f, "en/pressed.page", PRESSED);
	folder_put(&f, "es/pressed.page", PRESSED);
	check_folder(&f, NULL, &all);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	folder_remove(&f);
}

/* The text with its cards called x called x-NUMBER instead. */
static void renamed(struct buf *out, const char *text, size_t number)
{
	struct str rest = str_from(text), line;

	buf_clear(out);
	while (str_line(&rest, &line)) {
		buf_add(out, line);
		if (str_starts(line, "@") && line.n > 2 &&
		    str_is(str_slice(line, line.n - 2, line.n), " x"))
			buf_addf(out, "-%zu", number);
		buf_addc(out, '\n');
	}
}

static bool comes_before(const struct problem *a, const struct problem *b)
{
	int d = str_cmp(a->file, b->file);

	return d < 0 || (d == 0 && a->line <= b->line);
}

/* All at once: none hides another, and they come in order. */
static void all_mistakes_in_one_run(void **state)
{
	struct problems all = { 0 };
	struct buf text = { 0 };
	struct folder f;
	char name[40], words[200];

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		renamed(&text, mistakes[i].en, i);
		snprintf(name, sizeof name, "en/x-%zu.page", i);
		folder_put_bytes(&f, name, buf_str(&text));
		renamed(&text, mistakes[i].es ? mistakes[i].es : mistakes[i].en, i);
		snprintf(name, sizeof name, "es/x-%zu.page", i);
		folder_put_bytes(&f, name, buf_str(&text));
	}
	check_folder(&f, NULL, &all);
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		const struct planted *m = &mistakes[i];
		const char *end =
		    strstr(m->words, "en/x.page"); /* another file's name here */

		snprintf(name, sizeof name, "%.2s/x-%zu.page", m->file, i);
		snprintf(words, sizeof words, "%.*s", (int)(end ? end - m->words : 199),
		    m->words);
		if (!said(&all, name, m->line, words)) {
			print_message("not found in the heap: %s\n", m->what);
			fail();
		}
	}
	for (size_t i = 1; i < all.count; i++)
		assert_true(comes_before(&all.list[i - 1], &all.list[i]));
	problems_free(&all);
	buf_free(&text);
	folder_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_found),
		cmocka_unit_test(all_mistakes_in_one_run),
		cmocka_unit_test(nothing_is_said_of_a_good_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
