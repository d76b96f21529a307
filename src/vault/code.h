/* Recovery codes as people write them: 160 random bits as 32 characters of Crockford's
 * base32, and 2 check characters that catch any one wrong character and any two that were
 * swapped. */
#ifndef VAULT_CODE_H
#define VAULT_CODE_H

#include "remanso/secret.h"

#define CODE_BYTES 20

/* In groups of four with dashes; a new secret, the caller's. */
struct secret *code_write(const uint8_t raw[static CODE_BYTES]);
/* Lower case, blanks, dashes, O for 0, I and L for 1 are all fine.  ERR_PASSPHRASE when it
 * cannot be one of our codes. */
bool code_read(const struct secret *typed, struct secret **raw, struct err *e) MUST_CHECK;

/* 40 bits in the same characters, without a check. */
#define CODE_SHORT 8
void code_short(const uint8_t bytes[static 5], char out[static CODE_SHORT + 1]);
/* The character that was meant by a typed one; false when there is none. */
bool code_char(char typed, char *meant) MUST_CHECK;

#endif
