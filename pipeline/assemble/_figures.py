"""What the sources of a story say that a toll is, and the toll that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.records import Qualifier, Toll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import CasualtyMention, Side

ANY_PERSON = frozenset({"person", ""})
APART = (frozenset({"children", "women", "man"}), frozenset({"civilian", "security_force", "combatant"}))
LOOSE = frozenset({Qualifier.UNKNOWN_NUMBER})
PLURAL = 2  # persons at least where a plural has no number: "also captured other rebels"


def size_of(mention: CasualtyMention) -> int:
    """Return the number of a mention for comparison; 0 when it has none."""
    return mention.count.size


def voice_of(mention: CasualtyMention) -> str:
    """Return who says so, in a form to compare; blank for the article itself."""
    name = mention.attributed_name or mention.attributed_to
    return name.lower().removeprefix("the ")


@dataclass(slots=True)
class Figure:
    """What one source says that a toll is, or the article itself.

    Attributes:
        parts: the groups that add up to it.
        told: the mentions that it rests on, those that say it again too, by their index.
        again: how many of its persons are told again so far: "held four men ... the leader and three others".
    """

    parts: list[CasualtyMention]
    told: dict[int, CasualtyMention]
    again: int = 0

    @property
    def size(self) -> int:
        """The figure as one number; 0 when it has none."""
        return sum(size_of(part) for part in self.parts)

    @property
    def groups(self) -> frozenset[str]:
        """What the persons counted are."""
        return frozenset(group for part in self.parts for group in part.groups)

    @property
    def voices(self) -> frozenset[str]:
        """Who says so; nobody where the article itself does."""
        return frozenset(voice for m in self.told.values() if size_of(m) and (voice := voice_of(m)))

    @property
    def side(self) -> Side | None:
        """The side of the first who says so."""
        return next((m.attributed_side for m in self.told.values() if m.attributed_side is not None), None)

    @property
    def told_on(self) -> str:
        """The day on which it was said last; blank where the article does not tell."""
        return max((m.told_on for m in self.told.values()), default="")

    @property
    def toll(self) -> Toll:
        """Low, best and high of what was added up."""
        numbered = [part.count for part in self.parts if part.count.qualifier not in LOOSE]
        loose = [PLURAL] * (len(self.parts) - len(numbered)) if numbered else []
        return Toll(
            low=_sum([*(count.low for count in numbered), *loose]),
            best=_sum([*(count.best for count in numbered), *loose]),
            high=None if loose else _all([count.high for count in numbered]),
        )


def _sum(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def _all(values: Sequence[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if known and len(known) == len(values) else None


@dataclass(slots=True)
class Sum:
    """The toll of one measure.

    Attributes:
        figures: what the sources say, the best one first.
        exceeded: whether the text gives a part that is larger than its total.
        overfull: whether it gives parts of different kinds that add up to more than their total.
    """

    figures: list[Figure] = field(default_factory=list)
    exceeded: bool = False
    overfull: bool = False

    @property
    def parts(self) -> list[CasualtyMention]:
        """The groups that add up to the best figure."""
        return self.figures[0].parts if self.figures else []

    @property
    def used(self) -> list[int]:
        """The indices of all mentions that the toll rests on."""
        return sorted({index for figure in self.figures for index in figure.told})

    def check(self, total: CasualtyMention, parts: Sequence[CasualtyMention]) -> None:
        """Note whether parts of one of its totals are larger than that, one of them or all together."""
        size = size_of(total)
        self.exceeded |= any(size_of(part) > size for part in parts)
        for kinds in APART:
            largest = {kind: max((size_of(p) for p in parts if p.groups == (kind,)), default=0) for kind in kinds}
            self.overfull |= max(largest.values()) <= size < sum(largest.values())

    @property
    def toll(self) -> Toll:
        """The best figure, with low and high widened to the lowest and the highest of all."""
        tolls = [figure.toll for figure in self.figures if figure.toll != Toll()]
        if not tolls:
            return Toll()
        lows = [toll.low for toll in tolls if toll.low is not None]
        highs = [toll.high for toll in tolls if toll.high is not None]
        return Toll(
            low=min(lows, default=None),
            best=tolls[0].best,
            high=max(highs) if len(highs) == len(tolls) else None,
        )
