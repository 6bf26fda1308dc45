"""Values of dates as TIMEX3 writes them, the days they cover, and steps from one to another.

A value is as long as what is known: `2023`, `2023-01`, `2023-01-09`, `2023-01-09TNI` (night), `2023-W02` (ISO week),
`2023-W02-WE` (weekend), `2023-Q1`, `2023-H2`, `2023-SU` (summer), `202` (decade), `20` (century), `2012/..` (open).
`X` stands for a digit that is not known; such a value covers no days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7
HALF_WEEK = 3
SATURDAY = 6  # weekdays as in ISO: Monday is 1
LONGEST_MONTH_DAYS = 31

DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.{1,20})?")
MONTH = re.compile(r"(\d{4})-(\d\d)")
WEEK = re.compile(r"(\d{4})-W(\d\d)(-WE)?")
QUARTER = re.compile(r"(\d{4})-([QH])(\d)")
SEASON = re.compile(r"(\d{4})-(?:SP|SU|FA|WI)")
YEARS = re.compile(r"(\d{2,4})")
RANGE = re.compile(r"([^/]{2,30})/([^/]{2,30})")
YEAR_PART = re.compile(r"\d{4}-(?:\d\d|[QH]\d|SP|SU|FA|WI)")
OPEN_END = ".."


class Unit(StrEnum):
    """A stretch of the calendar, in the letters of TIMEX3."""

    DAY = "D"
    WEEKEND = "WE"
    WEEK = "W"
    MONTH = "M"
    QUARTER = "Q"
    YEAR = "Y"
    DECADE = "DE"
    CENTURY = "CE"


YEAR_DIGITS = {Unit.YEAR: (1, 4), Unit.DECADE: (10, 3), Unit.CENTURY: (100, 2)}
DAYS_OF = {Unit.DAY: 1, Unit.WEEK: DAYS_A_WEEK, Unit.WEEKEND: DAYS_A_WEEK}
MONTHS_OF = {Unit.MONTH: 1, Unit.QUARTER: 3} | {unit: years * MONTHS_A_YEAR for unit, (years, _) in YEAR_DIGITS.items()}
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}  # first months in the north, to tell which year is meant
PARTS_A_YEAR = {Unit.MONTH: MONTHS_A_YEAR, Unit.QUARTER: 4}


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` to `end`, both included; an open stretch has no end."""

    start: date
    end: date | None


# --- what a value covers -------------------------------------------------------------------------------------------


def days_of(value: str) -> Days | None:
    """Return the days that a value covers, or None if it is no stretch of the calendar.

    A season counts as its year: summer is in June north of the equator and in January south of it.
    """
    return next((read(match) for pattern, read in READERS if (match := pattern.fullmatch(value))), None)


def precision_of(days: Days | None) -> int:
    """Return UCDP's date_prec: 1 a day, 2 two to six days, 3 a week, 4 up to a month, 5 longer or open, 6 unknown."""
    if days is None:
        return 6
    if days.end is None:
        return 5
    length = (days.end - days.start).days + 1
    steps = ((1, 1), (DAYS_A_WEEK - 1, 2), (DAYS_A_WEEK, 3), (LONGEST_MONTH_DAYS, 4))
    return next((code for most, code in steps if length <= most), 5)


def _range_days(match: re.Match[str]) -> Days | None:
    start = days_of(match[1])
    if start is None or match[2] == OPEN_END:
        return Days(start.start, None) if start else None
    end = days_of(match[2])
    if end is None or end.end is None or end.end < start.start:
        return None
    return Days(start.start, end.end)


def _one_day(match: re.Match[str]) -> Days | None:
    found = make_day(int(match[1]), int(match[2]), int(match[3]))
    return Days(found, found) if found else None


def _one_month(match: re.Match[str]) -> Days | None:
    return _months(int(match[1]), int(match[2]), 1)


def _part_of_year(match: re.Match[str]) -> Days | None:
    length = {"Q": 3, "H": 6}[match[2]]
    return _months(int(match[1]), (int(match[3]) - 1) * length + 1, length)


def _months(year: int, month: int, length: int) -> Days | None:
    last = month + length - 1
    if not 1 <= year < date.max.year or not 1 <= month <= last <= MONTHS_A_YEAR:
        return None
    after = date(year + last // MONTHS_A_YEAR, last % MONTHS_A_YEAR + 1, 1)
    return Days(date(year, month, 1), after - timedelta(days=1))


def _week(match: re.Match[str]) -> Days | None:
    year, week = int(match[1]), int(match[2])
    try:
        monday, sunday = date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, DAYS_A_WEEK)
    except ValueError:
        return None
    return Days(sunday - timedelta(days=1) if match[3] else monday, sunday)


def _years(match: re.Match[str]) -> Days | None:
    first, last = int(match[1].ljust(4, "0")), int(match[1].ljust(4, "9"))
    return Days(date(max(first, 1), 1, 1), date(last, MONTHS_A_YEAR, 31)) if last else None


READERS = (
    (RANGE, _range_days),
    (DAY, _one_day),
    (MONTH, _one_month),
    (WEEK, _week),
    (QUARTER, _part_of_year),
    (SEASON, _years),
    (YEARS, _years),
)


# --- days ----------------------------------------------------------------------------------------------------------


def make_day(year: int, month: int, day: int) -> date | None:
    """Return the day, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_day(text: str) -> date | None:
    """Read an ISO day, or the day of an ISO time; None if it is neither."""
    match = DAY.fullmatch(text[:30])
    return make_day(int(match[1]), int(match[2]), int(match[3])) if match else None


def add_days(day: date, count: int) -> date | None:
    """Return the day so many days later, or None beyond the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def add_months(day: date, count: int) -> date | None:
    """Return the day so many months later, in a shorter month its last day; None beyond the calendar."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + count, MONTHS_A_YEAR)
    days = _months(year, month + 1, 1)
    if days is None or days.end is None:
        return None
    return min(days.end, add_days(days.start, day.day - 1) or days.end)


def move(day: date, unit: Unit, count: int) -> date | None:
    """Return the day so many units later; None beyond the calendar."""
    if unit in DAYS_OF:
        return add_days(day, count * DAYS_OF[unit])
    return add_months(day, count * MONTHS_OF[unit])


def nearest_weekday(day: date, weekday: int) -> date | None:
    """Return the day with a weekday (1 Monday to 7 Sunday) that is nearest to a day."""
    return add_days(day, (weekday - day.isoweekday() + HALF_WEEK) % DAYS_A_WEEK - HALF_WEEK)


def weekday_from(day: date, weekday: int, *, direction: int, same: bool) -> date | None:
    """Return the nearest day with a weekday before (-1) or after (1) a day.

    Args:
        day: where to begin.
        weekday: 1 Monday to 7 Sunday.
        direction: -1 or 1.
        same: whether the day itself will do.
    """
    gap = (weekday - day.isoweekday()) * direction % DAYS_A_WEEK
    return add_days(day, direction * (gap if gap or same else DAYS_A_WEEK))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """Return the nth day of a month with a weekday; the last one for -1."""
    days = _months(year, month, 1)
    if days is None or days.end is None:
        return None
    if nth < 0:
        return weekday_from(days.end, weekday, direction=-1, same=True)
    first = weekday_from(days.start, weekday, direction=1, same=True)
    return add_days(first, (nth - 1) * DAYS_A_WEEK) if first else None


# --- steps ---------------------------------------------------------------------------------------------------------


def period(day: date, unit: Unit, count: int = 0) -> str:
    """Return the value of the unit that lies `count` units after the one that holds the day; blank beyond the calendar.

    `period(date(2023, 1, 9), Unit.WEEK, -1)` is `2023-W01`.
    """
    if unit in YEAR_DIGITS:
        years, digits = YEAR_DIGITS[unit]
        return _in_calendar(day.year + count * years)[:digits]
    if unit in PARTS_A_YEAR:
        parts = PARTS_A_YEAR[unit]
        year, place = divmod(day.year * parts + (day.month - 1) * parts // MONTHS_A_YEAR + count, parts)
        return _in_calendar(year, f"-Q{place + 1}" if unit is Unit.QUARTER else f"-{place + 1:02d}")
    moved = add_days(day, count * (1 if unit is Unit.DAY else DAYS_A_WEEK))
    return _day_or_week(moved, unit) if moved else ""


def _day_or_week(day: date, unit: Unit) -> str:
    year, week, _ = day.isocalendar()
    names = {Unit.WEEK: f"{year:04d}-W{week:02d}", Unit.WEEKEND: f"{year:04d}-W{week:02d}-WE"}
    return names.get(unit, day.isoformat())


def _in_calendar(year: int, rest: str = "") -> str:
    return f"{year:04d}{rest}" if 1 <= year <= date.max.year else ""


def step(value: str, unit: Unit, count: int) -> str:
    """Return the value so many units after another, or blank where that would invent precision.

    From a day every step is possible; a step by years keeps what is known ("a year earlier" than `1989-Q3` is
    `1988-Q3`); "two days later" than `1950-09` is nothing.
    """
    days = days_of(value)
    if days is None or days.end is None:
        return ""
    if unit is Unit.YEAR and YEAR_PART.fullmatch(value):
        year = _in_calendar(int(value[:4]) + count)
        return f"{year}{value[4:]}" if year else ""
    return period(days.start, unit, count) if unit_of(value, unit) else ""


def unit_of(value: str, unit: Unit) -> str:
    """Return the stretch of a unit that holds a value ("that month"), or blank if the value is longer than that."""
    days = days_of(value)
    if days is None or days.end is None:
        return ""
    first, last = period(days.start, unit), period(days.end, unit)
    return first if first == last else ""
