/* A room on the disk: what is written is there when it opens again. */
#include "workbook_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "remanso/secret.h"

static struct vault_key *key_for(struct fixture *f, const char *home, const char *words)
{
	struct secret *pass = secret_new(64);

	assert_true(secret_add(pass, words, strlen(words)));
	struct vault_key *key = vault_derive(NULL, home, pass, &f->e);
	if (key == NULL)
		fail_msg("%s", f->e.text);
	secret_free(pass);
	return key;
}

static void remove_home(const char *home)
{
	char command[200];

	(void)snprintf(command, sizeof(command), "rm -r -- '%s'", home);
	assert_int_equal(system(command), 0);
}

static void what_is_written_is_there_when_the_room_opens_again(void **state)
{
	struct fixture *f = *state;
	char home[] = "/tmp/room-XXXXXX";
	struct room *room;
	struct run *run;
	struct id id = { { 0 } };

	assert_non_null(mkdtemp(home));
	struct vault_key *key = key_for(f, home, "lake window seven lamp");
	if (!room_create(&room, &world_system, home, key, &f->e))
		fail_msg("%s", f->e.text);
	room_content(room, &fixture_content);
	assert_true(run_open(&run, room, kit_page, 0, &f->e));
	assert_true(run_set_text(
	    run, kit_place, STR("kept"), STR("Where?"), STR("by the door"), false, &f->e));
	run_close(run);
	assert_true(
	    journal_put(room, &id, STR("half a sen"), STR("en"), STR(""), true, &f->e));
	room_close(room);
	if (!room_open(&room, &world_system, home, key, &f->e))
		fail_msg("%s", f->e.text);
	assert_true(run_open(&run, room, kit_page, 0, &f->e));
	assert_true(str_is(run_text(run, STR("place"), STR("kept")), "by the door"));
	run_close(run);
	struct hit hits[2];
	assert_int_equal(
	    search_all(room, &fixture_content, 0, STR("sen"), f->a, hits, 2), 1);
	assert_true(id_eq(hits[0].entry.id, id));
	struct room *second;
	assert_false(room_open(&second, &world_system, home, key, &f->e));
	assert_null(second);
	room_close(room);
	vault_key_free(key);
	key = key_for(f, home, "other words altogether");
	assert_false(room_open(&room, &world_system, home, key, &f->e));
	assert_int_equal(f->e.code, ERR_PASSPHRASE);
	vault_key_free(key);
	remove_home(home);
}

int main(void)
{
	struct err e;
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_there_when_the_room_opens_again),
	};

	if (!secret_init(&e))
		return 1;
	return cmocka_run_group_tests_name("workbook: vault", tests, NULL, NULL);
}
