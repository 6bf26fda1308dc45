"""Where and when a casualty mention takes place, by nearness: its clause, its sentence, what came before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.records import DateRole, DateType, Feature, Measure, PlaceRole, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.records import CasualtyMention, DateMention, Mentions, PlaceMention, Span

DAY_PRECISION = 1
FINEST_FIRST = (Feature.FACILITY, Feature.CITY, Feature.ADM2, Feature.ADM1, Feature.REGION, Feature.COUNTRY)
LOCAL = frozenset({Feature.FACILITY, Feature.CITY, Feature.ADM2})
DAY_WITHOUT_YEAR = re.compile(r"XXXX-\d\d-\d\d(?:T\w+)?")
HEADING = 60  # characters that a place at the head of a paragraph may take
HARM = frozenset({Measure.KILLED, Measure.INJURED, Measure.KILLED_OR_INJURED})  # an arrest is no aside of an arrest
WEAK = frozenset({DateRole.DEATH, DateRole.ASIDE})  # of something after the deed, which may be days after
POINT_TYPES = frozenset({DateType.DATE, DateType.TIME})


@dataclass(frozen=True, slots=True)
class Setting:
    """The place and date that stand beside a mention; `near` tells whether in its own clause.

    `said` is the date on which something was said or done about it, for want of a better one; `of_harm` tells whether
    somebody was killed or hurt, and not taken.
    """

    place: PlaceMention | None = None
    date: DateMention | None = None
    place_near: bool = False
    date_near: bool = False
    said: DateMention | None = None
    of_harm: bool = False


def setting_of(mention: CasualtyMention, mentions: Mentions, paragraphs: Sequence[Span] = ()) -> Setting:
    """Find the place and date of a mention in its clause, else in its sentence; the place else in its paragraph.

    Of the paragraphs only those that open with a place count: "Argelia, Cauca. Fighting left nine dead."
    """
    places = [p for p in mentions.places if is_of_deed(p)]
    dates = [d for d in mentions.dates if d.type in POINT_TYPES and is_dating(d)]
    place, place_near = _nearest_place(mention, places)
    if place is None:
        place = _heading_place(mention, places, paragraphs)
    when, date_near = _nearest_date(mention, [d for d in dates if not _is_aside(d, mention)])
    said = _nearest_date(mention, dates)[0] if when is None else None
    return Setting(place, when, place_near, date_near, said, mention.measure in HARM)


def _is_aside(when: DateMention, mention: CasualtyMention) -> bool:
    """Tell whether a date is that of something said or done about the deed: "the toll rose to 57 on Friday"."""
    if mention.scope is Scope.CUMULATIVE_UPDATE or when.role is DateRole.HEAD:
        return True
    told = when.role in {DateRole.DEED, DateRole.DEATH}  # "two bodies were found on Friday"
    return not told and any(aside.holds(when.evidence.span) for aside in mention.asides)


def is_of_deed(place: PlaceMention) -> bool:
    """Tell whether a place can be that of an event."""
    return place.role is PlaceRole.EVENT and not place.aside


def is_dating(mention: DateMention) -> bool:
    """Tell whether a time expression can date an event: it has days, or a month and day without a year."""
    return bool(mention.date_start) or bool(DAY_WITHOUT_YEAR.fullmatch(mention.value))


def _nearest_place(mention: CasualtyMention, places: Sequence[PlaceMention]) -> tuple[PlaceMention | None, bool]:
    for scope, near in ((mention.clause, True), (mention.sentence, False)):
        inside = [p for p in places if scope.holds(p.evidence.span)]
        if inside:
            return _most_local(inside, mention), near
    return None, False


def _heading_place(
    mention: CasualtyMention, places: Sequence[PlaceMention], paragraphs: Sequence[Span]
) -> PlaceMention | None:
    """Return the place that the paragraph of a mention opens with, where one does."""
    paragraph = next((p for p in paragraphs if p.holds(mention.evidence.span)), None)
    if paragraph is None:
        return None
    opening = next((p for p in places if p.evidence.start == paragraph.start), None)
    near = [p for p in places if paragraph.holds(p.evidence.span) and p.evidence.start < paragraph.start + HEADING]
    return _most_local(near, mention) if opening is not None else None


def _most_local(places: Sequence[PlaceMention], mention: CasualtyMention) -> PlaceMention:
    """Prefer the place right behind the casualties, of a chain ("Idlib, Syria") the most local."""
    nearest = min(places, key=lambda p: _distance(p.evidence.span, mention))
    chain = [p for p in places if _same_chain(p, nearest)]
    return min(chain, key=lambda p: (FINEST_FIRST.index(p.feature or Feature.COUNTRY), p.evidence.start))


def _same_chain(one: PlaceMention, other: PlaceMention) -> bool:
    """Tell whether two places can be one setting: the same country, and no two different towns."""
    if one is other:
        return True
    if one.country_iso3 != other.country_iso3:
        return False
    return not (one.feature in LOCAL and other.feature in LOCAL and one.feature is other.feature)


def _distance(span: Span, mention: CasualtyMention) -> int:
    """Return how far a place is from the casualties; what stands before them counts a little farther."""
    own = mention.evidence
    return span.start - own.end if span.start >= own.end else (own.start - span.end) + 30


def _nearest_date(mention: CasualtyMention, dates: Sequence[DateMention]) -> tuple[DateMention | None, bool]:
    for scope, near in ((mention.clause, True), (mention.sentence, False)):
        inside = [d for d in dates if scope.holds(d.evidence.span)]
        if inside:
            return min(inside, key=lambda d: (d.role in WEAK, d.date_prec, _gap(d, mention))), near
    return None, False


def _gap(when: DateMention, mention: CasualtyMention) -> int:
    return min(abs(when.evidence.start - mention.trigger.end), abs(mention.trigger.start - when.evidence.end))


def is_elsewhere(one: PlaceMention | None, other: PlaceMention | None) -> bool:
    """Tell whether two places rule each other out: other countries, other regions, or other towns."""
    if one is None or other is None or one.name == other.name:
        return False
    if one.country_iso3 and other.country_iso3 and one.country_iso3 != other.country_iso3:
        return True
    if Feature.FACILITY in {one.feature, other.feature}:  # a street or school lies in some town
        return False
    if one.adm_1 and other.adm_1 and one.adm_1 != other.adm_1:
        return True
    both_towns = one.feature is Feature.CITY and other.feature is Feature.CITY
    return both_towns and one.name != other.name


def is_other_time(one: DateMention | None, other: DateMention | None) -> bool:
    """Tell whether two dates cannot be the same day or period."""
    if one is None or other is None:
        return False
    if not one.date_start or not other.date_start:
        return not one.date_start and not other.date_start and one.value[:10] != other.value[:10]
    return one.date_end < other.date_start or other.date_end < one.date_start


def days_between(earlier: str, later: str) -> int:
    """Return the number of days from one ISO day to another; 0 if one is blank."""
    if not earlier or not later:
        return 0
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days


def latest(dates: Iterable[str]) -> str:
    """Return the latest of ISO days, blank if there is none."""
    return max((d for d in dates if d), default="")
