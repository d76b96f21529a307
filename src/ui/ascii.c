/* The signs of the interface and the letters of Spanish in plain ASCII, for terminals that
 * show nothing else.  An own table: iconv's depends on the locale and loses the Spanish
 * question mark. */
#include "remanso/canvas.h"

#include <string.h>

static const struct sign {
	int32_t point;
	char cell;        /* in a cell, where there is room for one */
	const char *line; /* in a line of text, when it is longer */
} signs[] = {
	{ 0x00A0, ' ', NULL },
	{ 0x00A1, '!', NULL },
	{ 0x00A9, 'c', "(c)" },
	{ 0x00AA, 'a', NULL },
	{ 0x00AB, '"', NULL },
	{ 0x00B0, 'o', NULL },
	{ 0x00B4, '\'', NULL },
	{ 0x00B7, '-', NULL },
	{ 0x00BA, 'o', NULL },
	{ 0x00BB, '"', NULL },
	{ 0x00BF, '?', NULL },
	{ 0x00C0, 'A', NULL },
	{ 0x00C1, 'A', NULL },
	{ 0x00C7, 'C', NULL },
	{ 0x00C8, 'E', NULL },
	{ 0x00C9, 'E', NULL },
	{ 0x00CD, 'I', NULL },
	{ 0x00D1, 'N', NULL },
	{ 0x00D3, 'O', NULL },
	{ 0x00D7, 'x', NULL },
	{ 0x00DA, 'U', NULL },
	{ 0x00DC, 'U', NULL },
	{ 0x00E0, 'a', NULL },
	{ 0x00E1, 'a', NULL },
	{ 0x00E2, 'a', NULL },
	{ 0x00E3, 'a', NULL },
	{ 0x00E4, 'a', NULL },
	{ 0x00E7, 'c', NULL },
	{ 0x00E8, 'e', NULL },
	{ 0x00E9, 'e', NULL },
	{ 0x00EA, 'e', NULL },
	{ 0x00EB, 'e', NULL },
	{ 0x00ED, 'i', NULL },
	{ 0x00EF, 'i', NULL },
	{ 0x00F1, 'n', NULL },
	{ 0x00F2, 'o', NULL },
	{ 0x00F3, 'o', NULL },
	{ 0x00F4, 'o', NULL },
	{ 0x00F5, 'o', NULL },
	{ 0x00F6, 'o', NULL },
	{ 0x00F9, 'u', NULL },
	{ 0x00FA, 'u', NULL },
	{ 0x00FC, 'u', NULL },
	{ 0x2010, '-', NULL },
	{ 0x2011, '-', NULL },
	{ 0x2012, '-', NULL },
	{ 0x2013, '-', NULL },
	{ 0x2014, '-', NULL },
	{ 0x2018, '\'', NULL },
	{ 0x2019, '\'', NULL },
	{ 0x201C, '"', NULL },
	{ 0x201D, '"', NULL },
	{ 0x2022, '*', NULL },
	{ 0x2026, '.', "..." },
	{ 0x2190, '<', "<-" },
	{ 0x2191, '^', NULL },
	{ 0x2192, '>', "->" },
	{ 0x2193, 'v', NULL },
	{ 0x2212, '-', NULL },
	{ 0x2248, '~', NULL },
	{ 0x2264, '<', "<=" },
	{ 0x2265, '>', ">=" },
	{ 0x2500, '-', NULL },
	{ 0x2502, '|', NULL },
	{ 0x250C, '+', NULL },
	{ 0x2510, '+', NULL },
	{ 0x2514, '+', NULL },
	{ 0x2518, '+', NULL },
	{ 0x251C, '+', NULL },
	{ 0x2524, '+', NULL },
	{ 0x253C, '+', NULL },
	{ 0x2588, '#', NULL },
	{ 0x2591, '.', NULL },
	{ 0x2592, '%', NULL },
	{ 0x25B6, '>', NULL },
	{ 0x25CB, 'o', NULL },
	{ 0x25CF, '*', NULL },
};

static const struct sign *sign_of(int32_t point)
{
	size_t low = 0, high = ARRAY_LEN(signs);

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (signs[mid].point == point)
			return &signs[mid];
		if (signs[mid].point < point)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

void canvas_to_ascii(struct canvas *c)
{
	size_t n = (size_t)c->rows * (size_t)c->cols;

	for (size_t i = 0; i < n; i++) {
		struct cell *cell = &c->cells[i];
		char plain = ' '; /* the right half of a wide letter */
		if (cell->ch[0] != '\0') {
			int32_t point = utf8_point(str_from(cell->ch), 0, NULL);
			const struct sign *sign = sign_of(point);
			plain = point < 0x80   ? (char)point
				: sign != NULL ? sign->cell
					       : '?';
		}
		memset(cell->ch, 0, sizeof(cell->ch));
		cell->ch[0] = plain;
	}
}

void ascii_add(struct buf *out, struct str s)
{
	for (size_t at = 0, end; at < s.n; at = end) {
		end = utf8_next(s, at);
		int32_t point = utf8_point(s, at, NULL);
		const struct sign *sign = sign_of(point);
		if (point < 0x80)
			buf_addc(out, (char)point);
		else if (sign == NULL)
			buf_addc(out, '?');
		else if (sign->line != NULL)
			buf_add(out, str_from(sign->line));
		else
			buf_addc(out, sign->cell);
	}
}
