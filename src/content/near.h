/* "Did you mean ...?": the nearest of some words. */
#ifndef REMANSO_CONTENT_NEAR_H
#define REMANSO_CONTENT_NEAR_H

#include "remanso/base.h"

struct near {
	struct str wanted;
	struct str best; /* empty as long as nothing is near enough */
	int distance;
};

struct near near_start(struct str wanted);
/* Offer one candidate. */
void near_try(struct near *n, struct str candidate);
/* " Did you mean 'x'?" in the person's language, or "". */
struct str near_words(struct arena *a, const struct near *n, const char *before);

#endif
