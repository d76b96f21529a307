/* Waiting for a key, a signal or the time-out, whichever is first.  No curses here. */
#ifndef REMANSO_UI_TERM_INPUT_H
#define REMANSO_UI_TERM_INPUT_H

#include "term_keys.h"

struct input {
	struct keys keys;
	int64_t fed_ms; /* when the last bytes came */
	bool ended;     /* EV_END was given */
	bool gone;      /* the terminal is: nothing may be written to it */
};

/* As term->next().  EV_RESIZE comes without a size; its `signal` is SIGCONT when the
 * process was stopped from outside and goes on, so that the terminal's modes must be set
 * again. */
bool input_next(struct input *in, struct event *ev, int timeout_ms);
void input_free(struct input *in);

#endif
