"""What the rules of dates share: the passage they read, what they return, and how the furthest reading is found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extract.dates._calendar import days_of
from pipeline.extract.dates._tense import Tense, tense_over
from pipeline.extract.dates._words import compiled, kinds_of
from pipeline.records import DateBasis, DateType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from spacy.tokens import Token

    from pipeline.extract.dates._calendar import Days

LOOK_BACK = 24  # characters
WORD_BEFORE = re.compile(r"([^\W_]{1,20}|[^\w\s])\s{0,3}\Z")
WORD_AFTER = re.compile(r"\s{0,3}([^\W_]{1,20}|[^\w\s])")
OPENING = re.compile(r"(?:(the|an?)\s{1,3})?([^\W_]{1,20}|['\u2018\u2019`])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A time expression and its value, over the characters `start <= i < end`.

    Attributes:
        covers: the days of a duration that is tied to the publication; other values tell their days themselves.
    """

    start: int
    end: int
    value: str
    type: DateType
    basis: DateBasis
    rule_id: str
    covers: Days | None = None

    @property
    def days(self) -> Days | None:
        """The days that it covers."""
        return self.covers or days_of(self.value)

    @property
    def is_dated(self) -> bool:
        """Whether it is a date or time in the calendar, neither a duration nor "now"."""
        return self.type in {DateType.DATE, DateType.TIME} and self.days is not None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text with what its dates refer to.

    Attributes:
        end: where the stretch ends in `text`.
        reference: the day of publication, as far as known.
        last: value of the date told last, blank if none was.
        here: the same within this stretch, where alone a date without a year takes one from it.
        told_at: where that date ends in `text`.
        tokens: the tokens by character offset.
        depth: how many expressions the one being read is inside of.
    """

    text: str
    end: int
    reference: date | None = None
    last: str = ""
    here: str = ""
    told_at: int = 0
    tokens: Mapping[int, Token] = field(default_factory=dict)
    depth: int = 0

    def tense_at(self, offset: int) -> Tense:
        """Return the tense over an offset."""
        return tense_over(self.tokens[offset]) if offset in self.tokens else Tense.UNKNOWN

    def tag_at(self, offset: int) -> str:
        """Return the tag of the token that begins at an offset, or blank."""
        return self.tokens[offset].tag_ if offset in self.tokens else ""

    def match(self, pattern: str, offset: int) -> re.Match[str] | None:
        """Match a pattern with names at an offset."""
        return compiled(pattern).match(self.text, offset, self.end)

    def before(self, offset: int) -> str:
        """Return the word or sign before an offset, in lower case."""
        found = WORD_BEFORE.search(self.text, max(0, offset - LOOK_BACK), offset)
        return found[1].lower() if found else ""

    def tag_before(self, offset: int) -> str:
        """Return the tag of the word before an offset, or blank."""
        found = WORD_BEFORE.search(self.text, max(0, offset - LOOK_BACK), offset)
        return self.tag_at(found.start(1)) if found else ""

    def tag_after(self, offset: int) -> str:
        """Return the tag of the word after an offset, or blank."""
        found = WORD_AFTER.match(self.text, offset, self.end)
        return self.tag_at(found.start(1)) if found else ""

    def after(self, offset: int) -> str:
        """Return the word or sign after an offset, as it stands."""
        found = WORD_AFTER.match(self.text, offset, self.end)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a rule makes of its match.

    Attributes:
        end: set if the expression ends elsewhere than the match.
        rule_id: set if a lexicon entry decided, not the rule.
        covers: the days of a duration that is tied to the publication.
    """

    value: str
    basis: DateBasis
    type: DateType = DateType.DATE
    end: int | None = None
    rule_id: str = ""
    covers: Days | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with names and what it means.

    Attributes:
        opens: the kinds of word that it can begin with, after an article.
        read: returns None where the match is no time after all.
    """

    rule_id: str
    opens: str
    pattern: str
    read: Callable[[re.Match[str], Passage], Value | None]

    def apply(self, passage: Passage, offset: int) -> Reading | None:
        """Read a time expression at an offset."""
        match = passage.match(self.pattern, offset)
        found = self.read(match, passage) if match else None
        if match is None or found is None:
            return None
        end = match.end() if found.end is None else found.end
        return Reading(offset, end, found.value, found.type, found.basis, found.rule_id or self.rule_id, found.covers)


def longest(rules: tuple[Rule, ...], passage: Passage, offset: int) -> Reading | None:
    """Return what the rule says that reads furthest; the first of equals."""
    best: Reading | None = None
    for rule in rules:
        found = rule.apply(passage, offset)
        if found is not None and (best is None or found.end > best.end):
            best = found
    return best


def kinds_at(passage: Passage, offset: int) -> frozenset[str]:
    """Return the kinds of the word at an offset; an article is what the word after it is."""
    opening = OPENING.match(passage.text, offset, passage.end)
    if opening is None:
        return frozenset()
    kinds = kinds_of(opening[2].lower())
    return kinds | {"amount"} if kinds and (opening[1] or "").lower() in {"a", "an"} else kinds


def explicit(value: str) -> Value | None:
    """Return a value whose parts all stand in the text, if the calendar has it."""
    return Value(value, DateBasis.EXPLICIT) if days_of(value) else None


def unresolved(value: str, kind: DateType = DateType.DATE) -> Value:
    """Return a value that nothing completes."""
    return Value(value, DateBasis.NONE, kind)
