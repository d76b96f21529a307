/* See probe_test.h. */
#include "probe_test.h"

#ifdef REMANSO_TEST

#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *name, bool worked)
{
	(void)printf("%s %s\n", worked ? "yes" : "no", name);
	(void)fflush(stdout);
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static const char *in(const char *folder, const char *name)
{
	static char turns[4][PATH_MAX];
	static unsigned turn;
	char *out = turns[turn++ % ARRAY_LEN(turns)];

	(void)snprintf(out, PATH_MAX, "%s/%s", folder, name);
	return out;
}

static void files(const char *d)
{
	tell("make", opens(in(d, "made"), O_WRONLY | O_CREAT | O_EXCL));
	tell("write", opens(in(d, "file"), O_WRONLY));
	tell("append", opens(in(d, "file"), O_WRONLY | O_APPEND));
	tell("empty", opens(in(d, "file"), O_WRONLY | O_TRUNC));
	tell("read", opens(in(d, "file"), O_RDONLY));
	tell("truncate", truncate(in(d, "file"), 0) == 0);
	tell("rename", rename(in(d, "file"), in(d, "renamed")) == 0);
	tell("link", link(in(d, "file"), in(d, "linked")) == 0);
	tell("symlink", symlink("file", in(d, "symlinked")) == 0);
	tell("chmod", chmod(in(d, "file"), 0644) == 0);
	tell("mkdir", mkdir(in(d, "folder"), 0700) == 0);
	tell("rmdir", rmdir(in(d, "empty")) == 0);
	tell("mkfifo", mkfifo(in(d, "fifo"), 0600) == 0);
	tell("unlink", unlink(in(d, "file")) == 0);
	/* by the names that cards for paper have */
	tell("here-make", opens("card.txt", O_WRONLY | O_CREAT | O_EXCL));
	tell("here-write", opens("here.txt", O_WRONLY));
	tell("here-read", opens("here.txt", O_RDONLY));
	tell("here-unlink", unlink("here.txt") == 0);
}

static void others(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	tell("socket", fd >= 0);
	tell("connect", connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0);
	tell("socket-unix", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	tell("socket-udp", socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	tell("fork", pid > 0);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	(void)execv("/bin/true", argv);
	tell("exec", false);
}

bool probe_test(const struct bounds *b, const struct cli *c)
{
	const char *d = getenv("REMANSO_TEST_PROBE");

	if (d == NULL)
		return false;
	tell("confined", b->report.files && b->report.calls);
	if (c->setup->home != NULL && c->o->command != CMD_CHECK) {
		tell("home-make",
		    opens(in(c->setup->home, "probe"), O_WRONLY | O_CREAT | O_EXCL));
		tell("home-unlink", unlink(in(c->setup->home, "probe")) == 0);
	}
	if (c->o->command == CMD_BACKUP || c->o->command == CMD_RESCUE) {
		tell("copy-make",
		    opens(in(c->o->args[0], "probe"), O_WRONLY | O_CREAT | O_EXCL));
		tell("copy-unlink", unlink(in(c->o->args[0], "probe")) == 0);
	}
	files(d);
	others();
	return true;
}

#endif
