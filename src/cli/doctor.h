/* What the parts of `doctor` share: a finding, in words or as JSON. */
#ifndef REMANSO_CLI_DOCTOR_H
#define REMANSO_CLI_DOCTOR_H

#include "cli.h"

enum doctor_state { DOCTOR_GOOD, DOCTOR_NOTE, DOCTOR_WARNING };

struct doctor {
	const struct cli *cli;
	struct buf json; /* used with --json only */
	bool as_json;
};

/* `name` is for programs, `label` for people. */
void doctor_find(struct doctor *r, const char *name, enum doctor_state s, const char *label,
    struct str words);
/* The home folder, what lies in it, its disk and the folder above. */
void doctor_home(struct doctor *d);

#endif
