/* The question for the background colour, and its answers. */
#include "term_background.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LAST_WAIT_MS 100 /* the screen is blank already; nobody should notice */
#define HOPE_MS 3000     /* older questions will not be answered any more */

bool background_may_ask(void)
{
	/* not screen: it may pass the question on, or show it; not the consoles */
	static const char *const kinds[] = { "xterm", "tmux", "rxvt", "alacritty", "foot",
		"kitty", "vte", "gnome", "konsole", "st-", "wezterm" };
	struct str kind = str_from(getenv("TERM"));
	const char *no_color = getenv("NO_COLOR");

	if (no_color != NULL && no_color[0] != '\0')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_starts(kind, kinds[i]))
			return true;
	return str_is(kind, "st");
}

/* One to four digits, as a share of the most they can say, in thousandths; -1: neither. */
static int share(struct str digits)
{
	int value = 0, most = 0;

	if (digits.n < 1 || digits.n > 4)
		return -1;
	for (size_t i = 0; i < digits.n; i++) {
		static const char hex[] = "0123456789abcdef";
		char c = digits.s[i];
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		const char *at = c == '\0' ? NULL : strchr(hex, c);
		if (at == NULL)
			return -1;
		value = value * 16 + (int)(at - hex);
		most = most * 16 + 15;
	}
	return value * 1000 / most;
}

enum background background_answer(struct str s)
{
	struct str name, part;
	int parts[3];

	if (!str_cut(&s, ':', &name) || (!str_is(name, "rgb") && !str_is(name, "rgba")))
		return BACKGROUND_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!str_cut(&s, '/', &part))
			return BACKGROUND_UNKNOWN;
		parts[i] = share(part);
		if (parts[i] < 0)
			return BACKGROUND_UNKNOWN;
	}
	/* how bright red, green and blue look beside each other */
	int bright = (parts[0] * 299 + parts[1] * 587 + parts[2] * 114) / 1000;
	return bright < 500 ? BACKGROUND_DARK : BACKGROUND_LIGHT;
}

void background_await(struct input *in)
{
	struct event ev;

	if (!in->keys.asked)
		return;
	int64_t until = input_now_ms();
	if (until - in->asked_ms < HOPE_MS)
		until += LAST_WAIT_MS;
	while (in->keys.asked) {
		struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
		int64_t left = until - input_now_ms();
		if (left <= 0 || poll(&fd, 1, (int)left) <= 0 || !input_fill(in))
			break;
		while (keys_next(&in->keys, &ev, false) == KEYS_EVENT)
			; /* keys pressed after leaving are for nobody */
	}
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	in->keys.asked = false;
}
