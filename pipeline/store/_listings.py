"""What the store remembers of the web: feeds, and the articles that they named; the caller holds the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.records import Outcome, content_id
from pipeline.store._cells import pack_link, unpack_link
from pipeline.store._schema import READ

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from pipeline.records import Link


@dataclass(frozen=True, slots=True)
class Visit:
    """How a feed, sitemap or list answered.

    Attributes:
        links: how many articles it named.
        outcome: None if it was read, else why not.
        error: the reason in words, or what was wrong with it although it was read.
    """

    address: str
    kind: str = ""
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    links: int = 0
    outcome: Outcome | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article on the web that is to be fetched.

    Attributes:
        read: whether it was read before.
        outdated: whether that was with another reader.
    """

    key: str
    link: Link
    etag: str
    last_modified: str
    read: bool
    outdated: bool


def key_of_link(link: Link) -> str:
    """Return the key of the input behind a link."""
    return content_id("in", link.url)


def note_visit(connection: sqlite3.Connection, visit: Visit, *, run_id: int, now: str) -> None:
    """Note how a listing answered; what it said before is kept where it did not answer anew."""
    connection.execute("INSERT OR IGNORE INTO listings (address) VALUES (?)", (visit.address,))
    if visit.outcome in {None, Outcome.NO_TEXT}:  # read, although it may name nothing
        connection.execute(
            """UPDATE listings SET kind = ?, title = ?, etag = ?, last_modified = ?, links = ?, last_read = ?
            WHERE address = ?""",
            (visit.kind, visit.title, visit.etag, visit.last_modified, visit.links, now, visit.address),
        )
    elif visit.outcome is Outcome.NOT_MODIFIED:
        connection.execute("UPDATE listings SET last_read = ? WHERE address = ?", (now, visit.address))
    connection.execute(
        "UPDATE listings SET last_tried = ?, run_id = ?, outcome = ?, error = ? WHERE address = ?",
        (now, run_id, visit.outcome or Outcome.OK, visit.error or None, visit.address),
    )


def note_links(
    connection: sqlite3.Connection, links: Iterable[Link], *, run_id: int, reader: str, now: str
) -> Iterator[Outcome]:
    """Note the articles that a listing names; yield the outcomes of those that need neither be fetched nor read again.

    An article is fetched that is new, that could not be had, or that the listing says was updated.
    """
    for link in links:
        key = key_of_link(link)
        known = connection.execute(
            "SELECT outcome, again, link, run_id, reader FROM inputs WHERE input_key = ?", (key,)
        ).fetchone()
        if known is None:
            connection.execute(
                """INSERT INTO inputs (input_key, input_id, listing, source, link, run_id, first_met, last_met)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                (key, link.url, link.listing, link.source, pack_link(link), run_id, now, now),
            )
            continue
        if known["run_id"] == run_id:
            continue
        updated = bool(known["link"]) and unpack_link(known["link"]).updated != link.updated
        connection.execute(
            """UPDATE inputs SET run_id = ?, last_met = ?, link = ?, again = again OR ?, tries = iif(?, 0, tries)
            WHERE input_key = ?""",
            (run_id, now, pack_link(link), updated, updated, key),
        )
        waits = known["outcome"] is None or known["again"] or updated
        if not waits and known["reader"] == reader:
            yield Outcome.NOT_MODIFIED if known["outcome"] in READ else Outcome(known["outcome"])


def waiting(connection: sqlite3.Connection, reader: str) -> Iterator[Waiting]:
    """Yield the articles that are to be fetched, in the order in which they were first named."""
    rows = connection.execute(
        """SELECT input_key, link, etag, last_modified, outcome, reader FROM inputs
        WHERE link IS NOT NULL AND (outcome IS NULL OR again) ORDER BY rowid"""
    )
    for row in rows:
        yield Waiting(
            key=row["input_key"],
            link=unpack_link(row["link"]),
            etag=row["etag"],
            last_modified=row["last_modified"],
            read=row["outcome"] in READ,
            outdated=row["reader"] != reader,
        )
