/* cmocka with what it needs before it, and the checks that all test programs share. */
#ifndef HARNESS_TEST_H
#define HARNESS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "harness/box.h"
#include "harness/golden.h"
#include "harness/leak.h"
#include "harness/pty.h"

/* cmocka's own messages are cut at 1,024 bytes, which is less than a screen. */
#define FAIL_WITH(...) \
	do { \
		(void)fprintf(stderr, __VA_ARGS__); \
		(void)fputc('\n', stderr); \
		fail(); \
	} while (0)
/* Waiting that fails the test with the screen as it stands. */
#define SEES(p, what) \
	do { \
		if (!pty_wait((p), (what))) \
			FAIL_WITH("not seen: %s\n%s", (what), pty_text(p)); \
	} while (0)
#define GONE(p, what) \
	do { \
		if (!pty_gone((p), (what))) \
			FAIL_WITH("still there: %s\n%s", (what), pty_text(p)); \
	} while (0)
#define KEYS(p, names) assert_true(pty_keys((p), (names)))
/* Nothing of `marker` may lie in the files below the folder. */
#define NO_LEAK(folder, marker) \
	do { \
		struct buf leak_why = { 0 }; \
		if (leak_below((folder), (marker), &leak_why, NULL)) \
			FAIL_WITH("found: %.*s", STR_ARG(buf_str(&leak_why))); \
		buf_free(&leak_why); \
	} while (0)
/* The program has ended by itself with this exit status. */
#define EXITS(p, wanted) \
	do { \
		int exits_status = 0; \
		if (!pty_exited((p), &exits_status)) \
			FAIL_WITH("still running:\n%s", pty_text(p)); \
		if (!WIFEXITED(exits_status) || WEXITSTATUS(exits_status) != (wanted)) \
			FAIL_WITH("wait status %#x, not exit %d:\n%s", \
			    (unsigned)exits_status, (wanted), pty_text(p)); \
	} while (0)

/* Run a program's tests; REMANSO_TEST_ONLY names those that are wanted ('*' stands for
 * anything). */
#define RUN_TESTS(tests) \
	(cmocka_set_test_filter(getenv("REMANSO_TEST_ONLY")), \
	    cmocka_run_group_tests((tests), NULL, NULL))

#endif
