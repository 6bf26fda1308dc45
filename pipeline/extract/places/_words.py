"""The words that tell about a place name beside them (lexicons/place_words.csv), and which words are beside it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.lexicons import load_lexicon
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc, Token

# kinds of place that a word for a unit asks for, best first: a province of Peru is a unit of the second level
WANTED = {
    "unit:adm1": (Feature.ADM1, Feature.ADM2, Feature.REGION),
    "unit:adm2": (Feature.ADM2, Feature.ADM1, Feature.CITY),
    "unit:city": (Feature.CITY, Feature.ADM2, Feature.FACILITY),
    "unit:region": (Feature.REGION, Feature.ADM1, Feature.ADM2),
    "unit:nature": (Feature.REGION,),
}


@cache
def place_words(label: str) -> frozenset[str]:
    """Return the words with a label."""
    return frozenset(entry.form for entry in load_lexicon("place_words") if entry.label == label)


@cache
def unit_words() -> dict[str, tuple[Feature, ...]]:
    """Return for each word for a unit ("district") the kinds of place that it asks for."""
    return {entry.form: WANTED[entry.label] for entry in load_lexicon("place_words") if entry.label in WANTED}


@cache
def openers() -> frozenset[str]:
    """Return the words that a name of a place may begin with: "Lake Tarvel", "Port Tarvel"."""
    return place_words("opener") | place_words("opener:nature")


def tokens_where(doc: Doc, is_wanted: Callable[[str], bool]) -> list[int]:
    """Return the tokens whose text passes a test; each form is tested once, however often it stands there."""
    forms, numbers = np.unique(doc.to_array("ORTH"), return_inverse=True)
    strings = doc.vocab.strings
    passed = np.fromiter((is_wanted(strings[int(form)]) for form in forms), dtype=bool, count=len(forms))
    return list(np.flatnonzero(passed[numbers]).tolist())


def word_before(doc: Doc, at: int) -> Token | None:
    """Return the last token before a token that is no white space (a line may break within a sentence)."""
    for number in range(at - 1, -1, -1):
        token = doc[number]
        if not token.is_space:
            return token
    return None


def word_after(doc: Doc, end: int) -> Token | None:
    """Return the first token from a place on that is no white space, in the same sentence."""
    for number in range(end, len(doc)):
        token = doc[number]
        if not token.is_space:
            return None if token.is_sent_start else token
    return None


def lower(token: Token | None) -> str:
    """Return a token in small letters, or an empty string for none."""
    return token.lower_ if token is not None else ""
