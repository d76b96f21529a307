/* check: every mistake of the content files in one run, as file:line: words.  Warnings are
 * counted only, unless they are asked for: a day passes, and help lines are due again. */
#include "cli.h"
#include "json.h"

#include <stdio.h>

static void print_words(const struct cli *c, const struct problem *p)
{
	const char *kind = p->warning ? _("warning: ") : "";
	struct buf b = { 0 };

	buf_add(&b, p->file);
	if (p->line > 0)
		buf_addf(&b, ":%d", p->line);
	buf_addf(&b, ": %s%.*s\n", kind, STR_ARG(p->text));
	cli_print(c, buf_str(&b));
	buf_free(&b);
}

static void print_json(const struct problems *all)
{
	struct buf b = { 0 };

	buf_addc(&b, '{');
	json_number(&b, "schema", 1);
	json_number(&b, "mistakes", (int64_t)all->errors);
	json_number(&b, "warnings", (int64_t)(all->count - all->errors));
	json_name(&b, "problems");
	buf_addc(&b, '[');
	for (size_t i = 0; i < all->count; i++) {
		const struct problem *p = &all->list[i];
		buf_add(&b, i > 0 ? STR(",\n{") : STR("\n{"));
		json_member(&b, "file", p->file);
		json_number(&b, "line", p->line);
		json_bool(&b, "warning", p->warning);
		json_member(&b, "text", p->text);
		buf_addc(&b, '}');
	}
	buf_add(&b, all->count > 0 ? STR("\n]}\n") : STR("]}\n"));
	cli_data(buf_str(&b));
	buf_free(&b);
}

static void print(const struct cli *c, const struct problems *all)
{
	if (options_has(c->o, OPT_JSON)) {
		print_json(all);
		return;
	}
	bool show = options_has(c->o, OPT_WARNINGS);
	for (size_t i = 0; i < all->count; i++)
		if (show || !all->list[i].warning)
			print_words(c, &all->list[i]);
	unsigned long bad = all->errors, warn = all->count - all->errors;
	if (bad > 0)
		cli_say(c, i18n_n("%lu mistake", "%lu mistakes", bad), bad);
	if (warn > 0 && show)
		cli_say(c, i18n_n("%lu warning", "%lu warnings", warn), warn);
	else if (warn > 0)
		cli_say(c,
		    i18n_n("%lu warning; --warnings shows it",
			"%lu warnings; --warnings shows them", warn),
		    warn);
}

bool cli_check(const struct cli *c, struct err *e)
{
	const char *dir = c->o->arg_count > 0 ? c->o->args[0] : c->setup->data;
	const char *base = c->setup->base != NULL ? c->setup->base : c->setup->data;
	struct problems all = { 0 };
	struct content content;

	if (dir == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    _("The content folder was not found. Give it with --data DIR."));
	if (!content_load(&content, dir, base, NULL, e)) {
		struct content
		    again; /* only to hear every mistake, not just the last word */
		if (content_load(&again, dir, base, &all, e))
			content_free(&again);
		if (all.count > 0)
			print(c, &all);
		problems_free(&all);
		return false;
	}
	content_check(&content, dir, base, day_of(c->world->now_ms(c->world)), &all);
	print(c, &all);
	bool ok = all.errors == 0;
	problems_free(&all);
	content_free(&content);
	if (!ok)
		*e = (struct err){ .code = ERR_CONTENT }; /* all was said */
	return ok;
}

void cli_tell_mistakes(const struct cli *c, const struct content *content)
{
	const char *dir = c->setup->data;
	struct problems all = { 0 };

	content_check(
	    content, dir, c->setup->base, day_of(c->world->now_ms(c->world)), &all);
	unsigned long bad = all.errors;
	if (bad > 0)
		cli_say(c,
		    i18n_n("%lu mistake in the content; 'remanso check %s' names it.",
			"%lu mistakes in the content; 'remanso check %s' names them.", bad),
		    bad, dir);
	problems_free(&all);
}
