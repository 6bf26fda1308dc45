"""The whole pipeline: inputs -> pages -> articles -> mentions -> events -> tables."""

from __future__ import annotations

import logging
import platform
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.clean import clean
from pipeline.errors import PipelineError
from pipeline.records import Outcome, Page, Reading, Rejected, VaguePolicy
from pipeline.sources import find_sources, read_pages
from pipeline.table import TABLES, Format, TableWriter, article_row, check_folder, check_formats, rejected_row, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.records import Article
    from pipeline.table._columns import Table
    from pipeline.table._rows import Row

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "en_incidents"
READ = (Outcome.OK, Outcome.NO_INCIDENT, Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may choose.

    Attributes:
        model: package name or folder of a spaCy pipeline.
        formats: kinds of files that the tables are written as.
        bom: whether CSV files open with a byte order mark, without which Excel misreads accents.
        vague_numbers: how words such as "dozens" are counted.
    """

    model: str = DEFAULT_MODEL
    formats: tuple[Format, ...] = (Format.CSV,)
    bom: bool = True
    vague_numbers: VaguePolicy = VaguePolicy.ACLED


DEFAULT_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads an article, and the versions of all that its result depends on."""

    read: Callable[[Article], Reading]
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run; the numbers of the outcomes add up to that of the inputs."""

    outcomes: Mapping[Outcome, int]
    rows: Mapping[str, int]
    seconds: float

    @property
    def read(self) -> int:
        """How many inputs were read to the end."""
        return sum(self.outcomes.get(outcome, 0) for outcome in READ)

    @property
    def rejected(self) -> Mapping[Outcome, int]:
        """How many inputs were not, by reason."""
        return {outcome: number for outcome, number in self.outcomes.items() if outcome not in READ}


Item = Page | Rejected
Result = tuple[Reading | None, Rejected | None]


def run(
    inputs: Sequence[str],
    out: Path,
    options: Options = DEFAULT_OPTIONS,
    *,
    reader: Reader | None = None,
    watch: Callable[[Iterable[Item]], Iterable[Item]] = iter,
) -> Summary:
    """Read the inputs and write the tables to a folder.

    Args:
        inputs: folders, files, or "-" for JSON lines on standard input.
        out: folder of the tables; those of a run before are replaced at the end, all at once.
        options: what the user chose.
        reader: what reads an article; the model that the options name by default.
        watch: passes the items on, one by one, as a progress bar does.

    Raises:
        ConfigError: if an input, the folder or the model cannot be used; then nothing is written.
    """
    started = time.perf_counter()
    sources = find_sources(inputs, without=out)
    check_folder(out)
    check_formats(options.formats)
    reader = reader or load_reader(options)
    outcomes: Counter[Outcome] = Counter()
    rows: Counter[str] = Counter()
    with TableWriter(out, formats=options.formats, bom=options.bom) as tables:
        for reading, rejected in read_items(watch(read_pages(sources)), reader):
            outcomes[_outcome(reading, rejected)] += 1
            for table, row in _rows(reading, rejected):
                tables.add(table, row)
                rows[table.name] += 1
        summary = Summary(outcomes, rows, time.perf_counter() - started)
        tables.commit(_run_record(inputs, options, reader, summary))
    return summary


def load_reader(options: Options) -> Reader:
    """Load the model and all that reads an article with it.

    Raises:
        ConfigError: if the model cannot be used.
    """
    from pipeline.annotate import annotate, load_nlp  # noqa: PLC0415 -- spaCy takes a second to import
    from pipeline.assemble import assemble  # noqa: PLC0415
    from pipeline.extract import find_all  # noqa: PLC0415

    nlp = load_nlp(options.model)

    def read(article: Article) -> Reading:
        mentions = find_all(annotate(article, nlp), article, policy=options.vague_numbers)
        events = assemble(article, mentions)
        return Reading(article, mentions, events, Outcome.OK if events else Outcome.NO_INCIDENT)

    return Reader(read, {"model": str(nlp.meta["version"]), "spacy": version("spacy")})


def read_items(items: Iterable[Item], reader: Reader) -> Iterator[Result]:
    """Read pages one by one; each gives a reading, a rejection, or both where an article was cleaned but not read."""
    seen: set[str] = set()
    for item in items:
        reading, rejected = (None, item) if isinstance(item, Rejected) else _read_page(item, reader, seen)
        if rejected is not None:
            logger.info("%s: %s", rejected.input_id, rejected.reason)
        yield reading, rejected


def _read_page(page: Page, reader: Reader, seen: set[str]) -> Result:
    try:
        article, rejected = clean(page)
    except Exception as error:  # noqa: BLE001 -- whatever a page provokes in a library must not end the run
        return None, _failed(page.input_id, "", "clean", Outcome.PARSE_ERROR, error)
    if rejected is not None:
        return (Reading(article, outcome=rejected.outcome) if article.text else None), rejected
    if article.article_id in seen:
        return Reading(article, outcome=Outcome.DUPLICATE), None
    seen.add(article.article_id)
    try:
        return reader.read(article), None
    except PipelineError:  # the set-up is broken, not the article
        raise
    except Exception as error:  # noqa: BLE001 -- a rule that fails on one article must not end the run
        rejected = _failed(page.input_id, article.article_id, "extract", Outcome.EXTRACT_ERROR, error)
        return Reading(article, outcome=Outcome.EXTRACT_ERROR), rejected


def _failed(input_id: str, article_id: str, stage: str, outcome: Outcome, error: Exception) -> Rejected:
    logger.warning("%s: %s failed", input_id, stage, exc_info=error if logger.isEnabledFor(logging.INFO) else None)
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return Rejected(input_id, article_id, stage, outcome, reason)


def _outcome(reading: Reading | None, rejected: Rejected | None) -> Outcome:
    if rejected is not None:
        return rejected.outcome
    return reading.outcome if reading is not None else Outcome.NO_TEXT


def _rows(reading: Reading | None, rejected: Rejected | None) -> Iterator[tuple[Table, Row]]:
    if reading is not None:
        yield article_row(reading.article, reading.outcome)
        yield from rows_of(reading)
    if rejected is not None:
        yield rejected_row(rejected)


def _run_record(inputs: Sequence[str], options: Options, reader: Reader, summary: Summary) -> Mapping[str, object]:
    """Return what run.json tells; all but `seconds` is the same for the same input."""
    return {
        "versions": {"incidents-from-news": __version__, "python": platform.python_version(), **reader.versions},
        "inputs": list(inputs),
        "options": {
            "model": options.model,
            "formats": list(options.formats),
            "bom": options.bom,
            "vague_numbers": options.vague_numbers,
        },
        "items": sum(summary.outcomes.values()),
        "outcomes": {outcome: summary.outcomes[outcome] for outcome in Outcome if outcome in summary.outcomes},
        "rows": {name: summary.rows.get(name, 0) for name in TABLES},
        "seconds": round(summary.seconds, 3),
    }
