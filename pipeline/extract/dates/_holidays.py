"""The days of holidays in a year, from the calendars of libraries.

A place in the year is written in the lexicon as `12-25`, `11/4/4` (month, weekday, nth or -1), `easter-2` and
`orthodox+0` (days from Easter), `islamic 10-01` (month and day of the Islamic calendar) or `IN Diwali` (what the
library `holidays` calls it in a country); `for 3` behind it tells how many days it covers, those included that hang on
who sees the new moon.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN
from dateutil.easter import easter as easter_sunday

from pipeline.extract.dates._calendar import Days, add_days, make_day, nth_weekday

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

FROM_EASTER = re.compile(r"(easter|orthodox)([+-]\d+)")
EASTERS = {"easter": EASTER_WESTERN, "orthodox": EASTER_ORTHODOX}
EASTER_YEARS = range(1583, 4100)
ISLAMIC_YEARS = range(1343, 1501)  # of the calendar of Umm al-Qura
ISLAMIC_SPAN = range(1925, 2077)  # the same in our years
SIGHTING_DAYS = 2  # that a day of the Islamic calendar may be
CACHED_YEARS = 512


@lru_cache(maxsize=CACHED_YEARS)
def holidays_in(place: str, year: int) -> tuple[Days, ...]:
    """Return the times at which a holiday begins in a year; none if no calendar tells, two of some Islamic ones."""
    start, _, length = place.partition(" for ")
    return tuple(_days_from(day, int(length or 1)) for day in _starts(start, year))


def islamic_day(year: int, month: int, day: int) -> Days | None:
    """Return the days that may be a day of the Islamic calendar, or None if it has no such day."""
    from hijridate import Hijri  # noqa: PLC0415 - few texts need it

    if year not in ISLAMIC_YEARS:
        return None
    try:
        return _days_from(Hijri(year, month, day).to_gregorian(), SIGHTING_DAYS)
    except ValueError:
        return None


def islamic_years(year: int) -> tuple[int, ...]:
    """Return the Islamic years that have days in one of ours."""
    from hijridate import Gregorian  # noqa: PLC0415 - few texts need it

    if year not in ISLAMIC_SPAN:
        return ()
    first, last = (Gregorian(year, *day).to_hijri().year for day in ((1, 1), (12, 31)))
    return tuple(range(first, last + 1))


def value_of(days: Days) -> str:
    """Return the value of some days."""
    return f"{days.start}" if days.start == days.end else f"{days.start}/{days.end}"


def _days_from(start: date, length: int) -> Days:
    return Days(start, add_days(start, length - 1))


def _starts(place: str, year: int) -> Iterator[date]:
    calendar, _, name = place.partition(" ")
    if calendar == "islamic":
        month, day = map(int, name.split("-"))
        years = (year,) if year in ISLAMIC_YEARS else islamic_years(year)  # "Ramadan 1443"
        found = [days.start for own in years if (days := islamic_day(own, month, day))]
        yield from (start for start in found if year in {start.year, *years})
    elif name:
        yield from _named_days(calendar, name, year)[:1]
    elif fixed := _fixed_day(place, year):
        yield fixed


def _fixed_day(place: str, year: int) -> date | None:
    from_easter = FROM_EASTER.fullmatch(place)
    if from_easter:
        known = year in EASTER_YEARS
        return add_days(easter_sunday(year, EASTERS[from_easter[1]]), int(from_easter[2])) if known else None
    if "/" in place:
        month, weekday, nth = map(int, place.split("/"))
        return nth_weekday(year, month, weekday, nth)
    month, day = map(int, place.split("-"))
    return make_day(year, month, day)


def _named_days(country: str, name: str, year: int) -> list[date]:
    """Return the days that the library gives for a holiday, as far as its calendars reach."""
    import holidays  # noqa: PLC0415 - few texts need it

    kinds = getattr(holidays, country).supported_categories
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # years before its calendars begin; they have no days
        days = holidays.country_holidays(country, years=year, language="en_US", categories=kinds)
    return sorted(days.get_named(name, lookup="exact"))
