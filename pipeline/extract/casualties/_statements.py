"""Doc -> casualty counts: who was killed, hurt, lost or taken, how many, and how that is known.

A cue ("killed", "death toll", "bodies") says what happened; the tree says to whom; the noun phrase says how many. Parts
of a total are linked to it, and numbers that count no casualty are kept with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.extract._matching import find_entries
from pipeline.extract._numbers import find_numbers
from pipeline.extract._syntax import (
    NOUN_TAGS,
    char_span,
    children,
    noun_left_edge,
    prepositional,
    sentences,
    trimmed,
    word_at,
)
from pipeline.extract.casualties._affected import affected
from pipeline.extract.casualties._cue_words import find_phrases
from pipeline.extract.casualties._drafts import Draft, SentenceState, draft_of, rejected
from pipeline.extract.casualties._gaps import gapped
from pipeline.extract.casualties._groups import all_placed, groups_of, join
from pipeline.extract.casualties._listed import company_of, fronted, further_subjects, is_named_again
from pipeline.extract.casualties._lookalikes import figures_of_speech, sayings
from pipeline.extract.casualties._members import members_of
from pipeline.extract.casualties._parts import breakdown, linked, outer_part, parts_of
from pipeline.extract.casualties._persons import is_animal, is_body, is_person, is_unknown_name, may_be_person
from pipeline.extract.casualties._phrases import FIXED_SIZES, unit_group
from pipeline.extract.casualties._reasons import is_player, is_sport, reject_reason
from pipeline.extract.casualties._rejects import boilerplate, rejects
from pipeline.extract.casualties._scope import is_natural
from pipeline.extract.casualties._tolls import read_toll, superseded
from pipeline.extract.casualties._verbs import has_other_sense
from pipeline.lexicons import load_lexicon
from pipeline.records import Count, Measure, Qualifier, RejectReason, Scope, Status, VaguePolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as DocSpan

    from pipeline.extract._matching import Match
    from pipeline.extract.casualties._phrases import Group
    from pipeline.records import CasualtyMention

COMMON_TAGS, NAME_TAGS, NO_TAGS = frozenset({"NN", "NNS"}), frozenset({"NNP"}), frozenset[str]()
HELD_TRUE = frozenset({Status.ASSERTED, Status.ATTRIBUTED, Status.ALLEGED})
REMAINS = frozenset({"body", "corpse", "remains", "head"})
NO_PERSONS = frozenset({"ORG", "GPE", "LOC", "FAC"})


def find_casualties(doc: Doc, *, policy: VaguePolicy = VaguePolicy.ACLED) -> Iterator[CasualtyMention]:
    """Find statements that people were killed, injured, missing or taken, with count, scope and status.

    Needs sentence bounds, tags, lemmas, a dependency parse and entities; span groups `insert`, `related` and
    `comment_form`, if there, hold numbers that are only rejected.

    Args:
        doc: one article; offsets are characters, half-open.
        policy: how vague words such as "dozens" are counted.

    Yields:
        One mention for each group of persons that a clause counts, in text order; then numbers that look like one.
    """
    drafts: list[Draft] = []
    for sent in sentences(doc):
        drafts += _read_sentence(sent, policy, drafts)
    drafts += boilerplate(doc)
    drafts.sort(key=lambda d: (d.mention.evidence.start, d.mention.evidence.end, d.mention.measure or ""))
    yield from linked(_first_of_a_measure(_known_dead(drafts)))


def _first_of_a_measure(drafts: list[Draft]) -> list[Draft]:
    """Take those who come on top of others that suffered otherwise for a total: "six died. Another 34 were hurt"."""
    result: list[Draft] = []
    told: list[CasualtyMention] = []
    for draft in drafts:
        m = draft.mention
        alone = bool(told) and all(other.measure is not m.measure for other in told)
        first = m.scope is Scope.INCREMENT and alone
        result.append(replace(draft, mention=replace(m, scope=Scope.INCIDENT_TOTAL)) if first else draft)
        told += [m] if m.reject_reason is None else []
    return result


def _known_dead(drafts: list[Draft]) -> list[Draft]:
    """Count those shot or stabbed as killed where as many were before: "33 deaths ... 14 of the 33 men shot".

    A single person must be in the same sentence: "a clerk was killed when a man shot him".
    """
    dead: dict[int, Scope] = {}
    single: CasualtyMention | None = None
    renewed: dict[int, Draft] = {}
    for draft in drafts:
        m = draft.mention
        count = m.count.low or 0
        if m.measure is Measure.KILLED and count > 1:
            dead.setdefault(count, m.scope)
        elif m.measure is Measure.KILLED and count:
            single = m
        elif m.anaphoric and m.evidence.rule_id in _hurting_rules():
            same = dead.get(count)
            if count == 1 and single is not None and single.sentence == m.sentence:
                same = single.scope
            if same is not None:
                renewed[id(draft)] = replace(draft, mention=replace(m, measure=Measure.KILLED, scope=same))
    return [_with_parent(renewed.get(id(d), d), renewed) for d in drafts] if renewed else drafts


def _with_parent(draft: Draft, renewed: Mapping[int, Draft]) -> Draft:
    """Let a part follow its total."""
    whole = renewed.get(id(draft.parent))
    if whole is None:
        return draft
    return Draft(replace(draft.mention, measure=whole.mention.measure), draft.of_total, whole)


def _read_sentence(sent: DocSpan, policy: VaguePolicy, told: Sequence[Draft]) -> list[Draft]:
    state = _look_at(sent, policy)
    modifiers_last = sorted(state.cues, key=lambda cue: cue.anchor.dep_ == "amod")
    drafts = [draft for cue in modifiers_last for draft in _read_cue(cue, state)]
    drafts = _with_killers(_merge_verbs(_distinct(drafts)))
    drafts += [old for draft in list(drafts) for old in superseded(draft, state)]
    drafts += [part for draft in list(drafts) for part in breakdown(draft, state)]
    drafts += list(gapped(drafts, state))
    nearest_first = sorted(drafts, key=lambda d: -d.mention.evidence.end)
    drafts += [part for draft in nearest_first for part in parts_of(draft, state)]
    drafts = _distinct(drafts)
    drafts += list(members_of(told, drafts, state))
    return [*drafts, *figures_of_speech(state), *rejects(state)]


def _look_at(sent: DocSpan, policy: VaguePolicy) -> SentenceState:
    cues = find_entries(sent, "casualty_cues")
    phrases = list(find_numbers(sent.doc, sent.start, sent.end, policy=policy))
    rejected = {p.start: reason for p in phrases if (reason := reject_reason(p, sent.doc)) is not None}
    numbers = {i: p for p in phrases if p.start not in rejected for i in range(p.start, p.end)}
    state = SentenceState(sent, numbers, phrases, rejected, cues, {}, trimmed(sent))
    if cues:
        state.told, state.sayings = find_phrases(sent), sayings(sent)
    return state


def _with_killers(drafts: list[Draft]) -> list[Draft]:
    """Let who killed himself come on top of those he killed: "killed three men before killing himself"."""
    killed = [d.mention for d in drafts if d.mention.measure is Measure.KILLED and d.mention.status in HELD_TRUE]
    first = min((m.evidence.end for m in killed if not _is_reflexive(m)), default=None)
    return [
        replace(d, mention=replace(d.mention, additive=True, anaphoric=False, scope=Scope.INCREMENT))
        if first is not None and d.mention in killed and _is_reflexive(d.mention) and first < d.mention.evidence.start
        else d
        for d in drafts
    ]


def _is_reflexive(mention: CasualtyMention) -> bool:
    return mention.group_text.lower() in {"himself", "herself"}


def _read_cue(cue: Match, state: SentenceState) -> Iterator[Draft]:
    if cue.role == "toll":
        yield from () if _is_said(cue, state) else read_toll(cue, state)
        return
    if cue.what == Measure.INJURED and RejectReason.SPORT in state.rejected.values():  # "beat Everton 3-1"
        return
    groups = _groups_of_cue(cue, state)
    if not groups:
        yield from _animals(cue, state)
    reason = _refusal(cue, groups, state)
    if reason is not None:
        for group in groups:
            state.used |= {p.start for p in group.phrases}
            yield Draft(rejected(group.span, group.count, reason, state.span))
        return
    if cue.anchor.dep_ == "amod" and any(p.start in state.used for group in groups for p in group.phrases):
        return  # "executed 23 captured conscripts" tells of no capture
    for group in groups:
        draft = draft_of(cue, group, state, separate=len(groups) > 1)
        state.used |= {p.start for p in group.phrases}
        yield draft
        yield from outer_part(draft, group, state)
    for group in _company(groups, cue, state):
        state.used |= {p.start for p in group.phrases}
        yield draft_of(cue, group, state, separate=False)


def _animals(cue: Match, state: SentenceState) -> Iterator[Draft]:
    """Yield a single animal: "a stray dog was killed"; those with a number are refused with their number."""
    for head in affected(cue, state.sent, state.numbers):
        start = noun_left_edge(head)
        if is_animal(head) and head.tag_ == "NN" and start.lower_ in {"a", "an"}:
            count = Count(1, 1, 1, Qualifier.IMPLICIT_ONE, head.doc[start.i : head.i + 1].text)
            yield Draft(rejected(char_span(start, head), count, RejectReason.ANIMAL, state.span))


def _is_said(cue: Match, state: SentenceState) -> bool:
    """Tell whether a word of casualties belongs to a figure of speech: "died of boredom"."""
    return any(cue.anchor in saying.tokens for saying in state.sayings)


def _refusal(cue: Match, groups: list[Group], state: SentenceState) -> RejectReason | None:
    """Tell why nobody affected counts: a figure of speech, a death of age, a film, players who are hurt."""
    if not groups:
        return None
    if _is_said(cue, state):
        return RejectReason.FIGURE_OF_SPEECH
    if cue.what != Measure.KILLED and any(is_player(g.head) for g in groups) and is_sport(state.sent):
        return RejectReason.SPORT
    return RejectReason.OTHER if _is_natural(cue, state) or "fiction" in state.told else None  # "in the film"


def _groups_of_cue(cue: Match, state: SentenceState) -> list[Group]:
    if cue.role == "object" and has_other_sense(cue):
        return []
    heads = affected(cue, state.sent, state.numbers)
    if cue.role in {"unit", "owner"}:
        noun = _unit_noun(cue)
        counted = unit_group(noun, state.numbers)
        if counted is not None or cue.role == "unit":
            return [] if counted is None or _counts_something_else(noun) else [counted]
    groups = [g for head in heads for g in _persons_at(head, cue, state)]
    if cue.role == "of" and unit_group(cue.tokens[-1], state.numbers) is not None:
        groups = [g for g in groups if g.phrases]  # "two bodies of men": the bodies count
    if not groups and cue.role in {"object", "subject"}:
        groups = [g for head in fronted(cue, state.sent) for g in _persons_at(head, cue, state)]
    further = further_subjects(heads[-1], cue, state.sent) if heads and heads[-1].i < cue.anchor.i else []
    more = [g for head in further for g in _persons_at(head, cue, state)]
    more = [g for g in more if not any(told.span.holds(g.span) for told in groups)]
    if groups and more:
        return [join([*groups, *more])]
    if len(groups) > 1 and _names_him(groups[0], groups[1]):
        groups = groups[1:]
    several = len({head.head.i for head in heads}) > 1 and cue.role != "of"  # "the murder of a nun and of her guests"
    if not groups or all_placed(groups) or several:
        return groups
    return [join([g for g in groups if g is groups[0] or _is_joined(groups[0], g)])]


def _company(groups: Sequence[Group], cue: Match, state: SentenceState) -> Iterator[Group]:
    """Yield who goes along, if counted and not yet told: not "killed two rebels along with coalition forces"."""
    for group in (g for head in company_of(cue.anchor) for g in _persons_at(head, cue, state) if groups):
        told = any(g.span.overlaps(group.span) for g in groups)
        if not told and group.count.low is not None:
            yield replace(group, additive=True, definite=False, of_total=None)


def _unit_noun(cue: Match) -> Token:
    """Return the noun of a unit of casualties: "lives" of "lives were lost"."""
    return next((t for t in reversed(cue.tokens) if t.tag_ in NOUN_TAGS), cue.tokens[-1])


def _names_him(described: Group, named: Group) -> bool:
    """Tell whether a name goes on right behind a single description: "a teacher Ajit Sardar and his son"."""
    single = described.count.qualifier is Qualifier.IMPLICIT_ONE
    return single and 0 <= named.span.start - described.span.end <= 1


def _counts_something_else(noun: Token) -> bool:
    """Tell whether a unit of casualties is none: "two dead batteries", "student bodies", "bodies of evidence"."""
    following = word_at(noun, 1)
    if noun.dep_ == "amod" or (noun.tag_.startswith("J") and following is not None and following.tag_ in COMMON_TAGS):
        return True
    if noun.dep_ == "compound" and following is not None and following.tag_ in COMMON_TAGS:  # "body parts"
        return True
    if noun.lemma_.lower() != "body":
        return False
    of_what = list(prepositional(noun, "of"))
    return bool(children(noun, "compound")) or (bool(of_what) and not any(map(may_be_person, of_what)))


def _persons_at(head: Token, cue: Match, state: SentenceState) -> list[Group]:
    if any(p.start <= head.i < p.end for p in state.phrases if p.start in state.rejected):  # "one in five died"
        return []
    tags = COMMON_TAGS if cue.manner == "human" else NAME_TAGS if cue.what == Measure.KILLED else NO_TAGS
    others = frozenset(c.anchor.i for c in state.cues if c.anchor != cue.anchor and c.role in {"object", "state"})
    end = cue.anchor.i if cue.role == "state" and head.i < cue.anchor.i else None
    groups = groups_of(head, state.numbers, tags=tags, before=others, end=end)
    return [group for group in groups if _counts_persons(cue, group)]


def _is_joined(first: Group, second: Group) -> bool:
    """Tell whether "and" joins two noun phrases, so that the second does not only name the first."""
    between = {t.lower_ for t in first.head.sent if first.span.end <= t.idx < second.span.start}
    return bool(between & {"and", "&", "plus"}) and not is_named_again(first.head, second.head)


def _counts_persons(cue: Match, group: Group) -> bool:
    """Tell whether what the cue is about are persons."""
    head = group.head
    if group.kinds or is_person(head) or head.lower_ in FIXED_SIZES:
        return not is_animal(head)
    misread = cue.what == Measure.KILLED and head.tag_ in NAME_TAGS and head.ent_type_ != "ORG" and not is_body(head)
    if is_unknown_name(head) or misread:
        return True
    if group.phrases and (head.i < group.phrases[0].end or group.count.text.lower() == "one"):
        return True  # a bare number: "nine were killed", or a name: "one Sudama Singh"
    return cue.manner == "human" and head.ent_type_ not in NO_PERSONS and head.lemma_.lower() not in REMAINS


def _is_natural(cue: Match, state: SentenceState) -> bool:
    """Tell whether a death is one of age or illness: "died in her sleep", "has died aged 91"."""
    return cue.what == Measure.KILLED and is_natural(cue.anchor, state.told.get("natural", ()))


def _distinct(drafts: list[Draft]) -> list[Draft]:
    """Keep one draft for each measure and stretch; the number wins over the phrase without one."""
    kept: dict[tuple[Measure | None, int, int], Draft] = {}
    for draft in drafts:
        m = draft.mention
        kept.setdefault((m.measure, m.evidence.start, m.evidence.end), draft)
    result = list(kept.values())
    return [d for d in result if not any(_is_inside(d.mention, o.mention) for o in result if o is not d)]


def _is_inside(inner: CasualtyMention, outer: CasualtyMention) -> bool:
    """Tell whether a mention only repeats a part of another: "the bodies" in "the bodies of two brothers"."""
    if inner.measure is not outer.measure or inner.reject_reason or inner.scope is Scope.SUBSET:
        return False
    a, b = inner.evidence.span, outer.evidence.span
    repeats = (
        b.holds(a) or b.start < a.start < b.end
    )  # "seven fighters and two soldiers dead" holds "two soldiers dead"
    return a != b and repeats and outer.count.qualifier is not Qualifier.UNKNOWN_NUMBER


def _merge_verbs(drafts: list[Draft]) -> list[Draft]:
    """Read two measures of one number: "shot and killed" is killed; "killed or injured" is a mixed figure."""
    result: list[Draft] = []
    for draft in drafts:
        m = draft.mention
        same = [d.mention for d in drafts if d.mention.evidence.span == m.evidence.span]
        injured = next((o for o in same if o.measure is Measure.INJURED), None)
        killed = next((o for o in same if o.measure is Measure.KILLED), None)
        if injured is None or killed is None:
            result.append(draft)
        elif m is killed:
            together = 0 < injured.trigger.start - killed.trigger.end < len(" and seriously ")
            mixed = together and injured.evidence.rule_id not in _hurting_rules()
            result.append(Draft(_as_mixed(m)) if mixed else draft)
    return result


def _as_mixed(mention: CasualtyMention) -> CasualtyMention:
    return replace(mention, measure=Measure.KILLED_OR_INJURED, scope=Scope.MIXED)


def _hurting_rules() -> frozenset[str]:
    """Return the ids of verbs that say how somebody was killed when a word of death stands beside them."""
    return frozenset(e.id for e in load_lexicon("casualty_cues") if e.label.endswith(":how"))
