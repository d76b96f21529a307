/* See code.h.  The check is a weighted sum modulo the prime 1021: with weights 1 to 32 and
 * differences below 32, no product is a multiple of it, so that a wrong character, or two
 * that changed places, always change the sum. */
#include "code.h"

#include <string.h>

#define DATA 32
#define CHECK 2
#define PRIME 1021u

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static unsigned check_of(const uint8_t values[static DATA])
{
	unsigned sum = 0;

	for (unsigned i = 0; i < DATA; i++)
		sum += (i + 1) * values[i];
	return sum % PRIME;
}

/* 20 bytes are 4 times 40 bits, 8 characters each. */
static void split(const uint8_t raw[static CODE_BYTES], uint8_t values[static DATA])
{
	for (size_t i = 0; i < 4; i++) {
		uint64_t x = 0;

		for (size_t j = 0; j < 5; j++)
			x = x << 8 | raw[i * 5 + j];
		for (size_t j = 0; j < 8; j++)
			values[i * 8 + j] = (uint8_t)(x >> (35 - 5 * j) & 31);
	}
}

static void join(const uint8_t values[static DATA], uint8_t raw[static CODE_BYTES])
{
	for (size_t i = 0; i < 4; i++) {
		uint64_t x = 0;

		for (size_t j = 0; j < 8; j++)
			x = x << 5 | values[i * 8 + j];
		for (size_t j = 0; j < 5; j++)
			raw[i * 5 + j] = (uint8_t)(x >> (32 - 8 * j));
	}
}

struct secret *code_write(const uint8_t raw[static CODE_BYTES])
{
	uint8_t values[DATA + CHECK];
	struct secret *out = secret_new(64);
	uint8_t *p = secret_bytes(out);
	size_t n = 0;
	unsigned check;

	split(raw, values);
	check = check_of(values);
	values[DATA] = (uint8_t)(check / 32);
	values[DATA + 1] = (uint8_t)(check % 32);
	for (size_t i = 0; i < DATA + CHECK; i++) {
		if (i > 0 && i % 4 == 0)
			p[n++] = '-';
		p[n++] = (uint8_t)alphabet[values[i]];
	}
	secret_set_len(out, n);
	secret_wipe(values, sizeof values);
	return out;
}

/* -1: not a character of a code; -2: to be passed over. */
static int value_of(uint8_t c)
{
	const char *at;

	if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n')
		return -2;
	if (c >= 'a' && c <= 'z')
		c = (uint8_t)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

bool code_read(const struct secret *typed, struct secret **raw, struct err *e)
{
	uint8_t values[DATA + CHECK];
	const uint8_t *p = secret_view(typed);
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < secret_len(typed); i++) {
		int x = value_of(p[i]);

		if (x == -2)
			continue;
		ok = x >= 0 && n < DATA + CHECK;
		if (ok)
			values[n++] = (uint8_t)x;
	}
	ok = ok && n == DATA + CHECK &&
	     check_of(values) == values[DATA] * 32u + values[DATA + 1];
	*raw = ok ? secret_try_new(CODE_BYTES + 4) : NULL;
	if (*raw) {
		join(values, secret_bytes(*raw));
		secret_set_len(*raw, CODE_BYTES);
	}
	secret_wipe(values, sizeof values);
	if (!ok)
		return err_set(e, ERR_PASSPHRASE, "%s",
		    _("This is not a complete recovery code: it has 34 letters and digits, and "
		      "one or more of them are different. Compare it with your copy."));
	return *raw || err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
}

void code_short(const uint8_t bytes[static 5], char out[static CODE_SHORT + 1])
{
	uint64_t x = 0;

	for (size_t i = 0; i < 5; i++)
		x = x << 8 | bytes[i];
	for (size_t i = 0; i < CODE_SHORT; i++)
		out[i] = alphabet[x >> (35 - 5 * i) & 31];
	out[CODE_SHORT] = '\0';
}

bool code_char(char typed, char *meant)
{
	int x = value_of((uint8_t)typed);

	if (x < 0)
		return false;
	*meant = alphabet[x];
	return true;
}
