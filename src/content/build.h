/* From the tree of cards to the const structs of content.h. */
#ifndef REMANSO_CONTENT_BUILD_H
#define REMANSO_CONTENT_BUILD_H

#include "source.h"
#include "tree.h"

/* Fill `out` from the tree; everything is made in out->memory, where the words of the cards
 * must lie already.  Keys, items and cards that break a rule are left out. */
void build_content(struct content *out, const struct tree *t,
    const struct source *const *from, size_t from_count);

#endif
