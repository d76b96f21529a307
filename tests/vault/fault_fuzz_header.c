/* What the fuzzer of tests/fuzz/header.c kept, once more. */
#include "../fuzz/replay.h"

#include "../fuzz/header.c"

static void test_kept_inputs(void **state)
{
	(void)state;
	replay("header");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_inputs),
	};

	return cmocka_run_group_tests_name(
	    "vault fuzz inputs, header", tests, replay_start, NULL);
}
