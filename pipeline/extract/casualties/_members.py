"""Some of those who were told of before: "five of the 12 are children", "two policemen were among the dead".

Such a sentence may hold no casualty word of its own; what befell them is what befell the total.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._syntax import ancestors, antecedent, char_span, children, low_at, objects_of, text_of
from pipeline.extract.casualties._attribution import is_spoken, source_of
from pipeline.extract.casualties._cue_words import is_saying
from pipeline.extract.casualties._drafts import Draft, draft_of
from pipeline.extract.casualties._groups import groups_of
from pipeline.extract.casualties._parts import counted_noun
from pipeline.extract.casualties._persons import group_of, may_be_person
from pipeline.extract.casualties._phrases import Group, group_parts, read_phrase
from pipeline.extract.casualties._status import status_of
from pipeline.extract.casualties._verbs import subjects
from pipeline.records import Evidence, Measure, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._drafts import SentenceState
    from pipeline.records import CasualtyMention

AMONG = frozenset({"among", "amongst"})
COUNTED_AS = frozenset({"be", "count", "number", "include"})
THEM = frozenset({"them", "these", "those", "whom"})
TOTALS = frozenset({Scope.INCIDENT_TOTAL, Scope.CUMULATIVE_UPDATE, Scope.SERIES_TOTAL, Scope.INCREMENT})


def members_of(told: Sequence[Draft], own: Sequence[Draft], state: SentenceState) -> Iterator[Draft]:
    """Yield those of a sentence who are some of a total, and the total where "among the 31" tells it again.

    Args:
        told: what the sentences before count, in text order.
        own: what the sentence itself counts so far.
        state: the sentence.
    """
    totals = [*told, *own]
    for preposition in (t for t in state.sent if t.lower_ in AMONG):
        found = _among(preposition, totals, state)
        yield from (d for d in found if not any(_is_told(d.mention, o.mention) for o in own))
    yield from _some_of_them(totals, state)


def _is_told(one: CasualtyMention, other: CasualtyMention) -> bool:
    return other.reject_reason is None and one.evidence.span.overlaps(other.evidence.span)


# --- among the dead ------------------------------------------------------------------------------------------------


def _among(preposition: Token, told: Sequence[Draft], state: SentenceState) -> Iterator[Draft]:
    """Read "two policemen were among the dead", "among them are two teachers", "was counted among the 31"."""
    pointed = next(iter(objects_of(preposition)), None)
    heads = _counted_among(preposition)
    if pointed is None or not heads:
        return
    cue = _named_by(pointed, state)
    whole = _pointed_at(pointed, cue, told, state)
    groups = [group for head in heads for group in groups_of(head, state.numbers)]
    for group in groups:
        state.used |= {p.start for p in group.phrases}
        if whole is not None:
            yield _member(group, whole, preposition, state)
        elif cue is not None:
            yield _part_of_untold(group, cue, state)
    phrase = state.numbers.get(pointed.i)
    if whole is not None and phrase is not None and groups:
        state.used.add(phrase.start)
        yield Draft(_retold(whole, _the_number(phrase, state), preposition, state))


def _named_by(pointed: Token, state: SentenceState) -> Match | None:
    """Return the casualty word of "the dead", "those killed"."""
    near = (c for c in state.cues if c.anchor.i - pointed.i in {0, 1} and c.role not in {"toll", "of"})
    return next((c for c in near if low_at(c.anchor, -1) in {"the", "those", *AMONG}), None)


def _pointed_at(pointed: Token, cue: Match | None, told: Sequence[Draft], state: SentenceState) -> Draft | None:
    """Return the total that "the dead", "the victims", "the 31" or "them" are."""
    if pointed.i in state.numbers:
        return _last_total(told, size=state.numbers[pointed.i].count.best)
    if cue is not None or pointed.lemma_.lower() == "victim":
        return _last_total(told, measure=Measure(cue.what) if cue is not None else Measure.KILLED)
    return _last_total(told, since=_previous_start(state)) if pointed.lower_ in THEM else None


def _previous_start(state: SentenceState) -> int:
    """Return where the sentence before begins, in characters."""
    before = next((t for t in reversed(state.sent.doc[: state.sent.start]) if not t.is_space), None)
    return before.sent.start_char if before is not None else 0


def _the_number(phrase: NumberPhrase, state: SentenceState) -> Group:
    """Return "the 31" as a group."""
    doc = state.sent.doc
    return Group(doc[phrase.core], char_span(doc[phrase.start - 1], doc[phrase.end - 1]), phrase.count, definite=True)


def _counted_among(preposition: Token) -> list[Token]:
    """Return of whom it is said: the subject, what follows an inverted verb, or the noun of a headline."""
    verb = preposition.head
    if verb.tag_.startswith("N"):
        relative = [t for t in ancestors(verb) if t.dep_ == "relcl"]
        return [] if relative else [verb]
    if verb.lemma_ not in COUNTED_AS:
        return []
    return [_person_of(antecedent(t)) for t in subjects(verb)[:1]] or children(verb, "attr")


def _person_of(noun: Token) -> Token:
    """Return "driver" of "the driver of a bus, who", where the tree hangs the clause on the bus."""
    whose = noun.head.head
    return whose if noun.dep_ == "pobj" and not may_be_person(noun) and may_be_person(whose) else noun


# --- some of them --------------------------------------------------------------------------------------------------


def _some_of_them(told: Sequence[Draft], state: SentenceState) -> Iterator[Draft]:
    """Read "five of the 12 were fathers", "one of them is charged with arson"."""
    doc = state.sent.doc
    for phrase in state.phrases:
        if phrase.start in state.used or phrase.start in state.rejected:
            continue
        group = read_phrase(doc[phrase.core], state.numbers)
        if group is None or _tells(doc[phrase.core]):
            continue
        whole = _whole_of(group, phrase, told, state)
        if whole is not None and whole.mention.count.size > group.count.certain:
            state.used.add(phrase.start)
            yield _member(_described(group, state), whole, doc[phrase.core], state)


def _whole_of(group: Group, phrase: NumberPhrase, told: Sequence[Draft], state: SentenceState) -> Draft | None:
    """Return the total of "five of the 12", "one of them", "four of the pupils", and of "six were children"."""
    doc, last = state.sent.doc, _last_total(told, since=_previous_start(state))
    if group.of_total is None:
        said = doc[phrase.core].dep_ == "nsubj" and doc[phrase.core].head.lemma_ == "be" and phrase.end < state.sent.end
        return last if said and any(map(group_of, children(doc[phrase.core].head, "attr"))) else None
    if group.of_total:
        return _last_total(told, size=group.of_total)
    if low_at(doc[phrase.end - 1], 2) in THEM:
        return last
    noun = text_of(group.span, state.sent).lower().rpartition(" ")[2]  # "four of the pupils"
    return last if last is not None and last.mention.group_text.lower().endswith(noun) else None


def _tells(number: Token) -> bool:
    """Tell whether those counted only speak: "two of them said"."""
    return number.dep_ == "nsubj" and is_saying(number.head)


def _described(group: Group, state: SentenceState) -> Group:
    """Give those of "five of the 12 were children" the kind that the predicate tells."""
    verb = group.head.head
    kinds = [k for t in children(verb, "attr") if verb.lemma_ == "be" and (k := group_of(t))]
    noun = counted_noun(group.phrases[0], state)
    if not kinds or (noun is not None and group_of(noun)):
        return group
    return replace(group, kinds=(kinds[0],), parts=group_parts(kinds[0], group.count.certain))


# --- drafts --------------------------------------------------------------------------------------------------------


def _last_total(
    told: Sequence[Draft], *, measure: Measure | None = None, size: int | None = None, since: int | None = None
) -> Draft | None:
    """Return the last total told, of a measure, of a size, or not before a position."""
    for draft in reversed(told):
        m = draft.mention
        fits = size in {None, m.count.size} and measure in {None, m.measure} and m.sentence.start >= (since or 0)
        if m.reject_reason is None and m.scope in TOTALS and m.count.high != 0 and m.count.size > 1 and fits:
            return draft
    return None


def _member(group: Group, whole: Draft, anchor: Token, state: SentenceState) -> Draft:
    return Draft(replace(_retold(whole, group, anchor, state), scope=Scope.SUBSET), parent=whole)


def _part_of_untold(group: Group, cue: Match, state: SentenceState) -> Draft:
    """Return some of a total that has no number in what was told: "a sergeant was among those killed"."""
    return Draft(replace(draft_of(cue, group, state, separate=False).mention, scope=Scope.SUBSET))


def _retold(whole: Draft, group: Group, anchor: Token, state: SentenceState) -> CasualtyMention:
    """Return a mention of a sentence that takes what befell its persons from a total told before."""
    source = source_of(anchor, state.sent)
    status = status_of(anchor)
    if status is Status.ASSERTED and (source.text or is_spoken(anchor)):
        status = Status.ATTRIBUTED
    return replace(
        whole.mention,
        count=group.count,
        status=status,
        evidence=Evidence(group.span.start, group.span.end, f"member.{whole.mention.evidence.rule_id}"),
        trigger=char_span(anchor, anchor),
        clause=state.span,
        sentence=state.span,
        groups=group.kinds,
        parts=group.parts,
        group_text=text_of(group.span, state.sent),
        attributed_to=source.text,
        attributed_side=source.side,
        additive=False,
        anaphoric=group.definite,
        separate=False,
    )
