/* Rooms: a vault with a store on it, or a store in memory. */
#include "room.h"

#include <stdlib.h>
#include <string.h>

static struct room *room_new(const struct world *w)
{
	struct room *r = calloc(1, sizeof(*r));

	if (r == NULL)
		die("out of memory");
	r->world = w;
	r->undo = arena_new();
	return r;
}

/* Give the room its store; what was opened so far is closed again on failure. */
static bool furnish(struct room **out, struct room *r, bool opened, struct err *e)
{
	*out = NULL;
	if (!opened)
		r->vault = NULL;
	else
		vault_found(r->vault, &r->found);
	if (!opened || !store_open(&r->store, vault_db(r->vault), r->world, e)) {
		room_close(r);
		return false;
	}
	*out = r;
	return true;
}

bool room_create(struct room **out, const struct world *w, const char *home,
    const struct vault_key *key, struct err *e)
{
	struct room *r = room_new(w);

	if (!vault_create(&r->vault, NULL, home, key, e))
		return furnish(out, r, false, e);
	vault_found(r->vault, &r->found);
	if (store_open(&r->store, vault_db(r->vault), w, e)) {
		*out = r;
		return true;
	}
	/* Half a room would be in the way of the next try. */
	(void)!vault_delete(r->vault, NULL);
	room_close(r);
	*out = NULL;
	return false;
}

bool room_open(struct room **out, const struct world *w, const char *home,
    const struct vault_key *key, struct err *e)
{
	struct room *r = room_new(w);

	return furnish(out, r, vault_open(&r->vault, NULL, home, key, e), e);
}

bool room_open_recovery(struct room **out, const struct world *w, const char *home,
    const struct secret *code, struct err *e)
{
	struct room *r = room_new(w);

	return furnish(out, r, vault_open_recovery(&r->vault, NULL, home, code, e), e);
}

bool room_scratch(struct room **out, const struct world *w, struct err *e)
{
	struct room *r = room_new(w);

	*out = NULL;
	if (!store_memory(&r->store, w, e)) {
		room_close(r);
		return false;
	}
	*out = r;
	return true;
}

bool room_demo(struct room **out, const struct world *w, const struct content *c, int lang,
    struct err *e)
{
	if (!room_scratch(out, w, e))
		return false;
	(*out)->demo = true;
	room_content(*out, c);
	if (demo_fill(*out, c, lang, e))
		return true;
	room_close(*out);
	*out = NULL;
	return false;
}

void room_content(struct room *r, const struct content *c)
{
	r->content = c;
}

struct str room_lang(const struct room *r, int lang)
{
	if (r->content == NULL || lang < 0 || (size_t)lang >= r->content->lang_count)
		return (struct str){ 0 };
	return r->content->langs[lang].code;
}

bool room_is_demo(const struct room *r)
{
	return r->demo;
}

void room_close(struct room *r)
{
	if (r == NULL)
		return;
	store_close(r->store);
	vault_close(r->vault);
	arena_free(r->undo);
	free(r);
}

void room_drop_keys(struct room *r)
{
	arena_reset(r->undo);
	r->undone = (struct entry){ 0 };
	if (r->vault != NULL)
		vault_drop_keys(r->vault);
}

struct store *room_store(struct room *r)
{
	return r->store;
}

struct vault *room_vault(struct room *r)
{
	return r->vault;
}

const struct world *room_world(const struct room *r)
{
	return r->world;
}

bool card_is(const struct card *c, enum field_id f, const char *word)
{
	return c != NULL && str_is(card_word(c, f), word);
}
