/* Keys, their names, and what they do: everything here comes from actions.def. */
#include "remanso/sheet.h"

#include "app_in.h"

#include <string.h>

struct binding {
	int key, typing;
	const char *word, *help;
};

static const struct binding bindings[ACT_COUNT] = {
#define ACTION(id, key, typing, word, help) [ACT_##id] = { (key), (typing), word, help },
#include "remanso/actions.def"
#undef ACTION
};

struct key_word {
	int key;
	const char *name;
};

static const struct key_word names[] = {
	{ K_CHAR(' '), N_("Space") },
	{ K_ENTER, N_("Enter") },
	{ K_ESC, N_("Esc") },
	{ K_TAB, N_("Tab") },
	{ K_BACKTAB, N_("Shift-Tab") },
	{ K_BACKSPACE, N_("Backspace") },
	{ K_DELETE, N_("Delete") },
	{ K_UP, N_("Up") },
	{ K_DOWN, N_("Down") },
	{ K_LEFT, N_("Left") },
	{ K_RIGHT, N_("Right") },
	{ K_HOME, N_("Home") },
	{ K_END, N_("End") },
	{ K_PAGE_UP, N_("PgUp") },
	{ K_PAGE_DOWN, N_("PgDn") },
	{ K_F1, "F1" },
	{ K_F2, "F2" },
};

/* "Ctrl-A" to "Ctrl-Z", and every printable character: literals, because names are borrowed. */
static const char ctrl_names[26][8] = { "Ctrl-A", "Ctrl-B", "Ctrl-C", "Ctrl-D", "Ctrl-E",
	"Ctrl-F", "Ctrl-G", "Ctrl-H", "Ctrl-I", "Ctrl-J", "Ctrl-K", "Ctrl-L", "Ctrl-M",
	"Ctrl-N", "Ctrl-O", "Ctrl-P", "Ctrl-Q", "Ctrl-R", "Ctrl-S", "Ctrl-T", "Ctrl-U",
	"Ctrl-V", "Ctrl-W", "Ctrl-X", "Ctrl-Y", "Ctrl-Z" };
static const char printable[] =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

struct str key_name(int key)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (names[i].key == key)
			return str_from(_(names[i].name));
	}
	if (key >= K_CTRL('a') && key <= K_CTRL('z'))
		return str_from(ctrl_names[key - K_CTRL('a')]);
	if (key > ' ' && key <= '~')
		return (struct str){ printable + (key - ' '), 1 };
	return (struct str){ 0 };
}

struct str action_key(enum action act, bool typing)
{
	return key_name(typing ? bindings[act].typing : bindings[act].key);
}

struct str action_word(enum action act)
{
	return str_from(_(bindings[act].word));
}

struct str action_help(enum action act)
{
	return str_from(_(bindings[act].help));
}

int action_of_key(int key, bool typing)
{
	if (key == K_NONE)
		return -1;
	/* The list of actions answers to every name that other programs give it. */
	if (key == K_F1 || key == K_CTRL('p'))
		return ACT_HELP;
	for (int i = 0; i < ACT_COUNT; i++) {
		if ((typing ? bindings[i].typing : bindings[i].key) == key)
			return i;
	}
	return -1;
}

void keymap_language(const struct app *app, struct sheet *s)
{
	const struct content *c = app->content;
	int at = sheet_action(s, ACT_LANG);

	if (c == NULL || c->lang_count < 3 || at < 0 || s->actions[at].word.n > 0)
		return;
	s->actions[at].word = c->langs[(size_t)(app->lang + 1) % c->lang_count].name;
}
