/* The power fails and comes back.  Each write since its file's last sync is there, is not,
 * or is torn at sectors of 512 or 4096 bytes; with `garble`, torn sectors hold noise, and a
 * sector that a write covers in part is lost whole (a disk that does not keep its
 * neighbours).  Files are independent of each other and of their names, so everything that
 * was not synced may be stored in any order. */
#ifndef TESTS_VAULT_MEMCRASH_H
#define TESTS_VAULT_MEMCRASH_H

#include "memfile.h"

enum mem_style {
	MEM_ALL_LOST,
	MEM_ALL_STORED,
	MEM_ALL_BUT_ONE,
	MEM_ONLY_ONE,
	MEM_IN_ORDER, /* up to one that is torn, nothing after it */
	MEM_ANY,
	MEM_MOSTLY_LOST,
	MEM_ALL_TORN,
	MEM_ONE_TORN,
	MEM_STYLES
};

struct mem_fate {
	enum mem_style style;
	size_t sector;
	bool garble;
	bool one_garbled;   /* every torn sector is noise */
	size_t ops, chosen; /* of all files, in order of time */
};

enum mem_part { MEM_LOST, MEM_STORED, MEM_TORN };

RIG struct mem_fate mem_some_fate(uint64_t *seed, unsigned i)
{
	uint32_t r = rig_random(seed);

	return (struct mem_fate){
		.style = i < MEM_STYLES ? (enum mem_style)i
					: (enum mem_style)(MEM_ALL_BUT_ONE + (r >> 8) % 7),
		.sector = r % 2 ? 512 : 4096,
		.garble = r / 2 % 4 != 0,
		.one_garbled = r / 8 % 8 == 0,
	};
}

RIG size_t mem_rank(const struct memfs *m, uint64_t when)
{
	size_t n = 0;

	for (int i = 0; i < MEM_FILES; i++) {
		for (size_t j = 0; j < m->file[i].nop; j++)
			n += m->file[i].op[j].when < when;
	}
	return n;
}

RIG enum mem_part mem_decide(const struct mem_fate *fate, uint64_t *seed, size_t rank)
{
	uint32_t r = rig_random(seed);

	switch (fate->style) {
	case MEM_ALL_LOST: return MEM_LOST;
	case MEM_ALL_BUT_ONE: return rank == fate->chosen ? MEM_LOST : MEM_STORED;
	case MEM_ONLY_ONE: return rank == fate->chosen ? MEM_STORED : MEM_LOST;
	case MEM_IN_ORDER:
		if (rank == fate->chosen)
			return MEM_TORN;
		return rank < fate->chosen ? MEM_STORED : MEM_LOST;
	case MEM_ANY: return r % 4 == 0 ? MEM_LOST : r % 4 == 1 ? MEM_TORN : MEM_STORED;
	case MEM_MOSTLY_LOST:
		return r % 4 == 0 ? MEM_STORED : r % 8 == 1 ? MEM_TORN : MEM_LOST;
	case MEM_ALL_TORN: return MEM_TORN;
	case MEM_ONE_TORN: return rank == fate->chosen ? MEM_TORN : MEM_STORED;
	case MEM_ALL_STORED:
	case MEM_STYLES:
	default: return MEM_STORED;
	}
}

RIG void mem_tear(struct mem_file *to, const struct mem_op *op, const uint8_t *bytes,
    const struct mem_fate *fate, uint64_t *seed)
{
	size_t at = (size_t)op->at, end = at + op->n, s = fate->sector;
	uint8_t noise[4096];

	for (size_t k = at / s * s; k < end; k += s) {
		size_t from = k < at ? at : k, upto = k + s > end ? end : k + s;
		uint32_t part = rig_random(seed) % 3;

		if (fate->one_garbled)
			part = 2;
		if (part == 0)
			continue;
		if (part == 1 || !fate->garble) {
			mem_put(to, true, bytes + (from - at), upto - from, from);
			continue;
		}
		memset(noise, (int)rig_random(seed), s);
		noise[rig_random(seed) % s] ^= 0x55;
		if (k + s > to->disk_size && upto > to->disk_size)
			mem_put(to, true, noise, upto - k, k);
		else
			mem_put(to, true, noise,
			    k + s > to->disk_size ? to->disk_size - k : s, k);
	}
}

RIG void mem_copy_now(struct mem_file *f, size_t at, size_t end)
{
	if (end > f->disk_size)
		end = f->disk_size;
	if (at < end)
		memcpy(f->now + at, f->disk + at, end - at);
}

/* What `from` has in flight befalls `to`, which may be the same. */
RIG void mem_befall(struct mem_file *to, const struct mem_file *from, const struct memfs *m,
    const struct mem_fate *fate, uint64_t *seed)
{
	bool all = from->stray || (to == from && from->size != from->disk_size);

	for (size_t j = 0; j < from->nop; j++) {
		const struct mem_op *op = &from->op[j];
		const uint8_t *bytes = from->text.p + op->from;
		enum mem_part part = mem_decide(fate, seed, mem_rank(m, op->when));

		all = all || op->at < 0;
		if (part == MEM_LOST)
			continue;
		if (op->at < 0)
			mem_resize(to, true, op->n);
		else if (part == MEM_STORED)
			mem_put(to, true, bytes, op->n, (size_t)op->at);
		else
			mem_tear(to, op, bytes, fate, seed);
	}
	mem_grow(&to->now, &to->now_cap, to->disk_size);
	to->size = to->disk_size;
	if (all)
		mem_copy_now(to, 0, to->disk_size);
	for (size_t j = 0; !all && j < from->nop; j++) {
		size_t at = (size_t)from->op[j].at / MEM_BLOCK * MEM_BLOCK;

		mem_copy_now(to, at, (size_t)from->op[j].at + from->op[j].n + MEM_BLOCK);
	}
	to->stray = false;
}

RIG void mem_befall_names(
    struct memfs *to, const struct memfs *from, const struct mem_fate *fate, uint64_t *seed)
{
	bool in_order = rig_random(seed) % 2;
	size_t upto = rig_random(seed) % (from->nrenames + 1);

	if (to != from)
		memcpy(to->stored, from->stored, sizeof to->stored);
	for (size_t i = 0; i < from->nrenames; i++) {
		bool there = in_order ? i < upto : rig_random(seed) % 2;

		if (fate->style == MEM_ALL_STORED || (fate->style != MEM_ALL_LOST && there))
			mem_store_name(to, &from->renames[i]);
	}
	to->nrenames = 0;
	for (int i = 0; i < MEM_FILES; i++)
		to->file[i].here = false;
	for (int i = 0; i < MEM_FILES; i++) {
		struct mem_name *s = &to->stored[i];

		if (!s->path[0])
			continue;
		to->file[s->file].here = true;
		memcpy(to->file[s->file].path, s->path, MEM_PATH);
	}
}

/* `to` gets what `from` would be after a power failure; it is quick when `to` was made from
 * `from` a moment ago.  Nothing is open in it. */
RIG void mem_crash_into(
    struct memfs *to, const struct memfs *from, struct mem_fate fate, uint64_t *seed)
{
	fate.ops = mem_rank(from, UINT64_MAX);
	fate.chosen = fate.ops ? rig_random(seed) % fate.ops : 0;
	for (int i = 0; i < MEM_FILES; i++)
		mem_befall(&to->file[i], &from->file[i], from, &fate, seed);
	mem_befall_names(to, from, &fate, seed);
	for (int i = 0; i < MEM_FILES; i++)
		mem_forget(&to->file[i]);
	mem_lose_handles(to);
	to->dead = false;
	to->die_in = 0;
}

/* Blocks of the disk that differ, by their marks, are copied. */
RIG void mem_follow_file(struct mem_file *to, const struct mem_file *from)
{
	to->folder = from->folder;
	mem_grow(&to->disk, &to->disk_cap, from->disk_size);
	mem_grow(&to->now, &to->now_cap, from->disk_size);
	if (to->nmark < from->nmark)
		mem_touch(to, to->nmark * MEM_BLOCK, (from->nmark - to->nmark) * MEM_BLOCK);
	for (size_t b = 0; b < from->nmark; b++) {
		size_t at = b * MEM_BLOCK;

		if (at >= from->disk_size || to->mark[b] == from->mark[b])
			continue;
		size_t n =
		    from->disk_size - at < MEM_BLOCK ? from->disk_size - at : MEM_BLOCK;
		memcpy(to->disk + at, from->disk + at, n);
		memcpy(to->now + at, from->disk + at, n);
		to->mark[b] = from->mark[b];
	}
	to->size = to->disk_size = from->disk_size;
	to->stray = false;
	mem_forget(to);
}

/* The power fails for a copy of `from`, and `to` is what is left.  Who used `to` before is
 * done with it. */
RIG void memfs_fail_copy(
    struct memfs *to, const struct memfs *from, struct mem_fate fate, uint64_t *seed)
{
	mem_all_closed(to);
	for (int i = 0; i < MEM_FILES; i++)
		mem_follow_file(&to->file[i], &from->file[i]);
	mem_crash_into(to, from, fate, seed);
}

RIG void memfs_crash(struct memfs *m, bool garble)
{
	struct mem_fate fate = { .style = MEM_ANY, .sector = 512, .garble = garble };

	mem_crash_into(m, m, fate, &m->seed);
}

/* The same files and the same writes in flight; nothing open. */
RIG struct memfs *memfs_clone(const struct memfs *from, uint64_t seed)
{
	struct memfs *m = memfs_new(from->sys.log_blocks);

	m->seed = seed;
	m->lose_names = from->lose_names;
	m->nrenames = from->nrenames;
	memcpy(m->stored, from->stored, sizeof m->stored);
	memcpy(m->renames, from->renames, sizeof m->renames);
	for (int i = 0; i < MEM_FILES; i++) {
		const struct mem_file *a = &from->file[i];
		struct mem_file *b = &m->file[i];

		memcpy(b->path, a->path, sizeof b->path);
		b->here = a->here;
		b->folder = a->folder;
		b->stray = a->stray;
		mem_put(b, false, a->now, a->size, 0);
		mem_put(b, true, a->disk, a->disk_size, 0);
		for (size_t j = 0; j < a->nop; j++)
			mem_note(b, a->op[j].at,
			    a->op[j].at < 0 ? NULL : a->text.p + a->op[j].from, a->op[j].n);
	}
	return m;
}

#endif
