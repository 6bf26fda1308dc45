"""Where a story is: beside its casualties, else in what was told before it, else only as near as the article tells.

A place that is none of the event still tells something: the town of the police who speak of it, the region in which all
else lies, the country of the dateline. Such a place is less precise, and flagged as inferred.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.assemble._settings import is_of_deed
from pipeline.lexicons import load_lexicon
from pipeline.records import Feature, PlaceRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.assemble._stories import Story
    from pipeline.records import Article, CasualtyMention, Mentions, PlaceMention

NEAR_PREC = 2
TOLD_FROM = frozenset({PlaceRole.DATELINE, PlaceRole.STATEMENT})
UNITS = frozenset({Feature.CITY, Feature.ADM2})
TO = " to "
NEAREST = 3  # places before a story


def where_prec(place: PlaceMention) -> int | None:
    """Return the precision of a place as UCDP codes it, nothing if not even its country is known."""
    if place.latitude is None and not place.country_iso3:
        return None
    exact = (place.feature or Feature.COUNTRY).where_prec
    return place.where_prec or exact if is_of_deed(place) else max(exact, NEAR_PREC)


def place_of(
    story: Story, stories: Sequence[Story], mentions: Mentions, article: Article, lead: CasualtyMention
) -> PlaceMention | None:
    """Return the place of a story, nothing if the article tells none.

    Args:
        story: what the place is of.
        stories: all stories of the article; none has the place of another unless it names it.
        mentions: what was found in the article.
        article: for the words behind a name.
        lead: the mention that tells the story best.
    """
    told = story.place or _place_around(story, stories, mentions, lead)
    if told is not None and (told.feature is not Feature.COUNTRY or told is story.place):
        return told
    nearer = _town_of_police(mentions, article) or _common_region(mentions, article)
    if told is not None and nearer is not None and nearer.country_iso3 != told.country_iso3:
        return told
    return nearer or told or _country(mentions)


def _place_around(
    story: Story, stories: Sequence[Story], mentions: Mentions, lead: CasualtyMention
) -> PlaceMention | None:
    """Return the last event place before a story that names none beside its casualties, or the first after it."""
    events = [p for p in mentions.places if is_of_deed(p)]
    others = {id(s.place) for s in stories if s is not story and s.place is not None}
    free = [p for p in events if id(p) not in others]
    before = [p for p in free if p.evidence.start < lead.evidence.start]
    local = [p for p in before[-NEAREST:] if p.feature is not Feature.COUNTRY]
    found = (local or before)[-1:] if before else free[:1]
    return next(iter(found), None)


def _town_of_police(mentions: Mentions, article: Article) -> PlaceMention | None:
    """Return the town or county whose police or medics an article names: "Tarvel police are investigating"."""
    towns = (p for p in mentions.places if p.role is PlaceRole.OTHER and p.feature in UNITS and p.country_iso3)
    return next((p for p in towns if _local_office().match(article.text, p.evidence.end)), None)


@cache
def _local_office() -> re.Pattern[str]:
    forms = "|".join(sorted(entry.form for entry in load_lexicon("place_words") if entry.label == "local"))
    return re.compile(rf"(?:['’]s)?\s{{1,3}}(?:[A-Z]\w+\s{{1,3}})?(?:{forms})\b", re.IGNORECASE)


def _common_region(mentions: Mentions, article: Article) -> PlaceMention | None:
    """Return the region of the first level that all places beside the event lie in, but for where somebody went."""
    others = (p for p in mentions.places if (p.role is PlaceRole.OTHER or p.aside) and p.country_iso3)
    beside = [p for p in others if not article.text.endswith(TO, 0, p.evidence.start)]
    regions = {(p.country_iso3, p.adm_1) for p in beside if p.adm_1}
    if len(regions) != 1 or len({p.country_iso3 for p in beside}) != 1:
        return None
    own = [p for p in beside if p.adm_1]
    known = next((p for p in own if p.feature is Feature.ADM1), None)
    return known or replace(own[0], name=own[0].adm_1, adm_2="", feature=Feature.ADM1, latitude=None, longitude=None)


def _country(mentions: Mentions) -> PlaceMention | None:
    """Return the country of the dateline, else the only one that the article names."""
    named = [p for p in mentions.places if p.country_iso3]
    only = named if len({p.country_iso3 for p in named}) == 1 else []
    place = next((p for p in mentions.places if p.role in TOLD_FROM), next(iter(only), None))
    if place is None:
        return None
    same = (p for p in named if p.feature is Feature.COUNTRY and p.country_iso3 == place.country_iso3)
    country = next(same, None)
    if country is not None:
        return replace(country, role=PlaceRole.DATELINE)
    return replace(place, role=PlaceRole.DATELINE, name="", adm_1="", adm_2="", feature=Feature.COUNTRY)
