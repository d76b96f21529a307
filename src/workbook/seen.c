/* What this process saw last of each room.  Nothing of it is written down: that there is
 * another room is nobody's business but its owner's. */
#include "room.h"

#include <string.h>

static bool same_room(const struct vault_witness *a, const struct vault_witness *b)
{
	return memcmp(a->id, b->id, sizeof(a->id)) == 0;
}

void seen_note(struct seen *s, struct room *r)
{
	struct vault_witness now;
	struct err e;
	size_t i = 0;

	/* What cannot be noted is not missed; closing goes on. */
	if (r == NULL || r->vault == NULL || !vault_witness(r->vault, &now, &e))
		return;
	while (i < s->n && !same_room(&s->rooms[i], &now))
		i++;
	if (i == s->n)
		s->n += s->n < SEEN_MOST;
	if (i == SEEN_MOST)
		i--;
	memmove(&s->rooms[1], &s->rooms[0], i * sizeof(s->rooms[0]));
	s->rooms[0] = now;
}

bool seen_is_older(const struct seen *s, const struct room *r)
{
	for (size_t i = 0; i < s->n; i++)
		if (same_room(&s->rooms[i], &r->found))
			return vault_age(&r->found, &s->rooms[i]) == VAULT_OLDER;
	return false;
}

const struct vault_witness *room_found(const struct room *r)
{
	return &r->found;
}
