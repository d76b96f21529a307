#include "remanso/derive.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { RUNNING, READY, ABANDONED };

struct derive {
	pthread_t thread;
	_Atomic int state;
	char *home;
	struct secret *pass;
	struct vault_key *key;
	struct err err;
};

static void derive_free(struct derive *d)
{
	vault_key_free(d->key);
	secret_free(d->pass);
	free(d->home);
	free(d);
}

static void *work(void *arg)
{
	struct derive *d = arg;

	d->key = vault_derive(NULL, d->home, d->pass, &d->err);
	secret_free(d->pass);
	d->pass = NULL;
	int running = RUNNING;
	if (!atomic_compare_exchange_strong(&d->state, &running, READY))
		derive_free(d); /* abandoned meanwhile: the last one out wipes */
	return NULL;
}

struct derive *derive_start(const char *home, const struct secret *pass)
{
	struct derive *d = calloc(1, sizeof(*d));

	if (d == NULL || (d->home = strdup(home)) == NULL)
		die("out of memory");
	d->pass = secret_nfc(pass);
	if (pthread_create(&d->thread, NULL, work, d) != 0)
		die("no thread could be started");
	(void)pthread_detach(d->thread);
	return d;
}

bool derive_ready(struct derive *d)
{
	return atomic_load(&d->state) == READY;
}

struct vault_key *derive_take(struct derive *d, struct err *e)
{
	struct vault_key *key = d->key;

	d->key = NULL;
	if (key == NULL)
		*e = d->err;
	derive_free(d);
	return key;
}

void derive_abandon(struct derive *d)
{
	int running = RUNNING;

	if (d != NULL && !atomic_compare_exchange_strong(&d->state, &running, ABANDONED))
		derive_free(d);
}
