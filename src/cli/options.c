/* Reading the command line.  The tables commands.def and options.def say what there is;
 * getopt_long() does the cutting; the messages are ours, because they are translated and
 * offer the near miss. */
#include "options.h"
#include "remanso/content.h"

#include <getopt.h>
#include <string.h>

const struct command_spec command_specs[CMD_COUNT] = {
#define COMMAND(id, words, args, screen, help) { words, args, help, screen },
#include "commands.def"
#undef COMMAND
};

const struct option_spec option_specs[OPT_COUNT] = {
#define ON(id) (1u << CMD_##id)
#define OPTION(id, name, value, where, help) { name, value, help, where },
#include "options.def"
#undef OPTION
#undef ON
};

const char *options_lang(int argc, char **argv)
{
	const char *lang = NULL;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			lang = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			lang = argv[++i];
	}
	return lang;
}

/* A command's first word and, when it has one, its verb. */
static struct str first_word(enum command c, struct str *verb)
{
	struct str rest = str_from(command_specs[c].words), head;

	(void)str_cut(&rest, ' ', &head);
	*verb = rest;
	return head;
}

/* The word is right and the verb is missing or wrong: name the verbs. */
static void refuse_verb(struct str word, const char *given, struct err *e)
{
	struct arena *a = arena_new();
	struct near near = near_start(str_from(given));
	struct buf verbs = { 0 };

	for (int i = 0; i < CMD_COUNT; i++) {
		struct str verb;
		if (!str_eq(first_word((enum command)i, &verb), word) || verb.n == 0)
			continue;
		near_try(&near, verb);
		buf_addf(&verbs, "%s%.*s", verbs.n > 0 ? ", " : "", STR_ARG(verb));
	}
	struct str hint = near_words(a, &near, "");
	err_set(e, ERR_USAGE, _("'%.*s' is followed by one of: %.*s.%.*s"), STR_ARG(word),
	    STR_ARG(buf_str(&verbs)), STR_ARG(hint));
	buf_free(&verbs);
	arena_free(a);
}

static void refuse_word(const char *given, struct err *e)
{
	struct arena *a = arena_new();
	struct near near = near_start(str_from(given));

	for (int i = 0; i < CMD_COUNT; i++) {
		struct str verb;
		near_try(&near, first_word((enum command)i, &verb));
	}
	struct str hint = near_words(a, &near, "");
	err_set(e, ERR_USAGE, _("There is no such command.%.*s 'remanso help' lists them."),
	    STR_ARG(hint));
	arena_free(a);
}

enum command command_find(char **words, int count, int *used, struct err *e)
{
	bool word_known = false;

	*used = 0;
	if (count == 0)
		return CMD_OPEN;
	for (int i = 0; i < CMD_COUNT; i++) {
		struct str verb, word = first_word((enum command)i, &verb);
		if (word.n == 0 || !str_is(word, words[0]))
			continue;
		word_known = true;
		if (verb.n > 0 && (count < 2 || !str_is(verb, words[1])))
			continue;
		*used = verb.n > 0 ? 2 : 1;
		return (enum command)i;
	}
	if (word_known)
		refuse_verb(str_from(words[0]), count > 1 ? words[1] : "", e);
	else
		refuse_word(words[0], e);
	return CMD_COUNT;
}

static bool refuse_option(const char *given, struct err *e)
{
	struct arena *a = arena_new();
	struct str name = str_from(given), head;

	while (str_starts(name, "-"))
		name = str_slice(name, 1, name.n);
	(void)str_cut(&name, '=', &head);
	struct near near = near_start(head);
	for (int i = 0; i < OPT_COUNT; i++)
		near_try(&near, str_from(option_specs[i].name));
	struct str hint = near_words(a, &near, "--");
	err_set(e, ERR_USAGE, _("There is no such option.%.*s 'remanso help' lists them."),
	    STR_ARG(hint));
	arena_free(a);
	return false;
}

/* Take one option in; checks what can be checked without knowing the command. */
static bool take(struct options *o, enum opt id, const char *value, struct err *e)
{
	struct str v = str_from(value);
	bool number = id == OPT_FD || id == OPT_NEW_FD || id == OPT_LIMIT;

	o->text[id] = value != NULL ? value : "";
	if (number && (!str_int(v, &o->number[id]) || o->number[id] < (id == OPT_LIMIT)))
		return err_set(
		    e, ERR_USAGE, _("--%s wants a whole number."), option_specs[id].name);
	if (id == OPT_COLOR && !str_is(v, "auto") && !str_is(v, "never"))
		return err_set(e, ERR_USAGE, "%s", _("--color wants auto or never."));
	if (option_specs[id].value[0] != '\0' && v.n == 0)
		return err_set(
		    e, ERR_USAGE, _("--%s wants a value."), option_specs[id].name);
	return true;
}

static bool cut_options(struct options *o, int argc, char **argv, struct err *e)
{
	struct option longs[OPT_COUNT + 1] = { 0 };

	for (int i = 0; i < OPT_COUNT; i++)
		longs[i] = (struct option){ option_specs[i].name,
			option_specs[i].value[0] != '\0' ? required_argument : no_argument,
			NULL, 256 + i };
	optind = 0; /* start afresh; tests parse more than once */
	opterr = 0;
	for (;;) {
		int at = optind > 0 ? optind : 1;
		int c = getopt_long(argc, argv, ":hV", longs, NULL);
		if (c == -1)
			return true;
		if (c == 'h' || c == 'V')
			c = 256 + (c == 'h' ? OPT_HELP : OPT_VERSION);
		if (c == ':')
			return err_set(e, ERR_USAGE, _("--%s wants a value."),
			    optopt >= 256 ? option_specs[optopt - 256].name : "?");
		if (c < 256)
			return refuse_option(argv[optind > at ? optind - 1 : at], e);
		if (!take(o, (enum opt)(c - 256), optarg, e))
			return false;
	}
}

/* Options that belong to other commands, and too many or too few words. */
static bool fits(const struct options *o, struct err *e)
{
	const struct command_spec *c = &command_specs[o->command];
	bool wants_many = o->command == CMD_JOURNAL_SEARCH;

	for (int i = 0; i < OPT_COUNT; i++) {
		unsigned where = option_specs[i].where;
		if (options_has(o, (enum opt)i) && where != 0 &&
		    (where & (1u << o->command)) == 0)
			return err_set(e, ERR_USAGE,
			    _("--%s does not go with this command. See: remanso help %s"),
			    option_specs[i].name, c->words);
	}
	if (o->command == CMD_JOURNAL_ADD && o->arg_count > 0)
		return err_set(e, ERR_USAGE, "%s",
		    _("What you write does not belong on the command line, where others "
		      "can read it. Give it on standard input."));
	if (o->command == CMD_HELP)
		return true;
	if (o->arg_count > (c->args[0] == '\0' ? 0 : wants_many ? o->arg_count : 1))
		return err_set(
		    e, ERR_USAGE, _("Too many words. See: remanso help %s"), c->words);
	if (o->arg_count == 0 && c->args[0] != '\0' && c->args[0] != '[')
		return err_set(e, ERR_USAGE,
		    _("Something is missing. See: remanso help %s"), c->words);
	return true;
}

bool options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	int used;

	*o = (struct options){ .command = CMD_OPEN };
	if (!cut_options(o, argc, argv, e))
		return false;
	o->command = command_find(argv + optind, argc - optind, &used, e);
	if (o->command == CMD_COUNT)
		return false;
	o->args = argv + optind + used;
	o->arg_count = argc - optind - used;
	if (options_has(o, OPT_HELP) || options_has(o, OPT_VERSION))
		return true; /* a question is never a mistake */
	return fits(o, e);
}
