/* Keys written by hand in the words of a card, where a placeholder belongs. */
#ifndef REMANSO_CONTENT_KEYS_H
#define REMANSO_CONTENT_KEYS_H

#include "record.h"

void keys_check(struct str words, const struct raw_card *c, int line);

#endif
