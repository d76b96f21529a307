/* What a deletion or a change of all keys cannot finish: copies that others may read, files
 * that are not touched, and the note by which the next start goes on. */
#include "room.h"

#include "vault/io.h"

#define ASIDE "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"

/* A room that is open, and a copy of it that was set aside with its log. */
struct left {
	char *home, *main, *gone, *old;
	struct vault *v;
};

static void copy(const char *from, const char *to, mode_t mode)
{
	size_t n;
	uint8_t *bytes = rig_read(from, &n);

	rig_write(to, bytes, n);
	assert_int_equal(chmod(to, mode), 0);
	free(bytes);
}

static struct left begin(mode_t mode)
{
	struct left l = { .home = rig_folder() };
	char *from, *to;

	l.v = rig_create(NULL, l.home, "uno");
	rig_sql(l.v, "CREATE TABLE t(x); INSERT INTO t VALUES(7)");
	l.main = io_path(l.home, l.v->name, "");
	l.gone = io_path(l.home, l.v->name, HOME_GONE);
	l.old = io_path(l.home, ASIDE, HOME_OLD);
	copy(l.main, l.old, mode);
	from = io_path(l.home, l.v->name, HOME_LOG);
	to = io_path(l.home, ASIDE, HOME_LOG);
	copy(from, to, mode);
	free(from);
	free(to);
	return l;
}

static size_t files(const struct left *l)
{
	struct rig_names names = { 0 };

	assert_int_equal(vault_sys_real.list(NULL, l->home, rig_take, &names), 0);
	return names.n;
}

static void start_again(const struct left *l)
{
	struct err e;

	if (!vault_home_ready(NULL, l->home, &e))
		fail_msg("%s", e.text);
}

static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void end(struct left *l)
{
	free(l->main);
	free(l->gone);
	free(l->old);
	rig_drop(l->home);
}

/* All keys anew, under the passphrase there is. */
static void change_keys(struct left *l)
{
	struct vault_key *key = rig_key(NULL, l->home, "uno");
	struct err e = { 0 };

	if (!vault_rotate(l->v, key, &e))
		fail_msg("%s", e.text);
	vault_key_free(key);
	vault_close(l->v);
}

static void delete (struct left *l)
{
	struct err e = { 0 };

	if (!vault_delete(l->v, &e))
		fail_msg("%s", e.text);
	vault_close(l->v);
}

/* As a deletion stands that was cut off right after its first step. */
static void cut_off(struct left *l)
{
	vault_close(l->v);
	assert_int_equal(rename(l->main, l->gone), 0);
}

static void opens(const struct left *l)
{
	struct vault *v = rig_open(NULL, l->home, "uno");

	assert_int_equal(rig_int(v, "SELECT x FROM t"), 7);
	vault_close(v);
}

static void test_copies_that_others_may_read_go_too(void **state)
{
	struct left l = begin(0644);

	(void)state;
	assert_int_equal(vault_kept_of(l.v), 1);
	delete (&l);
	assert_int_equal(files(&l), 0);
	end(&l);
	l = begin(0666);
	change_keys(&l);
	assert_int_equal(files(&l), 2);
	opens(&l);
	end(&l);
}

static int rights_stay(void *ctx, int fd, mode_t mode)
{
	(void)ctx;
	(void)fd;
	(void)mode;
	errno = EPERM;
	return -1;
}

/* A copy whose rights stay as they are is not lost sight of. */
static void test_copies_that_keep_their_rights_are_remembered(void **state)
{
	struct vault_sys sys = vault_sys_real;
	struct left l = begin(0644);
	struct err e;

	(void)state;
	cut_off(&l);
	sys.fchmod = rights_stay;
	assert_true(vault_home_ready(&sys, l.home, &e));
	assert_true(is_there(l.gone));
	assert_true(is_there(l.old));
	start_again(&l);
	assert_int_equal(files(&l), 0);
	end(&l);
}

/* Neither a link nor a file with a second name is touched; once they are out of the way, the
 * next start finishes. */
static void test_links_to_copies_are_not_touched(void **state)
{
	(void)state;
	for (int hard = 0; hard < 2; hard++) {
		struct left l = begin(0600);
		char *away = rig_folder(), *other = io_path(away, "other", "");
		uint8_t *bytes, *later;
		size_t n, m;

		copy(l.old, other, 0600);
		bytes = rig_read(other, &n);
		assert_int_equal(unlink(l.old), 0);
		assert_int_equal(hard ? link(other, l.old) : symlink(other, l.old), 0);
		delete (&l);
		assert_true(is_there(l.old));
		assert_true(is_there(l.gone));
		start_again(&l);
		assert_true(is_there(l.gone));
		later = rig_read(other, &m);
		assert_int_equal(n, m);
		assert_memory_equal(bytes, later, n);
		assert_int_equal(rename(other, l.old), 0);
		if (hard)
			unlink(other); /* two names of one file: rename leaves both */
		start_again(&l);
		assert_false(is_there(l.old));
		assert_false(is_there(l.gone));
		free(bytes);
		free(later);
		free(other);
		rig_drop(away);
		end(&l);
	}
}

/* Whether the room that was deleted is there under another name cannot be told for now. */
static void test_a_deletion_is_finished_when_all_can_be_looked_at(void **state)
{
	struct left l = begin(0600);
	uint8_t *before, *after;
	char *strange;
	size_t n;

	(void)state;
	strange = io_path(l.home, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", "");
	assert_int_equal(symlink(l.old, strange), 0);
	before = rig_read(l.main, &n);
	cut_off(&l);
	start_again(&l);
	assert_true(is_there(l.gone));
	assert_true(is_there(l.old));
	/* The keys are gone; what names the copies is not. */
	after = rig_read(l.gone, &n);
	assert_memory_equal(before, after, FMT_ID);
	assert_memory_not_equal(before + FMT_ID, after + FMT_ID, FMT_BLOCK - FMT_ID);
	assert_int_equal(unlink(strange), 0);
	start_again(&l);
	assert_int_equal(files(&l), 0);
	free(before);
	free(after);
	free(strange);
	end(&l);
}

/* Another room that others may read can be looked at all the same. */
static void test_a_deletion_is_finished_beside_a_room_with_rights(void **state)
{
	struct left l = begin(0600);
	struct vault *other = rig_create(NULL, l.home, "dos");
	char *main = io_path(l.home, other->name, "");

	(void)state;
	vault_close(other);
	cut_off(&l);
	assert_int_equal(chmod(main, 0644), 0);
	start_again(&l);
	assert_false(is_there(l.gone));
	assert_false(is_there(l.old));
	assert_int_equal(files(&l), 2);
	assert_int_equal(chmod(main, 0600), 0);
	vault_close(rig_open(NULL, l.home, "dos"));
	free(main);
	end(&l);
}

/* A note that could not be finished is in the way of nothing, and is not lost: what it tells
 * of goes as soon as it can. */
static void test_a_note_that_stays_is_in_the_way_of_nothing(void **state)
{
	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		struct left l = begin(0600);
		char *link = io_path(l.home, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", HOME_OLD);

		assert_int_equal(symlink("nothing", link), 0);
		/* The note of a change before, which told of the same copy. */
		copy(l.main, l.gone, 0600);
		change_keys(&l);
		assert_false(is_there(l.gone)); /* it has a name of its own now */
		assert_false(is_there(l.old));
		assert_true(is_there(link));
		l.v = rig_open(NULL, l.home, "uno");
		assert_int_equal(rig_int(l.v, "SELECT x FROM t"), 7);
		if (whole)
			change_keys(&l);
		else
			delete (&l);
		assert_true(is_there(link));
		assert_int_equal(unlink(link), 0);
		start_again(&l);
		if (whole)
			opens(&l);
		assert_int_equal(files(&l), whole ? 2 : 0);
		free(link);
		end(&l);
	}
}

/* The note tells of another id than the room has now: deleting the room does not replace it. */
static void test_a_note_is_not_replaced_by_a_deletion(void **state)
{
	struct left l = begin(0600), other = begin(0600);

	(void)state;
	/* A copy of another room, and the note that it is to go, under the name of this one. */
	copy(other.main, l.gone, 0600);
	assert_int_equal(unlink(l.old), 0);
	copy(other.main, l.old, 0600);
	delete (&l);
	start_again(&l);
	assert_int_equal(files(&l), 0);
	vault_close(other.v);
	end(&l);
	end(&other);
}

/* Nor is anything begun when the note cannot be moved out of the way. */
static int no_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	(void)from;
	(void)to;
	errno = EACCES;
	return -1;
}

static void test_a_note_that_cannot_be_moved(void **state)
{
	struct vault_sys sys = vault_sys_real;
	struct vault_key *key;
	struct left l = begin(0600);
	struct err e = { 0 };

	(void)state;
	copy(l.main, l.gone, 0600);
	key = rig_key(NULL, l.home, "uno");
	sys.rename = no_rename;
	l.v->sys = &sys;
	assert_false(vault_rotate(l.v, key, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_false(vault_delete(l.v, &e));
	assert_int_equal(e.code, ERR_CREATE);
	assert_true(is_there(l.gone));
	vault_close(l.v);
	opens(&l);
	vault_key_free(key);
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies_that_others_may_read_go_too),
		cmocka_unit_test(test_copies_that_keep_their_rights_are_remembered),
		cmocka_unit_test(test_links_to_copies_are_not_touched),
		cmocka_unit_test(test_a_deletion_is_finished_when_all_can_be_looked_at),
		cmocka_unit_test(test_a_deletion_is_finished_beside_a_room_with_rights),
		cmocka_unit_test(test_a_note_that_stays_is_in_the_way_of_nothing),
		cmocka_unit_test(test_a_note_is_not_replaced_by_a_deletion),
		cmocka_unit_test(test_a_note_that_cannot_be_moved),
	};

	return cmocka_run_group_tests_name("vault left to do", tests, rig_start, NULL);
}
