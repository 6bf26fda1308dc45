"""Page -> the rows of all tables: one pure function, run here or in workers that may be lost."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.clean import clean
from pipeline.errors import PipelineError
from pipeline.link import find_agency, fingerprint_of
from pipeline.records import Outcome, Reading
from pipeline.store import Result
from pipeline.table import article_row, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.records import Article, Page
    from pipeline.run import Options

logger = logging.getLogger(__name__)

LIBRARIES = (
    "spacy",
    "trafilatura",
    "htmldate",
    "lxml",
    "dateparser",
    "hijridate",
    "holidays",
)  # that a reading depends on


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads an article, and the versions of all that its result depends on."""

    read: Callable[[Article], Reading]
    versions: Mapping[str, str] = field(default_factory=dict)


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
        with nlp.memory_zone():  # else the words of all articles stay in memory
            mentions = find_all(annotate(article, nlp), article, policy=options.vague_numbers)
        events = assemble(article, mentions, policy=options.conflicting_numbers)
        return Reading(article, mentions, events, Outcome.OK if events else Outcome.NO_INCIDENT)

    name = f"{nlp.lang}_{nlp.meta['name']} {nlp.meta['version']}"
    hashes = {"weights": _hash_of(nlp.path) if nlp.path else "", "rules": _hash_of(Path(pipeline.__file__).parent)}
    return Reader(read, {"model": name, **hashes, **{library: version(library) for library in LIBRARIES}})


def _hash_of(folder: Path) -> str:
    """Return a hash of the files of a package: a word or a weight that is changed may change what is read."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


# --- reading -------------------------------------------------------------------------------------------------------


def read_page(page: Page, reader: Reader) -> Result:
    """Clean a page, read it, and make rows of what was found; whatever it provokes is an outcome.

    Raises:
        PipelineError: if the set-up is broken, not the page.
        MemoryError: for the supervisor of a worker, which is of no use any more.
    """
    try:
        article, rejected = clean(page)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever a page provokes in a library must not end the run
        return Result(Outcome.PARSE_ERROR, stage="clean", reason=_reason(page, error))
    try:
        if rejected is None:
            return _result(reader.read(article))
        result = _result(Reading(article, outcome=rejected.outcome)) if article.text else Result(rejected.outcome)
        return replace(result, stage=rejected.stage, reason=rejected.reason)
    except (PipelineError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 -- a rule that fails on one article must not end the run
        table, row = article_row(article, Outcome.EXTRACT_ERROR)
        rows = ((table.name, row),)
        reason = _reason(page, error)
        return Result(Outcome.EXTRACT_ERROR, article.article_id, stage="extract", reason=reason, rows=rows)


def _reason(page: Page, error: Exception) -> str:
    logger.info("%s failed", page.input_id, exc_info=error)
    return " ".join(f"{type(error).__name__}: {error}".split())


def _result(reading: Reading) -> Result:
    article = reading.article
    rows = (article_row(article, reading.outcome, find_agency(article)), *rows_of(reading))
    named = tuple((table.name, row) for table, row in rows)
    return Result(reading.outcome, article.article_id, rows=named, fingerprint=fingerprint_of(article))


# --- in a worker ---------------------------------------------------------------------------------------------------

_readers: list[Reader] = []  # the one of this process, once it is loaded


def start_worker(load: Callable[[], Reader]) -> None:
    """Load the reader of a worker process."""
    _readers[:] = [load()]


def read_in_worker(page: Page) -> Result:
    """Read a page with the reader of this process."""
    return read_page(page, _readers[0])


def versions_in_worker() -> Mapping[str, str]:
    """Return the versions of the reader of this process."""
    return _readers[0].versions
