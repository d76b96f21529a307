/* A world that repeats itself, for tests: REMANSO_TEST_NOW is the time in milliseconds,
 * REMANSO_TEST_SEED makes chance come out the same each time.  Release builds hold none of
 * this. */
#include "world_test.h"

#ifdef REMANSO_TEST

#include <stdlib.h>

static int64_t fixed_now(const struct world *w)
{
	const struct world_test *t = w->ctx;

	return t->now;
}

static int64_t system_mono(const struct world *w)
{
	(void)w;
	return world_system.mono_ms(&world_system);
}

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static void seeded_random(const struct world *w, void *out, size_t n)
{
	struct world_test *t = w->ctx;
	uint8_t *p = out;

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(next(&t->seed) >> 56);
}

void world_test_init(struct world_test *t)
{
	const char *now = getenv("REMANSO_TEST_NOW"), *seed = getenv("REMANSO_TEST_SEED");

	t->world = world_system;
	t->world.ctx = t;
	if (now != NULL) {
		t->now = strtoll(now, NULL, 10);
		t->world.now_ms = fixed_now;
		t->world.mono_ms = system_mono;
	}
	if (seed != NULL) {
		t->seed = strtoull(seed, NULL, 10);
		t->world.random = seeded_random;
	}
}

#endif
