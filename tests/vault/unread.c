/* A disk that cannot give back one block: what stands there twice is read from the other
 * place, and what does not is told, with what can still be read. */
#include "room.h"

#include "vault/copy.h"

/* Blocks of the main file, a bit each. */
static struct {
	unsigned unread, unwritten;
	long once; /* reads of such a block until it can be read again; 0: for good */
} disk;

static bool hits(unsigned blocks, const struct mem_file *f, size_t n, off_t at)
{
	size_t first = (size_t)at / FMT_BLOCK, last = ((size_t)at + n - 1) / FMT_BLOCK;

	if (f->folder || strlen(f->path) != ROOM_PATH)
		return false;
	for (size_t b = first; b <= last && b < 32; b++) {
		if (blocks & 1u << b)
			return true;
	}
	return false;
}

static ssize_t bad_pread(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	if (!hits(disk.unread, mem_of(ctx, fd), n, at))
		return mem_pread(ctx, fd, buf, n, at);
	if (disk.once > 0 && --disk.once == 0)
		disk.unread = 0;
	errno = EIO;
	return -1;
}

static ssize_t bad_pwrite(void *ctx, int fd, const void *buf, size_t n, off_t at)
{
	if (!hits(disk.unwritten, mem_of(ctx, fd), n, at)) {
		/* A block that is written again can be read again. */
		if (n == FMT_BLOCK && hits(disk.unread, mem_of(ctx, fd), n, at))
			disk.unread &= ~(1u << (size_t)at / FMT_BLOCK);
		return mem_pwrite(ctx, fd, buf, n, at);
	}
	errno = EIO;
	return -1;
}

/* A closed room of which these blocks cannot be read, and with `written` cannot be written. */
static struct room_rig begin(unsigned blocks, bool written)
{
	struct room_rig r = room_rig_new();

	vault_close(r.v);
	r.m->sys.pread = bad_pread;
	r.m->sys.pwrite = bad_pwrite;
	disk.unread = blocks;
	disk.unwritten = written ? 0 : blocks;
	disk.once = 0;
	return r;
}

static void end(struct room_rig *r)
{
	memset(&disk, 0, sizeof disk);
	room_rig_end(r);
}

static void inspect(struct room_rig *r)
{
	if (!vault_inspect(&r->m->sys, HOME, r->key, &r->r, &r->e))
		fail_msg("inspect: %s", r->e.text);
}

static const char *const names[] = { "header copy 1", "header copy 2", "root copy 1",
	"root copy 2" };

static void test_one_block_of_the_beginning_kept_everybody_out(void **state)
{
	(void)state;
	for (unsigned b = 0; b < 4; b++) {
		struct room_rig r = begin(1u << b, false);

		/* Nothing can be written there either: each opening goes by the other copy. */
		for (int i = 0; i < 2; i++) {
			assert_int_equal(
			    rig_try(&r.v, &r.m->sys, HOME, "uno", false), ERR_OK);
			assert_int_equal(rig_int(r.v, "SELECT count(*) FROM t"), 1);
			assert_true(vault_verify(r.v, &r.r, &r.e));
			assert_int_equal(r.r.state, VAULT_MENDED);
			assert_string_equal(r.r.where, names[b]);
			rig_sql(r.v, "DELETE FROM t; INSERT INTO t VALUES(1)");
			vault_close(r.v);
		}
		inspect(&r);
		assert_string_equal(r.r.where, names[b]);
		assert_int_equal(r.r.bad_pages, 0);
		end(&r);
	}
}

/* A disk puts another block in the place of one that is written anew. */
static void test_opening_mends_what_could_not_be_read(void **state)
{
	(void)state;
	for (unsigned b = 0; b < 4; b++) {
		struct room_rig r = begin(1u << b, true);

		assert_true(vault_open(&r.v, &r.m->sys, HOME, r.key, &r.e));
		assert_int_equal(disk.unread, 0);
		assert_true(vault_verify(r.v, &r.r, &r.e));
		assert_string_equal(r.r.mended, names[b]);
		vault_close(r.v);
		room_whole(r.m, HOME);
		end(&r);
	}
}

static void test_a_wrong_passphrase_is_wrong_all_the_same(void **state)
{
	struct room_rig r = begin(1, false);
	struct vault *v = NULL;

	(void)state;
	assert_int_equal(rig_try(&v, &r.m->sys, HOME, "dos", false), ERR_PASSPHRASE);
	end(&r);
}

static void test_both_copies_of_the_header(void **state)
{
	struct room_rig r = begin(3, false);
	struct secret *pass = rig_secret("uno");

	(void)state;
	assert_false(vault_open(&r.v, &r.m->sys, HOME, r.key, &r.e));
	assert_int_equal(r.e.code, ERR_IO);
	assert_int_equal(r.e.sys, EIO);
	assert_null(vault_derive(&r.m->sys, HOME, pass, &r.e));
	assert_int_equal(r.e.code, ERR_IO);
	assert_false(vault_inspect(&r.m->sys, HOME, r.key, &r.r, &r.e));
	assert_int_equal(r.e.code, ERR_IO);
	secret_free(pass);
	end(&r);
}

static void refused(struct room_rig *r, enum err_code code, const char *words)
{
	r->e = (struct err){ 0 };
	assert_false(vault_open(&r->v, &r->m->sys, HOME, r->key, &r->e));
	assert_int_equal(r->e.code, code);
	if (!strstr(r->e.text, words))
		fail_msg("%s", r->e.text);
}

/* The roots, and a page: the words named an error of the disk, and no way out. */
static void test_a_disk_that_fails_had_no_way_out(void **state)
{
	struct room_rig r = begin(12, false);

	(void)state;
	refused(&r, ERR_DAMAGED, "'remanso rescue DIR'");
	inspect(&r);
	assert_string_equal(r.r.where, "root copy 1, root copy 2, the log from block 0 on");
	end(&r);
	r = begin(1u << 5, false);
	refused(&r, ERR_DAMAGED, "1 of ");
	assert_non_null(strstr(r.e.text, "'remanso rescue DIR'"));
	inspect(&r);
	assert_string_equal(r.r.where, "page 2");
	assert_int_equal(r.r.bad_pages, 1);
	end(&r);
}

/* Page 1 is newer in the log, and yet its seal is asked for. */
static void test_an_older_copy_that_cannot_be_read(void **state)
{
	struct room_rig r = begin(0, true);

	(void)state;
	r.v = rig_open(&r.m->sys, HOME, "uno");
	rig_sql(r.v, "CREATE TABLE u(a)");
	vault_close(r.v);
	disk.unread = 1u << 4;
	refused(&r, ERR_DAMAGED, "pages can be read: 'remanso rescue DIR'");
	inspect(&r);
	assert_int_equal(r.r.state, VAULT_MENDED);
	assert_int_equal(r.r.bad_pages, 0);
	assert_int_equal(r.r.bad_spares, 1);
	end(&r);
}

/* What can be read the next time is not called damaged. */
static void test_a_fault_that_passes(void **state)
{
	struct room_rig r = begin(1u << 5, false);

	(void)state;
	disk.once = 2; /* two pages at once, and then the one */
	refused(&r, ERR_IO, "could not be read");
	assert_int_equal(disk.unread, 0);
	room_whole(r.m, HOME);
	/* One root gives an error, and the other is damaged. */
	disk.unread = 4;
	disk.once = 1;
	main_in(r.m, HOME)->now[FMT_ROOT_AT(1) + 9] ^= 1;
	refused(&r, ERR_IO, "could not be read");
	room_whole(r.m, HOME);
	end(&r);
}

/* The copy that cannot be read asks for no derivation, and is nobody's id. */
static void test_what_stands_for_a_copy_that_cannot_be_read(void **state)
{
	struct room_rig r = begin(1, false);
	char name[HOME_NAME + 1] = { 0 };
	struct home_vault a, b;

	(void)state;
	memcpy(name, main_in(r.m, HOME)->path + strlen(HOME "/"), HOME_NAME);
	assert_true(copy_load(&r.m->sys, HOME, name, &a, &r.e));
	assert_true(home_load(&r.m->sys, HOME, name, O_RDONLY, &b, &r.e));
	assert_int_equal(header_preset(a.head[0]), 0);
	assert_int_equal(header_preset(b.head[0]), 0);
	assert_memory_not_equal(header_id(a.head[0]), header_id(b.head[0]), FMT_ID);
	assert_memory_equal(a.head[1], b.head[1], FMT_BLOCK);
	assert_true(!a.torn && a.got == sizeof a.head);
	io_close(&r.m->sys, a.fd);
	io_close(&r.m->sys, b.fd);
	/* Of a copy on a stick nobody had said how much was there. */
	main_in(r.m, HOME)->size = 5000;
	memset(&a, 0xff, sizeof a);
	assert_true(copy_load(&r.m->sys, HOME, name, &a, &r.e));
	assert_true(a.torn);
	assert_int_equal(a.got, 5000);
	io_close(&r.m->sys, a.fd);
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_block_of_the_beginning_kept_everybody_out),
		cmocka_unit_test(test_opening_mends_what_could_not_be_read),
		cmocka_unit_test(test_a_wrong_passphrase_is_wrong_all_the_same),
		cmocka_unit_test(test_both_copies_of_the_header),
		cmocka_unit_test(test_a_disk_that_fails_had_no_way_out),
		cmocka_unit_test(test_an_older_copy_that_cannot_be_read),
		cmocka_unit_test(test_a_fault_that_passes),
		cmocka_unit_test(test_what_stands_for_a_copy_that_cannot_be_read),
	};

	return cmocka_run_group_tests_name("vault unread", tests, rig_start, NULL);
}
