/* Does a card keep to its kind's rules?  One card in one language; nothing that needs
 * another card. */
#ifndef REMANSO_CONTENT_RULES_H
#define REMANSO_CONTENT_RULES_H

#include "tree.h"

/* Report what is wrong with a card.  `leads`: it is the first language's, which must hold
 * all keys; another may leave out those that are the same in every language. */
void rules_card(const struct raw_card *c, bool leads, struct arena *tables);
/* Every card of a tree. */
void rules_tree(const struct tree *t, struct arena *tables);

#endif
