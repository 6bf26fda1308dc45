"""Which names the text itself puts inside which: "Andar district, Ghazni province", "Angola's Moxico province"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract.places._words import place_words, unit_words
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.extract.places._names import PlaceName

MAX_GAP_TOKENS = 7
POSSESSIVE = frozenset({"'s", "’s", "'", "’"})
BRIDGES = POSSESSIVE | {",", "(", "in", "of", "the", "within", "inside"}
NEAR = frozenset({"near", "outside", "beside"})
PASSED = frozenset({"from", "about", "some", "just"})
LISTING = frozenset({",", "the"})  # "Norland, the United States": two countries
APPOSING = frozenset({",", "(", "in", "of", "within", "inside"})


@dataclass(frozen=True, slots=True)
class Link:
    """Two names, by their numbers, of which the first lies in the second, or only near it."""

    inner: int
    outer: int
    is_near: bool = False


def find_links(doc: Doc, names: Sequence[PlaceName]) -> Iterator[Link]:
    """Yield the links between neighbouring names."""
    for number in range(len(names) - 1):
        first, second = names[number], names[number + 1]
        if second.start - first.end > MAX_GAP_TOKENS:
            continue
        words = [token.lower_ for token in doc[first.end : second.start] if not token.is_space]
        if words and _is_near(words):
            yield Link(number, number + 1, is_near=True)
        if not words or not _is_bridge(words) or _are_listed(first, second, words):
            continue
        if words[0] in POSSESSIVE or first.is_demonym:
            if not first.is_demonym or unit_words().keys() & set(words):
                yield Link(number + 1, number)
        elif APPOSING & set(words) and not (set(words) <= LISTING and _is_country(first) and _is_country(second)):
            yield Link(number, number + 1)


def _is_near(words: Sequence[str]) -> bool:
    """Tell whether the words between lead a short way off: ", near", ", 60 kilometres west of"."""
    compass = place_words("compass")
    measures = place_words("measure")
    leads_off = any(word in NEAR or word.removesuffix("s") in measures for word in words)
    leads_off = leads_off or any(word in compass and after == "of" for word, after in pairwise(words))
    passed = BRIDGES | NEAR | PASSED | compass | unit_words().keys() | measures
    return leads_off and all(w in passed or w.removesuffix("s") in measures or w[0].isdigit() for w in words)


def _are_listed(first: PlaceName, second: PlaceName, words: Sequence[str]) -> bool:
    """Tell whether two names stand in a list of units of one kind: "Ghazni, Paktika and Khost provinces"."""
    return words == [","] and bool(first.wanted) and first.wanted == second.wanted


def _is_bridge(words: Sequence[str]) -> bool:
    """Tell whether nothing but units, directions and small words stands between; "north of" leads out of a place."""
    compass = place_words("compass")
    if any(word in compass and after == "of" for word, after in pairwise(words)):
        return False
    return all(word in BRIDGES or word in unit_words() or word in compass for word in words)


def _is_country(name: PlaceName) -> bool:
    return any(candidate.feature is Feature.COUNTRY for candidate in name.candidates)
