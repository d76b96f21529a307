/* Folders and files.  A data folder may come from anybody: only plain files are opened, of
 * a bounded size and number, and nothing in them names another file. */
#include "source.h"

#include "spec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CODE_MIN = 2, CODE_MAX = 8 };

static int str_cmp_sort(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The names in an open folder, sorted, into `tables`. */
static bool names_in(DIR *d, struct arena *tables, struct str **out, size_t *count)
{
	struct dirent *entry;
	size_t room = 0;

	*out = NULL;
	*count = 0;
	while ((errno = 0, entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		*out = record_grow(tables, *out, sizeof **out, *count, &room);
		(*out)[(*count)++] = arena_dup(tables, str_from(entry->d_name));
	}
	if (*count)
		qsort(*out, *count, sizeof **out, str_cmp_sort);
	return errno == 0;
}

/* Where the extension begins; name.n when it has none. */
static size_t stem_end(struct str name)
{
	static const struct str ext = { ".page", 5 };

	if (name.n <= ext.n || !str_eq(str_slice(name, name.n - ext.n, name.n), ext))
		return name.n;
	return name.n - ext.n;
}

static bool read_all(int fd, char *into, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, into + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

/* NULL bytes when it cannot be read; said in `f`'s list. */
static struct str file_bytes(
    int folder, const char *name, const struct raw_file *f, struct arena *words)
{
	/* O_NONBLOCK: a pipe with the name of a page must not hold the program up. */
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct str bytes = { 0 };
	struct stat st;
	char *into;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		report_error(f->all, f->label, 0, _("this file cannot be read"));
	} else if (st.st_size > FILE_BYTES_MAX) {
		report_error(f->all, f->label, 0,
		    _("larger than %d KiB; part it into several files"),
		    FILE_BYTES_MAX / 1024);
	} else {
		into = arena_alloc(words, 1, (size_t)st.st_size + 1);
		if (read_all(fd, into, (size_t)st.st_size))
			bytes = (struct str){ into, (size_t)st.st_size };
		else
			report_error(f->all, f->label, 0, _("this file cannot be read"));
	}
	if (fd >= 0)
		close(fd);
	return bytes;
}

/* ---- what the words of a card mean ---- */

static void find_kind(struct raw_card *c, struct arena *tables)
{
	struct near near = near_start(c->word);

	c->kind = kind_from(c->word);
	if (c->kind != CARD_KIND_COUNT)
		return;
	for (int k = 0; k < CARD_KIND_COUNT; k++)
		near_try(&near, str_from(card_kind_word((enum card_kind)k)));
	report_error(c->file->all, c->file->label, c->line,
	    _("'@%.*s' is not a kind of card.%.*s"), STR_ARG(c->word),
	    STR_ARG(near_words(tables, &near, "@")));
}

static void find_key(const struct raw_card *c, struct raw_key *k, struct arena *tables)
{
	struct near near = near_start(k->word);

	k->id = field_from(k->word);
	if (c->kind == CARD_KIND_COUNT)
		return;
	if (k->id == FIELD_COUNT) {
		for (int f = 0; f < FIELD_COUNT; f++) {
			struct str word = str_from(field_word((enum field_id)f));

			if (kind_takes(c->kind, word))
				near_try(&near, word);
		}
		report_error(c->file->all, c->file->label, k->line,
		    _("'%.*s:' is not a key.%.*s"), STR_ARG(k->word),
		    STR_ARG(near_words(tables, &near, "")));
	} else if (!kind_takes(c->kind, k->word)) {
		report_error(c->file->all, c->file->label, k->line,
		    _("'%.*s:' does not belong on '@%s'; see the table in data/README.md"),
		    STR_ARG(k->word), card_kind_word(c->kind));
		k->id = FIELD_COUNT;
	}
}

static void understand(struct raw_file *f, struct source *s, struct arena *tables)
{
	for (size_t i = 0; i < f->count; i++) {
		struct raw_card *c = &f->cards[i];

		find_kind(c, tables);
		for (size_t k = 0; k < c->key_count; k++)
			find_key(c, &c->keys[k], tables);
		s->whole = s->whole || c->kind == CARD_STEP;
	}
}

/* ---- languages ---- */

void source_take(struct source *s, struct raw_file *f, struct str bytes,
    struct arena *words, struct arena *tables)
{
	record_read(f, bytes, words, tables);
	understand(f, s, tables);
}

static void read_file(struct source *s, struct source_lang *l, int folder, struct str name,
    struct arena *words, struct arena *tables, struct problems *all)
{
	struct raw_file *f = &l->files[l->count];

	*f = (struct raw_file){ .name = name, .all = all };
	f->label = arena_fmt(tables, "%.*s/%.*s", STR_ARG(l->code), STR_ARG(name));
	if (!record_name_ok(str_slice(name, 0, stem_end(name))))
		report_error(all, f->label, 0,
		    _("a file name may hold a-z, 0-9 and '-', and ends in '.page'"));
	l->count++;
	size_t before = all ? all->count : 0;
	source_take(s, f, file_bytes(folder, name.s, f, words), words, tables);
	/* Text before a card, or a file that cannot be read, was said already. */
	if (f->count == 0 && all && all->count == before)
		report_error(all, f->label, 0,
		    _("there is no card in this file; begin one with a line such as '@page "
		      "my-page', or delete the file"));
}

/* What an empty file should have held is not asked of its likes. */
static void mark_orphans(struct source *s)
{
	for (size_t l = 0; l < s->lang_count; l++)
		for (size_t i = 0; i < s->lang[l].count; i++) {
			const struct raw_file *empty = &s->lang[l].files[i];

			for (size_t m = 0; empty->count == 0 && m < s->lang_count; m++)
				for (size_t n = 0; n < s->lang[m].count; n++)
					if (str_eq(s->lang[m].files[n].name, empty->name))
						s->lang[m].files[n].orphan = true;
		}
}

static bool ends_strangely(struct str name)
{
	return stem_end(name) == name.n && name.n > 9 &&
	       str_is(str_slice(name, name.n - 9, name.n), ".page.txt");
}

static void read_lang(struct source *s, int dir, struct str code, struct arena *words,
    struct arena *tables, struct problems *all)
{
	struct source_lang *l = &s->lang[s->lang_count];
	int fd = openat(dir, code.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct str *names;
	size_t count, pages = 0;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (!names_in(d, tables, &names, &count))
		report_error(all, code, 0, _("this folder cannot be read to its end"));
	for (size_t i = 0; i < count; i++) {
		if (stem_end(names[i]) < names[i].n)
			names[pages++] = names[i];
		else if (ends_strangely(names[i]))
			report_warning(all,
			    arena_fmt(
				tables, "%.*s/%.*s", STR_ARG(code), STR_ARG(names[i])),
			    0, _("not read: rename it, so that its name ends in '.page'"));
	}
	if (pages > FOLDER_FILES_MAX) {
		report_error(all, code, 0,
		    _("more than %d files; only the first ones are read"),
		    FOLDER_FILES_MAX);
		pages = FOLDER_FILES_MAX;
	}
	if (pages && s->lang_count < LANG_MAX) {
		*l = (struct source_lang){ .code = code };
		l->files = arena_make(tables, struct raw_file, pages);
		for (size_t i = 0; i < pages; i++)
			read_file(s, l, fd, names[i], words, tables, all);
		s->lang_count++;
	} else if (pages) {
		report_error(all, code, 0,
		    _("more than %d languages; this one is not read"), LANG_MAX);
	}
	closedir(d);
}

static bool lang_code_ok(struct str code)
{
	for (size_t i = 0; i < code.n; i++)
		if (code.s[i] < 'a' || code.s[i] > 'z')
			return false;
	return code.n >= CODE_MIN && code.n <= CODE_MAX;
}

bool source_read(struct source *s, const char *dir, struct arena *words,
    struct arena *tables, struct problems *all, struct err *e)
{
	DIR *d = opendir(dir);
	struct str *names;
	size_t count;
	bool has_en = false;

	*s = (struct source){ 0 };
	if (!d)
		return err_sys(e, ERR_NOT_FOUND, errno,
		    _("The folder of the workbook's pages cannot be read: %s"), dir);
	if (!names_in(d, tables, &names, &count)) {
		int sys = errno;

		closedir(d);
		return err_sys(e, ERR_IO, sys,
		    _("The folder of the workbook's pages cannot be read: %s"), dir);
	}
	for (size_t i = 0; i < count; i++)
		has_en = has_en || str_is(names[i], "en");
	if (has_en)
		read_lang(s, dirfd(d), STR("en"), words, tables, all);
	for (size_t i = 0; i < count; i++)
		if (lang_code_ok(names[i]) && !str_is(names[i], "en"))
			read_lang(s, dirfd(d), names[i], words, tables, all);
	closedir(d);
	mark_orphans(s);
	return true;
}

const struct raw_file *source_file(const struct source_lang *l, struct str name)
{
	for (size_t i = 0; i < l->count; i++)
		if (str_eq(l->files[i].name, name))
			return &l->files[i];
	return NULL;
}
