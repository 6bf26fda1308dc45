"""INPUT -> pages: folders, `.html`, `.txt`, JSON lines and WARC (also gzipped), `-` for JSON lines on standard input.

Feeds, sitemaps, OPML and lists of addresses name articles that have to be fetched: `read_listing` says which.

What cannot be used at all (a missing path) stops the run before it starts; what turns out to be broken on the way (one
line, one file) becomes a `Rejected` and the rest is read.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import zlib
from codecs import BOM_UTF8
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeGuard

from pipeline.encodings import without_surrogates
from pipeline.errors import ConfigError
from pipeline.fetch import canonical, without_userinfo
from pipeline.records import Outcome, Page, Rejected
from pipeline.sources._discovery import find_feeds
from pipeline.sources._links import Listing, ListingKind
from pipeline.sources._lists import looks_like_urls
from pipeline.sources._sniff import read_listing
from pipeline.sources._warc import read_warc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

__all__ = [
    "ARTICLE_ENDINGS",
    "LISTING_ENDINGS",
    "Listing",
    "ListingKind",
    "Source",
    "SourceKind",
    "find_feeds",
    "find_sources",
    "read_file",
    "read_listing",
    "read_pages",
]

STAGE = "sources"
MAX_ITEM_BYTES = 50_000_000  # of a text or HTML file, and of a JSON line
CHUNK_BYTES = 1 << 20
HTML_ENDINGS = (".html", ".htm")
TEXT_ENDINGS = (".txt",)
LINES_ENDINGS = (".jsonl", ".jsonl.gz")
WARC_ENDINGS = (".warc", ".warc.gz")
ARTICLE_ENDINGS = (*HTML_ENDINGS, *TEXT_ENDINGS, *LINES_ENDINGS, *WARC_ENDINGS)  # what is looked for in folders
LISTING_ENDINGS = (".opml", ".xml", ".xml.gz", ".rss", ".atom", ".json", ".urls")

# Field names of news-please, trafilatura, fundus and newspaper4k, in the order in which they are tried.
TEXT_FIELDS = ("text", "maintext", "plaintext", "raw_text", "body", "content")
URL_FIELDS = ("url", "canonical_link")
PUBLISHED_FIELDS = ("published", "date", "date_publish", "publish_date", "publishing_date")
SOURCE_FIELDS = ("source", "source_domain", "source-hostname", "hostname", "sitename")
AUTHOR_FIELDS = ("authors", "author")
WEB_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class SourceKind(StrEnum):
    """How an input holds its articles."""

    ARTICLE = "article"
    LINES = "lines"
    WARC = "warc"
    LISTING = "listing"  # a file that names addresses
    WEB = "web"  # an address, of an article or of a listing


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, standard input or an address; `name` is as the user would write it."""

    name: str
    path: Path | None
    kind: SourceKind


class _BadItemError(ValueError):
    """What is wrong with one line; becomes the reason of a `Rejected`."""


def find_sources(inputs: Sequence[str], *, without: Path | None = None) -> tuple[Source, ...]:
    """List the files behind the inputs, folders in the order of their sorted relative paths.

    Hidden files, files of other kinds and what lies in the folder `without` are passed over in folders.

    Raises:
        ConfigError: if a path is missing, cannot be read or is of an unknown kind, or a folder holds nothing to read.
    """
    if not inputs:
        message = "no INPUT is given; give a folder, a file, or - for JSON lines on standard input"
        raise ConfigError(message)
    return tuple(source for name in inputs for source in _expand(name, without))


def _expand(name: str, without: Path | None) -> tuple[Source, ...]:
    if name == "-":
        if sys.stdin is None:
            message = "INPUT is -, but standard input is closed"
            raise ConfigError(message)
        return (Source(name, None, SourceKind.LINES),)
    if WEB_ADDRESS.match(name):
        return (_address(name),)
    path = Path(name)
    try:
        if path.is_dir():
            return _expand_folder(path, without)
        readable, there = os.access(path, os.R_OK) and path.is_file(), path.exists()
    except (OSError, ValueError) as error:  # a name too long for the system, or with a NUL
        message = f"{name[:80]}: no such path ({error})"
        raise ConfigError(message) from error
    if not there:
        message = f"{name}: there is no such file or folder"
        raise ConfigError(message)
    kind = _kind_of(name)
    if kind is None:
        known = ", ".join((*ARTICLE_ENDINGS, *LISTING_ENDINGS))
        message = f"{name}: unknown kind of file; known are {known}, a folder of articles, an http address, and -"
        raise ConfigError(message)
    if not readable:
        message = f"{name}: cannot be read"
        raise ConfigError(message)
    if name.lower().endswith(TEXT_ENDINGS) and _names_addresses(path):
        kind = SourceKind.LISTING
    return (Source(_clean(name), path, kind),)


def _address(name: str) -> Source:
    address = canonical(name)
    if address is None:
        shown = without_userinfo(name)[:80]
        message = f"{shown!r}: no address that can be fetched; give http(s)://HOST/..., without a password"
        raise ConfigError(message)
    return Source(address, None, SourceKind.WEB)


def _kind_of(name: str) -> SourceKind | None:
    endings = (
        (LINES_ENDINGS, SourceKind.LINES),
        (WARC_ENDINGS, SourceKind.WARC),
        (ARTICLE_ENDINGS, SourceKind.ARTICLE),
        (LISTING_ENDINGS, SourceKind.LISTING),
    )
    return next((kind for known, kind in endings if name.lower().endswith(known)), None)


def _names_addresses(path: Path) -> bool:
    """Tell whether a text is a list of addresses, and no article; only one that is given by name is asked."""
    with path.open("rb") as file:
        return looks_like_urls(file.read(MAX_ITEM_BYTES).decode("utf-8", "replace"))


def _expand_folder(folder: Path, without: Path | None) -> tuple[Source, ...]:
    if without is not None and folder.resolve() == without.resolve():
        message = f"{folder}: INPUT and --out are the same folder; give another for the tables"
        raise ConfigError(message)
    files = sorted(_walk(folder, without))
    found = tuple(Source(_clean(str(path)), path, _kind_of(path.name) or SourceKind.ARTICLE) for path in files)
    if not found:
        message = f"{folder}: the folder holds no file that ends in {', '.join(ARTICLE_ENDINGS)}"
        raise ConfigError(message)
    return found


def _walk(folder: Path, without: Path | None) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        message = f"{error.filename}: the folder cannot be read ({error.strerror})"
        raise ConfigError(message) from error

    barred = without.resolve() if without is not None else None
    for base, folders, names in os.walk(folder, onerror=stop):
        here = Path(base)
        folders[:] = [name for name in folders if name[0] != "." and (here / name).resolve() != barred]
        for name in names:
            if name[0] != "." and name.lower().endswith(ARTICLE_ENDINGS) and (here / name).is_file():
                yield here / name


def read_pages(sources: Sequence[Source]) -> Iterator[Page | Rejected]:
    """Read the articles of all sources but those that have to be fetched; memory holds one at a time."""
    for source in sources:
        if source.kind is SourceKind.LINES:
            yield from _read_lines(source)
        elif source.kind is SourceKind.WARC and source.path:
            yield from _read_archive(source.name, source.path)
        elif source.kind is SourceKind.ARTICLE and source.path:
            yield _read_article(source.name, source.path)


def _read_article(name: str, path: Path) -> Page | Rejected:
    content = read_file(name, path)
    if isinstance(content, Rejected):
        return content
    return Page(_clean(name), content, is_html=name.lower().endswith(HTML_ENDINGS), origin=_clean(str(path.absolute())))


def _read_archive(name: str, path: Path) -> Iterator[Page | Rejected]:
    try:
        with path.open("rb") as file:
            yield from read_warc(file, _clean(name))
    except OSError as error:
        yield _rejected(name, Outcome.PARSE_ERROR, f"cannot be read: {error.strerror}")


def read_file(name: str, path: Path) -> bytes | Rejected:
    """Read a whole file, or say why it cannot be."""
    try:
        if path.stat().st_size > MAX_ITEM_BYTES:
            return _rejected(name, Outcome.TOO_LARGE, f"the file is larger than {MAX_ITEM_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        return _rejected(name, Outcome.PARSE_ERROR, f"cannot be read: {error.strerror}")


def _rejected(input_id: str, outcome: Outcome, reason: str) -> Rejected:
    return Rejected(_clean(input_id), "", STAGE, outcome, reason)


# --- JSON lines ----------------------------------------------------------------------------------------------------


def _read_lines(source: Source) -> Iterator[Page | Rejected]:
    number, filled = 0, 0
    try:
        with _open_lines(source) as file:
            for number, line in enumerate(_bounded_lines(file), 1):
                if line is None or line.strip():
                    filled += 1
                    yield _read_line(f"{source.name}:{number}", number, line)
    except (OSError, EOFError, zlib.error) as error:  # a gzip file that was cut, or is none
        reason = f"line {number + 1} and what follows cannot be read: {error}"
        yield _rejected(f"{source.name}:{number + 1}", Outcome.PARSE_ERROR, reason)
        return
    if not filled:
        yield _rejected(source.name, Outcome.NO_TEXT, "there is no line in it")


def _open_lines(source: Source) -> AbstractContextManager[BinaryIO | gzip.GzipFile]:
    if source.path is None:
        return nullcontext(sys.stdin.buffer)
    return gzip.open(source.path) if source.name.lower().endswith(".gz") else source.path.open("rb")


def _bounded_lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes | None]:
    """Yield the lines, and None for one that is too long to be held."""
    while line := file.readline(MAX_ITEM_BYTES + 1):
        if len(line) <= MAX_ITEM_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(CHUNK_BYTES)
        yield None


def _read_line(place: str, number: int, line: bytes | None) -> Page | Rejected:
    if line is None:
        return _rejected(place, Outcome.TOO_LARGE, f"line {number}: longer than {MAX_ITEM_BYTES:,} bytes")
    try:
        return _make_page(place, _parse(line.removeprefix(BOM_UTF8)))
    except _BadItemError as error:
        return _rejected(place, Outcome.PARSE_ERROR, f"line {number}: {error}")


def _parse(line: bytes) -> Mapping[str, object]:
    """Parse one line; of a key given twice the last value holds, and NaN (as pandas writes it) is no value."""
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte {error.start + 1}"
        raise _BadItemError(message) from error
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}"
        raise _BadItemError(message) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets nested 100,000 deep
        message = "not JSON that can be read (a number too long, or brackets nested too deep)"
        raise _BadItemError(message) from error
    if not _is_object(record):
        message = f"not a JSON object but {type(record).__name__}"
        raise _BadItemError(message)
    return record


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def _make_page(place: str, record: Mapping[str, object]) -> Page:
    text = _text(record, *TEXT_FIELDS)
    content = text or _text(record, "html")
    if not content and all(record.get(name) is None for name in (*TEXT_FIELDS, "html")):
        message = "no field text or html"
        raise _BadItemError(message)
    source, url = _text(record, *SOURCE_FIELDS), _text(record, *URL_FIELDS)
    if WEB_ADDRESS.match(source):  # trafilatura calls the address `source`
        url = url or source
        source = _text(record, *SOURCE_FIELDS[1:])
    identity = _identity(record) or _clean(url)
    return Page(
        input_id=identity or _clean(place),
        has_id=bool(identity),
        content=content,
        is_html=bool(content) and not text,
        url=_clean(url),
        title=_clean(_text(record, "title")),
        source=_clean(source),
        authors=_authors(record),
        published=_clean(_text(record, *PUBLISHED_FIELDS)),
    )


def _text(record: Mapping[str, object], *names: str) -> str:
    """Return the first of the fields that says something."""
    for name in names:
        value = record.get(name)
        if value is not None and not isinstance(value, str):
            message = f"{name} must be text, not {type(value).__name__}"
            raise _BadItemError(message)
        if value and not value.isspace():
            return value
    return ""


def _identity(record: Mapping[str, object]) -> str:
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _clean(_text(record, "id"))


def _authors(record: Mapping[str, object]) -> tuple[str, ...]:
    for name in AUTHOR_FIELDS:
        value = record.get(name)
        names = value if isinstance(value, list) else [value]
        if not all(item is None or isinstance(item, str) for item in names):
            message = f"{name} must be text or a list of texts"
            raise _BadItemError(message)
        found = tuple(_clean(item) for item in names if isinstance(item, str) and item.strip())
        if found:
            return found
    return ()


def _clean(value: str) -> str:
    """Trim, and replace what no file in UTF-8 could hold."""
    return without_surrogates(value.strip())
