/* Ids: UUID version 7 (RFC 9562), 48 bits of time, then a counter within the millisecond,
 * then chance.  Ids that one store makes rise with time; two copies never make the same. */
#include "db.h"

#include <string.h>

bool id_none(struct id i)
{
	static const struct id none;

	return memcmp(i.b, none.b, sizeof(i.b)) == 0;
}

bool id_eq(struct id a, struct id b)
{
	return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

struct str id_text(struct arena *a, struct id i)
{
	static const char hex[] = "0123456789abcdef";
	char text[36];
	size_t n = 0;

	for (size_t k = 0; k < sizeof(i.b); k++) {
		if (k == 4 || k == 6 || k == 8 || k == 10)
			text[n++] = '-';
		text[n++] = hex[i.b[k] >> 4];
		text[n++] = hex[i.b[k] & 15];
	}
	return arena_dup(a, (struct str){ text, n });
}

struct id id_new(struct store *s, int64_t ms)
{
	struct id i;

	s->world->random(s->world, i.b, sizeof(i.b));
	if (ms == s->id_ms) {
		s->id_count++;
	} else {
		/* Half of the 12 bits by chance, half left for the counter to grow into. */
		s->id_count = ((unsigned)i.b[6] << 8 | i.b[7]) & 0x7ff;
		s->id_ms = ms;
	}
	if (s->id_count > 0xfff) {
		s->id_ms = ++ms;
		s->id_count = 0;
	}
	for (int k = 0; k < 6; k++)
		i.b[k] = (uint8_t)((uint64_t)ms >> (40 - 8 * k));
	i.b[6] = (uint8_t)(0x70 | s->id_count >> 8);
	i.b[7] = (uint8_t)s->id_count;
	i.b[8] = (uint8_t)((i.b[8] & 0x3f) | 0x80);
	return i;
}

struct id store_new_id(struct store *s)
{
	return id_new(s, s->world->now_ms(s->world));
}
