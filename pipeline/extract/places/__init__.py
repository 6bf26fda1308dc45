"""Doc -> the places that an article names, each resolved to country, admin units and coordinates where it can be."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pipeline.extract.places._choice import Choice, choose
from pipeline.extract.places._links import find_links
from pipeline.extract.places._names import find_place_names
from pipeline.extract.places._roles import is_beside_the_deed, role_of
from pipeline.extract.places._signs import likelihood, link_signs, person_words, signs, small_words
from pipeline.gazetteer import contains, distance_km, load_gazetteer
from pipeline.records import Evidence, Feature, PlaceMention, PlaceRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from spacy.tokens import Doc

    from pipeline.extract.places._names import PlaceName
    from pipeline.gazetteer import Candidate

Thing = TypeVar("Thing")

HOPELESS = -3.5  # log-odds from its own signs, below which nothing makes a name a place
OWN_SHARE = 0.85  # of the log-odds from a mention's own signs, when the rest of the article is heard
BACKED_GAIN = 1.0  # log-odds for every doubling of the weight of other places near it
FOREIGN_LOSS = 1.5
REPEATED_SHARE = 0.5  # of the best log-odds that another mention of the name has, within the bounds
REPEATED_LEAST, REPEATED_MOST = -1.0, 4.0
INHERITED_SCORE = 0.5  # of the score of the place that an unlisted one lies in
HOLDING = frozenset({Feature.CITY, Feature.ADM2, Feature.ADM1})
MAIN_SHARE = 0.6
SURE = 0.7  # probability of the place around, to put a town in it that the gazetteer has elsewhere
LOCAL = frozenset({Feature.CITY, Feature.ADM2, Feature.FACILITY})
BACKED = 0.5  # names near a place, to believe that a site is where its name says
DOUBTFUL, DOUBTFUL_OUTSIDE = 0.25, 0.5  # probability of a town, the latter outside the unit that the article tells of
MAX_BESIDE = 12  # names on either side
MAX_NAMESAKE, WELL_KNOWN = 250_000, 500_000  # inhabitants
FAR_KM = 300
NEAR_KM = {Feature.CITY: 50, Feature.ADM2: 50}
DISTANT_KM = {Feature.COUNTRY: 300, Feature.ADM1: 300, Feature.ADM2: 100}
SHARED_ROLES = frozenset({PlaceRole.ORIGIN, PlaceRole.STATEMENT})
DROPPED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is known of all the names of an article, each list by the numbers of the names.

    Attributes:
        signs: what speaks for and against each being a place.
        choices: what each would stand for, none if the gazetteer does not know it.
        odds: the log-odds of each being a place.
        outer: the number of the name that each lies in as the text has it.
        near: the number of the name that each lies near.
        main: the town, the unit and the country that most of the places of the article are or lie in.
    """

    doc: Doc
    names: list[PlaceName]
    signs: list[list[str]]
    choices: list[Choice | None]
    odds: list[float]
    outer: dict[int, int]
    near: dict[int, int]
    main: dict[Feature, Candidate]


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
    is_holder = number > 0 and reading.outer.get(number - 1) == number
    inner = roles.get(number - 1) if is_holder else None
    return inner if inner in SHARED_ROLES else role


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
    outer, near = ({link.inner: link.outer for link in links if link.is_near is kind} for kind in (False, True))
    odds = list(_odds(names, own, choices, outer.keys() | near.keys()))
    return _Reading(doc, names, found, choices, odds, outer, near, _main_places(names, choices, odds))


def _main_places(
    names: Sequence[PlaceName], choices: Sequence[Choice | None], odds: Sequence[float]
) -> dict[Feature, Candidate]:
    """Return the one town, the one unit of the first level and the one country that most of the places lie in."""
    placed = [
        choice.candidate
        for name, choice, each in zip(names, choices, odds, strict=True)
        if choice and each > 0 and not name.other
    ]
    towns = Counter(candidate for candidate in placed if candidate.feature is Feature.CITY)
    units = Counter((candidate.country_iso3, candidate.adm_1) for candidate in placed if candidate.adm_1)
    countries = Counter(candidate.country_iso3 for candidate in placed if candidate.country_iso3)
    gazetteer = load_gazetteer()
    found: dict[Feature, Candidate | None] = {Feature.CITY: _most(towns)}
    if unit := _most(units):
        same = (c for c in gazetteer.look_up(unit[1]) if (c.country_iso3, c.adm_1) == unit and c.name == unit[1])
        found[Feature.ADM1] = next((c for c in same if c.feature is Feature.ADM1), None)
    if country := _most(countries):
        found[Feature.COUNTRY] = gazetteer.country(country)
    return {feature: candidate for feature, candidate in found.items() if candidate is not None}


def _most(counts: Counter[Thing]) -> Thing | None:
    """Return what most of the counted things are."""
    thing, count = counts.most_common(1)[0] if counts else (None, 0)
    return thing if count > MAIN_SHARE * counts.total() else None


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _odds(
    names: Sequence[PlaceName], own: Sequence[float], choices: Sequence[Choice | None], put: AbstractSet[int]
) -> Iterator[float]:
    """Yield the log-odds of each name being a place, after the rest of the article is heard.

    Args:
        names: the names of an article.
        own: the log-odds from the signs of each.
        choices: what each would stand for.
        put: the numbers of those that the text puts in or near another.
    """
    best: dict[str, list[float]] = {}
    for name, odds in zip(names, own, strict=True):
        best[name.key] = sorted([*best.get(name.key, []), odds])[-2:]
    for number, (name, odds, choice) in enumerate(zip(names, own, choices, strict=True)):
        two = best[name.key]
        other = two[0] if odds == two[-1] else two[-1]
        repeated = min(REPEATED_MOST, max(REPEATED_LEAST, other if len(two) > 1 else REPEATED_LEAST))
        backing = choice.backing if choice else 0.0
        loss = FOREIGN_LOSS * (number not in put and _is_lone(name, choice))
        yield OWN_SHARE * odds + BACKED_GAIN * math.log2(1 + backing) + REPEATED_SHARE * repeated - loss


def _is_lone(name: PlaceName, choice: Choice | None) -> bool:
    """Tell whether a name would be a town in a country that the article names nothing else of: "Side"."""
    if choice is None or not choice.is_foreign or choice.candidate.feature not in LOCAL:
        return False
    return not (name.is_called or name.is_dateline or name.other)


def _resolve(reading: _Reading, number: int) -> _Resolved:
    name, choice = reading.names[number], reading.choices[number]
    chance = _chance(reading.odds[number])
    outer = reading.choices[reading.outer[number]] if number in reading.outer else None
    near = reading.choices[reading.near[number]] if number in reading.near else None
    stated = outer or near
    is_apart = choice and (_is_elsewhere(choice, outer) or _is_far_from(choice, near) or _is_namesake(name, choice))
    is_guess = choice and not (name.other or is_apart) and _is_guess(reading, choice)
    if choice and not (name.other or is_apart or is_guess):
        return _Resolved(choice.candidate, is_inside=False, score=chance * choice.probability)
    holder = stated or _around(reading, name) if is_guess else _holder(reading, number, stated)
    if holder is None:
        return _Resolved(None, is_inside=True, score=INHERITED_SCORE * chance)
    return _Resolved(holder.candidate, is_inside=True, score=INHERITED_SCORE * chance * holder.probability)


def _is_namesake(name: PlaceName, choice: Choice) -> bool:
    """Tell whether a place that the text calls a village or a district only shares the name of a far one."""
    candidate = choice.candidate
    is_small = candidate.feature in LOCAL and candidate.population < MAX_NAMESAKE
    return choice.is_foreign and (name.is_called or name.ends_like_site) and is_small and not name.is_dateline


def _is_guess(reading: _Reading, choice: Choice) -> bool:
    """Tell whether a town is one of many of its name, and nothing near it is named: any Springfield."""
    candidate, unit = choice.candidate, reading.main.get(Feature.ADM1)
    if candidate.feature not in LOCAL or choice.backing >= BACKED:
        return False
    in_country = unit is not None and unit.country_iso3 == candidate.country_iso3
    is_outside = unit is not None and in_country and not contains(unit, candidate)
    return choice.region < (DOUBTFUL_OUTSIDE if is_outside else DOUBTFUL)


def _holder(reading: _Reading, number: int, outer: Choice | None) -> Choice | None:
    """Return what an unlisted place lies in: what the text says, what it is named after, what the article is about."""
    name = reading.names[number]
    own = reading.choices[number] if name.other else None
    if own is not None and (name.is_part or (outer is None and own.probability >= SURE and own.backing >= BACKED)):
        return own
    holder = outer or _beside(reading, number) or _around(reading, name)
    if own is None or (holder is not None and not _is_within(own.candidate, holder.candidate)):
        return holder
    return own


def _is_within(named: Candidate, holder: Candidate) -> bool:
    """Tell whether what a site is named after is in or near what the site is in: "Erbil Airport in northern Iraq"."""
    return contains(holder, named) or distance_km(named.point, holder.point) <= NEAR_KM.get(named.feature, 0)


def _around(reading: _Reading, name: PlaceName) -> Choice | None:
    """Return the place that the whole article is about, for a name that the text puts nowhere."""
    is_in_town = name.is_facility or (name.other is Feature.CITY and name.is_part)
    kinds = (Feature.CITY, Feature.ADM1) if is_in_town else (Feature.ADM1,)
    found = next((reading.main[kind] for kind in kinds if kind in reading.main), None)
    return None if found is None else Choice(found, MAIN_SHARE, 0.0)


def _is_elsewhere(choice: Choice, outer: Choice | None) -> bool:
    """Tell whether the text puts a town where the gazetteer has none: "Palma, Mozambique" is not the one in Spain."""
    if outer is None or outer.probability < SURE or choice.candidate.feature not in LOCAL:
        return False
    inner, holder = choice.candidate, outer.candidate
    if holder.feature not in DISTANT_KM or contains(holder, inner):
        return False
    is_far = distance_km(inner.point, holder.point) > DISTANT_KM[holder.feature]
    if inner.country_iso3 == holder.country_iso3:
        return is_far and inner.population < WELL_KNOWN  # "the capital Ranchi in Simdega district" is where it is
    return is_far and not _are_neighbours(inner, holder)


def _is_far_from(choice: Choice, near: Choice | None) -> bool:
    """Tell whether a town is far from the place that the text has it near: "Phoenix, near Durban"."""
    if near is None or near.probability < SURE or {choice.candidate.feature, near.candidate.feature} - LOCAL:
        return False
    return distance_km(choice.candidate.point, near.candidate.point) > FAR_KM


def _are_neighbours(inner: Candidate, holder: Candidate) -> bool:
    """Tell whether a border may be disputed between two places: "Donetsk, Russia" is still the one that is known."""
    return load_gazetteer().are_neighbours(inner.country_iso3, holder.country_iso3)


def _beside(reading: _Reading, number: int) -> Choice | None:
    """Return the nearest place of its sentence that an unlisted one may lie in."""
    here = reading.names[number].start
    around = [*_in_sentence(reading, number, -1), *_in_sentence(reading, number, 1)]
    holding = (other for other in around if _may_hold(reading, other))
    nearest = min(holding, key=lambda other: abs(reading.names[other].start - here), default=None)
    return None if nearest is None else reading.choices[nearest]


def _in_sentence(reading: _Reading, number: int, step: int) -> Iterator[int]:
    """Yield the numbers of the next few names of the same sentence, to the left or to the right."""
    end = number + step * (MAX_BESIDE + 1)
    for other in range(number + step, max(-1, end) if step < 0 else min(len(reading.names), end), step):
        first, last = sorted((reading.names[other - step].start, reading.names[other].start))
        if any(reading.doc[at].is_sent_start for at in range(first + 1, last + 1)):
            return
        yield other


def _may_hold(reading: _Reading, number: int) -> bool:
    choice = reading.choices[number]
    if choice is None or choice.is_foreign or reading.odds[number] <= 0 or reading.names[number].is_demonym:
        return False
    return choice.candidate.feature in HOLDING


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
        aside=role is PlaceRole.EVENT and is_beside_the_deed(reading.doc, name),
    )
    if candidate is None:
        country = reading.main.get(Feature.COUNTRY)
        return replace(unlisted, country_iso3=country.country_iso3 if country else "")
    placed = replace(
        unlisted,
        country_iso3=candidate.country_iso3,
        adm_1=candidate.adm_1,
        adm_2=candidate.adm_2,
        latitude=candidate.latitude,
        longitude=candidate.longitude,
        where_prec=_precision(name, candidate, is_inside=resolved.is_inside),
    )
    if resolved.is_inside:
        return placed
    return replace(placed, name=candidate.name, geonameid=candidate.geonameid, feature=candidate.feature)


def _feature(name: PlaceName) -> Feature:
    """Return what an unlisted place is: a site by its own word, a unit by the word beside it, or else a town."""
    if name.other is None and name.ends_like_site:
        return Feature.FACILITY
    return name.other or (name.wanted[0] if name.wanted else Feature.CITY)


def _precision(name: PlaceName, candidate: Candidate, *, is_inside: bool) -> int:
    """Return how exact the coordinates are, as UCDP codes it; a village outside the gazetteer is near what it is in."""
    if is_inside and candidate.feature is Feature.CITY:
        return 1 if name.is_facility or name.is_part else 2
    return 7 if candidate.is_sea else candidate.feature.where_prec


def clean_name(text: str) -> str:
    """Return the text of a name on one line, without signs that cannot be seen."""
    return " ".join(DROPPED.sub("", text).split())
