"""An article and the rows that hang on it, in and out of the store; the caller holds the transaction."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline.link import Fingerprint, are_copies, keys_of
from pipeline.store._cells import to_cell
from pipeline.store._schema import STORED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sized

    from pipeline.table import Row

FINGERPRINT = tuple(field.name for field in fields(Fingerprint))


def owner_of(connection: sqlite3.Connection, article_id: str) -> sqlite3.Row | None:
    """Return key and id of the input that an article's rows came from, if it is there."""
    found: sqlite3.Row | None = connection.execute(
        "SELECT input_key, input_id FROM inputs WHERE article_id = ? AND owns", (article_id,)
    ).fetchone()
    return found


def add_article(
    connection: sqlite3.Connection, article_id: str, rows: Iterable[tuple[str, Row]], fingerprint: Fingerprint | None
) -> None:
    """Add an article with all its rows, and note which of the articles so far tell the same text."""
    for name, row in rows:
        columns = STORED[name].columns
        cells = [to_cell(row[column.name], column) for column in columns]
        names = ", ".join(column.name for column in columns)
        connection.execute(f"INSERT INTO {name} ({names}) VALUES ({_places(cells)})", cells)  # noqa: S608 -- our names
    if fingerprint:
        _add_fingerprint(connection, article_id, fingerprint)


def _add_fingerprint(connection: sqlite3.Connection, article_id: str, fingerprint: Fingerprint) -> None:
    keys = keys_of(fingerprint)
    likely = f"SELECT article_id FROM likely_copies WHERE likeness_key IN ({_places(keys)})"  # noqa: S608 -- our names
    columns = ", ".join(("article_id", *FINGERPRINT))
    near = connection.execute(f"SELECT {columns} FROM fingerprints WHERE article_id IN ({likely})", keys)  # noqa: S608
    copies = [row[0] for row in near if are_copies(fingerprint, Fingerprint(*row[1:]))]
    values = (article_id, *(getattr(fingerprint, name) for name in FINGERPRINT))
    connection.execute(f"INSERT INTO fingerprints VALUES ({_places(values)})", values)  # noqa: S608
    connection.executemany("INSERT INTO likely_copies VALUES (?, ?)", [(key, article_id) for key in keys])
    connection.executemany("INSERT INTO copies VALUES (?, ?)", [(article_id, other) for other in copies])


def _places(values: Sized) -> str:
    return ", ".join("?" * len(values))


def drop_article(connection: sqlite3.Connection, article_id: str, *, heir: bool) -> None:
    """Remove an article; or, where another input told the same and may be its heir, hand it over."""
    if heir and (found := _first_duplicate(connection, article_id)):
        key, input_id = found
        connection.execute("UPDATE articles SET input_id = ? WHERE article_id = ?", (input_id, article_id))
        connection.execute(
            """UPDATE inputs SET owns = 1, stage = '', reason = '',
            outcome = (SELECT outcome FROM articles WHERE article_id = ?) WHERE input_key = ?""",
            (article_id, key),
        )
    else:
        connection.execute("DELETE FROM articles WHERE article_id = ?", (article_id,))


def _first_duplicate(connection: sqlite3.Connection, article_id: str) -> tuple[str, str] | None:
    found = connection.execute(
        "SELECT input_key, input_id FROM inputs WHERE article_id = ? AND NOT owns ORDER BY rowid LIMIT 1", (article_id,)
    ).fetchone()
    return (found[0], found[1]) if found else None
