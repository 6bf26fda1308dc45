"""Where and when: cases/settings.csv says which place and days the event of a short story gets, and nothing else.

The event is the incident with most deaths, the first of equals. `place` is where_coordinates; a `-` is not asked, a
blank cell must be blank; "¶" ends a paragraph. A row whose `gap` says why is a known gap; one that closes fails loudly.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.annotate import annotate
from pipeline.assemble import assemble
from pipeline.clean import clean
from pipeline.extract import find_all
from pipeline.records import Article, Measure, Page, RecordType, Toll

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.records import Event

CASES = Path(__file__).parent / "cases" / "settings.csv"
COLUMNS = ["id", "split", "text", "published", "date_start", "date_end", "date_prec", "place", "adm_1", "gap", "note"]
FIELDS = {
    "date_start": "date_start",
    "date_end": "date_end",
    "date_prec": "date_prec",
    "place": "where_coordinates",
    "adm_1": "adm_1",
}
NOT_ASKED = "-"
MOST_GAPS = 0.1  # of the rows; only to be lowered
MOST_UNEVEN = 0.1  # how far the two splits may differ, as a share of the rows

Case = dict[str, str]


@cache
def cases() -> tuple[Case, ...]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def event_of(case: Case, nlp: Language) -> Event:
    """The incident with most deaths that is read in the text of a case."""
    page = Page(case["id"], case["text"].replace(" ¶ ", "\n\n"), is_html=False, published=case["published"])
    article, rejected = clean(page)
    assert isinstance(article, Article), rejected
    events = assemble(article, find_all(annotate(article, nlp), article))
    incidents = [event for event in events if event.record_type is RecordType.INCIDENT]
    assert incidents, events
    return max(incidents, key=lambda event: dict(event.tolls).get(Measure.KILLED, Toll()).low or 0)


def as_parameter(case: Case) -> object:
    known = pytest.mark.xfail(strict=True, reason=case["gap"])
    return pytest.param(case, id=case["id"], marks=known if case["gap"] else ())


@pytest.mark.model
@pytest.mark.parametrize("case", [as_parameter(case) for case in cases()])
def test_setting(case: Case, nlp: Language) -> None:
    event = event_of(case, nlp)
    asked = {column: value for column, value in case.items() if column in FIELDS and value != NOT_ASKED}
    assert {column: str(getattr(event, FIELDS[column]) or "") for column in asked} == asked


def test_table_is_tidy() -> None:
    assert list(cases()[0]) == COLUMNS
    ids = [case["id"] for case in cases()]
    assert len({*ids}) == len(ids)
    developed = sum(case["split"] == "developed" for case in cases())
    assert abs(2 * developed - len(ids)) <= MOST_UNEVEN * len(ids)
    assert sum(bool(case["gap"]) for case in cases()) <= MOST_GAPS * len(ids)
