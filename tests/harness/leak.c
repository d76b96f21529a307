/* Searching for a marker in the forms in which text gets stored; see leak.h. */
#include "harness/leak.h"
#include "harness/golden.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void as_wide(struct buf *out, struct str s, int bytes, bool big)
{
	for (size_t at = 0, len; at < s.n; at += len) {
		uint32_t c = (uint32_t)utf8_point(s, at, &len);

		for (int i = 0; i < bytes; i++) {
			int shift = 8 * (big ? bytes - 1 - i : i);

			buf_addc(out, (char)(c >> shift & 0xFF));
		}
	}
}

static void as_hex(struct buf *out, struct str s, const char *digits)
{
	for (size_t i = 0; i < s.n; i++) {
		buf_addc(out, digits[(uint8_t)s.s[i] >> 4]);
		buf_addc(out, digits[(uint8_t)s.s[i] & 15]);
	}
}

/* The base64 letters that depend on `s` alone when it begins `shift` bytes into a group. */
static void as_base64(struct buf *out, struct str s, size_t shift)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bits = s.n * 8, from = (6 - shift * 8 % 6) % 6;

	for (size_t bit = from; bit + 6 <= bits; bit += 6) {
		unsigned v = 0;

		for (size_t k = bit; k < bit + 6; k++)
			v = v << 1 | ((unsigned)(uint8_t)s.s[k / 8] >> (7 - k % 8) & 1);
		buf_addc(out, letters[v]);
	}
}

static const char *const forms[] = { "as it stands", "folded", "UTF-16LE", "UTF-16BE",
	"UTF-32LE", "hexadecimal", "HEXADECIMAL", "base64", "base64, 1 off",
	"base64, 2 off" };

static void form_of(size_t form, struct str s, struct buf *out)
{
	struct arena *a;

	switch (form) {
	case 0: buf_add(out, s); break;
	case 1:
		a = arena_new();
		buf_add(out, utf8_fold(a, s));
		arena_free(a);
		break;
	case 2: as_wide(out, s, 2, false); break;
	case 3: as_wide(out, s, 2, true); break;
	case 4: as_wide(out, s, 4, false); break;
	case 5: as_hex(out, s, "0123456789abcdef"); break;
	case 6: as_hex(out, s, "0123456789ABCDEF"); break;
	default: as_base64(out, s, form - 7); break;
	}
}

bool leak_in(struct str bytes, const char *marker, const char **how)
{
	bool found = false;

	for (size_t form = 0; form < ARRAY_LEN(forms) && !found; form++) {
		struct buf b = { 0 };

		form_of(form, str_from(marker), &b);
		found = b.n > 0 && memmem(bytes.s, bytes.n, b.s, b.n) != NULL;
		if (found && how != NULL)
			*how = forms[form];
		buf_free(&b);
	}
	return found;
}

static bool leak_at(const char *path, const char *marker, struct buf *why, int *files)
{
	struct buf b = { 0 };
	const char *how = "";
	bool found;

	if (leak_in(str_from(path), marker, NULL)) {
		buf_addf(why, "%s: in the name\n", path);
		return true;
	}
	if (!golden_read(path, &b))
		return false;
	if (files != NULL)
		(*files)++;
	found = leak_in(buf_str(&b), marker, &how);
	if (found)
		buf_addf(why, "%s: %s\n", path, how);
	buf_free(&b);
	return found;
}

bool leak_below(const char *folder, const char *marker, struct buf *why, int *files)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	bool found = false;

	if (dir == NULL)
		return false;
	while ((d = readdir(dir)) != NULL) {
		char path[4096];
		struct stat st;

		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
		if (lstat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			found |= leak_below(path, marker, why, files);
		else if (S_ISREG(st.st_mode))
			found |= leak_at(path, marker, why, files);
	}
	(void)closedir(dir);
	return found;
}
