/* What the fuzzer of tests/fuzz/page.c kept, once more. */
#include "../fuzz/replay.h"

#include "../fuzz/page.c"

static void test_kept_inputs(void **state)
{
	(void)state;
	replay("page");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_inputs),
	};

	return cmocka_run_group_tests_name(
	    "vault fuzz inputs, page", tests, replay_start, NULL);
}
