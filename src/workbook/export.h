/* Inside of exporting: what leaves the room, gathered, and the two forms. */
#ifndef REMANSO_WORKBOOK_EXPORT_H
#define REMANSO_WORKBOOK_EXPORT_H

#include "room.h"

struct export
{
	const struct content *content;
	int lang;
	struct arena *a;
	struct entry *entries; /* oldest first */
	size_t count, cap;
	struct run_row *runs; /* oldest first */
	size_t run_count, run_cap;
};

void export_json(const struct export *x, struct buf *out);
void export_text(const struct export *x, struct buf *out);

#endif
