"""The tables of the store: those that are exported, as `table` lists them, and those that make a run resumable.

The file is plain SQLite that any tool opens: lists are JSON arrays, booleans 0 and 1, blanks NULL or an empty text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import READ, Outcome
from pipeline.table import REJECTED, TABLES, Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from pipeline.table import Column, Table

APPLICATION_ID = 0x494E4344  # "INCD", so that another program's file is told from ours
SCHEMA_VERSION = 1  # raise it with every change of what this module creates; a test holds the two together

TOLD_ELSEWHERE = ", ".join(f"'{outcome}'" for outcome in READ if outcome is not Outcome.DUPLICATE)
TYPES = {Kind.INTEGER: "INTEGER", Kind.NUMBER: "REAL", Kind.BOOLEAN: "INTEGER"}
OWNERS = {
    "event_id": "events",
    "parent_event_id": "events",
    "parent_count_id": "counts",
    "quote_id": "quotes",
    "denies_allegation_id": "allegations",
}

BOOKKEEPING = (
    """CREATE TABLE IF NOT EXISTS runs (
        run_id INTEGER PRIMARY KEY,
        started TEXT NOT NULL,  -- UTC
        ended TEXT,  -- NULL while it runs, and for ever if it was killed
        host TEXT NOT NULL,
        process INTEGER NOT NULL,
        record TEXT  -- JSON, what run.json told
    )""",
    """CREATE TABLE IF NOT EXISTS listings (  -- feeds, sitemaps and lists of articles
        address TEXT PRIMARY KEY,
        kind TEXT,
        title TEXT,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        last_tried TEXT,
        last_read TEXT,  -- when it last had an answer that could be read, unchanged or not
        links INTEGER,  -- articles that it named then
        outcome TEXT,
        reader TEXT NOT NULL DEFAULT '',  -- that read what it named then
        error TEXT,  -- why it could not be read, or what was wrong with it although it was; NULL if nothing
        run_id INTEGER REFERENCES runs(run_id)  -- the last that asked for it
    )""",
    """CREATE TABLE IF NOT EXISTS inputs (  -- one row for every input that was ever met
        input_key TEXT PRIMARY KEY,
        input_id TEXT NOT NULL,
        listing TEXT NOT NULL DEFAULT '',
        source TEXT NOT NULL DEFAULT '',
        outcome TEXT,  -- NULL while it waits
        stage TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        retry_until TEXT NOT NULL DEFAULT '',  -- UTC: runs before that should ask for a better page; blank: none need
        article_id TEXT REFERENCES articles(article_id) DEFERRABLE INITIALLY DEFERRED,
        owns INTEGER NOT NULL DEFAULT 0,  -- 1: the rows of the article came from this input
        digest TEXT NOT NULL DEFAULT '',  -- of the page that was read
        reader TEXT NOT NULL DEFAULT '',  -- versions and settings that it was read with
        link TEXT,  -- JSON of records.Link, where it came from the web
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        run_id INTEGER REFERENCES runs(run_id),  -- the last that met it
        first_met TEXT NOT NULL,
        last_met TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS inputs_article ON inputs(article_id)",
    "CREATE INDEX IF NOT EXISTS inputs_waiting ON inputs(input_key) WHERE outcome IS NULL OR retry_until <> ''",
    """CREATE TABLE IF NOT EXISTS pages (  -- what came in, so that it can be read again
        input_key TEXT PRIMARY KEY REFERENCES inputs(input_key) ON DELETE CASCADE,
        about TEXT NOT NULL,  -- JSON of records.Page without its content
        content BLOB NOT NULL  -- zlib
    )""",
    """CREATE TABLE IF NOT EXISTS fingerprints (  -- link.Fingerprint
        article_id TEXT PRIMARY KEY REFERENCES articles(article_id) ON DELETE CASCADE,
        sketch BLOB NOT NULL,
        size INTEGER NOT NULL,
        facts BLOB NOT NULL,
        keys BLOB NOT NULL,
        published TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS fingerprints_keys ON fingerprints(keys)",
    """CREATE TABLE IF NOT EXISTS likely_copies (  -- articles that share a key are worth comparing
        likeness_key INTEGER NOT NULL,
        article_id TEXT NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,
        PRIMARY KEY (likeness_key, article_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS likely_copies_article ON likely_copies(article_id)",
    """CREATE TABLE IF NOT EXISTS copies (  -- pairs of articles that tell one text
        article_id TEXT NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,
        other_id TEXT NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,
        PRIMARY KEY (article_id, other_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS copies_other ON copies(other_id)",
    f"""CREATE VIEW IF NOT EXISTS rejected AS
        SELECT input_id, article_id, stage, outcome, reason FROM inputs
        WHERE outcome NOT IN ({TOLD_ELSEWHERE})
        UNION ALL SELECT address, NULL, 'fetch', outcome, error FROM listings
        WHERE outcome NOT IN ({TOLD_ELSEWHERE})
        AND run_id = (SELECT max(run_id) FROM listings)  -- what nobody asks for any more is no fault""",  # noqa: S608
)

# All that hangs on an article goes with it; what hangs on nothing else stands in a table of its own.
STORED = {name: table for name, table in TABLES.items() if table is not REJECTED}


def statements() -> Iterator[str]:
    """Yield what creates all tables that are not there yet."""
    for table in STORED.values():
        yield _create(table)
        for column in table.columns[_has_key(table) :]:
            if column.name in {"article_id", *OWNERS}:  # else each row that goes is looked for in all rows
                yield f"CREATE INDEX IF NOT EXISTS {table.name}_{column.name} ON {table.name}({column.name})"
    yield from BOOKKEEPING


def _create(table: Table) -> str:
    columns = ", ".join(_column(table, column) for column in table.columns)
    return f"CREATE TABLE IF NOT EXISTS {table.name} ({columns})"


def _has_key(table: Table) -> bool:
    first = table.columns[0]
    return first.kind is Kind.ID and (first.name != "article_id" or table.name == "articles")


def _column(table: Table, column: Column) -> str:
    definition = f"{column.name} {TYPES.get(column.kind, 'TEXT')}"
    if _has_key(table) and column is table.columns[0]:
        return f"{definition} PRIMARY KEY"
    if column.name == "article_id":
        return f"{definition} NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE"
    if owner := OWNERS.get(column.name):
        return f"{definition} REFERENCES {owner}({owner.removesuffix('s')}_id) DEFERRABLE INITIALLY DEFERRED"
    return definition


def add_missing_columns(connection: sqlite3.Connection) -> None:
    """Give the exported tables of an older store the columns that came later; they are blank until a refresh."""
    for table in STORED.values():
        known = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in known:
                connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {_column(table, column)}")
