"""Names of places -> what they may stand for: country, admin units, coordinates, kind.

Three tables of the package are read on first use: `gazetteer.tsv.gz` (admin units and populated places, built by
models/gazetteer/build.py from GeoNames data), `countries.csv` and `regions.csv` (seas, continents, regions, a few
world-known facilities). A look-up takes microseconds: the names are searched by bisection in one block of bytes, and
only the rows that are asked for are parsed.

Layout of gazetteer.tsv.gz: first the places as a tree, one a line, level 0 a country (its ISO code alone), 1 and 2
admin units, 3 a populated place: `LEVEL NAME`, latitude, longitude, population, geonameid; what comes after a unit and
before the next of its level or above lies in it. After a blank line the names, sorted by key: key, then the numbers of
the lines that bear it; `~` marks those for which it is a second name.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import LexiconError
from pipeline.records import Feature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088
OTHER_DOMAINS = {"uk": "GBR"}  # the domains of all other countries are their alpha-2 codes
LOOK_UPS_KEPT = 2048  # memory is not to grow with the articles; names come again soon, or hardly ever
# how many of country and admin units must agree for a place to lie in one of this kind
DEPTHS = {Feature.REGION: 0, Feature.COUNTRY: 1, Feature.ADM1: 2, Feature.ADM2: 3}
DEEPEST = 4
LEVEL_FEATURES = {"1": Feature.ADM1, "2": Feature.ADM2, "3": Feature.CITY}

# letters that Unicode does not take apart into a plain letter and a mark
PLAIN_LETTERS = str.maketrans(dict(zip("øđðłħ\u0131ŋəǝ", "oddlhinaa", strict=True)) | {"œ": "oe", "æ": "ae", "þ": "th"})
DROPPED = re.compile(r"[.'`\u2018\u2019\u02b9-\u02bf\u200b-\u200f\u00ad\ufeff]")
NOT_LETTERS = re.compile(r"[^a-z0-9]+")
SHORTENED = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
ARTICLE = re.compile(r"^(?:al|el|ad|an|ar|as|ash|at|az|ed|er|es|esh|et|ez) (?=\w{3})")
PERSON_ENDINGS = ("s", "es")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that a name may stand for; coordinates in degrees, WGS84.

    Attributes:
        is_alias: whether the name asked for is only a second name of it.
        countries: ISO codes of the countries that a region without one country lies in.
        radius_km: about how far it reaches from its point; 0 for populated places.
        is_sea: whether it is open water: a sea, a gulf, a strait.
    """

    name: str
    feature: Feature
    country_iso3: str
    latitude: float
    longitude: float
    adm_1: str = ""
    adm_2: str = ""
    population: int = 0
    geonameid: int | None = None
    is_alias: bool = False
    countries: tuple[str, ...] = ()
    radius_km: float = 0.0
    is_sea: bool = False

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude, self.longitude


NO_PLACE = Candidate("", Feature.CITY, "", 0.0, 0.0)


@lru_cache(maxsize=LOOK_UPS_KEPT)
def name_key(name: str) -> str:
    """Reduce a name to what its spellings share: no accents, capitals, points or hyphens; "St." is "saint"."""
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(PLAIN_LETTERS)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = NOT_LETTERS.sub(" ", DROPPED.sub("", plain)).split()
    if words[:1] == ["the"]:
        words = words[1:]
    return " ".join(SHORTENED.get(word, word) for word in words)


def without_article(key: str) -> str:
    """Take the Arabic article, as it is written before any letter, off a key."""
    return ARTICLE.sub("", key)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two points in degrees."""
    latitude_a, longitude_a, latitude_b, longitude_b = map(math.radians, (*a, *b))
    half = (
        math.sin((latitude_b - latitude_a) / 2) ** 2
        + math.cos(latitude_a) * math.cos(latitude_b) * math.sin((longitude_b - longitude_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def contains(outer: Candidate, inner: Candidate) -> bool:
    """Tell whether the inner place lies in the outer one; nothing lies in a populated place, or in itself."""
    if outer == inner or outer.feature not in DEPTHS:
        return False
    if outer.feature is Feature.REGION:
        named = not outer.countries or inner.country_iso3 in outer.countries
        return named and distance_km(outer.point, inner.point) <= outer.radius_km
    depth = DEPTHS[outer.feature]
    same = (outer.country_iso3, outer.adm_1, outer.adm_2)[:depth] == (inner.country_iso3, inner.adm_1, inner.adm_2)[
        :depth
    ]
    return same and (DEPTHS.get(inner.feature) or DEEPEST) > depth


class Gazetteer:
    """All places, found by name."""

    def __init__(self, table: bytes, countries: Iterable[dict[str, str]], regions: Iterable[dict[str, str]]) -> None:
        """Take the unpacked table and the rows of the two lists."""
        self._units = _Units(table)
        self._countries: dict[str, Candidate] = {}
        self._capitals: dict[str, str] = {}
        self._domains = dict(OTHER_DOMAINS)
        self._neighbours: dict[str, frozenset[str]] = {}
        self._named: dict[str, list[Candidate]] = {}
        self._demonyms: dict[str, list[Candidate]] = {}
        for row in countries:
            country = _country(row)
            self._countries[country.country_iso3] = country
            self._capitals[country.country_iso3] = row["capital"]
            self._domains[row["iso2"].lower()] = country.country_iso3
            self._neighbours[country.country_iso3] = frozenset(_several(row["neighbours"]))
            self._add(country, row)
        for row in regions:
            self._add(_region(row), row)
        self._look_up_key = lru_cache(maxsize=LOOK_UPS_KEPT)(self._find)
        self._capital_id = cache(self._find_capital)

    def look_up(self, name: str) -> tuple[Candidate, ...]:
        """Return what the name may stand for, the most populous first; countries and regions before all."""
        return self._look_up_key(name_key(name))

    def country(self, iso3: str) -> Candidate | None:
        """Return a country by its ISO 3166-1 alpha-3 code."""
        return self._countries.get(iso3)

    def country_of_domain(self, domain: str) -> str:
        """Return the alpha-3 code of the country with a top-level domain ("pe", "uk"), blank if none has it."""
        return self._domains.get(domain.lower(), "")

    def are_neighbours(self, iso3: str, other: str) -> bool:
        """Tell whether two countries, by their alpha-3 codes, share a border or are the same."""
        return iso3 == other or other in self._neighbours.get(iso3, frozenset())

    def is_capital(self, candidate: Candidate) -> bool:
        """Tell whether the candidate is the capital of its country: the largest place there of that name."""
        if candidate.feature is not Feature.CITY or candidate.country_iso3 not in self._capitals:
            return False
        return candidate.geonameid == self._capital_id(candidate.country_iso3)

    def demonym(self, word: str) -> tuple[Candidate, ...]:
        """Return the countries and regions that an adjective or a name of inhabitants belongs to ("Malians")."""
        key = name_key(word)
        if key not in self._demonyms:
            key = next((k for ending in PERSON_ENDINGS if (k := key.removesuffix(ending)) in self._demonyms), "")
        return tuple(self._demonyms.get(key, ()))

    def _find_capital(self, iso3: str) -> int | None:
        named = self.look_up(self._capitals[iso3]) if self._capitals[iso3] else ()
        cities = (c for c in named if c.feature is Feature.CITY and c.country_iso3 == iso3)
        return max(cities, key=lambda c: (not c.is_alias, c.population), default=NO_PLACE).geonameid

    def _add(self, candidate: Candidate, row: dict[str, str]) -> None:
        for key in dict.fromkeys(map(name_key, [row["name"], *_several(row["aliases"])])):
            self._named.setdefault(key, []).append(candidate)
        for key in dict.fromkeys(map(name_key, _several(row["demonyms"]))):
            self._demonyms.setdefault(key, []).append(candidate)

    def _find(self, key: str) -> tuple[Candidate, ...]:
        for variant in _variants(key):
            units = tuple(self._units.find(variant))
            listed = (place for place in self._named.get(variant, ()) if not _is_among(place, units))
            if found := (*listed, *units):
                return tuple(sorted(found, key=_rank))
        return ()


class _Units:
    """Admin units and populated places, as one block of bytes that is parsed row by row on demand."""

    def __init__(self, table: bytes) -> None:
        places, _, names = table.partition(b"\n\n")
        place_starts = _line_starts(places)
        levels = np.frombuffer(places, dtype=np.uint8)[place_starts[:-1]]
        self._places, self._place_starts = places, _numbers(place_starts)
        self._names, self._name_starts = names, _numbers(_line_starts(names))
        self._country_of = _last_before(levels, b"0")
        self._adm_1_of = _last_before(levels, b"1")
        self._adm_2_of = _last_before(levels, b"2")

    def find(self, key: str) -> Iterator[Candidate]:
        """Yield the places that bear a name, by its key."""
        names, starts, wanted = self._names, self._name_starts, f"{key}\t".encode()
        length = len(wanted)
        at = bisect_left(starts, wanted, hi=len(starts) - 1, key=lambda start: names[start : start + length])
        line = _line(names, starts, at)
        if line.startswith(wanted):
            for number in line[length:].split(b","):
                yield self._candidate(int(number.lstrip(b"~")), is_alias=number.startswith(b"~"))

    def _cells(self, at: int) -> list[str]:
        return _line(self._places, self._place_starts, at).decode().split("\t")

    def _candidate(self, at: int, *, is_alias: bool) -> Candidate:
        name, latitude, longitude, population, geonameid = self._cells(at)
        country, adm_1, adm_2 = self._country_of[at], self._adm_1_of[at], self._adm_2_of[at]
        return Candidate(
            name=name[1:],
            feature=LEVEL_FEATURES[name[0]],
            country_iso3=self._cells(country)[0][1:],
            latitude=float(latitude),
            longitude=float(longitude),
            adm_1=self._cells(adm_1)[0][1:] if adm_1 > country else "",
            adm_2=self._cells(adm_2)[0][1:] if adm_2 > adm_1 > country else "",
            population=int(population or 0),
            geonameid=int(geonameid) if geonameid else None,
            is_alias=is_alias,
        )


def _line_starts(block: bytes) -> NDArray[np.int64]:
    """Return where each line starts, and where one after the last would."""
    ends = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
    return np.concatenate(([0], ends + 1, [len(block) + 1]))


def _line(block: bytes, starts: array[int], at: int) -> bytes:
    """Return a line; empty after the last."""
    return block[starts[at] : starts[at + 1] - 1] if at + 1 < len(starts) else b""


def _last_before(levels: NDArray[np.uint8], level: bytes) -> array[int]:
    """Return for each row the last row of the level up to it, or -1."""
    numbers = np.where(levels == ord(level), np.arange(len(levels)), -1)
    return _numbers(np.maximum.accumulate(numbers))


def _numbers(values: NDArray[np.int64]) -> array[int]:
    """Return the numbers in a form whose single items are read fast."""
    return array("q", values.astype(np.int64).tobytes())


def _variants(key: str) -> Iterator[str]:
    """Yield the key, then what it may also be listed as: "al hasakah" as "hasakah", "khost city" as "khost"."""
    yield key
    if (bare := without_article(key)) != key:
        yield bare
    if key.endswith(" city"):
        yield key.removesuffix(" city")


def _is_among(place: Candidate, units: Iterable[Candidate]) -> bool:
    """Tell whether a region of the list is also an admin unit of the table: the Gaza Strip, Chechnya."""
    is_region = place.feature is Feature.REGION and place.country_iso3
    return bool(is_region) and any(
        unit.feature is Feature.ADM1 and unit.country_iso3 == place.country_iso3 and not unit.is_alias for unit in units
    )


def _rank(candidate: Candidate) -> tuple[bool, bool, int]:
    unlisted = candidate.feature not in {Feature.COUNTRY, Feature.REGION}
    return candidate.is_alias, unlisted, -candidate.population


def _country(row: dict[str, str]) -> Candidate:
    return Candidate(
        name=row["name"],
        feature=Feature.COUNTRY,
        country_iso3=row["iso3"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        population=int(row["population"] or 0),
        geonameid=int(row["geonameid"]),
    )


def _region(row: dict[str, str]) -> Candidate:
    countries = tuple(_several(row["countries"]))
    return Candidate(
        name=row["name"],
        feature=Feature(row["feature"]),
        country_iso3=countries[0] if len(countries) == 1 else "",
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        countries=countries,
        radius_km=float(row["radius_km"]),
        is_sea=row["kind"] == "sea",
    )


def _several(cell: str) -> list[str]:
    return cell.split("|") if cell else []


@cache
def load_gazetteer() -> Gazetteer:
    """Load the tables of the package, once.

    Raises:
        LexiconError: if one of them is missing or broken.
    """
    folder = files("pipeline.lexicons")
    try:
        table = gzip.decompress((folder / "gazetteer.tsv.gz").read_bytes())
        lists = [(folder / name).read_text(encoding="utf-8").splitlines() for name in ("countries.csv", "regions.csv")]
    except (OSError, EOFError) as error:
        message = f"a table of places is missing from the package ({error}); install it again"
        raise LexiconError(message) from error
    countries, regions = (csv.DictReader(lines) for lines in lists)
    return Gazetteer(table, countries, regions)
