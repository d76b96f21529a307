/* Passphrases: advice on one that was typed, and drawing one by chance. */
#include "room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define LEAST 12 /* characters */
#define DRAWN 6
#define LIST_LEAST 1296 /* four dice: six words give 62 bits */
#define LIST_MOST 8192
#define FILE_MOST ((size_t)128 * 1024)

/* ---- advice ---- */

/* What guessing programs try first, without digits and signs; lower case.  Only beginnings:
 * "password2024!" is no better than "password". */
static const char *const common[] = {
	"password",
	"passw0rd",
	"p@ssw0rd",
	"letmein",
	"iloveyou",
	"qwertyuiop",
	"qwerty",
	"asdfghjkl",
	"1q2w3e4r",
	"1qaz2wsx",
	"welcome",
	"administrator",
	"sunshine",
	"princess",
	"football",
	"baseball",
	"superman",
	"trustno1",
	"changeme",
	"whatever",
	"opensesame",
	"correcthorse",
	"correct horse battery staple",
	"contrasena",
	"contraseña",
	"clave",
	"teamo",
	"te amo",
	"tequiero",
	"te quiero",
	"mi amor",
	"miamor",
	"hola",
	"princesa",
	"futbol",
	"barcelona",
	"realmadrid",
	"estrella",
	"bienvenid",
	"mexico",
	"guadalupe",
	"abcdefgh",
	"123456789",
	"987654321",
	"012345678",
};

static char lower(uint8_t c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

/* The passphrase is `word` with at most six other characters after it. */
static bool is_mostly(const uint8_t *p, size_t n, const char *word)
{
	size_t i = 0;

	for (; word[i] != '\0'; i++)
		if (i >= n || lower(p[i]) != word[i])
			return false;
	return n - i <= 6;
}

/* The same few characters again and again, or a run up or down. */
static bool is_pattern(const uint8_t *p, size_t n)
{
	for (size_t period = 1; period <= 4; period++) {
		size_t i = period;
		while (i < n && p[i] == p[i - period])
			i++;
		if (i == n)
			return true;
	}
	size_t even = 1;
	while (even < n && (p[even] == p[even - 1] + 1 || p[even] + 1 == p[even - 1]))
		even++;
	return even == n;
}

static size_t characters(const uint8_t *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (p[i] & 0xC0) != 0x80;
	return count;
}

bool passphrase_ok(const struct secret *s, const char **why)
{
	const uint8_t *p = secret_view(s);
	size_t n = secret_len(s);
	bool guessed = n > 0 && is_pattern(p, n);

	*why = NULL;
	for (size_t i = 0; i < ARRAY_LEN(common) && !guessed; i++)
		guessed = is_mostly(p, n, common[i]);
	if (characters(p, n) < LEAST)
		*why =
		    _("That is short: twelve characters or more are hard to guess. Four or "
		      "more words do well.");
	else if (guessed)
		*why =
		    _("That one is among the first to be guessed. Words that do not belong "
		      "together do well.");
	return *why == NULL;
}

/* ---- drawing ---- */

/* A number below `n`, each as likely as the other: what would make the first ones likelier
 * is thrown back. */
static uint32_t draw(const struct world *w, uint32_t n)
{
	uint32_t x, uneven = (uint32_t)(((uint64_t)UINT32_MAX + 1) % n);

	do
		w->random(w, &x, sizeof(x));
	while (x > UINT32_MAX - uneven);
	return x % n;
}

static bool read_file(const char *path, struct buf *out, int *sys)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char piece[4096];
	ssize_t n;

	*sys = errno;
	if (fd < 0)
		return false;
	while ((n = read(fd, piece, sizeof(piece))) > 0 && out->n <= FILE_MOST)
		buf_add(out, (struct str){ piece, (size_t)n });
	*sys = errno;
	(void)close(fd);
	return n == 0;
}

/* The words of a list, one on a line; lines that begin with '#' are remarks. */
static size_t words_of(struct str file, struct str *words)
{
	struct str line;
	size_t n = 0;

	while (n < LIST_MOST && str_line(&file, &line)) {
		line = str_trim(line);
		if (line.n > 0 && line.s[0] != '#')
			words[n++] = line;
	}
	return n;
}

static struct secret *join(
    const struct world *w, const struct str *words, size_t count, struct err *e)
{
	struct secret *s = secret_new(256);
	bool ok = true;

	for (int i = 0; ok && i < DRAWN; i++) {
		struct str word = words[draw(w, (uint32_t)count)];
		ok = (i == 0 || secret_add(s, " ", 1)) && secret_add(s, word.s, word.n);
	}
	if (ok)
		return s;
	secret_free(s);
	err_set(e, ERR_CONTENT, _("A word in the list of words is too long."));
	return NULL;
}

struct secret *passphrase_draw(
    const struct world *w, const char *data_dir, struct str lang, struct err *e)
{
	struct arena *a = arena_new();
	struct buf file = { 0 };
	struct secret *s = NULL;
	int sys = 0;

	struct str path = arena_fmt(a, "%s/%.*s/words.txt", data_dir, STR_ARG(lang));
	struct str plain = arena_fmt(a, "%s/en/words.txt", data_dir);
	if (!read_file(arena_cstr(a, path), &file, &sys)) {
		buf_clear(&file);
		if (!read_file(arena_cstr(a, plain), &file, &sys)) {
			err_sys(e, ERR_IO, sys, _("The list of words could not be read."));
			goto free_file;
		}
	}
	struct str *words = arena_make(a, struct str, LIST_MOST);
	size_t count = words_of(buf_str(&file), words);
	if (count < LIST_LEAST)
		err_set(e, ERR_CONTENT,
		    _("The list of words is too short to draw a passphrase from."));
	else
		s = join(w, words, count, e);
free_file:
	buf_free(&file);
	arena_free(a);
	return s;
}
