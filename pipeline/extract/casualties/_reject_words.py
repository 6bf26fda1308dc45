"""The words of lexicons/reject_words.csv where they stand: what follows a number, precedes it, or tells its setting."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spacy.tokens import Doc, Token

    from pipeline.lexicons import Entry

VERB_TAGS = ("VBD", "VBN", "VBP", "VBZ", "MD")


@cache
def _entries(label: str) -> Mapping[str, tuple[Entry, ...]]:
    """Return the entries of a label by their first word, the longest first."""
    index: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(load_lexicon("reject_words"), key=lambda e: -len(e.words)):
        if entry.label == label:
            index[entry.words[0]].append(entry)
    return {word: tuple(entries) for word, entries in index.items()}


def length_at(doc: Doc, i: int, label: str) -> int:
    """Return how many tokens an entry takes that begins at a position, 0 if none does."""
    if not 0 <= i < len(doc):
        return 0
    entries = _entries(label)
    for form in word_forms(doc[i]):
        for entry in entries.get(form, ()):
            if all(_is_at(doc, i + k, word) for k, word in enumerate(entry.words)) and _has_tag(doc[i], entry):
                return len(entry.words)
    return 0


def is_form(text: str, label: str) -> bool:
    """Tell whether a piece of a token is an entry by itself: "km" of "40km", "Sh" of "Sh50"."""
    return any(len(entry.words) == 1 for entry in _entries(label).get(text.lower(), ()))


def distinct(tokens: Iterable[Token], label: str) -> set[str]:
    """Return the forms of a label that begin at one of the tokens."""
    return {token.lower_ for token in tokens if length_at(token.doc, token.i, label)}


def _is_at(doc: Doc, i: int, word: str) -> bool:
    return i < len(doc) and word in word_forms(doc[i])


def _has_tag(token: Token, entry: Entry) -> bool:
    """Tell whether a noun is no verb ("five won medals"), and whether letters that are a code are capitals."""
    if entry.pos == "CODE":
        return token.is_upper
    return entry.pos != "NOUN" or not token.tag_.startswith(VERB_TAGS)
