/* A page in the order in which it is read aloud: where one is, the words, what can be chosen
 * with its number.  Tables are said row by row with the names of their columns. */
#include "plain_in.h"

#define INDENT 3

/* ---- plain lines ---- */

void plain_print(struct plain *p, int first, int rest, struct str text)
{
	struct buf out = { 0 };
	struct str line;
	int indent = first, width = p->width;

	while (wrap_next(&text, width - rest, &line)) {
		for (int i = 0; i < indent && line.n > 0; i++)
			buf_addc(&out, ' ');
		if (p->ascii)
			ascii_add(&out, line);
		else
			buf_add(&out, line);
		buf_addc(&out, '\n');
		indent = rest;
	}
	(void)fwrite(out.s, 1, out.n, p->out);
	buf_free(&out);
}

void plain_line(struct plain *p, const char *text)
{
	plain_print(p, 0, 0, str_from(text));
}

/* ---- numbers ---- */

bool plain_has_scale(const struct sheet *s, int *low, int *high)
{
	bool any = false;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];

		if (b->kind != BLOCK_SCALE || b->number < 0)
			continue;
		*low = !any || b->number < *low ? b->number : *low;
		*high = !any || b->number > *high ? b->number : *high;
		any = true;
	}
	return any;
}

int plain_number(const struct sheet *s, const struct block *b)
{
	int low = 0, high = 0, n = plain_has_scale(s, &low, &high) ? high : 0;

	if (b->id == 0 || b->kind == BLOCK_SCALE)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		if (s->blocks[i].id == 0 || s->blocks[i].kind == BLOCK_SCALE)
			continue;
		n++;
		if (&s->blocks[i] == b)
			return n;
	}
	return 0;
}

int plain_last(const struct sheet *s)
{
	for (size_t i = s->count; i > 0; i--) {
		int n = plain_number(s, &s->blocks[i - 1]);

		if (n > 0)
			return n;
	}
	return 0;
}

const struct block *plain_chosen(const struct sheet *s, int number)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];

		if (b->kind == BLOCK_SCALE && b->id != 0 && b->number == number)
			return b;
		if (plain_number(s, b) == number && number > 0)
			return b;
	}
	return NULL;
}

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

static void add_sentence(struct buf *out, struct str s)
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
static struct str spoken(struct arena *a, struct str s)
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
	struct str parts[2] = { spoken(a, b->text), spoken(a, b->hint) };

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
	struct str hint = spoken(a, b->hint);

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
	buf_addf(out, i18n_n("A table with %lu row.", "A table with %lu rows.", rows), rows);
	for (int i = 1; i < b->cell_count; i++)
		buf_addf(out, "%s%.*s", i == 1 ? _(" Each row: ") : ", ",
		    STR_ARG(b->cells[i]));
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

	add_sentence(&in, b->label.n > 0 ? b->label : str_from(_("Breathe in")));
	add_sentence(&in, b->text.n > 0 ? b->text : str_from(_("Breathe out")));
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
	if (b->label.n > 0 && b->text.n > 0)
		buf_add(out, STR(": "));
	add_prose(out, b->text);
}

static void say_block(struct plain *p, const struct sheet *s, const struct block *b,
    struct buf *out)
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

/* ---- the page ---- */

static struct str head_of(struct plain *p, const struct sheet *s)
{
	struct buf b = { 0 };
	struct str out;

	add_sentence(&b, spoken(p->said.memory, s->place));
	add_sentence(&b, s->title);
	add_sentence(&b, s->aside);
	add_sentence(&b, spoken(p->said.memory, s->fact));
	out = arena_dup(p->said.memory, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool said_before(const struct said *old, struct str piece)
{
	for (size_t i = 0; i < old->count; i++) {
		if (str_eq(old->piece[i], piece))
			return true;
	}
	return false;
}

static int first_indent(const struct block *b)
{
	return b->kind == BLOCK_MAP || b->kind == BLOCK_SCALE ? INDENT : 0;
}

static void say_note(struct plain *p, const struct sheet *s)
{
	struct buf b = { 0 };

	add_sentence(&b, spoken(p->said.memory, s->note));
	if (p->app->stack->save_failed)
		add_sentence(&b, s->kept);
	if (b.n > 0) {
		(void)fputc('\n', p->out);
		plain_print(p, 0, 0, buf_str(&b));
	}
	buf_free(&b);
}

static void say_pieces(struct plain *p, const struct sheet *s, const struct said *old)
{
	bool gap = true;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];
		bool numbered = plain_number(s, b) > 0;

		if (b->kind == BLOCK_GAP || p->said.piece[i].n == 0) {
			if (!gap && b->kind == BLOCK_GAP) {
				(void)fputc('\n', p->out);
				gap = true;
			}
			continue;
		}
		if (old != NULL && said_before(old, p->said.piece[i]))
			continue;
		plain_print(p, first_indent(b), numbered || b->kind == BLOCK_MAP ? INDENT : 0,
		    p->said.piece[i]);
		gap = false;
	}
}

static size_t changed(const struct said *now, const struct said *old)
{
	size_t n = 0;

	for (size_t i = 0; i < now->count; i++)
		n += now->piece[i].n > 0 && !said_before(old, now->piece[i]);
	return n;
}

void plain_page(struct plain *p, const struct sheet *s)
{
	struct said old = p->said;
	bool whole;

	p->said = (struct said){ .memory = arena_new(), .view = app_top(p->app) };
	p->said.head = head_of(p, s);
	p->said.piece = arena_make(p->said.memory, struct str, s->count + 1);
	p->said.count = s->count;
	for (size_t i = 0; i < s->count; i++) {
		struct buf b = { 0 };

		say_block(p, s, &s->blocks[i], &b);
		p->said.piece[i] = arena_dup(p->said.memory, buf_str(&b));
		buf_free(&b);
	}
	whole = old.memory == NULL || old.view != p->said.view ||
		!str_eq(old.head, p->said.head) || changed(&p->said, &old) * 2 > s->count;
	if (whole) {
		(void)fputc('\n', p->out);
		plain_print(p, 0, 0, p->said.head);
		if (p->said.head.n > 0)
			(void)fputc('\n', p->out);
		say_pieces(p, s, NULL);
	} else {
		say_pieces(p, s, &old);
	}
	if (whole || p->app->stack->note.n > 0)
		say_note(p, s);
	buf_clear(&p->app->stack->note);
	arena_free(old.memory);
}
