/* doctor: what this machine allows and what it does not.  Looks at the surroundings only;
 * no room is opened, and nothing a person wrote is read. */
#include "cli.h"
#include "json.h"

#include "remanso/confine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Their headers belong to other houses; the versions are all that is wanted of them. */
extern const char *sqlite3_libversion(void);
extern const char *sodium_version_string(void);
extern const char *utf8proc_version(void);
extern const char *curses_version(void);

enum state { GOOD, NOTE, WARNING };

struct report {
	const struct cli *cli;
	struct buf json; /* used with --json only */
	bool as_json;
};

static void find(
    struct report *r, const char *name, enum state s, const char *label, struct str words)
{
	static const char *const states[] = { "good", "note", "warning" };

	if (r->as_json) {
		buf_add(&r->json, r->json.n > 0 ? STR(",\n{") : STR("\n{"));
		json_member(&r->json, "name", str_from(name));
		json_member(&r->json, "state", str_from(states[s]));
		json_member(&r->json, "text", words);
		buf_addc(&r->json, '}');
		return;
	}
	int pad = 20 - utf8_width(str_from(label));
	cli_printf(r->cli, "%s%*s%s%.*s\n", label, pad > 1 ? pad : 1, "",
	    s == WARNING ? _("Attention: ") : "", STR_ARG(words));
}

static void terminal(struct report *r)
{
	struct arena *a = r->cli->memory;
	const char *term = getenv("TERM");
	bool both = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);

	if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
		find(r, "terminal", NOTE, _("Terminal"),
		    str_from(_("TERM names no terminal that can be drawn on: line mode.")));
	else
		find(r, "terminal", both ? GOOD : NOTE, _("Terminal"),
		    both ? arena_fmt(a, "%s", term)
			 : arena_fmt(a, _("%s; input or output is not a terminal"), term));
	find(r, "locale", r->cli->setup->ascii ? NOTE : GOOD, _("Letters"),
	    r->cli->setup->ascii
		? str_from(
		      _("The locale is not UTF-8: accents are shown as plain letters, and "
			"kept whole."))
		: STR("UTF-8"));
}

static void home(struct report *r)
{
	struct arena *a = r->cli->memory;
	const char *path = r->cli->setup->home;
	struct stat st;

	if (path == NULL)
		find(r, "home", WARNING, _("Home folder"),
		    str_from(_("There is none. Name a folder with --home DIR.")));
	else if (lstat(path, &st) != 0)
		find(r, "home", NOTE, _("Home folder"),
		    arena_fmt(a, _("%s (made when something is first kept)"), path));
	else if (!S_ISDIR(st.st_mode))
		find(r, "home", WARNING, _("Home folder"),
		    arena_fmt(
			a, _("%s is not a folder. Name another with --home DIR."), path));
	else if (st.st_uid != geteuid())
		find(r, "home", WARNING, _("Home folder"),
		    arena_fmt(a, _("%s belongs to another user."), path));
	else if ((st.st_mode & 077) != 0)
		find(r, "home", WARNING, _("Home folder"),
		    arena_fmt(a, _("%s can be read by others. Mend it with: chmod 700 %s"),
			path, path));
	else
		find(r, "home", GOOD, _("Home folder"),
		    arena_fmt(a, _("%s (only yours)"), path));
}

static void memory(struct report *r)
{
	struct secret *s = secret_new(4096);
	struct rlimit core;
	bool locked = secret_locked();

	secret_free(s);
	find(r, "memory-lock", locked ? GOOD : WARNING, _("Key memory"),
	    str_from(locked ? _("held in locked memory, never written to swap")
			    : _("The system does not let memory be locked. A larger limit "
				"mends that: ulimit -l")));
	bool off = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0;
	find(r, "core-dumps", off ? GOOD : WARNING, _("Crash files"),
	    str_from(off ? _("switched off while this program runs")
			 : _("They cannot be switched off here.")));
}

/* Swap that lives in memory or is encrypted by the device mapper. */
static bool swap_sealed(const char *device)
{
	char path[64], uuid[16] = "", real[PATH_MAX];

	if (strncmp(device, "/dev/zram", 9) == 0)
		return true;
	if (realpath(device, real) == NULL || strncmp(real, "/dev/dm-", 8) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "/sys/block/%.20s/dm/uuid", real + 5);
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return false;
	size_t n = fread(uuid, 1, sizeof(uuid) - 1, f);
	(void)fclose(f);
	return n >= 6 && strncmp(uuid, "CRYPT-", 6) == 0;
}

static void swap(struct report *r)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[512];
	int open_swaps = 0, all = 0;

	if (f == NULL) {
		find(r, "swap", NOTE, _("Swap"), str_from(_("cannot be looked at here")));
		return;
	}
	for (bool heading = true; fgets(line, sizeof(line), f) != NULL; heading = false) {
		if (heading)
			continue;
		line[strcspn(line, " \t\n")] = '\0';
		all++;
		if (!swap_sealed(line))
			open_swaps++;
	}
	(void)fclose(f);
	if (open_swaps > 0)
		find(r, "swap", WARNING, _("Swap"),
		    str_from(
			_("It may not be encrypted. What is on the screen can reach the "
			  "disk when memory runs short.")));
	else
		find(r, "swap", GOOD, _("Swap"),
		    str_from(all > 0 ? _("encrypted, or in memory") : _("none")));
}

static void given_up(struct report *r)
{
	const struct confine_report *c = r->cli->confined;
	struct arena *a = r->cli->memory;

	if (c == NULL)
		return;
	find(r, "calls", c->calls ? GOOD : NOTE, _("Given up"),
	    c->calls
		? str_from(_("the network, other programs, a look into other processes"))
		: arena_fmt(a,
		      _("Nothing: the network and other programs stay within reach. %s"),
		      _(c->calls_why)));
	find(r, "files", c->files ? GOOD : NOTE, _("Files"),
	    c->files
		? arena_fmt(a,
		      _("written only in the home folder and where a copy is asked for "
			"(Landlock %d)"),
		      c->files_abi)
		: arena_fmt(a, _("They cannot be limited here. %s"), _(c->files_why)));
}

static void content(struct report *r)
{
	struct arena *a = r->cli->memory;
	const struct setup *s = r->cli->setup;
	struct content c;
	struct buf langs = { 0 };
	struct err e = { 0 };
	int lang;

	if (!cli_content(r->cli, &c, &lang, &e)) {
		find(r, "content", WARNING, _("Content"), str_from(e.text));
		return;
	}
	for (size_t i = 0; i < c.lang_count; i++)
		buf_addf(&langs, "%s%.*s (%.*s)", i > 0 ? ", " : "",
		    STR_ARG(c.langs[i].name), STR_ARG(c.langs[i].code));
	find(r, "content", GOOD, _("Content"), arena_fmt(a, "%s", s->data));
	find(r, "languages", GOOD, _("Languages"), arena_dup(a, buf_str(&langs)));
	buf_free(&langs);
	content_free(&c);
	if (s->locale == NULL)
		find(r, "catalogue", WARNING, _("Messages"),
		    str_from(_(
			"The Spanish catalogue was not found; messages are in English.")));
}

bool cli_doctor(const struct cli *c, struct err *e)
{
	struct report r = { .cli = c, .as_json = options_has(c->o, OPT_JSON) };

	(void)e;
	find(&r, "version", GOOD, _("Version"), STR(REMANSO_VERSION));
	find(&r, "libraries", GOOD, _("Libraries"),
	    arena_fmt(c->memory, "%s, SQLite %s, libsodium %s, utf8proc %s",
		curses_version(), sqlite3_libversion(), sodium_version_string(),
		utf8proc_version()));
	terminal(&r);
	home(&r);
	memory(&r);
	swap(&r);
	given_up(&r);
	content(&r);
	if (r.as_json) {
		cli_data(STR("{\"schema\":1,\"findings\":["));
		cli_data(buf_str(&r.json));
		cli_data(STR("\n]}\n"));
	}
	buf_free(&r.json);
	return true;
}
