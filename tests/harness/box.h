/* Where a test plays: a fresh folder with everything a program could write to inside it,
 * the program under test, and commands run through pipes. */
#ifndef HARNESS_BOX_H
#define HARNESS_BOX_H

#include "remanso/base.h"

#define BOX_PATH 512
struct box {
	char root[BOX_PATH]; /* all below it is removed by box_close() */
	char home[BOX_PATH]; /* for --home; made by the program */
	char tmp[BOX_PATH];  /* TMPDIR of what is started here */
};
void box_open(struct box *b);
void box_close(struct box *b);
/* ROOT/name, in one of eight buffers that are used in turn. */
const char *box_path(const struct box *b, const char *name);

/* The program of this build mode (or REMANSO_BIN), the repository, its data folder. */
const char *program_path(void);
const char *repo_path(void);
const char *data_path(void);

/* A command with its three streams as pipes. */
struct ran {
	int status; /* exit status; 128 + signal */
	struct buf out, err;
};
struct run_options {
	const char *const *argv;
	const char *const *env; /* as in pty.h */
	struct str input;
	const char *pass; /* on file descriptor 3 */
	int limit_ms;     /* 0: 30 s; then it is killed, status 128 + SIGKILL */
};
/* Streams are read to their ends.  Free with ran_free(). */
struct ran run_command(const struct run_options *o);
void ran_free(struct ran *r);
bool ran_says(const struct ran *r, const char *what); /* in either stream */

/* Put NAME=value over the environment of this process, in the child of a fork. */
void env_apply(const char *const *env);

#endif
