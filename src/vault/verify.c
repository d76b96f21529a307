/* Reading everything and saying what is whole.  Changes nothing. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#include "io.h"
#include "sqlmem.h"

static void check_pages(struct pages *p, struct vault_report *r)
{
	uint8_t *page = pages_scratch(p);

	for (uint32_t no = 1; no <= p->npage; no++) {
		bool ok = p->at[no].log ? pages_frame(p, p->at[no].log - 1, page, NULL)
					: pages_main(p, no, page, NULL);

		r->pages++;
		r->bad_pages += !ok;
	}
	secret_wipe(page, FMT_BLOCK);
}

/* The log again from its beginning, as the next opening will read it. */
static bool check_log(struct pages *p, struct vault_report *r, struct err *e)
{
	uint8_t chain[FMT_HASH] = { 0 };
	struct log_group g;
	size_t got;

	for (uint32_t at = 0; at < p->tail; at += 1 + g.n) {
		if (!io_read(p->sys, p->log, p->sealed, FMT_BLOCK, at * FMT_BLOCK, &got, e))
			return false;
		if (got != FMT_BLOCK || !log_head(p->sealed, p->k, at, &g)) {
			r->bad_pages++;
			return true;
		}
		if (!io_read(p->sys, p->log, p->sealed, g.n * FMT_BLOCK,
			((uint64_t)at + 1) * FMT_BLOCK, &got, e))
			return false;
		if (got != g.n * FMT_BLOCK ||
		    !log_check(&g, p->k, at, p->sealed, chain, pages_scratch(p))) {
			r->bad_pages++;
			return true;
		}
		memcpy(chain, g.chain, FMT_HASH);
		r->log_blocks += 1 + g.n;
		r->batches += g.last;
	}
	secret_wipe(pages_scratch(p), FMT_BLOCK);
	return true;
}

static bool check_front(struct vault *v, struct vault_report *r, struct err *e)
{
	struct pages *p = v->pages;
	struct root root;
	size_t got;

	r->headers_ok = r->roots_ok = true;
	for (int copy = 0; copy < 2; copy++) {
		if (!io_read(p->sys, p->main, p->sealed, FMT_BLOCK, FMT_HEADER_AT(copy),
			&got, e))
			return false;
		if (got != FMT_BLOCK || memcmp(p->sealed, v->header, FMT_BLOCK) != 0)
			r->headers_ok = false;
		if (!io_read(
			p->sys, p->main, p->sealed, FMT_BLOCK, FMT_ROOT_AT(copy), &got, e))
			return false;
		if (got != FMT_BLOCK || !root_open(p->sealed, p->k, copy, &root) ||
		    root.gen != p->root.gen)
			r->roots_ok = false;
	}
	for (int i = 0; i < FMT_SLOTS; i++)
		r->slots += v->info.kind[i] != SLOT_FREE;
	return true;
}

/* SQLite's own opinion of what the pages say together. */
static bool check_database(struct sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	bool ok = false;

	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &s, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		ok = strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
	sqlite3_finalize(s);
	return ok;
}

bool vault_verify(struct vault *v, struct vault_report *out, struct err *e)
{
	struct vault_report r = { .memory_locked = secret_locked() && sqlmem_locked() };
	bool whole;

	if (v->dead)
		return err_set(e, ERR_INTERNAL, "%s", _("This room is closed."));
	check_pages(v->pages, &r);
	if (!check_log(v->pages, &r, e) || !check_front(v, &r, e))
		return false;
	whole = check_database(v->db);
	if (r.bad_pages > 0 || !whole)
		snprintf(r.note, sizeof r.note, "%s",
		    _("Parts of this room are damaged. Keep both of its files, and bring back a "
		      "backup beside them."));
	else if (!r.headers_ok || !r.roots_ok)
		snprintf(r.note, sizeof r.note, "%s",
		    _("Everything can be read. One of two copies of the beginning is damaged; it "
		      "is mended at the next opening."));
	else
		snprintf(
		    r.note, sizeof r.note, "%s", _("Everything in this room is whole."));
	if (!whole && r.bad_pages == 0)
		r.bad_pages = 1;
	*out = r;
	return true;
}
