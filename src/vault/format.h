/* Numbers of the file format, and little-endian integers.  FORMAT.md is the manual. */
#ifndef VAULT_FORMAT_H
#define VAULT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define FMT_BLOCK ((size_t)4096)
#define FMT_NONCE ((size_t)24)
#define FMT_TAG ((size_t)16)
#define FMT_BODY (FMT_BLOCK - FMT_NONCE - FMT_TAG)
#define FMT_SEAL (FMT_NONCE + FMT_TAG)
#define FMT_RESERVE 40 /* a seal, in SQLite's reserved bytes */
#define FMT_ID ((size_t)16)
#define FMT_SALT ((size_t)16)
#define FMT_KEY ((size_t)32)
#define FMT_HASH ((size_t)32)
#define FMT_SLOTS 8 /* VAULT_SLOTS of vault.h */
#define FMT_VERSION 1

/* The main file: two headers, two roots, then the pages. */
#define FMT_HEADER_AT(copy) ((uint64_t)(copy)*FMT_BLOCK)
#define FMT_ROOT_AT(copy) ((uint64_t)(2 + (copy)) * FMT_BLOCK)
#define FMT_PAGE_AT(no) ((uint64_t)(3 + (uint64_t)(no)) * FMT_BLOCK)
#ifdef REMANSO_MUTATE_2 /* pages that share a sector with their neighbours */
#undef FMT_PAGE_AT
#define FMT_PAGE_AT(no) ((uint64_t)(3 + (uint64_t)(no)) * FMT_BLOCK + 64)
#endif
/* 64 GiB.  No vault of ours comes near this; it keeps sums of sizes from wrapping, and a
 * forged number from asking for all memory. */
#define FMT_PAGES_MAX ((uint32_t)1 << 24)

/* The log: groups of one head and up to FMT_GROUP frames. */
#define FMT_GROUP 23
#define FMT_LOG_BLOCKS 1024

static inline void fmt_put64(uint8_t *p, uint64_t x)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(x >> (8 * i));
}

static inline uint64_t fmt_get64(const uint8_t *p)
{
	uint64_t x = 0;

	for (int i = 7; i >= 0; i--)
		x = x << 8 | p[i];
	return x;
}

static inline void fmt_put32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (8 * i));
}

static inline uint32_t fmt_get32(const uint8_t *p)
{
	uint32_t x = 0;

	for (int i = 3; i >= 0; i--)
		x = x << 8 | p[i];
	return x;
}

#endif
