"""Story -> event: tolls, setting, kind, actors, sources, confidence, each with the evidence that it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.assemble._confidence import confidence_of
from pipeline.assemble._figures import Figure, Sum, size_of
from pipeline.assemble._nearness import is_own
from pipeline.assemble._stories import is_nobody
from pipeline.assemble._tolls import add_up
from pipeline.assemble._when import date_of
from pipeline.assemble._where import place_of, where_prec
from pipeline.records import (
    Act,
    AllegationStatus,
    Event,
    EventType,
    FieldEvidence,
    Measure,
    PlaceRole,
    Polarity,
    Qualifier,
    RecordType,
    Scope,
    Span,
    Toll,
    VictimType,
    content_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.assemble._stories import Story
    from pipeline.records import (
        ActMention,
        Allegation,
        Article,
        CasualtyMention,
        ConflictPolicy,
        DateMention,
        Mentions,
        PlaceMention,
    )

NO_YEAR_PREC = 6
OPEN_SERIES_PREC = 5
VICTIM_TYPES = {
    "civilian": VictimType.CIVILIAN,
    "women": VictimType.CIVILIAN,
    "children": VictimType.CIVILIAN,
    "protester": VictimType.PROTESTER,
    "security_force": VictimType.SECURITY_FORCE,
    "combatant": VictimType.COMBATANT,
    "official": VictimType.OFFICIAL,
    "journalist": VictimType.JOURNALIST,
}
LATEST_STAGE_FIRST = (
    AllegationStatus.CONVICTED,
    AllegationStatus.ACQUITTED,
    AllegationStatus.ON_TRIAL,
    AllegationStatus.CHARGED,
    AllegationStatus.ADMITTED,
    AllegationStatus.UNDER_INVESTIGATION,
    AllegationStatus.RETRACTED,
    AllegationStatus.CONTESTED,
    AllegationStatus.DENIED,
    AllegationStatus.ALLEGED,
)
CLEARED = frozenset({AllegationStatus.ACQUITTED, AllegationStatus.RETRACTED})
NO_DEEDS = frozenset(  # wrongs of those who did not kill or hurt anybody
    {Act.FABRICATION_OF_EVIDENCE, Act.COVER_UP, Act.CORRUPTION, Act.NEGLIGENCE, Act.INCITEMENT}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A story with what was read out of it."""

    story: Story
    members: tuple[CasualtyMention, ...]
    sums: dict[Measure, Sum]
    lead: CasualtyMention

    def toll(self, measure: Measure) -> Toll:
        """Return the toll of a measure, blank where the story has none."""
        return self.sums[measure].toll if measure in self.sums else Toll()

    @property
    def deaths(self) -> Sum:
        """What the article tells of deaths, if only how many were killed or injured."""
        return self.sums.get(Measure.KILLED) or self.sums.get(Measure.KILLED_OR_INJURED) or Sum()


def build_event(
    story: Story, stories: Sequence[Story], article: Article, mentions: Mentions, policy: ConflictPolicy
) -> Event:
    """Make the event of a story."""
    draft = _draft(story, stories, mentions, policy)
    place = place_of(story, stories, mentions, article, draft.lead)
    when = date_of(story, stories, mentions, article)
    span = _span_of(draft)
    quotes = [i for i, q in enumerate(mentions.quotes) if is_own(q.content, story, stories, mentions)]
    allegations = [i for i, a in enumerate(mentions.allegations) if is_own(a.claim, story, stories, mentions)]
    acts = [a for a in mentions.acts if is_own(a.evidence.span, story, stories, mentions)]
    event = Event(
        event_id=content_id("ev", article.article_id, span.start, span.end, story.record_type),
        article_id=article.article_id,
        record_type=story.record_type,
        event_type=_event_type(acts, draft),
        summary=draft.lead.sentence,
        tolls=tuple((measure, draft.toll(measure)) for measure in sorted(draft.sums)),
        deaths_text=_text_of(draft),
        deaths_qualifier=_qualifier(draft),
        deaths_scope=_scope(draft),
        victim_type=_victim_type(draft),
        quotes=tuple(quotes),
        allegations=tuple(allegations),
        casualties=tuple(sorted(i for total in draft.sums.values() for i in total.used)),
        victims=tuple(i for i, v in enumerate(mentions.victims) if is_own(v.evidence.span, story, stories, mentions)),
        allegation_status=_latest_stage([mentions.allegations[i] for i in allegations]),
    )
    event = _with_place(event, place)
    event = _with_date(event, when, story)
    event = _with_demography(event, draft, mentions)
    event = _with_actors(event, acts, [mentions.allegations[i] for i in allegations])
    event = _with_source(event, draft)
    event = replace(event, evidence=tuple(_evidence(event, draft, place, when, acts)))
    score, flags = confidence_of(event, draft.members, draft.sums, place, when)
    return replace(event, confidence=score, confidence_flags=flags)


def _draft(story: Story, stories: Sequence[Story], mentions: Mentions, policy: ConflictPolicy) -> Draft:
    members = tuple(mentions.casualties[i] for i in story.members)
    by_measure: dict[Measure, list[tuple[int, CasualtyMention]]] = {}
    only_mixed = all(member.scope is Scope.MIXED for member in members)
    for index, member in zip(story.members, members, strict=True):
        measure = Measure.KILLED if is_nobody(member) else member.measure
        if measure is not None and (only_mixed or member.scope is not Scope.MIXED):
            by_measure.setdefault(measure, []).append((index, member))
    sums = {measure: add_up(found, policy) for measure, found in by_measure.items()}
    _add_zeros(sums, story, stories, mentions)
    for total in sums.values():
        for index in total.used:
            total.check(mentions.casualties[index], [m for m in mentions.casualties if m.parent == index])
    return Draft(story, members, sums, _lead(members, sums))


def _add_zeros(sums: dict[Measure, Sum], story: Story, stories: Sequence[Story], mentions: Mentions) -> None:
    """Read "no one was killed" beside other casualties as a death toll of 0."""
    if Measure.KILLED in sums or story.record_type is not RecordType.INCIDENT:
        return
    for i, mention in enumerate(mentions.casualties):
        if is_nobody(mention) and is_own(mention.evidence.span, story, stories, mentions):
            sums[Measure.KILLED] = Sum([Figure([mention], {i: mention})])
            return


def _lead(members: Sequence[CasualtyMention], sums: dict[Measure, Sum]) -> CasualtyMention:
    """Return the mention that tells the story best: the one with the toll, of deaths first."""
    for measure in (*Measure,):
        if measure in sums and sums[measure].parts:
            return max(sums[measure].parts, key=size_of)
    return members[0]


def _span_of(draft: Draft) -> Span:
    return Span(draft.members[0].evidence.start, draft.members[0].evidence.end)


# --- what belongs to the story -------------------------------------------------------------------------------------


# --- fields --------------------------------------------------------------------------------------------------------


def _with_place(event: Event, place: PlaceMention | None) -> Event:
    if place is None:
        return event
    return replace(
        event,
        place=place,
        country_iso3=place.country_iso3,
        adm_1=place.adm_1,
        adm_2=place.adm_2,
        where_coordinates=place.name or place.text if place.role is PlaceRole.EVENT else place.name,
        where_description=place.text,
        where_prec=where_prec(place),
    )


def _with_date(event: Event, when: DateMention | None, story: Story) -> Event:
    if when is None:
        return event
    series = story.record_type is RecordType.SERIES
    prec = OPEN_SERIES_PREC if series and when.date_start else when.date_prec
    return replace(
        event,
        date_start=when.date_start,
        date_end="" if series and not when.value.count("/") and when.date_start else when.date_end,
        date_prec=prec if when.date_start else NO_YEAR_PREC,
        date_text=when.text,
        date_basis=when.basis,
    )


def _with_demography(event: Event, draft: Draft, mentions: Mentions) -> Event:
    """Count the children, women and civilians among the dead, from the groups of the toll and from its parts."""
    killed = draft.sums.get(Measure.KILLED)
    if killed is None:
        return event
    own = {*killed.used, *draft.story.members}
    parts = [m for m in mentions.casualties if m.parent in own and m.measure is Measure.KILLED]
    numbers = Counter[str]()
    for part in (*killed.parts, *parts):
        for kind, number in part.parts:
            numbers[kind] = max(numbers[kind], number) if part in parts else numbers[kind] + number
    said = {kind: n for kind, n in numbers.items() if n and _is_said(kind, (*killed.parts, *parts))}
    return replace(
        event,
        deaths_children=said.get("children"),
        deaths_women=said.get("women"),
        deaths_civilians=said.get("civilian"),
    )


def _is_said(kind: str, parts: Iterable[CasualtyMention]) -> bool:
    """Tell whether the text itself calls the dead civilians; children and women are told by any such noun."""
    return kind != "civilian" or any("civilian" in part.group_text.lower() for part in parts)


def _with_actors(event: Event, acts: Sequence[ActMention], allegations: Sequence[Allegation]) -> Event:
    doers = [a for a in acts if a.perpetrator]
    accused = [a for a in allegations if a.accused and _did_it(a)]
    names = tuple(dict.fromkeys([*(d.perpetrator for d in doers), *(a.accused for a in accused)]))
    sides = [d.perpetrator_side for d in doers if d.perpetrator_side] + [
        a.accused_side for a in accused if a.accused_side
    ]
    status = str(event.allegation_status or ("asserted" if doers else ""))
    means = tuple(dict.fromkeys(a.means for a in acts if a.means))
    return replace(
        event,
        perpetrators=names,
        perpetrator_type=sides[0] if sides else None,
        perpetrator_status=status if names else "",
        weapons_or_means=means,
    )


def _did_it(told: Allegation) -> bool:
    """Tell whether an allegation stands that somebody did the deed, not that he hid it or profits from it."""
    return told.polarity is Polarity.ASSERTS and told.status not in CLEARED and told.act not in NO_DEEDS


def _with_source(event: Event, draft: Draft) -> Event:
    """Name who gave the number of the lead, the best of several; else who gave another."""
    best = next((f for total in draft.sums.values() for f in total.figures[:1] if draft.lead in f.parts), None)
    telling = [*(best.told.values() if best is not None else ()), *draft.members]
    source = next((m for m in telling if m.attributed_to), None)
    if source is None:
        return event
    original = source.attributed_name or source.attributed_to
    return replace(event, source_office=source.attributed_to, source_original=original)


def _event_type(acts: Sequence[ActMention], draft: Draft) -> EventType:
    """Choose the kind that most words near the casualties tell; the lead sentence counts double."""
    votes = Counter[EventType]()
    for act in acts:
        if act.event_type is not None:
            near = draft.lead.sentence.holds(act.evidence.span)
            same = any(m.sentence.holds(act.evidence.span) for m in draft.members)
            votes[act.event_type] += 4 if near else 2 if same else 1
    deadly = Measure.KILLED in draft.sums or Measure.INJURED in draft.sums
    if deadly:
        strong = {kind: n for kind, n in votes.items() if kind is not EventType.ARREST}
        votes = Counter(strong)
    elif Measure.ABDUCTED in draft.sums:
        return EventType.ABDUCTION
    elif Measure.DETAINED in draft.sums:
        return EventType.ARREST
    if _victim_type(draft) is VictimType.PROTESTER and EventType.PROTEST_REPRESSION in votes:
        return EventType.PROTEST_REPRESSION
    return max(votes, key=lambda kind: (votes[kind], -list(EventType).index(kind)), default=EventType.OTHER)


def _qualifier(draft: Draft) -> str:
    parts = draft.deaths.parts
    if len(parts) <= 1:
        return parts[0].count.qualifier if parts else ""
    rest = [p.count.qualifier for p in parts if p.count.qualifier is not Qualifier.IMPLICIT_ONE]
    return next((q for q in rest if q is not Qualifier.EXACT), Qualifier.EXACT)


def _scope(draft: Draft) -> str:
    return draft.deaths.parts[0].scope if draft.deaths.parts else ""


def _text_of(draft: Draft) -> str:
    return " + ".join(part.group_text for part in draft.deaths.parts)


def _victim_type(draft: Draft) -> VictimType:
    groups = [g for total in draft.sums.values() for part in total.parts for g in part.groups]
    kinds = {VICTIM_TYPES[g] for g in groups if g in VICTIM_TYPES}
    if len(kinds) > 1:
        return VictimType.MIXED
    return next(iter(kinds), VictimType.UNKNOWN)


def _latest_stage(allegations: Sequence[Allegation]) -> AllegationStatus | None:
    found = {a.status for a in allegations}
    return next((status for status in LATEST_STAGE_FIRST if status in found), None)


# --- evidence and parents ------------------------------------------------------------------------------------------

TOLL_FIELDS = {
    Measure.KILLED: "deaths",
    Measure.KILLED_OR_INJURED: "deaths",
    Measure.INJURED: "injured",
    Measure.MISSING: "missing",
    Measure.DETAINED: "detained",
    Measure.ABDUCTED: "abducted",
    Measure.DISPLACED: "displaced",
}


def _evidence(
    event: Event, draft: Draft, place: PlaceMention | None, when: DateMention | None, acts: Sequence[ActMention]
) -> Iterator[FieldEvidence]:
    """Yield what each field rests on: the stretch of text and its rule."""
    for measure, total in sorted(draft.sums.items()):
        for part in (part for figure in total.figures for part in figure.parts):
            yield FieldEvidence(TOLL_FIELDS[measure], part.evidence)
    if place is not None:
        yield FieldEvidence("where", place.evidence)
    if when is not None:
        yield FieldEvidence("date", when.evidence)
    for act in acts:
        if act.event_type is event.event_type:
            yield FieldEvidence("event_type", act.evidence)
        if act.means:
            yield FieldEvidence("weapons_or_means", act.evidence)
        if act.perpetrator:
            yield FieldEvidence("perpetrators", act.evidence)


def link_parents(events: Sequence[Event]) -> list[Event]:
    """Give the incidents that lie inside a series told in the same article that series as their parent."""
    series = [e for e in events if e.record_type is RecordType.SERIES]
    return [_child_of(event, series) for event in events]


def _child_of(event: Event, series: Sequence[Event]) -> Event:
    if event.record_type is not RecordType.INCIDENT:
        return event
    for parent in series:
        same_country = not parent.country_iso3 or event.country_iso3 in {"", parent.country_iso3}
        inside = not parent.date_start or not event.date_start or event.date_start >= parent.date_start
        shared = {m for m, _ in parent.tolls} & {m for m, _ in event.tolls}
        if same_country and inside and shared:
            return replace(event, parent_event_id=parent.event_id)
    return event
