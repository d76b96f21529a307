/* Making a room, writing, leaving, coming back: on a real pseudo-terminal, in both
 * languages. */
#include "harness/play.h"
#include "harness/test.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

/* The row that stands alone, between blank rows, holds so many words, and is no sentence. */
static void lone_row(struct pty *p, int words, char *out, size_t cap)
{
	struct str rows = str_from(pty_text(p)), row, before = STR("x"), held = { 0 };

	out[0] = '\0';
	while (str_line(&rows, &row)) {
		struct str t = str_trim(row), rest = t, one;
		int n = 0;

		if (t.n == 0 && held.n > 0) {
			(void)snprintf(out, cap, "%.*s", STR_ARG(held));
			return;
		}
		while (str_cut(&rest, ' ', &one))
			n += one.n > 0;
		held = (struct str){ 0 };
		if (before.n == 0 && n == words && memchr(t.s, '.', t.n) == NULL &&
		    (t.s[0] < 'A' || t.s[0] > 'Z' || words == 1))
			held = t;
		before = t;
	}
}

static void squeeze(char *s)
{
	char *to = s;

	for (const char *from = s; *from != '\0'; from++)
		if (from[0] != ' ' || from[1] != ' ')
			*to++ = *from;
	*to = '\0';
}

/* Through the first pages; their first offer is always "go on". */
static void first_pages(struct pty *p, const char *lang)
{
	bool es = strcmp(lang, "es") == 0;

	SEES(p, es ? "Qué es este cuaderno" : "What this workbook is, and is not");
	assert_true(pty_settle(p));
	for (int i = 0; i < 3; i++) {
		KEYS(p, "Enter");
		assert_true(pty_settle(p));
	}
	SEES(p, es ? "4 de 4" : "page 4 of 4");
}

static void test_first_start_with_own_words(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box });
	struct ran r;

	(void)state;
	first_pages(p, "en");
	assert_true(play_choose(p, "Write my own"));
	pty_type(p, PLAY_PASS);
	assert_true(pty_settle(p));
	assert_false(pty_sees(p, "lantern orchard copper"));
	KEYS(p, "Enter");
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "A key for paper");
	assert_true(play_choose(p, "No key"));
	SEES(p, "Nothing here is urgent");
	assert_true(play_write(p));
	pty_type(p, "The heron stood still, and so did I.");
	SEES(p, "so did I");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);

	p = play_start(&(struct play){ .box = &box });
	assert_true(play_unlock(p, PLAY_PASS));
	SEES(p, "Nothing here is urgent");
	assert_true(play_choose(p, "Write in the journal"));
	SEES(p, "The heron stood still, and so did I.");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);

	r = play_export(&box);
	assert_int_equal(r.status, 0);
	assert_true(ran_says(&r, "The heron stood still, and so did I."));
	ran_free(&r);
}

static void test_first_start_with_six_words_in_spanish(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box, .lang = "es" });
	char words[300];

	(void)state;
	first_pages(p, "es");
	lone_row(p, 6, words, sizeof words);
	squeeze(words);
	assert_int_not_equal(words[0], '\0');
	KEYS(p, "Enter");
	SEES(p, "Una clave en papel");
	NO_LEAK(box.root, words);
	KEYS(p, "Down Enter");
	SEES(p, "Te damos la bienvenida");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);

	p = play_start(&(struct play){ .box = &box, .lang = "es" });
	assert_true(play_unlock(p, words));
	SEES(p, "Te damos la bienvenida");
	pty_close(p);
}

static void test_recovery_key_opens_the_room(void **state)
{
	struct pty *p = play_start(&(struct play){ .box = &box });
	char code[300];

	(void)state;
	first_pages(p, "en");
	KEYS(p, "Enter");
	SEES(p, "A key for paper");
	assert_true(play_choose(p, "Show it now"));
	SEES(p, "Your recovery key");
	lone_row(p, 1, code, sizeof code);
	if (strlen(code) < 34)
		FAIL_WITH("no code on:\n%s", pty_text(p));
	KEYS(p, "Enter");
	SEES(p, "Nothing here is urgent");
	KEYS(p, "C-x");
	EXITS(p, 0);
	pty_close(p);

	p = play_start(&(struct play){ .box = &box });
	assert_true(pty_settle(p));
	pty_type(p, "not the words");
	KEYS(p, "Enter");
	SEES(p, "opens nothing here");
	assert_true(play_choose(p, "Use the key on paper"));
	pty_type(p, code);
	KEYS(p, "Enter");
	SEES(p, "Nothing here is urgent");
	pty_close(p);
}

static void test_a_wrong_passphrase_opens_nothing(void **state)
{
	struct pty *p;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	p = play_start(&(struct play){ .box = &box });
	assert_true(pty_settle(p));
	assert_false(pty_sees(p, "Remanso")); /* the lock says nothing of its purpose */
	pty_type(p, "lantern orchard copper window gentle sparrows");
	KEYS(p, "Enter");
	SEES(p, "opens nothing here");
	assert_false(pty_sees(p, "sparrows"));
	KEYS(p, "Home");
	assert_true(play_focus(p, "Passphrase") || true);
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, "Nothing here is urgent");
	pty_close(p);
}

static void test_two_rooms_know_nothing_of_each_other(void **state)
{
	static const char other[] = "meadow river candle winter silver button";
	const char *add[] = { "--passphrase-fd", "3", "journal", "add", NULL };
	const char *list[] = { "--passphrase-fd", "3", "journal", "list", NULL };
	struct play as = { .box = &box, .args = add };
	struct ran r;

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	assert_true(play_room(&box, other));
	r = play_run(&as, STR("words of the first\n"), PLAY_PASS);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	r = play_run(&as, STR("words of the second\n"), other);
	assert_int_equal(r.status, 0);
	ran_free(&r);
	as.args = list;
	r = play_run(&as, STR(""), other);
	assert_true(ran_says(&r, "words of the second"));
	assert_false(ran_says(&r, "words of the first"));
	ran_free(&r);
}

static void test_the_language_changes_in_place(void **state)
{
	struct pty *p = play_at_home(&box);

	(void)state;
	assert_non_null(p);
	assert_true(play_write(p));
	pty_type(p, "half a sen");
	SEES(p, "half a sen");
	KEYS(p, "F2");
	SEES(p, "Diario");
	SEES(p, "half a sen");
	pty_type(p, "tence");
	SEES(p, "half a sentence");
	KEYS(p, "F2");
	SEES(p, "Journal");
	pty_close(p);
}

/* Where others could put another folder in place of this one, that is said before anything is
 * written there and before a passphrase is typed. */
static void test_a_folder_that_a_group_can_replace_is_told_of(void **state)
{
	static const char *const languages[] = { "en", "es" };
	static const char *const said[] = { "A group can change the folder above",
		"Un grupo puede cambiar la carpeta de arriba" };

	(void)state;
	if (chmod(box.root, 0775) != 0 || chown(box.root, (uid_t)-1, 65534) != 0)
		skip(); /* only the owner of the machine gives a folder to a group at will */
	for (int room = 0; room < 2; room++) {
		if (room == 1)
			assert_true(play_room(&box, PLAY_PASS));
		for (int i = 0; i < 2; i++) {
			struct pty *p =
			    play_start(&(struct play){ .box = &box, .lang = languages[i] });

			assert_true(pty_settle(p));
			assert_true(room == 1 || !pty_sees(p, said[i]));
			if (room == 0)
				KEYS(p, "Enter Enter");
			SEES(p, said[i]);
			SEES(p, "chmod");
			pty_close(p);
		}
	}
	assert_int_equal(chmod(box.root, 0755), 0);
	struct pty *p = play_start(&(struct play){ .box = &box });
	SEES(p, "Passphrase");
	assert_true(pty_settle(p));
	assert_false(pty_sees(p, said[0]));
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_first_start_with_own_words, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_first_start_with_six_words_in_spanish, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_recovery_key_opens_the_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_wrong_passphrase_opens_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_two_rooms_know_nothing_of_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_language_changes_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_folder_that_a_group_can_replace_is_told_of, setup, teardown),
	};

	return RUN_TESTS(tests);
}
