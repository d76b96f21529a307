/* A test program that starts itself again with the word "play", and then is a small program
 * on a terminal of its test's. */
#ifndef TESTS_UNIT_PLAY_SELF_H
#define TESTS_UNIT_PLAY_SELF_H

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char self[PATH_MAX]; /* what is started again */

/* The first thing in main().  True: it ends with `status`, because it was the small program,
 * or because nobody knows where it lies. */
static inline bool self_ends(
    int argc, char **argv, int (*play)(const char *how), int *status)
{
	*status = 1;
	if (argc > 2 && strcmp(argv[1], "play") == 0) {
		*status = play(argv[2]);
		return true;
	}
	(void)setlocale(LC_ALL, "C.UTF-8");
	return realpath(argv[0], self) == NULL;
}

#endif
