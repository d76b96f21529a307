/* The export for reading: journal and check-ins first, then page by page in the order they
 * were begun; each with its dates and with the question as it was read. */
#include "export.h"

#include <string.h>

static bool is_check_in(const struct entry *en)
{
	return en->page.n == 0 && en->kind == ENTRY_RATING;
}

/* Entries with the same heading: the journal, the check-ins, a page. */
static bool same_group(const struct entry *a, const struct entry *b)
{
	return str_eq(a->page, b->page) && is_check_in(a) == is_check_in(b);
}

static struct str heading(const struct export *x, const struct entry *en)
{
	const struct page *p = en->page.n > 0 ? content_page(x->content, en->page) : NULL;

	if (p != NULL)
		return card_text(p->head, FIELD_TITLE, x->lang);
	if (en->page.n > 0)
		return en->page;
	return str_from(is_check_in(en) ? _("Check-ins") : _("Journal"));
}

static void add_rule(struct buf *out, struct str title)
{
	int width = utf8_width(title);

	buf_add(out, title);
	buf_addc(out, '\n');
	for (int i = 0; i < width; i++)
		buf_addc(out, '-');
	buf_addc(out, '\n');
}

/* Text a little to the right, its empty lines left empty. */
static void add_words(struct buf *out, struct str text)
{
	struct str rest = text, line;

	while (str_line(&rest, &line)) {
		if (line.n > 0)
			buf_addf(out, "    %.*s", STR_ARG(line));
		buf_addc(out, '\n');
	}
}

static void add_question(struct buf *out, const struct entry *en)
{
	if (en->question.n > 0)
		buf_addf(out, "  %.*s\n", STR_ARG(en->question));
}

static void add_value(struct buf *out, const struct entry *en)
{
	switch (en->kind) {
	case ENTRY_TICK: buf_addf(out, "  x %.*s\n", STR_ARG(en->question)); break;
	case ENTRY_RATING:
		add_question(out, en);
		buf_addf(out, "    %d\n", en->number);
		break;
	case ENTRY_PRACTICE: buf_addf(out, "  %s\n", _("practiced")); break;
	case ENTRY_JOURNAL:
	case ENTRY_ANSWER:
	case ENTRY_CHOICE:
	case ENTRY_CELL:
	case ENTRY_NOTE:
	case ENTRY_KIND_COUNT:
	default:
		if (!str_eq(en->question, en->text))
			add_question(out, en);
		add_words(out, en->text);
		break;
	}
}

static bool same_day(int64_t a, int64_t b)
{
	struct day x = day_of(a), y = day_of(b);

	return x.year == y.year && x.month == y.month && x.mday == y.mday;
}

static void add_group(const struct export *x, size_t from, bool *done, struct buf *out)
{
	const struct entry *first = &x->entries[from];
	int64_t before = 0;

	add_rule(out, heading(x, first));
	for (size_t i = from; i < x->count; i++) {
		const struct entry *en = &x->entries[i];
		if (done[i] || !same_group(first, en))
			continue;
		done[i] = true;
		if (before == 0 || !same_day(before, en->created)) {
			struct day d = day_of(en->created);
			buf_addf(out, "\n%04d-%02d-%02d\n", d.year, d.month, d.mday);
		}
		before = en->created;
		add_value(out, en);
	}
	buf_add(out, STR("\n\n"));
}

void export_text(const struct export *x, struct buf *out)
{
	bool *done = arena_make(x->a, bool, x->count + 1);

	for (int pages = 0; pages < 2; pages++)
		for (size_t i = 0; i < x->count; i++)
			if (!done[i] && (x->entries[i].page.n > 0) == (pages == 1))
				add_group(x, i, done, out);
}
