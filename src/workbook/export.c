/* What leaves the room: gathering it, without what is private, and writing the file. */
#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_private(const struct card *c)
{
	return card_is(c, FIELD_PRIVATE, "yes");
}

static bool page_leaves(const struct content *c, struct str name)
{
	const struct page *p = content_page(c, name);

	return p == NULL ||
	       (!is_private(p->head) && !card_is(p->head, FIELD_KIND, "measure"));
}

static bool entry_leaves(const struct content *c, const struct entry *en)
{
	if (en->page.n == 0)
		return en->kind != ENTRY_RATING ||
		       !is_private(content_card(c, CARD_RATING, en->card));
	const struct page *p = content_page(c, en->page);
	return page_leaves(c, en->page) &&
	       (p == NULL || !is_private(page_part(p, en->card)));
}

struct gather {
	struct export x;
	bool all;
};

static void *more(void *list, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return list;
	*cap = *cap == 0 ? 64 : *cap * 2;
	list = realloc(list, *cap * size);
	if (list == NULL)
		die("out of memory");
	return list;
}

static bool add_entry(void *arg, const struct entry *en)
{
	struct gather *g = arg;
	struct export *x = &g->x;

	if (!g->all && !entry_leaves(x->content, en))
		return true;
	x->entries = more(x->entries, x->count, &x->cap, sizeof(*x->entries));
	x->entries[x->count++] = entry_copy(x->a, en);
	return true;
}

static bool add_run(void *arg, const struct run_row *run)
{
	struct gather *g = arg;
	struct export *x = &g->x;

	if (!g->all && !page_leaves(x->content, run->page))
		return true;
	x->runs = more(x->runs, x->run_count, &x->run_cap, sizeof(*x->runs));
	struct run_row *to = &x->runs[x->run_count++];
	*to = *run;
	to->page = arena_dup(x->a, run->page);
	to->at = arena_dup(x->a, run->at);
	return true;
}

static void turn_round(struct run_row *runs, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct run_row held = runs[i];
		runs[i] = runs[n - 1 - i];
		runs[n - 1 - i] = held;
	}
}

bool room_export(struct room *r, const struct content *c, int lang, enum export_form form,
    bool all, struct buf *out, struct err *e)
{
	struct gather g = { .x = { .content = c, .lang = lang }, .all = all };
	struct query q = { .oldest_first = true };

	g.x.a = arena_new();
	bool ok = store_each(r->store, &q, add_entry, &g, e) &&
		  store_runs(r->store, STR(""), add_run, &g, e);
	if (ok) {
		turn_round(g.x.runs, g.x.run_count);
		if (form == EXPORT_JSON)
			export_json(&g.x, out);
		else
			export_text(&g.x, out);
	}
	free(g.x.entries); /* names and times; the words lie in the arena */
	free(g.x.runs);
	arena_free(g.x.a);
	return ok;
}

/* ---- the file ---- */

static bool write_all(int fd, struct str data)
{
	while (data.n > 0) {
		ssize_t n = write(fd, data.s, data.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data = str_slice(data, (size_t)n, data.n);
	}
	return fsync(fd) == 0 || errno == EINVAL;
}

struct export_end export_put(const char *path, struct str data)
{
	struct export_end end = { EXPORT_DONE, 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return (struct export_end){ EXPORT_MAKE, errno };
	if (!write_all(fd, data))
		end = (struct export_end){ EXPORT_FILL, errno };
	if (close(fd) != 0 && end.step == EXPORT_DONE)
		end = (struct export_end){ EXPORT_FILL, errno };
	if (end.step != EXPORT_DONE)
		(void)unlink(path); /* half of it helps nobody */
	return end;
}

bool export_said(struct export_end end, struct err *e)
{
	if (end.step == EXPORT_MAKE && end.sys == EEXIST)
		return err_set(e, ERR_CREATE,
		    _("A file of this name is there already. Nothing was written; choose "
		      "another name."));
	if (end.step == EXPORT_MAKE)
		return err_sys(e, ERR_CREATE, end.sys, _("The file could not be made."));
	return end.step == EXPORT_DONE ||
	       err_sys(e, ERR_IO, end.sys, _("The file could not be written."));
}

bool export_write(const char *path, struct str data, struct err *e)
{
	return export_said(export_put(path, data), e);
}
