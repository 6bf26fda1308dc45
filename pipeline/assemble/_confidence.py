"""How sure an event is, with a flag for each doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import (
    DateBasis,
    Feature,
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
        Measure,
        PlaceMention,
    )

COSTS = {
    "alleged": 0.15,
    "conflict": 0.15,
    "sum_of_groups": 0.05,
    "vague_number": 0.1,
    "unknown_number": 0.25,
    "upper_bound_only": 0.1,
    "implicit_one": 0.05,
    "increment_without_total": 0.1,
    "part_exceeds_total": 0.2,
    "no_place": 0.2,
    "place_not_local": 0.05,
    "place_inferred": 0.1,
    "place_unresolved": 0.1,
    "no_date": 0.15,
    "year_unknown": 0.1,
    "date_imprecise": 0.05,
    "date_inferred": 0.1,
}
CERTAIN = 0.98
LEAST = 0.05


def confidence_of(
    event: Event,
    members: Sequence[CasualtyMention],
    sums: Mapping[Measure, Sum],
    place: PlaceMention | None,
    when: DateMention | None,
) -> tuple[float, tuple[str, ...]]:
    """Return a score from 0 to 1 and the names of the doubts, sorted.

    The score falls by a fixed cost for each doubt; it is an order, not yet a calibrated probability.
    """
    flags = {*_number_flags(members, sums), *_place_flags(event, place), *_date_flags(event, when)}
    score = CERTAIN - sum(COSTS[flag] for flag in flags)
    return max(LEAST, round(score, 2)), tuple(sorted(flags))


def _number_flags(members: Sequence[CasualtyMention], sums: Mapping[Measure, Sum]) -> Iterator[str]:
    if any(m.status is Status.ALLEGED for m in members):
        yield "alleged"
    for total in sums.values():
        if len(total.figures) > 1:
            yield "conflict"
        if total.exceeded:
            yield "part_exceeds_total"
        if len(total.parts) > 1:
            yield "sum_of_groups"
        for part in total.parts:
            if part.count.qualifier in FLAGGED:
                yield FLAGGED[part.count.qualifier]
            if part.scope is Scope.INCREMENT and len(total.parts) == 1:
                yield "increment_without_total"


FLAGGED = {
    Qualifier.VAGUE: "vague_number",
    Qualifier.UNKNOWN_NUMBER: "unknown_number",
    Qualifier.UP_TO: "upper_bound_only",
    Qualifier.NEARLY: "upper_bound_only",
    Qualifier.FEWER_THAN: "upper_bound_only",
    Qualifier.IMPLICIT_ONE: "implicit_one",
}


def _place_flags(event: Event, place: PlaceMention | None) -> Iterator[str]:
    if place is None:
        yield "no_place"
        return
    if place.role is not PlaceRole.EVENT:
        yield "place_inferred"
    if place.feature in {Feature.COUNTRY, Feature.REGION, None}:
        yield "place_not_local"
    if place.latitude is None:
        yield "place_unresolved"
    inside = any(e.field == "where" and event.summary.holds(e.evidence.span) for e in event.evidence)
    if not inside:
        yield "place_inferred"


def _date_flags(event: Event, when: DateMention | None) -> Iterator[str]:
    if when is None:
        yield "no_date"
        return
    if not when.date_start:
        yield "year_unknown"
    elif when.date_prec > 1:
        yield "date_imprecise"
    if when.basis is DateBasis.INHERITED or not event.summary.holds(when.evidence.span):
        yield "date_inferred"
