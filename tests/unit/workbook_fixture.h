/* A small workbook made of constants, a clock and a source of chance that tests set, and a
 * room in memory. */
#ifndef TESTS_UNIT_WORKBOOK_FIXTURE_H
#define TESTS_UNIT_WORKBOOK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "remanso/workbook.h"
#include "store/db.h"

struct fixture {
	struct world w;
	int64_t now;
	unsigned seed;
	struct room *room;
	struct arena *a;
	struct err e;
};

static int64_t fixture_now(const struct world *w)
{
	return ((struct fixture *)w->ctx)->now;
}

static void fixture_random(const struct world *w, void *out, size_t n)
{
	struct fixture *f = w->ctx;
	uint8_t *p = out;

	for (size_t i = 0; i < n; i++) {
		f->seed = f->seed * 1103515245u + 12345u;
		p[i] = (uint8_t)(f->seed >> 16);
	}
}

/* STR() is no constant, and these have to be. */
#define LIT(lit) \
	{ \
		"" lit, sizeof(lit) - 1 \
	}
#define T(en, es) \
	{ \
		{ \
			LIT(en), LIT(es) \
		} \
	}
static const struct text place_words[] = { T("Where I keep it", "Dónde lo guardo") };
static const struct text touch_words[] = { T("Touch", "Tacto"),
	T("a stone", "una piedra") };
static const struct text path_words[] = { T("Is the path free?", "¿Está libre el paso?") };
static const struct text what_words[] = { T("What happened", "Qué pasó") };
static const struct item place_items[] = {
	{ .name = LIT("kept"), .cell = place_words, .cells = 1 }
};
static const struct item kit_items[] = {
	{ .name = LIT("touch"), .cell = touch_words, .cells = 2 }
};
static const struct item look_items[] = {
	{ .name = LIT("path"), .cell = path_words, .cells = 1 }
};
static const struct item wins_items[] = {
	{ .name = LIT("what"), .cell = what_words, .cells = 1 }
};

static const struct field kit_fields[] = {
	{ FIELD_TITLE, T("Comfort kit", "Kit de consuelo"), 0 },
	{ FIELD_INTRO, T("Things that help.", "Cosas que ayudan."), 0 },
	{ FIELD_STEP, T("1", "1"), 1 },
	{ FIELD_NEXT, T("wins", "wins"), 0 },
};
static const struct field wins_fields[] = {
	{ FIELD_TITLE, T("Small wins", "Pequeños logros"), 0 },
	{ FIELD_STEP, T("5", "5"), 5 },
	{ FIELD_REPEAT, T("yes", "yes"), 0 },
};
static const struct field own_fields[] = {
	{ FIELD_TITLE, T("For you alone", "Solo para ti"), 0 },
	{ FIELD_STEP, T("5", "5"), 5 },
	{ FIELD_PRIVATE, T("yes", "yes"), 0 },
};

extern const struct page fixture_pages[];

static const struct card kit_parts[] = {
	{ .kind = CARD_LIST,
	    .name = LIT("kit"),
	    .page = &fixture_pages[0],
	    .items = kit_items,
	    .item_count = 1 },
	{ .kind = CARD_PROMPTS,
	    .name = LIT("place"),
	    .page = &fixture_pages[0],
	    .items = place_items,
	    .item_count = 1 },
	{ .kind = CARD_CHECKLIST,
	    .name = LIT("look"),
	    .page = &fixture_pages[0],
	    .items = look_items,
	    .item_count = 1 },
};
static const struct card wins_parts[] = {
	{ .kind = CARD_MAP,
	    .name = LIT("wins"),
	    .page = &fixture_pages[1],
	    .items = wins_items,
	    .item_count = 1 },
};
static const struct card own_parts[] = {
	{ .kind = CARD_PROMPTS,
	    .name = LIT("line"),
	    .page = &fixture_pages[2],
	    .items = place_items,
	    .item_count = 1 },
};
static const struct card heads[] = {
	{ .kind = CARD_PAGE,
	    .name = LIT("comfort-kit"),
	    .fields = kit_fields,
	    .field_count = 4 },
	{ .kind = CARD_PAGE, .name = LIT("wins"), .fields = wins_fields, .field_count = 3 },
	{ .kind = CARD_PAGE, .name = LIT("own"), .fields = own_fields, .field_count = 3 },
};
const struct page fixture_pages[] = {
	{ LIT("comfort-kit"), &heads[0], kit_parts, 3 },
	{ LIT("wins"), &heads[1], wins_parts, 1 },
	{ LIT("own"), &heads[2], own_parts, 1 },
};

static const struct field step1_fields[] = {
	{ FIELD_TITLE, T("Safe environment", "Entorno seguro"), 0 },
	{ FIELD_ORDER, T("1", "1"), 1 },
	{ FIELD_PAGES, T("nowhere comfort-kit", "nowhere comfort-kit"), 0 },
};
static const struct field step5_fields[] = {
	{ FIELD_TITLE, T("Progress", "Progreso"), 0 },
	{ FIELD_ORDER, T("5", "5"), 5 },
	{ FIELD_PAGES, T("wins own", "wins own"), 0 },
};
static const struct field faq_fields[] = {
	{ FIELD_TITLE, T("Does panic end?", "¿Se acaba el pánico?"), 0 },
};
static const struct field rating_fields[] = {
	{ FIELD_TITLE, T("Distress", "Malestar"), 0 },
	{ FIELD_ASK, T("How much distress now?", "¿Cuánto malestar ahora?"), 0 },
};
static const struct field home_fields[] = {
	{ FIELD_TITLE, T("At home", "En casa"), 0 },
	{ FIELD_ASK, T("How safe at home?", "¿Cuánta seguridad en casa?"), 0 },
	{ FIELD_PRIVATE, T("yes", "yes"), 0 },
};
#undef T
static const struct card alone[] = {
	{ .kind = CARD_STEP, .name = LIT("one"), .fields = step1_fields, .field_count = 3 },
	{ .kind = CARD_STEP,
	    .name = LIT("five"),
	    .fields = step5_fields,
	    .field_count = 3 },
	{ .kind = CARD_FAQ, .name = LIT("end"), .fields = faq_fields, .field_count = 1 },
	{ .kind = CARD_RATING,
	    .name = LIT("distress"),
	    .fields = rating_fields,
	    .field_count = 2 },
	{ .kind = CARD_RATING,
	    .name = LIT("home"),
	    .fields = home_fields,
	    .field_count = 3 },
};
static const struct lang langs[] = {
	{ LIT("en"), LIT("English") },
	{ LIT("es"), LIT("Español") },
};
static const struct content fixture_content = { .langs = langs,
	.lang_count = 2,
	.pages = fixture_pages,
	.page_count = 3,
	.cards = alone,
	.card_count = 5 };

#define kit_page (&fixture_pages[0])
#define wins_page (&fixture_pages[1])
#define own_page (&fixture_pages[2])
#define kit_list (&kit_parts[0])
#define kit_place (&kit_parts[1])
#define kit_look (&kit_parts[2])
#define wins_map (&wins_parts[0])
#define own_line (&own_parts[0])

static int fixture_setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.now = 1795348800000; /* Sunday, 22 November 2026, 12:00 UTC */
	f.w = (struct world){ fixture_now, fixture_now, fixture_random, &f };
	f.a = arena_new();
	assert_true(room_scratch(&f.room, &f.w, &f.e));
	room_content(f.room, &fixture_content);
	*state = &f;
	return 0;
}

static int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	room_close(f->room);
	arena_free(f->a);
	return 0;
}

/* How many pages the database may still grow by: the disk of a test. */
static inline void fixture_disk(struct fixture *f, int more)
{
	sqlite3 *db = room_store(f->room)->db;
	sqlite3_stmt *st;

	assert_int_equal(
	    sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	char *sql =
	    sqlite3_mprintf("PRAGMA max_page_count = %d", sqlite3_column_int(st, 0) + more);
	(void)sqlite3_finalize(st);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
}

static inline bool fixture_in_database(struct fixture *f, const char *word)
{
	sqlite3_int64 size;
	unsigned char *bytes = sqlite3_serialize(room_store(f->room)->db, "main", &size, 0);
	bool found = memmem(bytes, (size_t)size, word, strlen(word)) != NULL;

	sqlite3_free(bytes);
	return found;
}

static inline int64_t fixture_count(struct fixture *f)
{
	return store_count(room_store(f->room), &(struct query){ 0 });
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
