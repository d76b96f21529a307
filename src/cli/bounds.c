/* Which folders a command may read and write, as a list for confine(). */
#include "bounds.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NEED_HOME = 1,    /* the rooms, to read and to write */
	NEED_MAKE = 2,    /* and the folder may have to be made */
	NEED_HERE = 4,    /* the folder we are in: cards for paper are saved there */
	NEED_FILE = 8,    /* the argument is a file to be made */
	NEED_COPY = 16,   /* the argument is a folder to be written, and read back; made */
	NEED_SOURCE = 32, /* the argument is a folder to be read */
	NEED_LOOK = 64,   /* the machine's own description of itself */
};

static const unsigned char needs[CMD_COUNT] = {
	[CMD_OPEN] = NEED_HOME | NEED_MAKE | NEED_HERE,
	[CMD_ROOM_NEW] = NEED_HOME | NEED_MAKE,
	[CMD_ROOM_PASS] = NEED_HOME,
	[CMD_ROOM_RECOVERY] = NEED_HOME,
	[CMD_ROOM_RECOVER] = NEED_HOME,
	[CMD_ROOM_ADD] = NEED_HOME,
	[CMD_ROOM_KEYS] = NEED_HOME,
	[CMD_ROOM_MARK] = NEED_HOME,
	[CMD_ROOM_UNKEY] = NEED_HOME,
	[CMD_ROOM_ROTATE] = NEED_HOME,
	[CMD_ROOM_DELETE] = NEED_HOME,
	[CMD_JOURNAL_ADD] = NEED_HOME,
	[CMD_JOURNAL_LIST] = NEED_HOME,
	[CMD_JOURNAL_SEARCH] = NEED_HOME,
	[CMD_EXPORT] = NEED_HOME | NEED_FILE,
	[CMD_BACKUP] = NEED_HOME | NEED_COPY,
	[CMD_RESTORE] = NEED_HOME | NEED_MAKE | NEED_SOURCE,
	[CMD_VERIFY] = NEED_HOME,
	[CMD_RESCUE] = NEED_HOME | NEED_COPY,
	[CMD_CHECK] = NEED_SOURCE,
	[CMD_DOCTOR] = NEED_LOOK,
};

/* What every command may read: public, and the same on every machine of its kind. */
static const char *const system_places[] = {
	"/etc/localtime", "/usr/share/zoneinfo",           /* read again when they change */
	"/usr/share/locale", "/usr/share/locale-langpack", /* the system's own messages */
	"/etc/terminfo", "/lib/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo",
	"/usr/local/share/terminfo", "/nix/store", "/gnu/store", "/dev/null",
	"/dev/urandom", "/proc/meminfo" /* for the key derivation */
};

struct list {
	struct arena *memory;
	struct confine_place *at;
	size_t n, cap;
};

static void add(struct list *l, const char *path, unsigned may)
{
	if (path == NULL || path[0] == '\0')
		return;
	if (l->n == l->cap) {
		size_t cap = l->cap > 0 ? l->cap * 2 : 64;
		struct confine_place *more =
		    arena_make(l->memory, struct confine_place, cap);
		if (l->n > 0)
			memcpy(more, l->at, l->n * sizeof(*more));
		l->at = more;
		l->cap = cap;
	}
	l->at[l->n++] = (struct confine_place){ path, may };
}

/* The folder that holds `path`. */
static const char *parent_of(struct arena *a, const char *path)
{
	struct str s = str_from(path);

	while (s.n > 1 && s.s[s.n - 1] == '/')
		s.n--;
	while (s.n > 0 && s.s[s.n - 1] != '/')
		s.n--;
	return s.n > 0 ? arena_cstr(a, s) : ".";
}

static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* ---- content, terminals, time ---- */
/* A folder of content, and what links in it point to: some packagers fill folders with
 * links, and a rule for a folder does not reach through them. */
static void add_content(struct list *l, const char *path, int depth)
{
	DIR *d = path != NULL ? opendir(path) : NULL;
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' || entry->d_type == DT_REG)
			continue;
		const char *one = arena_fmt(l->memory, "%s/%s", path, entry->d_name).s;
		if (entry->d_type == DT_LNK)
			add(l, one, CONFINE_READ);
		if (depth > 0)
			add_content(l, one, depth - 1);
	}
	(void)closedir(d);
	add(l, path, CONFINE_READ);
}

static void add_terminals(struct list *l)
{
	struct str rest = str_from(getenv("TERMINFO_DIRS")), one;
	const char *home = getenv("HOME");

	add(l, getenv("TERMINFO"), CONFINE_READ);
	while (str_cut(&rest, ':', &one))
		add(l, arena_cstr(l->memory, one), CONFINE_READ);
	if (home != NULL)
		add(l, arena_fmt(l->memory, "%s/.terminfo", home).s, CONFINE_READ);
	/* A passphrase is asked for there, and the echo is switched off. */
	add(l, "/dev/tty", CONFINE_READ | CONFINE_WRITE | CONFINE_DEVICE);
}

static void add_zone(struct list *l)
{
	const char *zone = getenv("TZ");

	add(l, getenv("TZDIR"), CONFINE_READ);
	if (zone != NULL && zone[0] == ':')
		zone++;
	if (zone != NULL && zone[0] == '/')
		add(l, zone, CONFINE_READ);
}

/* ---- the home folder ---- */
/* mkdir(), and the name of the new folder on the disk: whoever finds the folder there
 * later does not know that it is new. */
static bool make_one(struct arena *a, const char *path)
{
	if (mkdir(path, 0700) != 0)
		return false;
	int fd = open(parent_of(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	return true;
}

/* A folder with those above it.  Landlock's rules hang on folders that are there, and the
 * right to make others is one to write outside. */
static void make_folder(struct outside_may *may, struct arena *a, const char *folder)
{
	char *path = arena_cstr(a, str_from(folder));
	size_t n = strlen(path);

	if (confine_files_abi(NULL) == 0)
		return;
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		path[i] = '\0';
		if (!is_there(path)) {
			if (!make_one(a, path))
				return; /* the vault finds the same, and says it better */
			if (may->made == NULL) {
				may->made = folder;
				may->made_from = i;
				may->made_in = parent_of(a, path);
			}
		}
		path[i] = i < n ? '/' : '\0';
	}
}

static bool add_home(struct bounds *b, struct outside_may *may, struct list *list,
    const char *home, unsigned need, struct err *e)
{
	if (home == NULL || (need & NEED_HOME) == 0)
		return true;
	if ((need & NEED_MAKE) != 0)
		make_folder(may, list->memory, home);
	/* Held, and shared with other windows: the one that made it must not remove it while
	 * another still means to keep something there. */
	b->home_fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->home_fd >= 0)
		(void)flock(b->home_fd, LOCK_SH | LOCK_NB);
	add(list, home, CONFINE_READ | CONFINE_WRITE);
	/* The vault looks whether others could put a folder of theirs in its place. */
	add(list, arena_fmt(list->memory, "%s/..", home).s, CONFINE_LIST);
	/* Before anything is asked or shown. */
	return vault_home_ready(NULL, home, e);
}

/* ---- what was named on the command line ---- */
static void add_argument(
    struct outside_may *may, struct list *list, const struct options *o, unsigned need)
{
	const char *path = o->arg_count > 0 ? o->args[0] : NULL;

	if (path == NULL)
		return;
	if (need & NEED_SOURCE)
		add_content(list, path, 1);
	if ((need & NEED_FILE) && strcmp(path, "-") != 0)
		may->file = path;
	if (need & NEED_COPY) {
		make_folder(may, list->memory, path);
		add(list, path, CONFINE_READ | CONFINE_WRITE);
		/* The vault looks whether it could be replaced, and keeps its name. */
		add(list, arena_fmt(list->memory, "%s/..", path).s, CONFINE_LIST);
	}
}

bool bounds_set(struct bounds *b, struct cli *c, struct err *e)
{
	struct list list = { .memory = c->memory };
	struct outside_may may = { 0 };
	const struct setup *s = c->setup;
	bool asks = options_has(c->o, OPT_HELP) || options_has(c->o, OPT_VERSION);
	unsigned need = asks ? 0 : needs[c->o->command];

	*b = (struct bounds){ .home_fd = -1, .outside = { .to = -1, .from = -1 } };
	for (size_t i = 0; i < ARRAY_LEN(system_places); i++)
		add(&list, system_places[i], CONFINE_READ);
	add_terminals(&list);
	add_zone(&list);
	add_content(&list, s->data, 1);
	add_content(&list, s->base, 1);
	add(&list, s->locale, CONFINE_READ);
	bool ok = add_home(b, &may, &list, s->home, need, e);
	if (ok)
		add_argument(&may, &list, c->o, need);
	may.here = ok && (need & NEED_HERE) != 0;
	outside_start(&b->outside, &may);
	c->outside = &b->outside;
	if (!ok)
		return false;
	if (need & NEED_LOOK) {
		add(&list, s->home, CONFINE_LIST);
		add(&list, "/proc/swaps", CONFINE_READ);
		add(&list, "/sys/block", CONFINE_READ);
		add(&list, "/sys/devices/virtual/block", CONFINE_READ);
	}
	confine(list.at, list.n, &b->report);
	c->confined = &b->report;
	return true;
}

void bounds_end(struct bounds *b)
{
	/* Let go of the home first: what was made for it can only be removed by the last. */
	if (b->home_fd >= 0)
		(void)close(b->home_fd);
	b->home_fd = -1;
	outside_end(&b->outside);
}
