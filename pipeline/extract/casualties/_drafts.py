"""A mention before it is linked to others, and what is known of its sentence while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.extract._matching import word_forms
from pipeline.extract._syntax import char_span, children, low_at, text_of
from pipeline.extract.casualties._ages import ages_of
from pipeline.extract.casualties._asides import asides_of
from pipeline.extract.casualties._attribution import is_spoken, source_of
from pipeline.extract.casualties._groups import own_place
from pipeline.extract.casualties._periods import is_series
from pipeline.extract.casualties._persons import group_of
from pipeline.extract.casualties._scope import describes_somebody, is_background
from pipeline.extract.casualties._status import is_superseded, status_of
from pipeline.records import CasualtyMention, Evidence, Measure, Qualifier, Scope, Span, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.tokens import Span as DocSpan
    from spacy.tokens import Token

    from pipeline.extract._matching import Match
    from pipeline.extract._numbers import NumberPhrase
    from pipeline.extract.casualties._phrases import Group
    from pipeline.records import Count, RejectReason

EITHER = frozenset("kill killed dead die injure injured wound wounded hurt maim".split())
OR = frozenset({"or", "and/or"})
AROUND_OR = 2  # tokens from one word to the other
PARTITIVE_PRONOUNS = frozenset({"whom", "them", "which", "these", "those"})
WORDS_AFTER_OF = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """A mention before it is linked to others. `of_total` is the number that it is said to be a part of, if any."""

    mention: CasualtyMention
    of_total: int | None = None
    parent: Draft | None = None


@dataclass(slots=True)
class SentenceState:
    """What is known of one sentence while it is read; `told` is where phrases of status_cues begin, by status."""

    sent: DocSpan
    numbers: dict[int, NumberPhrase]
    phrases: list[NumberPhrase]
    rejected: dict[int, RejectReason]
    cues: list[Match]
    told: Mapping[str, Sequence[Token]]
    span: Span
    sayings: list[Match] = field(default_factory=list)
    used: set[int] = field(default_factory=set)


def draft_of(cue: Match, group: Group, state: SentenceState, *, separate: bool) -> Draft:
    joins = (not group.definite or _is_possessed(group.head)) and _also(cue.anchor)
    status = Status.NEGATED if group.count.high == 0 or _has_no(cue) else status_of(cue.anchor)
    source = source_of(cue.anchor, state.sent)
    if status in {Status.ASSERTED, Status.ATTRIBUTED} and is_superseded(cue):
        status = Status.SUPERSEDED
    elif status is Status.ASSERTED and (source.text or is_spoken(cue.anchor)):
        status = Status.ATTRIBUTED
    measure = Measure.KILLED_OR_INJURED if _is_mixed(cue) else _measure_of(cue)
    mixed = measure is Measure.KILLED_OR_INJURED and group.count.high != 0  # "no one was harmed" leaves nothing open
    mention = CasualtyMention(
        measure=measure,
        count=_at_most(group.count) if _is_alternative(cue, state) else group.count,
        scope=Scope.MIXED if mixed else _scope(cue, group, status, state),
        status=status,
        evidence=Evidence(group.span.start, group.span.end, cue.entry.id),
        trigger=char_span(min(cue.tokens, key=lambda t: t.i), max(cue.tokens, key=lambda t: t.i)),
        clause=placed_span(group) if separate else _clause(cue.anchor),
        sentence=state.span,
        asides=tuple(asides_of(cue.anchor)),
        groups=_group_labels(group),
        parts=group.parts,
        group_text=text_of(group.span, state.sent),
        attributed_to=source.text,
        attributed_side=source.side,
        age=_age_of(group),
        additive=group.additive or joins,
        anaphoric=group.definite and not joins,
        separate="separate" in state.told,  # "in a separate attack", "elsewhere"
    )
    return Draft(mention, _total_of(group, state))


def _age_of(group: Group) -> int | None:
    """Return the age of a single person: "a 14-year-old boy", "Bo Lind, 14,"."""
    ages = ages_of(group.head) if group.count.qualifier is Qualifier.IMPLICIT_ONE else []
    return ages[0] if len(ages) == 1 else None


def _measure_of(cue: Match) -> Measure:
    """Return the measure of a cue; whom police or soldiers seize is detained."""
    by = (o for prep in children(cue.anchor, "agent") for o in prep.children)
    lawful = any(group_of(doer) == "security_force" for doer in (*children(cue.anchor, "nsubj"), *by))
    return Measure.DETAINED if cue.what == Measure.ABDUCTED and lawful else Measure(cue.what)


def is_stated_total(phrase: NumberPhrase, state: SentenceState) -> bool:
    """Tell whether a number is the whole and not the part: "two more ... were counted among the 31"."""
    words = [t.lower_ for t in state.sent.doc[max(state.sent.start, phrase.start - 2) : phrase.start]]
    return words[-1:] == ["the"] and words[0] in {"among", "amongst", "of", "in"}


def _total_of(group: Group, state: SentenceState) -> int | None:
    """Return the number that a group is said to be a part of, 0 when that has no number, None for no part."""
    if group.of_total is not None:
        return group.of_total
    own = group.count.certain
    later = (p for p in state.phrases if state.sent.doc[p.start].idx >= group.span.end and is_stated_total(p, state))
    stated = next((p.count.best for p in later if p.count.best and p.count.best > own), None)
    return 0 if stated is None and _follows_of_these(group, state) else stated


def _follows_of_these(group: Group, state: SentenceState) -> bool:
    """Tell whether a partitive stands before the number: "of these, there are 25 deaths", "they include 25 deaths"."""
    start = next(t for t in state.sent if t.idx >= group.span.start)
    words = [t.lower_ for t in state.sent.doc[max(state.sent.start, start.i - WORDS_AFTER_OF) : start.i]]
    included = any(a in {"they", "these", "which", "that"} and b in {"include", "included"} for a, b in pairwise(words))
    named = any(c.anchor.i < start.i <= c.anchor.i + WORDS_AFTER_OF and _is_of_the(c.anchor) for c in state.cues)
    return included or named or any(a == "of" and b in PARTITIVE_PRONOUNS for a, b in pairwise(words))


def _is_of_the(word: Token) -> bool:
    """Tell whether "of the" stands before a casualty word that opens a sentence: "of the injured, six are children"."""
    return (low_at(word, -2), low_at(word, -1)) == ("of", "the") and word.i - word.sent.start <= WORDS_AFTER_OF


def _scope(cue: Match, group: Group, status: Status, state: SentenceState) -> Scope:
    if is_background(cue.anchor):
        return Scope.BACKGROUND
    single = group.count.high == 1  # "one man was killed and two hurt in separate shootings"
    if not single and is_series(cue.anchor, state.told.get("series", ())):
        return Scope.SERIES_TOTAL
    if status is Status.SUPERSEDED:
        return Scope.CUMULATIVE_UPDATE
    if describes_somebody(cue.anchor):
        return Scope.BACKGROUND
    if group.of_total == 0 and group.span.start < cue.anchor.idx < group.span.end:  # "two of the dead"
        return Scope.SUBSET
    return Scope.INCREMENT if group.additive else Scope.INCIDENT_TOTAL


def _also(verb: Token) -> bool:
    """Tell whether the clause says that it comes on top: "two guards also died", "in addition"."""
    return any(c.lower_ in {"also", "additionally"} for c in verb.children if c.dep_ == "advmod")


def _has_no(cue: Match) -> bool:
    """Tell whether what a verb takes is said not to be: "suffered no fatal injuries"."""
    return any(c.lower_ == "no" for word in cue.tokens[1:] for c in (*word.lefts, *word.head.lefts))


def _is_possessed(noun: Token) -> bool:
    """Tell whether a noun is somebody's: "his driver" may be told of for the first time."""
    return bool(children(noun, "poss"))


def placed_span(group: Group) -> Span:
    """Return a group together with the place that stands behind it."""
    place = own_place(group)
    return group.span if place is None else Span(group.span.start, place.idx + len(place))


def _is_mixed(cue: Match) -> bool:
    """Tell whether the cue is one of two measures with "or" between: "killed or injured", "dead or wounded"."""
    if cue.what not in {Measure.KILLED, Measure.INJURED}:
        return False
    doc, i = cue.anchor.doc, cue.anchor.i
    for link, other in ((i + 1, i + 2), (i - 1, i - 2)):
        if 0 <= other < len(doc) and doc[link].lower_ in OR and word_forms(doc[other]) & EITHER:
            return True
    return False


def _is_alternative(cue: Match, state: SentenceState) -> bool:
    """Tell whether "or" joins two measures that have no common one: "killed or captured", "dead or missing"."""
    if _is_mixed(cue):
        return False
    for other in state.cues:
        first, second = sorted((cue.anchor, other.anchor), key=lambda t: t.i)
        if other.what != cue.what and second.i - first.i == AROUND_OR and low_at(first, 1) in OR:
            return True
    return False


def _at_most(count: Count) -> Count:
    """Return a count that may be wholly of another measure: "killed or captured 40" tells of up to 40 killed."""
    return replace(count, low=None, best=None, high=count.high or count.best, qualifier=Qualifier.UP_TO)


def _group_labels(group: Group) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*group.kinds, *(kind for kind, _ in group.parts)]))


def _clause(trigger: Token) -> Span:
    """Return the stretch of the trigger's clause, without clauses coordinated with it further right."""
    verb = trigger
    while not verb.tag_.startswith("V") and verb.head != verb:
        verb = verb.head
    inner = [t for t in verb.subtree if not t.is_space]
    later = [c.left_edge.i for c in verb.children if c.dep_ == "conj" and c.i > trigger.i]
    end = min(later, default=inner[-1].i + 1)
    kept = [t for t in inner if t.i < end] or [trigger]
    return char_span(kept[0], kept[-1])


def rejected(span: Span, count: Count, reason: RejectReason, sentence: Span) -> CasualtyMention:
    return CasualtyMention(
        measure=None,
        count=count,
        scope=Scope.INCIDENT_TOTAL,
        status=Status.ASSERTED,
        evidence=Evidence(span.start, span.end, f"reject.{reason}"),
        trigger=span,
        clause=span,
        sentence=sentence,
        reject_reason=reason,
    )
