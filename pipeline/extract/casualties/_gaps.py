"""Numbers that go on with an earlier one and leave its words out.

"21 bodies in Hamla and 13 in Rudu", "three died at the scene and another four in hospital", "the ministry confirmed 11
dead; the mayor spoke of 16", "six further deaths were reported, taking the total to 90".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._numbers import NumberPhrase, is_ordinal
from pipeline.extract._syntax import char_span, children, low_at, text_of, word_at
from pipeline.extract.casualties._attribution import speaker_at
from pipeline.extract.casualties._drafts import Draft, placed_span
from pipeline.extract.casualties._parts import counted_noun
from pipeline.extract.casualties._phrases import ADDITIVE, Group
from pipeline.extract.casualties._status import gives_figures
from pipeline.records import Count, Evidence, Qualifier, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token

    from pipeline.extract.casualties._drafts import SentenceState
    from pipeline.records import CasualtyMention

LOCATIVES = frozenset({"in", "at", "near", "outside", "elsewhere", "nearby"})
TOTAL_NOUNS = frozenset({"total", "figure", "number", "count", "tally", "toll"})


def gapped(drafts: Sequence[Draft], state: SentenceState) -> Iterator[Draft]:
    """Yield a mention for each number that needs the words of an earlier one of the sentence."""
    for phrase in (*state.phrases, *_one_more(state)) if drafts else ():
        if phrase.start in state.used or phrase.start in state.rejected or counted_noun(phrase, state) is not None:
            continue
        before = [d.mention for d in drafts if d.mention.evidence.end <= state.sent.doc[phrase.start].idx]
        told = max((m for m in before if m.reject_reason is None), key=lambda m: m.evidence.end, default=None)
        mention = _go_on(told, phrase, state) if told is not None else None
        if mention is not None:
            state.used.add(phrase.start)
            yield Draft(mention)


def _one_more(state: SentenceState) -> Iterator[NumberPhrase]:
    """Yield "another" and "a third" as one: "one guard died at the gate and another in hospital"."""
    for token in state.sent:
        start = token.i - 1 if is_ordinal(token) and low_at(token, -1) == "a" else token.i
        if start < token.i or token.lower_ == "another":
            text = state.sent.doc[start : token.i + 1].text
            yield NumberPhrase(start, token.i, token.i + 1, Count(1, 1, 1, Qualifier.EXACT, text))


def _go_on(told: CasualtyMention, phrase: NumberPhrase, state: SentenceState) -> CasualtyMention | None:
    doc = state.sent.doc
    start = doc[phrase.start]
    while start.i > state.sent.start and low_at(start, -1) in ADDITIVE:
        start = doc[start.i - 1]
    end = phrase.end - 1
    while low_at(doc[end], 1) in ADDITIVE:
        end += 1
    span = char_span(start, doc[end])
    verb = _verb_of(doc[phrase.core])
    gap = replace(
        told,
        count=phrase.count,
        evidence=Evidence(span.start, span.end, f"gap.{told.evidence.rule_id}"),
        groups=(),
        parts=(),
        group_text=text_of(span, state.sent),
        additive=any(t.lower_ in ADDITIVE or is_ordinal(t) for t in doc[start.i : end + 1]),
    )
    if _is_listed(told, start, doc[end]):
        place = placed_span(Group(doc[phrase.core], span, phrase.count))
        return replace(gap, clause=place, scope=Scope.INCREMENT if gap.additive else told.scope)
    if verb is None:
        return None
    if any(noun.lower_ in TOTAL_NOUNS for noun in children(verb, "dobj")) and not children(verb, "nsubj"):
        return replace(gap, scope=Scope.CUMULATIVE_UPDATE)
    who = next(iter(children(verb, "nsubj")), None)
    source = speaker_at(who) if who is not None and gives_figures(verb) else None
    if source is None or source.text == told.attributed_to:
        return None
    return replace(gap, attributed_to=source.text, attributed_side=source.side, status=Status.ATTRIBUTED)


def _verb_of(number: Token) -> Token | None:
    """Return the verb whose object a bare number is: "spoke of 16", "put the figure at 19", "counted 16"."""
    head = number.head
    if number.dep_ == "pobj" and head.lower_ in {"of", "at", "to"}:
        head = head.head
    elif number.dep_ != "dobj":
        return None
    return head if head.tag_.startswith("V") else None


def _is_listed(told: CasualtyMention, start: Token, end: Token) -> bool:
    """Tell whether a number follows "and", and a place follows it, without a verb since the earlier number."""
    between = [t for t in start.sent if told.evidence.end <= t.idx < start.idx]
    following = word_at(end, 1)
    placed = following is not None and following.lower_ in LOCATIVES
    joined = low_at(start, -1) in {"and", ","}
    return placed and joined and not any(t.tag_.startswith("VB") and t.idx > told.trigger.end for t in between)
