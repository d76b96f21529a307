/* Interface strings through the C library's gettext.  LANGUAGE is read at every lookup, so
 * changing it and telling the library so switches the language of a running program; no
 * Spanish locale need be installed, only that the locale in use is not plain "C". */
#include "remanso/err.h"

#include <libintl.h>
#include <stdlib.h>

#define DOMAIN "remanso"

/* glibc's own counter: "catalogues may have changed" (gettext manual, section 11.5). */
extern int _nl_msg_cat_cntr;

const char *i18n(const char *msgid)
{
	return msgid[0] == '\0' ? msgid : dgettext(DOMAIN, msgid);
}

const char *i18n_n(const char *one, const char *many, unsigned long n)
{
	return dngettext(DOMAIN, one, many, n);
}

void i18n_init(const char *dir)
{
	(void)bindtextdomain(DOMAIN, dir);
	(void)bind_textdomain_codeset(DOMAIN, "UTF-8");
}

void i18n_use(const char *lang)
{
	(void)setenv("LANGUAGE", lang, 1);
	_nl_msg_cat_cntr++;
}
