/* What a terminal sends, as events: bytes in, keys out.  No terminal is touched here, so
 * that every way in which a sequence can arrive in pieces can be tried without one. */
#ifndef REMANSO_UI_TERM_KEYS_H
#define REMANSO_UI_TERM_KEYS_H

#include "remanso/term.h"

#define KEYS_PASTE_MOST ((size_t)64 * 1024)

struct keys {
	struct buf in;    /* bytes that are not understood yet */
	size_t at;        /* how many of them are used up */
	struct buf text;  /* of the last event */
	struct buf paste; /* what stands between the paste marks so far */
	bool pasting;
	/* The terminal was asked for its background, and has not answered all yet: set by
	 * who asks.  Then answers are waited for longer, since half of one must not become
	 * letters. */
	bool asked;
	bool told;                  /* `background` was heard, and nobody looked */
	enum background background; /* what the terminal said last */
	bool lone;                  /* an Esc was taken for the key while `asked` */
	int least_ms;               /* for a slow line: wait at least this long */
};

enum keys_state {
	KEYS_EMPTY, /* nothing is left */
	KEYS_PART,  /* the beginning of something: wait keys_patience(), then say `late` */
	KEYS_EVENT
};

void keys_feed(struct keys *k, const void *bytes, size_t n);
/* The next event.  `late`: what is there is all there is; a lone Esc is the Esc key, half a
 * sequence is dropped.  Sequences nobody knows are swallowed whole.  ev->text lives until
 * the next call; used bytes are wiped. */
enum keys_state keys_next(struct keys *k, struct event *ev, bool late);
/* Milliseconds to wait for the rest. */
int keys_patience(const struct keys *k);
void keys_free(struct keys *k);

#endif
