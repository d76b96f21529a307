/* The files of a data folder, as cards not yet understood. */
#ifndef REMANSO_CONTENT_SOURCE_H
#define REMANSO_CONTENT_SOURCE_H

#include "record.h"

enum { FOLDER_FILES_MAX = 500 };

struct source_lang {
	struct str code;
	struct raw_file *files; /* by name */
	size_t count;
};

struct source {
	struct source_lang lang[LANG_MAX]; /* "en" first if there is one, then by name */
	size_t lang_count;
	bool whole; /* has a @step card: not a pack */
};

/* Read every DIR/LANG/NAME.page and find the kinds and keys of its cards.  Mistakes go to
 * `all`.  False when DIR cannot be read; a folder without languages is no failure here. */
bool source_read(struct source *s, const char *dir, struct arena *words,
    struct arena *tables, struct problems *all, struct err *e) MUST_CHECK;

/* Read one file whose bytes are in memory already; its label, name and list are set. */
void source_take(struct source *s, struct raw_file *f, struct str bytes,
    struct arena *words, struct arena *tables);

/* A language's file by name, or NULL. */
const struct raw_file *source_file(const struct source_lang *l, struct str name);

#endif
