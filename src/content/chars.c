/* One pass over a line, with short ways for what nearly every line is: ASCII, or letters
 * that cannot be in any but composed form. */
#include "chars.h"

#include <string.h>

enum flaw { FLAW_NONE, FLAW_CONTROL, FLAW_TAB, FLAW_BYTES, FLAW_HIDDEN, FLAW_EMOJI };

static const struct {
	int32_t from, to;
	enum flaw flaw;
} bad[] = {
	{ 0x00, 0x08, FLAW_CONTROL },
	{ 0x09, 0x09, FLAW_TAB },
	{ 0x0a, 0x1f, FLAW_CONTROL },
	{ 0x7f, 0x9f, FLAW_CONTROL },
	{ 0xad, 0xad, FLAW_HIDDEN },
	{ 0x34f, 0x34f, FLAW_HIDDEN },
	{ 0x61c, 0x61c, FLAW_HIDDEN },
	{ 0x115f, 0x1160, FLAW_HIDDEN },
	{ 0x180b, 0x180f, FLAW_HIDDEN },
	{ 0x200b, 0x200f, FLAW_HIDDEN },
	{ 0x2028, 0x202e, FLAW_HIDDEN },
	{ 0x2060, 0x206f, FLAW_HIDDEN },
	{ 0x20d0, 0x20f0, FLAW_EMOJI },
	{ 0x231a, 0x231b, FLAW_EMOJI },
	{ 0x23e9, 0x23fa, FLAW_EMOJI },
	{ 0x25fd, 0x25fe, FLAW_EMOJI },
	{ 0x2600, 0x27bf, FLAW_EMOJI },
	{ 0x2b1b, 0x2b1c, FLAW_EMOJI },
	{ 0x2b50, 0x2b55, FLAW_EMOJI },
	{ 0x3164, 0x3164, FLAW_HIDDEN },
	{ 0xd800, 0xdfff, FLAW_BYTES },
	{ 0xe000, 0xf8ff, FLAW_HIDDEN },
	{ 0xfe00, 0xfe0f, FLAW_HIDDEN },
	{ 0xfeff, 0xfeff, FLAW_HIDDEN },
	{ 0xffa0, 0xffa0, FLAW_HIDDEN },
	{ 0xfff0, 0xfffb, FLAW_HIDDEN },
	{ 0xfffd, 0xffff, FLAW_BYTES },
	{ 0x1f000, 0x1faff, FLAW_EMOJI },
	{ 0xe0000, 0x10ffff, FLAW_HIDDEN },
};

static enum flaw flaw_of(int32_t point)
{
	if (point >= 0x20 && point < 0x7f)
		return FLAW_NONE;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (point >= bad[i].from && point <= bad[i].to)
			return bad[i].flaw;
	return FLAW_NONE;
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f;
}

static bool plain_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain(s.s[i]))
			return false;
	return true;
}

static bool composed(struct str s)
{
	struct arena *a = arena_new();
	bool same = str_eq(utf8_nfc(a, s), s);

	arena_free(a);
	return same;
}

static void say(enum flaw flaw, int column, int32_t point, struct str file, int number,
    struct problems *all)
{
	switch (flaw) {
	case FLAW_NONE: break;
	case FLAW_TAB:
		report_error(
		    all, file, number, _("column %d: a tab; use blanks instead"), column);
		break;
	case FLAW_CONTROL:
		report_error(all, file, number,
		    _("column %d: a control character (U+%04X); delete it"), column,
		    (unsigned)point);
		break;
	case FLAW_BYTES:
		report_error(all, file, number,
		    _("column %d: this is not UTF-8; save the file as UTF-8 and write the "
		      "character again"),
		    column);
		break;
	case FLAW_HIDDEN:
		report_error(all, file, number,
		    _("column %d: a mark that cannot be seen (U+%04X); delete it"), column,
		    (unsigned)point);
		break;
	case FLAW_EMOJI:
		report_error(all, file, number,
		    _("column %d: this emoji or symbol (U+%04X) has no safe width in a "
		      "terminal; use a word"),
		    column, (unsigned)point);
		break;
	}
}

bool chars_check(struct str line, struct str file, int number, struct problems *all)
{
	bool may_decompose = false;
	int column = 1;
	size_t len;

	if (plain_ascii(line))
		return true;
	for (size_t at = 0; at < line.n; at += len, column++) {
		enum flaw flaw;
		int32_t point;

		len = 1;
		if (is_plain(line.s[at]))
			continue;
		point = utf8_point(line, at, &len);
		if (point >= 0xc0 && point < 0x300)
			continue; /* a letter that is composed as it stands */
		flaw = flaw_of(point);
		may_decompose =
		    may_decompose || (point >= 0x300 && (point < 0x2010 || point > 0x2027));
		if (flaw == FLAW_NONE)
			continue;
		say(flaw, column, point, file, number, all);
		return flaw == FLAW_EMOJI;
	}
	if (may_decompose && !composed(line)) {
		report_error(all, file, number,
		    _("an accent stands apart from its letter (not NFC); type the letter with "
		      "its accent as one character"));
		return false;
	}
	return true;
}
