/* What each command needs of the machine; everything else is given up (confine.h). */
#ifndef REMANSO_CLI_BOUNDS_H
#define REMANSO_CLI_BOUNDS_H

#include "cli.h"

#include "remanso/confine.h"

struct bounds {
	struct confine_report report;
	const char *home; /* held as long as the program runs, or NULL */
	int home_fd;
	size_t made_from; /* length of the first path that was made for it; 0: none was */
};

/* Give up what the command does not need.  Call it when folders and options are known and
 * before any thread is started; `c` points to the report from then on.
 *
 * Landlock rules hang on a folder that is there, so a command that may make the home folder
 * finds it made; bounds_end() removes it again when nothing was kept in it.  Without
 * Landlock nothing is made.  `b` stays where it is until the end.
 *
 * False when rooms cannot be kept safely in the home folder: said here, before a page is
 * shown and before a passphrase is asked for.  bounds_end() belongs to it in any case. */
bool bounds_set(struct bounds *b, struct cli *c, struct err *e) MUST_CHECK;
void bounds_end(struct bounds *b);

#endif
