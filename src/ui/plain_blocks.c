/* Every kind of block as words: what the eye takes from a place or a sign is said. */
#include "plain_in.h"

/* ---- sentences ---- */

static bool ends_sentence(struct str s)
{
	static const char *const ends[] = { ".", "?", "!", ":", "…", "\"", "”", "»" };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct str e = str_from(ends[i]);

		if (s.n >= e.n && str_eq(str_slice(s, s.n - e.n, s.n), e))
			return true;
	}
	return s.n == 0;
}

void plain_sentence(struct buf *out, struct str s)
{
	s = str_trim(s);
	if (s.n == 0)
		return;
	if (out->n > 0)
		buf_addc(out, ' ');
	buf_add(out, s);
	if (!ends_sentence(s))
		buf_addc(out, '.');
}

/* " · " is a sign for the eye. */
struct str plain_spoken(struct arena *a, struct str s)
{
	struct buf b = { 0 };
	struct str dot = STR(" · "), stone = STR("● "), out;

	for (size_t i = 0; i < s.n;) {
		struct str rest = str_slice(s, i, s.n);

		if (str_starts(rest, " · ")) {
			buf_add(&b, STR(", "));
			i += dot.n;
		} else if (str_starts(rest, "● ")) {
			i += stone.n;
		} else {
			buf_addc(&b, s.s[i++]);
		}
	}
	out = arena_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* Prose without the stars that make it bold on a screen. */
static void add_prose(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool star = s.s[i] == '*' && ((i + 1 < s.n && s.s[i + 1] != ' ') ||
						 (i > 0 && s.s[i - 1] != ' '));

		if (!star)
			buf_addc(out, s.s[i]);
	}
}

/* ---- one block ---- */

static void add_number(const struct sheet *s, const struct block *b, struct buf *out)
{
	int n = plain_number(s, b);

	if (n > 0)
		buf_addf(out, "%d. ", n);
}

static void say_offer(struct arena *a, const struct block *b, struct buf *out)
{
	struct str parts[2] = { plain_spoken(a, b->text), plain_spoken(a, b->hint) };

	buf_add(out, b->label);
	for (int i = 0; i < 2; i++) {
		if (parts[i].n > 0)
			buf_addf(out, "%s%.*s", i > 0 && parts[0].n > 0 ? ", " : " — ",
			    STR_ARG(parts[i]));
	}
}

static void say_check(const struct block *b, struct buf *out)
{
	buf_add(out, b->label);
	if (b->label.n > 0 && b->text.n > 0)
		buf_add(out, STR(": "));
	buf_add(out, b->text);
	if (b->marked)
		buf_addf(out, " (%s)", _("marked"));
}

static void say_words(struct buf *out, struct str words)
{
	struct str line;
	bool first = true;

	while (str_line(&words, &line)) {
		buf_addf(out, "%s| %.*s", first && out->n == 0 ? "" : "\n", STR_ARG(line));
		first = false;
	}
}

static void say_field(const struct block *b, struct buf *out)
{
	struct str words = b->editor != NULL ? editor_text(b->editor) : b->text;

	buf_add(out, b->label);
	if (b->hint.n > 0)
		buf_addf(out, " (%.*s)", STR_ARG(b->hint));
	if (!ends_sentence(b->label))
		buf_addc(out, '.');
	if (!b->password && words.n > 0)
		say_words(out, words);
}

static void say_mine(struct arena *a, const struct block *b, struct buf *out)
{
	struct str hint = plain_spoken(a, b->hint);

	buf_add(out, b->label);
	say_words(out, b->text);
	if (hint.n > 0)
		buf_addf(out, "\n%.*s", STR_ARG(hint));
}

static void say_row(const struct sheet *s, const struct block *b, struct buf *out)
{
	const struct block *heads = NULL;

	for (const struct block *c = s->blocks; c < b; c++) {
		if (c->kind == BLOCK_COLUMNS)
			heads = c;
	}
	buf_add(out, b->cells[0]);
	if (!ends_sentence(b->cells[0]))
		buf_addc(out, '.');
	for (int i = 1; i < b->cell_count; i++) {
		if (b->cells[i].n == 0)
			continue;
		buf_addc(out, i == 1 ? '\n' : ' ');
		if (heads != NULL && i < heads->cell_count)
			buf_addf(out, "%.*s: ", STR_ARG(heads->cells[i]));
		buf_add(out, b->cells[i]);
		if (!ends_sentence(b->cells[i]))
			buf_addc(out, '.');
	}
}

static void say_columns(const struct sheet *s, const struct block *b, struct buf *out)
{
	unsigned long rows = 0;

	for (const struct block *r = b + 1; r < s->blocks + s->count; r++)
		rows += r->kind == BLOCK_ROW;
	buf_addf(
	    out, i18n_n("A table with %lu row.", "A table with %lu rows.", rows), rows);
	for (int i = 1; i < b->cell_count; i++)
		buf_addf(
		    out, "%s%.*s", i == 1 ? _(" Each row: ") : ", ", STR_ARG(b->cells[i]));
	buf_addc(out, '.');
}

static void say_map(const struct block *b, struct buf *out)
{
	for (int i = 0; i < b->cell_count; i++) {
		buf_addf(out, "%s", i > 0 ? "\n" : "");
		buf_addf(out, _("Step %d: "), i + 1);
		buf_add(out, b->cells[i]);
		if (b->marks != NULL && b->marks[i] == 'x')
			buf_addf(out, ", %s", _("something of yours is here"));
		if (i + 1 == b->number)
			buf_addf(out, ", %s", _("you are here"));
	}
}

static void say_gauge(const struct block *b, struct buf *out)
{
	for (int i = 0; i < b->cell_count; i++) {
		buf_addf(out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(b->cells[i]));
		if (i + 1 == b->number)
			buf_addf(out, " (%s)", _("here"));
	}
	buf_add(out, b->text);
}

static void say_breath(const struct block *b, struct buf *out)
{
	struct buf in = { 0 };

	plain_sentence(&in, b->label.n > 0 ? b->label : str_from(_("Breathe in")));
	plain_sentence(&in, b->text.n > 0 ? b->text : str_from(_("Breathe out")));
	buf_add(out, buf_str(&in));
	buf_free(&in);
}

static void say_scale(const struct block *b, struct buf *out)
{
	if (b->number < 0)
		buf_addf(out, "%s: %.*s", _("skip"), STR_ARG(b->text));
	else if (b->text.n > 0 || b->marked)
		buf_addf(out, "%2d %.*s%s%s", b->number, STR_ARG(b->text),
		    b->marked && b->text.n > 0 ? ", " : "", b->marked ? _("chosen") : "");
}

static void say_side(const struct block *b, struct buf *out)
{
	buf_add(out, b->label);
	if (b->label.n > 0 && (b->text.n > 0 || !ends_sentence(b->label)))
		buf_add(out, b->text.n > 0 ? STR(": ") : STR(":"));
	add_prose(out, b->text);
}

void plain_block(
    struct plain *p, const struct sheet *s, const struct block *b, struct buf *out)
{
	struct arena *a = p->said.memory;

	add_number(s, b, out);
	switch (b->kind) {
	case BLOCK_GAP: break;
	case BLOCK_PROSE:
	case BLOCK_LOUD:
	case BLOCK_ACCENT: add_prose(out, b->text); break;
	case BLOCK_HEAD:
	case BLOCK_RULE:
		buf_add(out, b->text.n > 0 ? b->text : b->label);
		if (!ends_sentence(buf_str(out)))
			buf_addc(out, ':');
		break;
	case BLOCK_SIDE:
	case BLOCK_CARE: say_side(b, out); break;
	case BLOCK_OFFER: say_offer(a, b, out); break;
	case BLOCK_CHECK: say_check(b, out); break;
	case BLOCK_FIELD: say_field(b, out); break;
	case BLOCK_MINE: say_mine(a, b, out); break;
	case BLOCK_ROW: say_row(s, b, out); break;
	case BLOCK_COLUMNS: say_columns(s, b, out); break;
	case BLOCK_SCALE: say_scale(b, out); break;
	case BLOCK_MAP: say_map(b, out); break;
	case BLOCK_GAUGE: say_gauge(b, out); break;
	case BLOCK_BREATH: say_breath(b, out); break;
	case BLOCK_MONTH: add_prose(out, b->text); break;
	}
}
