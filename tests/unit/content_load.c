/* From files to const structs: languages, fallback, packs. */
#include "unit/content_folder.h"

#define assert_str(got, want) \
	do { \
		struct str got_ = (got); \
		if (!str_is(got_, (want))) \
			fail_msg("'%.*s' is not '%s'", STR_ARG(got_), (want)); \
	} while (0)

static void load(struct content *c, const struct folder *dir, const struct folder *base)
{
	struct problems all = { 0 };
	struct err e = { 0 };

	if (!content_load(c, dir->path, base ? base->path : NULL, &all, &e))
		fail_msg("%s", e.text);
	print_problems(&all);
	assert_int_equal(all.count, 0);
	problems_free(&all);
}

static const char room_en[] =
    "@page room\ntitle: The room\nkind: exercise\nstep: 1\nminutes: 10\nnext: walk\n"
    "covers: S1.1\n\n"
    "@checklist look\nask: What do you see?\n\n"
    "- [door] Door | Is it near?\n- [light] Light\n\n"
    "@choices touch\noptions: yes | no\n\n- [hand] My hand\n\n"
    "@practice slow\nseconds: 30\n\n- 10 | Look.\n- 20 | Listen.\n\n"
    "@text end\nhead: Then\n\nOne.\n\nTwo.\n\n"
    "@message quiet\ntitle: Quiet\n\nWords.\n\n- [go] Go on\n";
static const char room_es[] =
    "@page room\ntitle: El cuarto\nkind: exercise\ncovers: S1.1\n\n"
    "@checklist look\nask: ¿Qué ves?\n\n"
    "- [light] Luz\n- [door] Puerta | ¿Está cerca?\n\n"
    "@choices touch\noptions: sí | no\n\n- [hand] Mi mano\n\n"
    "@practice slow\n\n- Mira.\n- 20 | Escucha.\n\n"
    "@text end\nhead: Luego\n\nUno.\n\nDos.\n\n"
    "@message quiet\ntitle: Calma\n\nPalabras.\n\n- [go] Seguir\n";

static void a_page_in_two_languages(void **state)
{
	const struct page *room;
	const struct card *c;
	struct content k;
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/room.page", room_en);
	folder_put(&f, "es/room.page", room_es);
	load(&k, &f, NULL);
	assert_int_equal(k.lang_count, 2);
	assert_str(k.langs[0].code, "en");
	assert_int_equal(content_lang(&k, STR("es")), 1);
	assert_int_equal(content_lang(&k, STR("fr")), -1);
	assert_int_equal(k.page_count, 2);
	room = content_page(&k, STR("room"));
	assert_non_null(room);
	assert_int_equal(room->part_count, 4);
	assert_ptr_equal(room->head->page, room);
	assert_str(room->head->file, "en/room.page");
	assert_int_equal(room->head->line, 1);
	assert_str(card_text(room->head, FIELD_TITLE, 0), "The room");
	assert_str(card_text(room->head, FIELD_TITLE, 1), "El cuarto");
	assert_int_equal(card_number(room->head, FIELD_MINUTES, 0), 10);
	assert_int_equal(card_number(room->head, FIELD_SECONDS, -1), -1);
	assert_str(card_word(room->head, FIELD_NEXT), "walk");
	assert_str(card_text(room->head, FIELD_NEXT, 1), "walk");
	assert_true(card_has(room->head, FIELD_STEP));
	assert_false(card_has(room->head, FIELD_NOTE));

	/* Items are matched by name, and where there is none by place. */
	c = page_part(room, STR("look"));
	assert_int_equal(c->kind, CARD_CHECKLIST);
	assert_int_equal(c->item_count, 2);
	assert_int_equal(c->items[0].cells, 2);
	assert_str(text_in(&card_item(c, STR("light"))->cell[0], 1), "Luz");
	c = page_part(room, STR("touch"));
	assert_str(card_text(c, FIELD_OPTIONS, 1), "s\xc3\xad | no");

	/* Numbers may be left out. */
	c = page_part(room, STR("slow"));
	assert_int_equal(c->items[0].number, 10);
	assert_str(text_in(&c->items[0].cell[0], 1), "Mira.");
	assert_str(text_in(&c->items[1].cell[0], 1), "Escucha.");

	c = page_part(room, STR("end"));
	assert_int_equal(c->para_count, 2);
	assert_str(text_in(&c->paras[1], 0), "Two.");
	assert_str(text_in(&c->paras[1], 1), "Dos.");

	c = content_card(&k, CARD_MESSAGE, STR("quiet"));
	assert_non_null(c);
	assert_null(c->page);
	assert_null(content_card(&k, CARD_FAQ, STR("quiet")));
	assert_str(text_in(&card_item(c, STR("go"))->cell[0], 1), "Seguir");
	c = content_next(&k, CARD_STEP, NULL);
	assert_str(c->name, "one");
	for (int n = 2; n <= 5; n++)
		c = content_next(&k, CARD_STEP, c);
	assert_str(c->name, "five");
	assert_null(content_next(&k, CARD_STEP, c));
	content_free(&k);
	content_free(&k);
	folder_remove(&f);
}

static void missing_words_fall_back(void **state)
{
	const struct page *p;
	struct content k;
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_put(&f, "en/steps.page", STEP_EN);
	folder_put(&f, "en/walk.page",
	    "@page walk\ntitle: A walk\nkind: exercise\nshort: Short.\n\n"
	    "@text a\n\nGo.\n\n@guide b\n\n- One\n- Two\n");
	folder_put(&f, "es/walk.page",
	    "@page walk\ntitle: Un paseo\n\n@guide b\n\n- Uno\n- Dos\n");
	load(&k, &f, NULL);
	p = content_page(&k, STR("walk"));
	assert_str(card_text(p->head, FIELD_TITLE, 1), "Un paseo");
	assert_str(card_text(p->head, FIELD_SHORT, 1), "Short.");
	assert_str(card_text(p->head, FIELD_TITLE, 5), "A walk");
	assert_str(text_in(&p->parts[0].paras[0], 1), "Go.");
	assert_str(text_in(&p->parts[1].items[1].cell[0], 1), "Dos");
	content_free(&k);
	folder_remove(&f);
}

static void held_back_cards_never_load(void **state)
{
	struct content k;
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page",
	    "@page secret\ntitle: S\nkind: exercise\nship: no\n\n"
	    "@text a\n\nA.\n\n@faq q\ntitle: Q\nship: no\n\nA.\n\n"
	    "@page shown\ntitle: S\nkind: exercise\n\n"
	    "@text a\nship: no\n\nA.\n\n@text b\n\nB.\n");
	folder_put(&f, "es/x.page",
	    "@page secret\ntitle: S\nkind: exercise\n\n"
	    "@text a\n\nA.\n\n@page shown\ntitle: S\n\n"
	    "@text b\nship: no\n\nBe.\n");
	load(&k, &f, NULL);
	assert_null(content_page(&k, STR("secret")));
	assert_null(content_card(&k, CARD_FAQ, STR("q")));
	assert_int_equal(content_page(&k, STR("shown"))->part_count, 1);
	/* Held back in Spanish only: the English words stand in. */
	assert_str(text_in(&content_page(&k, STR("shown"))->parts[0].paras[0], 1), "B.");
	content_free(&k);
	folder_remove(&f);
}

static void mistakes_do_not_stop_it(void **state)
{
	struct problems all = { 0 };
	struct content k;
	struct folder f;
	struct err e;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	folder_put(&f, "en/x.page",
	    "@page x\ntitle: X\nkind: exercise\nminutes: soon\nfoo: bar\n\n"
	    "@prompts a\n\n- no name\n- [b] B | C | D\n- [c] C\n\n"
	    "@nothing\n\nA.\n\n@text\n\ncaf\xff\n");
	assert_true(content_load(&k, f.path, NULL, &all, &e));
	if (all.count != 6)
		print_problems(&all);
	assert_int_equal(all.count, 6);
	assert_int_equal(content_page(&k, STR("x"))->part_count, 2);
	assert_int_equal(content_page(&k, STR("x"))->parts[0].item_count, 1);
	assert_false(card_has(content_page(&k, STR("x"))->head, FIELD_MINUTES));
	content_free(&k);
	problems_free(&all);
	folder_remove(&f);
}

static void nothing_to_show(void **state)
{
	struct content k;
	struct folder f;
	struct err e = { 0 };

	(void)state;
	assert_false(content_load(&k, "/nonexistent/remanso", NULL, NULL, &e));
	assert_int_equal(e.code, ERR_NOT_FOUND);
	folder_make(&f);
	assert_false(content_load(&k, f.path, NULL, NULL, &e));
	assert_int_equal(e.code, ERR_CONTENT);
	folder_put(&f, "en/walk.page", PAGE_EN);
	assert_false(content_load(&k, f.path, NULL, NULL, &e));
	assert_int_equal(e.code, ERR_CONTENT);
	content_free(&k);
	folder_remove(&f);
}

static void only_plain_files_are_read(void **state)
{
	struct problems all = { 0 };
	struct content k;
	struct folder f;
	char path[200];
	struct err e;

	(void)state;
	folder_make(&f);
	folder_workbook(&f);
	snprintf(path, sizeof path, "%s/en/pipe.page", f.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	folder_put(&f, "EN/x.page", "@page bad\n");
	folder_put(&f, "toolonglang/x.page", "@page bad\n");
	folder_put(&f, "en/.hidden.page", "@page bad\n");
	folder_put(&f, "en/x.page~", "@page bad\n");
	assert_true(content_load(&k, f.path, NULL, &all, &e));
	assert_int_equal(all.count, 1);
	assert_true(said(&all, "en/pipe.page", 0, "cannot be read"));
	assert_int_equal(k.lang_count, 2);
	content_free(&k);
	problems_free(&all);
	folder_remove(&f);
}

/* ---- packs ---- */

static void a_pack_adds_and_replaces(void **state)
{
	struct folder base, pack;
	const struct page *p;
	struct content k;

	(void)state;
	folder_make(&base);
	folder_workbook(&base);
	folder_put(&base, "en/m.page", "@message m\ntitle: Old\n\nOld words.\n");
	folder_put(&base, "es/m.page", "@message m\ntitle: Viejo\n\nPalabras.\n");
	folder_make(&pack);
	folder_put(&pack, "en/new.page",
	    "@page breathe\ntitle: Breathe\nkind: exercise\nstep: 1\n\n"
	    "@prompts p\n\n- [how] How was it?\n");
	folder_put(&pack, "es/new.page",
	    "@page breathe\ntitle: Respira\n\n"
	    "@prompts p\n\n- [how] ¿Cómo fue?\n");
	folder_put(&pack, "en/mine.page",
	    "@page walk\ntitle: Our walk\nkind: exercise\n\n"
	    "@guide g\n\n- One\n\n@message m\ntitle: New\n\nNew.\n");
	load(&k, &pack, &base);
	assert_int_equal(k.page_count, 2);
	p = content_page(&k, STR("breathe"));
	assert_str(card_text(p->head, FIELD_TITLE, 1), "Respira");
	assert_str(text_in(&p->parts[0].items[0].cell[0], 1), "\xc2\xbf"
							      "C\xc3\xb3mo fue?");
	p = content_page(&k, STR("walk"));
	assert_str(card_text(p->head, FIELD_TITLE, 0), "Our walk");
	/* The old page's Spanish would not fit the new one. */
	assert_str(card_text(p->head, FIELD_TITLE, 1), "Our walk");
	assert_int_equal(p->part_count, 1);
	assert_int_equal(p->parts[0].kind, CARD_GUIDE);
	assert_str(
	    card_text(content_card(&k, CARD_MESSAGE, STR("m")), FIELD_TITLE, 1), "New");
	assert_non_null(content_next(&k, CARD_STEP, NULL));
	content_free(&k);
	folder_remove(&base);
	folder_remove(&pack);
}

static void a_pack_brings_a_third_language(void **state)
{
	struct folder base, pack;
	const struct page *p;
	struct content k;
	int pt;

	(void)state;
	folder_make(&base);
	folder_workbook(&base);
	folder_make(&pack);
	folder_put(&pack, "pt/language.page", "@language pt\ntitle: Portugu\xc3\xaas\n");
	folder_put(&pack, "pt/walk.page", "@page walk\ntitle: Um passeio\n");
	load(&k, &pack, &base);
	pt = content_lang(&k, STR("pt"));
	assert_int_equal(pt, 2);
	assert_str(k.langs[pt].name, "Portugu\xc3\xaas");
	assert_str(k.langs[1].name, "es");
	p = content_page(&k, STR("walk"));
	assert_str(card_text(p->head, FIELD_TITLE, pt), "Um passeio");
	assert_str(card_text(p->head, FIELD_TITLE, 1), "Un paseo");
	assert_int_equal(card_number(p->head, FIELD_MINUTES, 0), 5);
	assert_str(text_in(&p->parts[0].paras[0], pt), "Go slowly.");
	content_free(&k);
	folder_remove(&base);
	folder_remove(&pack);
}

static void a_pack_puts_spanish_words_right(void **state)
{
	struct folder base, pack;
	struct content k;

	(void)state;
	folder_make(&base);
	folder_workbook(&base);
	folder_make(&pack);
	folder_put(&pack, "es/walk.page", "@page walk\ntitle: Una caminata\n");
	load(&k, &pack, &base);
	assert_str(
	    card_text(content_page(&k, STR("walk"))->head, FIELD_TITLE, 0), "A walk");
	assert_str(
	    card_text(content_page(&k, STR("walk"))->head, FIELD_TITLE, 1), "Una caminata");
	content_free(&k);
	folder_remove(&base);
	folder_remove(&pack);
}

static void a_language_without_the_first(void **state)
{
	struct content k;
	struct folder f;

	(void)state;
	folder_make(&f);
	folder_put(&f, "es/steps.page", STEP_ES);
	folder_put(&f, "es/walk.page", PAGE_ES);
	load(&k, &f, NULL);
	assert_str(k.langs[0].code, "es");
	assert_str(
	    card_text(content_page(&k, STR("walk"))->head, FIELD_TITLE, 0), "Un paseo");
	content_free(&k);
	folder_remove(&f);
}

/* ---- placeholders ---- */

static const struct {
	const char *in, *out;
} filled[] = {
	{ "Press {key_help} now.", "Press F1 now." },
	{ "{name}{name}", "NoaNoa" },
	{ "{unknown} {name", "{unknown} {name" },
	{ "{{name}}", "{Noa}" },
	{ "", "" },
	{ "no mark", "no mark" },
	{ "{}", "{}" },
};

static void placeholders_are_filled_in(void **state)
{
	const struct fill with[] = { { "key_help", STR("F1") }, { "name", STR("Noa") } };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(filled); i++)
		assert_str(text_fill(a, str_from(filled[i].in), with, ARRAY_LEN(with)),
		    filled[i].out);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_in_two_languages),
		cmocka_unit_test(missing_words_fall_back),
		cmocka_unit_test(held_back_cards_never_load),
		cmocka_unit_test(mistakes_do_not_stop_it),
		cmocka_unit_test(nothing_to_show),
		cmocka_unit_test(only_plain_files_are_read),
		cmocka_unit_test(a_pack_adds_and_replaces),
		cmocka_unit_test(a_pack_brings_a_third_language),
		cmocka_unit_test(a_pack_puts_spanish_words_right),
		cmocka_unit_test(a_language_without_the_first),
		cmocka_unit_test(placeholders_are_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
