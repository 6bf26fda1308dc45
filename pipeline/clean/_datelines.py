"""Finds the dateline that a paragraph opens with, as in "ORLA, Feb 9 (Sur Agency) - Armed men ...".

It is read part by part: a place, a day, an agency in brackets, a dash. What lacks a day and an agency ("Orla - The
mayor ...") must meet more conditions, since ordinary prose opens with a name and a dash as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.clean._days import MONTH, WEEKDAY, read_day
from pipeline.records import Span

MAX_LENGTH = 300  # characters of a paragraph in which its dateline ends
MIN_REST = 20  # characters of news after a dateline without day or agency
MIN_CAPITALS = 3  # letters of a place in capitals
MAX_WEAK_WORDS, MAX_WORDS = 3, 5  # of the place, where that is nearly all there is
MAX_PARTS = 6

CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
WORD = rf"{CAPITAL}[\w'’.]{{0,30}}"
SMALL = r"(?:de|del|la|las|los|el|al|of|and|the|du|des|di|da|do|dos|y|sur|en|on|upon|am|der|le|les|bin|ibn)"
NAME = rf"{WORD}(?:(?:[ \u00a0/-]|[ ]/[ ])(?:{SMALL}[ -])?{WORD}){{0,4}}"
NAMED_MONTH = f"(?i:{MONTH.replace('?P<month>', '?:')})"
DAY = (  # "Feb 9", "9 February 2021", "Monday, May 3, 2021", "8 Jan 90"
    rf"(?:(?i:{WEEKDAY}),?[ ])?(?:{NAMED_MONTH}[ ]?\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th)?[ ]{NAMED_MONTH})(?!\d)"
    rf"(?:(?:[,.][ ]?|[ ])(?:19|20)\d\d|[ ]['’]?\d\d)?(?!\d)"
)
FIRST_PLACE = re.compile(NAME)
MORE_PLACE = re.compile(rf",[ \u00a0]?{NAME}")
FIRST_DAY = re.compile(DAY)
MORE_DAY = re.compile(rf"[,.]?[ \u00a0]{{1,2}}(?:[-–—][ ])?{DAY}")
NO_DAY = re.compile(r",[ ]{1,2}(?i:no date|undated)(?![^\W\d_])")
BRACKET = re.compile(r",?[ \u00a0]{0,2}\((?P<inside>[^()\n]{2,60})\)")
AGENCY = re.compile(rf"(?:\d{{1,3}})?{CAPITAL}[^:]{{0,60}}$")
SLASHED = re.compile(rf"\.?[ ]/{CAPITAL}{{2,12}}/\.?")  # "/TASS/"
DASH = re.compile("[ \u00a0]{0,3}\\.?[ \u00a0]?(?:-{1,3}|[–—―−\x96\x97\ufffd]{1,2}|_{1,2})")
COLON = re.compile(r"[ ]?:")
TAGS = re.compile(r"(?:\s{0,2}\[[^\[\]\n]{1,150}\]){1,5}")  # "[Text] [Continued]" of monitoring services
STARTS_NEWS = re.compile(rf"\s{{0,3}}[\"'“‘«\[(]{{0,2}}(?:{CAPITAL}|\d)")
ASIDE = re.compile(r"[ ](?:--?|[–—])[ ]")
# What stands where a place would: labels of a page, days, and words that open a sentence.
NO_PLACE = {
    *("update", "updated", "breaking", "watch", "video", "photo", "photos", "exclusive", "correction", "note", "live"),
    *("read", "related", "trending", "more", "original", "previous", "first", "latest", "download", "share", "follow"),
    *("opinion", "analysis", "editorial", "background", "summary", "question", "answer", "warning", "alert", "news"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "yesterday", "today", "tomorrow"),
    *("the", "a", "an", "in", "on", "at", "he", "she", "it", "they", "we", "i", "his", "her", "this", "that", "but"),
    *("police", "file"),
}
# "Daily Update, 3 May 2021" is a title.
REPORTS = {"update", "report", "summary", "bulletin", "digest", "briefing", "roundup", "news"}


@dataclass(frozen=True, slots=True)
class _Opening:
    """What a paragraph opens with, as far as it could be a dateline; `end` is where the news would start."""

    place: str = ""
    bracketed: bool = False
    day: str = ""
    day_in_brackets: bool = False
    agency: bool = False
    sign: str = ""
    tagged: bool = False
    end: int = 0

    @property
    def in_capitals(self) -> bool:
        """Tell whether the first part of the place is in capitals: "LAS ORLAS, Norland"."""
        letters = [character for character in self.place.partition(",")[0] if character.isalpha()]
        return len(letters) >= MIN_CAPITALS and all(character.isupper() for character in letters)


def find_dateline(text: str, paragraph: Span, *, is_first: bool) -> Span | None:
    """Return the dateline that opens a paragraph, with its dash, or None.

    Args:
        text: the article.
        paragraph: where to look.
        is_first: whether this is the first running text, where weaker forms are taken for datelines too.
    """
    head = text[paragraph.start : min(paragraph.end, paragraph.start + MAX_LENGTH)]
    opening = _read_sign(head, _read_parts(head, _read_first(head)))
    rest = text[paragraph.start + opening.end : paragraph.end]
    if opening.place.lower().split(" ")[0] in NO_PLACE and not opening.agency:  # "THE HAGUE (Sur Agency) - "
        return None
    if rest and not opening.tagged and not STARTS_NEWS.match(rest):
        return None  # "Ana Paz (right) - the mayor's sister - was there."
    if _is_strong(opening, rest, is_first=is_first) or (is_first and _is_weak(opening, rest)):
        return Span(paragraph.start, paragraph.start + opening.end)
    return None


def _read_first(head: str) -> _Opening:
    day = FIRST_DAY.match(head)
    if day:
        return _Opening(day=day[0], end=day.end())
    bracket = BRACKET.match(head)
    if bracket:  # "(Orla) - ", "(Orla, May 3, 2021) - "
        inside = _read_parts(bracket["inside"], _read_name(bracket["inside"]))
        whole = inside.place and inside.end == len(bracket["inside"])
        return replace(inside, bracketed=True, end=bracket.end()) if whole else _Opening()
    return _read_name(head)


def _read_name(head: str) -> _Opening:
    name = FIRST_PLACE.match(head)
    return _Opening(place=name[0], end=name.end()) if name else _Opening()


def _read_parts(head: str, opening: _Opening) -> _Opening:
    """Read on over further names, days and brackets."""
    for _ in range(MAX_PARTS):
        before = opening
        if (day := MORE_DAY.match(head, opening.end)) and not opening.day:
            opening = replace(opening, day=day[0], end=day.end())
        elif no_day := NO_DAY.match(head, opening.end):
            opening = replace(opening, end=no_day.end())
        elif bracket := BRACKET.match(head, opening.end):
            opening = _read_bracket(opening, bracket)
        elif slashed := SLASHED.match(head, opening.end):
            opening = replace(opening, agency=True, end=slashed.end())
        elif (name := MORE_PLACE.match(head, opening.end)) and not opening.day and not opening.agency:
            opening = replace(opening, place=opening.place + name[0], end=name.end())
        if opening == before:
            break
    return opening


def _read_bracket(opening: _Opening, bracket: re.Match[str]) -> _Opening:
    """Read "(Dec. 7, 2012)" as a day, "(Norland)," as part of the place and "(Sur Agency)" as an agency."""
    inside = bracket["inside"].strip()
    if FIRST_DAY.fullmatch(inside):
        return replace(opening, day=inside, day_in_brackets=True, end=bracket.end())
    if not opening.day and not AGENCY.match(inside):
        return opening
    if bracket.string.startswith(",", bracket.end()) and not opening.agency:
        return replace(opening, place=opening.place + bracket[0], end=bracket.end())
    return replace(opening, agency=True, end=bracket.end())


def _read_sign(head: str, opening: _Opening) -> _Opening:
    sign = DASH.match(head, opening.end) or COLON.match(head, opening.end)
    if sign is None or not opening.end:
        return opening
    tags = TAGS.match(head, sign.end())
    return replace(opening, sign=sign[0], tagged=tags is not None, end=(tags or sign).end())


def _is_strong(opening: _Opening, rest: str, *, is_first: bool) -> bool:
    """Tell whether a day or an agency proves it: "ORLA (AP) -", "Orla, 8 Jan 90 (Radio Sur) --", "(Orla) - "."""
    sign, agency = bool(opening.sign), opening.agency
    if not opening.place:  # "Feb 9 (Sur Agency) - "
        return bool(opening.day) and agency and sign
    if opening.bracketed:
        return sign and (is_first or bool(opening.day))
    if not rest:
        return _is_line(opening, is_first=is_first)
    if opening.day:  # "Orla, 3 May 2021 - ", "ORLA (May 3) Two men ...", but not "Orla, May 3. A day later ..."
        return sign or agency or (opening.in_capitals and opening.day_in_brackets)
    return agency and sign and (is_first or opening.in_capitals)


def _is_line(opening: _Opening, *, is_first: bool) -> bool:
    """Tell whether a line of its own is a dateline: "ORLA, Norland (Apr. 26)", "Orla, 3 May 2021", "ORLA (AP) --"."""
    town = opening.place.partition(",")[0].split()
    if opening.day_in_brackets or (opening.agency and (opening.day or opening.sign)):
        return len(town) <= MAX_WORDS
    if opening.day:
        return len(town) <= MAX_WORDS and town[-1].lower() not in REPORTS and bool(read_day(opening.day))
    return is_first and opening.in_capitals and opening.sign.strip() not in {"", ":"}


def _is_weak(opening: _Opening, rest: str) -> bool:
    """Tell whether a sign is enough: "ORLA - The", "ORLA: Two", "Orla.- A", "Orla - The mayor said"."""
    if not opening.place or not opening.sign or len(rest) < MIN_REST:
        return False
    dash = opening.sign.lstrip(" \u00a0")
    dotted = dash.startswith(".") or opening.place.endswith(".")
    if not rest[0].isspace() and not dotted:
        return False  # "COVID-19 has killed ..."
    if opening.in_capitals or (dotted and dash != ":"):
        return len(opening.place.split()) <= MAX_WORDS
    aside = ASIDE.search(rest[:MAX_LENGTH])  # "Orla - A quiet town - was hit"
    return dash not in {":", opening.sign} and len(opening.place.split()) <= MAX_WEAK_WORDS and aside is None
