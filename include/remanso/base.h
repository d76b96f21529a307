/* Bytes, growing buffers, arenas and UTF-8 text: what every other house stands on.
 *
 * Three lifetimes are used in the whole program: an arena of the caller's for borrowed and
 * built text (freed, and wiped, as one), a `struct buf` for text that grows, and
 * `struct secret` (secret.h) for keys and passphrases, which never go into the other two.
 * Out of memory ends the program through die(), which gives the terminal back first; no
 * caller tests for it. */
#ifndef REMANSO_BASE_H
#define REMANSO_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(x) (sizeof(x) / sizeof((x)[0]))

/* ---- str: borrowed bytes, not terminated; {0} is the empty string ---- */
struct str {
	const char *s;
	size_t n;
};

#define STR(lit) ((struct str){ ("" lit), sizeof(lit) - 1 })
/* For printf's "%.*s". */
#define STR_ARG(x) (int)(x).n, (x).n ? (x).s : ""

struct str str_from(const char *z); /* NULL gives the empty string */
struct str str_slice(struct str s, size_t from, size_t to);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
int str_cmp(struct str a, struct str b); /* by bytes */
bool str_starts(struct str s, const char *prefix);
struct str str_trim(struct str s); /* blanks, tabs, CR, LF at both ends */
/* Cut the first line off `rest` (without its LF or CR LF).  False when nothing is left. */
bool str_line(struct str *rest, struct str *line);
/* Cut at the first `sep`: `head` is what stands before it, `rest` what follows.  Without a
 * `sep`, head is all and rest is empty.  False when `rest` was empty at the call. */
bool str_cut(struct str *rest, char sep, struct str *head);
/* Whole decimal number, optional '-', nothing else in `s`, within int. */
bool str_int(struct str s, int *out) MUST_CHECK;

/* ---- buf: owned, growable bytes; wiped whenever memory is given back ---- */
struct buf {
	char *s;
	size_t n, cap;
};

void buf_add(struct buf *b, struct str s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Replace `del` bytes at `at` by `ins`.  `at` and `at + del` lie within the buffer;
 * `ins` must not point into it. */
void buf_splice(struct buf *b, size_t at, size_t del, struct str ins);
void buf_clear(struct buf *b); /* wipes, keeps the memory */
void buf_free(struct buf *b);  /* wipes, frees; may be called again */
struct str buf_str(const struct buf *b);

/* ---- arena: many small pieces, freed at once ---- */
struct arena;
struct arena *arena_new(void);
/* `count` objects of `size` bytes, zeroed, aligned for any type.  Never NULL. */
void *arena_alloc(struct arena *a, size_t size, size_t count);
#define arena_make(a, type, count) ((type *)arena_alloc((a), sizeof(type), (count)))
struct str arena_dup(struct arena *a, struct str s); /* a copy; terminated as well */
char *arena_cstr(struct arena *a, struct str s);     /* a terminated copy */
struct str arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
size_t arena_size(const struct arena *a); /* bytes taken from the system */
void arena_reset(struct arena *a);        /* wipes, keeps one block */
void arena_free(struct arena *a);         /* wipes, frees; NULL is fine */

/* ---- utf8: graphemes, widths, comparing without accents (utf8proc; widths by wcwidth)
 * ---- */
bool utf8_valid(struct str s);
/* Byte offset of the next / previous grapheme boundary; stays within 0..n. */
size_t utf8_next(struct str s, size_t at);
size_t utf8_prev(struct str s, size_t at);
/* One code point at `at` (must be < n); its length in bytes goes to `len` when not NULL.
 * A bad byte gives U+FFFD and length 1. */
int32_t utf8_point(struct str s, size_t at, size_t *len);
/* Columns on the terminal.  A grapheme is as wide as its widest code point (0 to 2). */
int utf8_width(struct str s);
/* NFC copy.  Bad UTF-8 is replaced by U+FFFD. */
struct str utf8_nfc(struct arena *a, struct str s);
/* Lower case, without marks: what is compared when accents must not matter. */
struct str utf8_fold(struct arena *a, struct str s);
/* Where `needle` (already folded) is found in `hay` without regard to case and accents:
 * byte range in `hay` from `from` on.  False when it is not there. */
bool utf8_find(
    struct str hay, struct str folded_needle, size_t from, size_t *at, size_t *len);
/* Append `s` as text that is safe to keep and to show: NFC, LF line ends, tab as blank;
 * controls, bidi marks and other invisible format characters are dropped
 * (ecosystem facts: CR and bidi marks reach the terminal through curses). */
void utf8_clean(struct buf *out, struct str s, bool keep_newlines);

/* ---- the outside world, as arguments ---- */
/* Time and chance.  Tests give their own. */
struct world {
	int64_t (*now_ms)(const struct world *w);  /* since 1970, UTC */
	int64_t (*mono_ms)(const struct world *w); /* never goes back */
	void (*random)(const struct world *w, void *out, size_t n);
	void *ctx;
};
extern const struct world world_system;

/* Local calendar date of a time in milliseconds. */
struct day {
	int year, month, mday, wday; /* month 1-12, wday 0 = Sunday */
	int hour, minute;
};
struct day day_of(int64_t ms);
/* Local midnight of a date, in ms. */
int64_t day_start(int year, int month, int mday);

/* End the program with a message that holds no private words.  `die_hook`, when set, runs
 * first and gives the terminal back. */
extern void (*die_hook)(void);
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
