/* Invented text, the same in every run: some 4,000 words, a few of them common, as in a
 * language. */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include "remanso/base.h"

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static inline uint64_t words_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline void words_add(struct buf *b, uint64_t n)
{
	static const char *const syllables[] = { "ma", "re", "so", "li", "tan", "vé", "pu",
		"ner", "ca", "do", "sí", "mo", "gra", "le", "tu", "ñi" };

	for (int i = 0; i < 3; i++, n /= 16)
		buf_add(b, str_from(syllables[n % 16]));
}

/* About a kilobyte of words instead of what `b` holds. */
static inline void words_entry(struct buf *b, uint64_t *state)
{
	buf_clear(b);
	while (b->n < 1000) {
		uint64_t r = words_random(state) % 4000;

		words_add(b, r * (words_random(state) % 4000) / 4000);
		buf_addc(b, ' ');
	}
}

/* The `turn`-th question: two words that are neither rare nor everywhere. */
static inline void words_question(struct buf *b, unsigned turn)
{
	buf_clear(b);
	words_add(b, 40 + turn * 7 % 900);
	buf_addc(b, ' ');
	words_add(b, 3 + turn * 11 % 300);
}

#endif
