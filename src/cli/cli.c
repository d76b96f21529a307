/* Running a command: a table from command to function, and what they share. */
#include "cli.h"
#include "prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- printing ---- */
static void put(const struct cli *c, FILE *to, struct str s)
{
	struct buf b = { 0 };

	if (c->ascii != NULL) {
		c->ascii(&b, s);
		s = buf_str(&b);
	}
	(void)fwrite(s.n > 0 ? s.s : "", 1, s.n, to);
	buf_free(&b);
}

void cli_print(const struct cli *c, struct str s)
{
	put(c, stdout, s);
}

void cli_data(struct str s)
{
	(void)fwrite(s.n > 0 ? s.s : "", 1, s.n, stdout);
}

static void vput(const struct cli *c, FILE *to, const char *fmt, va_list ap)
{
	char text[1024];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n > 0)
		put(c, to, str_from(text));
}

void cli_printf(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vput(c, stdout, fmt, ap);
	va_end(ap);
}

void cli_say(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	(void)fflush(stdout); /* so that the two streams keep their order on a terminal */
	(void)fputs("remanso: ", stderr);
	va_start(ap, fmt);
	vput(c, stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

int cli_fail(const struct cli *c, const struct err *e)
{
	/* Where the disk was found to be full does not matter to the person. */
	if (e->code == ERR_FULL && e->sys != 0)
		cli_say(c, "%s",
		    _("There is no room left on this disk. Nothing that was kept before is "
		      "lost. Make some room, then try again."));
	else
		cli_say(c, "%s", e->text);
	return err_status(e->code);
}

/* ---- rooms and content ---- */
static struct secret *from_fd(int fd, struct err *e)
{
	if (fcntl(fd, F_GETFD) < 0) {
		err_set(e, ERR_USAGE,
		    _("File descriptor %d is not open. In a shell: %d< FILE"), fd, fd);
		return NULL;
	}
	return secret_read(fd, e);
}

static struct secret *ask_new(const struct cli *c, struct err *e)
{
	struct secret *first = prompt_secret(c, _("New passphrase: "), e), *again;

	if (first == NULL)
		return NULL;
	again = prompt_secret(c, _("The same once more: "), e);
	if (again == NULL)
		goto refuse;
	if (!secret_eq(first, again)) {
		err_set(e, ERR_USAGE, "%s",
		    _("The two were not the same. Nothing was changed; try once more."));
		goto refuse;
	}
	secret_free(again);
	return first;
refuse:
	secret_free(again);
	secret_free(first);
	return NULL;
}

/* Before a room is opened or made, so that one can still turn back. */
static void warn_of_place(const struct cli *c)
{
	char words[VAULT_WARNING];

	if (c->setup->home != NULL && vault_home_warning(NULL, c->setup->home, words))
		cli_say(c, "%s", words);
}

struct secret *cli_passphrase(const struct cli *c, enum opt opt, bool twice, struct err *e)
{
	const char *why = NULL;
	struct secret *s;

	if (opt == OPT_FD)
		warn_of_place(c);
	if (options_has(c->o, opt))
		s = from_fd(c->o->number[opt], e);
	else
		s = twice ? ask_new(c, e) : prompt_secret(c, _("Passphrase: "), e);
	/* Advice, never a bar: whose room it is decides. */
	if (s != NULL && twice && !passphrase_ok(s, &why) && why != NULL)
		cli_say(c, "%s", why);
	return s;
}

struct vault_key *cli_key(const struct cli *c, struct err *e)
{
	if (!vault_home_has_any(NULL, c->setup->home)) {
		err_set(e, ERR_NOT_FOUND, "%s",
		    _("There is no room here yet. 'remanso room new' makes one."));
		return NULL;
	}
	struct secret *pass = cli_passphrase(c, OPT_FD, false, e);
	if (pass == NULL)
		return NULL;
	struct vault_key *key = vault_derive(NULL, c->setup->home, pass, e);
	secret_free(pass);
	return key;
}

bool cli_room(const struct cli *c, struct room **out, struct err *e)
{
	struct vault_key *key = cli_key(c, e);
	bool ok = key != NULL && room_open(out, c->world, c->setup->home, key, e);

	vault_key_free(key);
	return ok;
}

/* A screen would be taken over the line. */
static bool line_by_line(const struct cli *c)
{
	const char *kind = getenv("TERM");

	if (!command_specs[c->o->command].screen)
		return false;
	return options_has(c->o, OPT_PLAIN) || setup_accessible() ||
	       !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || kind == NULL ||
	       kind[0] == '\0' || strcmp(kind, "dumb") == 0;
}

bool cli_content(const struct cli *c, struct content *out, int *lang, struct err *e)
{
	if (c->setup->data == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    _("The content folder was not found. Give it with --data DIR."));
	struct problems all = { 0 };
	bool ok = content_load(out, c->setup->data, c->setup->base, &all, e);
	/* Looking at everything takes as long as reading it: not for our own sound pages. */
	bool doubtful = all.errors > 0 || options_has(c->o, OPT_DATA);
	problems_free(&all);
	if (!ok)
		return false;
	if (doubtful && line_by_line(c))
		cli_tell_mistakes(c, out);
	*lang = content_lang(out, str_from(c->lang));
	if (*lang < 0)
		*lang = 0;
	return true;
}

/* ---- running ---- */
typedef bool command_fn(const struct cli *c, struct err *e);

static command_fn *const commands[CMD_COUNT] = {
	[CMD_ROOM_NEW] = cli_room_new,
	[CMD_ROOM_PASS] = cli_room_passphrase,
	[CMD_ROOM_RECOVERY] = cli_room_recovery,
	[CMD_ROOM_RECOVER] = cli_room_recover,
	[CMD_ROOM_ADD] = cli_room_add_key,
	[CMD_ROOM_KEYS] = cli_room_keys,
	[CMD_ROOM_MARK] = cli_room_mark,
	[CMD_ROOM_UNKEY] = cli_room_unkey,
	[CMD_ROOM_ROTATE] = cli_room_rotate,
	[CMD_ROOM_DELETE] = cli_room_delete,
	[CMD_JOURNAL_ADD] = cli_journal_add,
	[CMD_JOURNAL_LIST] = cli_journal_list,
	[CMD_JOURNAL_SEARCH] = cli_journal_search,
	[CMD_EXPORT] = cli_export,
	[CMD_BACKUP] = cli_backup,
	[CMD_RESTORE] = cli_restore,
	[CMD_VERIFY] = cli_verify,
	[CMD_RESCUE] = cli_rescue,
	[CMD_CHECK] = cli_check,
	[CMD_DOCTOR] = cli_doctor,
	[CMD_HELP] = cli_help,
};

static bool run(struct cli *c, struct err *e)
{
	if (options_has(c->o, OPT_VERSION))
		cli_version(c);
	else if (options_has(c->o, OPT_HELP))
		cli_help_for(c, c->o->command);
	else if (commands[c->o->command] == NULL)
		return err_set(e, ERR_INTERNAL, "no such command");
	else
		return commands[c->o->command](c, e);
	return true;
}

int cli_run(struct cli *c)
{
	struct err e = { 0 };
	bool ok = run(c, &e);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (ok)
			err_sys(
			    &e, ERR_IO, errno, "%s", _("Not everything could be printed."));
		ok = false;
	}
	/* An error that was told already (check prints its mistakes) has no words. */
	if (ok || e.text[0] == '\0')
		return ok ? 0 : err_status(e.code);
	return cli_fail(c, &e);
}
