"""An article and the rows that hang on it, in and out of the store; the caller holds the transaction."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pipeline.link import Fingerprint, are_copies, keys_of
from pipeline.store._cells import to_cell
from pipeline.store._schema import STORED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence, Sized

    from pipeline.table import Row

FINGERPRINT = tuple(field.name for field in fields(Fingerprint))


def owner_of(connection: sqlite3.Connection, article_id: str, *, but: str) -> sqlite3.Row | None:
    """Return key and id of the input that an article's rows came from, if there is one but that of the key given."""
    found: sqlite3.Row | None = connection.execute(
        "SELECT input_key, input_id FROM inputs WHERE article_id = ? AND owns AND input_key <> ?",
        (article_id, but),
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
    """Note which articles tell the same text; one that does so word for word stands for the newcomer from now on."""
    twins = _compare(connection, fingerprint, "keys = ?", (fingerprint.keys,))
    keys = keys_of(fingerprint)
    likely = f"SELECT article_id FROM likely_copies WHERE likeness_key IN ({_places(keys)})"  # noqa: S608 -- our names
    copies = twins[:1] or _compare(connection, fingerprint, f"article_id IN ({likely})", keys)
    values = (article_id, *(getattr(fingerprint, name) for name in FINGERPRINT))
    connection.execute(f"INSERT INTO fingerprints VALUES ({_places(values)})", values)  # noqa: S608
    connection.executemany("INSERT INTO copies VALUES (?, ?)", [(article_id, other) for other in copies])
    if not twins:
        connection.executemany("INSERT INTO likely_copies VALUES (?, ?)", [(key, article_id) for key in keys])


def _compare(
    connection: sqlite3.Connection, fingerprint: Fingerprint, condition: str, values: Sequence[int | bytes]
) -> list[str]:
    """Return those of the articles that others are found by, and that meet a condition, which are copies."""
    columns = ", ".join(("article_id", *FINGERPRINT))
    rows = connection.execute(
        f"""SELECT {columns} FROM fingerprints WHERE {condition}
        AND EXISTS (SELECT 1 FROM likely_copies AS likely WHERE likely.article_id = fingerprints.article_id)
        ORDER BY rowid""",  # noqa: S608 -- our own names
        values,
    )
    return [row[0] for row in rows if are_copies(fingerprint, Fingerprint(*row[1:]))]


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
        remove_article(connection, article_id)


def remove_article(connection: sqlite3.Connection, article_id: str) -> None:
    """Remove an article with all its rows; the copies that it stood for are compared anew."""
    others = connection.execute(
        """SELECT article_id FROM copies WHERE other_id = ?
        AND NOT EXISTS (SELECT 1 FROM likely_copies AS likely WHERE likely.article_id = copies.article_id)""",
        (article_id,),
    ).fetchall()
    connection.execute("DELETE FROM articles WHERE article_id = ?", (article_id,))
    columns = ", ".join(FINGERPRINT)
    for (other,) in others:
        row = connection.execute(f"SELECT {columns} FROM fingerprints WHERE article_id = ?", (other,)).fetchone()  # noqa: S608
        connection.execute("DELETE FROM fingerprints WHERE article_id = ?", (other,))
        _add_fingerprint(connection, other, Fingerprint(*row))


def _first_duplicate(connection: sqlite3.Connection, article_id: str) -> tuple[str, str] | None:
    found = connection.execute(
        "SELECT input_key, input_id FROM inputs WHERE article_id = ? AND NOT owns ORDER BY rowid LIMIT 1", (article_id,)
    ).fetchone()
    return (found[0], found[1]) if found else None
