/* The wiping allocator.  Each block has its size in front; see sqlmem.h. */
#include "sqlmem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#define FRONT ((size_t)16)

static size_t *size_of(void *p)
{
	return (size_t *)(void *)((char *)p - FRONT);
}

static void *mem_malloc(int n)
{
	char *p = malloc((size_t)n + FRONT);

	if (!p)
		return NULL;
	*(size_t *)(void *)p = (size_t)n;
	return p + FRONT;
}

static void mem_free(void *p)
{
	if (!p)
		return;
	sodium_memzero(p, *size_of(p));
	free(size_of(p));
}

/* realloc() would leave the old place as it was. */
static void *mem_realloc(void *p, int n)
{
	size_t had = *size_of(p);
	void *q = mem_malloc(n);

	if (!q)
		return NULL;
	memcpy(q, p, had < (size_t)n ? had : (size_t)n);
	mem_free(p);
	return q;
}

static int mem_size(void *p)
{
	return p ? (int)*size_of(p) : 0;
}

static int mem_roundup(int n)
{
	return (n + 7) & ~7;
}

static int mem_init(void *arg)
{
	(void)arg;
	return SQLITE_OK;
}

static void mem_shutdown(void *arg)
{
	(void)arg;
}

static void start(void)
{
	static const sqlite3_mem_methods methods = { mem_malloc, mem_free, mem_realloc,
		mem_size, mem_roundup, mem_init, mem_shutdown, NULL };

	sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	/* Debian switches file: names on; one could name another VFS, and with it a file in
	 * the clear. */
	sqlite3_config(SQLITE_CONFIG_URI, 0);
	sqlite3_initialize();
}

void sqlmem_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
}
