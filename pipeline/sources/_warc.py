"""Web archives (WARC, gzipped or not) -> pages. Memory holds one page, however much is packed into the archive."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser

from pipeline.records import Outcome, Page, Rejected
from pipeline.sources._text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warcio.recordloader import ArcWarcRecord
    from warcio.statusandheaders import StatusAndHeaders

STAGE = "sources"
GZIP_MAGIC = b"\x1f\x8b"
MAX_CONTENT_BYTES = 10_000_000  # of a page, as archived and unpacked
MAX_HEAD_BYTES = 64 * 1024  # of the header lines of a record, and of those of the server
MAX_PACKINGS = 3  # a page is gzipped once; there are bytes that unpack to themselves
CHUNK_BYTES = 64 * 1024
RESPONSE = "response"
RECORD_TYPES = {RESPONSE, "resource"}
FOUND = "200"
HTML_TYPES = {"text/html", "application/xhtml+xml"}
PAGE_TYPES = HTML_TYPES | {"text/plain"}
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
MAX_REASON = 200  # characters


class _FaultError(Exception):
    """What is wrong with an archive, so that nothing more can be found in it."""


def read_warc(file: BinaryIO, name: str) -> Iterator[Page | Rejected]:
    """Read the pages of an archive, each as often as it is there; what is no page of text is passed over.

    Args:
        file: open, and able to go back to its start.
        name: its path. What cannot be read goes by this and its offset in the unpacked archive.

    Yields:
        Pages that were found (status 200), under the address that they had: the archive is the witness of that. After
        a fault of the archive itself there is one last `Rejected`.
    """
    archive = _Archive(file)
    try:
        for record in archive.records():
            item = _read_record(record, f"{name}:{archive.offset}")
            if item:
                yield item
    except (_FaultError, ArchiveLoadFailed, OSError, EOFError, zlib.error) as error:
        reason = f"the archive cannot be read from byte {archive.offset:,} on: {one_line(str(error))[:MAX_REASON]}"
        yield _rejected(f"{name}:{archive.offset}", Outcome.PARSE_ERROR, reason)


class _Archive:
    """An archive unpacked; `offset` is where its present record begins.

    The iterator of warcio is not used: it unpacks and reads lines without bound, and passes over damage in silence.
    """

    def __init__(self, file: BinaryIO) -> None:
        is_packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        self._file = gzip.GzipFile(fileobj=file) if is_packed else file
        self._head_bytes = 0
        self.offset = 0

    def records(self) -> Iterator[ArcWarcRecord]:
        """Yield the records; each can be read until the next is asked for."""
        loader = ArcWarcRecordLoader(arc2warc=False)
        while line := self._next_line():
            record = loader.parse_record_stream(self, line, "warc", no_record_parse=True)
            if record.length is None:
                message = "a record does not tell its length"
                raise _FaultError(message)
            yield record
            while _read(record, CHUNK_BYTES):
                pass

    def _next_line(self) -> bytes:
        """Return the first line of a record, or nothing at the end."""
        self._head_bytes = 0
        line = b"\n"
        while line and not line.strip():
            self.offset = self._file.tell()
            line = self.readline()
        return line

    def readline(self) -> bytes:
        """Read a line of a head."""
        line = self._file.readline(MAX_HEAD_BYTES)
        self._head_bytes += len(line)
        if self._head_bytes >= MAX_HEAD_BYTES:
            message = f"the head of a record is longer than {MAX_HEAD_BYTES:,} bytes"
            raise _FaultError(message)
        return line

    def read(self, size: int) -> bytes:
        """Read some of the block of a record."""
        return self._file.read(size)


def _read(record: ArcWarcRecord, size: int) -> bytes:
    """Read the next bytes of a record, all of them that there are."""
    content: bytes = record.raw_stream.read(size)
    if len(content) < size and record.raw_stream.limit:
        message = "it ends within a record"
        raise _FaultError(message)
    return content


def _read_record(record: ArcWarcRecord, place: str) -> Page | Rejected | None:
    """Return the page of a record, or what is wrong with it, or None if it is no page of text that was found."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type not in RECORD_TYPES or not url.startswith(("http://", "https://")):
        return None
    headers, start = _read_head(record)
    content_type = headers.get_header("Content-Type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in PAGE_TYPES or (record.rec_type == RESPONSE and headers.get_statuscode() != FOUND):
        return None
    content = start + _read(record, MAX_CONTENT_BYTES)
    try:
        if len(content) <= MAX_CONTENT_BYTES:
            content = _unpack(content, headers)
    except (OSError, EOFError, zlib.error) as error:
        return _rejected(place, Outcome.PARSE_ERROR, f"{url}: cannot be unpacked: {error}")
    if len(content) > MAX_CONTENT_BYTES:
        return _rejected(place, Outcome.TOO_LARGE, f"{url}: larger than {MAX_CONTENT_BYTES:,} bytes")
    charset = CHARSET.search(content_type)
    return Page(url, content, is_html=kind in HTML_TYPES, url=url, charset=charset[1] if charset else "")


def _read_head(record: ArcWarcRecord) -> tuple[StatusAndHeaders, bytes]:
    """Return the headers of a page, which a response has of its own, and the start of its content."""
    start = _read(record, MAX_HEAD_BYTES)
    if record.rec_type != RESPONSE or not start:
        return record.rec_headers, start
    file = io.BytesIO(start)
    headers = StatusAndHeadersParser([], verify=False).parse(file)
    return headers, file.read()


def _unpack(content: bytes, headers: StatusAndHeaders) -> bytes:
    """Undo how a page was sent, as far as its looks bear out its headers: some archives keep pages unpacked."""
    if (headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        content = ChunkedDataReader(io.BytesIO(content)).read()
    if (headers.get_header("Content-Encoding") or "").lower() == "deflate":
        content = _inflate(content)
    for _ in range(MAX_PACKINGS):
        if content.startswith(GZIP_MAGIC):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(MAX_CONTENT_BYTES + 1)
    return content


def _inflate(content: bytes) -> bytes:
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # servers send it with or without the head of zlib
        with suppress(zlib.error):
            return zlib.decompressobj(window).decompress(content, MAX_CONTENT_BYTES + 1)
    return content


def _rejected(place: str, outcome: Outcome, reason: str) -> Rejected:
    return Rejected(place, "", STAGE, outcome, reason)
