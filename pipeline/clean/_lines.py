"""What a single line of a page is, by its words and its form: a byline, a caption, a label, running text, ...

The words stand in lexicons/page_words.csv; its column `pos` tells how a form must stand in the line:
    line      it is the whole line
    heading   it is the whole line, and opens a list of other articles
    start     a short line starts with it
    legal     a line of any length starts with it
    label     a colon, bar or dash follows, or two words of it or more are in capitals
    credit    a name follows
    day       a day with its year stands in the line
    tail      a short line starts with it, and the rest of the page is no article
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.clean._days import MONTH, WEEKDAY, find_days, read_day
from pipeline.lexicons import load_lexicon
from pipeline.records import MarkKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.lexicons import Entry

MAX_READ = 320  # characters of a line that are looked at
MAX_LABELLED, MAX_SHORT = 300, 120  # characters of a line with a label, and of other furniture
MAX_REFERENCE = 60
MAX_FORM = 8  # words
MIN_RUNNING_WORDS, MIN_LONG_WORDS = 8, 25
MAX_LABEL_WORDS, MAX_BYLINE_WORDS = 6, 14
STOP_REACH = 5

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP = re.compile(r"[.!?…。][\"'”’»)\]]{0,3}\s{0,3}$")
COLON = re.compile(r"\s{0,2}[:|»>]")
DASH = re.compile(r"\s{0,2}[-–—]\s")
NAME_FOLLOWS = re.compile(r"\s{0,2}:?\s{1,2}[^\W\d_a-zß-öø-ÿ]")
SMALL_WORDS = {
    *("a", "and", "at", "by", "de", "del", "der", "des", "di", "du", "el", "for", "from", "in", "la", "le", "of"),
    *("on", "or", "our", "the", "to", "van", "von", "with", "y"),
}
BY = re.compile(r"\W{0,3}by:?\s", re.IGNORECASE)
NAMED = r"(?:[^\W\d_a-zß-öø-ÿ][\w'’.-]{0,30}[ ]){1,6}"
# "Orla Radio's Ana Paz reports.", "Ana Paz has more from Orla."
SIGN_OFF = re.compile(
    rf"{NAMED}(?:reports|reporting|has more|has the story|has the details|has this report|filed this report)"
    rf"(?:[ ](?:live[ ])?(?:from|for|in)[ ].{{1,40}})?\.?"
)
RIGHTS = re.compile(r"\W{0,3}(?:copyright\W{1,3})?(?:©|\(c\))", re.IGNORECASE)
CREDIT_END = re.compile(
    r"(?:\((?:[\w. ]{0,20}[ ])?(?:photo|image|picture|handout|source:|courtesy|credit:|file)\b[^()]{0,80}\)"
    r"|\b(?:photo|image|picture|credit|photograph):[ ]?[^.:]{2,60}|\b(?:getty images|ap photo)[^.]{0,40})\W{0,3}$",
    re.IGNORECASE,
)
CREDIT_REACH = 120
CONTACT = re.compile(r"\W{0,3}(?:contact|follow|write to|reach|e-?mail|call)\b[^.]{0,60}", re.IGNORECASE)
ADDRESS = re.compile(r"@\w|\w\.(?:com|net|org)\b|https?:|\b\d{3}-\d{4}\b", re.IGNORECASE)
REFERENCE = re.compile(
    r"\W{0,3}(?:(?:release|ref(?:erence)?|index|no)\b\W{1,3}.{0,15}\d|\d[\d-]{3,9}-[A-Z]{1,3}-\d)", re.IGNORECASE
)
CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d){1,2}(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?", re.IGNORECASE)
DAY_WORDS = re.compile(rf"\b(?:{WEEKDAY}|at|on|gmt|utc|ist|[a-z]?[ecmp][sd]t|hrs?)\b", re.IGNORECASE)
SEPARATOR_START, SEPARATOR_END = re.compile(r"\W{0,3}[|,•·–—/)-]"), re.compile(r"[|,•·–—/(-]\W{0,3}$")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph as far as its form is concerned.

    Attributes:
        raw: its text, cut after some hundred characters.
        words: where its words stand in `raw`.
        key: its words in lower case, each number as 0.
    """

    span: Span
    raw: str
    words: tuple[Span, ...]
    key: tuple[str, ...]

    @property
    def is_running(self) -> bool:
        """Tell whether it reads like a sentence or more."""
        stopped = STOP.search(self.raw[-STOP_REACH:]) is not None
        return (stopped and len(self.words) >= MIN_RUNNING_WORDS) or len(self.words) >= MIN_LONG_WORDS

    @property
    def has_stop(self) -> bool:
        """Tell whether it ends like a sentence."""
        return STOP.search(self.raw[-STOP_REACH:]) is not None

    @property
    def is_capitalised(self) -> bool:
        """Tell whether each word is a number, opens with a capital, or is a small word between such."""
        return all(
            word in SMALL_WORDS or self.raw[span.start].isupper() or self.raw[span.start].isdigit()
            for word, span in zip(self.key, self.words, strict=True)
        )


def read_line(text: str, span: Span) -> Line:
    """Take a paragraph as a line of a page."""
    raw = text[span.start : min(span.end, span.start + MAX_READ)]
    words = tuple(Span(match.start(), match.end()) for match in WORD.finditer(raw))
    key = tuple("0" if word.isdigit() else word for word in map(str.lower, WORD.findall(raw.replace("’", "'"))))
    return Line(span, raw if span.end - span.start <= MAX_READ else raw + " ...", words, key)


@cache
def _load_forms() -> Mapping[tuple[str, ...], tuple[Entry, ...]]:
    forms: dict[tuple[str, ...], tuple[Entry, ...]] = {}
    for entry in load_lexicon("page_words"):
        forms[entry.words] = (*forms.get(entry.words, ()), entry)
    return forms


def find_entries(line: Line) -> Iterator[Entry]:
    """Find the entries of page_words.csv that tell what a line is, those with more words first."""
    for length in range(min(len(line.key), MAX_FORM), 0, -1):
        for entry in _load_forms().get(line.key[:length], ()):
            if _fits(entry.pos, line, length):
                yield entry


def _fits(pos: str, line: Line, length: int) -> bool:
    size = line.span.end - line.span.start
    after = line.raw[line.words[length - 1].end :]
    match pos:
        case "line" | "heading":
            return length == len(line.words)
        case "start" | "tail":
            return size <= MAX_SHORT
        case "label":
            return size <= MAX_LABELLED and _is_label(line, length, after)
        case "credit":
            return size <= MAX_LABELLED and NAME_FOLLOWS.match(after) is not None
        case "day":
            return size <= MAX_SHORT and bool(read_day(line.raw))
        case _:
            return pos == "legal"


def _is_label(line: Line, length: int, after: str) -> bool:
    if length == len(line.words):
        return False
    form = line.raw[line.words[0].start : line.words[length - 1].end]
    return bool(COLON.match(after)) or (length > 1 and (form.isupper() or DASH.match(after) is not None))


def find_form(line: Line) -> MarkKind | None:
    """Tell what a line is by its form alone."""
    size = line.span.end - line.span.start
    if not any(character.isalpha() for character in line.raw) or RIGHTS.match(line.raw):
        return MarkKind.INSERT
    if size > MAX_LABELLED:
        return None
    if _is_byline(line) or SIGN_OFF.fullmatch(line.raw):
        return MarkKind.BYLINE
    return MarkKind.INSERT if is_caption(line) or _is_contact(line) else None


def is_caption(line: Line) -> bool:
    """Tell whether a line ends with the credit of a picture: "Rescuers search the river. Photo: Ana Paz"."""
    return CREDIT_END.search(line.raw[-CREDIT_REACH:]) is not None


def _is_contact(line: Line) -> bool:
    """Tell whether a line is an address, or says where to write to: "Contact Ana Paz at ana@orla.example.com"."""
    if not ADDRESS.search(line.raw):
        return False
    return CONTACT.match(line.raw) is not None or len(line.raw.split()) == 1


def _is_byline(line: Line) -> bool:
    """Tell whether a line is "By Ana Ruiz, Sur Agency"; "By Monday the toll had risen to 12." is none."""
    if not BY.match(line.raw) or not 1 < len(line.words) <= MAX_BYLINE_WORDS or not line.is_capitalised:
        return False
    following = line.key[1]
    return not re.fullmatch(rf"{WEEKDAY}|{MONTH}", following, re.IGNORECASE)


def is_label(line: Line) -> bool:
    """Tell whether a line between title and text is the name of a section: "Latin America", "Crime & Courts"."""
    short = len(line.words) <= MAX_LABEL_WORDS and not line.has_stop
    return short and line.is_capitalised


def is_reference(line: Line) -> bool:
    """Tell whether a line is the number of a release: "2012-04-S-052", "Release: 024"."""
    return len(line.raw) <= MAX_REFERENCE and REFERENCE.match(line.raw) is not None


def is_date_line(line: Line, *, max_words: int = MAX_LABEL_WORDS) -> bool:
    """Tell whether a line holds a day and at most a name beside it: "Orla Courier | March 14, 2023 10:30 AM"."""
    found = min(find_days(line.raw), key=lambda found: found.span.start, default=None)
    if found is None or len(line.raw) > MAX_SHORT:
        return False
    parts = (line.raw[: found.span.start], line.raw[found.span.end :])
    before, after = (DAY_WORDS.sub(" ", CLOCK.sub(" ", part)) for part in parts)
    if WORD.search(before) and not SEPARATOR_END.search(before):
        return False
    if WORD.search(after) and not SEPARATOR_START.match(after):
        return False
    words = [word for word in (*before.split(), *after.split()) if word[0].isalpha()]
    return len(words) <= max_words and not any(word.islower() for word in words)
