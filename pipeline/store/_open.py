"""Opening the file: whose it is, how old it is, and whether it is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.store._schema import APPLICATION_ID, SCHEMA_VERSION, add_missing_columns, statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 30  # that a reader may keep the writer waiting, and the other way round


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Make what SQLite complains of one line that says what to do."""
    try:
        yield
    except sqlite3.IntegrityError:  # what was put in does not fit together: the concern of who did
        raise
    except sqlite3.OperationalError as error:  # full, read-only, locked, gone
        message = f"{path}: the store cannot be used ({error}); what was saved is whole: mend that and run again"
        raise ConfigError(message) from error
    except sqlite3.DatabaseError as error:
        message = f"{path}: the store is damaged, or is no store ({error}); move it away and run again, or restore it"
        raise ConfigError(message) from error


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the store, new or of an earlier version, of which a copy is kept beside it.

    Raises:
        ConfigError: if the file is another program's, damaged, or of a later version.
    """
    with telling(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a store that is there, to look at it only.

    Raises:
        ConfigError: if there is none, or it cannot be read.
    """
    if not path.is_file():
        message = f"{path}: there is no store; incidents run INPUT --out {path.parent} makes one"
        raise ConfigError(message)
    with telling(path):
        # For writing, though nothing is written: else it leaves the files behind that it shares with the writer.
        address = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
        connection.row_factory = sqlite3.Row
        try:
            version = _check_version(connection, path)
        except BaseException:
            connection.close()
            raise
    if version < SCHEMA_VERSION:
        connection.close()
        message = f"{path}: the store is of an earlier version; incidents run brings it up to date"
        raise ConfigError(message)
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _check_version(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if version < SCHEMA_VERSION:
        _bring_up_to_date(connection, path, version)
    elif _was_killed(connection):
        _check_pages(connection, path)


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    empty = not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION_ID and not empty:
        message = f"{path}: an SQLite file of another program; give another --out, or move it away"
        raise ConfigError(message)
    if version > SCHEMA_VERSION:
        message = f"{path}: the store is of a later version ({version}); update incidents-from-news"
        raise ConfigError(message)
    return int(version)


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Create what is missing, all or nothing; columns that came later are blank until a refresh."""
    if version:
        with closing(sqlite3.connect(path.with_suffix(f".v{version}.db"))) as copy:
            connection.backup(copy)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements():
            connection.execute(statement)
        add_missing_columns(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _was_killed(connection: sqlite3.Connection) -> bool:
    last = connection.execute("SELECT ended FROM runs ORDER BY run_id DESC LIMIT 1").fetchone()
    return last is not None and last[0] is None


def _check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """Look for damage; takes a second for some 100 MB, so only where the last run did not end."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        message = f"{path}: the store is damaged ({found}); move it away and run again, or restore it"
        raise ConfigError(message)
