"""Reads the time expression at a place of a text: all rules, and how their findings join.

"Early on Tuesday", "10 p.m. on Tuesday", "the night of 18 April", "July last year", "from 5 to 9 May" and "since 2012"
hold another expression as a part.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extract.dates import _amounts, _days, _relative, _years
from pipeline.extract.dates._amounts import amount_of
from pipeline.extract.dates._anchor import at_time, from_last, from_publication, this_side
from pipeline.extract.dates._calendar import DAY, OPEN_END, Days, Unit, add_days, days_of, step, unit_of
from pipeline.extract.dates._clock import (
    CLOCK,
    NIGHT,
    OTHER_ZONE,
    ZONE,
    clock_time,
    on_last_day,
    part_alone,
    turned_part,
)
from pipeline.extract.dates._grammar import Rule, Value, explicit, kinds_at, longest
from pipeline.extract.dates._tense import Tense
from pipeline.extract.dates._words import payload
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from pipeline.extract.dates._grammar import Passage, Reading

MAX_DEPTH = 3
RANGE_LEVELS = 2  # so that the end of a range is not read as a range of its own
CACHED_OPENINGS = 512
UNKNOWN_DAY = re.compile(r"XXXX-(?:WXX-\d|[X\d]{2}-[X\d]{2})")
OF_SOME_YEAR = re.compile(r"(?:\d{4}|XXXX)(-(?:\d\d(?:-\d\d)?|[QH]\d|SP|SU|FA|WI))")
CLOCK_VALUE = re.compile(r"T\d")
WHOLE_YEAR = re.compile(r"\d{4}")
SIDES = {"past": Tense.PAST, "ahead": Tense.FUTURE}

LATER_PART = r",? (?:at |in the |on the )?{STAGE}(?P<part>{PART})"
LATER_CLOCK = r",? (?P<at>at |around |about |by )?(?:about |around )?" + CLOCK
LATER_YEAR = r",? (?:of |in )?(?:the )?(?P<turn>last|this|next|that|same|previous|following) year"
LATER_AGO = r",? (?P<amount>{AMOUNT})years? ago"
LATER_QUARTER = r"{APOSTROPHE}s (?:fiscal )?(?P<ordinal>{ORDINAL})[- ](?P<part>quarter|half)"
RANGE_LINK = r"(?:{HYPHEN}| (?:to|until|till|through|up to) (?:the )?)(?=\w)"
BETWEEN_LINK = r" and (?=\w)"


def read_at(passage: Passage, offset: int) -> Reading | None:
    """Return the longest time expression that begins at an offset."""
    found = longest(_rules_opened_by(kinds_at(passage, offset)), passage, offset)
    if found is None or found.type is not DateType.DATE or found.value.endswith("_REF"):
        return found
    found = _with_year(found, passage)
    if _is_day(found):
        return _with_time(found, passage)
    found = _with_range(_with_quarter(found, passage), passage)
    return found if passage.depth or found.covers else _on_this_side(found, passage)


@lru_cache(maxsize=CACHED_OPENINGS)
def _rules_opened_by(kinds: frozenset[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if kinds & set(rule.opens.split()))


def _inner(offset: int, passage: Passage, levels: int = 1) -> Reading | None:
    """Read the expression inside another, a few levels deep."""
    depth = passage.depth + levels
    return read_at(replace(passage, depth=depth), offset) if depth <= MAX_DEPTH else None


def _on_this_side(found: Reading, passage: Passage) -> Reading:
    """Cover no days after publication where the past is meant: "six miners died this week"."""
    is_past = found.days is not None and passage.tense_at(found.start) is Tense.PAST
    covers = this_side(found.days, passage.reference, Tense.PAST) if is_past else None
    return replace(found, covers=covers) if covers else found


def _is_day(reading: Reading) -> bool:
    is_known = DAY.fullmatch(reading.value) or UNKNOWN_DAY.fullmatch(reading.value)
    return reading.type is DateType.DATE and bool(is_known)


# --- before a date -------------------------------------------------------------------------------------------------


def _phase(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "early Tuesday", "the end of last month": no more precise than the date alone, but for half years."""
    date = _inner(match.end(), passage)
    if date is None or date.type not in {DateType.DATE, DateType.TIME} or date.value.endswith("_REF"):
        return None
    code = payload("phase", match["phase"])
    if code in SIDES:
        return Value(
            date.value, date.basis, date.type, date.end, covers=this_side(date.days, passage.reference, SIDES[code])
        )
    half = f"-{code}" if code and WHOLE_YEAR.fullmatch(date.value) else ""
    return Value(f"{date.value}{half}", date.basis, date.type, date.end)


def _part_of(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the early hours of Sunday", "noon Thursday", "the night of 18 April", "the night of 5 to 6 June"."""
    date = _inner(match.end(), passage)
    if date is None:
        return None
    if match["into"]:
        return _night_into(date)
    if date.type is DateType.TIME and CLOCK_VALUE.search(date.value):
        return Value(date.value, date.basis, DateType.TIME, end=date.end)
    days = date.days
    is_night_between = "/" in date.value and days is not None and days.end == add_days(days.start, 1)
    if not (_is_day(date) or date.type is DateType.TIME or is_night_between):
        return None
    value = at_time(Value(date.value.partition("/")[0], date.basis), payload("part", match["part"]))
    return replace(value, end=date.end, covers=days if is_night_between else None)


def _night_into(date: Reading) -> Value | None:
    """Read "overnight into Sunday": the night that ends on that day."""
    days = date.days
    first = add_days(days.start, -1) if days and _is_day(date) else None
    if days is None or first is None:
        return None
    return Value(f"{first}{NIGHT}", date.basis, DateType.TIME, date.end, covers=Days(first, days.start))


def _week_of(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the week of 6 March", "the week ending 12 March"."""
    date = _inner(match.end(), passage)
    week = unit_of(date.value, Unit.WEEK) if date and _is_day(date) else ""
    return Value(week, date.basis, end=date.end) if date and week else None


def _clock(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "3:30 p.m. on Tuesday", "0730 hours"."""
    time = clock_time(match, passage)
    if not time:
        return None
    date = _day_after_clock(match.end(), passage)
    if date is None:
        second = passage.match(r"(?:{HYPHEN}| (?:and|to|until) )" + CLOCK, match.end())
        day = _day_after_clock(second.end(), passage) if second else None
        return at_time(Value(day.value, day.basis), time) if day else on_last_day(passage, match.start(), time)
    repeated = passage.match(OTHER_ZONE, date.end)
    return replace(at_time(Value(date.value, date.basis), time), end=repeated.end() if repeated else date.end)


def _day_after_clock(offset: int, passage: Passage) -> Reading | None:
    """Return the day in "9 a.m. EST on Tuesday", read after the time."""
    link = passage.match(ZONE + r",? (?:on |of )?(?=\w)", offset)
    date = _inner(link.end(), passage) if link else None
    return date if date is not None and _is_day(date) else None


def _since(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "since 2012": open to this day."""
    date = _inner(match.end(), passage)
    if date is None or date.type is not DateType.DATE or date.days is None:
        return None
    return Value(f"{date.value.partition('/')[0]}/{OPEN_END}", date.basis, end=date.end)


# --- after a date --------------------------------------------------------------------------------------------------


def _with_time(found: Reading, passage: Passage) -> Reading:
    """Read "Tuesday night", "Tuesday at 3:30 p.m."; a day may also begin a range."""
    part = passage.match(LATER_PART, found.end)
    if part:
        return _with_range(_timed(found, payload("part", part["part"]), part.end()), passage)
    clock = passage.match(LATER_CLOCK, found.end)
    time = clock_time(clock, passage) if clock else ""
    return _timed(found, time, clock.end()) if clock and time else _with_range(found, passage)


def _timed(found: Reading, time: str, end: int) -> Reading:
    value = at_time(Value(found.value, found.basis), time).value
    return replace(found, value=value, type=DateType.TIME, end=end)


def _with_year(found: Reading, passage: Passage) -> Reading:
    """Read "July last year", "25 July of that year", "March two years ago"."""
    known = OF_SOME_YEAR.fullmatch(found.value)
    if known is None or found.basis is DateBasis.EXPLICIT:
        return found
    year, end = _later_year(passage, found.end)
    return replace(found, value=f"{year.value}{known[1]}", basis=year.basis, end=end) if year else found


def _later_year(passage: Passage, offset: int) -> tuple[Value | None, int]:
    """Return the year told behind a date, and where it ends."""
    if ago := passage.match(LATER_AGO, offset):
        number = amount_of(ago["amount"])
        return (from_publication(passage, Unit.YEAR, -number) if number else None), ago.end()
    match = passage.match(LATER_YEAR, offset)
    if match is None:
        return None, offset
    count, anchor = payload("turn", match["turn"]).split()
    told = from_publication if anchor == "publication" else from_last
    return told(passage, Unit.YEAR, int(count)), match.end()


def _with_quarter(found: Reading, passage: Passage) -> Reading:
    """Read "last year's third quarter"."""
    match = passage.match(LATER_QUARTER, found.end) if WHOLE_YEAR.fullmatch(found.value) else None
    number = _years.ordinal_number(match["ordinal"]) if match else 0
    value = f"{found.value}-{'Q' if match and match['part'].lower() == 'quarter' else 'H'}{number}"
    return replace(found, value=value, end=match.end()) if match and explicit(value) else found


def _with_range(found: Reading, passage: Passage) -> Reading:
    """Read "5 May to 9 June", "2012-2015", "between March and April 1918": one expression with both ends."""
    match = passage.match(RANGE_LINK, found.end)
    if match is None and passage.before(found.start) == "between":
        match = passage.match(BETWEEN_LINK, found.end)
    last = _inner(match.end(), passage, RANGE_LEVELS) if match else None
    if last is None or last.type not in {found.type, DateType.DATE} or "/" in last.value + found.value:
        return found
    first = found.value
    is_date = found.type is DateType.DATE
    if days_of(f"{first}/{last.value}") is None and found.basis is not DateBasis.EXPLICIT and is_date:
        first = step(first, Unit.YEAR, -1)  # "from October to March": the October before
    value = f"{first}/{last.value}"
    return replace(found, value=value, end=last.end) if days_of(value) else found


RULES = (
    Rule("date.phase", "phase", r"(?:the )?(?P<phase>{PHASE})(?:{HYPHEN}| (?:on |in )?)(?=\w)", _phase),
    Rule(
        "date.part_of",
        "part phase",
        r"{STAGE}(?:the )?{STAGE}(?P<part>{PART})(?: of| on| from| between|,|(?P<into> into))? (?=\w)",
        _part_of,
    ),
    Rule("date.week_of", "unit", r"the week (?:of|beginning|starting|ending|ended|to) (?:on )?(?=\w)", _week_of),
    Rule(
        "date.part_turned",
        "turn phase",
        r"(?:(?:early|late|later|earlier) )?(?P<the>the )?(?P<turn>{TURN}) (?:same )?{STAGE}(?P<part>{PART})",
        turned_part,
    ),
    Rule("date.part_alone", "part phase", r"(?P<the>the )?{STAGE}(?P<part>{PART})", part_alone),
    Rule("date.clock", "digit number", CLOCK, _clock),
    Rule("date.since", "since", r"since (?=\w)", _since),
    *_days.RULES,
    *_years.RULES,
    *_amounts.RULES,
    *_relative.RULES,
)
