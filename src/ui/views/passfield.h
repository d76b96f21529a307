/* A passphrase being typed: an editor whose words go into locked memory when it is taken.
 * The editor wipes its own memory; while one types, the words are there and nowhere else. */
#ifndef REMANSO_PASSFIELD_H
#define REMANSO_PASSFIELD_H

#include "remanso/editor.h"
#include "remanso/secret.h"

/* The words typed so far as a new secret, the caller's; the editor is emptied.  NULL when
 * nothing was typed. */
struct secret *passfield_take(struct editor *ed);

#endif
