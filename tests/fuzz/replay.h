/* The kept inputs of one fuzzer, played in the ordinary tests. */
#ifndef TESTS_FUZZ_REPLAY_H
#define TESTS_FUZZ_REPLAY_H

#include <dirent.h>

#include "sealed.h"

RIG void replay_file(const char *path)
{
	size_t n;
	uint8_t *bytes = rig_read(path, &n), *exact = malloc(n > 0 ? n : 1);

	/* Not a byte more, so that the sanitizers see a step beyond. */
	assert_non_null(exact);
	memcpy(exact, bytes, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	free(bytes);
}

RIG void replay(const char *name)
{
	const char *repo = getenv("REMANSO_REPO");
	char dir[3000], path[4000];
	struct dirent *de;
	unsigned n = 0;
	DIR *d;

	snprintf(dir, sizeof dir, "%s/tests/fuzz/corpus/%s", repo ? repo : ".", name);
	d = opendir(dir);
	assert_non_null(d);
	while ((de = readdir(d)) != NULL) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, de->d_name);
		replay_file(path);
		n++;
	}
	closedir(d);
	print_message("%u inputs\n", n);
	assert_true(n > 0);
}

RIG int replay_start(void **state)
{
	(void)state;
	return LLVMFuzzerInitialize(NULL, NULL);
}

#endif
