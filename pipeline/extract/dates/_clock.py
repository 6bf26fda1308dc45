"""Times of day, with or without their day: "3:30 p.m.", "0730 hours", "that morning", "at dawn"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.extract.dates._amounts import amount_of
from pipeline.extract.dates._anchor import UNKNOWN_VALUES, at_time, from_last, from_publication
from pipeline.extract.dates._calendar import DAY, Unit
from pipeline.extract.dates._grammar import Value, unresolved
from pipeline.extract.dates._words import payload
from pipeline.records import DateBasis

if TYPE_CHECKING:
    from pipeline.extract.dates._grammar import Passage

NOON = 12
LAST_HOUR = 24
LAST_MINUTE = 59
NIGHT = "TNI"
SENTENCE_END = re.compile(r"[.!?]\s")
PART_BEFORE = frozenset({"after", "around", "at", "before", "by", "towards"})
CLOCK_BEFORE = frozenset(
    {"about", "after", "around", "at", "before", "between", "by", "from", "since", "till", "until"}
)
MARK = r" ?(?:hrs|hours|h|gmt|utc|local time)"
CLOCK = (
    r"(?:(?P<hour>\d{1,2}|{NUMBER})(?:[:.](?P<minute>\d\d))?(?::\d\d)? ?"
    r"(?P<half>[ap]\.m\.?|[ap]m|o{APOSTROPHE}clock|in the (?:morning|afternoon|evening))"
    r"|(?P<hour24>[01]?\d|2[0-4])(?P<sign>[:.])(?P<minute24>[0-5]\d)(?::[0-5]\d)?(?P<mark>" + MARK + ")?"
    r"|(?P<military>[0-2]\d[0-5]\d)" + MARK + ")"
)
ZONE = r"(?:,? ?\(?(?:local time|gmt|utc|[a-z]{1,3}t)\)?)?(?: \([0-2]\d:?[0-5]\d (?:gmt|utc)\))?"
OTHER_ZONE = r" \((?:[0-2]\d:?[0-5]\d|\d{1,2}(?::[0-5]\d)? ?[ap]m) (?:gmt|utc|[a-z]{1,3}t)\)"


def clock_time(match: re.Match[str], passage: Passage) -> str:
    """Return the time of a match of CLOCK as `T15:30`, blank if it is none."""
    if match["military"]:
        return _time(int(match["military"][:2]), match["military"][2:])
    if match["hour24"]:
        is_placed = bool(match.groupdict().get("at"))  # "on Tuesday at 18.45"
        is_alone = match["sign"] == ":" and passage.before(match.start()) in CLOCK_BEFORE
        is_time = match["mark"] or is_placed or is_alone
        return _time(int(match["hour24"]), match["minute24"]) if is_time else ""
    hour, half = amount_of(match["hour"]), match["half"].lower().removeprefix("in the ")[0]
    if hour is None or not 1 <= hour <= NOON:
        return ""
    if half != "o":
        hour = hour % NOON + (NOON if half in {"p", "e"} or match["half"].endswith("afternoon") else 0)
    return _time(hour, match["minute"] or "00")


def _time(hour: int, minute: str) -> str:
    return f"T{hour:02d}:{minute}" if hour <= LAST_HOUR and int(minute) <= LAST_MINUTE else ""


def on_last_day(passage: Passage, offset: int, time: str) -> Value:
    """Return a time on the day told last, else on the day of publication; not where its sentence told only a year."""
    if DAY.fullmatch(passage.last):
        return at_time(Value(passage.last, DateBasis.INHERITED), time)
    if passage.here and not SENTENCE_END.search(passage.text, passage.told_at, offset):
        return at_time(unresolved(UNKNOWN_VALUES[Unit.DAY]), time)
    return at_time(from_publication(passage, Unit.DAY, 0), time)


def turned_part(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "this morning", "that night", "the next morning", "the previous evening"."""
    word = match["turn"].lower()
    count, anchor = payload("turn", word).split()
    is_published = anchor == "publication" and not (word == "next" and match["the"])
    told = from_publication if is_published else from_last
    return at_time(told(passage, Unit.DAY, int(count)), payload("part", match["part"]))


def part_alone(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "at dawn", "in the morning": of the day told last; not "at night"."""
    time = payload("part", match["part"])
    if passage.after(match.end()) == "of":
        return None
    is_told = passage.before(match.start()) in ({"in"} if match["the"] else PART_BEFORE)
    return on_last_day(passage, match.start(), time) if is_told and (match["the"] or time != NIGHT) else None
