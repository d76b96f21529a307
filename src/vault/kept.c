/* Rooms that a restore set aside, under names that nothing opens: see home.h. */
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

struct search {
	const struct vault_sys *sys;
	const char *home;
	struct home_kept *out;
};

/* ".old", or ".old2" to ".old999". */
static bool is_ending(const char *end)
{
	size_t n = strlen(HOME_OLD), digits;

	if (strncmp(end, HOME_OLD, n) != 0)
		return false;
	end += n;
	digits = strspn(end, "0123456789");
	return digits <= 3 && end[digits] == '\0' && end[0] != '0';
}

static void take_kept(void *arg, const char *file)
{
	struct search *s = arg;
	struct home_kept_room one = { 0 };

	if (strlen(file) < HOME_NAME || !is_ending(file + HOME_NAME))
		return;
	memcpy(one.name, file, HOME_NAME);
	if (!home_is_name(one.name))
		return;
	memcpy(one.file, file, strlen(file) + 1);
	s->out->room = realloc(s->out->room, (s->out->n + 1) * sizeof one);
	if (!s->out->room)
		die("out of memory");
	s->out->room[s->out->n++] = one;
}

static void look(const struct search *s, const char *name, int64_t *when)
{
	struct path path = io_join(s->home, name, "");
	struct stat st;

	if (s->sys->lstat(s->sys->ctx, path.s, &st) == 0 && st.st_mtim.tv_sec > *when)
		*when = st.st_mtim.tv_sec;
}

/* Where there is a room of that name, the log is that room's, and the file somebody's own
 * copy. */
static bool is_kept(const struct search *s, const char *name)
{
	struct path path = io_join(s->home, name, "");
	struct stat st;
	bool there = s->sys->lstat(s->sys->ctx, path.s, &st) == 0;

	return !there;
}

static bool has_id(const struct search *s, const char *file, const uint8_t *id)
{
	struct home_vault hv;
	struct err why = { 0 };
	bool same = false;

	if (home_load(s->sys, s->home, file, O_RDONLY, &hv, &why)) {
		io_close(s->sys, hv.fd);
		same = home_has_id(&hv, id);
	}
	/* What is not ours is none of it; what could not be read may be. */
	s->out->unsure = s->out->unsure || why.code == ERR_IO;
	return same;
}

static int newest_first(const void *a, const void *b)
{
	const struct home_kept_room *x = a, *y = b;

	if (x->when != y->when)
		return x->when > y->when ? -1 : 1;
	return strcmp(x->file, y->file);
}

bool home_list_kept(const struct vault_sys *sys, const char *home, const uint8_t *id,
    struct home_kept *out, struct err *e)
{
	struct search s = { sys, home, out };
	size_t n = 0;

	*out = (struct home_kept){ 0 };
	if (sys->list(sys->ctx, home, take_kept, &s) != 0 && errno != ENOENT) {
		err_sys(e, ERR_IO, errno, _("The folder could not be read."));
		home_kept_free(out);
		return false;
	}
	for (size_t i = 0; i < out->n; i++) {
		struct home_kept_room *r = &out->room[i];
		char log[HOME_NAME + 8] = { 0 };

		if (!is_kept(&s, r->name) || (id && !has_id(&s, r->file, id)))
			continue;
		memcpy(log, r->name, HOME_NAME);
		memcpy(log + HOME_NAME, HOME_LOG, sizeof HOME_LOG);
		look(&s, r->file, &r->when);
		look(&s, log, &r->when);
		out->room[n++] = *r;
	}
	out->n = n;
	if (n > 1)
		qsort(out->room, n, sizeof out->room[0], newest_first);
	return true;
}

void home_kept_free(struct home_kept *kept)
{
	free(kept->room);
	*kept = (struct home_kept){ 0 };
}

/* Under NAME.new it is swept away whatever happens.  One by one: two may have one name. */
bool home_drop_kept(const struct vault_sys *sys, const char *home, const uint8_t *id)
{
	struct home_kept kept = { 0 };
	bool ok = home_list_kept(sys, home, id, &kept, NULL) && !kept.unsure;

	for (size_t i = 0; i < kept.n; i++) {
		struct path from = io_join(home, kept.room[i].file, "");
		struct path to = io_join(home, kept.room[i].name, HOME_NEW);

		ok = sys->rename(sys->ctx, from.s, to.s) == 0 && ok;
		ok = io_sync_dir(sys, home, NULL) && ok;
		home_sweep(sys, home);
	}
	home_kept_free(&kept);
	return ok;
}
