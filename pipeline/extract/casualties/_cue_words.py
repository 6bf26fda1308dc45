"""The words of lexicons/status_cues.csv: how a statement is held to be true, and what it is a total of.

Labels have the form `status:kind`; a kind is where the word stands (a verb that governs, an adverb, a modal, a phrase).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import WORDS_KEPT, word_forms
from pipeline.extract._syntax import word_at
from pipeline.lexicons import load_lexicon
from pipeline.records import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.lexicons import Entry


@cache
def cue_words(kind: str) -> Mapping[str, str]:
    """Return the single-word cues of one kind and the status that each gives."""
    found: dict[str, str] = {}
    for entry in load_lexicon("status_cues"):
        status, _, own_kind = entry.label.partition(":")
        if own_kind == kind:
            found[entry.form] = status
    return found


def is_saying(verb: Token) -> bool:
    """Tell whether a word is a verb that tells who says so: "said", "confirmed"."""
    return cue_words("verb").get(verb.lemma_) == Status.ATTRIBUTED


@cache
def _phrases() -> Mapping[str, list[Entry]]:
    """Return the phrases by their first word."""
    index = defaultdict(list)
    for entry in load_lexicon("status_cues"):
        if entry.label.endswith(":phrase"):
            index[entry.words[0]].append(entry)
    return index


@lru_cache(maxsize=WORDS_KEPT)
def _phrases_at(forms: frozenset[str]) -> tuple[Entry, ...]:
    """Return the phrases that a word of these forms may begin: none for most words."""
    return tuple(entry for form in sorted(forms) for entry in _phrases().get(form, ()))


def find_phrases(sent: DocSpan) -> Mapping[str, Sequence[Token]]:
    """Return where phrases begin that tell of their sentence, by the status they give: "in a separate attack"."""
    found: dict[str, list[Token]] = {}
    for token in sent:
        entries = _phrases_at(word_forms(token))
        second = forms_ahead(token, 1) if entries else frozenset()
        for entry in entries:
            begins = len(entry.words) == 1 or entry.words[1] in second
            if begins and all(word in forms_ahead(token, k) for k, word in enumerate(entry.words) if k > 1):
                found.setdefault(entry.label.partition(":")[0], []).append(token)
    return found


def forms_ahead(token: Token, distance: int) -> frozenset[str]:
    """Return the forms of the word that many places to the right, none beyond the document."""
    following = word_at(token, distance)
    return word_forms(following) if following is not None else frozenset()
