/* "Did you mean ...?" for commands and options. */
#ifndef REMANSO_CLI_SUGGEST_H
#define REMANSO_CLI_SUGGEST_H

#include "remanso/err.h"

struct suggest {
	struct str typed;
	struct str best; /* empty as long as nothing is near enough */
	int distance;
};

struct suggest suggest_for(struct str typed);
void suggest_try(struct suggest *s, struct str candidate);
/* " Did you mean '--plain'?" in the person's language, or "".  What was typed is not
 * repeated: it might be anything. */
struct str suggest_words(struct arena *a, const struct suggest *s, const char *before);

#endif
