/* The rules for the items of a card. */
#ifndef REMANSO_CONTENT_RULES_ITEMS_H
#define REMANSO_CONTENT_RULES_ITEMS_H

#include "spec.h"

void rules_items(const struct raw_card *c, bool leads, struct arena *tables);

#endif
