"""Comparing tables with golden ones: right, wrong, missed, made up."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluate import (
    ALLEGATION_FIELDS,
    BOUNDS,
    COMPARERS,
    COUNT_FIELDS,
    DATE_FIELDS,
    EVENT_FIELDS,
    EVENT_MEASURES,
    PLACE_FIELDS,
    QUOTE_FIELDS,
    Score,
    compare,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = dict[str, str]

EVENT_COLUMNS = (*EVENT_FIELDS, *(f"{measure}_{bound}" for measure in EVENT_MEASURES for bound in BOUNDS))
COUNT_COLUMNS = ("measure", *BOUNDS, *COUNT_FIELDS, "reject_reason", "text", "sentence")
QUOTE_COLUMNS = ("quote_text", "quote_type", *QUOTE_FIELDS)
ALLEGATION_COLUMNS = ("claim_text", *ALLEGATION_FIELDS)
GOLD = Path(__file__).resolve().parent.parent / "corpus" / "gold"
COLUMNS = {
    "events": EVENT_COLUMNS,
    "counts": COUNT_COLUMNS,
    "quotes": QUOTE_COLUMNS,
    "allegations": ALLEGATION_COLUMNS,
    "places": ("text", "start", "end", *PLACE_FIELDS),
    "dates": ("text", "start", "end", *DATE_FIELDS),
}


def row_of(table: str, **cells: str) -> Row:
    return dict.fromkeys(COLUMNS[table], "") | cells


def event(**cells: str) -> Row:
    orla = {"record_type": "incident", "where_coordinates": "Orla", "date_start": "2021-03-04", "deaths_best": "9"}
    return row_of("events", **(orla | cells))


def count(**cells: str) -> Row:
    nine = {"measure": "killed", "low": "9", "best": "9", "high": "9", "scope": "incident_total", "used": "true"}
    worded = {"text": "nine porters", "sentence": "Gunmen killed nine porters near Bol."}
    return row_of("counts", **(nine | worded | cells))


def quote(**cells: str) -> Row:
    said = {"quote_text": "we heard four shots from the river bank", "speaker_name": "Ana Paz", "is_official": "false"}
    return row_of("quotes", **(said | cells))


def allegation(**cells: str) -> Row:
    blamed = {"claim_text": "blamed the river guards for the raid", "accuser": "Ana Paz", "accused": "river guards"}
    return row_of("allegations", **(blamed | {"act": "killing", "polarity": "asserts", "status": "alleged"} | cells))


def place(**cells: str) -> Row:
    orla = {"text": "Orla", "start": "40", "end": "44", "country_iso3": "KEN", "feature": "city", "role": "event"}
    return row_of("places", **(orla | cells))


def day(**cells: str) -> Row:
    monday = {"text": "on Monday", "start": "10", "end": "19", "value": "2021-03-01", "type": "date", "date_prec": "1"}
    return row_of("dates", **(monday | cells))


TOLD_BY = frozenset({"quote_text", "claim_text", "text", "sentence", "start", "end"})
KNOWN = {
    "events": event,
    "counts": count,
    "quotes": quote,
    "allegations": allegation,
    "places": place,
    "dates": day,
}


def score(table: str, gold: Sequence[Row], found: Sequence[Row]) -> dict[str, Score]:
    return compare(table, {"a": gold}, {"a": found})


# --- scores --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scored", "precision", "recall", "f1"),
    [
        (Score(), 1.0, 1.0, 1.0),
        (Score(correct=3), 1.0, 1.0, 1.0),
        (Score(correct=3, spurious=1), 0.75, 1.0, 6 / 7),
        (Score(correct=3, missed=1), 1.0, 0.75, 6 / 7),
        (Score(correct=1, incorrect=1), 0.5, 0.5, 0.5),
        (Score(missed=2), 1.0, 0.0, 0.0),
        (Score(spurious=2), 0.0, 1.0, 0.0),
        (Score(incorrect=1), 0.0, 0.0, 0.0),
    ],
    ids=["nothing", "all right", "one made up", "one missed", "half wrong", "all missed", "all made up", "all wrong"],
)
def test_precision_recall_f1(scored: Score, precision: float, recall: float, f1: float) -> None:
    assert (scored.precision, scored.recall) == (precision, recall)
    assert scored.f1 == pytest.approx(f1)


def test_scores_add_up() -> None:
    assert Score(1, 2, 3, 4) + Score(10, 20, 30, 40) == Score(11, 22, 33, 44)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Orla Hospital", "orla hospital"),
        ("an  aide", "aide"),
        ("Agnès", "agnes"),
        ("mayor’s", "mayor's"),
        ("Theo", "theo"),
        ("", ""),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


# --- fields --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gold", "found", "expected"),
    [
        ("Kunar", "Kunar", Score(correct=1)),
        ("Kunar", "kunar", Score(correct=1)),
        ("Kunar", "Logar", Score(incorrect=1)),
        ("Kunar", "", Score(missed=1)),
        ("", "Kunar", Score(spurious=1)),
        ("", "", Score()),
    ],
    ids=["same", "same but for case", "other", "missed", "made up", "both blank"],
)
def test_a_field_of_paired_rows(gold: str, found: str, expected: Score) -> None:
    scores = score("events", [event(adm_1=gold)], [event(adm_1=found)])
    assert scores["adm_1"] == expected
    assert scores["row"] == Score(correct=1)


def test_a_toll_is_right_only_with_all_its_bounds() -> None:
    gold = [event(deaths_low="9", deaths_best="9", deaths_high="9", injured_best="4")]
    found = [event(deaths_low="9", deaths_best="9", deaths_high="", injured_best="4")]
    scores = score("events", gold, found)
    assert scores["deaths"] == Score(incorrect=1)
    assert scores["injured"] == Score(correct=1)
    assert scores["missing"] == Score()


# --- rows ----------------------------------------------------------------------------------------------------------


def test_missed_and_spurious_rows() -> None:
    far = event(where_coordinates="Bol", date_start="2020-01-01", deaths_best="40")
    assert score("events", [event(), far], [event()])["row"] == Score(correct=1, missed=1)
    assert score("events", [event()], [event(), far])["row"] == Score(correct=1, spurious=1)


def test_articles_are_not_mixed() -> None:
    scores = compare("events", {"a": [event()]}, {"b": [event()]})
    assert scores == {"row": Score(missed=1, spurious=1)}


@pytest.mark.parametrize(
    ("other", "paired"),
    [
        ({"deaths_best": "10"}, True),
        ({"date_start": "2020-01-01"}, True),
        ({"where_coordinates": "Bol", "date_start": "2020-01-01"}, True),
        ({"where_coordinates": "Bol", "deaths_best": "10"}, True),
        ({"where_coordinates": "Bol", "date_start": "", "deaths_best": "10"}, False),
        ({"date_start": "", "deaths_best": ""}, False),
        ({"where_coordinates": "Bol", "date_start": "2020-01-01", "deaths_best": "10"}, False),
    ],
    ids=["place and day", "place and toll", "toll", "day and a toll", "only a kind of toll", "only place", "nothing"],
)
def test_what_makes_two_events_the_same(other: Row, *, paired: bool) -> None:
    assert score("events", [event()], [event(**other)])["row"].correct == paired


def test_the_most_alike_are_paired_first_and_none_twice() -> None:
    gold = [event(adm_1="Kunar"), event(adm_1="Logar", deaths_best="12")]
    found = [event(adm_1="Logar", deaths_best="12"), event(adm_1="Kunar")]
    assert score("events", gold, found)["adm_1"] == Score(correct=2)
    assert score("events", gold, [event()])["row"] == Score(correct=1, missed=1)


@pytest.mark.parametrize(
    ("other", "paired"),
    [
        ({"text": "nine"}, True),
        ({"text": "nine mountain porters"}, True),
        ({"high": ""}, False),
        ({"measure": "injured"}, False),
        ({"text": "four guards"}, False),
        ({"sentence": "The toll rose overnight to nine porters, officials say."}, False),
        ({"reject_reason": "animal"}, False),
    ],
    ids=["the number alone", "more words", "other bound", "other measure", "other words", "other sentence", "rejected"],
)
def test_what_makes_two_counts_the_same(other: Row, *, paired: bool) -> None:
    assert score("counts", [count()], [count(**other)])["row"].correct == paired


def test_rejected_counts_are_judged_by_their_reason_alone() -> None:
    gold, found = count(reject_reason="age", scope=""), count(reject_reason="year", low="", best="", high="")
    assert score("counts", [gold], [found]) == {"row": Score(correct=1), "reject_reason": Score(incorrect=1)}


@pytest.mark.parametrize(
    ("text", "paired"),
    [
        ("“we heard four shots from the river bank,”", True),
        ("we heard four shots from the river bank today", True),
        ("we heard four shots", False),
        ("the road to the mine is closed", False),
    ],
    ids=["marks", "a word more", "a part", "another"],
)
def test_what_makes_two_quotes_the_same(text: str, *, paired: bool) -> None:
    assert score("quotes", [quote()], [quote(quote_text=text)])["row"].correct == paired


def test_a_quote_with_another_speaker_is_found_but_wrong() -> None:
    scores = score("quotes", [quote()], [quote(speaker_name="Jo Lee", is_official="")])
    assert (scores["row"], scores["speaker_name"], scores["is_official"]) == (
        Score(correct=1),
        Score(incorrect=1),
        Score(missed=1),
    )


@pytest.mark.parametrize(
    ("other", "paired"),
    [
        ({"claim_text": "took bribes"}, True),
        ({"accused": "ferry owner"}, True),
        ({"claim_text": "took bribes", "accused": "ferry owner"}, False),
        ({"polarity": "denies"}, False),
    ],
    ids=["same accused", "same claim", "neither", "a denial is no claim"],
)
def test_what_makes_two_allegations_the_same(other: Row, *, paired: bool) -> None:
    assert score("allegations", [allegation()], [allegation(**other)])["row"].correct == paired


@pytest.mark.parametrize(
    ("start", "end", "paired"),
    [("40", "53", True), ("36", "42", True), ("44", "50", False), ("9", "13", False), ("", "", False)],
    ids=["more words", "half of it", "right behind", "elsewhere", "no offsets"],
)
def test_mentions_with_offsets_are_the_same_where_they_overlap(start: str, end: str, *, paired: bool) -> None:
    other = place(start=start, end=end, feature="adm2")
    scores = score("places", [place()], [other])
    assert scores["row"].correct == paired
    assert scores.get("feature", Score()).incorrect == paired


def test_each_day_is_paired_with_the_one_that_it_covers_most() -> None:
    gold = [day(), day(start="20", end="31", value="2021-03-02")]
    found = [day(start="18", end="31", value="2021-03-02"), day()]
    assert score("dates", gold, found)["value"] == Score(correct=2)


# --- properties ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COMPARERS)
def test_empty_tables_are_perfect(table: str) -> None:
    assert compare(table, {}, {}) == {}
    assert compare(table, {"a": []}, {"a": []}) == {"row": Score()}


CELLS = st.sampled_from(["", "1", "2", "true", "other", "Orla", "Ana Paz", "the guards fired at nine farmers"])


@pytest.mark.parametrize("table", COMPARERS)
@settings(max_examples=40)
@given(data=st.data())
def test_scores_account_for_every_row_and_field(table: str, data: st.DataObject) -> None:
    rows = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS[table], CELLS)), max_size=4)
    gold, found = data.draw(rows), data.draw(rows)
    scores = score(table, gold, found)
    assert scores["row"].correct + scores["row"].missed == len(gold)
    assert scores["row"].correct + scores["row"].spurious == len(found)
    assert scores["row"].incorrect == 0
    for field in scores.values():
        assert field.correct + field.incorrect <= min(len(gold), len(found))
    turned = score(table, found, gold)
    assert (turned["row"].missed, turned["row"].spurious) == (scores["row"].spurious, scores["row"].missed)


def telling(table: str) -> st.SearchStrategy[Row]:
    """Draw a row that says enough to be known again."""
    names = [name for name in COLUMNS[table] if name not in TOLD_BY]
    known = KNOWN[table]
    drawn = st.fixed_dictionaries(dict.fromkeys(names, CELLS))
    return drawn.map(lambda cells: known() | {name: cell or known()[name] for name, cell in cells.items()})


@pytest.mark.parametrize("table", COMPARERS)
@settings(max_examples=40)
@given(data=st.data())
def test_a_table_against_itself_is_perfect(table: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(telling(table), max_size=4))
    for name, result in score(table, rows, rows).items():
        assert result.incorrect == result.missed == result.spurious == 0, name
        if name == "row":
            assert result.correct == len(rows)


@pytest.mark.parametrize("table", COMPARERS)
def test_the_gold_against_itself_is_perfect(table: str) -> None:
    rows: dict[str, list[Row]] = defaultdict(list)
    with (GOLD / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            rows[row["article"]].append(row | {"start": str(2 * number), "end": str(2 * number + 1)})
    wrong = {name: result for name, result in compare(table, rows, rows).items() if result.f1 < 1}
    assert not wrong
