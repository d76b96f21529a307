/* A data folder made for one test: files are given as text, the folder is removed after. */
#ifndef REMANSO_TESTS_CONTENT_FOLDER_H
#define REMANSO_TESTS_CONTENT_FOLDER_H

#include "remanso/content.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
	char path[64];
};

static inline void folder_make(struct folder *f)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(f->path, sizeof f->path, "%.40s/content-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->path));
}

/* "en/room.page"; the language's folder is made when it is not there. */
static inline void folder_put_bytes(
    const struct folder *f, const char *name, struct str bytes)
{
	char path[200];
	const char *slash = strchr(name, '/');
	FILE *out;

	snprintf(
	    path, sizeof path, "%s/%.*s", f->path, slash ? (int)(slash - name) : 0, name);
	if (mkdir(path, 0700) != 0)
		assert_int_equal(errno, EEXIST);
	snprintf(path, sizeof path, "%s/%s", f->path, name);
	out = fopen(path, "wb");
	assert_non_null(out);
	if (bytes.n)
		assert_int_equal(fwrite(bytes.s, 1, bytes.n, out), bytes.n);
	assert_int_equal(fclose(out), 0);
}

static inline void folder_put(const struct folder *f, const char *name, const char *text)
{
	folder_put_bytes(f, name, str_from(text));
}

static inline void folder_remove_at(const char *path, int depth)
{
	struct dirent *entry;
	DIR *d = opendir(path);
	char below[400];

	while (d && (entry = readdir(d))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof below, "%.140s/%.250s", path, entry->d_name);
		if (unlink(below) != 0 && depth < 2)
			folder_remove_at(below, depth + 1);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static inline void folder_remove(const struct folder *f)
{
	folder_remove_at(f->path, 0);
}

#define ALL_IDS \
	"covers: K1 K2 K3 K4 K5 S1.1 S1.2 S1.3 S1.4 S1.5 S1.6 S1.7 S2.1 S2.2 S2.3\n" \
	"  S2.4 S2.5 S2.6 S3.1 S3.2 S3.3 S3.4 S3.5 S3.6 S4.1 S4.2 S4.3 S4.4 S4.5\n" \
	"  S4.6 S4.7 S4.8 S4.9 S4.10 S4.11 S5.1 S5.2 S5.3 S5.4 S5.5 S5.6 S5.7 S5.8\n" \
	"  F1 F2 F3 F4 F5 F6 H1 B1\n"

/* A small workbook without a mistake, in two languages. */
#define STEP_EN "@step one\ntitle: Ground\nshort: A place to stand.\norder: 1\n" ALL_IDS
#define STEP_ES "@step one\ntitle: Suelo\nshort: Un lugar firme.\norder: 1\n" ALL_IDS
#define MORE_STEPS \
	"\n@step two\ntitle: B\nshort: B\norder: 2\n" \
	"\n@step three\ntitle: C\nshort: C\norder: 3\n" \
	"\n@step four\ntitle: D\nshort: D\norder: 4\n" \
	"\n@step five\ntitle: E\nshort: E\norder: 5\n"
#define PAGE_EN \
	"@page walk\ntitle: A walk\nkind: exercise\nstep: 1\nminutes: 5\n\n" \
	"@text\n\nGo slowly.\n"
#define PAGE_ES \
	"@page walk\ntitle: Un paseo\nkind: exercise\n\n" \
	"@text\n\nVe despacio.\n"

static inline void folder_workbook(const struct folder *f)
{
	folder_put(f, "en/steps.page", STEP_EN MORE_STEPS);
	folder_put(f, "es/steps.page", STEP_ES MORE_STEPS);
	folder_put(f, "en/walk.page", PAGE_EN);
	folder_put(f, "es/walk.page", PAGE_ES);
}

/* Is there a problem of this file and line whose words hold `part`? */
static inline bool said(
    const struct problems *all, const char *file, int line, const char *part)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct problem *p = &all->list[i];

		if (str_is(p->file, file) && p->line == line && strstr(p->text.s, part))
			return true;
	}
	return false;
}

static inline void print_problems(const struct problems *all)
{
	for (size_t i = 0; i < all->count; i++)
		print_message("  %.*s:%d: %.*s\n", STR_ARG(all->list[i].file),
		    all->list[i].line, STR_ARG(all->list[i].text));
}

#endif
