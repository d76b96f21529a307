/* Reading a data folder, and a base below it, into one tree. */
#ifndef REMANSO_CONTENT_LOAD_H
#define REMANSO_CONTENT_LOAD_H

#include "source.h"
#include "tree.h"

struct loaded {
	struct source own, below;
	struct tree own_tree; /* of the folder alone */
	struct tree tree;     /* with the base below it; the same when there is none */
	bool is_pack;         /* there is no @step in the folder */
	bool has_base;
};

/* Read `dir`, and `base` when `dir` is a pack.  Reports the mistakes of `dir`'s files that
 * need no other file.  Words go to `words`, the rest to `tables`; both must outlive `l`. */
bool load_tree(struct loaded *l, const char *dir, const char *base, struct arena *words,
    struct arena *tables, struct problems *all, struct err *e) MUST_CHECK;

#endif
