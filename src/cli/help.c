/* --help, help COMMAND and --version, all from the two tables. */
#include "cli.h"

#include <string.h>

#define STOP 26 /* column of the explanations */

void cli_version(const struct cli *c)
{
	cli_printf(c, "remanso %s\n", REMANSO_VERSION);
}

/* One row: words, then what it is from the stop on, on the next line if need be. */
static void row(const struct cli *c, struct str words, const char *help)
{
	int pad = STOP - 2 - utf8_width(words);

	if (pad < 2)
		cli_printf(c, "  %.*s\n%*s%s\n", STR_ARG(words), STOP, "", _(help));
	else
		cli_printf(c, "  %.*s%*s%s\n", STR_ARG(words), pad, "", _(help));
}

static struct str usage_of(struct arena *a, enum command cmd)
{
	const struct command_spec *s = &command_specs[cmd];

	return arena_fmt(a, "%s%s%s", s->words, s->args[0] != '\0' ? " " : "", _(s->args));
}

static void option_rows(const struct cli *c, unsigned where)
{
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_spec *o = &option_specs[i];
		if (where == 0 ? o->where != 0 : (o->where & where) == 0)
			continue;
		row(c,
		    arena_fmt(c->memory, "--%s%s%s", o->name,
			o->value[0] != '\0' ? " " : "", _(o->value)),
		    o->help);
	}
}

static void all(const struct cli *c)
{
	cli_print(c,
	    str_from(_("Remanso, a guided workbook. It works without a network and "
		       "keeps everything\nin files that only your passphrase opens.\n\n")));
	cli_print(
	    c, str_from(
		   _("  remanso                 open the workbook\n"
		     "  remanso demo            look around without making anything\n\n")));
	cli_print(c, str_from(_("Commands:\n")));
	for (int i = 0; i < CMD_COUNT; i++)
		if (i != CMD_OPEN)
			row(c, usage_of(c->memory, (enum command)i), command_specs[i].help);
	cli_print(c, str_from(_("\nOptions, before the command:\n")));
	option_rows(c, 0);
	cli_print(
	    c, str_from(_("\nNothing private belongs on a command line: text comes on "
			  "standard input, the\npassphrase from a prompt or "
			  "--passphrase-fd. 'remanso help COMMAND' says more.\n")));
}

void cli_help_for(const struct cli *c, enum command cmd)
{
	if (cmd == CMD_OPEN || cmd == CMD_COUNT) {
		all(c);
		return;
	}
	struct str usage = usage_of(c->memory, cmd);
	cli_printf(
	    c, "remanso %.*s\n\n  %s.\n", STR_ARG(usage), _(command_specs[cmd].help));
	bool own = false;
	for (int i = 0; i < OPT_COUNT; i++)
		own = own || (option_specs[i].where & (1u << cmd)) != 0;
	if (own) {
		cli_print(c, str_from(_("\nOptions:\n")));
		option_rows(c, 1u << cmd);
	}
}

bool cli_help(const struct cli *c, struct err *e)
{
	int used;
	enum command cmd = command_find(c->o->args, c->o->arg_count, &used, e);

	if (cmd == CMD_COUNT && c->o->arg_count == 1) {
		/* "help room": every verb of the word. */
		bool some = false;
		for (int i = 0; i < CMD_COUNT; i++) {
			const char *w = command_specs[i].words;
			size_t n = strlen(c->o->args[0]);
			if (strncmp(w, c->o->args[0], n) != 0 || w[n] != ' ')
				continue;
			row(c, usage_of(c->memory, (enum command)i), command_specs[i].help);
			some = true;
		}
		if (some)
			return true;
	}
	if (cmd == CMD_COUNT)
		return false;
	cli_help_for(c, cmd);
	return true;
}
