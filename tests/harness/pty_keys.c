/* The bytes of keys, by the names that tmux gives them. */
#include "harness/pty_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct named_key {
	const char *name;
	VTermKey key;      /* asked of libvterm, which knows the mode the program set */
	const char *bytes; /* or these, always */
} named[] = {
	{ "Enter", 0, "\r" },
	{ "Escape", 0, "\033" },
	{ "Esc", 0, "\033" },
	{ "Tab", 0, "\t" },
	{ "BTab", 0, "\033[Z" },
	{ "Space", 0, " " },
	{ "BSpace", 0, "\177" },
	{ "Backspace", 0, "\177" },
	{ "Up", VTERM_KEY_UP, NULL },
	{ "Down", VTERM_KEY_DOWN, NULL },
	{ "Left", VTERM_KEY_LEFT, NULL },
	{ "Right", VTERM_KEY_RIGHT, NULL },
	{ "Home", VTERM_KEY_HOME, NULL },
	{ "End", VTERM_KEY_END, NULL },
	{ "IC", VTERM_KEY_INS, NULL },
	{ "DC", VTERM_KEY_DEL, NULL },
	{ "Delete", VTERM_KEY_DEL, NULL },
	{ "PPage", VTERM_KEY_PAGEUP, NULL },
	{ "PageUp", VTERM_KEY_PAGEUP, NULL },
	{ "PgUp", VTERM_KEY_PAGEUP, NULL },
	{ "NPage", VTERM_KEY_PAGEDOWN, NULL },
	{ "PageDown", VTERM_KEY_PAGEDOWN, NULL },
	{ "PgDn", VTERM_KEY_PAGEDOWN, NULL },
};

static const struct named_key *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (strcmp(named[i].name, name) == 0)
			return &named[i];
	return NULL;
}

/* What libvterm has to say goes to the program. */
static void send_output(struct pty *p)
{
	char bytes[64];
	size_t n;

	while ((n = vterm_output_read(p->vt, bytes, sizeof bytes)) > 0)
		pty_send(p, (struct str){ bytes, n });
}

static bool function_key(struct pty *p, int n)
{
	static const char *const linux_keys[] = { "\033[[A", "\033[[B", "\033[[C",
		"\033[[D", "\033[[E" };

	if (n < 1 || n > 12)
		return false;
	/* Of all terminals that are tried only the Linux console differs, up to F5. */
	if (p->console && n <= 5) {
		pty_send(p, str_from(linux_keys[n - 1]));
		return true;
	}
	vterm_keyboard_key(p->vt, VTERM_KEY_FUNCTION(n), VTERM_MOD_NONE);
	send_output(p);
	return true;
}

static bool one_key(struct pty *p, const char *name)
{
	VTermModifier mod = VTERM_MOD_NONE;
	const struct named_key *k;
	bool meta = false;
	char c;

	while (name[0] != '\0' && name[1] == '-' && name[2] != '\0') {
		if (name[0] == 'C')
			mod |= VTERM_MOD_CTRL;
		else if (name[0] == 'S')
			mod |= VTERM_MOD_SHIFT;
		else if (name[0] == 'M')
			meta = true;
		else
			return false;
		name += 2;
	}
	if (meta)
		pty_send(p, STR("\033"));
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9' && strlen(name) <= 3)
		return function_key(p, (int)strtol(name + 1, NULL, 10));
	k = find(name);
	if (k != NULL && k->bytes == NULL) {
		vterm_keyboard_key(p->vt, k->key, mod);
		send_output(p);
		return true;
	}
	if (k != NULL && mod != VTERM_MOD_CTRL) {
		pty_send(p, str_from(k->bytes));
		if (k->bytes[0] == '\033' && k->bytes[1] == '\0')
			pty_let_escape_pass(p);
		return true;
	}
	c = k != NULL ? k->bytes[0] : name[0];
	if (mod == VTERM_MOD_CTRL) { /* as a terminal does: the low five bits */
		c = (char)(c == '?' ? 0x7F : c & 0x1F);
		pty_send(p, (struct str){ &c, 1 });
		return true;
	}
	if (utf8_next(str_from(name), 0) != strlen(name))
		return false;
	pty_send(p, str_from(name));
	return true;
}

bool pty_keys(struct pty *p, const char *names)
{
	struct str rest = str_from(names), word;

	while (str_cut(&rest, ' ', &word)) {
		char name[32];

		if (word.n == 0)
			continue;
		if (word.n >= sizeof name)
			return false;
		(void)snprintf(name, sizeof name, "%.*s", STR_ARG(word));
		if (!one_key(p, name))
			return false;
	}
	return true;
}

void pty_type(struct pty *p, const char *text)
{
	pty_send(p, str_from(text));
}

void pty_paste(struct pty *p, struct str text)
{
	vterm_keyboard_start_paste(p->vt);
	send_output(p);
	pty_send(p, text);
	vterm_keyboard_end_paste(p->vt);
	send_output(p);
}

void pty_click(struct pty *p, int row, int col)
{
	vterm_mouse_move(p->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(p->vt, 1, false, VTERM_MOD_NONE);
	send_output(p);
}
