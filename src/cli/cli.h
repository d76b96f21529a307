/* The command line beside the screens: everything that prints and ends.  Data goes to
 * standard output, words for a person to standard error; the exit status is err_status().
 */
#ifndef REMANSO_CLI_CLI_H
#define REMANSO_CLI_CLI_H

#include "setup.h"

#include "remanso/workbook.h"

struct confine_report;
struct outside;

struct cli {
	const struct world *world;
	const struct options *o;
	const struct setup *setup;
	const char *lang; /* folder name of the language in use */
	struct arena *memory;
	/* Turns a line into ASCII for terminals that show nothing else; NULL: UTF-8.  It is
	 * given by main.c, because the table belongs to the screens. */
	void (*ascii)(struct buf *out, struct str s);
	const struct confine_report *confined; /* what was given up; NULL: nothing */
	struct outside *outside; /* makes the files that are asked for; outside.h */
};

/* Run any command whose `screen` is false, --help and --version too.  Says what went wrong
 * itself; returns the exit status. */
int cli_run(struct cli *c);

/* ---- what the commands share ---- */
/* Print to standard output.  cli_data() leaves the bytes alone: JSON is UTF-8 everywhere.
 */
void cli_print(const struct cli *c, struct str s);
void cli_printf(const struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
void cli_data(struct str s);
/* A line for the person, to standard error, behind the program's name. */
void cli_say(const struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Say the error; its exit status. */
int cli_fail(const struct cli *c, const struct err *e);

/* The passphrase of --passphrase-fd (`opt`: OPT_FD or OPT_NEW_FD), or asked for without
 * echo; `twice`: a new one, asked for again and judged. */
struct secret *cli_passphrase(
    const struct cli *c, enum opt opt, bool twice, struct err *e) MUST_CHECK;
/* The key that the passphrase gives for the rooms of this home; NULL and an error. */
struct vault_key *cli_key(const struct cli *c, struct err *e) MUST_CHECK;
/* Open the room that the passphrase finds. */
bool cli_room(const struct cli *c, struct room **out, struct err *e) MUST_CHECK;
/* The content folder with what is laid over it.  Where pages are read line by line, mistakes
 * in it are counted on standard error: what is missing would be missed without a word. */
bool cli_content(
    const struct cli *c, struct content *out, int *lang, struct err *e) MUST_CHECK;

/* One line on how many mistakes the content has; nothing when there are none. */
void cli_tell_mistakes(const struct cli *c, const struct content *content);

/* A recovery key, in the order in which none is lost: drawn, shown, and only then kept.  When
 * it cannot be kept, that is said of the key on the screen; cli_void_recovery() says it alone.
 */
bool cli_show_recovery(
    const struct cli *c, const struct secret *code, struct err *e) MUST_CHECK;
bool cli_keep_recovery(const struct cli *c, struct room *room, const struct secret *code,
    struct err *e) MUST_CHECK;
void cli_void_recovery(const struct cli *c);

/* Commands: true, or false with `e` set. */
bool cli_help(const struct cli *c, struct err *e);
void cli_help_for(const struct cli *c, enum command cmd);
void cli_version(const struct cli *c);
bool cli_room_new(const struct cli *c, struct err *e);
bool cli_room_passphrase(const struct cli *c, struct err *e);
bool cli_room_recovery(const struct cli *c, struct err *e);
bool cli_room_recover(const struct cli *c, struct err *e);
bool cli_room_add_key(const struct cli *c, struct err *e);
bool cli_room_keys(const struct cli *c, struct err *e);
bool cli_room_mark(const struct cli *c, struct err *e);
bool cli_room_unkey(const struct cli *c, struct err *e);
bool cli_room_rotate(const struct cli *c, struct err *e);
bool cli_room_delete(const struct cli *c, struct err *e);
bool cli_rescue(const struct cli *c, struct err *e);
bool cli_journal_add(const struct cli *c, struct err *e);
bool cli_journal_list(const struct cli *c, struct err *e);
bool cli_journal_search(const struct cli *c, struct err *e);
bool cli_export(const struct cli *c, struct err *e);
bool cli_backup(const struct cli *c, struct err *e);
bool cli_restore(const struct cli *c, struct err *e);
bool cli_verify(const struct cli *c, struct err *e);
bool cli_check(const struct cli *c, struct err *e);
bool cli_doctor(const struct cli *c, struct err *e);

#endif
