"""Time expressions: their TIMEX3 values, the days they cover, and what the values rest on.

The grammar is our own (`_compose`); dateparser is asked only for full dates in an order that it does not know.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.dates._calendar import OPEN_END, parse_day, precision_of
from pipeline.extract.dates._compose import read_at
from pipeline.extract.dates._grammar import Passage
from pipeline.extract.dates._roles import role_of
from pipeline.extract.dates._words import kinds_of
from pipeline.records import DateBasis, DateMention, DateRole, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

    from pipeline.extract.dates._grammar import Reading

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
    text = doc.text  # put together anew each time it is asked for
    heads = [span for group in HEADERS for span in _group(doc, group)]
    paragraphs = _group(doc, "paragraphs") if "paragraphs" in doc.spans else [doc[:]]
    reference = parse_day(published) or _header_day(text, heads)
    spans = sorted([*heads, *paragraphs], key=lambda span: (span.start, span.end))
    for reading in _read(Passage(text, 0, reference), spans):
        is_head = any(head.start_char <= reading.start < head.end_char for head in heads)
        role = DateRole.HEAD if is_head else role_of(doc, reading.start, reading.end)
        yield _mention(text, reading, role)


def _group(doc: Doc, name: str) -> list[DocSpan]:
    return list(doc.spans[name]) if name in doc.spans else []


def _header_day(text: str, heads: list[DocSpan]) -> date | None:
    """Return the first full day that the header or dateline gives."""
    readings = (reading for reading in _read(Passage(text, 0), heads) if reading.basis is DateBasis.EXPLICIT)
    return next((day for reading in readings if (day := parse_day(reading.value))), None)


def _read(passage: Passage, spans: list[DocSpan]) -> Iterator[Reading]:
    """Yield the expressions of some stretches in text order, each knowing those before it."""
    floor = 0
    for span in spans:
        starts = [
            word.start() for word in WORD.finditer(passage.text, span.start_char, span.end_char) if _may_open(word)
        ]
        passage = _entered(passage, span, needs_tokens=bool(starts))
        for start in starts:
            reading = read_at(passage, start) if start >= floor else None
            if reading is not None:
                yield reading
                floor = reading.end
                passage = _after(passage, reading)


def _entered(passage: Passage, span: DocSpan, *, needs_tokens: bool) -> Passage:
    """Go on to the next stretch; a bare year told before gives no other date its year there."""
    tokens = {token.idx: token for token in span} if needs_tokens else {}
    return replace(passage, end=span.end_char, tokens=tokens, here=passage.here if "-" in passage.here else "")


def _after(passage: Passage, reading: Reading) -> Passage:
    """Remember what later expressions count from: of a range its end; a look back ("a year earlier") moves nothing."""
    if not reading.is_dated or reading.rule_id in LOOKS_BACK:
        return passage
    first, _, end = reading.value.partition("/")
    if end == OPEN_END:
        return replace(passage, last=first)
    return replace(passage, last=end or first, here=end or first, told_at=reading.end)


def _may_open(match: re.Match[str]) -> bool:
    word = match[0].lower()
    return word in ARTICLES or bool(kinds_of(word))


def _mention(text: str, reading: Reading, role: DateRole) -> DateMention:
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
        role=role,
    )
