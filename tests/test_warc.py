"""Web archives: which pages are read of them, and what their faults and bombs cost."""

from __future__ import annotations

import gzip
import io
import json
import random
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, NamedTuple

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.records import Outcome, Page, Rejected
from pipeline.sources import read_warc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 20260314
URL = "https://Orla.example/2026/a%20b?utm_source=x#top"
HTML = "<p>Peña Ñahui was killed in Orla.".encode()
HTML_HEADERS = (("Content-Type", "text/html; charset=utf-8"),)


class Record(NamedTuple):
    """A record to be written, as the server and the crawler would have it."""

    body: bytes = HTML
    headers: tuple[tuple[str, str], ...] = HTML_HEADERS
    kind: str = "response"
    status: str = "200 OK"
    url: str = URL


def write(*records: Record, packed: bool = True) -> bytes:
    """Write an archive as crawlers do: each record a member of the gzip file."""
    written = (write_record("warcinfo", b"software: invented\r\n"), *map(write_http, records))
    return b"".join(gzip.compress(record) if packed else record for record in written)


def write_http(record: Record) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in record.headers)
    if record.kind not in {"response", "request", "revisit"}:
        return write_record(record.kind, record.body, record.url, head)
    block = f"HTTP/1.1 {record.status}\r\n{head}\r\n".encode() + record.body
    return write_record(record.kind, block, record.url, "Content-Type: application/http\r\n")


def write_record(kind: str, block: bytes, url: str = URL, head: str = "", length: int | None = None) -> bytes:
    told = f"WARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-14T10:00:00Z\r\n{head}"
    length = len(block) if length is None else length
    return f"WARC/1.0\r\n{told}Content-Length: {length}\r\n\r\n".encode() + block + b"\r\n\r\n"


def read(archive: bytes) -> list[Page | Rejected]:
    return list(read_warc(io.BytesIO(archive), "orla.warc.gz"))


def chunked(content: bytes, size: int = 7) -> bytes:
    chunks = (content[start : start + size] for start in range(0, len(content), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_page(packed: bool) -> None:  # noqa: FBT001 -- a column of a table
    (page,) = read(write(Record(), packed=packed))
    assert page == Page(URL, HTML, is_html=True, url=URL, charset="utf-8")


def sent(body: bytes, **headers: str) -> Record:
    return Record(body, (*HTML_HEADERS, *((name.replace("_", "-"), value) for name, value in headers.items())))


@pytest.mark.parametrize(
    "record",
    [
        sent(chunked(HTML), Transfer_Encoding="chunked"),
        sent(HTML, Transfer_Encoding="chunked"),
        sent(gzip.compress(HTML), Content_Encoding="gzip"),
        sent(HTML, Content_Encoding="gzip"),
        sent(HTML, Content_Encoding="br"),
        sent(gzip.compress(HTML)),
        sent(gzip.compress(gzip.compress(HTML)), Content_Encoding="gzip, gzip"),
        sent(zlib.compress(HTML), Content_Encoding="deflate"),
        sent(raw_deflate(HTML), Content_Encoding="deflate"),
        sent(HTML, Content_Encoding="deflate"),
        sent(chunked(gzip.compress(HTML)), Transfer_Encoding="Chunked", Content_Encoding="GZIP"),
        sent(HTML, X_Padding="x" * 10_000),
    ],
    ids=str.split(
        "chunked chunked-not gzip gzip-not br-not gzip-untold gzip-twice deflate deflate-raw deflate-not both long-head"
    ),
)
def test_how_a_page_was_sent_is_undone(record: Record) -> None:
    (page,) = read(write(record))
    assert isinstance(page, Page)
    assert page.content == HTML


@pytest.mark.parametrize(
    ("content_type", "is_html", "charset"),
    [
        ("text/html", True, ""),
        ('TEXT/HTML ; Charset="ISO-8859-1"', True, "ISO-8859-1"),
        ("application/xhtml+xml;charset=utf-8", True, "utf-8"),
        ("text/plain; charset=windows-1252", False, "windows-1252"),
    ],
)
def test_what_the_server_says_of_a_page(content_type: str, is_html: bool, charset: str) -> None:  # noqa: FBT001
    (page,) = read(write(Record(headers=(("Content-Type", content_type),))))
    assert isinstance(page, Page)
    assert (page.is_html, page.charset) == (is_html, charset)


def test_a_resource_is_a_page() -> None:
    (page,) = read(write(Record(kind="resource")))
    assert page == Page(URL, HTML, is_html=True, url=URL, charset="utf-8")


@pytest.mark.parametrize(
    "record",
    [
        Record(kind="request", status="GET / HTTP/1.1"),
        Record(kind="metadata"),
        Record(kind="revisit"),
        Record(kind="resource", url="metadata://orla.example/manifest.txt", headers=(("Content-Type", "text/plain"),)),
        Record(status="301 Moved"),
        Record(status="404 Not Found"),
        Record(status=""),
        Record(headers=(("Content-Type", "image/png"),)),
        Record(headers=()),
        Record(url="dns:orla.example"),
        Record(body=bytes(11_000_000), headers=(("Content-Type", "video/mp4"),)),
    ],
    ids=str.split("request metadata revisit manifest moved missing no-status picture no-type dns video"),
)
def test_what_is_no_page_is_passed_over(record: Record) -> None:
    first, last = read(write(Record(), record, Record(body=b"<p>Last")))
    assert isinstance(first, Page)
    assert isinstance(last, Page)
    assert last.content == b"<p>Last"


def test_a_record_without_content_is_passed_over() -> None:
    first, last = read(write(Record()) + gzip.compress(write_record("response", b"")) + write(Record()))
    assert first == last


def test_many_records() -> None:
    assert len(read(write(*[Record()] * 500))) == 500


def test_a_page_is_read_as_often_as_it_is_there() -> None:
    assert len(read(write(Record(), Record()))) == 2


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # the writer does not close what it buffers in
@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_an_archive_that_warcio_wrote(packed: bool) -> None:  # noqa: FBT001
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed)
    for _ in range(2):
        head = StatusAndHeaders("200 OK", list(HTML_HEADERS), protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(URL, "response", payload=io.BytesIO(HTML), http_headers=head))
    assert read(file.getvalue()) == read(write(Record(), Record()))


def test_an_archive_without_pages() -> None:
    assert read(write()) == []
    assert read(b"") == []


# --- faults --------------------------------------------------------------------------------------------------------


def test_a_page_that_cannot_be_unpacked_leaves_the_others() -> None:
    broken = sent(gzip.compress(HTML)[:-9], Content_Encoding="gzip")
    first, rejected, last = read(write(Record(), broken, Record()))
    assert isinstance(first, Page)
    assert isinstance(rejected, Rejected)
    assert isinstance(last, Page)
    assert rejected.outcome is Outcome.PARSE_ERROR
    assert rejected.reason.startswith(f"{URL}: cannot be unpacked: ")


def test_the_offset_is_where_the_record_begins_in_the_archive_unpacked() -> None:
    broken = sent(gzip.compress(HTML)[:-9], Content_Encoding="gzip")
    plain, packed = write(Record(), broken, packed=False), write(Record(), broken)
    (_, rejected), (_, rejected_too) = read(plain), read(packed)
    place, _, offset = rejected.input_id.rpartition(":")
    assert (place, rejected_too.input_id.rpartition(":")[0]) == ("orla.warc.gz", "orla.warc.gz")
    assert plain[int(offset) :].startswith(b"WARC/1.0\r\n")
    assert gzip.decompress(packed)[int(rejected_too.input_id.rpartition(":")[2]) :].startswith(b"WARC/1.0\r\n")


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record[: len(record) // 2],
        lambda record: record[:-10],
        lambda record: b"x" * 10_000 + b"\n" + record,
        lambda record: b"x" * 100_000 + record,
        lambda record: b"\n" * 100_000 + record,
        lambda record: record.replace(b"Content-Length: ", b"Content-Length: -"),
        lambda record: record.replace(b"Content-Length: ", b"Content-Long: "),
        lambda record: record.replace(b"WARC/1.0", b"WRAC/1.0"),
        lambda record: record.replace(b"WARC-Date", b"x: y\r\n" * 20_000 + b"WARC-Date"),
        lambda _: b"\x1f\x8b\x08 junk",
    ],
    ids=str.split("cut cut-in-page junk-line line blanks negative no-length no-record head gzip"),
)
def test_pages_before_a_fault_are_kept(damage: Callable[[bytes], bytes], packed: bool) -> None:  # noqa: FBT001
    whole = write(Record(), Record(), packed=False)
    rest = damage(write(Record(), packed=False))
    archive = gzip.compress(whole) + gzip.compress(rest) if packed else whole + rest
    first, second, fault = read(archive)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert isinstance(fault, Rejected)
    assert fault.outcome is Outcome.PARSE_ERROR
    assert int(fault.input_id.removeprefix("orla.warc.gz:")) >= len(whole)
    assert fault.reason.startswith("the archive cannot be read from byte ")
    assert len(fault.reason) < 300


def test_a_damaged_byte_that_only_the_checksum_shows_is_told() -> None:
    archive = bytearray(write(*[Record(random.Random(SEED).randbytes(100_000))] * 3))
    archive[-50_000] ^= 0xFF
    *pages, fault = read(bytes(archive))
    assert all(isinstance(page, Page) for page in pages)
    assert isinstance(fault, Rejected)
    assert "CRC check failed" in fault.reason


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_100_mutants_give_pages_and_at_most_one_fault_of_the_archive(packed: bool) -> None:  # noqa: FBT001
    rng = random.Random(SEED)
    records = (Record(), sent(chunked(gzip.compress(HTML)), Transfer_Encoding="chunked"), Record(kind="resource"))
    whole = write(*records * 2, packed=packed)
    kept = 0
    for _ in range(100):
        mutant = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(mutant))
            replacement = rng.choice((b"", rng.randbytes(1), bytes(mutant[start : start + 200])))
            mutant[start : start + rng.randint(1, 20)] = replacement
        items = read(bytes(mutant))
        assert sum(isinstance(item, Rejected) and "archive" in item.reason for item in items) <= 1
        repr(items).encode()
        kept += sum(isinstance(item, Page) for item in items)
    assert kept > 100


# --- bombs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "outcome"),
    [(0, None), (1, Outcome.TOO_LARGE), (5_000_000, Outcome.TOO_LARGE)],
    ids=["limit", "one", "more"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_the_largest_page(pack: Callable[[bytes], bytes], extra: int, outcome: Outcome | None) -> None:
    body = pack(b"a" * (10_000_000 + extra))
    item, last = read(write(Record(body), Record()))
    assert (item.outcome if isinstance(item, Rejected) else None) == outcome
    assert isinstance(last, Page)


def test_a_page_that_is_too_large_before_it_is_unpacked() -> None:
    (item,) = read(write(sent(chunked(bytes(1_800_000), 1), Transfer_Encoding="chunked")))
    assert isinstance(item, Rejected)
    assert item.outcome is Outcome.TOO_LARGE


GIB = 1 << 30
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
ZEROS = gzip.compress(bytes(GIB // 64)) * 64
BOMBS: dict[str, Callable[[], bytes]] = {
    "page": lambda: write(sent(ZEROS, Content_Encoding="gzip")),
    "page packed twice": lambda: write(sent(gzip.compress(ZEROS), Content_Encoding="gzip")),
    "page in one chunk": lambda: write(sent(chunked(ZEROS, GIB), Transfer_Encoding="chunked", Content_Encoding="gzip")),
    "record": lambda: gzip.compress(write_record("response", HTTP, length=GIB)) + ZEROS,
    "line": lambda: ZEROS,
}
# The peak of `getrusage` is no less than that of the process that started this one.
PROBE = """
import json, re, sys, time
from pathlib import Path
from pipeline.sources import read_warc
def peak_megabytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before, start = peak_megabytes(), time.process_time()
with open(sys.argv[1], "rb") as file:
    items = list(read_warc(file, "bomb"))
print(json.dumps([time.process_time() - start, peak_megabytes() - before, [item.outcome for item in items]]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_of_a_gibibyte_costs_little(tmp_path: Path, bomb: Callable[[], bytes]) -> None:
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(bomb())
    assert path.stat().st_size < 2_000_000
    command = [sys.executable, "-W", "error", "-c", PROBE, str(path)]
    probe = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- our own code
    seconds, megabytes, outcomes = json.loads(probe.stdout)
    assert outcomes[0] in {Outcome.TOO_LARGE, Outcome.PARSE_ERROR}
    assert seconds < 5
    assert megabytes < 100
