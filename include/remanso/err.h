/* Errors travel upwards in a struct err; a function that can fail returns bool and takes
 * one as its last argument.  The text is in the person's language, says what happened and
 * what can be done, and never holds a word that a person wrote. */
#ifndef REMANSO_ERR_H
#define REMANSO_ERR_H

#include "remanso/base.h"

enum err_code {
#define ERR(id, status, what) ERR_##id,
#include "remanso/errors.def"
#undef ERR
	ERR_COUNT
};

struct err {
	enum err_code code;
	int sys;        /* errno at the time, or 0 */
	int line;       /* line of a content file, or 0 */
	bool more;      /* the text says more than the code does, and wants to be read */
	char text[240]; /* one sentence or two, terminated, UTF-8 */
};

/* Set code and text (cut at a character when too long).  Always returns false, so that
 * failing is one statement.  `e` may be NULL. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same, with errno's meaning kept in `sys` and its words appended.  ENOSPC and EDQUOT
 * turn ERR_IO and ERR_CREATE into ERR_FULL. */
bool err_sys(struct err *e, enum err_code code, int sys, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* The exit status of a code (sysexits.h). */
int err_status(enum err_code code);

/* ---- interface strings ---- */
/* gettext: N_() marks, _() looks up in the language in use. */
#define N_(s) s
#define _(s) i18n(s)
const char *i18n(const char *msgid) __attribute__((format_arg(1)));
const char *i18n_n(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));
/* Where the catalogues lie (DIR/es/LC_MESSAGES/remanso.mo), once at the start. */
void i18n_init(const char *dir);
/* Switch to a language by its folder name ("en", "es"); an unknown one reads English. */
void i18n_use(const char *lang);

#endif
