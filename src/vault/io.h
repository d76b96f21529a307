/* Whole reads and writes over the table of system calls: interrupted and short transfers
 * are carried on, everything else is an error in words.  Also the refusals: what a vault
 * file must be before a byte of it is read. */
#ifndef VAULT_IO_H
#define VAULT_IO_H

#include <limits.h>

#include "remanso/err.h"

#include "sys.h"

/* Read `n` bytes, or what there is before the end of the file; `got` says how many. */
bool io_read(const struct vault_sys *sys, int fd, void *buf, size_t n, uint64_t at,
    size_t *got, struct err *e) MUST_CHECK;
/* Write all of it, in pieces below 128 KiB. */
bool io_write(const struct vault_sys *sys, int fd, const void *buf, size_t n, uint64_t at,
    struct err *e) MUST_CHECK;
/* Data, and the size with it. */
bool io_sync(const struct vault_sys *sys, int fd, struct err *e) MUST_CHECK;
bool io_cut(const struct vault_sys *sys, int fd, uint64_t size, struct err *e) MUST_CHECK;
bool io_size(const struct vault_sys *sys, int fd, uint64_t *size, struct err *e) MUST_CHECK;
/* Random bytes from `from` up to `to`: a file of ours has no readable hole. */
bool io_pad(const struct vault_sys *sys, int fd, uint64_t from, uint64_t to,
    struct err *e) MUST_CHECK;
/* Overwrite the first `n` bytes with random ones, as well as it goes, never more than there
 * are. */
void io_spoil(const struct vault_sys *sys, int fd, uint64_t n);

/* Open a file that must be regular, ours, with one name, and that others have no rights to.
 * -1 and an error (ERR_UNSAFE,
 * ERR_NOT_FOUND, ERR_IO) otherwise. */
int io_open_ours(const struct vault_sys *sys, const char *path, int flags, struct err *e);
/* Open any regular file for reading: what is copied in from a stick. */
int io_open_any(const struct vault_sys *sys, const char *path, struct err *e);
/* A new file, 0600, that was not there before. */
int io_make(const struct vault_sys *sys, const char *path, struct err *e);
/* Take the rights of others away from a folder that they cannot write. */
bool io_make_ours(const struct vault_sys *sys, int fd, mode_t mode) MUST_CHECK;
/* A folder, for fstat and fsync; -1 and errno. */
int io_open_dir(const struct vault_sys *sys, const char *path);
/* True when `fd` is open on the file that has this name now. */
bool io_is(const struct vault_sys *sys, const char *path, int fd);
void io_close(const struct vault_sys *sys, int fd); /* -1 is fine */
/* Make names in a folder last. */
bool io_sync_dir(const struct vault_sys *sys, const char *dir, struct err *e) MUST_CHECK;
/* "chmod RIGHTS PATH", as it can be typed.  For a path that is too long for a sentence (over 100 bytes), or that
 * a shell would read otherwise, DIR stands in its place, and before `name` (or NULL). */
void io_chmod_words(
    char out[static 128], const char *rights, const char *path, const char *name);
/* DIR/NAME and a suffix.  Making one cannot fail: what is longer than a path can be fills it to
 * the end, and is refused by the system, not cut to another file's name. */
struct path {
	char s[PATH_MAX + 1];
};
struct path io_whole(const char *path);
struct path io_join(const char *dir, const char *name, const char *suffix);
/* The same in memory of its own, which the caller frees. */
char *io_path(const char *dir, const char *name, const char *suffix);

#endif
