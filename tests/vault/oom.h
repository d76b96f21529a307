/* An allocator that fails at its n-th call, once or from then on: malloc and its kin,
 * libsodium's guarded pieces, and what SQLite asks for.  Included once in a program. */
#ifndef TESTS_VAULT_OOM_H
#define TESTS_VAULT_OOM_H

#include <dlfcn.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <sodium.h>

static void *spared(void *p, size_t n);
#define MEM_REALLOC spared
#include "memfs.h"
#include "vault/sqlmem.h"

static struct {
	bool armed, sticky, sqlite; /* whose allocations are counted */
	long n, at, hits;
	bool nothing; /* the next malloc() fails */
	int inside;   /* SQLite's allocator: counted there, not again below it */
} oom;

/* Pieces that were taken and not given back.  The address sanitizer takes some by itself,
 * and counts better. */
static long live;

static bool fails_now(bool sqlite)
{
	long n;

	if (!oom.armed || (sqlite ? 0 : oom.inside) > 0)
		return false;
	if (sqlite != oom.sqlite)
		return oom.sticky && oom.hits > 0;
	n = oom.n++;
	if (oom.sticky ? n < oom.at : n != oom.at)
		return false;
	oom.hits++;
	return true;
}

#ifdef __SANITIZE_ADDRESS__
#define REAL(f) __interceptor_##f
int __lsan_do_recoverable_leak_check(void);
#else
#define REAL(f) __libc_##f
#endif
void *REAL(malloc)(size_t n);
void *REAL(calloc)(size_t n, size_t size);
void *REAL(realloc)(void *p, size_t n);
void REAL(free)(void *p);

void *malloc(size_t n)
{
	if (oom.nothing || fails_now(false)) {
		errno = ENOMEM;
		return NULL;
	}
	live++;
	return REAL(malloc)(n);
}

void *calloc(size_t n, size_t size)
{
	if (fails_now(false)) {
		errno = ENOMEM;
		return NULL;
	}
	live++;
	return REAL(calloc)(n, size);
}

void *realloc(void *p, size_t n)
{
	if (fails_now(false)) {
		errno = ENOMEM;
		return NULL;
	}
	live += p == NULL;
	return REAL(realloc)(p, n);
}

void free(void *p)
{
	live -= p != NULL;
	REAL(free)(p);
}

void *sodium_malloc(const size_t size)
{
	static void *(*real)(size_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sodium_malloc");
	if (fails_now(false)) {
		errno = ENOMEM;
		return NULL;
	}
	live++;
	return real(size);
}

void sodium_free(void *p)
{
	static void (*real)(void *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sodium_free");
	live -= p != NULL;
	real(p);
}

/* For the file system in memory: a machine without memory still has its disk. */
static void *spared(void *p, size_t n)
{
	live += p == NULL;
	return REAL(realloc)(p, n);
}

static sqlite3_mem_methods own;

/* It is the program's allocator that finds nothing, so that its own way out is taken. */
static void *count_malloc(int n)
{
	void *p;

	oom.nothing = fails_now(true);
	oom.inside++;
	p = own.xMalloc(n);
	oom.inside--;
	/* A page may have come from the pool. */
	if (oom.nothing && p) {
		own.xFree(p);
		p = NULL;
	}
	oom.nothing = false;
	return p;
}

static void *count_realloc(void *old, int n)
{
	void *p;

	oom.nothing = fails_now(true);
	oom.inside++;
	p = own.xRealloc(old, n);
	oom.inside--;
	oom.nothing = false;
	return p;
}

/* Between SQLite and the allocator that the program gave it. */
static void wrap_sqlite(void)
{
	sqlite3_mem_methods counted;

	sqlmem_start();
	sqlite3_shutdown();
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own), SQLITE_OK);
	counted = own;
	counted.xMalloc = count_malloc;
	counted.xRealloc = count_realloc;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &counted), SQLITE_OK);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}

/* ---- sessions in processes of their own ---- */

enum ending { WENT_ON = 0, DIED = 3, BAD = 4 };

/* exit() writes the counters of lines; the sanitizer would look for leaks at the wrong
 * moment. */
static void end(enum ending how)
{
	oom.armed = false;
#ifdef __SANITIZE_ADDRESS__
	_exit(how);
#else
	exit(how);
#endif
}

static void bad(const char *what, const char *words)
{
	oom.armed = false;
	fprintf(stderr, "allocation %ld%s: %s: %s\n", oom.at, oom.sticky ? " and on" : "",
	    what, words);
	end(BAD);
}

static void oom_arm(long at, bool sticky, bool sqlite)
{
	oom.at = at;
	oom.sticky = sticky;
	oom.sqlite = sqlite;
	oom.n = oom.hits = 0;
}

static int oom_apart(long (*run)(void *arg), void *arg, long quiet)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		long leaked = run(arg);

#ifdef __SANITIZE_ADDRESS__
		leaked = __lsan_do_recoverable_leak_check();
		quiet = 0;
#endif
		if (leaked != quiet)
			bad("session", "memory was not given back");
		end(WENT_ON);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : BAD;
}

struct oom_count {
	long went_on, died, bad;
};

/* Every `by`-th allocation of a session fails in turn.  `run` arms, and says what it did not
 * give back. */
static struct oom_count oom_every(
    long (*run)(void *arg), void *arg, bool sticky, bool sqlite, long by)
{
	struct oom_count c = { 0 };
	long quiet, all;

	/* Twice: what is made once in a process is made by then. */
	for (int i = 0; i < 2; i++) {
		oom_arm(LONG_MAX, false, sqlite);
		quiet = run(arg);
	}
	all = oom.n;
	for (long at = 0; at < all; at += by) {
		int how;

		oom_arm(at, sticky, sqlite);
		how = oom_apart(run, arg, quiet);
		c.went_on += how == WENT_ON;
		c.died += how == DIED;
		c.bad += how != WENT_ON && how != DIED;
	}
	print_message("%ld allocations; %ld tried%s: %ld went on, %ld ended in order\n",
	    all, c.went_on + c.died, sticky ? " and all after them" : "", c.went_on,
	    c.died);
	return c;
}

#endif
