/* Where things were drawn, so that a click can be found again. */
#include "sheet_in.h"

#include <stdlib.h>

#define SPOT_MOST 256

struct hit_map {
	struct {
		int row, col, cols, id;
	} spot[SPOT_MOST];
	size_t count;
	int text_row, text_col, text_rows, text_width, text_first;
};

struct hit_map *hit_map_new(void)
{
	struct hit_map *h = calloc(1, sizeof(*h));

	if (h == NULL)
		die("%s", _("Not enough memory."));
	return h;
}

void hit_map_free(struct hit_map *h)
{
	free(h);
}

void hits_clear(struct hit_map *h)
{
	if (h == NULL)
		return;
	h->count = 0;
	h->text_rows = 0;
}

void hits_add(struct hit_map *h, int row, int col, int cols, int id)
{
	if (h == NULL || id == 0 || h->count == SPOT_MOST)
		return;
	h->spot[h->count].row = row;
	h->spot[h->count].col = col;
	h->spot[h->count].cols = cols;
	h->spot[h->count].id = id;
	h->count++;
}

void hits_text(struct hit_map *h, int row, int col, int rows, int width, int first)
{
	if (h == NULL)
		return;
	h->text_row = row;
	h->text_col = col;
	h->text_rows = rows;
	h->text_width = width;
	h->text_first = first;
}

int hit_map_find(const struct hit_map *h, int row, int col)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->spot[i].row == row && col >= h->spot[i].col &&
		    col < h->spot[i].col + h->spot[i].cols)
			return h->spot[i].id;
	}
	return 0;
}

bool hit_map_text(
    const struct hit_map *h, int row, int col, int *text_row, int *text_col, int *width)
{
	if (h->text_rows == 0 || row < h->text_row || row >= h->text_row + h->text_rows)
		return false;
	*text_row = row - h->text_row + h->text_first;
	*text_col = col > h->text_col ? col - h->text_col : 0;
	*width = h->text_width;
	return true;
}
