/* Bytes as a terminal sends them, through the keys into a text field. */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#include "remanso/editor.h"
#include "ui/term_keys.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)setlocale(LC_ALL, "C.UTF-8");
	return 0;
}

static void check(const struct editor *ed, int width)
{
	struct str text = editor_text(ed);
	size_t at = 0;
	int row, col, rows;

	if (!utf8_valid(text))
		abort();
	while (at < editor_cursor(ed))
		at = utf8_next(text, at);
	if (at != editor_cursor(ed))
		abort();
	editor_where(ed, width, &row, &col, &rows);
	if (row < 0 || row >= rows || col < 0 || col > width)
		abort();
}

static void play(struct editor *ed, struct keys *keys, int width, bool late)
{
	struct event ev;

	while (keys_next(keys, &ev, late) == KEYS_EVENT) {
		if (ev.kind == EV_CLICK)
			editor_click(ed, width, ev.row, ev.col);
		(void)editor_key(ed, &ev, width);
		check(ed, width);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 4096)
		return 0;
	struct keys keys = { 0 };
	struct editor *ed = editor_new((data[0] & 1) != 0);
	int width = 1 + data[0] / 4;
	size_t step = 1 + data[1];
	struct buf end = { 0 };

	for (size_t at = 2; at < size; at += step) {
		keys_feed(&keys, data + at, size - at < step ? size - at : step);
		play(ed, &keys, width, false);
	}
	play(ed, &keys, width, true);
	while (editor_redo(ed))
		;
	buf_add(&end, editor_text(ed));
	while (editor_undo(ed))
		check(ed, width);
	if (editor_text(ed).n != 0)
		abort();
	while (editor_redo(ed))
		check(ed, width);
	if (!str_eq(editor_text(ed), buf_str(&end)))
		abort();
	buf_free(&end);
	editor_free(ed);
	keys_free(&keys);
	return 0;
}
