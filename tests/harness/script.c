/* Scripts of keys; see script.h. */
#include "harness/script.h"
#include "harness/box.h"
#include "harness/golden.h"
#include "harness/play.h"
#include "harness/svg.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define ENV_MOST 40
struct player {
	const struct script *script;
	struct box box;
	struct pty *p;
	struct arena *a;
	const char *env[ENV_MOST + 1];
	size_t env_count, seed; /* seed: its place in env */
	int starts;
	int rows, cols, line;
	struct buf *why;
};

static bool add_env(struct player *pl, const char *fmt, const char *a, const char *b)
{
	struct buf text = { 0 };

	if (pl->env_count == ENV_MOST)
		return false;
	buf_add(&text, str_from(fmt));
	buf_add(&text, str_from(a));
	buf_add(&text, str_from(b));
	pl->env[pl->env_count++] = arena_cstr(pl->a, buf_str(&text));
	pl->env[pl->env_count] = NULL;
	buf_free(&text);
	return true;
}

static const char *command_line(struct player *pl, const char *prefix, struct str rest)
{
	return arena_cstr(pl->a, arena_fmt(pl->a, "%s%.*s", prefix, STR_ARG(rest)));
}

/* Two programs with the same chance would give two things the same id. */
static void other_chance(struct player *pl)
{
	pl->env[pl->seed] = arena_fmt(pl->a, "REMANSO_TEST_SEED=%d", ++pl->starts).s;
}

static bool do_do(struct player *pl, struct str rest)
{
	const char *argv[] = { "/bin/sh", "-c", command_line(pl, "", rest), NULL };
	struct ran r;
	bool ok;

	other_chance(pl);
	r = run_command(&(struct run_options){ .argv = argv, .env = pl->env });
	ok = r.status == 0;

	if (!ok)
		buf_addf(pl->why, "exit status %d: %s%s", r.status, r.out.s, r.err.s);
	ran_free(&r);
	return ok;
}

static bool do_run(struct player *pl, struct str rest)
{
	const char *argv[] = { "/bin/sh", "-c", command_line(pl, "exec ", rest), NULL };

	other_chance(pl);
	pty_close(pl->p);
	pl->p = pty_start(&(struct pty_options){
	    .argv = argv, .env = pl->env, .rows = pl->rows, .cols = pl->cols });
	return true;
}

static bool do_size(struct player *pl, const char *text)
{
	if (sscanf(text, "%dx%d", &pl->cols, &pl->rows) != 2) // NOLINT(cert-err34-c)
		return false;
	if (pl->p != NULL)
		pty_resize(pl->p, pl->rows, pl->cols);
	return true;
}

static bool do_shot(struct player *pl, const char *name, bool picture)
{
	struct buf seen = { 0 };
	char path[1024];
	bool ok = pty_settle(pl->p);

	golden_screen(pl->p, &seen);
	if (ok && pl->script->goldens != NULL) {
		(void)snprintf(
		    path, sizeof path, "%s/%s.screen", pl->script->goldens, name);
		ok = golden_check(path, buf_str(&seen), pl->why);
	}
	if (ok && picture && pl->script->pictures != NULL) {
		struct buf svg = { 0 };

		(void)snprintf(path, sizeof path, "%s/%s.svg", pl->script->pictures, name);
		svg_screen(pl->p, name, pty_text(pl->p), &svg);
		ok = golden_write(path, buf_str(&svg));
		buf_free(&svg);
	}
	buf_free(&seen);
	return ok;
}

static bool do_paste(struct player *pl, struct str rest)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < rest.n; i++) {
		if (rest.s[i] == '\\' && i + 1 < rest.n && strchr("ne", rest.s[i + 1]))
			buf_addc(&b, rest.s[++i] == 'n' ? '\n' : '\033');
		else
			buf_addc(&b, rest.s[i]);
	}
	pty_paste(pl->p, buf_str(&b));
	buf_free(&b);
	return true;
}

static bool do_signal(struct player *pl, const char *name)
{
	static const struct {
		const char *name;
		int sig;
	} known[] = { { "HUP", SIGHUP }, { "TERM", SIGTERM }, { "KILL", SIGKILL },
		{ "TSTP", SIGTSTP }, { "CONT", SIGCONT } };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, name) == 0) {
			pty_signal(pl->p, known[i].sig);
			return true;
		}
	}
	return false;
}

static bool do_exited(struct player *pl, const char *wanted)
{
	int status = 0;

	if (!pty_exited(pl->p, &status))
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == strtol(wanted, NULL, 10))
		return true;
	buf_addf(pl->why, "wait status %#x\n", (unsigned)status);
	return false;
}

static bool step(struct player *pl, struct str verb, struct str rest)
{
	const char *text = arena_cstr(pl->a, rest);

	if (str_is(verb, "size"))
		return do_size(pl, text);
	if (str_is(verb, "env"))
		return add_env(pl, text, "", "");
	if (str_is(verb, "do"))
		return do_do(pl, rest);
	if (str_is(verb, "run"))
		return do_run(pl, rest);
	if (pl->p == NULL)
		return false;
	if (str_is(verb, "wait"))
		return pty_wait(pl->p, text);
	if (str_is(verb, "gone"))
		return pty_gone(pl->p, text);
	if (str_is(verb, "settle"))
		return pty_settle(pl->p);
	if (str_is(verb, "key"))
		return pty_keys(pl->p, text);
	if (str_is(verb, "focus"))
		return play_focus(pl->p, text);
	if (str_is(verb, "choose"))
		return play_choose(pl->p, text);
	if (str_is(verb, "type"))
		pty_type(pl->p, text);
	else if (str_is(verb, "paste"))
		return do_paste(pl, rest);
	else if (str_is(verb, "shot") || str_is(verb, "picture"))
		return do_shot(pl, text, str_is(verb, "picture"));
	else if (str_is(verb, "signal"))
		return do_signal(pl, text);
	else if (str_is(verb, "exited"))
		return do_exited(pl, text);
	else
		return false;
	return true;
}

static bool play(struct player *pl, struct str lines)
{
	struct str line;

	while (str_line(&lines, &line)) {
		struct str rest = line, verb;

		pl->line++;
		if (str_starts(rest, "en: ") || str_starts(rest, "es: ")) {
			if (!str_starts(rest, pl->script->lang))
				continue;
			rest = str_slice(rest, 4, rest.n);
		}
		if (!str_cut(&rest, ' ', &verb) || verb.n == 0 || verb.s[0] == '#')
			continue;
		if (step(pl, verb, rest))
			continue;
		buf_addf(pl->why, "%s:%d (%s): %.*s\n", pl->script->keys, pl->line,
		    pl->script->lang, STR_ARG(line));
		if (pl->p != NULL && !str_is(verb, "shot") && !str_is(verb, "picture"))
			buf_addf(pl->why, "%s", pty_text(pl->p));
		return false;
	}
	return true;
}

bool script_run(const struct script *s, struct buf *why)
{
	struct player pl = { .script = s, .rows = 24, .cols = 80, .why = why };
	struct buf text = { 0 };
	bool ok;

	if (!golden_read(s->keys, &text)) {
		buf_addf(why, "%s cannot be read\n", s->keys);
		return false;
	}
	pl.a = arena_new();
	box_open(&pl.box);
	(void)add_env(&pl, "BOX=", pl.box.root, "");
	(void)add_env(&pl, "HOME=", pl.box.root, "");
	(void)add_env(&pl, "TMPDIR=", pl.box.tmp, "");
	(void)add_env(&pl, "RLANG=", s->lang, "");
	(void)add_env(&pl, "REMANSO=", program_path(), "");
	(void)add_env(&pl, "TERM=", "xterm-256color", "");
	(void)add_env(&pl, "COLORFGBG=15;0", "", ""); /* dark, for the pictures */
	(void)add_env(&pl, "LC_ALL=", "C.UTF-8", "");
	(void)add_env(&pl, "TZ=", "UTC", "");
	(void)add_env(&pl, "REMANSO_TEST_NOW=", "1795338000000", "");
	(void)add_env(&pl, "REMANSO_TEST_SEED=", "1", "");
	pl.seed = pl.env_count - 1;
	ok = play(&pl, buf_str(&text));
	pty_close(pl.p);
	box_close(&pl.box);
	arena_free(pl.a);
	buf_free(&text);
	return ok;
}
