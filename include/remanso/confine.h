/* Giving up for good what the program never needs: the network, other programs, looking
 * into other processes, new executable code (seccomp), and every file outside the places it
 * names (Landlock).  Works as far as the kernel goes along; the report says how far.
 *
 * Nothing here protects against the person at the keyboard or the owner of the machine.  It
 * is for the day a mistake is found in what reads the terminal, a content pack or a vault:
 * then there is no way out for what was written. */
#ifndef REMANSO_CONFINE_H
#define REMANSO_CONFINE_H

#include "remanso/base.h"

/* What may be done below a folder, or with one file.  Bits. */
enum {
	CONFINE_READ = 1,    /* read files and list folders */
	CONFINE_LIST = 2,    /* list folders, and read nothing in them */
	CONFINE_WRITE = 4,   /* make files, write and remove them */
	CONFINE_RMDIR = 8,   /* remove empty folders */
	CONFINE_DEVICE = 16, /* ioctl(), for a terminal that is opened later */
};

struct confine_place {
	const char *path; /* a link is followed now, and not again */
	unsigned may;
};

struct confine_report {
	bool calls;            /* system calls are refused */
	bool files;            /* files outside the places are refused */
	int files_abi;         /* Landlock's version; 0: the kernel has none */
	const char *calls_why; /* why not: an N_() sentence, or NULL */
	const char *files_why;
};

/* The version of Landlock that confine() will find, or 0 with a reason in `why`, when not
 * NULL.  Changes nothing. */
int confine_files_abi(const char **why);

/* Give up everything else, for this thread and all that are started later: call it before
 * the first other one.  Handles that are open stay as they are.  Places that are not there
 * are left out; they stay shut when they come into being.  There is no way back, and a
 * second call can only take more away.  Never fails: `r` says what holds. */
void confine(const struct confine_place *places, size_t n, struct confine_report *r);

#endif
