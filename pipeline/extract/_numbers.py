"""Number phrases over tokens: digits, number words, ranges, vague words, with the words that bound them.

"At least forty-nine" is one phrase from "At" to "nine" with the bounds (49, 49, None). Nothing here knows what is
counted. None of the libraries tried keeps spans, ranges and qualifiers (docs/decisions/0002-own-number-grammar.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import WORDS_KEPT
from pipeline.extract._number_values import DIGITS, HYPHENS, MULTIPLES, PLUS, may_begin, stand_at, value_at
from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Qualifier, VaguePolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.tokens import Doc, Token

    from pipeline.extract._number_values import Value

DASHED = re.compile(r"([\d,]{1,11})[–—−]([\d,]{1,11})")  # the tokenizer leaves "20–25" whole
PLURAL = 2  # persons at least where a plural has no number
BETWEEN = frozenset({"another", "a", "an", "some", "other", "the", "further", "additional"})
MAX_WORDS_BETWEEN = 2
SHARED = frozenset("half third quarter fourth fifth sixth seventh eighth ninth tenth".split())
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth".split()
)
FROM_OPENERS = frozenset("anywhere range ranges ranged ranging vary varies varied varying".split())


@dataclass(frozen=True, slots=True)
class NumberPhrase:
    """A number as worded, over the tokens `start <= i < end`; the number itself begins at `core`."""

    start: int
    core: int
    end: int
    count: Count


def find_numbers(
    doc: Doc, start: int = 0, end: int | None = None, *, policy: VaguePolicy = VaguePolicy.ACLED
) -> Iterator[NumberPhrase]:
    """Yield the number phrases between two token positions, in text order, not overlapping.

    Ages, years and dates are numbers like others here; decimals without a scale and ordinals are none.
    """
    limit = len(doc) if end is None else end
    read = start
    for token in doc[start:limit]:
        if token.i < read or not may_begin(doc, token.i):
            continue
        phrase = _phrase_at(doc, token.i, start, limit, policy)
        if phrase is not None:
            yield phrase
            read = phrase.end


def _phrase_at(doc: Doc, i: int, floor: int, limit: int, policy: VaguePolicy) -> NumberPhrase | None:
    first = value_at(doc, i, limit)
    if doc[i].lower_ == "one" and i > floor and doc[i - 1].lower_ == "no":
        return None
    if first is None:
        return _dashed_range(doc, i, floor)
    if _is_cut(doc, first, limit):
        return None
    second = _range_end(doc, first, i, floor, limit)
    if second is None and i > floor and doc[i - 1].lower_ == "between":  # "between one hundred and two hundred"
        lower = value_at(doc, i, limit, through_and=False) or first
        second = _range_end(doc, lower, i, floor, limit)
        first = lower if second is not None else first
    if second is not None:
        return _range(doc, (i, first), second, floor)
    begin, qualifier = _left_qualifier(doc, i, floor)
    end = first.end
    if qualifier is None:
        end, qualifier = _right_qualifier(doc, end, limit)
    text = doc[begin:end].text
    if first.literal is None:
        return NumberPhrase(begin, i, end, bounded(first.value, qualifier or Qualifier.EXACT, text))
    return NumberPhrase(begin, i, end, _vague_count(first, qualifier or Qualifier.VAGUE, text, policy))


def _is_cut(doc: Doc, value: Value, limit: int) -> bool:
    """Tell whether an ordinal or a fraction goes on: "twenty-first", "two-thirds", "two thirds", "one third"."""
    hyphened = value.end + 1 < limit and doc[value.end].text in HYPHENS
    at = value.end + hyphened
    word = doc[at].lower_ if at < limit else ""
    if hyphened:
        return word in ORDINALS or word.removesuffix("s") in SHARED
    if value.value == 1:
        return word in SHARED
    return word.endswith("s") and word[:-1] in SHARED  # but "two first responders"


def _dashed_range(doc: Doc, i: int, floor: int) -> NumberPhrase | None:
    """Read "20–25" where it is one token."""
    match = DASHED.fullmatch(doc[i].text)
    if match is None or not all(DIGITS.fullmatch(part) for part in match.groups()):
        return None
    low, high = (int(part.replace(",", "")) for part in match.groups())
    if high <= low:
        return None
    opened = i - 1 if i > floor and doc[i - 1].lower_ == "between" else i
    return NumberPhrase(opened, i, i + 1, Count(low, low, high, Qualifier.RANGE, doc[opened : i + 1].text))


def _range(doc: Doc, lower: tuple[int, Value], upper: Value, floor: int) -> NumberPhrase:
    """Make the phrase of a range; a scale behind the upper end goes for both: "two to three hundred"."""
    i, first = lower
    scale = MULTIPLES.get(doc[upper.end - 1].lower_, 1)
    scales = sum(token.lower_ in MULTIPLES for token in doc[i : upper.end])  # "two hundred and nine thousand" has two
    shared = scales == 1 and first.value * scale < upper.value
    low = first.value * scale if shared else first.value
    opened = i - 1 if _opens_range(doc, i, floor) else i
    return NumberPhrase(
        opened, i, upper.end, Count(low, low, upper.value, Qualifier.RANGE, doc[opened : upper.end].text)
    )


def _opens_range(doc: Doc, i: int, floor: int) -> bool:
    """Tell whether a range begins: "between 5", "anywhere from 5", but not "rose from 5"."""
    before = doc[i - 1].lower_ if i > floor else ""
    return before == "between" or (before == "from" and i - 1 > floor and doc[i - 2].lower_ in FROM_OPENERS)


def _vague_count(value: Value, qualifier: Qualifier, text: str, policy: VaguePolicy) -> Count:
    if policy is VaguePolicy.BLANK:
        return Count(None, None, None, Qualifier.VAGUE, text)
    if qualifier is Qualifier.ABOUT and not value.rounded:  # "possibly hundreds" says no more than "hundreds"
        qualifier = Qualifier.VAGUE
    number = value.literal if policy is VaguePolicy.LITERAL and value.literal is not None else value.value
    return bounded(number, qualifier, text)


def bounded(value: int, qualifier: Qualifier, text: str) -> Count:
    """Apply the number policy of docs/decisions/0004-what-a-number-means.md to a value and its qualifier."""
    low: int | None = value
    best: int | None = value
    high: int | None = value
    if qualifier in {Qualifier.AT_LEAST, Qualifier.MORE_THAN, Qualifier.VAGUE}:
        high = None
    elif qualifier in {Qualifier.UP_TO, Qualifier.NEARLY, Qualifier.FEWER_THAN}:
        low = best = None
    return Count(low, best, high, qualifier, text)


# --- bounds --------------------------------------------------------------------------------------------------------


def _range_end(doc: Doc, first: Value, i: int, floor: int, limit: int) -> Value | None:
    """Return the upper end of "15 to 20", "15-20", "between 15 and 20", "two or three"."""
    if first.literal is not None or first.end + 1 >= limit:
        return None
    link = doc[first.end].lower_
    opened = _opens_range(doc, i, floor)
    if i > floor and doc[i - 1].lower_ == "from" and not opened:  # "rose from 41 to 57" is no range
        return None
    if link not in HYPHENS | {"to", "or"} and not (opened and link == "and"):
        return None
    second = value_at(doc, first.end + 1, limit)
    if second is None or second.literal is not None or second.value <= first.value:
        return None
    return second


@cache
def _qualifiers(side: str) -> Mapping[str, list[tuple[tuple[str, ...], Qualifier]]]:
    """Return the qualifying words of one side ("before" or "after") by the one beside the number, longest first."""
    index = defaultdict(list)
    entries = [e for e in load_lexicon("numbers") if e.label.startswith(f"{side}:")]
    for entry in sorted(entries, key=lambda e: -len(e.words)):
        beside = entry.words[-1 if side == "before" else 0]
        index[beside].append((entry.words, Qualifier(entry.label.partition(":")[2])))
    return index


def _left_qualifier(doc: Doc, i: int, floor: int) -> tuple[int, Qualifier | None]:
    """Return where the words that bound the number on its left begin, and what they say.

    "At least about 40" is at least 40, and so is "perhaps as many as 90" up to 90: what bounds goes before "about".
    """
    begin, qualifier = _qualifier_before(doc, i, floor)
    if qualifier is None:
        return begin, qualifier
    outer, further = _qualifier_before(doc, begin, floor)
    return outer, further if qualifier is Qualifier.ABOUT and further is not None else qualifier


def _qualifier_before(doc: Doc, i: int, floor: int) -> tuple[int, Qualifier | None]:
    starts = [i]  # up to two words may stand between: "at least another 12", "up to some 40", "at least a further 9"
    while len(starts) <= MAX_WORDS_BETWEEN and starts[-1] - 1 > floor and doc[starts[-1] - 1].lower_ in BETWEEN:
        starts.append(starts[-1] - 1)
    for at in (start for start in reversed(starts) if start > floor):
        for words, qualifier in _qualifiers("before").get(doc[at - 1].lower_, ()):
            begin = at - len(words)
            if begin >= floor and stand_at(doc, begin, words):
                return begin, qualifier
    return i, None


def _right_qualifier(doc: Doc, end: int, limit: int) -> tuple[int, Qualifier | None]:
    """Return where the words that bound the number on its right end, and what they say."""
    if PLUS.fullmatch(doc[end - 1].text) or (end < limit and doc[end].text == "+"):
        return end + (end < limit and doc[end].text == "+"), Qualifier.AT_LEAST
    following = doc[end].lower_ if end < limit else ""
    for words, qualifier in _qualifiers("after").get(following, ()):
        stop = end + len(words)
        if stop <= limit and stand_at(doc, end, words):
            return stop, qualifier
    return end, None


def is_ordinal(token: Token) -> bool:
    """Tell whether a word is an ordinal: "tenth", "21st"."""
    return _is_ordinal_word(token.lower_)


@lru_cache(maxsize=WORDS_KEPT)
def _is_ordinal_word(low: str) -> bool:
    return low in ORDINALS or (low[:-2].isdecimal() and low.endswith(("st", "nd", "rd", "th")))


def add_counts(counts: Sequence[Count], text: str) -> Count:
    """Add the counts of coordinated groups: "a teacher and her two sons" is three.

    A sum has a bound only where every part has it; a part without any number leaves the sum open above, and is a
    plural, so two at least: "a dealer and other suspects".
    """
    if len(counts) == 1:
        return counts[0]
    if all(c.qualifier is Qualifier.UNKNOWN_NUMBER for c in counts):
        return Count(None, None, None, Qualifier.UNKNOWN_NUMBER, text)
    low = sum(c.low if c.low is not None else PLURAL * (c.high is None) for c in counts)
    highs = [c.high for c in counts]
    bests = [c.best if c.best is not None else c.low for c in counts]
    open_above = any(h is None for h in highs)
    known = [b for b in bests if b is not None]
    best = sum(known) if known else None
    high = None if open_above else sum(h for h in highs if h is not None)
    qualifiers = [c.qualifier for c in counts]
    qualifier = next((q for q in qualifiers if q not in {Qualifier.EXACT, Qualifier.IMPLICIT_ONE}), Qualifier.EXACT)
    if qualifier is Qualifier.UNKNOWN_NUMBER:
        qualifier = Qualifier.AT_LEAST
    if best is not None and best < low:
        best = low
    return Count(low, best, high, qualifier, text)
