/* The error that travels upwards, and the way out when nothing can be done. */
#include "remanso/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*die_hook)(void);

static const int statuses[] = {
#define ERR(id, status, what) [ERR_##id] = (status),
#include "remanso/errors.def"
#undef ERR
};

int err_status(enum err_code code)
{
	return code < ERR_COUNT ? statuses[code] : 70;
}

/* Cut at a character boundary: half a letter must not reach a terminal. */
static void trim_tail(char *text, size_t cap)
{
	size_t n = strlen(text);

	if (n + 1 < cap)
		return;
	while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
		n--;
	if (n > 0)
		text[n - 1] = '\0';
}

static void fill(struct err *e, enum err_code code, int sys, const char *fmt, va_list ap)
{
	if (e == NULL)
		return;
	*e = (struct err){ .code = code, .sys = sys };
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
	trim_tail(e->text, sizeof(e->text));
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, code, 0, fmt, ap);
	va_end(ap);
	return false;
}

bool err_sys(struct err *e, enum err_code code, int sys, const char *fmt, ...)
{
	va_list ap;

	if ((sys == ENOSPC || sys == EDQUOT) && (code == ERR_IO || code == ERR_CREATE))
		code = ERR_FULL;
	va_start(ap, fmt);
	fill(e, code, sys, fmt, ap);
	va_end(ap);
	if (e != NULL && sys != 0) {
		size_t n = strlen(e->text);
		(void)snprintf(e->text + n, sizeof(e->text) - n, " (%s)", strerror(sys));
		trim_tail(e->text, sizeof(e->text));
	}
	return false;
}

void die(const char *fmt, ...)
{
	va_list ap;

	if (die_hook != NULL)
		die_hook();
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	exit(70);
}
