"""The words of lexicons/status_cues.csv: how a statement is held to be true, and what it is a total of.

Labels have the form `status:kind`; a kind is where the word stands (a verb that governs, an adverb, a modal, a phrase).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.lexicons import load_lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Token


@cache
def cue_words(kind: str) -> Mapping[str, str]:
    """Return the single-word cues of one kind and the status that each gives."""
    found: dict[str, str] = {}
    for entry in load_lexicon("status_cues"):
        status, _, own_kind = entry.label.partition(":")
        if own_kind == kind:
            found[entry.form] = status
    return found


@cache
def cue_phrases(status: str) -> Mapping[str, list[tuple[str, ...]]]:
    """Return the phrases of one status by their first word."""
    index: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in load_lexicon("status_cues"):
        if entry.label == f"{status}:phrase":
            index[entry.words[0]].append(entry.words)
    return index


def begins_phrase(token: Token, status: str) -> bool:
    """Tell whether a phrase of a status begins at a token."""
    phrases = cue_phrases(status)
    for words in (words for form in word_forms(token) for words in phrases.get(form, ())):
        run = token.doc[token.i : token.i + len(words)]
        if len(run) == len(words) and all(w in word_forms(t) for w, t in zip(words, run, strict=True)):
            return True
    return False
