"""Which of the figures of several sources is the best one, by a named policy.

A policy is a chain of criteria, each of which leaves one or more figures to the next. They are told in
docs/decisions/0004-what-a-number-means.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.records import ConflictPolicy, Scope, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.assemble._figures import Figure

    Criterion = Callable[[Sequence[Figure]], Sequence[Figure]]

OFFICIAL = frozenset({Side.GOVERNMENT, Side.POLICE, Side.MILITARY, Side.JUDICIARY})
MOST_TRUSTED_FIRST = (OFFICIAL, {Side.HEALTH}, {Side.NGO, Side.IGO}, {Side.WITNESS, Side.FAMILY})


def choose(figures: Sequence[Figure], policy: ConflictPolicy) -> Figure:
    """Return the best of the figures; one with a bound above alone ("up to 12") only where there is no other."""
    left: Sequence[Figure] = [f for f in figures if f.toll.best is not None] or figures
    for criterion in CRITERIA[policy]:
        left = criterion(left)
    return left[0]


def _latest(figures: Sequence[Figure]) -> Sequence[Figure]:
    """Keep the updates, else what was said on the last day where each figure has one."""
    updates = [f for f in figures if any(part.scope is Scope.CUMULATIVE_UPDATE for part in f.parts)]
    days = {f.told_on for f in figures}
    return updates or figures if "" in days else [f for f in figures if f.told_on == max(days)]


def _most_official(figures: Sequence[Figure]) -> Sequence[Figure]:
    highest = min(map(_rank, figures))
    return [f for f in figures if _rank(f) == highest]


def _rank(figure: Figure) -> int:
    """Return how far down the list of trust the source of a figure is; what the article itself says follows it."""
    ranks = (rank for rank, sides in enumerate(MOST_TRUSTED_FIRST) if figure.side in sides)
    return next(ranks, len(MOST_TRUSTED_FIRST))


def _most_often_told(figures: Sequence[Figure]) -> Sequence[Figure]:
    most = max(len(f.voices) for f in figures)
    return [f for f in figures if len(f.voices) == most]


def _lowest(figures: Sequence[Figure]) -> Sequence[Figure]:
    return [min(figures, key=lambda f: f.size)]


CRITERIA: Mapping[ConflictPolicy, tuple[Criterion, ...]] = {
    ConflictPolicy.LATEST: (_latest, _most_official, _lowest),
    ConflictPolicy.CONSERVATIVE: (_lowest,),
    ConflictPolicy.OFFICIAL_FIRST: (_most_official, _latest, _lowest),
    ConflictPolicy.MAJORITY: (_most_often_told, _latest, _most_official, _lowest),
}
