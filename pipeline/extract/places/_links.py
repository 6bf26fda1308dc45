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
LISTING = frozenset({",", "the"})  # "Norland, the United States": two countries
APPOSING = frozenset({",", "(", "in", "of", "within", "inside"})


@dataclass(frozen=True, slots=True)
class Link:
    """Two names, by their numbers, of which the first lies in the second."""

    inner: int
    outer: int


def find_links(doc: Doc, names: Sequence[PlaceName]) -> Iterator[Link]:
    """Yield the links between neighbouring names."""
    for number in range(len(names) - 1):
        first, second = names[number], names[number + 1]
        if second.start - first.end > MAX_GAP_TOKENS:
            continue
        words = [token.lower_ for token in doc[first.end : second.start] if not token.is_space]
        if not words or not _is_bridge(words):
            continue
        if words[0] in POSSESSIVE or first.is_demonym:
            if not first.is_demonym or unit_words().keys() & set(words):
                yield Link(number + 1, number)
        elif APPOSING & set(words) and not (set(words) <= LISTING and _is_country(first) and _is_country(second)):
            yield Link(number, number + 1)


def _is_bridge(words: Sequence[str]) -> bool:
    """Tell whether nothing but units, directions and small words stands between; "north of" leads out of a place."""
    compass = place_words("compass")
    if any(word in compass and after == "of" for word, after in pairwise(words)):
        return False
    return all(word in BRIDGES or word in unit_words() or word in compass for word in words)


def _is_country(name: PlaceName) -> bool:
    return any(candidate.feature is Feature.COUNTRY for candidate in name.candidates)
