/* The command line as a struct: which command, with which options and words. */
#ifndef REMANSO_CLI_OPTIONS_H
#define REMANSO_CLI_OPTIONS_H

#include "remanso/err.h"

enum command {
#define COMMAND(id, words, args, screen, help) CMD_##id,
#include "commands.def"
#undef COMMAND
	CMD_COUNT
};

struct command_spec {
	const char *words, *args, *help; /* args and help: to be translated */
	bool screen;
};
extern const struct command_spec command_specs[CMD_COUNT];

enum opt {
#define OPTION(id, name, value, where, help) OPT_##id,
#include "options.def"
#undef OPTION
	OPT_COUNT
};

struct option_spec {
	const char *name, *value, *help; /* value and help: to be translated */
	unsigned where;                  /* bit set of commands; 0: everywhere */
};
extern const struct option_spec option_specs[OPT_COUNT];

struct options {
	enum command command;
	const char *text[OPT_COUNT]; /* the value as given; NULL: not given */
	int number[OPT_COUNT];       /* of the values that are numbers */
	char **args;                 /* what follows the command's own words */
	int arg_count;
};

/* Read the command line.  Options may stand before and after the command.  `argv` is put
 * in another order; everything in `o` points into it.  ERR_USAGE with what to do instead;
 * words that look like a person's own are never repeated in the message. */
bool options_parse(struct options *o, int argc, char **argv, struct err *e) MUST_CHECK;
static inline bool options_has(const struct options *o, enum opt id)
{
	return o->text[id] != NULL;
}
/* The language asked for by --lang, found without parsing, so that even a mistake is
 * explained in it.  NULL when there is none. */
const char *options_lang(int argc, char **argv);
/* The command whose words these are; CMD_COUNT and ERR_USAGE with a near miss when there
 * is none.  `used`: how many words it took. */
enum command command_find(char **words, int count, int *used, struct err *e);

#endif
