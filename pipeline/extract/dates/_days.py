"""Rules of days and months that the text names: "14 March 2023", "Tuesday, Dec. 7", "2023-03-14", "in August 1990"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extract._number_values import ONES, TENS
from pipeline.extract.dates._anchor import complete_day, complete_month, nearest
from pipeline.extract.dates._calendar import LONGEST_MONTH_DAYS, add_months, days_of, make_day, parse_day
from pipeline.extract.dates._grammar import Rule, Value, explicit, unresolved
from pipeline.extract.dates._tense import Tense
from pipeline.extract.dates._words import entries, entry_of, payload
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from datetime import date

    from pipeline.extract.dates._grammar import Passage

SHORT_YEAR_LENGTH = 2
SHORTEST_SPOKEN = 10  # "nineteen ten", but "nineteen oh nine"
LAST_SHORT_YEAR = 2030  # "30" is 2030 where no publication tells more, "31" is 1931
CACHED_DATES = 1024
NAME_REACH = 48  # characters
CAPITALISED = re.compile(r"(?:\s(?:of|and|on|for|the|[A-Z]\w{0,20})){1,6}")
ARTICLES = frozenset({"the", "a", "an"})
SURE_MONTH_BEFORE = re.compile(r"by|during|in|last|next|of|since|this|throughout|till|until")
MONTH_BEFORE = re.compile(
    r"in|since|until|till|by|from|between|to|during|before|after|of|early|late|mid|through|throughout|last|next|this|and|or"
    r"|previous|following|coming|around|past|[(–-]"
)
FREE_AFTER = re.compile(r"an?|and|as|at|by|from|in|near|on|that|the|to|when|where|with")
DAY_ALONE_BEFORE = re.compile(r"and|by|from|on|since|to|until")
DAY_PLACED_BEFORE = re.compile(r"by|on|since|until")

MONTH_DAY = (
    r"(?:(?P<weekday>{ANY_WEEKDAY}),? )?(?P<month>{MONTH})\.? ?(?:the )?(?P<day>{DAY})"
    r"(?:(?P<link>{HYPHEN}| (?:to|through|until|and) )(?P<last>{DAY}))?(?:(?:[,.] ?| | of )(?P<year>{YEAR}))?"
)
DAY_MONTH = (
    r"(?:(?P<weekday>{ANY_WEEKDAY}),? )?(?:the )?(?P<day>{DAY})"
    r"(?:(?:{HYPHEN}| (?:to|through|until|and) )(?:the )?(?P<last>{DAY}))?"
    r"(?: | of )(?P<month>{MONTH})(?:,? (?:of )?(?P<year>{YEAR})|,? {APOSTROPHE}?(?P<short>{SHORT_YEAR}))?"
)
DAY_MONTH_JOINED = r"(?P<day>{DAY})(?P<sign>[-/.])(?P<month>{MONTH})(?P=sign)(?P<year>{YEAR}|{SHORT_YEAR})"
YEAR_OF_SECOND = (
    r"(?:,? (?:and|or|to|through|until) |{HYPHEN})(?:the )?(?:{DAY} )?(?P<month>{MONTH})(?: {DAY})?,? (?P<year>{YEAR})"
)
NUMERIC = r"(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<year>{YEAR}|{SHORT_YEAR})"
ISO = (
    r"(?P<year>(?:1\d|2[01])\d\d)-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d)"
    r"(?:[T ](?P<time>[0-2]\d:[0-5]\d)(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?)?"
    r"(?!-\w)"  # "2012-04-S-048" is the number of a letter
)
ODD = (
    r"(?:{YEAR},? {MONTH} {DAY}|{YEAR}[-/]{MONTH}[-/]{DAY}|(?:1\d|2[01])\d\d[/.]\d{1,2}[/.]\d{1,2}"
    r"|{MONTH}[-/]{DAY}[-/]{YEAR})"
)
MONTH_YEAR = r"(?P<month>{MONTH})(?:,? (?:of )?(?P<year>{ANY_YEAR})|,? {APOSTROPHE}(?P<short>{SHORT_YEAR}))"


# --- days ----------------------------------------------------------------------------------------------------------


def _month_and_day(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "March 14, 2023", "Tuesday, 14 March", "Dec. 5-9", "the 14th of March"."""
    if not is_month_name(match, passage) or is_in_name(match.end(), passage):
        return None
    is_joined = "and" in (match.groupdict().get("link") or "")
    if is_joined and not match["year"] and not _is_free(match, passage):  # "on May 5 and 12 people"
        return None
    month = month_number(match["month"])
    year, end = _year_of(match, passage)
    known = _known_day(match, passage, month) if year is None and not match["last"] else None
    if known:
        return known
    first = _day_in(match, passage, year, month, match["day"])
    last = _day_in(match, passage, year, month, match["last"]) if match["last"] else first
    if first is None or last is None:
        return None
    value = first.value if first == last else f"{first.value}/{last.value}"
    if first != last and not days_of(value) and not value.startswith("X"):
        return None
    return Value(value, first.basis, end=end)


def _known_day(match: re.Match[str], passage: Passage, month: int) -> Value | None:
    """Read "the September 11 attacks": a day that is known by what happened on it, if that was before publication."""
    event = f"{month:02d}-{int(re.sub(r'[^0-9]', '', match['day'])):02d} {passage.after(match.end()).lower()}"
    entry = next((known for known in entries("known_day").values() if known.label.endswith(event)), None)
    day = parse_day(entry.label.split()[1][:10]) if entry else None
    if entry is None or day is None or (passage.reference and day > passage.reference):
        return None
    return Value(day.isoformat(), DateBasis.EXPLICIT, rule_id=entry.id)


def _joined(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "14-Mar-2023", "7/Dec/90"."""
    made = make_day(
        full_year(match["year"], passage), month_number(match["month"]), int(re.sub(r"\D", "", match["day"]))
    )
    return explicit(made.isoformat()) if made else None


def _day_in(match: re.Match[str], passage: Passage, year: int | None, month: int, digits: str) -> Value | None:
    day = int(re.sub(r"\D", "", digits))
    if year is None:
        told = weekday_number(match["weekday"]) if match["weekday"] else 0
        return complete_day(passage, match.start(), month, day, told)
    made = make_day(year, month, day)
    return explicit(made.isoformat()) if made else None


def _year_of(match: re.Match[str], passage: Passage) -> tuple[int | None, int]:
    """Return the year of a match, if it has one, and where the expression ends."""
    if match["year"]:
        return full_year(match["year"], passage), match.end()
    short = match.groupdict().get("short")
    if short and _is_free(match, passage):
        return full_year(short, passage), match.end()
    return told_ahead(match, passage), match.end("month") if short else match.end()


def told_ahead(match: re.Match[str], passage: Passage) -> int | None:
    """Return the year of the first of two dates, told by the second: 2015 of "28 December to 1 January 2016"."""
    second = passage.match(YEAR_OF_SECOND, match.end())
    if second is None:
        return None
    is_before = month_number(match["month"]) > month_number(second["month"])
    return int(second["year"]) - is_before


def _is_free(match: re.Match[str], passage: Passage) -> bool:
    """Tell whether the number that ends a match counts nothing: "7 Dec 90 near", not "on 7 December 15 men"."""
    following = passage.after(match.end())
    return not following[:1].islower() or FREE_AFTER.fullmatch(following) is not None


def full_year(digits: str, passage: Passage) -> int:
    """Return a year of four digits or in words; of two digits, the last such year up to the one after publication."""
    if digits[0].isalpha():
        return spoken_year(digits)
    if len(digits) > SHORT_YEAR_LENGTH:
        return int(digits)
    latest = passage.reference.year + 1 if passage.reference else LAST_SHORT_YEAR
    return latest - (latest - int(digits)) % 100


def spoken_year(words: str) -> int:
    """Return the year of "nineteen ninety-four", "twenty oh five", "two thousand"; 0 of "twenty nine"."""
    parts = re.split(r"[-\s]+", words.lower())
    if parts[0] == "two":
        return 2000
    rest = sum(ONES.get(part, TENS.get(part, 0)) for part in parts[1:])
    century = ONES.get(parts[0], TENS.get(parts[0], 0))
    return century * 100 + rest if "oh" in parts or rest >= SHORTEST_SPOKEN else 0


def is_in_name(end: int, passage: Passage) -> bool:
    """Tell whether what ends here is part of a name: "the 2012 Emergency Powers Act", "the April 6 Movement"."""
    name = CAPITALISED.match(passage.text, end, end + NAME_REACH)
    words = name[0].lower().split() if name else []
    return any(entry_of("named_after", word) for word in words)


def month_number(word: str) -> int:
    """Return 1 to 12 for the name of a month."""
    return int(payload("month", word) or payload("short_month", word))


def weekday_number(word: str) -> int:
    """Return 1 Monday to 7 Sunday for the name of a weekday."""
    return int(payload("weekday", word) or payload("short_weekday", word))


def _numeric(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "14/03/2023", day first unless that is impossible."""
    if len(match["year"]) == SHORT_YEAR_LENGTH and match["sign"] == "-":  # "12-10-15" is a score or a model
        return None
    first, second, year = int(match["first"]), int(match["second"]), full_year(match["year"], passage)
    made = make_day(year, second, first) or make_day(year, first, second)
    return explicit(made.isoformat()) if made else None


def _iso(match: re.Match[str], _: Passage) -> Value | None:
    if not match["day"] and (int(match["year"]) + 1) % 100 == int(match["month"]):  # "2006-07" is two years
        return None
    value = "-".join(part for part in match.group("year", "month", "day") if part)
    if not match["time"] or explicit(value) is None:
        return explicit(value)
    return Value(f"{value}T{match['time']}", DateBasis.EXPLICIT, DateType.TIME)


def _odd(match: re.Match[str], _: Passage) -> Value | None:
    """Read "2023 March 14", "2023/3/14": an order that only dateparser knows."""
    day = parse_odd(" ".join(match[0].split()))
    return explicit(day.isoformat()) if day else None


@lru_cache(maxsize=CACHED_DATES)
def parse_odd(text: str) -> date | None:
    """Read a full date in any order, by dateparser; None if a part is missing."""
    import dateparser  # noqa: PLC0415 - takes a third of a second, and few texts need it

    order = "YMD" if text[:4].isdigit() else "MDY"
    found = dateparser.parse(text, languages=["en"], settings={"STRICT_PARSING": True, "DATE_ORDER": order})
    return found.date() if found else None


def _day_alone(match: re.Match[str], passage: Passage) -> Value | None:
    """Read "on the 14th": of the month told last, unless that day is still to come, else the last one so far."""
    is_of_noun = passage.tag_after(match.end()).startswith(("NN", "JJ")) or passage.after(match.end()) == "of"
    before = passage.before(match.start())
    if is_of_noun or not DAY_ALONE_BEFORE.fullmatch(before):
        return None
    day = int(match["day"])
    told = re.match(r"(\d{4})-(\d\d)", passage.last)
    made = make_day(int(told[1]), int(told[2]), day) if told else None
    tense = passage.tense_at(match.start())
    if made and (passage.reference is None or made <= passage.reference or tense is not Tense.PAST):
        return Value(made.isoformat(), DateBasis.INHERITED)
    if passage.reference is None or not DAY_PLACED_BEFORE.fullmatch(before):
        return unresolved(f"XXXX-XX-{day:02d}") if 1 <= day <= LONGEST_MONTH_DAYS else None
    months = (add_months(passage.reference.replace(day=1), shift) for shift in range(-2, 3))
    found = [made for first in months if first and (made := make_day(first.year, first.month, day))]
    chosen = nearest(found, passage.reference, tense)
    return Value(chosen.isoformat(), DateBasis.RELATIVE) if chosen else None


# --- months --------------------------------------------------------------------------------------------------------


def _month_and_year(match: re.Match[str], passage: Passage) -> Value | None:
    year = full_year(match["year"] or match["short"], passage)
    return explicit(f"{year:04d}-{month_number(match['month']):02d}") if is_month_name(match, passage) else None


def _month(match: re.Match[str], passage: Passage) -> Value | None:
    following = passage.after(match.end())
    is_first_name = following[:1].isupper() and not SURE_MONTH_BEFORE.fullmatch(passage.before(match.start()))
    if following.isdigit() or is_first_name or not is_month_name(match, passage, is_alone=True):
        return None
    year = told_ahead(match, passage)
    if year:
        return explicit(f"{year:04d}-{month_number(match['month']):02d}")
    return complete_month(passage, match.start(), month_number(match["month"]))


def is_month_name(match: re.Match[str], passage: Passage, *, is_alone: bool = False) -> bool:
    """Tell the month from the verb or adjective: "in May", not "they may"; "March 3", not "march".

    The names of months that are no other word pass in any case. One that is stands after a preposition or, as in "the
    March protests", before a noun, where no day or year stands beside it.
    """
    entry = entry_of("month", match["month"]) or entry_of("short_month", match["month"])
    if entry is None or "|" not in entry.pos:
        return True
    if not match["month"][0].isupper():
        return False
    if match.groupdict().get("year"):
        return True
    is_of_noun = passage.before(match.start()) in ARTICLES and passage.tag_after(match.end()).startswith("NN")
    is_placed = not is_alone or is_of_noun or MONTH_BEFORE.fullmatch(passage.before(match.start()))
    return bool(is_placed) and passage.tag_at(match.start("month")) != "MD"


RULES = (
    Rule("date.iso", "digit", ISO, _iso),
    Rule("date.numeric", "digit", NUMERIC, _numeric),
    Rule("date.odd", "digit month short_month", ODD, _odd),
    Rule("date.month_day", "weekday short_weekday month short_month", MONTH_DAY, _month_and_day),
    Rule("date.day_month", "weekday short_weekday digit", DAY_MONTH, _month_and_day),
    Rule("date.day_alone", "digit", r"the (?P<day>\d{1,2})(?:st|nd|rd|th)", _day_alone),
    Rule("date.day_month_joined", "digit", DAY_MONTH_JOINED, _joined),
    Rule("date.month_year", "month short_month", MONTH_YEAR, _month_and_year),
    Rule("date.month", "month", r"(?P<month>{LONG_MONTH})", _month),
)
