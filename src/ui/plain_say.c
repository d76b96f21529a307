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
	if (out.n > 0 && !p->cleared)
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

/* ---- the page ---- */

static struct str head_of(struct plain *p, const struct sheet *s)
{
	struct buf b = { 0 };
	struct str out;

	plain_sentence(&b, plain_spoken(p->said.memory, s->place));
	plain_sentence(&b, s->title);
	plain_sentence(&b, s->aside);
	plain_sentence(&b, plain_spoken(p->said.memory, s->fact));
	out = arena_dup(p->said.memory, buf_str(&b));
	buf_free(&b);
	return out;
}

void plain_place(struct plain *p, const struct sheet *s)
{
	struct buf b = { 0 };

	plain_sentence(&b, plain_spoken(p->said.memory, s->place));
	plain_sentence(&b, plain_spoken(p->said.memory, s->fact));
	plain_print(p, 0, 0, buf_str(&b));
	buf_free(&b);
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

	plain_sentence(&b, plain_spoken(p->said.memory, s->note));
	if (p->app->stack->save_failed)
		plain_sentence(&b, s->kept);
	if (b.n > 0) {
		(void)fputc('\n', p->out);
		plain_print(p, 0, 0, buf_str(&b));
	}
	buf_free(&b);
}

/* A box that was marked a moment ago: silence would not say that it is no longer. */
static bool unmarked(
    const struct plain *p, const struct said *old, const struct block *b, struct str piece)
{
	return b->kind == BLOCK_CHECK && !b->marked && old->memory != NULL &&
	       old->view == p->said.view && !said_before(old, piece) &&
	       said_before(old,
		   arena_fmt(p->said.memory, "%.*s (%s)", STR_ARG(piece), _("marked")));
}

/* `whole`: also what was said before. */
static void say_pieces(
    struct plain *p, const struct sheet *s, const struct said *old, bool whole)
{
	bool gap = false, any = false;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *b = &s->blocks[i];
		bool numbered = plain_number(s, b) > 0;
		struct str piece = p->said.piece[i];

		gap = gap || b->kind == BLOCK_GAP;
		if (piece.n == 0 || (!whole && said_before(old, piece)))
			continue;
		if (unmarked(p, old, b, piece))
			piece = arena_fmt(
			    p->said.memory, "%.*s (%s)", STR_ARG(piece), _("not marked"));
		if (gap && any)
			(void)fputc('\n', p->out);
		plain_print(p, first_indent(b),
		    numbered || b->kind == BLOCK_MAP ? INDENT : 0, piece);
		gap = false;
		any = true;
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

		plain_block(p, s, &s->blocks[i], &b);
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
		say_pieces(p, s, &old, true);
	} else {
		say_pieces(p, s, &old, false);
	}
	if (whole || p->app->stack->note.n > 0)
		say_note(p, s);
	buf_clear(&p->app->stack->note);
	arena_free(old.memory);
}
