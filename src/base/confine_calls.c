/* seccomp: which system calls are refused, as a BPF program that the kernel runs before
 * each call.
 *
 * It lists what is refused, not what is allowed: which calls a C library makes changes with
 * its version, and a workbook that dies of an update helps nobody.  Against what such a list
 * misses, numbers that are newer than the list are answered ENOSYS, as by an older kernel.
 *
 * Refused calls fail with EPERM and the program goes on: killed, it would leave a private
 * page on the screen.  Only calls by the numbers of another architecture end it, because
 * nothing but an attack makes them. */
#include "confine_in.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "remanso/err.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u
#elif defined(__aarch64__) && !defined(__ILP32__) && defined(__AARCH64EL__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#ifndef ARCH

void confine_calls(struct confine_report *r)
{
	r->calls_why = N_("It is not made for this kind of processor.");
}

#else

/* clang-format off */
static const unsigned short refused[] = {
	/* the network, and handles handed over by another process */
	__NR_socket, __NR_socketpair, __NR_bind, __NR_listen, __NR_accept, __NR_accept4,
	__NR_connect, __NR_getsockname, __NR_getpeername, __NR_getsockopt, __NR_setsockopt,
	__NR_sendto, __NR_recvfrom, __NR_sendmsg, __NR_recvmsg, __NR_sendmmsg,
	__NR_recvmmsg, __NR_shutdown,
	/* other programs */
	__NR_execve, __NR_execveat, __NR_memfd_create, __NR_personality,
	/* other processes: memory, signals, shared memory, queues */
	__NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_kcmp, __NR_tkill,
	__NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo, __NR_migrate_pages, __NR_move_pages,
	__NR_shmget, __NR_shmat, __NR_msgget, __NR_semget, __NR_mq_open, __NR_mq_unlink,
	424 /* pidfd_send_signal */, 434 /* pidfd_open */, 438 /* pidfd_getfd */,
	440 /* process_madvise */, 448 /* process_mrelease */,
	/* files past their permissions; Landlock does not look at these */
	__NR_open_by_handle_at, __NR_name_to_handle_at, __NR_truncate, __NR_linkat,
	__NR_symlinkat, __NR_mknodat, __NR_utimensat, __NR_fchmodat,
	__NR_fchown, __NR_fchownat, __NR_setxattr, __NR_lsetxattr, __NR_fsetxattr,
	__NR_removexattr, __NR_lremovexattr, __NR_fremovexattr, __NR_fanotify_init,
	__NR_fanotify_mark, 452 /* fchmodat2 */, 463 /* setxattrat */,
	466 /* removexattrat */, 469 /* file_setattr */,
	/* namespaces and mounts */
	__NR_unshare, __NR_setns, __NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot,
	428 /* open_tree */, 429 /* move_mount */, 430 /* fsopen */, 431 /* fsconfig */,
	432 /* fsmount */, 433 /* fspick */, 442 /* mount_setattr */,
	467 /* open_tree_attr */,
	/* being somebody else */
	__NR_setuid, __NR_setgid, __NR_setreuid, __NR_setregid, __NR_setresuid,
	__NR_setresgid, __NR_setfsuid, __NR_setfsgid, __NR_setgroups, __NR_capset,
	__NR_add_key, __NR_request_key, __NR_keyctl,
	/* what has been the way into the kernel */
	__NR_bpf, __NR_perf_event_open, __NR_userfaultfd, 425 /* io_uring_setup */,
	426 /* io_uring_enter */, 427 /* io_uring_register */,
	/* the machine */
	__NR_init_module, __NR_finit_module, __NR_delete_module, __NR_kexec_load,
	__NR_reboot, __NR_swapon, __NR_swapoff, __NR_acct, __NR_quotactl,
	443 /* quotactl_fd */, __NR_syslog, __NR_settimeofday, __NR_clock_settime,
	__NR_adjtimex, __NR_clock_adjtime, __NR_sethostname, __NR_setdomainname,
	__NR_vhangup,
#ifdef __NR_kexec_file_load
	__NR_kexec_file_load,
#endif
#ifdef __x86_64__ /* older names that newer architectures do without */
	__NR_fork, __NR_vfork, __NR_chmod, __NR_chown, __NR_lchown, __NR_utime,
	__NR_utimes, __NR_futimesat, __NR_link, __NR_symlink, __NR_mknod, __NR_iopl,
	__NR_ioperm, __NR_modify_ldt, __NR_uselib,
#endif
};
/* clang-format on */

/* The newest call that was known when the list was made: file_setattr, of Linux 6.17. */
#define LAST_KNOWN 469u
#define CALL_CLONE3 435u

/* Calls that are refused only for some values of one argument. */
enum test { IS, IS_NOT, HAS, HAS_NOT };

struct rule {
	unsigned short call;
	unsigned char arg;
	enum test test;
	uint32_t value;
};

static const struct rule rules[] = {
	/* Rights are taken away from others, where a room is being made; none are given. */
	{ __NR_fchmod, 1, IS_NOT, 0700 },
	/* Threads are started; processes are not. */
	{ __NR_clone, 0, HAS_NOT, CLONE_THREAD },
	/* No code but what was there at the start. */
	{ __NR_mmap, 2, HAS, PROT_EXEC },
	{ __NR_mprotect, 2, HAS, PROT_EXEC },
	{ __NR_pkey_mprotect, 2, HAS, PROT_EXEC },
	/* Typing into the shell that started us; pasting on the console. */
	{ __NR_ioctl, 1, IS, TIOCSTI },
	{ __NR_ioctl, 1, IS, TIOCLINUX },
};

struct program {
	struct sock_filter at[512];
	unsigned short n;
};

/* `yes` and `no`: how many instructions are jumped over. */
static void add(struct program *p, unsigned code, uint32_t k, unsigned yes, unsigned no)
{
	if (p->n == ARRAY_LEN(p->at))
		die("confine: the list of calls is too long");
	p->at[p->n++] = (struct sock_filter){ (unsigned short)code, (unsigned char)yes,
		(unsigned char)no, k };
}

static void load(struct program *p, size_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *p, uint32_t action)
{
	add(p, BPF_RET | BPF_K, action, 0, 0);
}

static void answer_error(struct program *p, uint32_t sys)
{
	answer(p, SECCOMP_RET_ERRNO | (sys & SECCOMP_RET_DATA));
}

/* The number of the call is loaded before and after.  Flags, process numbers and requests
 * fit into the lower half of an argument, which comes first in memory. */
static void add_rule(struct program *p, const struct rule *r)
{
	bool bits = r->test == HAS || r->test == HAS_NOT;
	bool refuse_when = r->test == IS || r->test == HAS;

	add(p, BPF_JMP | BPF_JEQ | BPF_K, r->call, 0, 4);
	load(p, offsetof(struct seccomp_data, args) + r->arg * sizeof(uint64_t));
	add(p, BPF_JMP | (bits ? BPF_JSET : BPF_JEQ) | BPF_K, r->value, !refuse_when,
	    refuse_when);
	answer_error(p, EPERM);
	load(p, offsetof(struct seccomp_data, nr));
}

/* Signals go to ourselves (abort) or to our own group (Ctrl-Z), and to nobody else. */
static void add_signals(struct program *p)
{
	uint32_t self = (uint32_t)getpid();

	add_rule(p, &(struct rule){ __NR_tgkill, 0, IS_NOT, self });
	add(p, BPF_JMP | BPF_JEQ | BPF_K, __NR_kill, 0, 5);
	load(p, offsetof(struct seccomp_data, args));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, self, 1, 0);
	answer_error(p, EPERM);
	load(p, offsetof(struct seccomp_data, nr));
}

static void write_program(struct program *p)
{
	load(p, offsetof(struct seccomp_data, arch));
	add(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	answer(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
	add(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	answer(p, SECCOMP_RET_KILL_PROCESS);
#endif
	/* clone3() keeps its flags in memory, where no filter can see them; the C library
	 * goes back to clone() on this answer. */
	add(p, BPF_JMP | BPF_JEQ | BPF_K, CALL_CLONE3, 1, 0);
	add(p, BPF_JMP | BPF_JGT | BPF_K, LAST_KNOWN, 0, 1);
	answer_error(p, ENOSYS);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		add(p, BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1);
		answer_error(p, EPERM);
	}
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		add_rule(p, &rules[i]);
	add_signals(p);
	answer(p, SECCOMP_RET_ALLOW);
}

void confine_calls(struct confine_report *r)
{
	struct program p = { .n = 0 };

	write_program(&p);
	struct sock_fprog prog = { .len = p.n, .filter = p.at };
	r->calls = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0;
	if (r->calls)
		return;
	r->calls_why = errno == EINVAL || errno == ENOSYS
			   ? N_("This kernel does not have seccomp filters.")
			   : N_("The system did not allow it.");
}

#endif
