/* The C library cuts what is written anywhere, so a letter of several bytes can come in two
 * pieces: its beginning is kept until the rest is there. */
#include "ascii_out.h"

/* How many bytes of `s` are whole characters. */
static size_t whole(struct str s)
{
	size_t back = 0;

	while (
	    back < 3 && back < s.n && ((unsigned char)s.s[s.n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == s.n)
		return s.n;
	unsigned char lead = (unsigned char)s.s[s.n - 1 - back];
	size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return needs > back + 1 ? s.n - 1 - back : s.n;
}

static ssize_t out_write(void *cookie, const char *bytes, size_t n)
{
	struct ascii_out *o = cookie;
	struct buf line = { 0 };

	buf_add(&o->rest, (struct str){ bytes, n });
	size_t good = whole(buf_str(&o->rest));
	o->ascii(&line, str_slice(buf_str(&o->rest), 0, good));
	buf_splice(&o->rest, 0, good, (struct str){ 0 });
	size_t wrote = line.n > 0 ? fwrite(line.s, 1, line.n, o->to) : 0;
	bool ok = wrote == line.n && fflush(o->to) == 0;
	buf_free(&line);
	return ok ? (ssize_t)n : 0; /* 0 is an error here, -1 is not allowed */
}

static int out_close(void *cookie)
{
	struct ascii_out *o = cookie;

	buf_free(&o->rest);
	return 0;
}

FILE *ascii_out_open(struct ascii_out *o)
{
	return fopencookie(
	    o, "w", (cookie_io_functions_t){ .write = out_write, .close = out_close });
}
