/* The syntax of content files: cards, keys, items, paragraphs.  Knows no kind and no key;
 * what they mean is spec.h's affair. */
#ifndef REMANSO_CONTENT_RECORD_H
#define REMANSO_CONTENT_RECORD_H

#include "report.h"

enum { FILE_BYTES_MAX = 256 * 1024, LINE_BYTES_MAX = 2000, FILE_CARDS_MAX = 400 };

struct raw_key {
	struct str word, value;
	enum field_id id; /* FIELD_COUNT: unknown; set by source.c */
	int line;
};

struct raw_item {
	struct str name;
	const struct str *cell;
	int cells;
	int line;
};

struct raw_para {
	struct str text;
	int line;
};

struct raw_file;

struct raw_card {
	struct str word, name;
	enum card_kind kind; /* CARD_KIND_COUNT: unknown; set by source.c */
	int line;
	const struct raw_file *file;
	struct raw_key *keys;
	size_t key_count, key_room;
	struct raw_item *items;
	size_t item_count, item_room;
	struct raw_para *paras;
	size_t para_count, para_room;
};

struct raw_file {
	struct str label;     /* "es/room-walk.page", for messages */
	struct str name;      /* "room-walk.page" */
	struct problems *all; /* where its mistakes go; NULL: nowhere */
	bool orphan;          /* the same file in another language holds no card */
	struct raw_card *cards;
	size_t count, room;
};

/* Read `bytes`, which must outlive the cards: words that stand on one line are not copied.
 * Joined lines are put into `words`, tables into `tables`.  Every mistake is reported to
 * file->all and what can be read is read.  Does not look outside its arguments. */
void record_read(
    struct raw_file *file, struct str bytes, struct arena *words, struct arena *tables);

/* Names of cards and items: a-z, 0-9, '-'. */
bool record_name_ok(struct str name);
/* One more place in a list that grows: the list's new memory, or the old one. */
void *record_grow(struct arena *a, void *list, size_t size, size_t count, size_t *room);

#endif
