/* What each command needs of the machine; everything else is given up (confine.h). */
#ifndef REMANSO_CLI_BOUNDS_H
#define REMANSO_CLI_BOUNDS_H

#include "cli.h"
#include "outside.h"

#include "remanso/confine.h"

struct bounds {
	struct confine_report report;
	int home_fd; /* held as long as the program runs, or -1 */
	struct outside outside;
};

/* Give up what the command does not need.  Call it when folders and options are known and
 * before any thread is started; `c` points to the report, and to the hand that reaches
 * outside, from then on.
 *
 * Landlock rules hang on a folder that is there, so a command that may make the home folder,
 * or one for copies, finds it made; bounds_end() has it removed again when nothing was kept in
 * it.  Without Landlock nothing is made.  `b` stays where it is until the end.
 *
 * False when rooms cannot be kept safely in the home folder: said here, before a page is
 * shown and before a passphrase is asked for.  bounds_end() belongs to it in any case. */
bool bounds_set(struct bounds *b, struct cli *c, struct err *e) MUST_CHECK;
void bounds_end(struct bounds *b);

#endif
