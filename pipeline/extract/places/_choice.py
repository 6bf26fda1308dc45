"""Which of the places that share a name an article means: the names of an article vouch for each other.

Each name starts with a prior over its candidates (a country before a city, a large city before a small one). Then, in a
few rounds, every name lends its weight to the country, the admin units and the neighbourhood of its candidates, and
each candidate is scored anew by the weight that the other names have put there. What the text says outright
("Springfield, Illinois", "Ghazni province") counts most. The constants were tuned on the training parts of two corpora.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.extract.places._words import unit_words
from pipeline.gazetteer import contains, load_gazetteer
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.extract.places._links import Link
    from pipeline.extract.places._names import PlaceName
    from pipeline.gazetteer import Candidate

ROUNDS = 3
MAX_CANDIDATES = 200
MIN_WEIGHT = 0.01  # of a candidate; less moves nothing
SOURCE_WEIGHT = 3.0  # of a country that the source reports from, in names
DEMONYM_WEIGHT = NAMED_AFTER_WEIGHT = 0.5

# log-odds that the weight of other names at the same ground gives, and the weight that counts as one unit of it
BACKING = {"country": (0.6, 0.3), "adm_1": (0.7, 0.25), "adm_2": (2.2, 0.5), "near": (1.7, 0.5)}
INSIDE_BONUS, AROUND_BONUS, NEAR_BONUS = 4.0, 2.5, 2.5
NEAR_DEGREES = 1.0
WANTED_BONUS = (2.5, 1.2, 0.6)
COUNTRY_PRIOR = REGION_PRIOR = 6.0
CITY_ALIAS_LOSS, UNIT_ALIAS_LOSS = 1.5, 0.3
CAPITAL_BONUS = 1.0
SEAT_LOSS, BARE_COUNTY_LOSS = 2.5, 2.0
LARGE_SEAT = 100_000  # inhabitants, from where on a town is meant however large its unit is
SEAT_SHARES = {Feature.ADM1: 0.2, Feature.ADM2: 0.0}  # of the inhabitants, that a town must have to be meant instead
LOCAL = frozenset({Feature.CITY, Feature.ADM2, Feature.FACILITY})
PLACED = ("placed",)  # the ground of all names that are in one country
MIN_PLACED = 0.8  # names in some country, from where on a country without any is a foreign one
FOREIGN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Choice:
    """What a name stands for.

    Attributes:
        probability: how sure it is that it is this candidate and no other.
        region: how sure it is that it is this or another of the same unit: the town, or the district around it.
        backing: the weight of the other names in the same admin unit or near by, in names.
        is_foreign: whether the other names are in another country, all but a few.
    """

    candidate: Candidate
    probability: float
    backing: float
    region: float = 1.0
    is_foreign: bool = False


@dataclass(slots=True)
class _Sense:
    """The mentions of one name that ask for the same kind of place, and the standing of the candidates.

    Attributes:
        root: the name without its unit word: "dublin" does not vouch for "dublin city".
    """

    root: str
    candidates: tuple[Candidate, ...]
    weight: float
    priors: list[float]
    shares: list[float]
    inside: set[int] = field(default_factory=set)
    around: set[int] = field(default_factory=set)
    near: set[int] = field(default_factory=set)


def choose(
    names: Sequence[PlaceName], weights: Sequence[float], links: Iterable[Link], source_countries: Sequence[str] = ()
) -> list[Choice | None]:
    """Choose a candidate for each name; none for a name that the gazetteer does not know.

    Args:
        names: the names of an article.
        weights: how likely each is a place at all.
        links: which of them lie in which.
        source_countries: ISO codes of the countries that the source reports from.
    """
    sense_of, senses = _senses(names, weights)
    for link in links:
        inner, outer = sense_of[link.inner], sense_of[link.outer]
        if inner == outer or inner is None or outer is None:
            continue
        if link.is_near:
            senses[inner].near.add(outer)
        else:
            senses[inner].inside.add(outer)
            senses[outer].around.add(inner)
    ground = _Ground(senses, source_countries)
    open_senses = [sense for sense in senses if len(sense.candidates) > 1]
    for _ in range(ROUNDS):
        scores = [list(_scores(sense, senses, ground)) for sense in open_senses]
        for sense, score in zip(open_senses, scores, strict=True):
            sense.shares = _shares(score)
        ground = _Ground(senses, source_countries)
    chosen = [_best(sense, ground) for sense in senses]
    return [None if number is None else chosen[number] for number in sense_of]


def _senses(names: Sequence[PlaceName], weights: Sequence[float]) -> tuple[list[int | None], list[_Sense]]:
    numbers: dict[tuple[object, ...], int] = {}
    senses: list[_Sense] = []
    sense_of: list[int | None] = []
    for name, weight in zip(names, weights, strict=True):
        if not name.candidates:
            sense_of.append(None)
            continue
        number = numbers.setdefault((name.key, name.wanted, name.is_demonym), len(numbers))
        scaled = weight * (DEMONYM_WEIGHT if name.is_demonym else NAMED_AFTER_WEIGHT if name.other else 1)
        if number == len(senses):
            candidates = name.candidates[:MAX_CANDIDATES]
            priors = [_prior(candidate, name) - _seat_loss(candidate, name) for candidate in candidates]
            senses.append(_Sense(_root(name), candidates, scaled, priors, _shares(priors)))
        senses[number].weight = max(senses[number].weight, scaled)
        sense_of.append(number)
    return sense_of, senses


def _root(name: PlaceName) -> str:
    first, _, last = name.key.rpartition(" ")
    return first if first and (last in unit_words() or name.is_facility) else name.key


def _prior(candidate: Candidate, name: PlaceName) -> float:
    """Return how likely a bare name means this candidate, as a logarithm up to a constant."""
    size = math.log10(candidate.population + 10)
    if candidate.feature is Feature.COUNTRY:
        prior = COUNTRY_PRIOR
    elif candidate.feature in {Feature.REGION, Feature.FACILITY}:
        prior = REGION_PRIOR
    elif candidate.feature is Feature.ADM1:
        prior = 3.0 + 0.3 * size - UNIT_ALIAS_LOSS * candidate.is_alias
    elif candidate.feature is Feature.ADM2:
        is_named = name.wanted[:1] == (Feature.ADM2,)  # "Dasht-e Archi district"
        prior = 1.5 + 0.4 * size - (UNIT_ALIAS_LOSS if is_named else CITY_ALIAS_LOSS) * candidate.is_alias
    else:
        prior = 0.8 * size - CITY_ALIAS_LOSS * candidate.is_alias
        prior += CAPITAL_BONUS * load_gazetteer().is_capital(candidate)
    if candidate.feature in name.wanted:
        prior += WANTED_BONUS[name.wanted.index(candidate.feature)]
    return prior


def _seat_loss(unit: Candidate, name: PlaceName) -> float:
    """Return what a unit loses to the town that it is named after: "in Kidal" is the town, "in Kidal region" is not."""
    if unit.feature not in SEAT_SHARES or unit.feature in name.wanted:
        return 0.0
    if unit.is_alias and unit.name.rpartition(" ")[2].lower() in unit_words():
        return BARE_COUNTY_LOSS
    least = min(LARGE_SEAT, SEAT_SHARES[unit.feature] * unit.population)
    where = (unit.country_iso3, unit.adm_1)
    towns = (c for c in name.candidates if c.feature is Feature.CITY and (c.country_iso3, c.adm_1) == where)
    return SEAT_LOSS if any(town.population >= least for town in towns) else 0.0


def _shares(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


class _Ground:
    """The weight that the names have put on countries, admin units and squares of one degree."""

    def __init__(self, senses: Sequence[_Sense], source_countries: Sequence[str]) -> None:
        self._laid: dict[tuple[object, ...], float] = defaultdict(float)
        self._own: dict[str, dict[tuple[object, ...], float]] = defaultdict(lambda: defaultdict(float))
        for country in source_countries:
            self._laid["country", country] += SOURCE_WEIGHT
            self._laid[PLACED] += SOURCE_WEIGHT
        for sense in senses:
            own = self._own[sense.root]
            for candidate, share in zip(sense.candidates, sense.shares, strict=True):
                weight = share * sense.weight
                if weight >= MIN_WEIGHT:
                    for key in _reach(candidate):
                        self._laid[key] += weight
                        own[key] += weight

    def backing(self, candidate: Candidate, root: str) -> dict[str, float]:
        """Return the weight that names of another root have put on each ground of a candidate."""
        own = self._own[root]
        return {str(key[0]): max(0.0, self._laid.get(key, 0.0) - own.get(key, 0.0)) for key in _grounds(candidate)}

    def is_foreign(self, backing: float, root: str) -> bool:
        """Tell whether the names of other roots are in countries, and hardly any in the one with this backing."""
        others = self._laid.get(PLACED, 0.0) - self._own[root].get(PLACED, 0.0)
        return others >= MIN_PLACED and backing <= FOREIGN_SHARE * others


def _grounds(candidate: Candidate) -> Iterator[tuple[object, ...]]:
    """Yield where a candidate stands."""
    if candidate.country_iso3:
        yield "country", candidate.country_iso3
    if candidate.adm_1:
        yield "adm_1", candidate.country_iso3, candidate.adm_1
    if candidate.adm_2:
        yield "adm_2", candidate.country_iso3, candidate.adm_1, candidate.adm_2
    if candidate.feature in LOCAL:
        yield "near", round(candidate.latitude), round(candidate.longitude)


def _reach(candidate: Candidate) -> Iterator[tuple[object, ...]]:
    """Yield where a candidate lends its weight: where it stands, and the squares around."""
    if candidate.country_iso3:
        yield PLACED
    for key in _grounds(candidate):
        if key[0] != "near":
            yield key
    if candidate.feature in LOCAL:
        latitude, longitude = round(candidate.latitude), round(candidate.longitude)
        for north in (-1, 0, 1):
            for east in (-1, 0, 1):
                yield "near", latitude + north, longitude + east


def _scores(sense: _Sense, senses: Sequence[_Sense], ground: _Ground) -> Iterator[float]:
    for candidate, prior in zip(sense.candidates, sense.priors, strict=True):
        score = prior
        for kind, weight in ground.backing(candidate, sense.root).items():
            if weight:
                strength, unit = BACKING[kind]
                score += strength * math.log(1 + weight / unit)
        score += INSIDE_BONUS * max((_share_around(candidate, senses[n]) for n in sense.inside), default=0.0)
        score += AROUND_BONUS * max((_share_inside(candidate, senses[n]) for n in sense.around), default=0.0)
        score += NEAR_BONUS * max((_share_near(candidate, senses[n]) for n in sense.near), default=0.0)
        yield score


def _share_around(inner: Candidate, sense: _Sense) -> float:
    """Return the share of the best candidate of another name that holds this one."""
    pairs = zip(sense.candidates, sense.shares, strict=True)
    return max((share for outer, share in pairs if share >= MIN_WEIGHT and contains(outer, inner)), default=0.0)


def _share_inside(outer: Candidate, sense: _Sense) -> float:
    """Return the share of the best candidate of another name that lies in this one."""
    pairs = zip(sense.candidates, sense.shares, strict=True)
    return max((share for inner, share in pairs if share >= MIN_WEIGHT and contains(outer, inner)), default=0.0)


def _share_near(candidate: Candidate, sense: _Sense) -> float:
    """Return the share of the best candidate of another name that is about a day's walk from this one."""
    pairs = zip(sense.candidates, sense.shares, strict=True)
    return max((share for other, share in pairs if share >= MIN_WEIGHT and _is_near(candidate, other)), default=0.0)


def _is_near(one: Candidate, other: Candidate) -> bool:
    apart = abs(one.latitude - other.latitude), abs(one.longitude - other.longitude)
    return one.feature in LOCAL and max(apart) <= NEAR_DEGREES


def _best(sense: _Sense, ground: _Ground) -> Choice:
    at = max(range(len(sense.shares)), key=sense.shares.__getitem__)
    candidate = sense.candidates[at]
    backing = ground.backing(candidate, sense.root)
    same = (candidate.country_iso3, candidate.adm_1)
    pairs = zip(sense.candidates, sense.shares, strict=True)
    return Choice(
        candidate,
        sense.shares[at],
        backing=max(backing.get("adm_1", 0.0), backing.get("near", 0.0)),
        region=sum(share for other, share in pairs if (other.country_iso3, other.adm_1) == same),
        is_foreign=bool(candidate.country_iso3) and ground.is_foreign(backing.get("country", 0.0), sense.root),
    )
