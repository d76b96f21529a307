/* Waiting for a key, a signal or the time-out, whichever is first.  No curses here. */
#ifndef REMANSO_UI_TERM_INPUT_H
#define REMANSO_UI_TERM_INPUT_H

#include "term_keys.h"

struct input {
	struct keys keys;
	int64_t fed_ms;         /* when the last bytes came */
	bool ended;             /* EV_END was given */
	bool gone;              /* the terminal is: nothing may be written to it */
	int64_t asked_ms;       /* when the background was asked for */
	void (*answered)(void); /* called when it is known; may be NULL */
};

/* As term->next().  EV_RESIZE comes without a size; its `signal` is SIGCONT when the
 * process was stopped from outside and goes on, so that the terminal's modes must be set
 * again. */
bool input_next(struct input *in, struct event *ev, int timeout_ms);
/* Read what is there.  False: the terminal is gone. */
bool input_fill(struct input *in);
int64_t input_now_ms(void); /* of a clock that nobody sets */
void input_free(struct input *in);

#endif
