"""What is in a store: the rows of its tables, and how many there are of what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.store._cells import from_cell
from pipeline.store._open import telling
from pipeline.table import REJECTED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.table import Row, Table

REJECTED_ROWS = "SELECT * FROM rejected ORDER BY input_id, article_id, reason"
ROWS = "SELECT {0}.* FROM {0} JOIN articles AS a USING (article_id) ORDER BY a.input_id, a.article_id, {0}.rowid"
COUNTED = ("articles", "events", "counts", "quotes", "allegations", "rejected")


@dataclass(frozen=True, slots=True)
class ListingStatus:
    """How a feed, sitemap or list does; times are UTC, `error` is that of the last try."""

    address: str
    kind: str
    title: str
    links: int
    last_read: str
    outcome: str
    error: str


@dataclass(frozen=True, slots=True)
class Status:
    """What a store holds.

    Attributes:
        rows: of the main tables, by name.
        outcomes: of all inputs ever met, by source and outcome; a blank outcome waits to be fetched.
        runs: how many there were.
        started, ended: of the last run; `ended` is blank if it still runs, or was killed.
    """

    rows: Mapping[str, int]
    outcomes: Mapping[tuple[str, str], int]
    listings: Sequence[ListingStatus]
    runs: int
    started: str
    ended: str

    @property
    def waiting(self) -> int:
        """How many articles wait to be fetched."""
        return sum(number for (_, outcome), number in self.outcomes.items() if not outcome)


class View:
    """Reads a store that is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def rows(self, table: Table) -> Iterator[Row]:
        """Yield the rows of a table, in an order that does not depend on how and when they came."""
        statement = REJECTED_ROWS if table is REJECTED else ROWS.format(table.name)
        with telling(self.path):
            for row in self.connection.execute(statement):
                yield {column.name: from_cell(row[column.name], column) for column in table.columns}

    def last_record(self) -> Mapping[str, object]:
        """Return what the run told that ended last; nothing if none did."""
        with telling(self.path):
            found = self.connection.execute(
                "SELECT record FROM runs WHERE record IS NOT NULL ORDER BY run_id DESC LIMIT 1"
            ).fetchone()
        record: Mapping[str, object] = json.loads(found[0]) if found else {}
        return record

    def status(self) -> Status:
        """Count what is in the store."""
        with telling(self.path):
            last = self.connection.execute("SELECT * FROM runs ORDER BY run_id DESC LIMIT 1").fetchone()
            outcomes = self.connection.execute(
                """SELECT coalesce(nullif(i.source, ''), a.source, '') AS outlet, i.outcome, count(*)
                FROM inputs AS i LEFT JOIN articles AS a USING (article_id) GROUP BY 1, 2 ORDER BY 1, 2"""
            )
            return Status(
                rows={name: self._count(name) for name in COUNTED},
                outcomes={(source, outcome or ""): number for source, outcome, number in outcomes},
                listings=tuple(map(_listing, self.connection.execute("SELECT * FROM listings ORDER BY address"))),
                runs=last["run_id"] if last else 0,
                started=last["started"] if last else "",
                ended=last["ended"] or "" if last else "",
            )

    def _count(self, name: str) -> int:
        number: int = self.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 -- our own name
        return number


def _listing(row: sqlite3.Row) -> ListingStatus:
    return ListingStatus(
        address=row["address"],
        kind=row["kind"] or "",
        title=row["title"] or "",
        links=row["links"] or 0,
        last_read=row["last_read"] or "",
        outcome=row["outcome"] or "",
        error=row["error"] or "",
    )
