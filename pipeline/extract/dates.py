"""Time expressions: their TIMEX3 values, the days they cover, and what the values rest on.

The grammar is our own (`_date_compose`); dateparser is asked only for full dates in an order that it does not know.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._calendar import OPEN_END, parse_day, precision_of
from pipeline.extract._date_compose import read_at
from pipeline.extract._date_grammar import Passage
from pipeline.extract._date_words import kinds_of
from pipeline.records import DateBasis, DateMention, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

    from pipeline.extract._date_grammar import Reading

HEADERS = ("published", "dateline")
LOOKS_BACK = frozenset({"date.ago", "date.earlier", "date.year_earlier"})
WORD = re.compile(r"(?<!\d[.,:/])[^\W_]{1,20}|['\u2018\u2019`]")  # not the second half of 7.62
ARTICLES = frozenset({"the", "a", "an"})


def find_dates(doc: Doc, *, published: str = "") -> Iterator[DateMention]:
    """Find the time expressions of the running text, and the dates in its dateline and header.

    Needs the span group `paragraphs`; without it the whole text counts as running text. The groups `dateline` and
    `published` are read if they are there. Tags and the dependency parse help to tell "may" from "May" and the past
    from the future; without them nothing fails.

    Args:
        doc: one article; offsets are characters of its text.
        published: the ISO day of publication; without it the full date of the header or dateline is the reference.

    Yields:
        One mention per expression, in text order.
    """
    heads = [span for group in HEADERS for span in _group(doc, group)]
    reference = parse_day(published) or _header_day(doc.text, heads)
    paragraphs = _group(doc, "paragraphs") if "paragraphs" in doc.spans else [doc[:]]
    text, last, floor = doc.text, "", 0  # `Doc.text` is put together anew each time
    for span in sorted([*heads, *paragraphs], key=lambda span: (span.start, span.end)):
        for reading in _read_span(text, span, reference, last, floor):
            yield _mention(text, reading)
            floor = reading.end
            last = _anchor(reading) or last


def _group(doc: Doc, name: str) -> list[DocSpan]:
    return list(doc.spans[name]) if name in doc.spans else []


def _header_day(text: str, heads: list[DocSpan]) -> date | None:
    """Return the first full day that the header or dateline gives."""
    for span in heads:
        for reading in _read_span(text, span, None, "", 0):
            if reading.basis is DateBasis.EXPLICIT and (day := parse_day(reading.value)):
                return day
    return None


def _read_span(text: str, span: DocSpan, reference: date | None, last: str, floor: int) -> Iterator[Reading]:
    """Yield the expressions of a stretch, none before the character `floor`, each knowing the one before."""
    starts = [
        word.start() for word in WORD.finditer(text, span.start_char, span.end_char) if _may_open(word[0].lower())
    ]
    passage = Passage(text, span.end_char, reference, last, {token.idx: token for token in span} if starts else {})
    for start in starts:
        reading = read_at(passage, start) if start >= floor else None
        if reading is not None:
            yield reading
            floor = reading.end
            passage = replace(passage, last=_anchor(reading) or passage.last)


def _anchor(reading: Reading) -> str:
    """Return the value that later expressions count from, of a range its end; blank for a look back."""
    if not reading.is_dated or reading.rule_id in LOOKS_BACK:
        return ""
    first, _, last = reading.value.partition("/")
    return first if last in {"", OPEN_END} else last


def _may_open(word: str) -> bool:
    return word in ARTICLES or bool(kinds_of(word))


def _mention(text: str, reading: Reading) -> DateMention:
    days = reading.days
    return DateMention(
        text=text[reading.start : reading.end],
        value=reading.value,
        type=reading.type,
        basis=reading.basis,
        evidence=Evidence(reading.start, reading.end, reading.rule_id),
        date_start=days.start.isoformat() if days else "",
        date_end=days.end.isoformat() if days and days.end else "",
        date_prec=precision_of(days),
    )
