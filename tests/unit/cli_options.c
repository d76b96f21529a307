/* The command line as it is read: what is understood, what is refused, and with which
 * words; and that the manual knows every command and option. */
#include "harness/test.h"

#include "cli/ascii_out.h"
#include "cli/json.h"
#include "cli/options.h"

#include <stdlib.h>

#define ARGS_MOST 12

/* One line of words, cut at blanks, behind the program's name. */
static bool parse(struct options *o, const char *line, struct err *e)
{
	static char words[256];
	static char *argv[ARGS_MOST + 1];
	int argc = 0;

	(void)snprintf(words, sizeof(words), "remanso %s", line);
	for (char *w = strtok(words, " "); w != NULL && argc < ARGS_MOST;
	     w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	*e = (struct err){ 0 };
	return options_parse(o, argc, argv, e);
}

static const struct {
	const char *line;
	enum command command;
	int args;
} good[] = {
	{ "", CMD_OPEN, 0 },
	{ "--plain", CMD_OPEN, 0 },
	{ "demo", CMD_DEMO, 0 },
	{ "--home /x --passphrase-fd 3 room new", CMD_ROOM_NEW, 0 },
	{ "room new --home /x --passphrase-fd 3", CMD_ROOM_NEW, 0 },
	{ "--home=/x journal --lang es list --json", CMD_JOURNAL_LIST, 0 },
	{ "journal list --limit 5", CMD_JOURNAL_LIST, 0 },
	{ "journal search one two three", CMD_JOURNAL_SEARCH, 3 },
	{ "journal search -", CMD_JOURNAL_SEARCH, 1 },
	{ "journal search -- --odd", CMD_JOURNAL_SEARCH, 1 },
	{ "room passphrase --new-passphrase-fd 4", CMD_ROOM_PASS, 0 },
	{ "check", CMD_CHECK, 0 },
	{ "check data --json", CMD_CHECK, 1 },
	{ "check --warnings data", CMD_CHECK, 1 },
	{ "export --json -", CMD_EXPORT, 1 },
	{ "export --text --all --yes out.txt", CMD_EXPORT, 1 },
	{ "help room new", CMD_HELP, 2 },
	{ "--color never --no-mouse --ascii", CMD_OPEN, 0 },
	{ "export --help", CMD_EXPORT, 0 },
	{ "-h", CMD_OPEN, 0 },
	{ "-V", CMD_OPEN, 0 },
};

static void test_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct options o;
		struct err e;
		if (!parse(&o, good[i].line, &e))
			fail_msg("'%s': %s", good[i].line, e.text);
		if (o.command != good[i].command || o.arg_count != good[i].args)
			fail_msg("'%s': command %d, %d words", good[i].line, (int)o.command,
			    o.arg_count);
	}
}

static void test_values(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_true(parse(&o, "--home /h --lang=es journal list --limit 7", &e));
	assert_string_equal(o.text[OPT_HOME], "/h");
	assert_string_equal(o.text[OPT_LANG], "es");
	assert_int_equal(o.number[OPT_LIMIT], 7);
	assert_false(options_has(&o, OPT_JSON));
}

static const struct {
	const char *line, *says; /* `says` stands in the message */
} bad[] = {
	{ "jornal", "'journal'" },
	{ "epxort", "'export'" },
	{ "hepl", "'help'" },
	{ "nothing-like-it", "There is no such command" },
	{ "room", "new, passphrase, recovery" },
	{ "room nwe", "'new'" },
	{ "journal lsit", "'list'" },
	{ "--pasphrase-fd 3", "'--passphrase-fd'" },
	{ "--palin", "'--plain'" },
	{ "-x", "There is no such option" },
	{ "--home", "--home wants a value" },
	{ "--home=", "--home wants a value" },
	{ "--passphrase-fd three room new", "--passphrase-fd wants a whole number" },
	{ "--passphrase-fd -1 room new", "--passphrase-fd wants a whole number" },
	{ "journal list --limit 0", "--limit wants a whole number" },
	{ "--color always", "--color wants" },
	{ "demo --json", "--json does not go with this command" },
	{ "journal list --new-passphrase-fd 4", "--new-passphrase-fd does not go" },
	{ "journal add my words", "does not belong on the command line" },
	{ "journal search", "Something is missing" },
	{ "backup", "Something is missing" },
	{ "backup one two", "Too many words" },
	{ "ground now", "Too many words" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct options o;
		struct err e;
		if (parse(&o, bad[i].line, &e))
			fail_msg("'%s' was understood", bad[i].line);
		if (e.code != ERR_USAGE || strstr(e.text, bad[i].says) == NULL)
			fail_msg("'%s': %d %s", bad[i].line, (int)e.code, e.text);
	}
}

/* A word that is no command might be anybody's own: it is not repeated. */
static void test_words_are_not_repeated(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_false(parse(&o, "afraid of him", &e));
	assert_null(strstr(e.text, "afraid"));
	assert_false(parse(&o, "journal add afraid of him", &e));
	assert_null(strstr(e.text, "afraid"));
}

static void test_language_is_found_before_parsing(void **state)
{
	char *argv[] = { (char[]){ "remanso" }, (char[]){ "--bad" }, (char[]){ "--lang" },
		(char[]){ "es" }, NULL };
	char *joined[] = { (char[]){ "remanso" }, (char[]){ "--lang=fr" }, NULL };

	(void)state;
	assert_string_equal(options_lang(4, argv), "es");
	assert_string_equal(options_lang(2, joined), "fr");
	assert_null(options_lang(1, argv));
}

/* The manual writes '-' as '\-'. */
static bool manual_has(struct str manual, const char *dashes, const char *words)
{
	char text[128];
	size_t n = 0;

	for (const char *p = dashes; *p != '\0'; p++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\\-");
	for (const char *p = words; *p != '\0' && n + 3 < sizeof(text); p++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, *p == '-' ? "\\%c" : "%c", *p);
	return memmem(manual.s, manual.n, text, n) != NULL;
}

static void test_manual_is_whole(void **state)
{
	static const char *const files[] = { "src/man/remanso.1", "src/man/es/remanso.1" };

	(void)state;
	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct buf text = { 0 };
		char path[1200];
		(void)snprintf(path, sizeof(path), "%s/%s", repo_path(), files[f]);
		assert_true(golden_read(path, &text));
		for (int i = 0; i < CMD_COUNT; i++)
			if (!manual_has(buf_str(&text), "", command_specs[i].words))
				fail_msg("%s: no %s", files[f], command_specs[i].words);
		for (int i = 0; i < OPT_COUNT; i++)
			if (!manual_has(buf_str(&text), "--", option_specs[i].name))
				fail_msg("%s: no --%s", files[f], option_specs[i].name);
		buf_free(&text);
	}
}

static void test_json_strings(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_addc(&b, '{');
	json_member(&b, "a", STR("say \"hi\"\\\n\x01 señal"));
	json_number(&b, "n", -3);
	json_bool(&b, "yes", true);
	json_member(&b, "bad", STR("\xff"));
	buf_addc(&b, '}');
	buf_addc(&b, '\0');
	assert_string_equal(b.s, "{\"a\":\"say \\\"hi\\\"\\\\\\n\\u0001 señal\",\"n\":-3,"
				 "\"yes\":true,\"bad\":\"\xEF\xBF\xBD\"}");
	buf_free(&b);
}

static void upper(struct buf *out, struct str s)
{
	assert_true(utf8_valid(s));
	buf_addf(out, "[%.*s]", STR_ARG(s));
}

/* A letter that comes in two pieces is given on as one. */
static void test_ascii_stream_keeps_letters_whole(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	struct ascii_out a = { .to = to, .ascii = upper };
	FILE *f = ascii_out_open(&a);

	(void)state;
	assert_non_null(f);
	assert_true(fputs("a\xC3", f) >= 0 && fflush(f) == 0);
	assert_true(fputs("\xA9z\xE2\x80", f) >= 0 && fflush(f) == 0);
	assert_true(fputs("\x94", f) >= 0 && fflush(f) == 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, "[a][éz][\xE2\x80\x94]");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_understood),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_words_are_not_repeated),
		cmocka_unit_test(test_language_is_found_before_parsing),
		cmocka_unit_test(test_manual_is_whole),
		cmocka_unit_test(test_json_strings),
		cmocka_unit_test(test_ascii_stream_keeps_letters_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
