/* Locale, language and folders from the environment.  Nothing is made here: a folder is
 * made when something is first written to it. */
#include "setup.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *env(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : NULL;
}

static bool names_utf8(const char *locale)
{
	return strcasestr(locale, "utf-8") != NULL || strcasestr(locale, "utf8") != NULL;
}

bool setup_locale(void)
{
	const char *asked = env("LC_ALL");
	bool known = setlocale(LC_ALL, "") != NULL;

	if (asked == NULL)
		asked = env("LC_CTYPE");
	if (asked == NULL)
		asked = env("LANG");
	if (known && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return false;
	/* Within, text is always UTF-8, and gettext translates nothing in "C". */
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	/* A UTF-8 locale that is not installed still says what the terminal shows. */
	return asked != NULL && !names_utf8(asked);
}

bool setup_accessible(void)
{
	const char *v = env("ACCESSIBLE");

	return v != NULL && strcmp(v, "0") != 0 && strcasecmp(v, "false") != 0;
}

/* ---- folders ---- */
static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The first of `rel` (beside the folder `dir`) that is a folder and holds `has`. */
static const char *first_folder(
    struct arena *a, struct str dir, const char *const *rel, const char *has)
{
	for (; *rel != NULL; rel++) {
		struct str path = (*rel)[0] == '/'
				      ? str_from(*rel)
				      : arena_fmt(a, "%.*s/%s", STR_ARG(dir), *rel);
		struct str inside = arena_fmt(a, "%.*s/%s", STR_ARG(path), has);
		if (!is_folder(inside.s))
			continue;
		char *real = realpath(path.s, NULL);
		if (real == NULL)
			continue;
		const char *found = arena_cstr(a, str_from(real));
		free(real);
		return found;
	}
	return NULL;
}

/* The folder this program was started from. */
static struct str exe_folder(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	struct str s = { path, n > 0 && (size_t)n < sizeof(path) ? (size_t)n : 0 };

	while (s.n > 0 && s.s[s.n - 1] != '/')
		s.n--;
	return s.n > 1 ? arena_dup(a, str_slice(s, 0, s.n - 1)) : STR(".");
}

static const char *home_folder(struct arena *a, const struct options *o)
{
	const char *base = env("XDG_DATA_HOME");

	if (o != NULL && options_has(o, OPT_HOME))
		return o->text[OPT_HOME];
	if (base != NULL && base[0] == '/')
		return arena_fmt(a, "%s/remanso", base).s;
	base = env("HOME");
	return base != NULL ? arena_fmt(a, "%s/.local/share/remanso", base).s : NULL;
}

void setup_folders(struct setup *s, struct arena *a, const struct options *o)
{
	/* Installed, then as built in the source tree (build/, build/MODE/). */
	static const char *const data[] = { "../share/remanso", "../data", "../../data",
#ifdef REMANSO_DATADIR
		REMANSO_DATADIR,
#endif
		NULL };
	static const char *const locale[] = { "locale", "../locale", "../share/locale",
#ifdef REMANSO_LOCALEDIR
		REMANSO_LOCALEDIR,
#endif
		NULL };
	struct str exe = exe_folder(a);

	s->home = home_folder(a, o);
	s->locale = first_folder(a, exe, locale, "es/LC_MESSAGES");
	s->data = first_folder(a, exe, data, "en");
	s->base = NULL;
	if (o == NULL || !options_has(o, OPT_DATA))
		return;
	s->base = s->data;
	s->data = o->text[OPT_DATA];
}

/* ---- language ---- */
bool setup_has_lang(const struct setup *s, struct str code)
{
	const char *const in[] = { s->data, s->base, s->locale };
	char path[PATH_MAX];

	for (size_t i = 0; i < code.n; i++)
		if (strchr(
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
			code.s[i]) == NULL)
			return false; /* also keeps '/' and '.' out of the path */
	for (size_t i = 0; i < ARRAY_LEN(in) && code.n > 0; i++) {
		int n = in[i] == NULL
			    ? -1
			    : snprintf(path, sizeof(path), "%s/%.*s", in[i], STR_ARG(code));
		if (n > 0 && (size_t)n < sizeof(path) && is_folder(path))
			return true;
	}
	return false;
}

/* "es_MX.UTF-8:en" -> the first of "es_MX", "es", "en" that the content has. */
static const char *known_in(const struct setup *s, struct arena *a, const char *list)
{
	struct str rest = str_from(list), one;

	while (str_cut(&rest, ':', &one)) {
		struct str head, lang;
		(void)str_cut(&one, '.', &head);
		one = head;
		(void)str_cut(&one, '@', &head);
		if (setup_has_lang(s, head))
			return arena_cstr(a, head);
		one = head;
		(void)str_cut(&one, '_', &lang);
		if (setup_has_lang(s, lang))
			return arena_cstr(a, lang);
	}
	return NULL;
}

const char *setup_lang(const struct setup *s, struct arena *a, const char *wanted)
{
	static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *found = wanted != NULL ? known_in(s, a, wanted) : NULL;

	for (size_t i = 0; i < ARRAY_LEN(names) && found == NULL; i++)
		if (env(names[i]) != NULL)
			found = known_in(s, a, env(names[i]));
	return found != NULL ? found : "en";
}
