/* Reading ahead, on a file in memory: the right block, few calls, nothing out of date, and
 * a bad place that takes only itself along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vault/ahead.h"

#include <errno.h>

#define PAGES 64

struct disk {
	uint8_t bytes[(4 + PAGES) * FMT_BLOCK];
	size_t size;
	uint32_t bad; /* a page that cannot be read; 0: none */
	unsigned calls;
};

static struct disk disk;

static ssize_t disk_pread(void *ctx, int fd, void *buf, size_t n, off_t at)
{
	struct disk *d = ctx;
	size_t from = (size_t)at, end;

	(void)fd;
	d->calls++;
	if (from >= d->size)
		return 0;
	end = from + n < d->size ? from + n : d->size;
	if (d->bad != 0 && from < FMT_PAGE_AT(d->bad) + FMT_BLOCK &&
	    end > FMT_PAGE_AT(d->bad)) {
		errno = EIO;
		return -1;
	}
	memcpy(buf, d->bytes + from, end - from);
	return (ssize_t)(end - from);
}

static const struct vault_sys sys = { .ctx = &disk, .pread = disk_pread };

static int fresh(void **state)
{
	static struct ahead a;

	disk = (struct disk){ .size = sizeof disk.bytes };
	for (uint32_t no = 1; no <= PAGES; no++)
		memset(disk.bytes + FMT_PAGE_AT(no), (int)no, FMT_BLOCK);
	assert_true(ahead_init(&a));
	*state = &a;
	return 0;
}

static int done(void **state)
{
	ahead_free(*state);
	return 0;
}

static void expect(struct ahead *a, uint32_t no, int byte)
{
	struct err e = { 0 };
	const uint8_t *block = ahead_page(a, &sys, 0, no, &e);

	assert_non_null(block);
	for (size_t i = 0; i < FMT_BLOCK; i++)
		assert_int_equal(block[i], byte);
}

static void test_pages_in_order_come_in_pieces(void **state)
{
	for (uint32_t no = 1; no <= PAGES; no++)
		expect(*state, no, (int)no);
	/* 1, 2, 4, 8, 16, 16, 16, what is left, and where it ends */
	assert_in_range(disk.calls, 1, 9);
}

static void test_who_jumps_about_reads_single_pages(void **state)
{
	static const uint32_t order[] = { 9, 3, 60, 3, 2, 64, 1, 30 };

	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		expect(*state, order[i], (int)order[i]);
	assert_int_equal(disk.calls, ARRAY_LEN(order));
}

static void test_what_was_read_is_not_used_after_a_jump(void **state)
{
	for (uint32_t no = 1; no <= 5; no++)
		expect(*state, no, (int)no);
	memset(disk.bytes + FMT_PAGE_AT(6), 200, FMT_BLOCK);
	memset(disk.bytes + FMT_PAGE_AT(7), 201, FMT_BLOCK);
	expect(*state, 7, 201);
	expect(*state, 6, 200);
}

static void test_nothing_is_used_after_a_write(void **state)
{
	for (uint32_t no = 1; no <= 5; no++)
		expect(*state, no, (int)no);
	memset(disk.bytes + FMT_PAGE_AT(6), 200, FMT_BLOCK);
	ahead_drop(*state);
	expect(*state, 6, 200);
}

static void test_a_bad_place_takes_only_itself_along(void **state)
{
	struct err e = { 0 };

	disk.bad = 23;
	for (uint32_t no = 1; no <= PAGES; no++) {
		if (no != disk.bad) {
			expect(*state, no, (int)no);
			continue;
		}
		assert_null(ahead_page(*state, &sys, 0, no, &e));
		assert_int_equal(e.code, ERR_IO);
	}
}

static void test_a_file_that_ends_early(void **state)
{
	struct err e = { 0 };

	disk.size = FMT_PAGE_AT(7) + 100;
	for (uint32_t no = 1; no <= 6; no++)
		expect(*state, no, (int)no);
	for (int again = 0; again < 2; again++) {
		e = (struct err){ 0 };
		assert_null(ahead_page(*state, &sys, 0, 7, &e));
		assert_int_equal(e.code, ERR_DAMAGED);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pages_in_order_come_in_pieces),
		TEST(test_who_jumps_about_reads_single_pages),
		TEST(test_what_was_read_is_not_used_after_a_jump),
		TEST(test_nothing_is_used_after_a_write),
		TEST(test_a_bad_place_takes_only_itself_along),
		TEST(test_a_file_that_ends_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
