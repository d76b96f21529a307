/* journal add, list, search: for scripts, and for a quick note.  Words come in on standard
 * input only; they go out on standard output, which is what was asked for. */
#include "cli.h"
#include "json.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define ENTRY_MOST ((size_t)1024 * 1024) /* as in the editor */
#define FIRST_WORDS 60                   /* columns */

/* All of standard input, up to one byte more than is allowed. */
static bool read_bytes(struct buf *b, size_t most, struct err *e)
{
	char piece[4096];
	ssize_t n = 1;

	while (b->n <= most && n != 0) {
		n = read(STDIN_FILENO, piece, sizeof(piece));
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			buf_add(b, (struct str){ piece, (size_t)n });
	}
	int why = errno;
	secret_wipe(piece, sizeof(piece));
	return n >= 0 ||
	       err_sys(e, ERR_IO, why, "%s", _("Standard input could not be read."));
}

static bool read_all(struct buf *b, size_t most, struct err *e)
{
	if (!read_bytes(b, most, e))
		return false;
	if (b->n > most)
		return err_set(e, ERR_USAGE, "%s",
		    _("That is more than one entry holds (one megabyte). Nothing was kept."));
	if (!utf8_valid(buf_str(b)))
		return err_set(e, ERR_CONTENT, "%s",
		    _("That text is not UTF-8, so letters would be lost. Nothing was kept."));
	return true;
}

static bool add(const struct cli *c, struct str text, struct err *e)
{
	struct room *room = NULL;
	struct id id = { 0 };

	if (!cli_room(c, &room, e))
		return false;
	bool ok = journal_put(room, &id, text, str_from(c->lang), STR(""), false, e);
	room_close(room);
	if (ok)
		cli_say(c, "%s", _("Kept."));
	return ok;
}

bool cli_journal_add(const struct cli *c, struct err *e)
{
	struct buf raw = { 0 }, text = { 0 };
	bool ok = false;

	if (isatty(STDIN_FILENO))
		cli_say(c, "%s", _("Write, and end with Ctrl-D on a line of its own."));
	if (options_has(c->o, OPT_FD) && c->o->number[OPT_FD] == STDIN_FILENO) {
		err_set(e, ERR_USAGE, "%s",
		    _("Standard input holds the text. Give the passphrase on another "
		      "descriptor, such as --passphrase-fd 3."));
		goto done;
	}
	/* The text before the passphrase: a mistake in it should not cost an unlocking. */
	if (!read_all(&raw, ENTRY_MOST, e))
		goto done;
	utf8_clean(&text, str_trim(buf_str(&raw)), true);
	if (str_trim(buf_str(&text)).n == 0)
		err_set(e, ERR_USAGE, "%s", _("There were no words, so nothing was kept."));
	else
		ok = add(c, str_trim(buf_str(&text)), e);
done:
	buf_free(&text);
	buf_free(&raw);
	return ok;
}

/* ---- reading ---- */
struct listing {
	const struct cli *cli;
	struct buf out; /* given to stdout piece by piece, and wiped */
	struct arena *scratch;
	int left; /* entries that may still come; -1: any number */
	bool json, first;
};

static void flush(struct listing *l)
{
	if (l->json)
		cli_data(buf_str(&l->out));
	else
		cli_print(l->cli, buf_str(&l->out));
	buf_clear(&l->out);
	arena_reset(l->scratch);
}

static void add_json(struct listing *l, const struct entry *en)
{
	buf_add(&l->out, l->first ? STR("\n{") : STR(",\n{"));
	json_member(&l->out, "id", id_text(l->scratch, en->id));
	json_member(&l->out, "kind", str_from(entry_kind_word(en->kind)));
	json_member(&l->out, "created", json_time(l->scratch, en->created));
	json_member(&l->out, "changed", json_time(l->scratch, en->changed));
	json_member(&l->out, "lang", en->lang);
	if (en->page.n > 0)
		json_member(&l->out, "page", en->page);
	if (en->question.n > 0)
		json_member(&l->out, "question", en->question);
	json_member(&l->out, "text", en->text);
	buf_addc(&l->out, '}');
}

/* The beginning of a text on one line, cut at a blank where there is one. */
static void add_first_words(struct buf *out, struct str text)
{
	int width = 0;
	size_t at = 0, blank = 0;

	text = str_trim(text);
	while (at < text.n && width < FIRST_WORDS) {
		size_t end = utf8_next(text, at);
		if (text.s[at] == ' ' || text.s[at] == '\n')
			blank = at;
		width += utf8_width(str_slice(text, at, end));
		at = end;
	}
	bool cut = at < text.n;
	if (cut && blank > 0)
		at = str_trim(str_slice(text, 0, blank)).n;
	for (size_t i = 0; i < at; i++) {
		bool gap = text.s[i] == ' ' || text.s[i] == '\n' || text.s[i] == '\t';
		if (!gap)
			buf_addc(out, text.s[i]);
		else if (out->s[out->n - 1] != ' ')
			buf_addc(out, ' ');
	}
	if (cut)
		buf_add(out, STR("…"));
}

static void add_line(struct listing *l, const struct entry *en)
{
	struct day d = day_of(en->created);
	struct str id = id_text(l->scratch, en->id);

	buf_addf(&l->out, "%.*s\t%04d-%02d-%02d %02d:%02d\t", STR_ARG(id), d.year, d.month,
	    d.mday, d.hour, d.minute);
	add_first_words(&l->out, en->text);
	buf_addc(&l->out, '\n');
}

static bool show_entry(void *arg, const struct entry *en)
{
	struct listing *l = arg;

	if (l->left == 0)
		return false;
	if (l->left > 0)
		l->left--;
	if (l->json)
		add_json(l, en);
	else
		add_line(l, en);
	l->first = false;
	flush(l);
	return true;
}

/* `words` empty: the journal; else what the search finds. */
static bool list(const struct cli *c, struct str words, struct err *e)
{
	struct room *room = NULL;
	struct listing l = { .cli = c,
		.json = options_has(c->o, OPT_JSON),
		.left = options_has(c->o, OPT_LIMIT) ? c->o->number[OPT_LIMIT] : -1,
		.first = true };
	struct query q = { 0 };
	bool ok;

	if (!cli_room(c, &room, e))
		return false;
	l.scratch = arena_new();
	if (l.json)
		buf_add(&l.out, STR("{\"schema\":1,\"entries\":["));
	if (words.n > 0) {
		ok = store_search(room_store(room), words, &q, show_entry, &l, e);
	} else {
		q.kinds = 1u << ENTRY_JOURNAL;
		ok = store_each(room_store(room), &q, show_entry, &l, e);
	}
	if (l.json)
		buf_add(&l.out, l.first ? STR("]}\n") : STR("\n]}\n"));
	flush(&l);
	arena_free(l.scratch);
	buf_free(&l.out);
	room_close(room);
	return ok;
}

bool cli_journal_list(const struct cli *c, struct err *e)
{
	return list(c, STR(""), e);
}

bool cli_journal_search(const struct cli *c, struct err *e)
{
	struct buf words = { 0 };
	bool ok = true;

	if (c->o->arg_count == 1 && str_is(str_from(c->o->args[0]), "-"))
		ok = read_all(&words, 4096, e);
	else
		for (int i = 0; i < c->o->arg_count; i++)
			buf_addf(&words, "%s%s", i > 0 ? " " : "", c->o->args[i]);
	struct str asked = str_trim(buf_str(&words));
	if (ok && asked.n == 0)
		ok = err_set(e, ERR_USAGE, "%s", _("There is nothing to search for."));
	ok = ok && list(c, asked, e);
	buf_free(&words);
	return ok;
}
