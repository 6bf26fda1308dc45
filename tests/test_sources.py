"""Inputs of every kind, and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import sources
from pipeline.errors import ConfigError
from pipeline.records import Outcome, Page, Rejected
from pipeline.sources import SourceKind, find_sources, read_pages

TEXT = "Two porters were killed in Orla."


class Line(NamedTuple):
    id: str
    content: str
    outcome: Outcome | None
    note: str
    part: str = ""


BAD_LINES = (
    Line("cut", '{"text": "Two', Outcome.PARSE_ERROR, "JSON that ends too early", "not JSON"),
    Line("list", '["Two men"]', Outcome.PARSE_ERROR, "JSON, but no object", "not a JSON object but list"),
    Line("word", '"Two men"', Outcome.PARSE_ERROR, "JSON, but no object", "not a JSON object but str"),
    Line("empty", "{}", Outcome.PARSE_ERROR, "nothing to read", "no field text or html"),
    Line("null", '{"text": null}', Outcome.PARSE_ERROR, "nothing to read", "no field text or html"),
    Line("number", '{"text": 12}', Outcome.PARSE_ERROR, "wrong type", "text must be text, not int"),
    Line("title", '{"text": "A", "title": ["B"]}', Outcome.PARSE_ERROR, "wrong type", "title must be text"),
    Line("author", '{"text": "A", "authors": [3]}', Outcome.PARSE_ERROR, "wrong type", "authors must be"),
    Line("identity", '{"text": "A", "id": true}', Outcome.PARSE_ERROR, "wrong type", "id must be text"),
    Line("deep", "[" * 100_000, Outcome.PARSE_ERROR, "would overflow the stack", "not JSON"),
    Line("digits", '{"text": "A", "n": ' + "1" * 5000 + "}", Outcome.PARSE_ERROR, "Python refuses it", "not JSON"),
)
GOOD_LINES = (
    Line("nan", '{"text": "A", "title": NaN}', None, "pandas writes NaN for nothing"),
    Line("twice", '{"text": "B", "text": "A"}', None, "of a key given twice the last value holds"),
    Line("blanks", '   {"text": "A"}\r', None, "blanks and CR around the object"),
    Line("surrogate", '{"text": "A \\ud83d", "title": "B \\ud83d"}', None, "half an emoji"),
    Line("blank", '{"text": ""}', None, "a blank text is told when it is cleaned"),
)


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def read_all(*inputs: str) -> list[Page | Rejected]:
    return list(read_pages(find_sources(inputs)))


def read_line(tmp_path: Path, line: str) -> Page | Rejected:
    (item,) = read_all(write(tmp_path, "one.jsonl", line + "\n"))
    return item


def page_of(tmp_path: Path, **fields: object) -> Page:
    item = read_line(tmp_path, json.dumps(fields))
    assert isinstance(item, Page)
    return item


# --- folders and files ---------------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.TXT", "b/1.html", "b.htm", "c/x/9.jsonl"):
        write(tmp_path, name, '{"text": "A"}')
    write(tmp_path, "notes.docx", "ignored: another kind")
    write(tmp_path, ".hidden.txt", "ignored: hidden")
    write(tmp_path, ".git/x.txt", "ignored: in a hidden folder")
    names = [Path(source.name).relative_to(tmp_path).as_posix() for source in find_sources([str(tmp_path)])]
    assert names == ["a.TXT", "b/1.html", "b/2.txt", "b.htm", "c/x/9.jsonl"]


def test_files_are_html_by_their_ending(tmp_path: Path) -> None:
    inputs = [write(tmp_path, name, TEXT) for name in ("a.txt", "b.html", "c.HTM")]
    assert [page.is_html for page in read_all(*inputs) if isinstance(page, Page)] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", TEXT, SourceKind.ARTICLE),
        ("a.txt", f"{TEXT}\nhttps://orla.example/1\n", SourceKind.ARTICLE),
        ("a.txt", "# mine\n\nhttps://orla.example/1\n", SourceKind.LISTING),
        ("a.urls", "https://orla.example/1\n", SourceKind.LISTING),
        ("feeds.OPML", "<opml/>", SourceKind.LISTING),
        ("a.xml", "<rss/>", SourceKind.LISTING),
        ("map.xml.gz", "", SourceKind.LISTING),
        ("feed.json", "{}", SourceKind.LISTING),
        ("a.jsonl.gz", "", SourceKind.LINES),
        ("a.warc", "", SourceKind.WARC),
        ("a.WARC.gz", "", SourceKind.WARC),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_kind_of_a_file(tmp_path: Path, name: str, content: str, kind: SourceKind) -> None:
    (source,) = find_sources([write(tmp_path, name, content)])
    assert source.kind is kind


def test_lists_are_read_only_where_they_are_named(tmp_path: Path) -> None:
    """A folder of articles opens no connection, whatever lies in it."""
    write(tmp_path, "a.txt", TEXT)
    write(tmp_path, "feeds.opml", "<opml/>")
    write(tmp_path, "urls.txt", "https://orla.example/1\n")
    assert {source.kind for source in find_sources([str(tmp_path)])} == {SourceKind.ARTICLE}


def test_an_address_is_canonical() -> None:
    (source,) = find_sources(["HTTP://Orla.Example:80/news?utm_source=x#top"])
    assert (source.name, source.kind, source.path) == ("http://orla.example/news", SourceKind.WEB, None)


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="without a password") as caught:
        find_sources(["https://ana:secret@orla.example/feed"])
    assert "secret" not in str(caught.value)
    assert "orla.example" in str(caught.value)


def test_the_pages_of_an_archive_are_records(tmp_path: Path) -> None:
    http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=cp1252\r\n\r\n<p>Peña Ñahui was killed in Orla."
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://orla.example/1\r\nContent-Length: {len(http)}"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(f"{head}\r\n\r\n{http}\r\n\r\n".encode("cp1252")))
    (page_read,) = read_all(str(path))
    assert isinstance(page_read, Page)
    assert (page_read.input_id, page_read.url, page_read.charset, page_read.origin) == (
        "http://orla.example/1",
        "http://orla.example/1",
        "cp1252",
        "",
    )
    path.write_bytes(path.read_bytes()[:-20])
    assert isinstance(read_all(str(path))[-1], Rejected)


def test_the_path_is_the_id_of_a_file(tmp_path: Path) -> None:
    (page,) = read_all(write(tmp_path, "a.txt", TEXT))
    assert page.input_id == str(tmp_path / "a.txt")


def test_the_folder_of_the_tables_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", TEXT)
    write(tmp_path, "out/articles.jsonl", '{"text": "of the run before"}')
    (source,) = find_sources([str(tmp_path)], without=tmp_path / "out")
    assert source.name.endswith("a.txt")


def test_the_folder_of_the_tables_is_no_input(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", TEXT)
    with pytest.raises(ConfigError, match="the same folder"):
        find_sources([str(tmp_path)], without=tmp_path / "x" / "..")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing.txt", "no such file or folder"),
        ("nothing", "no such file or folder"),
        ("x" * 5000 + ".txt", "no such"),
        ("a\0.txt", "no such"),
        ("letter.docx", "unknown kind of file"),
        ("empty", "holds no file that ends in"),
    ],
)
def test_an_input_that_cannot_be_used_stops_the_run(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "letter.docx", TEXT)
    with pytest.raises(ConfigError, match=message) as caught:
        find_sources([str(tmp_path / name)])
    assert "\n" not in str(caught.value)


def test_no_input_at_all_stops_the_run() -> None:
    with pytest.raises(ConfigError, match="no INPUT"):
        find_sources([])


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ConfigError, match="cannot be read"):
        find_sources([str(tmp_path / "pipe.txt")])


def test_a_file_that_vanishes_is_rejected(tmp_path: Path) -> None:
    found = find_sources([write(tmp_path, "a.txt", TEXT), write(tmp_path, "b.txt", TEXT)])
    (tmp_path / "a.txt").unlink()
    first, second = read_pages(found)
    assert isinstance(first, Rejected)
    assert (first.outcome, first.reason) == (Outcome.PARSE_ERROR, "cannot be read: No such file or directory")
    assert isinstance(second, Page)


def test_a_large_file_is_rejected_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # takes no room
    (item,) = read_all(str(path))
    assert isinstance(item, Rejected)
    assert item.outcome == Outcome.TOO_LARGE


# --- JSON lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", BAD_LINES, ids=lambda case: case.id)
def test_a_bad_line_is_rejected_and_the_rest_is_read(tmp_path: Path, case: Line) -> None:
    lines = f'{{"text": "A"}}\n{case.content}\n{{"text": "B"}}\n'
    first, bad, last = read_all(write(tmp_path, "all.jsonl", lines))
    assert isinstance(first, Page)
    assert isinstance(bad, Rejected)
    assert isinstance(last, Page)
    assert bad.outcome == case.outcome
    assert bad.reason.startswith("line 2: ")
    assert case.part in bad.reason
    assert bad.input_id.endswith("all.jsonl:2")


@pytest.mark.parametrize("case", GOOD_LINES, ids=lambda case: case.id)
def test_an_odd_line_is_read(tmp_path: Path, case: Line) -> None:
    item = read_line(tmp_path, case.content)
    assert isinstance(item, Page), case.note
    assert item.content in {"A", "", "A \ud83d"}
    assert item.title in {"", "B \ufffd"}


@pytest.mark.parametrize("name", ["text", "maintext", "plaintext", "raw_text", "body", "content"])
def test_the_names_that_text_goes_by(tmp_path: Path, name: str) -> None:
    page = page_of(tmp_path, **{name: TEXT})
    assert (page.content, page.is_html) == (TEXT, False)


def test_text_is_read_before_html(tmp_path: Path) -> None:
    assert page_of(tmp_path, html="<p>A", text=TEXT).content == TEXT
    assert page_of(tmp_path, html="<p>A", text=" ").is_html


@pytest.mark.parametrize(
    ("fields", "attribute", "value"),
    [
        ({"canonical_link": "http://orla.example/1"}, "url", "http://orla.example/1"),
        ({"date_publish": "2023-01-09 10:00:00"}, "published", "2023-01-09 10:00:00"),
        ({"publishing_date": "2023-01-09"}, "published", "2023-01-09"),
        ({"publish_date": "2023-01-09"}, "published", "2023-01-09"),
        ({"date": "2023-01-09"}, "published", "2023-01-09"),
        ({"source_domain": "orla.example"}, "source", "orla.example"),
        ({"hostname": "orla.example"}, "source", "orla.example"),
        ({"sitename": "Orla Courier"}, "source", "Orla Courier"),
        # trafilatura calls the address `source` and the site `source-hostname`
        ({"source": "https://orla.example/1", "source-hostname": "Orla"}, "url", "https://orla.example/1"),
        ({"source": "https://orla.example/1", "source-hostname": "Orla"}, "source", "Orla"),
        ({"author": "Ana Paz"}, "authors", ("Ana Paz",)),
        ({"authors": ["Ana Paz", None, " ", "Jo Lee "]}, "authors", ("Ana Paz", "Jo Lee")),
        ({"authors": [], "author": "Ana Paz"}, "authors", ("Ana Paz",)),
        ({"title": "Two killed"}, "title", "Two killed"),
    ],
)
def test_the_names_that_other_fields_go_by(
    tmp_path: Path, fields: dict[str, object], attribute: str, value: object
) -> None:
    assert getattr(page_of(tmp_path, text=TEXT, **fields), attribute) == value


def test_the_id_is_that_of_the_record_else_the_address_else_the_line(tmp_path: Path) -> None:
    assert page_of(tmp_path, text=TEXT, id="a7", url="http://orla.example").input_id == "a7"
    assert page_of(tmp_path, text=TEXT, id=7).input_id == "7"
    assert page_of(tmp_path, text=TEXT, url="http://orla.example").input_id == "http://orla.example"
    assert page_of(tmp_path, text=TEXT).input_id.endswith("one.jsonl:1")


def test_blank_lines_count_but_are_no_articles(tmp_path: Path) -> None:
    (page,) = read_all(write(tmp_path, "a.jsonl", '\n\n{"text": "A"}\n\n'))
    assert page.input_id.endswith("a.jsonl:3")


def test_a_byte_order_mark_is_no_part_of_the_line(tmp_path: Path) -> None:
    (page,) = read_all(write(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"text": "A"}\n'))
    assert isinstance(page, Page)


def test_a_line_that_is_not_utf8_is_rejected(tmp_path: Path) -> None:
    first, second = read_all(write(tmp_path, "a.jsonl", b'{"text": "Pe\xf1a"}\n{"text": "A"}\n'))
    assert isinstance(first, Rejected)
    assert first.reason == "line 1: not UTF-8 at byte 13"
    assert isinstance(second, Page)


def test_a_file_without_lines_is_told(tmp_path: Path) -> None:
    (item,) = read_all(write(tmp_path, "a.jsonl", "\n"))
    assert isinstance(item, Rejected)
    assert item.outcome == Outcome.NO_TEXT


def test_a_long_line_is_read_and_a_longer_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ITEM_BYTES", 100)
    monkeypatch.setattr(sources, "CHUNK_BYTES", 7)
    lines = ['{"text": "' + "a" * length + '"}' for length in (87, 88, 500, 10)]
    items = read_all(write(tmp_path, "a.jsonl", "\n".join(lines) + "\n"))
    outcomes = [item.outcome if isinstance(item, Rejected) else None for item in items]
    assert outcomes == [None, Outcome.TOO_LARGE, Outcome.TOO_LARGE, None]


def test_a_line_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    item = read_line(tmp_path, '{"text": "' + "a" * 10_000_000 + '"}')
    assert isinstance(item, Page)


def test_gzip_is_read(tmp_path: Path) -> None:
    (page,) = read_all(write(tmp_path, "a.jsonl.gz", gzip.compress(b'{"text": "A"}\n')))
    assert page.input_id.endswith("a.jsonl.gz:1")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_gzip_file_keeps_the_lines_before_the_cut(tmp_path: Path, share: float) -> None:
    lines = b"".join(b'{"text": "%s"}\n' % os.urandom(30).hex().encode() for _ in range(3000))
    packed = gzip.compress(lines)
    *pages, last = read_all(write(tmp_path, "a.jsonl.gz", packed[: int(share * len(packed))]))
    assert len(pages) > 3000 * (share - 0.1)
    assert all(isinstance(page, Page) for page in pages)
    assert isinstance(last, Rejected)
    assert last.reason.startswith(f"line {len(pages) + 1} and what follows cannot be read")


def test_a_file_that_is_no_gzip_is_rejected(tmp_path: Path) -> None:
    (item,) = read_all(write(tmp_path, "a.jsonl.gz", "no gzip"))
    assert isinstance(item, Rejected)
    assert "Not a gzipped file" in item.reason


class Standard:
    """Standard input that holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Standard(b'{"text": "A"}\nx\n'))
    page, rejected = read_all("-")
    assert (page.input_id, rejected.input_id) == ("-:1", "-:2")


def test_closed_standard_input_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(ConfigError, match="closed"):
        find_sources(["-"])


@given(st.binary(max_size=300))
def test_any_bytes_give_an_item_a_line_and_never_crash(content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", Standard(content))
        items = read_all("-")
    assert len(items) == (sum(bool(line.strip()) for line in content.split(b"\n")) or 1)
