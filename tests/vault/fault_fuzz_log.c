/* What the fuzzer of tests/fuzz/log.c kept, once more. */
#include "../fuzz/replay.h"

#include "../fuzz/log.c"

static void test_kept_inputs(void **state)
{
	(void)state;
	replay("log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_inputs),
	};

	return cmocka_run_group_tests_name(
	    "vault fuzz inputs, log", tests, replay_start, NULL);
}
