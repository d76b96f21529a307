/* Where things lie and which language is spoken: what has to be known before anything
 * else. */
#ifndef REMANSO_CLI_SETUP_H
#define REMANSO_CLI_SETUP_H

#include "options.h"

struct setup {
	const char *home;   /* folder of the rooms; need not exist yet */
	const char *data;   /* content folder */
	const char *base;   /* what a pack is laid over; NULL when data is our own */
	const char *locale; /* catalogues; NULL when there are none */
	bool ascii;         /* the terminal shows ASCII only */
};

/* Take the locale from the environment: without one, UTF-8; in one that is not UTF-8, UTF-8
 * within and ASCII to the outside.  True: ASCII. */
bool setup_locale(void);
/* Fill in, into `a`.  `o` may be NULL (the command line could not be read).  `home` or
 * `data` is NULL when there is no place for the rooms, or no content is found. */
void setup_folders(struct setup *s, struct arena *a, const struct options *o);
/* The language of messages and content: `wanted` (--lang) or what the environment says, as
 * far as the data folder has it; else "en". */
const char *setup_lang(const struct setup *s, struct arena *a, const char *wanted);
/* The data folder has this language. */
bool setup_has_lang(const struct setup *s, struct str code);
/* ACCESSIBLE is set, and not to nothing, 0 or false. */
bool setup_accessible(void);

#endif
