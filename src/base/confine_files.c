/* Landlock: which files may be opened, by raw system calls.  The kernel's header is not
 * used: the one a machine has may be older than its kernel, and the numbers never change. */
#include "confine_in.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "remanso/err.h"

/* The same on every architecture. */
#define CALL_CREATE 444
#define CALL_ADD 445
#define CALL_RESTRICT 446

#define CREATE_VERSION 1u
#define RULE_PATH 1
#define RESTRICT_SILENT 1u

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_FIRST ((UINT64_C(1) << 13) - 1) /* everything that version 1 knows */
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define FS_OF_A_FILE \
	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

#define NET_TCP 3u /* bind and connect */
/* Abstract sockets; not signals: Ctrl-Z stops the whole process group. */
#define SCOPE_SOCKETS 1u

struct ruleset {
	uint64_t fs, net, scoped;
};

struct rule_path {
	uint64_t may;
	int32_t fd;
} __attribute__((packed));

/* What each version of the kernel's interface added.  It must be said which kinds of access
 * are ruled at all; what is not said stays free. */
static struct ruleset ruled(int abi)
{
	struct ruleset r = { .fs = FS_FIRST };

	if (abi >= 2)
		r.fs |= FS_REFER;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 4)
		r.net = NET_TCP;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r.scoped = SCOPE_SOCKETS;
	return r;
}

static uint64_t rights(unsigned may)
{
	uint64_t fs = 0;

	if (may & CONFINE_READ)
		fs |= FS_READ_FILE | FS_READ_DIR;
	if (may & CONFINE_LIST)
		fs |= FS_READ_DIR;
	if (may & CONFINE_WRITE)
		fs |= FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG | FS_REMOVE_FILE;
	if (may & CONFINE_RMDIR)
		fs |= FS_REMOVE_DIR;
	if (may & CONFINE_DEVICE)
		fs |= FS_IOCTL_DEV;
	return fs;
}

/* A place that cannot be opened, or that the kernel does not take, stays shut. */
static void allow(int ruleset, uint64_t known, const struct confine_place *p)
{
	struct rule_path rule = { .may = rights(p->may) & known };
	struct stat st;

	rule.fd = open(p->path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0)
		return;
	if (fstat(rule.fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.may &= FS_OF_A_FILE;
		(void)syscall(CALL_ADD, ruleset, RULE_PATH, &rule, 0);
	}
	(void)close(rule.fd);
}

static const char *reason(int sys)
{
	if (sys == ENOSYS)
		return N_("This kernel does not have Landlock.");
	if (sys == EOPNOTSUPP)
		return N_("Landlock is switched off in this kernel.");
	return N_("The system did not allow it.");
}

int confine_files_abi(const char **why)
{
	long abi = syscall(CALL_CREATE, NULL, 0, CREATE_VERSION);

	if (abi > 0)
		return (int)abi;
	if (why != NULL)
		*why = reason(errno);
	return 0;
}

void confine_files(const struct confine_place *places, size_t n, struct confine_report *r)
{
	r->files_abi = confine_files_abi(&r->files_why);
	if (r->files_abi == 0)
		return;
	const struct ruleset set = ruled(r->files_abi);
	int fd = (int)syscall(CALL_CREATE, &set, sizeof(set), 0);
	if (fd < 0) {
		r->files_why = reason(errno);
		return;
	}
	for (size_t i = 0; i < n; i++)
		allow(fd, set.fs, &places[i]);
	/* Refusals name files; where the kernel can keep them out of the system's log, they
	 * stay out. */
	unsigned flags = r->files_abi >= 7 ? RESTRICT_SILENT : 0;
	r->files = syscall(CALL_RESTRICT, fd, flags) == 0;
	if (!r->files)
		r->files_why = reason(errno);
	(void)close(fd);
}
