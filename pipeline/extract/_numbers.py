"""Number phrases over tokens: digits, number words, ranges, vague words, with the words that bound them.

"At least forty-nine" is one phrase from "At" to "nine" with the bounds (49, 49, None). Nothing here knows what is
counted. None of the libraries tried keeps spans, ranges and qualifiers (docs/decisions/0002-own-number-grammar.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Qualifier, VaguePolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.tokens import Doc, Token

DIGITS = re.compile(
    r"\d{1,3}(?:(?P<sep>[,.\u00a0\u202f’'])\d{3}(?:(?P=sep)\d{3}){0,2})?"
    r"|\d{1,2}(?:,\d{2}){1,2},\d{3}"  # "1,20,000 families" of South Asian papers
    r"|\d{1,9}"
)
DASHED = re.compile(r"([\d,]{1,11})[–—−]([\d,]{1,11})")  # the tokenizer leaves "20–25" whole
THREE_DIGITS = re.compile(r"\d{3}")
DECIMAL = re.compile(r"\d{1,4}[.,]\d{1,3}")
PLUS = re.compile(r"(\d{1,3}(?:,\d{3}){0,2}|\d{1,9})\+")
MAX_NUMBER = 1_000_000_000
HYPHENS = frozenset({"-", "–", "—"})
GROUP_BLANKS = frozenset({"\u00a0", "\u2009", "\u202f"})
ONES = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
TENS["fourty"] = 40
SMALL = ONES | TENS
TEN = 10
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "lakh": 100_000, "crore": 10_000_000}
DOZEN = 12
PLURAL = 2  # persons at least where a plural has no number
BETWEEN = frozenset({"another", "a", "an", "some", "other", "the", "further", "additional"})
MAX_WORDS_BETWEEN = 2
SHARES = frozenset("half third quarter fourth fifth sixth seventh eighth ninth tenth".split())
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth".split()
)


@dataclass(frozen=True, slots=True)
class NumberPhrase:
    """A number as worded, over the tokens `start <= i < end`; the number itself begins at `core`."""

    start: int
    core: int
    end: int
    count: Count


@dataclass(frozen=True, slots=True)
class _Value:
    """A number read up to token `end`; `literal` is the least literal meaning of a vague word, else None."""

    value: int
    end: int
    literal: int | None = None


def find_numbers(
    doc: Doc, start: int = 0, end: int | None = None, *, policy: VaguePolicy = VaguePolicy.ACLED
) -> Iterator[NumberPhrase]:
    """Yield the number phrases between two token positions, in text order, not overlapping.

    Ages, years and dates are numbers like others here; decimals without a scale and ordinals are none.
    """
    limit = len(doc) if end is None else end
    read = start
    for token in doc[start:limit]:
        if token.i < read or not _may_begin(token.lower_):
            continue
        phrase = _phrase_at(doc, token.i, start, limit, policy)
        if phrase is not None:
            yield phrase
            read = phrase.end


def _phrase_at(doc: Doc, i: int, floor: int, limit: int, policy: VaguePolicy) -> NumberPhrase | None:
    first = _value_at(doc, i, limit)
    if doc[i].lower_ == "one" and i > floor and doc[i - 1].lower_ == "no":
        return None
    if first is None:
        return _dashed_range(doc, i, floor)
    if _is_cut(doc, first, limit):
        return None
    second = _range_end(doc, first, i, floor, limit)
    begin, qualifier = _left_qualifier(doc, i, floor)
    if second is not None:
        opened = i - 1 if i > floor and doc[i - 1].lower_ == "between" else i
        count = Count(first.value, first.value, second.value, Qualifier.RANGE, doc[opened : second.end].text)
        return NumberPhrase(opened, i, second.end, count)
    end = first.end
    if qualifier is None:
        end, qualifier = _right_qualifier(doc, end, limit)
    text = doc[begin:end].text
    if first.literal is None:
        return NumberPhrase(begin, i, end, bounded(first.value, qualifier or Qualifier.EXACT, text))
    return NumberPhrase(begin, i, end, _vague_count(first, qualifier or Qualifier.VAGUE, text, policy))


def _is_cut(doc: Doc, value: _Value, limit: int) -> bool:
    """Tell whether an ordinal or a fraction goes on: "twenty-first", "two-thirds", "two thirds", "one third"."""
    hyphened = value.end + 1 < limit and doc[value.end].text in HYPHENS
    at = value.end + hyphened
    word = doc[at].lower_ if at < limit else ""
    if hyphened:
        return word in ORDINALS or word.removesuffix("s") in SHARES
    if value.value == 1:
        return word in SHARES
    return word.endswith("s") and word[:-1] in SHARES  # but "two first responders"


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


def _vague_count(value: _Value, qualifier: Qualifier, text: str, policy: VaguePolicy) -> Count:
    if policy is VaguePolicy.BLANK:
        return Count(None, None, None, Qualifier.VAGUE, text)
    if (
        qualifier is Qualifier.ABOUT and value.literal != value.value
    ):  # "possibly hundreds" says no more than "hundreds"
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


# --- values --------------------------------------------------------------------------------------------------------


def _may_begin(word: str) -> bool:
    return word in _openers() or word[0].isdigit()


@cache
def _openers() -> frozenset[str]:
    return frozenset({*_vague_phrases(), *SMALL, "a", "an", "half"})


@cache
def _vague_phrases() -> Mapping[str, list[tuple[tuple[str, ...], int, int]]]:
    """Return the vague words by their first, with their values by ACLED and by their literal meaning, longest first."""
    index = defaultdict(list)
    entries = [e for e in load_lexicon("numbers") if e.label.startswith("vague:")]
    for entry in sorted(entries, key=lambda e: -len(e.words)):
        _, value, literal = entry.label.split(":")
        index[entry.words[0]].append((entry.words, int(value), int(literal)))
    return index


def _value_at(doc: Doc, i: int, limit: int) -> _Value | None:
    """Read the number that begins at a token."""
    if doc[i].text[0].isdigit():
        return _digits_at(doc, i, limit)
    return _vague_at(doc, i, limit) or _dozens_at(doc, i, limit) or _words_at(doc, i, limit)


def _vague_at(doc: Doc, i: int, limit: int) -> _Value | None:
    for words, value, literal in _vague_phrases().get(doc[i].lower_, ()):
        end = i + len(words)
        if end <= limit and _stand_at(doc, i, words):
            scale, end = _scale_after(doc, end, limit)
            return _Value(value * scale, end, literal * scale)
    return None


def _stand_at(doc: Doc, i: int, words: Sequence[str]) -> bool:
    """Tell whether these words stand at a place of the document, in lower case."""
    return all(doc[i + k].lower_ == word for k, word in enumerate(words))


@cache
def _vague_scales() -> Mapping[str, int]:
    """Return the vague words that multiply others: "hundreds" and "thousands" of "tens of thousands"."""
    phrases = (phrase for listed in _vague_phrases().values() for phrase in listed)
    return {words[0]: value for words, value, _ in phrases if len(words) == 1 and value >= SCALES["hundred"]}


def _scale_after(doc: Doc, i: int, limit: int) -> tuple[int, int]:
    """Read what multiplies a vague word: "tens of thousands", "several hundred", "a few dozen"."""
    if i + 1 < limit and doc[i].lower_ == "of" and doc[i + 1].lower_ in _vague_scales():
        return _vague_scales()[doc[i + 1].lower_], i + 2
    word = doc[i].lower_ if i < limit else ""
    if word in SCALES or word == "dozen":
        return SCALES.get(word, DOZEN), i + 1
    return 1, i


def _dozens_at(doc: Doc, i: int, limit: int) -> _Value | None:
    """Read "half a dozen", "half a million", "a dozen", "two dozen"."""
    words = [doc[k].lower_ for k in range(i, min(i + 3, limit))]
    scales = SCALES | {"dozen": DOZEN}
    if words[:2] == ["half", "a"] and words[-1] in scales:
        half = scales[words[-1]] // 2
        return _Value(half, i + 3, literal=half if words[-1] == "dozen" else None)
    if words[:2] in (["a", "dozen"], ["half", "dozen"]):
        rounded = DOZEN // 2 if words[0] == "half" else DOZEN
        return _Value(rounded, i + 2, literal=rounded)
    if len(words) > 1 and words[1] == "dozen" and words[0] in ONES:
        return _Value(ONES[words[0]] * DOZEN, i + 2)
    return None


def _digits_at(doc: Doc, i: int, limit: int) -> _Value | None:
    token = doc[i]
    text = token.text
    plus = PLUS.fullmatch(text)
    if plus or DIGITS.fullmatch(text):
        value = int(re.sub(r"\D", "", text))
        end = i + 1
        if end < limit and doc[end].is_space and doc[end].text in GROUP_BLANKS and end + 1 < limit:
            following = doc[end + 1].text
            if THREE_DIGITS.fullmatch(following) and value < SCALES["thousand"]:
                return _Value(value * SCALES["thousand"] + int(following), end + 2)
        if end < limit and doc[end].lower_ in SCALES:
            return _Value(min(value * SCALES[doc[end].lower_], MAX_NUMBER), end + 1)
        return _Value(value, end) if value <= MAX_NUMBER else None
    if DECIMAL.fullmatch(text) and i + 1 < limit and doc[i + 1].lower_ in SCALES:
        return _Value(round(float(text.replace(",", ".")) * SCALES[doc[i + 1].lower_]), i + 2)
    return None


def _words_at(doc: Doc, i: int, limit: int) -> _Value | None:
    """Read number words: "forty-nine", "two hundred and five", "twenty one thousand"."""
    total, group, last, end = 0, 0, "", i
    if doc[i].lower_ in {"a", "an"} and i + 1 < limit and doc[i + 1].lower_ in SCALES:
        group, end = 1, i + 1
    while end < limit:
        k = end + _is_joined(doc, end, limit, last)
        word = doc[k].lower_
        kind = _kind(word, group, last)
        if not kind:
            break
        if kind == "scale":
            total, group = total + group * SCALES[word], 0
        else:
            group = group * SCALES[word] if kind == "hundred" else group + SMALL[word]
        last, end = kind, k + 1
    return _Value(total + group, end) if last else None


def _kind(word: str, group: int, last: str) -> str:
    """Return what a word adds to the group of three digits read so far, blank if it cannot go on."""
    if word in ONES and (last not in {"one", "ten"} or (last == "ten" and 0 < ONES[word] < TEN)):
        return "one"
    if word in TENS and last not in {"one", "ten"}:
        return "ten"
    if word == "hundred" and 0 < group < SCALES["hundred"]:
        return "hundred"
    return "scale" if word in SCALES and word != "hundred" and group else ""


def _is_joined(doc: Doc, k: int, limit: int, last: str) -> bool:
    """Tell whether a token joins two number words: "forty-nine", "hundred and five"."""
    following = doc[k + 1].lower_ if k + 1 < limit else ""
    if doc[k].text == "," and last == "scale" and following in SMALL:  # "one thousand, two hundred", no list
        return k + 2 < limit and doc[k + 2].lower_ == "hundred"
    if doc[k].text in HYPHENS:
        return last == "ten" and 0 < ONES.get(following, 0) < TEN
    return doc[k].lower_ == "and" and last in {"hundred", "scale"} and following in SMALL


# --- bounds --------------------------------------------------------------------------------------------------------


def _range_end(doc: Doc, first: _Value, i: int, floor: int, limit: int) -> _Value | None:
    """Return the upper end of "15 to 20", "15-20", "between 15 and 20", "two or three"."""
    if first.literal is not None or first.end + 1 >= limit:
        return None
    link = doc[first.end].lower_
    opened = i > floor and doc[i - 1].lower_ == "between"
    if i > floor and doc[i - 1].lower_ == "from":  # "rose from 41 to 57" is no range
        return None
    if link not in HYPHENS | {"to", "or"} and not (opened and link == "and"):
        return None
    second = _value_at(doc, first.end + 1, limit)
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
    """Return where the words that bound the number on its left begin, and what they say."""
    starts = [i]  # up to two words may stand between: "at least another 12", "up to some 40", "at least a further 9"
    while len(starts) <= MAX_WORDS_BETWEEN and starts[-1] - 1 > floor and doc[starts[-1] - 1].lower_ in BETWEEN:
        starts.append(starts[-1] - 1)
    for at in (start for start in reversed(starts) if start > floor):
        for words, qualifier in _qualifiers("before").get(doc[at - 1].lower_, ()):
            begin = at - len(words)
            if begin >= floor and _stand_at(doc, begin, words):
                return begin, qualifier
    return i, None


def _right_qualifier(doc: Doc, end: int, limit: int) -> tuple[int, Qualifier | None]:
    """Return where the words that bound the number on its right end, and what they say."""
    if PLUS.fullmatch(doc[end - 1].text) or (end < limit and doc[end].text == "+"):
        return end + (end < limit and doc[end].text == "+"), Qualifier.AT_LEAST
    following = doc[end].lower_ if end < limit else ""
    for words, qualifier in _qualifiers("after").get(following, ()):
        stop = end + len(words)
        if stop <= limit and _stand_at(doc, end, words):
            return stop, qualifier
    return end, None


def is_ordinal(token: Token) -> bool:
    """Tell whether a word is an ordinal: "tenth", "21st"."""
    low = token.lower_
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
