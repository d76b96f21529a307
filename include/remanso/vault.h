/* The vault: one encrypted SQLite database in two files of random-looking bytes.  The
 * format is written down to the byte in src/vault/FORMAT.md; why it is so, in
 * src/README.md.
 *
 * A home is a folder (mode 0700, ours) with any number of vaults under names that say
 * nothing.  All vaults of a home share their Argon2 salt and preset, so that one derivation
 * finds the vault that a passphrase opens, however many there are. */
#ifndef REMANSO_VAULT_H
#define REMANSO_VAULT_H

#include "remanso/secret.h"

struct sqlite3;
struct vault;
struct vault_sys; /* the table of system calls (src/vault/sys.h); NULL means the real ones
		   */

/* Cost of one guess.  An enum, so that a file can never ask for a ruinous or a weak one. */
enum kdf_preset {
	KDF_64M = 1,   /* t=3,  64 MiB: the floor */
	KDF_256M = 2,  /* t=3, 256 MiB */
	KDF_512M = 3,  /* t=4 */
	KDF_1G = 4,    /* t=4 */
	KDF_TEST = 200 /* exists in REMANSO_TEST builds only */
};

/* A key derived from a passphrase for one home: what an Argon2 run yields.  Made apart from
 * opening, so that the slow half can run in a thread of its own. */
struct vault_key; /* locked memory */

/* Once, after secret_init() and before anything else uses SQLite: its memory is wiped when
 * freed, and its pages lie in locked memory as far as the limit goes.  ERR_INTERNAL when
 * SQLite was started before. */
bool vault_init(struct err *e) MUST_CHECK;

/* True when the folder holds at least one file that may be a vault.  A folder that is not
 * there holds none.  Nothing is opened or changed. */
bool vault_home_has_any(const struct vault_sys *sys, const char *home);
/* Look at the folder before anything is shown or asked: ERR_UNSAFE when others can change it
 * or put another in its place, or look into it where it holds rooms.  Its rights stay as they
 * are.  What a deletion left behind that was cut off is removed.  True when there is no such
 * folder yet. */
bool vault_home_ready(
    const struct vault_sys *sys, const char *home, struct err *e) MUST_CHECK;
/* What a person should know of the place before a room is opened or made there: a disk of
 * another machine, or a group that can change the folder above.  False: nothing. */
#define VAULT_WARNING 240
bool vault_home_warning(
    const struct vault_sys *sys, const char *home, char out[static VAULT_WARNING]);

/* The same as facts, for who wants to tell them: nothing is opened but the folder, and nothing
 * is changed. */
struct vault_home_state {
	bool there, folder, link, ours;
	unsigned mode;                /* rights, as chmod takes them */
	bool above_known, above_ours; /* the folder above; ours or the system's own */
	unsigned above_mode;
	bool disk_known, network;
	bool listed;                /* what follows is known */
	bool rooms;                 /* there is a file that may be a room */
	unsigned files, open_files; /* of rooms; others may read */
	unsigned foreign_files;     /* not opened: not ours, a link, more than one name */
};
void vault_home_look(
    const struct vault_sys *sys, const char *home, struct vault_home_state *out);
/* "chmod RIGHTS PATH", as it can be typed; DIR stands for a path that is long or odd. */
void vault_chmod_words(char out[static 128], const char *rights, const char *path);

/* How much of the database's cache lies in locked memory, in bytes, as far as the limit goes,
 * and the limit it would need altogether. */
struct vault_memory {
	size_t wanted, locked, limit;
};
void vault_memory_look(struct vault_memory *out);

/* Derive the key for this home: reads salt and preset from the vaults found there, or makes
 * fresh ones (kept in the result) when there are none.  Takes 0.1 to 3 s and as much memory
 * as the preset says, and that for each other home whose vaults lie here, until one opens; a
 * machine that cannot give that is ERR_MEMORY, never a weaker preset.
 * Also tries whether the SQLite library behaves as a vault needs it: ERR_UNSUPPORTED. */
struct vault_key *vault_derive(const struct vault_sys *sys, const char *home,
    const struct secret *pass, struct err *e) MUST_CHECK;
void vault_key_free(struct vault_key *k); /* wipes; NULL is fine */
/* What a guess at the passphrase of this room costs, and that in words: memory, and that it is
 * the least there is when it is. */
enum kdf_preset vault_preset(const struct vault *v);
const char *vault_preset_words(enum kdf_preset preset);

/* Make a new vault in `home` (made when missing) and open it.  ERR_PASSPHRASE when this
 * passphrase opens a vault of this home already: one passphrase, one room. */
bool vault_create(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e) MUST_CHECK;
/* Find and open the vault of this home that the key opens.  ERR_PASSPHRASE: none;
 * ERR_NOT_FOUND: there is no vault at all; ERR_UNSUPPORTED: a disk that keeps no locks;
 * ERR_BUSY: open in another process; ERR_DAMAGED: changed or torn beyond what the log can
 * mend; ERR_UNSAFE: a link, a foreign owner, or rights for others. */
bool vault_open(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct err *e) MUST_CHECK;
/* The same with a recovery code, as typed (case, blanks and dashes do not matter). */
bool vault_open_recovery(struct vault **out, const struct vault_sys *sys, const char *home,
    const struct secret *code, struct err *e) MUST_CHECK;

/* The database.  Owned by the vault; gone after vault_close(), which rolls back what was not
 * committed.  How transactions are made safe is fixed: pragmas such as journal_mode,
 * synchronous, page_size or temp_store fail, as do ATTACH and temporary files; VACUUM works.
 * Triggers must not write to FTS5 tables (trusted_schema is off). */
struct sqlite3 *vault_db(struct vault *v);
/* After a statement on vault_db() failed: what went wrong in the files, in words for the person
 * (ERR_FULL: the disk is full, nothing was saved and saving again works as soon as there is
 * room; ERR_DAMAGED; ERR_IO), or ERR_INTERNAL when the files had no part in it.  Always
 * returns false.  Statements must be reset and the transaction rolled back before trying
 * again; the handle stays the same. */
bool vault_sql_err(struct vault *v, struct err *e);
/* Wipes keys and pages, folds the log in when it has grown, closes.  NULL is fine. */
void vault_close(struct vault *v);
/* Wipe the keys now and close nothing: for leaving at once.  The vault is dead afterwards.
 */
void vault_drop_keys(struct vault *v);

/* What opens a vault: up to eight secrets, each in a slot of the header. */
#define VAULT_SLOTS 8
enum slot_kind { SLOT_FREE = 0, SLOT_PASSPHRASE = 1, SLOT_RECOVERY = 2, SLOT_LINK = 3 };

/* Slots.  Each is atomic: after a crash the old or the new one works, never neither. */
bool vault_set_passphrase(struct vault *v, const struct vault_key *key,
    struct err *e) MUST_CHECK; /* replaces the passphrase slot */
bool vault_add_passphrase(struct vault *v, const struct vault_key *key,
    struct err *e) MUST_CHECK; /* a second slot that opens the same vault */
/* A fresh recovery code, 32 Crockford base32 characters and 2 check characters in groups;
 * replaces an earlier one.  `out` is a new secret, the caller's. */
bool vault_new_recovery(struct vault *v, struct secret **out, struct err *e) MUST_CHECK;
/* The same in two halves, for who must know that the new code is in the person's hands before
 * an earlier one stops working: draw it (never NULL, the caller's), show it, then set it. */
struct secret *vault_draw_recovery(void);
bool vault_set_recovery(
    struct vault *v, const struct secret *code, struct err *e) MUST_CHECK;
bool vault_has_recovery(const struct vault *v);
/* The kinds of all slots; how many are used. */
unsigned vault_slots(const struct vault *v, enum slot_kind out[static VAULT_SLOTS]);
int vault_slot(const struct vault *v); /* the one that opened it */
/* Take away one key, never the last.  An old copy of the file still opens with it: what
 * helps against that is to rotate. */
bool vault_remove_slot(struct vault *v, int slot, struct err *e) MUST_CHECK;

/* Lock everything anew under fresh keys that only this passphrase opens: the present one, or
 * a new one.  All other slots are gone, because their secrets are not at hand: make a new
 * recovery code afterwards.  Atomic: a crash leaves the old vault or the new one.  After
 * true `v` is dead; close it and open again.  What a restore set aside of this room is
 * removed; copies made elsewhere stay readable with the secrets they had. */
bool vault_rotate(struct vault *v, const struct vault_key *key, struct err *e) MUST_CHECK;
/* Delete the room, for good: at once it is not found any more, then its keys are overwritten
 * and its files go, and what a restore set aside of it.  After true `v` is dead; close it.  False: nothing was changed.  There
 * is no way back from here, so let the person wait before this is called.  What a disk keeps
 * of overwritten blocks, and backups, are out of reach. */
bool vault_delete(struct vault *v, struct err *e) MUST_CHECK;

/* Read and check every page, the roots and the log, and let SQLite check what they say.  True
 * when all could be read through; whether it was whole is in the report, and `note` says it
 * in a sentence for the person.  What opening mended a moment ago is told as well. */
enum vault_state {
	VAULT_SOUND,
	VAULT_MENDED, /* something was damaged, and nothing is lost by it */
	VAULT_DAMAGED
};
struct vault_report {
	enum vault_state state;
	enum kdf_preset preset;
	unsigned pages, bad_pages, log_blocks, batches, slots;
	unsigned
	    bad_spares; /* pages of which an older copy is damaged and the newer one, in
			      * the log, whole; written over by and by */
	bool headers_ok, roots_ok, log_ok, memory_locked;
	bool older; /* every page is whole, but one was put back from an older copy */
	uint64_t
	    saves; /* since the vault was made; it never goes down.  Who notes the number
			 * can tell an older copy of both files by a lower one. */
	uint64_t lost; /* saves that are known to be missing from the log */
	/* The last session ended without closing; in the middle of a write, which was finished
	 * or taken back. */
	bool unclosed, unfinished;
	char note[240];
	char where[240];  /* what is damaged, by name; empty when nothing is */
	char mended[160]; /* what was, until this opening */
};
bool vault_verify(struct vault *v, struct vault_report *out, struct err *e) MUST_CHECK;
/* The same for a vault that does not open, as far as it can be read. */
bool vault_inspect(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct vault_report *out, struct err *e) MUST_CHECK;

/* Copy every row that can be read from the damaged vault that the key opens into `into`, an
 * open vault elsewhere.  Tables that `into` lacks are made; of those it has, columns of the
 * same name are filled and rows of the same key replaced.  Virtual tables (the word index) are
 * left out: whoever owns them makes them anew.  Nothing of the damaged vault is changed.  False:
 * a part of the rows may have been put; when it was memory that was wanting, roll back. */
struct vault_rescued {
	uint64_t rows; /* saved */
	unsigned cut;  /* rows of which a part is lost, or that could not be put */
	unsigned pages, bad_pages;
	unsigned unplaced; /* rows of which nothing says which table they belong to */
	uint64_t lost;     /* as above */
	bool older;
	char tables[160]; /* those that lack something */
	char note[240];
};
bool vault_rescue(const struct vault_sys *sys, const char *home,
    const struct vault_key *key, struct vault *into, struct vault_rescued *out,
    struct err *e) MUST_CHECK;

/* What another vault can keep to tell an older copy of both files of this one: taken at the
 * end of a session, compared at the next opening.  Folds the log in. */
struct vault_witness {
	uint8_t id[16];
	uint64_t saves;
	uint8_t mark[32];
};
enum vault_age {
	VAULT_LIKE_NOTED, /* as it was, or newer */
	VAULT_OLDER,      /* an older copy was put back, or another history was written */
	VAULT_ANOTHER     /* the witness speaks of a vault with another id */
};
bool vault_witness(struct vault *v, struct vault_witness *out, struct err *e) MUST_CHECK;
/* The vault as it is found, to be compared with what was noted: right after opening, before
 * anything is saved. */
void vault_found(const struct vault *v, struct vault_witness *out);
enum vault_age vault_age(
    const struct vault_witness *found, const struct vault_witness *noted);
/* A witness in few characters, for a person to write down: "1234-7KQ2-9FMD", the number of
 * saves and 40 bits of the mark.  It gives nothing of the room away. */
#define VAULT_MARK 32
void vault_mark_write(const struct vault_witness *w, char out[static VAULT_MARK]);
/* False when this is no mark; case and blanks do not matter. */
bool vault_mark_age(
    const struct vault_witness *found, const char *typed, enum vault_age *out) MUST_CHECK;
/* A consistent copy of both files, under the name and the id that they have, into folder
 * `dir`; read back and checked before true is returned.  Same slots.  ERR_CREATE when `dir`
 * holds a copy of this room already. */
bool vault_backup(struct vault *v, const char *dir, struct err *e) MUST_CHECK;

/* What a restore did. */
struct vault_restored {
	unsigned rooms;   /* brought back */
	unsigned same;    /* were here already, byte for byte; nothing was done */
	unsigned checked; /* of both: opened with the passphrase and read through */
	unsigned aside;   /* rooms that were set aside */
	char note[200];   /* the main files of these, by their new names */
};
/* Copy the vaults of the folder `from` into `home`, all or none, under fresh names, and
 * compare them with what was copied.  Nothing that is there is overwritten: what stands in
 * the way (the same room by its id or its name; with `pass`, also what that opens, because
 * one passphrase finds one room) is set aside, under a name that nothing opens.  After a crash
 * at any moment the home opens with the room as it was or with the one that was brought back.
 *
 * With `pass` (or NULL) every room that it opens is read through first: ERR_DAMAGED when it
 * is not whole, ERR_PASSPHRASE when it opens none of them, ERR_CREATE when it opens several.
 * Whether the others are whole cannot be told without theirs: opening does.  ERR_CREATE, too,
 * when the folder holds several copies of one room; ERR_BUSY when a room in the way is open. */
bool vault_restore_all(const struct vault_sys *sys, const char *home, const char *from,
    const struct secret *pass, struct vault_restored *out, struct err *e) MUST_CHECK;
/* The same without a passphrase; `note` (may be NULL, cap 200) as above. */
bool vault_restore(const struct vault_sys *sys, const char *home, const char *from,
    char *note, struct err *e) MUST_CHECK;
/* Rooms that were set aside, the one that was written last first.  `each` gets its number from
 * 1, when it was last written (seconds since 1970) and its main file's name; NULL only counts.
 * The log is the file of the same name without its ending, and with -log. */
unsigned vault_kept(const struct vault_sys *sys, const char *home,
    void (*each)(void *arg, unsigned number, int64_t when, const char *file), void *arg);
/* How many of them are earlier states of this room: vault_rotate() and vault_delete() take
 * these along. */
unsigned vault_kept_of(const struct vault *v);
/* Bring back what was set aside under this number, with its passphrase; what stands in its
 * way is set aside. */
bool vault_restore_kept(const struct vault_sys *sys, const char *home, unsigned number,
    const struct secret *pass, struct vault_restored *out, struct err *e) MUST_CHECK;

#endif
