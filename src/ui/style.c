/* What a meaning looks like: the look book's table, a column for each theme and number of
 * colours.  The background is always the terminal's own. */
#include "remanso/term.h"

#include <stdlib.h>
#include <string.h>

enum column {
	DARK_256,
	LIGHT_256,
	DARK_8,
	LIGHT_8,
	MONO,
	HIGH_DARK,
	HIGH_LIGHT,
	HIGH_MONO, /* high contrast where the background or the shades are not known */
	COLUMNS
};

enum { B = 1, U = 2, R = 4 }; /* bold, underline, reverse */

/* The terminal's own colour is 0 here, so that empty places of the table mean it. */
struct look {
	uint8_t fg, how;
};

#define ALL(h) \
	{ \
		{ 0, h }, { 0, h }, { 0, h }, { 0, h }, { 0, h }, { 0, h }, { 0, h }, \
		{ \
			0, h \
		} \
	}

/* clang-format off */
static const struct look looks[STYLE_COUNT][COLUMNS] = {
	/*             dark 256    light 256  8 dark    8 light   mono      high dark   high light  high mono */
	[STYLE_BODY]   = ALL(0),
	[STYLE_TITLE]  = ALL(B),
	[STYLE_HEAD]   = ALL(B),
	[STYLE_HINT]   = { { 246, 0 }, { 241, 0 } },
	[STYLE_REST]   = { { 246, 0 }, { 241, 0 } },
	[STYLE_BAR]    = { { 242, 0 }, { 245, 0 } },
	[STYLE_LINE]   = { { 242, 0 }, { 245, 0 } },
	[STYLE_KEY]    = { { 0, 0 },   { 0, 0 },   { 0, B }, { 0, B },   { 0, B }, { 0, B },   { 0, B },  { 0, B } },
	[STYLE_FOCUS]  = { { 74, B },  { 24, B },  { 6, B }, { 4, B },   { 0, B }, { 0, R },   { 0, R },  { 0, R } },
	[STYLE_ACCENT] = { { 74, 0 },  { 24, 0 },  { 6, 0 }, { 4, 0 },   { 0, B }, { 117, B }, { 18, B }, { 0, B } },
	[STYLE_CARE]   = { { 180, 0 }, { 94, 0 },  { 3, B }, { 0, U },   { 0, 0 }, { 222, 0 }, { 58, 0 }, { 0, 0 } },
	[STYLE_CARE_HEAD] =
			 { { 180, B }, { 94, B },  { 3, B }, { 0, B },   { 0, B }, { 222, B }, { 58, B }, { 0, B } },
	[STYLE_ERROR]  = { { 180, B }, { 94, B },  { 3, B }, { 0, B },   { 0, B }, { 0, R },   { 0, R },  { 0, R } },
	[STYLE_MATCH]  = { { 0, U },   { 0, U },   { 0, U }, { 0, U },   { 0, U }, { 0, R },   { 0, R },  { 0, R } },
	[STYLE_FIRST]  = { { 74, B },  { 24, B },  { 6, B }, { 4, B },   { 0, B }, { 117, B }, { 18, B }, { 0, B } },
	[STYLE_SECOND] = { { 180, B }, { 94, B },  { 3, B }, { 0, U },   { 0, U }, { 222, B }, { 58, B }, { 0, U } },
};
/* clang-format on */

/* COLORFGBG is "15;0" or "15;default;0": the last number is the background. */
enum background background_told(void)
{
	struct str s = str_from(getenv("COLORFGBG")), head, last = { 0 };
	int n;

	while (str_cut(&s, ';', &head))
		last = head;
	if (!str_int(last, &n) || n < 0 || n > 15)
		return str_starts(str_from(getenv("TERM")), "linux") ? BACKGROUND_DARK
								     : BACKGROUND_UNKNOWN;
	return n < 7 || n == 8 ? BACKGROUND_DARK : BACKGROUND_LIGHT;
}

static enum column shades(enum background b, int colors)
{
	if (b == BACKGROUND_UNKNOWN || colors < 8)
		return MONO;
	if (colors < 256)
		return b == BACKGROUND_DARK ? DARK_8 : LIGHT_8;
	return b == BACKGROUND_DARK ? DARK_256 : LIGHT_256;
}

static enum column column_of(const char *theme, int colors, enum background b)
{
	const char *no_color = getenv("NO_COLOR");

	if (theme != NULL && strcmp(theme, "mono") == 0)
		return MONO;
	if (theme != NULL && strcmp(theme, "dark") == 0)
		return shades(BACKGROUND_DARK, colors);
	if (theme != NULL && strcmp(theme, "light") == 0)
		return shades(BACKGROUND_LIGHT, colors);
	if (theme != NULL && strcmp(theme, "high-contrast") == 0) {
		if (b == BACKGROUND_UNKNOWN || colors < 256)
			return HIGH_MONO;
		return b == BACKGROUND_DARK ? HIGH_DARK : HIGH_LIGHT;
	}
	if (no_color != NULL && no_color[0] != '\0')
		return MONO;
	return shades(b, colors);
}

struct paint style_paint(enum style s, const char *theme, int colors, enum background b)
{
	struct look l = looks[s][column_of(theme, colors, b)];

	return (struct paint){
		.fg = l.fg == 0 ? -1 : l.fg,
		.bold = (l.how & B) != 0,
		.underline = (l.how & U) != 0,
		.reverse = (l.how & R) != 0,
	};
}
