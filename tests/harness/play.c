/* Walking through the program; see play.h. */
#include "harness/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENV_MOST 24
#define ARGS_MOST 24

/* Names and values for one start; static because a test starts one program at a time, and
 * the child copies them at once. */
static const char *const *env_of(const struct play *s)
{
	static char home[600], tmp[600], run[600], now[64], seed[64];
	static int starts; /* each start is a minute later, and has other chance */
	static const char *env[ENV_MOST + 1];
	size_t n = 0;

	(void)snprintf(home, sizeof home, "HOME=%s", s->box->root);
	(void)snprintf(tmp, sizeof tmp, "TMPDIR=%s", s->box->tmp);
	(void)snprintf(run, sizeof run, "XDG_DATA_HOME=%.500s/share", s->box->root);
	env[n++] = home;
	env[n++] = tmp;
	env[n++] = run;
	env[n++] = "TERM=xterm-256color";
	env[n++] = "LC_ALL=C.UTF-8";
	env[n++] = "TZ=UTC";
	env[n++] = "NO_COLOR";
	env[n++] = "ACCESSIBLE";
	env[n++] = "LANGUAGE";
	env[n++] = "COLORTERM";
	env[n++] = "COLORFGBG";
	env[n++] = "LINES";
	env[n++] = "COLUMNS";
	starts++;
	(void)snprintf(
	    now, sizeof now, "REMANSO_TEST_NOW=%lld", 1795338000000LL + 60000LL * starts);
	(void)snprintf(seed, sizeof seed, "REMANSO_TEST_SEED=%d", starts);
	env[n++] = now;
	env[n++] = seed;
	for (size_t i = 0; s->env != NULL && s->env[i] != NULL && n < ENV_MOST; i++)
		env[n++] = s->env[i];
	env[n] = NULL;
	return env;
}

static const char *const *argv_of(const struct play *s)
{
	static const char *argv[ARGS_MOST + 1];
	size_t n = 0;

	if (s->shell != NULL) {
		argv[n++] = "/bin/sh";
		argv[n++] = "-c";
		argv[n++] = s->shell;
		argv[n++] = "sh";
	}
	argv[n++] = program_path();
	if (!s->no_home) {
		argv[n++] = "--home";
		argv[n++] = s->box->home;
	}
	argv[n++] = "--lang";
	argv[n++] = s->lang != NULL ? s->lang : "en";
	for (size_t i = 0; s->args != NULL && s->args[i] != NULL && n < ARGS_MOST; i++)
		argv[n++] = s->args[i];
	argv[n] = NULL;
	return argv;
}

struct pty *play_start(const struct play *s)
{
	return pty_start(&(struct pty_options){ .argv = argv_of(s),
	    .env = env_of(s),
	    .rows = s->rows,
	    .cols = s->cols,
	    .file_limit = s->file_limit });
}

struct ran play_run(const struct play *s, struct str input, const char *pass)
{
	return run_command(&(struct run_options){ .argv = argv_of(s),
	    .env = env_of(s),
	    .input = input,
	    .pass = pass,
	    .limit_ms = 120000 });
}

bool play_room(const struct box *box, const char *pass)
{
	const char *args[] = { "--passphrase-fd", "3", "room", "new", NULL };
	struct ran r =
	    play_run(&(struct play){ .box = box, .args = args }, (struct str){ 0 }, pass);
	bool ok = r.status == 0;

	if (!ok)
		(void)fprintf(
		    stderr, "room new: status %d: %s%s\n", r.status, r.out.s, r.err.s);
	ran_free(&r);
	return ok;
}

bool play_unlock(struct pty *p, const char *pass)
{
	if (!pty_settle(p))
		return false;
	pty_type(p, pass);
	return pty_keys(p, "Enter") && pty_wait(p, "────────|--------");
}

const char *play_focused(struct pty *p)
{
	static char line[1024];
	struct str rows = str_from(pty_text(p)), row;

	line[0] = '\0';
	while (str_line(&rows, &row)) {
		struct str t = str_trim(row);

		if (t.n < 2 || t.s[0] != '>' || t.s[1] != ' ')
			continue;
		t = str_trim(str_slice(t, 1, t.n));
		(void)snprintf(line, sizeof line, "%.*s", STR_ARG(t));
		break;
	}
	return line;
}

bool play_focus(struct pty *p, const char *words)
{
	char first[1024] = "";
	int again = 0;

	for (int i = 0; i < 200; i++) {
		const char *row;

		if (!pty_settle(p))
			return false;
		row = play_focused(p);
		if (strstr(row, words) != NULL)
			return true;
		if (i == 0)
			(void)snprintf(first, sizeof first, "%s", row);
		else if (strcmp(first, row) == 0 && ++again > 3)
			return false;
		if (!pty_keys(p, i < 100 ? "Down" : "Up"))
			return false;
	}
	return false;
}

bool play_choose(struct pty *p, const char *words)
{
	return play_focus(p, words) && pty_keys(p, "Enter") && pty_settle(p);
}

bool play_write(struct pty *p)
{
	return play_choose(p, "Write in the journal") && pty_keys(p, "n") &&
	       pty_wait(p, "Journal +for me only") && pty_settle(p);
}

struct pty *play_at_home(const struct box *box)
{
	struct pty *p;

	if (!play_room(box, PLAY_PASS))
		return NULL;
	p = play_start(&(struct play){ .box = box });
	if (play_unlock(p, PLAY_PASS))
		return p;
	(void)fprintf(stderr, "not at home:\n%s", pty_text(p));
	pty_close(p);
	return NULL;
}

static bool blank(const char *text)
{
	return text[strspn(text, " \n")] == '\0';
}

bool play_neutral(struct pty *p, struct buf *why)
{
	size_t before = why->n;

	if (!blank(pty_text(p)))
		buf_addf(why, "on the normal screen:\n%s", pty_text(p));
	if (!blank(pty_scrollback(p)))
		buf_addf(why, "in the scrollback:\n%s", pty_scrollback(p));
	if (!blank(pty_left_alternate(p)))
		buf_addf(why, "on the alternate screen:\n%s", pty_left_alternate(p));
	return why->n == before;
}

double play_leave(struct pty *p)
{
	int64_t from = pty_now_us();

	if (!pty_keys(p, "C-x"))
		return -1;
	while (!blank(pty_text(p))) {
		if (pty_now_us() - from > 10000000)
			return -1;
		(void)pty_pump(p, 2);
	}
	return (double)(pty_now_us() - from) / 1000;
}

struct ran play_export(const struct box *box)
{
	const char *args[] = { "--passphrase-fd", "3", "export", "--json", "--all", "--yes",
		"-", NULL };

	return play_run(
	    &(struct play){ .box = box, .args = args }, (struct str){ 0 }, PLAY_PASS);
}
