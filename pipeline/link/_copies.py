"""Article -> fingerprint, and whether two fingerprints are of one text that was printed twice.

A fingerprint holds a sketch of the text, the smallest hashes of its shingles (Broder 1997, "On the resemblance and
containment of documents"), which tells how much of one text stands in another. That is not enough: a police report or
a press release shares nearly all its words with the next one from the same office. So the numbers and names must agree
as far as the other words do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from pipeline.records import MarkKind, content_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from pipeline.records import Article

SHINGLE_WORDS = 5
SKETCH_HASHES = 512  # all of the usual article
KEY_FACTS = 2  # with every shingle that copies are looked for by
KEYS = 16  # of a text cut to a third, one in 700 shares none with the whole
HASH = np.dtype("<u4")
MIN_SHINGLES, MIN_FACTS = 20, 5  # what is shorter, or names less, could be told of many incidents
MIN_CONTAINMENT = 0.6  # of the shorter text
MIN_LIKENESS = 0.5  # where more was cut or added, it must not have been at the start
FACT_LEEWAY = 3  # times the share of words that were changed
MAX_DAYS = 7  # until a weekly prints it
NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
DIGITS = {word: str(number) for number, word in enumerate(NUMBER_WORDS, start=1)}
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['.][^\W\d_]+)*")
COMBINING = re.compile("[\u0300-\u036f]")
DROPPED = re.compile(r"'s$|[.,']")  # "Orla's", "U.S", "1,200"
# British to American; "this" becomes "thiz" in both texts, which harms nobody
SPELLINGS = (("our", "or"), ("is", "iz"), ("ys", "yz"), ("ence", "ense"), ("tre", "ter"), ("ogue", "og"), ("ll", "l"))
OPENING = re.compile(r"[.!?:…\"“”„«»]")  # the word behind it has a capital whatever it is


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What articles are compared by; the same on every machine, and small enough to be kept of all of them.

    Attributes:
        sketch: the smallest hashes of the shingles, ascending, four bytes each.
        size: the number of shingles.
        facts: the hashes of the mentions of numbers and names, in text order, four bytes each.
        keys: the hashes of some shingles, each with what follows it, four bytes each.
        published: an ISO day, or blank.
    """

    sketch: bytes
    size: int
    facts: bytes
    keys: bytes
    published: str


def fingerprint_of(article: Article) -> Fingerprint:
    """Return the fingerprint of the running text, without title, byline and dateline."""
    tokens = [token for text in _running_text(article) for token in _read_words(text)]
    shingles = dict(_read_shingles(tokens))
    hashes, first = np.unique(_hashes(shingles), return_index=True)
    followed = [*shingles.items()]
    keys = _hashes(" ".join(followed[index]) for index in first[:KEYS])
    return Fingerprint(
        sketch=hashes[:SKETCH_HASHES].tobytes(),
        size=len(shingles),
        facts=_hashes(_number_mentions(tokens)).tobytes(),
        keys=keys.tobytes(),
        published=article.published,
    )


def keys_of(fingerprint: Fingerprint) -> tuple[int, ...]:
    """Return the keys to look for copies by: two articles that share none are no copies, as good as certainly."""
    return tuple(sorted(set(_read(fingerprint.keys).tolist())))


def likeness(a: Fingerprint, b: Fingerprint) -> float:
    """Return the share of the shingles of both that either text has, 0 to 1; an estimate for long texts."""
    ours, theirs = _read(a.sketch), _read(b.sketch)
    smallest = np.union1d(ours, theirs)[:SKETCH_HASHES]
    shared = np.isin(smallest, ours) & np.isin(smallest, theirs)
    return float(shared.mean()) if smallest.size else 0.0


def are_copies(a: Fingerprint, b: Fingerprint) -> bool:
    """Tell whether one text is the other as an editor leaves it: reworded in places, cut, or with something added.

    A number or a name may be changed too, but no more often than other words are: where nothing else has changed, a
    form was filled in for another incident. The order of the two does not matter.
    """
    short, long = sorted((a, b), key=lambda f: (f.size, f.sketch, f.facts))
    facts = _read(short.facts)
    if short.size < MIN_SHINGLES or facts.size < MIN_FACTS or _days_between(a, b) > MAX_DAYS:
        return False
    alike = likeness(short, long)
    contained = min(1.0, alike / (1 + alike) * (short.size + long.size) / short.size)
    changed = 1 - contained ** (1 / SHINGLE_WORDS)  # the share of the words
    if contained < MIN_CONTAINMENT or _missing(facts, _read(long.facts)) > int(FACT_LEEWAY * changed * facts.size):
        return False
    return alike >= MIN_LIKENESS or not _missing(_read(long.facts)[:MIN_FACTS], facts)


def group_copies(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the group id of each article of the pairs; copies of copies are in one group.

    The id is that of the smallest article id in the group. So the order of the pairs does not matter, and a group
    keeps its id as it grows, unless the newcomer has a smaller one.
    """
    parents: dict[str, str] = {}
    for a, b in pairs:
        low, high = sorted((_root(parents, a), _root(parents, b)))
        parents[high] = low
    return {member: content_id("dg", _root(parents, member)) for member in sorted(parents)}


def _root(parents: dict[str, str], member: str) -> str:
    """Return the smallest member of a group, and shorten the way to it."""
    while (parent := parents.setdefault(member, member)) != member:
        parents[member] = parents[parent]
        member = parent
    return member


def _running_text(article: Article) -> Iterator[str]:
    titles = article.marked(MarkKind.TITLE)
    for span in article.paragraphs:
        if not any(title.holds(span) for title in titles):
            yield article.text[span.start : span.end]


def _read_words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words as they are compared, and whether each is a number or a name."""
    plain = COMBINING.sub("", unicodedata.normalize("NFKD", text.replace("’", "'")))
    for british, american in SPELLINGS:
        plain = plain.replace(british, american)
    opens, end = True, 0
    for match in WORD.finditer(plain):
        opens = opens or OPENING.search(plain, end, match.start()) is not None
        word = DROPPED.sub("", match[0].lower())
        is_number = word in DIGITS or word.isdecimal()
        yield DIGITS.get(word, word), is_number or (match[0][0].isupper() and not opens)
        opens, end = False, match.end()


def _read_shingles(tokens: Sequence[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    """Yield the shingles, each with the next facts behind it.

    Thousands of notices of one office share their wording, and would all be compared with each other if shingles alone
    were what they are looked for by. The facts behind the wording are what tells them apart.
    """
    facts = (word for word, is_fact in tokens if is_fact)
    follow = deque(islice(facts, KEY_FACTS), maxlen=KEY_FACTS)  # behind the last words stand the first: never nothing
    words = [word for word, _ in tokens]
    for start in range(len(words) - SHINGLE_WORDS, -1, -1):
        yield " ".join(words[start : start + SHINGLE_WORDS]), " ".join(follow)
        word, is_fact = tokens[start + SHINGLE_WORDS - 1]
        if is_fact:
            follow.appendleft(word)


def _number_mentions(tokens: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Yield the numbers and names, each with how often it was said: "two killed" and "two rifles" are two facts."""
    said: Counter[str] = Counter()
    for word, is_fact in tokens:
        if is_fact:
            said[word] += 1
            yield f"{word} {said[word]}"


def _hashes(texts: Iterable[str]) -> NDArray[np.uint32]:
    return _read(b"".join(blake2b(text.encode(), digest_size=HASH.itemsize).digest() for text in texts))


def _read(hashes: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(hashes, HASH)


def _missing(facts: NDArray[np.uint32], others: NDArray[np.uint32]) -> int:
    """Count the facts that are not among the others."""
    return facts.size - int(np.isin(facts, others).sum())


def _days_between(a: Fingerprint, b: Fingerprint) -> int:
    if not a.published or not b.published:
        return 0
    return abs((date.fromisoformat(a.published) - date.fromisoformat(b.published)).days)
