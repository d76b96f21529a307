#include "ui/views/passfield.h"

struct secret *passfield_take(struct editor *ed)
{
	struct str words = editor_text(ed);

	if (words.n == 0)
		return NULL;
	struct secret *s = secret_new(words.n);
	if (!secret_add(s, words.s, words.n))
		die("passfield: no room"); /* cannot be: cap is n */
	editor_set(ed, (struct str){ 0 });
	return s;
}
