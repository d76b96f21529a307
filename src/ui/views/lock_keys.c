/* The one thing about the lock that stands outside every room: whether it names the keys that
 * help.  The file is there only when somebody switched that on; it holds no other word. */
#include "ui/views/views.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static bool path_of(char *out, size_t cap, const char *home)
{
	int n = home != NULL ? snprintf(out, cap, "%s/config", home) : -1;

	return n > 0 && (size_t)n < cap;
}

bool lock_keys_wanted(const char *home)
{
	char path[PATH_MAX];

	return path_of(path, sizeof(path), home) && access(path, F_OK) == 0;
}

bool lock_keys_keep(const char *home, bool on, struct err *e)
{
	static const char words[] = "lock-shows-keys yes\n";
	char path[PATH_MAX];
	bool ok;
	int fd;

	if (!path_of(path, sizeof(path), home))
		return true;
	if (!on)
		return unlink(path) == 0 || errno == ENOENT ||
		       err_sys(e, ERR_IO, errno, "%s", _("The file could not be removed."));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	ok = fd >= 0 && write(fd, words, sizeof(words) - 1) == (ssize_t)sizeof(words) - 1;
	if (!ok)
		err_sys(e, ERR_CREATE, errno, "%s", _("The file could not be written."));
	if (fd >= 0)
		close(fd);
	return ok;
}
