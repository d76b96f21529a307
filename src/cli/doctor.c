/* doctor: what this machine allows and what it does not (the home folder: doctor_home.c).
 * Looks at the surroundings only; no room is opened, and nothing a person wrote is read. */
#include "doctor.h"
#include "json.h"

#include "remanso/confine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Their headers belong to other houses; the versions are all that is wanted of them. */
extern const char *sqlite3_libversion(void);
extern const char *sodium_version_string(void);
extern const char *utf8proc_version(void);
extern const char *curses_version(void);

void doctor_find(struct doctor *r, const char *name, enum doctor_state s, const char *label,
    struct str words)
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
	    s == DOCTOR_WARNING ? _("Attention: ") : "", STR_ARG(words));
}

static void terminal(struct doctor *r)
{
	struct arena *a = r->cli->memory;
	const char *term = getenv("TERM");
	bool both = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);

	if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
		doctor_find(r, "terminal", DOCTOR_NOTE, _("Terminal"),
		    str_from(_("TERM names no terminal that can be drawn on: line mode.")));
	else
		doctor_find(r, "terminal", both ? DOCTOR_GOOD : DOCTOR_NOTE, _("Terminal"),
		    both ? arena_fmt(a, "%s", term)
			 : arena_fmt(a, _("%s; input or output is not a terminal"), term));
	doctor_find(r, "locale", r->cli->setup->ascii ? DOCTOR_NOTE : DOCTOR_GOOD,
	    _("Letters"),
	    r->cli->setup->ascii
		? str_from(
		      _("The locale is not UTF-8: accents are shown as plain letters, and "
			"kept whole."))
		: STR("UTF-8"));
}

/* What keys take at most: some dozens of pieces, each on pages of its own. */
#define KEY_BYTES ((size_t)16 * 1024)

static void key_memory(struct doctor *r)
{
	struct secret *s = secret_new(KEY_BYTES);
	bool locked = secret_locked();

	secret_free(s);
	doctor_find(r, "memory-lock", locked ? DOCTOR_GOOD : DOCTOR_WARNING,
	    _("Key memory"),
	    str_from(locked ? _("held in locked memory, never written to swap")
			    : _("The system does not let memory be locked. A larger limit "
				"mends that: ulimit -l")));
}

/* The limit is asked for in whole megabytes: nobody remembers 6,773. */
static void page_memory(struct doctor *r)
{
	struct arena *a = r->cli->memory;
	struct vault_memory m;
	const size_t kib = 1024, mib = kib * kib;

	vault_memory_look(&m);
	size_t need = (m.limit + mib - 1) / mib * kib;
	if (m.locked >= m.wanted)
		doctor_find(r, "page-lock", DOCTOR_GOOD, _("Page memory"),
		    str_from(_("held in locked memory, never written to swap")));
	else if (m.locked > 0)
		doctor_find(r, "page-lock", DOCTOR_WARNING, _("Page memory"),
		    arena_fmt(a,
			_("Only %zu of %zu KiB are held in locked memory; the rest can be "
			  "written to swap. A larger limit mends that: ulimit -l %zu"),
			m.locked / kib, m.wanted / kib, need));
	else
		doctor_find(r, "page-lock", DOCTOR_WARNING, _("Page memory"),
		    arena_fmt(a,
			_("Pages that are open are not held in locked memory, and can be "
			  "written to swap. A larger limit mends that: ulimit -l %zu"),
			need));
}

static void memory(struct doctor *r)
{
	struct rlimit core;

	key_memory(r);
	page_memory(r);
	bool off = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0;
#ifndef REMANSO_TEST /* as secret_init() has it: a program that collects crashes is not held
		      * back by the limit */
	off = off && prctl(PR_GET_DUMPABLE) == 0;
#endif
	doctor_find(r, "core-dumps", off ? DOCTOR_GOOD : DOCTOR_WARNING, _("Crash files"),
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

static void swap(struct doctor *r)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[512];
	int open_swaps = 0, all = 0;

	if (f == NULL) {
		doctor_find(r, "swap", DOCTOR_NOTE, _("Swap"),
		    str_from(_("cannot be looked at here")));
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
		doctor_find(r, "swap", DOCTOR_WARNING, _("Swap"),
		    str_from(
			_("It may not be encrypted. What is on the screen can reach the "
			  "disk when memory runs short.")));
	else
		doctor_find(r, "swap", DOCTOR_GOOD, _("Swap"),
		    str_from(all > 0 ? _("encrypted, or in memory") : _("none")));
}

static void given_up(struct doctor *r)
{
	const struct confine_report *c = r->cli->confined;
	struct arena *a = r->cli->memory;

	if (c == NULL)
		return;
	doctor_find(r, "calls", c->calls ? DOCTOR_GOOD : DOCTOR_NOTE, _("Given up"),
	    c->calls
		? str_from(_("the network, other programs, a look into other processes"))
		: arena_fmt(a,
		      _("Nothing: the network and other programs stay within reach. %s"),
		      _(c->calls_why)));
	doctor_find(r, "files", c->files ? DOCTOR_GOOD : DOCTOR_NOTE, _("Files"),
	    c->files
		? arena_fmt(a,
		      _("written only in the home folder and where a copy is asked for "
			"(Landlock %d)"),
		      c->files_abi)
		: arena_fmt(a, _("They cannot be limited here. %s"), _(c->files_why)));
}

static void content(struct doctor *r)
{
	struct arena *a = r->cli->memory;
	const struct setup *s = r->cli->setup;
	struct content c;
	struct buf langs = { 0 };
	struct err e = { 0 };
	int lang;

	if (!cli_content(r->cli, &c, &lang, &e)) {
		doctor_find(r, "content", DOCTOR_WARNING, _("Content"), str_from(e.text));
		return;
	}
	for (size_t i = 0; i < c.lang_count; i++)
		buf_addf(&langs, "%s%.*s (%.*s)", i > 0 ? ", " : "",
		    STR_ARG(c.langs[i].name), STR_ARG(c.langs[i].code));
	doctor_find(r, "content", DOCTOR_GOOD, _("Content"), arena_fmt(a, "%s", s->data));
	doctor_find(
	    r, "languages", DOCTOR_GOOD, _("Languages"), arena_dup(a, buf_str(&langs)));
	buf_free(&langs);
	content_free(&c);
	if (s->locale == NULL)
		doctor_find(r, "catalogue", DOCTOR_WARNING, _("Messages"),
		    str_from(_(
			"The Spanish catalogue was not found; messages are in English.")));
}

bool cli_doctor(const struct cli *c, struct err *e)
{
	struct doctor r = { .cli = c, .as_json = options_has(c->o, OPT_JSON) };

	(void)e;
	doctor_find(&r, "version", DOCTOR_GOOD, _("Version"), STR(REMANSO_VERSION));
	doctor_find(&r, "libraries", DOCTOR_GOOD, _("Libraries"),
	    arena_fmt(c->memory, "%s, SQLite %s, libsodium %s, utf8proc %s",
		curses_version(), sqlite3_libversion(), sodium_version_string(),
		utf8proc_version()));
	terminal(&r);
	doctor_home(&r);
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
