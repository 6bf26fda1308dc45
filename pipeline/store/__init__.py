"""One SQLite file that holds all that was read: what makes a run resumable, and what the tables are exported from.

Every input is one transaction, so that a run that is killed at any moment loses what it was reading and nothing else.
One process writes at a time; others may look.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from pipeline.errors import ConfigError
from pipeline.link import group_copies
from pipeline.records import Outcome
from pipeline.store._articles import add_article, drop_article, owner_of
from pipeline.store._cells import digest_of, pack_link, pack_page, unpack_link, unpack_page
from pipeline.store._listings import Visit, key_of_link, note_links, note_visit, waiting
from pipeline.store._open import open_for_reading, open_for_writing, telling
from pipeline.store._schema import READ
from pipeline.store._view import Status, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pipeline.link import Fingerprint
    from pipeline.records import Link, Page
    from pipeline.store._listings import Waiting
    from pipeline.table import Row

__all__ = [
    "READ",
    "STORE_FILE",
    "Input",
    "Result",
    "Status",
    "Store",
    "Visit",
    "digest_of",
    "key_of_link",
    "look_into",
]

STORE_FILE, LOCK_FILE = "incidents.db", ".incidents.lock"
MAX_TRIES = 5  # runs that ask for a page before it is given up
PAGES_AT_ONCE = 50  # that are drawn from the store before it is written to again
SELECT_ROWS = (
    """SELECT {0}.* FROM {0} JOIN articles AS a USING (article_id) ORDER BY a.input_id, a.article_id, {0}.rowid"""
)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an input: an outcome, and rows with the names of their tables; `again` asks for a later try."""

    outcome: Outcome
    article_id: str = ""
    stage: str = ""
    reason: str = ""
    rows: tuple[tuple[str, Row], ...] = ()
    fingerprint: Fingerprint | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """What a run met.

    Attributes:
        key: stays the same when the content changes: a hash of its path or address, or of the whole of a record that
            has neither.
        page: what came in; None if nothing could be had.
        link: what named it, if it came from the web; then `etag` and `last_modified` are those of its page.
        failure: why there is no page.
        reason: why the page is only second best, as is what a feed holds of an article.
        again: whether a later run should ask for a better one.
    """

    key: str
    input_id: str
    page: Page | None = None
    link: Link | None = None
    etag: str = ""
    last_modified: str = ""
    failure: Result | None = None
    reason: str = ""
    again: bool = False


class Store:
    """An open store. Use it as a context: it holds the lock, and is one run in the list of runs.

    All methods raise `ConfigError` if the file cannot be read or written, or another run has it.

    Args:
        folder: where the file is; made if it is not there.
        reader: names the versions and settings that articles are read with.
    """

    def __init__(self, folder: Path, reader: str) -> None:
        self.path = folder / STORE_FILE
        self.reader = reader
        self.lock = FileLock(folder / LOCK_FILE, timeout=0)
        self.run_id = 0
        self.resources = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._take_lock()
            opening.callback(self.lock.release)
            self.connection = opening.enter_context(closing(open_for_writing(self.path)))
            self.view = View(self.connection, self.path)
            self._begin_run()
            self.resources = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resources.close()

    def _take_lock(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock.acquire()
        except Timeout as error:
            message = f"{self.path}: in use by another run{_holder(self.path)}; wait until it has ended, or stop it"
            raise ConfigError(message) from error
        except OSError as error:
            message = f"--out {self.path.parent}: cannot be written ({error.strerror})"
            raise ConfigError(message) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with telling(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it already
                    self.connection.execute("ROLLBACK")
                raise

    # --- runs ------------------------------------------------------------------------------------------------------

    def _begin_run(self) -> None:
        with self._transaction() as connection:
            begun = connection.execute(
                "INSERT INTO runs (started, host, process) VALUES (?, ?, ?)", (_now(), platform.node(), os.getpid())
            )
            self.run_id = begun.lastrowid or 0

    def finish(self, record: Mapping[str, object]) -> None:
        """Note what the run told at its end; this and all before is on the disk when it returns."""
        with telling(self.path):
            self.connection.execute("PRAGMA synchronous = FULL")
        with self._transaction() as connection:
            connection.execute(
                "UPDATE runs SET ended = ?, record = ? WHERE run_id = ?",
                (_now(), json.dumps(record, ensure_ascii=False), self.run_id),
            )

    # --- inputs ----------------------------------------------------------------------------------------------------

    def settle(self, entry: Input) -> Outcome | None:
        """Return the outcome of a page that need not be read: it is as it was, or was met before in this run."""
        with telling(self.path):
            known = self.connection.execute(
                "SELECT outcome, digest, reader, run_id FROM inputs WHERE input_key = ?", (entry.key,)
            ).fetchone()
        if entry.page is None or known is None or known["outcome"] is None:
            return None
        if known["run_id"] == self.run_id and entry.link is None:
            return Outcome.DUPLICATE
        if (known["digest"], known["reader"]) != (digest_of(entry.page), self.reader):
            return None
        return self.keep(entry.key, reason=entry.reason, again=entry.again)

    def keep(self, key: str, *, reason: str = "", again: bool = False) -> Outcome:
        """Note that nothing new was had of an input that was read before, and return its outcome in this run."""
        with self._transaction():
            return self._keep(key, reason=reason, again=again)

    def _keep(self, key: str, *, reason: str, again: bool) -> Outcome:
        (outcome,) = self.connection.execute(
            """UPDATE inputs SET run_id = :run, last_met = :now, reason = iif(:reason = '', reason, :reason),
            tries = tries + :again, again = :again AND tries + 1 < :most
            WHERE input_key = :key RETURNING outcome""",
            {"run": self.run_id, "now": _now(), "reason": reason, "again": again, "most": MAX_TRIES, "key": key},
        ).fetchone()
        return Outcome.NOT_MODIFIED if outcome in READ else Outcome(outcome)

    def save(self, entry: Input, result: Result) -> Outcome:
        """Put what came of an input in place of what came of it before, all or nothing.

        What was read is not given up for a page that cannot be had any more, or is none now ("Subscribe to read on").

        Returns:
            The outcome: that of the result, or that the article is there already by another input.
        """
        try:
            with self._transaction():
                return self._save(entry, result)
        except sqlite3.IntegrityError as error:  # two rows of one id, say: a rule has failed on this article
            reason = f"its rows do not fit together ({error})"
            with self._transaction():
                return self._save(entry, Result(Outcome.EXTRACT_ERROR, stage="store", reason=reason))

    def _save(self, entry: Input, result: Result) -> Outcome:
        before = self.connection.execute("SELECT * FROM inputs WHERE input_key = ?", (entry.key,)).fetchone()
        if before and _is_loss(before, entry, result):
            self._keep(entry.key, reason=result.reason, again=result.again)
            return result.outcome
        owner = owner_of(self.connection, result.article_id)
        owns = bool(result.article_id) and (owner is None or owner["input_key"] == entry.key)
        if owner and not owns and result.outcome in READ:
            reason = f"the same article as {owner['input_id']}"
            result = replace(result, outcome=Outcome.DUPLICATE, stage="store", reason=reason)
        self._put_input(entry, result, owns=owns, tries=before["tries"] + 1 if before else 1)
        if before and before["owns"]:
            drop_article(self.connection, before["article_id"], heir=before["article_id"] != result.article_id)
        if owns:
            add_article(self.connection, result.article_id, result.rows, result.fingerprint)
        return result.outcome

    def _put_input(self, entry: Input, result: Result, *, owns: bool, tries: int) -> None:
        page, link = entry.page, entry.link
        row = {
            "input_key": entry.key,
            "input_id": entry.input_id,
            "source": (page.source if page else "") or (link.source if link else ""),
            "listing": link.listing if link else "",
            "link": pack_link(link) if link else None,
            "outcome": result.outcome,
            "stage": result.stage,
            "reason": result.reason or entry.reason,
            "tries": tries,
            "again": (result.again or entry.again) and tries < MAX_TRIES,
            "article_id": result.article_id or None,
            "owns": owns,
            "digest": digest_of(page) if page else "",
            "reader": self.reader,
            "etag": entry.etag,
            "last_modified": entry.last_modified,
            "run_id": self.run_id,
            "last_met": _now(),
        }
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        changes = ", ".join(f"{name} = excluded.{name}" for name in row)
        self.connection.execute(
            f"""INSERT INTO inputs ({names}, first_met) VALUES ({values}, :last_met)
            ON CONFLICT (input_key) DO UPDATE SET {changes}""",  # noqa: S608 -- our own names
            row,
        )
        if page:
            self.connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (entry.key, *pack_page(page)))

    def forget_mended(self, names: Iterable[str]) -> None:
        """Drop the complaints about lines of the files named that this run, which has read them all, did not meet."""
        with self._transaction() as connection:
            connection.executemany(
                """DELETE FROM inputs WHERE stage = 'sources' AND run_id <> ?
                AND (input_id = ? OR substr(input_id, 1, length(?) + 1) = ? || ':')""",
                [(self.run_id, name, name, name) for name in names],
            )

    def stored(self) -> Iterator[Input]:
        """Yield all that was saved with its page, in the order in which it first came."""
        return self._draw("1")

    def outdated(self) -> Iterator[Input]:
        """Yield what this run has found named on the web again, need not fetch, and another reader has read."""
        return self._draw("run_id = :run AND reader <> :reader AND link IS NOT NULL AND NOT again")

    def saved(self, key: str) -> Input:
        """Return an input that was saved with its page."""
        return next(self._draw("input_key = :key", key=key))

    def _draw(self, condition: str, **values: str) -> Iterator[Input]:
        """Yield inputs with their pages, some at a time, so that the store can be written to in between."""
        last = 0
        while True:
            with telling(self.path):
                rows = self.connection.execute(
                    f"""SELECT inputs.rowid, inputs.*, about, content FROM inputs JOIN pages USING (input_key)
                    WHERE inputs.rowid > :last AND {condition} ORDER BY inputs.rowid LIMIT {PAGES_AT_ONCE}""",  # noqa: S608
                    {"last": last, "run": self.run_id, "reader": self.reader, **values},
                ).fetchall()
            if not rows:
                return
            yield from map(_input, rows)
            last = rows[-1]["rowid"]

    # --- the web ---------------------------------------------------------------------------------------------------

    def tags_of(self, address: str) -> tuple[str, str]:
        """Return ETag and Last-Modified of what a feed last held, blank if it is not known."""
        with telling(self.path):
            found = self.connection.execute(
                "SELECT etag, last_modified FROM listings WHERE address = ?", (address,)
            ).fetchone()
        return (found["etag"], found["last_modified"]) if found else ("", "")

    def knows_listing(self, address: str) -> bool:
        """Tell whether an address was read as a feed, sitemap or list before."""
        with telling(self.path):
            return bool(
                self.connection.execute(
                    "SELECT 1 FROM listings WHERE address = ? AND last_read IS NOT NULL", (address,)
                ).fetchone()
            )

    def add_visit(self, visit: Visit, links: Sequence[Link] = ()) -> tuple[Outcome, ...]:
        """Note how a listing answered and what it names, in one piece, so that no article is lost if the run is killed.

        Returns:
            The outcomes of those of its articles that need not be fetched.
        """
        with self._transaction() as connection:
            note_visit(connection, visit, run_id=self.run_id, now=_now())
            return tuple(note_links(connection, links, run_id=self.run_id, reader=self.reader, now=_now()))

    def forget_listing(self, address: str) -> None:
        """Drop the complaints about an address that could not be had, and is no listing but an article."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM listings WHERE address = ? AND last_read IS NULL", (address,))

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the articles that are to be fetched, those of earlier runs first."""
        with telling(self.path):
            return tuple(waiting(self.connection, self.reader))

    # --- tables ----------------------------------------------------------------------------------------------------

    def mark_copies(self) -> None:
        """Give near copies of one text a group in common."""
        with self._transaction() as connection:
            pairs = connection.execute("SELECT article_id, other_id FROM copies")
            groups = group_copies((row["article_id"], row["other_id"]) for row in pairs)
            connection.execute("UPDATE articles SET duplicate_group = NULL WHERE duplicate_group IS NOT NULL")
            connection.executemany(
                "UPDATE articles SET duplicate_group = ? WHERE article_id = ?",
                [(group, article_id) for article_id, group in groups.items()],
            )


@contextmanager
def look_into(folder: Path) -> Iterator[View]:
    """Open the store of a folder to read it, as it is at this moment, whatever a run adds meanwhile.

    Raises:
        ConfigError: if there is none, or it cannot be read.
    """
    path = folder / STORE_FILE
    with closing(open_for_reading(path)) as connection:
        with telling(path):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM runs").fetchone()  # only what is read first fixes the moment
        yield View(connection, path)


def _holder(path: Path) -> str:
    """Name the process that has the store, if it has come so far as to say so."""
    with suppress(ConfigError, sqlite3.Error), closing(open_for_reading(path)) as connection:
        row = connection.execute("SELECT * FROM runs ORDER BY run_id DESC LIMIT 1").fetchone()
        if row and not row["ended"]:
            return f" (process {row['process']} on {row['host']}, since {row['started']})"
    return ""


def _is_loss(before: sqlite3.Row, entry: Input, result: Result) -> bool:
    """Tell whether an article that was read would go, though nobody has said that it is gone."""
    if before["outcome"] not in READ or result.outcome in READ:
        return False
    return entry.page is None or (entry.link is not None and before["digest"] != digest_of(entry.page))


def _input(row: sqlite3.Row) -> Input:
    return Input(
        key=row["input_key"],
        input_id=row["input_id"],
        page=unpack_page(row["about"], row["content"]),
        link=unpack_link(row["link"]) if row["link"] else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        reason=row["reason"] if row["again"] else "",
        again=bool(row["again"]),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
