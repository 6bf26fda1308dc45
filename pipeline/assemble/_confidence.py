"""How sure an event is, with a flag for each doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import (
    DateBasis,
    Doubt,
    Feature,
    Measure,
    PlaceRole,
    Qualifier,
    Scope,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.assemble._figures import Sum
    from pipeline.records import (
        CasualtyMention,
        DateMention,
        Event,
        PlaceMention,
    )

COSTS = {
    Doubt.ALLEGED: 0.15,
    Doubt.CONFLICT: 0.15,
    Doubt.SUM_OF_GROUPS: 0.05,
    Doubt.VAGUE_NUMBER: 0.1,
    Doubt.UNKNOWN_NUMBER: 0.25,
    Doubt.UPPER_BOUND_ONLY: 0.1,
    Doubt.IMPLICIT_ONE: 0.05,
    Doubt.INCREMENT_WITHOUT_TOTAL: 0.1,
    Doubt.PART_EXCEEDS_TOTAL: 0.2,
    Doubt.PARTS_EXCEED_TOTAL: 0.2,
    Doubt.NO_PLACE: 0.2,
    Doubt.PLACE_NOT_LOCAL: 0.05,
    Doubt.PLACE_INFERRED: 0.1,
    Doubt.PLACE_UNRESOLVED: 0.1,
    Doubt.NO_DATE: 0.15,
    Doubt.YEAR_UNKNOWN: 0.1,
    Doubt.DATE_IMPRECISE: 0.05,
    Doubt.DATE_INFERRED: 0.1,
}
CERTAIN = 0.98
LEAST = 0.05


def confidence_of(
    event: Event,
    members: Sequence[CasualtyMention],
    sums: Mapping[Measure, Sum],
    place: PlaceMention | None,
    when: DateMention | None,
) -> tuple[float, tuple[Doubt, ...]]:
    """Return a score from 0 to 1 and the names of the doubts, sorted.

    The score falls by a fixed cost for each doubt; it is an order, not yet a calibrated probability.
    """
    flags = {*_number_flags(members, sums), *_part_flags(event), *_place_flags(event, place), *_date_flags(event, when)}
    score = CERTAIN - sum(COSTS[flag] for flag in flags)
    return max(LEAST, round(score, 2)), tuple(sorted(flags))


def _number_flags(members: Sequence[CasualtyMention], sums: Mapping[Measure, Sum]) -> Iterator[Doubt]:
    if any(m.status is Status.ALLEGED for m in members):
        yield Doubt.ALLEGED
    for total in sums.values():
        if len(total.figures) > 1:
            yield Doubt.CONFLICT
        if total.exceeded:
            yield Doubt.PART_EXCEEDS_TOTAL
        if total.overfull:
            yield Doubt.PARTS_EXCEED_TOTAL
        if len(total.parts) > 1:
            yield Doubt.SUM_OF_GROUPS
        for part in total.parts:
            if part.count.qualifier in FLAGGED:
                yield FLAGGED[part.count.qualifier]
            if part.scope is Scope.INCREMENT and len(total.parts) == 1:
                yield Doubt.INCREMENT_WITHOUT_TOTAL


def _part_flags(event: Event) -> Iterator[Doubt]:
    """Compare what the event says of the dead with its toll: children and women are different persons."""
    toll = event.toll(Measure.KILLED)
    most = toll.high if toll.high is not None else toll.best
    parts = [n or 0 for n in (event.deaths_children, event.deaths_women, event.deaths_civilians)]
    if most is not None and max(parts) > most:
        yield Doubt.PART_EXCEEDS_TOTAL
    elif most is not None and sum(parts[:2]) > most:
        yield Doubt.PARTS_EXCEED_TOTAL


FLAGGED = {
    Qualifier.VAGUE: Doubt.VAGUE_NUMBER,
    Qualifier.UNKNOWN_NUMBER: Doubt.UNKNOWN_NUMBER,
    Qualifier.UP_TO: Doubt.UPPER_BOUND_ONLY,
    Qualifier.NEARLY: Doubt.UPPER_BOUND_ONLY,
    Qualifier.FEWER_THAN: Doubt.UPPER_BOUND_ONLY,
    Qualifier.IMPLICIT_ONE: Doubt.IMPLICIT_ONE,
}


def _place_flags(event: Event, place: PlaceMention | None) -> Iterator[Doubt]:
    if place is None:
        yield Doubt.NO_PLACE
        return
    if place.role is not PlaceRole.EVENT or place.aside:
        yield Doubt.PLACE_INFERRED
    if place.feature in {Feature.COUNTRY, Feature.REGION, None}:
        yield Doubt.PLACE_NOT_LOCAL
    if place.latitude is None:
        yield Doubt.PLACE_UNRESOLVED
    inside = any(e.field == "where" and event.summary.holds(e.evidence.span) for e in event.evidence)
    if not inside:
        yield Doubt.PLACE_INFERRED


def _date_flags(event: Event, when: DateMention | None) -> Iterator[Doubt]:
    if when is None:
        yield Doubt.NO_DATE
        return
    if not when.date_start:
        yield Doubt.YEAR_UNKNOWN
    elif when.date_prec > 1:
        yield Doubt.DATE_IMPRECISE
    if when.basis is DateBasis.INHERITED or not event.summary.holds(when.evidence.span):
        yield Doubt.DATE_INFERRED
