/* Walking b-trees over pages.  See tree.h. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { INDEX_INNER = 2, TABLE_INNER = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };
#define DEPTH 20 /* SQLite's own limit */
#define USABLE ((int64_t)FMT_BODY)
#define RECORD_MAX ((int64_t)1 << 30)

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* A number of up to nine bytes; what follows it, or NULL at the end of the page. */
static const uint8_t *varint(const uint8_t *p, const uint8_t *end, uint64_t *out)
{
	uint64_t x = 0;

	for (int i = 0;; i++) {
		if (p >= end)
			return NULL;
		if (i == 8) {
			*out = x << 8 | *p;
			return p + 1;
		}
		x = x << 7 | (*p & 0x7f);
		if (!(*p++ & 0x80))
			break;
	}
	*out = x;
	return p;
}

/* ---- records ---- */

bool record_open(struct record *r, const uint8_t *p, size_t n)
{
	uint64_t head;
	const uint8_t *at = n > 0 ? varint(p, p + n, &head) : NULL;

	if (!at || head > n || p + head < at)
		return false;
	*r = (struct record){ at, p + head, p + head, p + n };
	return true;
}

static int64_t big_endian(const uint8_t *p, size_t n)
{
	uint64_t x = p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		x = x << 8 | p[i];
	return (int64_t)x;
}

bool record_next(struct record *r, struct value *v)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };
	uint64_t type, n;

	if (r->head >= r->head_end)
		return false;
	r->head = varint(r->head, r->head_end, &type);
	if (!r->head || type == 10 || type == 11) {
		r->head = r->head_end;
		return false;
	}
	n = type < 10 ? sizes[type] : (type - 12) / 2;
	if (n > (uint64_t)(r->end - r->body)) {
		r->head = r->head_end;
		return false;
	}
	*v = (struct value){ .p = r->body, .n = (size_t)n };
	if (type >= 12) {
		v->type = type % 2 ? VALUE_TEXT : VALUE_BLOB;
	} else if (type == 7) {
		v->type = VALUE_REAL;
		v->i = big_endian(r->body, 8);
		memcpy(&v->r, &v->i, sizeof v->r);
	} else if (type > 0) {
		v->type = VALUE_INT;
		v->i = type >= 8 ? (int64_t)type - 8 : big_endian(r->body, (size_t)n);
	}
	r->body += n;
	return true;
}

/* ---- pages ---- */

bool tree_open(struct tree *t, struct pages *p, struct err *e)
{
	*t = (struct tree){ .p = p, .seen = calloc((size_t)p->npage + 1, 1) };
	t->mem = secret_try_new((DEPTH + 1) * FMT_BLOCK);
	if (!t->seen || !t->mem)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	return true;
}

void tree_close(struct tree *t)
{
	free(t->seen);
	secret_free(t->mem);
	secret_free(t->payload);
}

static bool load(struct tree *t, uint32_t no, uint8_t *out)
{
	if (no == 0 || no > t->p->npage)
		return false;
	t->seen[no] = 1;
	return pages_read(t->p, no, out, NULL);
}

/* Append to the payload. */
static bool put(struct tree *t, const uint8_t *p, size_t n)
{
	size_t have = t->payload ? secret_len(t->payload) : 0;
	struct secret *more;

	if (t->payload && secret_add(t->payload, p, n))
		return true;
	more = secret_try_new((have + n) * 2);
	if (!more) {
		t->starved = t->stopped = true;
		return false;
	}
	if (t->payload)
		(void)!secret_add(more, secret_view(t->payload), have);
	(void)!secret_add(more, p, n);
	secret_free(t->payload);
	t->payload = more;
	return true;
}

/* What does not fit the page goes on in a chain of others. */
static bool chain(struct tree *t, uint32_t next, uint64_t left)
{
	uint8_t *page = secret_bytes(t->mem) + DEPTH * FMT_BLOCK;

	while (left > 0) {
		size_t n = left < FMT_BODY - 4 ? (size_t)left : FMT_BODY - 4;

		if (!load(t, next, page))
			return false;
		if (!put(t, page + 4, n))
			return false;
		next = get32(page);
		left -= n;
	}
	return true;
}

/* How much of a payload of `n` bytes stands in the page itself. */
static int64_t local_size(int64_t n, bool table)
{
	int64_t most = table ? USABLE - 35 : (USABLE - 12) * 64 / 255 - 23;
	int64_t least = (USABLE - 12) * 32 / 255 - 23, k;

	if (n <= most)
		return n;
	k = least + (n - least) % (USABLE - 4);
	return k <= most ? k : least;
}

static void cell(struct tree *t, const uint8_t *page, const uint8_t *at, bool table)
{
	const uint8_t *end = page + FMT_BODY;
	uint64_t n, key = 0;
	int64_t here;

	at = varint(at, end, &n);
	if (at && table)
		at = varint(at, end, &key);
	if (!at || n > (uint64_t)RECORD_MAX) {
		t->cut++;
		return;
	}
	here = local_size((int64_t)n, table);
	if (here + ((int64_t)n > here ? 4 : 0) > end - at) {
		t->cut++;
		return;
	}
	if (t->payload)
		secret_set_len(t->payload, 0);
	if (!put(t, at, (size_t)here))
		return;
	if ((int64_t)n > here && !chain(t, get32(at + here), n - (uint64_t)here))
		t->cut++;
	else if (!t->row(t->arg, (int64_t)key, secret_view(t->payload), (size_t)n))
		t->stopped = true;
}

static void walk(struct tree *t, uint32_t no, int depth);

/* `type` and the cells behind it are at `head`. */
static void cells(struct tree *t, const uint8_t *page, const uint8_t *head, int depth)
{
	int type = head[0];
	bool inner = type == TABLE_INNER || type == INDEX_INNER;
	unsigned n = get16(head + 3);
	const uint8_t *list = head + (inner ? 12 : 8);

	if (list + 2 * (size_t)n > page + FMT_BODY) {
		t->holes++;
		return;
	}
	for (unsigned i = 0; i < n && !t->stopped; i++) {
		unsigned at = get16(list + 2 * i);

		if (at + 4 > FMT_BODY) {
			t->cut++;
			continue;
		}
		if (inner && !t->flat)
			walk(t, get32(page + at), depth + 1);
		if (type != TABLE_INNER && !t->stopped)
			cell(t, page, page + at + (inner ? 4 : 0), type == TABLE_LEAF);
	}
	if (inner && !t->flat && !t->stopped)
		walk(t, get32(head + 8), depth + 1);
}

static void walk(struct tree *t, uint32_t no, int depth)
{
	uint8_t *page, *head;

	if (depth >= DEPTH || no == 0 || no > t->p->npage || t->seen[no]) {
		t->holes++;
		return;
	}
	page = secret_bytes(t->mem) + (size_t)depth * FMT_BLOCK;
	head = page + (no == 1 ? 100 : 0);
	if (!load(t, no, page) || (head[0] != TABLE_LEAF && head[0] != TABLE_INNER &&
				      head[0] != INDEX_LEAF && head[0] != INDEX_INNER))
		t->holes++;
	else
		cells(t, page, head, depth);
}

void tree_walk(struct tree *t, uint32_t root)
{
	t->stopped = false;
	walk(t, root, 0);
}

enum tree_page tree_orphan(struct tree *t, uint32_t no)
{
	uint8_t *page = secret_bytes(t->mem);

	t->stopped = false;
	if (t->seen[no] || no == 1 || !pages_read(t->p, no, page, NULL) ||
	    (page[0] != TABLE_LEAF && page[0] != INDEX_LEAF && page[0] != INDEX_INNER))
		return TREE_NONE;
	t->flat = true;
	cells(t, page, page, 0);
	t->flat = false;
	return page[0] == TABLE_LEAF ? TREE_KEYED : TREE_OTHER;
}
