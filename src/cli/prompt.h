/* Questions on the terminal itself, so that standard input stays free for text. */
#ifndef REMANSO_CLI_PROMPT_H
#define REMANSO_CLI_PROMPT_H

#include "cli.h"

/* Ask without echo.  ERR_TERMINAL when there is no terminal to ask on. */
struct secret *prompt_secret(
    const struct cli *c, const char *question, struct err *e) MUST_CHECK;
/* Yes or no, in words of either language; anything else is no.  ERR_TERMINAL as above. */
bool prompt_yes(
    const struct cli *c, const char *question, bool *yes, struct err *e) MUST_CHECK;
/* Say that something goes in so many seconds, and wait them out.  False: it stays, because
 * Ctrl-C or another wish to end came (`signal`; else 0), or the terminal was closed. */
bool prompt_wait(const struct cli *c, int seconds, int *signal, struct err *e) MUST_CHECK;

#endif
