/* One pass over the lines of a file.  What a line is depends only on how it begins and on
 * whether the keys of its card are over:
 *
 *   @kind name      a card begins            //  a note to translators, skipped
 *   key: words      until an empty line      -   or | : an item
 *   two blanks      goes on with the key or item above
 *   anything else   prose, after the keys
 *
 * A key, item or paragraph is gathered over its lines and put on its card when the next
 * thing begins. */
#include "record.h"

#include "chars.h"

#include <string.h>

enum open { OPEN_NOTHING, OPEN_KEY, OPEN_ITEM, OPEN_ROW, OPEN_PARA };

struct reader {
	struct raw_file *file;
	struct arena *words, *tables;
	struct raw_card *card;
	bool in_keys, told_text_first;
	int line;
	/* What is being gathered. */
	enum open open;
	int open_line;
	struct str key;
	struct str first; /* while it has one line */
	struct buf more;  /* from the second line on */
};

void *record_grow(struct arena *a, void *list, size_t size, size_t count, size_t *room)
{
	void *bigger;

	if (count < *room)
		return list;
	*room = *room ? 2 * *room : 4;
	bigger = arena_alloc(a, size, *room);
	if (count)
		memcpy(bigger, list, count * size);
	return bigger;
}

bool record_name_ok(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.s[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return name.n > 0;
}

/* ---- what was gathered goes on the card ---- */

static void check_name(struct reader *r, struct str name, int line)
{
	if (name.n && !record_name_ok(name))
		report_error(r->file->all, r->file->label, line,
		    _("the name '%.*s' holds more than a-z, 0-9 and '-'"), STR_ARG(name));
}

static void add_key(struct reader *r, struct str value)
{
	struct raw_card *c = r->card;

	for (size_t i = 0; i < c->key_count; i++) {
		if (!str_eq(c->keys[i].word, r->key))
			continue;
		report_error(r->file->all, r->file->label, r->open_line,
		    _("'%.*s:' stands twice on this card, first on line %d; delete one"),
		    STR_ARG(r->key), c->keys[i].line);
		return;
	}
	if (value.n == 0) {
		report_error(r->file->all, r->file->label, r->open_line,
		    _("'%.*s:' has no words after it; write them or delete the line"),
		    STR_ARG(r->key));
		return;
	}
	c->keys =
	    record_grow(r->tables, c->keys, sizeof *c->keys, c->key_count, &c->key_room);
	c->keys[c->key_count++] = (struct raw_key){
		.word = r->key, .value = value, .id = FIELD_COUNT, .line = r->open_line
	};
}

static size_t count_cells(struct str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.s[i] == '|';
	return n;
}

/* "[name] cell | cell", with or without the name. */
static void add_item(struct reader *r, struct str text)
{
	struct raw_card *c = r->card;
	struct raw_item item = { .line = r->open_line };
	struct str *cell, head;

	text = str_trim(text);
	if (str_starts(text, "[")) {
		struct str rest = str_slice(text, 1, text.n);

		if (rest.n == 0 || !memchr(rest.s, ']', rest.n)) {
			report_error(r->file->all, r->file->label, item.line,
			    _("the '[' of this item has no ']'"));
			return;
		}
		str_cut(&rest, ']', &head);
		item.name = str_trim(head);
		if (item.name.n == 0)
			report_error(r->file->all, r->file->label, item.line,
			    _("there is no name between '[' and ']'"));
		check_name(r, item.name, item.line);
		text = str_trim(rest);
	}
	cell = arena_make(r->tables, struct str, count_cells(text));
	while (str_cut(&text, '|', &head))
		cell[item.cells++] = str_trim(head);
	item.cell = cell;
	c->items = record_grow(
	    r->tables, c->items, sizeof *c->items, c->item_count, &c->item_room);
	c->items[c->item_count++] = item;
}

static void add_row(struct reader *r, struct str text)
{
	text = str_trim(text);
	if (text.n && text.s[text.n - 1] == '|')
		text.n--;
	else
		report_error(r->file->all, r->file->label, r->open_line,
		    _("this row does not end with '|'"));
	add_item(r, text);
}

static void add_para(struct reader *r, struct str text)
{
	struct raw_card *c = r->card;

	c->paras = record_grow(
	    r->tables, c->paras, sizeof *c->paras, c->para_count, &c->para_room);
	c->paras[c->para_count++] = (struct raw_para){ .text = text, .line = r->open_line };
}

static void finish(struct reader *r)
{
	struct str text;

	if (!r->card || r->open == OPEN_NOTHING)
		return;
	text = r->more.n ? arena_dup(r->words, buf_str(&r->more)) : r->first;
	switch (r->open) {
	case OPEN_NOTHING: break;
	case OPEN_KEY: add_key(r, text); break;
	case OPEN_ITEM: add_item(r, text); break;
	case OPEN_ROW: add_row(r, text); break;
	case OPEN_PARA: add_para(r, text); break;
	}
	r->open = OPEN_NOTHING;
	buf_clear(&r->more);
}

static void begin(struct reader *r, enum open what, struct str text)
{
	finish(r);
	r->open = what;
	r->open_line = r->line;
	r->first = text;
}

static void go_on(struct reader *r, struct str text)
{
	if (r->more.n == 0)
		buf_add(&r->more, r->first);
	if (r->more.n)
		buf_addc(&r->more, ' ');
	buf_add(&r->more, text);
}

/* ---- the lines ---- */

static void card_line(struct reader *r, struct str line)
{
	struct raw_file *f = r->file;
	struct str rest = str_slice(line, 1, line.n), word;

	finish(r);
	if (f->count == FILE_CARDS_MAX) {
		report_error(f->all, f->label, r->line,
		    _("more than %d cards in one file; move some to another file"),
		    FILE_CARDS_MAX);
		r->card = NULL;
		r->told_text_first = true;
		f->count++; /* said once; the count is put right at the end */
		return;
	}
	if (f->count > FILE_CARDS_MAX)
		return;
	f->cards = record_grow(r->tables, f->cards, sizeof *f->cards, f->count, &f->room);
	r->card = &f->cards[f->count++];
	*r->card = (struct raw_card){ .line = r->line, .file = f, .kind = CARD_KIND_COUNT };
	str_cut(&rest, ' ', &word);
	r->card->word = str_trim(word);
	rest = str_trim(rest);
	if (str_cut(&rest, ' ', &word))
		r->card->name = word;
	check_name(r, r->card->name, r->line);
	if (rest.n)
		report_error(f->all, f->label, r->line,
		    _("only one name can stand after '@%.*s'; join its words by '-'"),
		    STR_ARG(r->card->word));
	r->in_keys = true;
}

static bool key_line(struct str line, struct str *key, struct str *value)
{
	size_t n = 0;

	while (n < line.n && record_name_ok(str_slice(line, n, n + 1)))
		n++;
	if (n == 0 || n == line.n || line.s[n] != ':' || line.s[0] == '-')
		return false;
	if (n + 1 < line.n && line.s[n + 1] != ' ')
		return false;
	*key = str_slice(line, 0, n);
	*value = str_trim(str_slice(line, n + 1, line.n));
	return true;
}

static bool item_line(struct reader *r, struct str line)
{
	if (str_starts(line, "- "))
		begin(r, OPEN_ITEM, str_slice(line, 2, line.n));
	else if (str_starts(line, "|"))
		begin(r, OPEN_ROW, str_slice(line, 1, line.n));
	else
		return false;
	r->in_keys = false;
	return true;
}

static void keys_line(struct reader *r, struct str line)
{
	struct str key, value;

	if (key_line(line, &key, &value)) {
		begin(r, OPEN_KEY, value);
		r->key = key;
	} else if (r->open == OPEN_NOTHING && r->card->key_count == 0 &&
		   !memchr(line.s, ':', line.n < 20 ? line.n : 20)) {
		/* "@text" and at once its prose. */
		begin(r, OPEN_PARA, line);
		r->in_keys = false;
	} else {
		report_error(r->file->all, r->file->label, r->line,
		    _("this line is no 'key: words' (keys are small letters).  Begin it with two "
		      "blanks if it goes on with the line above; leave an empty line before the "
		      "text"));
	}
}

static void body_line(struct reader *r, struct str line)
{
	if (r->open == OPEN_ITEM || r->open == OPEN_ROW) {
		report_error(r->file->all, r->file->label, r->line,
		    _("this line stands right under an item.  Begin it with two blanks if it goes "
		      "on with the item; leave an empty line before the text"));
		go_on(r, str_trim(line));
	} else if (r->open == OPEN_PARA) {
		go_on(r, str_trim(line));
	} else {
		if (str_starts(str_trim(line), "- "))
			report_error(r->file->all, r->file->label, r->line,
			    _("blanks before '-'; an item begins at the very start of its line"));
		begin(r, OPEN_PARA, str_trim(line));
	}
}

static void any_line(struct reader *r, struct str line)
{
	struct str words = str_trim(line);

	if (words.n == 0) {
		finish(r);
		r->in_keys = false;
	} else if (str_starts(line, "//")) {
		return;
	} else if (line.s[0] == '@') {
		card_line(r, line);
	} else if (!r->card) {
		if (!r->told_text_first)
			report_error(r->file->all, r->file->label, r->line,
			    _("this text stands before the first card; begin with a line such as "
			      "'@page my-page'"));
		r->told_text_first = true;
	} else if (str_starts(line, "  ") && r->open != OPEN_NOTHING &&
		   r->open != OPEN_PARA) {
		go_on(r, words);
	} else if (item_line(r, line)) {
		return;
	} else if (r->in_keys) {
		keys_line(r, line);
	} else {
		body_line(r, line);
	}
}

void record_read(
    struct raw_file *file, struct str bytes, struct arena *words, struct arena *tables)
{
	struct reader r = { .file = file, .words = words, .tables = tables };
	struct buf clean = { 0 };
	struct str line;

	if (bytes.n > FILE_BYTES_MAX) {
		report_error(file->all, file->label, 0,
		    _("larger than %d KiB; part it into several files"),
		    FILE_BYTES_MAX / 1024);
		return;
	}
	if (str_starts(bytes, "\xef\xbb\xbf"))
		bytes = str_slice(bytes, 3, bytes.n); /* Windows editors put it there */
	while (str_line(&bytes, &line)) {
		r.line++;
		if (line.n > LINE_BYTES_MAX)
			report_error(file->all, file->label, r.line,
			    _("longer than %d bytes; break the line, and begin what follows with "
			      "two blanks"),
			    LINE_BYTES_MAX);
		if (!chars_check(line, file->label, r.line, file->all)) {
			buf_clear(&clean);
			utf8_clean(&clean, line, false);
			line = arena_dup(words, buf_str(&clean));
		}
		any_line(&r, line);
	}
	finish(&r);
	if (file->count > FILE_CARDS_MAX)
		file->count = FILE_CARDS_MAX;
	buf_free(&r.more);
	buf_free(&clean);
}
