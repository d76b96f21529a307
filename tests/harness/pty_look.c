/* What a person would see: cells, rows of text, the cursor, the screens left behind. */
#include "harness/pty_in.h"

#include <ctype.h>
#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

static void add_point(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xC0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xE0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_addc(out, (char)(0x80 | (c & 0x3F)));
	} else {
		buf_addc(out, (char)(0xF0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3F)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3F)));
		buf_addc(out, (char)(0x80 | (c & 0x3F)));
	}
}

void pty_add_cell(struct buf *out, const VTermScreenCell *cell)
{
	if (cell->chars[0] == (uint32_t)-1)
		return;
	if (cell->chars[0] == 0) {
		buf_addc(out, ' ');
		return;
	}
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		add_point(out, cell->chars[i]);
}

static VTermScreenCell cell_at(const struct pty *p, int row, int col)
{
	VTermScreenCell cell = { 0 };

	(void)vterm_screen_get_cell(p->screen, (VTermPos){ row, col }, &cell);
	return cell;
}

static int colour(const struct pty *p, VTermColor c, bool fg, uint32_t *rgb)
{
	int index = VTERM_COLOR_IS_INDEXED(&c) ? c.indexed.idx : 256;

	*rgb = 0;
	if (fg ? VTERM_COLOR_IS_DEFAULT_FG(&c) : VTERM_COLOR_IS_DEFAULT_BG(&c))
		return -1;
	vterm_screen_convert_color_to_rgb(p->screen, &c);
	*rgb = (uint32_t)c.rgb.red << 16 | (uint32_t)c.rgb.green << 8 | c.rgb.blue;
	return index;
}

struct pty_cell pty_cell(const struct pty *p, int row, int col)
{
	VTermScreenCell cell = cell_at(p, row, col);
	struct pty_cell out = { .bold = cell.attrs.bold,
		.underline = cell.attrs.underline != 0,
		.reverse = cell.attrs.reverse,
		.italic = cell.attrs.italic,
		.blink = cell.attrs.blink };
	struct buf b = { 0 };

	out.fg = colour(p, cell.fg, true, &out.fg_rgb);
	out.bg = colour(p, cell.bg, false, &out.bg_rgb);
	pty_add_cell(&b, &cell);
	(void)snprintf(out.ch, sizeof out.ch, "%.*s", STR_ARG(buf_str(&b)));
	buf_free(&b);
	return out;
}

const char *pty_text(struct pty *p)
{
	buf_clear(&p->text);
	for (int row = 0; row < p->rows; row++) {
		size_t from = p->text.n;

		for (int col = 0; col < p->cols; col++) {
			VTermScreenCell cell = cell_at(p, row, col);

			pty_add_cell(&p->text, &cell);
		}
		while (p->text.n > from && p->text.s[p->text.n - 1] == ' ')
			p->text.n--;
		buf_addc(&p->text, '\n');
	}
	buf_addc(&p->text, '\0');
	p->text.n--;
	return p->text.s;
}

bool pty_sees(struct pty *p, const char *what)
{
	const char *text = pty_text(p);
	regex_t re;
	bool found;

	if (strstr(text, what) != NULL)
		return true;
	if (regcomp(&re, what, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
		return false;
	found = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

void pty_cursor(const struct pty *p, int *row, int *col, bool *shown)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &at);
	*row = at.row;
	*col = at.col;
	*shown = p->cursor_shown;
}

int pty_rows(const struct pty *p)
{
	return p->rows;
}

int pty_cols(const struct pty *p)
{
	return p->cols;
}

bool pty_in_alternate(const struct pty *p)
{
	return p->alternate;
}

bool pty_was_alternate(const struct pty *p)
{
	return p->was_alternate;
}

static const char *terminated(const struct buf *b)
{
	struct buf *w =
	    (struct buf *)(uintptr_t)b; /* the text stays; a NUL is put after it */

	buf_addc(w, '\0');
	w->n--;
	return w->s;
}

const char *pty_left_alternate(const struct pty *p)
{
	return terminated(&p->left);
}

const char *pty_scrollback(const struct pty *p)
{
	return terminated(&p->scrollback);
}

struct str pty_raw(const struct pty *p)
{
	return buf_str(&p->raw);
}

void pty_raw_reset(struct pty *p)
{
	buf_clear(&p->raw);
}

pid_t pty_pid(const struct pty *p)
{
	return p->pid;
}

static char thread_state(const char *path)
{
	char line[512], state = 'S';
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return 'S';
	if (fgets(line, sizeof line, f) != NULL) {
		const char *end = strrchr(line, ')'); /* the name may hold anything */

		if (end != NULL && end[1] == ' ' && isalpha((unsigned char)end[2]))
			state = end[2];
	}
	(void)fclose(f);
	return state;
}

bool pty_all_asleep(pid_t pid)
{
	char path[320];
	struct dirent *d;
	bool asleep = true;
	DIR *dir;

	(void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (dir == NULL)
		return true;
	while ((d = readdir(dir)) != NULL) {
		char state;

		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(
		    path, sizeof path, "/proc/%d/task/%.16s/stat", (int)pid, d->d_name);
		state = thread_state(path);
		asleep &= state != 'R' && state != 'D';
	}
	(void)closedir(dir);
	return asleep;
}
