"""Number words and digits -> values, without what bounds them: "forty-nine", "1.2 million", "two and a half dozen".

A full stop before three digits holds thousands apart, as in much of Europe ("1.234"), unless a scale follows: "1.234
million" is a decimal. Blanks hold thousands apart where nothing before them makes a name or a date ("12 345 people").
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.tokens import Doc

DIGITS = re.compile(
    r"\d{1,3}(?:(?P<sep>[,.\u00a0\u202f’'])\d{3}(?:(?P=sep)\d{3}){0,2})?"
    r"|\d{1,2}(?:,\d{2}){1,2},\d{3}"  # "1,20,000 families" of South Asian papers
    r"|\d{1,9}"
)
PLUS = re.compile(r"(\d{1,3}(?:,\d{3}){0,2}|\d{1,9})\+")
DECIMAL = re.compile(r"\d{1,4}(?:\.\d{1,3}|,\d{1,2})")
FIRST_GROUP = re.compile(r"[1-9]\d{0,2}")
THREE_DIGITS = re.compile(r"\d{3}")
MAX_NUMBER = 10_000_000_000  # persons alive
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
SCALES |= {"lakhs": 100_000, "crores": 10_000_000, "billion": 1_000_000_000}
DOZEN = 12
MULTIPLES = SCALES | {"dozen": DOZEN}
SUFFIXES = {"m": 1_000_000, "mn": 1_000_000, "mln": 1_000_000, "k": 1_000}
SHARES = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3)}
ARTICLES = frozenset({"a", "an"})
QUARTERS = {("a", "quarter"): 1, ("three", "quarters"): 3}


@dataclass(frozen=True, slots=True)
class Value:
    """A number read up to token `end`; `literal` is the least literal meaning of a vague word, else None.

    A dozen is vague, but `rounded`: "about a dozen" says that there is no more to it, "about hundreds" says nothing.
    """

    value: int
    end: int
    literal: int | None = None
    rounded: bool = False


def may_begin(doc: Doc, i: int) -> bool:
    """Tell whether a number can begin at a token; of the articles, the most frequent words, few do."""
    word = doc[i].lower_
    if word in ARTICLES:
        return i + 1 < len(doc) and doc[i + 1].lower_ in _behind_articles()
    return word in _openers() or word[0].isdigit()


@cache
def _openers() -> frozenset[str]:
    return frozenset({*_vague_phrases(), *SMALL, "half"})


@cache
def _behind_articles() -> frozenset[str]:
    vague = (words[1] for article in ARTICLES for words, _, _ in _vague_phrases().get(article, ()) if len(words) > 1)
    return frozenset({*vague, *MULTIPLES, *(word for article, word in QUARTERS if article in ARTICLES)})


def value_at(doc: Doc, i: int, limit: int, *, through_and: bool = True) -> Value | None:
    """Read the number that begins at a token; "between one hundred and two hundred" ends at "and"."""
    if doc[i].text[0].isdigit():
        exact = _digits_at(doc, i, limit)
    else:
        vague = _vague_at(doc, i, limit) or _rounded_at(doc, i, limit)
        if vague is not None:
            return vague
        exact = _words_at(doc, i, limit, through_and=through_and)
    if exact is None:
        return None
    if _share_after(doc, exact.end, limit) is not None:
        return _with_share(doc, exact, limit)
    if exact.end < limit and doc[exact.end].lower_ == "dozen":
        exact = Value(exact.value * DOZEN, exact.end + 1)
    return exact if exact.value <= MAX_NUMBER else None


# --- vague words ---------------------------------------------------------------------------------------------------


@cache
def _vague_phrases() -> Mapping[str, list[tuple[tuple[str, ...], int, int]]]:
    """Return the vague words by their first, with their values by ACLED and by their literal meaning, longest first."""
    index = defaultdict(list)
    entries = [e for e in load_lexicon("numbers") if e.label.startswith("vague:")]
    for entry in sorted(entries, key=lambda e: -len(e.words)):
        _, value, literal = entry.label.split(":")
        index[entry.words[0]].append((entry.words, int(value), int(literal)))
    return index


def _vague_at(doc: Doc, i: int, limit: int) -> Value | None:
    for words, value, literal in _vague_phrases().get(doc[i].lower_, ()):
        end = i + len(words)
        if end <= limit and stand_at(doc, i, words):
            scale, end = _scale_after(doc, end, limit)
            return Value(value * scale, end, literal * scale)
    return None


def stand_at(doc: Doc, i: int, words: Sequence[str]) -> bool:
    """Tell whether these words stand at a place of the document, in lower case."""
    return all(doc[i + k].lower_ == word for k, word in enumerate(words))


@cache
def _vague_scales() -> Mapping[str, int]:
    """Return the vague words that multiply others: "hundreds" and "thousands" of "tens of thousands"."""
    phrases = (phrase for listed in _vague_phrases().values() for phrase in listed)
    return {words[0]: value for words, value, _ in phrases if len(words) == 1 and value >= SCALES["hundred"]}


def _scale_after(doc: Doc, i: int, limit: int) -> tuple[int, int]:
    """Read what multiplies a vague word: "tens of thousands", "several hundred thousand", "a few dozen"."""
    if i + 1 < limit and doc[i].lower_ == "of" and doc[i + 1].lower_ in _vague_scales():
        return _vague_scales()[doc[i + 1].lower_], i + 2
    scale = 1
    while i < limit and doc[i].lower_ in MULTIPLES and MULTIPLES[doc[i].lower_] > scale:
        scale, i = scale * MULTIPLES[doc[i].lower_], i + 1
    return scale, i


def _rounded_at(doc: Doc, i: int, limit: int) -> Value | None:
    """Read "half a dozen", "half a million", "a dozen", "a quarter of a million"."""
    words = [doc[k].lower_ if k < limit else "" for k in range(i, min(i + 5, len(doc)))] + [""] * 4
    if words[:2] == ["half", "a"] and words[2] in MULTIPLES:
        half = MULTIPLES[words[2]] // 2
        return Value(half, i + 3, literal=half if words[2] == "dozen" else None, rounded=True)
    if words[:2] in (["a", "dozen"], ["half", "dozen"]):
        rounded = DOZEN // 2 if words[0] == "half" else DOZEN
        return Value(rounded, i + 2, literal=rounded, rounded=True)
    quarters = QUARTERS.get((words[0], words[1]))
    if quarters and words[2:4] == ["of", "a"] and words[4] in SCALES:
        return Value(quarters * SCALES[words[4]] // 4, i + 5)
    return None


# --- digits --------------------------------------------------------------------------------------------------------


def _digits_at(doc: Doc, i: int, limit: int) -> Value | None:
    text = doc[i].text
    scale, end = _scale_behind(doc, i + 1, limit)
    if DECIMAL.fullmatch(text) and end > i + 1:
        return Value(int(Fraction(text.replace(",", ".")) * scale), end)
    if PLUS.fullmatch(text) or DIGITS.fullmatch(text):
        value = int(re.sub(r"\D", "", text))
        return _grouped(doc, i, limit) or Value(value * scale, end)
    return None


def _grouped(doc: Doc, i: int, limit: int) -> Value | None:
    """Read "12 345" and "1 234 567", with blanks of any kind, but not "March 12 345" or "Flight 447 228"."""
    before = doc[i - 1] if i else None
    named = before is not None and (before.is_title or before.is_digit or before.is_upper)
    if not FIRST_GROUP.fullmatch(doc[i].text):
        return None
    digits, end = doc[i].text, i + 1
    while (k := _next_group(doc, end, limit, plain=not named)) is not None:
        digits, end = digits + doc[k].text, k + 1
    return Value(int(digits), end) if end > i + 1 else None


def _next_group(doc: Doc, end: int, limit: int, *, plain: bool) -> int | None:
    """Return where the next three digits stand behind a blank."""
    joined = end < limit and doc[end].text in GROUP_BLANKS
    k = end + joined
    if k >= limit or not (joined or plain) or not THREE_DIGITS.fullmatch(doc[k].text):
        return None
    return k if joined or doc[k - 1].whitespace_ else None


def _scale_behind(doc: Doc, k: int, limit: int) -> tuple[int, int]:
    """Return what multiplies digits, and where it ends: "2 million", "3 hundred thousand", "2-million"."""
    if k + 1 < limit and doc[k].text in HYPHENS and doc[k + 1].lower_ in SCALES:
        k += 1
    scale, end = 1, k
    while end < limit and SCALES.get(doc[end].lower_, 0) > scale:
        scale, end = scale * SCALES[doc[end].lower_], end + 1
    if end == k and k < limit and not doc[k - 1].whitespace_ and _stands_for_persons(doc, k, limit):
        return SUFFIXES[doc[k].lower_], k + 1
    return scale, end


def _stands_for_persons(doc: Doc, k: int, limit: int) -> bool:
    """Tell whether "m" is million: "1.2m people"; "200m" and "1.5m deep" are metres."""
    return doc[k].lower_ in SUFFIXES and k + 1 < limit and doc[k + 1].lower_ == "people"


# --- words ---------------------------------------------------------------------------------------------------------


def _words_at(doc: Doc, i: int, limit: int, *, through_and: bool) -> Value | None:
    """Read number words: "forty-nine", "two hundred and five", "twenty one thousand"."""
    total, group, last, end = 0, 0, "", i
    if doc[i].lower_ in ARTICLES and i + 1 < limit and doc[i + 1].lower_ in SCALES:
        group, end = 1, i + 1
    while end < limit:
        k = end + ((through_and or doc[end].lower_ != "and") and _is_joined(doc, end, limit, last))
        word = doc[k].lower_
        kind = _kind(word, group, last)
        if not kind:
            break
        if kind == "scale":
            total, group = total + group * SCALES[word], 0
        else:
            group = group * SCALES[word] if kind == "hundred" else group + SMALL[word]
        last, end = kind, k + 1
    return Value(total + group, end) if last else None


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
        return last == "ten" and not doc[k].whitespace_ and 0 < ONES.get(following, 0) < TEN
    return doc[k].lower_ == "and" and last in {"hundred", "scale"} and following in SMALL


# --- shares --------------------------------------------------------------------------------------------------------


def _share_after(doc: Doc, end: int, limit: int) -> tuple[Fraction, int] | None:
    """Read "and a half" behind a number, and return the share and where it ends."""
    words = [(k, doc[k].lower_) for k in range(end, min(end + 7, limit)) if doc[k].text not in HYPHENS]
    said = [word for _, word in words[:3]]
    if said[:2] != ["and", "a"] or said[-1] not in SHARES:
        return None
    return SHARES[said[-1]], words[2][0] + 1


def _with_share(doc: Doc, value: Value, limit: int) -> Value | None:
    """Read "one and a half million"; "two and a half hours" count nobody."""
    found = _share_after(doc, value.end, limit)
    if found is None:
        return None
    share, end = found
    scale = MULTIPLES.get(doc[end].lower_) if end < limit else None
    return Value(int((value.value + share) * scale), end + 1) if scale else None
