/* Signals as bytes in a pipe, so that waiting for a key also waits for them and no work is
 * done inside a handler.  A crash is the exception: there the handler itself gives the
 * terminal back, with write() of a string made beforehand. */
#ifndef REMANSO_UI_TERM_SIGNALS_H
#define REMANSO_UI_TERM_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Take HUP, TERM, INT, QUIT, TSTP, CONT, WINCH and the crash signals.  Handlers belong to
 * the whole process, so one terminal at a time has them.  False: no pipe could be made. */
bool signals_open(void);
void signals_close(void); /* the handlers of before come back */
int signals_fd(void);     /* readable when a signal waits */
int signals_next(void);   /* the next signal, or 0 */
/* Stop this process group as Ctrl-Z does; returns when it goes on. */
void signals_stop(void);
/* What a crash writes to `fd`, and the modes it sets.  `n` = 0: nothing. */
void signals_crash_text(int fd, const char *s, size_t n, const struct termios *modes);

#endif
