"""Where speech behind a cue ends: with its sentence, or before words that are not part of it.

"He said A, adding that B", "When he said A, they ran", "Hana, who said A, is in hospital".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract.speakers._layout import is_mark
from pipeline.extract.speakers._phrases import ASIDE, is_finite, right_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from pipeline.extract.quotes._cues import Cue
    from pipeline.extract.speakers._layout import Layout

SUBORDINATORS = frozenset({"when", "after", "while", "because", "since", "although", "though", "before", "despite"})
STRETCH_END = frozenset({".", "!", "?", "…", ";", ":"})
JOINS = frozenset({"and", "but", "while"})
RESUMING = frozenset({"say", "add", "tell"})


def speech_limit(layout: Layout, stretch: range, cue: Cue, cues: Sequence[Cue]) -> int:
    """Return the token position before which speech behind the cue ends; `cues` are those of its stretch."""
    doc = layout.doc
    behind = (c for c in cues if c.verb > cue.verb and c.core.start > cue.core.stop + 1)
    limit = next((c.core.start for c in behind if _cuts(doc, cue, c)), stretch.stop)
    limit = _main_clause(layout, stretch, cue, limit)
    limit = _own_verb(layout, cue, limit)
    if cue.is_relative(doc):
        limit = _end_of_relative(layout, cue, limit)
    while limit > cue.core.stop and _is_edge(doc, limit - 1):
        limit -= 1
    return limit


def _cuts(doc: Doc, cue: Cue, other: Cue) -> bool:
    """Tell whether another cue behind the first ends its speech: ", adding that", "and said", "; police said"."""
    at = other.core.start - 1
    while at > cue.verb and is_mark(doc[at]):
        at -= 1
    before = doc[at]
    if before.text in ASIDE or before.text == ";" or before.lower_ == "which" or "source" in other.frames:
        return True
    if before.lower_ not in JOINS:
        return False
    follows = doc[other.tokens.stop].lower_ if other.tokens.stop < len(doc) else ""
    parted = doc[at - 1].text in {",", ";"} or is_mark(doc[at - 1])
    return parted or follows == "that" or doc[other.verb].lemma_ in RESUMING


def _main_clause(layout: Layout, stretch: range, cue: Cue, limit: int) -> int:
    """Return where the main clause begins if the cue stands in one before it: "When he said A, they ran"."""
    doc = layout.doc
    opener = max(cue.core.start - 1, stretch.start)
    leads = opener == stretch.start or doc[opener - 1].tag_ in {"RB", "CC", ","}
    if doc[opener].lower_ not in SUBORDINATORS or not leads:
        return limit
    for k in range(cue.core.stop, limit):
        if doc[k].text == "," and not layout.is_quoted(k):
            phrase = right_phrase(doc, k + 1, limit)
            follows = doc[phrase.stop].tag_ if phrase and phrase.stop < limit else ""
            if follows in {"VBD", "VBN", "VBZ", "VBP", "MD", "RB"}:
                return k
    return limit


def _own_verb(layout: Layout, cue: Cue, limit: int) -> int:
    """Return the comma behind which the speaker does something else: "said they fled, but did not know how many"."""
    doc = layout.doc
    for k in range(cue.core.stop, limit - 3):
        if doc[k].text == "," and doc[k + 1].lower_ == "but" and not layout.is_quoted(k):
            negated = doc[k + 2].lemma_ == "do" and doc[k + 3].lower_ in {"not", "n't", "n’t"}
            if negated or doc[k + 2].lower_ in {"declined", "refused"}:
                return k
    return limit


def _end_of_relative(layout: Layout, cue: Cue, limit: int) -> int:
    """Return the comma behind which the main clause goes on: "Hana, who said A, is in hospital"."""
    doc = layout.doc
    for k in range(cue.core.stop, limit - 1):
        if doc[k].text == "," and not layout.is_quoted(k) and (is_finite(doc[k + 1]) or is_finite(doc[k + 2])):
            return k
    return limit


def _is_edge(doc: Doc, i: int) -> bool:
    token = doc[i]
    ends = token.text in STRETCH_END or token.text in ASIDE or token.lower_ in JOINS or token.lower_ == "which"
    return ends or token.is_space or is_mark(token)
