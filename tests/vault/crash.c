/* The power fails at a random call while transactions run.  Afterwards every acknowledged
 * transaction is there, none is there in part, every page can be read, nothing is taken for
 * tampering, and the vault can be written again, crash again, and open again.
 *
 * With arguments, the long run:
 *
 *	crash POINTS [SEED]	so many points, in two processes (CRASH_JOBS)
 *	crash -p NUMBER [SEED]	one point again
 *	crash -m POINTS		in one process, up to the first that is bad */
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "crash_script.h"

static const char *const words_of[VERDICTS] = { "fine", "lost commits",
	"partial transactions", "false alarms", "unopenable" };

static long bad_points(const struct tally *t)
{
	return t->points - t->bad[FINE];
}

static void test_fixed_script(void **state)
{
	struct memfs *trial = memfs_new(8);
	struct tally t = { 0 };

	(void)state;
	for (long i = 0; i < CRASH_FIXED; i++)
		crash_world(&t, trial, 1, i, -1, 1, CRASH_STRIDE);
	print_message("%ld points\n", t.points);
	if (bad_points(&t))
		fail_msg("point %ld: %s", t.first, t.words);
	assert_true(t.points > 300);
	memfs_free(trial);
}

static void test_random_scripts(void **state)
{
	struct memfs *trial = memfs_new(8);
	struct tally t = { 0 };

	(void)state;
	for (long i = CRASH_FIXED; t.points < 900; i++)
		crash_world(&t, trial, 1, i, -1, 0, 60);
	print_message("%ld points\n", t.points);
	if (bad_points(&t))
		fail_msg("point %ld: %s", t.first, t.words);
	memfs_free(trial);
}

/* Jobs take worlds in turn, so that the set of points does not depend on speed. */
static void work(struct tally *t, long points, uint64_t seed, long job, long jobs)
{
	struct memfs *trial = memfs_new(8);

	for (long i = job; t->points < points && !(t->brief && t->words[0]); i += jobs)
		crash_world(t, trial, seed, i, -1, 20, 400);
	memfs_free(trial);
}

static int report(const struct tally *t, long jobs, double seconds)
{
	struct tally all = { 0 };

	for (long i = 0; i < jobs; i++) {
		all.points += t[i].points;
		for (int k = 0; k < VERDICTS; k++)
			all.bad[k] += t[i].bad[k];
		if (t[i].words[0])
			printf("point %ld: %s\n", t[i].first, t[i].words);
	}
	printf("%ld points", all.points);
	for (int k = LOST; k < VERDICTS; k++)
		printf(", %ld %s", all.bad[k], words_of[k]);
	printf(", %.0f seconds\n", seconds);
	return bad_points(&all) != 0;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int run(long points, uint64_t seed, bool brief)
{
	const char *env = getenv("CRASH_JOBS");
	long jobs = env ? strtol(env, NULL, 10) : 2;
	double began = now();
	struct tally *t;
	int bad = 0, status;

	if (brief)
		jobs = 1;
	jobs = jobs < 1 ? 1 : jobs > 64 ? 64 : jobs;
	t = mmap(NULL, (size_t)jobs * sizeof *t, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED)
		return 2;
	printf("seed %lu, %ld processes\n", (unsigned long)seed, jobs);
	fflush(stdout);
	for (long i = 0; i < jobs; i++) {
		t[i].brief = brief;
		if (fork() == 0) {
			work(&t[i], (points + jobs - 1) / jobs, seed, i, jobs);
			_exit(0);
		}
	}
	for (long i = 0; i < jobs; i++) {
		wait(&status);
		bad |= status != 0;
	}
	if (bad)
		printf("a process ended badly\n");
	return report(t, jobs, now() - began) | bad;
}

static int replay(long number, uint64_t seed)
{
	struct memfs *trial = memfs_new(8);
	struct tally t = { 0 };

	crash_world(&t, trial, seed, number / CRASH_STRIDE, number % CRASH_STRIDE, 20, 400);
	memfs_free(trial);
	return report(&t, 1, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_script),
		cmocka_unit_test(test_random_scripts),
	};
	bool one = argc > 2 && strcmp(argv[1], "-p") == 0;
	bool brief = argc > 2 && strcmp(argv[1], "-m") == 0;
	const char *seed = one || brief ? argv[3] : argc > 2 ? argv[2] : NULL;
	uint64_t base = seed ? strtoull(seed, NULL, 10) : 1;

	sql_load_dice();
	if (argc == 1)
		return cmocka_run_group_tests_name(
		    "vault power failures", tests, rig_start, NULL);
	if (rig_start(NULL) != 0)
		return 2;
	return one ? replay(strtol(argv[2], NULL, 10), base)
		   : run(strtol(argv[1 + brief], NULL, 10), base, brief);
}
