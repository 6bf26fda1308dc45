"""Doc -> the places that an article names, each resolved to country, admin units and coordinates where it can be."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.extract.places._choice import choose
from pipeline.extract.places._links import find_links
from pipeline.extract.places._names import find_place_names
from pipeline.extract.places._roles import role_of
from pipeline.extract.places._signs import likelihood, link_signs, person_words, signs, small_words
from pipeline.gazetteer import contains, distance_km, load_gazetteer
from pipeline.records import Evidence, Feature, PlaceMention, PlaceRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.tokens import Doc

    from pipeline.extract.places._choice import Choice
    from pipeline.extract.places._names import PlaceName
    from pipeline.gazetteer import Candidate

HOPELESS = -3.5  # log-odds from its own signs, below which nothing makes a name a place
OWN_SHARE = 0.85  # of the log-odds from a mention's own signs, when the rest of the article is heard
BACKED_GAIN = 1.0  # log-odds for every doubling of the weight of other places near it
REPEATED_SHARE = 0.5  # of the best log-odds that another mention of the name has, within the bounds
REPEATED_LEAST, REPEATED_MOST = -1.0, 4.0
INHERITED_SCORE = 0.5  # of the score of the place that an unlisted one lies in
HOLDING = frozenset({Feature.CITY, Feature.ADM2, Feature.ADM1})
MAIN_SHARE = 0.6
SURE = 0.7  # probability of the place around, to put a town in it that the gazetteer has elsewhere
LOCAL = frozenset({Feature.CITY, Feature.ADM2, Feature.FACILITY})
DISTANT_KM = {Feature.COUNTRY: 300, Feature.ADM1: 300, Feature.ADM2: 100}
SHARED_ROLES = (PlaceRole.ORIGIN, PlaceRole.STATEMENT)
DROPPED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is known of all the names of an article, each list by the numbers of the names.

    Attributes:
        signs: what speaks for and against each being a place.
        choices: what each would stand for, none if the gazetteer does not know it.
        odds: the log-odds of each being a place.
        outer: the number of the name that each lies in as the text has it.
        country: the ISO code of the one country that the article is mostly about, or blank.
    """

    doc: Doc
    names: list[PlaceName]
    signs: list[list[str]]
    choices: list[Choice | None]
    odds: list[float]
    outer: dict[int, int]
    country: str


@dataclass(frozen=True, slots=True)
class _Resolved:
    """What a place is.

    Attributes:
        candidate: the place itself, or the one that an unlisted place lies in; none if the text names neither.
        is_inside: whether the candidate is only what the place lies in.
    """

    candidate: Candidate | None
    is_inside: bool
    score: float


def find_places(doc: Doc, *, source_countries: Sequence[str] = ()) -> Iterator[PlaceMention]:
    """Find the places that an article names, also within other names; `role` tells what each does.

    Needs tags, a parse, entities and the span groups `paragraphs` and `dateline`.

    Args:
        doc: one article.
        source_countries: ISO 3166-1 alpha-3 codes of the countries that the source mostly reports from.

    Yields:
        One mention per name, in text order. Adjectives and names of inhabitants ("Malian") have the role `other`.
    """
    reading = _read(doc, source_countries)
    text = doc.text
    roles: dict[int, PlaceRole] = {}
    for number, name in enumerate(reading.names):
        if reading.odds[number] > 0:
            mention = _mention(reading, number, text[name.span.start : name.span.end])
            roles[number] = _shared_role(reading, number, mention.role, roles)
            yield replace(mention, role=roles[number])


def _shared_role(reading: _Reading, number: int, role: PlaceRole, roles: dict[int, PlaceRole]) -> PlaceRole:
    """Return the role of a place, which is that of the one before that lies in it: "from Dayton, Ohio"."""
    shared = {roles.get(inner) for inner, outer in reading.outer.items() if outer == number and inner < outer}
    return next((common for common in SHARED_ROLES if common in shared), role)


def _read(doc: Doc, source_countries: Sequence[str]) -> _Reading:
    persons, smalls = person_words(doc), small_words(doc)
    every = ((name, list(signs(doc, name, persons, smalls))) for name in find_place_names(doc))
    hopeful = [(name, found) for name, found in every if likelihood(found) > HOPELESS]
    names = [name for name, _ in hopeful]
    links = list(find_links(doc, names))
    linked = link_signs(names, links)
    found = [[*found, *linked.get(number, ())] for number, (_, found) in enumerate(hopeful)]
    own = [likelihood(each) for each in found]
    choices = choose(names, [_chance(odds) for odds in own], links, source_countries)
    odds = list(_odds(names, own, choices))
    outer = {link.inner: link.outer for link in links}
    return _Reading(doc, names, found, choices, odds, outer, _main_country(choices, odds))


def _main_country(choices: Sequence[Choice | None], odds: Sequence[float]) -> str:
    """Return the country that most of the places of an article are in or belong to; blank if there is none."""
    placed = [choice.candidate for choice, each in zip(choices, odds, strict=True) if choice and each > 0]
    counts = Counter(candidate.country_iso3 for candidate in placed if candidate.country_iso3)
    country, count = counts.most_common(1)[0] if counts else ("", 0)
    return country if count > MAIN_SHARE * counts.total() else ""


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _odds(names: Sequence[PlaceName], own: Sequence[float], choices: Sequence[Choice | None]) -> Iterator[float]:
    """Yield the log-odds of each name being a place, after the rest of the article is heard."""
    best: dict[str, list[float]] = {}
    for name, odds in zip(names, own, strict=True):
        best[name.key] = sorted([*best.get(name.key, []), odds])[-2:]
    for name, odds, choice in zip(names, own, choices, strict=True):
        two = best[name.key]
        other = two[0] if odds == two[-1] else two[-1]
        repeated = min(REPEATED_MOST, max(REPEATED_LEAST, other if len(two) > 1 else REPEATED_LEAST))
        backing = choice.backing if choice else 0.0
        yield OWN_SHARE * odds + BACKED_GAIN * math.log2(1 + backing) + REPEATED_SHARE * repeated


def _resolve(reading: _Reading, number: int) -> _Resolved:
    name, choice = reading.names[number], reading.choices[number]
    chance = _chance(reading.odds[number])
    outer = reading.choices[reading.outer[number]] if number in reading.outer else None
    if choice is not None and not name.is_facility and not _is_elsewhere(choice, outer):
        return _Resolved(choice.candidate, is_inside=False, score=chance * choice.probability)
    holder = outer or choice or _beside(reading, number)
    if holder is None:
        return _Resolved(None, is_inside=True, score=INHERITED_SCORE * chance)
    return _Resolved(holder.candidate, is_inside=True, score=INHERITED_SCORE * chance * holder.probability)


def _is_elsewhere(choice: Choice, outer: Choice | None) -> bool:
    """Tell whether the text puts a town where the gazetteer has none: "Palma, Mozambique" is not the one in Spain."""
    if outer is None or outer.probability < SURE or choice.candidate.feature not in LOCAL:
        return False
    inner, holder = choice.candidate, outer.candidate
    if holder.feature not in DISTANT_KM or contains(holder, inner):
        return False
    is_far = distance_km(inner.point, holder.point) > DISTANT_KM[holder.feature]
    return is_far and (inner.country_iso3 == holder.country_iso3 or not _are_neighbours(inner, holder))


def _are_neighbours(inner: Candidate, holder: Candidate) -> bool:
    """Tell whether a border may be disputed between two places: "Donetsk, Russia" is still the one that is known."""
    return load_gazetteer().are_neighbours(inner.country_iso3, holder.country_iso3)


def _beside(reading: _Reading, number: int) -> Choice | None:
    """Return the nearest place of its sentence that an unlisted one may lie in."""
    names, here = reading.names, reading.names[number].start
    for other in sorted(range(len(names)), key=lambda n: abs(names[n].start - here)):
        choice = reading.choices[other]
        if choice is None or other == number or reading.odds[other] <= 0 or names[other].is_demonym:
            continue
        first, last = sorted((here, names[other].start))
        is_apart = any(reading.doc[at].is_sent_start for at in range(first + 1, last + 1))
        if choice.candidate.feature in HOLDING and not is_apart:
            return choice
    return None


def _rule(name: PlaceName, found: Sequence[str], resolved: _Resolved) -> str:
    """Return the id of what decided: the kind of name, then the strongest sign."""
    if name.is_dateline:
        return "place.dateline"
    if name.is_demonym:
        return "place.demonym"
    if resolved.is_inside:
        return "place.facility" if name.is_facility else "place.unlisted"
    sign = next(
        (sign for sign in ("called", "lies_in", "locative", "entity_place", "embedded") if sign in found), "name"
    )
    return f"place.{sign}"


def _mention(reading: _Reading, number: int, text: str) -> PlaceMention:
    name, resolved = reading.names[number], _resolve(reading, number)
    rule_id = _rule(name, reading.signs[number], resolved)
    candidate = resolved.candidate
    role = role_of(reading.doc, name, None if resolved.is_inside else candidate)
    unlisted = PlaceMention(
        text=text,
        name=clean_name(text),
        role=role,
        evidence=Evidence(name.span.start, name.span.end, rule_id),
        feature=_feature(name),
        score=round(resolved.score, 3),
    )
    if candidate is None:
        return replace(unlisted, country_iso3=reading.country)
    placed = replace(
        unlisted,
        country_iso3=candidate.country_iso3,
        adm_1=candidate.adm_1,
        adm_2=candidate.adm_2,
        latitude=candidate.latitude,
        longitude=candidate.longitude,
    )
    if resolved.is_inside:
        return placed
    return replace(placed, name=candidate.name, geonameid=candidate.geonameid, feature=candidate.feature)


def _feature(name: PlaceName) -> Feature:
    """Return what an unlisted place is: a site by its own word, a unit by the word beside it, or else a town."""
    if name.is_facility:
        return Feature.FACILITY
    return name.wanted[0] if name.wanted else Feature.CITY


def clean_name(text: str) -> str:
    """Return the text of a name on one line, without signs that cannot be seen."""
    return " ".join(DROPPED.sub("", text).split())
