"""Stretches of a sentence that tell of something else than the deed: who said it, who was charged with it, and when.

"A court sentenced two men on Friday in Orsk for the killing of a porter": neither Friday nor Orsk is of the killing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._syntax import char_span
from pipeline.extract.casualties._cue_words import cue_words
from pipeline.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from pipeline.records import Span


def asides_of(trigger: Token) -> Iterator[Span]:
    """Yield what each verb of saying or of justice that governs a trigger has beside the branch of the trigger.

    Before the branch that is all that the verb begins with ("Police said on Monday that"), behind it all that follows
    ("was named by police on Monday").
    """
    branch = trigger
    for token in trigger.ancestors:
        if token.tag_.startswith("V") and _is_of_another_day(token):
            before = branch.i > token.i
            start, end = (
                (token.left_edge.i, branch.left_edge.i) if before else (branch.right_edge.i + 1, token.right_edge.i + 1)
            )
            if start < end:
                yield char_span(token.doc[start], token.doc[end - 1])
        branch = token


def _is_of_another_day(verb: Token) -> bool:
    """Tell whether a verb says what was said or done later about a deed: "said", "charged with", "mourned"."""
    forms = word_forms(verb)
    said = any(cue_words("verb").get(form) == Status.ATTRIBUTED for form in forms)
    return said or any(form in cue_words("about") for form in forms)
