/* The clock and chance of tests, from the environment; in REMANSO_TEST builds only. */
#ifndef REMANSO_CLI_WORLD_TEST_H
#define REMANSO_CLI_WORLD_TEST_H

#include "remanso/base.h"

#ifdef REMANSO_TEST
struct world_test {
	struct world world;
	int64_t now;
	uint64_t seed;
};
void world_test_init(struct world_test *t); /* t->world points into *t */
#endif

#endif
