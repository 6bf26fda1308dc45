"""Rules of dates that are counted from the publication or from the date told before: "yesterday", "a week later"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.dates._amounts import CLOCK_UNITS, UNITS_A_DAY, amount_of, counted, is_title, unit_of_word
from pipeline.extract.dates._anchor import at_time, from_last, from_publication, moved_last, near_weekday
from pipeline.extract.dates._calendar import (
    QUARTER,
    SATURDAY,
    SEASONS,
    Days,
    Unit,
    days_of,
    move,
    nearest_weekday,
    parse_day,
)
from pipeline.extract.dates._days import month_number
from pipeline.extract.dates._grammar import Rule, Value, unresolved
from pipeline.extract.dates._tense import Tense
from pipeline.extract.dates._words import entry_of, payload
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from datetime import date

    from pipeline.extract.dates._grammar import Passage

WHOLE_BEFORE = re.compile(r"in|of|during|over|for|throughout|within")
DAY_BEFORE = re.compile(r"in|during|over|throughout")
SEASON_BEFORE = re.compile(r"in|into|by|since|until|during|of|over|last|this|next|throughout|late|early|through")
FORWARD = frozenset({"later", "after", "afterwards", "afterward", "following"})
TURN = r"(?:(?P<the>the|this|that) )?(?P<turn>{TURN})"


def _turn(match: re.Match[str]) -> tuple[int, bool]:
    """Return the count of "last", "this" or "next", and whether it counts from the publication.

    "Next week" is counted from the publication, "the next week" from the date told before.
    """
    word = match["turn"].lower().split()[-1]
    count, anchor = payload("turn", word).split()
    is_narrated = word == "next" and (match["the"] or "").lower().strip() == "the"
    return int(count), anchor == "publication" and not is_narrated


def _counted(match: re.Match[str], passage: Passage, unit: Unit) -> Value:
    count, is_published = _turn(match)
    return from_publication(passage, unit, count) if is_published else from_last(passage, unit, count)


# --- days ----------------------------------------------------------------------------------------------------------


def _deictic(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "yesterday", "last night", "overnight"."""
    entry = entry_of("deictic", match["word"])
    if entry is None:
        return None
    _, count, *more = entry.label.split()
    day = replace(from_publication(passage, Unit.DAY, int(count)), rule_id=entry.id)
    if not more:
        return day
    time, *last = more
    first, end = parse_day(day.value), from_publication(passage, Unit.DAY, int(last[0])) if last else day
    return replace(at_time(day, time), covers=Days(first, parse_day(end.value)) if first and last else None)


def _weekday(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "Tuesday", "last Friday", "this coming Sunday", "the following Monday", "Mondays"."""
    weekday = int(payload("weekday", match["weekday"]))
    if match["plural"]:
        return unresolved(f"XXXX-WXX-{weekday}", DateType.SET)
    if not match["turn"] and _is_any_day(match, passage):
        return unresolved(f"XXXX-WXX-{weekday}")
    turn = (match["turn"] or "").lower().split()
    count, anchor = payload("turn", turn[-1]).split() if turn else ("0", "")
    if count == "0":
        return near_weekday(passage, match.start(), weekday)
    told = days_of(passage.last)
    if anchor == "publication" or told is None or told.start != told.end:
        return near_weekday(passage, match.start(), weekday, int(count), same=False)
    found = near_weekday(replace(passage, reference=told.start), match.start(), weekday, int(count), same=False)
    return replace(found, basis=DateBasis.INHERITED)


def _is_any_day(match: re.Match[str], passage: Passage) -> bool:
    """Tell "it was a Friday" from "a Friday raid"."""
    return passage.before(match.start()) == "a" and not passage.tag_after(match.end()).startswith("NN")


def _weekday_of_week(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "Monday last week", "Friday of this week"."""
    weekday = int(payload("weekday", match["weekday"]))
    week = _counted(match, passage, Unit.WEEK)
    days = days_of(week.value)
    if days is None:
        return unresolved(f"XXXX-WXX-{weekday}")
    found = near_weekday(replace(passage, reference=days.start), match.start(), weekday, 1)
    return replace(found, basis=week.basis)


# --- weeks, months, years ------------------------------------------------------------------------------------------


def _turned_unit(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "last week", "the next day", "that same month", "this quarter"; not the programme "This Week"."""
    code = unit_of_word(match["unit"])
    if code not in frozenset(Unit) or is_title(match, passage):
        return None
    return _counted(match, passage, Unit(code))


def _weekend(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "over the weekend", "last weekend": without more the one under way, or the last."""
    if match["turn"] and match["turn"].lower() != "this":
        return _counted(match, passage, Unit.WEEKEND)
    if passage.reference is None:
        return from_publication(passage, Unit.WEEKEND, 0)
    is_here = passage.reference.isoweekday() >= SATURDAY or passage.tense_at(match.start()) is Tense.FUTURE
    return from_publication(passage, Unit.WEEKEND, 0 if is_here else -1)


def _turned_month(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "last May", "this September", "the following March"."""
    month = month_number(match["month"])
    if not match["month"][0].isupper():
        return None
    count, is_published = _turn(match)
    start = _anchor(passage, is_published=is_published)
    if start is None:
        return unresolved(f"XXXX-{month:02d}")
    shift = {-1: -int(month >= start.month), 0: 0, 1: int(month <= start.month)}[count]
    return Value(f"{start.year + shift:04d}-{month:02d}", DateBasis.RELATIVE if is_published else DateBasis.INHERITED)


def _anchor(passage: Passage, *, is_published: bool) -> date | None:
    told = days_of(passage.last)
    return passage.reference if is_published or told is None else told.start


def _season(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "last fall", "this summer", "in the spring"; not "prices fall"."""
    season = payload("season", match["season"])
    if not match["turn"] and not _is_season(match, passage):
        return None
    count, is_published = _turn(match) if match["turn"] else (0, passage.reference is not None)
    start = _anchor(passage, is_published=is_published)
    if start is None:
        return unresolved(f"XXXX-{season}")
    first = SEASONS[season]
    shift = {-1: -int(start.month < first + 3), 0: 0, 1: int(start.month >= first)}[count]
    if is_published and not match["turn"] and passage.tense_at(match.start()) is not Tense.FUTURE:
        shift = -int(start.month < first)
    return Value(f"{start.year + shift:04d}-{season}", DateBasis.RELATIVE if is_published else DateBasis.INHERITED)


def _is_season(match: re.Match[str], passage: Passage) -> bool:
    is_noun = not passage.tag_at(match.start("season")).startswith("VB")
    is_placed = SEASON_BEFORE.fullmatch(passage.before(match.start())) is not None
    return is_noun and is_placed and passage.after(match.end()).lower() != "of"


def _unit_alone(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "earlier in the day", "the deadliest attack of the year"."""
    code, before = unit_of_word(match["unit"]), passage.before(match.start())
    if code not in frozenset(Unit) or match["unit"].lower() == "night":
        return None
    if not (DAY_BEFORE if code == Unit.DAY else WHOLE_BEFORE).fullmatch(before):  # "the order of the day"
        return None
    return from_last(passage, Unit(code), 0)


def _unit_end(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "year-end", "by the month's end": no more precise than the whole."""
    code = unit_of_word(match["unit"])
    return from_publication(passage, Unit(code), 0) if code in frozenset(Unit) else None


def _quarter_told(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the quarter", "the latest period" of a balance sheet: the one told, else the one before publication."""
    told = from_last(passage, Unit.QUARTER, 0)
    is_told = told.basis is DateBasis.INHERITED
    if match["unit"].lower() == "period" and not is_told:
        return None
    return told if is_told else from_publication(passage, Unit.QUARTER, -1)


def _year_earlier(_: re.Match[str], passage: Passage) -> Value | None:
    """Read "the year-earlier quarter", "a year-ago period": the same part of the year before."""
    return moved_last(passage, Unit.YEAR, -1)


# --- distances -----------------------------------------------------------------------------------------------------


def _ago(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "two weeks ago", "a year ago", "three hours ago"; "several years ago" is only past."""
    number, code = amount_of(match["amount"]), unit_of_word(match["unit"])
    if number is None:
        return unresolved("PAST_REF")
    if code in CLOCK_UNITS:
        return from_publication(passage, Unit.DAY, -(number // UNITS_A_DAY[code]))
    unit, count = counted(-number, code)
    if match["today"] or match["same"] or (match["weekday"] and unit is Unit.WEEK):
        return _ago_on(match, passage, unit, count)
    if unit is Unit.YEAR and QUARTER.fullmatch(passage.last):  # "third-quarter profit was 3 million, from 2 a year ago"
        return moved_last(passage, unit, count)
    return from_publication(passage, unit, count)


def _ago_on(match: re.Match[str], passage: Passage, unit: Unit, count: int) -> Value:
    """Read "20 years ago today", "two years ago this week", "a week ago on Tuesday": the one nearest to that day."""
    day = move(passage.reference, unit, count) if passage.reference else None
    if match["weekday"]:
        day = nearest_weekday(day, int(payload("weekday", match["weekday"]))) if day else None
    same = Unit(unit_of_word(match["same"])) if match["same"] else Unit.DAY
    return from_publication(replace(passage, reference=day), same, 0)


def _earlier_or_later(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "a day earlier", "three months later", "two years before"; not "two days after the raid"."""
    number, code = amount_of(match["amount"]), unit_of_word(match["unit"])
    way = match["way"].lower()
    is_after = way in FORWARD
    if way in {"before", "after"} and passage.after(match.end())[:1].isalnum():
        return None
    if number is None:
        return unresolved("FUTURE_REF" if is_after else "PAST_REF")
    if code in CLOCK_UNITS:
        return from_last(passage, Unit.DAY, 0)
    return moved_last(passage, *counted(number if is_after else -number, code))


def _vague_distance(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "hours later", of the day told last, and "months earlier", of no known day."""
    way = match["way"].lower()
    if way == "before" and passage.after(match.end())[:1].isalnum():
        return None
    if unit_of_word(match["unit"]) in CLOCK_UNITS and way != "ago":
        return from_last(passage, Unit.DAY, 0)
    return unresolved("FUTURE_REF" if way in FORWARD else "PAST_REF")


def _day_before(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the day before", "the day after", where no event follows."""
    way = match["way"].lower()
    if way != "earlier" and passage.after(match.end())[:1].isalnum():
        return None
    return from_last(passage, Unit.DAY, 1 if way in FORWARD else -1)


def _direction(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "now", "recently", "the future": a direction, no date."""
    entry = entry_of("ref", match["word"])
    if match["word"].lower().startswith("the ") and passage.tag_after(match.end()).startswith(("NN", "JJ", "CD")):
        return None  # "in the past half-hour"
    return replace(unresolved(entry.label.partition(" ")[2]), rule_id=entry.id) if entry else None


DISTANCE = r"(?P<amount>{AMOUNT})(?P<unit>{UNIT})s? "
AGO = (
    r"ago(?: (?P<today>today)| this (?P<same>week|month|year)"
    r"| (?:on )?(?:(?:last|this|this past) )?(?P<weekday>{WEEKDAY}))?"
)
RULES = (
    Rule("date.deictic", "deictic", r"(?P<word>{DEICTIC})", _deictic),
    Rule(
        "date.weekday",
        "weekday turn",
        r"(?:(?:the )?(?P<turn>(?:this )?{TURN}) )?(?P<weekday>{WEEKDAY})(?P<plural>s)?",
        _weekday,
    ),
    Rule("date.weekday_of_week", "weekday", r"(?P<weekday>{WEEKDAY})(?:,| of)? " + TURN + " week", _weekday_of_week),
    Rule("date.turn_unit", "turn", TURN + r"(?: (?:same|full|fiscal|calendar))? (?P<unit>{UNIT})", _turned_unit),
    Rule("date.weekend", "turn weekend", r"(?P<the>the )?(?:(?P<turn>(?:this )?{TURN}) )?weekend", _weekend),
    Rule("date.turn_month", "turn", TURN + r" (?P<month>{LONG_MONTH})", _turned_month),
    Rule("date.season", "season turn", r"(?P<the>the )?(?:(?P<turn>(?:this )?{TURN}) )?(?P<season>{SEASON})", _season),
    Rule("date.quarter_told", "unit latest", r"the (?:latest )?(?P<unit>quarter|period)", _quarter_told),
    Rule("date.unit_end", "unit", r"(?:the )?(?P<unit>{UNIT})(?:{APOSTROPHE}s)?(?:{HYPHEN}| )end", _unit_end),
    Rule("date.unit_alone", "unit", r"the (?P<unit>{UNIT})", _unit_alone),
    Rule(
        "date.year_earlier",
        "unit",
        r"(?:the |a )?year{HYPHEN}(?:ago|earlier)(?: (?:\w{1,10} )?(?:quarter|period|month|half))?",
        _year_earlier,
    ),
    Rule("date.ago", "amount number digit", DISTANCE + AGO, _ago),
    Rule("date.earlier", "amount number digit", DISTANCE + "(?P<way>earlier|before|previously)", _earlier_or_later),
    Rule("date.later", "amount number digit", DISTANCE + "(?P<way>later|after|afterwards?)", _earlier_or_later),
    Rule(
        "date.later_vague",
        "unit",
        r"(?P<unit>{UNIT})s (?P<way>later|afterwards?|earlier|before|previously|ago)",
        _vague_distance,
    ),
    Rule("date.day_before", "unit", r"the day (?P<way>before|earlier|after|following)", _day_before),
    Rule("date.direction", "ref", r"(?P<word>{REF})", _direction),
)
