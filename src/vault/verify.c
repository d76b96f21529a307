/* Reading everything and saying what is whole, and what was not until it was opened.  Changes
 * nothing. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#include "io.h"
#include "salvage.h"
#include "sqlmem.h"

/* ---- naming what is damaged ---- */

/* One more name, as long as there is room; then three dots. */
static void add(char *list, size_t cap, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void add(char *list, size_t cap, const char *fmt, ...)
{
	char one[100];
	size_t used = strlen(list);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(one, sizeof one, fmt, ap);
	va_end(ap);
	if (used + strlen(one) + 8 < cap)
		snprintf(list + used, cap - used, "%s%s", used ? ", " : "", one);
	else if (used + 6 < cap && strcmp(list + used - 3, "...") != 0)
		snprintf(list + used, cap - used, ", ...");
}

#define ADD(r, ...) add((r)->where, sizeof(r)->where, __VA_ARGS__)
#define ADD_MENDED(r, ...) add((r)->mended, sizeof(r)->mended, __VA_ARGS__)

static void add_pages(struct vault_report *r, uint32_t from, uint32_t to)
{
	if (from == to)
		ADD(r, _("page %u"), from);
	else
		ADD(r, _("pages %u to %u"), from, to);
}

static bool page_reads(struct pages *p, uint32_t no)
{
	uint8_t *page = pages_scratch(p);

	return p->at[no].log ? pages_frame(p, p->at[no].log - 1, page, NULL)
			     : pages_main(p, no, page, NULL);
}

static void check_pages(struct pages *p, struct vault_report *r)
{
	uint32_t first = 0; /* of a run of bad ones */

	for (uint32_t no = 1; no <= p->npage; no++) {
		bool ok = page_reads(p, no);

		r->pages++;
		r->bad_pages += !ok;
		if (!ok && !first)
			first = no;
		if (ok && first)
			add_pages(r, first, no - 1);
		if (ok)
			first = 0;
	}
	if (first)
		add_pages(r, first, p->npage);
	secret_wipe(pages_scratch(p), FMT_BLOCK);
}

/* Pages of which a newer copy stands in the log.  Should the log be lost, these are what there
 * is. */
static void check_spares(struct pages *p, struct vault_report *r)
{
	for (uint32_t no = 1; no <= p->npage; no++) {
		if (!p->at[no].log || !p->at[no].whole ||
		    pages_main(p, no, pages_scratch(p), NULL))
			continue;
		r->bad_spares++;
		ADD(r, _("an older copy of page %u"), no);
	}
	secret_wipe(pages_scratch(p), FMT_BLOCK);
}

/* The log again from its beginning, as the next opening will read it. */
static bool check_log(struct pages *p, struct vault_report *r, struct err *e)
{
	uint8_t chain[FMT_HASH] = { 0 };
	struct log_group g;
	size_t got;

	r->log_ok = true;
	for (uint32_t at = 0; at < p->tail; at += 1 + g.n) {
		if (!io_read(p->sys, p->log, p->sealed, FMT_BLOCK, at * FMT_BLOCK, &got, e))
			return false;
		r->log_ok = got == FMT_BLOCK && log_head(p->sealed, p->k, at, &g);
		if (r->log_ok && !io_read(p->sys, p->log, p->sealed, g.n * FMT_BLOCK,
				     ((uint64_t)at + 1) * FMT_BLOCK, &got, e))
			return false;
		r->log_ok = r->log_ok && got == g.n * FMT_BLOCK &&
			    log_check(&g, p->k, at, p->sealed, chain);
		if (!r->log_ok) {
			ADD(r, _("the log from block %u on"), at);
			r->bad_pages++;
			break;
		}
		memcpy(chain, g.chain, FMT_HASH);
		r->log_blocks += 1 + g.n;
		r->batches += g.last;
	}
	return true;
}

static void name_copies(
    struct vault_report *r, const bool header_ok[static 2], const bool root_ok[static 2])
{
	for (unsigned copy = 0; copy < 2; copy++) {
		if (!header_ok[copy])
			ADD(r, _("header copy %u"), copy + 1);
		if (!root_ok[copy])
			ADD(r, _("root copy %u"), copy + 1);
	}
	r->headers_ok = header_ok[0] && header_ok[1];
	r->roots_ok = root_ok[0] && root_ok[1];
}

/* A copy that the disk does not give back is one that is damaged. */
static void check_front(struct vault *v, struct vault_report *r)
{
	struct pages *p = v->pages;
	bool header_ok[2], root_ok[2];
	struct root root;
	size_t got;

	for (int copy = 0; copy < 2; copy++) {
		header_ok[copy] = io_read(p->sys, p->main, p->sealed, FMT_BLOCK,
				      FMT_HEADER_AT(copy), &got, NULL) &&
				  got == FMT_BLOCK &&
				  memcmp(p->sealed, v->header, FMT_BLOCK) == 0;
		root_ok[copy] = io_read(p->sys, p->main, p->sealed, FMT_BLOCK,
				    FMT_ROOT_AT(copy), &got, NULL) &&
				got == FMT_BLOCK &&
				root_open(p->sealed, p->k, copy, &root) &&
				root.gen == p->root.gen;
	}
	name_copies(r, header_ok, root_ok);
	for (unsigned copy = 0; copy < 2; copy++) {
		if (v->met.header[copy] && header_ok[copy])
			ADD_MENDED(r, _("header copy %u"), copy + 1);
		if (p->met.root[copy] && root_ok[copy])
			ADD_MENDED(r, _("root copy %u"), copy + 1);
	}
	if (v->met.log)
		ADD_MENDED(r, "%s", _("the log, which was gone and held nothing"));
	r->unclosed = p->met.unclosed;
	r->unfinished = v->met.behind || p->met.behind || p->met.unfinished;
}

static unsigned count_slots(const struct vault *v)
{
	enum slot_kind kind[VAULT_SLOTS];

	return vault_slots(v, kind);
}

/* SQLite's own opinion of what the pages say together; false when it has no memory to form
 * one. */
static bool check_database(struct sqlite3 *db, bool *whole, struct err *e)
{
	sqlite3_stmt *s = NULL;
	const char *word = NULL;
	int rc;

	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &s, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		word = (const char *)sqlite3_column_text(s, 0);
	*whole = word && strcmp(word, "ok") == 0;
	rc = sqlite3_errcode(db) & 0xff;
	sqlite3_finalize(s);
	if (*whole || rc != SQLITE_NOMEM)
		return true;
	return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
}

/* `opens`: there are a header and a root for the next opening to go by. */
static void judge(struct vault_report *r, bool opens)
{
	const char *words;

	r->state = VAULT_MENDED;
	if (r->bad_pages > 0 || r->older || r->lost > 0 || !r->log_ok) {
		r->state = VAULT_DAMAGED;
		words = _(
		    "Parts of this room are damaged. Keep both of its files; bring back a "
		    "backup beside them, or save what can be read with 'remanso rescue "
		    "DIR'.");
	} else if (!opens) {
		r->state = VAULT_DAMAGED;
		words = _(
		    "All pages can be read, but both copies of the beginning are damaged, and "
		    "the room does not open. 'remanso rescue DIR' saves everything into a new "
		    "one.");
	} else if (!r->headers_ok || !r->roots_ok) {
		words = _("Everything can be read. One of two copies of the beginning is "
			  "damaged; it is mended at the next opening.");
	} else if (r->bad_spares > 0) {
		words =
		    _("Everything can be read. What is damaged are older copies of pages, "
		      "which will be written over.");
	} else if (r->mended[0] != '\0') {
		words = _(
		    "Everything can be read. What was damaged had a second copy, and has been "
		    "mended.");
	} else {
		r->state = VAULT_SOUND;
		words = _("Everything in this room is whole.");
	}
	snprintf(r->note, sizeof r->note, "%s", words);
}

bool vault_verify(struct vault *v, struct vault_report *out, struct err *e)
{
	struct vault_report r = { .memory_locked = secret_locked() && sqlmem_locked() };
	bool whole;

	if (v->dead)
		return err_set(e, ERR_INTERNAL, "%s", _("This room is closed."));
	r.saves = v->pages->seq;
	r.preset = vault_preset(v);
	r.slots = count_slots(v);
	check_pages(v->pages, &r);
	check_spares(v->pages, &r);
	check_front(v, &r);
	if (!check_log(v->pages, &r, e) || !check_database(v->db, &whole, e))
		return false;
	if (!whole && r.bad_pages == 0) {
		ADD(&r, "%s", _("what the pages say together"));
		r.bad_pages = 1;
	}
	judge(&r, true);
	*out = r;
	return true;
}

bool vault_inspect(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct vault_report *out, struct err *e)
{
	struct vault_report r = { .memory_locked = secret_locked() && sqlmem_locked() };
	struct salvage s;

	if (!salvage_open(&s, sys ? sys : &vault_sys_real, home, key, e))
		return false;
	r.saves = s.v->pages->seq;
	r.preset = vault_preset(s.v);
	r.slots = count_slots(s.v);
	r.log_ok = s.d.log_ok;
	r.lost = s.d.lost;
	r.older = s.d.older;
	check_pages(s.v->pages, &r);
	r.bad_pages += s.d.all - s.v->pages->npage;
	r.bad_spares = s.d.spares;
	r.pages = s.d.all;
	name_copies(&r, s.header_ok, s.d.root_ok);
	if (!r.log_ok)
		ADD(&r, _("the log from block %u on"), s.v->pages->tail);
	if (r.older)
		ADD(&r, "%s", _("a page that was put back from an older copy"));
	r.unclosed = s.v->pages->met.unclosed;
	r.unfinished = s.v->pages->met.unfinished;
	judge(&r, (s.header_ok[0] || s.header_ok[1]) && (s.d.root_ok[0] || s.d.root_ok[1]));
	salvage_close(&s);
	*out = r;
	return true;
}
