"""How an incomplete date is completed: from the publication, else from the date told before.

Without a publication a month takes its year only from its own paragraph: "killings since 2012 ... leaked in July".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.dates._calendar import (
    DAY,
    MONTHS_A_YEAR,
    Days,
    Unit,
    days_of,
    make_day,
    period,
    step,
    unit_of,
    weekday_from,
)
from pipeline.extract.dates._grammar import Value, unresolved
from pipeline.extract.dates._tense import Tense
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from datetime import date

    from pipeline.extract.dates._grammar import Passage

MAX_AHEAD_DAYS = 60  # a day without a year and without a sign of the future lies at most so far ahead
MAX_AHEAD_MONTHS = 1
MAX_MISSED_DAYS = 7  # a deadline lies so far back at most, "to free him by 10 January", before the next one is meant
MAX_MONTHS_BACK = 8  # "December 1941 ... January": a month further back than this is one of the next year
YEARS_AROUND = range(-8, 9)  # 29 February may be eight years away
YEAR_UNKNOWN = "XXXX"
UNKNOWN_VALUES = {
    Unit.DAY: "XXXX-XX-XX",
    Unit.WEEKEND: "XXXX-WXX-WE",
    Unit.WEEK: "XXXX-WXX",
    Unit.MONTH: "XXXX-XX",
    Unit.QUARTER: "XXXX-QX",
    Unit.YEAR: YEAR_UNKNOWN,
    Unit.DECADE: "XXX",
    Unit.CENTURY: "XX",
}


def complete_day(passage: Passage, offset: int, month: int, day: int, weekday: int = 0) -> Value | None:
    """Give a day and month its year.

    Args:
        passage: what the day refers to.
        offset: where it stands, for its tense.
        month: 1 to 12.
        day: 1 to 31.
        weekday: 1 Monday to 7 Sunday if it is told; then only years fit where the day is one.
    """
    reference = passage.reference
    if reference is None:
        year = _told_year(passage, month)
        known = make_day(int(year) if year != YEAR_UNKNOWN else 2000, month, day)
        basis = DateBasis.NONE if year == YEAR_UNKNOWN else DateBasis.INHERITED
        return Value(f"{year}-{month:02d}-{day:02d}", basis) if known else None
    days = [made for shift in YEARS_AROUND if (made := make_day(reference.year + shift, month, day))]
    fitting = [fit for fit in days if fit.isoweekday() == weekday]
    if fitting:
        return Value(min(fitting, key=lambda fit: abs((fit - reference).days)).isoformat(), DateBasis.RELATIVE)
    chosen = nearest(days, reference, passage.tense_at(offset))
    return Value(chosen.isoformat(), DateBasis.RELATIVE) if chosen else None


def nearest(found: list[date], reference: date, tense: Tense) -> date | None:
    """Return the last day up to the reference, or the next one where the tense or its nearness says so."""
    past = max((day for day in found if day <= reference), default=None)
    ahead = min((day for day in found if day >= reference), default=None)
    if past is None or ahead is None or tense is Tense.PAST:
        return past or ahead
    gap, missed = (ahead - reference).days, (reference - past).days
    is_missed = missed <= MAX_MISSED_DAYS and gap > MAX_AHEAD_DAYS
    is_near = gap <= MAX_AHEAD_DAYS < missed
    return ahead if is_near or (tense is Tense.FUTURE and not is_missed) else past


def complete_month(passage: Passage, offset: int, month: int) -> Value:
    """Give a month its year."""
    reference = passage.reference
    if reference is None:
        year = _told_year(passage, month)
        return Value(f"{year}-{month:02d}", DateBasis.NONE if year == YEAR_UNKNOWN else DateBasis.INHERITED)
    tense = passage.tense_at(offset)
    months_ahead = (month - reference.month) % MONTHS_A_YEAR
    is_near = tense is Tense.UNKNOWN and months_ahead <= MAX_AHEAD_MONTHS
    shift = int(month < reference.month) if tense is Tense.FUTURE or is_near else -int(month > reference.month)
    return Value(f"{reference.year + shift:04d}-{month:02d}", DateBasis.RELATIVE)


def _told_year(passage: Passage, month: int) -> str:
    """Return the year of the date told last, or the one beside it where that brings the month nearer."""
    told = days_of(passage.here)
    if told is None or told.end is None:
        return YEAR_UNKNOWN
    gap = told.start.month - month if (told.end - told.start).days < 300 else 0  # noqa: PLR2004 - shorter than a year
    shift = int(gap > MAX_MONTHS_BACK) - int(gap < -MAX_MONTHS_BACK)
    return f"{told.start.year + shift:04d}"


def near_weekday(passage: Passage, offset: int, weekday: int, direction: int = 0, *, same: bool = True) -> Value:
    """Return the nearest day with a weekday, before the publication (-1), after it (1), or as the tense says (0)."""
    if passage.reference is None:
        return unresolved(f"{YEAR_UNKNOWN}-WXX-{weekday}")
    if not direction:
        direction = 1 if passage.tense_at(offset) is Tense.FUTURE else -1
    found = weekday_from(passage.reference, weekday, direction=direction, same=same)
    return Value(found.isoformat(), DateBasis.RELATIVE) if found else unresolved(f"{YEAR_UNKNOWN}-WXX-{weekday}")


def from_publication(passage: Passage, unit: Unit, count: int) -> Value:
    """Return the stretch that lies so many units after the publication."""
    value = period(passage.reference, unit, count) if passage.reference else ""
    return Value(value, DateBasis.RELATIVE) if value else unresolved(UNKNOWN_VALUES[unit])


def this_side(days: Days | None, reference: date | None, tense: Tense) -> Days | None:
    """Return the part of some days up to publication, or from it on: what was done "this week" lies in the past.

    None where publication is not inside, where the tense is not known, or where one day would be left: no one who
    writes "this week" on a Monday has named a day.
    """
    if days is None or days.end is None or reference is None or not days.start < reference < days.end:
        return None
    sides = {Tense.PAST: Days(days.start, reference), Tense.FUTURE: Days(reference, days.end)}
    return sides.get(tense)


def from_last(passage: Passage, unit: Unit, count: int) -> Value:
    """Return the unit so many after that of the date told last ("the next month"), or after that of publication."""
    told = days_of(passage.last)
    if told is None:
        return from_publication(passage, unit, count)
    value = period(told.start, unit, count) if unit_of(passage.last, unit) else ""
    return Value(value, DateBasis.INHERITED) if value else unresolved(UNKNOWN_VALUES[unit])


def moved_last(passage: Passage, unit: Unit, count: int) -> Value:
    """Return the date so many units after the one told last ("three months later"), or after publication."""
    if days_of(passage.last) is None:
        return from_publication(passage, unit, count)
    value = step(passage.last, unit, count)
    return Value(value, DateBasis.INHERITED) if value else unresolved(UNKNOWN_VALUES[unit])


def at_time(value: Value, time: str) -> Value:
    """Add a time of day to a value that is a day; another one is taken for a day that is not known."""
    is_day = DAY.fullmatch(value.value) or value.value.startswith(YEAR_UNKNOWN)
    day = value.value.partition("T")[0] if is_day else UNKNOWN_VALUES[Unit.DAY]
    return replace(value, value=f"{day}{time}", type=DateType.TIME)
