-- Schema 1.  Never edited once a release has gone out: a change is a further file.

-- One row for each thing a person made.  `seq` is its time in ms * 256 plus a place among
-- the entries of that millisecond, so that the key itself, every index (SQLite ends each
-- with the key) and the word index stand in order of time: a page of the newest is a walk
-- of a few steps, however many there are.
CREATE TABLE entry (
	seq INTEGER PRIMARY KEY,
	id BLOB NOT NULL UNIQUE,
	kind TEXT NOT NULL,
	run BLOB,
	row BLOB,
	place INTEGER NOT NULL,
	page TEXT NOT NULL,
	card TEXT NOT NULL,
	item TEXT NOT NULL,
	question TEXT NOT NULL,
	lang TEXT NOT NULL,
	text TEXT NOT NULL,
	number INTEGER,
	draft INTEGER NOT NULL,
	shelf INTEGER,
	changed INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_kind ON entry (kind);
CREATE INDEX entry_page ON entry (page) WHERE page <> '';
CREATE INDEX entry_run ON entry (run) WHERE run IS NOT NULL;
CREATE INDEX entry_row ON entry (row) WHERE row IS NOT NULL;
CREATE INDEX entry_draft ON entry (draft) WHERE draft = 1;

-- Values that an entry had before; `replaced` is when they gave way.
CREATE TABLE entry_history (
	n INTEGER PRIMARY KEY,
	entry INTEGER NOT NULL REFERENCES entry (seq) ON DELETE CASCADE,
	question TEXT NOT NULL,
	lang TEXT NOT NULL,
	text TEXT NOT NULL,
	number INTEGER,
	replaced INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_history_entry ON entry_history (entry);

-- What is left of a deleted entry or run: that it was, and when it went.
CREATE TABLE marker (
	id BLOB PRIMARY KEY,
	deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
	id BLOB PRIMARY KEY,
	page TEXT NOT NULL,
	state INTEGER NOT NULL,
	at TEXT NOT NULL,
	begun INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_page ON run (page, begun, id);
CREATE INDEX run_begun ON run (begun, id);

-- The word index is cut into shelves of some thousand entries, each an FTS5 table
-- `words_N` made when it is needed.  `first` and `last` are the lowest and highest seq that
-- ever stood on a shelf.
CREATE TABLE shelf (
	n INTEGER PRIMARY KEY,
	entries INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
