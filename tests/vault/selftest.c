/* The test of the SQLite library: it passes here, is quick, and notices a library that syncs
 * before everything is written. */
#include "rig.h"

#include <time.h>

#include "vault/selftest.h"

static void test_this_library(void **state)
{
	struct timespec a, b;
	struct err e = { 0 };
	double best = 1000;

	(void)state;
	for (int i = 0; i < 10; i++) {
		double ms;

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
		if (!selftest(0, &e))
			fail_msg("%s", e.text);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
		ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
		     (double)(b.tv_nsec - a.tv_nsec) / 1e6;
		best = ms < best ? ms : best;
	}
	print_message("%.2f ms\n", best);
}

/* Whichever write comes too late, it is missed. */
static void test_early_sync(void **state)
{
	struct err e;
	unsigned n = 1;

	(void)state;
	while (n < 100 && !selftest(n, &e)) {
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		n++;
	}
	print_message("%u writes left out\n", n - 1);
	assert_in_range(n, 6, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_library),
		cmocka_unit_test(test_early_sync),
	};

	return cmocka_run_group_tests_name("vault self-test", tests, rig_start, NULL);
}
