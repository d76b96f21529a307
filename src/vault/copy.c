/* Copying and comparing.  See copy.h. */
#include "copy.h"

#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "pages.h"

#define PIECE ((size_t)64 * 1024)

static uint8_t *pieces(size_t n, struct err *e)
{
	uint8_t *p = malloc(n * PIECE);

	if (!p)
		err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	return p;
}

bool copy_bytes(const struct vault_sys *sys, int from, int to, struct err *e)
{
	uint8_t *buf = pieces(1, e);
	uint64_t at = 0;
	size_t got = 1;
	bool ok = buf != NULL;

	while (ok && got > 0) {
		ok = io_read(sys, from, buf, PIECE, at, &got, e) &&
		     io_write(sys, to, buf, got, at, e);
		at += got;
	}
	free(buf);
	return ok && io_sync(sys, to, e);
}

bool copy_same(const struct vault_sys *sys, int a, int b, bool *same, struct err *e)
{
	uint8_t *x = pieces(2, e), *y = x + PIECE;
	size_t nx = 1, ny = 1;
	bool ok = x != NULL;

	*same = ok;
	for (uint64_t at = 0; ok && *same && nx > 0; at += nx) {
		ok = io_read(sys, a, x, PIECE, at, &nx, e) &&
		     io_read(sys, b, y, PIECE, at, &ny, e);
		*same = ok && nx == ny && memcmp(x, y, nx) == 0;
	}
	free(x);
	return ok;
}

bool copy_load(const struct vault_sys *sys, const char *dir, const char *name,
    struct home_vault *out, struct err *e)
{
	struct path path = io_join(dir, name, "");

	out->fd = io_open_any(sys, path.s, e);
	if (out->fd < 0)
		return false;
	if (!home_read_heads(sys, out->fd, out, e)) {
		io_close(sys, out->fd);
		return false;
	}
	return true;
}

bool copy_reads(const struct vault_sys *sys, int main, int log, const struct keys *k,
    uint64_t header_gen, struct err *e)
{
	struct secret *mem = secret_try_new(sizeof *k);
	struct pages *p = NULL;
	struct keys *own;
	bool ok;

	if (!mem)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	own = (struct keys *)(void *)secret_bytes(mem);
	*own = *k;
	ok = pages_open(&p, sys, main, log, own, header_gen, e);
	for (uint32_t no = 1; ok && no <= p->npage; no++)
		ok = pages_read(p, no, pages_scratch(p), e);
	if (p) {
		p->main = p->log = -1;
		pages_close(p);
	}
	secret_free(mem);
	return ok;
}
