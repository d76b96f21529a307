/* Guarded memory for keys and passphrases: libsodium's allocator puts them between guard
 * pages, and every piece is locked by a call of our own, because sodium_malloc() does not
 * say when its mlock() failed (libsodium issue 1237). */
#include "remanso/secret.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct secret {
	size_t len, cap;
	uint8_t bytes[];
};

/* The one exception to "no state": whether the limit ever refused a lock is a fact about
 * the process, and `doctor` reports it. */
static bool all_locked = true;

bool secret_init(struct err *e)
{
	if (sodium_init() < 0)
		return err_set(e, ERR_INTERNAL, "%s",
		    _("The encryption library does not start on this machine."));
	const struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef REMANSO_TEST /* tests look into their children */
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
	return true;
}

bool secret_locked(void)
{
	return all_locked;
}

struct secret *secret_try_new(size_t cap)
{
	/* sodium_malloc() puts the end of a piece against a guard page; only a whole number
	 * of alignments puts its beginning right. */
	size_t size = (sizeof(struct secret) + cap + 15) & ~(size_t)15;
	struct secret *s = sodium_malloc(size);

	if (s == NULL)
		return NULL;
	memset(s, 0, size);
	s->cap = cap;
	if (sodium_mlock(s, size) != 0)
		all_locked = false;
	return s;
}

struct secret *secret_new(size_t cap)
{
	struct secret *s = secret_try_new(cap);

	if (s == NULL)
		die("out of memory");
	return s;
}

struct secret *secret_copy(const struct secret *s)
{
	struct secret *copy = secret_new(s->cap);

	memcpy(copy->bytes, s->bytes, s->len);
	copy->len = s->len;
	return copy;
}

void secret_free(struct secret *s)
{
	if (s != NULL)
		sodium_free(s); /* wipes and unlocks */
}

uint8_t *secret_bytes(struct secret *s)
{
	return s->bytes;
}

const uint8_t *secret_view(const struct secret *s)
{
	return s->bytes;
}

size_t secret_len(const struct secret *s)
{
	return s->len;
}

size_t secret_cap(const struct secret *s)
{
	return s->cap;
}

void secret_set_len(struct secret *s, size_t n)
{
	if (n > s->cap)
		die("secret_set_len: out of range");
	if (n < s->len)
		sodium_memzero(s->bytes + n, s->len - n);
	s->len = n;
}

bool secret_add(struct secret *s, const void *p, size_t n)
{
	if (n > s->cap - s->len)
		return false;
	if (n > 0)
		memcpy(s->bytes + s->len, p, n);
	s->len += n;
	return true;
}

bool secret_eq(const struct secret *a, const struct secret *b)
{
	return a->len == b->len && sodium_memcmp(a->bytes, b->bytes, a->len) == 0;
}

void secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

struct secret *secret_nfc(const struct secret *s)
{
	/* The arena wipes itself; it is the shortest road through utf8proc, and its block
	 * is gone before this returns. */
	struct arena *a = arena_new();
	struct str nfc = utf8_nfc(a, (struct str){ (const char *)s->bytes, s->len });
	struct secret *out = secret_new(nfc.n > 0 ? nfc.n : 1);

	memcpy(out->bytes, nfc.s, nfc.n);
	out->len = nfc.n;
	arena_free(a);
	return out;
}

#define PASS_MAX_BYTES 1024

struct secret *secret_read(int fd, struct err *e)
{
	struct secret *s = secret_new(PASS_MAX_BYTES);

	for (;;) {
		uint8_t c;
		ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(e, ERR_IO, errno, _("The passphrase could not be read."));
			goto refuse;
		}
		if (n == 0 || c == '\n')
			break;
		if (!secret_add(s, &c, 1)) {
			err_set(e, ERR_USAGE,
			    _("That passphrase is too long (1,024 bytes at most)."));
			goto refuse;
		}
	}
	if (s->len > 0 && s->bytes[s->len - 1] == '\r')
		secret_set_len(s, s->len - 1);
	if (s->len == 0) {
		err_set(e, ERR_USAGE, "%s", _("No passphrase was given."));
		goto refuse;
	}
	return s;
refuse:
	secret_free(s);
	return NULL;
}
