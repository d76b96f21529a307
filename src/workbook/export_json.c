/* The export for programs.  Fields that are empty are left out; times carry their offset.
 */
#include "export.h"

#include <string.h>
#include <time.h>

static void add_string(struct buf *out, struct str s)
{
	buf_addc(out, '"');
	for (size_t at = 0, len; at < s.n; at += len) {
		int32_t c = utf8_point(s, at, &len);
		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", (char)c);
		else if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\u%04x", (unsigned)c);
		else if (c == 0xFFFD)
			buf_add(out, STR("\xEF\xBF\xBD")); /* a bad byte must not get out */
		else
			buf_add(out, str_slice(s, at, at + len));
	}
	buf_addc(out, '"');
}

static void add_text(struct buf *out, const char *name, struct str s)
{
	if (s.n == 0)
		return;
	buf_addf(out, ", \"%s\": ", name);
	add_string(out, s);
}

static void add_id(struct buf *out, const char *name, struct arena *a, struct id id)
{
	if (!id_none(id))
		add_text(out, name, id_text(a, id));
}

static void add_time(struct buf *out, const char *name, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	char text[40], zone[8];

	if (ms == 0 || localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0 ||
	    strftime(zone, sizeof(zone), "%z", &tm) != 5)
		return;
	buf_addf(out, ", \"%s\": \"%s%.3s:%s\"", name, text, zone, zone + 3);
}

static void add_entry(struct buf *out, struct arena *a, const struct entry *en)
{
	buf_add(out, STR("{\"id\": "));
	add_string(out, id_text(a, en->id));
	add_text(out, "kind", str_from(entry_kind_word(en->kind)));
	add_text(out, "page", en->page);
	add_text(out, "card", en->card);
	add_text(out, "item", en->item);
	add_id(out, "run", a, en->run);
	add_id(out, "row", a, en->row);
	add_text(out, "question", en->question);
	add_text(out, "lang", en->lang);
	add_text(out, "text", en->text);
	if (en->has_number)
		buf_addf(out, ", \"number\": %d", en->number);
	add_time(out, "created", en->created);
	add_time(out, "changed", en->changed);
	buf_addc(out, '}');
}

static void add_run(struct buf *out, struct arena *a, const struct run_row *run)
{
	buf_add(out, STR("{\"id\": "));
	add_string(out, id_text(a, run->id));
	add_text(out, "page", run->page);
	add_text(out, "state", run->state == RUN_DONE ? STR("done") : STR("begun"));
	add_time(out, "begun", run->begun);
	add_time(out, "changed", run->changed);
	add_time(out, "done", run->done);
	buf_addc(out, '}');
}

void export_json(const struct export *x, struct buf *out)
{
	buf_add(
	    out, STR("{\"format\": \"remanso-export\", \"schema\": 1,\n\"entries\": ["));
	for (size_t i = 0; i < x->count; i++) {
		buf_add(out, i > 0 ? STR(",\n") : STR("\n"));
		add_entry(out, x->a, &x->entries[i]);
	}
	buf_add(out, STR("],\n\"runs\": ["));
	for (size_t i = 0; i < x->run_count; i++) {
		buf_add(out, i > 0 ? STR(",\n") : STR("\n"));
		add_run(out, x->a, &x->runs[i]);
	}
	buf_add(out, STR("]}\n"));
}
