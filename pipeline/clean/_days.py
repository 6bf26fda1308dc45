"""Days written out in full, in headers, datelines and metadata -> ISO days. A day is never made up.

A month without a day, a day without a year and a number that could be two days (03/04/2023) give nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_YEAR, LAST_YEAR = 1900, 2099
CENTURY_TURN = 70  # "8 Jan 90" is 1990, "8 Jan 12" is 2012
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?"
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
# "8 Jan 90 (Radio Orla)" has a short year, "8 Jan 90 people ..." has not.
YEAR = r"(?P<year>(?:19|20)\d\d(?!\d)|['’]?\d\d(?=\s{0,3}(?:[(),;:.|–—-]|$)))"
LONG_YEAR = r"(?P<year>(?:19|20)\d\d(?!\d)|['’]\d\d(?!\d))"
DAY_MONTH = rf"{DAY}(?:\s{{1,3}}of)?[\s.-]{{1,3}}{MONTH}"
MONTH_DAY = rf"\b{MONTH}[\s-]{{0,3}}{DAY}(?![\d/:])"
BEFORE_YEAR = r"(?:[,.][\s-]{0,3}|[\s-]{1,3})"  # "May 31,2011" has no blank
ISO = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<number>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
COMPACT = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<number>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?=T|\d{6}(?!\d)|\D|$)"
NUMERIC = r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)(?!\d)"
FULL_DAY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{DAY_MONTH}{BEFORE_YEAR}{YEAR}",
        rf"{MONTH_DAY}{BEFORE_YEAR}{LONG_YEAR}",
        ISO,
        COMPACT,
        NUMERIC,
    )
)
DAY_OF_YEAR = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (DAY_MONTH, MONTH_DAY))
NAMED_MONTH = re.compile(rf"\b{MONTH}", re.IGNORECASE)
MAX_LENGTH = 120  # characters of a metadata field that are read


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day as written; `day` is ISO."""

    span: Span
    day: str


def find_days(text: str) -> Iterator[FoundDay]:
    """Find the days that are given with their year, in no particular order."""
    for pattern in FULL_DAY:
        for match in pattern.finditer(text):
            day = _iso_day(match)
            if day:
                yield FoundDay(Span(*match.span()), day)


def read_day(text: str) -> str:
    """Return the first day written in full, or ""."""
    found = min(find_days(text), key=lambda found: found.span.start, default=None)
    return found.day if found else ""


def read_published(text: str) -> str:
    """Return the day that a metadata field gives, in whatever format, or ""."""
    field = text.strip()[:MAX_LENGTH]
    return read_day(field) or (_read_odd_format(field) if NAMED_MONTH.search(field) else "")


def _read_odd_format(field: str) -> str:
    import dateparser  # noqa: PLC0415 -- a third of a second, and hardly ever needed

    moment: dt.datetime | None = dateparser.parse(
        field,
        languages=["en"],
        settings={"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True},
    )
    day = moment.date() if moment else None
    return day.isoformat() if day and FIRST_YEAR <= day.year <= LAST_YEAR else ""


def read_day_of_year(text: str) -> tuple[int, int] | None:
    """Return month and day where a text gives them, with or without a year."""
    for pattern in DAY_OF_YEAR:
        match = pattern.search(text)
        if match and _day(2000, _month(match), int(match["day"])):  # a leap year
            return _month(match), int(match["day"])
    return None


def nearest_day(month_and_day: tuple[int, int], year: int, month: int) -> str:
    """Return the day nearest to the middle of a month, whatever its year."""
    middle = dt.date(year, month, 15)
    days = [day for near in (year - 1, year, year + 1) if (day := _day(near, *month_and_day))]
    return min(days, key=lambda day: abs(day - middle), default=middle).isoformat() if days else ""


def days_apart(one: str, other: str) -> int:
    """Return how many days lie between two ISO days."""
    return abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)


def day_in_year(month_and_day: tuple[int, int], year: int) -> str:
    """Return the day of that year, or "" if there is none (29 February)."""
    day = _day(year, *month_and_day)
    return day.isoformat() if day else ""


def _iso_day(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if "first" in parts:
        order = _order(int(parts["first"]), int(parts["second"]))
        day = _day(int(parts["year"]), *order) if order else None
    else:
        day = _day(_year(parts["year"]), _month(match), int(parts["day"]))
    return day.isoformat() if day else ""


def _order(first: int, second: int) -> tuple[int, int] | None:
    """Return month and day, or None if either number could be the month."""
    if first == second or second > len(MONTH_NAMES):
        return first, second
    return (second, first) if first > len(MONTH_NAMES) else None


def _month(match: re.Match[str]) -> int:
    parts = match.groupdict()
    return int(parts["number"]) if "number" in parts else MONTH_NAMES.index(parts["month"][:3].lower()) + 1


def _year(written: str) -> int:
    year = int(written.lstrip("'’"))
    if year >= FIRST_YEAR:
        return year
    return year + (1900 if year >= CENTURY_TURN else 2000)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
