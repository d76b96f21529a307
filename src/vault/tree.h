/* Rows straight from SQLite's b-trees, without SQLite: what can be read of a table whose
 * pages are not all there.  Every page that is looked at has its seal checked first, so the
 * worst that can be met is a page of another moment; nothing here trusts a length or a page
 * number all the same.  The format is https://sqlite.org/fileformat2.html, sections 1.6
 * and 2.1. */
#ifndef VAULT_TREE_H
#define VAULT_TREE_H

#include "pages.h"

struct tree {
	struct pages *p;
	uint8_t *seen;          /* by page number: it was reached */
	struct secret *mem;     /* a page for each level, and one more */
	struct secret *payload; /* of one row */
	unsigned holes;         /* pages that could not be read, so far */
	unsigned cut;           /* rows of which a part could not be read, so far */
	/* Called for each row; `key` is its rowid, 0 in a table without.  False stops. */
	bool (*row)(void *arg, int64_t key, const uint8_t *record, size_t n);
	void *arg;
	bool stopped, flat; /* flat: this page only */
	bool starved;       /* there was no memory for a row */
};

bool tree_open(struct tree *t, struct pages *p, struct err *e) MUST_CHECK;
void tree_close(struct tree *t);
/* All rows below a root, in order, passing over what cannot be read. */
void tree_walk(struct tree *t, uint32_t root);
/* The rows of one page that no walk has reached: of a table with rowids (TREE_KEYED), or of a
 * table without or an index, which look alike. */
enum tree_page { TREE_NONE, TREE_KEYED, TREE_OTHER };
enum tree_page tree_orphan(struct tree *t, uint32_t no);

enum value_type { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_BLOB, VALUE_TEXT };
struct value {
	enum value_type type;
	int64_t i;
	double r;
	const uint8_t *p;
	size_t n;
};
struct record {
	const uint8_t *head, *head_end, *body, *end;
};
/* False when these bytes are no record. */
bool record_open(struct record *r, const uint8_t *p, size_t n) MUST_CHECK;
/* The next value; false after the last. */
bool record_next(struct record *r, struct value *v);

#endif
