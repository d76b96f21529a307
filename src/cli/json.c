/* Writing JSON by hand: what the commands print is flat. */
#include "json.h"

#include <time.h>

void json_string(struct buf *out, struct str s)
{
	struct arena *a = utf8_valid(s) ? NULL : arena_new();

	if (a != NULL)
		s = utf8_nfc(a, s); /* a file name may be any bytes; JSON may not */
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.s[i];
		if (c == '"' || c == '\\')
			buf_addc(out, '\\');
		if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
	arena_free(a);
}

void json_name(struct buf *out, const char *name)
{
	if (out->n > 0 && out->s[out->n - 1] != '{')
		buf_addc(out, ',');
	buf_addf(out, "\"%s\":", name);
}

void json_member(struct buf *out, const char *name, struct str value)
{
	json_name(out, name);
	json_string(out, value);
}

void json_number(struct buf *out, const char *name, int64_t value)
{
	json_name(out, name);
	buf_addf(out, "%lld", (long long)value);
}

void json_bool(struct buf *out, const char *name, bool value)
{
	json_name(out, name);
	buf_add(out, value ? STR("true") : STR("false"));
}

struct str json_time(struct arena *a, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	char text[32], zone[8];

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0 ||
	    strftime(zone, sizeof(zone), "%z", &tm) != 5)
		return STR("");
	return arena_fmt(a, "%s%.3s:%s", text, zone, zone + 3);
}
