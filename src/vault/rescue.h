/* What a rescue works on; for rescue.c and rescue_plan.c only. */
#ifndef VAULT_RESCUE_H
#define VAULT_RESCUE_H

#include "salvage.h"
#include "tree.h"

struct sqlite3_stmt;

#define COLUMNS 64

struct column {
	char *name;
	char type;        /* first letter of what was declared, upper case */
	bool must, there; /* NOT NULL; the new vault has it as well */
};

/* A table, or in the beginning anything of the damaged vault's own list. */
struct table {
	char *name, *sql;
	uint32_t root;
	bool keyed; /* rows have a rowid */
	bool lacks; /* a part of it could not be reached */
	int alias;  /* the column that is the rowid, or -1 */
	int n;
	struct column col[COLUMNS]; /* in the order of the record */
	struct sqlite3_stmt *put;
};

struct rescue {
	struct salvage from;
	struct vault *into;
	struct sqlite3 *plan; /* empty tables, to ask for their columns */
	struct tree tree;
	struct table **table; /* those with rows of their own, then everything else */
	size_t n, all;
	struct table *now; /* rows go to this one */
	struct vault_rescued *out;
	struct err *e;
	bool failed;      /* the new vault cannot be written */
	bool list_lacks;  /* there may have been tables that nothing names */
	bool index_lacks; /* a part of what is no table of rows was not reached */
	unsigned misfits; /* rows that `now` cannot have */
};

/* Run SQL in the new vault; its failures end the rescue. */
bool rescue_run(struct rescue *r, const char *sql) MUST_CHECK;
bool rescue_refused(struct rescue *r);
/* rescue_plan.c: the tables, their columns, and how a row of each is put. */
bool rescue_plan(struct rescue *r) MUST_CHECK;
void rescue_plan_free(struct rescue *r);

#endif
