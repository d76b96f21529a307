/* The wiping allocator.  Each block has its size in front; see sqlmem.h.
 *
 * Blocks as large as a page of SQLite's cache come from one piece of locked memory, which is
 * left out of core files.  SQLITE_CONFIG_PAGECACHE would give SQLite such a piece as well,
 * but what is freed there stays readable until it is used again.
 *
 * SQLite has one allocator in a process and hands it no argument, so the pool is the one
 * thing in this folder that is not reached through a vault. */
#include "sqlmem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <sodium.h>
#include <sqlite3.h>

#include "remanso/vault.h"

#include "format.h"

#define FRONT ((size_t)16)
/* SQLite's cache as vfs.c sets it, and what a transaction pins beyond that: what fits the
 * usual limit on locked memory, 8 MiB. */
#define POOL_PAGES ((size_t)1400)
/* Locked memory left to keys, passphrases and staged pages. */
#define POOL_SPARE ((rlim_t)2 * 1024 * 1024)

struct free_slot {
	struct free_slot *next;
};

static struct pool {
	pthread_mutex_t lock;
	size_t slot; /* bytes of one, the size in front included */
	struct secret *mem;
	uint8_t *base, *end, *fresh; /* from `fresh` on nothing was ever used */
	struct free_slot *free;
	size_t outside; /* pages that had to lie elsewhere */
	bool ours;      /* SQLite asks us for its memory */
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

static size_t *size_of(void *p)
{
	return (size_t *)(void *)((char *)p - FRONT);
}

static bool is_page(size_t n)
{
	return n >= FMT_BLOCK && n + FRONT <= pool.slot;
}

/* As many pages as the limit on locked memory bears; a part is better than nothing. */
static void pool_make(void)
{
	size_t pages = POOL_PAGES;
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) == 0 && r.rlim_cur != RLIM_INFINITY) {
		rlim_t room = r.rlim_cur > POOL_SPARE ? r.rlim_cur - POOL_SPARE : 0;

		if (room / pool.slot < pages)
			pages = (size_t)(room / pool.slot);
	}
	if (pages == 0)
		return;
	pool.mem = secret_new(pages * pool.slot);
	pool.base = pool.fresh = secret_bytes(pool.mem);
	pool.end = pool.base + pages * pool.slot;
}

static void *pool_take(void)
{
	void *p = NULL;

	pthread_mutex_lock(&pool.lock);
	if (!pool.mem)
		pool_make();
	if (pool.free) {
		p = pool.free;
		pool.free = pool.free->next;
	} else if (pool.fresh < pool.end) {
		p = pool.fresh;
		pool.fresh += pool.slot;
	} else {
		pool.outside++;
	}
	pthread_mutex_unlock(&pool.lock);
	return p;
}

/* True when the block, wiped by now, was the pool's. */
static bool pool_give(void *p, size_t n)
{
	uint8_t *at = p;
	bool inside;

	pthread_mutex_lock(&pool.lock);
	inside = pool.mem && at >= pool.base && at < pool.end;
	if (inside) {
		struct free_slot *s = p;

		s->next = pool.free;
		pool.free = s;
	} else if (is_page(n)) {
		pool.outside--;
	}
	pthread_mutex_unlock(&pool.lock);
	return inside;
}

static void *mem_malloc(int n)
{
	char *p = is_page((size_t)n) ? pool_take() : NULL;

	if (!p)
		p = malloc((size_t)n + FRONT);
	if (!p) {
		if (is_page((size_t)n)) {
			pthread_mutex_lock(&pool.lock);
			pool.outside--;
			pthread_mutex_unlock(&pool.lock);
		}
		return NULL;
	}
	*(size_t *)(void *)p = (size_t)n;
	return p + FRONT;
}

static void mem_free(void *p)
{
	size_t n;

	if (!p)
		return;
	n = *size_of(p);
	sodium_memzero(p, n);
	if (!pool_give(size_of(p), n))
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
	int header = 256;

	pool.ours = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
	/* Debian switches file: names on; one could name another VFS, and with it a file in
	 * the clear. */
	sqlite3_config(SQLITE_CONFIG_URI, 0);
	/* Pages one by one: a first piece of twenty would pass by the pool. */
	sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header);
	pool.slot = (FRONT + FMT_BLOCK + (size_t)header + 63) & ~(size_t)63;
	sqlite3_initialize();
}

void sqlmem_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
}

bool sqlmem_locked(void)
{
	bool all;

	pthread_mutex_lock(&pool.lock);
	all = pool.ours && pool.outside == 0;
	pthread_mutex_unlock(&pool.lock);
	return all;
}

void vault_memory_look(struct vault_memory *out)
{
	*out = (struct vault_memory){ 0 };
	pthread_mutex_lock(&pool.lock);
	out->wanted = POOL_PAGES * pool.slot;
	out->limit = out->wanted + POOL_SPARE;
	if (!pool.mem)
		pool_make();
	/* One refusal is known of, not whose it was: nothing is promised then. */
	if (pool.ours && pool.mem && secret_locked())
		out->locked = (size_t)(pool.end - pool.base);
	pthread_mutex_unlock(&pool.lock);
}

bool vault_init(struct err *e)
{
	sqlmem_start();
	if (!pool.ours)
		return err_set(e, ERR_INTERNAL, "%s",
		    _("The database was started before its memory was made safe."));
	return true;
}
