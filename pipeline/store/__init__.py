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
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from pipeline.errors import ConfigError
from pipeline.link import group_copies
from pipeline.records import READ, Link, Outcome
from pipeline.store._articles import add_article, drop_article, owner_of, remove_article
from pipeline.store._cells import digest_of, pack_link, pack_page, unpack_link, unpack_page
from pipeline.store._listings import Moment, Visit, key_of_link, note_link, note_visit, waiting
from pipeline.store._open import open_for_reading, open_for_writing, telling
from pipeline.store._view import Status, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pipeline.link import Fingerprint
    from pipeline.records import Page
    from pipeline.store._listings import Waiting
    from pipeline.table import Row

__all__ = [
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
LOCK_SECONDS = 1  # for a run that is about to end, or has only begun and not yet said who it is
RETRY_DAYS = 7  # for which a page is asked for that could not be had
PAGES_AT_ONCE = 50  # that are drawn from the store before it is written to again
UNFINISHED = (Outcome.EXTRACT_TIMEOUT, Outcome.QUARANTINED)
SAME = "the same article as {}"  # reason of a duplicate


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an input: an outcome, and rows with the names of their tables."""

    outcome: Outcome
    article_id: str = ""
    stage: str = ""
    reason: str = ""
    rows: tuple[tuple[str, Row], ...] = ()
    fingerprint: Fingerprint | None = None


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
        again: whether a later run should ask for the page, or for a better one.
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
        self.lock = FileLock(folder / LOCK_FILE, timeout=LOCK_SECONDS)
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
            message = f"--out {self.path.parent}: {error.filename} cannot be written ({error.strerror})"
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

    def _moment(self) -> Moment:
        return Moment(self.run_id, self.reader, now=_now(), retry_until=_now(days=RETRY_DAYS))

    # --- inputs ----------------------------------------------------------------------------------------------------

    def settle(self, entry: Input) -> Outcome | None:
        """Return the outcome of a page that need not be read: it is as it was, or was met before in this run."""
        known = self._known(entry.key)
        if entry.page is None or known is None or known["outcome"] is None:
            return None
        if known["run_id"] == self.run_id and entry.link is None:
            return Outcome.DUPLICATE if known["outcome"] in READ else Outcome(known["outcome"])
        if (known["digest"], known["reader"]) != (digest_of(entry.page), self.reader):
            return None
        return self.keep(entry.key, reason=entry.reason, again=entry.again)

    def has_read(self, key: str) -> bool:
        """Tell whether an input was read, in this run or before."""
        known = self._known(key)
        return known is not None and known["outcome"] in READ

    def _known(self, key: str) -> sqlite3.Row | None:
        with telling(self.path):
            found: sqlite3.Row | None = self.connection.execute(
                "SELECT * FROM inputs WHERE input_key = ?", (key,)
            ).fetchone()
            return found

    def keep(self, key: str, *, reason: str = "", again: bool = False) -> Outcome:
        """Note that nothing new was had of an input that was met before, and return its outcome in this run."""
        with self._transaction():
            return self._keep(key, reason=reason, again=again)

    def _keep(self, key: str, *, reason: str, again: bool) -> Outcome:
        (outcome,) = self.connection.execute(
            """UPDATE inputs SET run_id = :run_id, last_met = :now, reason = iif(:reason = '', reason, :reason),
            retry_until = iif(:again, iif(retry_until = '', :retry_until, retry_until), '')
            WHERE input_key = :key RETURNING outcome""",
            asdict(self._moment()) | {"reason": reason, "again": again, "key": key},
        ).fetchone()
        return Outcome.NOT_MODIFIED if outcome in READ else Outcome(outcome)

    def save(self, entry: Input, result: Result) -> Outcome:
        """Put what came of an input in place of what came of it before, all or nothing.

        What was read is not given up for a page that cannot be had any more or holds no text now, nor for a reading
        that was not finished.

        Returns:
            The outcome: that of the result, or that the article is there already by another input.
        """
        try:
            with self._transaction():
                return self._save(entry, result)
        except (sqlite3.IntegrityError, OverflowError) as error:  # two rows of one id, say: a rule has failed
            reason = f"its rows do not fit together ({error})"
            with self._transaction():
                return self._save(entry, Result(Outcome.EXTRACT_ERROR, stage="store", reason=reason))

    def _save(self, entry: Input, result: Result) -> Outcome:
        before = self._known(entry.key)
        if before and _is_loss(before, entry, result):
            self._keep(entry.key, reason=result.reason, again=entry.again)
            return result.outcome
        owner = owner_of(self.connection, result.article_id, but=entry.key)
        owns = bool(result.article_id) and (owner is None or entry.input_id < owner["input_id"])
        outcome = Outcome.DUPLICATE if owner and result.outcome in READ else result.outcome
        if owner and owns:  # the smaller name has the article, whatever came first
            self._take_article(owner["input_key"], result, entry.input_id)
        elif owner and outcome is Outcome.DUPLICATE:
            result = replace(result, outcome=outcome, stage="store", reason=SAME.format(owner["input_id"]))
        self._put_input(entry, result, owns=owns, before=before)
        if before and before["owns"]:
            drop_article(self.connection, before["article_id"], heir=before["article_id"] != result.article_id)
        if owns:
            add_article(self.connection, result.article_id, result.rows, result.fingerprint)
        return outcome

    def _take_article(self, key: str, result: Result, heir: str) -> None:
        """Take the article of a result from an input, which is a duplicate now if the article was read."""
        remove_article(self.connection, result.article_id)
        self.connection.execute("UPDATE inputs SET owns = 0 WHERE input_key = ?", (key,))
        if result.outcome in READ:
            self.connection.execute(
                "UPDATE inputs SET outcome = ?, stage = 'store', reason = ? WHERE input_key = ?",
                (Outcome.DUPLICATE, SAME.format(heir), key),
            )

    def _put_input(self, entry: Input, result: Result, *, owns: bool, before: sqlite3.Row | None) -> None:
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
            "retry_until": (before["retry_until"] if before else "") or _now(days=RETRY_DAYS) if entry.again else "",
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
        return self._draw(
            "run_id = :run AND reader <> :reader AND link IS NOT NULL AND retry_until <= :now", now=_now()
        )

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
        """Return ETag and Last-Modified of what was last had from an address; blank if it has to be had again."""
        with telling(self.path):
            found = self.connection.execute(
                """SELECT etag, last_modified, reader FROM listings WHERE address = :address AND last_read IS NOT NULL
                UNION ALL SELECT etag, last_modified, reader FROM inputs WHERE input_key = :key""",
                {"address": address, "key": key_of_link(Link(address))},
            ).fetchone()
        is_known = found is not None and found["reader"] == self.reader
        return (found["etag"], found["last_modified"]) if is_known else ("", "")

    def knows_listing(self, address: str) -> bool:
        """Tell whether an address was read as a feed, sitemap or list before."""
        with telling(self.path):
            found = self.connection.execute(
                "SELECT 1 FROM listings WHERE address = ? AND last_read IS NOT NULL", (address,)
            ).fetchone()
        return found is not None

    def add_visit(self, visit: Visit, links: Sequence[Link] = ()) -> Mapping[str, Outcome]:
        """Note how a listing answered and what it names, in one piece, so that no article is lost if the run is killed.

        Returns:
            The outcomes of those of its articles that need not be fetched, by address.
        """
        with self._transaction() as connection:
            note_visit(connection, visit, self._moment())
            outcomes = [(link.url, note_link(connection, link, self._moment())) for link in links]
        return {url: outcome for url, outcome in outcomes if outcome is not None}

    def forget_listing(self, address: str) -> None:
        """Drop the complaints about an address that could not be had, and is no listing but an article."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM listings WHERE address = ? AND last_read IS NULL", (address,))

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the articles that are to be fetched, those of earlier runs first."""
        with telling(self.path):
            return tuple(waiting(self.connection, self._moment()))

    def link_of(self, address: str) -> Link:
        """Return what the listing that named an address said of it; the address alone if none did."""
        known = self._known(key_of_link(Link(address)))
        return unpack_link(known["link"]) if known and known["link"] else Link(address)

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
    if before["outcome"] not in READ:
        return False
    is_new = entry.page is None or before["digest"] != digest_of(entry.page)
    if entry.page is not None and entry.page.from_feed:  # never better than what was read before
        return is_new
    if result.outcome in READ:
        return False
    return result.outcome in UNFINISHED or entry.page is None or (entry.link is not None and is_new)


def _input(row: sqlite3.Row) -> Input:
    return Input(
        key=row["input_key"],
        input_id=row["input_id"],
        page=unpack_page(row["about"], row["content"]),
        link=unpack_link(row["link"]) if row["link"] else None,
        etag=row["etag"],
        last_modified=row["last_modified"],
        reason=row["reason"] if row["retry_until"] else "",
        again=bool(row["retry_until"]),
    )


def _now(*, days: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
