"""The publication day of an article that came without one: from its header lines, or from its dateline.

A dateline without a year ("ORLA, Norland (Dec. 16)") gets it only from another line of the article: the number of a
release (2010-12-S-187) or an issue (12/2010), the same day in a title, or a copyright line. Without one it has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.clean._days import day_in_year, days_apart, nearest_day, read_day, read_day_of_year
from pipeline.records import MarkKind, PublishedBasis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import Mark

UPDATED = re.compile(r"\W{0,3}(?:last )?(?:updated|modified)\b", re.IGNORECASE)
DASH = r"\s?[-\u2010-\u2015\u2212]\s?"
YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
RELEASE_NUMBER = re.compile(rf"(?<!\d){YEAR}{DASH}(?P<month>0[1-9]|1[0-2]){DASH}[A-Z]{{1,3}}{DASH}\d")
OLD_YEAR = rf"(?:(?:19|20)\d\d{DASH})?"  # "© 2005-2012"
YEAR_OF_LINE = (
    re.compile(rf"\b(?:no|number|issue|release|statement|bulletin)\b\D{{0,12}}\d{{1,5}}\s?/\s?{YEAR}", re.IGNORECASE),
    re.compile(rf"(?:copyright\b|©|\(c\))\D{{0,20}}{OLD_YEAR}{YEAR}", re.IGNORECASE),
)
MAX_GAP_DAYS = 7  # between a dateline and the day in the title of the same article
MAX_LINE = 300  # characters of a mark that are read
MAX_DAY = 20  # characters of a day without its year, or with it
MAX_DATELINE_START = 2000  # characters; further down it dates something that is quoted


def find_published(text: str, marks: Sequence[Mark]) -> tuple[str, PublishedBasis]:
    """Return the day that the marked lines of an article give, and from which kind of line."""
    headers = _lines(text, marks, MarkKind.PUBLISHED)
    for line in sorted(headers, key=lambda line: UPDATED.match(line) is not None):
        if day := read_day(line):
            return day, PublishedBasis.HEADER
    datelines = [mark for mark in marks if mark.kind is MarkKind.DATELINE and mark.span.start <= MAX_DATELINE_START]
    if datelines:
        line = text[datelines[0].span.start : datelines[0].span.end]
        if day := read_day(line) or _complete(line, text, marks):
            return day, PublishedBasis.DATELINE
    day = _find_release_day(text, marks)
    return day, PublishedBasis.HEADER if day else PublishedBasis.NONE


def _lines(text: str, marks: Sequence[Mark], *kinds: MarkKind) -> list[str]:
    return [text[m.span.start : min(m.span.end, m.span.start + MAX_LINE)] for m in marks if m.kind in kinds]


def _find_release_day(text: str, marks: Sequence[Mark]) -> str:
    """Return the day that the title of a numbered release opens or ends with, if the number names the same month.

    "Apr. 17: Operations in Orla" or "Evening Update, April 17, 2010" with 2010-04-CA-049.
    """
    lines = _lines(text, marks, MarkKind.TITLE, MarkKind.SECTION_LABEL)
    number = next((found for line in lines if (found := RELEASE_NUMBER.search(line))), None)
    if number is None:
        return ""
    for line in lines:
        opening, colon, _ = line.partition(":")
        for part in (opening if colon else "", line[-MAX_DAY:]):
            month_and_day = read_day_of_year(part) if len(part) <= MAX_DAY else None
            if month_and_day and month_and_day[0] == int(number["month"]):
                return day_in_year(month_and_day, int(number["year"]))
    return ""


def _complete(dateline: str, text: str, marks: Sequence[Mark]) -> str:
    """Give a dateline its year."""
    month_and_day = read_day_of_year(dateline)
    if month_and_day is None:
        return ""
    lines = _lines(text, marks, MarkKind.SECTION_LABEL, MarkKind.INSERT, MarkKind.PUBLISHED, MarkKind.TITLE)
    for line in lines:
        if number := RELEASE_NUMBER.search(line):
            return nearest_day(month_and_day, int(number["year"]), int(number["month"]))
    titled = (_near_title(month_and_day, line) for line in lines)
    years = (int(found["year"]) for pattern in YEAR_OF_LINE for line in lines if (found := pattern.search(line)))
    return next(filter(None, titled), "") or next((day_in_year(month_and_day, year) for year in years), "")


def _near_title(month_and_day: tuple[int, int], line: str) -> str:
    """Complete a day by the full day of a title ("Evening Update, Dec. 27, 2010") if they are about the same."""
    told = read_day(line)
    day = nearest_day(month_and_day, int(told[:4]), int(told[5:7])) if told else ""
    return day if day and days_apart(day, told) <= MAX_GAP_DAYS else ""
