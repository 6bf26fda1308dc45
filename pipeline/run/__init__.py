"""The whole pipeline: inputs -> pages -> articles -> mentions -> events -> the store -> tables."""

from __future__ import annotations

import logging
import platform
import time
from collections import Counter, deque
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from pipeline import __version__
from pipeline.encodings import without_surrogates
from pipeline.fetch import Fetcher, FetchOptions
from pipeline.pool import Pool, TaskLostError, TaskTimedOutError
from pipeline.records import READ, ConflictPolicy, Outcome, Page, Rejected, VaguePolicy, content_id
from pipeline.run._crawl import Crawl, Settled, from_listing
from pipeline.run._read import Reader, load_reader, read_in_worker, read_page, start_worker, versions_in_worker
from pipeline.sources import SourceKind, find_sources, read_pages
from pipeline.store import Input, Result, Store, digest_of, look_into
from pipeline.table import TABLES, Format, TableWriter, check_folder, check_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.records import Page
    from pipeline.sources import Source
    from pipeline.table import Row, Table

__all__ = ["DEFAULT_MODEL", "Options", "Reader", "Summary", "export", "run"]

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)

DEFAULT_MODEL = "en_incidents"
PRELOADED = tuple(f"pipeline.{name}" for name in ("run", "annotate", "assemble", "extract"))  # else 2 s a worker
IN_FLIGHT = 4  # pages for each worker that are read or wait to be saved


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose.

    Attributes:
        refresh: read all pages in the store again, instead of inputs and without the network.
        model: package name or folder of a spaCy pipeline.
        formats: kinds of files that the tables are written as.
        bom: whether CSV files open with a byte order mark, without which Excel misreads accents.
        vague_numbers: how words such as "dozens" are counted.
        conflicting_numbers: which of several sources' figures is the best one.
        workers: processes that read; 0 reads in this one, where an article that hangs or crashes it ends the run. A
            script that has workers needs `if __name__ == "__main__":`, as with multiprocessing.
        deadline_seconds: for reading one article.
        memory_bytes: that reading one article may take.
        fetch: how the web is visited.
    """

    refresh: bool = False
    model: str = DEFAULT_MODEL
    formats: tuple[Format, ...] = (Format.CSV,)
    bom: bool = True
    vague_numbers: VaguePolicy = VaguePolicy.ACLED
    conflicting_numbers: ConflictPolicy = ConflictPolicy.LATEST
    workers: int = 0
    deadline_seconds: float = 20
    memory_bytes: int = 2 << 30
    fetch: FetchOptions = field(default_factory=FetchOptions)


DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run.

    Attributes:
        outcomes: of the inputs of this run; the numbers add up to that of the inputs.
        rows: of the tables, which hold what all runs have read.
    """

    outcomes: Mapping[Outcome, int]
    rows: Mapping[str, int]
    seconds: float

    @property
    def read(self) -> int:
        """How many inputs were read to the end, now or before."""
        return sum(self.outcomes.get(outcome, 0) for outcome in READ)

    @property
    def rejected(self) -> Mapping[Outcome, int]:
        """How many inputs were not, by reason."""
        return {outcome: number for outcome, number in self.outcomes.items() if outcome not in READ}


Item = Input | Settled


def run(
    inputs: Sequence[str],
    out: Path,
    options: Options = DEFAULT_OPTIONS,
    *,
    load: Callable[[Options], Reader] | None = None,
    watch: Callable[[Iterable[Item]], Iterable[Item]] = iter,
) -> Summary:
    """Read the inputs, add what they tell to the store of a folder, and write its tables.

    Args:
        inputs: addresses, files, folders, or "-" for JSON lines on standard input.
        out: folder of the store and the tables; those of a run before are replaced at the end, each as a whole.
        options: what the user chose.
        load: gives what reads an article, in each process that does; by default the model that the options name.
        watch: passes the items on, one by one, as a progress bar does.

    Raises:
        ConfigError: if an input, the folder or the model cannot be used; then nothing is read.
    """
    started = time.perf_counter()
    sources = () if options.refresh else find_sources(inputs, without=out)
    check_folder(out)
    check_formats(options.formats)
    with _open_bench(options, load or load_reader) as bench, Store(out, _name_reader(bench.versions, options)) as store:
        items = store.stored() if options.refresh else _find_items(sources, store, bench, options)
        counts = Counter(_read_items(watch(items), store, bench, settle=not options.refresh))
        outcomes = {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}
        store.forget_mended(source.name for source in sources)
        record: dict[str, object] = {
            "versions": {"incidents-from-news": __version__, "python": platform.python_version(), **bench.versions},
            "inputs": [without_surrogates(name) for name in inputs],
            "options": asdict(options),
            "items": sum(outcomes.values()),
            "outcomes": outcomes,
        }
        store.mark_copies()
        with TableWriter(out, formats=options.formats, bom=options.bom) as tables:
            rows = _add_rows(tables, store.view.rows)
            record |= {"rows": rows, "seconds": round(time.perf_counter() - started, 3)}
            tables.commit(record)
        store.finish(record)
    return Summary(outcomes, rows, time.perf_counter() - started)


def export(folder: Path, out: Path, *, formats: Sequence[Format] = (Format.CSV,), bom: bool = True) -> None:
    """Write the tables of a store once more; nothing is read, and a run may be at work meanwhile.

    Raises:
        ConfigError: if there is no store, or the tables cannot be written.
    """
    check_folder(out)
    check_formats(formats)
    with look_into(folder) as view, TableWriter(out, formats=formats, bom=bom, keep=True) as tables:
        rows = _add_rows(tables, view.rows)
        tables.commit({**view.last_record(), "rows": rows})


def _add_rows(tables: TableWriter, rows_of: Callable[[Table], Iterator[Row]]) -> Mapping[str, int]:
    """Add all rows of all tables, and count them."""
    counts = dict.fromkeys(TABLES, 0)
    for table in TABLES.values():
        for row in rows_of(table):
            tables.add(table, row)
            counts[table.name] += 1
    return counts


# --- what reads ----------------------------------------------------------------------------------------------------


class _Bench(NamedTuple):
    """Where pages are read: how many at once, with which function and versions."""

    executor: Executor
    read: Callable[[Page], Result]
    versions: Mapping[str, str]
    width: int


class _Here(Executor):
    """Runs everything at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def _open_bench(options: Options, load: Callable[[Options], Reader]) -> Iterator[_Bench]:
    if not options.workers:
        reader = load(options)
        yield _Bench(_Here(), partial(read_page, reader=reader), reader.versions, 1)
        return
    with Pool(
        options.workers,
        deadline_seconds=options.deadline_seconds,
        memory_bytes=options.memory_bytes,
        initializer=start_worker,
        initargs=(partial(load, options),),
        preload=PRELOADED,
    ) as pool:
        versions = pool.submit(versions_in_worker).result()
        yield _Bench(pool, read_in_worker, versions, IN_FLIGHT * options.workers)


def _name_reader(versions: Mapping[str, str], options: Options) -> str:
    return content_id("rd", *sorted(versions.items()), options.vague_numbers, options.conflicting_numbers)


# --- inputs --------------------------------------------------------------------------------------------------------


def _find_items(sources: Sequence[Source], store: Store, bench: _Bench, options: Options) -> Iterator[Item]:
    """Yield what is on this machine, then what is on the web; without the latter the network is left alone."""
    yield from map(_entry, read_pages(sources))
    on_web = [source for source in sources if source.kind in {SourceKind.LISTING, SourceKind.WEB}]
    if on_web:
        with Fetcher(options.fetch) as fetcher:
            yield from Crawl(store, fetcher, bench.executor, on_web).items()


def _entry(item: Page | Rejected) -> Input:
    """Return a page as the store knows it: by its path, or as one of many in a file by all that it holds."""
    if isinstance(item, Rejected):
        failure = Result(item.outcome, stage=item.stage, reason=item.reason)
        return Input(content_id("in", str(Path(item.input_id).absolute())), item.input_id, failure=failure)
    if item.origin:
        return Input(content_id("in", item.origin), item.input_id, item)
    return Input(content_id("in", item.input_id if item.has_id else "", digest_of(item)), item.input_id, item)


# --- reading -------------------------------------------------------------------------------------------------------


def _read_items(items: Iterable[Item], store: Store, bench: _Bench, *, settle: bool) -> Iterator[Outcome]:
    """Read the items, several at once, and save what came of them in their order."""
    doing: deque[tuple[Input, Future[Result]]] = deque()
    for item in items:
        if isinstance(item, Settled):
            yield item.outcome
            continue
        while any(entry.key == item.key for entry, _ in doing):  # the same again: wait for what came of it
            yield _save(*doing.popleft(), store, bench)
        outcome = store.settle(item) if settle else None
        if outcome is not None:
            yield outcome
            continue
        doing.append((item, _begin(item, bench)))
        while len(doing) > bench.width or (doing and doing[0][1].done()):
            yield _save(*doing.popleft(), store, bench)
    while doing:
        yield _save(*doing.popleft(), store, bench)


def _begin(entry: Input, bench: _Bench) -> Future[Result]:
    if entry.page is not None:
        return bench.executor.submit(bench.read, entry.page)
    failed: Future[Result] = Future()
    failed.set_result(entry.failure or Result(Outcome.NO_TEXT))
    return failed


def _save(entry: Input, reading: Future[Result], store: Store, bench: _Bench) -> Outcome:
    result = _result_of(reading)
    if second_best := _second_best(entry, result, store):
        entry, result = second_best, _result_of(_begin(second_best, bench))
    if result.outcome not in READ:
        logger.info("%s: %s", entry.input_id, result.reason)
    return store.save(entry, result)


def _second_best(entry: Input, result: Result, store: Store) -> Input | None:
    """Return what the listing holds of an article, where its page turned out to hold nothing that can be read."""
    link, page = entry.link, entry.page
    if result.outcome in READ or link is None or not link.text or page is None or page.from_feed:
        return None
    return None if store.has_read(entry.key) else from_listing(link, reason=result.reason)


def _result_of(reading: Future[Result]) -> Result:
    try:
        return reading.result()
    except TaskTimedOutError as error:
        return Result(Outcome.EXTRACT_TIMEOUT, stage="extract", reason=str(error))
    except TaskLostError as error:
        return Result(Outcome.QUARANTINED, stage="extract", reason=str(error))
