/* Making and closing a vault; open.c opens one. */
#include "inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h>

#include "io.h"
#include "sqlmem.h"

void vault_free(struct vault *v)
{
	vfs_close(v->vfs, v->db);
	pages_close(v->pages);
	secret_free(v->mem);
	secret_wipe(v->header, sizeof v->header);
	free(v->home);
	free(v);
}

struct vault *vault_blank(
    const struct vault_sys *sys, const char *home, const char *name, struct err *e)
{
	struct vault *v = calloc(1, sizeof *v);

	if (!v)
		goto no_memory;
	v->home = strdup(home);
	v->mem = secret_try_new(sizeof(struct keys));
	if (!v->home || !v->mem)
		goto no_memory;
	v->sys = sys;
	memcpy(v->name, name, HOME_NAME + 1);
	v->keys = (struct keys *)(void *)secret_bytes(v->mem);
	return v;
no_memory:
	err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	if (v)
		vault_free(v);
	return NULL;
}

void vault_close(struct vault *v)
{
	if (!v)
		return;
	/* Rolls back what was not committed. */
	vfs_close(v->vfs, v->db);
	v->vfs = NULL;
	/* Without this the next opening finds everything all the same, so a disk that is
	 * full or gone by now is no reason to speak. */
	if (!v->dead)
		(void)!pages_settle(v->pages, NULL);
	vault_free(v);
}

void vault_drop_keys(struct vault *v)
{
	v->dead = true;
	vfs_stop(v->vfs);
	secret_wipe(v->keys, sizeof *v->keys);
	pages_wipe(v->pages);
}

enum kdf_preset vault_preset(const struct vault *v)
{
	return (enum kdf_preset)header_preset(v->header);
}

struct sqlite3 *vault_db(struct vault *v)
{
	return v->db;
}

unsigned vault_kept_of(const struct vault *v)
{
	struct home_kept kept = { 0 };
	unsigned n;

	if (!home_list_kept(v->sys, v->home, v->keys->id, &kept, NULL))
		return 0;
	n = (unsigned)kept.n;
	home_kept_free(&kept);
	return n;
}

bool vault_sql_err(struct vault *v, struct err *e)
{
	const struct err *last = vfs_last(v->vfs);

	if (last->code == ERR_OK && (sqlite3_errcode(v->db) & 0xff) == SQLITE_NOMEM)
		return err_set(e, ERR_MEMORY, "%s", _("There is not enough memory."));
	if (last->code == ERR_OK)
		return err_set(e, ERR_INTERNAL, "%s",
		    _("The database refused this. Nothing was changed."));
	if (e)
		*e = *last;
	vfs_forget_last(v->vfs);
	return false;
}

/* ---- making ---- */

int vault_make_file(
    const struct vault_sys *sys, const char *path, uint64_t size, struct err *e)
{
	int fd = io_make(sys, path, e);
	bool locked;

	if (fd < 0)
		return -1;
	/* The lock keeps others from sweeping the file away, unless one of them was faster. */
	locked = sys->lock(sys->ctx, fd) == 0;
	if (!locked && errno != EAGAIN && errno != EACCES) {
		err_sys(e, ERR_CREATE, errno,
		    _("The files in this folder cannot be locked. Choose another folder."));
		goto drop;
	}
	if (!locked || !io_is(sys, path, fd)) {
		err_set(e, ERR_BUSY, "%s",
		    _("Another window was tidying up in this folder. Try once more."));
		goto drop;
	}
	if (!io_pad(sys, fd, 0, size, e))
		goto drop;
	return fd;
drop:
	io_close(sys, fd);
	sys->unlink(sys->ctx, path);
	return -1;
}

static bool finish_file(
    const struct vault_sys *sys, int fd, const char *from, const char *to, struct err *e)
{
	if (!io_sync(sys, fd, e))
		return false;
	if (sys->rename(sys->ctx, from, to) != 0)
		return err_sys(e, ERR_CREATE, errno, _("A new file could not be made."));
	return true;
}

bool vault_fill_main(struct vault *v, int fd, const struct key_pair *p, struct err *e)
{
	uint8_t id[FMT_ID];

	randombytes_buf(id, sizeof id);
	memcpy(v->keys->id, id, FMT_ID);
	randombytes_buf(v->keys->master, FMT_KEY);
	seal_derive(v->keys);
	header_new(v->header, id, p->salt, p->preset);
	header_wrap(v->header, 0, &p->sk, v->keys->master, SLOT_PASSPHRASE);
	v->info = (struct header_info){
		.gen = 1, .format = FMT_VERSION, .kind = { SLOT_PASSPHRASE }
	};
	header_seal(v->header, v->keys, &v->info);
	for (int copy = 0; copy < 2; copy++) {
		if (!io_write(v->sys, fd, v->header, FMT_BLOCK, FMT_HEADER_AT(copy), e))
			return false;
	}
	return pages_make(v->sys, fd, v->keys, e);
}

/* What cannot be opened must not be found the next time. */
static void remove_files(const struct vault *v)
{
	char *log_path = io_path(v->home, v->name, HOME_LOG);
	char *main_path = io_path(v->home, v->name, "");

	v->sys->unlink(v->sys->ctx, main_path);
	v->sys->unlink(v->sys->ctx, log_path);
	free(log_path);
	free(main_path);
}

/* The log first: a main file under its final name always has one. */
static bool make_files(
    struct vault *v, const struct key_pair *p, int *main, int *log, struct err *e)
{
	char *log_new = io_path(v->home, v->name, HOME_LOG HOME_NEW);
	char *main_new = io_path(v->home, v->name, HOME_NEW);
	char *log_path = io_path(v->home, v->name, HOME_LOG);
	char *main_path = io_path(v->home, v->name, "");
	uint32_t blocks = v->sys->log_blocks ? v->sys->log_blocks : FMT_LOG_BLOCKS;
	bool ok = false;

	*main = -1;
	*log = vault_make_file(v->sys, log_new, blocks * FMT_BLOCK, e);
	if (*log < 0)
		goto out;
	*main = vault_make_file(v->sys, main_new, fold_main_size(0), e);
	if (*main < 0 || !vault_fill_main(v, *main, p, e))
		goto drop;
	if (!finish_file(v->sys, *log, log_new, log_path, e))
		goto drop;
	ok = finish_file(v->sys, *main, main_new, main_path, e) &&
	     io_sync_dir(v->sys, v->home, e);
	if (ok)
		goto out;
	remove_files(v);
drop:
	v->sys->unlink(v->sys->ctx, log_new);
	v->sys->unlink(v->sys->ctx, main_new);
	io_close(v->sys, *log);
	io_close(v->sys, *main);
out:
	free(log_new);
	free(main_new);
	free(log_path);
	free(main_path);
	return ok;
}

/* Under another name when a window that sweeps took a file before it was locked. */
static struct vault *make_vault(const struct vault_sys *sys, const char *home,
    const struct key_pair *p, int *main, int *log, struct err *e)
{
	char name[HOME_NAME + 1];
	struct err why = { 0 };

	for (int i = 0; i < 8; i++) {
		struct vault *v;

		home_new_name(name);
		v = vault_blank(sys, home, name, &why);
		if (!v)
			break;
		if (make_files(v, p, main, log, &why))
			return v;
		vault_free(v);
		if (why.code != ERR_BUSY)
			break;
	}
	if (e)
		*e = why;
	return NULL;
}

static bool start(struct vault *v, int main, int log, struct err *e)
{
	if (!pages_open(&v->pages, v->sys, main, log, v->keys, v->info.gen, e)) {
		io_close(v->sys, main);
		io_close(v->sys, log);
		return false;
	}
	return vfs_open(&v->vfs, &v->db, v->pages, e);
}

bool vault_create(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e)
{
	const struct key_pair *pair = &key_pairs(key)[key->fresh];
	struct vault *v;
	int main, log;

	sys = sys ? sys : &vault_sys_real;
	sqlmem_start();
	if (pair->no_memory)
		return key_no_memory(pair->preset, e);
	if (!home_make(sys, home, e))
		return false;
	if (home_opens_any(sys, home, key, NULL))
		return err_set(e, ERR_PASSPHRASE, "%s",
		    _("This passphrase opens another room already. Choose a different one."));
	/* Derivation ends early only where it found a room. */
	if (!pair->ready)
		return err_set(e, ERR_BUSY, "%s",
		    _("This room was changed by another window just now. Try once more."));
	home_sweep(sys, home);
	v = make_vault(sys, home, pair, &main, &log, e);
	if (!v)
		return false;
	if (!start(v, main, log, e)) {
		remove_files(v);
		vault_free(v);
		return false;
	}
	*out = v;
	return true;
}
