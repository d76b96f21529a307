/* The program: options, folders, language; then a command of src/cli/, or the pages of
 * src/ui/.  Everything that lives as long as the program is made here and given on as an
 * argument. */
#include "cli/ascii_out.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/probe_test.h"
#include "cli/world_test.h"
#include "ui/plain.h"
#include "ui/tour.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the terminal ---- */
/* Line mode was asked for, by the option or by the environment. */
static bool asked_plain(const struct options *o)
{
	return options_has(o, OPT_PLAIN) || setup_accessible();
}

static bool both_terminals(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Commands that keep nothing also run where nobody can type: each page is said once. */
static bool nobody_types(const struct cli *c)
{
	return c->o->command != CMD_OPEN && !asked_plain(c->o) && !both_terminals();
}

static bool can_show(const struct cli *c, struct err *e)
{
	if (asked_plain(c->o) || both_terminals() || nobody_types(c))
		return true;
	return err_set(e, ERR_TERMINAL, "%s",
	    _("There is no terminal here. --plain works line by line, also through a pipe; "
	      "'remanso demo' shows the workbook."));
}

/* Full screen where it can be; app->term stays NULL where only lines can be shown. */
static bool open_terminal(const struct cli *c, struct app *app, struct err *e)
{
	const char *kind = getenv("TERM");
	bool never = options_has(c->o, OPT_COLOR) && c->o->text[OPT_COLOR][0] == 'n';
	const struct term_options to = { .theme = never ? "mono" : NULL,
		.ascii = c->ascii != NULL,
		.no_mouse = options_has(c->o, OPT_NO_MOUSE) };

	app->plain = true;
	if (asked_plain(c->o) || !both_terminals())
		return true;
	if (kind == NULL || kind[0] == '\0' || strcmp(kind, "dumb") == 0)
		return true;
	app->plain = !term_curses_open(&app->term, &to, e);
	return !app->plain || e->code == ERR_TERMINAL;
}

static FILE *line_input(const struct cli *c, struct tour *tour)
{
	if (!nobody_types(c))
		return stdin;
	if (c->o->command == CMD_DEMO)
		return tour_open(tour);
	return fopen("/dev/null", "re");
}

static bool run_lines(const struct cli *c, struct app *app, struct err *e)
{
	struct ascii_out ascii = { .to = stdout, .ascii = c->ascii };
	struct tour tour = { .app = app };
	bool ok = false;
	FILE *in = line_input(c, &tour);
	FILE *out = c->ascii != NULL ? ascii_out_open(&ascii) : stdout;

	if (in == NULL || out == NULL)
		err_set(e, ERR_MEMORY, "%s", _("Not enough memory."));
	else
		ok = plain_run(app, in, out, nobody_types(c), e);
	if (out != NULL && out != stdout)
		(void)fclose(out);
	if (in != NULL && in != stdin)
		(void)fclose(in);
	return ok;
}

/* ---- the pages ---- */
/* With --passphrase-fd the room is open before the first page. */
static bool first_page(const struct cli *c, struct app *app, struct err *e)
{
	if (app->home == NULL)
		return err_set(e, ERR_CONFIG, "%s",
		    _("There is no home folder to keep a room in. Name a folder with "
		      "--home DIR."));
	if (options_has(c->o, OPT_FD)) {
		if (!cli_room(c, &app->room, e))
			return false;
		app_push(app, &view_home, NULL);
	} else if (vault_home_has_any(NULL, app->home)) {
		app_push(app, &view_unlock, NULL);
	} else {
		app_push(app, &view_start, NULL);
	}
	return true;
}

static bool push_first(const struct cli *c, struct app *app, struct err *e)
{
	if (c->o->command == CMD_GROUND) {
		app_push(app, &view_grounding, NULL);
	} else if (c->o->command == CMD_LINES) {
		app_push(app, &view_lines, NULL);
	} else if (c->o->command == CMD_DEMO) {
		if (!room_demo(&app->room, c->world, app->content, app->lang, e))
			return false;
		app_push(app, &view_home, NULL);
	} else {
		return first_page(c, app, e);
	}
	return true;
}

static bool load(struct app *app, struct err *e)
{
	return cli_content(app->load_arg, app->content, &app->lang, e);
}

static bool run_pages(const struct cli *c, struct app *app, struct err *e)
{
	if (!can_show(c, e) || !app_init(app, e))
		return false;
	/* A passphrase from a descriptor is tried before the screen is taken: a wrong one
	 * ends with words and a status, not with a page.  Otherwise the first page is one of
	 * the program's own words, and is shown before the content is read. */
	bool early = c->o->command != CMD_OPEN || options_has(c->o, OPT_FD);
	bool ok =
	    (!early || load(app, e)) && push_first(c, app, e) && open_terminal(c, app, e);
	if (ok && !early) {
		if (app->term != NULL)
			app->load = load;
		else
			ok = load(app, e);
	}
	if (ok)
		ok = app->term != NULL ? app_run(app, e) : run_lines(c, app, e);
	if (app->term != NULL)
		app->term->close(app->term);
	app_done(app);
	return ok;
}

/* A card for paper, in the folder we are in. */
static bool write_here(
    const struct app *app, const char *name, struct str data, struct err *e)
{
	const struct cli *c = app->load_arg;

	return outside_write(c->outside, name, data, e);
}

static int open_pages(const struct cli *c)
{
	struct content content = { 0 };
	struct err e = { 0 };
	struct app app = { .world = c->world,
		.content = &content,
		.home = c->setup->home,
		.data = c->setup->base != NULL ? c->setup->base : c->setup->data,
		.load_arg = c,
		.write_here = write_here,
		.lang_chosen = options_has(c->o, OPT_LANG),
		.demo = c->o->command == CMD_DEMO };

	bool ok = run_pages(c, &app, &e);
	content_free(&content);
	return ok ? app.exit_status : cli_fail(c, &e);
}

/* ---- start ---- */
/* A stream that was closed by whoever started us (>&-) would lend its number to the next file
 * that is opened, and words would be written into a room.  What stands in its place answers
 * every use with an error. */
static void hold_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static int run(struct cli *c, int argc, char **argv, struct options *o, struct setup *s)
{
	struct err e = { 0 };
	struct bounds bounds;
	bool parsed = options_parse(o, argc, argv, &e);

	setup_folders(s, c->memory, o);
	c->lang = setup_lang(s, c->memory, o->text[OPT_LANG]);
	i18n_use(c->lang);
	if (options_has(o, OPT_ASCII))
		c->ascii = ascii_add;
	s->ascii = c->ascii != NULL;
	if (!parsed)
		return cli_fail(c, &e);
	if (options_has(o, OPT_LANG) && !setup_has_lang(s, str_from(o->text[OPT_LANG]))) {
		(void)err_set(&e, ERR_USAGE, "%s",
		    _("The content does not have that language. 'remanso doctor' lists the "
		      "languages there are."));
		return cli_fail(c, &e);
	}
	bool asks = options_has(o, OPT_HELP) || options_has(o, OPT_VERSION);
	/* From here on, before content, terminal input or a vault is read. */
	int status;
	if (!bounds_set(&bounds, c, &e))
		status = cli_fail(c, &e);
#ifdef REMANSO_TEST
	else if (probe_test(&bounds, c))
		status = 0;
#endif
	else
		status =
		    command_specs[o->command].screen && !asks ? open_pages(c) : cli_run(c);
	bounds_end(&bounds);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct setup setup = { 0 };
	struct cli cli = { .world = &world_system, .o = &options, .setup = &setup };
	struct err e = { 0 };

#ifdef REMANSO_TEST
	struct world_test test = { 0 };
	world_test_init(&test);
	cli.world = &test.world;
#endif
	hold_streams();
	(void)umask(077);
	if (setup_locale())
		cli.ascii = ascii_add;
	cli.memory = arena_new();
	/* Twice: the language must be known to say what is wrong with the options, and the
	 * options say where else to look for languages. */
	setup_folders(&setup, cli.memory, NULL);
	i18n_init(setup.locale != NULL ? setup.locale : "/usr/share/locale");
	cli.lang = setup_lang(&setup, cli.memory, options_lang(argc, argv));
	i18n_use(cli.lang);
	int status = secret_init(&e) && vault_init(&e)
			 ? run(&cli, argc, argv, &options, &setup)
			 : cli_fail(&cli, &e);
	arena_free(cli.memory);
	return status;
}
