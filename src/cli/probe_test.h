/* In REMANSO_TEST builds only: try what must not be possible any more, from inside the program
 * and its own bounds. */
#ifndef REMANSO_CLI_PROBE_TEST_H
#define REMANSO_CLI_PROBE_TEST_H

#include "bounds.h"

#ifdef REMANSO_TEST
/* REMANSO_TEST_PROBE names a folder with the files `file` and `here.txt` and the folder
 * `empty`; the program stands in it.  Each attempt is printed as a line, "yes NAME" or "no
 * NAME"; nothing else is done then.  False: no probe was asked for. */
bool probe_test(const struct bounds *b, const struct cli *c);
#endif

#endif
