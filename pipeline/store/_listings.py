"""What the store remembers of the web: feeds, and the articles that they named; the caller holds the transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.records import READ, Outcome, content_id
from pipeline.store._cells import pack_link, unpack_link

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

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
class Moment:
    """When something is noted, by which run and reader, and until when what failed is to be tried again; UTC."""

    run_id: int
    reader: str
    now: str
    retry_until: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An article on the web that is to be fetched.

    Attributes:
        read: whether it was read before, so that what was read is kept if nothing better is had.
        outdated: whether that was with another reader.
    """

    key: str
    url: str
    etag: str
    last_modified: str
    read: bool
    outdated: bool


def key_of_link(link: Link) -> str:
    """Return the key of the input behind a link."""
    return content_id("in", link.url)


def note_visit(connection: sqlite3.Connection, visit: Visit, moment: Moment) -> None:
    """Note how a listing answered; what it said before is kept where it did not answer anew."""
    connection.execute("INSERT OR IGNORE INTO listings (address) VALUES (?)", (visit.address,))
    if visit.outcome in {None, Outcome.NO_TEXT}:  # read, although it may name nothing
        connection.execute(
            """UPDATE listings SET kind = :kind, title = :title, etag = :etag, last_modified = :last_modified,
            links = :links, reader = :reader, last_read = :now WHERE address = :address""",
            asdict(visit) | asdict(moment),
        )
    elif visit.outcome is Outcome.NOT_MODIFIED:
        connection.execute("UPDATE listings SET last_read = ? WHERE address = ?", (moment.now, visit.address))
    connection.execute(
        "UPDATE listings SET last_tried = ?, run_id = ?, outcome = ?, error = ? WHERE address = ?",
        (moment.now, moment.run_id, visit.outcome or Outcome.OK, visit.error or None, visit.address),
    )


def note_link(connection: sqlite3.Connection, link: Link, moment: Moment) -> Outcome | None:
    """Note an article that a listing names.

    It is fetched if it is new, could not be had, or if the listing that named it first says that it was updated.

    Returns:
        Its outcome, if it need neither be fetched nor read again.
    """
    key = key_of_link(link)
    known = connection.execute(
        """SELECT inputs.*, content IS NOT NULL AS has_page FROM inputs LEFT JOIN pages USING (input_key)
        WHERE input_key = ?""",
        (key,),
    ).fetchone()
    if known is None:
        connection.execute(
            """INSERT INTO inputs (input_key, input_id, listing, source, link, run_id, first_met, last_met)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (key, link.url, link.listing, link.source, pack_link(link), moment.run_id, moment.now, moment.now),
        )
        return None
    if known["run_id"] == moment.run_id:
        return None
    met = (moment.run_id, moment.now, key)
    connection.execute("UPDATE inputs SET run_id = ?, last_met = ? WHERE input_key = ?", met)
    named = unpack_link(known["link"]) if known["link"] else link
    if named.listing in {"", link.listing} and named.updated != link.updated:
        news = (pack_link(link), moment.retry_until, key)
        connection.execute("UPDATE inputs SET link = ?, retry_until = ? WHERE input_key = ?", news)
        return None
    waits = known["outcome"] is None or known["retry_until"] > moment.now
    if waits or (known["reader"] != moment.reader and known["has_page"]):
        return None
    return Outcome.NOT_MODIFIED if known["outcome"] in READ else Outcome(known["outcome"])


def waiting(connection: sqlite3.Connection, moment: Moment) -> Iterator[Waiting]:
    """Yield the articles that are to be fetched, in the order in which they were first named."""
    rows = connection.execute(
        """SELECT input_key, input_id, etag, last_modified, outcome, reader FROM inputs
        WHERE link IS NOT NULL AND (outcome IS NULL OR retry_until > ?) ORDER BY rowid""",
        (moment.now,),
    )
    for row in rows:
        yield Waiting(
            key=row["input_key"],
            url=row["input_id"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            read=row["outcome"] in READ,
            outdated=row["reader"] != moment.reader,
        )
