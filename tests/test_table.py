"""Rows of all tables, cells that no spreadsheet misreads, and files that are put in place all at once."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.records import (
    Act,
    Allegation,
    AllegationStatus,
    Article,
    CasualtyMention,
    Count,
    DateBasis,
    DateMention,
    DateType,
    Event,
    EventType,
    Evidence,
    Feature,
    FieldEvidence,
    Measure,
    Mentions,
    Outcome,
    PlaceMention,
    PlaceRole,
    Polarity,
    PublishedBasis,
    Qualifier,
    Quote,
    QuoteType,
    Reading,
    RecordType,
    RejectReason,
    Scope,
    Side,
    Span,
    Speaker,
    Status,
    Toll,
    Victim,
)
from pipeline.table import REJECTED, TABLES, Format, TableWriter, article_row, check_folder, read_table, rows_of
from pipeline.table._cells import MAX_CELL, clean_text, format_cell, unguard
from pipeline.table._columns import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.table import Row
    from pipeline.table._columns import Table

TEXT = "Two porters were killed in Orla on 9 January, Minister Ana Ruiz said.\nPolice shot them, a witness said."


def span_of(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def evidence_of(words: str, rule_id: str = "test.01") -> Evidence:
    span = span_of(words)
    return Evidence(span.start, span.end, rule_id)


def make_reading() -> Reading:
    article = Article(
        article_id="ar_1",
        input_id="a.txt",
        text=TEXT,
        url="http://orla.example/1",
        title="Two killed",
        source="Orla Courier",
        authors=("Ana Paz", "Jo | Lee"),
        published="2023-01-10",
        published_basis=PublishedBasis.GIVEN,
        language="en",
        sha256="00",
    )
    sentence = Span(0, TEXT.index("\n"))
    killed = CasualtyMention(
        measure=Measure.KILLED,
        count=Count(2, 2, 2, Qualifier.EXACT, "Two"),
        scope=Scope.INCIDENT_TOTAL,
        status=Status.ATTRIBUTED,
        evidence=evidence_of("Two"),
        trigger=span_of("killed"),
        clause=sentence,
        sentence=sentence,
        group_text="Two porters",
        attributed_to="Ana Ruiz",
    )
    day = dataclasses.replace(killed, evidence=evidence_of("9"), parent=0, reject_reason=RejectReason.DATE)
    minister = Speaker(
        "Minister Ana Ruiz", span_of("Minister Ana Ruiz"), "Ana Ruiz", "Minister", "", Side.GOVERNMENT, is_official=True
    )
    place = PlaceMention(
        "Orla", "Orla", PlaceRole.EVENT, evidence_of("Orla"), "PER", "Puno", "", -13.5, -70.1, 12, Feature.CITY, 0.9
    )
    mentions = Mentions(
        casualties=(killed, day),
        victims=(Victim("", None, "male", "porter", Measure.KILLED, evidence_of("porters")),),
        places=(place,),
        dates=(DateMention("9 January", "XXXX-01-09", DateType.DATE, DateBasis.NONE, evidence_of("9 January")),),
        quotes=(
            Quote(
                span_of("Two porters were killed in Orla on 9 January"),
                QuoteType.INDIRECT,
                minister,
                span_of("said"),
                "said",
                0,
                "name",
                "quote.01",
            ),
        ),
        allegations=(
            Allegation(
                span_of("Police shot them"),
                Act.KILLING,
                "a witness",
                Side.WITNESS,
                "Police",
                Side.POLICE,
                Polarity.ASSERTS,
                AllegationStatus.ALLEGED,
                evidence_of("Police shot them"),
                quote=0,
            ),
        ),
    )
    event = Event(
        event_id="ev_1",
        article_id="ar_1",
        record_type=RecordType.INCIDENT,
        event_type=EventType.SHOOTING,
        summary=sentence,
        place=place,
        country_iso3="PER",
        tolls=((Measure.KILLED, Toll(2, 2, None)),),
        confidence=0.8251,
        weapons_or_means=("rifle", "one|knife"),
        confidence_flags=("conflict", "year_unknown"),
        casualties=(0,),
        victims=(0,),
        quotes=(0,),
        allegations=(0,),
        evidence=(
            FieldEvidence("deaths_best", evidence_of("Two")),
            FieldEvidence("deaths_best", evidence_of("Two")),
            FieldEvidence("place", evidence_of("Orla")),
        ),
    )
    return Reading(article, mentions, (event,), Outcome.OK)


def all_rows(reading: Reading) -> Iterable[tuple[Table, Row]]:
    yield article_row(reading.article, reading.outcome)
    yield from rows_of(reading)
    names = ("input_id", "article_id", "stage", "outcome", "reason")
    yield REJECTED, dict(zip(names, ("b.txt", "", "clean", Outcome.NO_TEXT, "there is no text"), strict=True))


def write(folder: Path, *readings: Reading, formats: tuple[Format, ...] = (Format.CSV,), bom: bool = True) -> None:
    with TableWriter(folder, formats=formats, bom=bom) as tables:
        for reading in readings:
            for table, row in all_rows(reading):
                tables.add(table, row)
        tables.commit({"items": len(readings)})


# --- rows ----------------------------------------------------------------------------------------------------------


def test_rows_have_exactly_the_columns_of_their_tables() -> None:
    seen = set()
    for table, row in all_rows(make_reading()):
        assert row.keys() == {column.name for column in table.columns}, table.name
        seen.add(table.name)
    assert seen == set(TABLES)


def test_codes_are_those_of_the_codebook() -> None:
    for table, row in all_rows(make_reading()):
        for column in table.columns:
            cell = row[column.name]
            told = cell if isinstance(cell, tuple) else (cell,)
            if column.codes and cell:
                assert set(told) <= set(column.codes), (table.name, column.name)


def test_values_of_an_event(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    (row,) = read_table(tmp_path / "events.csv")
    expected = {
        "event_id": "ev_1",
        "incident_id": "",
        "country": "Peru",
        "country_iso3": "PER",
        "latitude": "-13.50000",
        "longitude": "-70.10000",
        "where_prec": "",
        "date_prec": "6",
        "deaths_low": "2",
        "deaths_high": "",
        "injured_best": "",
        "victims": "porter",
        "officials_quoted": "Ana Ruiz",
        "source_date": "2023-01-10",
        "source_headline": "Two killed",
        "confidence": "0.83",
        "weapons_or_means": "rifle|one/knife",
        "confidence_flags": "conflict|year_unknown",
        "summary_sentence": TEXT.partition("\n")[0],
        "review_status": "",
    }
    assert {name: row[name] for name in expected} == expected
    evidence = {line["evidence_id"]: line["text"] for line in read_table(tmp_path / "evidence.csv")}
    assert [evidence[key] for key in row["evidence_ids"].split("|")] == ["Two", "Orla"]


def test_rows_point_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    used, rejected = read_table(tmp_path / "counts.csv")
    assert (used["used"], used["event_id"], used["parent_count_id"]) == ("true", "ev_1", "")
    assert (rejected["used"], rejected["event_id"], rejected["reject_reason"]) == ("false", "", "date")
    assert rejected["parent_count_id"] == used["count_id"]
    (quote,) = read_table(tmp_path / "quotes.csv")
    assert (quote["event_id"], quote["is_official"], quote["speaker_name"]) == ("ev_1", "true", "Ana Ruiz")
    (allegation,) = read_table(tmp_path / "allegations.csv")
    assert (allegation["quote_id"], allegation["event_id"]) == (quote["quote_id"], "ev_1")


def test_offsets_reread_as_quoted(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    for name, text, start, end in (
        ("quotes", "quote_text", "content_start", "content_end"),
        ("quotes", "speaker_text", "speaker_start", "speaker_end"),
        ("quotes", "cue", "cue_start", "cue_end"),
        ("places", "text", "start", "end"),
        ("dates", "text", "start", "end"),
        ("evidence", "text", "start", "end"),
        ("counts", "text", "start", "end"),
    ):
        row = read_table(tmp_path / f"{name}.csv")[0]
        assert TEXT[int(row[start]) : int(row[end])] == row[text], name


def test_ids_are_unique_and_stable() -> None:
    reading = make_reading()
    twins = dataclasses.replace(reading.mentions, casualties=reading.mentions.casualties * 2)
    reading = dataclasses.replace(reading, mentions=twins)
    for name in ("counts", "quotes", "allegations", "victims", "evidence", "events"):
        column = TABLES[name].columns[0].name
        ids = [row[column] for table, row in rows_of(reading) if table.name == name]
        assert len(set(ids)) == len(ids)
        assert ids == [row[column] for table, row in rows_of(reading) if table.name == name]


def test_ids_tell_their_table() -> None:
    prefixes = {
        row[table.columns[0].name].split("_")[0] for table, row in rows_of(make_reading()) if table.name != "places"
    }
    assert {"ev", "co", "qu", "al", "vi", "ed"} <= prefixes


# --- cells ---------------------------------------------------------------------------------------------------------

TEXT_COLUMN = Column("text", Kind.TEXT, "a text")
CELLS = (
    ("=1+1", "'=1+1", "a formula"),
    ("+34 555", "'+34 555", "a telephone number"),
    ("-13", "'-13", "text, even if it looks like a number"),
    ("@ana", "'@ana", "a handle"),
    ("\t=1", "'\t=1", "a tab first"),
    ("\r=1", "' =1", "CR first, which becomes a blank"),
    ("  =1", "'  =1", "blanks first"),
    ("\u200b=1", "'\u200b=1", "an invisible blank first"),
    ("＝1", "'＝1", "a full-width sign"),
    ("'=1", "''=1", "a text that looks guarded already"),
    ("'tis", "'tis", "an apostrophe that guards nothing"),
    ("a=1", "a=1", "a sign further on"),
    ("“=1”", "“=1”", "a quotation mark first"),
    ("a\r\nb\nc\rd\u2028e\x85f\x0bg", "a b c d e f g", "line breaks"),
    ("a\x00b\x07c", "a b c", "control characters"),
    ("a\ud83d", "a\ufffd", "half a character"),
    ("Agnès “Núñez”", "Agnès “Núñez”", "accents and quotation marks"),
)


@pytest.mark.parametrize(("text", "cell", "note"), CELLS, ids=[note for *_, note in CELLS])
def test_text_cells(text: str, cell: str, note: str) -> None:
    assert format_cell(text, TEXT_COLUMN) == cell, note


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\r\n\x85\u2028\x00")), max_size=40))
def test_kept_lines_leave_every_offset_where_it_was(text: str) -> None:
    cell = clean_text(text, keep_lines=True)
    assert len(cell) == len(text)
    assert "\r" not in cell
    assert len(cell.split("\n")) == len(re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text))


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "cell"),
    [
        (None, Kind.INTEGER, 2, ""),
        (0, Kind.INTEGER, 2, "0"),
        (-13.5, Kind.NUMBER, 5, "-13.50000"),
        (0.126, Kind.NUMBER, 2, "0.13"),
        (float("nan"), Kind.NUMBER, 2, ""),
        (float("inf"), Kind.NUMBER, 2, ""),
        (True, Kind.BOOLEAN, 2, "true"),
        (False, Kind.BOOLEAN, 2, "false"),
        (None, Kind.BOOLEAN, 2, ""),
        (("a", "b|c", ""), Kind.LIST, 2, "a|b/c|"),
        ((), Kind.LIST, 2, ""),
        (("=1",), Kind.LIST, 2, "'=1"),
        (Measure.KILLED, Kind.CODE, 2, "killed"),
    ],
)
def test_other_cells(value: object, kind: Kind, decimals: int, cell: str) -> None:
    assert format_cell(value, Column("x", kind, "x", decimals=decimals)) == cell  # type: ignore[arg-type]


@given(st.text(max_size=80))
def test_a_text_cell_is_one_line_without_formula_and_reads_back(text: str) -> None:
    cell = format_cell(text, TEXT_COLUMN)
    assert len(cell.splitlines()) <= 1
    cell.encode()
    assert cell.strip()[:1] not in {*"=+-@＝＋－＠"}
    assert cell[:1] not in {"\t", "\r"}
    kept = format_cell(text, Column("id", Kind.ID, "not guarded"))
    assert unguard(cell) == kept


def test_a_cell_holds_what_a_spreadsheet_takes() -> None:
    assert len(format_cell("=" * 40_000, TEXT_COLUMN)) == MAX_CELL


# --- files ---------------------------------------------------------------------------------------------------------


def odd_reading(text: str) -> Reading:
    reading = make_reading()
    article = dataclasses.replace(reading.article, text=text, title=text, url=text, authors=(text, text))
    return Reading(article, outcome=Outcome.NO_INCIDENT)


@settings(max_examples=30)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('=+-@\t\r\n",|\x00\u2028')), max_size=40))
def test_any_text_makes_a_table_that_all_can_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("odd")
    write(folder, odd_reading(text), odd_reading("last"))
    rows = read_table(folder / "articles.csv")
    assert [row["article_id"] for row in rows] == ["ar_1", "ar_1"]
    assert rows[1]["title"] == "last"
    frame = pd.read_csv(folder / "articles.csv", keep_default_na=False, dtype=str)
    assert list(frame["sha256"]) == ["00", "00"]
    assert len((folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_files_are_as_promised(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    assert {path.name for path in tmp_path.iterdir()} == {
        *(f"{name}.csv" for name in TABLES),
        "articles.jsonl",
        "run.json",
    }
    for name, table in TABLES.items():
        content = (tmp_path / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.decode("utf-8-sig").split("\r\n")[0].split(",") == [column.name for column in table.columns]
        assert content.endswith(b"\r\n")
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == {"items": 1}


def test_an_empty_run_writes_headers(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "out")
    for name in TABLES:
        assert read_table(tmp_path / "deep" / "out" / f"{name}.csv") == []


def test_no_bom_is_no_bom(tmp_path: Path) -> None:
    write(tmp_path, make_reading(), bom=False)
    assert (tmp_path / "events.csv").read_bytes().startswith(b"event_id,")


def test_only_the_text_of_articles_keeps_its_lines(tmp_path: Path) -> None:
    write(tmp_path, odd_reading("a\r\nb"))
    (row,) = read_table(tmp_path / "articles.csv")
    assert (row["text"], row["title"]) == ("a \nb", "a b")


def test_the_whole_text_is_in_the_json_lines(tmp_path: Path) -> None:
    text = "a\r\nb " + "x" * 40_000
    write(tmp_path, odd_reading(text))
    (row,) = read_table(tmp_path / "articles.csv")
    assert len(row["text"]) == MAX_CELL
    record = json.loads((tmp_path / "articles.jsonl").read_text(encoding="utf-8"))
    assert record["text"] == text
    assert record["authors"] == [text, text]


def test_json_lines_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    write(tmp_path, make_reading(), make_reading(), formats=tuple(Format))
    for name, table in TABLES.items():
        lines = (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        frame = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert list(frame.columns) == [column.name for column in table.columns]
        assert len(lines) == len(frame) == len(read_table(tmp_path / f"{name}.csv")) == 2 * (len(lines) // 2)
    event = json.loads((tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (event["deaths_low"], event["deaths_high"], event["confidence"]) == (2, None, 0.83)
    assert event["weapons_or_means"] == ["rifle", "one|knife"]
    frame = pd.read_parquet(tmp_path / "events.parquet")
    assert (frame["deaths_low"][0], frame["latitude"][0]) == (2, -13.5)


def test_parquet_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.table._sinks.PARQUET_ROWS", 2)
    write(tmp_path, *[make_reading()] * 5, formats=(Format.PARQUET,))
    assert len(pd.read_parquet(tmp_path / "events.parquet")) == 5


def test_who_reads_the_old_table_reads_it_to_the_end(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    before = (tmp_path / "articles.csv").read_bytes()
    with (tmp_path / "articles.csv").open("rb") as file:
        write(tmp_path, odd_reading("another"))
        assert file.read() == before


def test_without_commit_nothing_changes(tmp_path: Path) -> None:
    write(tmp_path, make_reading())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with suppress(ZeroDivisionError), TableWriter(tmp_path) as tables:
        tables.add(*article_row(make_reading().article, Outcome.OK))
        raise ZeroDivisionError
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_without_commit_no_folder_stays(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "deep" / "out"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, make_reading())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.table._sync", full)
    with TableWriter(tmp_path) as tables, pytest.raises(ConfigError, match="No space left on device"):
        tables.commit({})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_tables_of_another_format_do_not_stay_behind(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write(tmp_path, make_reading(), formats=(Format.CSV, Format.JSONL))
    write(tmp_path, make_reading(), formats=(Format.JSONL,))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*(f"{name}.jsonl" for name in TABLES), "run.json", "notes.txt"}


def test_a_folder_that_cannot_be_written_to_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "out" / "events.csv").mkdir(parents=True)
    with pytest.raises(ConfigError, match="is a file, not a folder"):
        check_folder(tmp_path / "file" / "out")
    with pytest.raises(ConfigError, match=re.escape("events.csv is a folder")):
        check_folder(tmp_path / "out")
    check_folder(tmp_path / "new" / "out")


def test_a_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("a,b\n1,2,3\n", encoding="utf-8")
    (tmp_path / "bytes.csv").write_bytes(b"a,b\n\xff,2\n")
    for name in ("none.csv", "long.csv", "bytes.csv"):
        with pytest.raises(ConfigError, match=name):
            read_table(tmp_path / name)


def test_the_harness_reads_guarded_cells_as_we_do(tmp_path: Path) -> None:
    write(tmp_path, odd_reading("=1"))
    with (tmp_path / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        (raw,) = csv.DictReader(file)
    assert raw["title"] == "'=1"
    assert read_table(tmp_path / "articles.csv")[0]["title"] == "=1"
