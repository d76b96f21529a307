/* Every system call the vault makes, as a table, so that tests can put a simulated disk
 * underneath it: one that fills up, fails at the n-th call, or loses power.
 *
 * The functions behave as the calls of the same name: -1 and errno on failure.  Two extras:
 * `lock` takes an exclusive lock on the whole file without waiting (EAGAIN when another
 * open file holds one), bound to the open file and not to the process, and gone with it; a
 * file open for reading only is locked against writers;
 * `list` calls `each` for every name in a folder but "." and "..". */
#ifndef VAULT_SYS_H
#define VAULT_SYS_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

struct vault_sys {
	void *ctx;
	uint32_t log_blocks; /* blocks kept for the log; 0 means FMT_LOG_BLOCKS */
	uint64_t kdf_work;   /* the most that is derived (kdf_work()); 0 means the usual */
	int (*open)(void *ctx, const char *path, int flags, mode_t mode);
	int (*close)(void *ctx, int fd);
	ssize_t (*pread)(void *ctx, int fd, void *buf, size_t n, off_t at);
	ssize_t (*pwrite)(void *ctx, int fd, const void *buf, size_t n, off_t at);
	int (*fsync)(void *ctx, int fd);
	int (*fdatasync)(void *ctx, int fd);
	int (*ftruncate)(void *ctx, int fd, off_t size);
	int (*fstat)(void *ctx, int fd, struct stat *st);
	int (*fchmod)(void *ctx, int fd, mode_t mode); /* NULL: rights stay */
	int (*lstat)(void *ctx, const char *path, struct stat *st);
	int (*lock)(void *ctx, int fd);
	int (*unlink)(void *ctx, const char *path);
	int (*rename)(void *ctx, const char *from, const char *to);
	int (*mkdir)(void *ctx, const char *path, mode_t mode);
	int (*list)(void *ctx, const char *dir, void (*each)(void *arg, const char *name),
	    void *arg);
	int (*fs_type)(void *ctx, int fd, long *type); /* statfs f_type */
	uid_t (*uid)(void *ctx);
	uint64_t (*free_ram)(void *ctx); /* bytes that can be had without swapping */
	int64_t (*cpu_us)(void *ctx);    /* time this thread has computed */
	/* Argon2id, as crypto_pwhash() does it, which is taken when this is NULL */
	int (*pwhash)(void *ctx, uint8_t *out, size_t n, const char *words, size_t len,
	    const uint8_t *salt, unsigned long long passes, size_t memory);
};

extern const struct vault_sys vault_sys_real;

#endif
