"""Numbers that count no casualty, kept as rows with the reason, so that a reviewer sees what was passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._numbers import find_numbers, is_ordinal
from pipeline.extract._syntax import char_span
from pipeline.extract.casualties._drafts import Draft, rejected
from pipeline.extract.casualties._parts import counted_noun
from pipeline.extract.casualties._persons import group_of, is_person
from pipeline.extract.casualties._reasons import is_aboard
from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Qualifier, RejectReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._drafts import SentenceState

TEMPTING = frozenset({RejectReason.ABOARD, RejectReason.ANIMAL, RejectReason.AGE})


def rejects(state: SentenceState) -> Iterator[Draft]:
    """Yield the numbers that count no casualty: all of a sentence with casualties, elsewhere those of living beings."""
    for phrase in state.phrases:
        if phrase.start in state.used or any(i in state.used for i in range(phrase.start, phrase.end)):
            continue
        reason = state.rejected.get(phrase.start)
        if reason is None:
            reason = RejectReason.ABOARD if is_aboard(phrase, state.sent.doc) else RejectReason.OTHER
        if not state.cues and not _is_tempting(phrase, reason, state):
            continue
        span = char_span(state.sent.doc[phrase.start], state.sent.doc[phrase.end - 1])
        yield Draft(rejected(span, phrase.count, reason, state.span))
    for token in state.sent if state.cues else ():
        if is_ordinal(token) and is_person(token.head):
            count = Count(None, None, None, Qualifier.EXACT, token.text)
            yield Draft(rejected(char_span(token, token), count, RejectReason.ORDINAL, state.span))


def _is_tempting(phrase: NumberPhrase, reason: RejectReason, state: SentenceState) -> bool:
    """Tell whether a number far from any casualty could be taken for one: of persons or animals, or an age."""
    noun = counted_noun(phrase, state)
    return reason in TEMPTING or (reason is RejectReason.OTHER and noun is not None and bool(group_of(noun)))


def boilerplate(doc: Doc) -> list[Draft]:
    """Return the numbers in inserts and tails that stand beside a word of casualties."""
    words = {entry.words[0] for entry in load_lexicon("casualty_cues")}
    drafts = []
    for span in (span for kind in ("insert", "related", "comment_form") for span in doc.spans.get(kind, ())):
        if not any(word_forms(token) & words for token in span):
            continue
        whole = char_span(span[0], span[-1])
        for phrase in find_numbers(doc, span.start, span.end):
            at = char_span(doc[phrase.start], doc[phrase.end - 1])
            drafts.append(Draft(rejected(at, phrase.count, RejectReason.BOILERPLATE, whole)))
    return drafts
