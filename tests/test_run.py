"""The pipeline around the model: outcomes, order, duplicates, failures, and what run.json tells."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ConfigError, LexiconError
from pipeline.records import (
    ConflictPolicy,
    Event,
    EventType,
    Outcome,
    Page,
    Reading,
    RecordType,
    VaguePolicy,
    content_id,
)
from pipeline.run import Options, Reader, Summary, export, run
from pipeline.run._read import read_page
from pipeline.store import look_into
from pipeline.table import Format, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.records import (
        Article,
        Rejected,
    )
    from pipeline.run import Item

BODY = "Two porters were killed on Monday when a bus fell into the river near Orla, the police said."


def read_killings(article: Article) -> Reading:
    """Stand in for the model: an event where the text says killed, an error where it says so."""
    if "fail" in article.text:
        message = "a rule\nfailed"
        raise ValueError(message)
    if "killed" not in article.text:
        return Reading(article, outcome=Outcome.NO_INCIDENT)
    event_id = content_id("ev", article.article_id)
    event = Event(event_id, article.article_id, RecordType.INCIDENT, EventType.ACCIDENT, article.paragraphs[0])
    return Reading(article, events=(event,))


READER = Reader(read_killings, {"model": "stand-in 1"})


def load(_: Options) -> Reader:
    return READER


def write_lines(folder: Path, *records: object) -> str:
    path = folder / "in.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


MIXED = (
    {"id": "killed", "text": BODY},
    "no JSON",
    {"id": "sport", "text": "The team of Orla won the cup in the last minute of the match on Sunday."},
    {"id": "killed again", "text": BODY},
    {"id": "empty", "text": " "},
    {"id": "failing", "text": f"{BODY} The rules fail here."},
    {"id": "no stop", "text": "word " * 50_000},
    {"id": "page", "html": f"<html><head><title>Bus</title></head><body><p>{BODY}</p><p>{BODY}</p></body></html>"},
)


def test_every_input_ends_in_one_outcome(tmp_path: Path) -> None:
    summary = run([write_lines(tmp_path, *MIXED)], tmp_path / "out", load=load)
    assert summary.outcomes == {
        Outcome.OK: 2,
        Outcome.NO_INCIDENT: 1,
        Outcome.DUPLICATE: 1,
        Outcome.EXTRACT_ERROR: 1,
        Outcome.PARSE_ERROR: 2,
        Outcome.NO_TEXT: 1,
    }
    assert (summary.read, sum(summary.rejected.values())) == (4, 4)
    articles = {row["input_id"]: row["outcome"] for row in read_table(tmp_path / "out" / "articles.csv")}
    assert articles == {
        "killed": "ok",
        "sport": "no_incident",
        "failing": "extract_error",
        "no stop": "parse_error",
        "page": "ok",
    }
    rejected = [(row["stage"], row["outcome"]) for row in read_table(tmp_path / "out" / "rejected.csv")]
    assert rejected == [  # in.jsonl:2, empty, failing, killed again, no stop
        ("sources", "parse_error"),
        ("clean", "no_text"),
        ("extract", "extract_error"),
        ("store", "duplicate"),
        ("clean", "parse_error"),
    ]


def test_rows_come_in_the_order_of_the_names_of_inputs(tmp_path: Path) -> None:
    run([write_lines(tmp_path, *MIXED)], tmp_path / "out", load=load)
    articles = {row["article_id"]: row["input_id"] for row in read_table(tmp_path / "out" / "articles.csv")[::-1]}
    assert [articles[row["article_id"]] for row in read_table(tmp_path / "out" / "events.csv")] == ["killed", "page"]


def test_a_failing_rule_is_told(tmp_path: Path) -> None:
    run([write_lines(tmp_path, *MIXED)], tmp_path / "out", load=load)
    (row,) = (row for row in read_table(tmp_path / "out" / "rejected.csv") if row["stage"] == "extract")
    assert row["reason"] == "ValueError: a rule failed"
    assert row["article_id"]


def tables_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix not in {".db", ".lock"}]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    for name in ("one", "two"):
        run([path], tmp_path / name, Options(formats=tuple(Format)), load=load)
    for first in tables_in(tmp_path / "one"):
        second = tmp_path / "two" / first.name
        if first.name == "run.json":
            one, two = (json.loads(path.read_text(encoding="utf-8")) for path in (first, second))
            assert one | {"seconds": 0} == two | {"seconds": 0}
        else:
            assert first.read_bytes() == second.read_bytes(), first.name


def test_run_json_tells_settings_and_counts(tmp_path: Path) -> None:
    options = Options(model="m", formats=(Format.JSONL,), bom=False, vague_numbers=VaguePolicy.BLANK)
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", options, load=load)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    told = {"model": "m", "formats": ["jsonl"], "bom": False, "vague_numbers": "blank", "conflicting_numbers": "latest"}
    assert record["options"].items() >= told.items()
    assert record["options"]["fetch"]["allow_private"] is False
    assert record["inputs"] == [path]
    assert record["versions"]["model"] == "stand-in 1"
    assert record["items"] == sum(record["outcomes"].values()) == len(MIXED)
    assert (record["rows"]["events"], record["rows"]["quotes"]) == (2, 0)


def test_a_second_run_adds_to_the_tables(tmp_path: Path) -> None:
    run([write_lines(tmp_path, MIXED[0])], tmp_path / "out", load=load)
    summary = run([write_lines(tmp_path, MIXED[2])], tmp_path / "out", load=load)
    assert (summary.outcomes, summary.rows["articles"]) == ({Outcome.NO_INCIDENT: 1}, 2)
    assert [row["input_id"] for row in read_table(tmp_path / "out" / "articles.csv")] == ["killed", "sport"]


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", load=load)
    before = {file.name: file.read_bytes() for file in tables_in(tmp_path / "out") if file.suffix == ".csv"}

    def read(article: Article) -> Reading:
        pytest.fail(f"read {article.input_id}")

    summary = run([path], tmp_path / "out", load=lambda _: Reader(read, READER.versions))
    assert summary.outcomes == {
        Outcome.NOT_MODIFIED: 4,
        Outcome.EXTRACT_ERROR: 1,
        Outcome.PARSE_ERROR: 2,
        Outcome.NO_TEXT: 1,
    }
    assert summary.read == 4
    assert {file.name: file.read_bytes() for file in tables_in(tmp_path / "out") if file.suffix == ".csv"} == before


def test_another_version_reads_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", load=load)
    summary = run([path], tmp_path / "out", load=lambda _: Reader(read_killings, {"model": "stand-in 2"}))
    assert summary.outcomes[Outcome.OK] == 2


def test_another_policy_reads_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", load=load)
    options = Options(conflicting_numbers=ConflictPolicy.MAJORITY)
    assert run([path], tmp_path / "out", options, load=load).outcomes[Outcome.OK] == 2


def test_a_file_that_was_edited_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for number in ("Two", "Three"):
        path.write_text(BODY.replace("Two", number), encoding="utf-8")
        run([str(path)], tmp_path / "out", load=load)
    (row,) = read_table(tmp_path / "out" / "articles.csv")
    assert row["text"].startswith("Three")


def test_a_file_is_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("Two", "Three"):
        (tmp_path / number).mkdir()
        monkeypatch.chdir(tmp_path / number)
        Path("news.txt").write_text(BODY.replace("Two", number), encoding="utf-8")
        run(["news.txt"], tmp_path / "out", load=load)
        assert run(["./news.txt"], tmp_path / "out", load=load).outcomes == {Outcome.NOT_MODIFIED: 1}
    assert len(read_table(tmp_path / "out" / "articles.csv")) == 2


def test_a_file_that_can_be_read_again_is_no_complaint_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    monkeypatch.setattr("pipeline.sources.MAX_ITEM_BYTES", 10)
    assert run([str(tmp_path / "a.txt")], tmp_path / "out", load=load).outcomes == {Outcome.TOO_LARGE: 1}
    monkeypatch.undo()
    assert run([str(tmp_path / "a.txt")], tmp_path / "out", load=load).outcomes == {Outcome.OK: 1}
    assert read_table(tmp_path / "out" / "rejected.csv") == []


def test_a_name_that_is_no_utf8_is_a_name(tmp_path: Path) -> None:
    files = [tmp_path / os.fsdecode(name) for name in (b"caf\xe9.txt", b"b\xe4r.jsonl")]
    for file, content in zip(files, (BODY, f'{{"text": "{BODY} Again."}}'), strict=True):
        file.write_text(content, encoding="utf-8")
    for outcome in (Outcome.OK, Outcome.NOT_MODIFIED):
        assert run(list(map(str, files)), tmp_path / "out", load=load).outcomes == {outcome: 2}
    names = [row["input_id"].rpartition("/")[2] for row in read_table(tmp_path / "out" / "articles.csv")]
    assert names == ["b\ufffdr.jsonl:1", "caf\ufffd.txt"]


def test_a_line_without_an_id_is_what_it_says(tmp_path: Path) -> None:
    run([write_lines(tmp_path, {"text": BODY})], tmp_path / "out", load=load)
    path = write_lines(tmp_path, {"text": BODY.replace("Two", "Three")}, {"text": BODY})
    assert run([path], tmp_path / "out", load=load).outcomes == {Outcome.OK: 1, Outcome.NOT_MODIFIED: 1}


def test_what_is_rejected_twice_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("", encoding="utf-8")
    summary = run([str(tmp_path / "a.txt")] * 2, tmp_path / "out", load=load)
    assert (summary.outcomes, summary.read) == ({Outcome.NO_TEXT: 2}, 0)


def test_records_of_one_id_are_all_kept(tmp_path: Path) -> None:
    for number in ("Two", "Three"):
        path = write_lines(tmp_path, {"id": "1", "text": BODY.replace("Two", number)})
        run([path], tmp_path / "out", load=load)
    assert len(read_table(tmp_path / "out" / "events.csv")) == 2


def test_refresh_reads_all_pages_in_the_store_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", load=load)
    Path(path).unlink()
    read: list[str] = []

    def note(article: Article) -> Reading:
        read.append(article.input_id)
        return read_killings(article)

    summary = run((), tmp_path / "out", Options(refresh=True), load=lambda _: Reader(note, READER.versions))
    assert read == ["killed", "sport", "killed again", "failing", "page"]
    assert summary.outcomes == {
        Outcome.OK: 2,
        Outcome.NO_INCIDENT: 1,
        Outcome.DUPLICATE: 1,
        Outcome.EXTRACT_ERROR: 1,
        Outcome.PARSE_ERROR: 1,
        Outcome.NO_TEXT: 1,
    }


def test_tables_can_be_exported_again(tmp_path: Path) -> None:
    run([write_lines(tmp_path, *MIXED)], tmp_path / "out", load=load)
    export(tmp_path / "out", tmp_path / "again")
    for path in tables_in(tmp_path / "again"):
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes(), path.name
    export(tmp_path / "out", tmp_path / "again", formats=(Format.PARQUET,))
    assert (tmp_path / "again" / "events.csv").exists()
    with pytest.raises(ConfigError, match="there is no store"):
        export(tmp_path / "none", tmp_path / "again")


def test_tables_may_stand_below_the_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    for outcome in (Outcome.OK, Outcome.NOT_MODIFIED):  # the tables of the first run are no input of the second
        summary = run([str(tmp_path)], tmp_path / "out", load=load)
        assert summary.outcomes == {outcome: 1}


@pytest.mark.parametrize("out", ["file/out", "file"])
def test_a_bad_folder_stops_before_work(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    def read(article: Article) -> Reading:
        pytest.fail(f"read {article.input_id}")

    with pytest.raises(ConfigError, match="is a file"):
        run([write_lines(tmp_path, *MIXED)], tmp_path / out, load=lambda _: Reader(read))


def test_a_missing_input_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        run([str(tmp_path / "none.txt")], tmp_path / "out", load=load)
    assert list(tmp_path.iterdir()) == []


def test_broken_set_up_stops_the_run_and_keeps_the_old_tables(tmp_path: Path) -> None:
    path = write_lines(tmp_path, *MIXED)
    run([path], tmp_path / "out", load=load)
    before = (tmp_path / "out" / "events.csv").read_bytes()

    def read(article: Article) -> Reading:
        raise LexiconError(article.input_id)

    with pytest.raises(LexiconError):
        run([path], tmp_path / "out", load=lambda _: Reader(read))
    assert (tmp_path / "out" / "events.csv").read_bytes() == before
    assert not [path for path in (tmp_path / "out").iterdir() if path.is_dir()]


def test_a_page_that_breaks_the_cleaning_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(page: Page) -> tuple[Article, Rejected | None]:
        raise RecursionError(page.input_id)

    monkeypatch.setattr("pipeline.run._read.clean", fail)
    result = read_page(Page("a", BODY, is_html=False), READER)
    assert (result.outcome, result.stage, result.reason) == (Outcome.PARSE_ERROR, "clean", "RecursionError: a")
    assert result.rows == ()


def test_items_pass_through_the_watcher(tmp_path: Path) -> None:
    seen: list[str] = []

    def watch(items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            seen.append(item.input_id)
            yield item

    run([write_lines(tmp_path, MIXED[0], MIXED[2])], tmp_path / "out", load=load, watch=watch)
    assert seen == ["killed", "sport"]


def test_every_article_is_saved_before_the_next_but_one_is_drawn(tmp_path: Path) -> None:
    saved: list[int] = []

    def watch(items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            with look_into(tmp_path / "out") as view:
                saved.append(view.status().rows["articles"])
            yield item

    lines = [{"id": str(number), "text": f"{BODY} {number}"} for number in range(4)]
    run([write_lines(tmp_path, *lines)], tmp_path / "out", load=load, watch=watch)
    assert saved == [0, 1, 2, 3]


@pytest.mark.parametrize(("outcomes", "read"), [({}, 0), ({Outcome.NO_TEXT: 2}, 0), ({Outcome.DUPLICATE: 1}, 1)])
def test_what_counts_as_read(outcomes: dict[Outcome, int], read: int) -> None:
    assert Summary(outcomes, {}, 0.0).read == read


def test_nothing_opens_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert run([write_lines(tmp_path, *MIXED)], tmp_path / "out", load=load).read > 0


@pytest.mark.model
def test_the_model_reads_by_default(tmp_path: Path) -> None:
    summary = run([write_lines(tmp_path, MIXED[0])], tmp_path / "out")
    assert summary.read == 1
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["versions"].keys() >= {"incidents-from-news", "python", "model", "weights", "rules", "spacy"}
    assert record["versions"]["model"].startswith("en_incidents ")
