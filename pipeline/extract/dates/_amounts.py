"""Rules of durations ("three years") and of what returns ("every Monday"), and the reading of their numbers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from pipeline.extract._number_values import ONES, SCALES, TENS
from pipeline.extract.dates._anchor import from_publication
from pipeline.extract.dates._calendar import Days, Unit, move
from pipeline.extract.dates._grammar import Rule, Value, unresolved
from pipeline.extract.dates._tense import Tense
from pipeline.extract.dates._words import payload
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from datetime import date

    from pipeline.extract.dates._grammar import Passage

CLOCK_UNITS = frozenset({"TS", "TM", "TH"})
UNITS_A_DAY = {"TS": 86_400, "TM": 1_440, "TH": 24}
FORTNIGHT = "FN"
LONGER = {"FN": (2, "W"), "DE": (10, "Y"), "CE": (100, "Y")}
BETWEEN = re.compile(r" (?:to|or) |\d[-\u2010-\u2015]\d")
HALF = re.compile(r"half|1/2|½", re.IGNORECASE)
HALVES = {"CE": "50Y", "DE": "5Y", "Y": "6M", "TH": "30M", "TM": "30S"}
AGE = re.compile(r"[-\s\u2010-\u2015]{0,3}(?:old|of age)\b", re.IGNORECASE)
AGE_LENGTH = 12  # characters
RARELY_BARE = frozenset({"second", "quarter", "night"})
RATE_BEFORE = frozenset({"once", "twice", "times", "thrice", "percent", "%"})
RATE_TAGS = frozenset({"NNS", "CD"})
ELSEWHERE = frozenset({"after", "before", "ended", "ending", "of", "to"})
SENTENCE_ENDS = frozenset({"", ".", "!", "?", ":", ";", '"', "“", "‘", "'"})
TURN_SIGNS = {"past": -1, "last": -1, "next": 1, "coming": 1}


# --- numbers and units ---------------------------------------------------------------------------------------------


def unit_of_word(word: str) -> str:
    """Return the code of a unit of time; plural or not."""
    return payload("unit", word) or payload("unit", word.lower().replace("centurie", "century"))


def amount_of(words: str) -> int | None:
    """Return the whole number of an amount ("two", "a", "2 1/2"), None if it is not told ("several")."""
    text = " ".join(words.lower().strip(" -\u2010\u2011\u2012\u2013\u2014\u2015\n\t\u00a0").split())
    known = payload("amount", text)
    if known:
        return int(known) if known.isdigit() else None
    if BETWEEN.search(text):
        return None
    total = 0
    for part in re.split(r"[-\s]+", re.sub(r" and a half| 1/2|½", "", text)):
        number = ONES.get(part, TENS.get(part, 0)) if part.isalpha() else int(float(part.replace(",", "") or 0))
        total = total * SCALES[part] if part in SCALES else total + number
    return total


def counted(number: int, code: str) -> tuple[Unit, int]:
    """Return what an amount is in units of the calendar: "a fortnight" is two weeks; not for clocks."""
    return (Unit.WEEK, 2 * number) if code == FORTNIGHT else (Unit(code), number)


def _duration_value(words: str, code: str, *, has_half: bool = False) -> str:
    """Return the TIMEX3 value of an amount of a unit: `P3Y`, `PT24H`, `PXD`, `P2Y6M`; blank for "half a day"."""
    number = amount_of(words)
    time = "T" if code in CLOCK_UNITS else ""
    if words.lower().startswith("half"):
        return f"P{time}{HALVES[code]}" if code in HALVES else ""
    factor, letter = LONGER.get(code, (1, code)) if number is not None else (1, code.replace("FN", "W"))
    half = HALVES.get(code, "") if has_half or HALF.search(words) else ""
    return f"P{time}{'X' if number is None else number * factor}{letter.removeprefix('T')}{half}"


# --- durations -----------------------------------------------------------------------------------------------------


def _duration(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "three years", "a 16-hour siege", "half an hour"; an age is none; "will leave in two years" is a date."""
    words, code = "several" if match["vague"] else match["amount"], unit_of_word(match["unit"])
    if _is_no_length(match, passage):
        return None
    if passage.before(match.start()) == "in" and passage.tense_at(match.start()) is Tense.FUTURE:
        return _ahead(words, code, passage)
    value = _duration_value(words, code, has_half=bool(match["half"]))
    is_one = words.strip().lower() in {"a", "an"}
    if is_one and (code in {"TS", "Q"} or match["unit"].lower() == "night"):
        return None
    is_rate = is_one and (
        passage.before(match.start()) in RATE_BEFORE or passage.tag_before(match.start()) in RATE_TAGS
    )
    return unresolved(value, DateType.SET if is_rate else DateType.DURATION) if value else None


def _ahead(words: str, code: str, passage: Passage) -> Value:
    """Read "in two years" of what is to come."""
    number = amount_of(words)
    if number is None or code in CLOCK_UNITS or HALF.search(words):
        return unresolved("FUTURE_REF")
    unit, count = counted(number, code)
    return from_publication(passage, unit, count)


def _is_no_length(match: re.Match[str], passage: Passage) -> bool:
    """Tell "34-year-old", "60 Minutes", "the 2012 second quarter" and "three-quarters of" from a length of time."""
    is_age = AGE.match(passage.text, match.end(), match.end() + AGE_LENGTH) is not None
    is_name = is_title(match, passage)
    is_plural = passage.text[match.end("unit") : match.end("unit") + 1].lower() == "s"
    is_ordinal = unit_of_word(match["unit"]) in {"TS", Unit.QUARTER} and not is_plural
    return is_age or is_name or is_ordinal or (match["unit"] == "quarter" and passage.after(match.end()) == "of")


def is_title(match: re.Match[str], passage: Passage) -> bool:
    """Tell the programmes "60 Minutes" and "This Week" from a sentence that begins with "Years of war"."""
    word = match["unit"]
    opens_sentence = match.start("unit") == match.start() and passage.before(match.start()) in SENTENCE_ENDS
    return word[0].isupper() and not word.isupper() and not opens_sentence


def _turned_duration(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the past two weeks", "the next 48 hours": with the days they cover, as far as known."""
    words, code = match["amount"] or "a", unit_of_word(match["unit"])
    value = _duration_value(words, code)
    if not value or _is_no_length(match, passage):
        return None
    is_elsewhere = passage.after(match.end()) in ELSEWHERE  # "the last three months of 2019"
    sign = 0 if is_elsewhere else TURN_SIGNS.get(match["turn"].lower(), 0)
    days = _days_from(passage.reference, amount_of(words), code, sign)
    return Value(value, DateBasis.RELATIVE if days else DateBasis.NONE, DateType.DURATION, covers=days)


def _days_from(reference: date | None, number: int | None, code: str, sign: int) -> Days | None:
    """Return the days of "the past two weeks" (sign -1) or "the next 48 hours" (1), that of publication included."""
    if reference is None or number is None or not sign:
        return None
    if code in UNITS_A_DAY:
        number, code = math.ceil(number / UNITS_A_DAY[code]), Unit.DAY
    other = move(reference, *counted(sign * number, code))
    return Days(min(reference, other), max(reference, other)) if other else None


def _vague_duration(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "for years", "in recent months"; not "37 years old"."""
    code = unit_of_word(match["unit"])
    is_bare = match.start() == match.start("unit")
    if is_bare and (match["unit"].lower() in RARELY_BARE or passage.tag_before(match.start()) == "CD"):
        return None
    if AGE.match(passage.text, match.end(), match.end() + AGE_LENGTH) or is_title(match, passage):
        return None
    return unresolved(_duration_value("several", code), DateType.DURATION)


# --- what returns --------------------------------------------------------------------------------------------------


def _every(match: re.Match[str], _: Passage) -> Value | None:
    """Read "every Monday", "each July", "every two weeks", "per day"."""
    if match["weekday"]:
        return unresolved(f"XXXX-WXX-{payload('weekday', match['weekday'])}", DateType.SET)
    if match["month"]:
        return unresolved(f"XXXX-{int(payload('month', match['month'])):02d}", DateType.SET)
    if match["part"]:
        return unresolved(f"XXXX-XX-XX{payload('part', match['part'])}", DateType.SET)
    value = _duration_value(match["amount"] or "one", unit_of_word(match["unit"]))
    return unresolved(value, DateType.SET) if value else None


def _weekday_parts(match: re.Match[str], _: Passage) -> Value | None:
    """Read "Monday nights"."""
    weekday, part = payload("weekday", match["weekday"]), payload("part", match["part"])
    return unresolved(f"XXXX-WXX-{weekday}{part}", DateType.SET)


def _frequency(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "daily", "annually"; not "the Daily Courier"."""
    if match["word"][0].isupper() and passage.after(match.end())[:1].isupper():
        return None
    return unresolved(payload("set", match["word"]), DateType.SET)


EVERY = (
    r"(?:every|each|per) (?:(?P<weekday>{WEEKDAY})|(?P<month>{LONG_MONTH})|(?P<part>{PART})"
    r"|(?P<amount>{AMOUNT})?(?P<unit>{UNIT})s?)"
)
RULES = (
    Rule(
        "date.duration",
        "amount number digit",
        r"(?P<amount>{AMOUNT})(?:(?:more|full|whole|consecutive|straight|additional) )?(?P<unit>{UNIT})s?"
        r"(?:(?P<half> and a half)|(?P<vague> or (?:two|three)))?(?:{HYPHEN}long)?",
        _duration,
    ),
    Rule(
        "date.duration_turned",
        "turn ordinal",
        r"(?:the )?(?P<turn>last|past|previous|preceding|next|coming|following|first|final|latest|these|those) "
        r"(?P<amount>{AMOUNT})(?P<unit>{UNIT})s?",
        _turned_duration,
    ),
    Rule("date.duration_past", "turn", r"(?:the |this )?(?P<turn>past) (?P<amount>)(?P<unit>{UNIT})", _turned_duration),
    Rule(
        "date.duration_vague",
        "unit turn ref phase",
        r"(?:the )?(?:(?:recent|coming|past|last|next|early|following|previous|final) )?(?P<unit>{UNIT})s"
        r"(?:{HYPHEN}long)?",
        _vague_duration,
    ),
    Rule("date.every", "every", EVERY, _every),
    Rule("date.weekday_parts", "weekday", r"(?P<weekday>{WEEKDAY}) (?P<part>{PART})s", _weekday_parts),
    Rule("date.frequency", "set", r"(?P<word>{SET})", _frequency),
)
