/* Every script of tests/screens is played in every language it is for, and each picture it
 * takes is compared with the one that is kept (tests/screens/LANG/NAME.screen).
 * REMANSO_UPDATE=1 keeps the pictures as they are now; REMANSO_PICTURES=DIR also writes
 * DIR/LANG/NAME.svg for what the scripts call a picture. */
#include "harness/script.h"
#include "harness/test.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const langs[] = { "en", "es" };
#define SCRIPTS_MOST 200

struct case_of {
	char keys[512], goldens[512], pictures[512];
	const char *lang;
};

static void play(void **state)
{
	const struct case_of *c = *state;
	struct script s = { .keys = c->keys, .lang = c->lang, .goldens = c->goldens };
	struct buf why = { 0 };

	if (c->pictures[0] != '\0')
		s.pictures = c->pictures;
	if (!script_run(&s, &why)) {
		print_error("%.*s\n", STR_ARG(buf_str(&why)));
		buf_free(&why);
		fail();
	}
	buf_free(&why);
}

static void prepare(struct case_of *c, const char *keys, const char *lang)
{
	const char *to = getenv("REMANSO_PICTURES");

	(void)snprintf(c->keys, sizeof c->keys, "%s", keys);
	(void)snprintf(
	    c->goldens, sizeof c->goldens, "%.400s/tests/screens/%s", repo_path(), lang);
	if (to != NULL && to[0] != '\0')
		(void)snprintf(c->pictures, sizeof c->pictures, "%.400s/%s", to, lang);
	c->lang = lang;
}

int main(void)
{
	static struct case_of cases[SCRIPTS_MOST * ARRAY_LEN(langs)];
	static struct CMUnitTest tests[ARRAY_LEN(cases)];
	char pattern[600];
	size_t n = 0;
	glob_t found;

	(void)snprintf(pattern, sizeof pattern, "%.500s/tests/screens/*.keys", repo_path());
	if (glob(pattern, 0, NULL, &found) != 0) {
		(void)fprintf(stderr, "no scripts: %s\n", pattern);
		return 1;
	}
	for (size_t i = 0; i < found.gl_pathc && i < SCRIPTS_MOST; i++) {
		for (size_t k = 0; k < ARRAY_LEN(langs); k++, n++) {
			char *name = calloc(1, 300);

			prepare(&cases[n], found.gl_pathv[i], langs[k]);
			(void)snprintf(name, 300, "%.250s (%s)",
			    strrchr(found.gl_pathv[i], '/') + 1, langs[k]);
			tests[n] = (struct CMUnitTest){ name, play, NULL, NULL, &cases[n] };
		}
	}
	globfree(&found);
	n = (size_t)(_cmocka_run_group_tests("screens", tests, n, NULL, NULL) != 0);
	return (int)n;
}
