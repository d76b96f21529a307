/* Inside of the workbook: what an open room is made of. */
#ifndef REMANSO_WORKBOOK_ROOM_H
#define REMANSO_WORKBOOK_ROOM_H

#include "remanso/workbook.h"

struct room {
	const struct world *world;
	struct vault *vault;        /* NULL: in memory */
	struct vault_witness found; /* as it was before anything was written */
	struct store *store;
	const struct content *content; /* for the names of languages; or NULL */
	bool demo;
	struct arena *undo;  /* holds `undone` */
	struct entry undone; /* deleted last; id none: nothing */
};

/* demo.c: fill the room of the demonstration. */
bool demo_fill(struct room *r, const struct content *c, int lang, struct err *e) MUST_CHECK;

/* The folder name of a language, "" when it is not known. */
struct str room_lang(const struct room *r, int lang);
/* A field of the card is this word; false for no card. */
bool card_is(const struct card *c, enum field_id f, const char *word);

#endif
