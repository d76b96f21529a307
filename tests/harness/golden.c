/* Kept pictures; see golden.h. */
#include "harness/golden.h"
#include "harness/pty.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool golden_read(const char *path, struct buf *out)
{
	char bytes[8192];
	size_t n;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return false;
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(out, (struct str){ bytes, n });
	n = (size_t)ferror(f);
	(void)fclose(f);
	return n == 0;
}

bool golden_write(const char *path, struct str text)
{
	char folder[1024];
	const char *slash = strrchr(path, '/');
	FILE *f;
	bool ok;

	if (slash != NULL) {
		(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
		(void)mkdir(folder, 0777);
	}
	f = fopen(path, "we");
	if (f == NULL)
		return false;
	ok = fwrite(text.s, 1, text.n, f) == text.n;
	return fclose(f) == 0 && ok;
}

/* "-" is what was kept, "+" what is seen now; equal rows stand for orientation. */
static void compare(struct str kept, struct str seen, struct buf *why)
{
	struct str a, b;

	for (int row = 1;; row++) {
		bool more_kept = str_line(&kept, &a), more_seen = str_line(&seen, &b);

		if (!more_kept && !more_seen)
			return;
		if (more_kept && more_seen && str_eq(a, b)) {
			buf_addf(why, "%3d   %.*s\n", row, STR_ARG(a));
			continue;
		}
		if (more_kept)
			buf_addf(why, "%3d - %.*s\n", row, STR_ARG(a));
		if (more_seen)
			buf_addf(why, "%3d + %.*s\n", row, STR_ARG(b));
	}
}

bool golden_check(const char *path, struct str text, struct buf *why)
{
	const char *update = getenv("REMANSO_UPDATE");
	struct buf kept = { 0 };
	bool same;

	if (update != NULL && strcmp(update, "1") == 0) {
		if (golden_write(path, text))
			return true;
		buf_addf(why, "%s: cannot be written: %s\n", path, strerror(errno));
		return false;
	}
	if (!golden_read(path, &kept)) {
		buf_addf(why,
		    "%s is not there; REMANSO_UPDATE=1 makes it.  Seen now:\n%.*s", path,
		    STR_ARG(text));
		return false;
	}
	same = str_eq(buf_str(&kept), text);
	if (!same) {
		buf_addf(why, "%s differs (- kept, + seen now):\n", path);
		compare(buf_str(&kept), text, why);
	}
	buf_free(&kept);
	return same;
}

void golden_screen(struct pty *p, struct buf *out)
{
	int row, col;
	bool shown;

	buf_add(out, str_from(pty_text(p)));
	pty_cursor(p, &row, &col, &shown);
	buf_addf(out, "-- cursor: row %d, column %d%s\n", row + 1, col + 1,
	    shown ? "" : ", hidden");
}
