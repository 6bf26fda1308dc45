"""Rules of years and what is counted in years: quarters, seasons, decades, centuries, holidays of a year."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract.dates._anchor import complete_day, nearest
from pipeline.extract.dates._days import full_year, is_in_name, spoken_year
from pipeline.extract.dates._grammar import Rule, Value, explicit, unresolved
from pipeline.extract.dates._holidays import SIGHTING_DAYS, holidays_in, islamic_day, value_of
from pipeline.extract.dates._tense import Tense
from pipeline.extract.dates._words import entry_of, payload
from pipeline.records import DateBasis

if TYPE_CHECKING:
    from pipeline.extract.dates._grammar import Passage

FIXED = re.compile(r"\d\d-\d\d")
LIKELY_YEARS = range(1900, 2050)
SURE_YEAR_BEFORE = re.compile(r"in|since|until|till|by|years?|early|late|mid")
YEAR_BEFORE = re.compile(
    r"of|from|between|and|to|during|before|after|for|around|circa|through|throughout|summer|winter|spring|autumn|fall|or|[(–-]"
)
NUMBER_BEFORE = re.compile(r"about|some|nearly|almost|over|than|least|most|only|another|at|no|[#$€£¥+]")
PHONE_REACH = 6
PHONE = re.compile(r"(?:(?<!\d)\d{1,3}[-\u2010-\u2015]|\d\s?)\Z")
POSSESSIVE = re.compile(r"his|her|their|my|your|our")


# --- years ---------------------------------------------------------------------------------------------------------


def _year(match: re.Match[str], passage: Passage) -> Value | None:
    return explicit(match["year"]) if is_year(match, passage) else None


def is_year(match: re.Match[str], passage: Passage) -> bool:
    """Tell the year 2012 from 2012 people, room 2012 and the Emergency Act 2012."""
    number, before, following = int(match["year"]), passage.before(match.start()), passage.after(match.end())
    is_placed = SURE_YEAR_BEFORE.fullmatch(before) is not None
    is_counted = entry_of("counted", following) and not (is_placed and _is_object(match, passage))
    if is_counted or entry_of("numbered", before) or NUMBER_BEFORE.fullmatch(before):
        return False
    if _is_part_of_name(match, passage):
        return False
    if is_placed:
        return True
    if number not in LIKELY_YEARS or number % 100 == 0:
        return number % 100 != 0 and YEAR_BEFORE.fullmatch(before) is not None
    return YEAR_BEFORE.fullmatch(before) is not None or not passage.tag_before(match.start()).startswith("VB")


def _is_object(match: re.Match[str], passage: Passage) -> bool:
    """Tell "in 1982 soldiers razed the village" from "in 2000 villages": what counts stands under the preposition."""
    number = passage.tokens.get(match.start("year"))
    return number is not None and number.head.dep_ != "pobj"


def _is_part_of_name(match: re.Match[str], passage: Passage) -> bool:
    """Tell whether the figures belong to "the 2012 Emergency Powers Act" or to the telephone number 555-2012."""
    is_phone = PHONE.search(passage.text, max(0, match.start("year") - PHONE_REACH), match.start("year")) is not None
    return is_phone or is_in_name(match.end(), passage)


def _spoken_year(match: re.Match[str], _: Passage) -> Value | None:
    """Read "nineteen ninety-four", "the year two thousand"."""
    year = spoken_year(match["year"])
    return explicit(f"{year:04d}") if year else None


def _years_after(match: re.Match[str], _: Passage) -> Value | None:
    """Read "1990-94", "2007/08": a range whose end is cut short."""
    first = match["first"]
    last = f"{first[:2]}{match['last']}"
    return explicit(f"{first}/{last}") if int(last) > int(first) else None


def _before_christ(match: re.Match[str], _: Passage) -> Value | None:
    return Value(f"BC{int(match['year']):04d}", DateBasis.EXPLICIT)


def _decade(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the 1980s", "the '80s", "the eighties"; not "a man in his eighties"."""
    if match["year"]:
        return explicit(match["year"][:3])
    if match["word"] and POSSESSIVE.fullmatch(passage.before(match.start())):
        return None
    tens = payload("decade", match["word"]) if match["word"] else match["short"][0]
    return explicit(f"{full_year(f'{tens}0', passage):04d}"[:3])


def _century(match: re.Match[str], _: Passage) -> Value | None:
    number = ordinal_number(match["ordinal"])
    return explicit(f"{number - 1:02d}") if number > 1 else None


def ordinal_number(word: str) -> int:
    """Return the number of an ordinal, in words or digits."""
    return int(payload("ordinal", word) or re.sub(r"\D", "", word))


# --- parts of a year -----------------------------------------------------------------------------------------------


def _season(match: re.Match[str], passage: Passage) -> Value | None:
    return explicit(f"{full_year(match['year'], passage):04d}-{payload('season', match['season'])}")


def _quarter(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "the third quarter of 2019", "Q3 2019", "the second half of 2008"."""
    groups = match.groupdict()
    is_half = (groups.get("part") or "").lower() == "half"
    parts = 2 if is_half else 4
    number = int(groups["digit"]) if groups.get("digit") else parts
    if groups.get("ordinal"):
        number = ordinal_number(match["ordinal"])
    code = f"{'H' if is_half else 'Q'}{number}"
    if not 1 <= number <= parts or (is_half and not match["year"]):
        return None
    if match["year"]:
        return explicit(f"{match['year']}-{code}")
    if passage.reference is None:
        return unresolved(f"XXXX-{code}")
    is_ahead = (number - 1) * 12 // parts + 1 > passage.reference.month
    shift = int(is_ahead and passage.tense_at(match.start()) is not Tense.FUTURE)
    return Value(f"{passage.reference.year - shift:04d}-{code}", DateBasis.RELATIVE)


def _fiscal_year(match: re.Match[str], passage: Passage) -> Value | None:
    return explicit(f"{full_year(match['year'] or match['short'], passage):04d}")


# --- holidays ------------------------------------------------------------------------------------------------------


def _holiday(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "Christmas Eve", "Easter 2018", "Eid al-Fitr": of the year told, else the nearest one."""
    entry = entry_of("holiday", match["name"])
    if entry is None or not match["name"][0].isupper() or entry_of("holiday_event", passage.after(match.end())):
        return None
    place = entry.label.partition(" ")[2]
    found = _holiday_of_year(place, int(match["year"])) if match["year"] else _nearest_holiday(place, passage, match)
    return replace(found, rule_id=entry.id) if found else None


def _holiday_of_year(place: str, year: int) -> Value | None:
    """Read "Easter 2018", "Ramadan 1443"; the year alone where no calendar goes so far or the holiday fell twice."""
    days = holidays_in(place, year)
    return Value(value_of(days[0]), DateBasis.EXPLICIT) if len(days) == 1 else explicit(f"{year}")


def _nearest_holiday(place: str, passage: Passage, match: re.Match[str]) -> Value | None:
    if FIXED.fullmatch(place):
        return complete_day(passage, match.start(), int(place[:2]), int(place[3:]))
    if passage.reference is None:
        return unresolved("XXXX-XX-XX")
    found = {days.start: days for shift in (-1, 0, 1) for days in holidays_in(place, passage.reference.year + shift)}
    chosen = nearest(list(found), passage.reference, passage.tense_at(match.start()))
    return Value(value_of(found[chosen]), DateBasis.RELATIVE) if chosen else unresolved("XXXX-XX-XX")


def _islamic_day(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "13 Muharram 1443", "the 10th of Muharram"."""
    month, day = int(payload("islamic_month", match["month"])), int(re.sub(r"\D", "", match["day"]))
    if match["year"]:
        days = islamic_day(int(match["year"]), month, day)
        return Value(value_of(days), DateBasis.EXPLICIT) if days else None
    return _nearest_holiday(f"islamic {month:02d}-{day:02d} for {SIGHTING_DAYS}", passage, match)


def _named_day(match: re.Match[str], _: Passage) -> Value | None:
    entry = entry_of("named_day", match["name"])
    return Value(entry.label.partition(" ")[2], DateBasis.EXPLICIT, rule_id=entry.id) if entry else None


OF_YEAR = r"(?:(?:,? of | in | )(?P<year>{YEAR}))?"
RULES = (
    Rule("date.year", "digit year_word", r"(?:the years? )?(?P<year>{YEAR})", _year),
    Rule(
        "date.years",
        "digit year_word",
        r"(?:the years )?(?P<first>(?:1\d|20)\d\d)[-/\u2010-\u2015](?P<last>\d\d)(?![-/]\d)",
        _years_after,
    ),
    Rule("date.year_spoken", "number year_word", r"(?:the year )?(?P<year>{YEAR_WORDS})", _spoken_year),
    Rule("date.before_christ", "digit", r"(?P<year>\d{1,4}) (?:bce|bc|b\.c\.(?:e\.)?)", _before_christ),
    Rule(
        "date.decade",
        "digit decade short_year",
        r"(?:the )?(?:(?P<year>(?:1\d|20)\d0){APOSTROPHE}?s|{APOSTROPHE}(?P<short>\d)0s|(?P<word>{DECADE}))",
        _decade,
    ),
    Rule("date.century", "digit ordinal", r"(?:the )?(?P<ordinal>{ORDINAL})[- ]century", _century),
    Rule(
        "date.season_year",
        "season",
        r"(?:the )?(?P<season>{SEASON})(?: of|,)? (?:{YEAR}[-/])?(?P<year>{ANY_YEAR}|{SHORT_YEAR})",
        _season,
    ),
    Rule(
        "date.quarter",
        "digit ordinal fiscal",
        r"(?:the )?(?:fiscal[- ])?(?P<ordinal>{ORDINAL})[- ](?P<part>quarter|half)" + OF_YEAR,
        _quarter,
    ),
    Rule(
        "date.quarter_last",
        "turn phase",
        r"(?:the )?(?:last|final) (?P<part>quarter|half) (?:of |in )(?P<year>{YEAR})",
        _quarter,
    ),
    Rule("date.quarter_short", "quarter", r"Q(?P<digit>[1-4])" + OF_YEAR, _quarter),
    Rule(
        "date.fiscal_year",
        "fiscal",
        r"(?:the )?(?:(?:fiscal|financial)(?: year)? (?P<year>{YEAR})|FY ?(?P<short>\d{4}|\d\d))",
        _fiscal_year,
    ),
    Rule("date.holiday", "holiday", r"(?P<name>{HOLIDAY})(?:,? (?:of )?(?P<year>{YEAR}))?", _holiday),
    Rule(
        "date.islamic_day",
        "digit",
        r"(?:the )?(?P<day>{DAY}) (?:of )?(?P<month>{ISLAMIC_MONTH})(?:,? (?P<year>1[34]\d\d)(?!\d))?",
        _islamic_day,
    ),
    Rule("date.named_day", "digit named_day", r"(?P<name>{NAMED_DAY})", _named_day),
)
