"""The words of dates and times (lexicons/date_words.csv) as pieces of patterns.

A pattern is a regular expression with names in braces, such as `{MONTH} {DAY}`; a blank in it is any white space.
All pieces are bounded, and none holds a group that captures.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.extract._number_values import ONES, SCALES, TENS
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.lexicons import Entry

PLACEHOLDER = re.compile(r"\{([A-Z_]+)\}")
QUOTES = re.compile("[\u2018\u2019`]")
FIRST_WORD = re.compile(r"[\s'-]")
ARTICLE = re.compile(r"(?:the|an?)\s")
CACHED_WORDS = 8192

KINDS = (
    "month",
    "short_month",
    "weekday",
    "short_weekday",
    "unit",
    "season",
    "part",
    "deictic",
    "turn",
    "phase",
    "ref",
    "set",
    "amount",
    "ordinal",
    "decade",
    "holiday",
    "islamic_month",
    "named_day",
)
OPENERS = {
    "year": "year_word",
    "years": "year_word",
    "every": "every",
    "each": "every",
    "per": "every",
    "since": "since",
    "weekend": "weekend",
    "latest": "latest",
    "fy": "fiscal",
    "fiscal": "fiscal",
    "financial": "fiscal",
    "'": "short_year",
    "q1": "quarter",
    "q2": "quarter",
    "q3": "quarter",
    "q4": "quarter",
}

PIECES = {
    "SPACE": r"(?:\s{1,3})",
    "HYPHEN": r"\s?[-\u2010-\u2015]\s?",
    "APOSTROPHE": "['\u2018\u2019`]",
    "DAY": r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)(?!\w))?(?!\d|[:%/]\d|[.,]\d{1,3}(?!\d))",
    "YEAR": r"(?:1\d|2[01])\d\d(?!\d|[:/%]|[.,]\d|-\d\d-)",
    "SHORT_YEAR": r"\d\d(?!\d|[:/%]|[.,]\d)",
    "DIGIT_ORDINAL": r"\d{1,2}(?:st|nd|rd|th)",
    "STAGE": r"(?:(?:early|late|mid)[-\s]{1,2})?",
}


@cache
def entries(kind: str) -> dict[str, Entry]:
    """Return the entries whose label begins with a kind, by form."""
    return {entry.form: entry for entry in load_lexicon("date_words") if entry.label.split()[0] == kind}


def entry_of(kind: str, words: str) -> Entry | None:
    """Return the entry of a form of a kind, in any case, number, spacing or kind of apostrophe."""
    form = " ".join(QUOTES.sub("'", words).lower().rstrip(".").split())
    known = entries(kind)
    return known.get(form) or known.get(form.removesuffix("s")) or known.get(f"{form.removesuffix('ies')}y")


def payload(kind: str, words: str) -> str:
    """Return what the lexicon says of a form of a kind; blank if it has no such form."""
    entry = entry_of(kind, words)
    return entry.label.partition(" ")[2] if entry else ""


@lru_cache(maxsize=CACHED_WORDS)
def kinds_of(word: str) -> frozenset[str]:
    """Return the kinds of expression that a word in lower case can begin; none for most words."""
    if word[:1].isdigit():
        return frozenset({"digit"})
    plain = QUOTES.sub("'", word).rstrip(".")
    singulars = (plain, plain.removesuffix("s"), f"{plain.removesuffix('ies')}y")
    return frozenset().union(*(_opening_kinds().get(form, ()) for form in singulars))


@cache
def _opening_kinds() -> dict[str, set[str]]:
    """Return the kinds of expression by their first word, articles aside."""
    kinds = {word: {kind} for word, kind in OPENERS.items()}
    for word in (*ONES, *TENS):
        kinds.setdefault(word, set()).add("number")
    for kind in KINDS:
        for form in entries(kind):
            first = FIRST_WORD.split(ARTICLE.sub("", form), maxsplit=1)[0]
            kinds.setdefault(first, set()).add(kind)
    return kinds


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern with names; it ends at the end of a word, unless it says what must follow."""
    known = pieces()
    spaced = pattern.replace(" ", known["SPACE"])
    end = "" if pattern.endswith(r"(?=\w)") else r"(?!\w)"
    return re.compile(PLACEHOLDER.sub(lambda name: known[name[1]], spaced) + end, re.IGNORECASE)


@cache
def pieces() -> dict[str, str]:
    """Return the named pieces of patterns."""
    ones, tens, scales = _either(ONES), _either(TENS), _either(SCALES)
    digits = r"\d{1,3}(?:,\d{3}|\d{0,2})(?:\.\d{1,2})?"
    number = rf"(?:(?:{tens}(?:[-\s]{ones})?|{ones}|{digits})(?:\s{scales})?)"
    year_words = rf"(?:(?:(?:eigh|nine)teen|twenty)[-\s](?:{tens}(?:[-\s]{ones})?|oh[-\s]{ones}|{ones})|two\sthousand)"
    least = rf"(?:{number}(?:\s(?:to|or)\s|[-\u2010-\u2015]))?"
    forms = {kind.upper(): _either(entries(kind)) for kind in KINDS}
    long_month, weekday = forms["MONTH"], forms["WEEKDAY"]
    own = {
        "LONG_MONTH": long_month,
        "MONTH": rf"(?:{long_month}|{forms['SHORT_MONTH']}\.?)(?!\w)",
        "ANY_WEEKDAY": rf"(?:{weekday}|{forms['SHORT_WEEKDAY']}\.?)(?!\w)",
        "UNIT": forms["UNIT"].replace("century", "centur(?:y|ie)"),
        "NUMBER": number,
        "AMOUNT": rf"(?:{forms['AMOUNT']}\s|{least}{number}(?:\sand\sa\shalf|\s1/2|½)?(?:\s|{PIECES['HYPHEN']}))",
        "ORDINAL": rf"(?:{forms['ORDINAL']}|{PIECES['DIGIT_ORDINAL']})",
        "YEAR_WORDS": year_words,
        "ANY_YEAR": rf"(?:{PIECES['YEAR']}|{year_words})",
    }
    return PIECES | forms | own


def _either(forms: Iterable[str]) -> str:
    """Return a piece that matches any of the forms, the longest first."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    escaped = (re.escape(form).replace(r"\ ", r"\s{1,3}") for form in ordered)
    return f"(?:{'|'.join(escaped)})".replace("'", PIECES["APOSTROPHE"])
